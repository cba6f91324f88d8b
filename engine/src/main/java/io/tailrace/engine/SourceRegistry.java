package io.tailrace.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.tailrace.archive.recording.AtomicFile;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.SourceConfig;

/**
 * The names of the sources by index, one a line, beside the journal. A journalled reading carries its source's index
 * alone, so an index must mean the same source for as long as the journal is kept: sources may be added at the end.
 */
final class SourceRegistry
{
    static final String FILE_NAME = "sources.names";

    private SourceRegistry()
    {
    }

    /**
     * Holds a configuration against the registry.
     *
     * @return the names that the registry has.
     * @throws EngineRefusedException if an index would change its meaning.
     */
    static List<String> require(final EngineConfig config)
    {
        final Path file = config.dataDir().resolve(FILE_NAME);
        final List<String> names = namesOf(config);
        try
        {
            final List<String> known = Files.exists(file) ? Files.readAllLines(file) : List.of();
            for (int i = 0; i < known.size(); i++)
            {
                final String name = i < names.size() ? names.get(i) : "none";
                if (!known.get(i).equals(name))
                {
                    throw new EngineRefusedException(file + ": sources[" + i + "] of the journal is " + known.get(i) +
                        ", found " + name + ", expected the same sources in the same order, new ones at the end");
                }
            }
            return known;
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /**
     * Holds a configuration against the registry, and enters its new sources.
     *
     * @throws EngineRefusedException if an index would change its meaning.
     */
    static void register(final EngineConfig config)
    {
        final List<String> names = namesOf(config);
        if (names.size() > require(config).size())
        {
            AtomicFile.write(
                config.dataDir().resolve(FILE_NAME),
                (String.join("\n", names) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private static List<String> namesOf(final EngineConfig config)
    {
        return config.sources().stream().map(SourceConfig::name).toList();
    }
}
