package io.tailrace.engine;

import java.nio.file.Path;

import io.tailrace.codec.sbe.MessageHeaderEncoder;
import io.tailrace.codec.sbe.StartedDecoder;
import io.tailrace.codec.sbe.StartedEncoder;
import io.tailrace.engine.checkpoint.CheckpointAgent;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a {@code Started} message of the journal says: which engine with which configuration wrote what follows.
 *
 * @param number        1 for the first.
 * @param configDigest  of all that results depend on.
 * @param engineVersion major * 1000000 + minor * 1000 + patch.
 * @param tzVersion     of the time-zone data, such as {@code 2025b}, as {@link TimeZoneData#stored} gives it.
 * @param epoch         of the results.
 * @param epochPosition journal position of the first message that may cause results of this epoch.
 * @param stateFrom     where the journal began that the state of this epoch was computed from, if it had lost its
 *                      beginning; 0: from a checkpoint or a whole journal. As long as the journal begins there, it
 *                      gives the same state again.
 */
record Incarnation(
    long number,
    long configDigest,
    int engineVersion,
    String tzVersion,
    int epoch,
    long epochPosition,
    long stateFrom)
{
    /** Of {@code Started}: the results of the epoch go on. */
    static final int EPOCH_GOES_ON = 0;

    /** Of {@code Started}: the results of the epoch begin with what this message causes. */
    static final int EPOCH_BEGINS = 1;

    /** Of {@code Started}: the epoch is this incarnation's alone; it begins with what {@code resultsFrom} causes. */
    static final int EPOCH_OF_INCARNATION = 2;

    /** Version of this engine: results may differ between versions. */
    static final int ENGINE_VERSION = 1_000;

    /** Segments are whole multiples of it, so what is left of a purged journal begins at one. */
    private static final int STATE_FROM_SHIFT = 16;

    /** Of an engine that keeps nothing. */
    static Incarnation first(final long configDigest, final String tzVersion)
    {
        return new Incarnation(1, configDigest, ENGINE_VERSION, tzVersion, 0, 0, 0);
    }

    /**
     * Reads the message that begins an incarnation.
     *
     * @param started  decoder of the message.
     * @param position of the message in the journal.
     * @param before   the incarnation before; null if this is the first.
     */
    static Incarnation decode(final StartedDecoder started, final long position, final Incarnation before)
    {
        return new Incarnation(
            started.incarnation(),
            started.configDigest(),
            (int)started.engineVersion(),
            started.tzVersion(),
            (int)started.resultEpoch(),
            epochPosition(started, position, before),
            started.stateFrom() << STATE_FROM_SHIFT);
    }

    /** @return the same, with a state that was computed from the journal as it begins now. */
    Incarnation withStateFrom(final long journalStart)
    {
        final boolean isWritable = journalStart >> STATE_FROM_SHIFT << STATE_FROM_SHIFT == journalStart &&
            journalStart >> STATE_FROM_SHIFT <= StartedEncoder.stateFromMaxValue();
        return new Incarnation(
            number, configDigest, engineVersion, tzVersion, epoch, epochPosition, isWritable ? journalStart : 0);
    }

    /**
     * Refuses an incarnation whose results would not go on where those of this one end.
     *
     * @param next                   that wants to begin, in the same results epoch.
     * @param isTimeZoneDataAccepted whether it may have other time-zone data.
     * @param dataDir                to be named.
     * @param endPosition            journal position where it would begin.
     * @throws EngineRefusedException naming the difference and what may be done.
     */
    void requireContinuedBy(
        final Incarnation next, final boolean isTimeZoneDataAccepted, final Path dataDir, final long endPosition)
    {
        final String newEpoch = "--new-epoch to begin a new results epoch at journal position " + endPosition;
        if (engineVersion != next.engineVersion)
        {
            throw new EngineRefusedException(dataDir + ": the journal was written by engine version " +
                engineVersion + ", this one is " + next.engineVersion + "; start with " + newEpoch);
        }
        if (configDigest != next.configDigest)
        {
            throw new EngineRefusedException(String.format(
                "%s: the journal was written with configuration digest %016x, this one has %016x; start with %s",
                dataDir, configDigest, next.configDigest, newEpoch));
        }
        if (!isTimeZoneDataAccepted && !tzVersion.equals(next.tzVersion))
        {
            throw new EngineRefusedException(dataDir + ": the journal was written with time-zone data " + tzVersion +
                ", this JVM has " + next.tzVersion + "; start with --accept-tzdata to go on with " + next.tzVersion +
                " in the same results epoch, or with " + newEpoch);
        }
    }

    /** @return what every checkpoint of this incarnation says of it. */
    CheckpointAgent.Origin origin(final JournalHistory history)
    {
        return new CheckpointAgent.Origin(epoch, configDigest, engineVersion, tzVersion, history.encode());
    }

    /**
     * Writes the message that begins this incarnation.
     *
     * @param buffer   to write to, from its first byte.
     * @param timeNs   epoch ns.
     * @param newEpoch how its results stand to those before: {@link #EPOCH_GOES_ON} or one of the others.
     */
    void encode(final UnsafeBuffer buffer, final long timeNs, final int newEpoch)
    {
        buffer.setMemory(0, buffer.capacity(), (byte)0);
        new StartedEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
            .time(timeNs)
            .configDigest(configDigest)
            .incarnation(number)
            .tzVersion(tzVersion)
            .engineVersion(engineVersion)
            .resultEpoch(epoch)
            .newEpoch((short)newEpoch)
            .stateFrom(stateFrom >> STATE_FROM_SHIFT)
            .resultsFrom(newEpoch == EPOCH_OF_INCARNATION ? epochPosition : 0);
    }

    private static long epochPosition(final StartedDecoder started, final long position, final Incarnation before)
    {
        if (started.newEpoch() == EPOCH_OF_INCARNATION)
        {
            return started.resultsFrom();
        }
        return started.newEpoch() == EPOCH_BEGINS || null == before ? position : before.epochPosition;
    }
}
