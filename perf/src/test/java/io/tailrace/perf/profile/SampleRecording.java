package io.tailrace.perf.profile;

import java.io.IOException;
import java.nio.file.Path;

import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.Recording;

/** A recording with samples as the profiler writes them, and with what the JVM itself counts, of threads of its own. */
public final class SampleRecording
{
    /** Role of the thread that takes samples. */
    public static final String SAMPLED = "[journal,window,egress]";
    /** Role of the thread that allocates. */
    public static final String ALLOCATING = "allocating <thread>";
    /** Samples of the first, all told. */
    public static final int SAMPLES = 42;
    /** Bytes that the second allocates at least. */
    public static final long ALLOCATED = 64L << 20;

    private static final int ARRAY_LENGTH = 1 << 20;

    private static volatile Object sink;

    /** As the profiler has it. */
    @Name("profiler.WallClockSample")
    static final class WallClockSample extends Event
    {
        private Thread sampledThread;
        private int samples;
    }

    /** As the JVM has it, with the names of settings that the profiler adds. */
    @Name("test.Unknown")
    static final class Unknown extends Event
    {
    }

    private SampleRecording()
    {
    }

    /** Writes it to a file that is not there. */
    public static Path write(final Path file) throws IOException, InterruptedException
    {
        try (Recording recording = new Recording())
        {
            recording.enable("jdk.ObjectAllocationInNewTLAB").withStackTrace();
            recording.enable("jdk.ObjectAllocationOutsideTLAB").withStackTrace();
            recording.enable("jdk.ThreadAllocationStatistics").with("period", "everyChunk");
            recording.enable("jdk.GarbageCollection").withoutThreshold();
            recording.start();
            new Unknown().commit();
            runAs("/dev/shm/driver-1 " + SAMPLED, () ->
            {
                sample(SAMPLES - 2);
                sample(2);
            });
            runAs(ALLOCATING, () ->
            {
                allocate();
                System.gc();
                // Counted at the end of the chunk, as long as the thread lives.
                recording.stop();
            });
            recording.dump(file);
        }
        return file;
    }

    private static void sample(final int count)
    {
        final WallClockSample event = new WallClockSample();
        event.sampledThread = Thread.currentThread();
        event.samples = count;
        event.commit();
    }

    private static void allocate()
    {
        for (long bytes = 0; bytes < ALLOCATED; bytes += ARRAY_LENGTH * (long)Long.BYTES)
        {
            sink = new long[ARRAY_LENGTH];
        }
    }

    private static void runAs(final String name, final Runnable work) throws InterruptedException
    {
        final Thread thread = new Thread(work, name);
        thread.start();
        thread.join();
    }
}
