"""Definitions opened on both sides of a question of equality, and identities entry by entry.

``sum(A .* B)`` is ``tr(A'B)``, ``det(AB)`` is ``det(A) det(B)``, ``logsumexp(x)`` is
``log(sum(exp(x)))``: what a formula keeps closed is opened here, so that one normal form is
left.  Of what acts entry by entry one entry is looked at: a rational function of exponentials
and of pairs ``(cos u, sin u)``, which is zero if its numerator is.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from math import lcm

import sympy
from sympy import Dummy, Expr

from derive.engine.expansion import expanded
from derive.engine.normal import tidy
from derive.engine.rebuilding import rebuild
from derive.language.expression import (
    Node,
    elementwise_power,
    eye,
    inverse,
    is_zero,
    multiply,
    number,
    product,
    size_node,
    split_product,
    transpose,
)
from derive.language.functions import determinant, elementwise, postorder, total, trace

HALF = number(Fraction(1, 2))
MOST_LETTERS, MOST_PARTS = 12, 300  # of a rational function
MOST_COPIES = 8  # of one base; a higher power is one letter


def is_identity_by_definitions(left: Node, right: Node) -> bool:
    """Whether two nodes are equal once definitions are opened.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> x = symbol("x")
    >>> s, c = elementwise("sin", x), elementwise("cos", x)
    >>> is_identity_by_definitions(s**2 + c**2, number(1))
    True
    """
    gap = expanded(tidy(opened(tidy(left)) - opened(tidy(right))))
    gap = expanded(tidy(opened(gap)))  # what multiplying out has brought together
    return is_zero(gap) or _is_zero_entry_by_entry(gap)


def opened(node: Node) -> Node:
    """The node with its definitions opened, arguments first."""
    done: dict[Node, Node] = {}
    for part in postorder(node):
        again = rebuild(part, [done[arg] for arg in part.args])
        done[part] = OPENED[again.op](again) if again.op in OPENED else again
    return done[node]


def _total(e: Node) -> Node:
    """``sum(A .* B) = tr(A'B)``."""
    inside = e.args[0]
    if inside.op == "had" and len(inside.args) == 2:
        return trace(transpose(inside.args[0]) @ inside.args[1])
    return e


def _inverse(e: Node) -> Node:
    coefficient, scalars, chain = split_product(e.args[0])
    if len(chain) < 2 or not all(factor.shape[0] == factor.shape[1] for factor in chain):
        return e
    outside = inverse(product(coefficient, scalars, []))
    return multiply(outside, product(Fraction(1), [], [inverse(f) for f in reversed(chain)]))


def _determinant(e: Node) -> Node:
    """Of a product of square matrices, of a multiple, a transpose and an inverse."""
    if e.op != "det":
        return e
    inside = e.args[0]
    if inside.op == "transpose":
        return _determinant(determinant(inside.args[0]))
    if inside.op == "inverse":
        return elementwise_power(_determinant(determinant(inside.args[0])), number(-1))
    coefficient, scalars, chain = split_product(inside)
    if not all(factor.shape[0] == factor.shape[1] for factor in chain):
        return e
    scale, rows = product(coefficient, scalars, []), size_node(inside.shape[0])
    is_one = scale.is_number and scale.data == 1
    if is_one and len(chain) < 2:
        return e
    factors = [_determinant(determinant(factor)) for factor in chain]
    return multiply(*([] if is_one else [elementwise_power(scale, rows)]), *factors)


def _power_of_ones(e: Node) -> Node:
    """``(11')^k = n^(k-1) 11'``."""
    base, k = e.args[0], int(e.data)
    if base.op != "ones" or k < 1:
        return e
    return multiply(elementwise_power(size_node(base.shape[0]), number(k - 1)), base)


def _sum_over(e: Node) -> Node:
    """``sum_i A e_i e_i' B = A B`` over all rows."""
    i, (body,) = e.data, e.args
    coefficient, scalars, chain = split_product(body)
    places = [k for k, factor in enumerate(chain) if i in factor.symbols]
    if len(places) != 2 or any(i in scalar.symbols for scalar in scalars):
        return e
    first, second = places
    left, right = chain[first], chain[second]
    is_pair = second == first + 1 and left.op == "unit" and right is transpose(left)
    if not is_pair or i.data.first != 1 or i.data.last != left.shape[0]:
        return e
    between = [*chain[:first], eye(left.shape[0]), *chain[second + 1 :]]
    return product(coefficient, scalars, between)


OPENED: dict[str, Callable[[Node], Node]] = {
    "total": _total,
    "inverse": _inverse,
    "det": _determinant,
    "mpow": _power_of_ones,
    "sum_over": _sum_over,
    "logsumexp": lambda e: elementwise("log", total(elementwise("exp", e.args[0]))),
    "norm2": lambda e: elementwise_power(trace(transpose(e.args[0]) @ e.args[0]), HALF),
}

# --- one entry ----------------------------------------------------------------------------


class _Entry:
    """One entry of what acts entry by entry, as a rational function of letters."""

    def __init__(self, shape: tuple[object, object]) -> None:
        self.shape = shape
        self.letters: dict[Node, Expr] = {}
        self.pairs: dict[Expr, tuple[Expr, Expr]] = {}  # (cos u, sin u) by u

    def of(self, node: Node) -> Expr:
        """The entry of a node; a letter where nothing is known of it."""
        if node.op == "number":
            return sympy.Rational(node.data.numerator, node.data.denominator)
        if node.op == "ones" and node.shape == self.shape:
            return sympy.Integer(1)
        if not node.is_scalar and node.shape != self.shape:
            return self._letter(node)
        if node.op == "add":
            return sympy.Add(*map(self.of, node.args))
        if node.op == "had" or (node.op == "mul" and self._is_scaled(node)):
            return sympy.Mul(*map(self.of, node.args))
        if node.op == "pow" and _is_small_power(node):
            return self.of(node.args[0]) ** int(node.args[1].data)
        if node.op == "map" and node.data in _OF_EXP:
            return _OF_EXP[node.data](sympy.exp(self.of(node.args[0])))
        if node.op == "map" and node.data in {"sin", "cos", "tan"}:
            c, s = self._pair(self.of(node.args[0]))
            return {"sin": s, "cos": c, "tan": s / c}[node.data]
        return self._letter(node)

    def _is_scaled(self, node: Node) -> bool:
        """Whether a product has at most one array, the others being scalars."""
        return sum(not arg.is_scalar for arg in node.args) <= 1

    def _letter(self, node: Node) -> Expr:
        return self.letters.setdefault(node, Dummy(real=True))

    def _pair(self, u: Expr) -> tuple[Expr, Expr]:
        """Of opposite angles one pair, with its sign."""
        u = sympy.expand(u)
        if -u in self.pairs:
            c, s = self.pairs[-u]
            return c, -s
        return self.pairs.setdefault(u, (Dummy(), Dummy()))


_OF_EXP: dict[str, Callable[[Expr], Expr]] = {
    "exp": lambda E: E,
    "sigmoid": lambda E: E / (1 + E),
    "tanh": lambda E: (E**2 - 1) / (E**2 + 1),
    "cosh": lambda E: (E + 1 / E) / 2,
    "sinh": lambda E: (E - 1 / E) / 2,
}


def _is_small_power(node: Node) -> bool:
    """Whether a power has a whole number as its exponent that is small enough to multiply out."""
    exponent = node.args[1]
    return exponent.op == "number" and exponent.data in range(-MOST_COPIES, MOST_COPIES + 1)


def _is_zero_entry_by_entry(gap: Node) -> bool:
    """Whether the entry of a difference is the rational function 0."""
    entry = _Entry(gap.shape)
    value = _without_exponentials(entry.of(gap))
    if value is None or len(value.free_symbols) > MOST_LETTERS or value.count_ops() > MOST_PARTS:
        return False
    numerator = sympy.expand(sympy.fraction(sympy.together(value))[0])
    for c, s in entry.pairs.values():
        numerator = sympy.rem(numerator, c**2 + s**2 - 1, c)
    return bool(sympy.expand(numerator) == 0)


def _without_exponentials(value: Expr) -> Expr | None:
    """Letters for exponentials of independent terms; None for exponents that are no sums."""
    found = value.atoms(sympy.exp)
    terms: dict[Expr, list[sympy.Rational]] = {}
    opened_by: dict[Expr, list[tuple[Expr, sympy.Rational]]] = {}
    for exponential in found:
        if exponential.args[0].has(sympy.exp):
            return None
        for term in sympy.Add.make_args(sympy.expand(exponential.args[0])):
            coefficient, rest = term.as_coeff_Mul()
            if not coefficient.is_Rational:
                return None
            terms.setdefault(rest, []).append(coefficient)
            opened_by.setdefault(exponential, []).append((rest, coefficient))
    steps = {rest: lcm(*(int(c.q) for c in found_of)) for rest, found_of in terms.items()}
    letters = {rest: Dummy(positive=True) for rest in terms}
    for exponential, parts in opened_by.items():
        powers = (letters[rest] ** int(c * steps[rest]) for rest, c in parts)
        value = value.xreplace({exponential: reduce(lambda a, b: a * b, powers)})
    return value
