"""JUnit XML: one test case per file, a failure per finding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from tflsp.checking.records import Record
from tflsp.cli.output import Format
from tflsp.cli.output.concise import place

# What XML 1.0 cannot hold in any form.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def make(stream: TextIO) -> Format:
    def show(records: Sequence[Record], fixed: int, files: int) -> None:
        stream.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        stream.write(f'<testsuites name="tflsp" tests="{max(len(records), 1)}" failures="{len(records)}">\n')
        for filename, group in groupby(records, key=lambda record: record.filename):
            _suite(stream, filename, list(group))
        if not records:
            stream.write(
                '  <testsuite name="tflsp" tests="1" failures="0"><testcase name="no findings"/></testsuite>\n'
            )
        stream.write("</testsuites>\n")

    return show


def _suite(stream: TextIO, filename: str, records: Sequence[Record]) -> None:
    count = len(records)
    stream.write(f'  <testsuite name={_attribute(filename)} tests="{count}" failures="{count}">\n')
    for record in records:
        stream.write(
            f"    <testcase classname={_attribute(filename)} name={_attribute(record.code + ' ' + place(record))}>\n"
        )
        stream.write(f"      <failure type={_attribute(record.severity)} message={_attribute(record.message)}>")
        stream.write(f"{escape(_clean(place(record) + ': ' + record.message))}</failure>\n    </testcase>\n")
    stream.write("  </testsuite>\n")


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
