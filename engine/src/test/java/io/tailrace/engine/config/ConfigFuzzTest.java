package io.tailrace.engine.config;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** Whatever a file holds, it is read or refused in one line with its place; nothing else is thrown. */
class ConfigFuzzTest
{
    private static final String[] PIECES = {
        "windows", "sources", ":", ": ", "\n", "  ", "- ", "[", "]", "{", "}", ",", "&a ", "*a", "!t ", "---\n",
        "\"", "'",
        "|", ">", "#", "%", "@", "`", "?", "none", "-1", "1s", "9999999999999999999999", "NaN", "\t", "\r", "\u0000",
        "\uFEFF", "\u2028", "\uD800", "\uD83D\uDE00", "<<", "0x10", "1e400", "metric", "where", "aeron", "null", "~"};

    @Property(tries = 1000)
    void shouldTakeOrRefuseAnyBytes(@ForAll @Size(max = 200) final byte[] bytes)
    {
        takeOrRefuse(bytes);
    }

    @Property(tries = 1000)
    void shouldTakeOrRefuseAnyPieces(@ForAll final long seed)
    {
        final Random random = new Random(seed);
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < random.nextInt(40); i++)
        {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }

        takeOrRefuse(text.toString());
    }

    @Property(tries = 2000)
    void shouldTakeOrRefuseMutationsOfAValidFile(@ForAll final long seed) throws IOException
    {
        final Random random = new Random(seed);
        final StringBuilder text = new StringBuilder(ConfigFileTest.example());
        for (int i = 0; i <= random.nextInt(4); i++)
        {
            final int from = random.nextInt(text.length());
            final int to = Math.min(text.length(), from + random.nextInt(12));
            switch (random.nextInt(4))
            {
                case 0 -> text.delete(from, to);
                case 1 -> text.insert(from, PIECES[random.nextInt(PIECES.length)]);
                case 2 -> text.insert(random.nextInt(text.length()), text.substring(from, to));
                default -> text.replace(from, to, PIECES[random.nextInt(PIECES.length)]);
            }
        }

        takeOrRefuse(text.toString());
    }

    @Property(tries = 500)
    void shouldTakeOrRefuseMutatedBytesOfAValidFile(@ForAll final long seed) throws IOException
    {
        final Random random = new Random(seed);
        final byte[] bytes = ConfigFileTest.example().getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i <= random.nextInt(3); i++)
        {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }

        takeOrRefuse(Arrays.copyOf(bytes, bytes.length - random.nextInt(2) * random.nextInt(bytes.length)));
    }

    @Property(tries = 20)
    void shouldRefuseDeepNesting(@ForAll final boolean isFlow)
    {
        takeOrRefuse((isFlow ? "[" : "- ").repeat(100_000));
        takeOrRefuse("windows: " + (isFlow ? "[" : "{a: ").repeat(2_000));
    }

    private static void takeOrRefuse(final byte[] bytes)
    {
        try
        {
            ConfigFile.parse("c.yaml", bytes);
        }
        catch (final ConfigurationException ex)
        {
            assertPlaced(ex);
        }
    }

    private static void takeOrRefuse(final String text)
    {
        try
        {
            ConfigFile.parse("c.yaml", text);
        }
        catch (final ConfigurationException ex)
        {
            assertPlaced(ex);
        }
    }

    private static void assertPlaced(final ConfigurationException ex)
    {
        assertFalse(ex.problems().isEmpty());
        for (final String problem : ex.problems())
        {
            assertTrue(
                problem.matches("c\\.yaml:[1-9][0-9]*:[1-9][0-9]*: \\S.*: found \\S.*, expected \\S.*"), problem);
        }
    }
}
