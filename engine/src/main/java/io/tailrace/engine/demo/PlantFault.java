package io.tailrace.engine.demo;

import io.tailrace.codec.RejectReason;

/** What can be wrong with a reading that the plant sends, and the reason that must be given for it. */
enum PlantFault
{
    NONE(0),
    UNKNOWN_UNIT(RejectReason.TIME_UNIT.code()),
    TIME_OUT_OF_RANGE(RejectReason.TIME_RANGE.code()),
    NOT_A_NUMBER(RejectReason.NOT_FINITE.code()),
    INFINITE(RejectReason.NOT_FINITE.code()),
    CLOCK_NEVER_SET(RejectReason.BEFORE_EARLIEST.code()),
    CLOCK_A_DAY_FAST(RejectReason.FUTURE.code()),
    CLOCK_A_MONTH_SLOW(RejectReason.TOO_OLD.code());

    private final int reason;

    PlantFault(final int reason)
    {
        this.reason = reason;
    }

    /** @return code of the reason; 0: valid. */
    int reason()
    {
        return reason;
    }
}
