package io.tailrace.engine.config;

import java.util.ArrayList;
import java.util.List;

/**
 * The memory that a configuration takes when all its bounds are reached: what the operators and rings hold off-heap,
 * and the tables of their blocks on the heap, without the JVM, the media driver and the page cache.
 * <p>
 * A block is found by an index of its own and lies in a map. A key block has a header and the newest panes inline;
 * older panes are blocks of their own. A sliding window keeps slices in place of panes. Only what is used becomes
 * resident: the figures are what must be there in the worst case.
 *
 * @param lines one for each kind of memory, in a fixed order.
 */
public record MemoryEstimate(List<Line> lines)
{
    /** Panes that a key block holds inline at most. */
    public static final int MAX_INLINE_PANES = 4;
    /** Slices that the block of a key of sliding windows holds inline at most. */
    public static final int MAX_INLINE_SLICES = 256;

    /** Panes outside the key blocks of an operator at most, whatever its keys may have; past it panes are exhausted. */
    public static final int MAX_OVERFLOW_PANES = 1 << 24;

    /** Ids that can be remembered with {@code dedup: {by: id}} at most. */
    public static final long MAX_REMEMBERED_IDS = 1L << 39;

    /** Devices in backlog that are followed at most. */
    public static final int MAX_BACKLOG_DEVICES = 1 << 20;

    private static final int MIN_BACKLOG_CELLS = 8;
    private static final int MAX_IDS_PER_CHUNK = 1 << 12;
    private static final int IDS_PER_PARTITION = 1 << 10;
    private static final int MAX_ID_PARTITIONS = 1 << 20;
    private static final int MIN_ID_SLOTS = 16;

    /** Standard deviations by which the fullest partition of remembered ids is taken to exceed the mean. */
    private static final int ID_DEVIATIONS = 6;

    private static final int CACHE_LINE_LENGTH = 64;
    private static final String DEVICE_BLOCKS = "device blocks";
    private static final String KEYS = "keys of ";
    private static final String OVERFLOW = "overflow panes of ";
    private static final String HEAP_TABLES = "tables of all blocks (heap)";

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
        /** The block of a device, without its operators; up to 256 ids are remembered in it. */
        DEVICE_BLOCK(96),
        /** What a device keeps behind its operators if ids are remembered in its block. */
        DEVICE_DISPLACED(32),
        /** A bitmap of ids, its header included, up to which length it is kept in the block of a device. */
        DEVICE_INLINE_IDS(48),
        /** What a device keeps for an operator that looks at the watermark of each device. */
        DEVICE_OPERATOR(16),
        /** What stands in the block of a key before its panes; all of it for an alert. */
        KEY_HEADER(64),
        /** The same of sliding windows. */
        SLIDING_KEY_HEADER(128),
        /** A pane, or a slice of sliding windows. */
        PANE(128),
        /** An entry of the index from a key to the address of its block; a power of two of them, half used at most. */
        INDEX_ENTRY(32),
        /** What the map adds to a block, as measured at a million of them: key, alignment, its own tables. */
        MAP_OVERHEAD(124),
        /** What the block of a device has before the bitmap of its remembered ids. */
        DEDUP_HEADER(16),
        /** A device whose rate is limited: id and theoretical arrival time; a power of two, half used at most. */
        DEVICE_RATE(16),
        /** A device in backlog: id, newest event time, tag, when seen; a power of two, used up to three quarters. */
        DEVICE_BACKLOG(32),
        /** An id that is remembered for a time. */
        REMEMBERED_ID(24),
        /** A partition of the index of remembered ids. */
        ID_PARTITION(16),
        /** A slot in a partition; a power of two of them, used up to three quarters. */
        ID_SLOT(8),
        /**
         * Tables by the number of a block, on the heap: address, key and attribute in 32 bytes, and a byte for a stamp
         * where the block has none; 8 bytes for two lists of what has changed between checkpoints; 8 bytes for its
         * digest; 32 bytes for the time at which it may be forgotten, 12 for a timer, 8 for the way from its device.
         * Twice that, since tables grow by doubling.
         */
        BLOCK_TABLES(2 * (33 + 8 + 8 + 32 + 12 + 8));

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
        final long deviceOperators = config.windows().stream()
            .filter(window -> window.watermarkKind(config.eventTime()) == WatermarkKind.DEVICE).count();
        lines.add(block(DEVICE_BLOCKS, limits.devices(), deviceBlockLength(config.dedup(), deviceOperators)));
        for (final WindowConfig window : config.windows())
        {
            lines.add(block(KEYS + window.name(), keys(window, limits), keyBlockLength(window, config.eventTime())));
            final long overflow = overflowPanes(window, config);
            if (overflow > 0)
            {
                lines.add(block(OVERFLOW + window.name(), overflow, Part.PANE.length));
            }
        }

        for (final AlertConfig alert : config.alerts())
        {
            lines.add(block(KEYS + alert.name(), limits.keys(), Part.KEY_HEADER.length));
        }

        if (config.dedup().by() == DedupBy.ID)
        {
            lines.add(rememberedIds(config.dedup().maxIds()));
        }

        if (config.overload().ratePerDevice() > 0 &&
            !config.sources().stream().allMatch(SourceConfig::isCritical))
        {
            final long cells = deviceRateCells(limits.devices());
            lines.add(Line.of("rates of devices (heap)", limits.devices(),
                (cells * Part.DEVICE_RATE.length + limits.devices() - 1) / limits.devices()));
        }

        if (config.overload().isTellingBacklog(config.eventTime(), config.sources()))
        {
            final int devices = Math.min(MAX_BACKLOG_DEVICES, limits.devices());
            lines.add(Line.of("devices in backlog (heap)", devices,
                ((long)backlogCells(devices) * Part.DEVICE_BACKLOG.length + devices - 1) / devices));
        }

        final long blocks = lines.stream().filter(MemoryEstimate::isBlocks).mapToLong(Line::count).sum();
        lines.add(Line.of(HEAP_TABLES, blocks, Part.BLOCK_TABLES.length));
        return new MemoryEstimate(lines);
    }

    private static boolean isBlocks(final Line line)
    {
        return line.what().equals(DEVICE_BLOCKS) || line.what().startsWith(KEYS) || line.what().startsWith(OVERFLOW);
    }

    /**
     * The panes in a key block: the least power of two that is not below those that are usually open, within limits.
     *
     * @return panes or slices, a power of two.
     */
    public static int inlinePanes(final WindowConfig window, final EventTimeConfig eventTime)
    {
        final long usual = (long)window.usualPanes(eventTime) * slicesPerPane(window);
        return switch (window.type())
        {
            case TUMBLING, CALENDAR -> (int)powerOfTwo(Math.min(MAX_INLINE_PANES, usual));
            case SLIDING -> (int)powerOfTwo(Math.min(MAX_INLINE_SLICES, usual));
            case SESSION -> MAX_INLINE_PANES;
        };
    }

    /**
     * The panes that a key holds at most. Of sliding windows these are slices, each from one edge to the next: one a
     * slide where the size is a whole number of slides, else two.
     *
     * @return panes, from 1.
     */
    public static long panesPerKey(final WindowConfig window, final EventTimeConfig eventTime)
    {
        return (long)window.paneBound(eventTime) * slicesPerPane(window);
    }

    private static int slicesPerPane(final WindowConfig window)
    {
        return window.type() == WindowType.SLIDING && window.sizeNs() % window.slideNs() != 0 ? 2 : 1;
    }

    /** @return entries in a piece of the log of remembered ids, a power of two. */
    public static int idsPerChunk(final long maxIds)
    {
        return (int)powerOfTwo(Math.min(MAX_IDS_PER_CHUNK, maxIds));
    }

    /** @return tables that the index of remembered ids consists of, a power of two. */
    public static int idPartitions(final long maxIds)
    {
        return (int)Math.min(MAX_ID_PARTITIONS, powerOfTwo((maxIds - 1) / IDS_PER_PARTITION + 1));
    }

    /** @return places in the table of devices whose rate is limited, a power of two. */
    public static int deviceRateCells(final int devices)
    {
        return (int)powerOfTwo(2L * devices);
    }

    /** @return places in the table of devices in backlog, a power of two. */
    public static int backlogCells(final int devices)
    {
        return (int)Math.max(MIN_BACKLOG_CELLS, powerOfTwo(devices + devices / 3 + 1L));
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

    /** Blocks with their share of index and map. */
    private static Line block(final String what, final long count, final long length)
    {
        final long indexEntries = powerOfTwo(2 * Math.max(1, Math.min(count, Integer.MAX_VALUE)));
        final long share = (indexEntries * Part.INDEX_ENTRY.length + count - 1) / Math.max(1, count);
        return Line.of(what, count, length + share + Part.MAP_OVERHEAD.length);
    }

    /** Header and inline panes. */
    static long keyBlockLength(final WindowConfig window, final EventTimeConfig eventTime)
    {
        final Part header = window.type() == WindowType.SLIDING ? Part.SLIDING_KEY_HEADER : Part.KEY_HEADER;
        return header.length + inlinePanes(window, eventTime) * Part.PANE.length;
    }

    /** Panes that do not lie in the blocks of their keys, at most. */
    static long overflowPanes(final WindowConfig window, final EngineConfig config)
    {
        final long perKey = panesPerKey(window, config.eventTime()) - inlinePanes(window, config.eventTime());
        return perKey > 0 ? Math.min(MAX_OVERFLOW_PANES, keys(window, config.limits()) * perKey) : 0;
    }

    static long deviceBlockLength(final DedupConfig dedup, final long deviceOperators)
    {
        final long length = Part.DEVICE_BLOCK.length + deviceOperators * Part.DEVICE_OPERATOR.length;
        if (dedup.windowIds() == 0)
        {
            return cacheLines(length);
        }
        final long dedupLength = Part.DEDUP_HEADER.length + dedup.windowIds() / Byte.SIZE;
        return dedupLength <= Part.DEVICE_INLINE_IDS.length ?
            cacheLines(length + Part.DEVICE_DISPLACED.length) : cacheLines(length) + cacheLines(dedupLength);
    }

    private static long cacheLines(final long length)
    {
        return (length + CACHE_LINE_LENGTH - 1) / CACHE_LINE_LENGTH * CACHE_LINE_LENGTH;
    }

    /** The log with the pieces that it begins and ends in, and tables as large as the fullest one gets. */
    private static Line rememberedIds(final long maxIds)
    {
        final long idsPerChunk = idsPerChunk(maxIds);
        final long logLength = ((maxIds - 1) / idsPerChunk + 2) * idsPerChunk * Part.REMEMBERED_ID.length;
        final long partitions = idPartitions(maxIds);
        final long mean = (maxIds - 1) / partitions + 1;
        final long fullest = Math.min(maxIds, mean + ID_DEVIATIONS * (long)Math.ceil(Math.sqrt(mean)));
        final long slots = Math.max(MIN_ID_SLOTS, powerOfTwo((fullest * 4 + 2) / 3));
        final long indexLength = partitions * (Part.ID_PARTITION.length + slots * Part.ID_SLOT.length);
        return Line.of("remembered ids", maxIds, (logLength + indexLength + maxIds - 1) / maxIds);
    }

    /** The least power of two that is not below a value from 1. */
    private static long powerOfTwo(final long value)
    {
        final long highest = Long.highestOneBit(value);
        return highest == value ? value : highest << 1;
    }

    static long keys(final WindowConfig window, final LimitsConfig limits)
    {
        return window.key() == KeyKind.ALL ? 1 : limits.keys();
    }
}
