package io.tailrace.engine.config;

import java.util.ArrayList;
import java.util.List;

/**
 * The off-heap memory that a configuration takes when all its bounds are reached: what the operators and rings hold,
 * without the JVM, the media driver and the page cache.
 * <p>
 * A key block has a header, the newest panes inline, and its share of the map that holds it; older panes are
 * overflow panes. A sliding window keeps slices in place of panes. Only what is used becomes resident: the figures
 * are what must be there in the worst case.
 *
 * @param lines one for each kind of memory, in a fixed order.
 */
public record MemoryEstimate(List<Line> lines)
{
    /** Panes that a key block holds inline at most. */
    public static final int MAX_INLINE_PANES = 4;

    /**
     * One kind of memory.
     *
     * @param what       it is for.
     * @param count      how many there can be.
     * @param bytesEach  bytes of one.
     * @param totalBytes of all; saturates.
     */
    public record Line(String what, long count, long bytesEach, long totalBytes)
    {
        static Line of(final String what, final long count, final long bytesEach)
        {
            final long product = count * bytesEach;
            final boolean isOver = Math.multiplyHigh(count, bytesEach) != 0 || product < 0;
            return new Line(what, count, bytesEach, isOver ? Long.MAX_VALUE : product);
        }
    }

    public MemoryEstimate
    {
        lines = List.copyOf(lines);
    }

    /**
     * Bytes of each part of the layout of state and rings: the one table that all figures come from.
     */
    public enum Part
    {
        /** A slot of the event ring. */
        EVENT_SLOT(64),
        /** A slot of the results ring. */
        RESULT_SLOT(128),
        /** The block of a device, without the bitmap of its remembered ids. */
        DEVICE_BLOCK(80),
        /** What stands in the block of a key before its panes. */
        KEY_HEADER(64),
        /** A pane, or a slice of sliding windows. */
        PANE(128),
        /** An entry of the index from a key to the address of its block. */
        INDEX_ENTRY(32),
        /** What the map adds to a block: key, alignment, free space. */
        MAP_OVERHEAD(80),
        /** An id that is remembered. */
        REMEMBERED_ID(16);

        private final long length;

        Part(final long length)
        {
            this.length = length;
        }

        /** @return bytes. */
        public long length()
        {
            return length;
        }
    }

    /** @return what the bounds of a configuration cost. */
    public static MemoryEstimate of(final EngineConfig config)
    {
        final List<Line> lines = new ArrayList<>();
        final LimitsConfig limits = config.limits();
        lines.add(Line.of("event ring", limits.ringSlots(), Part.EVENT_SLOT.length));
        lines.add(Line.of("results ring", limits.resultSlots(), Part.RESULT_SLOT.length));
        lines.add(Line.of("device blocks", limits.devices(), deviceBlockLength(config.dedup())));
        for (final WindowConfig window : config.windows())
        {
            final long bound = panesPerKey(window, config.eventTime());
            final int inline = inlinePanes((int)Math.min(bound, Integer.MAX_VALUE));
            final long keys = keys(window, limits);
            lines.add(Line.of("keys of " + window.name(), keys, keyBlockLength(inline)));
            if (bound > inline)
            {
                lines.add(Line.of(
                    "overflow panes of " + window.name(), keys * (bound - inline), Part.PANE.length));
            }
        }

        for (final AlertConfig alert : config.alerts())
        {
            lines.add(Line.of("keys of " + alert.name(), limits.keys(), keyBlockLength(0)));
        }

        if (config.dedup().by() == DedupBy.ID)
        {
            lines.add(Line.of("remembered ids", config.dedup().maxIds(), Part.REMEMBERED_ID.length));
        }

        return new MemoryEstimate(lines);
    }

    /** @return panes that a key block holds inline: the least power of two that is not below the bound, at most 4. */
    public static int inlinePanes(final int paneBound)
    {
        return paneBound > 2 ? MAX_INLINE_PANES : Math.max(1, paneBound);
    }

    /**
     * The panes that a key holds at most. Of sliding windows these are slices, each from one edge to the next: one a
     * slide where the size is a whole number of slides, else two.
     *
     * @return panes, from 1.
     */
    static long panesPerKey(final WindowConfig window, final EventTimeConfig eventTime)
    {
        final long bound = window.paneBound(eventTime);
        final boolean hasTwoEdges = window.type() == WindowType.SLIDING && window.sizeNs() % window.slideNs() != 0;
        return hasTwoEdges ? 2 * bound : bound;
    }

    /** @return bytes of all lines; saturates. */
    public long totalBytes()
    {
        long total = 0;
        for (final Line line : lines)
        {
            total = total + line.totalBytes() < 0 ? Long.MAX_VALUE : total + line.totalBytes();
        }

        return total;
    }

    private static long deviceBlockLength(final DedupConfig dedup)
    {
        return Part.DEVICE_BLOCK.length + dedup.windowIds() / Byte.SIZE + Part.INDEX_ENTRY.length +
            Part.MAP_OVERHEAD.length;
    }

    private static long keyBlockLength(final int inlinePanes)
    {
        return Part.KEY_HEADER.length + inlinePanes * Part.PANE.length + Part.INDEX_ENTRY.length +
            Part.MAP_OVERHEAD.length;
    }

    private static long keys(final WindowConfig window, final LimitsConfig limits)
    {
        return window.key() == KeyKind.ALL ? 1 : limits.keys();
    }
}
