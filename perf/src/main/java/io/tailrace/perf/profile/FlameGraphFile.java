package io.tailrace.perf.profile;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import one.convert.Arguments;
import one.convert.FlameGraph;

/**
 * Stacks drawn as a flame graph: one HTML file that needs nothing else, with search and zoom. The outermost frames are
 * at the top, where a reader begins; what is narrower than a pixel is left out.
 */
public final class FlameGraphFile
{
    private static final String LEAST_PERCENT = "0.05";

    private FlameGraphFile()
    {
    }

    /**
     * Draws one.
     *
     * @param title     plain text, without characters that HTML reserves.
     * @param collapsed file of the stacks.
     * @param html      file of the graph; one that is there is replaced.
     * @throws IOException if one cannot be read or the other not written.
     */
    public static void write(final String title, final Path collapsed, final Path html) throws IOException
    {
        final FlameGraph graph =
            new FlameGraph(new Arguments("--title", title, "--inverted", "--minwidth", LEAST_PERCENT));
        try (Reader in = Files.newBufferedReader(collapsed, StandardCharsets.UTF_8);
            OutputStream out = Files.newOutputStream(html))
        {
            graph.parseCollapsed(in);
            graph.dump(out);
        }
    }
}
