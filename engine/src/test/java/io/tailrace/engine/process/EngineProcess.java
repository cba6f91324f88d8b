package io.tailrace.engine.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * {@code java -jar target/tailrace.jar ARGUMENTS} in a process of its own, with the JVM of the test. What it prints
 * goes to files in its directory. Closing it kills it if it still lives.
 */
public final class EngineProcess implements AutoCloseable
{
    /** The packaged jar; there only after {@code package}. */
    public static final Path JAR = Path.of("target", "tailrace.jar");

    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_INTERVAL_MS = 20;
    private static final Pattern HTTP = Pattern.compile("^ready pid=[0-9]+ http=(\\S+) position=[0-9]+");
    private static final int FIRST_JDK_THAT_WARNS = 24;

    private final Process process;
    private final Path out;
    private final Path err;

    private EngineProcess(final Process process, final Path out, final Path err)
    {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /**
     * Starts a process.
     *
     * @param dir       where its output goes, in files that begin with {@code name}.
     * @param name      of this process in the test.
     * @param arguments of the command line.
     */
    public static EngineProcess start(final Path dir, final String name, final String... arguments)
    {
        return start(List.of(), dir, name, arguments);
    }

    /** Starts a process by a command that replaces itself by the one that it is given. */
    static EngineProcess start(
        final List<String> prefix, final Path dir, final String name, final String... arguments)
    {
        final List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-ea:io.tailrace...",
            "-jar",
            JAR.toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        final Path out = dir.resolve(name + ".out");
        final Path err = dir.resolve(name + ".err");
        try
        {
            final ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
            // Both print a line to standard error that is not ours.
            builder.environment().remove("JAVA_TOOL_OPTIONS");
            builder.environment().remove("JDK_JAVA_OPTIONS");
            return new EngineProcess(builder.start(), out, err);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /** Waits for the line that says that the sources are open. */
    public EngineProcess awaitReady()
    {
        await("ready", () -> out().lines().anyMatch(line -> line.startsWith("ready ")));
        return this;
    }

    /** Waits for that line, or for the end of the process. */
    public void awaitReadyOrEnd()
    {
        final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        while (!awaitEnd(LOOK_INTERVAL_MS) && out().lines().noneMatch(line -> line.startsWith("ready ")))
        {
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> "neither ready nor at its end:\n" + out() + err());
        }
    }

    /** Waits until something is so; fails with all output if it takes too long or the process ends before. */
    public void await(final String what, final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        while (!condition.getAsBoolean())
        {
            assertTrue(process.isAlive() && System.nanoTime() - deadlineNs < 0,
                () -> "waited for " + what + (process.isAlive() ? dumpThreads() : ", process has ended") + ":\n" +
                out() + err());
            awaitEnd(LOOK_INTERVAL_MS);
        }
    }

    /** @return process id. */
    public long pid()
    {
        return process.pid();
    }

    /** @return what comes after {@code http=} in the ready line. */
    public String http()
    {
        return find(HTTP);
    }

    /** @return UDP port of a source, from the ready line. */
    public int udpPort(final String source)
    {
        return Integer.parseInt(find(Pattern.compile("^ready .* source\\." + source + "=udp:[^ ]*:([0-9]+)")));
    }

    /** @return whether it has not ended yet. */
    public boolean isAlive()
    {
        return process.isAlive();
    }

    /** Waits that long at most; answers whether it has ended. */
    public boolean endsWithin(final long ms)
    {
        return awaitEnd(ms);
    }

    /** Sends a signal by its name, such as {@code STOP}. */
    public void signal(final String name)
    {
        try
        {
            assertEquals(0, new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor());
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
        catch (final InterruptedException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    /** Lets it run for so long, or until it ends by itself, and sends SIGKILL then. */
    public void killAfter(final long ms)
    {
        awaitEnd(ms);
        kill();
    }

    /** Sends SIGTERM. */
    public EngineProcess terminate()
    {
        process.destroy();
        return this;
    }

    /** Sends SIGKILL and waits for the end. */
    public void kill()
    {
        process.destroyForcibly();
        exitCode();
    }

    /** Waits for the end. */
    public int exitCode()
    {
        assertTrue(awaitEnd(TimeUnit.NANOSECONDS.toMillis(TIMEOUT_NS)),
            () -> "does not end" + dumpThreads() + ":\n" + out() + err());
        return process.exitValue();
    }

    /** @return standard output until now. */
    public String out()
    {
        return read(out);
    }

    /** @return standard error until now, without the four lines by which newer JVMs warn of a library. */
    public String err()
    {
        final StringBuilder text = new StringBuilder();
        try (Stream<String> lines = read(err).lines())
        {
            lines.filter(line -> !isKnownWarning(line)).forEach(line -> text.append(line).append('\n'));
        }
        return text.toString();
    }

    @Override
    public void close()
    {
        process.destroyForcibly();
        awaitEnd(TimeUnit.NANOSECONDS.toMillis(TIMEOUT_NS));
    }

    private static boolean isKnownWarning(final String line)
    {
        return Runtime.version().feature() >= FIRST_JDK_THAT_WARNS &&
            (line.startsWith("WARNING: A terminally deprecated method in sun.misc.Unsafe has been called") ||
            line.startsWith("WARNING: sun.misc.Unsafe::") ||
            line.startsWith("WARNING: Please consider reporting this to the maintainers of class com.kenai.jffi"));
    }

    private String find(final Pattern pattern)
    {
        final Matcher matcher = pattern.matcher(out());
        assertTrue(matcher.find(), this::out);
        return matcher.group(1);
    }

    /** The JVM prints its threads to its standard output when it is asked to quit. */
    private String dumpThreads()
    {
        try
        {
            new ProcessBuilder("kill", "-QUIT", Long.toString(process.pid())).start().waitFor();
            awaitEnd(TimeUnit.SECONDS.toMillis(1));
            return "";
        }
        catch (final IOException ex)
        {
            return " (no thread dump: " + ex.getMessage() + ")";
        }
        catch (final InterruptedException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    private boolean awaitEnd(final long timeoutMs)
    {
        try
        {
            return process.waitFor(timeoutMs, TimeUnit.MILLISECONDS);
        }
        catch (final InterruptedException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    private static String read(final Path file)
    {
        try
        {
            return Files.readString(file);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }
}
