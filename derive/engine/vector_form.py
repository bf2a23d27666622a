"""A sum of scalar terms of vectors and matrices, collected as a textbook writes it.

An *atom* is a scalar that is not looked into: a log determinant, a trace, a quadratic form, a
function, a sum.  Products are opened over sums of atoms, equal atoms are collected, and what
stands before an atom (numbers, sizes, scalar parameters, sums of entries) is a polynomial in
its shortest form.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import sympy
from sympy import Add, Expr

from derive.engine.factoring import in_factors
from derive.engine.naming import substituted
from derive.engine.normal import tidy
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.language.expression import (
    Node,
    add,
    chain_of,
    multiply,
    number,
    product,
    split_product,
    symbol,
    transpose,
)
from derive.language.functions import postorder, total, trace

LETTERS = {"symbol", "size", "total"}  # what a coefficient is a polynomial of
PLAIN = {"number", "add", "mul", "pow", *LETTERS}


def collected(node: Node) -> Node:
    """The scalar with equal atoms collected."""
    algebra, letters = ScalarAlgebra(()), Letters(node)
    found: dict[Node, list[Expr]] = {}
    for coefficient, atom in _terms(node, number(1)):
        found.setdefault(atom, []).append(algebra.expr(letters.closed(coefficient)))
    terms = []
    for atom, coefficients in found.items():
        whole = sympy.expand(Add(*coefficients))
        parts = Add.make_args(whole) if atom is number(1) else (_shortest(whole),)
        written = (letters.opened(algebra.node(part)) for part in parts if part != 0)
        terms += [multiply(coefficient, atom) for coefficient in written]
    return add(*_positive_first(_joined(terms)))


def _joined(terms: list[Node]) -> list[Node]:
    """Products ``u'v + w'v`` with the same v as one, ``(u + w)'v``."""
    by_right: dict[Node, list[Node]] = {}
    for term in terms:
        by_right.setdefault(_right_of(term), []).append(term)
    joined = []
    for right, group in by_right.items():
        if right.is_scalar or len(group) == 1:
            joined += group
            continue
        rows = [multiply(_before(term), chain_of(_core(term))[0].T) for term in group]
        joined.append(transpose(tidy(add(*rows))) @ right)
    return joined


def _right_of(term: Node) -> Node:
    """The column of a product of a row and a column; the term itself otherwise."""
    core = _core(term)
    chain = chain_of(core)
    is_pair = core.op == "mul" and len(chain) == 2 and chain == core.args
    return chain[1] if is_pair else term


def _core(term: Node) -> Node:
    """The last scalar factor of a term."""
    if term.op != "mul" or chain_of(term) == term.args:
        return term
    return split_product(term)[1][-1]


def _before(term: Node) -> Node:
    """What stands before the last scalar factor."""
    if _core(term) is term:
        return number(1)
    head, scalars, _ = split_product(term)
    return product(head, scalars[:-1], [])


class Letters:
    """Sizes and sums of entries as positive letters, and back."""

    def __init__(self, node: Node):
        self._taken = {part.name for part in postorder(node) if part.op == "symbol"}
        self._letter: dict[Node, Node] = {}

    def closed(self, node: Node) -> Node:
        """With letters."""
        for part in postorder(node):
            if part.op in {"size", "total"} and part not in self._letter:
                name = f"{part.op}{len(self._letter)}"
                while name in self._taken:
                    name += "_"
                self._letter[part] = symbol(name, facts=("positive",) if part.op == "size" else ())
        return substituted(node, self._letter)

    def opened(self, node: Node) -> Node:
        """Without."""
        return substituted(node, {letter: part for part, letter in self._letter.items()})


def _is_plain(node: Node) -> bool:
    """Whether a scalar may stand in a coefficient."""
    if node.op == "total":
        return node.args[0].op == "symbol"
    return node.op in PLAIN and all(_is_plain(arg) for arg in node.args) and node.is_scalar


def _terms(node: Node, coefficient: Node) -> Iterator[tuple[Node, Node]]:
    """The node as coefficients times atoms, opened over sums of atoms."""
    if node.op == "add":
        for arg in node.args:
            yield from _terms(arg, coefficient)
        return
    if _is_plain(node):
        yield multiply(coefficient, node), number(1)
        return
    if node.op == "mul" and chain_of(node) != node.args:
        head, scalars, chain = split_product(node)
        plain = [s for s in scalars if _is_plain(s)]
        rest = [s for s in scalars if not _is_plain(s)]
        outer = multiply(coefficient, product(head, plain, []))
        inner = product(Fraction(1), rest, chain)
        if len(rest) == 1 and not chain:
            yield from _terms(rest[0], outer)
        else:
            yield outer, inner
        return
    opened = _over_ones(node) or _over_multiples(node)
    if opened is not None:
        yield from _terms(opened, coefficient)
    else:
        yield coefficient, node


def _over_ones(node: Node) -> Node | None:
    """``u'(v + c 1)`` as ``u'v + c sum(u)``; None where no factor has such a term."""
    chain = chain_of(node)
    if len(chain) != 2 or node.op != "mul":
        return None
    left, right = transpose(chain[0]), chain[1]
    terms = right.args if right.op == "add" else (right,)
    flat = [t for t in terms if _multiple_of_ones(t) is not None]
    if not flat:
        return None
    rest = [t for t in terms if t not in flat]
    summed = _summed(left)
    parts = [multiply(_multiple_of_ones(t) or number(1), summed) for t in flat]
    if rest:
        parts.insert(0, transpose(left) @ add(*rest))
    return add(*parts)


def _over_multiples(node: Node) -> Node | None:
    """A trace of a product with a sum of matrices, some times a scalar, opened over the sum."""
    if node.op != "trace" or node.args[0].op != "mul":
        return None
    head, scalars, chain = split_product(node.args[0])
    for k, factor in enumerate(chain):
        if factor.op == "add" and any(split_product(term)[1] for term in factor.args):
            outer = product(head, scalars, [])
            before, after = chain[:k], chain[k + 1 :]
            return add(*(multiply(outer, trace(multiply(*before, t, *after))) for t in factor.args))
    return None


def _summed(node: Node) -> Node:
    """The sum of all entries, opened over sums."""
    if node.op == "add":
        return add(*(_summed(arg) for arg in node.args))
    multiple = _multiple_of_ones(node)
    if multiple is not None:
        return multiply(multiple, total(_ones_in(node)))
    return total(node)


def _multiple_of_ones(node: Node) -> Node | None:
    """c where the node is ``c 1``."""
    head, scalars, chain = split_product(node)
    if len(chain) == 1 and chain[0].op == "ones":
        return product(head, scalars, [])
    return None


def _ones_in(node: Node) -> Node:
    return split_product(node)[2][0]


def _shortest(expr: Expr) -> Expr:
    """As a product or expanded, whichever has fewer operations."""
    expanded = sympy.expand(expr)
    factored = in_factors(expanded)
    return min((expr, factored, expanded), key=lambda e: (sympy.count_ops(e), str(e)))


def _positive_first(terms: list[Node]) -> list[Node]:
    if not terms:
        return [number(0)]
    lead = next((t for t in terms if not _is_negative(t)), None)
    if lead is not None and _is_negative(terms[0]):
        terms.remove(lead)
        terms.insert(0, lead)
    return terms


def _is_negative(node: Node) -> bool:
    first = node.args[0] if node.op == "mul" else node
    return first.op == "number" and first.data < 0
