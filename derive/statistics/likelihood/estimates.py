"""Estimates from data: closed forms compiled, equations solved by numbers."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from derive.errors import ArgumentError, DomainError
from derive.language.expression import Node
from derive.language.law import Parameter
from derive.language.relations import Relation
from derive.numeric import CompiledFunction, compile_function
from derive.statistics.likelihood.largest_point import NOWHERE, LargestPoint, back
from derive.statistics.likelihood.profile import Profile
from derive.statistics.likelihood.sampling import Sampling
from derive.statistics.likelihood.support_of_data import (
    first_of,
    number_at,
    require_in_support,
)

Vector: TypeAlias = NDArray[np.float64]
ROUNDING = 1e-9
TOLD_APART = 1e-7  # places closer to one another have one likelihood in double precision


@dataclass(frozen=True)
class Estimator:
    """What turns a sample into numbers for the parameters."""

    asked: Sampling
    unknowns: tuple[Node, ...]
    found: Profile

    def estimate(self, x: Any, known: Mapping[str, float]) -> dict[str, float]:
        """The estimates, those in closed form last."""
        sample = self._sample(x)
        values = self._held(known)
        require_in_support(self.asked.law, sample, values)
        left = [p for p, _ in self.found.unsolved]
        values |= {p.name: float(np.median(sample)) for p in self.found.medians}
        with warnings.catch_warnings():  # a place outside the domain is refused below
            warnings.simplefilter("ignore", RuntimeWarning)
            if left:
                values |= self._solved(left, sample, values)
            values |= self._closed(sample, values)
        self._require_inside(values, len(sample))
        self._require_law_there(values)
        self._require_support_there(sample, values)
        self._require_width(values)
        self._require_written_there(values)
        return {p.name: values[p.name] for p in self.unknowns}

    # --- what is given ------------------------------------------------------------------

    def _sample(self, x: Any) -> Vector:
        try:
            sample = np.asarray(x, dtype=float)
        except (TypeError, ValueError):
            sample = np.empty((0, 0))
        if sample.ndim != 1 or not sample.size:
            raise ArgumentError(
                f"a sample is a sequence of numbers, at least one, got {str(x)[:60]}\n"
                f"  to fix   : give a list or an array of shape (n,)"
            )
        if not np.isfinite(sample).all():
            raise DomainError(
                f"a sample holds finite numbers, got {first_of(sample, ~np.isfinite(sample))}"
            )
        return sample

    def _held(self, known: Mapping[str, float]) -> dict[str, float]:
        held = [s.name for s in self.asked.law.symbols if s not in self.unknowns]
        missing = [name for name in held if name not in known]
        extra = [name for name in known if name not in held]
        if missing or extra:
            wrong = f"{missing[0]} is missing" if missing else f"{extra[0]!r} is not held"
            listed = ", ".join(f"{name}=..." for name in held) or "no other value"
            raise ArgumentError(
                f"the estimate needs a number for each parameter that is held: {wrong}\n"
                f"  to fix   : estimate(x, {listed})"
                if held
                else f"no parameter is held: {wrong}\n  to fix   : estimate(x)"
            )
        facts = {s.name: s.facts for s in self.asked.law.symbols}
        return {name: _held_number(name, known[name], facts[name]) for name in held}

    # --- what is found ------------------------------------------------------------------

    @cached_property
    def _formulas(self) -> list[tuple[str, tuple[Node, ...], CompiledFunction]]:
        """The values in closed form, compiled, with what each takes."""
        formulas = []
        for p, node in self.found.values:
            names = tuple(s for s in self.asked.arguments if s in node.symbols)
            formulas.append((p.name, names, compile_function([(p.name, node)], names)))
        return formulas

    def _closed(self, sample: Vector, values: Mapping[str, float]) -> dict[str, float]:
        vector, found = self.asked.sample.vector, {}
        for name, names, formula in self._formulas:
            given = [sample if s is vector else values[s.name] for s in names]
            try:
                with np.errstate(all="ignore"):
                    found[name] = float(formula(*given))
            except (ArithmeticError, ValueError):
                found[name] = float("nan")
        return found

    def _solved(
        self, left: list[Node], sample: Vector, held: Mapping[str, float]
    ) -> dict[str, float]:
        """The maximum over the parameters that stay, of the likelihood at what was found."""
        total = compile_function([("L", self.asked.log_likelihood())], self.asked.arguments)
        total.let_digits_go()
        symbols = self.asked.law.symbols

        def minus(place: Vector) -> float:
            values = {**held, **{p.name: back(p, t) for p, t in zip(left, place, strict=True)}}
            try:
                with np.errstate(all="ignore"):
                    values |= self._closed(sample, values)
                    if self._out_of_law(values):
                        return NOWHERE
                    value = -float(total(sample, *(values[s.name] for s in symbols))) / len(sample)
            except (ArithmeticError, ValueError):
                return NOWHERE
            return value if np.isfinite(value) else NOWHERE

        place = LargestPoint(tuple(left), minus, sample).place()
        return {p.name: back(p, t) for p, t in zip(left, place, strict=True)}

    @cached_property
    def _expressions(self) -> list[tuple[Parameter, Node, tuple[Node, ...], CompiledFunction]]:
        """The parameters of the law that are functions of unknowns, compiled."""
        law = self.asked.law
        found = []
        for place, node in zip(law.parameters, law.values, strict=True):
            if node.op != "symbol" and node.symbols & set(self.unknowns):
                names = tuple(s for s in law.symbols if s in node.symbols)
                formula = compile_function([(place.name, node)], names)
                found.append((place, node, names, formula))
        return found

    def _out_of_law(self, values: Mapping[str, float]) -> str:
        """A parameter of the law that is none at these values, empty if all are."""
        for place, node, names, formula in self._expressions:
            value = float(formula(*(values[s.name] for s in names)))
            is_chance = "probability" in place.facts
            low = 0.0 if is_chance or "positive" in place.facts else -np.inf
            if not (low < value < (1.0 if is_chance else np.inf)):
                return f"{place.name} = {node!r} would be {value:.6g}"
        for need, right, names, gap in self._needs:
            value = float(gap(*(values[s.name] for s in names)))
            if not (value > 0 if need.sign in {">", ">="} else value < 0):
                return f"{need.left!r} {need.sign} {right!r} would not hold"
        return ""

    @cached_property
    def _needs(self) -> list[tuple[Relation, Node, tuple[Node, ...], CompiledFunction]]:
        """What the law needs beyond the facts of its places, as ``s > 1``, compiled."""
        law, found = self.asked.law, []
        for need in type(law).needs(*law.values):
            right = need.right
            if need.sign in {">", ">=", "<", "<="} and isinstance(right, Node):
                gap = need.left - right
                if gap.symbols & {p for p, _ in self.found.unsolved}:
                    names = tuple(s for s in law.symbols if s in gap.symbols)
                    found.append((need, right, names, compile_function([("gap", gap)], names)))
        return found

    def _require_law_there(self, values: Mapping[str, float]) -> None:
        outside = self._out_of_law(values)
        if outside:
            raise DomainError(
                f"the likelihood of this sample has no maximum inside the domain of the law: "
                f"{outside}\n  to fix   : give more values, or different ones"
            )

    def _require_support_there(self, sample: Vector, values: Mapping[str, float]) -> None:
        """Refuse a sample that has values outside the support of the law that was found."""
        support = self.asked.law.support
        for end, sign in ((support.lower, 1), (support.upper, -1)):
            if end is None or not end.symbols & set(self.unknowns):
                continue
            bound = float(number_at(end, values))
            outside = sign * (sample - bound) < -ROUNDING * (1 + abs(bound))
            if outside.any():
                raise DomainError(
                    f"no {self.asked.law!r} has all of these values in its support: with the best "
                    f"end at {bound:.6g} it leaves out {first_of(sample, outside)}\n"
                    f"  to fix   : take a law that fits the sample"
                )

    def _require_width(self, values: Mapping[str, float]) -> None:
        """Refuse ends of a continuous law that were moved until they meet."""
        support = self.asked.law.support
        if support.is_whole or support.lower is None or support.upper is None:
            return
        ends = (support.lower, support.upper)
        if not any(end.symbols & set(self.unknowns) for end in ends):
            return
        low, high = (float(number_at(end, values)) for end in ends)
        if not high - low > ROUNDING**2 * (abs(low) + abs(high)):
            raise DomainError(
                f"the likelihood of this sample is unbounded: there is no maximum\n"
                f"  because  : the ends of the support meet at {low:.6g}, the only value there "
                f"is, and the density grows without end as they come near\n"
                f"  to fix   : give more values, or different ones"
            )

    def _require_written_there(self, values: Mapping[str, float]) -> None:
        """Refuse a point that the search does not tell from one where a condition fails."""
        for need in self.asked.conditions:
            if not isinstance(need, Relation) or need.sign != "!=":
                continue
            right = need.right
            if not isinstance(right, Node) or not {s.name for s in need.left.symbols} <= set(
                values
            ):
                continue
            gap = float(number_at(need.left, values)) - float(number_at(right, values))
            if abs(gap) < TOLD_APART:
                found = ", ".join(f"{p.name} = {values[p.name]:.6g}" for p in self.unknowns)
                raise DomainError(
                    f"the likelihood of this sample is largest at {found} to the digits of the "
                    f"search, where the density as it is written has no value\n"
                    f"  because  : it needs {need.left!r} != {right!r}; the limit has one\n"
                    f"  to fix   : take the limit as the estimate, or give other values"
                )

    def _require_inside(self, values: Mapping[str, float], count: int) -> None:
        for p in self.unknowns:
            value, low, high = values[p.name], -np.inf, np.inf
            if "probability" in p.facts:
                low, high = 0.0, 1.0
            elif "positive" in p.facts:
                low = 0.0
            if not (low < value < high):
                raise DomainError(
                    f"the likelihood of this sample has no maximum inside the domain of {p.name}: "
                    f"the formula gives {value:.6g}\n"
                    f"  to fix   : give more values, or different ones ({count} were given)"
                )


#: What a fact of a held parameter asks of its number.
ASKED_OF_NUMBERS: Mapping[str, tuple[str, Callable[[float], bool]]] = {
    "probability": ("between 0 and 1", lambda value: 0 < value < 1),
    "positive": ("positive", lambda value: value > 0),
    "nonnegative": ("not negative", lambda value: value >= 0),
    "integer": ("a whole number", lambda value: value == round(value)),
}


def _held_number(name: str, given: Any, facts: frozenset[str]) -> float:
    """The number of a parameter that is held, which must be one that the law can have."""
    try:
        value = float(given)
    except (TypeError, ValueError):
        value = float("nan")
    if not np.isfinite(value):
        raise ArgumentError(
            f"{name} is held, and is no finite number: {given!r:.60}\n"
            f"  to fix   : give one number, as in estimate(x, {name}=1)"
        )
    for fact, (words, holds) in ASKED_OF_NUMBERS.items():
        if fact in facts and not holds(value):
            raise DomainError(
                f"{name} of this law is {words}, got {name} = {value:g}\n"
                f"  to fix   : hold {name} at a value that the law can have"
            )
    return value
