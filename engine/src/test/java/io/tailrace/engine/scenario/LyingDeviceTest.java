package io.tailrace.engine.scenario;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.RejectReason;
import io.tailrace.engine.admission.QuarantineView;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.monitor.LedgerReport;
import io.tailrace.engine.monitor.LedgerRow;
import io.tailrace.engine.operator.OperatorLedger;
import io.tailrace.engine.window.WindowOperator;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Ten thousand devices in four units of time, and one more whose clock is wrong. Honest readings come up to 0.9 s
 * after their time, and out-of-orderness is 1 s: a watermark that went beyond the ingest time by more than that would
 * make some late. All windows of honest devices must be what they are without the liar.
 */
class LyingDeviceTest
{
    private static final int HONEST = 10_000;
    private static final long LIAR = 77_777;
    private static final int SECONDS = 20;
    private static final int LIES_PER_SECOND = 10;
    private static final int MAX_DELAY_MS = 900;
    private static final long MS = 1_000_000;
    private static final long SECOND = 1_000 * MS;
    private static final long DAY = 86_400 * SECOND;
    private static final long BEGIN = Instant.parse("2024-05-01T00:00:00Z").getEpochSecond() * SECOND;
    private static final long END = BEGIN + (SECONDS + 2) * SECOND;
    private static final long EARLIEST = Instant.parse("2020-01-01T00:00:00Z").getEpochSecond() * SECOND;
    private static final int AUTO = 0;
    private static final int NANOS = 4;
    private static final long[] NANOS_OF_UNIT = {SECOND, MS, 1_000, 1};

    private static final String WINDOWS = """
        limits: {devices: 20000, keys: 20000}
        windows:
          - {name: common, size: 5s, watermark: global}
          - {name: own, size: 5s, watermark: device}
          - {name: sliding, type: sliding, size: 5s, slide: 2s, watermark: global}
          - {name: trips, type: session, gap: 1500ms, watermark: device}
        """;
    private static final EngineConfig CONFIG =
        ConfigFile.parse("c.yaml", "event-time: {out-of-orderness: 1s}\n" + WINDOWS).config();
    private static final int COMMON = 0;
    private static final int OWN = 1;

    /** A reading on its way: the time is in ns, and sent in the unit of the device. */
    private record Arrival(long ingestNs, long device, long timeNs)
    {
    }

    /** How a clock lies. */
    enum Lie
    {
        A_DAY_AHEAD,
        A_MINUTE_AHEAD_LESS_ONE_SECOND,
        IN_1970,
        AT_RANDOM;

        private long timeNs(final long ingestNs, final SplittableRandom random)
        {
            return switch (this)
            {
                case A_DAY_AHEAD -> ingestNs + DAY;
                case A_MINUTE_AHEAD_LESS_ONE_SECOND -> ingestNs + 59 * SECOND;
                case IN_1970 -> (ingestNs - BEGIN) / SECOND * SECOND;
                case AT_RANDOM -> random.nextInt(4) == 0 ?
                    random.nextLong() : ingestNs + random.nextLong(-30 * DAY, 30 * DAY);
            };
        }
    }

    /** What is looked at after a run. */
    private static final class Outcome implements CoreRun.ResultHandler
    {
        private final Set<Firing> honest = new HashSet<>();
        private final long[] lateOfHonest = new long[CONFIG.windows().size()];
        private final Map<String, Long> rejectedOfLiar = new TreeMap<>();
        private long rejectedOfHonest;
        private final OperatorLedger ledger = new OperatorLedger(1, CONFIG.windows().size());
        private long entered;
        private int inQuarantine;
        private final List<LedgerRow> quarantined = new ArrayList<>();

        @Override
        public void onResult(final DirectBuffer buffer, final int offset)
        {
            final boolean isLiar = buffer.getLong(offset + MessageLayout.RESULT_DEVICE_ID_OFFSET) == LIAR;
            switch (Firing.templateId(buffer, offset))
            {
                case MessageLayout.WINDOW_RESULT_TEMPLATE_ID:
                    assertTrue(isLiar || honest.add(Firing.of(buffer, offset)), "a result twice");
                    break;

                case MessageLayout.LATE_TEMPLATE_ID:
                    lateOfHonest[buffer.getShort(offset + MessageLayout.RESULT_OPERATOR_ID_OFFSET)] += isLiar ? 0 : 1;
                    break;

                default:
                    rejectedOfHonest += isLiar ? 0 : 1;
                    rejectedOfLiar.merge(
                        RejectReason.of(buffer.getByte(offset + MessageLayout.JUDGED_REASON_OFFSET)).text(),
                        isLiar ? 1L : 0L,
                        Long::sum);
                    break;
            }
        }

        private long applied(final int operator)
        {
            return honest.stream().filter((firing) -> firing.operator() == operator).mapToLong(Firing::count).sum();
        }
    }

    private static List<Arrival> honest;
    private static Outcome withoutLiar;

    @BeforeAll
    static void runWithoutLiar()
    {
        final SplittableRandom random = new SplittableRandom(1);
        honest = new ArrayList<>();
        for (int second = 0; second < SECONDS; second++)
        {
            for (int device = 0; device < HONEST; device++)
            {
                final long unitNs = NANOS_OF_UNIT[device % 4];
                final long sensedNs = BEGIN + second * SECOND + random.nextLong(SECOND);
                final long timeNs = sensedNs / unitNs * unitNs;
                honest.add(new Arrival(timeNs + random.nextInt(MAX_DELAY_MS) * MS, device, timeNs));
            }
        }
        honest.sort(Comparator.comparingLong(Arrival::ingestNs));
        withoutLiar = run(CONFIG, honest, false);
    }

    @Test
    void shouldApplyEveryHonestReadingOnce()
    {
        assertEquals((long)HONEST * SECONDS, withoutLiar.ledger.accepted());
        for (int operator = 0; operator < CONFIG.windows().size(); operator++)
        {
            assertEquals(honest.size(), withoutLiar.ledger.outcome(operator, WindowOperator.APPLIED));
        }
        assertEquals(honest.size(), withoutLiar.applied(COMMON));
        assertEquals(honest.size(), withoutLiar.applied(OWN));
        assertEquals(0, withoutLiar.entered);
    }

    @Test
    void shouldGiveTheSameWindowsWhateverTheUnitOfTime()
    {
        final Outcome inNanos = run(CONFIG, honest, true);
        assertEquals(0, inNanos.rejectedOfHonest);
        assertEquals(withoutLiar.honest, inNanos.honest);
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveHonestDevicesTheSameWindowsBesideALiar(final Lie lie)
    {
        final Outcome outcome = run(CONFIG, withLiar(lie), false);

        assertEquals(withoutLiar.honest, outcome.honest);
        assertEquals(0, outcome.rejectedOfHonest);
        for (int operator = 0; operator < CONFIG.windows().size(); operator++)
        {
            assertEquals(0, outcome.lateOfHonest[operator], CONFIG.windows().get(operator).name());
        }
        final Map<String, Long> reasons = naiveReasons(withLiar(lie));
        final long accepted = reasons.getOrDefault("accepted", 0L);
        reasons.remove("accepted");
        assertEquals(reasons, outcome.rejectedOfLiar);
        reasons.forEach((text, count) -> assertEquals(count, outcome.ledger.rejected(0, codeOf(text)), text));
        assertEquals(honest.size() + accepted, outcome.ledger.accepted(0));

        final boolean isRejected = lie != Lie.A_MINUTE_AHEAD_LESS_ONE_SECOND;
        final long rejections = reasons.values().stream().mapToLong(Long::longValue).sum();
        final LedgerRow row =
            new LedgerRow(LedgerReport.DEVICE_SCOPE, Long.toString(LIAR), "quarantined", rejections);
        assertEquals(isRejected ? List.of(row) : List.of(), outcome.quarantined);
        assertEquals(isRejected ? 1 : 0, outcome.inQuarantine);
        assertEquals(isRejected ? 1 : 0, outcome.entered);
        assertEquals(isRejected, !reasons.isEmpty());
    }

    /** What the reference clock is for: without it a day ahead is a day that everyone is late for. */
    @Test
    void shouldMakeHonestDevicesLateInTheCommonTimeOnlyWithoutReferenceClock()
    {
        final EngineConfig config = ConfigFile.parse(
            "c.yaml", "event-time: {out-of-orderness: 1s, reference-clock: none}\n" + WINDOWS).config();
        final Outcome outcome = run(config, withLiar(Lie.A_DAY_AHEAD), false);

        assertTrue(outcome.lateOfHonest[COMMON] > honest.size() / 2);
        assertEquals(0, outcome.lateOfHonest[OWN]);
        assertEquals(ofOperator(withoutLiar, OWN), ofOperator(outcome, OWN));
    }

    private static Set<Firing> ofOperator(final Outcome outcome, final int operator)
    {
        final Set<Firing> firings = new HashSet<>(outcome.honest);
        firings.removeIf((firing) -> firing.operator() != operator);
        return firings;
    }

    private static List<Arrival> withLiar(final Lie lie)
    {
        final SplittableRandom random = new SplittableRandom(2);
        final List<Arrival> arrivals = new ArrayList<>(honest);
        for (int i = 0; i < SECONDS * LIES_PER_SECOND; i++)
        {
            final long ingestNs = BEGIN + i * SECOND / LIES_PER_SECOND;
            arrivals.add(new Arrival(ingestNs, LIAR, lie.timeNs(ingestNs, random)));
        }
        arrivals.sort(Comparator.comparingLong(Arrival::ingestNs));
        return arrivals;
    }

    /** What becomes of the readings of the liar, by the bounds that are the default. */
    private static Map<String, Long> naiveReasons(final List<Arrival> arrivals)
    {
        final Map<String, Long> reasons = new TreeMap<>();
        for (final Arrival arrival : arrivals)
        {
            if (arrival.device == LIAR)
            {
                final String reason = arrival.timeNs < EARLIEST ? "before-earliest" :
                    arrival.timeNs > arrival.ingestNs + 60 * SECOND ? "future" :
                    arrival.timeNs < arrival.ingestNs - 7 * DAY ? "too-old" : "accepted";
                reasons.merge(reason, 1L, Long::sum);
            }
        }
        return reasons;
    }

    private static int codeOf(final String text)
    {
        for (final RejectReason reason : RejectReason.values())
        {
            if (reason.text().equals(text))
            {
                return reason.code();
            }
        }
        throw new AssertionError(text);
    }

    private static Outcome run(final EngineConfig config, final List<Arrival> arrivals, final boolean isAllNanos)
    {
        final Outcome outcome = new Outcome();
        try (CoreRun run = new CoreRun(config, BEGIN, outcome))
        {
            long eventId = 0;
            for (final Arrival arrival : arrivals)
            {
                final boolean isNanos = isAllNanos || arrival.device == LIAR;
                final long time = isNanos ? arrival.timeNs : arrival.timeNs / NANOS_OF_UNIT[(int)arrival.device % 4];
                run.onReading(
                    eventId++, arrival.device, time, isNanos ? NANOS : AUTO, arrival.ingestNs, arrival.timeNs % 1000);
            }
            run.onEnd(END);
            run.core().ledger().copyTo(outcome.ledger);
            final QuarantineView quarantine = run.core().quarantine().view();
            outcome.entered = quarantine.entered();
            outcome.inQuarantine = quarantine.devices();
            final LedgerReport report =
                new LedgerReport(config, outcome.ledger, new long[]{arrivals.size()}, new long[1], null);
            report.addQuarantined(quarantine, Long::toString);
            assertEquals(0, report.unaccounted());
            report.rows().stream()
                .filter((row) -> row.scope().equals(LedgerReport.DEVICE_SCOPE))
                .forEach(outcome.quarantined::add);
        }
        return outcome;
    }
}
