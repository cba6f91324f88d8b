package io.tailrace.codec;

import io.tailrace.codec.sbe.MessageHeaderEncoder;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * The constants of the layout against what the generated encoders write, and the fields of every message there and
 * back.
 */
class MessageLayoutTest
{
    private static final List<String> RESULTS =
        List.of("WindowResult", "Late", "Rejected", "Duplicate", "Alert", "Statistic");
    private static final Set<String> NOT_FIELDS = Set.of(
        "HEADER_BLOCK_LENGTH_OFFSET", "HEADER_TEMPLATE_ID_OFFSET", "HEADER_SCHEMA_ID_OFFSET", "HEADER_VERSION_OFFSET");

    static List<String> templates()
    {
        return Flyweight.TEMPLATES;
    }

    static List<String> offsetConstants()
    {
        final List<String> names = new ArrayList<>();
        for (final Field field : MessageLayout.class.getFields())
        {
            if (field.getName().endsWith("_OFFSET") && !NOT_FIELDS.contains(field.getName()))
            {
                names.add(field.getName());
            }
        }

        return names;
    }

    @ParameterizedTest
    @MethodSource("templates")
    void shouldHoldHeaderThatEncoderWrites(final String template)
    {
        final Flyweight flyweight = new Flyweight(template);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MessageLayout.RESULT_LENGTH]);

        flyweight.encoder(buffer);

        assertEquals(constant(constantName(template) + "_HEADER"), Flyweight.header(buffer));
        assertEquals(constant(constantName(template) + "_TEMPLATE_ID"), flyweight.templateId());
        assertEquals(
            RESULTS.contains(template) ? MessageLayout.RESULT_LENGTH : MessageLayout.SLOT_LENGTH,
            flyweight.messageLength());
    }

    @ParameterizedTest
    @MethodSource("offsetConstants")
    void shouldHoldOffsetWhereEncoderWrites(final String constant)
    {
        final int offset = (int) constant(constant);
        for (final String template : templatesOf(constant))
        {
            final Flyweight flyweight = new Flyweight(template);
            final String field = fieldOf(flyweight, constant);
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MessageLayout.RESULT_LENGTH]);
            final byte[] bytes = new byte[flyweight.length(field)];
            for (int i = 0; i < bytes.length; i++)
            {
                bytes[i] = (byte) (i + 1);
            }

            flyweight.set(flyweight.encoder(buffer), field, bytes);

            final byte[] written = new byte[bytes.length];
            buffer.getBytes(offset, written);
            assertArrayEquals(bytes, written, template + "." + field);
        }
    }

    @Test
    void shouldHaveConstantForEveryFieldThatIsNotReserved()
    {
        final Set<String> expected = new TreeSet<>();
        for (final String constant : offsetConstants())
        {
            for (final String template : templatesOf(constant))
            {
                expected.add(template + "." + fieldOf(new Flyweight(template), constant));
            }
        }

        final Set<String> fields = new TreeSet<>();
        for (final String template : Flyweight.TEMPLATES)
        {
            for (final String field : new Flyweight(template).fields())
            {
                if (!field.startsWith("reserved"))
                {
                    fields.add(template + "." + field);
                }
            }
        }

        assertEquals(fields, expected);
    }

    @Test
    void shouldHoldOffsetsOfHeader()
    {
        assertEquals(MessageHeaderEncoder.ENCODED_LENGTH, MessageLayout.HEADER_LENGTH);
        assertEquals(MessageHeaderEncoder.SCHEMA_ID, MessageLayout.SCHEMA_ID);
        assertEquals(MessageHeaderEncoder.SCHEMA_VERSION, MessageLayout.SCHEMA_VERSION);
        assertEquals(MessageHeaderEncoder.blockLengthEncodingOffset(), MessageLayout.HEADER_BLOCK_LENGTH_OFFSET);
        assertEquals(MessageHeaderEncoder.templateIdEncodingOffset(), MessageLayout.HEADER_TEMPLATE_ID_OFFSET);
        assertEquals(MessageHeaderEncoder.schemaIdEncodingOffset(), MessageLayout.HEADER_SCHEMA_ID_OFFSET);
        assertEquals(MessageHeaderEncoder.versionEncodingOffset(), MessageLayout.HEADER_VERSION_OFFSET);
    }

    @Test
    void shouldHaveRoomForFiveSourcesInTick()
    {
        assertEquals(
            MessageLayout.TICK_FIRST_SOURCE_OFFSET,
            MessageLayout.TICK_EMPTY_SINCE0_OFFSET + MessageLayout.TICK_SOURCES * Long.BYTES);
    }

    @Property(tries = 200)
    void shouldGiveBackEveryFieldOfEveryMessage(@ForAll @Size(128) final byte[] bytes)
    {
        for (final String template : Flyweight.TEMPLATES)
        {
            final Flyweight flyweight = new Flyweight(template);
            final UnsafeBuffer sent = new UnsafeBuffer(bytes.clone());
            final UnsafeBuffer received = new UnsafeBuffer(new byte[flyweight.messageLength()]);
            flyweight.encoder(sent);
            final Object decoder = flyweight.decoder(sent);
            final Object encoder = flyweight.encoder(received);

            for (final String field : flyweight.fields())
            {
                flyweight.set(encoder, field, flyweight.get(decoder, field));
            }

            final byte[] expected = new byte[flyweight.messageLength()];
            sent.getBytes(0, expected);
            assertArrayEquals(expected, received.byteArray(), template);
        }
    }

    private static List<String> templatesOf(final String constant)
    {
        if (constant.startsWith("CONTROL_"))
        {
            return List.of("Tick", "Started", "LedgerMark", "EndOfInput");
        }
        if (constant.startsWith("JUDGED_"))
        {
            return List.of("Late", "Rejected", "Duplicate");
        }
        for (final String template : Flyweight.TEMPLATES)
        {
            if (constant.startsWith(constantName(template) + "_"))
            {
                return List.of(template);
            }
        }

        assertEquals("RESULT_", constant.substring(0, 7));
        return RESULTS;
    }

    private static String fieldOf(final Flyweight flyweight, final String constant)
    {
        for (final String field : flyweight.fields())
        {
            final String name = constantName(field) + "_OFFSET";
            if (constant.equals("CONTROL_" + name) || constant.equals("JUDGED_" + name) ||
                constant.equals("RESULT_" + name) || constant.equals(constantName(flyweight.template()) + "_" + name))
            {
                return field;
            }
        }

        throw new AssertionError(constant + " stands for no field of " + flyweight.template());
    }

    private static String constantName(final String name)
    {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
    }

    private static long constant(final String name)
    {
        try
        {
            return ((Number) MessageLayout.class.getField(name).get(null)).longValue();
        }
        catch (final ReflectiveOperationException missing)
        {
            throw new AssertionError(name, missing);
        }
    }
}
