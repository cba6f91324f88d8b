package io.tailrace.engine.checkpoint;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.tailrace.archive.checkpoint.CheckpointDirectory;
import io.tailrace.archive.checkpoint.CheckpointMeta;
import io.tailrace.archive.checkpoint.CheckpointWriter;
import io.tailrace.archive.journal.MessageLog;
import io.tailrace.engine.config.CheckpointConfig;
import io.tailrace.engine.operator.StateSection;
import io.tailrace.engine.ring.ResultsRing;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * Has a checkpoint taken every interval, and on demand: asks the operators for a capture, writes what they hand over,
 * and completes the file when the journal and the results log are durable as far as the state goes.
 * <pre>
 *   WAITING --interval--&gt; REQUESTED --barrier--&gt; WRITING --last chunk--&gt; SETTLING --durable--&gt; WAITING
 * </pre>
 * A checkpoint that cannot be written is told of and given up; the engine goes on, and the next one is full. One for
 * which there is no room ({@link CheckpointRoom}) is not begun, and is given up if others take its room meanwhile.
 * <p>
 * Threading: one thread, role {@code checkpoint}, but for {@link #demand} and the queries. It alone waits for the disk.
 */
public final class CheckpointAgent implements Agent
{
    /**
     * Increments of a chain at most: each is a file to be read at recovery, and one that is damaged takes those behind
     * it with it.
     */
    static final int MAX_INCREMENTS = 20;

    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);

    /** What the agent waits for. */
    private enum State
    {
        WAITING,
        REQUESTED,
        WRITING,
        SETTLING
    }

    private final CheckpointConfig config;
    private final CheckpointDirectory directory;
    private final StateCapture capture;
    private final ResultsRing results;
    private final MessageLog journal;
    private final MessageLog resultsLog;
    private final Origin origin;
    private final CheckpointRoom room;
    private final KeptChains kept;
    private final NanoClock clock;
    private final ErrorHandler errors;
    private final CheckpointCounts counts = new CheckpointCounts();
    private final StateDigest digest;

    private State state = State.WAITING;
    private long nextNs;
    private long beginNs;
    private long chain;
    private int indexInChain = -1;
    private long fullBytes;
    private long incrementBytes;
    private String lackOfRoom;
    private Barrier barrier;
    private CheckpointWriter writer;
    private boolean isFailed;
    private long resultsEnd;

    private volatile long demanded;
    private volatile long answered;
    private volatile long fulfilled;
    private long demandInWork;

    /**
     * What is written into each checkpoint of one incarnation.
     *
     * @param epoch         of the results.
     * @param configDigest  of the configuration.
     * @param engineVersion of the engine.
     * @param tzVersion     of the time-zone data.
     * @param history       who has written the journal so far.
     */
    public record Origin(int epoch, long configDigest, int engineVersion, String tzVersion, byte[] history)
    {
    }

    /**
     * @param config     how often, and how many are kept.
     * @param directory  where they go.
     * @param capture    of the operators' state.
     * @param sections   of the state; looked at here, before it begins to change.
     * @param results    on their way to egress.
     * @param journal    must be durable to a checkpoint's position.
     * @param resultsLog must be durable to its result sequence.
     * @param origin     of all checkpoints.
     * @param room       bytes that checkpoints may take now, without what others will need; negative: none, and they
     *                   have taken too much.
     * @param clock      for the interval.
     * @param errors     told of checkpoints that were given up.
     */
    public CheckpointAgent(
        final CheckpointConfig config,
        final CheckpointDirectory directory,
        final StateCapture capture,
        final List<StateSection> sections,
        final ResultsRing results,
        final MessageLog journal,
        final MessageLog resultsLog,
        final Origin origin,
        final LongSupplier room,
        final NanoClock clock,
        final ErrorHandler errors)
    {
        this.config = config;
        this.directory = directory;
        this.capture = capture;
        this.results = results;
        this.journal = journal;
        this.resultsLog = resultsLog;
        this.origin = origin;
        this.clock = clock;
        this.errors = errors;
        digest = new StateDigest(sections.size());
        counts.onState(StateLength.of(sections));
        this.room = new CheckpointRoom(room, counts);
        kept = new KeptChains(directory, origin, counts);
        nextNs = clock.nanoTime() + config.intervalNs();
        chain = directory.nextNumber();
        // Nothing is deleted before there is a checkpoint of this incarnation.
        kept.bound();
    }

    @Override
    public String roleName()
    {
        return "checkpoint";
    }

    @Override
    public int doWork()
    {
        return switch (state)
        {
            case WAITING -> await();
            case REQUESTED -> begin();
            case WRITING -> write();
            case SETTLING -> settle();
        };
    }

    @Override
    public void onClose()
    {
        CloseHelper.quietClose(writer);
    }

    /**
     * Asks for a checkpoint as soon as can be; from any thread.
     *
     * @return to be asked for with {@link #isAnswered}.
     */
    public long demand()
    {
        synchronized (this)
        {
            return ++demanded;
        }
    }

    /** @return whether a checkpoint that was begun after the demand is complete, or was given up; from any thread. */
    public boolean isAnswered(final long demand)
    {
        return answered >= demand;
    }

    /**
     * @return of a demand that is answered: whether a checkpoint that was begun after it is complete; from any thread.
     */
    public boolean isFulfilled(final long demand)
    {
        return fulfilled >= demand;
    }

    /** @return what has been done, for any thread. */
    public CheckpointCounts counts()
    {
        return counts;
    }

    private int await()
    {
        final long nowNs = clock.nanoTime();
        final boolean isDemanded = demanded != answered;
        if (!isDemanded && nowNs - nextNs < 0)
        {
            return 0;
        }
        demandInWork = demanded;
        beginNs = nowNs;
        nextNs = nowNs + config.intervalNs();
        room.look(isFullDue());
        final String lack = room.lack();
        if (null != lack)
        {
            onLackOfRoom(lack);
            fallBackOnNewestChain();
            answered = demandInWork;
            return 1;
        }
        capture.request(room.isFull());
        state = State.REQUESTED;
        return 1;
    }

    private boolean isFullDue()
    {
        return indexInChain < 0 || !config.incremental() ||
            indexInChain >= MAX_INCREMENTS || incrementBytes >= fullBytes;
    }

    private int begin()
    {
        barrier = capture.barrier();
        if (null == barrier)
        {
            return 0;
        }
        isFailed = false;
        counts.onState(barrier.stateLength());
        final long number = directory.nextNumber();
        if (barrier.isFull())
        {
            digest.clear();
            chain = number;
            indexInChain = 0;
        }
        else
        {
            indexInChain++;
        }
        try
        {
            if (barrier.isFull())
            {
                room.require(barrier.stateLength());
            }
            writer = directory.begin(new CheckpointMeta(
                number,
                chain,
                indexInChain,
                barrier.journalPosition(),
                barrier.resultsPosition(),
                barrier.nextResultSequence(),
                origin.epoch(),
                origin.configDigest(),
                origin.engineVersion(),
                origin.tzVersion()));
        }
        catch (final RuntimeException ex)
        {
            giveUp(ex);
        }
        state = State.WRITING;
        return 1;
    }

    /** Takes the capture to its end even if nothing can be written, since the operators do so too. */
    private int write()
    {
        final StateChunk chunk = capture.poll();
        if (null == chunk)
        {
            return 0;
        }
        for (int at = 0; at < chunk.length(); at += StateRecord.length(chunk.address() + at))
        {
            digest.onRecord(chunk.address() + at);
        }
        if (!isFailed && chunk.length() > 0)
        {
            try
            {
                room.require(0);
                writer.append(chunk.address(), chunk.length());
            }
            catch (final RuntimeException ex)
            {
                giveUp(ex);
            }
        }
        final boolean isLast = chunk.isLast();
        capture.recycle(chunk);
        if (isLast)
        {
            resultsEnd = -1;
            state = isFailed ? State.WAITING : State.SETTLING;
            if (isFailed)
            {
                nextNs = Math.max(nextNs, clock.nanoTime() + RETRY_NS);
                answered = demandInWork;
            }
        }
        return 1;
    }

    /** A crash now must not find a state that is ahead of what it was made of, or of what it has caused. */
    private int settle()
    {
        if (!resultsLog.isConnected() || !journal.isConnected())
        {
            giveUp(new IllegalStateException("a recording is lost"));
            answered = demandInWork;
            state = State.WAITING;
            return 1;
        }
        if (resultsEnd < 0 && results.released() >= barrier.publishedResults())
        {
            resultsEnd = resultsLog.appendPosition();
        }
        if (resultsEnd < 0 || resultsLog.durablePosition() < resultsEnd ||
            journal.durablePosition() < barrier.journalPosition())
        {
            return 0;
        }
        try
        {
            complete();
        }
        catch (final RuntimeException ex)
        {
            giveUp(ex);
            nextNs = Math.max(nextNs, clock.nanoTime() + RETRY_NS);
        }
        if (!isFailed)
        {
            fulfilled = demandInWork;
        }
        answered = demandInWork;
        state = State.WAITING;
        return 1;
    }

    private void complete()
    {
        final long[] digests = new long[digest.sectionCount()];
        for (int i = 0; i < digests.length; i++)
        {
            digests[i] = digest.get(i);
        }
        final CheckpointMeta meta = writer.meta();
        final var footer = new CheckpointFooter(resultsEnd, digests, origin.history()).encode();
        writer.complete(footer, 0, footer.capacity());
        final long bytes = writer.bytesWritten();
        writer = null;
        if (barrier.isFull())
        {
            fullBytes = bytes;
            incrementBytes = 0;
        }
        else
        {
            incrementBytes += bytes;
            room.onIncrement(bytes);
        }
        final long nowNs = clock.nanoTime();
        counts.onComplete(meta, bytes, nowNs - beginNs, nowNs);
        lackOfRoom = null;
        kept.retain(room.isShort() ? 1 : config.retain());
    }

    /** Tells of the first in a row, and counts all. */
    private void onLackOfRoom(final String lack)
    {
        final boolean isFirst = null == lackOfRoom;
        if (isFirst)
        {
            lackOfRoom = "no checkpoint for lack of room: " + lack +
                "; the engine goes on, tries again every checkpoint.interval, and purges no more of the journal " +
                "until then";
        }
        counts.onGivenUp(lackOfRoom);
        if (isFirst)
        {
            errors.onError(new CheckpointGivenUpException(lackOfRoom, null));
        }
    }

    /** Nothing would ever be purged again if others had taken the room that was kept for the next full one. */
    private void fallBackOnNewestChain()
    {
        try
        {
            kept.fallBackOnNewest();
        }
        catch (final RuntimeException ex)
        {
            errors.onError(new CheckpointGivenUpException(
                "all chains of checkpoints are kept, though there is no room: " + ex.getMessage(), ex));
        }
    }

    private void giveUp(final RuntimeException cause)
    {
        isFailed = true;
        indexInChain = -1;
        CloseHelper.quietClose(writer);
        writer = null;
        if (cause instanceof CheckpointRoom.LackOfRoomException)
        {
            onLackOfRoom(cause.getMessage());
            return;
        }
        final String reason = "no checkpoint at journal position " + barrier.journalPosition() + ": " +
            cause.getMessage() + (null == cause.getCause() ? "" : " (" + cause.getCause().getMessage() + ")");
        counts.onGivenUp(reason);
        errors.onError(new CheckpointGivenUpException(reason, cause));
    }
}
