"""What goes wrong around a TensorFlow container, looked for one complaint at a time.

``run(machine)`` asks every check that applies to the machine; ``tflsp.doctor.here.here()`` is the one that runs it.
Nothing here looks at the real machine by itself, imports docker, asyncssh, click or pygls, or prints.
"""

from __future__ import annotations

from tflsp.doctor.base import Check, Result, State, Where, Words, all_checks
from tflsp.doctor.machine import Machine
from tflsp.doctor.running import Complaint, run

__all__ = ["Check", "Complaint", "Machine", "Result", "State", "Where", "Words", "all_checks", "run"]
