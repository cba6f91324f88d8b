package io.tailrace.perf.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * The samples of async-profiler, as it writes them: in the format of flight recordings.
 * <p>
 * Threading: immutable, once read.
 */
public final class Samples
{
    private static final String UNKNOWN = "unknown";

    private final Stacks time = new Stacks();
    private final Stacks allocated = new Stacks();
    private final Predicate<String> isRoleWanted;
    private String engine = UNKNOWN;
    private String version = UNKNOWN;
    private Instant begin;
    private Instant end = Instant.MIN;

    private Samples(final Predicate<String> isRoleWanted)
    {
        this.isRoleWanted = isRoleWanted;
    }

    /**
     * Reads samples.
     *
     * @param file         of the profiler.
     * @param from         beginning of the profile, after its start; samples before it are left out.
     * @param isRoleWanted whether the samples of a thread's role are taken.
     * @throws IOException if it is not readable.
     */
    public static Samples read(final Path file, final Duration from, final Predicate<String> isRoleWanted)
        throws IOException
    {
        final Samples samples = new Samples(isRoleWanted);
        samples.begin = begin(file).plus(from);
        try (RecordingFile recording = new RecordingFile(file))
        {
            while (recording.hasMoreEvents())
            {
                samples.onEvent(recording.readEvent());
            }
        }
        return samples;
    }

    /** @return stacks by samples of the event. */
    public Stacks time()
    {
        return time;
    }

    /** @return stacks by bytes allocated, estimated from the samples; the innermost frame is the class. */
    public Stacks allocated()
    {
        return allocated;
    }

    /** @return what took the samples: {@code perf_events}, {@code ctimer}, ...; {@code unknown} if it is not said. */
    public String engine()
    {
        return engine;
    }

    /** @return version of the profiler; {@code unknown} if it is not said. */
    public String version()
    {
        return version;
    }

    /** Beginning of what was taken, before which all was left out. */
    Instant begin()
    {
        return begin;
    }

    /** @return time between the beginning of what was taken and the last sample in it. */
    public Duration duration()
    {
        return end.isAfter(begin) ? Duration.between(begin, end) : Duration.ZERO;
    }

    /** The profiler writes its events in no order of time. */
    private static Instant begin(final Path file) throws IOException
    {
        Instant begin = Instant.MAX;
        try (RecordingFile recording = new RecordingFile(file))
        {
            while (recording.hasMoreEvents())
            {
                final Instant time = recording.readEvent().getStartTime();
                begin = time.isBefore(begin) ? time : begin;
            }
        }
        if (Instant.MAX.equals(begin))
        {
            throw new IOException(file + ": no events");
        }
        return begin;
    }

    private void onEvent(final RecordedEvent event)
    {
        switch (event.getEventType().getName())
        {
            case "jdk.ActiveSetting" -> onSetting(event);
            case "jdk.ExecutionSample" -> onTime(event, 1);
            case "profiler.WallClockSample" -> onTime(event, event.getInt("samples"));
            case "jdk.ObjectAllocationInNewTLAB" -> onAllocation(event, event.getLong("tlabSize"), "_[i]");
            case "jdk.ObjectAllocationOutsideTLAB" -> onAllocation(event, event.getLong("allocationSize"), "_[k]");
            default ->
            {
                // What the JVM was like is told by the flight recording.
            }
        }
    }

    private void onSetting(final RecordedEvent event)
    {
        switch (event.getString("name"))
        {
            case "engine" -> engine = event.getString("value");
            case "version" -> version = event.getString("value");
            default ->
            {
                // The others were asked for.
            }
        }
    }

    private void onTime(final RecordedEvent event, final long samples)
    {
        add(time, event, event.getThread("sampledThread"), null, samples);
    }

    private void onAllocation(final RecordedEvent event, final long bytes, final String suffix)
    {
        final RecordedClass type = event.getClass("objectClass");
        add(
            allocated,
            event,
            event.getThread("eventThread"),
            (null == type ? UNKNOWN : sourceName(type.getName())) + suffix,
            bytes);
    }

    private void add(
        final Stacks stacks,
        final RecordedEvent event,
        final RecordedThread thread,
        final String innermost,
        final long value)
    {
        final String role = ThreadRole.of(thread);
        if (event.getStartTime().isBefore(begin) || !isRoleWanted.test(role))
        {
            return;
        }
        end = event.getStartTime().isAfter(end) ? event.getStartTime() : end;
        final List<String> frames = new ArrayList<>();
        if (null != innermost)
        {
            frames.add(innermost);
        }
        final RecordedStackTrace trace = event.getStackTrace();
        if (null != trace)
        {
            trace.getFrames().forEach(frame -> frames.add(name(frame)));
        }
        frames.add(role);
        Collections.reverse(frames);
        stacks.add(frames, value);
    }

    private static String name(final RecordedFrame frame)
    {
        final RecordedMethod method = frame.getMethod();
        final String type = frame.getType();
        final String suffix = switch (type)
        {
            case "JIT compiled" -> "_[j]";
            case "C1 compiled" -> "_[1]";
            case "Inlined" -> "_[i]";
            case "Interpreted" -> "_[0]";
            case "Kernel" -> "_[k]";
            default -> "";
        };
        if (suffix.isEmpty() || "Kernel".equals(type))
        {
            // Of a native frame, the type is its library.
            return method.getName() + suffix;
        }
        return className(method.getType()) + '.' + method.getName() + suffix;
    }

    /** The name of a class as it is written: an array's is a descriptor, {@code [[J} or {@code [Ljava.lang.String;}. */
    static String sourceName(final String name)
    {
        final int dimensions = name.lastIndexOf('[') + 1;
        if (dimensions == 0)
        {
            return name.replace('.', '/');
        }
        final String element = name.substring(dimensions);
        final String type = switch (element)
        {
            case "B" -> "byte";
            case "C" -> "char";
            case "D" -> "double";
            case "F" -> "float";
            case "I" -> "int";
            case "J" -> "long";
            case "S" -> "short";
            case "Z" -> "boolean";
            default -> element.startsWith("L") && element.endsWith(";") ?
                element.substring(1, element.length() - 1).replace('.', '/') : element;
        };
        return type + "[]".repeat(dimensions);
    }

    /** Classes that the JVM makes up have a number in their name, which changes from run to run. */
    private static String className(final RecordedClass type)
    {
        final String name = type.getName().replace('.', '/');
        final int lambda = name.indexOf("$$Lambda");
        return lambda < 0 ? name : name.substring(0, lambda) + "$$Lambda";
    }
}
