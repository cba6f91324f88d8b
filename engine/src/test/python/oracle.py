#!/usr/bin/env python3
"""The outside oracle: reads the journal and the results log of a stopped engine and says whether they agree.

    oracle.py verify --data DIR --config CONFIG.json [--expect-sent N] [--sent FILE.csv [--at-least-once]] [--allow-pending] [--repeating]
    oracle.py dump-journal --data DIR [--from POSITION]
    oracle.py dump-results --data DIR [--from POSITION]
    oracle.py durable-count --data DIR
    oracle.py missing --data DIR --sent FILE.csv --out MISSING.csv

It is written from the message schema, the semantics and Aeron's frame format alone and uses the standard library only.
Exit codes: 0 in agreement; 1 a difference, or files that are no intact recordings; 2 bad arguments or configuration. A summary
goes to standard output as JSON; a difference is one line on standard error.
"""

import argparse
import json
import struct
import sys
from pathlib import Path

import config as configuration
from config import ConfigError
from messages import INPUT_LENGTH, INPUTS, READING, RESULT_LENGTH, RESULTS, MessageError, layout_of
from model import ModelError
from recordings import CHECKSUMS_AUTO, CHECKSUMS_OFF, CHECKSUMS_ON, FRAME_HEADER_LENGTH, Recording, RecordingError
from sent import Sent, SentError
from repeating import verify_repeating
from verification import Difference, ResultsLog, verify_results

EVENT_ID = struct.Struct("<Q")
EVENT_ID_OFFSET = 8


def main(arguments=None):
    options = _parser().parse_args(arguments)
    try:
        if not Path(options.data).is_dir():
            raise ConfigError(f"--data: {options.data} is no directory")
        options.command(options)
    except (Difference, RecordingError, MessageError, ModelError) as error:
        print(f"oracle: {error}", file=sys.stderr)
        return 1
    except (ConfigError, SentError, OSError) as error:
        print(f"oracle: {error}", file=sys.stderr)
        return 2
    return 0


def _parser():
    parser = argparse.ArgumentParser(prog="oracle.py", description="Compares a journal with its results log.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name, command, text):
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=command)
        sub.add_argument("--data", required=True, metavar="DIR", help="data directory of the stopped engine")
        sub.add_argument(
            "--checksums", choices=(CHECKSUMS_AUTO, CHECKSUMS_ON, CHECKSUMS_OFF), default=CHECKSUMS_AUTO,
            help="whether frames carry their CRC-32C; auto: all of them as soon as one does")
        return sub

    verify = add("verify", _verify, "runs the model over the journal and compares the results log with it")
    verify.add_argument("--config", required=True, metavar="FILE", help="JSON; see config.py")
    verify.add_argument("--expect-sent", type=int, metavar="N", help="the journal must hold exactly N readings")
    verify.add_argument("--sent", metavar="FILE", help="CSV, or an event id a line: each exactly once in the journal")
    verify.add_argument("--at-least-once", action="store_true", help="events of --sent may be journalled repeatedly")
    verify.add_argument(
        "--repeating", action="store_true", help="of mode at-least-once: an epoch an incarnation, and results may repeat")
    verify.add_argument("--allow-pending", action="store_true", help="the results log may end early")
    verify.add_argument("--allow-torn-tail", action="store_true", help="a torn last frame of a recording is its stop")

    for name, command in (("dump-journal", _dump_journal), ("dump-results", _dump_results)):
        dump = add(name, command, "one line a message, each with its position")
        dump.add_argument("--from", dest="start", type=int, default=0, metavar="POSITION", help="first position")

    add("durable-count", _durable_count, "the number of readings in the journal")

    missing = add("missing", _missing, "writes the rows of a file that the journal does not hold, prints how many")
    missing.add_argument("--sent", required=True, metavar="FILE", help="CSV with the column event_id")
    missing.add_argument("--out", required=True, metavar="FILE", help="CSV with the same header")
    return parser


def _verify(options):
    config = configuration.load(options.config)
    sent = Sent(options.sent, config.source_units) if options.sent else None
    journal = Recording(options.data, "journal", INPUT_LENGTH, options.checksums, options.allow_torn_tail)
    results = Recording(options.data, "results", RESULT_LENGTH, options.checksums, options.allow_torn_tail)
    _require_whole(journal)
    _require_whole(results)
    if options.repeating:
        summary = verify_repeating(config, journal, results, sent, options.at_least_once)
    else:
        summary = verify_results(config, journal, ResultsLog(results), options.allow_pending, sent, options.at_least_once)
    if options.expect_sent is not None and summary["readings"] != options.expect_sent:
        raise Difference(f"readings in the journal: found {summary['readings']}, expected {options.expect_sent}")
    print(json.dumps(summary, indent=2))


def _require_whole(recording):
    if recording.start != 0:
        raise RecordingError(f"{recording.name} recording {recording.id} begins at position {recording.start}, expected 0")


def _dump_journal(options):
    _dump(Recording(options.data, "journal", INPUT_LENGTH, options.checksums, True), INPUTS, options.start)


def _dump_results(options):
    _dump(Recording(options.data, "results", RESULT_LENGTH, options.checksums, True), RESULTS, options.start)


def _dump(recording, layouts, start):
    for frame_position, payload in recording.frames():
        position = frame_position + FRAME_HEADER_LENGTH
        for offset in range(0, len(payload), recording.message_length):
            if position + offset >= start:
                layout = layout_of(layouts, payload, offset, f"{recording.name} position {position + offset}")
                print(position + offset, layout.text(payload, offset))


def _durable_count(options):
    print(sum(1 for _ in _event_ids(options)))


def _missing(options):
    held = set(_event_ids(options))
    count = 0
    with open(options.sent, newline="", encoding="utf-8") as sent, \
            open(options.out, "w", newline="", encoding="utf-8") as out:
        header = sent.readline()
        columns = header.rstrip("\r\n").split(",")
        if "event_id" not in columns:
            raise SentError(f"{options.sent}:1: found no column event_id")
        column = columns.index("event_id")
        out.write(header)
        for line, row in enumerate(sent, 2):
            cell = row.rstrip("\r\n").split(",")[column]
            if not cell.isdigit():
                raise SentError(f"{options.sent}:{line}: event_id: found {cell!r}, expected an unsigned number")
            if int(cell) not in held:
                out.write(row)
                count += 1
    print(count)


def _event_ids(options):
    """Yields the event id of every reading in the journal."""
    journal = Recording(options.data, "journal", INPUT_LENGTH, options.checksums, True)
    _require_whole(journal)
    for position, payload in journal.frames():
        for offset in range(0, len(payload), INPUT_LENGTH):
            where = f"journal position {position + FRAME_HEADER_LENGTH + offset}"
            if layout_of(INPUTS, payload, offset, where) is READING:
                yield EVENT_ID.unpack_from(payload, offset + EVENT_ID_OFFSET)[0]


if __name__ == "__main__":
    sys.exit(main())
