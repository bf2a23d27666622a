"""Which named law a log density is: families are matched to it term by term.

Two log densities are the same law where they are on one support and the terms that hold the
value agree: both have total mass one, so the constants agree then.  A family has letters for
its parameters; a term of it either is a term of the density as it stands, or has letters in
it that the comparison binds; the coefficients then give equations for the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

import sympy
from sympy import Add, Expr, Mul, Pow, Symbol

from derive.engine.expansions import opened
from derive.engine.factoring import cancelled, in_factors
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.engine.solving import solved_for
from derive.errors import DeriveError
from derive.language.expression import Node, symbol
from derive.language.law import Law
from derive.language.support import Support

MOST_TERMS = 4
DISTANCE = sympy.Function("distance", nonnegative=True)
Bound = dict[Symbol, Expr]
Equation = tuple[Expr, Expr]


def recognised(
    log_density: Expr,
    variable: Node,
    support: Support,
    algebra: ScalarAlgebra,
    families: Sequence[type[Law]],
) -> Law | None:
    """The law of the fewest parameters that has this log density on this support.

    Parameters
    ----------
    log_density : Expr
        A function of the letter of `variable` in `algebra`.
    variable : symbol
    support : Support
    algebra : ScalarAlgebra
    families : sequence of law classes
    """
    y = algebra.expr(variable)
    target = terms_of(log_density, y)
    ordered = sorted(families, key=lambda law: len(law.parameters))
    for is_padded in (False, True):  # a law of whose terms one is 0 only if there is no other
        for family in ordered:
            found = _as_member(family, target, variable, support, algebra, is_padded)
            if found is not None:
                return found
    return None


def _as_member(
    family: type[Law],
    target: dict[Expr, Expr],
    variable: Node,
    support: Support,
    algebra: ScalarAlgebra,
    is_padded: bool,
) -> Law | None:
    """The family with parameters that give the terms; padded, terms it lacks have factor 0."""
    letters = tuple(
        symbol(f"{place.name}__", facts=tuple(f for f in place.facts if f != "integer"))
        for place in family.parameters
    )
    own = ScalarAlgebra((variable, *letters))
    y = algebra.expr(variable)
    density = family.log_density_terms(variable, *letters)
    pattern = terms_of(own.expr(density).xreplace({own.expr(variable): y}), y)
    unknown = tuple(own.expr(letter) for letter in letters)
    if is_padded:
        lacking = [f for f in pattern if f not in target and not f.free_symbols & {*unknown}]
        target = {**target, **dict.fromkeys(lacking if target else (), sympy.Integer(0))}
    if len(pattern) != len(target) or (is_padded and not lacking):
        return None
    ends = _end_equations(family.support_at(*letters), support, own, algebra)
    if ends is None:
        return None
    for bound, equations in _match_sums(pattern, target, y, frozenset(unknown), {}):
        values = _solved(bound, (*equations, *ends), unknown)
        if values is None:
            continue
        law = _member(family, values, algebra)
        if law is not None and _has_support(law, support, algebra):
            return law
    return None


def _end_equations(
    mine: Support, other: Support, own: ScalarAlgebra, algebra: ScalarAlgebra
) -> tuple[Equation, ...] | None:
    """Ends with letters in them against those of the density; None where one has no end."""
    found = []
    for end, given in ((mine.lower, other.lower), (mine.upper, other.upper)):
        if (end is None) != (given is None):
            return None
        if end is not None and given is not None and end.symbols:
            found.append((own.expr(end), algebra.expr(given)))
    return tuple(found)


def _member(family: type[Law], values: Sequence[Expr], algebra: ScalarAlgebra) -> Law | None:
    """The law with these parameters, if they are known to lie where they must."""
    nodes = []
    for place, value in zip(family.parameters, values, strict=True):
        try:
            node = algebra.node(value)
        except DeriveError:
            return None
        if not all(_has_fact(fact, value, node) for fact in place.facts):
            return None
        nodes.append(node)
    try:
        return family(*nodes)
    except DeriveError:
        return None


def _has_fact(fact: str, value: Expr, node: Node) -> bool:
    if node.op == "symbol" and fact in node.facts:
        return True
    if fact == "real":
        return bool(value.is_real)
    if fact == "positive":
        return bool(value.is_positive)
    if fact == "integer":
        return bool(value.is_Integer)
    return bool(value.is_number and 0 < value < 1)


def _has_support(law: Law, support: Support, algebra: ScalarAlgebra) -> bool:
    pairs = ((law.support.lower, support.lower), (law.support.upper, support.upper))
    for mine, other in pairs:
        if (mine is None) != (other is None):
            return False
        if mine is None or other is None:
            continue
        if sympy.simplify(algebra.expr(mine) - algebra.expr(other)) != 0:
            return False
    return law.support.is_whole == support.is_whole


# --- terms --------------------------------------------------------------------------------


def terms_of(expr: Expr, y: Symbol) -> dict[Expr, Expr]:
    """A sum as coefficients by the functions of y in it; what has no y is left out."""
    found: dict[Expr, Expr] = {}
    for term in Add.make_args(_standard(expr, y)):
        ahead, function = term.as_independent(y, as_Add=False)
        if function != 1:
            found[function] = sympy.expand(found.get(function, sympy.Integer(0)) + ahead)
    return {f: c for f, c in found.items() if sympy.simplify(c) != 0}


def _standard(expr: Expr, y: Symbol) -> Expr:
    """Logarithms, powers and distances opened, what is under them with leading coefficient 1."""
    powers = expr.replace(sympy.exp, lambda u: _with_powers(u, y))
    whole = opened(powers.replace(sympy.Abs, lambda u: _distance(u, y)))
    logs = {f: _monic(f.args[0], y) for f in whole.atoms(sympy.log) if f.args[0].has(y)}
    return sympy.expand(opened(whole.xreplace(logs)))


def _with_powers(exponent: Expr, y: Symbol) -> Expr:
    """``exp(c log y + d)`` as ``y^c exp(d)``."""
    factors = []
    for term in Add.make_args(sympy.expand(exponent)):
        ahead = cancelled(term / sympy.log(y))
        factors.append(sympy.exp(term) if ahead.has(y) else y**ahead)
    return Mul(*factors)


def _distance(u: Expr, y: Symbol) -> Expr:
    """``|c y + d|`` as |c| times the distance of y from -d/c."""
    fixed, moving = sympy.expand(u).as_independent(y, as_Add=True)
    slope = cancelled(moving / y)
    if slope.has(y):
        return sympy.Abs(u)
    return sympy.Abs(slope) * DISTANCE(sympy.expand(y + fixed / slope))


def _monic(u: Expr, y: Symbol) -> Expr:
    """The logarithm of a sum with the coefficient of one of its terms taken out."""
    whole = sympy.expand_log(sympy.log(in_factors(sympy.together(u))))
    found = []
    for term in Add.make_args(whole):
        coefficient, part = term.as_coeff_Mul()
        base, exponent = (
            part.args[0].as_base_exp() if isinstance(part, sympy.log) else (part, sympy.Integer(1))
        )
        if base == y and not y.is_positive and exponent.is_even:
            found.append(coefficient * exponent * sympy.log(DISTANCE(y)))
            continue
        if not (isinstance(part, sympy.log) and part.args[0].is_Add and part.args[0].has(y)):
            found.append(term)
            continue
        inside = sympy.expand(part.args[0])
        leading = max(
            (t for t in Add.make_args(inside) if t.has(y)),
            key=lambda t: (sympy.count_ops(t.as_independent(y, as_Add=False)[1]), str(t)),
        )
        ahead = leading.as_independent(y, as_Add=False)[0]
        ahead = -ahead if ahead.is_negative else ahead
        found.append(coefficient * (sympy.log(ahead) + sympy.log(sympy.expand(inside / ahead))))
    return Add(*found)


# --- matching -----------------------------------------------------------------------------

State = tuple[Bound, tuple[Equation, ...]]


def _match_sums(
    pattern: dict[Expr, Expr],
    target: dict[Expr, Expr],
    y: Symbol,
    unknown: frozenset[Symbol],
    bound: Bound,
) -> Iterator[State]:
    """Bind letters so that each term of the pattern is one of the target."""
    if len(pattern) != len(target) or len(pattern) > MOST_TERMS:
        return
    plain = [f for f in pattern if not f.free_symbols & unknown]
    if any(f not in target for f in plain):
        return
    equations = tuple((pattern[f], target[f]) for f in plain)
    open_terms = [f for f in pattern if f not in plain]
    left = [f for f in target if f not in plain]
    for order in permutations(left):
        states: list[State] = [(bound, equations)]
        for mine, other in zip(open_terms, order, strict=True):
            states = [
                (new, (*had, *more, (pattern[mine], target[other])))
                for now, had in states
                for new, more in _match(mine, other, y, unknown, now)
            ]
        yield from states


def _match(
    mine: Expr, other: Expr, y: Symbol, unknown: frozenset[Symbol], bound: Bound
) -> Iterator[State]:
    """Bind the letters of a part."""
    mine = mine.xreplace(bound)
    if not mine.free_symbols & unknown:
        if mine == other or sympy.simplify(mine - other) == 0:
            yield bound, ()
    elif not mine.has(y):
        if not other.has(y):
            yield bound, ((mine, other),)
    elif isinstance(mine, Pow) and not mine.exp.has(y):
        base, exponent = other.as_base_exp()
        if mine.base == base or isinstance(other, Pow):
            for new, more in _match(mine.base, base, y, unknown, bound):
                yield new, (*more, (mine.exp, exponent))
        if mine.base.func == other.func and mine.base != other:
            for new, more in _match(mine.base, other, y, unknown, bound):
                yield new, (*more, (mine.exp, sympy.Integer(1)))
    elif isinstance(mine, Mul):
        fixed = Mul(*(f for f in mine.args if not f.free_symbols & unknown))
        rest = mine / fixed
        quotient = other / fixed
        if (rest.has(y) == quotient.has(y) and not rest.is_Mul) or not rest.has(y):
            yield from _match(rest, quotient, y, unknown, bound)
    elif isinstance(mine, Add):
        yield from _match_sums(_with_constant(mine, y), _with_constant(other, y), y, unknown, bound)
    elif mine.func == other.func and len(mine.args) == len(other.args) == 1:
        yield from _match(mine.args[0], other.args[0], y, unknown, bound)


def _with_constant(expr: Expr, y: Symbol) -> dict[Expr, Expr]:
    """A sum as coefficients by functions of y, the constant by 1."""
    found: dict[Expr, Expr] = {sympy.Integer(1): sympy.Integer(0)}
    for term in Add.make_args(sympy.expand(expr)):
        ahead, function = term.as_independent(y, as_Add=False)
        found[function] = found.get(function, sympy.Integer(0)) + ahead
    return found


def _solved(
    bound: Bound, equations: Sequence[Equation], unknown: Sequence[Symbol]
) -> list[Expr] | None:
    """The values of all letters, if every equation holds with them."""
    rights = [sympy.Dummy(f"c{k}", real=True) for k in range(len(equations))]
    back = dict(zip(rights, (right for _, right in equations), strict=True))
    lefts = [left.xreplace(bound) for left, _ in equations]
    useful = [(a, c) for a, c in zip(lefts, rights, strict=True) if a.free_symbols & set(unknown)]
    found = solved_for(useful, [u for u in unknown if u not in bound])
    if found is None:
        return None
    values: Bound = {**bound}
    for name in (u for u in unknown if u not in bound):
        value = found[name].xreplace(back)
        values[name] = _short(value.xreplace(values))
    for left, right in equations:
        gap = left.xreplace(values) - right
        if gap != 0 and sympy.simplify(sympy.expand_log(gap, force=True)) != 0:
            return None
    return [values[name] for name in unknown]


def _short(value: Expr) -> Expr:
    forms = [value, sympy.simplify(value), in_factors(sympy.expand_log(value, force=True))]
    forms = [sympy.powsimp(sympy.powdenest(form)) for form in forms]
    real = [form for form in forms if not form.has(sympy.I)]
    return min(real or forms, key=sympy.count_ops)
