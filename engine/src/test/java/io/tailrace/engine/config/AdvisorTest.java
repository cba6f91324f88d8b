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

    @Test
    void shouldWarnOfTheEngineAsAWhole()
    {
        assertAdvice(
            List.of("windows: there are no windows and no alerts, so that nothing is computed; add one"), "name: x");
        assertAdvice(
            List.of("mode: critical alerts are forgotten by a crash; use mode: exactly-once"),
            "mode: in-memory\nalerts: [{name: a, when: {above: 1}, priority: critical}]");
        assertAdvice(
            List.of(
                "event-time.idle-after: one silent source of 2 stops all windows; use a duration, such as 30s",
                "overload.normal-slots: normal events may fill the ring, so that critical ones wait behind them; use " +
                "less than ring-slots, 1024"),
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

    private static void assertAdvice(final List<String> advice, final String yaml)
    {
        assertEquals(advice, Advisor.advise(ConfigFile.parse("c.yaml", yaml).config()), yaml);
    }
}
