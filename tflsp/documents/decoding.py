"""Bytes to text and back, so that a file that is read and written again keeps what was not edited, byte for byte.

Bytes that are no UTF-8 become lone surrogates (PEP 383) and turn into the same bytes again.
"""

from __future__ import annotations

import codecs

from tflsp.dataclass import dataclass
from tflsp.text.patterns import pattern

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_INVALID = pattern("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text and what else its bytes say."""

    text: str
    encoding: str = "utf-8"
    bom: bytes = b""
    is_valid: bool = True

    def encode(self, text: str) -> bytes:
        """Another text as this file would hold it: same encoding, same byte order mark."""
        return self.bom + text.encode(self.encoding, _errors(self.encoding))


def read_bytes(data: bytes) -> Decoded:
    """Decode a file. Any bytes give a text; nothing is lost."""
    bom, encoding = next(((bom, encoding) for bom, encoding in _BOMS if data.startswith(bom)), (b"", "utf-8"))
    try:
        text = data[len(bom) :].decode(encoding, _errors(encoding))
    except UnicodeDecodeError:
        # An odd number of bytes behind a UTF-16 mark: no text, but bytes to keep.
        bom, encoding = b"", "utf-8"
        text = data.decode(encoding, _errors(encoding))
    is_valid = encoding != "utf-8" or text.isascii() or _INVALID.search(text) is None
    return Decoded(text, encoding, bom, is_valid)


def _errors(encoding: str) -> str:
    return "surrogateescape" if encoding == "utf-8" else "surrogatepass"
