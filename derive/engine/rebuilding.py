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


_BUILDERS: dict[str, Callable[[Node, list[Node]], Node]] = {
    "add": lambda node, args: add(*args),
    "mul": lambda node, args: multiply(*args),
    "had": lambda node, args: hadamard(*args),
    "pow": lambda node, args: elementwise_power(*args),
    "transpose": lambda node, args: transpose(args[0]),
    "inverse": lambda node, args: inverse(args[0]),
    "trace": lambda node, args: trace(args[0]),
    "total": lambda node, args: total(args[0]),
    "diag": lambda node, args: diagonal_matrix(args[0]),
    "diagonal": lambda node, args: diagonal_vector(args[0]),
    "det": lambda node, args: determinant(args[0]),
    "logdet": lambda node, args: logdet(args[0]),
    "norm2": lambda node, args: norm2(args[0]),
    "norm1": lambda node, args: norm1(args[0]),
    "polygamma": lambda node, args: polygamma(node.data, args[0]),
    "matrixmap": lambda node, args: matrix_map(node.data, args[0]),
    "frechet": lambda node, args: frechet(node.data, *args),
    "cholesky": lambda node, args: cholesky(args[0]),
    "adjugate": lambda node, args: adjugate(args[0]),
    "pinv": lambda node, args: pseudo_inverse(args[0]),
    "max": lambda node, args: largest(args[0]),
    "min": lambda node, args: smallest(args[0]),
    "norminf": lambda node, args: norminf(args[0]),
    "peak": lambda node, args: peak(args[0], node.data),
    "combine": lambda node, args: combined(node.data, *args),
    "block": lambda node, args: block(
        [args[k : k + node.data[1]] for k in range(0, len(args), node.data[1])]
    ),
    "part": lambda node, args: part_of(args[0], node.data[0], node.data[1], *node.shape),
    "kron": lambda node, args: kron(*args),
    "vec": lambda node, args: vec(args[0]),
    "unvec": lambda node, args: unvec(args[0], *node.shape),
    "block_inner": lambda node, args: block_inner(args[0], args[1], *node.shape),
    "block_sum": lambda node, args: block_sum(args[0], args[1], *node.shape),
    "unit": lambda node, args: unit(args[0]),
    "sum_over": lambda node, args: sum_over(args[0], node.data),
    "matpow": lambda node, args: symbolic_power(*args),
    "toeplitz": lambda node, args: toeplitz_part(args[0]),
}
