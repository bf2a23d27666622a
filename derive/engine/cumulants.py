"""Logarithms of moment generating functions, as functions of t with coefficients.

Near t = 0 the function determines the law, and for independent values it multiplies: the
logarithms add.  ``cumulant_terms`` writes a logarithm as ``sum_j coefficient_j * function_j``
where every ``log(...)`` in it is 0 at t = 0; ``parameters_of`` looks for parameters at which a
family has the same terms.  Letters: ``exp(t)`` is one letter here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, permutations

import sympy
from sympy import Add, Expr, Integer, Mul, Pow, Symbol

from derive.engine.factoring import factored
from derive.engine.law_reading import shortest, solve_one_by_one

GROWTH = Symbol("exp_of_t", positive=True)
ZERO, ONE = Integer(0), Integer(1)
MOST_FUNCTIONS = 4
UNARY = (sympy.log, sympy.exp, sympy.loggamma)
Terms = Mapping[Expr, Expr]


def cumulant_terms(generating: Expr, t: Symbol) -> Terms:
    """The logarithm of a moment generating function, by functions of t; constants left out.

    Parameters
    ----------
    generating : Expr
        Positive near ``t = 0``, and 1 there.
    t : Symbol
    """
    found: dict[Expr, Expr] = {}
    for coefficient, function in _logarithm(_with_letter(generating, t), t):
        found[function] = found.get(function, ZERO) + coefficient
    kept = {function: shortest(coefficient) for function, coefficient in found.items()}
    return {function: c for function, c in kept.items() if c != 0}


def _with_letter(expr: Expr, t: Symbol) -> Expr:
    """Whole powers of exp(t) as those of a letter."""

    def written(exponent: Expr) -> Expr:
        rest, power = list[Expr](), ZERO
        for term in Add.make_args(sympy.expand(exponent)):
            ahead = term / t
            if ahead.is_Integer:
                power += ahead
            else:
                rest.append(term)
        return GROWTH**power * sympy.exp(Add(*rest))

    return expr.replace(sympy.exp, written)


def _logarithm(expr: Expr, t: Symbol) -> Iterator[tuple[Expr, Expr]]:
    """The logarithm of a product, factor by factor."""
    if not expr.has(t, GROWTH):
        return
    if expr == GROWTH:
        yield ONE, t
    elif expr.is_Mul:
        for factor in expr.args:
            yield from _logarithm(factor, t)
    elif isinstance(expr, sympy.exp):
        yield from _by_functions(expr.args[0], t)
    elif isinstance(expr, Pow) and not expr.exp.has(t, GROWTH):
        for coefficient, function in _logarithm(expr.base, t):
            yield expr.exp * coefficient, function
    elif isinstance(expr, Pow) and not expr.base.has(t, GROWTH):
        yield from _by_functions(expr.exp * sympy.log(expr.base), t)
    else:
        whole = factored(sympy.together(expr)) if expr.is_Add else expr
        if whole.is_Mul or (whole.is_Pow and whole != expr):
            yield from _logarithm(whole, t)
        else:
            yield ONE, sympy.log(_from_one(whole, t))


def _by_functions(exponent: Expr, t: Symbol) -> Iterator[tuple[Expr, Expr]]:
    for term in Add.make_args(sympy.expand(exponent)):
        coefficient, function = term.as_independent(t, GROWTH, as_Add=False)
        if function.is_Pow and not function.exp.has(t, GROWTH):
            start = function.base.subs({t: 0, GROWTH: 1})
            if start.is_positive:  # a root that is 1 at t = 0
                coefficient *= start**function.exp
                function = _from_one(function.base, t) ** function.exp
        if function != 1:
            yield coefficient, function


def _from_one(whole: Expr, t: Symbol) -> Expr:
    """A sum over its value at t = 0, term by term; as it is where that is 0 or none."""
    start = shortest(whole.subs({t: 0, GROWTH: 1}))
    if start.is_zero or start.has(sympy.nan, sympy.zoo, sympy.oo):
        return whole
    collected: dict[Expr, Expr] = {}
    for coefficient, function in _by_all_functions(whole, t):
        collected[function] = collected.get(function, ZERO) + coefficient / start
    return Add(*(shortest(c) * function for function, c in collected.items()))


def _by_all_functions(whole: Expr, t: Symbol) -> Iterator[tuple[Expr, Expr]]:
    for term in Add.make_args(sympy.expand(whole)):
        coefficient, function = term.as_independent(t, GROWTH, as_Add=False)
        yield coefficient, function


def parameters_of(
    pattern: Terms, found: Terms, unknown: Sequence[Expr], t: Symbol
) -> tuple[Expr, ...] | None:
    """Values of the unknown letters at which a pattern has the terms that were found; or None."""
    plain = [f for f in pattern if not f.has(*unknown)] if unknown else list(pattern)
    holding = [f for f in pattern if f not in plain]
    others = [f for f in found if f not in plain]
    if len(holding) != len(others) or len(holding) > MOST_FUNCTIONS:
        return None
    shared = [(pattern[f], found.get(f, ZERO)) for f in plain]
    for chosen in permutations(others):
        equations = list(shared)
        for mine, other in zip(holding, chosen, strict=True):
            pairs = _as_equations(mine, other, t)
            if pairs is None:
                break
            equations += [*pairs, (pattern[mine], found[other])]
        else:
            solution = solve_one_by_one(equations, list(unknown))
            solution = solution or _of_products(equations, unknown)
            if solution is not None:
                return tuple(solution[letter] for letter in unknown)
    return None


def _of_products(
    equations: Sequence[tuple[Expr, Expr]], unknown: Sequence[Expr]
) -> dict[Expr, Expr] | None:
    """Two positive letters from products of powers of them, one put into the other's equation."""
    if len(unknown) != 2 or not all(letter.is_positive for letter in unknown):
        return None
    rows = []
    for left, right in equations:
        fixed, moving = left.as_independent(*unknown, as_Add=False)
        powers = moving.as_powers_dict()
        if set(powers) <= set(unknown) and moving != 1:
            rows.append((*(powers.get(letter, ZERO) for letter in unknown), right / fixed))
    for (a, b, value), (c, d, other) in combinations(rows, 2):
        scale = a * d - b * c
        if scale.is_number and scale != 0 and value.is_positive and other.is_positive:
            first = shortest(value ** (d / scale) * other ** (-b / scale))
            second = shortest(value ** (-c / scale) * other ** (a / scale))
            solution = dict(zip(unknown, (first, second), strict=True))
            gaps = (left.xreplace(solution) - right for left, right in equations)
            return solution if all(shortest(gap) == 0 for gap in gaps) else None
    return None


def _as_equations(mine: Expr, other: Expr, t: Symbol) -> list[tuple[Expr, Expr]] | None:
    """What must be equal for two functions of t to be the same."""
    if isinstance(mine, UNARY):
        return _as_equations(mine.args[0], other.args[0], t) if mine.func is other.func else None
    if isinstance(mine, Pow) and isinstance(other, Pow) and not mine.exp.is_Integer:
        return _as_equations(mine.base, other.base, t) if mine.exp == other.exp else None
    one, two = _by_powers(mine, t), _by_powers(other, t)
    if one is None or two is None or set(one) != set(two):
        return None
    return [(one[power], two[power]) for power in one]


def _by_powers(expr: Expr, t: Symbol) -> dict[Expr, Expr] | None:
    """A polynomial in t and exp(t), coefficient by product of powers; None if it is none."""
    try:
        terms = sympy.Poly(expr, t, GROWTH).terms()
    except sympy.PolynomialError:
        return None
    return {t**i * GROWTH**j: coefficient for (i, j), coefficient in terms}


def whole_logarithm(terms: Terms, t: Symbol) -> Expr:
    """The terms as one function of t that is 0 at ``t = 0``."""
    total = Add(*(coefficient * function for function, coefficient in terms.items()))
    start = total.subs({t: 0, GROWTH: 1})
    return (total - start).xreplace({GROWTH: sympy.exp(t)})


def generating_function(terms: Terms, t: Symbol) -> Expr:
    """The exponential of the terms: logarithms as powers, the rest under one exponential."""
    powers = [function.args[0] ** c for function, c in terms.items() if function.func is sympy.log]
    rest = {f: c for f, c in terms.items() if f.func is not sympy.log}
    exponent = factored(whole_logarithm(rest, t)) if rest else ZERO
    return Mul(*powers).xreplace({GROWTH: sympy.exp(t)}) * sympy.exp(exponent)
