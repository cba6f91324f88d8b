"""The model against results worked out by hand from engine/docs/SEMANTICS.md.

Times are milliseconds after an arbitrary ORIGIN that is a multiple of the window size. Unless a test says otherwise: one source,
windows of 1000 ms, out of order by 100 ms, lateness of 200 ms, idle after 1000 ms, no reference clock.
"""

import math
import random
import struct
import unittest
from fractions import Fraction

import config as configuration
from config import ConfigError
from messages import (
    END_OF_INPUT, INT64_MAX, INT64_MIN, LATE, LEDGER_MARK, NOT_EMPTY, READING, REJECTED, STARTED, TICK, WINDOW_RESULT)
from model import Model, ModelError, Pane, unit_of, windows_of

NS_PER_MS = 1_000_000
ORIGIN = 1_700_000_000_000
NANOSECONDS = 4
ON_TIME = "ON_TIME"
LATE_FIRING = "LATE"
FIRST_POSITION = 32


def ns(ms):
    return (ORIGIN + ms) * NS_PER_MS


def window_config(**changes):
    return {
        "name": "w", "type": "tumbling", "sizeNs": 1000 * NS_PER_MS, "offsetNs": 0, "key": "device+metric", "metrics": [],
        "minValue": None, "maxValue": None, "maxQuality": None, "allowedLatenessNs": 200 * NS_PER_MS, "maxPanes": 10} | changes


def dedup_config(**changes):
    return {"by": "none", "windowIds": 0, "ttlNs": 0, "maxIds": 0} | changes


def engine_config(windows=None, sources=1, **changes):
    return {
        "outOfOrdernessNs": 100 * NS_PER_MS, "idleAfterNs": 1000 * NS_PER_MS, "earliestNs": None, "maxFutureNs": 60_000 * NS_PER_MS,
        "maxAgeNs": 3_600_000 * NS_PER_MS, "referenceClock": "none", "sources": [{"unit": 0}] * sources, "maxDevices": 100,
        "maxKeys": 100, "dedup": dedup_config(), "windows": [window_config()] if windows is None else windows} | changes


class Journal:
    """Feeds a model and keeps its results as short tuples."""

    def __init__(self, config):
        self.model = Model(configuration.parse(config), self._on_result)
        self.position = FIRST_POSITION
        self.results = []
        self.rows = []

    def _on_result(self, layout, position, cause_time, revision, operator, timing, detail, rest, m2_may_be_infinite):
        row = layout.unpack(layout.whole.pack(
            *layout.header, len(self.rows), position, cause_time, 0, revision, operator, timing, detail, *rest))
        self.rows.append(row)
        if layout is WINDOW_RESULT:
            start, end = (row[name] // NS_PER_MS - ORIGIN for name in ("windowStart", "windowEnd"))
            self.results.append(
                ((ON_TIME, LATE_FIRING)[timing], operator, row["deviceId"], start, end, revision, row["count"], row["sum"]))
        else:
            self.results.append((layout.name, operator, row["eventId"], row["reason"]))

    def append(self, message):
        """Runs one message in a frame of its own; returns the results that it caused."""
        before = len(self.results)
        self.model.on_frame(self.position, message)
        self.position += 96
        return self.results[before:]

    def reading(self, time_ms, value=1.0, device=1, **fields):
        fields = {
            "eventId": (self.position - FIRST_POSITION) // 96, "deviceId": device, "metric": 1, "eventTime": ns(time_ms),
            "ingestTime": ns(time_ms), "timeUnit": NANOSECONDS, "value": value} | fields
        return self.append(READING.pack(**fields))

    def tick(self, time_ms, *empty_since_ms, first=0, last=1):
        """None: not empty."""
        since = {
            f"emptySince{index}": NOT_EMPTY if since_ms is None else ns(since_ms)
            for index, since_ms in enumerate(empty_since_ms)}
        return self.append(TICK.pack(
            time=ns(time_ms), firstSource=first, sourceCount=len(empty_since_ms), last=last, **since))

    def started(self, time_ms):
        return self.append(STARTED.pack(time=ns(time_ms), incarnation=1))

    def end_of_input(self, time_ms=0):
        return self.append(END_OF_INPUT.pack(time=ns(time_ms)))


class WindowTest(unittest.TestCase):

    def test_fires_when_the_watermark_reaches_the_end_and_not_a_nanosecond_before(self):
        journal = Journal(engine_config())
        self.assertEqual(journal.reading(500, 2.5), [])
        self.assertEqual(journal.reading(0, 2.0, eventTime=ns(1100) - 1), [])
        self.assertEqual(journal.reading(1100, 4.0), [(ON_TIME, 0, 1, 0, 1000, 0, 1, 2.5)])

    def test_an_event_at_the_end_belongs_to_the_next_window(self):
        journal = Journal(engine_config())
        journal.reading(999, 1.0)
        journal.reading(1000, 2.0)
        journal.reading(0, 4.0, eventTime=ns(1000) - 1)
        self.assertEqual(journal.reading(2100, 8.0), [
            (ON_TIME, 0, 1, 0, 1000, 0, 2, 5.0), (ON_TIME, 0, 1, 1000, 2000, 0, 1, 2.0)])

    def test_late_revisions_count_from_the_first_firing(self):
        journal = Journal(engine_config())
        journal.reading(500, 1.0)
        self.assertEqual(journal.reading(1100, 0.0), [(ON_TIME, 0, 1, 0, 1000, 0, 1, 1.0)])
        self.assertEqual(journal.reading(600, 2.0), [(LATE_FIRING, 0, 1, 0, 1000, 1, 2, 3.0)])
        self.assertEqual(journal.reading(700, 4.0), [(LATE_FIRING, 0, 1, 0, 1000, 2, 3, 7.0)])

    def test_a_pane_that_begins_behind_the_watermark_fires_late_with_revision_0(self):
        journal = Journal(engine_config())
        self.assertEqual(journal.reading(1100, device=2), [])
        self.assertEqual(journal.reading(999, 3.0), [(LATE_FIRING, 0, 1, 0, 1000, 0, 1, 3.0)])
        self.assertEqual(journal.reading(998, 3.0), [(LATE_FIRING, 0, 1, 0, 1000, 1, 2, 6.0)])

    def test_is_late_from_end_plus_allowed_lateness_on(self):
        journal = Journal(engine_config())
        journal.reading(0, device=2, eventTime=ns(1300) - 1)
        self.assertEqual(journal.reading(999, 3.0), [(LATE_FIRING, 0, 1, 0, 1000, 0, 1, 3.0)])
        self.assertEqual(journal.reading(1300, device=2), [])
        self.assertEqual(journal.reading(999, 3.0), [("Late", 0, 3, 0)])
        row = journal.rows[-1]
        self.assertEqual(
            (row["watermark"], row["eventTime"], row["eventTimeNs"], row["value"], row["deviceId"], row["metric"]),
            (ns(1200), ns(999), ns(999), 3.0, 1, 1))
        self.assertEqual(journal.model.operators[0].late, 1)

    def test_an_event_is_applied_before_the_watermark_that_it_causes(self):
        journal = Journal(engine_config([window_config(sizeNs=50 * NS_PER_MS)], outOfOrdernessNs=0))
        journal.reading(10)
        self.assertEqual(journal.reading(50, 2.0), [(ON_TIME, 0, 1, 0, 50, 0, 1, 1.0)])

    def test_fires_by_end_and_then_by_registration(self):
        journal = Journal(engine_config())
        journal.reading(1050, device=7)
        journal.reading(950, device=9)
        journal.reading(980, device=8)
        journal.reading(1060, device=3)
        self.assertEqual([row[2:4] for row in journal.reading(2100, device=5)], [(9, 0), (8, 0), (7, 1000), (3, 1000)])

    def test_operators_fire_in_the_order_of_the_configuration(self):
        journal = Journal(engine_config([window_config(sizeNs=2000 * NS_PER_MS), window_config(name="v")]))
        journal.reading(500)
        journal.reading(1500)
        self.assertEqual([row[1:5] for row in journal.reading(2100)], [(0, 1, 0, 2000), (1, 1, 1000, 2000)])

    def test_before_the_epoch_windows_start_at_the_floor(self):
        window = configuration.parse(engine_config([window_config(sizeNs=10, offsetNs=3)])).windows[0]
        self.assertEqual([windows_of(window, time)[0] for time in (-8, -7, 2, 3, 12)], [
            (-17, -7), (-7, 3), (-7, 3), (3, 13), (3, 13)])

    def test_window_bounds_saturate(self):
        window = configuration.parse(engine_config([window_config(sizeNs=1 << 62, offsetNs=1)])).windows[0]
        self.assertEqual(windows_of(window, INT64_MIN), ((INT64_MIN, -(1 << 62) * 2 + 1),))
        self.assertEqual(windows_of(window, INT64_MAX), (((1 << 62) + 1, INT64_MAX),))

    def test_keys(self):
        for key, parts, expected in (
                ("device", 1, [(5, 0), (6, 0)]), ("device+metric", 3, [(5, 1), (5, 2), (6, 1)]),
                ("metric", 2, [(0, 1), (0, 2)]), ("all", 0, [(0, 0)])):
            with self.subTest(key):
                journal = Journal(engine_config([window_config(key=key)]))
                for device, metric in ((5, 1), (5, 2), (6, 1)):
                    journal.reading(1, device=device, metric=metric)
                journal.end_of_input()
                self.assertEqual([(row["deviceId"], row["metric"]) for row in journal.rows], expected)
                self.assertEqual({row["keyParts"] for row in journal.rows}, {parts})
                self.assertEqual(sum(row["count"] for row in journal.rows), 3)

    def test_filters_count_before_lateness(self):
        journal = Journal(engine_config([window_config(metrics=[1], minValue=0, maxValue=9.5, maxQuality=1)]))
        for fields in ({"value": -0.5}, {"value": 9.75}, {"metric": 2}, {"quality": 2}):
            journal.reading(500, **fields)
        journal.reading(500, 0.0)
        journal.reading(500, 9.5, quality=1)
        self.assertEqual(journal.reading(3000, metric=2), [(ON_TIME, 0, 1, 0, 1000, 0, 2, 9.5)])
        self.assertEqual(journal.reading(500, metric=2), [])
        ledger = journal.model.operators[0].ledger()
        self.assertEqual((ledger["applied"], ledger["filtered"], ledger["late"]), (2, 6, 0))

    def test_keys_exhausted(self):
        journal = Journal(engine_config(maxKeys=1))
        journal.reading(500, 1.0, device=1)
        journal.reading(600, 2.0, device=2)
        journal.reading(700, 4.0, device=1)
        self.assertEqual(journal.end_of_input(), [(ON_TIME, 0, 1, 0, 1000, 0, 2, 5.0)])
        self.assertEqual(journal.model.operators[0].ledger()["exhausted"], {"keys-exhausted": 1})

    def test_a_late_event_of_a_new_key_takes_no_key(self):
        journal = Journal(engine_config(maxKeys=2))
        journal.reading(5000, device=1)
        self.assertEqual(journal.reading(100, device=2), [("Late", 0, 1, 0)])
        journal.reading(5000, device=3)
        self.assertEqual(journal.model.operators[0].ledger()["exhausted"], {})

    def test_a_pane_takes_room_until_its_lateness_is_over(self):
        journal = Journal(engine_config([window_config(maxPanes=1)]))
        journal.reading(500, 1.0)
        self.assertEqual(journal.reading(0, eventTime=ns(1300) - 1), [(ON_TIME, 0, 1, 0, 1000, 0, 1, 1.0)])
        self.assertEqual(journal.model.operators[0].ledger()["exhausted"], {"panes-exhausted": 1})
        # W is now 1 ns short of the end of life of the first pane; this event is judged before it moves W.
        journal.reading(1300)
        self.assertEqual(journal.model.operators[0].ledger()["exhausted"], {"panes-exhausted": 2})
        journal.reading(1300, 8.0)
        self.assertEqual(journal.end_of_input(), [(ON_TIME, 0, 1, 1000, 2000, 0, 1, 8.0)])

    def test_causes(self):
        journal = Journal(engine_config())
        journal.reading(500)
        journal.reading(1100, ingestTime=ns(7000))
        journal.end_of_input(6000)
        self.assertEqual([(row["causePosition"], row["causeIngestTime"]) for row in journal.rows], [
            (FIRST_POSITION + 96, ns(7000)), (FIRST_POSITION + 192, ns(6000))])

    def test_positions_within_a_frame(self):
        journal = Journal(engine_config())
        journal.append(b"".join(
            READING.pack(eventTime=ns(ms), timeUnit=NANOSECONDS, deviceId=1, metric=1, value=1.0) for ms in (1, 1100, 2100)))
        self.assertEqual([row["causePosition"] for row in journal.rows], [FIRST_POSITION + 64, FIRST_POSITION + 128])
        self.assertEqual(journal.model.last_position, FIRST_POSITION + 128)


class TimeTest(unittest.TestCase):

    def test_the_slowest_source_holds_the_watermark(self):
        journal = Journal(engine_config(sources=2))
        journal.reading(100, 1.0, source=0)
        journal.reading(200, 2.0, source=1)
        self.assertEqual(journal.reading(5000, source=0), [])
        self.assertEqual(journal.reading(1100, source=1), [(ON_TIME, 0, 1, 0, 1000, 0, 2, 3.0)])

    def test_a_source_that_has_delivered_nothing_is_left_out(self):
        journal = Journal(engine_config(sources=2))
        journal.reading(100, 1.0, source=1)
        self.assertEqual(len(journal.reading(1100, source=1)), 1)

    def test_an_idle_source_is_left_out_from_the_tick_on(self):
        journal = Journal(engine_config(sources=2))
        journal.reading(100, 1.0, source=0)
        journal.reading(1500, 2.0, source=1)
        self.assertEqual(journal.tick(2000, 1001, None), [])
        self.assertEqual(journal.tick(2001, 1001, None), [(ON_TIME, 0, 1, 0, 1000, 0, 1, 1.0)])
        self.assertEqual(journal.model.watermark, ns(1400))
        # Its next reading makes it count again; W does not go back.
        self.assertEqual(journal.reading(1150, 1.0, source=0), [])
        journal.reading(9000, source=1)
        self.assertEqual(journal.model.watermark, ns(1400))

    def test_started_ends_idleness(self):
        journal = Journal(engine_config(sources=2))
        journal.reading(100, source=0)
        journal.reading(100, source=1)
        journal.tick(2000, 1000, None)
        journal.started(3000)
        self.assertEqual(journal.reading(5000, source=1), [])
        self.assertEqual(journal.model.watermark, ns(0))

    def test_a_rejected_reading_ends_idleness_but_does_not_move_the_watermark(self):
        journal = Journal(engine_config(sources=2))
        journal.reading(100, source=0)
        journal.tick(2000, 1000, None)
        self.assertTrue(journal.model.sources[0].is_idle)
        self.assertEqual(journal.reading(9000, math.nan, source=0), [("Rejected", 65535, 2, 3)])
        self.assertFalse(journal.model.sources[0].is_idle)
        self.assertEqual(journal.model.watermark, ns(0))

    def test_silence_fires_what_would_have_ended_meanwhile(self):
        journal = Journal(engine_config())
        journal.reading(500, 1.0)
        # Silence of 999 ms is none; then M + S - out-of-orderness = 500 + 1000 - 100.
        self.assertEqual(journal.tick(1599, 600), [])
        self.assertEqual(journal.tick(1600, 600), [(ON_TIME, 0, 1, 0, 1000, 0, 1, 1.0)])
        self.assertEqual(journal.model.watermark, ns(400))
        self.assertEqual(journal.tick(1700, 600), [])
        # Its pane stays, and fires again although W is not at its end.
        self.assertEqual(journal.reading(600, 2.0), [(LATE_FIRING, 0, 1, 0, 1000, 1, 2, 3.0)])
        self.assertEqual(journal.reading(1100, 4.0), [])
        self.assertEqual(journal.reading(700, 8.0), [(LATE_FIRING, 0, 1, 0, 1000, 2, 3, 11.0)])

    def test_silence_stands_on_the_end(self):
        journal = Journal(engine_config(idleAfterNs=10 * NS_PER_MS))
        journal.reading(500)
        journal.reading(0, eventTime=ns(499))
        self.assertEqual(journal.tick(1099, 500), [])
        self.assertEqual(len(journal.tick(1100, 500)), 1)

    def test_silence_is_of_all_sources(self):
        journal = Journal(engine_config(sources=2))
        journal.reading(500, source=0)
        self.assertEqual(journal.tick(5000, 600, None), [])
        # Since the last of them fell silent: 500 + (5900 - 4900) - 100.
        self.assertEqual(journal.tick(5899, 600, 4900), [])
        self.assertEqual(len(journal.tick(5900, 600, 4900)), 1)

    def test_a_reading_ends_the_silence_of_its_source(self):
        journal = Journal(engine_config(sources=2))
        journal.reading(500, source=0)
        journal.tick(600, 550, 550)
        journal.reading(700, source=0)
        # This tick says nothing of source 0, which has been polled and empty since no time yet.
        self.assertEqual(journal.tick(9000, 550, first=1), [])
        self.assertEqual(len(journal.tick(9000, 800)), 1)

    def test_a_tick_of_several_messages_counts_when_it_is_complete(self):
        journal = Journal(engine_config(sources=7))
        journal.reading(500, source=6)
        self.assertEqual(journal.tick(4000, 100, 100, 100, 100, 100, last=0), [])
        self.assertEqual(journal.model.sources[0].empty_since, None)
        self.assertEqual(len(journal.tick(4000, 100, 600, first=5)), 1)
        self.assertEqual((journal.model.ticks, journal.model.tick_messages), (1, 2))

    def test_half_a_tick_ends_with_its_incarnation(self):
        journal = Journal(engine_config(sources=2))
        journal.reading(500)
        journal.tick(4000, 100, last=0)
        journal.started(5000)
        self.assertEqual(journal.tick(6000, 100, first=1), [])
        self.assertEqual(journal.model.sources[0].empty_since, None)

    def test_the_effective_time_is_no_later_than_the_ingest_time(self):
        journal = Journal(engine_config(referenceClock="ingest"))
        journal.reading(500)
        self.assertEqual(journal.reading(30_000, ingestTime=ns(1099)), [])
        self.assertEqual(len(journal.reading(30_000, ingestTime=ns(1100))), 1)

    def test_engine_time_never_falls(self):
        journal = Journal(engine_config())
        journal.reading(500, ingestTime=ns(9000))
        # T is 9000, whatever the tick says: silence of 7500, not of 500.
        self.assertEqual(len(journal.tick(2000, 1500)), 1)
        self.assertEqual(journal.rows[0]["causeIngestTime"], ns(2000))

    def test_end_of_input_fires_everything_once_and_leaves_the_watermark(self):
        journal = Journal(engine_config())
        journal.reading(500, 1.0)
        journal.reading(1500, 2.0)
        self.assertEqual(journal.end_of_input(), [(ON_TIME, 0, 1, 1000, 2000, 0, 1, 2.0)])
        self.assertEqual(journal.end_of_input(), [])
        self.assertEqual(journal.model.watermark, ns(1400))
        self.assertEqual(journal.reading(1600, 4.0), [(LATE_FIRING, 0, 1, 1000, 2000, 1, 2, 6.0)])

    def test_a_count_of_a_ledger_mark_does_not_fall(self):
        journal = Journal(engine_config())
        for count in (4, 4, 9):
            journal.append(LEDGER_MARK.pack(time=ns(1), source=0, reason=2, count=count))
        self.assertEqual(journal.model.marks, {(0, 2): 9})
        with self.assertRaisesRegex(ModelError, "LedgerMark of source 0 and reason 2: found count 8, expected 9 at least"):
            journal.append(LEDGER_MARK.pack(time=ns(1), source=0, reason=2, count=8))

    def test_refuses_sources_that_the_configuration_does_not_have(self):
        journal = Journal(engine_config())
        with self.assertRaisesRegex(ModelError, "journal position 32: source 1, the configuration has 1"):
            journal.reading(1, source=1)
        with self.assertRaisesRegex(ModelError, "source 1, the configuration has 1"):
            journal.tick(1, None, None)
        with self.assertRaisesRegex(ModelError, "a tick of 6 sources, expected 5 at most"):
            journal.append(TICK.pack(sourceCount=6, last=1))


class JudgementTest(unittest.TestCase):

    def judge(self, config=None, **fields):
        """Returns the reason of the rejection, 0 when there is none."""
        journal = Journal(engine_config(earliestNs=ns(-1000), referenceClock="ingest") if config is None else config)
        results = journal.reading(0, **fields)
        self.row = journal.rows[0] if results else None
        return results[0][3] if results else 0

    def test_bounds_of_time(self):
        for fields, reason in (
                ({"eventTime": ns(-1000) - 1}, 4), ({"eventTime": ns(-1000)}, 0),
                ({"eventTime": ns(60_000) + 1}, 5), ({"eventTime": ns(60_000)}, 0),
                ({"ingestTime": ns(3_600_000) + 1}, 6), ({"ingestTime": ns(3_600_000)}, 0)):
            with self.subTest(fields):
                self.assertEqual(self.judge(**fields), reason)

    def test_without_a_reference_clock_only_the_earliest_counts(self):
        for fields, reason in (({"eventTime": ns(-1001)}, 4), ({"eventTime": INT64_MAX}, 0), ({"ingestTime": INT64_MAX}, 0)):
            with self.subTest(fields):
                self.assertEqual(self.judge(engine_config(earliestNs=ns(-1000)), **fields), reason)

    def test_the_first_reason_in_order_counts(self):
        nan = {"value": math.nan}
        for fields, reason in (
                (nan | {"timeUnit": 5, "eventTime": INT64_MAX}, 1), (nan | {"timeUnit": 255}, 1),
                (nan | {"timeUnit": 1, "eventTime": INT64_MAX}, 2), (nan | {"eventTime": INT64_MIN}, 3),
                ({"value": -math.inf}, 3), ({"eventTime": INT64_MIN}, 4)):
            with self.subTest(fields):
                self.assertEqual(self.judge(**fields), reason)

    def test_fields_of_a_rejected_event(self):
        self.assertEqual(self.judge(
            eventId=5, eventTime=1 << 62, timeUnit=2, value=-0.0, priority=1, quality=2, deviceEpoch=3, device=8, metric=9), 2)
        row = self.row
        self.assertEqual(math.copysign(1.0, row.pop("value")), -1.0)
        self.assertEqual(row, {
            "sequence": 0, "causePosition": 32, "causeIngestTime": ns(0), "epoch": 0, "revision": 0, "operatorId": 65535,
            "timing": 0, "reason": 2, "metric": 9, "deviceId": 8, "eventId": 5, "eventTime": 1 << 62, "eventTimeNs": 0,
            "source": 0, "timeUnit": 2, "priority": 1, "quality": 2, "reserved1": 0, "deviceEpoch": 3,
            "watermark": INT64_MIN, "reserved2": 0, "reserved3": 0, "reserved4": 0})
        self.judge(eventTime=ORIGIN - 9000, timeUnit=2)
        self.assertEqual((self.row["eventTime"], self.row["eventTimeNs"]), (ORIGIN - 9000, ns(-9000)))

    def test_devices_exhausted(self):
        journal = Journal(engine_config(maxDevices=1))
        journal.reading(1, math.nan, device=4)
        self.assertEqual(journal.reading(1, device=5), [])
        self.assertEqual(journal.reading(1, device=6), [("Rejected", 65535, 2, 7)])
        self.assertEqual(journal.rows[-1]["eventTimeNs"], ns(1))
        self.assertEqual(journal.reading(1, device=5), [])
        self.assertEqual(journal.model.sources[0].ledger(), {
            "received": 4, "accepted": 2, "duplicate": 0, "rejected": {"not-finite": 1, "devices-exhausted": 1}})

    def test_units(self):
        self.assertEqual([unit_of(sign * time, 0, 0) for sign in (1, -1) for time in (
            0, 10 ** 10 - 1, 10 ** 10, 10 ** 13 - 1, 10 ** 13, 10 ** 16 - 1, 10 ** 16)], [1, 1, 2, 2, 3, 3, 4] * 2)
        self.assertEqual(unit_of(INT64_MIN, 0, 0), 4)
        self.assertEqual(unit_of(5, 0, 3), 3)
        self.assertEqual(unit_of(5, 2, 3), 2)

    def test_the_range_of_time(self):
        config = engine_config()
        for unit, time, reason in (
                (1, INT64_MAX // 10 ** 9, 0), (1, INT64_MAX // 10 ** 9 + 1, 2), (2, -(INT64_MAX // 10 ** 6), 0),
                (2, -(INT64_MAX // 10 ** 6) - 1, 2), (3, INT64_MIN, 2), (4, INT64_MIN, 0)):
            with self.subTest((unit, time)):
                self.assertEqual(self.judge(config, timeUnit=unit, eventTime=time), reason)

    def test_ledgers_add_up(self):
        random_source = random.Random(20_260_101)
        journal = Journal(engine_config(
            [window_config(maxPanes=1), window_config(name="hot", minValue=5.0)], sources=2, maxKeys=3, maxDevices=4,
            earliestNs=ns(0)))
        for _ in range(5000):
            journal.reading(
                random_source.randrange(-10, 6000), random_source.choice((1.0, 7.0, math.inf)),
                device=random_source.randrange(6), source=random_source.randrange(2))
        model = journal.model
        accepted = sum(source.accepted for source in model.sources)
        for source in model.sources:
            self.assertEqual(source.received, source.accepted + sum(source.rejected.values()))
        for operator in model.operators:
            self.assertEqual(
                accepted, operator.applied + operator.filtered + operator.late + sum(operator.exhausted.values()))
        names = {reason for source in model.sources for reason in source.rejected}
        self.assertEqual(names, {"not-finite", "before-earliest", "devices-exhausted"})
        self.assertEqual(set(model.operators[0].exhausted), {"keys-exhausted", "panes-exhausted"})


class AggregateTest(unittest.TestCase):

    def pane(self, *values, times=None):
        pane = Pane(0, 0, 0, 1)
        for value, time in zip(values, times or range(len(values))):
            pane.add(value, time)
        return pane

    def test_first_and_last_by_time_and_then_by_arrival(self):
        pane = self.pane(1.0, 2.0, 3.0, 4.0, 5.0, times=(5, 3, 3, 5, 4))
        self.assertEqual((pane.first, pane.last), (2.0, 4.0))

    def test_negative_zero_is_smaller_than_zero(self):
        for values in ((0.0, -0.0), (-0.0, 0.0)):
            pane = self.pane(*values)
            self.assertEqual(struct.pack("<dd", pane.min, pane.max), struct.pack("<dd", -0.0, 0.0))
        self.assertEqual(math.copysign(1.0, self.pane(-0.0).max), -1.0)

    def test_sum_is_compensated(self):
        self.assertEqual(self.pane(1.0, 1e100, 1.0, -1e100).sum(), 2.0)

    def test_an_infinite_sum_stays_so(self):
        pane = self.pane(1.7e308, 1.7e308, -1.7e308)
        self.assertEqual((pane.sum(), pane.m2()), (math.inf, (math.inf, False)))
        self.assertEqual(self.pane(-1.7e308, -1.7e308, 5.0, 1.7e308).sum(), -math.inf)

    def test_m2_is_exact(self):
        self.assertEqual(self.pane(2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0).m2(), (32.0, False))
        self.assertEqual(self.pane(*[0.1] * 10).m2(), (0.0, False))
        self.assertEqual(self.pane(1e9 + 0.25, 1e9, 1e9 - 0.25).m2(), (0.125, False))
        random_source = random.Random(7)
        for _ in range(50):
            values = [random_source.gauss(0, 1) * 10.0 ** random_source.randrange(-200, 100) for _ in range(20)]
            exact = [Fraction(value) for value in values]
            mean = sum(exact) / len(exact)
            self.assertEqual(self.pane(*values).m2()[0], float(sum((value - mean) ** 2 for value in exact)))

    def test_an_overflowing_m2_is_infinite(self):
        self.assertEqual(self.pane(1e160, -1e160).m2(), (math.inf, False))
        # Here only the squares of the values overflow, not those of their deviations.
        self.assertEqual(self.pane(1e160, 1e160).m2(), (0.0, True))


class ConfigTest(unittest.TestCase):

    def assert_fails(self, config, expected):
        with self.assertRaisesRegex(ConfigError, expected):
            configuration.parse(config)

    def test_names_the_key(self):
        self.assert_fails([], "configuration: found .*, expected an object")
        self.assert_fails({}, "outOfOrdernessNs: missing")
        self.assert_fails(engine_config(idleAfterNs=-1), "idleAfterNs: found -1, expected an integer >= 0")
        self.assert_fails(engine_config(maxKeys="1"), "maxKeys: found '1', expected an integer")
        self.assert_fails(engine_config(referenceClock="wall"), "referenceClock: found 'wall', expected one of ingest, none")
        self.assert_fails(engine_config(lanes=1), "lanes: unknown key")
        self.assert_fails(engine_config() | {"sources": [{"unit": 5}]}, r"sources\[0\].unit: found 5")
        self.assert_fails(engine_config() | {"sources": {}}, "sources: found {}, expected a list")
        self.assert_fails(engine_config(dedup=[]), "dedup.: found .*, expected an object")
        self.assert_fails(engine_config(dedup=dedup_config(by="guess")), "dedup.by: found 'guess', expected one of none, seq")
        self.assert_fails(engine_config(dedup=dedup_config(by="sequence")), "dedup.windowIds: found 0, expected an integer >= 1")
        self.assert_fails(engine_config(dedup=dedup_config(by="id", maxIds=1)), "dedup.ttlNs: found 0, expected an integer >= 1")
        self.assert_fails(engine_config(dedup=dedup_config(ttlNs=1)), "dedup.ttlNs: found 1, expected an integer <= 0")
        self.assert_fails(engine_config(dedup=dedup_config(size=1)), "dedup.size: unknown key")
        self.assert_fails(engine_config([window_config(type="session")]), r"windows\[0\].type: found 'session'")
        self.assert_fails(engine_config([window_config(sizeNs=0)]), r"windows\[0\].sizeNs: found 0")
        self.assert_fails(engine_config([window_config(metrics=["a"])]), r"windows\[0\].metrics: .* a list of integers")
        self.assert_fails(engine_config([window_config(minValue="1")]), r"windows\[0\].minValue: .* a number or null")
        self.assert_fails(engine_config([window_config(name=3)]), r"windows\[0\].name: found 3, expected a text")


class QuarantineTest(unittest.TestCase):
    """Section 1: earliest is ORIGIN, so that a time before it is rejected by time bounds."""

    def setUp(self):
        self.journal = Journal(engine_config(earliestNs=ns(0)))

    def reject(self, at_ms, device=7):
        return self.journal.reading(-1, device=device, ingestTime=ns(at_ms))

    def watermark_after(self, time_ms, at_ms, device=7):
        self.journal.reading(time_ms, device=device, ingestTime=ns(at_ms))
        return self.journal.model.watermark

    def test_third_rejection_within_a_minute_enters(self):
        for at_ms in (0, 1, 60_000):
            self.reject(at_ms)
        before = self.journal.model.watermark
        self.assertEqual(before, self.watermark_after(5_000, 60_000))
        self.assertEqual(ns(4_900), self.watermark_after(5_000, 60_000, device=8))

    def test_third_rejection_after_a_minute_does_not(self):
        for at_ms in (0, 1, 60_001):
            self.reject(at_ms)
        self.assertEqual(ns(4_900), self.watermark_after(5_000, 60_001))

    def test_tenth_in_a_row_leaves_and_counts(self):
        for at_ms in (0, 1, 2):
            self.reject(at_ms)
        for row in range(9):
            self.watermark_after(5_000 + row, 3)
        self.reject(4)
        for row in range(9):
            self.assertEqual(INT64_MIN, self.watermark_after(5_000 + row, 5))
        self.assertEqual(ns(5_909), self.watermark_after(6_009, 5))
        # The rejections before are forgotten: two more do not suffice.
        self.reject(6)
        self.reject(7)
        self.assertEqual(ns(6_900), self.watermark_after(7_000, 8))

    def test_its_sane_readings_are_applied(self):
        for at_ms in (0, 1, 2):
            self.reject(at_ms)
        self.journal.reading(500, device=7, ingestTime=ns(3))
        self.assertEqual(1, self.journal.model.operators[0].applied)

    def test_rejection_makes_the_device_known(self):
        journal = Journal(engine_config(earliestNs=ns(0), maxDevices=1))
        journal.reading(-1, device=1)
        self.assertEqual("devices-exhausted", list(_rejected(journal.reading(1, device=2), journal))[0])


def _rejected(results, journal):
    return journal.model.sources[0].rejected.keys() - {"before-earliest"}


if __name__ == "__main__":
    unittest.main()
