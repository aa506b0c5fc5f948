"""The functions of a program that hyperparameters stand in, and what calls give to their parameters.

A parameter has a dotted name, ``build.rate``. The last call counts, as the last value does elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tflsp.capture.constants import Constants
from tflsp.facts.python_statements import Block, PyDefine, Scope
from tflsp.facts.python_values import CallValue, Name, Value
from tflsp.text.patterns import pattern

_NONE: Final[Mapping[str, str]] = {}
_HEADER: Final = pattern(r"(?:async\s+)?def\s+\w+\s*\(((?:[^()]|\([^()]*\))*)\)")
_GATHERING: Final = pattern(r"(?:\A|,)\s*\*\s*\w")


class Functions:
    """Those that were read so far."""

    def __init__(self, constants: Constants) -> None:
        self.constants = constants
        self.builders: dict[str, None] = {}  # those in which hyperparameters stand
        self.given: dict[str, tuple[Value, str]] = {}  # by parameter
        self._defaults: dict[str, tuple[Value, str]] = {}  # by parameter
        self._known: dict[str, PyDefine] = {}
        self._parameters: dict[Scope, Mapping[str, str]] = {}
        self._handed_on: dict[str, str] = {}  # a parameter that is given another function's
        self._certain: dict[str, bool] = {}  # of those that are called: whether all that they are given stands there

    def define(self, statement: PyDefine, text: str) -> None:
        """A function or method begins; which method is called nobody can tell."""
        name = statement.name
        for known in (self.builders, self._certain, self._known):
            known.pop(name, None)
        own = {each: f"{name}.{each}" for each in statement.parameters}
        if statement.scope.home.block is not Block.CLASS:
            self._known[name] = statement
            self._parameters[statement.body] = own
        for parameter, default in statement.parameters.items():
            self._defaults.pop(own[parameter], None)
            if default is not None:
                with self.constants.making(own[parameter]):
                    self._defaults[own[parameter]] = self.constants.settled(default, text)
                self.given[own[parameter]] = self._defaults[own[parameter]]
        for parameter in own:
            # A parameter is no constant of the same name.
            self.constants.values.pop(parameter, None)

    def parameters_in(self, scope: Scope) -> Mapping[str, str]:
        """The parameters by the names that they have in a block, as far as these are not bound anew there."""
        return self._parameters.get(scope.home, _NONE)

    def call(self, call: CallValue, text: str, own: Mapping[str, str]) -> None:
        """A call of any function; ``own`` are the parameters where it stands."""
        function = self._known.get(call.name)
        if function is None:
            return
        positional = () if _gathers(function) else call.positional
        given = dict(zip(function.parameters, positional, strict=False))
        given |= {keyword.name: keyword.value for keyword in call.keywords if keyword.name}
        certain = call.certain and len(positional) == len(call.positional)
        self._certain[call.name] = certain and self._certain.get(call.name, True)
        for parameter in function.parameters:
            name = f"{call.name}.{parameter}"
            if parameter in given:
                with self.constants.making(name):
                    self._give(name, *self.constants.settled(given[parameter], text), own)
            elif name in self._defaults and certain:
                self._give(name, *self._defaults[name], _NONE)

    def _give(self, name: str, value: Value, text: str, own: Mapping[str, str]) -> None:
        self.given[name] = (value, text)
        self._handed_on.pop(name, None)
        if isinstance(value, Name) and value.name in own:
            self._handed_on[name] = own[value.name]

    def value_of(self, parameter: str) -> tuple[str | None, set[str]]:
        """What a parameter was given, in few words, and the parameters that it came through; None where a call does
        not tell, or where there is none.
        """
        through: set[str] = set()
        while parameter not in through and self._certain.get(parameter.partition(".")[0], False):
            through.add(parameter)
            if parameter not in self._handed_on:
                value, text = self.given.get(parameter, (None, ""))
                if value is None or isinstance(value, Name):
                    return None, set()
                return self.constants.shown(value, text), through
            parameter = self._handed_on[parameter]
        return None, set()


def _gathers(function: PyDefine) -> bool:
    """Whether a function takes any number of positional arguments: `def build(*units, rate=0.1)`."""
    header = _HEADER.match(function.span.of(function.region.text))
    return header is None or _GATHERING.search(header[1]) is not None
