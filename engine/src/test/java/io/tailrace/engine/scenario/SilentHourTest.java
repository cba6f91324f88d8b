package io.tailrace.engine.scenario;

import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.Timing;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.operator.OperatorLedger;
import io.tailrace.engine.window.WindowOperator;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A thousand devices are silent for an hour and then send all of it at once, while a hundred others go on. What each
 * choice of watermark and lateness makes of that, against plain counts and against a run without the thousand; prints
 * the table of the README.
 */
class SilentHourTest
{
    private static final long MS = 1_000_000;
    private static final long BEGIN = Instant.parse("2024-05-01T00:00:00Z").toEpochMilli() * MS;
    private static final long OUT_OF_ORDERNESS_MS = 1_000;
    private static final long MINUTE_MS = 60_000;
    private static final int MINUTES = SleepingPlant.SECONDS / 60;
    private static final long PATIENT_MS = 65 * MINUTE_MS;

    private static final EngineConfig CONFIG = ConfigFile.parse("c.yaml", """
        limits: {devices: 2000, keys: 2000}
        event-time: {out-of-orderness: 1s, idle-after: 30s}
        windows:
          - {name: device, size: 1m, watermark: device}
          - {name: device-65m, size: 1m, watermark: device, allowed-lateness: 65m}
          - {name: global, size: 1m, watermark: global}
          - {name: global-65m, size: 1m, watermark: global, allowed-lateness: 65m}
        """).config();
    private static final int OPERATORS = 4;
    private static final int DEVICE = 0;
    private static final int DEVICE_PATIENT = 1;
    private static final int GLOBAL = 2;
    private static final int GLOBAL_PATIENT = 3;

    @Test
    void shouldTakeAnHourOfBacklogWithoutDisturbingTheOthers()
    {
        check(10);
    }

    @Test
    @Tag("full")
    void shouldTakeAnHourOfBacklogOfAReadingASecond()
    {
        check(1);
    }

    private static void check(final int periodS)
    {
        final Outcome alone = new Outcome(periodS, SleepingPlant.Order.OLDEST_FIRST, false);
        final Outcome oldestFirst = new Outcome(periodS, SleepingPlant.Order.OLDEST_FIRST, true);
        final Outcome newestFirst = new Outcome(periodS, SleepingPlant.Order.NEWEST_FIRST, true);
        alone.print("without the thousand");
        oldestFirst.print("oldest first");
        newestFirst.print("newest first");

        for (final Outcome outcome : new Outcome[]{alone, oldestFirst, newestFirst})
        {
            outcome.assertEqualsPlainCounts();
            // With the watermark of each device others are not even seen: the same T for every window.
            assertEquals(alone.firedAtNs.get(DEVICE), outcome.firedAtNs.get(DEVICE));
            assertEquals(alone.firedAtNs.get(DEVICE_PATIENT), outcome.firedAtNs.get(DEVICE_PATIENT));
            assertEquals(0, outcome.lateOfLive);
        }
        oldestFirst.assertComplete(DEVICE);
        oldestFirst.assertComplete(DEVICE_PATIENT);
        oldestFirst.assertComplete(GLOBAL_PATIENT);
        assertEquals(0, oldestFirst.late[DEVICE]);
        assertTrue(oldestFirst.late[GLOBAL] > 3_400L * SleepingPlant.SLEEPING_DEVICES / periodS);

        newestFirst.assertComplete(DEVICE_PATIENT);
        newestFirst.assertComplete(GLOBAL_PATIENT);
        assertTrue(newestFirst.late[DEVICE] > 3_400L * SleepingPlant.SLEEPING_DEVICES / periodS);
    }

    /** One run, with the plain counts that were made beside it. */
    private static final class Outcome implements CoreRun.ResultHandler
    {
        private final OperatorLedger ledger = new OperatorLedger(1, OPERATORS);
        private final long[] late = new long[OPERATORS];
        private final long[] onTime = new long[OPERATORS];
        private final long[] again = new long[OPERATORS];
        private final long[][] counts = new long[OPERATORS][SleepingPlant.DEVICES * MINUTES];
        private final List<Map<Long, Long>> firedAtNs =
            Stream.generate(() -> (Map<Long, Long>)new HashMap<Long, Long>()).limit(OPERATORS).toList();
        private long lateOfLive;
        private long readings;
        private boolean isEnded;

        // Counted plainly.
        private final long[] plainLate = new long[OPERATORS];
        private final long[] plainAgain = new long[OPERATORS];
        private final long[] plainOnTime = new long[OPERATORS];
        private final long[][] plainCounts = new long[OPERATORS][SleepingPlant.DEVICES * MINUTES];
        private final long[] allCounts = new long[SleepingPlant.DEVICES * MINUTES];
        private final long[] greatestMs = new long[SleepingPlant.DEVICES];
        private long greatestOfAllMs = Long.MIN_VALUE / 2;

        Outcome(final int periodS, final SleepingPlant.Order order, final boolean hasSleepers)
        {
            Arrays.fill(greatestMs, Long.MIN_VALUE / 2);
            try (CoreRun run = new CoreRun(CONFIG, BEGIN, this))
            {
                new SleepingPlant(periodS, order, hasSleepers).play((device, timeMs, ingestMs) ->
                {
                    countPlainly(device, timeMs);
                    run.onReading(readings++, device, BEGIN + timeMs * MS, 4, BEGIN + ingestMs * MS, device);
                });
                isEnded = true;
                run.onEnd(BEGIN + SleepingPlant.SECONDS * 1_000L * MS);
                run.core().ledger().copyTo(ledger);
                assertEquals(0, run.core().quarantine().view().entered());
            }
        }

        @Override
        public void onResult(final DirectBuffer buffer, final int offset)
        {
            final int operator = buffer.getShort(offset + MessageLayout.RESULT_OPERATOR_ID_OFFSET);
            final int device = (int)buffer.getLong(offset + MessageLayout.RESULT_DEVICE_ID_OFFSET);
            final boolean isLive = device < SleepingPlant.LIVE_DEVICES;
            if (!Firing.isWindow(buffer, offset))
            {
                assertEquals(MessageLayout.LATE_TEMPLATE_ID, Firing.templateId(buffer, offset));
                late[operator]++;
                lateOfLive += isLive ? 1 : 0;
                return;
            }
            final long startNs = buffer.getLong(offset + MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET) - BEGIN;
            final int pane = paneOf(device, startNs / MS);
            counts[operator][pane] = buffer.getLong(offset + MessageLayout.WINDOW_RESULT_COUNT_OFFSET);
            if (buffer.getByte(offset + MessageLayout.RESULT_TIMING_OFFSET) == Timing.LATE.code())
            {
                again[operator]++;
                return;
            }
            onTime[operator]++;
            if (isLive && !isEnded)
            {
                final long atNs = buffer.getLong(offset + MessageLayout.RESULT_CAUSE_INGEST_TIME_OFFSET) - BEGIN;
                firedAtNs.get(operator).put((long)pane, atNs);
            }
        }

        private void countPlainly(final int device, final long timeMs)
        {
            final int pane = paneOf(device, timeMs);
            final long endMs = timeMs / MINUTE_MS * MINUTE_MS + MINUTE_MS;
            // Silence has fired the window that a device fell silent in, in its own time.
            final boolean isFiredBySilence = device >= SleepingPlant.LIVE_DEVICES &&
                readings > 0 && timeMs >= SleepingPlant.SILENT_FROM_S * 1_000L &&
                timeMs / MINUTE_MS == SleepingPlant.SILENT_FROM_S / 60;
            allCounts[pane]++;
            for (int operator = 0; operator < OPERATORS; operator++)
            {
                final boolean isByDevice = operator == DEVICE || operator == DEVICE_PATIENT;
                final boolean isPatient = operator == DEVICE_PATIENT || operator == GLOBAL_PATIENT;
                final long watermarkMs = (isByDevice ? greatestMs[device] : greatestOfAllMs) - OUT_OF_ORDERNESS_MS;
                if (watermarkMs >= endMs + (isPatient ? PATIENT_MS : 0))
                {
                    plainLate[operator]++;
                }
                else
                {
                    final boolean isAgain = watermarkMs >= endMs || isByDevice && isFiredBySilence;
                    plainAgain[operator] += isAgain ? 1 : 0;
                    plainOnTime[operator] += !isAgain && plainCounts[operator][pane] == 0 ? 1 : 0;
                    plainCounts[operator][pane]++;
                }
            }
            greatestMs[device] = Math.max(greatestMs[device], timeMs);
            greatestOfAllMs = Math.max(greatestOfAllMs, timeMs);
        }

        void assertEqualsPlainCounts()
        {
            assertEquals(readings, ledger.accepted(0));
            for (int operator = 0; operator < OPERATORS; operator++)
            {
                final String name = CONFIG.windows().get(operator).name();
                assertEquals(plainLate[operator], late[operator], name);
                assertEquals(plainLate[operator], ledger.outcome(operator, WindowOperator.LATE), name);
                assertEquals(readings - plainLate[operator], ledger.outcome(operator, WindowOperator.APPLIED), name);
                assertArrayEquals(plainCounts[operator], counts[operator], name);
                assertEquals(plainOnTime[operator], onTime[operator], name);
                assertEquals(plainAgain[operator], again[operator], name);
            }
        }

        void assertComplete(final int operator)
        {
            assertArrayEquals(allCounts, counts[operator], CONFIG.windows().get(operator).name());
        }

        void print(final String name)
        {
            for (int operator = 0; operator < OPERATORS; operator++)
            {
                final long[] delaysMs = firedAtNs.get(operator).entrySet().stream()
                    .mapToLong((entry) -> entry.getValue() / MS - (entry.getKey() % MINUTES + 1) * MINUTE_MS)
                    .sorted()
                    .toArray();
                System.out.printf("%s, %s: %,d readings, %,d late, %,d windows on time, %,d revisions, " +
                    "%,d windows of live devices, T - end p99 %d ms, max %d ms%n",
                    name, CONFIG.windows().get(operator).name(), readings, late[operator], onTime[operator],
                    again[operator], delaysMs.length, delaysMs[(int)Math.ceil(0.99 * delaysMs.length) - 1],
                    delaysMs[delaysMs.length - 1]);
            }
        }

        private static int paneOf(final int device, final long timeMs)
        {
            return device * MINUTES + (int)(timeMs / MINUTE_MS);
        }
    }
}
