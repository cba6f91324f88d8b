package io.tailrace.engine.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.tailrace.archive.DataDirectory;
import org.agrona.IoUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The ends of journal and results log are damaged, each in its own way, behind a killed engine or one that was stopped
 * in order. A restart must give what the oracle makes of the journal that is left, or refuse in one line that names
 * positions; where that line advises a new epoch, it must work. Never a wrong result.
 */
class TornTailIT
{
    private static final int CASES = 8;
    private static final int FULL_CASES = 60;
    private static final int ROWS = 20_000;
    private static final int MAX_DAMAGE = 100_000;
    private static final int MAX_FRAME = 65_504;
    private static final int EXIT_FAILED = 1;
    private static final int EXIT_REFUSED = 2;

    private static final Pattern CORRUPT =
        Pattern.compile("recording (journal|results) is corrupt at position [0-9]+.*");
    private static final Pattern REFUSED = Pattern.compile(".*position [0-9]+.*--new-epoch.*");

    @RegisterExtension
    private final EvidenceDirectory evidence = new EvidenceDirectory();

    @BeforeEach
    void assumeOracle()
    {
        Oracle.assume(evidence.dir());
    }

    @Test
    void shouldGiveTheRightAnswerOrRefuse() throws IOException
    {
        damage(CASES);
    }

    @Test
    @Tag("full")
    void shouldGiveTheRightAnswerOrRefuseManyTimes() throws IOException
    {
        damage(FULL_CASES);
    }

    private void damage(final int cases) throws IOException
    {
        final Random random = TestSeed.random("TornTailIT");
        final Base killed = new Base(random, true);
        final Base stopped = new Base(random, false);
        for (int i = 0; i < cases; i++)
        {
            final Base base = i % 2 == 0 ? killed : stopped;
            // Each recording alone, then both; what is done to them, and where, is chance.
            final Damage journal = i % 4 == 1 ? Damage.NONE : Damage.any(random);
            final Damage results = i % 4 == 2 ? Damage.NONE : Damage.any(random);
            new Case(base, i, random).run(journal, results);
        }
    }

    /** What is done to the last bytes of a recording. */
    private enum Damage
    {
        NONE,
        CUT,
        ZEROS,
        NOISE,
        FLIP,
        HOLE;

        static Damage any(final Random random)
        {
            return values()[1 + random.nextInt(values().length - 1)];
        }

        /** @return whether nothing that is valid is left behind the first byte that is damaged. */
        boolean isTail()
        {
            return this == CUT || this == ZEROS || this == NOISE;
        }
    }

    /** A data directory before the damage, and what was in it. */
    private final class Base
    {
        private final Path dir = Files.createDirectories(evidence.dir().resolve("base-" + System.nanoTime()));
        private final Path data = dir.resolve("data");
        private final List<String> journal;
        private final List<String> results;

        Base(final Random random, final boolean isKilled) throws IOException
        {
            try (EngineBench bench = bench(dir))
            {
                final Path sent = dir.resolve("sent.csv");
                bench.oracle().fill(sent, "--rows", Integer.toString(ROWS), "--rate", "2000", "--devices", "20",
                    "--disorder-ms", "500", "--late-share", "0.02", "--late-ms", "5000", "--invalid-share", "0.005",
                    "--start", "now", "--seed", Integer.toString(random.nextInt(1 << 30)));
                final EngineProcess engine = bench.run().awaitReady();
                final EngineProcess sender = bench.send(sent, EngineBench.udp(engine), "--rate", "40000/s");
                assertEquals(0, sender.exitCode(), sender::err);
                bench.awaitDrained(engine, bench.received(engine));
                if (isKilled)
                {
                    engine.kill();
                }
                else
                {
                    bench.stop(engine);
                }
                journal = bench.oracle().dump(data, "dump-journal");
                results = bench.oracle().dump(data, "dump-results");
            }
        }
    }

    /** One damaged copy. */
    private final class Case
    {
        private final Base base;
        private final Random random;
        private final Path dir;
        private final String name;
        private String what;

        Case(final Base base, final int number, final Random random) throws IOException
        {
            this.base = base;
            this.random = random;
            name = "case-" + number;
            dir = Files.createDirectories(evidence.dir().resolve(name));
        }

        void run(final Damage journalDamage, final Damage resultsDamage) throws IOException
        {
            try (EngineBench bench = bench(dir))
            {
                copy(base.data, bench.data());
                final long journalAt = damage(bench.data(), "journal", journalDamage, end(base.journal, 64));
                final long resultsAt = damage(bench.data(), "results", resultsDamage, end(base.results, 128));
                what = name + ": journal " + journalDamage + " at " + journalAt + " of " + end(base.journal, 64) +
                    ", results " + resultsDamage + " at " + resultsAt + " of " + end(base.results, 128);
                System.out.println(what);

                final EngineProcess engine = bench.run();
                engine.awaitReadyOrEnd();
                if (!engine.isAlive())
                {
                    onRefused(bench, engine, journalDamage, resultsDamage);
                    return;
                }
                bench.awaitTicks(engine, 2);
                bench.stop(engine);
                final Oracle.Summary summary = bench.verify();
                assertEquals(0, summary.count("epoch"), what);
                assertPrefix(bench.oracle().dump(bench.data(), "dump-journal"), base.journal, journalAt);
                if (journalDamage == Damage.NONE)
                {
                    assertSameResults(bench.oracle().dump(bench.data(), "dump-results"));
                }
            }
            delete();
        }

        private void onRefused(
            final EngineBench bench, final EngineProcess engine, final Damage journal, final Damage results)
            throws IOException
        {
            final List<String> lines = engine.err().lines().filter(line -> !line.contains(" WARN ")).toList();
            assertEquals(1, lines.size(), () -> what + "\n" + engine.err());
            final String line = lines.get(0);
            if (engine.exitCode() == EXIT_FAILED)
            {
                // Whole frames behind the damage: bytes that were durable have changed.
                assertTrue(CORRUPT.matcher(line).matches(), () -> what + "\n" + line);
                final Damage named = line.startsWith("recording journal") ? journal : results;
                assertTrue(named != Damage.NONE && !named.isTail(), () -> what + "\n" + line);
                delete();
                return;
            }
            assertEquals(EXIT_REFUSED, engine.exitCode(), () -> what + "\n" + line);
            assertTrue(REFUSED.matcher(line).matches(), () -> what + "\n" + line);
            assertTrue(journal != Damage.NONE, () -> what + "\n" + line);

            EngineProcess next = bench.run("--new-epoch").awaitReady();
            bench.awaitTicks(next, 2);
            bench.stop(next);
            assertEquals(1, bench.verify().count("epoch"), what);
            // And it goes on in that epoch.
            next = bench.run().awaitReady();
            bench.stop(next);
            assertEquals(1, bench.verify().count("epoch"), what);
            delete();
        }

        /** What was whole before the damage is still there, and the journal goes on behind it. */
        private void assertPrefix(final List<String> found, final List<String> before, final long damagedAt)
        {
            int same = 0;
            while (same < before.size() && same < found.size() && found.get(same).equals(before.get(same)))
            {
                same++;
            }
            final long lost = same < before.size() ? position(before.get(same)) : Long.MAX_VALUE;
            assertTrue(lost >= damagedAt - MAX_FRAME,
                () -> what + ": a message at " + lost + " is gone");
            assertTrue(found.get(same).contains(" Started "), what);
        }

        /** Results that had been emitted are emitted again as they were, byte by byte, whatever frames they are in. */
        private void assertSameResults(final List<String> found)
        {
            assertTrue(found.size() >= base.results.size(), what);
            for (int i = 0; i < base.results.size(); i++)
            {
                final String expected = base.results.get(i);
                final String result = found.get(i);
                assertEquals(expected.substring(expected.indexOf(' ')), result.substring(result.indexOf(' ')), what);
            }
        }

        private long damage(final Path data, final String recording, final Damage damage, final long end)
            throws IOException
        {
            if (damage == Damage.NONE)
            {
                return end;
            }
            final long at = end - 1 - random.nextInt((int)Math.min(end - 1, 1 + random.nextInt(MAX_DAMAGE)));
            try (RandomAccessFile file = new RandomAccessFile(segment(data, recording).toFile(), "rw"))
            {
                final int length = (int)(end - at);
                switch (damage)
                {
                    case CUT -> file.setLength(at);
                    case ZEROS -> write(file, at, new byte[length]);
                    case NOISE ->
                    {
                        final byte[] noise = new byte[length];
                        random.nextBytes(noise);
                        write(file, at, noise);
                    }
                    case FLIP ->
                    {
                        file.seek(at);
                        final int value = file.read();
                        write(file, at, new byte[]{(byte)(value ^ 1 << random.nextInt(8))});
                    }
                    default -> write(file, at, new byte[1 + random.nextInt(Math.min(length, 8192))]);
                }
            }
            return at;
        }

        private void write(final RandomAccessFile file, final long at, final byte[] bytes) throws IOException
        {
            file.seek(at);
            file.write(bytes);
        }

        private void delete()
        {
            IoUtil.delete(dir.toFile(), true);
        }
    }

    private static EngineBench bench(final Path dir) throws IOException
    {
        return new EngineBench(dir, """
            sources: [{name: field, udp: "127.0.0.1:0", receive-buffer: 4MiB}]
            event-time: {watermark: global, out-of-orderness: 300ms, idle-after: 1s}
            """ + EngineBench.WINDOWS);
    }

    /** Position behind the last message of a dump. */
    private static long end(final List<String> dump, final int messageLength)
    {
        return position(dump.get(dump.size() - 1)) + messageLength;
    }

    private static long position(final String line)
    {
        return Long.parseLong(line.substring(0, line.indexOf(' ')));
    }

    private static Path segment(final Path data, final String recording) throws IOException
    {
        final String id = Files.readAllLines(data.resolve(recording + ".recording")).stream()
            .filter(line -> line.startsWith("recordingId=")).findFirst().orElseThrow().substring(12);
        return DataDirectory.archiveDirOf(data).resolve(id + "-0.rec");
    }

    /** Segment files are mostly holes; those stay holes. */
    private static void copy(final Path from, final Path to) throws IOException
    {
        try (Stream<Path> files = Files.walk(from))
        {
            for (final Path file : files.toList())
            {
                final Path copy = to.resolve(from.relativize(file));
                if (Files.isDirectory(file))
                {
                    Files.createDirectories(copy);
                }
                else
                {
                    copyFile(file, copy);
                }
            }
        }
    }

    private static void copyFile(final Path from, final Path to) throws IOException
    {
        final byte[] block = new byte[1 << 16];
        try (RandomAccessFile in = new RandomAccessFile(from.toFile(), "r");
            RandomAccessFile out = new RandomAccessFile(to.toFile(), "rw"))
        {
            out.setLength(in.length());
            long at = 0;
            for (int count = in.read(block); count > 0; count = in.read(block))
            {
                boolean isZero = true;
                for (int i = 0; i < count && isZero; i++)
                {
                    isZero = block[i] == 0;
                }
                if (!isZero)
                {
                    out.seek(at);
                    out.write(block, 0, count);
                }
                at += count;
            }
        }
    }
}
