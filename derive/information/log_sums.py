"""Sums of multiples of logarithms, collected the way a textbook writes them.

In: pairs (coefficient, positive argument), both rational in their symbols.  Out: one node.
A logarithm opens where the factors of its argument are certainly positive; numbers open into
logarithms of primes.  What is not shorter opened stays closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sympy
from sympy import Add, Expr, Integer, Mul, Rational

from derive.engine.factoring import cancelled, in_factors
from derive.engine.scalar_algebra import operation_count
from derive.language.expression import Node, add, divide, multiply, negative, number, power
from derive.language.laws.terms import log
from derive.language.properties import is_negative, is_positive
from derive.language.sympy_in import from_sympy
from derive.language.sympy_out import to_sympy

LARGEST_FACTORED = 10**12


@dataclass(frozen=True)
class LogTerm:
    """``sign * weight * log(argument)``; an argument of 1 or a weight of 0 adds nothing."""

    weight: Node
    argument: Node
    sign: int = 1

    @property
    def node(self) -> Node:
        """The term as it is written before anything is collected."""
        written = multiply(self.weight, log(self.argument))
        return written if self.sign == 1 else negative(written)


def log_sum(
    terms: Iterable[LogTerm], base: Node | None = None, positive: Sequence[Node] = ()
) -> Node:
    """The sum of the terms in its shortest form, divided by the logarithm of `base`.

    `positive` are further nodes that are known to be positive.

    Examples
    --------
    >>> half, quarter = number(1) / 2, number(1) / 4
    >>> log_sum([LogTerm(half, half, -1), LogTerm(half, quarter, -1)])
    3/2*log(2)
    """
    pairs = [(t.sign * to_sympy(t.weight), to_sympy(t.argument)) for t in terms]
    known = known_signs([*(argument for _, argument in pairs), *map(to_sympy, positive)])
    forms = [_written(_collected(pairs, known, opens), known, base) for opens in (True, False)]
    return min(forms, key=operation_count)


def log_product(terms: Iterable[LogTerm]) -> Node:
    """The exponential of a sum of logarithms, as a product of powers.

    Examples
    --------
    >>> log_product([LogTerm(number(1) / 2, number(8)), LogTerm(number(1) / 2, number(2), -1)])
    2
    """
    pairs = [(t.sign * to_sympy(t.weight), to_sympy(t.argument)) for t in terms]
    known = known_signs(argument for _, argument in pairs)
    found = _collected(pairs, known, opens=True)
    parts = [power(from_sympy(a), from_sympy(found[a])) for a in sorted(found, key=_place)]
    return multiply(*parts) if parts else number(1)


def positive_quotient(above: Node, below: Node) -> Node:
    """A quotient of positive nodes, cancelled, its factors positive where that is known."""
    if above.is_number and below.is_number:
        return divide(above, below)
    one, other = to_sympy(above), to_sympy(below)
    quotient = cancelled(one / other)
    return from_sympy(_with_positive_factors(quotient, known_signs((one, other))))


def positive_form(node: Node, positive: Sequence[Node]) -> Node:
    """A rational node, cancelled and factored, its factors positive where that is known."""
    if node.is_number:
        return node
    known = known_signs(map(to_sympy, positive))
    return from_sympy(_with_positive_factors(cancelled(to_sympy(node)), known))


def known_signs(positive: Iterable[Expr]) -> dict[Expr, int]:
    """Signs of the irreducible factors of positive expressions, as far as they are certain.

    Where all factors but one have a known sign, that one has the sign that is left.
    """
    signs: dict[Expr, int] = {}
    for expression in positive:
        content, factors = _irreducible(expression)
        sign, unknown = (1 if content > 0 else -1), []
        for base, exponent in factors:
            found = _sign(base) or signs.get(base, 0)
            if found:
                signs[base] = found
                sign *= found ** (exponent % 2)
            elif exponent % 2:
                unknown.append(base)
        if len(unknown) == 1:
            signs[unknown[0]] = sign
    return signs


def _irreducible(expr: Expr) -> tuple[Rational, list[tuple[Expr, int]]]:
    """A rational content and irreducible factors with their exponents.

    What is not rational in its symbols, such as ``e^e``, is one factor.
    """
    if not expr.is_rational_function():
        return Integer(1), [(expr, 1)]
    above, below = sympy.fraction(cancelled(sympy.together(expr)))
    first, over = sympy.factor_list(above)
    second, under = sympy.factor_list(below)
    return first / second, [*over, *((base, -exponent) for base, exponent in under)]


def _with_positive_factors(expr: Expr, known: Mapping[Expr, int]) -> Expr:
    """The factored form in which a factor of known sign is positive."""
    content, factors = _irreducible(expr)
    parts = []
    for base, exponent in factors:
        sign = known.get(base, 0) or _sign(base) or 1
        content *= sign ** (exponent % 2)
        parts.append((sign * base) ** exponent)
    return Mul(content, *parts)


def _collected(
    pairs: Sequence[tuple[Expr, Expr]], known: Mapping[Expr, int], opens: bool
) -> dict[Expr, Expr]:
    """Coefficients by the argument of the logarithm, zeros left out."""
    found: dict[Expr, Expr] = {}
    for coefficient, argument in pairs:
        closed = {_with_positive_factors(argument, known): Integer(1)}
        parts = _factors(argument, known) if opens else closed
        for part, exponent in parts.items():
            found[part] = found.get(part, Integer(0)) + coefficient * exponent
    short = {part: _shortest(total, known) for part, total in found.items() if part != 1}
    return {part: total for part, total in short.items() if total != 0}


def _factors(argument: Expr, known: Mapping[Expr, int]) -> dict[Expr, Expr]:
    """The certainly positive factors of a positive expression, and one product of the others."""
    rest, factors = _irreducible(argument)
    found: dict[Expr, int] = {}
    for base, exponent in factors:
        sign = known.get(base, 0) or _sign(base)
        rest *= sign ** (exponent % 2) if sign else base**exponent
        if sign:
            found[sign * base] = found.get(sign * base, 0) + exponent
    is_number = rest.is_Rational and rest > 0
    others = _primes(rest) if is_number else {in_factors(rest): Integer(1)}
    for base, exponent in others.items():
        found[base] = found.get(base, 0) + exponent
    return {base: Integer(exponent) for base, exponent in found.items() if base != 1}


def _primes(value: Rational) -> dict[Expr, Expr]:
    """The primes of a positive fraction; one that is too long to factor stays whole."""
    if max(value.p, value.q) > LARGEST_FACTORED:
        return {value: Integer(1)}
    return {Integer(p): Integer(e) for p, e in sympy.factorrat(value).items()}


def _sign(base: Expr) -> int:
    """1 or -1 where a factor certainly has that sign, 0 where that is not known."""
    node = from_sympy(base)
    return 1 if is_positive(node) else -1 if is_negative(node) else 0


def _shortest(expr: Expr, known: Mapping[Expr, int]) -> Expr:
    if expr.is_Rational:
        return expr
    ratio = cancelled(expr)
    if ratio == 0:
        return ratio
    forms = (sympy.expand(ratio), _with_positive_factors(ratio, known))
    return min(forms, key=sympy.count_ops)


def _written(collected: Mapping[Expr, Expr], known: Mapping[Expr, int], base: Node | None) -> Node:
    """The sum, terms with symbols before numbers, a positive one in front where there is one."""
    places = sorted(collected, key=_place)
    terms = [_term(collected[place], place, known, base) for place in places]
    positive = next((t for t in terms if not _is_negated(t)), None)
    if positive is not None and _is_negated(terms[0]):
        terms.remove(positive)
        terms.insert(0, positive)
    return add(*terms) if terms else number(0)


def _term(coefficient: Expr, argument: Expr, known: Mapping[Expr, int], base: Node | None) -> Node:
    """``coefficient * log(a)``, over ``log(base)``; a sum that is positive stands before it."""
    sign = -1 if _is_written_negative(coefficient, known) else 1
    ahead, whole = from_sympy(sign * coefficient), log(from_sympy(argument))
    root = 0 if base is None else _power_of(base, whole)
    if root:
        node = ahead / root
    else:
        node = multiply(ahead, whole)
        node = node if base is None else divide(node, log(base))
    return node if sign == 1 else negative(node)


def _is_written_negative(coefficient: Expr, known: Mapping[Expr, int]) -> bool:
    """Whether a coefficient is better written as minus the opposite one."""
    if not coefficient.is_Add:
        return bool(coefficient.as_coeff_Mul()[0].is_negative)
    sign = known.get(coefficient) or -known.get(-coefficient, 0) or _sign(coefficient)
    if sign:
        return sign == -1
    return all(term.as_coeff_Mul()[0].is_negative for term in Add.make_args(coefficient))


def _power_of(base: Node, whole: Node) -> int:
    """k where the base is the k-th power of what the logarithm is of, else 0."""
    inside = whole.args[0] if whole.args else whole
    if (
        not (base.is_number and inside.is_number)
        or inside.data.denominator != 1
        or base.data.denominator != 1
    ):
        return 0
    found: int = sympy.multiplicity(int(inside.data), int(base.data)) if inside.data > 1 else 0
    return found if found and inside.data**found == base.data else 0


def _is_negated(node: Node) -> bool:
    first = node.args[0] if node.op == "mul" else node
    return first.op == "number" and first.data < 0


def _place(argument: Expr) -> tuple[bool, bool, int]:
    """Symbols first, single ones before sums; numbers by size; else as they came."""
    size = int(argument) if argument.is_Integer else 0
    return (not argument.free_symbols, argument.is_Add, size)
