package io.tailrace.perf.profile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * async-profiler, the native library that samples. It is in this module's jar, for each platform that it supports.
 *
 * @param resource path of the library within the jar.
 */
public record ProfilerLibrary(String resource)
{
    private static final String SUPPORTED = "expected Linux on x86-64 or aarch64, or macOS";

    /**
     * The library for the platform of this JVM.
     *
     * @throws UnsupportedOperationException as {@link #of} does.
     */
    public static ProfilerLibrary ofThisPlatform()
    {
        return of(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    /**
     * The library for a platform.
     *
     * @param osName as of the system property {@code os.name}.
     * @param osArch as of {@code os.arch}.
     * @throws UnsupportedOperationException if there is none for it; the message names the platform.
     */
    public static ProfilerLibrary of(final String osName, final String osArch)
    {
        final String platform;
        if (osName.startsWith("Mac"))
        {
            // One library for both architectures.
            platform = "macos";
        }
        else if ("Linux".equals(osName) && List.of("amd64", "x86_64").contains(osArch))
        {
            platform = "linux-x64";
        }
        else if ("Linux".equals(osName) && List.of("aarch64", "arm64").contains(osArch))
        {
            platform = "linux-arm64";
        }
        else
        {
            throw new UnsupportedOperationException("no profiler for " + osName + " on " + osArch + ", " + SUPPORTED);
        }
        return new ProfilerLibrary("/" + platform + "/libasyncProfiler.so");
    }

    /**
     * Copies the library out of the jar, because a JVM loads agents from files alone.
     *
     * @param dir of the copy.
     * @return the copy.
     * @throws IOException if it cannot be written, or the jar has no such library.
     */
    public Path unpack(final Path dir) throws IOException
    {
        final Path file = dir.resolve(resource.substring(resource.lastIndexOf('/') + 1));
        try (InputStream in = ProfilerLibrary.class.getResourceAsStream(resource))
        {
            if (null == in)
            {
                throw new IOException("no " + resource + " on the class path");
            }
            Files.copy(in, file);
        }
        return file;
    }
}
