"""The hand-written layouts against the schema."""

import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from messages import (
    INPUT_LENGTH, INPUTS, READING, RESULT_LENGTH, RESULTS, SCHEMA_ID, SCHEMA_VERSION, STARTED, MessageError, layout_of)

SCHEMA = Path(__file__).resolve().parents[4] / "codec/src/main/resources/schema/tailrace.xml"
SBE = "{http://fixprotocol.io/2016/sbe}"
CODES = {
    "uint64": "Q", "int64": "q", "double": "d", "uint32": "I", "uint16": "H", "uint8": "B", "TzVersion": "8s"}


class SchemaTest(unittest.TestCase):

    def setUp(self):
        self.root = ElementTree.parse(SCHEMA).getroot()

    def test_every_field_of_every_layout_is_that_of_the_schema(self):
        self.assertEqual((str(SCHEMA_ID), str(SCHEMA_VERSION)), (self.root.get("id"), self.root.get("version")))
        messages = {message.get("name"): message for message in self.root.findall(f"{SBE}message")}
        for layout in [*INPUTS.values(), *RESULTS.values()]:
            with self.subTest(layout.name):
                message = messages[layout.name]
                self.assertEqual(layout.template, int(message.get("id")))
                self.assertEqual(layout.block_length, int(message.get("blockLength")))
                self.assertEqual(layout.fields, [
                    (field.get("name"), CODES[field.get("type")], int(field.get("offset"))) for field in message])

    def test_every_journalled_message_of_the_schema_has_a_layout(self):
        inputs = {
            int(message.get("id")) for message in self.root.findall(f"{SBE}message") if message.get("blockLength") == "56"}
        self.assertEqual(inputs - {8, 32}, set(INPUTS))
        self.assertEqual({layout.length for layout in INPUTS.values()}, {INPUT_LENGTH})
        self.assertEqual({layout.length for layout in RESULTS.values()}, {RESULT_LENGTH})


class LayoutTest(unittest.TestCase):

    def test_unpacks_what_it_packed(self):
        message = STARTED.pack(time=-5, incarnation=3, tzVersion=b"2026a", newEpoch=1)
        self.assertIs(layout_of(INPUTS, message, 0, "here"), STARTED)
        fields = STARTED.unpack(message)
        self.assertEqual((fields["time"], fields["incarnation"], fields["newEpoch"]), (-5, 3, 1))
        self.assertEqual(fields["tzVersion"], b"2026a\0\0\0")

    def test_refuses_a_field_it_does_not_have(self):
        with self.assertRaisesRegex(KeyError, "Reading has no field devices"):
            READING.pack(devices=1)

    def test_names_what_is_wrong_with_a_header(self):
        message = bytearray(READING.pack(eventId=1))
        for index, value, expected in (
                (0, 57, "here: Reading: found block length 57, expected 56"),
                (2, 9, r"here: found template 9, expected one of \[1, 2, 3, 4, 5\]"),
                (4, 1, "here: found schema 7169 version 1, expected 7412 version 1"),
                (6, 2, "here: found schema 7412 version 2, expected 7412 version 1")):
            with self.subTest(expected):
                wrong = bytearray(message)
                wrong[index] = value
                with self.assertRaisesRegex(MessageError, expected):
                    layout_of(INPUTS, wrong, 0, "here")

    def test_text_leaves_reserved_fields_out(self):
        self.assertEqual(
            READING.text(READING.pack(eventId=9, value=-0.0, metric=2)),
            "Reading eventId=9 deviceId=0 eventTime=0 ingestTime=0 value=-0.0 metric=2 source=0 timeUnit=0 priority=0 "
            "quality=0 deviceEpoch=0")


if __name__ == "__main__":
    unittest.main()
