package io.tailrace.codec;

import io.tailrace.codec.sbe.MessageHeaderEncoder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

import java.lang.reflect.Method;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A generated encoder and decoder of one template, reached by the names of its fields.
 */
final class Flyweight
{
    static final List<String> TEMPLATES = List.of(
        "Reading", "Tick", "Started", "LedgerMark", "EndOfInput", "DatagramHeader",
        "WindowResult", "Late", "Rejected", "Duplicate", "Alert", "Statistic",
        "Ack");

    private static final String OFFSET_SUFFIX = "EncodingOffset";

    private final String template;
    private final Class<?> encoderType;
    private final Class<?> decoderType;

    Flyweight(final String template)
    {
        this.template = template;
        try
        {
            encoderType = Class.forName("io.tailrace.codec.sbe." + template + "Encoder");
            decoderType = Class.forName("io.tailrace.codec.sbe." + template + "Decoder");
        }
        catch (final ClassNotFoundException missing)
        {
            throw new AssertionError("no flyweight of " + template, missing);
        }
    }

    String template()
    {
        return template;
    }

    int templateId()
    {
        return (Integer) constant("TEMPLATE_ID");
    }

    int messageLength()
    {
        return MessageLayout.HEADER_LENGTH + (Integer) constant("BLOCK_LENGTH");
    }

    List<String> fields()
    {
        final List<String> fields = new ArrayList<>();
        for (final Method method : encoderType.getMethods())
        {
            if (method.getName().endsWith(OFFSET_SUFFIX))
            {
                fields.add(method.getName().substring(0, method.getName().length() - OFFSET_SUFFIX.length()));
            }
        }

        return fields;
    }

    int messageOffset(final String field)
    {
        return MessageLayout.HEADER_LENGTH + (Integer) invoke(null, encoderType, field + OFFSET_SUFFIX);
    }

    int length(final String field)
    {
        return (Integer) invoke(null, encoderType, field + "EncodingLength");
    }

    boolean isArray(final String field)
    {
        return List.of("tzVersion", "authTag").contains(field);
    }

    boolean isUnsigned(final String field)
    {
        return ((Number) invoke(null, encoderType, field + "MinValue")).doubleValue() == 0;
    }

    /**
     * Writes the header at the start of the buffer and wraps the block behind it.
     */
    Object encoder(final MutableDirectBuffer buffer)
    {
        try
        {
            final Object encoder = encoderType.getConstructor().newInstance();
            encoderType.getMethod(
                "wrapAndApplyHeader", MutableDirectBuffer.class, int.class, MessageHeaderEncoder.class)
                .invoke(encoder, buffer, 0, new MessageHeaderEncoder());
            return encoder;
        }
        catch (final ReflectiveOperationException failed)
        {
            throw new AssertionError(template, failed);
        }
    }

    Object decoder(final DirectBuffer buffer)
    {
        try
        {
            final Object decoder = decoderType.getConstructor().newInstance();
            decoderType.getMethod("wrap", DirectBuffer.class, int.class, int.class, int.class)
                .invoke(
                    decoder, buffer, MessageLayout.HEADER_LENGTH, constant("BLOCK_LENGTH"), constant("SCHEMA_VERSION"));
            return decoder;
        }
        catch (final ReflectiveOperationException failed)
        {
            throw new AssertionError(template, failed);
        }
    }

    /**
     * Sets a field from the bytes that it has on the wire, by the setter with the type that its length and kind ask
     * for.
     */
    void set(final Object encoder, final String field, final byte[] bytes)
    {
        if (isArray(field))
        {
            for (int i = 0; i < bytes.length; i++)
            {
                final boolean isText = field.equals("tzVersion");
                call(encoder, field, i, isText ? (Object) bytes[i] : (Object) (short) (bytes[i] & 0xFF));
            }
        }
        else
        {
            call(encoder, field, box(setterType(field), littleEndian(bytes)));
        }
    }

    /**
     * Value of a field as the bytes that it should have on the wire.
     */
    byte[] get(final Object decoder, final String field)
    {
        final byte[] bytes = new byte[length(field)];
        for (int i = 0; isArray(field) && i < bytes.length; i++)
        {
            bytes[i] = ((Number) call(decoder, field, i)).byteValue();
        }
        if (!isArray(field))
        {
            final Number value = (Number) call(decoder, field);
            final long bits = value instanceof Double d ? Double.doubleToRawLongBits(d) : value.longValue();
            for (int i = 0; i < bytes.length; i++)
            {
                bytes[i] = (byte) (bits >>> (8 * i));
            }
        }

        return bytes;
    }

    Class<?> setterType(final String field)
    {
        for (final Method method : encoderType.getMethods())
        {
            if (method.getName().equals(field) && method.getParameterCount() == 1)
            {
                return method.getParameterTypes()[0];
            }
        }

        throw new AssertionError(template + "." + field + " has no setter");
    }

    static long littleEndian(final byte[] bytes)
    {
        long bits = 0;
        for (int i = 0; i < bytes.length; i++)
        {
            bits |= (bytes[i] & 0xFFL) << (8 * i);
        }

        return bits;
    }

    static long header(final DirectBuffer buffer)
    {
        return buffer.getLong(0, ByteOrder.LITTLE_ENDIAN);
    }

    private static Object box(final Class<?> type, final long bits)
    {
        if (type == double.class)
        {
            return Double.longBitsToDouble(bits);
        }
        if (type == int.class)
        {
            return (int) bits;
        }

        return type == short.class ? (Object) (short) bits : (Object) bits;
    }

    private Object constant(final String name)
    {
        try
        {
            return encoderType.getField(name).get(null);
        }
        catch (final ReflectiveOperationException failed)
        {
            throw new AssertionError(template + "." + name, failed);
        }
    }

    private Object call(final Object target, final String name, final Object... arguments)
    {
        for (final Method method : target.getClass().getMethods())
        {
            if (method.getName().equals(name) && method.getParameterCount() == arguments.length &&
                (arguments.length != 1 || !CharSequence.class.isAssignableFrom(method.getParameterTypes()[0])))
            {
                try
                {
                    return method.invoke(target, arguments);
                }
                catch (final ReflectiveOperationException failed)
                {
                    throw new AssertionError(template + "." + name, failed);
                }
            }
        }

        throw new AssertionError(template + "." + name + " with " + arguments.length + " arguments does not exist");
    }

    private static Object invoke(final Object target, final Class<?> type, final String name)
    {
        try
        {
            return type.getMethod(name).invoke(target);
        }
        catch (final ReflectiveOperationException failed)
        {
            throw new AssertionError(type + "." + name, failed);
        }
    }
}
