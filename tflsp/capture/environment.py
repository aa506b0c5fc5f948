"""In which environment a run was: what is known of the code's commit, Python, the image and random seeds.

Callers say what they have learned; what nobody said is not known, and is not made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tflsp.capture.hyperparameters import Hyperparameters
from tflsp.dataclass import dataclass
from tflsp.documents.document import Document

_SHORT_DIGEST: Final = 12
_SHORT_COMMIT: Final = 7


@dataclass(frozen=True, slots=True)
class Commit:
    """The commit that is checked out, and how many files are not as in it; None where that could not be learned."""

    identifier: str
    changed: int | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """``seeds`` is empty where the code sets none. ``digest`` is the image's, ``sha256:…``."""

    python: str | None = None
    commit: Commit | None = None
    image: str | None = None
    digest: str | None = None
    seeds: Mapping[str, str] | None = None


def environment_of(
    document: Document,
    hyperparameters: Hyperparameters,
    *,
    commit: Commit | None = None,
    digests: Mapping[str, str] | None = None,
) -> Environment:
    """What the document itself says, and what the caller knows. ``digests`` are those of tflsp.lock, by image."""
    metadata = document.outline.metadata if document.outline is not None else {}
    info = metadata.get("language_info")
    python = info.get("version") if isinstance(info, dict) else None
    # Several locked images: which one ran is not known.
    ((image, digest),) = digests.items() if digests is not None and len(digests) == 1 else ((None, None),)
    seeds = hyperparameters.seeds if hyperparameters.values or hyperparameters.seeds else None
    return Environment(python if isinstance(python, str) else None, commit, image, digest, seeds)


def commit_of(head: str, status: str | None) -> Commit | None:
    """What git said: the commit, and the names of the files that have changed; None for what is no commit."""
    identifier = head.strip()
    if not identifier or any(letter not in "0123456789abcdef" for letter in identifier):
        return None
    return Commit(identifier, None if status is None else sum(bool(line.strip()) for line in status.split("\n")))


def environment_text(environment: Environment, language: str) -> str:
    """One line of it, ``en`` or ``zh``; empty where nothing is known."""
    chinese = language == "zh"
    parts = []
    if environment.image is not None:
        digest = (environment.digest or "").removeprefix("sha256:")[:_SHORT_DIGEST]
        parts.append(environment.image + (f"@sha256:{digest}…" if digest else ""))
    if environment.python is not None:
        parts.append(f"Python {environment.python}")
    if environment.commit is not None:
        parts.append(_commit_text(environment.commit, chinese))
    if environment.seeds is not None:
        seeds = ", ".join(f"{name}({value})" for name, value in environment.seeds.items())
        parts.append(seeds or ("未设置随机种子" if chinese else "no random seed set"))
    return "，".join(parts) if chinese else ", ".join(parts)


def _commit_text(commit: Commit, chinese: bool) -> str:
    text = f"{'提交' if chinese else 'commit'} {commit.identifier[:_SHORT_COMMIT]}"
    match commit.changed:
        case None | 0:
            return text
        case 1 if not chinese:
            return f"{text} with 1 changed file"
        case count:
            return f"{text}（有 {count} 个文件改动）" if chinese else f"{text} with {count} changed files"
