"""Credentials: every secret of a chunk once, where it stands, and what the text around it is.

A Credential never carries the secret itself: rules and messages get its last two characters at most. This module is
read for every chunk, so it looks cheaply; what searches is imported where there may be something to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tflsp.dataclass import dataclass
from tflsp.facts.base import Analysis, Fact, derives
from tflsp.facts.betterleaks_scan import could_hold_secrets
from tflsp.text import Span
from tflsp.text.patterns import pattern

if TYPE_CHECKING:
    from tflsp.facts.credential_forms import Form
    from tflsp.facts.placeholders import Strength


class CredentialKind(StrEnum):
    """What gives a secret away. Where several do, the first of these is the credential's kind."""

    PROVIDER = "provider"  # the shape of a provider's token, key or private key
    URI = "uri"  # scheme://user:password@host
    JUPYTER_TOKEN = "jupyter-token"  # ?token=… of a Jupyter server
    LOGIN = "login"  # a password that a command gives to an account: chpasswd
    ENVIRONMENT = "environment"  # the name of a variable of an image or a container
    PASSWORD = "password"  # a keyword for passwords, or a command's option
    KEY = "key"  # a keyword for keys, and a value that looks generated


# What to underline is the secret: the part of the text that has to go.
@dataclass(frozen=True, slots=True, eq=False)
class Credential(Fact):
    """A secret at ``span``. ``literal`` is the literal that holds it, quotes and all; ``whole``: and nothing else.

    ``source`` is betterleaks' rule, a URI's scheme, a command, or empty. ``name`` is the variable, key or option that
    the literal is given to, ``user`` whose password it is; both may be empty.
    """

    kind: CredentialKind
    source: str
    name: str
    strength: Strength
    form: Form
    literal: Span
    whole: bool
    user: str = ""

    @property
    def ending(self) -> str:
        """The last two characters of a secret that is long enough not to be given away by them."""
        return self.span.of(self.region.text)[-2:] if len(self.span) >= 8 else ""


@dataclass(frozen=True, slots=True, eq=False)
class CredentialClue(Fact):
    """A secret that a command was seen to be given, for this module to place and to weigh."""

    kind: CredentialKind
    source: str
    name: str = ""
    user: str = ""


# Languages whose text is never looked into: they hold no secrets but their names.
_NEVER = frozenset({"gitignore"})
_VARIABLE = pattern(r"PASS|PWD|PW|SECRET|TOKEN|KEY|CRED", re.IGNORECASE)
_KEYWORDS = ("passw", "passphrase", "passcode", "pwd", "secret", "token", "key", "密码", "密碼", "口令", "密钥")
# What follows a keyword in code and settings: an equals sign, a colon, a value near by; and keywords of options.
_ASSIGNED = pattern(r"[a-z0-9_-]{0,24}(?:['\"`*\]]{0,4}\s{0,16}[=:：＝是为]|['\"]\s*,)")
_OPTION = pattern(r"--[a-z0-9-]{0,24}(?:passw|token|secret|key)[a-z0-9-]{0,24}[ \t]+[^\s-]")


@derives
def credentials(analysis: Analysis) -> Iterator[Credential]:
    """The credentials of a chunk."""
    if analysis.root.language not in _NEVER and _worth_searching(analysis):
        from tflsp.facts.credential_search import search

        yield from search(analysis)


def _worth_searching(analysis: Analysis) -> bool:
    text = analysis.root.text
    return (
        any(_says_something(kind.__name__, facts) for kind, facts in analysis.facts.items())
        or ("://" in text and "@" in text)
        or "chpasswd" in text
        or _has_keyword(text.lower())
        or could_hold_secrets(text)
    )


def _has_keyword(text: str) -> bool:
    """Whether something may be given to a keyword for secrets in a text in lower case."""
    for word in _KEYWORDS:
        at = text.find(word)
        while at >= 0:
            if _ASSIGNED.match(text, at + len(word)):
                return True
            at = text.find(word, at + 1)
    return "--" in text and _OPTION.search(text) is not None


def _says_something(kind: str, facts: Sequence[Any]) -> bool:
    """Whether facts may hold a secret. Kinds go by name: what was found here needs no import of what was not."""
    match kind:
        case "CredentialClue":
            return True
        case "EnvironmentSetting":
            return any(_VARIABLE.search(setting.name) for setting in facts)
        case "ContainerLaunch" | "LaunchFragment":
            return any(_VARIABLE.search(name) for launch in facts for name in launch.environment_spans)
    return False
