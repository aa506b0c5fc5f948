"""From the core's spans and findings to LSP's ranges and diagnostics. The only place that makes LSP ranges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tflsp.engine import Report
from tflsp.findings import Finding, FindingFix
from tflsp.rules.base import LineInFile, Safety
from tflsp.server.client import Client
from tflsp.text import Encoding, LineIndex, Position, Span, TextEdit

Json = dict[str, Any]


def range_of(lines: LineIndex, span: Span, encoding: Encoding) -> Json:
    """A span as an LSP range."""
    start = lines.position(span.start, encoding)
    end = lines.position(span.end, encoding)
    return {
        "start": {"line": start.line, "character": start.character},
        "end": {"line": end.line, "character": end.character},
    }


def offset_of(lines: LineIndex, position: Mapping[str, Any], encoding: Encoding) -> int:
    """The offset of an LSP position."""
    return lines.offset(Position(position["line"], position["character"]), encoding)


def span_of(lines: LineIndex, where: Mapping[str, Any], encoding: Encoding) -> Span:
    """The span of an LSP range."""
    start, end = offset_of(lines, where["start"], encoding), offset_of(lines, where["end"], encoding)
    return Span(min(start, end), max(start, end))


def text_edit(lines: LineIndex, edit: TextEdit, encoding: Encoding) -> Json:
    edit = _before_last_line_end(lines.text, edit)
    return {"range": range_of(lines, edit.span, encoding), "newText": edit.new_text}


def _before_last_line_end(text: str, edit: TextEdit) -> TextEdit:
    """The same edit, with nothing inserted behind the last line's end: Neovim would add an empty line there."""
    end = next((end for end in ("\r\n", "\n", "\r") if text.endswith(end)), "")
    if not end or edit.span.start < len(text) or not edit.new_text.endswith(end):
        return edit
    place = len(text) - len(end)
    return TextEdit(Span(place, place), end + edit.new_text.removesuffix(end))


def diagnostic(finding: Finding, report: Report, uris: Sequence[str], client: Client, language: str) -> Json:
    """A finding as this client understands it."""
    encoding = client.encoding
    lines = report.document.parts[finding.part].lines
    made: Json = {
        "range": range_of(lines, finding.span, encoding),
        "severity": int(finding.severity),
        "code": finding.code,
        "source": "tflsp",
        "message": finding.message(language),
    }
    if client.code_descriptions:
        made["codeDescription"] = {"href": finding.url}
    if tags := [int(tag) for tag in finding.tags if int(tag) in client.tags]:
        made["tags"] = tags
    if client.related_information and finding.related:
        made["relatedInformation"] = [
            {
                "location": {
                    "uri": uris[related.part],
                    "range": range_of(report.document.parts[related.part].lines, related.span, encoding),
                },
                "message": related.message(language),
            }
            for related in finding.related
        ]
    if client.data:
        made["data"] = finding_data(finding, lines, encoding, language)
    return made


def finding_data(finding: Finding, lines: LineIndex, encoding: Encoding, language: str) -> Json:
    """What a code action needs: the fixes, as edits of the finding's own text."""
    return {"name": finding.name, "fixes": [fix_data(fix, lines, encoding, language) for fix in finding.fixes]}


def fix_data(fix: FindingFix, lines: LineIndex, encoding: Encoding, language: str) -> Json:
    made: Json = {
        "title": fix.title(language),
        "key": fix.key,
        "safety": fix.safety.value,
        "edits": [text_edit(lines, edit, encoding) for edit in fix.edits]
        if fix.safety is not Safety.DISPLAY_ONLY
        else [],
    }
    if fix.lines:
        made["lines"] = [_line(line) for line in fix.lines]
    return made


def _line(line: LineInFile) -> Json:
    return {"path": line.path, "line": None if line.secret else line.line, "unless": line.unless}


def moved(made: Json, by: int) -> Json:
    """A diagnostic some lines further down."""
    result = {**made, "range": _moved_range(made["range"], by)}
    if (data := made.get("data")) is not None:
        result["data"] = {**data, "fixes": [_moved_fix(fix, by) for fix in data["fixes"]]}
    return result


def _moved_fix(fix: Json, by: int) -> Json:
    return {**fix, "edits": [{**edit, "range": _moved_range(edit["range"], by)} for edit in fix["edits"]]}


def _moved_range(where: Json, by: int) -> Json:
    start, end = where["start"], where["end"]
    return {
        "start": {"line": start["line"] + by, "character": start["character"]},
        "end": {"line": end["line"] + by, "character": end["character"]},
    }
