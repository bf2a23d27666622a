"""Sums, products and powers.

A scalar factor is gathered with the others and put on the smallest part; what is added to
the diagonal alone is added there; whole powers are multiplications.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.errors import NoRuleError
from derive.language.expression import Node, chain_of, number, power, split_product
from derive.numeric.chains import links_of
from derive.numeric.forms import FUNCTIONS
from derive.numeric.literals import LARGEST_INTEGER
from derive.numeric.lowering import Lowering
from derive.numeric.terms import Term, Terms, squeeze

MAX_EXACT_DENOMINATOR = 2**20  # 3/8 is written 0.375; 1/3 stays a division


def lower_sum(to: Lowering, node: Node) -> Term:
    """A sum; what is added to the diagonal alone is added there."""
    terms, shape = to.terms, squeeze(node.shape)
    full: list[Term] = []
    diagonals: list[Term] = []
    for arg in node.args:
        on_diagonal = _diagonal_part(to, arg)
        if on_diagonal is None:
            full.append(to.term(arg))
        else:
            diagonals.append(on_diagonal)
    if not diagonals:
        return terms.sum(full, shape)
    vector = terms.sum(diagonals, shape[:1] if any(d.rank for d in diagonals) else ())
    if not full:
        return terms.diagonal_matrix(vector, shape)
    return terms.make("add_diagonal", (terms.sum(full, shape), vector), shape)


def _diagonal_part(to: Lowering, node: Node) -> Term | None:
    """The scalar or vector on the diagonal of ``s I`` or ``s diag(v)``, else None."""
    coefficient, scalars, chain = split_product(node)
    if len(chain) != 1 or chain[0].op not in {"eye", "diag"}:
        return None
    inside = to.terms.number(1) if chain[0].op == "eye" else to.term(chain[0].args[0])
    return scaled(to, coefficient, scalars, inside)


def lower_product(to: Lowering, node: Node) -> Term:
    """A product: its chain in the cheapest order, its scalars put where they cost least."""
    coefficient, scalars, chain = split_product(node)
    if not chain and scalars == (node,):
        return to.products.multiply(links_of(to, chain_of(node))).term
    on_diagonal = _diagonal_part(to, node)
    if on_diagonal is not None:
        return to.terms.diagonal_matrix(on_diagonal, squeeze(node.shape))
    if not chain:
        return scaled(to, coefficient, scalars, to.terms.number(1))
    link = to.products.multiply(links_of(to, chain))
    if link.kind == "diagonal":
        vector = scaled(to, coefficient, scalars, link.term)
        return to.terms.diagonal_matrix(vector, squeeze(node.shape))
    return scaled(to, coefficient, scalars, link.term)


def scaled(to: Lowering, coefficient: Fraction, scalars: Sequence[Node], body: Term) -> Term:
    """Numbers and scalars times an array, gathered first and put on its smallest part."""
    terms = to.terms
    above, below = terms.number(1), terms.number(1)
    size = abs(coefficient)
    if size.numerator == 1 and 1 < size.denominator <= LARGEST_INTEGER and not _is_exact(size):
        below = terms.number(size.denominator)
    else:
        above = terms.number(size)
    for scalar in scalars:
        if _is_reciprocal(scalar):
            below = terms.times(below, to.term(_reciprocal(scalar)), ())
        else:
            above = terms.times(above, to.term(scalar), ())
    result = _apply_scalar(terms, above, below, body)
    return terms.negative(result) if coefficient < 0 else result


def _apply_scalar(terms: Terms, above: Term, below: Term, body: Term) -> Term:
    is_plain = above.op == "number" and above.data == 1
    if body.op == "number" and body.data == 1:
        return terms.over(above, below, ())
    if body.op == "outer":
        left, right = body.args
        if terms.guess(left.shape[0]) <= terms.guess(right.shape[0]):
            left = _apply_scalar(terms, above, below, left)
        else:
            right = _apply_scalar(terms, above, below, right)
        sign = [t for t in (left, right) if t.op == "negative"]
        left, right = (t.args[0] if t.op == "negative" else t for t in (left, right))
        product = terms.make("outer", (left, right), body.shape)
        return terms.negative(product) if len(sign) == 1 else product
    if is_plain or body.rank == 0:
        return terms.over(terms.times(above, body, body.shape), below, body.shape)
    return terms.times(terms.over(above, below, ()), body, body.shape)


def _is_exact(value: Fraction) -> bool:
    denominator = value.denominator
    return denominator <= MAX_EXACT_DENOMINATOR and denominator & (denominator - 1) == 0


def _is_reciprocal(node: Node) -> bool:
    return node.op == "pow" and node.args[1].is_number and node.args[1].data < 0


def _reciprocal(node: Node) -> Node:
    return power(node.args[0], number(-node.args[1].data))


def lower_hadamard(to: Lowering, node: Node) -> Term:
    """An elementwise product; negative powers divide."""
    terms, shape = to.terms, squeeze(node.shape)
    above: Term | None = None
    below: Term | None = None
    for arg in node.args:
        if _is_reciprocal(arg):
            factor = _power_of(to, to.term(arg.args[0]), -arg.args[1].data)
            below = factor if below is None else terms.times(below, factor, shape)
        else:
            factor = to.term(arg)
            above = factor if above is None else terms.times(above, factor, shape)
    if above is None:
        above = terms.number(1)
    return above if below is None else terms.over(above, below, shape)


def lower_power(to: Lowering, node: Node) -> Term:
    """A power of each entry; an even power of a norm needs no root."""
    base, exponent = node.args
    if exponent.is_number:
        if base.op == "norm2" and exponent.data.denominator == 1 and exponent.data % 2 == 0:
            square = square_norm(to, base.args[0])
            return _signed_power(to, square, exponent.data / 2)
        return _signed_power(to, to.term(base), exponent.data)
    return to.terms.elementwise("power", (to.term(base), to.term(exponent)), squeeze(node.shape))


def _signed_power(to: Lowering, base: Term, exponent: Fraction) -> Term:
    if exponent > 0:
        return _power_of(to, base, exponent)
    return to.terms.over(to.terms.number(1), _power_of(to, base, -exponent), base.shape)


def _power_of(to: Lowering, base: Term, exponent: Fraction) -> Term:
    """A positive fixed power by multiplications and a square root where that does."""
    terms = to.terms
    if exponent.denominator == 1 and exponent <= 64:
        return terms.whole_power(base, int(exponent))
    if exponent.denominator == 2 and exponent <= 4:
        root = terms.apply("sqrt", base)
        whole = int(exponent)
        return root if not whole else terms.times(terms.whole_power(base, whole), root, base.shape)
    return terms.elementwise("power", (base, terms.number(exponent)), base.shape)


def lower_matrix_power(to: Lowering, node: Node) -> Term:
    """A power of a square matrix."""
    return to.terms.make("matrix_power", (to.term(node.args[0]),), squeeze(node.shape), node.data)


def lower_transpose(to: Lowering, node: Node) -> Term:
    """A transpose, which is a view."""
    return to.terms.transpose(to.term(node.args[0]))


def lower_map(to: Lowering, node: Node) -> Term:
    """An elementwise function."""
    if node.data not in FUNCTIONS:
        raise NoRuleError(f"no numeric function is known for {node.data!r}\n  in       : {node!r}")
    return to.terms.apply(node.data, to.term(node.args[0]))


def square_norm(to: Lowering, node: Node) -> Term:
    """The sum of the squares of all entries."""
    inside = to.term(node)
    return to.terms.inner(inside, inside)


def norm(terms: Terms, term: Term) -> Term:
    """The root of the sum of squares, also where the squares leave the range of floats."""
    if term.rank == 0:
        return terms.apply("abs", term)
    if term.op == "spread":
        repeats = terms.number(1)
        for axis, size in enumerate(term.shape):
            if axis not in term.kept:
                repeats = terms.times(repeats, terms.size(size), ())
        return terms.times(terms.apply("sqrt", repeats), norm(terms, term.args[0]), ())
    if term.op in {"negative", "transpose"}:
        return norm(terms, term.args[0])
    return terms.make("norm", (term,))
