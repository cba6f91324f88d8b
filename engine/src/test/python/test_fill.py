"""The generator of data sets: what it promises of its rows, and that the model judges them as they were meant."""

import contextlib
import csv
import io
import tempfile
import time
import unittest
from pathlib import Path

import fill
from test_model import Journal, engine_config

START_MS = 1_700_000_000_000
MILLISECONDS = 2


class FillTest(unittest.TestCase):

    def rows(self, *arguments):
        return list(fill.rows(self.options(*arguments), START_MS))

    def options(self, *arguments):
        return fill.parse(["--out", "-", *arguments])

    def text(self, *arguments):
        out = io.StringIO()
        fill.write(self.options(*arguments), out)
        return out.getvalue()

    def test_equal_arguments_give_equal_bytes(self):
        arguments = ("--rows", "500", "--late-share", "0.1", "--invalid-share", "0.1", "--disorder-ms", "50", "--seed", "7")
        self.assertEqual(self.text(*arguments), self.text(*arguments))
        self.assertNotEqual(self.text(*arguments), self.text(*arguments[:-1], "8"))

    def test_ids_devices_metrics_and_disorder(self):
        rows = self.rows(
            "--rows", "3000", "--devices", "5", "--metrics", "3", "--rate", "1000", "--disorder-ms", "40", "--first-id", "9")
        self.assertEqual([row[1] for row in rows], list(range(9, 3009)))
        self.assertEqual({row[2] for row in rows}, {1, 2, 3, 4, 5})
        self.assertEqual({row[3] for row in rows}, {1, 2, 3})
        self.assertEqual({START_MS + index - row[4] for index, row in enumerate(rows)}, set(range(41)))

    def test_a_file_reads_back_equal(self):
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "data.csv"
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                fill.main(["--out", str(path), "--rows", "100", "--late-share", "1"])
            with path.open(newline="") as file:
                found = [
                    (int(event_id), int(device), int(metric), int(event_time_ms), float(value))
                    for event_id, device, metric, event_time_ms, value in list(csv.reader(file))[1:]]
        self.assertEqual(found, [row[1:] for row in self.rows("--rows", "100", "--late-share", "1")])
        self.assertEqual(out.getvalue(), "late 100\n")

    def test_the_model_judges_rows_as_they_were_meant(self):
        rows = self.rows(
            "--rows", "20000", "--devices", "3", "--rate", "1000", "--disorder-ms", "100", "--late-share", "0.02",
            "--invalid-share", "0.03", "--late-ms", "5000")
        config = engine_config(referenceClock="ingest", earliestNs=1_577_836_800_000_000_000)
        journal = Journal(config | {"maxAgeNs": 7 * 86_400 * 10 ** 9})
        kinds = []
        for index, (_, event_id, device, metric, event_time_ms, value) in enumerate(rows):
            results = journal.reading(
                0, value, device, eventId=event_id, metric=metric, eventTime=event_time_ms, timeUnit=MILLISECONDS,
                ingestTime=(START_MS + index) * 1_000_000)
            outcomes = [result for result in results if result[0] in ("Late", "Rejected")]
            kinds.append({
                (): "valid", (0,): "late", (4,): "earliest", (5,): "future", (6,): "old"}[tuple(row[3] for row in outcomes)])
        # Before W has moved beyond a window's end nothing can be late for it.
        self.assertEqual(kinds[6500:], [row[0] for row in rows[6500:]])
        self.assertEqual({row[0] for row in rows}, {"valid", "late", "earliest", "old", "future"})

    def test_now_ends_now(self):
        before = time.time_ns() // 1_000_000
        start = fill.start_of(self.options("--rows", "5000", "--rate", "1000", "--start", "now"))
        after = time.time_ns() // 1_000_000
        self.assertTrue(before - 5000 <= start <= after - 5000, start)

    def test_bad_arguments(self):
        for arguments, expected in (
                (("--rows", "0"), "found 0, expected 1 at least"),
                (("--disorder-ms", "-1"), "found -1, expected 0 at least"),
                (("--late-share", "1.5"), "found 1.5, expected 0 to 1"),
                (("--late-share", "0.6", "--invalid-share", "0.6"), "are more than 1 together"),
                (("--invalid-kinds", "old,new"), "found new, expected some of earliest, old, future"),
                (("--start", "today"), "found today, expected now or epoch milliseconds")):
            with self.subTest(arguments), contextlib.redirect_stderr(io.StringIO()) as error:
                with self.assertRaises(SystemExit) as exit_:
                    self.options(*arguments)
                self.assertEqual(exit_.exception.code, 2)
                self.assertIn(expected, error.getvalue())


if __name__ == "__main__":
    unittest.main()
