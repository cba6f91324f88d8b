package io.tailrace.perf.storm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.tailrace.codec.MessageLayout;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The journal of a storm of three sources with ten readings each, and what {@code batch} makes of it. */
class JournalOracleTest
{
    private static final int SENT = SmallStorm.SENT;

    @TempDir
    private Path dir;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MessageLayout.SLOT_LENGTH]);
    private SmallStorm storm = new SmallStorm(0);
    private JournalCount journal = journal();

    @BeforeEach
    void writeWhatBatchWouldWrite() throws IOException
    {
        final StringBuilder windows = new StringBuilder("device_id,window_start_ms,count,sum,min,max,first,last\n");
        storm.fleets().values().forEach(fleet -> windows.append(row(fleet, SENT)));
        Files.writeString(dir.resolve(StormConfig.WINDOW + ".csv"), windows);
        final StringBuilder alerts = new StringBuilder("device_id,event_time_ms,state\n");
        for (int second = 0; second < SENT; second++)
        {
            alerts.append(storm.fleet(StormPlan.CRITICAL).firstDevice()).append(',').append(second * 1_000)
                .append(second % 2 == 0 ? ",raised\n" : ",cleared\n");
        }
        Files.writeString(dir.resolve("alerts.csv"), alerts);
        for (final String file : List.of("late.csv", "rejected.csv", "duplicates.csv"))
        {
            Files.writeString(dir.resolve(file), "event_id,reason\n");
        }
        fill(SENT);
    }

    @Test
    void shouldPassWhatIsAllRight() throws IOException
    {
        assertEquals(List.of(), judge());
    }

    @Test
    void shouldSeeAReadingThatIsNotInTheJournal() throws IOException
    {
        journal = journal();
        fill(SENT - 1);
        assertEquals(
            List.of("backlog: readings sent and not acknowledged as shed, against those in the journal: " +
                "expected 10, found 9"),
            judge());
    }

    @Test
    void shouldSeeReadingsThatWereNeverSentOrComeTwice() throws IOException
    {
        take(0, storm.fleet(StormPlan.BACKLOG), 3);
        take(1, storm.fleet(StormPlan.LIVE), SENT);
        take(2, storm.fleet(StormPlan.LIVE), 0);
        final List<String> failures = judge();
        assertTrue(failures.contains("readings that stand in the journal twice: expected 0, found 1"),
            failures::toString);
        assertTrue(failures.contains("live: the journal holds more than was sent"), failures::toString);
        assertTrue(failures.contains("readings in the journal that were not sent, or not so: expected 0, found 1"),
            failures::toString);
    }

    @Test
    void shouldLetOnlyThoseBeMissingThatWereAcknowledgedAsShedAndAreNotKept() throws IOException
    {
        storm = new SmallStorm(5);
        storm.send(StormPlan.BACKLOG, SENT, 4, 0);
        journal = journal();
        // Event ids 2 and 8 are kept by sampling.
        for (final long index : new long[]{0, 1, 2, 3, 7, 9})
        {
            take(0, storm.fleet(StormPlan.BACKLOG), index);
        }
        fillLiveAndCritical();
        assertEquals(List.of(), judge());

        storm.send(StormPlan.BACKLOG, SENT, 5, 0);
        assertEquals(
            List.of("backlog: readings sent and not acknowledged as shed, against those in the journal: " +
                "expected 5, found 6"),
            judge());

        journal = journal();
        for (final long index : new long[]{0, 2, 3, 7, 9})
        {
            take(0, storm.fleet(StormPlan.BACKLOG), index);
        }
        fillLiveAndCritical();
        assertEquals(
            List.of("backlog: readings that sampling keeps, and that are not in the journal: expected 0, found 1"),
            judge());
    }

    @Test
    void shouldSeeResultsOtherThanThoseOfBatch() throws IOException
    {
        storm.results(StormPlan.LIVE, SENT - 1);
        storm.alert(1, false);
        Files.writeString(dir.resolve("late.csv"), "event_id,reason\n7,per-minute\n");
        final List<String> failures = judge();
        assertEquals(4, failures.size(), failures::toString);
        assertTrue(
            failures.get(0).startsWith("live: windows other than those of batch: expected 0, found 1: device "),
            failures::toString);
        assertEquals(
            List.of(
                "readings that are late, rejected or duplicate for batch: expected 0, found 1",
                "alerts, against those of batch: expected 10, found 11",
                "the alerts are not those of batch, in their order"),
            failures.subList(1, 4));
    }

    @Test
    void shouldReadTimesWithPartsOfMilliseconds() throws IOException
    {
        Files.writeString(dir.resolve("alerts.csv"), "device_id,event_time_ms,state\n5,1700000000123.4567,cleared\n");
        assertEquals(
            List.of(new SeenAlert(5, 1_700_000_000_123_456_700L, false)),
            BatchResults.read(dir, StormConfig.WINDOW, StormConfig.WINDOW_NS).alerts());
    }

    private List<String> judge() throws IOException
    {
        return storm.judge(journal, BatchResults.read(dir, StormConfig.WINDOW, StormConfig.WINDOW_NS));
    }

    private JournalCount journal()
    {
        return new JournalCount(List.copyOf(storm.fleets().values()), StormConfig.WINDOW_NS);
    }

    private void fill(final int backlog)
    {
        for (long index = 0; index < backlog; index++)
        {
            take(0, storm.fleet(StormPlan.BACKLOG), index);
        }
        fillLiveAndCritical();
    }

    private void fillLiveAndCritical()
    {
        for (long index = 0; index < SENT; index++)
        {
            take(1, storm.fleet(StormPlan.LIVE), index);
            take(2, storm.fleet(StormPlan.CRITICAL), index);
        }
    }

    private void take(final int source, final Fleet fleet, final long index)
    {
        fleet.encode(buffer, 0, index);
        buffer.putShort(MessageLayout.READING_SOURCE_OFFSET, (short)source);
        journal.onReading(buffer, 0);
    }

    private static String row(final Fleet fleet, final int readings)
    {
        double sum = 0;
        double min = fleet.value(0);
        double max = fleet.value(0);
        for (int i = 0; i < readings; i++)
        {
            sum += fleet.value(i);
            min = Math.min(min, fleet.value(i));
            max = Math.max(max, fleet.value(i));
        }
        return fleet.firstDevice() + ",0," + readings + "," + sum + "," + min + "," + max + "," + fleet.value(0) +
            "," + fleet.value(readings - 1) + "\n";
    }
}
