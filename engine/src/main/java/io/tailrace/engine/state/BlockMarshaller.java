package io.tailrace.engine.state;

import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.hash.serialization.SizedReader;
import net.openhft.chronicle.hash.serialization.SizedWriter;
import net.openhft.chronicle.wire.WireIn;
import net.openhft.chronicle.wire.WireOut;
import org.agrona.UnsafeApi;

/**
 * Moves a constant number of bytes between a {@link BlockView} and Chronicle Map. Reading copies nothing: it tells the
 * address of the bytes inside the map.
 */
final class BlockMarshaller implements SizedReader<BlockView>, SizedWriter<BlockView>
{
    private final long length;

    BlockMarshaller(final long length)
    {
        this.length = length;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public BlockView read(final Bytes in, final long size, final BlockView using)
    {
        if (size != length)
        {
            throw new IllegalStateException("size=" + size + ", expected " + length);
        }
        final BlockView view = null == using ? new BlockView() : using;
        view.address = in.addressForRead(in.readPosition());
        return view;
    }

    @Override
    public long size(final BlockView toWrite)
    {
        return length;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public void write(final Bytes out, final long size, final BlockView toWrite)
    {
        for (long offset = 0; offset < length; offset += Long.BYTES)
        {
            out.writeLong(UnsafeApi.getLong(toWrite.address + offset));
        }
    }

    @Override
    public void readMarshallable(final WireIn wire)
    {
        throw new UnsupportedOperationException("the map is never persisted");
    }

    @Override
    public void writeMarshallable(final WireOut wire)
    {
        throw new UnsupportedOperationException("the map is never persisted");
    }
}
