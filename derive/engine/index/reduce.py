"""Summed indices removed where a product of matrices says the same.

The entries of a term are the edges of a graph whose vertices are the indices.  Parallel
edges are an elementwise product, a vertex with one edge is a matrix times a vector, one
with two edges is ``A diag(v) B``; a summed vertex with three or more edges stays, and with
it the index form.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from derive.engine.index.tensor import Factor, Term
from derive.language.expression import Node, multiply, number, ones, size_node, transpose
from derive.language.functions import diagonal_matrix, diagonal_vector, hadamard, total
from derive.language.sizes import Dim


def reduced(term: Term, free: Collection[int], sizes: Mapping[int, Dim]) -> Term:
    """The same term with as few summed indices as matrix products allow."""
    term = without_deltas(term, free)
    while True:
        term = _gathered(term, sizes)
        summed = sorted(term.indices - set(free))
        chosen = _easiest(term, summed)
        if chosen is None:
            return term
        term = _summed_over(term, chosen, sizes)


def is_reduced(term: Term, free: Collection[int]) -> bool:
    """Whether no summed index is left."""
    return term.indices <= set(free)


def without_deltas(term: Term, free: Collection[int]) -> Term:
    """Identity entries with a summed index rename that index away."""
    while True:
        for k, factor in enumerate(term.factors):
            if factor.node.op != "eye":
                continue
            a, b = factor.indices
            rest = Term(term.coefficient, term.scalars, (*term.factors[:k], *term.factors[k + 1 :]))
            if a == b:
                term = rest.times(Term(factors=(Factor(ones(factor.node.shape[0]), (a,)),)))
                break
            if a not in free or b not in free:
                term = rest.renamed({b: a} if b not in free else {a: b})
                break
        else:
            return term


def _gathered(term: Term, sizes: Mapping[int, Dim]) -> Term:
    """One vector per index and one matrix per pair of indices; ones only where alone."""
    vectors: dict[int, list[Node]] = {}
    matrices: dict[tuple[int, int], list[Node]] = {}
    for factor in term.factors:
        if len(factor.indices) == 1:
            vectors.setdefault(factor.indices[0], []).append(factor.node)
            continue
        a, b = factor.indices
        if a == b:
            vectors.setdefault(a, []).append(diagonal_vector(factor.node))
        elif (b, a) in matrices:
            matrices[b, a].append(transpose(factor.node))
        else:
            matrices.setdefault((a, b), []).append(factor.node)
    touched = {i for pair in matrices for i in pair}
    coefficient, scalars = term.coefficient, list(term.scalars)
    factors = []
    for index, nodes in vectors.items():
        joined = hadamard(*nodes)
        c, s, body = _parts(joined)
        coefficient, scalars = coefficient * c, [*scalars, *s]
        if body.op != "ones" or index not in touched:
            factors.append(Factor(body, (index,)))
    for pair, nodes in matrices.items():
        factors.append(Factor(_elementwise(nodes), pair))
    return Term(coefficient, tuple(scalars), tuple(factors))


def _elementwise(nodes: Sequence[Node]) -> Node:
    """The elementwise product of parallel edges; with an identity only a diagonal is left."""
    others = [node for node in nodes if node.op != "eye"]
    if len(others) == len(nodes):
        return hadamard(*nodes)
    return diagonal_matrix(diagonal_vector(hadamard(*others))) if others else nodes[0]


def _parts(node: Node) -> tuple[Fraction, tuple[Node, ...], Node]:
    """Number and scalars of a vector, and the vector itself."""
    if node.op != "mul" or not node.args[0].is_scalar:
        return Fraction(1), (), node
    k = next(k for k, arg in enumerate(node.args) if not arg.is_scalar)
    head, body = node.args[:k], multiply(*node.args[k:])
    if head[0].op == "number":
        return head[0].data, head[1:], body
    return Fraction(1), head, body


def _easiest(term: Term, summed: Sequence[int]) -> int | None:
    """The summed index with the fewest matrices, if that is at most two."""
    degrees: dict[int, int] = defaultdict(int)
    for factor in term.factors:
        for index in factor.indices if len(factor.indices) == 2 else ():
            degrees[index] += 1
    fitting = [index for index in summed if degrees[index] <= 2]
    return min(fitting, key=lambda index: (degrees[index], index), default=None)


def _summed_over(term: Term, index: int, sizes: Mapping[int, Dim]) -> Term:
    """The term after the sum over one index with at most two matrices."""
    rest = tuple(f for f in term.factors if index not in f.indices)
    vector = next((f.node for f in term.factors if f.indices == (index,)), None)
    edges = [f for f in term.factors if index in f.indices and len(f.indices) == 2]
    if not edges:
        assert vector is not None
        value = size_node(sizes[index]) if vector.op == "ones" else _sum_of(vector)
        return Term(term.coefficient, (*term.scalars, value), rest)
    left = _ending_at(edges[0], index)
    if len(edges) == 1:
        weights = ones(sizes[index]) if vector is None else vector
        new = Factor(multiply(left.node, weights), left.indices[:1])
        return _with(term, rest, new)
    right = _ending_at(edges[1], index)
    middle = [] if vector is None else [diagonal_matrix(vector)]
    node = multiply(left.node, *middle, transpose(right.node))
    return _with(term, rest, Factor(node, (left.indices[0], right.indices[0])))


def _sum_of(vector: Node) -> Node:
    """The sum of the entries; of a product of two vectors or of a square, as ``u'v``."""
    if vector.op == "had" and len(vector.args) == 2:
        return multiply(transpose(vector.args[0]), vector.args[1])
    if vector.op == "pow" and vector.args[1] is number(2):
        return multiply(transpose(vector.args[0]), vector.args[0])
    return total(vector)


def _with(term: Term, rest: tuple[Factor, ...], new: Factor) -> Term:
    """The other factors and a new one, whose scalars move out."""
    coefficient, scalars, body = _parts(new.node)
    kept = (*rest, Factor(body, new.indices))
    return Term(term.coefficient * coefficient, (*term.scalars, *scalars), kept)


def _ending_at(factor: Factor, index: int) -> Factor:
    """The entry written so that `index` comes last."""
    if factor.indices[1] == index:
        return factor
    return Factor(transpose(factor.node), factor.indices[::-1])
