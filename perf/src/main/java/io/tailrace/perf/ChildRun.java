package io.tailrace.perf;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs a command in a JVM of its own, with the flags of this one, so that no run finds what the compiler has made of
 * the one before. It ends with this JVM.
 * <p>
 * Threading: the calling thread waits.
 */
final class ChildRun implements CommandRunner
{
    private final ProcessBuilder.Redirect output;
    private final List<String> flags;
    private final boolean isReplacing;
    private final Map<String, String> environment;

    /** @param output where both outputs of the command go. */
    ChildRun(final ProcessBuilder.Redirect output)
    {
        this(output, List.of());
    }

    /**
     * As the flags of this JVM are, and more.
     *
     * @param output where both outputs of the command go.
     * @param flags  that the other JVM gets behind those of this one.
     */
    ChildRun(final ProcessBuilder.Redirect output, final List<String> flags)
    {
        this(output, flags, false, Map.of());
    }

    private ChildRun(
        final ProcessBuilder.Redirect output,
        final List<String> flags,
        final boolean isReplacing,
        final Map<String, String> environment)
    {
        this.output = output;
        this.flags = List.copyOf(flags);
        this.isReplacing = isReplacing;
        this.environment = Map.copyOf(environment);
    }

    /**
     * With flags of its own.
     *
     * @param output      where both outputs of the command go.
     * @param flags       of the other JVM, in place of all of this one that begin with {@code -X}.
     * @param environment that it gets beside this one's.
     */
    static ChildRun withFlags(
        final ProcessBuilder.Redirect output, final List<String> flags, final Map<String, String> environment)
    {
        return new ChildRun(output, flags, true, environment);
    }

    @Override
    public int run(final List<String> arguments) throws IOException, InterruptedException
    {
        final ProcessBuilder builder = new ProcessBuilder(command(arguments))
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .redirectErrorStream(true)
            .redirectOutput(output);
        builder.environment().putAll(environment);
        final Process process = builder.start();
        final Thread end = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(end);
        try
        {
            return process.waitFor();
        }
        finally
        {
            process.destroy();
            removeHook(end);
        }
    }

    List<String> command(final List<String> arguments)
    {
        return command(flags, isReplacing, arguments);
    }

    static List<String> command(
        final List<String> flags, final boolean isReplacing, final List<String> arguments)
    {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (final String flag : ManagementFactory.getRuntimeMXBean().getInputArguments())
        {
            // Agents and recordings may hold a port or a file that there is only once.
            final boolean isExclusive = flag.startsWith("-agent") || flag.startsWith("-javaagent") ||
                flag.startsWith("-XX:StartFlightRecording") || flag.startsWith("-Xlog:") && flag.contains("file=");
            final boolean isReplaced = isReplacing && flag.startsWith("-X");
            if (!isExclusive && !isReplaced)
            {
                command.add(flag);
            }
        }
        command.addAll(flags);
        final String classPath = System.getProperty("java.class.path");
        if (isOwnJar(classPath))
        {
            // Its manifest opens what has to be open, and does that for -jar alone.
            command.addAll(List.of("-jar", classPath));
        }
        else
        {
            command.addAll(List.of("-cp", classPath, PerfCommand.class.getName()));
        }
        command.addAll(arguments);
        return command;
    }

    private static boolean isOwnJar(final String classPath)
    {
        try
        {
            final Path own = Path.of(PerfCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            return Files.isRegularFile(own) && Files.exists(Path.of(classPath)) &&
                Files.isSameFile(own, Path.of(classPath));
        }
        catch (final URISyntaxException | IOException | IllegalArgumentException ignore)
        {
            return false;
        }
    }

    static void removeHook(final Thread hook)
    {
        try
        {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
        catch (final IllegalStateException ignore)
        {
            // This JVM is ending, and the hook has run.
        }
    }
}
