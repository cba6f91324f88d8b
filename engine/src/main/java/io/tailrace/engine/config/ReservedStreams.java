package io.tailrace.engine.config;

import io.tailrace.archive.journal.LiveRecording;

/**
 * Stream ids of {@code aeron:ipc} that the engine uses itself, so that no source may subscribe to them: one on the
 * stream of the journal would take every reading once more from there, for ever. A stream id belongs to one recording
 * for ever; these are far from what people choose.
 */
public final class ReservedStreams
{
    /** Of the journal. */
    public static final int JOURNAL = 7_412_001;

    /** Of the results log. */
    public static final int RESULTS = 7_412_002;

    static final String TEXT = "10, 20, 1099, 7412001 and 7412002";

    // Requests to Aeron Archive, and its answers.
    private static final int ARCHIVE_REQUESTS = 10;
    private static final int ARCHIVE_ANSWERS = 20;
    // What tails, subscriptions and sinks follow.
    private static final int REPLAYS = LiveRecording.REPLAY_STREAM_ID;

    private ReservedStreams()
    {
    }

    static boolean contains(final int stream)
    {
        return stream == ARCHIVE_REQUESTS || stream == ARCHIVE_ANSWERS || stream == REPLAYS ||
            stream == JOURNAL || stream == RESULTS;
    }
}
