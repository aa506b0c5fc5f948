"""Made-up secrets for the rules' pages: real in shape, put together when the tests run, written in no file.

A page writes ``⟦github-pat..........................⟧``: a kind, and dots up to the length of the secret, so that the
columns of what follows stay as the page shows them. The same text always gives the same secret.
"""

from __future__ import annotations

import random
import re
import string

_PLACE = re.compile(r"⟦(?P<kind>[a-z-]+)\.*⟧")

_HEX = "0123456789abcdef"
_ALPHANUMERIC = string.ascii_letters + string.digits
_BASE32 = string.ascii_uppercase + "234567"

# kind -> (beginning, alphabet of the rest, length or None for any)
KINDS: dict[str, tuple[str, str, int | None]] = {
    "github-pat": ("gh" + "p_", _ALPHANUMERIC, 40),
    "huggingface": ("h" + "f_", string.ascii_letters, 37),
    "aws-access-key": ("AK" + "IA", _BASE32, 20),
    "wandb": ("", _HEX, 40),
    "jupyter": ("", _HEX, 48),
    "key": ("", _ALPHANUMERIC, None),
    "password": ("", _ALPHANUMERIC + "#%+=_", None),
}


def secret(kind: str, length: int | None = None) -> str:
    """A secret of a kind. Raises ValueError where the kind has another length."""
    beginning, alphabet, fixed = KINDS[kind]
    length = length or fixed or 16
    if fixed not in (None, length):
        raise ValueError(f"{kind} is {fixed} characters long, not {length}")
    chosen = random.Random(f"{kind} {length}")
    while True:
        rest = "".join(chosen.choices(alphabet, k=length - len(beginning)))
        # A generator's output, not an unlucky word: some of everything that the alphabet has.
        if any(char.isdigit() for char in rest) or not any(char.isdigit() for char in alphabet):
            return beginning + rest


def with_secrets(text: str) -> str:
    """The text with a secret in each marked place."""
    return _PLACE.sub(lambda place: secret(place["kind"], len(place.group())), text)
