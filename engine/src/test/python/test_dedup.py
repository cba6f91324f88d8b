"""Which readings were seen before, worked out by hand; then both ways against lists of all that was accepted."""

import random
import unittest

import config as configuration
from dedup import BEYOND_WINDOW, DUPLICATE, EXHAUSTED, NEW, ById, BySequence, dedup_of, is_newer
from messages import INT64_MIN
from test_model import LATE_FIRING, Journal, dedup_config, engine_config, ns, window_config

GREATEST = (1 << 64) - 1


class SequenceTest(unittest.TestCase):

    def setUp(self):
        self.dedup = BySequence(64)

    def judge(self, *event_ids, epoch=0, device=1):
        return [self.dedup.judge(device, epoch, event_id, 0) for event_id in event_ids]

    def test_reach(self):
        self.assertEqual(self.judge(100, 100, 37, 37, 36, 99), [NEW, DUPLICATE, NEW, DUPLICATE, BEYOND_WINDOW, NEW])
        self.assertEqual(self.judge(101, 37, 38, 99), [NEW, BEYOND_WINDOW, NEW, DUPLICATE])

    def test_reach_ends_at_zero(self):
        self.assertEqual(self.judge(63, 0, 0, 64, 0, 1), [NEW, NEW, DUPLICATE, NEW, BEYOND_WINDOW, NEW])

    def test_a_leap_skips_ids_that_may_still_come(self):
        self.assertEqual(self.judge(10, 11, 74, 10, 11, 12), [NEW, NEW, NEW, BEYOND_WINDOW, DUPLICATE, NEW])

    def test_ids_have_no_sign(self):
        self.assertEqual(
            self.judge((1 << 63) - 1, 1 << 63, (1 << 63) - 1, GREATEST, GREATEST, GREATEST - 63, GREATEST - 64, 0),
            [NEW, NEW, DUPLICATE, NEW, DUPLICATE, NEW, BEYOND_WINDOW, BEYOND_WINDOW])

    def test_a_newer_epoch_begins_anew(self):
        self.judge(500, 499, epoch=65535)
        self.assertEqual(self.judge(499, 499, 498, epoch=0), [NEW, DUPLICATE, NEW])
        self.assertEqual(self.judge(500, 501, epoch=65535), [BEYOND_WINDOW, BEYOND_WINDOW])
        self.assertEqual(self.judge(500, 499, epoch=0), [NEW, DUPLICATE])

    def test_epochs_are_serial_numbers(self):
        for epoch, than, expected in (
                (1, 0, True), (0, 65535, True), (32767, 0, True), (7231, 40000, True), (0, 0, False), (32768, 0, False),
                (0, 32768, False), (32769, 0, False), (65535, 0, False)):
            with self.subTest((epoch, than)):
                self.assertEqual(is_newer(epoch, than), expected)

    def test_each_device_has_ids_of_its_own(self):
        self.judge(1000)
        self.assertEqual(self.judge(5, 5, device=2), [NEW, DUPLICATE])

    def test_equals_a_list_of_all_that_was_accepted(self):
        random_source = random.Random(20_260_102)
        for _ in range(40):
            accepted = []
            dedup = BySequence(64)
            level = random_source.choice((0, 50, GREATEST - 400))
            for _ in range(400):
                level = min(GREATEST, level + random_source.choice((0, 1, 1, 1, 2, 60)))
                event_id = max(0, level - random_source.choice((0, 0, 1, 63, 64, 65, random_source.randrange(90))))
                expected = NEW
                if accepted and event_id <= max(accepted) - 64:
                    expected = BEYOND_WINDOW
                elif event_id in accepted:
                    expected = DUPLICATE
                else:
                    accepted.append(event_id)
                self.assertEqual(dedup.judge(1, 0, event_id, 0), expected)


class IdTest(unittest.TestCase):

    def test_an_id_is_remembered_for_four_generations_after_its_own(self):
        # ceil(17 / 4) = 5 ns each: the id belongs to [100, 105).
        dedup = ById(17, 9)
        self.assertEqual(
            [dedup.judge(1, 0, 1, time) for time in (104, 124, 125, 149, 150)], [NEW, DUPLICATE, NEW, DUPLICATE, NEW])

    def test_generations_before_the_epoch(self):
        dedup = ById(20, 9)
        self.assertEqual(
            [dedup.judge(1, 0, event_id, time) for event_id, time in ((1, -1), (2, 0), (1, 19), (1, 20), (2, 24))],
            [NEW, NEW, DUPLICATE, NEW, DUPLICATE])

    def test_a_generation_is_a_nanosecond_at_least(self):
        for ttl, known, forgotten in ((1, 104, 105), (4, 104, 105), (5, 109, 110)):
            with self.subTest(ttl):
                dedup = ById(ttl, 9)
                self.assertEqual([dedup.judge(1, 0, 1, time) for time in (100, known, forgotten)], [NEW, DUPLICATE, NEW])

    def test_device_and_epoch_belong_to_the_id(self):
        dedup = ById(1000, 9)
        self.assertEqual(
            [dedup.judge(device, epoch, GREATEST, 0) for device, epoch in ((1, 0), (2, 0), (1, 1), (1, 0), (1, 1))],
            [NEW, NEW, NEW, DUPLICATE, DUPLICATE])

    def test_no_room(self):
        dedup = ById(4, 2)
        self.assertEqual(
            [dedup.judge(1, 0, event_id, time) for event_id, time in (
                (1, 100), (2, 101), (3, 101), (3, 104), (2, 104), (3, 105), (1, 105))],
            [NEW, NEW, EXHAUSTED, EXHAUSTED, DUPLICATE, NEW, EXHAUSTED])

    def test_equals_a_list_of_all_that_was_accepted(self):
        random_source = random.Random(20_260_103)
        for _ in range(40):
            accepted = []
            ttl, max_ids, time = random_source.randrange(1, 60), random_source.randrange(1, 12), random_source.randrange(-50, 50)
            dedup = ById(ttl, max_ids)
            length = (ttl + 3) // 4
            for _ in range(300):
                time += random_source.randrange(4)
                event_id = random_source.randrange(12)
                remembered = [known for known, accepted_at in accepted if time // length - accepted_at // length <= 4]
                expected = NEW
                if event_id in remembered:
                    expected = DUPLICATE
                elif len(remembered) >= max_ids:
                    expected = EXHAUSTED
                else:
                    accepted.append((event_id, time))
                self.assertEqual(dedup.judge(1, 0, event_id, time), expected)


class ModelTest(unittest.TestCase):
    """What a reading that is not accepted leaves untouched."""

    def journal(self, windows=None, by="sequence", **changes):
        dedup = dedup_config(by=by, windowIds=64) if by == "sequence" else dedup_config(by=by, ttlNs=1000, maxIds=1)
        return Journal(engine_config(windows, dedup=dedup, **changes))

    def test_is_chosen_by_the_configuration(self):
        self.assertEqual(dedup_of(configuration.parse(engine_config()).dedup).judge(1, 0, 1, 0), NEW)
        self.assertEqual(dedup_of(configuration.parse(engine_config()).dedup).judge(1, 0, 1, 0), NEW)
        by_id = configuration.parse(engine_config(dedup=dedup_config(by="id", ttlNs=8, maxIds=3))).dedup
        self.assertEqual((dedup_of(by_id).generation_ns, dedup_of(by_id).max_ids), (2, 3))

    def test_by_none_nothing_is_a_duplicate(self):
        journal = Journal(engine_config())
        self.assertEqual(journal.reading(500, eventId=1) + journal.reading(500, eventId=1), [])

    def test_moves_no_watermark_and_is_not_applied(self):
        journal = self.journal()
        journal.reading(500, eventId=100)
        self.assertEqual(journal.reading(9000, eventId=100, deviceEpoch=0), [("Duplicate", 65535, 100, 0)])
        self.assertEqual(journal.reading(9000, eventId=36), [("Rejected", 65535, 36, 8)])
        self.assertEqual(journal.model.watermark, ns(400))
        self.assertEqual(journal.model.operators[0].applied, 1)
        self.assertEqual(journal.model.sources[0].ledger(), {
            "received": 3, "accepted": 1, "duplicate": 1, "rejected": {"beyond-dedup-window": 1}})
        row = journal.rows[0]
        self.assertEqual((row["watermark"], row["eventTimeNs"], row["causeIngestTime"]), (ns(400), ns(9000), ns(9000)))

    def test_moves_engine_time_and_ends_idleness(self):
        journal = self.journal(by="id")
        journal.reading(500, eventId=1)
        journal.tick(2000, 900)
        self.assertTrue(journal.model.sources[0].is_idle)
        # The ttl is 1000 ns: at 2000 ms the id is forgotten, and accepted into a window that silence has fired.
        self.assertEqual(
            journal.reading(400, eventId=1, ingestTime=ns(0)), [(LATE_FIRING, 0, 1, 0, 1000, 1, 2, 2.0)])
        self.assertEqual(journal.reading(400, eventId=1, ingestTime=ns(0)), [("Duplicate", 65535, 1, 0)])
        self.assertEqual(journal.reading(400, eventId=2, ingestTime=ns(2000) + 1), [("Rejected", 65535, 2, 9)])
        self.assertEqual(journal.model.engine_time, ns(2000) + 1)
        self.assertFalse(journal.model.sources[0].is_idle)

    def test_what_is_rejected_before_is_not_remembered(self):
        journal = self.journal(earliestNs=ns(0))
        self.assertEqual(journal.reading(-1, eventId=1), [("Rejected", 65535, 1, 4)])
        self.assertEqual(journal.reading(1, eventId=1), [])
        self.assertEqual(journal.reading(-1, eventId=1), [("Rejected", 65535, 1, 4)])

    def test_makes_its_device_known(self):
        journal = self.journal(by="id", maxDevices=2)
        journal.reading(1, device=1, eventId=1)
        self.assertEqual(journal.reading(1, device=2, eventId=1), [("Rejected", 65535, 1, 9)])
        self.assertEqual(journal.reading(1, device=3, eventId=1), [("Rejected", 65535, 1, 7)])

    def test_counts_as_sane_in_quarantine(self):
        journal = self.journal([window_config()], earliestNs=ns(0))
        for _ in range(3):
            journal.reading(-1, eventId=1, ingestTime=ns(0))
        for event_id in (200, 200, 100) * 3:
            journal.reading(500, eventId=event_id)
        self.assertTrue(journal.model.devices[1].is_quarantined)
        self.assertEqual(journal.reading(500, eventId=200), [("Duplicate", 65535, 200, 0)])
        self.assertFalse(journal.model.devices[1].is_quarantined)
        self.assertEqual(journal.model.watermark, INT64_MIN)
        journal.reading(500, eventId=201)
        self.assertEqual(journal.model.watermark, ns(400))


if __name__ == "__main__":
    unittest.main()
