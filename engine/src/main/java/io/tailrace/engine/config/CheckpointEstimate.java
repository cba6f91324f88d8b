package io.tailrace.engine.config;

/**
 * How long a full checkpoint gets when all bounds of a configuration are reached.
 *
 * @param usualLength bytes, if keys hold the panes that are usually open.
 * @param mostLength  bytes, if they hold as many panes as they may; saturates.
 */
public record CheckpointEstimate(long usualLength, long mostLength)
{
    /** What stands before each block in the file. */
    static final int BLOCK_HEADER_LENGTH = 40;

    /** Headers of the file, counters of operators and sources; the headers of frames are one byte in 64 at most. */
    private static final long NUMBERS_LENGTH = 1 << 16;
    private static final int FRAME_HEADERS = 64;

    /** @return the estimate for the bounds of a configuration. */
    public static CheckpointEstimate of(final EngineConfig config)
    {
        final LimitsConfig limits = config.limits();
        final long deviceOperators = config.windows().stream()
            .filter(window -> window.watermarkKind(config.eventTime()) == WatermarkKind.DEVICE).count();
        long usual = NUMBERS_LENGTH + product(
            limits.devices(), BLOCK_HEADER_LENGTH + MemoryEstimate.deviceBlockLength(config.dedup(), deviceOperators));
        long overflow = 0;
        for (final WindowConfig window : config.windows())
        {
            final long keys = MemoryEstimate.keys(window, limits);
            usual = sum(usual, product(
                keys, BLOCK_HEADER_LENGTH + MemoryEstimate.keyBlockLength(window, config.eventTime())));
            overflow = sum(overflow, product(
                MemoryEstimate.overflowPanes(window, config),
                BLOCK_HEADER_LENGTH + MemoryEstimate.Part.PANE.length()));
        }
        usual = sum(usual, product((long)limits.keys() * config.alerts().size(),
            BLOCK_HEADER_LENGTH + MemoryEstimate.Part.KEY_HEADER.length()));
        if (config.dedup().by() == DedupBy.ID)
        {
            usual = sum(usual, product(config.dedup().maxIds(), MemoryEstimate.Part.REMEMBERED_ID.length()));
        }
        return new CheckpointEstimate(withFrames(usual), withFrames(sum(usual, overflow)));
    }

    private static long withFrames(final long length)
    {
        return sum(length, length / FRAME_HEADERS);
    }

    private static long product(final long count, final long length)
    {
        return Math.multiplyHigh(count, length) != 0 || count * length < 0 ? Long.MAX_VALUE : count * length;
    }

    private static long sum(final long left, final long right)
    {
        return left + right < 0 ? Long.MAX_VALUE : left + right;
    }
}
