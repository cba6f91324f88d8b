package io.tailrace.codec;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Reads the tables of {@code docs/spec/messages.md} and holds the generated code and the codes against them.
 */
class MessagesSpecTest
{
    private static final Path SPEC = Path.of(System.getProperty("basedir", "."), "docs", "spec", "messages.md");
    private static final String MESSAGE_TABLE = "| Message offset | Length | Type | Field | Meaning |";
    private static final Map<String, Integer> LENGTHS = Map.of(
        "header", 8, "u64", 8, "i64", 8, "f64", 8, "u32", 4, "u16", 2, "u8", 1, "char[8]", 8, "u8[16]", 16);
    private static final Map<String, Class<?>> SETTER_TYPES = Map.of(
        "u64", long.class, "i64", long.class, "f64", double.class,
        "u32", long.class, "u16", int.class, "u8", short.class);

    private record Row(int offset, int length, String type, String field, String meaning)
    {
    }

    static List<String> templates()
    {
        return Flyweight.TEMPLATES;
    }

    @Test
    void shouldDescribeEveryTemplateOfTheSchema() throws IOException
    {
        assertEquals(new HashSet<>(Flyweight.TEMPLATES), messages().keySet());
    }

    @ParameterizedTest
    @MethodSource("templates")
    void shouldCoverEveryByteOnce(final String template) throws IOException
    {
        int end = 0;
        for (final Row row : messages().get(template))
        {
            assertEquals(end, row.offset, "gap or overlap before " + template + "." + row.field);
            assertEquals(LENGTHS.get(row.type), row.length, template + "." + row.field);
            end += row.length;
        }

        assertEquals(new Flyweight(template).messageLength(), end);
    }

    @ParameterizedTest
    @MethodSource("templates")
    void shouldNameEveryFieldOfTheSchema(final String template) throws IOException
    {
        final List<String> described = new ArrayList<>();
        for (final Row row : messages().get(template))
        {
            described.add(row.field);
        }

        final List<String> fields = new ArrayList<>(new Flyweight(template).fields());
        fields.add("messageHeader");
        assertEquals(fields.size(), described.size());
        assertEquals(new HashSet<>(fields), new HashSet<>(described));
    }

    @ParameterizedTest
    @MethodSource("templates")
    void shouldStateHeader(final String template) throws IOException
    {
        final Flyweight flyweight = new Flyweight(template);

        assertEquals(
            "Block length " + (flyweight.messageLength() - MessageLayout.HEADER_LENGTH) +
            ", template " + flyweight.templateId() +
            ", schema " + MessageLayout.SCHEMA_ID + ", version " + MessageLayout.SCHEMA_VERSION,
            messages().get(template).get(0).meaning);
    }

    @ParameterizedTest
    @MethodSource("templates")
    void shouldEncodeEachFieldWhereTheTableSays(final String template) throws IOException
    {
        final Flyweight flyweight = new Flyweight(template);
        final Random random = new Random(template.hashCode());
        for (final Row row : fieldRows(template))
        {
            final byte[] value = new byte[row.length];
            random.nextBytes(value);
            final byte[] expected = new byte[flyweight.messageLength()];
            random.nextBytes(expected);
            final UnsafeBuffer buffer = new UnsafeBuffer(expected.clone());
            final Object encoder = flyweight.encoder(buffer);
            buffer.getBytes(0, expected, 0, MessageLayout.HEADER_LENGTH);
            System.arraycopy(value, 0, expected, row.offset, row.length);

            flyweight.set(encoder, row.field, value);

            assertArrayEquals(expected, buffer.byteArray(), template + "." + row.field);
        }
    }

    @ParameterizedTest
    @MethodSource("templates")
    void shouldDecodeEachFieldFromWhereTheTableSays(final String template) throws IOException
    {
        final Flyweight flyweight = new Flyweight(template);
        final byte[] bytes = new byte[flyweight.messageLength()];
        new Random(~template.hashCode()).nextBytes(bytes);
        final Object decoder = flyweight.decoder(new UnsafeBuffer(bytes));
        for (final Row row : fieldRows(template))
        {
            assertArrayEquals(
                Arrays.copyOfRange(bytes, row.offset, row.offset + row.length),
                flyweight.get(decoder, row.field),
                template + "." + row.field);
        }
    }

    @ParameterizedTest
    @MethodSource("templates")
    void shouldHaveTheTypesOfTheTable(final String template) throws IOException
    {
        final Flyweight flyweight = new Flyweight(template);
        for (final Row row : fieldRows(template))
        {
            if (SETTER_TYPES.containsKey(row.type))
            {
                assertEquals(SETTER_TYPES.get(row.type), flyweight.setterType(row.field), template + "." + row.field);
                assertEquals(row.type.startsWith("u"), flyweight.isUnsigned(row.field), template + "." + row.field);
            }
            else
            {
                assertTrue(flyweight.isArray(row.field), template + "." + row.field);
            }
        }
    }

    @Test
    void shouldListTheMalformedReasons() throws IOException
    {
        final Map<Integer, String> reasons = new TreeMap<>();
        for (final MalformedReason reason : MalformedReason.values())
        {
            reasons.put(reason.code(), reason.text());
        }

        assertEquals(reasons, codes("## Malformed reasons"));
    }

    @Test
    void shouldListTheRejectionReasons() throws IOException
    {
        final Map<Integer, String> reasons = new TreeMap<>();
        for (final RejectReason reason : RejectReason.values())
        {
            reasons.put(reason.code(), reason.text());
        }

        assertEquals(reasons, codes("## Rejection reasons"));
    }

    @Test
    void shouldListTheStatusesOfAcknowledgements() throws IOException
    {
        final Map<Integer, String> statuses = new TreeMap<>();
        for (final AckStatus status : AckStatus.values())
        {
            statuses.put(status.code(), status.text());
        }

        assertEquals(statuses, codes("## Acknowledgement"));
    }

    @Test
    void shouldQuoteTheFirstBytesOfReading() throws IOException
    {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MessageLayout.SLOT_LENGTH]);
        new Flyweight("Reading").encoder(buffer);
        final StringBuilder hex = new StringBuilder();
        for (int i = 0; i < MessageLayout.HEADER_LENGTH; i++)
        {
            hex.append(String.format("%s%02X", i == 0 ? "" : " ", buffer.getByte(i)));
        }

        assertTrue(Files.readString(SPEC, StandardCharsets.UTF_8).contains("are `" + hex + "`"), hex.toString());
    }

    private static List<Row> fieldRows(final String template) throws IOException
    {
        final List<Row> rows = messages().get(template);

        return rows.subList(1, rows.size());
    }

    private static Map<String, List<Row>> messages() throws IOException
    {
        final Map<String, List<Row>> messages = new LinkedHashMap<>();
        String message = null;
        boolean isTable = false;
        for (final String line : Files.readAllLines(SPEC, StandardCharsets.UTF_8))
        {
            if (line.startsWith("#"))
            {
                message = line.startsWith("### ") ? line.substring(4) : null;
            }
            isTable = line.equals(MESSAGE_TABLE) || (isTable && line.startsWith("|"));
            if (isTable && Character.isDigit(line.charAt(2)))
            {
                final String[] cells = line.substring(2, line.length() - 2).split(" \\| ");
                messages.computeIfAbsent(message, name -> new ArrayList<>()).add(new Row(
                    Integer.parseInt(cells[0]), Integer.parseInt(cells[1]), cells[2], cells[3], cells[4]));
            }
        }

        return messages;
    }

    private static Map<Integer, String> codes(final String heading) throws IOException
    {
        final Map<Integer, String> codes = new TreeMap<>();
        boolean isHere = false;
        for (final String line : Files.readAllLines(SPEC, StandardCharsets.UTF_8))
        {
            isHere = line.startsWith("#") ? line.equals(heading) : isHere;
            if (isHere && line.startsWith("|") && Character.isDigit(line.charAt(2)))
            {
                final String[] cells = line.substring(2).split(" \\| | \\|");
                codes.put(Integer.parseInt(cells[0]), cells[1].replace("`", ""));
            }
        }

        return codes;
    }
}
