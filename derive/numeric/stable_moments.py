"""Sums of products about the mean, which cancel where the mean is large.

``x'y - (sum x)(sum y)/n`` is ``(x - mean)'(y - mean)``, times any factor: of variances and
covariances written as a mean of squares less a square of means no digit need be left.
"""

from __future__ import annotations

from fractions import Fraction

from derive.language.expression import (
    Node,
    add,
    multiply,
    negative,
    number,
    ones,
    size_node,
    transpose,
)
from derive.language.functions import postorder, total
from derive.numeric.monomials import (
    Monomial,
    inverse_of,
    monomial_of,
    node_of,
    own_writing,
    product_of,
)
from derive.numeric.stable_parts import factors_of


def moment_about_mean(node: Node) -> Node | None:
    """c x'y - c (sum x)(sum y)/n, for any factor c."""
    if not node.is_scalar or all(part.op != "total" for part in postorder(node)):
        return None
    monomials = [monomial_of(term) for term in node.args]
    for k, term in enumerate(node.args):
        for base in monomials[k][1]:
            pair = _inner_product(base)
            if pair is None:
                continue
            x, y, power = pair
            before = product_of(monomials[k], inverse_of((Fraction(1), {base: power})))
            sums = [monomial_of(total(x)), monomial_of(total(y))]
            count = inverse_of(monomial_of(size_node(x.shape[0])))
            wanted = product_of(before, *sums, count, (Fraction(-1), {}))
            for j in range(len(node.args)):
                if j != k and monomials[j] == wanted:
                    others = [t for i, t in enumerate(node.args) if i not in {j, k}]
                    return add(*others, _about_mean(before, x, y, term))
    return None


def _inner_product(base: Node) -> tuple[Node, Node, Fraction] | None:
    """x, y and the power of a factor that is x'y."""
    if base.op == "norm2":
        pair, power = (base.args[0], base.args[0]), Fraction(2)
    elif base.op == "total":
        _, factors = factors_of(base.args[0])
        if len(factors) == 1 and factors[0].op == "pow" and factors[0].args[1] is number(2):
            factors = (factors[0].args[0],) * 2
        if len(factors) != 2:
            return None
        pair, power = (factors[0], factors[1]), Fraction(1)
    elif base.op == "mul" and len(base.args) == 2 and not base.args[0].is_scalar:
        pair, power = (transpose(base.args[0]), base.args[1]), Fraction(1)
    else:
        return None
    if pair[0].shape[0] == pair[1].shape[0] == 1:  # a sum is that of the transpose
        pair = transpose(pair[0]), transpose(pair[1])
    is_pair = pair[0].shape == pair[1].shape and pair[0].shape[1] == 1
    return (*pair, power) if is_pair and "ones" not in {part.op for part in pair} else None


def _about_mean(before: Monomial, x: Node, y: Node, like: Node) -> Node:
    left, right = _centred(x), _centred(y)
    return multiply(node_of(before, number(1), own_writing(like)), transpose(left), right)


def _centred(x: Node) -> Node:
    mean = multiply(size_node(x.shape[0]) ** number(-1), total(x))
    return add(x, negative(multiply(mean, ones(x.shape[0]))))
