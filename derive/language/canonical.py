"""When two nodes are the same up to the order of terms, and an order that never changes.

Two identities live side by side: the node itself keeps the author's order and is what is
printed; its canonical node sorts sums, elementwise products and scalar factors, takes the
smaller of a 1 x 1 chain and its transpose, and the smallest rotation of a trace.  Terms are
merged by the second and printed by the first.  No declared fact is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from derive.language.expression import (
    Node,
    add,
    chain_of,
    make,
    product,
    split_product,
    transpose,
)
from derive.language.functions import (
    diagonal_matrix,
    diagonal_vector,
    hadamard,
    postorder,
    total,
    trace,
)
from derive.language.sizes import shape_text

PUSHED = {"add", "had", "map", "pow"}  # transposes move inside these


def digest(node: Node) -> bytes:
    """A fingerprint of the structure: the same in every process and on every machine."""
    if node._digest is None:
        for part in postorder(node):
            if part._digest is None:
                text = f"{part.op}|{shape_text(part.shape)}|{part.data}"
                below = b"".join(arg._digest or b"" for arg in part.args)
                part._digest = blake2b(text.encode() + below, digest_size=16).digest()
    assert node._digest is not None
    return node._digest


def canonical(node: Node) -> Node:
    """The representative of all nodes that differ only in the order of terms."""
    if node._canonical is None:
        for part in postorder(node):
            if part._canonical is None:
                part._canonical = _canonical(part)
                part._canonical._canonical = part._canonical
    assert node._canonical is not None
    return node._canonical


def same(left: Node, right: Node) -> bool:
    """Whether two nodes are equal up to the order of terms."""
    return left is right or canonical(left) is canonical(right)


def is_symmetric(node: Node) -> bool:
    """Whether a square node equals its transpose, whatever the values of its symbols."""
    return node.shape[0] == node.shape[1] and same(transpose(node), node)


def _sorted(nodes: Iterable[Node]) -> list[Node]:
    return sorted(nodes, key=digest)


def _canonical(node: Node) -> Node:
    args = [canonical(arg) for arg in node.args]
    if node.op == "add":
        return add(*_sorted(args))
    if node.op == "had":
        return hadamard(*_sorted(args))
    if node.op == "mul":
        return _canonical_product(node)
    if node.op == "transpose":
        return _push_transpose(args[0])
    if node.op == "trace":
        return _canonical_trace(args[0])
    if node.op == "total":
        return min(total(args[0]), total(_push_transpose(args[0])), key=digest)
    if node.op == "diagonal":
        return min(diagonal_vector(args[0]), diagonal_vector(_push_transpose(args[0])), key=digest)
    if node.op == "diag":
        return diagonal_matrix(args[0])
    return make(node.op, tuple(args), node.shape, node.data) if args else node


def _canonical_product(node: Node) -> Node:
    coefficient, scalars, chain = split_product(node)
    if node.is_scalar and scalars == (node,):
        factors = [canonical(f) for f in chain_of(node)]
        forward = product(coefficient, [], factors)
        backward = product(coefficient, [], [_push_transpose(f) for f in reversed(factors)])
        return min(forward, backward, key=digest)
    return product(
        coefficient, _sorted(canonical(s) for s in scalars), [canonical(f) for f in chain]
    )


def _push_transpose(node: Node) -> Node:
    """The canonical transpose of a canonical node: inside sums and elementwise operators."""
    turned = transpose(node)
    if turned.op == "mul":
        return _canonical_product_of(turned)
    if turned.op == "inverse":
        return make("inverse", (_push_transpose(node.args[0]),), turned.shape)
    if turned.op == "mpow":
        return make("mpow", (_push_transpose(node.args[0]),), turned.shape, turned.data)
    if turned.op != "transpose" or turned.args[0].op not in PUSHED:
        return turned
    inner = turned.args[0]
    if inner.op == "add":
        return add(*_sorted(map(_push_transpose, inner.args)))
    if inner.op == "had":
        return hadamard(*_sorted(map(_push_transpose, inner.args)))
    pushed = (_push_transpose(inner.args[0]), *inner.args[1:])
    return make(inner.op, pushed, turned.shape, inner.data)


def _canonical_product_of(turned: Node) -> Node:
    """A transposed product: its factors are canonical but for transposes on sums."""
    coefficient, scalars, chain = split_product(turned)
    factors = [_push_transpose(f.args[0]) if f.op == "transpose" else canonical(f) for f in chain]
    return product(coefficient, list(scalars), factors)


def _canonical_trace(inner: Node) -> Node:
    coefficient, scalars, chain = split_product(inner)
    if len(chain) < 2:
        return min(trace(inner), trace(_push_transpose(inner)), key=digest)
    backward = [_push_transpose(f) for f in reversed(chain)]
    turns = (
        trace(product(coefficient, scalars, [*factors[k:], *factors[:k]]))
        for factors in (list(chain), backward)
        for k in range(len(factors))
    )
    return min(turns, key=digest)
