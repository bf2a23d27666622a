"""The table of values: operator to function over a number type.

Letters: ``e`` is the evaluation (its numbers, sizes, symbols and tangents), ``n`` the
node, ``a`` the values of its arguments.

To add an operator, append a row.  An operator without a row raises ``NoRuleError``.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeAlias

from derive.check.blocks import BLOCK_ROWS
from derive.check.combined import combined_row
from derive.check.extremes import EXTREME_ROWS
from derive.check.incomplete_functions import INCOMPLETE_ROWS
from derive.check.kronecker import KRONECKER_ROWS
from derive.check.matrix_rows import MATRIX_ROWS
from derive.check.special_functions import SPECIAL_ROWS
from derive.check.spectral_rows import SPECTRAL_ROWS
from derive.check.toeplitz import toeplitz_row
from derive.check.words import brief
from derive.errors import NoRuleError
from derive.language.expression import Node
from derive.language.functions import FREE, structure_of

Row: TypeAlias = Callable[[Any, Node, list[Any]], Any]


def _product(e: Any, n: Node, a: list[Any]) -> Any:
    """Scalars times a chain; a pure 1 x 1 chain has no scalars."""
    scalar, chain = None, None
    for node, value in zip(n.args, a, strict=True):
        if node.is_scalar:
            scalar = value if scalar is None else e.numbers.scale(scalar, value)
        else:
            chain = value if chain is None else e.numbers.product(chain, value)
    if chain is None or scalar is None:
        return scalar if chain is None else chain
    return e.numbers.scale(scalar, chain)


def _hadamard(e: Any, n: Node, a: list[Any]) -> Any:
    result = a[0]
    for factor in a[1:]:
        result = e.numbers.hadamard(result, factor)
    return result


def _power(e: Any, n: Node, a: list[Any]) -> Any:
    base, exponent = n.args
    if not exponent.is_number:
        return e.numbers.power(a[0], a[1])
    if base.op == "norm2" and exponent.data % 2 == 0:
        # an even power of a norm is a polynomial, smooth where the norm is zero
        return e.numbers.power(_squares(e, e.value(base.args[0])), exponent.data / 2)
    return e.numbers.power(a[0], exponent.data)


def _matrix_power(e: Any, n: Node, a: list[Any]) -> Any:
    result, square, left = None, a[0], int(n.data)
    while left:
        if left % 2:
            result = square if result is None else e.numbers.product(result, square)
        left //= 2
        if left:
            square = e.numbers.product(square, square)
    return result


def _symbolic_power(e: Any, n: Node, a: list[Any]) -> Any:
    """By whole multiplication, of the inverse where the exponent is negative."""
    return e.numbers.raised(a[0], a[1])


def _sum_over(e: Any, n: Node, a: list[Any]) -> Any:
    """Term by term; a sum of no terms is zero."""
    terms = list(e.for_each(n.data, n.args[0]))
    return e.numbers.add(terms) if terms else e.numbers.full(*e.dims(n), 0)


def _unit(e: Any, n: Node, a: list[Any]) -> Any:
    size, place = e.dims(n)[0], e.indices[n.args[0]]
    entries = [e.numbers.rational(Fraction(int(k == place))) for k in range(1, size + 1)]
    return e.numbers.array(entries, size, 1)


def _reciprocal(e: Any, value: Any) -> Any:
    return e.numbers.power(value, Fraction(-1))


def _squares(e: Any, value: Any) -> Any:
    return e.numbers.total(e.numbers.hadamard(value, value))


def _norm2(e: Any, n: Node, a: list[Any]) -> Any:
    return e.numbers.power(_squares(e, a[0]), Fraction(1, 2))


def _softmax(e: Any, n: Node, a: list[Any]) -> Any:
    exponentials = e.numbers.map("exp", a[0])
    return e.numbers.scale(_reciprocal(e, e.numbers.total(exponentials)), exponentials)


def _row_sums(e: Any, n: Node, value: Any) -> Any:
    return e.numbers.product(value, e.numbers.full(e.dims(n)[1], 1, 1))


def _rowsoftmax(e: Any, n: Node, a: list[Any]) -> Any:
    exponentials = e.numbers.map("exp", a[0])
    weights = _reciprocal(e, _row_sums(e, n.args[0], exponentials))
    spread = e.numbers.product(weights, e.numbers.full(1, e.dims(n)[1], 1))
    return e.numbers.hadamard(exponentials, spread)


def _rowlogsumexp(e: Any, n: Node, a: list[Any]) -> Any:
    return e.numbers.map("log", _row_sums(e, n.args[0], e.numbers.map("exp", a[0])))


def _logsumexp(e: Any, n: Node, a: list[Any]) -> Any:
    return e.numbers.map("log", e.numbers.total(e.numbers.map("exp", a[0])))


def _nabla(e: Any, n: Node, a: list[Any]) -> Any:
    if structure_of(n) != FREE:
        raise NoRuleError(f"a gradient in a structure has no value by name: {brief(n)}")
    return e.gradient(n.args[0], n.args[1])


def _derivative(e: Any, n: Node, a: list[Any]) -> Any:
    raise NoRuleError(
        f"a Jacobian or Hessian by name has no value at a point: {brief(n)}\n"
        f"  to fix   : claim what it is with jacobians.JacobianOf"
    )


def _expectation(e: Any, n: Node, a: list[Any]) -> Any:
    raise NoRuleError(
        f"a mean under a law has no value at a point: {brief(n)}\n"
        f"  to fix   : claim it with the probability topic, which integrates over the law"
    )


# operators that stand for a derivative or a mean of their argument, not for a function of
# its value
FORMAL = frozenset({"differential", "nabla", "derivative", "expectation"})

ROWS: dict[str, Row] = {
    "symbol": lambda e, n, a: e.symbol(n),
    "number": lambda e, n, a: e.numbers.rational(n.data),
    "constant": lambda e, n, a: e.numbers.constant(n.data),
    "size": lambda e, n, a: e.numbers.rational(Fraction(n.data.value(e.sizes))),
    "index": lambda e, n, a: e.numbers.rational(Fraction(e.indices[n])),
    "unit": _unit,
    "sum_over": _sum_over,
    "eye": lambda e, n, a: e.numbers.eye(e.dims(n)[0]),
    "ones": lambda e, n, a: e.numbers.full(*e.dims(n), 1),
    "zero": lambda e, n, a: e.numbers.full(*e.dims(n), 0),
    "add": lambda e, n, a: e.numbers.add(a),
    "mul": _product,
    "had": _hadamard,
    "pow": _power,
    "mpow": _matrix_power,
    "matpow": _symbolic_power,
    "transpose": lambda e, n, a: e.numbers.transpose(a[0]),
    "inverse": lambda e, n, a: e.numbers.inverse(a[0]),
    "map": lambda e, n, a: e.numbers.map(n.data, a[0]),
    "trace": lambda e, n, a: e.numbers.trace(a[0]),
    "det": lambda e, n, a: e.numbers.det(a[0]),
    "logdet": lambda e, n, a: e.numbers.map("log", e.numbers.det(a[0])),
    "total": lambda e, n, a: e.numbers.total(a[0]),
    "norm2": _norm2,
    "norm1": lambda e, n, a: e.numbers.total(e.numbers.map("abs", a[0])),
    "logsumexp": _logsumexp,
    "diag": lambda e, n, a: e.numbers.diag(a[0]),
    "diagonal": lambda e, n, a: e.numbers.diagonal(a[0]),
    "softmax": _softmax,
    "rowsoftmax": _rowsoftmax,
    "rowlogsumexp": _rowlogsumexp,
    "array": lambda e, n, a: e.numbers.array(a, *e.dims(n)),
    **KRONECKER_ROWS,
    **SPECTRAL_ROWS,
    **MATRIX_ROWS,
    **SPECIAL_ROWS,
    **INCOMPLETE_ROWS,
    **EXTREME_ROWS,
    **BLOCK_ROWS,
    "combine": combined_row,
    "toeplitz": toeplitz_row,
    "differential": lambda e, n, a: e.tangent(n.args[0]),
    "nabla": _nabla,
    "derivative": _derivative,
    "expectation": _expectation,
}
