package io.tailrace.engine.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A configuration file that was read and found right, with the places of its keys, so that whoever cannot run what
 * it says
 * can still point at the line.
 */
public final class ConfigFile
{
    /** Bytes that a file may have at most. */
    public static final int MAX_LENGTH = 1 << 20;

    private final String name;
    private final ConfigReader reader;
    private final EngineConfig config;

    private ConfigFile(final String name, final ConfigReader reader, final EngineConfig config)
    {
        this.name = name;
        this.reader = reader;
        this.config = config;
    }

    /**
     * Reads a file.
     *
     * @param path of a YAML file in UTF-8.
     * @return what it says.
     * @throws ConfigurationException if it cannot be read, is not YAML, or says what cannot be.
     */
    public static ConfigFile read(final Path path)
    {
        final byte[] bytes;
        try
        {
            if (Files.size(path) > MAX_LENGTH)
            {
                throw unreadable(path.toString(), 1, 1, "more than " + MAX_LENGTH + " bytes", "a smaller file");
            }

            bytes = Files.readAllBytes(path);
        }
        catch (final IOException ex)
        {
            throw new ConfigurationException(
                path + ": found no readable file (" + ex.getClass().getSimpleName() + "), expected a YAML file");
        }

        return parse(path.toString(), bytes);
    }

    /**
     * Reads the bytes of a file.
     *
     * @param name  of the file, for messages.
     * @param bytes YAML in UTF-8, at most {@link #MAX_LENGTH}.
     * @return what they say.
     * @throws ConfigurationException if they are not YAML, or say what cannot be.
     */
    public static ConfigFile parse(final String name, final byte[] bytes)
    {
        final CharBuffer text = CharBuffer.allocate(bytes.length);
        final CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), text, true);
        text.flip();
        if (result.isError())
        {
            final String before = text.toString();
            final int line = 1 + (int) before.chars().filter((c) -> c == '\n').count();
            final int column = before.length() - before.lastIndexOf('\n');
            throw unreadable(name, line, column, "bytes that are not UTF-8", "text in UTF-8");
        }

        return parse(name, text.toString());
    }

    /**
     * Reads the text of a file.
     *
     * @param name of the file, for messages.
     * @param text YAML.
     * @return what it says.
     * @throws ConfigurationException if it is not YAML, or says what cannot be.
     */
    public static ConfigFile parse(final String name, final String text)
    {
        final ConfigReader reader = new ConfigReader(name);
        final String withoutMark = text.startsWith("\uFEFF") ? text.substring(1) : text;
        return new ConfigFile(name, reader, reader.read(YamlReader.read(name, withoutMark)));
    }

    /** @return what the file says. */
    public EngineConfig config()
    {
        return config;
    }

    /** @return the name of the file, as it was given. */
    public String name()
    {
        return name;
    }

    /**
     * Like {@link EngineConfig#requireDecidableUnits()}, with the place in the file.
     *
     * @throws ConfigurationException if the unit of some event time is neither named nor told by its magnitude.
     */
    public void requireDecidableUnits()
    {
        final Problem problem = ConfigRules.undecidableUnit(config);
        if (problem != null)
        {
            throw reader.locate(problem);
        }
    }

    /**
     * An error at the place of a key, for what only the caller can judge.
     *
     * @param path     of the key, as in {@code windows[0].size}; one that the file does not have is placed at what
     *                 surrounds it.
     * @param expected what the caller could have run.
     * @return an exception to throw, with the text of the file as what was found.
     */
    public ConfigurationException error(final String path, final String expected)
    {
        return reader.locate(new Problem(path, "a section", expected));
    }

    private static ConfigurationException unreadable(
        final String name, final int line, final int column, final String found, final String expected)
    {
        return new ConfigurationException(
            new Problem("configuration", found, expected).inFile(name, line, column, found));
    }
}
