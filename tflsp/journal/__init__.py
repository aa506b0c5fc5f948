"""Writing a journal: what an entry says, how templates show it, where it goes. Pure: no clock, no disk, no editor."""

from __future__ import annotations
