"""A log density read as products of functions of the parameters and one of the value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sympy
from sympy import Add, Expr, Integer, Mul, Symbol

from derive.engine.expansions import opened
from derive.engine.factoring import in_factors
from derive.engine.standard_form import simplest
from derive.errors import NoRuleError
from derive.language.expression import Node
from derive.probability.question import Question

ONE = Integer(1)


@dataclass(frozen=True)
class Reading:
    """What was read off a log density, as expressions.

    ``log p = sum_j natural[j] statistics[j] - log_partition + log_base``.
    """

    natural: tuple[Expr, ...]
    statistics: tuple[Expr, ...]
    log_partition: Expr
    log_base: Expr


def family_reading(question: Question, unknown: tuple[Node, ...]) -> Reading:
    """Split the log density and make it minimal."""
    algebra, law = question.algebra, question.opened[0]
    x = algebra.expr(question.variable)
    theta = {algebra.expr(s) for s in unknown}
    coefficients: dict[Expr, Expr] = {}
    for term in Add.make_args(_all_open(algebra.expr(law.log_density(question.variable)), x)):
        ahead, function = _split(term, x, theta, question, unknown)
        coefficients[function] = coefficients.get(function, Integer(0)) + ahead
    constant = coefficients.pop(ONE, Integer(0))
    rest, log_base = constant.as_independent(*theta, as_Add=True)[::-1]
    moving: dict[Expr, Expr] = {}
    for function, coefficient in coefficients.items():
        fixed, free = sympy.expand(coefficient).as_independent(*theta, as_Add=True)
        log_base += fixed * function
        if simplest(free) != 0:
            moving[function] = free
    if not moving:
        raise NoRuleError(f"{law!r} does not depend on {', '.join(map(str, theta))}")
    return _minimal(moving, -rest, log_base, theta)


def _all_open(expr: Expr, x: Symbol) -> Expr:
    """Sums of products of a function of the parameters and one of the value, if they split."""
    whole = opened(expr.replace(lambda e: _is_wave(e, x), sympy.expand_trig))
    joined = [sympy.log(in_factors(f.args[0])) for f in whole.atoms(sympy.log) if f.args[0].is_Add]
    kept = [f for f in whole.atoms(sympy.log) if f.args[0].is_Add]
    return opened(sympy.powsimp(whole.xreplace(dict(zip(kept, joined, strict=True)))))


def _is_wave(part: Expr, x: Symbol) -> bool:
    """Whether a part is the cosine or sine of a sum with the value, which the angles split."""
    return isinstance(part, sympy.cos | sympy.sin) and part.args[0].is_Add and part.has(x)


def _split(
    term: Expr, x: Symbol, theta: set[Symbol], question: Question, unknown: tuple[Node, ...]
) -> tuple[Expr, Expr]:
    """The part with parameters and the part with the value."""
    ahead: list[Expr] = []
    behind: list[Expr] = []
    for factor in Mul.make_args(sympy.powsimp(sympy.expand_power_base(term), deep=False)):
        for part in _powers_apart(factor, x):
            has_both = part.has(x) and part.free_symbols & theta
            if has_both:
                shown = question.algebra.node(part)
                names = [s.name for s in unknown if s in shown.symbols]
                raise NoRuleError(
                    f"{question.laws[0]!r} is no exponential family in "
                    f"{', '.join(s.name for s in unknown)}: the part {shown!r} of its log density "
                    f"does not split\n  to fix   : {holding(names, unknown)}"
                )
            (behind if part.has(x) else ahead).append(part)
    number_of, function = Mul(*behind).as_coeff_Mul()
    return number_of * Mul(*ahead), function


def _powers_apart(factor: Expr, x: Symbol) -> list[Expr]:
    """``exp(a + b x)`` and ``(a x)^n`` as their factors."""
    if isinstance(factor, sympy.exp):
        return [sympy.exp(term) for term in Add.make_args(sympy.expand(factor.args[0]))]
    if factor.is_Pow and factor.base.is_Mul:
        return [part**factor.exp for part in factor.base.args]
    if factor.is_Pow and factor.base.is_Add and factor.base.has(x):
        return [in_factors(factor.base) ** factor.exp]
    return [factor]


def _minimal(moving: dict[Expr, Expr], rest: Expr, log_base: Expr, theta: set[Symbol]) -> Reading:
    """Merge statistics whose coefficients are combinations of others, with numbers."""
    functions = list(moving)
    rows: list[dict[Expr, Expr]] = []
    for function in functions:
        row: dict[Expr, Expr] = {}
        for term in Add.make_args(sympy.expand(moving[function])):
            ahead, part = term.as_independent(*theta, as_Add=False)
            row[part] = row.get(part, Integer(0)) + ahead
        rows.append(row)
    parts = list(dict.fromkeys(part for row in rows for part in row))
    table = sympy.Matrix([[row.get(part, 0) for part in parts] for row in rows])
    reduced, pivots = table.T.rref()
    natural, statistics = [], []
    for place, pivot in enumerate(pivots):
        combined = functions[pivot]
        for k in range(len(functions)):
            if k not in pivots and reduced[place, k] != 0:
                combined += reduced[place, k] * functions[k]
        natural.append(simplest(moving[functions[pivot]]))
        statistics.append(combined)
    order = sorted(range(len(statistics)), key=lambda k: sympy.count_ops(statistics[k]))
    return Reading(
        tuple(natural[k] for k in order), tuple(statistics[k] for k in order), rest, log_base
    )


def holding(names: list[str], unknown: Iterable[Node]) -> str:
    """How to hold some parameters, if any is left then."""
    if len(names) == len(set(unknown)):
        return "none: with " + ", ".join(names) + " held no parameter is left"
    return f"hold {', '.join(names)}: known={(names[0] if len(names) == 1 else tuple(names))!r}"
