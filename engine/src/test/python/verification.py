"""Compares a results log with what the model makes of the journal."""

import math
import struct

from messages import (
    DUPLICATE, INPUT_LENGTH, INPUTS, LATE, REJECTED, RESULT_LENGTH, RESULTS, STARTED, WINDOW_RESULT, layout_of)
from model import Model
from recordings import FRAME_HEADER_LENGTH

RELATIVE_TOLERANCE = 1e-9
SMALLEST_NORMAL = 2.0 ** -1022

_SEQUENCE = struct.Struct("<Q")
_SEQUENCE_OFFSET = 8
_EPOCH = struct.Struct("<I")
_EPOCH_OFFSET = 32

# The fields that place a result come first: a hole should be called a hole.
_FIRST_FIELDS = ("epoch", "sequence")


class Difference(Exception):
    """The first difference between what was found and what is expected."""


class Epoch:
    """A results epoch: its number and the journal position from which on results belong to it."""

    def __init__(self, number, begin):
        self.number = number
        self.begin = begin


class ResultsLog:
    """The results of the newest epoch; those of older ones are checked for gapless sequences on the way."""

    def __init__(self, recording):
        self.recording = recording
        self.older_count = 0

    def results(self, newest):
        """Yields (position in the log, bytes) of every result of the epoch `newest`."""
        epoch = None
        sequence = 0
        for frame_position, payload in self.recording.frames():
            for offset in range(0, len(payload), RESULT_LENGTH):
                position = frame_position + FRAME_HEADER_LENGTH + offset
                (found,) = _EPOCH.unpack_from(payload, offset + _EPOCH_OFFSET)
                if found == newest:
                    epoch = found
                    yield position, payload[offset:offset + RESULT_LENGTH]
                    continue
                layout_of(RESULTS, payload, offset, f"results position {position}")
                if found > newest or (epoch is not None and found < epoch):
                    raise Difference(
                        f"result at results position {position}: field epoch: found {found}, "
                        f"expected {newest if epoch is None else epoch}")
                sequence = 0 if found != epoch else sequence + 1
                epoch = found
                (found_sequence,) = _SEQUENCE.unpack_from(payload, offset + _SEQUENCE_OFFSET)
                if found_sequence != sequence:
                    raise Difference(
                        f"result at results position {position} of epoch {epoch}: field sequence: "
                        f"found {found_sequence}, expected {sequence}")
                self.older_count += 1


def newest_epoch(journal):
    """The epoch of the last `Started` that begins one; incarnations and epochs must count on the way."""
    epoch = None
    incarnation = 0
    for frame_position, payload in journal.frames():
        # Where no low byte of a template id is that of Started there is none.
        if STARTED.template not in payload[2::INPUT_LENGTH]:
            continue
        for offset in range(0, len(payload), INPUT_LENGTH):
            position = frame_position + FRAME_HEADER_LENGTH + offset
            where = f"journal position {position}"
            if layout_of(INPUTS, payload, offset, where) is not STARTED:
                continue
            started = STARTED.unpack(payload, offset)
            incarnation += 1
            number = started["resultEpoch"]
            if started["incarnation"] != incarnation:
                raise Difference(
                    f"Started at {where}: field incarnation: found {started['incarnation']}, expected {incarnation}")
            if epoch is None:
                epoch = Epoch(number, position if started["newEpoch"] == 1 else 0)
            elif started["newEpoch"] == 1:
                if number <= epoch.number:
                    raise Difference(
                        f"Started at {where}: field resultEpoch: found {number}, expected more than {epoch.number}")
                epoch = Epoch(number, position)
            elif number != epoch.number:
                raise Difference(f"Started at {where}: field resultEpoch: found {number}, expected {epoch.number}")
    return Epoch(0, 0) if epoch is None else epoch


class Comparison:
    """The sink of the model: takes what is expected and compares it with the next result found."""

    def __init__(self, results, epoch, allow_pending):
        self.results = results
        self.epoch = epoch
        self.allow_pending = allow_pending
        self.sequence = 0
        self.found_count = 0
        self.counts = {layout.name: 0 for layout in (WINDOW_RESULT, LATE, REJECTED, DUPLICATE)}
        self.is_exhausted = False

    def on_result(self, layout, position, cause_time, revision, operator, timing, detail, rest, m2_may_be_infinite):
        if position < self.epoch.begin:
            return
        sequence = self.sequence
        self.sequence += 1
        if self.is_exhausted:
            return
        found_position, found = next(self.results, (None, None))
        if found is None:
            self.is_exhausted = True
            if self.allow_pending:
                return
            raise Difference(
                f"result sequence {sequence} is missing: the results log ends, expected {layout.name} of "
                f"journal position {position}, operator {operator}")
        expected = layout.whole.pack(
            *layout.header, sequence, position, cause_time, self.epoch.number, revision, operator, timing, detail, *rest)
        if found != expected:
            self._compare(found_position, found, layout, expected, m2_may_be_infinite)
        self.found_count += 1
        self.counts[layout.name] += 1

    def _compare(self, found_position, found, layout, expected, m2_may_be_infinite):
        expected_fields = layout.unpack(expected)
        where = (
            f"result sequence {expected_fields['sequence']} at results position {found_position}, "
            f"cause at journal position {expected_fields['causePosition']}")
        found_layout = layout_of(RESULTS, found, 0, where)
        found_fields = found_layout.unpack(found)
        for name in _FIRST_FIELDS:
            if found_fields[name] != expected_fields[name]:
                raise _difference(where, name, found_fields[name], expected_fields[name])
        if found_layout is not layout:
            raise _difference(where, "kind", found_layout.name, layout.name)
        for name, code, offset in layout.fields:
            begin = 8 + offset
            length = struct.calcsize(code)
            if found[begin:begin + length] == expected[begin:begin + length]:
                continue
            value = found_fields[name]
            expected_value = expected_fields[name]
            if layout is WINDOW_RESULT and name == "sum" and _is_near(value, expected_value, 0.0):
                continue
            if layout is WINDOW_RESULT and name == "m2" and (
                    _is_near(value, expected_value, SMALLEST_NORMAL) or (m2_may_be_infinite and value == math.inf)):
                continue
            raise _difference(where, name, value, expected_value)

    def finish(self):
        """To be called at the journal's end: the results log must be at its end, too."""
        found_position, found = next(self.results, (None, None))
        if found is not None:
            layout = layout_of(RESULTS, found, 0, f"results position {found_position}")
            fields = layout.unpack(found)
            raise Difference(
                f"result at results position {found_position}: found {layout.name} of sequence {fields['sequence']}, "
                f"cause at journal position {fields['causePosition']}; expected none after sequence {self.sequence - 1}")


def _is_near(found, expected, floor):
    if math.isinf(expected) or not math.isfinite(found):
        return found == expected
    return abs(found - expected) <= RELATIVE_TOLERANCE * abs(expected) + floor


def _difference(where, field, found, expected):
    if isinstance(found, float) and repr(found) == repr(expected):
        found = f"{found!r} ({struct.pack('>d', found).hex()})"
        expected = f"{expected!r} ({struct.pack('>d', expected).hex()})"
    return Difference(f"{where}: field {field}: found {found}, expected {expected}")


def verify_results(config, journal, results_log, allow_pending, sent=None, at_least_once=False):
    """Returns the summary as a dictionary; raises Difference at the first difference."""
    epoch = newest_epoch(journal)
    comparison = Comparison(results_log.results(epoch.number), epoch, allow_pending)
    model = Model(config, comparison.on_result)
    for frame_position, payload in journal.frames():
        position = frame_position + FRAME_HEADER_LENGTH
        model.on_frame(position, payload)
        difference = sent.on_frame(position, payload) if sent is not None else None
        if difference is not None:
            raise Difference(difference)
    comparison.finish()
    difference = sent.difference(at_least_once) if sent is not None else None
    if difference is not None:
        raise Difference(difference)

    summary = {
        "readings": model.readings,
        "ticks": model.ticks,
        "tickMessages": model.tick_messages,
        "started": model.started,
        "frames": journal.frame_count,
        "checkedFrames": journal.checked_count,
        "epoch": epoch.number,
        "windowResults": comparison.counts["WindowResult"],
        "late": comparison.counts["Late"],
        "rejected": comparison.counts["Rejected"],
        "duplicate": comparison.counts["Duplicate"],
        "pending": comparison.sequence - comparison.found_count,
        "olderEpochResults": results_log.older_count,
        "sources": [source.ledger() for source in model.sources],
        "operators": [operator.ledger() for operator in model.operators],
        "marks": [
            {"source": source, "reason": reason, "count": count} for (source, reason), count in sorted(model.marks.items())],
        "watermark": model.watermark,
        "lastPosition": model.last_position,
        "stopPosition": journal.stop,
        "tornPosition": journal.torn_position,
        "lastEventId": model.last_event_id,
    }
    if sent is not None:
        summary["foreignReadings"] = sent.foreign_count
    return summary
