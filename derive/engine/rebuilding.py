"""The builder of each operator: the same operator on other arguments, checked and folded."""

from __future__ import annotations

from collections.abc import Callable

from derive.language.blocks import block, part_of
from derive.language.combined import combined
from derive.language.exponents import symbolic_power
from derive.language.expression import (
    Node,
    add,
    elementwise_power,
    inverse,
    make,
    matrix_power,
    multiply,
    transpose,
)
from derive.language.extremes import largest, norminf, peak, smallest
from derive.language.functions import (
    determinant,
    diagonal_matrix,
    diagonal_vector,
    hadamard,
    logdet,
    norm1,
    norm2,
    total,
    trace,
)
from derive.language.incomplete_functions import INCOMPLETE
from derive.language.indices import sum_over, unit
from derive.language.kronecker import block_inner, block_sum, kron, unvec, vec
from derive.language.matrix_functions import (
    adjugate,
    cholesky,
    frechet,
    matrix_map,
    polygamma,
    pseudo_inverse,
)
from derive.language.special_functions import besseli, zeta
from derive.language.toeplitz import toeplitz_part
from derive.language.vanishing import is_vanishing, vanishing


def rebuild(node: Node, args: list[Node]) -> Node:
    """The same operator on other arguments, through the builder that checks and folds."""
    if list(node.args) == args:
        return node
    if is_vanishing(node):
        return vanishing(multiply(*args[1:]))
    builder = _BUILDERS.get(node.op)
    if builder is not None:
        return builder(node, args)
    return make(node.op, tuple(args), node.shape, node.data)


Builder = Callable[[Node, list[Node]], Node]


def _of_arguments(build: Callable[..., Node]) -> Builder:
    """A builder that takes the arguments alone."""
    return lambda node, args: build(*args)


def _of_data(build: Callable[..., Node]) -> Builder:
    """A builder that takes the data of the node before its arguments."""
    return lambda node, args: build(node.data, *args)


def _of_shape(build: Callable[..., Node]) -> Builder:
    """A builder that takes the shape of the node behind its arguments."""
    return lambda node, args: build(*args, *node.shape)


_BUILDERS: dict[str, Builder] = {
    "add": _of_arguments(add),
    "mul": _of_arguments(multiply),
    "had": _of_arguments(hadamard),
    "pow": _of_arguments(elementwise_power),
    "mpow": lambda node, args: matrix_power(args[0], node.data),
    "matpow": _of_arguments(symbolic_power),
    "transpose": _of_arguments(transpose),
    "inverse": _of_arguments(inverse),
    "trace": _of_arguments(trace),
    "total": _of_arguments(total),
    "diag": _of_arguments(diagonal_matrix),
    "diagonal": _of_arguments(diagonal_vector),
    "det": _of_arguments(determinant),
    "logdet": _of_arguments(logdet),
    "norm2": _of_arguments(norm2),
    "norm1": _of_arguments(norm1),
    "norminf": _of_arguments(norminf),
    "max": _of_arguments(largest),
    "min": _of_arguments(smallest),
    "peak": lambda node, args: peak(args[0], node.data),
    "combine": _of_data(combined),
    "polygamma": _of_data(polygamma),
    "besseli": _of_arguments(besseli),
    "zeta": _of_data(zeta),
    **{op: _of_arguments(builder) for op, builder in INCOMPLETE.items()},
    "matrixmap": _of_data(matrix_map),
    "frechet": _of_data(frechet),
    "cholesky": _of_arguments(cholesky),
    "adjugate": _of_arguments(adjugate),
    "pinv": _of_arguments(pseudo_inverse),
    "kron": _of_arguments(kron),
    "vec": _of_arguments(vec),
    "unvec": _of_shape(unvec),
    "block_inner": _of_shape(block_inner),
    "block_sum": _of_shape(block_sum),
    "block": lambda node, args: block(
        [args[k : k + node.data[1]] for k in range(0, len(args), node.data[1])]
    ),
    "part": lambda node, args: part_of(args[0], node.data[0], node.data[1], *node.shape),
    "unit": _of_arguments(unit),
    "sum_over": lambda node, args: sum_over(args[0], node.data),
    "toeplitz": _of_arguments(toeplitz_part),
}
