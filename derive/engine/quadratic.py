"""Quadratic extraction: a scalar as ``sum c <u, v> + <a, x> + r`` with `u`, `v` affine.

A squared norm, a quadratic form, a product of two linear forms, a sum of squares and a
trace of a product are all inner products of two affine expressions.  Kept so, Hessian
block, linear coefficient and constant follow from the adjoints alone, and the shape of a
square (``<u, u>``) stays visible as a certificate of convexity.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derive.engine.affine import Affine, affine, linear_matrix
from derive.errors import NoRuleError
from derive.language.expression import (
    Node,
    add,
    chain_of,
    is_zero,
    multiply,
    negative,
    number,
    product,
    split_product,
    transpose,
)
from derive.language.functions import dot, hadamard, norm2


@dataclass(frozen=True)
class Pair:
    """``weight * <left, right>`` with a scalar weight free of the variables."""

    weight: Node
    left: Affine
    right: Affine


@dataclass(frozen=True)
class Quadratic:
    """``sum of pairs + linear``, where `linear` is a scalar affine expression.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> from derive.language.functions import norm2
    >>> A, x, b = symbol("A", (3, 2)), symbol("x", (2, 1)), symbol("b", (3, 1))
    >>> form = quadratic(norm2(A @ x - b) ** 2, (x,))
    >>> form.gradient_at_zero(x)
    -2*A'*b
    """

    pairs: tuple[Pair, ...]
    linear: Affine

    def hessian_terms(self, variable: Node) -> tuple[tuple[Node, Node], ...]:
        """Pairs (weight, M) such that the part of degree two is ``sum weight <x, M x>``.

        Raises
        ------
        NoRuleError
            Some map is no product from the left, so it has no matrix.
        """
        found = []
        for pair in self.pairs:
            for first in pair.left.part(variable):
                for second in pair.right.part(variable):
                    ahead, behind = linear_matrix(first), linear_matrix(second)
                    if ahead is None or behind is None:
                        raise NoRuleError(
                            f"the quadratic part in {variable.name} holds a linear map that is "
                            f"no product from the left: {pair_text(pair)}\n"
                            f"  to fix   : write it with products A*{variable.name} or with vec"
                        )
                    found.append((pair.weight, transpose(ahead) @ behind))
        return tuple(found)

    def gradient_at_zero(self, variable: Node) -> Node:
        """The coefficient of `variable` where it is zero; other variables stay themselves."""
        parts = []
        for pair in self.pairs:
            for near, far in ((pair.left, pair.right), (pair.right, pair.left)):
                parts.append(near.adjoint(variable, pair.weight * far.without(variable)))
        return merge_equal(add(*parts, self.linear.adjoint(variable, number(1))))

    def couples(self, variable: Node) -> tuple[Node, ...]:
        """The other variables that meet `variable` in a product."""
        met: dict[Node, None] = {}
        for pair in self.pairs:
            for near, far in ((pair.left, pair.right), (pair.right, pair.left)):
                if near.part(variable):
                    met.update(dict.fromkeys(far.variables))
        met.pop(variable, None)
        return tuple(met)

    def without(self, *variables: Node) -> Node:
        """The value where `variables` are zero."""
        parts = [self.linear.without(*variables)]
        for pair in self.pairs:
            left, right = pair.left.without(*variables), pair.right.without(*variables)
            parts.append(pair.weight * (_square(left) if left is right else dot(left, right)))
        return add(*parts)


def _square(node: Node) -> Node:
    """``<u, u>`` as a square, the sign of ``u`` dropped."""
    if is_zero(node):
        return number(0)
    shown = negative(node) if split_product(node)[0] < 0 else node
    return shown**2 if node.is_scalar else norm2(shown) ** 2


def pair_text(pair: Pair) -> str:
    """The pair in plain text, for messages."""
    sides = [
        repr(add(*(t.apply(t.variable) for t in side.terms), side.constant))
        for side in (pair.left, pair.right)
    ]
    return f"<{sides[0]}, {sides[1]}>"


def quadratic(node: Node, variables: Sequence[Node]) -> Quadratic:
    """Write a scalar as a polynomial of degree two in `variables`.

    Parameters
    ----------
    node : Node, scalar
    variables : symbols
        Everything else is data.

    Raises
    ------
    NoRuleError
        A term is neither affine nor an inner product of two affine expressions; it is named.
    """
    wanted = frozenset(variables)
    pairs: list[Pair] = []
    affine_terms: list[Node] = []
    for weight, atom in scalar_terms(node, wanted):
        sides = _inner_product(atom, wanted)
        if sides is None:
            affine_terms.append(weight * atom)
        else:
            left, right = (affine(side, variables) for side in sides)
            pairs.append(Pair(weight, left, right))
    linear = affine(add(*affine_terms), variables) if affine_terms else Affine((), number(0))
    return Quadratic(tuple(pairs), linear)


def scalar_terms(node: Node, wanted: frozenset[Node]) -> Iterator[tuple[Node, Node]]:
    """The terms of a scalar as (weight free of the variables, moving part), sums opened."""
    pending = [(number(1), node)]
    while pending:
        weight, term = pending.pop()
        if term.op == "add":
            pending.extend((weight, arg) for arg in reversed(term.args))
            continue
        coefficient, scalars, _ = split_product(term)
        moving = [s for s in scalars if s.symbols & wanted]
        fixed = [s for s in scalars if not s.symbols & wanted]
        outside = weight * product(coefficient, fixed, [])
        if not moving:
            yield outside, number(1)
        elif len(moving) == 1 and moving[0].op == "add":
            pending.append((outside, moving[0]))
        else:
            yield outside, multiply(*moving)


def _inner_product(atom: Node, wanted: frozenset[Node]) -> tuple[Node, Node] | None:
    """The two sides if the atom is an inner product of moving expressions, else None."""
    if atom.op == "pow" and atom.args[1].is_number and atom.args[1].data == 2:
        base = atom.args[0]
        if base.op == "norm2" or (base.op == "map" and base.data == "abs"):
            return base.args[0], base.args[0]
        return base, base
    if atom.op == "total":
        return _sum_of_products(atom.args[0], wanted)
    if atom.op == "trace":
        return _cut(chain_of(atom.args[0]), wanted)
    if atom.op != "mul":
        return None
    chain = chain_of(atom)
    if chain:
        return _cut(chain, wanted)
    _, scalars, _ = split_product(atom)
    return (scalars[0], scalars[1]) if len(scalars) == 2 else None


def _sum_of_products(inside: Node, wanted: frozenset[Node]) -> tuple[Node, Node] | None:
    """The sides of ``total(d .* u .* v)`` or ``total(u .^ 2)``."""
    if inside.op == "pow" and inside.args[1].is_number and inside.args[1].data == 2:
        return inside.args[0], inside.args[0]
    if inside.op != "had":
        return None
    factors: list[Node] = []
    for factor in inside.args:
        square = factor.op == "pow" and factor.args[1].is_number and factor.args[1].data == 2
        factors.extend([factor.args[0]] * 2 if square else [factor])
    moving = [f for f in factors if f.symbols & wanted]
    if len(moving) != 2:
        return None
    fixed = [f for f in factors if not f.symbols & wanted]
    return moving[0], hadamard(*fixed, moving[1])


def _cut(chain: Sequence[Node], wanted: frozenset[Node]) -> tuple[Node, Node] | None:
    """``c1 ... ck`` with two moving factors is ``<(c1 ... ci)', c(i+1) ... ck>``."""
    moving = [k for k, factor in enumerate(chain) if factor.symbols & wanted]
    if len(moving) != 2:
        return None
    cut = moving[0] + 1
    return transpose(multiply(*chain[:cut])), multiply(*chain[cut:])


def merge_equal(node: Node) -> Node:
    """Add up the terms of a sum that differ only in their number."""
    if node.op != "add":
        return node
    merged: dict[Node, Node] = {}
    for term in node.args:
        coefficient, scalars, chain = split_product(term)
        body = product(number(1).data, scalars, chain)
        merged[body] = add(merged.get(body, number(0)), number(coefficient))
    return add(*(weight * body for body, weight in merged.items()))
