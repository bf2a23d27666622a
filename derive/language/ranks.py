"""How large the rank of a matrix can be by its form: ``a b'`` has rank one or less.

Products, sums, transposes, Hadamard and Kronecker products pass the bounds of their parts on.
No declared fact enters.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import prod

from derive.language.expression import Node, chain_of, product, split_product
from derive.language.sizes import Dim, Size, size_value

FEW, MANY = 2, 10**6  # what a name stands for: a size with a name counts as two or more


def rank_bounds(node: Node) -> frozenset[Dim]:
    """Sizes that the rank of a matrix cannot exceed.

    Examples
    --------
    >>> from derive.language.expression import symbol, transpose
    >>> from derive.language.sizes import Size
    >>> u = symbol("u", (Size.named("n"), 1))
    >>> least_bound(u @ transpose(u)), least_bound(u @ transpose(u) + u @ transpose(u) / 2)
    (1, 2)
    """
    found = _of_form(node)
    return found | {node.shape[0], node.shape[1]}


def _of_form(node: Node) -> frozenset[Dim]:
    if node.op == "zero":
        return frozenset({0})
    if node.op == "ones":
        return frozenset({1})
    if node.op == "mul":
        return frozenset(bound for factor in chain_of(node) for bound in rank_bounds(factor))
    if node.op == "transpose":
        return rank_bounds(node.args[0])
    if node.op in {"add", "had", "kron"}:
        bounds = [least_bound(arg) for arg in node.args]
        known = [bound for bound in bounds if bound is not None]
        if len(known) == len(bounds):
            return frozenset({sum(known) if node.op == "add" else prod(known)})
    return frozenset()


def least_bound(node: Node) -> int | None:
    """The least number that the rank cannot exceed; None where no number is known."""
    numbers = [bound for bound in rank_bounds(node) if isinstance(bound, int)]
    return min(numbers, default=None)


def is_deficient(node: Node) -> bool:
    """Whether no matrix of this form has full rank, where a named size is two or more."""
    return any(_is_below(bound, node.shape, FEW) for bound in _of_form(node))


def is_deficient_if_large(node: Node) -> bool:
    """Whether no matrix of this form has full rank once the sizes with names are large."""
    return any(_is_below(bound, node.shape, MANY) for bound in _of_form(node))


def thin_factors(node: Node) -> tuple[Node, Node] | None:
    """The two factors of a product that meet in a size below its sides; None if there are none."""
    coefficient, scalars, chain = split_product(node)
    for k in range(1, len(chain)):
        if _is_below(chain[k].shape[0], node.shape, FEW):
            left = product(coefficient, scalars, chain[:k])
            return left, product(Fraction(1), [], chain[k:])
    return None


def _is_below(bound: Dim, shape: Iterable[Dim], least: int) -> bool:
    """Whether a bound is less than every side, for names that stand for `least` or more."""
    return all(_is_positive(side + -1 * bound, least) for side in shape)


def _is_positive(gap: Dim, least: int) -> bool:
    """Whether a difference of sizes is positive and grows with every name from `least` on."""
    if not isinstance(gap, Size):
        return gap > 0
    is_growing = all(coefficient > 0 for monomial, coefficient in gap.terms if monomial)
    return is_growing and size_value(gap, dict.fromkeys(gap.names, least)) > 0
