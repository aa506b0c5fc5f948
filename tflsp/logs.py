"""Loggers that import `logging` when there is something to say: most runs have nothing, and need not wait for it."""

from __future__ import annotations


class Logger:
    """A logger of the standard library's, by name; arguments as there."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def debug(self, message: str, *arguments: object, exc_info: BaseException | None = None) -> None:
        from logging import getLogger

        getLogger(self._name).debug(message, *arguments, exc_info=exc_info, stacklevel=2)

    def error(self, message: str, *arguments: object) -> None:
        from logging import getLogger

        getLogger(self._name).error(message, *arguments, stacklevel=2)
