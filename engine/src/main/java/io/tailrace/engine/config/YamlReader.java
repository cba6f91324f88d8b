package io.tailrace.engine.config;

import java.util.ArrayList;
import java.util.List;

import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;
import tools.jackson.dataformat.yaml.YAMLReadFeature;
import tools.jackson.dataformat.yaml.YAMLSchema;

/**
 * Turns the text of a file into {@link YamlNode}s, with the text of every scalar as it is written: the failsafe
 * schema of YAML
 * 1.2 knows only text, lists and mappings, so that {@code no}, {@code 1:30} and {@code 010} mean what the table of
 * keys says.
 * <p>
 * Anchors, aliases, tags, repeated keys and further documents are refused: a value stands where it counts, once.
 */
final class YamlReader
{
    private static final YAMLFactory FACTORY = YAMLFactory.builder()
        .yamlSchema(YAMLSchema.FAILSAFE)
        .disable(YAMLReadFeature.EMPTY_STRING_AS_NULL)
        .build();

    private final String file;
    private final YAMLParser parser;
    private final int[] codePoints;

    private YamlReader(final String file, final YAMLParser parser, final String text)
    {
        this.file = file;
        this.parser = parser;
        this.codePoints = text.codePoints().toArray();
    }

    /**
     * @param file name of the file, for messages.
     * @param text its whole text.
     * @return the root of its one document.
     * @throws ConfigurationException at the first place that is not YAML, or not of the kind that is taken.
     */
    static YamlNode read(final String file, final String text)
    {
        try (YAMLParser parser = (YAMLParser) FACTORY.createParser(
            ObjectReadContext.empty(), new WholePairReader(text)))
        {
            return new YamlReader(file, parser, text).document();
        }
        catch (final JacksonException ex)
        {
            throw syntaxError(file, ex);
        }
    }

    private YamlNode document()
    {
        if (parser.nextToken() == null)
        {
            throw error(1, 1, "configuration", Problem.NOTHING, "a mapping of keys, with windows at least");
        }

        final YamlNode root = value("configuration");
        if (parser.nextToken() != null)
        {
            throw errorHere("configuration", "a second document", "one document");
        }

        return root;
    }

    private YamlNode value(final String path)
    {
        refuseIndirection(path);
        final TokenStreamLocation location = parser.currentTokenLocation();
        final int line = location.getLineNr();
        final int column = location.getColumnNr();
        final JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT)
        {
            return mapping(path, line, column);
        }

        if (token == JsonToken.START_ARRAY)
        {
            final List<YamlNode> list = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY)
            {
                list.add(value(path + "[" + list.size() + "]"));
            }

            return YamlNode.list(line, column, list);
        }

        return YamlNode.text(line, column, parser.getString());
    }

    private YamlNode mapping(final String path, final int line, final int column)
    {
        final YamlNode node = YamlNode.mapping(line, column);
        while (parser.nextToken() != JsonToken.END_OBJECT)
        {
            final String key = parser.currentName();
            final String keyPath = child(path, key);
            refuseIndirection(keyPath);
            final TokenStreamLocation location = parser.currentTokenLocation();
            if (node.mapping().containsKey(key))
            {
                throw errorHere(keyPath, "the key again", "each key once");
            }

            parser.nextToken();
            final YamlNode value = value(keyPath);
            node.mapping().put(key, new YamlNode.Entry(location.getLineNr(), location.getColumnNr(), value));
        }

        return node;
    }

    private void refuseIndirection(final String path)
    {
        if (parser.isCurrentAlias())
        {
            throw errorHere(path, "an alias (*)", "the value itself");
        }

        if (parser.getObjectId() != null || isAnchored())
        {
            throw errorHere(path, "an anchor (&)", "a value without an anchor");
        }

        if (parser.getTypeId() != null)
        {
            throw errorHere(path, "a tag (!)", "a value without a tag");
        }
    }

    /** The parser does not tell the anchor of a scalar, but a scalar with one begins with it: unquoted text cannot. */
    private boolean isAnchored()
    {
        final long offset = parser.currentTokenLocation().getCharOffset();
        return parser.currentToken() == JsonToken.VALUE_STRING && offset >= 0 && offset < codePoints.length &&
            codePoints[(int) offset] == '&';
    }

    /** The path of a key below a path; the root has none. */
    static String child(final String path, final String key)
    {
        final String name = Problem.quote(key);
        return path.isEmpty() || "configuration".equals(path) ? name : path + "." + name;
    }

    private ConfigurationException errorHere(final String path, final String found, final String expected)
    {
        final TokenStreamLocation location = parser.currentTokenLocation();
        return error(location.getLineNr(), location.getColumnNr(), path, found, expected);
    }

    private ConfigurationException error(
        final int line, final int column, final String path, final String found, final String expected)
    {
        return new ConfigurationException(new Problem(path, found, expected).inFile(file, line, column, found));
    }

    private static ConfigurationException syntaxError(final String file, final JacksonException ex)
    {
        int line = ex.getLocation() == null ? 1 : Math.max(1, ex.getLocation().getLineNr());
        int column = ex.getLocation() == null ? 1 : Math.max(1, ex.getLocation().getColumnNr());
        String problem = ex.getOriginalMessage();
        if (ex.getCause() instanceof MarkedYamlEngineException marked)
        {
            problem = marked.getProblem();
            final Mark mark = marked.getProblemMark().orElse(null);
            line = mark == null ? line : mark.getLine() + 1;
            column = mark == null ? column : mark.getColumn() + 1;
        }

        final String found = "a syntax error (" + firstLine(problem) + ")";
        final Problem syntax = new Problem("configuration", found, "YAML");
        return new ConfigurationException(syntax.inFile(file, line, column, found));
    }

    private static String firstLine(final String message)
    {
        final String text = message == null ? "unreadable" : message;
        return text.lines().findFirst().orElse("unreadable").strip();
    }
}
