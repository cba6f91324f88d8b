"""What was sent: the events that the journal must hold."""

import csv
from array import array

from messages import READING
from model import NS_PER_UNIT, unit_of

NS_PER_MS = 1_000_000


class SentError(Exception):
    """A file of sent events that cannot be used."""


class Sent:
    """Events of a CSV file with a header, or of a file of one event id a line.

    Columns `device_id`, `metric`, `event_time_ms` and `value` are compared with the journalled reading as well, each if the
    file has it and writes it as plain numbers.
    """

    def __init__(self, path, source_units):
        self.source_units = source_units
        self.indexes = {}
        self.columns = {}
        self.foreign_count = 0
        with open(path, newline="", encoding="utf-8") as file:
            rows = csv.reader(file)
            first = next(rows, [])
            if "event_id" in first:
                self._read(path, rows, first, 2)
            elif first:
                self._read(path, [first], ["event_id"], 1)
                self._read(path, rows, ["event_id"], 2)
        self.counts = bytearray(len(self.indexes))

    def _read(self, path, rows, header, first_line):
        columns = {
            header.index(name): (name, array(code), parse) for name, code, parse in (
                ("device_id", "Q", _unsigned), ("metric", "Q", _unsigned), ("event_time_ms", "q", int), ("value", "d", float))
            if name in header}
        id_column = header.index("event_id")
        for line, row in enumerate(rows, first_line):
            if len(row) != len(header):
                raise SentError(f"{path}:{line}: found {len(row)} cells, expected {len(header)}")
            try:
                event_id = _unsigned(row[id_column])
            except ValueError as error:
                raise SentError(f"{path}:{line}: event_id: found {row[id_column]!r}, expected an unsigned number") from error
            if event_id in self.indexes:
                raise SentError(f"{path}:{line}: event_id {event_id} occurs twice")
            self.indexes[event_id] = len(self.indexes)
            for index in list(columns):
                try:
                    columns[index][1].append(columns[index][2](row[index]))
                except (ValueError, OverflowError):
                    del columns[index]
        self.columns = {name: values for name, values, _ in columns.values()}

    def on_frame(self, position, payload):
        """Returns what is wrong with the first reading that differs from what was sent, or None."""
        offset = 0
        for message in READING.whole.iter_unpack(payload):
            if message[1] == READING.template:
                difference = self._on_reading(message[4:])
                if difference is not None:
                    return f"reading at journal position {position + offset}: {difference}"
            offset += READING.length
        return None

    def _on_reading(self, reading):
        event_id, device, time, _, value, metric, source, unit = reading[:8]
        index = self.indexes.get(event_id)
        if index is None:
            self.foreign_count += 1
            return None
        if self.counts[index] < 255:
            self.counts[index] += 1

        columns = self.columns
        if "device_id" in columns and columns["device_id"][index] != device:
            return f"event {event_id}: field deviceId: found {device}, expected {columns['device_id'][index]}"
        if "metric" in columns and columns["metric"][index] != metric:
            return f"event {event_id}: field metric: found {metric}, expected {columns['metric'][index]}"
        if "value" in columns:
            expected = columns["value"][index]
            if expected != value and (expected == expected or value == value):
                return f"event {event_id}: field value: found {value!r}, expected {expected!r}"
        if "event_time_ms" in columns:
            source_unit = self.source_units[source] if source < len(self.source_units) else 0
            factor = NS_PER_UNIT.get(unit_of(time, unit, source_unit), 0)
            expected = columns["event_time_ms"][index]
            # A time without a unit stands for itself.
            if time * factor != expected * NS_PER_MS and not (unit == 0 and time == expected):
                return f"event {event_id}: field eventTime: found {time} in unit {unit}, expected {expected} ms"
        return None

    def difference(self, at_least_once):
        """Returns which event is not in the journal as often as it should be, or None."""
        expected = "once at least" if at_least_once else "exactly once"
        for event_id, index in self.indexes.items():
            count = self.counts[index]
            if count == 0 or (count > 1 and not at_least_once):
                times = "255 times or more" if count == 255 else f"{count} times"
                return f"event {event_id} of those sent: found {times} in the journal, expected {expected}"
        return None


def _unsigned(text):
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return int(text)
