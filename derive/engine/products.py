"""Tidy products: matrix chains in one pass with a stack, scalars and Hadamard factors by base."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from derive.engine.blocks import block_pair
from derive.engine.fusion import (
    fused_quotients,
    fused_sigmoids,
    fused_signs,
    fused_softmax,
    power_parts,
)
from derive.engine.kronecker import kronecker_pair, stacked_product
from derive.engine.matrix_forms import absorbed, paired, turned_projector, vanishes
from derive.engine.spectral import is_unit_square, neighbours
from derive.language.canonical import canonical, length, same
from derive.language.exponents import symbolic_power
from derive.language.expression import (
    Node,
    add,
    chain_of,
    elementwise_power,
    eye,
    inverse,
    matrix_power,
    multiply,
    number,
    ones,
    product,
    size_node,
    split_product,
    transpose,
    zero,
)
from derive.language.functions import diagonal_matrix, hadamard, total


def tidy_product(coefficient: Fraction, scalars: Sequence[Node], chain: Sequence[Node]) -> Node:
    """A product with everything cancelled that stands side by side."""
    scalars, flips = positive_first(scalars)
    chain, more = positive_first(chain)
    coefficient *= flips * more
    sizes, chain = merged_ones(chain)
    scalars = [*scalars, *sizes]
    outside, chain = tidy_chain(chain)
    c, s, _ = split_product(outside)
    coefficient, scalars = coefficient * c, [*scalars, *s]
    raw = product(coefficient, [], chain) if chain else number(coefficient)
    coefficient, found, rest = split_product(raw)
    tidied: list[Node] = []
    for scalar in found:
        c, s, _ = split_product(_tidy_scalar_chain(scalar))
        coefficient *= c
        tidied.extend(s)
    c, gathered = _gathered([*scalars, *tidied])
    gathered, rest = fused_softmax(gathered, rest)
    if len(rest) == 2 and rest[0].op == rest[1].op == "ones" and rest[0].shape[1] == 1:
        rest = (ones(rest[0].shape[0], rest[1].shape[1]),)
    return product(coefficient * c, gathered, rest)


def times(*factors: Node) -> Node:
    """The tidy product of a few nodes."""
    coefficient = Fraction(1)
    scalars: list[Node] = []
    chain: list[Node] = []
    for factor in factors:
        c, s, part = split_product(factor)
        coefficient *= c
        scalars.extend(s)
        chain.extend(part)
    return tidy_product(coefficient, scalars, chain)


def positive_first(factors: Sequence[Node]) -> tuple[list[Node], int]:
    """Sums among the factors begin with a positive term; a sum of negatives gives its sign away."""
    sign, turned = 1, []
    for factor in factors:
        if factor.op == "add":
            negative_terms = [split_product(term)[0] < 0 for term in factor.args]
            if all(negative_terms):
                sign, factor = -sign, -factor
            elif negative_terms[0]:
                k = negative_terms.index(False)
                factor = add(factor.args[k], *factor.args[:k], *factor.args[k + 1 :])
        turned.append(factor)
    return turned, sign


def merged_ones(chain: Sequence[Node]) -> tuple[list[Node], list[Node]]:
    """Neighbouring all-ones matrices as one, and the inner sizes they multiply by."""
    sizes: list[Node] = []
    kept: list[Node] = []
    for factor in chain:
        left = kept[-1] if kept else None
        if left is not None and left.op == factor.op == "ones" and factor.shape[0] != 1:
            sizes.append(size_node(factor.shape[0]))
            kept[-1] = ones(left.shape[0], factor.shape[1])
        else:
            kept.append(factor)
    return sizes, kept


def tidy_chain(chain: Iterable[Node]) -> tuple[Node, list[Node]]:
    """Push factor by factor; a pair that simplifies is replaced by what it gives.

    Numbers and scalars that come out of pairs are the first result.
    """
    stack: list[Node] = []
    outside = number(1)
    for factor in chain:
        pending = [factor]
        while pending:
            right = pending.pop()
            turned = turned_projector(stack[-1], right) if stack else None
            if turned is not None:
                stack.pop()
                pending.extend(reversed(turned))
            elif stack and (pair := _pair(stack[-1], right)) is not None:
                stack.pop()
                coefficient, scalars, factors = split_product(pair)
                outside = multiply(outside, product(coefficient, scalars, []))
                pending.extend(reversed(factors))
            else:
                stack.append(right)
                while absorbed(stack):
                    pass
    return outside, stack


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
    if left.shape[0] == left.shape[1] == right.shape[1] and left.shape != (1, 1):
        merged = _merged_powers(left, right)
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
    for rule in (neighbours(left, right), block_pair(left, right, times)):
        if rule is not None:
            return rule
    return kronecker_pair(left, right, times)


def _merged_powers(left: Node, right: Node) -> Node | None:
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


def _tidy_scalar_chain(scalar: Node) -> Node:
    """A 1 x 1 chain: sums written with ones, and cancellation between the two vectors."""
    factors = chain_of(scalar)
    if scalar.op != "mul" or len(factors) < 2 or factors[0].is_scalar:
        return scalar
    first, last = factors[0], factors[-1]
    if len(factors) == 2 and (stacked := stacked_product(first, last)) is not None:
        return stacked
    if first.op == "ones" or last.op == "ones":
        body = factors[1:] if first.op == "ones" else factors[:-1]
        inner = product(Fraction(1), [], body)
        if inner.op == "ones":
            return multiply(size_node(inner.shape[0]), size_node(inner.shape[1]))
        return number(1) if _sums_to_one(inner) else total(_upright(inner))
    if len(factors) == 2 and is_unit_square(first, last):
        return number(1)
    if len(factors) == 2:
        left = transpose(first)
        if same(left, last):
            return scalar  # u'u is how a sum of squares is written
        joined = tidy_hadamard([left, last])
        if _count(joined) < _count(left) + _count(last):
            _, _, chain = split_product(joined)
            inside = chain[0] if chain else joined
            outside = product(*split_product(joined)[:2], []) if chain else number(1)
            return multiply(outside, number(1) if _sums_to_one(inside) else total(inside))
    return scalar


def _upright(node: Node) -> Node:
    return transpose(node) if node.shape[0] == 1 else node


def _sums_to_one(node: Node) -> bool:
    return _upright(node).op == "softmax"


def _count(node: Node) -> int:
    """How many elementwise factors a vector has."""
    return len(node.args) if node.op == "had" else 1


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
        coefficient *= c
        scalars = (*scalars, *s)
        arrays.append(product(Fraction(1), [], part))
    flat = [a for array in arrays for a in (array.args if array.op == "had" else (array,))]
    c, gathered = _gathered(flat)
    gathered = _opened_sum(gathered)
    body = hadamard(*gathered) if gathered else ones(*joined.shape)
    c2, outside = _gathered(scalars)
    return multiply(number(coefficient * c * c2), *outside, body)


def _opened_sum(factors: list[Node]) -> list[Node]:
    """Multiply into a sum among the factors if that makes every term of it shorter."""
    for k, factor in enumerate(factors):
        if factor.op != "add" or len(factors) == 1:
            continue
        rest = [*factors[:k], *factors[k + 1 :]]
        opened = [tidy_hadamard([*rest, term]) for term in factor.args]
        before = [length(hadamard(*rest, term)) for term in factor.args]
        if all(length(o) < b for o, b in zip(opened, before, strict=True)):
            return [add(*opened)]
    return factors


def _gathered(factors: Iterable[Node]) -> tuple[Fraction, list[Node]]:
    """Factors of equal base as one power each, in the order of first appearance."""
    coefficient = Fraction(1)
    exponents: dict[Node, Fraction] = {}
    bases: dict[Node, Node] = {}
    symbolic: dict[Node, list[Node]] = {}
    for base, exponent in _powers(factors):
        if base.op == "number":
            coefficient *= base.data**exponent
            continue
        # (x^p)^k is x^(k p) for whole k; (x^2)^(1/2) is |x|
        if base.op == "pow" and base.args[0].op != "number" and exponent.denominator == 1:
            key = canonical(base.args[0])
            symbolic.setdefault(key, []).append(number(exponent) * base.args[1])
            exponents.setdefault(key, Fraction(0))
            bases.setdefault(key, base.args[0])
            continue
        key = canonical(base)
        exponents[key] = exponents.get(key, Fraction(0)) + exponent
        bases.setdefault(key, base)
    fused_sigmoids(exponents, bases)
    fused_quotients(exponents, bases)
    fused_signs(exponents, bases)
    gathered: list[Node] = []
    # numerators stand before denominators, each in the order of appearance
    for key, exponent in sorted(exponents.items(), key=lambda item: item[1] < 0):
        whole = _joined_exponents([*symbolic.get(key, []), number(exponent)])
        if whole is number(0):
            continue
        c, s, part = split_product(elementwise_power(bases[key], whole))
        coefficient *= c
        gathered.extend(s if not part else (product(Fraction(1), s, part),))
    return coefficient, gathered


def _joined_exponents(exponents: Sequence[Node]) -> Node:
    """The sum of exponents, like terms together: p - 1 + 1 is p."""
    amounts: dict[Node, Fraction] = {}
    first: dict[Node, Node] = {}
    joined = add(*exponents)
    for term in joined.args if joined.op == "add" else (joined,):
        coefficient, scalars, chain = split_product(term)
        core = product(Fraction(1), scalars, chain)
        key = canonical(core)
        amounts[key] = amounts.get(key, Fraction(0)) + coefficient
        first.setdefault(key, core)
    kept = [multiply(number(c), first[key]) for key, c in amounts.items() if c]
    return add(*kept, number(0))


def _powers(factors: Iterable[Node]) -> Iterator[tuple[Node, Fraction]]:
    """Factors as (base, exponent); a whole power of a product is a product of powers."""
    for factor in factors:
        base, exponent = power_parts(factor)
        scalars = base.op == "mul" and base.args[0].is_scalar and base.is_scalar
        if (scalars or base.op == "had") and exponent != 1 and exponent.denominator == 1:
            for inner, power in _powers(base.args):
                yield inner, power * exponent
        elif base.op == "number" and exponent.denominator != 1:
            yield factor, Fraction(1)
        else:
            yield base, exponent
