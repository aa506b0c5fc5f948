"""What the snapshots of steps could not give or keep, told to the user: each reason once in a session, for it stays as
long as nobody mends it.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from tflsp.journal.refusals import Refusal, say
from tflsp.server.journal.changing import warn
from tflsp.server.session import Session

_told: WeakKeyDictionary[Session, set[str]] = WeakKeyDictionary()


def tell_unkept(session: Session, key: str, why: Refusal) -> None:
    """Tell what is lost (a key of ``tflsp.journal.refusals``) and why."""
    language = session.language
    reason = say(key, language, why=why.said(language))
    told = _told.setdefault(session, set())
    if reason not in told:
        told.add(reason)
        warn(session, reason)
