package io.tailrace.engine;

import java.util.Locale;

import io.tailrace.engine.config.CheckpointEstimate;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.ConfigurationException;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.retention.DiskPlan;
import io.tailrace.engine.ring.ResultsRing;

/**
 * Refuses what a configuration may say but this version does not do: better no start than other results than asked for.
 */
public final class SupportedFeatures
{
    private static final long MEBIBYTE = 1 << 20;

    private SupportedFeatures()
    {
    }

    /**
     * Checks a configuration.
     *
     * @throws ConfigurationException naming the first key that asks for too much.
     */
    public static void require(final EngineConfig config)
    {
        require(config, SupportedFeatures::inCode);
    }

    /**
     * Checks a configuration that was read from a file.
     *
     * @throws ConfigurationException naming file, line and key of what asks for too much.
     */
    public static void require(final ConfigFile file)
    {
        require(file.config(), (key, found, expected) -> file.error(key, expected));
    }

    private static void require(final EngineConfig config, final Refusal refusal)
    {
        require(
            config.limits().resultSlots() >= OperatorCore.minResultSlots(config) &&
            config.limits().resultSlots() <= ResultsRing.MAX_SLOTS,
            refusal,
            "limits.result-slots",
            config.limits().resultSlots(),
            "at least " + OperatorCore.minResultSlots(config) + ", the results that a reading can cause, and at most " +
            ResultsRing.MAX_SLOTS);
        requireRoom(config, refusal);
    }

    /** A budget that is used up when both recordings and the checkpoints have begun would stop ingress for ever. */
    private static void requireRoom(final EngineConfig config, final Refusal refusal)
    {
        final DiskPlan plan = DiskPlan.of(config);
        final long least = DiskPlan.minBudget(config);
        if (plan.budget() < least)
        {
            throw refusal.of(
                "retention.disk-budget",
                mebibytes(plan.budget()),
                "at least " + mebibytes(least) + ": two segments of " + mebibytes(plan.segmentLength()) +
                " of journal and results log each, " + mebibytes(plan.reserve()) + " for what is on its way, and " +
                "three full checkpoints of " + mebibytes(CheckpointEstimate.of(config).usualLength()) +
                " when limits.devices, limits.keys and dedup.max-ids are reached; or make these less");
        }
    }

    private static String mebibytes(final long bytes)
    {
        return (bytes + MEBIBYTE - 1) / MEBIBYTE + "MiB";
    }

    private static void require(
        final boolean isDone, final Refusal refusal, final String key, final Object found, final String expected)
    {
        if (!isDone)
        {
            throw refusal.of(
                key,
                found.toString().toLowerCase(Locale.ROOT).replace('_', '-'),
                expected + " (this version does nothing else)");
        }
    }

    private static ConfigurationException inCode(final String key, final String found, final String expected)
    {
        return new ConfigurationException(key + ": found " + found + ", expected " + expected);
    }

    /** Says no, as the origin of the configuration has it. */
    @FunctionalInterface
    private interface Refusal
    {
        ConfigurationException of(String key, String found, String expected);
    }
}
