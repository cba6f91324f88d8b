package io.tailrace.engine.overload;

import io.tailrace.engine.config.OverloadAction;
import io.tailrace.engine.config.OverloadConfig;

/**
 * What the policy counts, of each source. The codes are reasons of {@code LedgerMark} and never change their meaning.
 */
public enum OverloadCount
{
    /** Readings shed because their device sent more than its rate. */
    SHED_RATE_PER_DEVICE(67, "shed:rate-per-device"),
    /** Readings shed because all normal sources together sent more than their rate. */
    SHED_RATE(68, "shed:rate"),
    /** Readings above a rate that were kept by sampling: they went on to the journal. */
    KEPT_SAMPLED(69, "kept:sampled"),
    /** Readings of devices that found no place in the table of rates: they were not limited by device. */
    RATE_UNTRACKED(70, "rate-untracked");

    private static final OverloadCount[] VALUES = values();

    private final int code;
    private final String text;

    OverloadCount(final int code, final String text)
    {
        this.code = code;
        this.text = text;
    }

    /** How many there are; {@link #ordinal} is less. */
    public static int count()
    {
        return VALUES.length;
    }

    /** @return the one with an ordinal. */
    public static OverloadCount of(final int ordinal)
    {
        return VALUES[ordinal];
    }

    /** @return code of a ledger mark. */
    public int code()
    {
        return code;
    }

    /** @return reason in the ledger. */
    public String text()
    {
        return text;
    }

    /** @return whether what is counted did not go on to the journal. */
    public boolean isShed()
    {
        return this == SHED_RATE_PER_DEVICE || this == SHED_RATE;
    }

    /** @return whether a configuration can have anything counted so for a normal source. */
    public boolean isPossible(final OverloadConfig overload)
    {
        return switch (this)
        {
            case SHED_RATE_PER_DEVICE, RATE_UNTRACKED -> overload.ratePerDevice() > 0;
            case SHED_RATE -> overload.rate() > 0;
            case KEPT_SAMPLED -> overload.isLimiting() && overload.then() == OverloadAction.SAMPLE;
        };
    }
}
