"""What inverses cancel with, and the identities that make a formula with inverses shorter.

* ``inv(A B) A = inv(B)`` for square factors, ``inv(X'X) X'X = I`` for any.
* Push-through: ``inv(c I + A B) A = A inv(c I + B A)``.
* Woodbury, read from right to left: ``P - P U inv(W + V P U) V P = inv(inv(P) + U inv(W) V)``.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.engine.terms import Factored, Term, merged
from derive.language.canonical import canonical, same
from derive.language.cost import cost
from derive.language.exponents import symbolic_power
from derive.language.expression import (
    ONE,
    Node,
    add,
    chain_of,
    elementwise_power,
    eye,
    inverse,
    matrix_power,
    multiply,
    number,
    product,
    split_product,
)
from derive.language.properties import is_nonzero

# --- cancelling -------------------------------------------------------------------------


def merged_powers(left: Node, right: Node) -> Node | None:
    """Two square neighbours of one base as one power."""
    if "matpow" in {left.op, right.op}:
        return _merged_symbolic_powers(left, right)
    (base, p), (other, q) = _matrix_base(left), _matrix_base(right)
    if not same(base, other):
        return None
    exponent = p + q
    if exponent == 0:
        return eye(left.shape[0])
    return matrix_power(base if exponent > 0 else inverse(base), abs(exponent))


def _merged_symbolic_powers(left: Node, right: Node) -> Node | None:
    (base, p), (other, q) = _symbolic_base(left), _symbolic_base(right)
    return symbolic_power(base, p + q) if same(base, other) else None


def _symbolic_base(node: Node) -> tuple[Node, Node]:
    """A square factor as (base, exponent), the base no inverse."""
    if node.op == "matpow":
        base, exponent = node.args
    else:
        base, whole = _matrix_base(node)
        exponent = number(whole)
    return (base.args[0], -exponent) if base.op == "inverse" else (base, exponent)


def _matrix_base(node: Node) -> tuple[Node, int]:
    """A square factor as (base, whole exponent)."""
    base, exponent = (node.args[0], node.data) if node.op == "mpow" else (node, 1)
    return (base.args[0], -exponent) if base.op == "inverse" else (base, exponent)


def cancelled_inverse(left: Node, right: Node) -> Node | None:
    """``inv(A B) A = inv(B)`` and ``B inv(A B) = inv(A)`` for square A, B."""
    if left.op == "inverse" and left.args[0].op == "mul":
        factors = chain_of(left.args[0])
        if same(factors[0], right):
            return inverse(product(ONE, [], factors[1:]))
    if right.op == "inverse" and right.args[0].op == "mul":
        factors = chain_of(right.args[0])
        if same(factors[-1], left):
            return inverse(product(ONE, [], factors[:-1]))
    return None


def closed_inverse(stack: Sequence[Node]) -> int:
    """How many factors at the end of a chain are a product and its inverse."""
    for k, factor in enumerate(stack):
        if factor.op != "inverse" or factor.args[0].op != "mul":
            continue
        inner = chain_of(factor.args[0])
        behind, before = stack[k + 1 :], stack[:k]
        if len(behind) == len(inner) and all(map(same, behind, inner)):
            return len(inner) + 1
        last = before[len(before) - len(inner) :]
        if not behind and len(before) >= len(inner) and all(map(same, last, inner)):
            return len(inner) + 1
    return 0


def opened_inverse(node: Node) -> Node:
    """The inverse of a product of square factors, factor by factor where that is cheaper."""
    factors = chain_of(node.args[0]) if node.op == "inverse" else ()
    if len(factors) < 2 or not any(f.op == "inverse" for f in factors):
        return node
    if any(f.shape[0] != f.shape[1] for f in factors):
        return node
    turned = [f.args[0] if f.op == "inverse" else inverse(f) for f in reversed(factors)]
    opened = product(ONE, [], turned)
    return opened if cost(opened) < cost(node) else node


# --- push-through -----------------------------------------------------------------------


def swapped_inverses(chain: Sequence[Node]) -> list[list[Node]]:
    """The chains in which one inverse of a sum has changed sides with its neighbour."""
    found = []
    for k, factor in enumerate(chain):
        if factor.op != "inverse" or factor.args[0].op != "add":
            continue
        if k + 1 < len(chain):
            moved = _moved(factor.args[0], chain[k + 1], from_left=True)
            if moved is not None:
                found.append([*chain[:k], chain[k + 1], moved, *chain[k + 2 :]])
        if k > 0:
            moved = _moved(factor.args[0], chain[k - 1], from_left=False)
            if moved is not None:
                found.append([*chain[: k - 1], moved, chain[k - 1], *chain[k + 1 :]])
    return found


def _moved(inner: Node, neighbour: Node, from_left: bool) -> Node | None:
    """The inverse on the other side of A: of ``c I + B A`` for ``c I + A B``, or the reverse."""
    size = neighbour.shape[1] if from_left else neighbour.shape[0]
    terms = []
    for term in inner.args:
        coefficient, scalars, chain = split_product(term)
        end = chain[0] if from_left else chain[-1]
        if end.op == "eye":
            turned: list[Node] = [eye(size)]
        elif len(chain) > 1 and same(end, neighbour):
            turned = [*chain[1:], end] if from_left else [end, *chain[:-1]]
        else:
            return None
        terms.append(product(coefficient, scalars, turned))
    return inverse(add(*terms))


def inverted_size(chain: Sequence[Node]) -> int:
    """The fixed sizes of the inverses of sums in a chain, added up."""
    sizes = (f.shape[0] for f in chain if f.op == "inverse" and f.args[0].op == "add")
    return sum(size for size in sizes if isinstance(size, int))


# --- Woodbury ---------------------------------------------------------------------------


def woodbury(node: Node, factored: Factored) -> Node | None:
    """Two terms of a sum as one inverse, where Woodbury's identity says so."""
    terms = [split_product(term) for term in node.args]
    for j, correction in enumerate(terms):
        if not any(_is_inverted_sum(factor) for factor in correction[2]):
            continue
        for k, main in enumerate(terms):
            joined = _joined(main, correction) if j != k else None
            if joined is not None:
                rest = [t for m, t in enumerate(node.args) if m not in {j, k}]
                found = merged([*rest[: min(j, k)], joined, *rest[min(j, k) :]])
                if cost(found) < cost(node):
                    return factored(found)
    return None


def _is_inverted_sum(node: Node) -> bool:
    return node.op == "inverse" and node.args[0].op == "add"


def _joined(main: Term, correction: Term) -> Node | None:
    """``s (P - a P U inv(S) V P)`` as ``s inv(inv(P) + a U inv(W) V)`` for S = W + a V P U."""
    if len(main[2]) != 1:
        return None
    P: tuple[Node, ...] = () if main[2][0].op == "eye" else main[2]
    if P and P[0].op != "inverse":  # P must have an inverse
        return None
    chain, width = correction[2], len(P)
    flanks = (*chain[:width], *chain[len(chain) - width :])
    if len(chain) < 2 * width + 3 or not all(same(flank, P[0]) for flank in flanks):
        return None
    chain = chain[width : len(chain) - width]
    scale = _ratio(correction, main)
    for k in range(1, len(chain) - 1):
        if scale is None or not _is_inverted_sum(chain[k]):
            continue
        U, V = chain[:k], chain[k + 1 :]
        W = _other_term(chain[k].args[0], multiply(scale, *V, *P, *U))
        inverted = None if W is None else _inverse_of_core(W)
        if inverted is not None:
            start = P[0].args[0] if P else eye(main[2][0].shape[0])
            outside = product(main[0], main[1], [])
            return multiply(outside, inverse(add(start, multiply(scale, *U, inverted, *V))))
    return None


def _ratio(correction: Term, main: Term) -> Node | None:
    """The scalar a with correction = -a times main, as far as scalars go."""
    left = list(correction[1])
    for scalar in main[1]:
        match = next((s for s in left if same(s, scalar)), None)
        if match is None:
            return None
        left.remove(match)
    return product(-correction[0] / main[0], left, [])


def _other_term(total: Node, term: Node) -> Node | None:
    """What is left of a sum of two when one of them is the given term."""
    if len(total.args) != 2:
        return None
    for one, other in (total.args, total.args[::-1]):
        if canonical(one) is canonical(term):
            return other
    return None


def _inverse_of_core(core: Node) -> Node | None:
    """The inverse of a matrix that certainly has one: a multiple of I, or an inverse."""
    coefficient, scalars, chain = split_product(core)
    if len(chain) != 1 or not all(map(is_nonzero, scalars)):
        return None
    outside = elementwise_power(product(coefficient, scalars, []), number(-1))
    if chain[0].op == "eye":
        return multiply(outside, chain[0])
    return multiply(outside, chain[0].args[0]) if chain[0].op == "inverse" else None
