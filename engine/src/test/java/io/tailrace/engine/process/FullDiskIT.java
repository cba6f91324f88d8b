package io.tailrace.engine.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import io.tailrace.archive.DataDirectory;
import org.agrona.IoUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * An engine on a file system of 96 MB that becomes really full: by a file of somebody else, to the last byte, and by
 * its own journal up to its budget. Ingress stops before anything fails and resumes when there is room; what was
 * accepted is there, and both recordings verify.
 */
class FullDiskIT
{
    private static final int DISK_MEGABYTES = 96;

    /** Twenty reserves, so that every alarm comes before ingress stops. */
    private static final String BUDGET = "40MB";
    private static final String GREATER_BUDGET = "64MB";
    private static final long LEFT_BY_OTHERS = 1_200_000;
    private static final long LESS_THAN_RESERVED = 900_000;
    private static final long START_MS = 1_700_000_000_000L;
    private static final int FIRST = 30_000;
    private static final int WHILE_FULL = 100;
    private static final int BURST = 1_000;
    private static final int PACE = 100;
    private static final long PACE_NS = TimeUnit.MILLISECONDS.toNanos(2);

    @RegisterExtension
    private final EvidenceDirectory evidence = new EvidenceDirectory();

    private final HttpClient http = HttpClient.newHttpClient();
    private SmallDisk disk;
    private long sent;

    @BeforeEach
    void mount() throws IOException
    {
        disk = SmallDisk.mount(Files.createDirectory(evidence.dir().resolve("disk")), DISK_MEGABYTES);
        assumeTrue(null != disk, "needs the right to mount a tmpfs in a mount namespace");
    }

    @AfterEach
    void unmount()
    {
        if (null != disk)
        {
            final Path data = disk.outside().resolve("data");
            if (Files.exists(data.resolve("aeron.dir")))
            {
                IoUtil.delete(Path.of(DataDirectory.recordedAeronDirectoryName(data)).toFile(), true);
            }
            disk.close();
        }
    }

    @Test
    void shouldStopIngressBeforeTheDiskIsFullAndResume() throws IOException
    {
        try (EngineProcess engine = run("engine", BUDGET).awaitReady();
            ReadingSender sender = new ReadingSender(engine.udpPort("field")))
        {
            send(sender, FIRST);
            engine.await(FIRST + " readings", () -> taken(engine) == FIRST);
            assertEquals("normal", health(engine, 200));

            fillByOthers(engine, sender);
            fillByReadings(engine, sender);
            assertEquals(0, engine.terminate().exitCode(), engine::err);
        }
        final String verified = verify();
        try (EngineProcess engine = run("greater", GREATER_BUDGET).awaitReady();
            ReadingSender sender = new ReadingSender(engine.udpPort("field"), sent))
        {
            final long before = taken(engine);
            assertTrue(!"full".equals(health(engine, 200)));
            send(sender, FIRST);
            engine.await("more readings", () -> taken(engine) == before + FIRST);
            assertNothingIsMissing(engine);
            assertEquals(0, engine.terminate().exitCode(), engine::err);
        }
        assertTrue(!verified.equals(verify()));
    }

    /** Somebody else takes all that is left; readings that come then wait in the socket. */
    private void fillByOthers(final EngineProcess engine, final ReadingSender sender) throws IOException
    {
        disk.fill("foreign", LEFT_BY_OTHERS);
        // The first alarm takes room for the file of errors: usually now, but sooner if filling is slow.
        engine.await("an alarm", () -> Set.of("critical", "full").contains(level(engine)));
        engine.await("the file of errors", () -> Files.exists(disk.outside().resolve("data/errors.dat")));
        disk.fill("foreign", LESS_THAN_RESERVED);
        engine.await("a full disk", () -> "full".equals(level(engine)));
        engine.await("the warning",
            () -> engine.err().contains("ingress stopped, the disk is full: the data directory uses "));
        disk.fill("foreign", 0);
        final long received = count(engine, "received");
        final long position = position(engine);
        for (int i = 0; i < WHILE_FULL; i++)
        {
            sendOne(sender);
        }
        assertEquals("full", health(engine, 503));
        assertEquals(received, count(engine, "received"));
        assertEquals(position, position(engine));
        assertTrue(disk.free() < 64 * 1024, () -> "not really full: " + disk.free());

        disk.delete("foreign");
        engine.await("open ingress", () -> "normal".equals(level(engine)));
        engine.await("what waited", () -> count(engine, "received") == received + WHILE_FULL);
        assertNothingIsMissing(engine);
        engine.await("the good news", () -> engine.err().contains("ingress resumed: "));
        // A line that found no room was written when there was some.
        engine.await("two lines of the lifecycle", () -> levels().containsAll(List.of("full", "normal")));
    }

    /**
     * The journal grows to its budget: results are purged on the way, then ingress stops and the kernel drops. There is
     * no checkpoint meanwhile, behind which the journal would be purged too.
     */
    private void fillByReadings(final EngineProcess engine, final ReadingSender sender) throws IOException
    {
        final long drops = count(engine, "kernel-drops");
        long position;
        do
        {
            position = position(engine);
            send(sender, BURST);
        }
        // A purge may let ingress go on for a while, until there is nothing left to purge.
        while (!"full".equals(level(engine)) || position(engine) != position || count(engine, "kernel-drops") == drops);
        assertTrue(levels().containsAll(Set.of("raised", "high", "critical", "full")), () -> levels().toString());
        assertTrue(metric(engine, "tailrace_purged_segments_total") > 0);
        assertEquals(1, metric(engine, "tailrace_ingress_stopped"));
        assertNothingIsMissing(engine);
        assertTrue(engine.isAlive());
    }

    private void send(final ReadingSender sender, final int count) throws IOException
    {
        for (int i = 0; i < count; i++)
        {
            sendOne(sender);
            if (i % PACE == PACE - 1)
            {
                LockSupport.parkNanos(PACE_NS);
            }
        }
    }

    /** What became of readings that were sent, so far. */
    private long taken(final EngineProcess engine)
    {
        return count(engine, "received") + count(engine, "kernel-drops");
    }

    /** Every second reading is late, so that the results log grows as well. */
    private void sendOne(final ReadingSender sender) throws IOException
    {
        final long timeMs = sent % 2 == 0 ? START_MS + 100_000 + sent : START_MS;
        sender.send(sent % 10, timeMs, sent);
        sent++;
    }

    private void assertNothingIsMissing(final EngineProcess engine)
    {
        engine.await("an empty ring", () -> count(engine, "in-flight") == 0);
        assertEquals(count(engine, "received"), count(engine, "accepted"));
        assertEquals(0, count(engine, "unaccounted"));
    }

    private EngineProcess run(final String name, final String budget) throws IOException
    {
        final Path yaml = evidence.dir().resolve(name + ".yaml");
        Files.writeString(yaml, """
            data-dir: %s
            http: 127.0.0.1:0
            limits: {devices: 100, keys: 100, ring-slots: 4096}
            sources: [{name: field, udp: "127.0.0.1:0", receive-buffer: 1MiB}]
            event-time: {watermark: global, out-of-orderness: 0s, reference-clock: none}
            windows: [{name: w, type: tumbling, size: 1s}]
            retention: {disk-budget: %s}
            checkpoint: {interval: 15m}
            """.formatted(disk.inside().resolve("data"), budget));
        return EngineProcess.start(disk.enter(), evidence.dir(), name, "run", yaml.toString());
    }

    private String verify()
    {
        try (EngineProcess inspect = EngineProcess.start(disk.enter(), evidence.dir(), "inspect",
            "inspect", disk.inside().resolve("data").toString(), "--verify"))
        {
            assertEquals(0, inspect.exitCode(), inspect::err);
            return inspect.out();
        }
    }

    /** Levels in the lifecycle log. */
    private Set<String> levels()
    {
        try
        {
            return Files.readAllLines(disk.outside().resolve("data/lifecycle.jsonl")).stream()
                .filter(line -> line.contains("\"event\":\"disk\""))
                .map(line -> line.replaceAll(".*\"level\":\"([a-z]+)\".*", "$1"))
                .collect(Collectors.toSet());
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    private long count(final EngineProcess engine, final String reason)
    {
        return get(engine, "/ledger").body().lines()
            .filter(line -> line.startsWith("source,field," + reason + ","))
            .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(',') + 1)))
            .sum();
    }

    private double metric(final EngineProcess engine, final String name)
    {
        return get(engine, "/metrics").body().lines()
            .filter(line -> line.startsWith(name + " "))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
            .findFirst().orElseThrow();
    }

    private String level(final EngineProcess engine)
    {
        return get(engine, "/health").body().replaceAll("(?s).*\"disk\":\"([a-z]+)\".*", "$1");
    }

    private String health(final EngineProcess engine, final int expectedStatus)
    {
        final HttpResponse<String> answer = get(engine, "/health");
        assertEquals(expectedStatus, answer.statusCode(), answer::body);
        return level(engine);
    }

    private long position(final EngineProcess engine)
    {
        return Long.parseLong(
            get(engine, "/health").body().replaceAll("(?s).*\"journalPosition\":([0-9]+).*", "$1"));
    }

    private HttpResponse<String> get(final EngineProcess engine, final String path)
    {
        try
        {
            return http.send(HttpRequest.newBuilder(URI.create("http://" + engine.http() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("engine " + engine.pid() + ":\n" + engine.out() + engine.err(), ex);
        }
        catch (final InterruptedException ex)
        {
            throw new IllegalStateException(ex);
        }
    }
}
