package io.tailrace.perf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/**
 * What the JVM of a benchmark needs beyond the flags of this one, which it gets anyway: a manifest opens packages for
 * {@code java -jar} alone, and the JVM of a benchmark has another main class.
 */
final class ForkFlags
{
    private static final String NO_ANALYTICS = "-Dchronicle.analytics.disable=true";

    private ForkFlags()
    {
    }

    /** @return the flags that do what the manifest of the jar says that this class is in; of no jar, its classes'. */
    static List<String> ofOwnJar()
    {
        try
        {
            final Path own = Path.of(ForkFlags.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (!Files.isRegularFile(own))
            {
                return of(new Attributes());
            }
            try (JarFile jar = new JarFile(own.toFile()))
            {
                return of(jar.getManifest().getMainAttributes());
            }
        }
        catch (final URISyntaxException ex)
        {
            throw new IllegalStateException(ex);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /** @return the flags that do what a manifest says. */
    static List<String> of(final Attributes manifest)
    {
        final List<String> flags = new ArrayList<>();
        addAll(flags, "--add-opens=%s=ALL-UNNAMED", manifest.getValue("Add-Opens"));
        addAll(flags, "--add-exports=%s=ALL-UNNAMED", manifest.getValue("Add-Exports"));
        addAll(flags, "--enable-native-access=%s", manifest.getValue("Enable-Native-Access"));
        flags.add(NO_ANALYTICS);
        return flags;
    }

    private static void addAll(final List<String> flags, final String form, final String values)
    {
        if (null != values)
        {
            for (final String value : values.trim().split("\\s+"))
            {
                flags.add(String.format(form, value));
            }
        }
    }
}
