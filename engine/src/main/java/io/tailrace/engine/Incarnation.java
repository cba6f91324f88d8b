package io.tailrace.engine;

import java.nio.file.Path;
import java.time.zone.ZoneRulesProvider;

import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.codec.sbe.MessageHeaderDecoder;
import io.tailrace.codec.sbe.MessageHeaderEncoder;
import io.tailrace.codec.sbe.StartedDecoder;
import io.tailrace.codec.sbe.StartedEncoder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a {@code Started} message of the journal says: which engine with which configuration wrote what follows.
 *
 * @param number        1 for the first.
 * @param configDigest  of all that results depend on.
 * @param engineVersion major * 1000000 + minor * 1000 + patch.
 * @param tzVersion     of the time-zone data, such as {@code 2025b}.
 * @param epoch         of the results.
 * @param epochPosition journal position of the first message that may cause results of this epoch.
 */
record Incarnation(
    long number, long configDigest, int engineVersion, String tzVersion, int epoch, long epochPosition)
{
    /** Version of this engine: results may differ between versions. */
    static final int ENGINE_VERSION = 1_000;

    private static final int TZ_VERSION_LENGTH = StartedEncoder.tzVersionLength();

    /** @return the version of the time-zone data of this JVM, at most 8 characters. */
    static String currentTzVersion()
    {
        final String version = ZoneRulesProvider.getVersions("UTC").lastEntry().getKey();
        return version.substring(0, Math.min(TZ_VERSION_LENGTH, version.length()));
    }

    /**
     * The newest incarnation in a journal. A {@code Started} always stands alone in its frame.
     *
     * @return the newest one, or null if there is none.
     */
    static Incarnation last(final Path archiveDir, final RecordingDescriptor journal, final long endPosition)
    {
        Incarnation last = null;
        final MessageHeaderDecoder header = new MessageHeaderDecoder();
        final StartedDecoder started = new StartedDecoder();
        final long start = RecordingReader.startPosition(archiveDir, journal);
        try (RecordingReader reader = RecordingReader.open(archiveDir, journal, start))
        {
            while (reader.nextPosition() < endPosition && reader.next(endPosition))
            {
                final DirectBuffer buffer = reader.payloadBuffer();
                header.wrap(buffer, reader.payloadOffset());
                if (header.templateId() == StartedDecoder.TEMPLATE_ID)
                {
                    started.wrapAndApplyHeader(buffer, reader.payloadOffset(), header);
                    last = new Incarnation(
                        started.incarnation(),
                        started.configDigest(),
                        (int)started.engineVersion(),
                        started.tzVersion(),
                        (int)started.resultEpoch(),
                        started.newEpoch() == 1 || null == last ? reader.payloadPosition() : last.epochPosition);
                }
            }
        }
        return last;
    }

    /** Why results of this incarnation cannot be continued by another one; null if they can. */
    String differenceTo(final Incarnation next)
    {
        if (configDigest != next.configDigest)
        {
            return String.format("the journal was written with configuration digest %016x, this one has %016x",
                configDigest, next.configDigest);
        }
        if (engineVersion != next.engineVersion)
        {
            return "the journal was written by engine version " + engineVersion + ", this one is " +
                next.engineVersion;
        }
        if (!tzVersion.equals(next.tzVersion))
        {
            return "the journal was written with time-zone data " + tzVersion + ", this JVM has " + next.tzVersion;
        }
        return null;
    }

    /** Writes the message that begins this incarnation. */
    void encode(final UnsafeBuffer buffer, final long timeNs, final boolean isNewEpoch)
    {
        buffer.setMemory(0, buffer.capacity(), (byte)0);
        new StartedEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
            .time(timeNs)
            .configDigest(configDigest)
            .incarnation(number)
            .tzVersion(tzVersion)
            .engineVersion(engineVersion)
            .resultEpoch(epoch)
            .newEpoch((short)(isNewEpoch ? 1 : 0));
    }
}
