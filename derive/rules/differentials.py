"""Differentials: the one fact the engine needs per operator.

Letters: ``e`` is the node itself, ``A``, ``B`` (matrices), ``u`` (vector), ``x``
(scalar or elementwise) its arguments, ``dA`` the differential of ``A``.  A row states
d(e) as a node that is linear in the differentials; the adjoint follows by mechanical
transposition, never by hand.

A row may look one node deeper (``fits``): the squared norm has its own row, since going
through the norm would add the condition that the norm is not zero.  The first row that
fits is used, so such rows stand before the general row of their operator.

To add a rule, append a row; a family of operators has a file of its own whose rows are
appended at the end.  The truth test picks them up by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from derive.language.exponents import whole_power_of_root
from derive.language.expression import (
    Node,
    add,
    elementwise_power,
    inverse,
    matrix_power,
    multiply,
    number,
    ones,
    product,
    split_product,
    transpose,
    zero,
)
from derive.language.functions import (
    array,
    diagonal_matrix,
    diagonal_vector,
    dot,
    elementwise,
    hadamard,
    rowsoftmax,
    softmax,
    total,
    trace,
)
from derive.rules.blocks import BLOCKS
from derive.rules.combined import COMBINED_RULES
from derive.rules.elementwise import DERIVATIVES
from derive.rules.extremes import EXTREMES
from derive.rules.incomplete import INCOMPLETE_RULES
from derive.rules.kronecker import KRONECKER
from derive.rules.matrix_functions import CLOSED_FORMS, MATRIX_FUNCTION_RULES
from derive.rules.rule import Rule
from derive.rules.special import SPECIAL_RULES
from derive.rules.spectral import SPECTRAL
from derive.rules.sums import SUMS


def _array_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    """The differential of explicit entries, entry by entry."""
    rows, columns = (int(str(size)) for size in e.shape)
    return array([list(dargs[k * columns : (k + 1) * columns]) for k in range(rows)])


def _product_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    """Replace each factor in its place by its differential and add up.

    A scalar factor that stands there k times gives k times one term.
    """
    coefficient, scalars, chain = split_product(e)
    if e.is_scalar and e.args and not e.args[0].is_scalar:
        coefficient, scalars, chain = Fraction(1), (), tuple(e.args)
    factors = [*scalars, *chain]
    moving = dargs[len(args) - len(factors) :]
    terms = []
    copies = Counter(scalars)
    for k, d in enumerate(moving):
        if d.op == "zero" or (d.op == "number" and d.data == 0):
            continue
        times = copies.pop(factors[k], 0) if k < len(scalars) else 1
        if times:
            changed = [*factors[:k], d, *factors[k + 1 :]]
            outside = coefficient * times
            terms.append(product(outside, changed[: len(scalars)], changed[len(scalars) :]))
    return add(*terms) if terms else zero(e.shape)


def _is_reciprocal(e: Node) -> bool:
    return e.op == "pow" and e.is_scalar and e.args[1].op == "number" and e.args[1].data < 0


def _denominators(e: Node) -> Sequence[Node]:
    """The factors of a product, a reciprocal power by its base."""
    return [arg.args[0] if _is_reciprocal(arg) else arg for arg in e.args]


def _is_quotient(e: Node, variables: frozenset[Node]) -> bool:
    """Whether a variable stands in a denominator and in another factor too."""
    moving = [arg for arg in e.args if not variables.isdisjoint(arg.symbols)]
    return len(moving) > 1 and any(map(_is_reciprocal, moving))


def _quotient_rule(e: Node, parts: Sequence[Node], dparts: Sequence[Node]) -> Node:
    """d(a/b) = da/b - a/b^2 db: the product rule with reciprocals opened at once."""
    opened = [
        _power_rule(arg, arg.args, (d, number(0))) if _is_reciprocal(arg) else d
        for arg, d in zip(e.args, dparts, strict=True)
    ]
    return _product_rule(e, e.args, opened)


def _hadamard_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    copies = Counter(args)
    terms = [
        multiply(number(times), hadamard(*args[:k], d, *args[k + 1 :]))
        for k, d in enumerate(dargs)
        if (times := copies.pop(args[k], 0))
    ]
    return add(*terms)


def _power_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    """d(x^p) = p x^(p-1) dx + log(x) x^p dp; the second term only where p moves."""
    (base, exponent), (dbase, dexponent) = args, dargs
    slope = hadamard(exponent, elementwise_power(base, exponent - 1))
    terms = [hadamard(slope, dbase)]
    if not (dexponent.op == "number" and dexponent.data == 0):
        growth = hadamard(elementwise("log", base), e)
        terms.append(multiply(dexponent, growth))
    return add(*terms)


def _power_of_root_rule(e: Node, base: Sequence[Node], dbase: Sequence[Node]) -> Node:
    exponent = whole_power_of_root(e)
    assert exponent is not None
    return hadamard(exponent * elementwise_power(base[0], exponent - 1), dbase[0])


def _is_norm_power(e: Node) -> bool:
    """A norm to a numeric power above two: smooth at zero, unlike the norm."""
    base, exponent = e.args
    return base.op == "norm2" and exponent.op == "number" and exponent.data > 2


def _matrix_power_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    (A,), (dA,) = args, dargs
    k = e.data
    return add(
        *(matrix_power(A, i) @ dA @ matrix_power(A, k - 1 - i) for i in range(k)),
    )


def _rowsoftmax_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    weighted = hadamard(e, dargs[0])
    one = ones(e.shape[1])
    return weighted - hadamard(e, weighted @ one @ one.T)


def _elementwise_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    return hadamard(DERIVATIVES[e.data].derivative(args[0], e), dargs[0])


DIFFERENTIALS: tuple[Rule, ...] = (
    *CLOSED_FORMS,
    # linear operators: d passes through
    Rule("linearity", "add", "d(A + B) = dA + dB", lambda e, a, d: add(*d), linear=True),
    Rule("linearity", "transpose", "d(A') = (dA)'", lambda e, a, d: transpose(d[0]), linear=True),
    Rule("linearity", "trace", "d tr A = tr dA", lambda e, a, d: trace(d[0]), linear=True),
    Rule("linearity", "total", "d sum(A) = sum(dA)", lambda e, a, d: total(d[0]), linear=True),
    Rule(
        "linearity",
        "diag",
        "d diag(u) = diag(du)",
        lambda e, a, d: diagonal_matrix(d[0]),
        linear=True,
    ),
    Rule(
        "linearity",
        "diagonal",
        "d diag(A) = diag(dA)",
        lambda e, a, d: diagonal_vector(d[0]),
        linear=True,
    ),
    Rule("linearity", "array", "entry by entry", _array_rule, linear=True),
    # products and powers
    Rule(
        "quotient rule",
        "mul",
        "d(a / b) = da / b - a db / b^2",
        _quotient_rule,
        parts=_denominators,
        fits=_is_quotient,
    ),
    Rule("product rule", "mul", "d(A B) = dA B + A dB", _product_rule),
    Rule("product rule", "had", "d(A o B) = dA o B + A o dB", _hadamard_rule),
    Rule(
        "squared norm",
        "pow",
        "d|u|^2 = 2 u'du",
        lambda e, u, du: 2 * dot(u[0], du[0]),
        parts=lambda e: e.args[0].args,
        fits=lambda e, variables: e.args[0].op == "norm2" and e.args[1] is number(2),
    ),
    Rule(
        "power of a norm",
        "pow",
        "d|u|^p = p |u|^(p-2) u'du",
        lambda e, u, du: e.args[1] * e.args[0] ** (e.args[1] - 2) * dot(u[0], du[0]),
        parts=lambda e: e.args[0].args,
        fits=lambda e, variables: _is_norm_power(e),
    ),
    Rule(
        "power of a root",
        "pow",
        "d (x^p)^q = p q x^(p q - 1) dx",
        _power_of_root_rule,
        parts=lambda e: e.args[0].args[:1],
        fits=lambda e, variables: whole_power_of_root(e) is not None,
    ),
    Rule("power", "pow", "d(x^p) = p x^(p-1) dx", _power_rule),
    Rule("matrix power", "mpow", "d(A^k) = sum A^i dA A^(k-1-i)", _matrix_power_rule),
    # inverse and determinant
    Rule(
        "inverse",
        "inverse",
        "d(A^-1) = -A^-1 dA A^-1",
        lambda e, a, d: -(e @ d[0] @ e),
    ),
    Rule(
        "determinant",
        "det",
        "d det A = det A tr(A^-1 dA)",
        lambda e, a, d: e * trace(inverse(a[0]) @ d[0]),
    ),
    Rule(
        "log-determinant",
        "logdet",
        "d log det A = tr(A^-1 dA)",
        lambda e, a, d: trace(inverse(a[0]) @ d[0]),
    ),
    # norms
    Rule("norm", "norm2", "d|u| = u'du / |u|", lambda e, a, d: dot(a[0], d[0]) / e),
    Rule(
        "1-norm",
        "norm1",
        "d|u|_1 = sign(u)'du",
        lambda e, a, d: dot(elementwise("sign", a[0]), d[0]),
    ),
    # softmax family
    Rule(
        "log-sum-exp",
        "logsumexp",
        "d logsumexp(u) = softmax(u)'du",
        lambda e, a, d: softmax(a[0]).T @ d[0],
    ),
    Rule(
        "softmax",
        "softmax",
        "dp = p o du - p (p'du)",
        lambda e, a, d: hadamard(e, d[0]) - e * (e.T @ d[0]),
    ),
    Rule(
        "row log-sum-exp",
        "rowlogsumexp",
        "d l = (P o dA) 1",
        lambda e, a, d: hadamard(rowsoftmax(a[0]), d[0]) @ ones(a[0].shape[1]),
    ),
    Rule("row softmax", "rowsoftmax", "dP = P o dA - P o ((P o dA) 1 1')", _rowsoftmax_rule),
    # elementwise functions: the slope is a row of its own table
    Rule("chain rule", "map", "d f(x) = f'(x) o dx", _elementwise_rule),
    *KRONECKER,
    # families with a file of their own
    *SPECTRAL,
    *MATRIX_FUNCTION_RULES,
    *BLOCKS,
    *EXTREMES,
    *COMBINED_RULES,
    *SUMS,
    *SPECIAL_RULES,
    *INCOMPLETE_RULES,
)
