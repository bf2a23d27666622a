"""A sum of scalar terms in the form a textbook gives it.

Terms are collected by what cannot be opened further (a logarithm, a log-gamma, a
digamma), rational parts are kept in the shortest of a few forms, logarithms with equal or
opposite coefficients become one.  Nothing is searched and nothing is simplified blindly:
every form is one of a few candidates, the one with the fewest operations wins, the first
of equals.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import sympy
from sympy import Add, Expr, Integer, Mul, Rational

from derive.engine.denominators import over_shared_denominators
from derive.engine.expansions import opened_around_squares
from derive.engine.factoring import cancelled, factored
from derive.engine.scalar_algebra import ScalarAlgebra, is_negated, operation_count
from derive.language.expression import Node, add, multiply, negative, number
from derive.language.properties import is_nonnegative
from derive.language.sympy_special import zetaderiv

Order = Literal["rational first", "rational last"]
MOST_OPERATIONS = 80  # of terms that are opened and collected a second time
LARGEST_POWER = 4  # of a number that goes into another logarithm
EULER = sympy.EulerGamma
RATIOS = (sympy.besseli, zetaderiv)
KINDS = (sympy.polygamma, sympy.loggamma)


def closed_form(terms: Sequence[Expr], algebra: ScalarAlgebra, order: Order) -> Node:
    """The sum of `terms`, collected and written out.

    Parameters
    ----------
    terms : sequence of Expr
        Summands; letters of `algebra` in them stay closed.
    algebra : ScalarAlgebra
    order : "rational first" or "rational last"
        Whether the part without special functions stands before them.

    Returns
    -------
    Node, shape (1, 1)
    """
    forms = [list(terms)]
    if _size(terms) <= MOST_OPERATIONS:
        written = [algebra.written_out(term) for term in terms]
        if written != forms[0] and not any(term.has(sympy.I) for term in written):
            forms.insert(0, written)
    shared = over_shared_denominators(forms[0])
    if shared is not None and _size(shared) <= 2 * _size(forms[0]):
        forms.append(shared)
    return min((_closed_form(form, algebra, order) for form in forms), key=operation_count)


def _size(terms: Sequence[Expr]) -> int:
    return sum(map(sympy.count_ops, terms))


def _closed_form(terms: Sequence[Expr], algebra: ScalarAlgebra, order: Order) -> Node:
    """The sum of `terms` as they are, collected and written out."""
    collected, rational = _collect(terms)
    logs = {a: c for a, c in collected.items() if isinstance(a, sympy.log)}
    others = {a: c for a, c in collected.items() if a not in logs}
    rest = _rational_part(rational, algebra)
    merged = _merge_with_number(logs, rest) if not others else None
    if merged is not None:
        return algebra.node(merged)
    groups = [
        *([_written(c, a, algebra) for a, c in kind] for kind in _by_kind(_shared(others))),
        [_written(c, a, algebra) for a, c in merge_logs(logs, algebra)],
        [] if rest == 0 else [algebra.node(rest)],
    ]
    if order == "rational first":
        groups.reverse()
    return add(*_leading_positive([sign_outside(t) for group in groups for t in group]))


def sign_outside(term: Node) -> Node:
    """``(-a - n) log b`` as ``-(a + n) log b``."""
    if term.op != "mul":
        return term
    factors = list(term.args)
    for k, factor in enumerate(factors):
        if factor.op == "add" and all(_is_negative(part) for part in factor.args):
            factors[k] = add(*(negative(part) for part in factor.args))
            return negative(multiply(*factors))
    return term


def shortest(candidates: Sequence[Expr], algebra: ScalarAlgebra) -> Expr:
    """The candidate with the fewest operations as written, the first of equals."""
    real = [expr for expr in candidates if not expr.has(sympy.I)]  # no sign under a logarithm
    return min(real or candidates, key=lambda expr: operation_count(algebra.node(expr)))


def _collect(terms: Sequence[Expr]) -> tuple[dict[Expr, Expr], list[Expr]]:
    """Coefficients by special atom, and the rational part term by term."""
    collected: dict[Expr, Expr] = {}
    rational: list[Expr] = []
    for term in terms:
        plain = []
        for piece in Add.make_args(opened_around_squares(term)):
            factors = Mul.make_args(piece)
            atoms = [f for f in factors if f.is_Function or f == sympy.EulerGamma]
            if len(atoms) == 1:
                atom = _with_denominator(atoms[0], factors)
                coefficient = piece / atom
                collected[atom] = collected.get(atom, Integer(0)) + coefficient
            else:
                plain.append(piece)
        whole = len(plain) == len(Add.make_args(opened_around_squares(term)))
        rational.append(term if whole else Add(*plain))
    kept = {a: _short_rational(c) for a, c in collected.items()}
    return {a: c for a, c in kept.items() if c != 0}, [r for r in rational if r != 0]


def _with_denominator(atom: Expr, factors: Sequence[Expr]) -> Expr:
    """A ratio of functions of one kind is what cannot be opened, as its numerator alone is."""
    if not isinstance(atom, RATIOS):
        return atom
    return Mul(*(f for f in factors if isinstance(f.as_base_exp()[0], RATIOS)))


def _short_rational(expr: Expr) -> Expr:
    """A coefficient in its shortest form: as it is, expanded or factored."""
    expanded = sympy.expand(expr, multinomial=False)
    return min((expr, expanded, factored(expr)), key=sympy.count_ops)


def _rational_part(terms: Sequence[Expr], algebra: ScalarAlgebra) -> Expr:
    """One sum or the given terms, each in its shortest form: whichever is shorter."""
    whole = Add(*terms)
    if cancelled(whole) == 0:
        return Integer(0)
    singly = Add(*(_shortest_form(term, algebra) for term in terms))
    together = _shortest_form(whole, algebra)
    return shortest((singly, opened_around_squares(whole), together), algebra)


def _shortest_form(expr: Expr, algebra: ScalarAlgebra) -> Expr:
    return shortest((opened_around_squares(expr), expr, factored(expr)), algebra)


def merge_logs(logs: dict[Expr, Expr], algebra: ScalarAlgebra) -> list[tuple[Expr, Expr]]:
    """Logarithms with equal or opposite coefficients as one: (logarithm, coefficient).

    Two arguments of unknown sign stay apart: a product may be positive where they are not.
    """
    groups: list[tuple[Expr, list[Expr], list[Expr]]] = []
    unsure = [a.args[0] for a in logs if not _is_never_negative(a.args[0], algebra)]
    apart = unsure if len(unsure) > 1 else []
    for atom, coefficient in _numbers_joined(logs):
        if atom.args[0] in apart:
            groups.append((coefficient, [atom.args[0]], []))
            continue
        for first, above, below in groups:
            if above[0] in apart:
                continue
            if sympy.expand(coefficient - first) == 0:
                above.append(atom.args[0])
                break
            if sympy.expand(coefficient + first) == 0:
                below.append(atom.args[0])
                break
        else:
            groups.append((coefficient, [atom.args[0]], []))
    merged = []
    for coefficient, above, below in groups:
        if below and (is_negated(coefficient) or -coefficient in (*above, *below)):
            coefficient, above, below = -coefficient, below, above
        merged.append((sympy.log(Mul(*above) / Mul(*below), evaluate=False), coefficient))
    return sorted(merged, key=lambda item: item[1].is_Add)


def _is_never_negative(argument: Expr, algebra: ScalarAlgebra) -> bool:
    if argument.has(sympy.Function):  # the total of a kernel, as 1 - exp(-rate b)
        return True
    return bool(argument.is_nonnegative) or is_nonnegative(algebra.node(argument))


def _numbers_joined(logs: dict[Expr, Expr]) -> list[tuple[Expr, Expr]]:
    """The logarithms; ``2 log 2`` beside a plain logarithm is the logarithm of a power."""
    has_plain = any(abs(c) == 1 and not a.args[0].is_Rational for a, c in logs.items())
    joined = []
    for atom, coefficient in logs.items():
        is_small = coefficient.is_Integer and abs(coefficient) <= LARGEST_POWER
        if has_plain and is_small and atom.args[0].is_Rational:
            power = atom.args[0] ** abs(coefficient)
            atom, coefficient = sympy.log(power, evaluate=False), sympy.sign(coefficient)
        joined.append((atom, coefficient))
    return joined


def _merge_with_number(logs: dict[Expr, Expr], rest: Expr) -> Expr | None:
    """Two or more logarithms with numbers before them, and a number: one logarithm.

    ``log(sigma) + 1/2 log(2 pi) + 1/2`` is ``1/2 log(2 pi e sigma^2)``.
    """
    coefficients = list(logs.values())
    symbols = {s for atom in logs for s in atom.free_symbols}
    whole, others = rest.as_coeff_Add()
    if len(logs) < 2 or not all(c.is_Rational for c in coefficients):
        return None
    if not whole.is_Rational or whole <= 0 or not others.is_polynomial():
        return None
    unit: Rational = min(map(abs, coefficients))
    exponents = [c / unit for c in (*coefficients, whole)]
    if not all(e.is_Integer for e in exponents) or len(symbols) > 1:
        return None
    inside = Mul(*(a.args[0] ** e for a, e in zip(logs, exponents, strict=False)))
    inside *= sympy.Pow(sympy.E, exponents[-1], evaluate=False)
    merged = Mul(unit, sympy.log(inside, evaluate=False), evaluate=False)
    return merged if others == 0 else Add(others, merged, evaluate=False)


def _shared(atoms: dict[Expr, Expr]) -> dict[Expr, Expr]:
    """Digammas (and Euler's constant) that have one sum before them, together behind it."""
    shared: dict[Expr, list[Expr]] = {}
    for atom, coefficient in atoms.items():
        if not (_is_long(coefficient) and isinstance(atom, (sympy.polygamma, type(EULER)))):
            continue
        sign = next((s for s in (1, -1) if s * coefficient in shared), None)
        shared.setdefault(coefficient if sign is None else sign * coefficient, []).append(
            atom if sign in (None, 1) else -atom
        )
    groups = {c: Add(*parts) for c, parts in shared.items() if len(parts) > 1}
    taken = {part for c in groups for part in shared[c]}
    left = {a: c for a, c in atoms.items() if a not in taken and -a not in taken}
    return {total: c for c, total in groups.items()} | left


def _is_long(coefficient: Expr) -> bool:
    return any(factor.is_Add for factor in Mul.make_args(coefficient))


def _by_kind(atoms: dict[Expr, Expr]) -> list[list[tuple[Expr, Expr]]]:
    """Digammas, log-gammas and the rest apart; each kind in order of appearance."""
    kinds: list[list[tuple[Expr, Expr]]] = [[], [], []]
    for atom, coefficient in atoms.items():
        rank = next((k for k, t in enumerate(KINDS) if atom.has(t)), len(KINDS))
        kinds[rank].append((atom, coefficient))
    return kinds


def _written(coefficient: Expr, atom: Expr, algebra: ScalarAlgebra) -> Node:
    """``coefficient * atom`` as a node."""
    if coefficient == 1:
        return algebra.node(atom)
    is_divided = atom == EULER and not _is_long(coefficient)  # gamma/k, not 1/k gamma
    if atom.is_Mul or is_divided:
        return algebra.node(coefficient * atom)
    return algebra.node(Mul(coefficient, atom, evaluate=False))


def _leading_positive(terms: list[Node]) -> list[Node]:
    """The terms with a positive one first, if there is one."""
    if not terms:
        return [number(0)]
    positive = next((t for t in terms if not _is_negative(t)), None)
    if positive is not None and _is_negative(terms[0]):
        terms.remove(positive)
        terms.insert(0, positive)
    return terms


def _is_negative(node: Node) -> bool:
    first = node.args[0] if node.op == "mul" else node
    return first.op == "number" and first.data < 0
