"""How HTML blocks of Markdown begin and end (CommonMark 0.31, section 4.6)."""

from __future__ import annotations

import re

from tflsp.text.patterns import pattern

# How kinds 1 to 5 begin and end.
HTML_BLOCKS = tuple(
    (pattern(begin, re.IGNORECASE), pattern(end, re.IGNORECASE))
    for begin, end in (
        (r"<(?:script|pre|style|textarea)(?=[ \t\r\n>]|\Z)", r"</(?:script|pre|style|textarea)>"),
        (r"<!--", r"-->"),
        (r"<\?", r"\?>"),
        (r"<!\[CDATA\[", r"\]\]>"),
        (r"<![A-Z]", r">"),
    )
)
# How kind 6 begins.
BLOCK_ELEMENT = pattern(
    r"</?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl"
    r"|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main"
    r"|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title"
    r"|tr|track|ul)(?=[ \t\r\n>]|/>|\Z)",
    re.IGNORECASE,
)
# How kind 7 begins: any tag, alone on its line.
ANY_TAG = pattern(
    r"(?:<[A-Za-z][A-Za-z0-9-]*(?:\s+[A-Za-z_:][\w:.-]*(?:\s*=\s*(?:[^\s\"'=<>`]+|'[^']*'|\"[^\"]*\"))?)*\s*/?>"
    r"|</[A-Za-z][A-Za-z0-9-]*\s*>)[ \t]*$"
)
