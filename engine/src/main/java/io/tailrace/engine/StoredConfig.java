package io.tailrace.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import io.tailrace.archive.recording.AtomicFile;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.ConfigurationException;
import io.tailrace.engine.config.EffectiveConfig;
import io.tailrace.engine.config.EngineConfig;

/**
 * The effective configuration of the newest incarnation, beside its journal: the journal has its digest alone, which
 * cannot say what has changed. Nothing of a start depends on it.
 */
final class StoredConfig
{
    static final String FILE_NAME = "config.yaml";

    private StoredConfig()
    {
    }

    /**
     * Writes it, if it is not there already.
     *
     * @param config of the incarnation that has begun.
     * @param epoch  of its results.
     */
    static void write(final EngineConfig config, final int epoch)
    {
        final StringBuilder text = new StringBuilder();
        try
        {
            text.append(String.format(
                "# What the engine runs with, digest %016x, results epoch %d. Written by the engine.%n",
                config.digest(), epoch));
            EffectiveConfig.print(text, config);
            final byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            final Path file = config.dataDir().resolve(FILE_NAME);
            if (!Files.exists(file) || !Arrays.equals(bytes, Files.readAllBytes(file)))
            {
                AtomicFile.write(file, bytes);
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /**
     * Reads it.
     *
     * @param dataDir data directory.
     * @param digest  of the configuration that is wanted.
     * @return the configuration; null if it is not there, cannot be read by this version, or has another digest.
     */
    static EngineConfig read(final Path dataDir, final long digest)
    {
        final Path file = dataDir.resolve(FILE_NAME);
        if (!Files.exists(file))
        {
            return null;
        }
        try
        {
            final EngineConfig config = ConfigFile.read(file).config();
            return config.digest() == digest ? config : null;
        }
        catch (final ConfigurationException ex)
        {
            return null;
        }
    }
}
