#!/usr/bin/env python3
"""Writes a seeded CSV data set: event_id,device_id,metric,event_time_ms,value, rows in order of arrival.

    fill.py --out FILE.csv --rows 100000 --devices 100 --metrics 2 --disorder-ms 500 --late-share 0.01 --invalid-share 0.001

Row i happens `i / rate` seconds after the start, less a uniform share of the disorder. A late row is older by another
`--late-ms`. An invalid row parses, but its time lies beyond a bound: in 2015 (`earliest`), `--old-days` before its turn (`old`)
or an hour after the last row (`future`); which of them, the seed decides. Equal arguments give equal bytes, unless the start is
`now`: then the last row happens now, so that no valid row lies in the future of its ingest time.
"""

import argparse
import random
import sys
import time

MS_PER_DAY = 86_400_000
MS_PER_HOUR = 3_600_000
BEFORE_EARLIEST_MS = 1_420_070_400_000

KIND_VALID = "valid"
KIND_LATE = "late"
KINDS_INVALID = ("earliest", "old", "future")


def rows(options, start_ms):
    """Yields (kind, event id, device, metric, event time in ms, value) of each row."""
    random_source = random.Random(options.seed)
    levels = {}
    for index in range(options.rows):
        device = 1 + random_source.randrange(options.devices)
        metric = 1 + random_source.randrange(options.metrics)
        event_time_ms = start_ms + index * 1000 // options.rate - random_source.randint(0, options.disorder_ms)
        share = random_source.random()
        kind = KIND_VALID
        if share < options.invalid_share:
            kind = random_source.choice(options.invalid_kinds)
            if kind == "earliest":
                event_time_ms = BEFORE_EARLIEST_MS + index
            elif kind == "old":
                event_time_ms -= options.old_days * MS_PER_DAY
            else:
                event_time_ms += MS_PER_HOUR + options.rows * 1000 // options.rate
        elif share < options.invalid_share + options.late_share:
            kind = KIND_LATE
            event_time_ms -= options.late_ms

        # Each series drifts around a level of its own; values keep three decimals, as sensors do.
        level = levels.get((device, metric))
        if level is None:
            level = random_source.uniform(-40.0, 120.0)
        level += random_source.gauss(0.0, 0.1)
        levels[device, metric] = level
        yield kind, options.first_id + index, device, metric, event_time_ms, round(level + random_source.gauss(0.0, 1.0), 3)


def start_of(options):
    if options.start != "now":
        return int(options.start)
    return time.time_ns() // 1_000_000 - options.rows * 1000 // options.rate


def write(options, file):
    """Returns how many rows of each kind were written."""
    counts = {}
    file.write("event_id,device_id,metric,event_time_ms,value\n")
    for kind, event_id, device, metric, event_time_ms, value in rows(options, start_of(options)):
        counts[kind] = counts.get(kind, 0) + 1
        file.write(f"{event_id},{device},{metric},{event_time_ms},{value!r}\n")
    return counts


def parse(arguments=None):
    parser = argparse.ArgumentParser(prog="fill.py", description="Writes a seeded CSV data set.")
    parser.add_argument("--out", required=True, metavar="FILE", help="- for standard output")
    parser.add_argument("--rows", type=_positive, default=100_000)
    parser.add_argument("--devices", type=_positive, default=100)
    parser.add_argument("--metrics", type=_positive, default=1)
    parser.add_argument("--rate", type=_positive, default=10_000, help="rows a second of event time")
    parser.add_argument("--disorder-ms", type=_count, default=0)
    parser.add_argument("--late-share", type=_share, default=0.0)
    parser.add_argument("--late-ms", type=_count, default=600_000)
    parser.add_argument("--invalid-share", type=_share, default=0.0)
    parser.add_argument(
        "--invalid-kinds", type=_kinds, default=KINDS_INVALID, metavar="KIND,...", help=", ".join(KINDS_INVALID))
    parser.add_argument("--old-days", type=_positive, default=30, help="how much older a row of kind `old` is")
    parser.add_argument("--start", type=_start, default="1700000000000", help="`now` or epoch milliseconds")
    parser.add_argument("--first-id", type=_count, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    if options.late_share + options.invalid_share > 1.0:
        parser.error("--late-share and --invalid-share are more than 1 together")
    return options


def _positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"found {text}, expected 1 at least")
    return value


def _count(text):
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"found {text}, expected 0 at least")
    return value


def _share(text):
    value = float(text)
    if not 0.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError(f"found {text}, expected 0 to 1")
    return value


def _kinds(text):
    kinds = tuple(text.split(","))
    for kind in kinds:
        if kind not in KINDS_INVALID:
            raise argparse.ArgumentTypeError(f"found {kind}, expected some of {', '.join(KINDS_INVALID)}")
    return kinds


def _start(text):
    if text != "now" and not text.isdigit():
        raise argparse.ArgumentTypeError(f"found {text}, expected now or epoch milliseconds")
    return text


def main(arguments=None):
    options = parse(arguments)
    if options.out == "-":
        write(options, sys.stdout)
    else:
        with open(options.out, "w", encoding="utf-8", newline="") as file:
            counts = write(options, file)
        print(", ".join(f"{kind} {count}" for kind, count in sorted(counts.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
