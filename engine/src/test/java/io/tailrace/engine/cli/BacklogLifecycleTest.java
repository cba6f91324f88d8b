package io.tailrace.engine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.TimeUnits;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.overload.BacklogAdmission;
import io.tailrace.engine.overload.BacklogControl;
import io.tailrace.engine.overload.BacklogView;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BacklogLifecycleTest
{
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);
    private static final long START_NS = 1_700_000_000_000_000_000L;

    @TempDir
    Path dir;

    private BacklogControl control;
    private BacklogAdmission admission;
    private BacklogLifecycle lifecycle;
    private long nowNs = START_NS;
    private long sequence;

    @BeforeEach
    void setUp()
    {
        control = BacklogControl.of(
            EngineConfig.builder()
                .dataDir(dir)
                .limits(LimitsConfig.builder().devices(10).keys(10).ringSlots(64).build())
                .source(SourceConfig.embedded("other").build())
                .source(SourceConfig.embedded("field").timeUnit(TimeUnits.NANOS).build())
                .eventTime(EventTimeConfig.builder().watermark(WatermarkKind.DEVICE).build())
                .window(WindowConfig.tumbling("w", SECOND_NS).build())
                .build(),
            () -> sequence);
        admission = control.publisher(1);
        lifecycle = new BacklogLifecycle(
            control.view(), List.of("other", "field"), new LifecycleLog(dir), () -> nowNs);
    }

    @Test
    void shouldTellOfTheBeginningEveryTenSecondsAndOfTheEnd() throws IOException
    {
        look();
        assertFalse(Files.exists(dir.resolve(LifecycleLog.FILE_NAME)));
        for (int second = 0; second < 25; second++)
        {
            backlog(HOUR_NS - second * 100 * SECOND_NS);
            look();
            look();
            nowNs += SECOND_NS;
        }
        live();
        nowNs += 10 * SECOND_NS;
        look();
        look();

        final List<String> lines = lines();
        assertEquals(4, lines.size(), lines::toString);
        assertLine(lines.get(0), "\"state\":\"begun\",\"devices\":1,\"lagSeconds\":3600,\"meanLagSeconds\":3600," +
            "\"maxLagSeconds\":3600,\"admitted\":1,\"perSecond\":0,\"progressPercent\":0,\"etaSeconds\":-1," +
            "\"durationMs\":0}");
        assertLine(lines.get(1), "\"state\":\"going-on\",\"devices\":1,\"lagSeconds\":2600,\"meanLagSeconds\":2600," +
            "\"maxLagSeconds\":2600,\"admitted\":11,");
        assertLine(lines.get(1), "\"progressPercent\":27,\"etaSeconds\":26,\"durationMs\":10000}");
        assertLine(lines.get(2), "\"state\":\"going-on\",\"devices\":1,\"lagSeconds\":1600,");
        assertLine(lines.get(3), "\"state\":\"ended\",\"devices\":0,\"lagSeconds\":0,\"meanLagSeconds\":0," +
            "\"maxLagSeconds\":0,\"admitted\":25,\"perSecond\":0,\"progressPercent\":100,\"etaSeconds\":0," +
            "\"durationMs\":35000}");
        assertTrue(lines.stream().allMatch(line -> line.contains("\"event\":\"backlog\"") &&
            line.contains("\"source\":\"field\"")), lines::toString);
    }

    @Test
    void shouldNotFillTheLogWithALateReadingNowAndThen() throws IOException
    {
        for (int i = 0; i < 60; i++)
        {
            backlog(90 * SECOND_NS);
            look();
            nowNs += SECOND_NS;
            live();
            nowNs += 6 * SECOND_NS;
            live();
            look();
            nowNs += SECOND_NS;
            look();
        }
        // Seven seconds of each eight, told of once they begin ten seconds after the last line: one of three.
        final List<String> lines = lines();
        assertEquals(40, lines.size(), lines::toString);
        for (int i = 0; i < lines.size(); i++)
        {
            assertLine(lines.get(i), i % 2 == 0 ? "\"state\":\"begun\"" : "\"state\":\"ended\"");
        }
    }

    @Test
    void shouldTellLaterIfThereIsNoRoomForALine() throws IOException
    {
        final Path file = Files.createDirectory(dir.resolve(LifecycleLog.FILE_NAME));
        backlog(HOUR_NS);
        look();
        nowNs += 3 * SECOND_NS;
        Files.delete(file);
        look();
        look();
        assertEquals(1, lines().size());
        assertLine(lines().get(0), "\"state\":\"begun\",");
    }

    @Test
    void shouldTellNothingWhereBacklogIsNotTold() throws IOException
    {
        new BacklogLifecycle(BacklogView.none(2), List.of("other", "field"), new LifecycleLog(dir), () -> nowNs).look();
        assertFalse(Files.exists(dir.resolve(LifecycleLog.FILE_NAME)));
    }

    private void backlog(final long lagNs)
    {
        final UnsafeBuffer frame = reading(nowNs - lagNs);
        assertEquals(BacklogAdmission.BACKLOG, admission.admit(frame, 0, 1, nowNs));
        sequence++;
        admission.onClaimed(sequence, 1, frame, 0, 1);
    }

    private void live()
    {
        assertEquals(BacklogAdmission.LIVE, admission.admit(reading(nowNs), 0, 1, nowNs));
    }

    private static UnsafeBuffer reading(final long eventTimeNs)
    {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[MessageLayout.SLOT_LENGTH]);
        frame.putLong(0, MessageLayout.READING_HEADER);
        frame.putLong(MessageLayout.READING_DEVICE_ID_OFFSET, 7);
        frame.putLong(MessageLayout.READING_EVENT_TIME_OFFSET, eventTimeNs);
        return frame;
    }

    private void look()
    {
        control.onDutyCycle(nowNs);
        lifecycle.look();
    }

    private List<String> lines() throws IOException
    {
        return Files.readAllLines(dir.resolve(LifecycleLog.FILE_NAME));
    }

    private static void assertLine(final String line, final String part)
    {
        assertTrue(line.contains(part), () -> part + " is not in " + line);
    }
}
