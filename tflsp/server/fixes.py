"""Fixes of findings as workspace edits."""

from __future__ import annotations

from lsprotocol import types

from tflsp.checking.fixing import compatible, unique_edits
from tflsp.findings import Finding, FindingFix
from tflsp.server.edits import EditBuilder
from tflsp.server.places import Place


def fix_edits(place: Place, finding: Finding, fix: FindingFix) -> EditBuilder:
    """One fix, lines in other files included."""
    builder = EditBuilder(place.session)
    builder.edit(place.analysed.state, finding.part, fix.edits)
    if fix.lines and (root := place.session.project_root(place.opened)) is not None:
        builder.add_lines(root, fix.lines)
    return builder


def all_edits(place: Place, code: str | None) -> types.WorkspaceEdit:
    """The safe fixes of all rules or of one, as far as they do not overlap; lines in other files included."""
    builder = EditBuilder(place.session)
    lines = []
    for part, findings in enumerate(place.analysed.findings):
        chosen = compatible([finding for finding in findings if code in (None, finding.code)], unsafe=False)
        if edits := unique_edits(fix for _, fix in chosen):
            builder.edit(place.analysed.state, part, edits)
        lines += [line for _, fix in chosen for line in fix.lines]
    if lines and (root := place.session.project_root(place.opened)) is not None:
        builder.add_lines(root, dict.fromkeys(lines))
    return builder.build()
