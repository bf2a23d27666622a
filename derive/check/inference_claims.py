"""Claims about numbers found from data: a formula at the data, a p-value as a tail.

The tails are enclosed by ball arithmetic; the numbers come from double precision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flint import acb, arb, arb_mat

from derive.check.claim import Finding, Kind, Plan
from derive.check.edge_values import EdgeEvaluation
from derive.check.evaluate import Point
from derive.check.precision import working_precision
from derive.check.words import brief
from derive.language.expression import Node

TEST = "tested at points"
BITS = 400
CLOSE = 1e-8  # of the larger of the value and its scale; the numbers are doubles
NARROW = 60  # bits of an enclosure
TINY = 1e-290  # a tail below it is nothing


@dataclass(frozen=True)
class NumberClaim:
    """A number from data is what a formula of the page gives there.

    Parameters
    ----------
    formula : Node, shape (1, 1)
    values : mapping of symbol name to numbers
        The data; an array stands for a vector.
    found : float
        The number.
    sizes : mapping of size name to whole number
    scale : float
        What a rounding error of the number is small beside, where the number itself may be
        near zero.
    """

    formula: Node
    values: Mapping[str, Any] = field(hash=False)
    found: float
    sizes: Mapping[str, int] = field(default_factory=dict, hash=False)
    scale: float = 1.0
    kind: Kind = "statement"

    def describe(self) -> str:
        """The claim in one line of words."""
        return f"{brief(self.formula)} is {self.found:.6g} of these data"

    def examine(self, plan: Plan) -> Finding:
        """Evaluate the formula at the data in balls, ties among them or not."""
        with working_precision(BITS):
            point = Point(
                self.sizes,
                {s: _value(self.values[s.name]) for s in self.formula.symbols},
            )
            value = EdgeEvaluation(point).value(self.formula)[0, 0]
            return _finding(self.describe(), value, self.found, self.kind, self.scale)

    def mutants(self) -> tuple[NumberClaim, ...]:
        """The number a thousandth larger."""
        return (replace(self, found=self.found * 1.001 + 1e-3 * self.scale),)


@dataclass(frozen=True)
class TailClaim:
    """A p-value is the tail of the null law at the statistic.

    Parameters
    ----------
    family : "normal", "student", "chi_squared" or "f"
    degrees : tuple of float
    statistic, p_value : float
    alternative : "two-sided", "greater" or "less"
        Two-sided doubles the smaller tail.
    """

    family: str
    degrees: tuple[float, ...]
    statistic: float
    p_value: float
    alternative: str
    kind: Kind = "statement"

    def describe(self) -> str:
        """The claim in one line of words."""
        return f"p = {self.p_value:.6g} is the tail of the null law at {self.statistic:.6g}"

    def examine(self, plan: Plan) -> Finding:
        """Enclose the tail."""
        with working_precision(BITS):
            place = arb(self.statistic), *map(arb, self.degrees)
            parts = BELOW[self.family](*place), ABOVE[self.family](*place)
            below, above = _sharper(*parts), _sharper(*reversed(parts))
            smaller = below if bool(below < above) else above
            value = {"less": below, "greater": above}.get(self.alternative, 2 * smaller)
            if self.alternative == "two-sided" and not bool(value <= 1):
                value = arb(1)
            return _finding(self.describe(), value, self.p_value, self.kind, TINY)

    def mutants(self) -> tuple[TailClaim, ...]:
        """A p-value a thousandth larger."""
        return (replace(self, p_value=self.p_value * 1.001 + TINY),)


def _finding(words: str, value: Any, found: float, kind: Kind, scale: float) -> Finding:
    """The two compared, relative to the larger of the number found and its scale."""
    gap = abs(value - arb(found)) / max(scale, abs(found))
    error = float(gap.abs_upper())
    if not gap.is_finite() or bool(gap > CLOSE):
        return Finding(
            words,
            "refuted",
            TEST,
            1,
            error,
            reason="the two sides differ",
            kind=kind,
            counterexample=f"{value.str(15)} against {found:.15g}",
        )
    if not bool(gap < CLOSE):
        return Finding(words, "unchecked", "not checked", reason="enclosed too widely", kind=kind)
    return Finding(words, "verified", TEST, 1, error, kind=kind, digits=15)


def _sharper(part: arb, rest: arb) -> arb:
    """A part of one, by what is left of one where that is enclosed more narrowly."""
    found = 1 - rest
    is_wide = not part.is_finite() or part.rel_accuracy_bits() < NARROW
    return found if is_wide and found.is_finite() else part


def _value(given: Any) -> Any:
    """A number as it is, an array as a column."""
    if isinstance(given, int | float):
        return arb(given)
    return arb_mat([[arb(float(entry))] for entry in given])


def _normal(x: arb) -> arb:
    return (-x / arb(2).sqrt()).erfc() / 2


def _student(x: arb, k: arb) -> arb:
    half = _beta(k / (k + x * x), k / 2, arb(1) / 2) / 2
    return 1 - half if bool(x > 0) else half


def _chi_squared(x: arb, k: arb) -> arb:
    if not bool(x > 0):
        return arb(0)
    return (x / 2).gamma_lower(k / 2, regularized=True)


def _chi_squared_above(x: arb, k: arb) -> arb:
    if not bool(x > 0):
        return arb(1)
    return (x / 2).gamma_upper(k / 2, regularized=True)


def _f(x: arb, a: arb, b: arb) -> arb:
    return _beta(a * x / (a * x + b), a / 2, b / 2) if bool(x > 0) else arb(0)


def _f_above(x: arb, a: arb, b: arb) -> arb:
    return _beta(b / (a * x + b), b / 2, a / 2) if bool(x > 0) else arb(1)


def _beta(x: arb, a: arb, b: arb) -> arb:
    return x.beta_lower(a, b, regularized=True)


BELOW: Mapping[str, Callable[..., arb]] = {
    "normal": _normal,
    "student": _student,
    "chi_squared": _chi_squared,
    "f": _f,
}
ABOVE: Mapping[str, Callable[..., arb]] = {
    "normal": lambda x: _normal(-x),
    "student": lambda x, k: _student(-x, k),
    "chi_squared": _chi_squared_above,
    "f": _f_above,
}


@dataclass(frozen=True)
class MixtureClaim:
    """A power of a t test is a mean over V of normal tails, integrated.

    Parameters
    ----------
    nu, shift, quantile : float
        Degrees of freedom, shift, and the point beyond which the test rejects.
    both : bool
        Whether it also rejects below minus that point.
    power : float
    """

    nu: float
    shift: float
    quantile: float
    both: bool
    power: float
    kind: Kind = "statement"

    def describe(self) -> str:
        """The claim in one line of words."""
        return f"the power {self.power:.6g} is the mean of normal tails over V"

    def examine(self, plan: Plan) -> Finding:
        """Integrate over the root of V."""
        with working_precision(200):
            whole = self._mean(lambda w: acb(1))
            above = self._mean(lambda w: self._tail(acb(self.shift), w))
            if self.both:
                above += self._mean(lambda w: self._tail(acb(-self.shift), w))
            return _finding(self.describe(), (above / whole).real, self.power, self.kind, TINY)

    def mutants(self) -> tuple[MixtureClaim, ...]:
        """A power a thousandth larger."""
        return (replace(self, power=self.power * 1.001),)

    def _tail(self, shift: acb, w: acb) -> acb:
        cut = acb(self.quantile) * w / acb(self.nu).sqrt() - shift
        return (cut / acb(2).sqrt()).erfc() / 2

    def _mean(self, function: Callable[[acb], acb]) -> acb:
        """The integral of a function of w = sqrt(V) times its density, without the constant."""
        nu = acb(self.nu)
        middle = max(self.nu - 1, 0) ** 0.5
        top = acb(middle) if middle else acb(1)

        def density(w: acb, _: bool) -> acb:
            return (w / top) ** (nu - 1) * ((top * top - w * w) / 2).exp() * function(w)

        # tails fall with w, so what lies above is less of them than of the density
        return acb.integral(density, 0, middle + 12, rel_tol=1e-14, abs_tol=1e-14 * self.power)
