package io.tailrace.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every error names file, line, column, key, what is there and what should be. */
class ConfigErrorTest
{
    private static final String DURATION = "a duration such as 100ms, 5s or 2m (ns, us, ms, s, m, h, d)";
    private static final String NAME =
        "a name of letters, digits, '.', '_' and '-', at most 64, the first a letter or digit";

    /** Values of a wrong type or out of range: key, text, column of the value, what is expected. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "name: a b|name: found a b, expected NAME",
        "name:|name: found nothing, expected NAME",
        "mode: exactly_once|mode: found exactly_once, expected exactly-once, at-least-once or in-memory, " +
            "did you mean exactly-once?",
        "mode: [a]|mode: found a list, expected exactly-once, at-least-once or in-memory",
        "durability: disk|durability: found disk, expected process or power",
        "layout: compct|layout: found compct, expected compact, balanced or dedicated, did you mean compact?",
        "http: 127.0.0.1|http: found 127.0.0.1, expected an address HOST:PORT such as 127.0.0.1:9010 or none",
        "http: 127.0.0.1:65536|http: found 127.0.0.1:65536, expected an address HOST:PORT such as 127.0.0.1:9010 " +
            "or none",
        "http: 127.0.0.256:1|http: found 127.0.0.256:1, expected an address HOST:PORT such as 127.0.0.1:9010 or none",
        "http: 1.2.3:1|http: found 1.2.3:1, expected an address HOST:PORT such as 127.0.0.1:9010 or none",
        "http: '[:::1]:1'|http: found [:::1]:1, expected an address HOST:PORT such as 127.0.0.1:9010 or none",
        "http: -a:1|http: found -a:1, expected an address HOST:PORT such as 127.0.0.1:9010 or none",
        "limits: 5|limits: found 5, expected a mapping of keys",
        "windows: {}|windows: found a mapping, expected a list",
        "metrics: [a]|metrics: found a list, expected a mapping of names to ids",
    })
    void shouldPlaceErrorsOfTheRoot(final String yaml, final String message)
    {
        final int column = yaml.endsWith(":") ? yaml.length() + 1 : yaml.indexOf(' ') + 2;
        assertError("c.yaml:1:" + column + ": " + message.replace("NAME", NAME), yaml);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "limits|devices: 0|a whole number from 1 to 100000000",
        "limits|keys: 1e5|a whole number",
        "limits|keys: 010|a whole number",
        "limits|keys: 1_000|a whole number",
        "limits|keys: 99999999999|a whole number",
        "limits|ring-slots: 1000|a power of two from 2 to 16777216",
        "limits|ring-slots: 1|a power of two from 2 to 16777216",
        "limits|result-slots: 0|a power of two from 2 to 16777216",
        "limits|key-ttl: 0s|a duration > 0 or none",
        "limits|key-ttl: 30|DURATION or none",
        "event-time|unit: minutes|auto, s, ms, us or ns",
        "event-time|out-of-orderness: -1s|a duration >= 0",
        "event-time|out-of-orderness: 1.5s|DURATION",
        "event-time|out-of-orderness: 5 s|DURATION",
        "event-time|out-of-orderness: 5S|DURATION",
        "event-time|out-of-orderness: 1week|DURATION",
        "event-time|out-of-orderness: 200000d|DURATION",
        "event-time|out-of-orderness: none|DURATION",
        "event-time|watermark: devise|global or device, did you mean device?",
        "event-time|idle-after: 0ms|a duration > 0 or none",
        "event-time|tick-interval: 999us|a duration >= 1ms",
        "event-time|earliest: 1:30|INSTANT or none",
        "event-time|earliest: 2020-02-30|INSTANT or none",
        "event-time|earliest: 2300-01-01|INSTANT or none",
        "event-time|earliest: 2020-01-01T00:00|INSTANT or none",
        "event-time|max-future: -1s|a duration >= 0 or none",
        "event-time|max-age: -1s|a duration >= 0 or none",
        "event-time|warn-age: -1s|a duration >= 0 or none",
        "event-time|reference-clock: off|ingest or none",
        "dedup|by: no|none, sequence or id",
        "checkpoint|interval: 999ms|a duration from 1s to 15m",
        "checkpoint|interval: 16m|a duration from 1s to 15m",
        "checkpoint|retain: 0|a whole number from 1 to 1000",
        "checkpoint|incremental: yes|true or false",
        "checkpoint|incremental: True|true or false, did you mean true?",
        "overload|normal-slots: 0|a whole number >= 1",
        "overload|rate-per-device: 0/s|RATE or none",
        "overload|rate-per-device: 1000|RATE or none",
        "overload|rate-per-device: 5/day|RATE or none",
        "overload|rate: 0/s|RATE or none",
        "overload|rate: -1/s|RATE or none",
        "overload|burst: 0s|a duration > 0",
        "overload|burst: none|DURATION",
        "overload|backlog-after: 0s|a duration > 0 or none",
        "overload|backlog-share: 0|a number > 0 and <= 1",
        "overload|backlog-share: 1.01|a number > 0 and <= 1",
        "overload|backlog-rate: 0/s|RATE or none",
        "overload|then: drop|reject or sample",
        "overload|keep-1-in: 0|a whole number >= 1",
        "retention|journal: 0d|a duration > 0 or none",
        "retention|results: -1d|a duration > 0 or none",
        "retention|disk-budget: 50|SIZE or none",
        "retention|disk-budget: 50Gb|SIZE or none",
        "retention|disk-budget: 0B|a size > 0 or none",
    })
    void shouldPlaceErrorsOfASection(final String section, final String pair, final String expected)
    {
        final String key = pair.substring(0, pair.indexOf(':'));
        final String value = pair.substring(pair.indexOf(' ') + 1);
        assertError(
            "c.yaml:3:" + (key.length() + 5) + ": " + section + "." + key + ": found " + value + ", expected " +
            words(expected),
            "windows: []\n" + section + ":\n  " + pair + "\n");
    }

    /** The list of operators or sources has the element in line 2, from column 5; the key at its end is wrong. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "windows|size: 1s, name: late|a name that is not reserved (late, rejected, duplicates, alerts, ledger, names)",
        "windows|size: 1s, name: Ledger|a name that is not reserved (late, rejected, duplicates, alerts, ledger, " +
            "names)",
        "windows|name: a/b|NAME",
        "windows|name: w, type: tumblng|tumbling, sliding, session or calendar, did you mean tumbling?",
        "windows|name: w, size: 0s|a duration > 0",
        "windows|name: w, size: 5|DURATION",
        "windows|name: w, size: 5s, slide: 1s|no slide unless type: sliding",
        "windows|name: w, size: 5s, gap: 1s|no gap unless type: session",
        "windows|name: w, size: 5s, every: day|no every unless type: calendar",
        "windows|name: w, size: 5s, zone: UTC|no zone unless type: calendar",
        "windows|name: w, type: session, gap: 0s|a duration > 0",
        "windows|name: w, type: session, gap: 1s, size: 5s|no size unless type: tumbling or sliding",
        "windows|name: w, type: session, gap: 1s, offset: 1s|no offset unless type: tumbling, sliding or calendar",
        "windows|name: w, type: sliding, size: 5s, slide: 6s|at most the size, 5s",
        "windows|name: w, type: sliding, size: 60s, slide: 7s, panes: 8|at least 9, the windows that one reading is in",
        "windows|name: w, type: sliding, size: 5s, slide: 0s|a duration >= 1us",
        "windows|name: w, type: sliding, size: 5s, slide: 2s, offset: 2s|less than 2s either way",
        "windows|name: w, type: sliding, size: 10d, slide: 1us|a longer one, or panes: more than 1048576 panes per " +
            "key would stay open",
        "windows|name: w, size: 5s, offset: -5s|less than 5s either way",
        "windows|name: w, type: calendar, every: hours|hour, day, week or month, did you mean hour?",
        "windows|name: w, type: calendar, every: day, zone: Europe/Berln|ZONE, did you mean Europe/Berlin?",
        "windows|name: w, type: calendar, every: day, zone: +02:00|ZONE",
        "windows|name: w, type: calendar, every: day, offset: 24h|a duration from 0 to less than 1d",
        "windows|name: w, type: calendar, every: hour, offset: 1h|a duration from 0 to less than 1h",
        "windows|name: w, type: calendar, every: day, offset: -1h|a duration from 0 to less than 1d",
        "windows|name: w, size: 5s, key: devices|device, device+metric, metric or all, did you mean device?",
        "windows|name: w, size: 5s, allowed-lateness: -1s|a duration >= 0",
        "windows|name: w, size: 5s, panes: 1048577|a whole number from 1 to 1048576 or auto",
        "windows|name: w, size: 5s, panes: many|a whole number or auto",
        "sources|name: s, udp: 9010|an address HOST:PORT such as 127.0.0.1:9010",
        "sources|name: s, embedded: true, priority: high|normal or critical",
        "sources|name: s, embedded: true, unit: m|auto, s, ms, us or ns, did you mean s?",
        "sources|name: s, embedded: true, ack: true|no ack unless the source is not embedded",
        "sources|name: s, udp: 127.0.0.1:1, receive-buffer: 1023B|a size from 1KiB to 1GiB",
        "sources|name: s, udp: 127.0.0.1:1, receive-buffer: 9000000TB|a size from 1KiB to 1GiB",
        "sources|embedded: true, name: -s|NAME",
        "alerts|when: {above: 1}, name: alerts|a name that is not reserved (late, rejected, duplicates, alerts, " +
            "ledger, " +
            "names)",
        "alerts|name: a, when: {above: 1}, for: -1s|a duration >= 0",
        "alerts|name: a, when: {above: 1}, priority: 1|normal or critical",
    })
    void shouldPlaceErrorsOfAnElement(final String list, final String element, final String expected)
    {
        final String pair = element.substring(element.lastIndexOf(", ") < 0 ? 0 : element.lastIndexOf(", ") + 2);
        final String key = pair.substring(0, pair.indexOf(':'));
        final String value = pair.substring(pair.indexOf(' ') + 1);
        final int column = 6 + element.length() - value.length();
        assertError(
            "c.yaml:2:" + column + ": " + list + "[0]." + key + ": found " + value + ", expected " + words(expected),
            list + ":\n  - {" + element + "}\n");
    }

    /** The section inside the element begins at the given column of line 2. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "windows|name: w, size: 1s|where|metric: flwo|METRIC, did you mean flow?",
        "windows|name: w, size: 1s|where|metric: -1|METRIC",
        "windows|name: w, size: 1s|where|metric: 4294967296|METRIC",
        "windows|name: w, size: 1s|where|min: low|a number or none",
        "windows|name: w, size: 1s|where|min: NaN|a number or none",
        "windows|name: w, size: 1s|where|max: 1e999|a number or none",
        "windows|name: w, size: 1s|where|max: 1, min: 2|at most max, 1",
        "windows|name: w, size: 1s|where|quality: fine|good, uncertain, bad or any",
        "windows|name: w, size: 1s|physics|anomaly-duration: -1s|a duration > 0 or none",
        "windows|name: w, size: 1s|physics|fastest-period: 2|DURATION or none",
        "windows|name: w, size: 1s|physics|sample-rate: 100Hz|RATE or none",
        "windows|name: w, size: 1s|physics|cycle: -5s|a duration > 0 or none",
        "alerts|name: a|when|above: hot|a number or none",
        "alerts|name: a|when|above: 1, clear-below: 2|at most above, 1",
        "alerts|name: a|when|below: 1, clear-above: 0|at least below, 1",
        "alerts|name: a|when|above: 1, clear-above: 0|no clear-above unless below is given",
        "alerts|name: a|when|below: 1, clear-below: 0|no clear-below unless above is given",
        "alerts|name: a|when|above: 1, metric: flow rate|METRIC",
        "sources|name: s|aeron|stream: 1, channel: ipc|an Aeron channel such as aeron:ipc or " +
            "aeron:udp?endpoint=127.0.0.1:9020",
        "sources|name: s|aeron|channel: aeron:ipc, stream: 0|a stream id > 0",
        "sources|name: s|aeron|channel: aeron:ipc, stream: 10|" +
            "another stream: 10, 20, 1099, 7412001 and 7412002 on aeron:ipc belong to the engine",
        "sources|name: s, ack: true|aeron|channel: aeron:ipc, stream: 1, ack-stream: 2, ack-channel: ipc|none, or " +
            "an Aeron channel such as aeron:ipc",
        "sources|name: s, ack: true|aeron|channel: aeron:ipc, stream: 1, ack-channel: aeron:ipc, ack-stream: -1|" +
            "none, or a stream id > 0",
        "sources|name: s, ack: true|aeron|channel: aeron:ipc, stream: 1, ack-channel: aeron:ipc, ack-stream: 10|" +
            "another stream: 10, 20, 1099, 7412001 and 7412002 on aeron:ipc belong to the engine",
        "sources|name: s, ack: true|aeron|channel: aeron:ipc, stream: 1, ack-channel: aeron:ipc, ack-stream: 1|" +
            "a channel and stream that no source has",
        "sources|name: s, ack: true|aeron|channel: aeron:ipc, stream: 1, ack-channel: aeron:ipc, ack-stream: none|" +
            "a stream id > 0, since ack is true",
        "sources|name: s, ack: true|aeron|channel: aeron:ipc, stream: 1, ack-channel: none|" +
            "an Aeron channel, since ack is true",
        "sources|name: s|aeron|channel: aeron:ipc, stream: 1, ack-channel: aeron:ipc|no ack-channel unless ack: true",
        "sources|name: s|aeron|channel: aeron:ipc, stream: 1, ack-stream: 2|no ack-stream unless ack: true",
        "sources|name: s|aeron|channel: aeron:ipc, stream: 20|" +
            "another stream: 10, 20, 1099, 7412001 and 7412002 on aeron:ipc belong to the engine",
        "sources|name: s|aeron|channel: aeron:ipc, stream: 1099|" +
            "another stream: 10, 20, 1099, 7412001 and 7412002 on aeron:ipc belong to the engine",
        "sources|name: s|aeron|channel: aeron:ipc, stream: 7412001|" +
            "another stream: 10, 20, 1099, 7412001 and 7412002 on aeron:ipc belong to the engine",
        "sources|name: s|aeron|channel: aeron:ipc, stream: 7412002|" +
            "another stream: 10, 20, 1099, 7412001 and 7412002 on aeron:ipc belong to the engine",
    })
    void shouldPlaceErrorsOfASectionInAnElement(
        final String list, final String element, final String section, final String pairs, final String expected)
    {
        final String pair = pairs.substring(pairs.lastIndexOf(", ") < 0 ? 0 : pairs.lastIndexOf(", ") + 2);
        final String key = pair.substring(0, pair.indexOf(':'));
        final String value = pair.substring(pair.indexOf(' ') + 1);
        final String line = "  - {" + element + ", " + section + ": {" + pairs;
        assertError(
            "c.yaml:2:" + (1 + line.length() - value.length()) + ": " + list + "[0]." + section + "." + key + ": " +
                "found " +
            value + ", expected " + words(expected),
            list + ":\n" + line + "}}\nmetrics: {flow: 1}\n");
    }

    /** What is missing is placed at the section that misses it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "windows|size: 5s|name|NAME",
        "windows|name: w|size|a duration > 0",
        "windows|name: w, type: sliding, slide: 5s|size|a duration > 0",
        "windows|name: w, type: sliding, size: 5s|slide|a duration >= 1us",
        "windows|name: w, type: session|gap|a duration > 0",
        "windows|name: w, type: calendar|every|hour, day, week or month",
        "sources|embedded: true|name|NAME",
        "sources|name: s, aeron: {channel: 'aeron:ipc'}|aeron.stream|a stream id > 0",
        "sources|name: s, aeron: {stream: 3}|aeron.channel|an Aeron channel such as aeron:ipc or " +
            "aeron:udp?endpoint=127.0.0.1:9020",
        "alerts|when: {above: 1}|name|NAME",
        "alerts|name: a|when|one of above and below",
    })
    void shouldPlaceWhatIsMissing(final String list, final String element, final String path, final String expected)
    {
        final int column = path.startsWith("aeron.") ? 5 + element.indexOf('{') + 1 : 5;
        assertError(
            "c.yaml:2:" + column + ": " + list + "[0]." + path + ": found nothing, expected " + words(expected),
            list + ":\n  - {" + element + "}\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "windows: [{name: w, szie: 5s}]|1:21: windows[0].szie: found an unknown key, expected a known key, did " +
            "you mean " +
            "size?",
        "windoes: []|1:1: windoes: found an unknown key, expected a known key, did you mean windows?",
        "limits: {quota: 5}|1:10: limits.quota: found an unknown key, expected one of devices, keys, ring-slots, " +
            "result-slots, key-ttl",
        "windows: [x]|1:11: windows[0]: found x, expected a mapping of keys",
        "event-time: {reference-clock: none, max-future: 60s}|1:49: event-time.max-future: found 60s, expected no " +
            "max-future unless reference-clock: ingest",
        "event-time: {reference-clock: none, max-age: none}|1:46: event-time.max-age: found none, expected no " +
            "max-age " +
            "unless reference-clock: ingest",
        "event-time: {warn-age: 1h, reference-clock: none}|1:24: event-time.warn-age: found 1h, expected no warn-age " +
            "unless reference-clock: ingest",
        "dedup: {ttl: 1h}|1:14: dedup.ttl: found 1h, expected no ttl unless by: id",
        "dedup: {by: id, window-ids: 64}|1:29: dedup.window-ids: found 64, expected no window-ids unless by: sequence",
        "dedup: {by: sequence, window-ids: 65}|1:35: dedup.window-ids: found 65, expected a multiple of 64 from " +
            "64 to " +
            "1024",
        "dedup: {by: id, ttl: 0s}|1:22: dedup.ttl: found 0s, expected a duration > 0",
        "dedup: {by: id, max-ids: 0}|1:26: dedup.max-ids: found 0, expected a whole number from 1 to 549755813888",
        "dedup: {by: id, max-ids: 549755813889}|1:26: dedup.max-ids: found 549755813889, expected a whole number " +
            "from 1 to 549755813888",
        "dedup: {by: sequence, window-ids: 1088}|1:35: dedup.window-ids: found 1088, expected a multiple of 64 from " +
            "64 to 1024",
        "dedup: {by: sequence, window-ids: 0}|1:35: dedup.window-ids: found 0, expected a multiple of 64 from " +
            "64 to 1024",
        "{mode: in-memory, durability: power}|1:31: durability: found power, expected process with mode: in-memory, " +
            "which has no journal",
        "{mode: in-memory, sources: [{name: a, udp: '127.0.0.1:0', ack: true}]}|1:64: sources[0].ack: found true, " +
            "expected false with mode: in-memory, in which nothing becomes durable",
        "{mode: in-memory, sinks: [{name: a, file: {dir: out}}]}|1:26: sinks: found 1 sinks, expected none with " +
            "mode: in-memory, which has no results log to go on from; subscribe in the process",
        "metrics: {a: 1, b: 1}|1:20: metrics.b: found 1, expected another id than that of a",
        "metrics: {a: -1}|1:14: metrics.a: found -1, expected an id from 0 to 4294967295",
        "metrics: {a: 4294967296}|1:14: metrics.a: found 4294967296, expected an id from 0 to 4294967295",
        "metrics: {a: one}|1:14: metrics.a: found one, expected an id from 0 to 4294967295",
        "metrics: {a: [1]}|1:14: metrics.a: found a list, expected an id from 0 to 4294967295",
        "metrics: {7: 1}|1:14: metrics.7: found 1, expected a name of 1 to 60 printable characters, no number, not any",
        "metrics: {any: 1}|1:16: metrics.any: found 1, expected a name of 1 to 60 printable characters, no " +
            "number, not " +
            "any",
        "sources: [{name: s, embedded: true}, {name: s, embedded: true}]|1:45: sources[1].name: found s, expected " +
            "a name " +
            "that no other source has",
        "sources: [{name: s}]|1:11: sources[0]: found no way in, expected one of udp, aeron and embedded: true",
        "sources: [{name: s, udp: 127.0.0.1:1, embedded: true}]|1:26: sources[0].udp: found 127.0.0.1:1, expected " +
            "no udp " +
            "unless the source has no aeron and is not embedded",
        "sources: [{name: s, aeron: {channel: 'aeron:ipc', stream: 1}, embedded: true}]|1:28: sources[0].aeron: " +
            "found a " +
            "mapping, expected no aeron unless the source is not embedded",
        "sources: [{name: a, udp: '127.0.0.1:1'}, {name: b, udp: '127.0.0.1:1'}]|1:57: sources[1].udp: found " +
            "127.0.0.1:1, expected an address that no other source has",
        "windows: [{name: w, size: 1s}, {name: W, size: 2s}]|1:39: windows[1].name: found W, expected a name that no " +
            "other window or alert has",
        "alerts: [{name: w, when: {below: 1}}]\\nwindows: [{name: w, size: 1s}]|1:17: alerts[0].name: found w, " +
            "expected a " +
            "name that no other window or alert has",
        "alerts: [{name: w, when: {below: 1, above: 2}}]|1:26: alerts[0].when: found both of them, expected one " +
            "of above " +
            "and below",
        "{event-time: {watermark: device}, windows: [{name: w, size: 1s, key: all}]}|1:70: windows[0].key: found " +
            "all, " +
            "expected device or device+metric with watermark: device, or watermark: global for this window",
        "windows: [{name: w, size: 1s, where: {metric: [1, b]}}]|1:51: windows[0].where.metric: found b, expected " +
            "METRIC",
        "windows: [{name: w, size: 1s, where: {metric: [any, 4294967296]}}]|1:53: windows[0].where.metric: found " +
            "4294967296, expected METRIC",
    })
    void shouldPlaceWhatDoesNotGoTogether(final String yaml, final String message)
    {
        assertError("c.yaml:" + words(message), yaml.replace("\\n", "\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "http: none\\nname: x\\nname: y|3:1: name: found the key again, expected each key once",
        "limits: {keys: 1, keys: 1}|1:19: limits.keys: found the key again, expected each key once",
        "name: &n x|1:7: name: found an anchor (&), expected a value without an anchor",
        "name: *n|1:7: name: found an alias (*), expected the value itself",
        "# \uD83D\uDE00\\nname: &n x|2:7: name: found an anchor (&), expected a value without an anchor",
        "windows: [&n {name: w}]|1:11: windows[0]: found an anchor (&), expected a value without an anchor",
        "name: !!str x|1:7: name: found a tag (!), expected a value without a tag",
        "&k name: x|1:1: name: found an anchor (&), expected a value without an anchor",
        "windows: [!w {name: w}]|1:11: windows[0]: found a tag (!), expected a value without a tag",
        "<<: {name: x}|1:1: <<: found an unknown key, expected one of name, data-dir, mode, durability, layout, " +
            "limits, " +
            "metrics, sources, event-time, dedup, windows, alerts, checkpoint, overload, retention, sinks, http",
        "name: x\\n---\\nname: y|3:1: configuration: found a second document, expected one document",
        "# nothing|1:1: configuration: found nothing, expected a mapping of keys, with windows at least",
        "- windows|1:1: configuration: found a list, expected a mapping of keys",
        "windows|1:1: configuration: found windows, expected a mapping of keys",
        "name: a: b|1:8: configuration: found a syntax error (mapping values are not allowed here), expected YAML",
        "windows: [{name: w}|1:20: configuration: found a syntax error (expected ',' or ']', but got <stream end>), " +
            "expected YAML",
        "? [a]\\n: b|1:4: configuration: found a syntax error (Expected a property name (Scalar value in YAML), " +
            "got this " +
            "instead: +SEQ []), expected YAML",
    })
    void shouldPlaceWhatIsNoPlainYaml(final String yaml, final String message)
    {
        assertError("c.yaml:" + message, yaml.replace("\\n", "\n"));
    }

    @Test
    void shouldReportAllProblemsInOrderOfTheirPlace()
    {
        final String yaml = """
            http: nowhere
            sizes: 1
            windows:
              - {name: w, size: 5, key: alll}
            limits: {keys: 0}
            """;

        final ConfigurationException ex =
            assertThrows(ConfigurationException.class, () -> ConfigFile.parse("c.yaml", yaml));

        assertEquals(
            List.of(
                "c.yaml:1:7: http: found nowhere, expected an address HOST:PORT such as 127.0.0.1:9010 or none",
                "c.yaml:2:1: sizes: found an unknown key, expected one of name, data-dir, mode, durability, layout, " +
                "limits, metrics, sources, event-time, dedup, windows, alerts, " +
                "checkpoint, overload, retention, sinks, http",
                "c.yaml:4:21: windows[0].size: found 5, expected " + DURATION,
                "c.yaml:4:29: windows[0].key: found alll, expected device, device+metric, metric or all, did you " +
                    "mean " +
                "all?",
                "c.yaml:5:16: limits.keys: found 0, expected a whole number from 1 to 100000000"),
            ex.problems());
        assertEquals(ex.problems().get(0), ex.getMessage());
    }

    @Test
    void shouldRefuseMoreThan64Sources()
    {
        final StringBuilder yaml = new StringBuilder("sources:\n");
        for (int i = 0; i < 64; i++)
        {
            yaml.append("  - {name: s").append(i).append(", embedded: true}\n");
        }

        assertEquals(64, ConfigFile.parse("c.yaml", yaml.toString()).config().sources().size());
        assertError(
            "c.yaml:2:3: sources: found 65 sources, expected at most 64", yaml + "  - {name: t, embedded: true}\n");
    }

    @Test
    void shouldRefuseTooFewSlotsForADatagramBesideCriticalSources()
    {
        final String normal = "overload: {normal-slots: 63}\nsources: [{name: a, embedded: true}]\n";
        final String critical = normal.replace("embedded: true", "embedded: true, priority: critical");
        assertEquals(63, ConfigFile.parse("c.yaml", normal).config().overload().normalSlots());
        assertEquals(
            63, ConfigFile.parse("c.yaml", critical + "limits: {ring-slots: 16}\n").config().overload().normalSlots());
        assertEquals(
            64, ConfigFile.parse("c.yaml", critical.replace("63", "64")).config().overload().normalSlots());
        assertError(
            "c.yaml:1:26: overload.normal-slots: found 63, expected at least 64 where a source is critical, or " +
            "limits.ring-slots: what a datagram usually holds must find room at once", critical);
    }

    @Test
    void shouldRefuseMoreThan1024Operators()
    {
        final StringBuilder yaml = new StringBuilder("windows:\n");
        for (int i = 0; i < 1024; i++)
        {
            yaml.append("  - {name: w").append(i).append(", size: 1s}\n");
        }

        assertEquals(1024, ConfigFile.parse("c.yaml", yaml.toString()).config().windows().size());
        assertError(
            "c.yaml:1026:9: alerts: found 1025 operators, expected at most 1024 windows and alerts",
            yaml + "alerts: [{name: a, when: {above: 1}}]\n");
    }

    @Test
    void shouldKeepHostileTextInOneLine()
    {
        final ConfigurationException ex = assertThrows(
            ConfigurationException.class,
            () -> ConfigFile.parse("c.yaml", "mode: \"a\\nb\\e[31m" + "x".repeat(500) + "\"\n\"k\\n\\u2028y\": 1\n"));

        assertEquals(2, ex.problems().size());
        for (final String problem : ex.problems())
        {
            assertEquals(1, problem.lines().count(), problem);
            assertTrue(problem.length() < 300, problem);
            assertTrue(problem.chars().noneMatch((c) -> c < ' ' || c == 0x2028), problem);
        }
    }

    /** The parser's own message and a suggested name bring text of the file along. */
    @Test
    void shouldKeepTextThatOthersQuoteInOneLine()
    {
        assertError(
            "c.yaml:1:8: configuration: found a syntax error (expected chomping or indentation indicators, but found " +
            "?(8232)), expected YAML",
            "name: |\u2028");
        assertError(
            "c.yaml:2:47: windows[0].where.metric: found flow, expected " + ValueTypes.METRICS.expected() +
            ", did you mean flo?w?",
            "metrics: {\"flo\\u2028w\": 1}\nwindows: [{name: w, size: 1s, where: {metric: flow}}]\n");
    }

    @Test
    void shouldNameAFileThatCannotBeRead(@TempDir final Path dir) throws IOException
    {
        final Path missing = dir.resolve("missing.yaml");
        assertEquals(
            missing + ": found no readable file (NoSuchFileException), expected a YAML file",
            assertThrows(ConfigurationException.class, () -> ConfigFile.read(missing)).getMessage());

        final Path large = dir.resolve("large.yaml");
        Files.write(large, new byte[ConfigFile.MAX_LENGTH + 1]);
        assertEquals(
            large + ":1:1: configuration: found more than 1048576 bytes, expected a smaller file",
            assertThrows(ConfigurationException.class, () -> ConfigFile.read(large)).getMessage());
    }

    @Test
    void shouldPlaceBytesThatAreNotUtf8()
    {
        final byte[] bytes = "name: a\nhttp: \u00e4".getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(
            "c.yaml:2:7: configuration: found bytes that are not UTF-8, expected text in UTF-8",
            assertThrows(ConfigurationException.class, () -> ConfigFile.parse("c.yaml", bytes)).getMessage());
        final byte[] cut = new byte[]{'a', (byte) 0xc3};
        assertEquals(
            "c.yaml:1:2: configuration: found bytes that are not UTF-8, expected text in UTF-8",
            assertThrows(ConfigurationException.class, () -> ConfigFile.parse("c.yaml", cut)).getMessage());
    }

    private static String words(final String expected)
    {
        return expected
            .replace("DURATION", DURATION)
            .replace("NAME", NAME)
            .replace("METRIC", ValueTypes.METRICS.expected())
            .replace(
                "INSTANT",
                "a date such as 2020-01-01 or an instant such as 2020-01-01T12:00:00Z, between 1677 and 2262")
            .replace("RATE", "a rate such as 100/s, 10/m or 4/h")
            .replace("ZONE", "a time zone of the IANA data base such as Europe/Berlin")
            .replace("SIZE", "a size such as 64KiB, 8MB or 50GB (B, KB, MB, GB, TB, KiB, MiB, GiB, TiB)");
    }

    private static void assertError(final String message, final String yaml)
    {
        final ConfigurationException ex =
            assertThrows(ConfigurationException.class, () -> ConfigFile.parse("c.yaml", yaml), yaml);
        assertEquals(message, ex.getMessage(), yaml);
        assertEquals(List.of(message), ex.problems(), yaml);
    }
}
