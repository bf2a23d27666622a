"""When two nodes are the same up to the order of terms, and an order that never changes.

Two identities live side by side: the node itself keeps the author's order and is what is
printed; its canonical node sorts sums, elementwise products and scalar factors, opens whole
powers of scalar products, takes the smaller of a 1 x 1 chain and its transpose, and the
smallest rotation of a trace.  Terms are merged by the second and printed by the first.  No
declared fact is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from derive.language.expression import (
    Node,
    add,
    chain_of,
    elementwise_power,
    make,
    multiply,
    number,
    product,
    split_product,
    transpose,
)
from derive.language.functions import (
    Settled,
    diagonal_matrix,
    diagonal_vector,
    hadamard,
    postorder,
    total,
    trace,
)
from derive.language.indices import depth_of_sums, index, renamed
from derive.language.operators import TURNED_INSIDE
from derive.language.sizes import shape_text

# transposes move inside these
PUSHED = {"add", "had", "mul", "map", "polygamma", "pow"} | TURNED_INSIDE


def power_parts(node: Node) -> tuple[Node, Node]:
    """A factor as (base, exponent): ``1/sqrt(x)`` is ``x`` to the -1/2, where it is defined.

    The square root of a square is a modulus and stays.
    """
    if node.op != "pow":
        return node, number(1)
    base, exponent = node.args
    while exponent.op == "number" and base.op == "pow" and base.args[1].op == "number":
        inner = base.args[1].data
        if exponent.data.denominator != 1 and inner.denominator == 1 and inner % 2 == 0:
            break
        base, exponent = base.args[0], number(inner * exponent.data)
    return base, exponent


def digest(node: Node) -> bytes:
    """A fingerprint of the structure: the same in every process and on every machine."""
    if node._digest is None:
        for part in postorder(node, known=Settled("_digest")):
            text = f"{part.op}|{shape_text(part.shape)}|{part.data}"
            below = b"".join(arg._digest or b"" for arg in part.args)
            part._digest = blake2b(text.encode() + below, digest_size=16).digest()
    assert node._digest is not None
    return node._digest


def length(node: Node) -> int:
    """How long a node is when printed: parts counted as often as they are read."""
    pending = [node]
    while pending:
        part = pending[-1]
        missing = [arg for arg in part.args if not arg._length]
        if missing and not part._length:
            pending.extend(missing)
        else:
            pending.pop()
            part._length = part._length or 1 + sum(arg._length for arg in part.args)
    return node._length


def canonical(node: Node) -> Node:
    """The representative of all nodes that differ only in the order of terms."""
    if node._canonical is None:
        for part in postorder(node, known=Settled("_canonical")):
            if part._canonical is None:
                part._canonical = _canonical(part)
                part._canonical._canonical = part._canonical
    assert node._canonical is not None
    return node._canonical


def same(left: Node, right: Node) -> bool:
    """Whether two nodes are equal up to the order of terms."""
    return left is right or canonical(left) is canonical(right)


def canonical_transpose(node: Node) -> Node:
    """The representative of the transpose; no transpose of the node itself is built."""
    return _push_transpose(canonical(node))


def is_symmetric(node: Node) -> bool:
    """Whether a square node equals its transpose, whatever the values of its symbols."""
    return node.shape[0] == node.shape[1] and same(transpose(node), node)


def _sorted(nodes: Iterable[Node]) -> list[Node]:
    return sorted(nodes, key=digest)


def _sorted_sum(terms: Iterable[Node]) -> Node:
    """The sum in the order of digests; a term may have become a sum itself."""
    terms = list(terms)
    if all(term.op != "add" for term in terms):
        return add(*_sorted(terms))
    joined = add(*terms)
    return add(*_sorted(joined.args)) if joined.op == "add" else joined


def _sorted_hadamard(factors: Iterable[Node]) -> Node:
    """The elementwise product in the order of digests, scalars before it."""
    factors = list(factors)
    if all(factor.op not in {"had", "mul"} for factor in factors):
        return hadamard(*_sorted(factors))
    coefficient, scalars, chain = split_product(hadamard(*factors))
    if len(chain) == 1 and chain[0].op == "had":
        chain = (hadamard(*_sorted(chain[0].args)),)
    return product(coefficient, _sorted(map(canonical, scalars)), chain)


def _canonical(node: Node) -> Node:
    args = [canonical(arg) for arg in node.args]
    if node.op == "add":
        return _sorted_sum(args)
    if node.op == "had":
        return _sorted_hadamard(args)
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
    if node.op == "combine" and node.data in {"maximum", "minimum"}:
        return make("combine", tuple(_sorted(args)), node.shape, node.data)
    if node.op == "frechet":  # symmetric in its directions
        return make("frechet", (args[0], *_sorted(args[1:])), node.shape, node.data)
    if node.op == "sum_over":
        return _canonical_sum_over(node.args[0], node.data)
    if node.op == "pow":
        return _canonical_power(*power_parts(make("pow", tuple(args), node.shape)))
    return make(node.op, tuple(args), node.shape, node.data) if args else node


def _canonical_power(base: Node, exponent: Node) -> Node:
    """A power; a whole one of a product of scalars is the product of the powers."""
    is_product = base.op == "mul" and base.is_scalar and base.args[0].is_scalar
    if is_product and exponent.op == "number" and exponent.data.denominator == 1:
        return canonical(multiply(*(elementwise_power(f, exponent) for f in base.args)))
    return elementwise_power(base, exponent)


def _canonical_sum_over(body: Node, i: Node) -> Node:
    """The sum with its index named by how many sums stand inside it."""
    bound = i.data
    name = index(f"#{1 + depth_of_sums(body)}", bound.last, bound.first)
    return make("sum_over", (canonical(renamed(body, i, name)),), body.shape, name)


def _canonical_product(node: Node) -> Node:
    coefficient, scalars, chain = split_product(node)
    if node.is_scalar and scalars == (node,):
        factors = _upright_projectors([canonical(f) for f in chain_of(node)])
        forward = product(coefficient, [], factors)
        backward = product(coefficient, [], [_push_transpose(f) for f in reversed(factors)])
        return min(forward, backward, key=digest)
    scalars, chain = tuple(map(canonical, scalars)), tuple(map(canonical, chain))
    if not any(_is_compound(part) for part in (*scalars, *chain)):
        return product(coefficient, _sorted(scalars), _upright_projectors(list(chain)))
    whole = multiply(*scalars, *_upright_projectors(list(chain)))
    outside, scalars, chain = split_product(whole)
    return product(coefficient * outside, _sorted(map(canonical, scalars)), chain)


def _is_compound(part: Node) -> bool:
    """Whether a factor is itself a number or a product that opens into its factors."""
    if part.op == "mul":
        return not part.is_scalar or part.args[0].is_scalar
    return part.op in {"number", "eye"}


def _upright_projectors(factors: list[Node]) -> list[Node]:
    """Neighbours ``A A^+``, whose product is its own transpose, in the smaller of two ways."""
    for k in range(len(factors) - 1):
        left, right = factors[k : k + 2]
        if "pinv" in {left.op, right.op} and _are_pseudo_inverse(left, right):
            turned = [_push_transpose(right), _push_transpose(left)]
            is_smaller = digest(turned[0]) < digest(left)
            factors[k : k + 2] = turned if is_smaller else [left, right]
    return factors


def _are_pseudo_inverse(left: Node, right: Node) -> bool:
    """Whether one of two canonical nodes is the pseudo-inverse of the other."""
    return (left.op == "pinv" and left.args[0] is right) or (
        right.op == "pinv" and right.args[0] is left
    )


def _push_transpose(node: Node) -> Node:
    """The canonical transpose of a canonical node: inside sums and elementwise operators."""
    pending = [node]
    while pending:
        part = pending[-1]
        missing = [] if part._turned else [p for p in _turning(part) if p._turned is None]
        if missing:
            pending.extend(missing)
            continue
        pending.pop()
        if part._turned is None:
            part._turned = _turned(part)
    assert node._turned is not None
    return node._turned


def _turning(node: Node) -> tuple[Node, ...]:
    """The parts whose transposes the transpose of a node is made of."""
    if node.is_scalar or node.op not in PUSHED:
        return ()
    if node.op == "mul":
        return split_product(node)[2]
    return node.args[:1] if node.op in {"map", "pow", "inverse", "mpow"} else node.args


def _turned(node: Node) -> Node:
    """The canonical transpose, given that of every part."""
    parts = [part._turned for part in _turning(node)]
    turned = [part for part in parts if part is not None]
    if not turned:
        return transpose(node)
    if node.op == "add":
        return _sorted_sum(turned)
    if node.op == "had":
        return _sorted_hadamard(turned)
    if node.op == "mul":
        coefficient, scalars, _ = split_product(node)
        return product(coefficient, scalars, _upright_projectors(turned[::-1]))
    shape = (node.shape[1], node.shape[0])
    if node.op == "kron":
        return make("kron", tuple(turned), shape)
    if node.op == "frechet":
        return make("frechet", (turned[0], *_sorted(turned[1:])), shape, node.data)
    return make(node.op, (turned[0], *node.args[1:]), shape, node.data)


def _canonical_trace(inner: Node) -> Node:
    if inner.op == "add":  # each term of the sum may be transposed by itself
        return trace(
            _sorted_sum(min(term, _push_transpose(term), key=digest) for term in inner.args)
        )
    coefficient, scalars, chain = split_product(inner)
    if len(chain) < 2:
        return min(trace(inner), trace(_push_transpose(inner)), key=digest)
    for k in range(1, len(chain)):
        if chain[k].shape[0] == 1:  # the trace of a rank-one product is a 1 x 1 chain
            return canonical(product(coefficient, scalars, [*chain[k:], *chain[:k]]))
    backward = [_push_transpose(f) for f in reversed(chain)]
    turns = (
        trace(product(coefficient, scalars, [*factors[k:], *factors[:k]]))
        for factors in (list(chain), backward)
        for k in range(len(factors))
    )
    return min(turns, key=digest)
