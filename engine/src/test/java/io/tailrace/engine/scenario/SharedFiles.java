package io.tailrace.engine.scenario;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Assumptions;

/**
 * Files that are not part of the project: in a directory {@code shared} beside it or beside one that it is in.
 */
public final class SharedFiles
{
    private SharedFiles()
    {
    }

    /**
     * Finds a file, or skips the test.
     *
     * @param name relative to {@code shared}.
     * @return the file, which exists.
     */
    public static Path require(final String name)
    {
        Path around = Path.of(System.getProperty("user.dir")).toAbsolutePath();
        while (around != null && !Files.exists(around.resolve("shared").resolve(name)))
        {
            around = around.getParent();
        }
        Assumptions.assumeTrue(around != null, "no shared/" + name + " above the working directory");
        return around.resolve("shared").resolve(name);
    }
}
