"""Whole runs of the oracle: a small scenario worked out by hand, then everything that could be wrong with it.

The oracle is only worth what it finds. So every field of every result is damaged in turn, and results go missing, come twice or
in another order; each time the oracle must fail and name the place.
"""

import contextlib
import io
import json
import math
import struct
import tempfile
import unittest
from pathlib import Path

import oracle
from messages import (
    DUPLICATE, END_OF_INPUT, LATE, LEDGER_MARK, READING, REJECTED, RESULTS, STARTED, TICK, WINDOW_RESULT)
from recording_writer import RecordingWriter
from test_model import NANOSECONDS, ORIGIN, dedup_config, engine_config, ns, window_config

EPOCH = 4
KEYED_BY_BOTH = 3


def reading(event_id, device, time_ms, value, **fields):
    return READING.pack(**{
        "eventId": event_id, "deviceId": device, "metric": 1, "eventTime": ns(time_ms), "ingestTime": ns(time_ms + 5),
        "timeUnit": NANOSECONDS, "value": value} | fields)


def started(incarnation, time_ms=0, epoch=EPOCH, new_epoch=0):
    return STARTED.pack(time=ns(time_ms), incarnation=incarnation, resultEpoch=epoch, newEpoch=new_epoch)


class Scenario:
    """A journal, the results that follow from it by hand, and the files of both."""

    def __init__(self, data_dir):
        self.data_dir = Path(data_dir)
        self.config = engine_config(earliestNs=ns(0))
        self.frames = [
            [started(1, new_epoch=1)],
            [reading(1, 1, 500, 1.5), reading(2, 2, 600, 2.5), reading(3, 1, -1, 7.0)],
            [reading(4, 1, 1100, 4.0)],
            [reading(5, 1, 700, 0.5), reading(6, 3, 999, 3.0)],
            [started(2, 1200)],
            [reading(7, 1, 1300, 6.0), reading(8, 2, 800, 9.0)],
            [TICK.pack(time=ns(3000), emptySince0=ns(1900), sourceCount=1, last=1),
             LEDGER_MARK.pack(time=ns(3000), reason=1, count=12)],
            [reading(9, 4, 5000, -1.0)],
            [END_OF_INPUT.pack(time=ns(5100))],
        ]
        positions = self.write_journal()
        self.positions = positions

        # W is 500 when event 3 comes, 1000 after event 4, 1200 after event 7, 4900 after event 9.
        self.results = [
            self.event_result(REJECTED, positions[3], 4, ns(4), 3, 1, -1, 7.0, 500, operatorId=65535),
            self.window(positions[4], ns(1105), 1, 0, [1.5]),
            self.window(positions[4], ns(1105), 2, 0, [2.5]),
            self.window(positions[5], ns(705), 1, 0, [1.5, 0.5], timing=1, revision=1, m2=0.5),
            self.window(positions[6], ns(1004), 3, 0, [3.0], timing=1),
            self.event_result(LATE, positions[9], 0, ns(805), 8, 2, 800, 9.0, 1200),
            # Silence of 1100 on top of 1300, less 100.
            self.window(positions[10], ns(3000), 1, 1000, [4.0, 6.0], m2=2.0),
            self.window(positions[13], ns(5100), 4, 5000, [-1.0]),
        ]

    @staticmethod
    def window(position, cause_time, device, start_ms, values, m2=0.0, **fields):
        return WINDOW_RESULT, {
            "epoch": EPOCH, "causePosition": position, "causeIngestTime": cause_time, "keyParts": KEYED_BY_BOTH, "metric": 1,
            "deviceId": device, "windowStart": ns(start_ms), "windowEnd": ns(start_ms + 1000), "count": len(values),
            "sum": math.fsum(values), "min": min(values), "max": max(values), "first": values[0], "last": values[-1],
            "m2": m2} | fields

    @staticmethod
    def event_result(layout, position, reason, cause_time, event_id, device, time_ms, value, watermark_ms, **fields):
        return layout, {
            "epoch": EPOCH, "causePosition": position, "causeIngestTime": cause_time, "reason": reason, "metric": 1,
            "deviceId": device, "eventId": event_id, "eventTime": ns(time_ms), "eventTimeNs": ns(time_ms), "value": value,
            "timeUnit": NANOSECONDS, "watermark": ns(watermark_ms)} | fields

    def write_journal(self):
        """Returns the positions of all messages, Started being number 0."""
        writer = RecordingWriter(self.data_dir, "journal", 0, term_length=512, segment_length=1024)
        positions = [position for frame in self.frames for position in writer.append(*frame)]
        writer.write()
        return positions

    def packed(self):
        """The results with their sequences."""
        return [layout.pack(sequence=sequence, **fields) for sequence, (layout, fields) in enumerate(self.results)]

    def write_results(self, messages, frame_length=3):
        writer = RecordingWriter(self.data_dir, "results", 1, term_length=1024, segment_length=2048)
        for path in (self.data_dir / "archive").glob("1-*.rec"):
            path.unlink()
        for index in range(0, len(messages), frame_length):
            writer.append(*messages[index:index + frame_length])
        writer.write()


class OracleTest(unittest.TestCase):

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.data_dir = Path(directory.name)
        self.scenario = Scenario(self.data_dir)

    def run_oracle(self, *arguments):
        """Returns exit code, standard output, standard error."""
        out, error = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
            code = oracle.main([arguments[0], "--data", str(self.data_dir), *arguments[1:]])
        return code, out.getvalue(), error.getvalue()

    def verify(self, *arguments):
        path = self.data_dir / "config.json"
        path.write_text(json.dumps(self.scenario.config))
        return self.run_oracle("verify", "--config", str(path), *arguments)

    def assert_agrees(self, *arguments):
        code, out, error = self.verify(*arguments)
        self.assertEqual((code, error), (0, ""))
        return json.loads(out)

    def assert_differs(self, expected, *arguments, code=1):
        found_code, out, error = self.verify(*arguments)
        self.assertEqual((found_code, out), (code, ""), error)
        self.assertRegex(error, expected)
        self.assertEqual(error.count("\n"), 1)

    def write_results(self, messages=None, **arguments):
        self.scenario.write_results(self.scenario.packed() if messages is None else messages, **arguments)


class RepeatingTest(OracleTest):
    """The second incarnation, whose Started is message 7, emits again from the cause of the last result of the first."""

    def setUp(self):
        super().setUp()
        scenario = self.scenario
        self.first = scenario.results[:5]
        self.second = scenario.results[1:]
        scenario.frames[0] = [started(1, epoch=0, new_epoch=2)]
        self.begin_second(scenario.positions[4])

    def begin_second(self, results_from):
        for path in (self.data_dir / "archive").glob("0-*.rec"):
            path.unlink()
        self.scenario.frames[4] = [
            STARTED.pack(time=ns(1200), incarnation=2, resultEpoch=1, newEpoch=2, resultsFrom=results_from)]
        self.scenario.write_journal()

    def pack(self, *epochs):
        return [
            layout.pack(sequence=sequence, **(fields | {"epoch": epoch}))
            for epoch, results in enumerate(epochs) for sequence, (layout, fields) in enumerate(results)]

    def test_should_agree_with_results_that_come_again(self):
        self.write_results(self.pack(self.first, self.second))
        summary = self.assert_agrees("--repeating")
        self.assertEqual((summary["results"], summary["repeated"], summary["lostCauses"]), (8, 4, 0))

    def test_should_not_hold_against_the_log_what_the_journal_lost(self):
        layout, fields = self.first[-1]
        beyond = (layout, fields | {"causePosition": self.scenario.positions[9], "sum": 99.0})
        self.write_results(self.pack(self.first + [beyond], self.second))
        self.assertEqual(self.assert_agrees("--repeating")["lostCauses"], 1)

    def test_should_find_a_result_that_is_missing_at_the_end(self):
        self.write_results(self.pack(self.first, self.second[:-1]))
        self.assert_differs("found 7 of the 8", "--repeating")

    def test_should_find_a_result_that_is_in_no_epoch(self):
        self.begin_second(self.scenario.positions[7])
        self.write_results(self.pack(self.first[:2], self.scenario.results[5:]))
        self.assert_differs("2 to 5 are in no epoch", "--repeating")

    def test_should_find_a_value_that_differs(self):
        layout, fields = self.second[0]
        self.write_results(self.pack(self.first, [(layout, fields | {"max": 9.0})] + self.second[1:]))
        self.assert_differs("field max: found 9.0, expected 1.5", "--repeating")

    def test_should_find_a_gap_within_an_incarnation(self):
        messages = self.pack(self.first, self.second)
        self.write_results(messages[:7] + messages[8:])
        self.assert_differs("field sequence: found 3, expected 2", "--repeating")

    def test_should_find_an_epoch_that_goes_back(self):
        messages = self.pack(self.first, self.second)
        self.write_results(messages + messages[:1])
        self.assert_differs("field sequence: found 0", "--repeating")

    def test_should_ask_for_an_epoch_of_each_incarnation(self):
        self.begin_second(1 << 40)
        self.write_results(self.pack(self.first, self.second))
        self.assert_differs("field resultsFrom", "--repeating")


class AgreementTest(OracleTest):

    def test_the_results_worked_out_by_hand(self):
        self.write_results()
        summary = self.assert_agrees("--expect-sent", "9")
        self.assertEqual(summary, {
            "readings": 9, "ticks": 1, "tickMessages": 1, "started": 2, "frames": 9, "checkedFrames": 9, "epoch": EPOCH,
            "windowResults": 6, "late": 1, "rejected": 1, "duplicate": 0, "pending": 0, "olderEpochResults": 0,
            "sources": [{"received": 9, "accepted": 8, "duplicate": 0, "rejected": {"before-earliest": 1}}],
            "operators": [{"name": "w", "applied": 7, "filtered": 0, "late": 1, "exhausted": {}}],
            "marks": [{"source": 0, "reason": 1, "count": 12}], "watermark": ns(4900),
            "lastPosition": self.scenario.positions[-1], "stopPosition": self.scenario.positions[-1] + 64,
            "tornPosition": None, "lastEventId": 9})

    def test_the_cut_of_the_results_log_into_frames_does_not_matter(self):
        for frame_length in (1, 2, 7):
            with self.subTest(frame_length):
                self.write_results(frame_length=frame_length)
                self.assert_agrees()

    def test_every_beginning_of_the_results_log_may_be_pending(self):
        messages = self.scenario.packed()
        for length in range(len(messages)):
            with self.subTest(length):
                self.write_results(messages[:length])
                self.assertEqual(self.assert_agrees("--allow-pending")["pending"], len(messages) - length)
                layout, fields = self.scenario.results[length]
                self.assert_differs(
                    f"result sequence {length} is missing: the results log ends, expected {layout.name} of journal position "
                    f"{fields['causePosition']}")

    def test_a_results_log_that_was_never_begun(self):
        self.assertEqual(self.assert_agrees("--allow-pending")["pending"], 8)
        self.assert_differs("result sequence 0 is missing")

    def test_sum_and_m2_within_their_tolerance(self):
        for field in ("sum", "m2"):
            for factor, agrees in ((1 + 1e-10, True), (1 - 1e-10, True), (1 + 3e-9, False), (1 - 3e-9, False)):
                with self.subTest((field, factor)):
                    scenario = Scenario(self.data_dir)
                    scenario.results[3][1][field] *= factor
                    self.scenario = scenario
                    self.write_results()
                    if agrees:
                        self.assert_agrees()
                    else:
                        self.assert_differs(f"result sequence 3 .*: field {field}: found ")

    def test_an_m2_of_zero_has_no_tolerance_but_for_underflow(self):
        self.scenario.results[1][1]["m2"] = 1e-300
        self.write_results()
        self.assert_differs("field m2: found 1e-300, expected 0.0")
        self.scenario.results[1][1]["m2"] = 5e-324
        self.write_results()
        self.assert_agrees()

    def test_m2_where_only_squares_overflow_may_be_infinite(self):
        self.scenario.frames[7] = [reading(9, 4, 5000, 1e200)]
        self.scenario.write_journal()
        self.scenario.results[7] = Scenario.window(self.scenario.positions[13], ns(5100), 4, 5000, [1e200])
        for m2, agrees in ((0.0, True), (math.inf, True), (math.nan, False), (-math.inf, False)):
            with self.subTest(m2):
                self.scenario.results[7][1]["m2"] = m2
                self.write_results()
                if agrees:
                    self.assert_agrees()
                else:
                    self.assert_differs(f"result sequence 7 .*: field m2: found {m2}, expected 0.0")


class DedupTest(OracleTest):
    """Some readings come twice: they have results of their own and leave all others as they are."""

    def setUp(self):
        super().setUp()
        self.scenario.config["dedup"] = dedup_config(by="sequence", windowIds=64)
        # Device 1 has sent 1, 4, 5 and 7 when 4 comes again; then 900 puts 836 out of reach, and 837 not.
        self.scenario.frames[7] += [
            reading(4, 1, 1100, 4.0), reading(900, 1, 4950, 2.0), reading(836, 1, 4950, 8.0), reading(837, 1, 4950, 4.0),
            reading(837, 1, 4950, 4.0, deviceEpoch=65535)]
        positions = self.scenario.write_journal()
        # They come when W is 4900, so that their window has not ended.
        self.scenario.results[7:] = [
            self.judged(DUPLICATE, positions[13], 0, 4, 1100, 4.0),
            self.judged(REJECTED, positions[15], 8, 836, 4950, 8.0),
            self.judged(REJECTED, positions[17], 8, 837, 4950, 4.0, deviceEpoch=65535),
            Scenario.window(positions[18], ns(5100), 1, 4000, [2.0, 4.0], m2=2.0),
            Scenario.window(positions[18], ns(5100), 4, 5000, [-1.0]),
        ]

    @staticmethod
    def judged(layout, position, reason, event_id, time_ms, value, **fields):
        return Scenario.event_result(
            layout, position, reason, ns(time_ms + 5), event_id, 1, time_ms, value, 4900, operatorId=65535, **fields)

    def test_the_results_worked_out_by_hand(self):
        self.write_results()
        summary = self.assert_agrees("--expect-sent", "14")
        self.assertEqual((summary["duplicate"], summary["rejected"], summary["windowResults"]), (1, 3, 7))
        self.assertEqual(summary["sources"], [{
            "received": 14, "accepted": 10, "duplicate": 1, "rejected": {"before-earliest": 1, "beyond-dedup-window": 2}}])

    def test_a_changed_bit_in_every_field_of_a_duplicate(self):
        messages = self.scenario.packed()
        for name, _, offset in DUPLICATE.fields:
            with self.subTest(name):
                message = bytearray(messages[7])
                message[8 + offset] ^= 1
                self.write_results(messages[:7] + [bytes(message)] + messages[8:])
                self.assert_differs(f"field {name}: found .*, expected ")

    def test_a_duplicate_that_was_called_rejected(self):
        _, fields = self.scenario.results[7]
        self.scenario.results[7] = REJECTED, fields | {"reason": 8}
        self.write_results()
        self.assert_differs("result sequence 7 .*: field kind: found Rejected, expected Duplicate")

    def test_an_engine_that_deduplicates_otherwise(self):
        self.write_results()
        for changes in ({"by": "none"}, {"by": "id", "ttlNs": 1 << 60, "maxIds": 100}, {"by": "sequence", "windowIds": 1024}):
            with self.subTest(changes):
                self.scenario.config["dedup"] = dedup_config(**changes)
                self.assert_differs("result sequence ")


class DamageTest(OracleTest):

    def test_a_changed_bit_in_every_field_of_every_result(self):
        messages = self.scenario.packed()
        damaged = 0
        for index, (layout, fields) in enumerate(self.scenario.results):
            for name, code, offset in layout.fields:
                # The lowest bit; of doubles with a tolerance the highest bit of the exponent.
                byte = 8 + offset
                mask = 1
                if layout is WINDOW_RESULT and name in ("sum", "m2"):
                    byte += 7
                    mask = 0x40
                message = bytearray(messages[index])
                message[byte] ^= mask
                with self.subTest((index, name)):
                    self.write_results(messages[:index] + [bytes(message)] + messages[index + 1:])
                    if name == "epoch":
                        expected = rf"field epoch: found {EPOCH ^ 1}, expected {EPOCH}"
                    else:
                        expected = (
                            f"result sequence {index} at results position [0-9]+, cause at journal position "
                            f"{fields['causePosition']}: field {name}: found .*, expected ")
                    self.assert_differs(expected)
                    damaged += 1
        self.assertEqual(damaged, 6 * len(WINDOW_RESULT.fields) + 2 * len(LATE.fields))

    def test_a_missing_result_is_a_hole(self):
        messages = self.scenario.packed()
        for index in range(len(messages) - 1):
            with self.subTest(index):
                self.write_results(messages[:index] + messages[index + 1:])
                self.assert_differs(
                    f"result sequence {index} .*: field sequence: found {index + 1}, expected {index}", "--allow-pending")

    def test_a_missing_result_whose_hole_was_closed(self):
        results = self.scenario.results
        for index in range(len(results) - 1):
            with self.subTest(index):
                self.scenario.results = results[:index] + results[index + 1:]
                self.write_results()
                self.assert_differs(f"result sequence {index} .*: field ", "--allow-pending")

    def test_a_duplicated_result(self):
        messages = self.scenario.packed()
        for index in range(len(messages) - 1):
            with self.subTest(index):
                self.write_results(messages[:index + 1] + messages[index:])
                self.assert_differs(
                    f"result sequence {index + 1} .*: field sequence: found {index}, expected {index + 1}")

    def test_a_duplicated_result_with_a_sequence_of_its_own(self):
        results = self.scenario.results
        for index in range(len(results)):
            with self.subTest(index):
                self.scenario.results = results[:index + 1] + results[index:]
                self.write_results()
                self.assert_differs(
                    "found WindowResult of sequence 8, .*; expected none after sequence 7" if index == 7
                    else f"result sequence {index + 1} .*: field ")

    def test_results_in_another_order(self):
        results = self.scenario.results
        for index in range(len(results) - 1):
            with self.subTest(index):
                swapped = list(results)
                swapped[index:index + 2] = swapped[index + 1], swapped[index]
                self.scenario.results = swapped
                self.write_results()
                self.assert_differs(f"result sequence {index} .*: field ")

    def test_a_result_of_another_kind(self):
        messages = self.scenario.packed()
        layout, fields = self.scenario.results[5]
        self.write_results(messages[:5] + [DUPLICATE.pack(sequence=5, **fields)] + messages[6:])
        self.assert_differs("result sequence 5 .*: field kind: found Duplicate, expected Late")

    def test_a_zero_of_the_wrong_sign(self):
        self.scenario.frames[7] = [reading(9, 4, 5000, -0.0)]
        self.scenario.write_journal()
        self.scenario.results[7] = Scenario.window(self.scenario.positions[13], ns(5100), 4, 5000, [-0.0])
        self.write_results()
        self.assert_agrees()
        self.scenario.results[7][1]["min"] = 0.0
        self.write_results()
        self.assert_differs("result sequence 7 .*: field min: found 0.0, expected -0.0")

    def test_a_rejected_value_is_compared_by_its_bits(self):
        (nan,) = struct.unpack("<d", struct.pack("<Q", 0x7FF8_0000_0000_0001))
        self.scenario.frames[1][2] = reading(3, 1, -1, nan)
        self.scenario.write_journal()
        self.scenario.results[0][1].update(value=nan, reason=3)
        self.write_results()
        self.assert_agrees()
        self.scenario.results[0][1].update(value=math.nan)
        self.write_results()
        self.assert_differs(r"field value: found nan \(7ff8000000000000\), expected nan \(7ff8000000000001\)")

    def test_a_reading_lost_from_the_journal_or_journalled_twice(self):
        frames = self.scenario.frames
        self.write_results()
        for index in (2, 3, 5, 7):
            with self.subTest(index):
                self.scenario.frames = frames[:index] + frames[index + 1:]
                self.scenario.write_journal()
                self.assert_differs("result ")
                self.scenario.frames = frames[:index] + [frames[index]] + frames[index:]
                self.scenario.write_journal()
                self.assert_differs("result ")

    def test_a_result_whose_cause_is_not_in_the_journal(self):
        self.write_results()
        self.scenario.frames = self.scenario.frames[:-1]
        self.scenario.write_journal()
        self.assert_differs(
            f"found WindowResult of sequence 7, cause at journal position {self.scenario.positions[13]}; "
            "expected none after sequence 6", "--allow-pending")

    def test_bytes_that_are_no_message(self):
        messages = self.scenario.packed()
        self.write_results(messages[:2] + [bytes(128)] + messages[3:])
        self.assert_differs("results position .*: found schema 0 version 0, expected 7412 version 1")
        self.write_results()
        self.scenario.frames[2] = [bytes(64)]
        self.scenario.write_journal()
        self.assert_differs("journal position .*: found schema 0 version 0")

    def test_a_torn_last_frame_of_the_journal(self):
        self.write_results()
        self.scenario.frames.append([reading(10, 4, 5100, 1.0)])
        position = self.scenario.write_journal()[-1]
        with (self.data_dir / "archive" / "0-1024.rec").open("r+b") as file:
            file.seek(position - 1024)
            file.write(bytes(64))
        self.assert_differs("journal recording 0 at position .*: checksum of the last frame")
        summary = self.assert_agrees("--allow-torn-tail")
        self.assertEqual((summary["readings"], summary["tornPosition"]), (9, position - 32))
        self.assertEqual(self.run_oracle("durable-count"), (0, "9\n", ""))


class EpochTest(OracleTest):

    def test_incarnations_count(self):
        for incarnations in ((2,), (1, 1), (1, 3), (1, 2, 4)):
            with self.subTest(incarnations):
                self.scenario.frames = [[started(number) for number in incarnations]]
                self.scenario.write_journal()
                self.assert_differs(
                    f"field incarnation: found {incarnations[-1]}, expected {len(incarnations)}", "--allow-pending")

    def test_an_epoch_stays_until_a_new_one_begins(self):
        for second, expected in (
                (started(2, epoch=5), "field resultEpoch: found 5, expected 4"),
                (started(2, epoch=4, new_epoch=1), "field resultEpoch: found 4, expected more than 4")):
            with self.subTest(expected):
                self.scenario.frames = [[started(1)], [second]]
                self.scenario.write_journal()
                self.assert_differs(f"Started at journal position 128: {expected}", "--allow-pending")

    def new_epoch(self):
        """The second incarnation begins epoch 9: results caused after it begin with event 8."""
        self.scenario.frames[4] = [started(2, 1200, epoch=9, new_epoch=1)]
        self.scenario.write_journal()
        older = self.scenario.packed()[:5]
        self.scenario.results = [
            (layout, fields | {"epoch": 9}) for layout, fields in self.scenario.results[5:]]
        return older, self.scenario.packed()

    def test_a_new_epoch_counts_its_results_from_0(self):
        older, newer = self.new_epoch()
        self.write_results(older + newer)
        summary = self.assert_agrees()
        self.assertEqual((summary["epoch"], summary["olderEpochResults"], summary["windowResults"]), (9, 5, 2))
        # What an older configuration made of its values is not compared, and it may have ended early.
        self.write_results(older[:3] + newer)
        self.assert_agrees()
        self.write_results(newer)
        self.assert_agrees()

    def test_older_epochs_have_no_holes(self):
        older, newer = self.new_epoch()
        self.write_results(older[:2] + older[3:] + newer)
        self.assert_differs("of epoch 4: field sequence: found 3, expected 2")
        self.write_results(older[1:] + newer)
        self.assert_differs("of epoch 4: field sequence: found 1, expected 0")

    def test_epochs_do_not_mix(self):
        older, newer = self.new_epoch()
        self.write_results(older + newer[:1] + older[:1] + newer[1:])
        self.assert_differs("field epoch: found 4, expected 9")

    def test_results_of_an_epoch_that_never_began(self):
        _, newer = self.new_epoch()
        self.scenario.frames[4] = [started(2, 1200)]
        self.scenario.write_journal()
        self.write_results(newer)
        self.assert_differs("field epoch: found 9, expected 4")


class SentTest(OracleTest):

    def setUp(self):
        super().setUp()
        self.write_results()
        self.path = self.data_dir / "sent.csv"

    def write_sent(self, *lines):
        self.path.write_text("\n".join(lines) + "\n")

    def assert_sent(self, *arguments):
        return self.assert_agrees("--sent", str(self.path), *arguments)

    def assert_not_sent(self, expected, *arguments, code=1):
        self.assert_differs(expected, "--sent", str(self.path), *arguments, code=code)

    def test_expect_sent(self):
        self.assert_differs("readings in the journal: found 9, expected 8", "--expect-sent", "8")
        self.assert_differs("readings in the journal: found 9, expected 10", "--expect-sent", "10")

    def test_an_id_a_line(self):
        self.write_sent(*map(str, range(1, 10)))
        self.assertEqual(self.assert_sent()["foreignReadings"], 0)
        self.write_sent(*map(str, range(1, 8)))
        self.assertEqual(self.assert_sent()["foreignReadings"], 2)
        self.write_sent(*map(str, range(1, 11)))
        self.assert_not_sent("event 10 of those sent: found 0 times in the journal, expected exactly once")

    def test_an_event_journalled_twice(self):
        # A rejected one, so that its second occurrence has a result of its own to agree with.
        self.scenario.frames.append([reading(3, 1, -1, 7.0)])
        position = self.scenario.write_journal()[-1]
        layout, fields = self.scenario.results[0]
        self.scenario.results.append((layout, fields | {"causePosition": position, "watermark": ns(4900)}))
        self.write_results()
        self.write_sent("event_id", "3", "1")
        self.assert_not_sent("event 3 of those sent: found 2 times in the journal, expected exactly once")
        self.assert_sent("--at-least-once")
        self.write_sent("11")
        self.assert_not_sent("event 11 of those sent: found 0 times .*, expected once at least", "--at-least-once")

    def test_contents_of_the_rows_that_were_sent(self):
        header = "event_id,device_id,metric,event_time_ms,value"
        row = f"4,1,1,{ORIGIN + 1100},4.0"
        self.write_sent(header, row)
        self.assert_sent()
        where = f"reading at journal position {self.scenario.positions[4]}: event 4: field "
        for wrong, expected in (
                (f"4,2,1,{ORIGIN + 1100},4.0", "deviceId: found 1, expected 2"),
                (f"4,1,3,{ORIGIN + 1100},4.0", "metric: found 1, expected 3"),
                (f"4,1,1,{ORIGIN + 1101},4.0", f"eventTime: found {ns(1100)} in unit 4, expected {ORIGIN + 1101} ms"),
                (f"4,1,1,{ORIGIN + 1100},4.5", "value: found 4.0, expected 4.5")):
            with self.subTest(expected):
                self.write_sent(header, wrong)
                self.assert_not_sent(where + expected)

    def test_text_in_a_column_is_not_compared(self):
        self.write_sent("metric,event_id,device_id", "heat,4,1", "1,5,1")
        self.assert_sent()

    def test_files_that_cannot_be_used(self):
        self.write_sent("event_id,value", "1,2.0", "1,3.0")
        self.assert_not_sent(r"sent.csv:3: event_id 1 occurs twice", code=2)
        self.write_sent("1", "x")
        self.assert_not_sent(r"sent.csv:2: event_id: found 'x', expected an unsigned number", code=2)
        self.write_sent("event_id,value", "1")
        self.assert_not_sent(r"sent.csv:2: found 1 cells, expected 2", code=2)
        self.path.unlink()
        self.assert_not_sent("No such file", code=2)


class CommandTest(OracleTest):

    def test_durable_count(self):
        self.assertEqual(self.run_oracle("durable-count"), (0, "9\n", ""))

    def test_missing_rows_keep_their_order(self):
        sent = self.data_dir / "sent.csv"
        out = self.data_dir / "missing.csv"
        sent.write_text("event_id,value\n900,1.5\n1,2.5\n800,3.5\n", encoding="utf-8")
        self.assertEqual(self.run_oracle("missing", "--sent", str(sent), "--out", str(out)), (0, "2\n", ""))
        self.assertEqual(out.read_text(encoding="utf-8"), "event_id,value\n900,1.5\n800,3.5\n")

    def test_missing_needs_ids(self):
        sent = self.data_dir / "sent.csv"
        sent.write_text("id\n1\n", encoding="utf-8")
        code, _, error = self.run_oracle("missing", "--sent", str(sent), "--out", str(self.data_dir / "missing.csv"))
        self.assertEqual(code, 2)
        self.assertIn("event_id", error)

    def test_durable_count_before_there_is_a_journal(self):
        (self.data_dir / "journal.recording").unlink()
        self.assertEqual(self.run_oracle("durable-count"), (0, "0\n", ""))

    def test_a_purged_journal_cannot_be_judged(self):
        (self.data_dir / "archive" / "0-0.rec").unlink()
        code, out, error = self.run_oracle("durable-count")
        self.assertEqual((code, out), (1, ""))
        self.assertIn("journal recording 0 begins at position 1024, expected 0", error)

    def test_dump_journal(self):
        code, out, error = self.run_oracle("dump-journal")
        lines = out.splitlines()
        self.assertEqual((code, error, len(lines)), (0, "", 14))
        self.assertEqual([int(line.split()[0]) for line in lines], self.scenario.positions)
        self.assertTrue(lines[0].startswith("32 Started "), lines[0])
        self.assertIn(f"Reading eventId=2 deviceId=2 eventTime={ns(600)} ", lines[2])
        _, rest, _ = self.run_oracle("dump-journal", "--from", str(self.scenario.positions[5]))
        self.assertEqual(rest.splitlines(), lines[5:])

    def test_dump_results(self):
        self.write_results()
        code, out, error = self.run_oracle("dump-results")
        lines = out.splitlines()
        self.assertEqual((code, error), (0, ""))
        self.assertEqual(
            [line.split()[1] for line in lines], [layout.name for layout, _ in self.scenario.results])
        self.assertIn(" sequence=3 ", lines[3])
        self.assertIn(" sum=2.0 min=0.5 max=1.5 first=1.5 last=0.5 m2=0.5", lines[3])

    def test_bad_arguments(self):
        self.scenario.config = engine_config(maxKeys=-1)
        self.assert_differs("oracle: maxKeys: found -1, expected an integer >= 0", code=2)
        self.data_dir = self.data_dir / "nowhere"
        code, out, error = self.run_oracle("durable-count")
        self.assertEqual((code, out), (2, ""))
        self.assertRegex(error, "--data: .*nowhere is no directory")

    def test_a_configuration_other_than_the_engine_s(self):
        self.write_results()
        self.scenario.config = engine_config([window_config(allowedLatenessNs=0)], earliestNs=ns(0))
        self.assert_differs("result sequence 3 .*: field kind: found WindowResult, expected Late")


if __name__ == "__main__":
    unittest.main()
