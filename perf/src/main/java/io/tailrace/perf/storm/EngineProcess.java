package io.tailrace.perf.storm;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.tailrace.perf.certify.ChildProcess;

/**
 * The engine as {@code run CONFIG} runs it, in a JVM of its own, and what it shows of itself. It ends with the rig.
 * <p>
 * Threading: one thread.
 */
final class EngineProcess implements AutoCloseable
{
    private static final String MAIN_CLASS = "io.tailrace.engine.cli.TailraceCommand";
    private static final int HEAP_MIB = 256;
    private static final int DEVICES_PER_MIB = 1_024;
    private static final long READY_TIMEOUT_NS = TimeUnit.MINUTES.toNanos(30);
    private static final long STOP_TIMEOUT_S = 120;
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Duration HTTP_TIMEOUT = Duration.ofSeconds(10);
    private static final int OK = 200;

    private final ChildProcess process;
    private final Thread end;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(HTTP_TIMEOUT).build();
    private String ready = "";

    private EngineProcess(final ChildProcess process)
    {
        this.process = process;
        end = new Thread(process::terminate);
        Runtime.getRuntime().addShutdownHook(end);
    }

    /**
     * Starts one.
     *
     * @param dir         where its output goes.
     * @param name        of the process.
     * @param config      its configuration.
     * @param devices     of the configuration: heap for their tables.
     * @param isReplaying whether it replays the whole journal and compares all results with those of before.
     */
    static EngineProcess start(
        final Path dir, final String name, final Path config, final int devices, final boolean isReplaying)
        throws IOException
    {
        final List<String> arguments = new ArrayList<>(List.of("run", config.toString()));
        if (isReplaying)
        {
            arguments.add("--replay-all");
        }
        // All of the heap is resident from the beginning: what grows is something else.
        final String heap = HEAP_MIB + devices / DEVICES_PER_MIB + "m";
        return new EngineProcess(ChildProcess.start(
            dir,
            name,
            List.of("-Xms" + heap, "-Xmx" + heap, "-XX:+AlwaysPreTouch", HeapLog.flag(heapLog(dir, name))),
            MAIN_CLASS,
            arguments));
    }

    /** @return where a process of this name tells of its heap. */
    static Path heapLog(final Path dir, final String name)
    {
        return dir.resolve(name + ".heap.log");
    }

    /**
     * Waits until its sources are open.
     *
     * @throws IllegalStateException if it ends before, with what it has complained of.
     */
    void awaitReady() throws IOException
    {
        final long beforeNs = System.nanoTime();
        while (ready.isEmpty())
        {
            requireAlive();
            if (System.nanoTime() - beforeNs > READY_TIMEOUT_NS)
            {
                throw new IllegalStateException("the engine is not ready in time: " + process.err());
            }
            LockSupport.parkNanos(POLL_NS);
            ready = process.out().lines().filter(line -> line.startsWith("ready pid=")).findFirst().orElse("");
        }
    }

    /** Fails if it has ended by itself. */
    void requireAlive() throws IOException
    {
        if (!process.isAlive())
        {
            throw new IllegalStateException("the engine has ended by itself: " + process.err().strip());
        }
    }

    /** @return its process id. */
    long pid()
    {
        return process.pid();
    }

    /** @return where a source over UDP takes datagrams, as its ready line says. */
    String destination(final String source)
    {
        return word("source." + source + "=");
    }

    /** @return both ledgers, now. */
    LedgerCounts ledger() throws IOException, InterruptedException
    {
        return LedgerCounts.parse(get("/ledger"));
    }

    /**
     * Ends it in order.
     *
     * @return its exit code, 0 if everything that was taken became durable results and is accounted for.
     */
    int stop() throws InterruptedException
    {
        process.terminate();
        return process.awaitEnd(STOP_TIMEOUT_S);
    }

    /** @return what it has complained of. */
    String complaint() throws IOException
    {
        return process.err().strip();
    }

    @Override
    public void close()
    {
        process.close();
        try
        {
            Runtime.getRuntime().removeShutdownHook(end);
        }
        catch (final IllegalStateException ignore)
        {
            // This JVM is ending, and the hook has run.
        }
    }

    private String get(final String path) throws IOException, InterruptedException
    {
        final HttpResponse<String> response = http.send(
            HttpRequest.newBuilder(URI.create("http://" + word("http=") + path)).timeout(HTTP_TIMEOUT).build(),
            HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != OK)
        {
            throw new IOException(path + ": found status " + response.statusCode() + ", expected " + OK);
        }
        return response.body();
    }

    private String word(final String prefix)
    {
        for (final String word : ready.split(" "))
        {
            if (word.startsWith(prefix))
            {
                return word.substring(prefix.length());
            }
        }
        throw new IllegalStateException("the engine's ready line has no " + prefix + ": " + ready);
    }
}
