"""From a node that is linear in directions to the tensor of its coefficients.

``entries(node, row, column)`` is the entry at a pair of indices as a sum of products; an
axis of size one has no index (None).  A part in which no direction occurs stays whole, as
one factor, as far as it can.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from derive.engine.index.tensor import Factor, Indices, NoMatrixFormError, Tensor, Term, product_of
from derive.language.expression import (
    Node,
    chain_of,
    eye,
    number,
    ones,
    product,
    split_product,
    transpose,
)
from derive.language.functions import array
from derive.language.sizes import Dim

Index: TypeAlias = int | None


def expanded(linear: Node, directions: tuple[Node, ...]) -> Tensor:
    """The tensor T with ``linear[i, j] = sum over k, l, ... of T[i, j, k, l, ...] E[k, l] ...``.

    Raises
    ------
    NoMatrixFormError
        An operator between the output and a direction has no row in ``ENTRIES``.
    """
    indices = Indices()

    def free(node: Node) -> tuple[Index, Index]:
        rows, columns = node.shape
        return _index(indices, rows), _index(indices, columns)

    output = free(linear)
    places = {direction: free(direction) for direction in directions}
    terms = _Expansion(indices, places).entries(linear, *output)
    inputs = [i for direction in directions for i in places[direction]]
    return Tensor(tuple(terms), _present(output), _present(inputs), indices.sizes)


def _index(indices: Indices, size: Dim) -> Index:
    return None if size == 1 else indices.fresh(size)


def _present(indices: tuple[Index, ...] | list[Index]) -> tuple[int, ...]:
    return tuple(i for i in indices if i is not None)


@dataclass
class _Expansion:
    """One expansion: the supply of indices and where each direction is asked for."""

    indices: Indices
    places: Mapping[Node, tuple[Index, Index]]

    def entries(self, node: Node, row: Index, column: Index) -> list[Term]:
        """The entry of a node at two indices."""
        if node in self.places:
            return [_delta(node, (row, column), self.places[node])]
        if not self.moves(node):
            return constant_entries(node, row, column)
        if node.op not in ENTRIES:
            raise NoMatrixFormError(f"index notation has no row for {node.op!r}")
        return ENTRIES[node.op](self, node, row, column)

    def moves(self, node: Node) -> bool:
        return not node.symbols.isdisjoint(self.places)

    def index(self, size: Dim) -> Index:
        """A fresh summed index; none for an axis of size one."""
        return _index(self.indices, size)


def _delta(node: Node, at: tuple[Index, Index], place: tuple[Index, Index]) -> Term:
    """1 where the indices of an entry are those of the direction, else 0."""
    factors = tuple(
        Factor(eye(size), (i, k))
        for size, i, k in zip(node.shape, at, place, strict=True)
        if i is not None and k is not None
    )
    return Term(factors=factors)


# --- parts without a direction ----------------------------------------------------------


def constant_entries(node: Node, row: Index, column: Index) -> list[Term]:
    """The entry of a part that holds no direction: rank-one products and diagonals apart."""
    if node.op == "zero" or node is number(0):
        return []
    if node.is_scalar:
        coefficient, scalars, _ = split_product(node)
        return [Term(coefficient, scalars)]
    if node.op == "ones":
        return [product_of(_ones(s, i) for s, i in zip(node.shape, (row, column), strict=True))]
    if node.op == "transpose":
        return constant_entries(node.args[0], column, row)
    if node.op == "diag" and row is not None and column is not None:
        same = Term(factors=(Factor(eye(node.shape[0]), (row, column)),))
        return [same.times(term) for term in constant_entries(node.args[0], row, None)]
    if node.op == "mul":
        return _constant_product(node, row, column)
    return [_entry(node, row, column)]


def _entry(node: Node, row: Index, column: Index) -> Term:
    """One entry of a part kept whole; vectors stand upright."""
    upright = transpose(node) if row is None else node
    return Term(factors=(Factor(upright, _present((row, column))),))


def _ones(size: Dim, index: Index) -> Term:
    return Term() if index is None else Term(factors=(Factor(ones(size), (index,)),))


def _constant_product(node: Node, row: Index, column: Index) -> list[Term]:
    coefficient, scalars, chain = split_product(node)
    outside = Term(coefficient, scalars)
    if len(chain) == 1:
        return [outside.times(term) for term in constant_entries(chain[0], row, column)]
    thin = next((k for k in range(1, len(chain)) if chain[k].shape[0] == 1), None)
    if thin is not None:
        left, right = (product(Fraction(1), [], part) for part in (chain[:thin], chain[thin:]))
        pairs = (constant_entries(left, row, None), constant_entries(right, None, column))
        return [outside.times(a).times(b) for a in pairs[0] for b in pairs[1]]
    scales, kept = [outside], list(chain)
    if kept[0].op == "diag":
        scales += constant_entries(kept.pop(0).args[0], row, None)
    if kept[-1].op == "diag":
        scales += constant_entries(kept.pop().args[0], column, None)
    body = product(Fraction(1), [], kept)
    if len(kept) == len(chain):
        return [outside.times(_entry(body, row, column))]
    return [product_of(scales).times(term) for term in constant_entries(body, row, column)]


# --- operators that a direction goes through ---------------------------------------------


def _sum(e: _Expansion, node: Node, row: Index, column: Index) -> list[Term]:
    return [term for part in node.args for term in e.entries(part, row, column)]


def _elementwise_product(e: _Expansion, node: Node, row: Index, column: Index) -> list[Term]:
    whole = [Term()]
    for factor in node.args:
        whole = [a.times(b) for a in whole for b in e.entries(factor, row, column)]
    return whole


def _product(e: _Expansion, node: Node, row: Index, column: Index) -> list[Term]:
    coefficient, scalars, chain = split_product(node)
    if scalars == (node,):
        scalars, chain = (), chain_of(node)
    whole = [Term(coefficient)]
    for scalar in scalars:
        whole = [a.times(b) for a in whole for b in e.entries(scalar, None, None)]
    left = row
    groups = _grouped(e, chain)
    for k, group in enumerate(groups):
        right = column if k == len(groups) - 1 else e.index(group.shape[1])
        whole = [a.times(b) for a in whole for b in e.entries(group, left, right)]
        left = right
    return whole


def _grouped(e: _Expansion, chain: tuple[Node, ...]) -> list[Node]:
    """The factors of a chain, neighbours without a direction as one."""
    groups: list[list[Node]] = []
    for factor in chain:
        if groups and not e.moves(factor) and not e.moves(groups[-1][-1]):
            groups[-1].append(factor)
        else:
            groups.append([factor])
    return [product(Fraction(1), [], group) for group in groups]


def _transpose(e: _Expansion, node: Node, row: Index, column: Index) -> list[Term]:
    return e.entries(node.args[0], column, row)


def _trace(e: _Expansion, node: Node, row: Index, column: Index) -> list[Term]:
    index = e.index(node.args[0].shape[0])
    return e.entries(node.args[0], index, index)


def _total(e: _Expansion, node: Node, row: Index, column: Index) -> list[Term]:
    inside = node.args[0]
    return e.entries(inside, e.index(inside.shape[0]), e.index(inside.shape[1]))


def _diagonal_matrix(e: _Expansion, node: Node, row: Index, column: Index) -> list[Term]:
    assert row is not None
    assert column is not None
    same = Term(factors=(Factor(eye(node.shape[0]), (row, column)),))
    return [same.times(term) for term in e.entries(node.args[0], row, None)]


def _diagonal_vector(e: _Expansion, node: Node, row: Index, column: Index) -> list[Term]:
    return e.entries(node.args[0], row, row)


def _array(e: _Expansion, node: Node, row: Index, column: Index) -> list[Term]:
    """Each entry stands between two unit vectors."""
    rows, columns = (int(str(size)) for size in node.shape)
    terms: list[Term] = []
    for k, part in enumerate(node.args):
        at = zip((row, column), divmod(k, columns), (rows, columns), strict=True)
        units = tuple(Factor(_unit(n, place), (i,)) for i, place, n in at if i is not None)
        terms += [Term(factors=units).times(term) for term in e.entries(part, None, None)]
    return terms


def _unit(size: int, place: int) -> Node:
    return array([[number(int(k == place))] for k in range(size)])


ENTRIES: dict[str, Callable[[_Expansion, Node, Index, Index], list[Term]]] = {
    "add": _sum,
    "had": _elementwise_product,
    "mul": _product,
    "transpose": _transpose,
    "trace": _trace,
    "total": _total,
    "diag": _diagonal_matrix,
    "diagonal": _diagonal_vector,
    "array": _array,
}
