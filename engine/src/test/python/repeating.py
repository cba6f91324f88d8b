"""Compares a results log of mode at-least-once with what the model makes of the journal.

Each incarnation has an epoch of its own. What it emitted of causes that the journal still has must be, without a gap and in order,
what the model gives from the place on that the incarnation's Started names; together all of them must have emitted everything.
"""

import struct

from messages import DUPLICATE, INPUT_LENGTH, LATE, REJECTED, RESULT_LENGTH, STARTED, WINDOW_RESULT
from model import Model
from recordings import FRAME_HEADER_LENGTH
from verification import Comparison, Difference, Epoch

_SEQUENCE = struct.Struct("<Q")
_SEQUENCE_OFFSET = 8
_CAUSE = struct.Struct("<q")
_CAUSE_OFFSET = 16
_EPOCH = struct.Struct("<I")
_EPOCH_OFFSET = 32

OF_INCARNATION = 2


class _Expected:
    """The sink of the model: keeps all that it gives."""

    def __init__(self):
        self.calls = []
        self.causes = []

    def on_result(self, *arguments):
        self.calls.append(arguments)
        self.causes.append(arguments[1])


def _starts(journal):
    """(epoch, position, position of the first cause) of each Started, in order."""
    starts = []
    for frame_position, payload in journal.frames():
        # It stands alone in its frame.
        if len(payload) != INPUT_LENGTH or struct.unpack_from("<H", payload, 2)[0] != STARTED.template:
            continue
        position = frame_position + FRAME_HEADER_LENGTH
        fields = STARTED.unpack(payload, 0)
        if fields["newEpoch"] != OF_INCARNATION:
            raise Difference(
                f"Started at journal position {position}: field newEpoch: found {fields['newEpoch']}, "
                f"expected {OF_INCARNATION}")
        if starts and fields["resultEpoch"] <= starts[-1][0]:
            raise Difference(
                f"Started at journal position {position}: field resultEpoch: found {fields['resultEpoch']}, "
                f"expected more than {starts[-1][0]}")
        if not 0 <= fields["resultsFrom"] <= position:
            raise Difference(
                f"Started at journal position {position}: field resultsFrom: found {fields['resultsFrom']}, "
                f"expected 0 to {position}")
        starts.append((fields["resultEpoch"], position, fields["resultsFrom"]))
    return starts


def _epochs(recording):
    """The results of each epoch: {epoch: [(position in the log, bytes)]}, epochs in order, sequences from 0 without a gap."""
    epochs = {}
    for frame_position, payload in recording.frames():
        for offset in range(0, len(payload), RESULT_LENGTH):
            position = frame_position + FRAME_HEADER_LENGTH + offset
            result = payload[offset:offset + RESULT_LENGTH]
            (epoch,) = _EPOCH.unpack_from(result, _EPOCH_OFFSET)
            (sequence,) = _SEQUENCE.unpack_from(result, _SEQUENCE_OFFSET)
            if epoch not in epochs and epochs and epoch < max(epochs):
                raise Difference(f"result at results position {position}: field epoch: found {epoch}, after a greater one")
            results = epochs.setdefault(epoch, [])
            if epoch != max(epochs) or sequence != len(results):
                raise Difference(
                    f"result at results position {position} of epoch {epoch}: field sequence: found {sequence}, "
                    f"expected {len(results)}")
            results.append((position, result))
    return epochs


def verify_repeating(config, journal, results_log, sent=None, at_least_once=False):
    """Returns the summary as a dictionary; raises Difference at the first difference."""
    expected = _Expected()
    model = Model(config, expected.on_result)
    for frame_position, payload in journal.frames():
        position = frame_position + FRAME_HEADER_LENGTH
        model.on_frame(position, payload)
        difference = sent.on_frame(position, payload) if sent is not None else None
        if difference is not None:
            raise Difference(difference)
    difference = sent.difference(at_least_once) if sent is not None else None
    if difference is not None:
        raise Difference(difference)

    starts = _starts(journal)
    covered = 0
    emitted = 0
    lost = 0
    counts = {layout.name: 0 for layout in (WINDOW_RESULT, LATE, REJECTED, DUPLICATE)}
    for epoch, results in _epochs(results_log).items():
        lost_from = min((position for number, position, _ in starts if number > epoch), default=None)
        valid = [
            (position, result) for position, result in results
            if lost_from is None or _CAUSE.unpack_from(result, _CAUSE_OFFSET)[0] < lost_from]
        begin = next((begin for number, _, begin in starts if number == epoch), None)
        if begin is None:
            # The journal lost its Started, and with it all that it caused.
            begin = _CAUSE.unpack_from(results[0][1], _CAUSE_OFFSET)[0]
        first = sum(1 for cause in expected.causes if cause < begin)
        if first > covered:
            raise Difference(f"epoch {epoch} begins with result {first} of the journal; {covered} to {first} are in no epoch")
        comparison = Comparison(iter(valid), Epoch(epoch, 0), True)
        for call in expected.calls[first:first + len(valid)]:
            comparison.on_result(*call)
        comparison.finish()
        covered = max(covered, first + len(valid))
        emitted += len(valid)
        lost += len(results) - len(valid)
        for name, count in comparison.counts.items():
            counts[name] += count
    if covered != len(expected.calls):
        raise Difference(f"results in the log: found {covered} of the {len(expected.calls)} that the journal gives")
    return {
        "readings": model.readings,
        "incarnations": len(starts),
        "results": len(expected.calls),
        "repeated": emitted - len(expected.calls),
        "lostCauses": lost,
        "windowResults": counts["WindowResult"],
        "late": counts["Late"],
        "rejected": counts["Rejected"],
        "duplicate": counts["Duplicate"],
        "lastPosition": model.last_position,
    }
