"""Differentials of incomplete functions and inverse distribution functions.

Letters as in ``differentials.py``; ``a, b`` are shapes, which are held.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.errors import NoRuleError
from derive.language.expression import Node, is_zero, number
from derive.language.functions import elementwise
from derive.rules.rule import Rule


def _require_fixed(e: Node, shapes: Sequence[Node]) -> None:
    """Refuse a derivative in a shape, which is none of these functions."""
    if not all(map(is_zero, shapes)):
        raise NoRuleError(
            f"{e.op} has no differential in its shapes: {e!r:.120}\n"
            f"  to fix   : differentiate by what its last argument holds"
        )


def _exp(x: Node) -> Node:
    return elementwise("exp", x)


def _loggamma(x: Node) -> Node:
    return elementwise("loggamma", x)


def _gamma_density(a: Node, x: Node) -> Node:
    return x ** (a - 1) * _exp(-x) * _exp(-_loggamma(a))


def _beta_density(a: Node, b: Node, x: Node) -> Node:
    total = _loggamma(a) + _loggamma(b) - _loggamma(a + b)
    return x ** (a - 1) * (1 - x) ** (b - 1) * _exp(-total)


def _gammainc(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    _require_fixed(e, dargs[:-1])
    return _gamma_density(*args) * dargs[-1]


def _betainc(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    _require_fixed(e, dargs[:-1])
    return _beta_density(*args) * dargs[-1]


def _normquantile(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    return dargs[0] / elementwise("normpdf", e)


def _gammaincinv(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    _require_fixed(e, dargs[:-1])
    a = args[0]
    return e ** (1 - a) * _exp(e) * _exp(_loggamma(a)) * dargs[-1]


def _betaincinv(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    _require_fixed(e, dargs[:-1])
    a, b = args[:2]
    total = _loggamma(a) + _loggamma(b) - _loggamma(a + b)
    return e ** (1 - a) * (number(1) - e) ** (1 - b) * _exp(total) * dargs[-1]


INCOMPLETE_RULES: tuple[Rule, ...] = (
    Rule(
        "incomplete gamma function",
        "gammainc",
        "d P(a, x) = x^(a-1) exp(-x)/Gamma(a) dx",
        _gammainc,
        reference="dlmf",
    ),
    Rule(
        "incomplete beta function",
        "betainc",
        "d I_x(a, b) = x^(a-1) (1-x)^(b-1)/B(a, b) dx",
        _betainc,
        reference="dlmf",
    ),
    Rule(
        "normal quantile",
        "normquantile",
        "d q = dp/phi(q), q = Phi^(-1)(p)",
        _normquantile,
        reference="dlmf",
    ),
    Rule(
        "inverse of the incomplete gamma function",
        "gammaincinv",
        "d q = Gamma(a) q^(1-a) exp(q) dp, P(a, q) = p",
        _gammaincinv,
        reference="dlmf",
    ),
    Rule(
        "inverse of the incomplete beta function",
        "betaincinv",
        "d q = B(a, b) q^(1-a) (1-q)^(1-b) dp, I_q(a, b) = p",
        _betaincinv,
        reference="dlmf",
    ),
)
