package io.tailrace.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each advice is given where it holds, and not at its edge. */
class AdvisorTest
{
    private static final String DISORDER = "event-time: {out-of-orderness: 1s}\n";

    @Test
    void shouldHaveLittleToSayOfTheExample() throws IOException
    {
        assertEquals(
            List.of(
                "durability: critical alerts survive the death of the process, not that of the machine; use " +
                "durability: " +
                "power if they must",
                "windows[0].size: results come 2m after the end of a window of 5s; move a part of out-of-orderness " +
                "to " +
                "allowed-lateness, for early results that are revised"),
            Advisor.advise(ConfigFile.parse("c.yaml", ConfigFileTest.example()).config()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "nothing", value = {
        "size: 3s, physics: {anomaly-duration: 2s}|a window of 3s for an anomaly of 2s cuts it into pieces; use 4s " +
            "to 6s",
        "size: 4s, physics: {anomaly-duration: 2s}|nothing",
        "size: 6s, physics: {anomaly-duration: 2s}|nothing",
        "size: 7s, physics: {anomaly-duration: 2s}|a window of 7s for an anomaly of 2s averages it away; use 4s to 6s",
        "size: 5s, physics: {sample-rate: 2/s}|nothing",
        "size: 4s, physics: {sample-rate: 2/s}|a window of 4s holds 8 samples; use at least 5s for 10",
        "size: 1s, physics: {fastest-period: 2s}|a window of 1s sees less than one period of 2s; use at least 2s",
        "size: 2s, physics: {fastest-period: 2s}|nothing",
        "size: 6s, physics: {cycle: 2s}|nothing",
        "size: 5s, physics: {cycle: 2s}|a window of 5s is no whole number of cycles of 2s; use 4s or 6s",
        "size: 1s, physics: {cycle: 2s}|a window of 1s is no whole number of cycles of 2s; use 2s",
    })
    void shouldCompareTheSizeWithThePhysics(final String keys, final String advice)
    {
        assertAdvice(
            advice == null ? List.of() : List.of("windows[0].size: " + advice),
            DISORDER + "windows: [{name: w, " + keys + "}]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "nothing", value = {
        "20/s|20/s makes a period of 100ms look longer; sample faster than 20/s",
        "21/s|21/s takes fewer than 10 samples of a period of 100ms, too few for its shape; use 100/s",
        "100/s|nothing",
    })
    void shouldCompareTheSampleRateWithTheFastestPeriod(final String rate, final String advice)
    {
        assertAdvice(
            advice == null ? List.of() : List.of("windows[0].physics.sample-rate: " + advice),
            DISORDER + "windows: [{name: w, size: 5s, physics: {fastest-period: 100ms, sample-rate: " + rate + "}}]");
    }

    @Test
    void shouldWarnOfNoRoomForDisorder()
    {
        assertAdvice(
            List.of("windows[0].allowed-lateness: with no out-of-orderness and no lateness, one event out of order " +
                "is " +
                "late; set event-time.out-of-orderness to the usual disorder, allowed-lateness to the worst"),
            "windows: [{name: w, size: 1s}]");
        assertAdvice(List.of(), "windows: [{name: w, size: 1s, allowed-lateness: 1s}]");
        assertAdvice(List.of(), DISORDER + "windows: [{name: w, size: 1s}]");
    }

    @Test
    void shouldWarnOfSlidesThatDoNotSlideOrSlideTooOften()
    {
        assertAdvice(
            List.of("windows[0].type: a slide as long as the size makes the windows tumble; use type: tumbling"),
            DISORDER + "windows: [{name: w, type: sliding, size: 1s, slide: 1s}]");
        assertAdvice(
            List.of("windows[0].slide: each event is in 1001 windows, each with a result; use a longer slide"),
            DISORDER + "windows: [{name: w, type: sliding, size: 1001ms, slide: 1ms}]");
        assertAdvice(List.of(), DISORDER + "windows: [{name: w, type: sliding, size: 1s, slide: 1ms}]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "nothing", value = {
        "size: 6s, slide: 2s, physics: {anomaly-duration: 4s}|nothing",
        "size: 6s, slide: 3s, physics: {anomaly-duration: 4s}|slide: an anomaly of 4s may be whole in none of the " +
            "windows of 6s, one every 3s; use at most 2s",
        "size: 4s, slide: 3s, physics: {anomaly-duration: 4s}|slide: an anomaly of 4s may be whole in none of the " +
            "windows of 4s, one every 3s; use a size of 8s to 12s",
        "size: 3s, slide: 1s, physics: {anomaly-duration: 4s}|size: a window of 3s for an anomaly of 4s cuts it into " +
            "pieces; use 8s to 12s",
        "size: 13s, slide: 1s, physics: {anomaly-duration: 4s}|size: a window of 13s for an anomaly of 4s averages " +
            "it away; use 8s to 12s",
        "size: 20s, slide: 2s, physics: {sample-rate: 0.5/s}|nothing",
        "size: 20s, slide: 1s, physics: {sample-rate: 0.5/s}|slide: windows begin every 1s but a sample comes every " +
            "2s, so that neighbours hold the same samples; use at least 2s",
        "size: 20s, slide: 1s, key: all, physics: {sample-rate: 0.1/s}|nothing",
    })
    void shouldCompareSlidingWindowsWithThePhysics(final String keys, final String advice)
    {
        assertAdvice(
            advice == null ? List.of() : List.of("windows[0]." + advice),
            DISORDER + "windows: [{name: w, type: sliding, " + keys + "}]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "nothing", value = {
        "gap: 30s, physics: {sample-rate: 0.1/s}|nothing",
        "gap: 29s, physics: {sample-rate: 0.1/s}|gap: with a sample every 10s and a gap of 29s, two lost readings " +
            "cut a session; use at least 30s",
        "gap: 20s, physics: {sample-rate: 0.1/s}|gap: with a sample every 10s and a gap of 20s, two lost readings " +
            "cut a session; use at least 30s",
        "gap: 19s, physics: {sample-rate: 0.1/s}|gap: with a sample every 10s and a gap of 19s, each lost reading " +
            "cuts a session; use at least 30s",
        "gap: 9s, physics: {sample-rate: 0.1/s}|gap: with a sample every 10s and a gap of 9s, each reading is a " +
            "session of its own; use at least 30s",
        "gap: 9s, key: all, physics: {sample-rate: 0.1/s}|nothing",
        "gap: 30s, where: {min: 5}, physics: {anomaly-duration: 30s}|nothing",
        "gap: 31s, where: {min: 5}, physics: {anomaly-duration: 30s}|gap: anomalies of 30s with less than 31s " +
            "between them are one session; use at most 30s to tell them apart",
        "gap: 30s, physics: {anomaly-duration: 5s}|nothing",
        "gap: 30s, physics: {anomaly-duration: 5s, sample-rate: 0.1/s}|type: a session lasts while readings come, " +
            "and averages away an anomaly of 5s; add a window with size: 10s to 15s, or let only its values pass by " +
            "where",
    })
    void shouldCompareSessionsWithThePhysics(final String keys, final String advice)
    {
        assertAdvice(
            advice == null ? List.of() : List.of("windows[0]." + advice),
            DISORDER + "windows: [{name: w, type: session, " + keys + "}]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "nothing", value = {
        "every: hour, physics: {anomaly-duration: 6m}|nothing",
        "every: hour, physics: {anomaly-duration: 5m}|every: the mean over a window of 1h does not show an anomaly " +
            "of 5m; look at its min and max, or add a window with size: 10m to 15m",
        "every: day, physics: {anomaly-duration: 13h}|every: a window of 1d for an anomaly of 13h cuts it into " +
            "pieces; use a longer unit",
        "every: hour, physics: {sample-rate: 3/h}|every: a window of 1h holds 3 samples; use at least 200m for 10",
        "every: day, physics: {sample-rate: 3/h}|nothing",
    })
    void shouldCompareCalendarWindowsWithThePhysics(final String keys, final String advice)
    {
        assertAdvice(
            advice == null ? List.of() : List.of("windows[0]." + advice),
            DISORDER + "windows: [{name: w, type: calendar, " + keys + "}]");
    }

    @Test
    void shouldWarnOfFewerPanesThanLatenessNeeds()
    {
        final String windows = "windows: [{name: w, size: 10s, allowed-lateness: 49s, panes: ";
        assertAdvice(
            List.of("windows[0].panes: out-of-orderness and allowed-lateness keep up to 6 panes of a key open, and 5 " +
                "may be: readings for the others are refused; use 14, or leave panes out"),
            DISORDER + windows + "5}]");
        assertAdvice(List.of(), DISORDER + windows + "6}]");
    }

    @Test
    void shouldWarnOfDevicesThatWaitForOtherSources()
    {
        final String sources = "sources: [{name: a, udp: \"127.0.0.1:9010\"}, {name: b, %s}]\n";
        final String udp = sources.formatted("udp: \"127.0.0.1:9011\"");
        final String advice = "event-time.watermark: every device waits for the slowest of 2 sources, and a device " +
            "that catches up is late for the others' sake; use watermark: device, since all windows are kept by device";
        assertAdvice(List.of(advice), DISORDER + udp + "windows: [{name: w, size: 1s}]");
        assertAdvice(List.of(), DISORDER + udp + "windows: [{name: w, size: 1s}, {name: x, size: 1s, key: all}]");
        assertAdvice(List.of(), DISORDER + udp + "windows: [{name: w, size: 1s, watermark: device}]");
        assertAdvice(List.of(), DISORDER + sources.formatted("embedded: true") + "windows: [{name: w, size: 1s}]");
    }

    @Test
    void shouldWarnOfTheEngineAsAWhole()
    {
        assertAdvice(
            List.of("windows: there are no windows and no alerts, so that nothing is computed; add one"), "name: x");
        assertAdvice(
            List.of(
                "mode: in-memory keeps nothing: a stop or a crash loses all state and every result that was not " +
                "read; use mode: exactly-once, or at-least-once, if that matters",
                "mode: critical alerts are forgotten by a crash; use mode: exactly-once"),
            "mode: in-memory\nalerts: [{name: a, when: {above: 1}, priority: critical}]");
        assertAdvice(
            List.of(
                "event-time.idle-after: one silent source of 2 stops all windows; use a duration, such as 30s"),
            "event-time: {idle-after: none}\nlimits: {ring-slots: 1024}\nalerts: [{name: a, when: {above: 1}}]\n" +
            "sources: [{name: a, embedded: true}, {name: b, embedded: true}]");
        assertAdvice(
            List.of(
                "event-time.tick-interval: silence is only seen at ticks, every 1m, later than idle-after; use at " +
                "most 1s",
                "limits.keys: there may be more devices (100000) than keys (10) of an operator; use at least " +
                "limits.devices"),
            "event-time: {idle-after: 1s, tick-interval: 1m, out-of-orderness: 1s}\nlimits: {keys: 10}\n" +
            "windows: [{name: w, size: 1s}]");
    }

    @Test
    void shouldSayWhereAClassOrALimitHasNoEffect()
    {
        final String critical = "alerts: [{name: a, when: {above: 1}}]\n" +
            "sources: [{name: a, embedded: true, priority: critical}]\n";
        final String both = critical.replace("}]\n", "}, {name: b, embedded: true}]\n")
            .replace("1}}, {name: b, embedded: true}]", "1}}]");
        assertAdvice(
            List.of("overload.normal-slots: normal events may fill the ring, so that critical ones wait behind " +
                "them; use less than ring-slots, 1024"),
            "limits: {ring-slots: 1024}\n" + both);
        assertAdvice(List.of(), "limits: {ring-slots: 2048}\n" + both);
        assertAdvice(
            List.of("sources: every source is critical, so that none comes before another; use priority: normal " +
                "where events may wait or be shed"),
            critical);
        assertAdvice(
            List.of("sources: every source is critical, so that none comes before another and no limit of overload " +
                "has an effect; use priority: normal where events may wait or be shed"),
            "overload: {rate: 1/s}\n" + critical);
        assertAdvice(
            List.of("overload.then: without rate and rate-per-device nothing is above a rate, and nothing is " +
                "sampled; set one of them"),
            "overload: {then: sample}\n" + both);
        assertAdvice(
            List.of("overload.rate-per-device: one device may use up the rate of all, 10/s; use less than rate"),
            "overload: {rate: 10/s, rate-per-device: 11/s}\n" + both);
        assertAdvice(List.of(), "overload: {rate: 10/s, rate-per-device: 10/s, then: sample}\n" + both);
    }

    private static void assertAdvice(final List<String> advice, final String yaml)
    {
        assertEquals(advice, Advisor.advise(ConfigFile.parse("c.yaml", yaml).config()), yaml);
    }
}
