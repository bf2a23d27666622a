"""Tidy products: matrix chains in one pass with a stack, scalars and Hadamard factors by base."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from derive.engine.blocks import block_pair
from derive.engine.fusion import fused_softmax
from derive.engine.indicators import joined_masks_of
from derive.engine.inverses import (
    cancelled_inverse,
    closed_inverse,
    inverted_size,
    merged_powers,
    swapped_inverses,
)
from derive.engine.kronecker import kronecker_pair, stacked_product
from derive.engine.matrix_forms import absorbed, paired, turned_projector, vanishes
from derive.engine.powers import gathered
from derive.engine.projectors import projected
from derive.engine.radicals import merged_radicals
from derive.engine.spectral import is_unit_square, neighbours
from derive.engine.terms import merged, summands
from derive.language.canonical import canonical, digest, is_symmetric
from derive.language.cost import cost
from derive.language.expression import (
    ONE,
    Node,
    add,
    chain_of,
    eye,
    inverse,
    multiply,
    number,
    ones,
    product,
    scaled,
    size_node,
    split_product,
    transpose,
    zero,
)
from derive.language.functions import diagonal_matrix, hadamard, total, trace


def tidy_product(coefficient: Fraction, scalars: Sequence[Node], chain: Sequence[Node]) -> Node:
    """A product with everything cancelled that stands side by side."""
    scalars, flips = positive_first(scalars)
    chain, more = positive_first(chain)
    if flips != more:
        coefficient = -coefficient
    rest: tuple[Node, ...] = ()
    tidied: list[Node] = []
    if chain:
        c, found, rest = split_product(tidy_chain(chain))
        coefficient = scaled(coefficient, c)
        for scalar in found:
            c, s, _ = split_product(_tidy_scalar_chain(scalar))
            coefficient = scaled(coefficient, c)
            tidied.extend(s)
    c, powers = gathered([*scalars, *tidied])
    coefficient, powers = merged_radicals(scaled(coefficient, c), powers)
    powers, rest = fused_softmax(powers, rest)
    if len(rest) == 2 and rest[0].op == rest[1].op == "ones" and rest[0].shape[1] == 1:
        rest = (ones(rest[0].shape[0], rest[1].shape[1]),)
    return product(coefficient, powers, rest)


def times(*factors: Node) -> Node:
    """The tidy product of a few nodes."""
    coefficient = ONE
    scalars: list[Node] = []
    chain: list[Node] = []
    for factor in factors:
        c, s, part = split_product(factor)
        coefficient = scaled(coefficient, c)
        scalars.extend(s)
        chain.extend(part)
    return tidy_product(coefficient, scalars, chain)


def positive_first(factors: Sequence[Node]) -> tuple[list[Node], int]:
    """Sums among the factors begin with a positive term; a sum of negatives gives its sign away."""
    sign, turned = 1, []
    for factor in factors:
        if factor.op == "transpose" and factor.args[0].op == "add":
            (inner,), flip = positive_first(factor.args)
            sign, factor = sign * flip, transpose(inner)
        elif factor.op == "add":
            negative_terms = [split_product(term)[0] < 0 for term in factor.args]
            if all(negative_terms):
                sign, factor = -sign, -factor
            elif negative_terms[0]:
                k = negative_terms.index(False)
                factor = add(factor.args[k], *factor.args[:k], *factor.args[k + 1 :])
        turned.append(factor)
    return turned, sign


def tidy_chain(chain: Sequence[Node]) -> Node:
    """A chain with what stands side by side cancelled; scalars that arise stand before it."""
    outside, stack = _stacked(chain)
    for swapped in swapped_inverses(stack):
        arisen, other = _stacked([_tidy_inverted_sum(factor) for factor in swapped])
        if _weight(other) < _weight(stack):
            return multiply(*outside, *arisen, tidy_chain(other))
    return multiply(*outside, *stack)


def _weight(chain: Sequence[Node]) -> tuple[int, int]:
    return sum(map(cost, chain)), inverted_size(chain)


def _tidy_inverted_sum(factor: Node) -> Node:
    if factor.op != "inverse" or factor.args[0].op != "add":
        return factor
    return inverse(add(*map(times, factor.args[0].args)))


def _stacked(chain: Sequence[Node]) -> tuple[list[Node], list[Node]]:
    """Push factor by factor; one that simplifies with the last is replaced by what they give."""
    outside: list[Node] = []
    stack: list[Node] = []
    for factor in chain:
        pending = [factor]
        while pending:
            right = pending.pop()
            turned = turned_projector(stack[-1], right) if stack else None
            pair = _pair(stack[-1], right) if stack and turned is None else None
            if turned is not None:
                stack.pop()
                pending.extend(reversed(turned))
            elif pair is not None:
                stack.pop()
                coefficient, scalars, factors = split_product(pair)
                outside.append(product(coefficient, scalars, []))
                pending.extend(reversed(factors))
            else:
                stack.append(right)
                del stack[len(stack) - closed_inverse(stack) :]
                while absorbed(stack):
                    pass
    return outside, stack or [eye(chain[0].shape[0])]


def _pair(left: Node, right: Node) -> Node | None:
    """What two neighbours become, or None if they stay."""
    if left.op == "eye":
        return right
    if right.op == "eye":
        return left
    if (joined := paired(left, right)) is not None:
        return joined
    if vanishes(left, right):
        return zero((left.shape[0], right.shape[1]))
    if left.op == right.op == "ones" and right.shape[0] != 1:
        return size_node(right.shape[0]) * ones(left.shape[0], right.shape[1])
    if "add" in {left.op, right.op} and (met := projected(left, right, times)) is not None:
        return met
    if left.shape[0] == left.shape[1] == right.shape[1] and left.shape != (1, 1):
        merged = merged_powers(left, right) or cancelled_inverse(left, right)
        if merged is not None:
            return merged
    if left.op == "diag" and right.op == "diag":
        return diagonal_matrix(hadamard(left.args[0], right.args[0]))
    if left.op == "diag" and right.shape[1] == 1:
        return tidy_hadamard([left.args[0], right])
    if right.op == "diag" and left.shape[0] == 1:
        return transpose(tidy_hadamard([transpose(left), right.args[0]]))
    if left.op == "rowsoftmax" and right.op == "ones" and right.shape[1] == 1:
        return ones(left.shape[0])
    if right.op == "transpose" and right.args[0].op == "rowsoftmax" and left.op == "ones":
        return ones(1, right.shape[1]) if left.shape[0] == 1 else None
    for rule in (neighbours(left, right), block_pair(left, right, times)):
        if rule is not None:
            return rule
    return kronecker_pair(left, right, times)


def _tidy_scalar_chain(scalar: Node) -> Node:
    """A 1 x 1 chain: sums written with ones, and factors of two vectors gathered."""
    factors = chain_of(scalar)
    if scalar.op != "mul" or len(factors) < 2 or factors[0].is_scalar:
        return scalar
    first, last = factors[0], factors[-1]
    if len(factors) == 2 and (stacked := stacked_product(first, last)) is not None:
        return stacked
    if first.op == "ones" or last.op == "ones":
        body = factors[1:] if first.op == "ones" else factors[:-1]
        return tidy_total(_upright(product(ONE, [], body)))
    if len(factors) == 2 and is_unit_square(first, last):
        return number(1)
    if len(factors) == 2:
        return inner_product([transpose(first), last], scalar)
    for k, factor in enumerate(factors):  # x'(A - (x'A x)/(x'B x) B)x is zero
        if len(summands(factor)) == 2:
            opened = merged([times(*factors[:k], t, *factors[k + 1 :]) for t in summands(factor)])
            if opened.op != "add" and cost(opened) < cost(scalar):
                return opened
    if any("unit" in {f.op, *(arg.op for arg in f.args)} for f in factors):
        return scalar  # a row X'e_i stays upright
    turned = product(ONE, [], [turned_factor(f) for f in reversed(factors)])
    return turned if cost(turned) < cost(scalar) else scalar


def tidy_total(node: Node) -> Node:
    """The sum of the entries of a tidy array; of a chain or its transpose, the cheaper."""
    while node.op in {"transpose", "diag"}:
        node = node.args[0]
    coefficient, scalars, chain = split_product(node)
    outside = product(coefficient, scalars, [])
    if not chain:
        return outside
    inside = product(ONE, [], chain)
    if inside.op == "add":
        parts = merged([times(tidy_total(term)) for term in inside.args])
        whole = total(inside)
        return multiply(outside, parts if cost(parts) < cost(whole) else whole)
    if len(chain) > 1 and {chain[0].op, chain[-1].op} & {"ones"}:
        return multiply(outside, _total_of_flanked(chain))
    if len(chain) > 1 and not inside.is_scalar and chain[0].shape[0] != 1:
        turned = product(ONE, [], [turned_factor(f) for f in reversed(chain)])
        inside = cheapest([inside, turned])
    found = _total_of(inside)
    return multiply(found, outside) if found.op == "size" else multiply(outside, found)


def _total_of_flanked(chain: Sequence[Node]) -> Node:
    """The sum of the entries of a chain that begins or ends with ones."""
    if chain[-1].op == "ones":
        return size_node(chain[-1].shape[1]) * tidy_total(multiply(*chain[:-1]))
    return size_node(chain[0].shape[0]) * tidy_total(multiply(*chain[1:]))


def _total_of(node: Node) -> Node:
    if node.shape[1] == 1 and (node.op == "had" or node.op == "pow"):
        return inner_product([node], total(node))
    return _known_total(node)


def _known_total(node: Node) -> Node:
    if node.op == "softmax":
        return number(1)
    if node.op == "eigvals":
        return trace(node.args[0])
    return size_node(node.shape[0]) if node.op == "rowsoftmax" else total(node)


def inner_product(vectors: Sequence[Node], written: Node) -> Node:
    """The sum of the entries of an elementwise product of columns: ``a'b`` for two factors.

    `written` is the same in the form it has; it stays if there is nothing to gather.
    """
    joined = tidy_hadamard(vectors)
    coefficient, scalars, chain = split_product(joined)
    outside = product(coefficient, scalars, [])
    if not chain:
        return outside
    whole = product(ONE, [], chain)
    factors = whole.args if whole.op == "had" else (whole,)
    if len(factors) > 2 or (len(factors) == 1 and not _is_square(whole)):
        return multiply(outside, _known_total(whole))
    if len(factors) == 1:
        factors = (whole.args[0], whole.args[0])
    if any(_is_reciprocal(factor) for factor in factors):  # sum(x ./ y) stays a sum
        return multiply(outside, total(whole))
    if outside is number(ONE) and written.op == "mul" and {*factors} == {*vectors}:
        return written
    return multiply(outside, transpose(factors[0]), factors[1])


def _is_reciprocal(node: Node) -> bool:
    return node.op == "pow" and node.args[1].is_number and bool(node.args[1].data < 0)


def _is_square(node: Node) -> bool:
    return node.op == "pow" and node.args[1] is number(2)


def turned_factor(factor: Node) -> Node:
    """The transpose of a factor: itself if it is symmetric."""
    if factor.shape[0] == factor.shape[1] and is_symmetric(factor):
        return factor
    return transpose(factor)


def _upright(node: Node) -> Node:
    return transpose(node) if node.shape[0] == 1 else node


def tidy_hadamard(factors: Sequence[Node]) -> Node:
    """An elementwise product: scalars outside, equal bases with their exponents added."""
    factors, sign = positive_first(factors)
    joined = multiply(number(sign), hadamard(*factors))
    coefficient, scalars, chain = split_product(joined)
    if len(chain) != 1 or chain[0].op != "had":
        return joined
    arrays: list[Node] = []
    scalars = tuple(scalars)
    for factor in chain[0].args:
        c, s, part = split_product(factor)
        coefficient = scaled(coefficient, c)
        scalars = (*scalars, *s)
        arrays.append(product(ONE, [], part))
    flat = [a for array in arrays for a in (array.args if array.op == "had" else (array,))]
    c, powers = gathered(joined_masks_of(flat))
    body = _with_outer(powers) if powers else ones(*joined.shape)
    c2, outside = gathered(scalars)
    coefficient, outside = merged_radicals(scaled(scaled(coefficient, c), c2), outside)
    return multiply(number(coefficient), *outside, body)


def _with_outer(factors: list[Node]) -> Node:
    """Factors of rank one as one, beside ones as a diagonal matrix.

    ``(u 1') o M = diag(u) M``, ``(1 v') o M = M diag(v)``, ``(u v') o (a b') = (u o a)(v o b)'``.
    """
    outer = [(f, parts) for f in factors if (parts := _outer_parts(f))]
    rest = [f for f in factors if not any(f is one for one, _ in outer)]
    if not outer:
        return hadamard(*_opened_sum(rest))
    if len(factors) == 1:
        return factors[0]
    left = tidy_hadamard([parts[0] for _, parts in outer])
    right = tidy_hadamard([parts[1] for _, parts in outer])
    if not rest:
        return times(left, transpose(right))
    if right.op == "ones":
        return times(diagonal_matrix(left), hadamard(*_opened_sum(rest)))
    if left.op == "ones":
        return times(hadamard(*_opened_sum(rest)), diagonal_matrix(right))
    if len(outer) == 1:
        return hadamard(*_opened_sum(factors))
    return hadamard(multiply(left, transpose(right)), *rest)


def _outer_parts(node: Node) -> tuple[Node, ...]:
    """The columns u and v of ``u v'``; nothing for another node."""
    chain = split_product(node)[2] if node.op == "mul" else ()
    for k in range(1, len(chain)):
        if chain[k].shape[0] == 1:
            return multiply(*chain[:k]), transpose(multiply(*chain[k:]))
    return ()


def _opened_sum(factors: Sequence[Node]) -> Sequence[Node]:
    """Multiply into a sum among the factors if that makes every term of it shorter."""
    found = []
    for k, factor in enumerate(factors):
        if factor.op != "add" or len(factors) == 1:
            continue
        rest = [*factors[:k], *factors[k + 1 :]]
        opened = []
        for term in factor.args:
            multiplied = tidy_hadamard([*rest, term])
            if cost(multiplied) >= cost(hadamard(*rest, term)):
                break
            opened.append(multiplied)
        else:
            found.append(add(*opened))
    return [cheapest(found)] if found else factors


def cheapest(nodes: Iterable[Node]) -> Node:
    """The node of least cost; among equals a choice that no order of terms can change."""
    nodes = list(nodes)
    least = min(map(cost, nodes))
    nodes = [node for node in nodes if cost(node) == least]
    return nodes[0] if len(nodes) == 1 else min(nodes, key=lambda n: digest(canonical(n)))
