package io.tailrace.perf.certify;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of our own class path, with its output in files. It is ended by its handle alone.
 * <p>
 * Threading: one thread.
 */
public final class ChildProcess implements AutoCloseable
{
    /** What the manifest of the jar opens for {@code java -jar}, which starts one main class alone. */
    private static final List<String> OPENED = List.of(
        "java.base/java.lang", "java.base/java.lang.reflect", "java.base/java.util.zip", "java.base/sun.nio.ch",
        "java.base/jdk.internal.ref", "java.base/jdk.internal.misc");
    private static final List<String> EXPORTED = List.of(
        "jdk.compiler/com.sun.tools.javac.file", "java.base/jdk.internal.misc");
    private static final int FIRST_JDK_THAT_WARNS = 24;
    private static final long END_TIMEOUT_S = 60;

    private final String name;
    private final Process process;
    private final Path out;
    private final Path err;

    private ChildProcess(final String name, final Process process, final Path out, final Path err)
    {
        this.name = name;
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /**
     * Starts one.
     *
     * @param dir       where its output goes.
     * @param name      of the process, and of its files.
     * @param heap      its {@code -Xmx}.
     * @param mainClass to run.
     * @param arguments of the main class.
     */
    public static ChildProcess start(
        final Path dir, final String name, final String heap, final String mainClass, final List<String> arguments)
        throws IOException
    {
        return start(dir, name, List.of("-Xmx" + heap), mainClass, arguments);
    }

    /**
     * Starts one.
     *
     * @param dir       where its output goes.
     * @param name      of the process, and of its files.
     * @param flags     of its JVM, beside those that every one of ours has.
     * @param mainClass to run.
     * @param arguments of the main class.
     */
    public static ChildProcess start(
        final Path dir,
        final String name,
        final List<String> flags,
        final String mainClass,
        final List<String> arguments) throws IOException
    {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-XX:+UseSerialGC");
        OPENED.forEach(opened -> command.add("--add-opens=" + opened + "=ALL-UNNAMED"));
        EXPORTED.forEach(exported -> command.add("--add-exports=" + exported + "=ALL-UNNAMED"));
        if (Runtime.version().feature() >= FIRST_JDK_THAT_WARNS)
        {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(mainClass);
        command.addAll(arguments);
        final Path out = dir.resolve(name + ".out");
        final Path err = dir.resolve(name + ".err");
        final Process process = new ProcessBuilder(command)
            .redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        return new ChildProcess(name, process, out, err);
    }

    /** @return its process id. */
    public long pid()
    {
        return process.pid();
    }

    /** @return whether it has not ended. */
    public boolean isAlive()
    {
        return process.isAlive();
    }

    /** @return what it has printed so far. */
    public String out() throws IOException
    {
        return Files.readString(out);
    }

    /** @return what it has complained of so far. */
    public String err() throws IOException
    {
        return Files.readString(err);
    }

    /** Sends a line to its standard input. */
    public void tell(final String line) throws IOException
    {
        final OutputStream in = process.getOutputStream();
        in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    /** Sends SIGTERM. */
    public void terminate()
    {
        process.destroy();
    }

    /** Sends SIGKILL and waits for the end. */
    public void kill() throws InterruptedException
    {
        process.destroyForcibly();
        process.waitFor();
    }

    /**
     * Waits for the end.
     *
     * @param timeoutS after which it is killed.
     * @return exit code.
     * @throws CertifyException if it does not end.
     */
    public int awaitEnd(final long timeoutS) throws InterruptedException
    {
        if (!process.waitFor(timeoutS, TimeUnit.SECONDS))
        {
            kill();
            throw new CertifyException(name + " does not end, see " + out + " and " + err);
        }
        return process.exitValue();
    }

    @Override
    public void close()
    {
        process.destroyForcibly();
        try
        {
            process.waitFor(END_TIMEOUT_S, TimeUnit.SECONDS);
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
    }
}
