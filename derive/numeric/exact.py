"""Elementwise terms at one entry, at the precision that settles the value."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from derive.numeric.series import SeriesAtZero
from derive.numeric.terms import Term

DIGITS = (40, 80, 200, 700)
DEEPEST = 400  # terms above each other that are followed
ELEMENTWISE = frozenset(
    {"apply", "combine", "negative", "over", "power", "spread", "square", "sum", "times"}
)


def _own(name: str) -> Callable[[Any, Any], Any]:
    return lambda m, x: getattr(m, name)(x)


#: Elementwise functions by their definitions, written for mpmath ``m``.
EXACT_FUNCTIONS: dict[str, Callable[[Any, Any], Any]] = {
    **{
        name: _own(own)
        for name, own in (
            *((n, n) for n in ("exp", "log", "log1p", "expm1", "sqrt", "sin", "cos", "tan")),
            *((n, n) for n in ("sinh", "cosh", "tanh", "erf", "erfc", "loggamma", "digamma")),
            *(("arcsin", "asin"), ("arccos", "acos"), ("arctan", "atan")),
            *(("normpdf", "npdf"), ("normcdf", "ncdf")),
        )
    },
    "log1mexp": lambda m, x: m.log(-m.expm1(x)),
    "logcosh": lambda m, x: m.log(m.cosh(x)),
    "sech2": lambda m, x: m.sech(x) ** 2,
    "sigmoid": lambda m, x: 1 / (1 + m.exp(-x)),
    "softplus": lambda m, x: m.log1p(m.exp(x)),
    "erfcx": lambda m, x: m.exp(x * x) * m.erfc(x),
    "lognormcdf": lambda m, x: m.log(m.ncdf(x)),
    "mills_excess": lambda m, x: x + m.npdf(x) / m.ncdf(x),
    "trigamma": lambda m, x: m.polygamma(1, x),
    "zeta": lambda m, x: m.zeta(x),
}

#: Differences of two points and the like, as the combined functions are called.
EXACT_COMBINED: dict[str, Callable[..., Any]] = {
    "power_difference": lambda m, u, v, d, p: u**p - v**p,
    "root_difference": lambda m, u, b, d: m.sqrt(u) - b,
    "log_difference": lambda m, u, v, d: m.log(u) - m.log(v),
    "log_one_plus": lambda m, x, log: m.log1p(x),
    "log_excess": lambda m, u, v, d: u - v - v * m.log(u / v),
    "exp_difference": lambda m, u, v, d: m.exp(u) - m.exp(v),
    "arctan_difference": lambda m, u, v, d: m.atan(u) - m.atan(v),
    "sigmoid_difference": lambda m, u, v, d: 1 / (1 + m.exp(-u)) - 1 / (1 + m.exp(-v)),
    "softplus_difference": lambda m, u, v, d: m.log1p(m.exp(u)) - m.log1p(m.exp(v)),
    "normcdf_difference": lambda m, u, v: m.ncdf(u) - m.ncdf(v),
    "erf_difference": lambda m, u, v: m.erf(u) - m.erf(v),
    "log_normcdf_difference": lambda m, u, v: m.log(m.ncdf(u) - m.ncdf(v)),
    "normal_share": lambda m, x, u, v: m.npdf(x) / (m.ncdf(u) - m.ncdf(v)),
    "interval_ratio": lambda m, x, w, u, v: (m.ncdf(x) - m.ncdf(w)) / (m.ncdf(u) - m.ncdf(v)),
    "place_beside_half": lambda m, c: m.sqrt(2) * m.erfinv(2 * c),
    "besseli": lambda m, v, x: m.besseli(v, x),
    "scaled_besseli": lambda m, v, x: m.exp(-abs(x)) * m.besseli(v, x),
    "gammainc": lambda m, a, x: m.gammainc(a, 0, x, regularized=True),
    "gammaincc": lambda m, a, x: m.gammainc(a, x, m.inf, regularized=True),
    "betainc": lambda m, a, b, x: m.betainc(a, b, 0, x, regularized=True),
    "betaincc": lambda m, a, b, x: m.betainc(a, b, x, 1, regularized=True),
    "zeta_slope": lambda m, k, s: m.zeta(s, 1, int(k)),
    "arctan2": lambda m, y, x: m.atan2(y, x),
}


def is_elementwise(term: Term) -> bool:
    """Whether a term is an operation on entries."""
    return term.op in ELEMENTWISE


def leaves_below(result: Term) -> tuple[Term, ...] | None:
    """What elementwise operations are made on; None if one of them is not known here."""
    found, pending, seen = list[Term](), [(result, 0)], set[Term]()
    while pending:
        term, depth = pending.pop()
        if term in seen:
            continue
        seen.add(term)
        if not is_elementwise(term):
            if term.op not in {"number", "constant"}:
                found.append(term)
            continue
        is_known = term.op != "apply" or term.data in EXACT_FUNCTIONS
        if term.op == "combine":
            is_known = isinstance(term.data, SeriesAtZero) or term.data in EXACT_COMBINED
        if not is_known or depth > DEEPEST:
            return None
        pending.extend((arg, depth + 1) for arg in term.args)
    return tuple(found)


@dataclass
class ExactValues:
    """The values of elementwise terms at entries, from those of their leaves."""

    leaves: Mapping[Term, Any]

    def settled(self, term: Term, entry: tuple[int, ...]) -> float | None:
        """The value that higher precision does not change, if it is a real number."""
        mpmath = importlib.import_module("mpmath")
        before = None
        for digits in DIGITS:
            with mpmath.workdps(digits):
                try:
                    value = self._value(mpmath, term, entry, {})
                except (ArithmeticError, ValueError):
                    return None
                if isinstance(value, mpmath.mpc) or not mpmath.isfinite(value):
                    return None
                if before is not None and abs(value - before) <= abs(value) * mpmath.mpf(10) ** -8:
                    return float(value)
            before = value
        return None

    def _value(self, m: Any, term: Term, entry: tuple[int, ...], known: dict[Any, Any]) -> Any:
        key = term, entry
        if key not in known:
            known[key] = self._made(m, term, entry, known)
        return known[key]

    def _made(self, m: Any, term: Term, entry: tuple[int, ...], known: dict[Any, Any]) -> Any:
        if term.op == "number":
            return m.mpf(term.data.numerator) / term.data.denominator
        if term.op == "constant":
            return {"pi": m.pi, "e": m.e, "euler_gamma": m.euler, "infinity": m.inf}[term.data] + 0
        if term in self.leaves:
            leaf = self.leaves[term]
            return m.mpf(float(leaf[entry] if term.rank else leaf))
        if term.op == "spread":
            return self._value(m, term.args[0], tuple(entry[k] for k in term.kept), known)
        args = [self._value(m, arg, entry if arg.rank else (), known) for arg in term.args]
        if term.op == "apply":
            return EXACT_FUNCTIONS[term.data](m, args[0])
        if term.op == "combine":
            is_series = isinstance(term.data, SeriesAtZero)
            return args[1] if is_series else EXACT_COMBINED[term.data](m, *args)
        return OPERATIONS[term.op](m, *args)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "sum": lambda m, *args: m.fsum(args),
    "times": lambda m, x, y: x * y,
    "over": lambda m, x, y: x / y,
    "square": lambda m, x: x * x,
    "negative": lambda m, x: -x,
    "power": lambda m, x, y: m.power(x, y),
}
