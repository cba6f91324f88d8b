"""Layouts of the messages in the journal and in the results log.

Written by hand from codec/src/main/resources/schema/tailrace.xml (schema 7412, version 1); test_messages.py compares every
field with the schema, so that neither can drift alone. Little endian throughout: an 8-byte header and a fixed block.
"""

import struct

SCHEMA_ID = 7412
SCHEMA_VERSION = 1
HEADER_LENGTH = 8
INPUT_LENGTH = 64
RESULT_LENGTH = 128

INT64_MIN = -(1 << 63)
INT64_MAX = (1 << 63) - 1

NOT_EMPTY = INT64_MIN
BEFORE_OPERATORS = 65535

ON_TIME = 0
LATE_TIMING = 1

KEYED_BY_DEVICE = 1
KEYED_BY_METRIC = 2

_SIZES = {"Q": 8, "q": 8, "d": 8, "I": 4, "H": 2, "B": 1, "8s": 8}


class MessageError(Exception):
    """Bytes that are no message of the schema."""


class Layout:
    """One message of the schema: its template id, its fields in order, and the struct of the whole message."""

    def __init__(self, name, template, fields):
        self.name = name
        self.template = template
        self.fields = []
        codes = []
        offset = 0
        for field in fields.split():
            field_name, code = field.split(":")
            self.fields.append((field_name, code, offset))
            codes.append(code)
            offset += _SIZES[code]
        self.block_length = offset
        self.length = HEADER_LENGTH + offset
        self.header = (offset, template, SCHEMA_ID, SCHEMA_VERSION)
        self.whole = struct.Struct("<HHHH" + "".join(codes))
        if self.whole.size != self.length:
            raise AssertionError(name)

    def pack(self, **values):
        """Bytes of one message; fields that are not named are 0."""
        unknown = set(values) - {name for name, _, _ in self.fields}
        if unknown:
            raise KeyError(f"{self.name} has no field {', '.join(sorted(unknown))}")
        return self.whole.pack(*self.header, *(
            values.get(name, b"" if code == "8s" else 0) for name, code, _ in self.fields))

    def unpack(self, buffer, offset=0):
        """Fields by name."""
        values = self.whole.unpack_from(buffer, offset)
        return {name: value for (name, _, _), value in zip(self.fields, values[4:])}

    def text(self, buffer, offset=0):
        """One line: the name and every field that is not reserved."""
        values = self.unpack(buffer, offset)
        return self.name + "".join(
            f" {name}={value!r}" for name, value in values.items() if not name.startswith("reserved"))


READING = Layout("Reading", 1, """
    eventId:Q deviceId:Q eventTime:q ingestTime:q value:d metric:I source:H timeUnit:B priority:B
    quality:B reserved1:B deviceEpoch:H reserved2:I""")

TICK = Layout("Tick", 2, """
    time:q emptySince0:q emptySince1:q emptySince2:q emptySince3:q emptySince4:q
    firstSource:H sourceCount:B last:B heldUp:B reserved1:B reserved2:H""")

STARTED = Layout("Started", 3, """
    time:q configDigest:Q incarnation:Q tzVersion:8s engineVersion:I resultEpoch:I
    newEpoch:B reserved1:B reserved2:H stateFrom:I resultsFrom:q""")

LEDGER_MARK = Layout("LedgerMark", 4, """
    time:q count:Q source:H reason:H reserved1:I reserved2:Q reserved3:Q reserved4:Q reserved5:Q""")

END_OF_INPUT = Layout("EndOfInput", 5, """
    time:q source:H reserved1:H reserved2:I reserved3:Q reserved4:Q reserved5:Q reserved6:Q reserved7:Q""")

WINDOW_RESULT = Layout("WindowResult", 16, """
    sequence:Q causePosition:q causeIngestTime:q epoch:I revision:I operatorId:H timing:B keyParts:B metric:I
    deviceId:Q windowStart:q windowEnd:q count:Q sum:d min:d max:d first:d last:d m2:d""")

_EVENT_RESULT = """
    sequence:Q causePosition:q causeIngestTime:q epoch:I revision:I operatorId:H timing:B reason:B metric:I
    deviceId:Q eventId:Q eventTime:q eventTimeNs:q value:d source:H timeUnit:B priority:B quality:B reserved1:B
    deviceEpoch:H watermark:q reserved2:Q reserved3:Q reserved4:Q"""

LATE = Layout("Late", 17, _EVENT_RESULT)
REJECTED = Layout("Rejected", 18, _EVENT_RESULT)
DUPLICATE = Layout("Duplicate", 19, _EVENT_RESULT)

INPUTS = {layout.template: layout for layout in (READING, TICK, STARTED, LEDGER_MARK, END_OF_INPUT)}
RESULTS = {layout.template: layout for layout in (WINDOW_RESULT, LATE, REJECTED, DUPLICATE)}

_HEADER = struct.Struct("<HHHH")


def layout_of(layouts, buffer, offset, where):
    """The layout of the message at offset; raises MessageError with `where` when it is none of `layouts`."""
    block_length, template, schema_id, version = _HEADER.unpack_from(buffer, offset)
    layout = layouts.get(template)
    if schema_id != SCHEMA_ID or version != SCHEMA_VERSION:
        raise MessageError(
            f"{where}: found schema {schema_id} version {version}, expected {SCHEMA_ID} version {SCHEMA_VERSION}")
    if layout is None:
        raise MessageError(f"{where}: found template {template}, expected one of {sorted(layouts)}")
    if block_length != layout.block_length:
        raise MessageError(
            f"{where}: {layout.name}: found block length {block_length}, expected {layout.block_length}")
    return layout
