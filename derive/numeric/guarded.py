"""GuardedFunction: a compiled formula that is asked only where it holds.

The formula of a density is a number outside its support too, and a wrong one.  Here the value
is compared with the ends first; the formula sees none but places between them.
"""

from __future__ import annotations

import importlib
import os
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from derive.language.expression import Node
from derive.language.support import Support
from derive.numeric.files import readable_text, short_text
from derive.numeric.function import CompiledFunction, compile_function
from derive.numeric.names import Names
from derive.numeric.requirements import Requirement
from derive.numeric.saving import python_path, write_whole

OnLattice = Literal["zero", "floor"]
HALF = 0.5

#: For reading: one point.
TEXT = '''def {name}({signature}):
    """Return the {label} at {variable}; {elsewhere}."""
{body}
'''

#: For a saved file: arguments broadcast.
SAVED = '''def {name}({signature}):
    """Return the {label} at {variable}; {elsewhere}."""
    {places}, lowest, highest = np.broadcast_arrays(
        np.asarray({variable}, dtype=float), {low}, {high}
    )
    is_below, is_above = {places} {at_low} lowest, {places} {at_high} highest
    inner = np.where(is_below | is_above | np.isnan({places}), {safe}, {places})
{lattice}    result = {inner}({passed})
    result = np.where(is_below{off}, {below}, np.where(is_above, {above}, result))
{ends}    return np.where(np.isnan({places}), np.nan, result)[()]
'''


@dataclass(frozen=True)
class Guard:
    """Where a formula holds, and what the function is elsewhere.

    Attributes
    ----------
    variable : symbol
        What is compared with the ends.
    support : Support
    below, above : float
        The value on either side of it.
    between : "zero" or "floor"
        On whole numbers, between two of them: `below`, or as at the one before.
    at_ends : Support or None
        An interval whose ends are the values at the ends of the support, if not those beside.
    """

    variable: Node
    support: Support
    below: float
    above: float
    between: OnLattice = "zero"
    at_ends: Support | None = None


class GuardedFunction:
    """A compiled function that knows where its formula holds.

    Arguments broadcast against each other; nan stays nan.

    Parameters
    ----------
    outputs : (str, Node)
        The formula with its name.
    arguments : tuple of symbol
        What the function takes, the variable among them.
    guard : Guard
    requirements : sequence of Requirement
        What the other arguments must satisfy.

    Attributes
    ----------
    name : str
    arguments : tuple of str
    source : str
        The function as text, at one point.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> from derive.language.functions import elementwise
    >>> from derive.language.support import POSITIVE_LINE
    >>> x = symbol("x")
    >>> guard = Guard(x, POSITIVE_LINE, 0.0, 0.0)
    >>> f = GuardedFunction(("p", elementwise("exp", -x)), (x,), guard)
    >>> float(f(-1)), float(f(0.0))
    (0.0, 0.0)
    """

    def __init__(
        self,
        output: tuple[str, Node],
        arguments: tuple[Node, ...],
        guard: Guard,
        requirements: Sequence[Requirement] = (),
    ):
        self.label, self.guard = output[0], guard
        self.inside = compile_function([output], arguments, "inside", requirements=requirements)
        self.arguments = self.inside.arguments
        self.name = Names((*self.arguments, self.inside.name)).take("f")
        self.variable = self.inside.argument_of(guard.variable.name)
        self._ends = {
            name: _end(name, node, arguments)
            for name, node in (("low", guard.support.lower), ("high", guard.support.upper))
            if node is not None
        }
        images = guard.at_ends or guard.support
        self._values = {
            name: _end(name, node, arguments, "value")
            for name, node in (("low", images.lower), ("high", images.upper))
            if guard.at_ends and node is not None
        }

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Evaluate; arguments by position or by name."""
        checks = importlib.import_module("derive.numeric.arguments")
        given = {self.inside.argument_of(name): value for name, value in kwargs.items()}
        bound = checks.bind(self.name, self.arguments, args, given)
        values = dict(zip(self.arguments, bound, strict=True))
        x = np.asarray(values[self.variable], dtype=float)
        low = self._number("low", values, -np.inf)
        high = self._number("high", values, np.inf)
        x, low, high = np.broadcast_arrays(x, low, high)
        is_below, is_above = self._outside(x, low, high)
        place = np.where(is_below | is_above | np.isnan(x), _between(low, high), x)
        off = np.zeros(x.shape, dtype=bool)
        if self.guard.support.is_whole:
            whole = self._on_lattice(place, low)
            off = (whole != place) & (self.guard.between == "zero")
            place = whole
        found = self.inside(**{**values, self.variable: place[()]})
        found = np.where(is_below | off, self.guard.below, found)
        found = np.where(is_above, self.guard.above, found)
        if self.guard.at_ends:
            found = np.where(x == low, self._at_end("low", values, -np.inf), found)
            found = np.where(x == high, self._at_end("high", values, np.inf), found)
        return np.where(np.isnan(x), np.nan, found)[()]

    def __repr__(self) -> str:
        return f"<{self.name}({', '.join(self.arguments)})>"

    @property
    def source(self) -> str:
        """The function as text, at one point."""
        return readable_text(self.inside.text, *self._end_texts(), self._text())

    @property
    def short_source(self) -> str:
        """The function as text; the helpers it needs are imported."""
        return short_text(self.inside.text, *self._end_texts(), self._text())

    def save(self, path: str | os.PathLike[str], overwrite: bool = False) -> Path:
        """Write a file that stands alone; as ``CompiledFunction.save``.

        Parameters
        ----------
        path : path of a ``.py`` file
        overwrite : bool
            Whether an existing file may be replaced.

        Returns
        -------
        Path
            The path written.

        Raises
        ------
        ArgumentError
            As for ``CompiledFunction.save``.
        """
        target = python_path(path)
        tail = "\n\n\n".join([*self._end_texts(), self._saved_text()])
        return write_whole(target, self.inside.file_text((), tail), overwrite)

    def end(self, name: str, values: dict[str, Any]) -> Any:
        """The lowest or the highest place at numbers for the arguments."""
        return self._number(name, values, -np.inf if name == "low" else np.inf)

    # --- places -------------------------------------------------------------------------

    def _number(self, name: str, values: dict[str, Any], missing: float) -> Any:
        return _value_of(self._ends.get(name), values, missing)

    def _at_end(self, name: str, values: dict[str, Any], missing: float) -> Any:
        return _value_of(self._values.get(name), values, missing)

    def _outside(self, x: Any, low: Any, high: Any) -> tuple[Any, Any]:
        support = self.guard.support
        if support.is_whole or support.is_closed:
            return (x < low) | (x == -np.inf), (x > high) | (x == np.inf)
        return x <= low, x >= high

    def _on_lattice(self, place: Any, low: Any) -> Any:
        step = self.guard.support.step
        return low + step * np.floor((place - low) / step)

    # --- text -----------------------------------------------------------------------------

    def _end_texts(self) -> list[str]:
        both = (*self._ends.values(), *self._values.values())
        return [end.text for end in both if not _is_plain(end)]

    def _call(self, name: str) -> str:
        return _text_of(self._ends[name])

    def _value_texts(self) -> tuple[str, str]:
        """The values at the two ends, where these are given."""
        low, high = self._values.get("low"), self._values.get("high")
        return _text_of(low) if low else "-np.inf", _text_of(high) if high else "np.inf"

    def _words(self) -> dict[str, str]:
        guard = self.guard
        below, above = (_words_of(value) for value in (guard.below, guard.above))
        where = f"{replace(guard.support, is_closed=True) if guard.at_ends else guard.support}"
        elsewhere = f"{below} outside {where}"
        if above != below:
            elsewhere = f"{below} below {where}, {above} above"
        return {
            "name": self.name,
            "signature": ", ".join(self.arguments),
            "label": self.label,
            "variable": self.variable,
            "below": _float_text(guard.below),
            "above": _float_text(guard.above),
            "elsewhere": elsewhere.replace("−", "-").replace("∞", "inf"),
            "inner": self.inside.name,
        }

    def _text(self) -> str:
        """The function at one point."""
        words, x, support = self._words(), self.variable, self.guard.support
        equal = "" if support.is_whole or support.is_closed else "="
        lines = []
        for name, value in zip(("low", "high"), self._value_texts(), strict=True):
            if self.guard.at_ends:
                lines += [f"if {x} == {self._call(name)}:", f"    return {value}"]
        for name, sign, value in (("low", "<", "below"), ("high", ">", "above")):
            if name in self._ends:
                lines += [f"if {x} {sign}{equal} {self._call(name)}:", f"    return {words[value]}"]
            elif not equal:  # infinity is in no support, and no formula is asked there
                infinity = "-np.inf" if name == "low" else "np.inf"
                lines += [f"if {x} == {infinity}:", f"    return {words[value]}"]
        if support.is_whole:
            lattice = self._lattice_text(x, self._call("low"), "math.floor")
            if self.guard.between == "zero":
                lines += [f"if {x} != {lattice}:", f"    return {words['below']}"]
            else:
                lines.append(f"{x} = {lattice}")
        lines.append(f"return {self.inside.name}({words['signature']})")
        body = textwrap.indent("\n".join(lines), "    ")
        return TEXT.format(**words, body=body)

    def _lattice_text(self, x: str, start: str, floor: str) -> str:
        step = self.guard.support.step
        if step == 1:
            return f"{floor}({x})"
        return f"{start} + {step} * {floor}(({x} - {start}) / {step})"

    def _saved_text(self) -> str:
        """The function for arrays."""
        support = self.guard.support
        equal = "" if support.is_whole or support.is_closed else "="
        at = {name: equal if name in self._ends else "=" for name in ("low", "high")}
        places = Names((*self.arguments, self.inside.name)).take("places")
        lattice = off = ""
        if support.is_whole:
            whole = self._lattice_text("inner", "lowest", "np.floor")
            lattice = f"    whole = {whole}\n"
            if self.guard.between == "zero":
                lattice += "    is_off = whole != inner\n"
                off = " | is_off"
            lattice += "    inner = whole\n"
        has = ("low" in self._ends, "high" in self._ends)
        ends = ""
        for end, value in zip(("lowest", "highest"), self._value_texts(), strict=True):
            if self.guard.at_ends:
                ends += f"    result = np.where({places} == {end}, {value}, result)\n"
        return SAVED.format(
            **self._words(),
            ends=ends,
            places=places,
            low=self._call("low") if has[0] else "-np.inf",
            high=self._call("high") if has[1] else "np.inf",
            at_low=f"<{at['low']}",
            at_high=f">{at['high']}",
            safe=SAFE_TEXT[has],
            lattice=lattice,
            off=off,
            passed=", ".join("inner" if a == self.variable else a for a in self.arguments),
        )


def _is_plain(end: CompiledFunction) -> bool:
    """Whether an end is a number or an argument."""
    found = end.text.rstrip().rsplit("return ", 1)[1]
    return found.isidentifier() or not end.arguments


SAFE_TEXT = {
    (False, False): "0.0",
    (True, False): "lowest + 1",
    (False, True): "highest - 1",
    (True, True): "(lowest + highest) / 2",
}


def _end(
    name: str, node: Node, arguments: tuple[Node, ...], what: str = "place"
) -> CompiledFunction:
    needed = tuple(a for a in arguments if a in node.symbols)
    return compile_function([(name, node)], needed, f"{name}est_{what}")


def _value_of(end: CompiledFunction | None, values: dict[str, Any], missing: float) -> Any:
    if end is None:
        return np.float64(missing)
    return np.asarray(end(**{key: values[key] for key in end.arguments}), dtype=float)


def _text_of(end: CompiledFunction) -> str:
    """The text of an end: a number, an argument, or a call of the function beside."""
    if _is_plain(end):
        return end.text.rstrip().rsplit("return ", 1)[1]
    return f"{end.name}({', '.join(end.arguments)})"


def _between(low: Any, high: Any) -> Any:
    """A place inside, wherever the ends are."""
    with np.errstate(invalid="ignore"):
        middle = low + HALF * (high - low)
    inside = np.where(np.isinf(low) & np.isinf(high), 0.0, middle)
    inside = np.where(np.isinf(high) & ~np.isinf(low), low + 1, inside)
    return np.where(np.isinf(low) & ~np.isinf(high), high - 1, inside)


def _float_text(value: float) -> str:
    return "-np.inf" if value == -np.inf else "np.nan" if value != value else str(value)


def _words_of(value: float) -> str:
    return "-inf" if value == -np.inf else "nan" if value != value else f"{value:g}"
