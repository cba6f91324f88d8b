package io.tailrace.engine.ingress;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import com.lmax.disruptor.Sequence;
import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.TimeUnits;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.OverloadConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.overload.BacklogCause;
import io.tailrace.engine.overload.BacklogControl;
import io.tailrace.engine.overload.BacklogView;
import io.tailrace.engine.overload.NormalLane;
import io.tailrace.engine.ring.EventRing;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Backlog and live readings of ingress and of three publishers at once, each on a thread of its own: all of it comes
 * in, in order, never more than the share at a time, and what is shown in the end is what came.
 */
class BacklogContentionTest
{
    private static final int LENGTH = MessageLayout.SLOT_LENGTH;
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long START = 1_700_000_000_000L * MS;
    private static final long OLD = START - TimeUnit.HOURS.toNanos(1);
    private static final int RING = 256;
    private static final int FIELD = 0;
    private static final int APP = 1;
    private static final int IMAGES = 4;
    private static final int WAYS = IMAGES + 3;
    private static final int FRAMES = 2_000;
    private static final int DEVICES = 5;
    private static final int MAX_FRAME = 8;

    @TempDir
    Path dataDir;

    private final EventRing ring = new EventRing(RING, true);
    private final Sequence operators = new Sequence();
    private final IngressLedger ledger = new IngressLedger(3);
    private final IngressGate gate = new IngressGate();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final List<Way> ways = new ArrayList<>();
    private final long beginNs = System.nanoTime();
    private BacklogControl backlog;
    private NormalLane lane;
    private volatile boolean isDone;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Timeout(120)
    void shouldLetAllInInOrderAndWithinTheShare(final boolean isBesideCritical) throws InterruptedException
    {
        final EngineConfig config = config(isBesideCritical);
        ring.gate(operators);
        backlog = BacklogControl.of(config, ring::freed);
        lane = NormalLane.of(config, ledger.turn());
        for (int i = 0; i < WAYS; i++)
        {
            ways.add(new Way(i));
        }
        try (RejectsFile rejects = new RejectsFile(dataDir))
        {
            final Intake intake = new Intake(FIELD, ring, ledger, rejects, null, lane, backlog.polled(FIELD));
            final List<Thread> threads = new ArrayList<>();
            threads.add(start("ingress", () -> poll(intake)));
            for (final Way way : ways.subList(IMAGES, WAYS))
            {
                final Publisher publisher =
                    new Publisher(APP, ring, this::nowNs, ledger, gate, lane, backlog.publisher(APP));
                threads.add(start("publisher-" + way.number, () -> publish(publisher, way)));
            }
            consume();
            isDone = true;
            for (final Thread thread : threads)
            {
                thread.join();
            }
        }
        assertNull(failure.get());
        assertShown();
    }

    /** What is shown a while later, when all slots are free. */
    private void assertShown()
    {
        final BacklogView view = backlog.view();
        final long endNs = nowNs() + TimeUnit.SECONDS.toNanos(2);
        backlog.onDutyCycle(endNs);
        assertEquals(0, view.slots());
        assertEquals(0, view.untracked());
        assertTrue(view.deferred(BacklogCause.SHARE) > 0 && view.deferred(BacklogCause.TURN) > 0,
            view.deferred(BacklogCause.SHARE) + " " + view.deferred(BacklogCause.TURN));
        for (int source = FIELD; source <= APP; source++)
        {
            final List<Way> own = source == FIELD ? ways.subList(0, IMAGES) : ways.subList(IMAGES, WAYS);
            assertEquals(own.stream().mapToLong(way -> way.backlog).sum(), view.admitted(source));
            assertEquals(own.stream().mapToLong(way -> way.readings).sum(), ledger.received(source));
            assertEquals(own.size() * DEVICES, view.devices(source));
            final long lagMs = own.stream().flatMapToLong(way -> Arrays.stream(way.newestNs))
                .map(newestNs -> endNs / MS - newestNs / MS).sum();
            assertEquals(lagMs, view.lagMs(source));
        }
        backlog.onDutyCycle(endNs + TimeUnit.MINUTES.toNanos(5));
        assertEquals(0, view.devices(FIELD) + view.devices(APP));
    }

    private void poll(final Intake intake)
    {
        while (!isDone)
        {
            backlog.giveWay();
            if (null != lane)
            {
                lane.giveWay();
            }
            for (final Way way : ways.subList(0, IMAGES))
            {
                if (way.hasFrame() && intake.onFrame(way.frame, 0, way.count * LENGTH, nowNs()) > 0)
                {
                    way.next();
                }
            }
            intake.onTurned();
            if (backlog.onDutyCycle(nowNs()) == 0)
            {
                Thread.yield();
            }
        }
    }

    private static void publish(final Publisher publisher, final Way way)
    {
        while (way.hasFrame())
        {
            if (publisher.offer(way.frame, 0, way.count) > 0)
            {
                way.next();
            }
            else
            {
                Thread.yield();
            }
        }
    }

    /** Frees slots as an operator stage would, and looks at what is on the ring before each time. */
    private void consume()
    {
        final long[] nextIds = new long[WAYS];
        long next = 0;
        while (ways.stream().anyMatch(Way::hasFrame) || next <= ring.cursor())
        {
            assertNull(failure.get());
            final long published = ring.published(next, ring.cursor());
            for (; next <= published; next++)
            {
                final int at = ring.offset(next);
                final long id = ring.slab().getLong(at + MessageLayout.READING_EVENT_ID_OFFSET);
                final int way = (int)(id >>> 32);
                assertEquals(nextIds[way], id & 0xFFFF_FFFFL, "way " + way);
                nextIds[way]++;
            }
            assertTrue(oldSlots(published) <= backlog.view().slotLimit(), "old=" + oldSlots(published));
            operators.set(published);
            Thread.yield();
        }
        for (final Way way : ways)
        {
            assertEquals(way.readings, nextIds[way.number]);
        }
    }

    private int oldSlots(final long published)
    {
        int old = 0;
        for (long sequence = operators.get() + 1; sequence <= published; sequence++)
        {
            old += ring.slab().getLong(ring.offset(sequence) + MessageLayout.READING_EVENT_TIME_OFFSET) < START ? 1 : 0;
        }
        return old;
    }

    private long nowNs()
    {
        return START + System.nanoTime() - beginNs;
    }

    private Thread start(final String name, final Runnable work)
    {
        final Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((ignored, ex) -> failure.compareAndSet(null, ex));
        thread.start();
        return thread;
    }

    private EngineConfig config(final boolean isBesideCritical)
    {
        final EngineConfig.Builder config = EngineConfig.builder()
            .dataDir(dataDir)
            .limits(LimitsConfig.builder().devices(100).keys(100).ringSlots(RING).build())
            .source(SourceConfig.embedded("field").build())
            .source(SourceConfig.embedded("app").build())
            .eventTime(EventTimeConfig.builder().watermark(WatermarkKind.DEVICE).build())
            .overload(OverloadConfig.builder().normalSlots(64).backlogShare(0.2).build());
        return isBesideCritical ?
            config.source(SourceConfig.embedded("alarm").priority(1).build()).build() : config.build();
    }

    /** Frames of five devices that come back, in turn, and of one that is live. */
    private static final class Way
    {
        private final int number;
        private final UnsafeBuffer frame = ReadingBytes.frame(MAX_FRAME, 0);
        private final long[] newestNs = new long[DEVICES];
        private long readings;
        private long backlog;
        private int count;
        private volatile int frames;

        private Way(final int number)
        {
            this.number = number;
            fill();
        }

        private boolean hasFrame()
        {
            return frames < FRAMES;
        }

        private void next()
        {
            readings += count;
            if (!isLive())
            {
                backlog += count;
                newestNs[frames % DEVICES] = timeNs(count - 1);
            }
            final int next = frames + 1;
            if (next < FRAMES)
            {
                frames = next;
                fill();
            }
            else
            {
                frames = FRAMES;
            }
        }

        private boolean isLive()
        {
            return frames % 7 == 6;
        }

        private long timeNs(final int index)
        {
            return isLive() ? START : OLD + (frames * MAX_FRAME + index) * MS;
        }

        private void fill()
        {
            count = 1 + frames * 5 % MAX_FRAME;
            final long device = isLive() ? 1_000 + number : number * DEVICES + frames % DEVICES;
            for (int i = 0; i < count; i++)
            {
                final int at = i * LENGTH;
                frame.putLong(at + MessageLayout.READING_EVENT_ID_OFFSET, (long)number << 32 | readings + i);
                frame.putLong(at + MessageLayout.READING_DEVICE_ID_OFFSET, device);
                frame.putLong(at + MessageLayout.READING_EVENT_TIME_OFFSET, timeNs(i));
                frame.putByte(at + MessageLayout.READING_TIME_UNIT_OFFSET, (byte)TimeUnits.NANOS);
            }
        }
    }
}
