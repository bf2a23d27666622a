"""Estimates from data: closed forms compiled, equations solved by numbers."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import scipy.optimize
from numpy.typing import NDArray

from derive.errors import ArgumentError, DomainError
from derive.language.expression import Node
from derive.language.law import Parameter
from derive.numeric import CompiledFunction, compile_function
from derive.statistics.likelihood.profile import Profile
from derive.statistics.likelihood.sampling import Sampling
from derive.statistics.likelihood.support_of_data import (
    first_of,
    number_at,
    require_in_support,
)

Vector: TypeAlias = NDArray[np.float64]
FARTHEST = 25.0  # on the scale of logarithms: a maximum beyond it is at infinity
FLAT = 1e-8  # of a mean log density: less is no fall
NEARBY = 1e-7  # where a likelihood differs by its rounding alone
ROUNDING = 1e-9
STARTS = (0.0, 1.5, -1.5)


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
        return {name: float(known[name]) for name in held}

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
        symbols = self.asked.law.symbols

        def minus(place: Vector) -> float:
            values = {**held, **{p.name: _back(p, t) for p, t in zip(left, place, strict=True)}}
            try:
                with np.errstate(all="ignore"):
                    values |= self._closed(sample, values)
                    if self._out_of_law(values):
                        return 1e300
                    value = -float(total(sample, *(values[s.name] for s in symbols))) / len(sample)
            except (ArithmeticError, ValueError):
                return 1e300
            return value if np.isfinite(value) else 1e300

        centre, width = float(np.median(sample)), float(np.std(sample)) or 1.0
        starts = [
            np.array([centre + t * width if _is_free(p) else t for p in left]) for t in STARTS
        ]
        tries = [_least(minus, _least(minus, start).x) for start in starts]
        best = min(tries, key=lambda one: float(one.fun))
        for p, t in zip(left, best.x, strict=True):
            if (
                not np.isfinite(best.fun)
                or best.fun >= 1e300
                or (not _is_free(p) and abs(t) > FARTHEST)
            ):
                end = "infinity" if t > 0 else "the lower end of its domain"
                raise DomainError(
                    f"the likelihood of this sample has no maximum: it still grows where "
                    f"{p.name} goes to {end}\n"
                    f"  to fix   : hold {p.name}, or take a law that fits the sample"
                )
        self._require_drop(left, minus, best, width)
        return {p.name: _back(p, t) for p, t in zip(left, best.x, strict=True)}

    def _require_drop(
        self, left: list[Node], minus: Callable[[Vector], float], best: Any, width: float
    ) -> None:
        """Refuse a point from which the likelihood does not fall, the others made best again."""
        for k, p in enumerate(left):
            others = np.arange(len(left)) != k
            near = [minus(best.x + NEARBY * j * (1 + abs(best.x)) * ~others) for j in range(-4, 5)]
            noise = max(near) - min(near)
            least = float(best.fun) + 10 * noise + FLAT * (1 + abs(float(best.fun)))
            for sign in (1.0, -1.0):
                place = best.x.copy()
                place[k] += sign * (width if _is_free(p) else 1.0)

                def beside(rest: Vector, place: Vector = place, others: Any = others) -> float:
                    there = place.copy()
                    there[others] = rest
                    return minus(there)

                value = minus(place)
                if len(left) > 1:
                    value = min(value, float(_least(beside, place[others]).fun))
                if value <= least:
                    raise DomainError(
                        f"the likelihood of this sample has no maximum that numbers tell: it does "
                        f"not fall where {p.name} goes {'up' if sign > 0 else 'down'} from "
                        f"{_back(p, best.x[k]):.6g}\n"
                        f"  to fix   : hold {p.name}, or take a law that fits the sample"
                    )

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
        return ""

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


def _least(function: Callable[[Vector], float], start: Vector) -> Any:
    """The least value of a function near a start, without derivatives."""
    options: Any = {"xatol": 1e-11, "fatol": 1e-15, "maxiter": 400 * len(start)}
    search: Any = scipy.optimize.minimize
    return search(function, start, method="Nelder-Mead", options=options)


def _is_free(p: Node) -> bool:
    return not {"positive", "probability"} & p.facts


def _back(p: Node, t: float) -> float:
    """A number on the whole line as a value of the parameter."""
    if "probability" in p.facts:
        return float(1 / (1 + np.exp(-t)))
    return float(np.exp(min(t, 700.0))) if "positive" in p.facts else float(t)
