package io.tailrace.engine.ingress;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import com.lmax.disruptor.Sequence;
import io.aeron.Image;
import io.aeron.Publication;
import io.tailrace.archive.ArchiveConfig;
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.EmbeddedDriver;
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
import io.tailrace.engine.ring.EventRing;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Images of a real driver, polled by the test: some have backlog that must wait, since its share is one slot, which is
 * in use.
 */
@Timeout(60)
class AeronSourceTest
{
    private static final int STREAM = 1001;
    private static final int IMAGES = 40;
    private static final int FIELD = 0;
    private static final int APP = 1;
    private static final long NOW = 1_700_000_000_000_000_000L;
    private static final long OLD = NOW - TimeUnit.HOURS.toNanos(1);

    @TempDir
    Path dataDir;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final EventRing ring = new EventRing(64, true);
    private final Sequence operators = new Sequence();
    private final IngressLedger ledger = new IngressLedger(2);
    private final List<Publication> publications = new ArrayList<>();
    private BacklogControl backlog;
    private DataDirectory directory;
    private EmbeddedDriver driver;
    private RejectsFile rejects;
    private AeronSource source;

    @BeforeEach
    void launch()
    {
        directory = DataDirectory.acquire(dataDir);
        driver = EmbeddedDriver.launch(directory, ArchiveConfig.defaults(), errors::add);
        rejects = new RejectsFile(dataDir);
        ring.gate(operators);
        final SourceConfig field = SourceConfig.aeron("field", "aeron:ipc", STREAM).build();
        backlog = BacklogControl.of(
            EngineConfig.builder()
                .dataDir(dataDir)
                .limits(LimitsConfig.builder().devices(100).keys(100).ringSlots(64).build())
                .source(field)
                .source(SourceConfig.embedded("app").build())
                .eventTime(EventTimeConfig.builder().watermark(WatermarkKind.DEVICE).build())
                .overload(OverloadConfig.builder().backlogShare(1e-9).build())
                .build(),
            ring::freed);
        final Intake intake = new Intake(FIELD, ring, ledger, rejects, null, null, backlog.polled(FIELD));
        source = new AeronSource(driver.aeron(), field, intake, null);
        final Publisher app =
            new Publisher(APP, ring, () -> NOW, ledger, new IngressGate(), null, backlog.publisher(APP));
        assertEquals(1, app.offer(reading(99, OLD), 0, 1));
    }

    @AfterEach
    void close()
    {
        source.close();
        rejects.close();
        driver.close();
        directory.close();
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldLookAtSoManyMessagesAPollThatMustWaitAndGoOnBehindThem()
    {
        connect(IMAGES);
        for (int i = 0; i < IMAGES - 1; i++)
        {
            send(i, OLD);
        }
        send(IMAGES - 1, NOW);
        int polls = 0;
        while (ledger.received(FIELD) == 0)
        {
            final long before = deferred();
            assertTrue(source.poll(NOW) > 0, "there is more to look at");
            final long refused = deferred() - before;
            assertTrue(refused <= AeronSource.REFUSAL_LIMIT, "refused=" + refused);
            assertFalse(source.isHeldBack(), "there is room in the ring");
            polls++;
        }
        assertTrue(polls <= 2, "polls=" + polls);

        operators.set(ring.cursor());
        polls = 0;
        while (ledger.received(FIELD) < IMAGES)
        {
            source.poll(NOW);
            backlog.onDutyCycle(NOW + polls);
            operators.set(ring.cursor());
            polls++;
        }
        assertEquals(0, source.poll(NOW), "empty");
    }

    @Test
    void shouldSayWhatWaitsAndWhatFor()
    {
        connect(3);
        assertEquals(0, source.poll(NOW));
        send(0, OLD);
        send(1, OLD);
        await("both are looked at", () -> source.poll(NOW) == Intake.DEFERRED && deferred() >= 2);
        assertFalse(source.isHeldBack());
        final long last = ring.tryClaim(63);
        ring.publish(last - 62, last);
        send(2, NOW);
        await("no room", () -> source.poll(NOW) == Intake.BACK_PRESSURED);
        assertTrue(source.isHeldBack());
        operators.set(last);
        await("all of them", () ->
        {
            source.poll(NOW);
            backlog.onDutyCycle(NOW);
            operators.set(ring.cursor());
            return ledger.received(FIELD) == 3;
        });
        assertFalse(source.isHeldBack());
    }

    @Test
    void shouldKeepNoImageThatHasGone()
    {
        connect(12);
        assertEquals(0, source.poll(NOW));
        final List<WeakReference<Image>> gone = new ArrayList<>();
        for (int i = 0; i < 10; i++)
        {
            gone.add(new WeakReference<>(source.subscription().imageBySessionId(publications.get(i).sessionId())));
            publications.get(i).close();
        }
        await("two are left", () -> source.subscription().imageCount() == 2);
        assertEquals(0, source.poll(NOW));
        await("ten are forgotten", () ->
        {
            System.gc();
            return gone.stream().allMatch(image -> null == image.get());
        });
        send(11, NOW);
        await("the rest goes on", () -> source.poll(NOW) == 1);
    }

    private void connect(final int count)
    {
        for (int i = 0; i < count; i++)
        {
            publications.add(driver.aeron().addExclusivePublication("aeron:ipc?term-length=64k|mtu=1408", STREAM));
        }
        await("images", () -> source.subscription().imageCount() == count);
    }

    private void send(final int publication, final long eventTimeNs)
    {
        final UnsafeBuffer reading = reading(publication, eventTimeNs);
        await("room", () -> publications.get(publication).offer(reading) > 0);
    }

    private long deferred()
    {
        long sum = 0;
        for (final BacklogCause cause : BacklogCause.values())
        {
            sum += backlog.view().deferred(cause);
        }
        return sum;
    }

    private static UnsafeBuffer reading(final long device, final long eventTimeNs)
    {
        final UnsafeBuffer reading = ReadingBytes.frame(1, device);
        reading.putLong(MessageLayout.READING_DEVICE_ID_OFFSET, device);
        reading.putLong(MessageLayout.READING_EVENT_TIME_OFFSET, eventTimeNs);
        reading.putByte(MessageLayout.READING_TIME_UNIT_OFFSET, (byte)TimeUnits.NANOS);
        return reading;
    }

    private static void await(final String what, final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean())
        {
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> "not in time: " + what);
            Thread.yield();
        }
    }
}
