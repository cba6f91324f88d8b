"""Reading of segment files, on files written byte by byte."""

import struct
import tempfile
import unittest
from pathlib import Path

from messages import INPUT_LENGTH, READING
from recording_writer import RecordingWriter
from recordings import CHECKSUMS_AUTO, CHECKSUMS_OFF, CHECKSUMS_ON, Recording, RecordingError, checksum_of, recording_id


def reading(event_id):
    return READING.pack(eventId=event_id)


class ChecksumTest(unittest.TestCase):

    def test_examples_of_rfc_3720(self):
        self.assertEqual(checksum_of(bytes(32)), 0x8A9136AA - (1 << 32))
        self.assertEqual(checksum_of(b"\xff" * 32), 0x62A8AB43)
        self.assertEqual(checksum_of(bytes(range(32))), 0x46DD794E)

    def test_covers_the_zeros_up_to_the_next_frame(self):
        self.assertEqual(checksum_of(b"\x01" * 33), checksum_of(b"\x01" * 33 + bytes(31)))


class RecordingTest(unittest.TestCase):

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.data_dir = Path(directory.name)

    def writer(self, **arguments):
        return RecordingWriter(self.data_dir, "journal", 3, **arguments)

    def recording(self, checksums=CHECKSUMS_AUTO, allow_torn_tail=False):
        return Recording(self.data_dir, "journal", INPUT_LENGTH, checksums, allow_torn_tail)

    def event_ids(self, **arguments):
        """Position and event id of every message."""
        recording = self.recording(**arguments)
        return [
            (position + 32 + offset, READING.unpack(payload, offset)["eventId"])
            for position, payload in recording.frames() for offset in range(0, len(payload), INPUT_LENGTH)]

    def assert_fails(self, expected, **arguments):
        with self.assertRaisesRegex(RecordingError, expected):
            self.event_ids(**arguments)

    def patch(self, position, value, base=0):
        with self.writer().segment(base).open("r+b") as file:
            file.seek(position - base)
            file.write(value)

    def test_positions_of_messages_across_frames(self):
        writer = self.writer()
        writer.append(reading(1))
        writer.append(reading(2), reading(3))
        writer.write()
        self.assertEqual(self.event_ids(), [(32, 1), (128, 2), (192, 3)])
        recording = self.recording()
        list(recording.frames())
        self.assertEqual((recording.stop, recording.frame_count, recording.checked_count), (256, 2, 2))

    def test_padding_at_the_end_of_a_term_is_skipped(self):
        writer = self.writer(term_length=256, segment_length=1024)
        positions = [writer.append(reading(i), reading(i + 1))[0] for i in range(1, 9, 2)]
        writer.write()
        # A frame of two messages takes 160 bytes of a term of 256, so that 96 are padding.
        self.assertEqual(positions, [32, 288, 544, 800])
        self.assertEqual([event_id for _, event_id in self.event_ids()], list(range(1, 9)))

    def test_segments_follow_each_other(self):
        writer = self.writer(term_length=256, segment_length=512)
        for i in range(1, 13):
            writer.append(reading(i))
        writer.write()
        self.assertEqual(len(list((self.data_dir / "archive").iterdir())), 3)
        self.assertEqual([event_id for _, event_id in self.event_ids()], list(range(1, 13)))

    def test_stop_at_the_end_of_a_full_segment(self):
        writer = self.writer(term_length=192, segment_length=192)
        writer.append(reading(1))
        writer.append(reading(2))
        writer.write()
        recording = self.recording()
        self.assertEqual(len(list(recording.frames())), 2)
        self.assertEqual(recording.stop, 192)

    def test_an_empty_last_segment_was_never_begun(self):
        writer = self.writer(term_length=192, segment_length=192)
        writer.append(reading(1), reading(2))
        writer.write()
        writer.segment(192).write_bytes(b"")
        self.assertEqual(len(self.event_ids()), 2)

    def test_no_recording_holds_nothing(self):
        self.assertIsNone(recording_id(self.data_dir, "journal"))
        self.assertEqual(self.event_ids(), [])

    def test_a_properties_file_without_an_id(self):
        (self.data_dir / "journal.recording").write_text("streamId=1\n")
        self.assert_fails("recordingId is missing")
        (self.data_dir / "journal.recording").write_text("recordingId=x\n")
        self.assert_fails("recordingId: found 'x', expected a number")

    def test_segments_of_another_recording_are_not_read(self):
        writer = self.writer()
        writer.append(reading(1))
        writer.write()
        other = RecordingWriter(self.data_dir, "results", 33)
        other.append(reading(2))
        other.write()
        self.assertEqual(self.event_ids(), [(32, 1)])

    def test_a_missing_segment(self):
        writer = self.writer(term_length=192, segment_length=192)
        for i in range(6):
            writer.append(reading(i))
        writer.write()
        writer.segment(192).unlink()
        self.assert_fails("at position 192: the next segment begins at 384: one is missing")

    def test_a_hole_before_a_segment_with_frames(self):
        writer = self.writer(term_length=192, segment_length=192)
        for i in range(6):
            writer.append(reading(i))
        writer.write()
        self.patch(96, bytes(96))
        self.assert_fails("at position 96: a hole: the segment at 192 holds frames")

    def test_segments_of_different_lengths(self):
        writer = self.writer(term_length=192, segment_length=192)
        for i in range(4):
            writer.append(reading(i))
        writer.write()
        with writer.segment(192).open("ab") as file:
            file.write(b"\0")
        self.assert_fails("its segments differ in length")

    def test_damage_to_each_field_of_a_frame_header(self):
        for offset, code, value, expected in (
                (0, "<i", 16, "frame length 16 does not fit"),
                (0, "<i", 1 << 20, "frame length 1048576 does not fit"),
                (0, "<i", 95, "payload of 63 bytes, expected a multiple of 64"),
                (0, "<i", 32, "payload of 0 bytes, expected a multiple of 64"),
                (4, "<B", 1, "frame of version 1"),
                (5, "<B", 0x80, "flags 0x80: a fragment"),
                (6, "<H", 2, "type 2, expected 0 and 0 or 1"),
                (8, "<i", 64, "term offset: found 64, expected 96"),
                (16, "<i", 5, "stream id: found 5, expected 1001")):
            with self.subTest(expected):
                writer = self.writer(has_checksums=False)
                writer.append(reading(1))
                writer.append(reading(2))
                writer.write()
                self.patch(96 + offset, struct.pack(code, value))
                self.assert_fails("journal recording 3 at position 96: .*" + expected, checksums=CHECKSUMS_OFF)

    def test_every_flipped_bit_of_a_payload_is_found_by_its_checksum(self):
        writer = self.writer()
        for i in range(3):
            writer.append(reading(i))
        for bit in range(0, 8 * INPUT_LENGTH, 7):
            writer.write()
            position = 96 + 32 + bit // 8
            self.patch(position, bytes([writer.data[position] ^ 1 << bit % 8]))
            self.assert_fails("at position 96: checksum: found")

    def test_a_torn_last_frame(self):
        writer = self.writer()
        writer.append(reading(1))
        writer.append(reading(2), reading(1 << 40))
        writer.write()
        self.patch(96 + 32 + 64, bytes(64))
        self.assert_fails("at position 96: checksum of the last frame: found")
        recording = self.recording(allow_torn_tail=True)
        self.assertEqual(len(list(recording.frames())), 1)
        self.assertEqual((recording.stop, recording.torn_position, recording.frame_count), (96, 96, 1))

    def test_a_torn_frame_with_frames_behind_is_damage(self):
        writer = self.writer()
        for i in range(1, 4):
            writer.append(reading(i))
        writer.write()
        self.patch(96 + 32 + 8, bytes(8))
        self.assert_fails("at position 96: checksum: found", allow_torn_tail=True)

    def test_recordings_without_checksums(self):
        writer = self.writer(has_checksums=False)
        writer.append(reading(1))
        writer.append(reading(2))
        writer.write()
        self.assertEqual(len(self.event_ids()), 2)
        self.assert_fails("at position 0: checksum: found -77", checksums=CHECKSUMS_ON)

    def test_a_damaged_first_frame(self):
        writer = self.writer()
        writer.append(reading(1))
        writer.append(reading(2))
        writer.write()
        self.patch(40, b"\7")
        self.assert_fails("at position 0: checksum: the frame has none, the frame at 96 has one")
        self.assertEqual(len(self.event_ids(checksums=CHECKSUMS_OFF)), 2)


if __name__ == "__main__":
    unittest.main()
