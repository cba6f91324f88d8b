"""Writes recordings as Aeron Archive does, for the tests of the oracle: frames, padding at the ends of terms, segments."""

from pathlib import Path

from recordings import FRAME_HEADER, FRAME_HEADER_LENGTH, TYPE_DATA, TYPE_PADDING, UNFRAGMENTED, aligned, checksum_of

SESSION_ID = -77
STREAM_ID = 1001


class RecordingWriter:
    """Collects one recording in memory; `write` makes its files."""

    def __init__(self, data_dir, name, recording_id, term_length=1 << 16, segment_length=1 << 16, has_checksums=True):
        self.data_dir = Path(data_dir)
        self.name = name
        self.id = recording_id
        self.term_length = term_length
        self.segment_length = segment_length
        self.has_checksums = has_checksums
        self.data = bytearray()

    def append(self, *messages):
        """Appends one frame; returns the positions of its messages."""
        payload = b"".join(messages)
        length = FRAME_HEADER_LENGTH + len(payload)
        left = self.term_length - len(self.data) % self.term_length
        if aligned(length) > left:
            self.data += self._header(left, TYPE_PADDING, SESSION_ID).ljust(left, b"\0")
        position = len(self.data) + FRAME_HEADER_LENGTH
        session_id = checksum_of(payload) if self.has_checksums else SESSION_ID
        self.data += self._header(length, TYPE_DATA, session_id) + payload
        self.data += bytes(aligned(length) - length)
        positions = []
        for message in messages:
            positions.append(position)
            position += len(message)
        return positions

    def _header(self, length, frame_type, session_id):
        term_id, term_offset = divmod(len(self.data), self.term_length)
        return FRAME_HEADER.pack(
            length, 0, UNFRAGMENTED, frame_type, term_offset, session_id, STREAM_ID, 7 + term_id, 0)

    def write(self):
        archive_dir = self.data_dir / "archive"
        archive_dir.mkdir(parents=True, exist_ok=True)
        (self.data_dir / f"{self.name}.recording").write_text(
            f"# {self.name}\nrecordingId={self.id}\nstreamId={STREAM_ID}\n", encoding="utf-8")
        for base in range(0, max(len(self.data), 1), self.segment_length):
            segment = bytes(self.data[base:base + self.segment_length]).ljust(self.segment_length, b"\0")
            self.segment(base).write_bytes(segment)

    def segment(self, base):
        return self.data_dir / "archive" / f"{self.id}-{base}.rec"
