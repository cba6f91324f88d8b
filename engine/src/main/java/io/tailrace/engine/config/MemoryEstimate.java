package io.tailrace.engine.config;

import java.util.ArrayList;
import java.util.List;

/**
 * The off-heap memory that a configuration takes when all its bounds are reached: what the operators and rings hold,
 * without
 * the JVM, the media driver and the page cache.
 * <p>
 * A key block has a header, the newest panes inline, and its share of the map that holds it; older panes are
 * overflow panes. Only
 * what is used becomes resident: the figures are what must be there in the worst case.
 *
 * @param lines one for each kind of memory, in a fixed order.
 */
public record MemoryEstimate(List<Line> lines)
{
    /** Bytes of a device block with its share of the map. */
    public static final long DEVICE_BLOCK_LENGTH = 192;
    /** Bytes of a key block before its panes. */
    public static final long KEY_HEADER_LENGTH = 64;
    /** Bytes of a pane. */
    public static final long PANE_LENGTH = 128;
    /** Bytes of a key block's share of the map: key, index, alignment. */
    public static final long KEY_OVERHEAD_LENGTH = 112;
    /** Panes that a key block holds inline at most. */
    public static final int MAX_INLINE_PANES = 4;
    /** Bytes of a slot of the event ring. */
    public static final long EVENT_SLOT_LENGTH = 64;
    /** Bytes of a slot of the results ring. */
    public static final long RESULT_SLOT_LENGTH = 128;

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

    /** @return what the bounds of a configuration cost. */
    public static MemoryEstimate of(final EngineConfig config)
    {
        final List<Line> lines = new ArrayList<>();
        final LimitsConfig limits = config.limits();
        lines.add(Line.of("event ring", limits.ringSlots(), EVENT_SLOT_LENGTH));
        lines.add(Line.of("results ring", limits.resultSlots(), RESULT_SLOT_LENGTH));
        lines.add(Line.of("device blocks", limits.devices(), deviceBlockLength(config.dedup())));
        for (final WindowConfig window : config.windows())
        {
            final int bound = window.paneBound(config.eventTime());
            final int inline = inlinePanes(bound);
            final long keys = keys(window, limits);
            lines.add(Line.of("keys of " + window.name(), keys, keyBlockLength(inline)));
            if (bound > inline)
            {
                lines.add(Line.of("overflow panes of " + window.name(), keys * (bound - inline), PANE_LENGTH));
            }
        }

        for (final AlertConfig alert : config.alerts())
        {
            lines.add(Line.of("keys of " + alert.name(), limits.keys(), keyBlockLength(0)));
        }

        if (config.dedup().by() == DedupBy.ID)
        {
            lines.add(Line.of("remembered ids", config.dedup().maxIds(), 2L * Long.BYTES));
        }

        return new MemoryEstimate(lines);
    }

    /** @return panes that a key block holds inline: the least power of two that is not below the bound, at most 4. */
    public static int inlinePanes(final int paneBound)
    {
        return paneBound > 2 ? MAX_INLINE_PANES : Math.max(1, paneBound);
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
        return DEVICE_BLOCK_LENGTH + dedup.windowIds() / Byte.SIZE;
    }

    private static long keyBlockLength(final int inlinePanes)
    {
        return KEY_HEADER_LENGTH + inlinePanes * PANE_LENGTH + KEY_OVERHEAD_LENGTH;
    }

    private static long keys(final WindowConfig window, final LimitsConfig limits)
    {
        return window.key() == KeyKind.ALL ? 1 : limits.keys();
    }
}
