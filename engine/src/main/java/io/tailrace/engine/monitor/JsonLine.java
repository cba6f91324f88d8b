package io.tailrace.engine.monitor;

import java.io.StringWriter;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One JSON object in one line.
 * <p>
 * Threading: one thread.
 */
public final class JsonLine
{
    private static final JsonFactory FACTORY = new JsonFactory();

    private final StringWriter text = new StringWriter();
    private final JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text);

    /** Begins the object. */
    public JsonLine()
    {
        json.writeStartObject();
    }

    /** Adds a text; null is JSON's null. */
    public JsonLine add(final String name, final String value)
    {
        json.writeStringProperty(name, value);
        return this;
    }

    /** Adds a whole number. */
    public JsonLine add(final String name, final long value)
    {
        json.writeNumberProperty(name, value);
        return this;
    }

    /** @return the object, ended; without a line end. */
    public String end()
    {
        json.writeEndObject();
        json.close();
        return text.toString();
    }
}
