"""False variants of a node: what a check that works must refute.

A sign, a factor, an added one, a dropped or negated term, a transposed factor.  Some are
equal in value to the original (the sign of zero); the certificate sorts those out.
"""

from __future__ import annotations

from derive.language.expression import (
    Node,
    add,
    chain_of,
    multiply,
    negative,
    number,
    ones,
    product,
    split_product,
    transpose,
)


def mutants_of(node: Node) -> tuple[Node, ...]:
    """Distinct variants of a node of the same shape.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> x, y = symbol("x"), symbol("y")
    >>> len(mutants_of(x + y))
    5
    """
    variants = [negative(node), multiply(number(2), node), add(node, ones(*node.shape))]
    if node.op == "add":
        first, *rest = node.args
        variants.append(add(*rest))
        variants.append(add(first, *rest[:-1], negative(rest[-1])))
    variants.extend(_transposed(node)[:1])
    return tuple(variant for variant in dict.fromkeys(variants) if variant is not node)


def _transposed(node: Node) -> list[Node]:
    """Variants with one square factor of one top-level term transposed."""
    terms = node.args if node.op == "add" else (node,)
    variants = []
    for place, term in enumerate(terms):
        chain = chain_of(term)
        coefficient, scalars, outer = split_product(term)
        if len(chain) < 2 or chain != outer:
            continue
        for k, factor in enumerate(chain):
            turned = transpose(factor)
            if turned.shape != factor.shape or turned is factor:
                continue
            other = product(coefficient, scalars, [*chain[:k], turned, *chain[k + 1 :]])
            variants.append(add(*terms[:place], other, *terms[place + 1 :]))
    return variants
