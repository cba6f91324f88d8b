package io.tailrace.engine.send;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.NameDictionary;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The player with a clock that only waiting and stalls move: when each datagram leaves is exact.
 */
class CsvPlayerTest
{
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    @TempDir
    Path dir;

    private long nowNs = 1_000_000;
    private boolean isStopped;
    private int stallAtDatagram = -1;
    private long stallNs;
    private final List<String> sent = new ArrayList<>();
    private final Pacer pacer = new Pacer(this::clock, waitNs -> nowNs += waitNs);

    /** A reading costs a nanosecond, so that spinning ends. */
    private long clock()
    {
        return nowNs++;
    }

    @Test
    void shouldSendEachRowWhenItIsDueAtARate() throws Exception
    {
        play(SendSchedule.atRate(1000), rows(0, 1, 2, 3));

        assertEquals(List.of("0ms 1", "1ms 1", "2ms 1", "3ms 1"), sent);
    }

    @Test
    void shouldCatchUpWithFullDatagramsAfterAStallAndKeepTheSchedule() throws Exception
    {
        stallAtDatagram = 1;
        stallNs = 4 * MS;

        play(SendSchedule.atRate(1000), rows(0, 1, 2, 3, 4, 5, 6, 7));

        // The second datagram takes until 5 ms: what was due by then leaves at once, the rest in time.
        assertEquals(List.of("0ms 1", "1ms 1", "5ms 3", "5ms 1", "6ms 1", "7ms 1"), sent);
    }

    @Test
    void shouldPlayEventTimeAtASpeed() throws Exception
    {
        play(SendSchedule.atSpeed(10), rows(0, 100, 50, 100, 300));

        // The third is older than the second: it is due before it, and leaves with it.
        assertEquals(List.of("0ms 1", "10ms 3", "30ms 1"), sent);
    }

    @Test
    void shouldGoOnAfterTheLastEventTimeWhenTheFileBeginsAnew() throws Exception
    {
        final PlayOptions options = new PlayOptions(rows(0, 10), 0, List.of(), 3, 0, 5, true, false);

        play(SendSchedule.atSpeed(1), options);

        assertEquals(List.of("0ms 1", "10ms 2", "20ms 2"), sent);
    }

    @Test
    void shouldSendEverythingAtOnceWithoutASchedule() throws Exception
    {
        play(SendSchedule.AS_FAST_AS_IT_TAKES, rows(0, 10, 20, 30));

        assertEquals(List.of("0ms 3", "0ms 1"), sent);
    }

    @Test
    void shouldStopWhileItWaitsAndSendNoEnd() throws Exception
    {
        final Pacer stopping = new Pacer(this::clock, waitNs ->
        {
            nowNs += waitNs;
            isStopped = nowNs > 2500 * MS;
        });
        final PlayOptions options = new PlayOptions(rows(0, 1000, 900_000), 0, List.of(), 3, 0, 99, false, true);

        final SendReport report = play(SendSchedule.atSpeed(1), options, stopping);

        assertTrue(nowNs < 3000 * MS, () -> "stopped at " + nowNs);
        assertEquals(report.datagrams(), sent.size());
        assertTrue(sent.size() >= 2, sent::toString);
        assertEquals(0, ends);
    }

    @Test
    void shouldReportProgressAboutOnceASecond() throws Exception
    {
        final List<String> progress = new ArrayList<>();
        final PlayOptions options =
            new PlayOptions(rows(0, 400, 800, 1200, 1600, 2000, 2400, 2800), 0, List.of(), 3, 0, 99, false, false);
        new CsvPlayer(
            options, new NameDictionary(), SendSchedule.atSpeed(1), sender(), pacer, 7, () -> false)
            .progress(report -> progress.add(report.toString()))
            .play();

        assertEquals(2, progress.size(), progress::toString);
        assertTrue(progress.get(0).startsWith("sent=4 datagrams=4"), progress.get(0));
    }

    private int ends;

    private SendReport play(final SendSchedule schedule, final Path file) throws Exception
    {
        return play(schedule, new PlayOptions(file, 0, List.of(), 3, 0, PlayOptions.NO_LIMIT, false, false));
    }

    private SendReport play(final SendSchedule schedule, final PlayOptions options) throws Exception
    {
        return play(schedule, options, pacer);
    }

    private SendReport play(final SendSchedule schedule, final PlayOptions options, final Pacer by) throws Exception
    {
        final CsvPlayer player =
            new CsvPlayer(options, new NameDictionary(), schedule, sender(), by, 7, () -> isStopped);
        player.play();
        return player.report();
    }

    private DatagramSender sender()
    {
        return new DatagramSender()
        {
            @Override
            public void send(final DirectBuffer buffer, final int length)
            {
                final int messages = length / MessageLayout.SLOT_LENGTH - 1;
                sent.add((nowNs - 1_000_000) / MS + "ms " + messages);
                ends += buffer.getShort(length - MessageLayout.SLOT_LENGTH +
                    MessageLayout.HEADER_TEMPLATE_ID_OFFSET) == MessageLayout.END_OF_INPUT_TEMPLATE_ID ? 1 : 0;
                if (sent.size() - 1 == stallAtDatagram)
                {
                    nowNs += stallNs;
                }
            }

            @Override
            public void finish()
            {
            }

            @Override
            public long refusals()
            {
                return 0;
            }

            @Override
            public void close()
            {
            }
        };
    }

    private Path rows(final long... offsetsMs) throws Exception
    {
        final StringBuilder csv = new StringBuilder("event_id,device_id,metric,event_time_ms,value\n");
        for (final long offsetMs : offsetsMs)
        {
            csv.append("1,2,3,").append(1_700_000_000_000L + offsetMs).append(",5\n");
        }
        return Files.writeString(dir.resolve("readings.csv"), csv);
    }
}
