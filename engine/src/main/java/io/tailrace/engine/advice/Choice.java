package io.tailrace.engine.advice;

import io.tailrace.engine.config.WatermarkKind;

/**
 * What event time could be set to for one window. The watermark, and with it every result, comes
 * {@code outOfOrdernessNs} of event time after the greatest time seen.
 *
 * @param origin            where the values come from, such as {@code p99} or {@code configured}; several are separated
 *                          by commas.
 * @param watermark         whose time closes the windows.
 * @param outOfOrdernessNs  how far the watermark stays behind, ns.
 * @param allowedLatenessNs how long after its end a window still takes readings, ns.
 */
public record Choice(String origin, WatermarkKind watermark, long outOfOrdernessNs, long allowedLatenessNs)
{
    /** @return whether event time would be the same, wherever the values come from. */
    boolean isSame(final Choice that)
    {
        return watermark == that.watermark && outOfOrdernessNs == that.outOfOrdernessNs &&
            allowedLatenessNs == that.allowedLatenessNs;
    }
}
