package io.tailrace.archive.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

import org.agrona.IoUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static io.tailrace.archive.checkpoint.TestCheckpoints.meta;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Damages copies of three chains at random and recovers from them as the engine would: the first candidate that
 * verifies. It must be the newest whose files are all as they were written, by the test's own comparison of bytes, and
 * what is read from it must be what was written. Every file that has changed must be reported.
 * <p>
 * A failure names seed and case; its files stay under {@code target/evidence}.
 */
final class CheckpointDamageTest
{
    private static final int CHAINS = 3;
    private static final int FILES_PER_CHAIN = 4;
    private static final int FILES = CHAINS * FILES_PER_CHAIN;
    private static final int PAGE_LENGTH = 4096;
    private static final int HEADER_LENGTH = 96;
    private static final int TRAILER_LENGTH = 40;

    private static final byte[][] ORIGINALS = new byte[FILES + 1][];
    private static final byte[][] FOREIGN = new byte[FILES + 1][];
    private static Path base;

    @BeforeAll
    static void write() throws IOException
    {
        base = Files.createTempDirectory(Files.createDirectories(Path.of("target", "data")), "damage-");
        write(base.resolve("original"), 0, ORIGINALS);
        write(base.resolve("foreign"), 1000, FOREIGN);
    }

    @AfterAll
    static void delete()
    {
        IoUtil.delete(base.toFile(), true);
    }

    @Test
    void shouldFallBackToTheNewestUntouchedChain() throws IOException
    {
        runCases(20260718L, 400);
    }

    @Test
    @Tag("full")
    void shouldFallBackToTheNewestUntouchedChainInManyCases() throws IOException
    {
        final long seed = System.nanoTime();
        runCases(seed, 5_000);
    }

    private static void runCases(final long seed, final int count) throws IOException
    {
        int changedCases = 0;
        int deepCases = 0;
        for (int i = 0; i < count; i++)
        {
            final Random random = new Random(seed + i);
            final TreeMap<Integer, byte[]> files = new TreeMap<>();
            for (int number = 1; number <= FILES; number++)
            {
                files.put(number, ORIGINALS[number].clone());
            }

            final List<String> done = new ArrayList<>();
            for (int damages = 1 + random.nextInt(3); damages > 0; damages--)
            {
                done.add(damage(files, random));
            }

            final String what = "seed " + (seed + i) + ", case " + i + ": " + done;
            final Path dataDir = base.resolve("case-" + i);
            try
            {
                final boolean isDeep = check(dataDir, files, what);
                changedCases += untouched(files).size() < FILES ? 1 : 0;
                deepCases += isDeep ? 1 : 0;
            }
            catch (final Throwable ex)
            {
                final Path evidence = Files.createDirectories(Path.of("target", "evidence"))
                    .resolve("checkpoint-damage-" + (seed + i));
                IoUtil.delete(evidence.toFile(), true);
                Files.move(dataDir, evidence);
                throw new AssertionError(what + "; files are in " + evidence, ex);
            }
            IoUtil.delete(dataDir.toFile(), true);
        }

        // Were most cases harmless, or all found by the cheap check, the rest would prove little.
        assertTrue(changedCases > count * 9 / 10, "cases that changed something: " + changedCases);
        assertTrue(deepCases > count / 10, "cases that took the deep check: " + deepCases);
    }

    private static boolean check(final Path dataDir, final TreeMap<Integer, byte[]> files, final String what)
        throws IOException
    {
        final Path dir = Files.createDirectories(CheckpointDirectory.dirOf(dataDir));
        for (final var file : files.entrySet())
        {
            Files.write(dir.resolve(CheckpointFormat.fileName(file.getKey())), file.getValue());
        }
        final List<Integer> untouched = untouched(files);

        final CheckpointDirectory directory = CheckpointDirectory.open(dataDir);
        final List<CheckpointEntry> entries = directory.entries();
        assertEquals(files.size(), entries.size(), what);
        for (final CheckpointEntry entry : entries)
        {
            final int number = (int) entry.number();
            final boolean isForeign = Arrays.equals(FOREIGN[number], files.get(number));
            assertEquals(untouched.contains(number) || isForeign, entry.verify().isEmpty(),
                () -> what + ": file " + number + ": " + entry.verify());
        }

        boolean isDeep = false;
        for (final CheckpointChain chain : directory.candidates())
        {
            if (!chain.verify().isEmpty())
            {
                isDeep = true;
                continue;
            }

            assertEquals(expectedChain(untouched), numbersOf(chain), what);
            assertPayloads(chain, what);
            return isDeep;
        }

        assertEquals(List.of(), expectedChain(untouched), what);
        return isDeep;
    }

    private static void assertPayloads(final CheckpointChain chain, final String what)
    {
        for (int i = 0; i < chain.size(); i++)
        {
            final long number = chain.newest().number() - chain.size() + 1 + i;
            try (CheckpointReader reader = chain.open(i))
            {
                assertEquals(metaOf(number), reader.meta(), what);
                TestCheckpoints.assertFrames(framesOf(number), TestCheckpoints.readAll(reader), what);
                assertEquals(new String(TestCheckpoints.footer(number)),
                    new String(TestCheckpoints.bytesOf(reader.footer())), what);
            }
        }
    }

    private static String damage(final TreeMap<Integer, byte[]> files, final Random random)
    {
        // The newest are chosen more often, since they are what recovery looks at first.
        final int number = random.nextBoolean() ? FILES - random.nextInt(FILES_PER_CHAIN) : 1 + random.nextInt(FILES);
        final byte[] content = files.get(number);
        if (null == content || content.length < HEADER_LENGTH + TRAILER_LENGTH)
        {
            files.remove(number);
            return "delete " + number;
        }

        switch (random.nextInt(11))
        {
            case 0:
            {
                final int length = random.nextInt(content.length);
                files.put(number, Arrays.copyOf(content, length));
                return "truncate " + number + " at " + length;
            }

            case 1:
            {
                final int length = content.length + 1 + random.nextInt(2 * PAGE_LENGTH);
                files.put(number, Arrays.copyOf(content, length));
                return "lengthen " + number + " to " + length;
            }

            case 2:
            {
                final int page = random.nextInt((content.length + PAGE_LENGTH - 1) / PAGE_LENGTH) * PAGE_LENGTH;
                Arrays.fill(content, page, Math.min(content.length, page + PAGE_LENGTH), (byte) 0);
                return "zero the page of " + number + " at " + page;
            }

            case 3:
                return "header of " + flip(files, number, random, 0, HEADER_LENGTH);

            case 4:
                return "frame header of " + flip(files, number, random, frame(content, random), 8);

            case 5:
                return "frame of " + flip(files, number, random, HEADER_LENGTH, content.length - HEADER_LENGTH - 64);

            case 6:
                return "footer of " + flip(files, number, random, content.length - 64, 64);

            case 7:
            {
                files.remove(number);
                return "delete " + number;
            }

            case 8:
            {
                final int other = 1 + random.nextInt(FILES);
                final byte[] otherContent = files.get(other);
                if (null == otherContent || other == number)
                {
                    files.remove(number);
                    return "delete " + number;
                }
                files.put(number, otherContent);
                files.put(other, content);
                return "swap " + number + " and " + other;
            }

            case 9:
            {
                final int length = random.nextBoolean() ? random.nextInt() : Integer.MAX_VALUE - random.nextInt(64);
                final int at = frame(content, random);
                ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putInt(at, length);
                return "frame length " + length + " at " + at + " of " + number;
            }

            default:
            {
                // Of another run, in every respect valid: only increments, since a full one stands for itself.
                final int increment = number % FILES_PER_CHAIN == 1 ? number + 1 : number;
                files.put(increment, FOREIGN[increment].clone());
                return "foreign " + increment;
            }
        }
    }

    private static String flip(
        final TreeMap<Integer, byte[]> files, final int number, final Random random, final int from, final int length)
    {
        final int bit = random.nextInt(length * 8);
        files.get(number)[from + bit / 8] ^= (byte) (1 << bit % 8);
        return number + ": flip bit " + bit + " after " + from;
    }

    /**
     * Offset of any frame, as far as the walk meets sane lengths.
     */
    private static int frame(final byte[] content, final Random random)
    {
        final ByteBuffer buffer = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        int offset = HEADER_LENGTH;
        for (int steps = random.nextInt(30); steps > 0; steps--)
        {
            final int length = buffer.getInt(offset);
            final long next = offset + 8 + (length + 7L & ~7L);
            if (length < 1 || next > content.length - 64)
            {
                break;
            }
            offset = (int) next;
        }
        return offset;
    }

    private static List<Integer> untouched(final TreeMap<Integer, byte[]> files)
    {
        return files.keySet().stream().filter((number) -> Arrays.equals(ORIGINALS[number], files.get(number))).toList();
    }

    /**
     * Newest checkpoint whose files are all untouched, from the full one on.
     */
    private static List<Integer> expectedChain(final List<Integer> untouched)
    {
        for (int newest = FILES; newest > 0; newest--)
        {
            final List<Integer> chain = new ArrayList<>();
            for (int number = newest - (newest - 1) % FILES_PER_CHAIN; number <= newest; number++)
            {
                chain.add(number);
            }
            if (untouched.containsAll(chain))
            {
                return chain;
            }
        }
        return List.of();
    }

    private static List<Integer> numbersOf(final CheckpointChain chain)
    {
        return chain.files().stream().map((file) -> (int) CheckpointFormat.numberOf(file)).toList();
    }

    private static void write(final Path dataDir, final long seed, final byte[][] contents) throws IOException
    {
        final CheckpointDirectory directory = CheckpointDirectory.open(dataDir);
        for (int number = 1; number <= FILES; number++)
        {
            final Path file = TestCheckpoints.write(directory, metaOf(number), framesOf(seed + number));
            contents[number] = Files.readAllBytes(file);
            assertFalse(Arrays.equals(contents[number], ORIGINALS[number]) && seed > 0);
        }
    }

    private static CheckpointMeta metaOf(final long number)
    {
        return meta(number, 1 + (number - 1) / FILES_PER_CHAIN, (int) ((number - 1) % FILES_PER_CHAIN));
    }

    private static List<byte[]> framesOf(final long seed)
    {
        return TestCheckpoints.frames(seed, 30, 1 == seed % FILES_PER_CHAIN ? 2500 : 900);
    }
}
