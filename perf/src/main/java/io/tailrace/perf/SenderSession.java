package io.tailrace.perf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.tailrace.perf.workload.ArrivalSchedule;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

/**
 * What a sending process does, step by step with the rig that started it.
 * <pre>
 *   rig                          sender
 *                  &lt;----------   sender ready NOW      its clock, ns
 *   start START    ----------&gt;                         of the schedule, on that clock; sends
 *   stop           ----------&gt;                         only if it takes too long
 *                  &lt;----------   sender done           the report is written
 *   flush          ----------&gt;                         sends what closes all windows
 *                  &lt;----------   sender flushed
 *   (end)          ----------&gt;                         ends
 * </pre>
 * When the rig is gone, so is the sender.
 * <p>
 * Threading: one thread.
 */
final class SenderSession
{
    /** What all answers begin with, which tells them from what a JVM may print. */
    static final String PREFIX = "sender ";
    /** The sender is connected. */
    static final String READY = "ready ";
    /** The schedule has been sent. */
    static final String DONE = "done";
    /** The event that closes all windows has been sent. */
    static final String FLUSHED = "flushed";
    /** Begins the schedule. */
    static final String START = "start ";
    /** Ends it early. */
    static final String STOP = "stop";
    /** Has all windows closed. */
    static final String FLUSH = "flush";
    /** There will be no more commands. */
    static final String END = "";

    private final ReferenceWorkload workload;
    private final long count;
    private final long warmupCount;
    private final long windowNs;
    private final EventSink sink;
    private final NanoClock clock;
    private final IdleStrategy idle;
    private final Supplier<String> commands;
    private final Consumer<String> answers;

    /**
     * @param workload    the events.
     * @param count       how many of them.
     * @param warmupCount the first ones, whose lateness is not recorded.
     * @param windowNs    size of the windows.
     * @param sink        where the events go.
     * @param clock       shared with the rig.
     * @param idle        while nothing is due.
     * @param commands    the next line from the rig; null: none yet, {@link #END}: it is gone.
     * @param answers     takes lines for the rig.
     */
    SenderSession(
        final ReferenceWorkload workload,
        final long count,
        final long warmupCount,
        final long windowNs,
        final EventSink sink,
        final NanoClock clock,
        final IdleStrategy idle,
        final Supplier<String> commands,
        final Consumer<String> answers)
    {
        this.workload = workload;
        this.count = count;
        this.warmupCount = warmupCount;
        this.windowNs = windowNs;
        this.sink = sink;
        this.clock = clock;
        this.idle = idle;
        this.commands = commands;
        this.answers = answers;
    }

    /**
     * Goes through all steps.
     *
     * @param reportDir where the publisher's report is written.
     * @return whether the rig has seen it through; false: it is gone.
     * @throws IOException              if the report cannot be written.
     * @throws IllegalArgumentException if the rig says what was not asked.
     */
    boolean run(final Path reportDir) throws IOException
    {
        answer(READY + clock.nanoTime());
        final String start = await(START);
        if (start.equals(END))
        {
            return false;
        }
        final OpenLoopPublisher publisher = new OpenLoopPublisher(
            new ArrivalSchedule(
                Long.parseLong(start.substring(START.length())), workload.ratePerSecond(), count),
            workload,
            sink,
            clock,
            warmupCount);
        if (!publish(publisher))
        {
            return false;
        }
        publisher.report().save(reportDir);
        answer(DONE);
        if (await(FLUSH).equals(END))
        {
            return false;
        }
        while (!FlushEvent.offer(workload, publisher.published(), windowNs, sink))
        {
            idle.idle(0);
        }
        answer(FLUSHED);
        return await(END).equals(END);
    }

    private boolean publish(final OpenLoopPublisher publisher)
    {
        while (!publisher.isDone())
        {
            final String command = commands.get();
            if (null != command)
            {
                return command.equals(STOP);
            }
            idle.idle(publisher.doWork());
        }
        return true;
    }

    /** A stop may come when it is over already. @return the next command, which is of that kind, or {@link #END}. */
    private String await(final String expected)
    {
        while (true)
        {
            final String command = commands.get();
            if (null == command || command.equals(STOP))
            {
                idle.idle(0);
            }
            else if (command.equals(END) || !expected.equals(END) && command.startsWith(expected))
            {
                return command;
            }
            else
            {
                throw new IllegalArgumentException("told " + command + ", expected " + expected);
            }
        }
    }

    private void answer(final String line)
    {
        answers.accept(PREFIX + line);
    }
}
