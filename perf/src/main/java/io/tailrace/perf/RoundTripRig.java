package io.tailrace.perf;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.tailrace.archive.ArchiveConfig;
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.EmbeddedArchive;
import io.tailrace.archive.journal.MessageLog;
import io.tailrace.archive.journal.RecordedLog;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.Layout;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.perf.report.Report;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.ArrivalSchedule;
import org.HdrHistogram.Histogram;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;

/**
 * The yardstick of latency: what a result would take if nothing were computed. The events of the schedule, an archive
 * that records both ways, and an echo.
 * <pre>
 *   publisher --&gt; IPC, recorded --&gt; echo: waits until it is --&gt; IPC, recorded --&gt; reader: waits until it is
 * </pre>
 * Driver, archive, checksums, term and segment lengths and durability are those of an engine of the same layout.
 * <p>
 * Threading: the calling thread samples intervals and waits; publisher, echo and reader have threads.
 */
final class RoundTripRig
{
    /** Name of its histograms in a run directory. */
    static final String NAME = "round-trip";

    private static final String CHANNEL = "aeron:ipc";
    private static final int EVENTS_STREAM = 1001;
    private static final int REPLIES_STREAM = 1002;
    private static final int FRAGMENT_LIMIT = 32;
    private static final long CONNECT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long CONNECT_PARK_NS = 1_000_000L;

    private final LoadSettings settings;

    /**
     * What was measured, ns.
     *
     * @param time      the measured seconds, with the control's hiccups.
     * @param latency   from the intended time of an event to the reading of its reply.
     * @param publisher how the publisher fared.
     * @param verdict   on the round trip.
     */
    record Trip(MeasuredSeconds time, Latencies latency, PublisherReport publisher, Verdict verdict)
    {
        /** @return all latencies. */
        Histogram all()
        {
            return latency.all();
        }

        /** Adds latencies and the control's hiccups meanwhile to a report. */
        void addTo(final Report report)
        {
            latency.addTo(report, NAME);
            time.addControl(report, Control.NAME + "-" + NAME);
        }
    }

    RoundTripRig(final LoadSettings settings)
    {
        this.settings = settings;
    }

    /** Runs once. */
    Trip run()
    {
        final RunErrors errors = new RunErrors();
        final ArchiveConfig config = ArchiveConfig.defaults()
            .withDedicatedThreads(settings.variant().layout() == Layout.DEDICATED);
        try (ScratchDirectory scratch = settings.scratch();
            EmbeddedArchive archive =
                EmbeddedArchive.launch(DataDirectory.acquire(scratch.path()), config, errors);
            RecordedLog events = RecordedLog.open(archive, "events", EVENTS_STREAM, config.journalTermLength());
            RecordedLog replies = RecordedLog.open(archive, "replies", REPLIES_STREAM, config.resultsTermLength());
            Subscription eventsRead = archive.aeron().addSubscription(CHANNEL, EVENTS_STREAM);
            Subscription repliesRead = archive.aeron().addSubscription(CHANNEL, REPLIES_STREAM))
        {
            awaitConnected(eventsRead);
            awaitConnected(repliesRead);
            final RoundTripEcho echo = new RoundTripEcho(
                handler -> poll(eventsRead, handler), events::durablePosition, replies::append);
            final ArrivalSchedule schedule =
                settings.scheduleFrom(System.nanoTime() + LoadTestRig.START_DELAY_NS);
            final RoundTripReader reader = new RoundTripReader(
                handler -> poll(repliesRead, handler),
                replies::durablePosition,
                System::nanoTime,
                schedule,
                settings.warmupCount());
            return measure(schedule, events, echo, reader, errors);
        }
    }

    private Trip measure(
        final ArrivalSchedule schedule,
        final RecordedLog events,
        final RoundTripEcho echo,
        final RoundTripReader reader,
        final RunErrors errors)
    {
        // Each idles as its counterpart in and around the engine does.
        final AgentRunner echoRunner =
            new AgentRunner(new BackoffIdleStrategy(20, 10, 1_000, 100_000), errors, null, echo);
        final AgentRunner readerRunner = new AgentRunner(
            new BackoffIdleStrategy(10, 10, 1_000, LoadTestRig.READER_PARK_NS), errors, null, reader);
        final EventSink sink = (buffer, offset, count) -> offer(events, buffer, offset, count);
        try (MeasuredSeconds time = new MeasuredSeconds(schedule, settings.warmupCount(), errors);
            EmbeddedSender sender =
                new EmbeddedSender(settings.workload(), settings.windowNs(), sink, errors))
        {
            final Latencies latency = time.record(reader::takeInterval);
            AgentRunner.startOnThread(echoRunner);
            AgentRunner.startOnThread(readerRunner);
            sender.start(schedule, settings.warmupCount());
            time.begin();
            time.sample();
            time.await(sender::isDone);
            final PublisherReport published = sender.report();
            time.await(() -> reader.answered() == published.published());
            CloseHelper.closeAll(errors, echoRunner, readerRunner);
            time.finish();
            final Verdict verdict = new Verdict();
            published.check(verdict);
            reader.check(verdict, published.published());
            errors.check(verdict);
            return new Trip(time, latency, published, verdict);
        }
        finally
        {
            CloseHelper.closeAll(errors, echoRunner, readerRunner);
        }
    }

    private static int offer(final MessageLog log, final DirectBuffer buffer, final int offset, final int count)
    {
        final long position = log.append(buffer, offset, count * MessageLayout.SLOT_LENGTH);
        if (position >= 0)
        {
            return count;
        }
        return position == MessageLog.LOST ? Publisher.CLOSED : Publisher.BACK_PRESSURED;
    }

    private static int poll(final Subscription subscription, final ControlledFragmentHandler handler)
    {
        return subscription.controlledPoll(handler, FRAGMENT_LIMIT);
    }

    private static void awaitConnected(final Subscription subscription)
    {
        final long deadlineNs = System.nanoTime() + CONNECT_TIMEOUT_NS;
        while (subscription.hasNoImages())
        {
            if (System.nanoTime() - deadlineNs > 0)
            {
                throw new IllegalStateException("stream " + subscription.streamId() + " has not been connected");
            }
            LockSupport.parkNanos(CONNECT_PARK_NS);
        }
    }
}
