"""Reads the segment files of an Aeron Archive recording, by Aeron's public frame format and with no library.

A recording is a row of files `<recordingId>-<basePosition>.rec` of one length. A file holds frames that begin at multiples of
32 bytes; the position of a byte is the base position of its file plus its offset in it.

    offset  0  frame length  i32   with this header; 0: nothing was written here
            4  version       u8
            5  flags         u8    0xC0: a whole message
            6  type          u16   0 padding, 1 data
            8  term offset   i32
           12  session id    i32   with checksums on: the CRC-32C of the bytes from the header to the next frame
           16  stream id     i32
           20  term id       i32
           24  reserved      i64
"""

import struct
import sys
from array import array
from pathlib import Path

FRAME_HEADER = struct.Struct("<iBBHiiiiq")
FRAME_HEADER_LENGTH = 32
FRAME_ALIGNMENT = 32
TYPE_PADDING = 0
TYPE_DATA = 1
UNFRAGMENTED = 0xC0

CHECKSUMS_AUTO = "auto"
CHECKSUMS_ON = "on"
CHECKSUMS_OFF = "off"


class RecordingError(Exception):
    """Segment files that are no intact recording."""


def aligned(length):
    return (length + FRAME_ALIGNMENT - 1) & ~(FRAME_ALIGNMENT - 1)


def recording_id(data_dir, name):
    """The id in DATA_DIR/NAME.recording, or None when that file does not exist."""
    path = Path(data_dir) / f"{name}.recording"
    if not path.exists():
        return None
    for line in path.read_text(encoding="utf-8").splitlines():
        key, separator, value = line.partition("=")
        if separator and key.strip() == "recordingId":
            if not value.strip().isdigit():
                raise RecordingError(f"{path}: recordingId: found {value.strip()!r}, expected a number")
            return int(value)
    raise RecordingError(f"{path}: recordingId is missing")


class Recording:
    """The frames of one recording, from its first segment to its stop.

    checksums: `on` every data frame must carry its CRC-32C, `off` none is looked at, `auto` they count as on as soon as one frame
    carries its own. A frame at the very end that does not carry it is a torn write: an error, or with `allow_torn_tail` the stop.
    """

    def __init__(self, data_dir, name, message_length, checksums=CHECKSUMS_AUTO, allow_torn_tail=False):
        self.name = name
        self.message_length = message_length
        self.checksums = checksums
        self.allow_torn_tail = allow_torn_tail
        self.archive_dir = Path(data_dir) / "archive"
        self.id = recording_id(data_dir, name)
        self.segments = [] if self.id is None else self._segments()
        self.start = self.segments[0][0] if self.segments else 0

        # Of the last complete pass of frames().
        self.stop = self.start
        self.frame_count = 0
        self.checked_count = 0
        self.torn_position = None

    def _segments(self):
        prefix = f"{self.id}-"
        segments = []
        for path in self.archive_dir.glob(f"{prefix}*.rec"):
            base = path.name[len(prefix):-len(".rec")]
            if base.isdigit():
                segments.append((int(base), path))
        segments.sort()
        if segments and segments[-1][1].stat().st_size == 0:
            # Created, but not yet given its length, when the process was killed.
            segments.pop()
        for (base, path), (next_base, _) in zip(segments, segments[1:]):
            if base + path.stat().st_size != next_base:
                raise self._error(base + path.stat().st_size, f"the next segment begins at {next_base}: one is missing")
        if len({path.stat().st_size for _, path in segments}) > 1:
            raise RecordingError(f"{self.name} recording {self.id}: its segments differ in length")
        return segments

    def _error(self, position, what):
        return RecordingError(f"{self.name} recording {self.id} at position {position}: {what}")

    def frames(self):
        """Yields (position of the frame, payload) of every data frame in order."""
        self.frame_count = 0
        self.checked_count = 0
        self.torn_position = None
        unchecked_position = None
        held = None
        for position, session_id, payload in self._data_frames():
            if held is not None:
                # Held back, since at the very end it would have been a torn write.
                raise self._error(held[0], f"checksum: found {held[1]}, expected {held[2]}")
            if self.checksums != CHECKSUMS_OFF:
                checksum = checksum_of(payload)
                if checksum == session_id:
                    self.checked_count += 1
                    if unchecked_position is not None:
                        raise self._error(
                            unchecked_position, f"checksum: the frame has none, the frame at {position} has one")
                elif self.checked_count > 0 or self.checksums == CHECKSUMS_ON:
                    held = (position, session_id, checksum)
                    continue
                elif unchecked_position is None:
                    unchecked_position = position
            if not payload or len(payload) % self.message_length != 0:
                raise self._error(
                    position, f"payload of {len(payload)} bytes, expected a multiple of {self.message_length}")
            self.frame_count += 1
            yield position, payload
        if held is not None:
            if not self.allow_torn_tail:
                raise self._error(held[0], f"checksum of the last frame: found {held[1]}, expected {held[2]}")
            self.torn_position = self.stop = held[0]

    def _data_frames(self):
        term_base = None
        stream_id = None
        for index, (base, path) in enumerate(self.segments):
            data = path.read_bytes()
            offset = 0
            while offset < len(data):
                position = base + offset
                length, version, flags, frame_type, term_offset, session_id, stream, _, _ = \
                    FRAME_HEADER.unpack_from(data, offset)
                if length <= 0:
                    self.stop = position
                    self._check_nothing_follows(index, position)
                    return
                if length < FRAME_HEADER_LENGTH or offset + aligned(length) > len(data):
                    raise self._error(position, f"frame length {length} does not fit its segment")
                if version != 0 or frame_type not in (TYPE_PADDING, TYPE_DATA):
                    raise self._error(position, f"frame of version {version} and type {frame_type}, expected 0 and 0 or 1")
                if stream_id is not None and stream != stream_id:
                    raise self._error(position, f"stream id: found {stream}, expected {stream_id}")
                stream_id = stream
                if term_base is None or (term_offset == 0 and position > term_base):
                    term_base = position - term_offset
                if position - term_offset != term_base:
                    raise self._error(position, f"term offset: found {term_offset}, expected {position - term_base}")
                if frame_type == TYPE_DATA:
                    if flags & UNFRAGMENTED != UNFRAGMENTED:
                        raise self._error(position, f"flags {flags:#x}: a fragment, expected a whole message")
                    yield position, session_id, data[offset + FRAME_HEADER_LENGTH:offset + length]
                offset += aligned(length)
            self.stop = base + len(data)

    def _check_nothing_follows(self, index, stop):
        for base, path in self.segments[index + 1:]:
            with path.open("rb") as file:
                (length,) = struct.unpack("<i", file.read(4))
            if length > 0:
                raise self._error(stop, f"a hole: the segment at {base} holds frames")


def _tables():
    """What two bytes of state become after two more bytes, and after four: CRC-32C goes through the data by words."""
    byte_table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        byte_table.append(value)
    two = []
    for value in range(1 << 16):
        half = value >> 8 ^ byte_table[value & 0xFF]
        two.append(half >> 8 ^ byte_table[half & 0xFF])
    return two, [value >> 16 ^ two[value & 0xFFFF] for value in two]


_AFTER_TWO, _AFTER_FOUR = _tables()


def checksum_of(payload):
    """CRC-32C (Castagnoli) of a payload and the zeros up to the next frame, as the signed number of the header."""
    words = array("I", payload.ljust(aligned(len(payload)), b"\0"))
    if sys.byteorder == "big":
        words.byteswap()
    crc = 0xFFFFFFFF
    for word in words:
        crc ^= word
        crc = _AFTER_FOUR[crc & 0xFFFF] ^ _AFTER_TWO[crc >> 16]
    crc ^= 0xFFFFFFFF
    return crc - (1 << 32) if crc >= 1 << 31 else crc
