"""The functions and constants of the plain text: one row each.

To add a function that the language has: a row in ``CALLS``; an elementwise function needs
none, its row in ``language/operators.py`` is enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, reduce
from typing import Literal

from derive.errors import ShapeError
from derive.language import combined, spectral
from derive.language import functions as fn
from derive.language import kronecker as stacking
from derive.language import matrix_functions as matrices
from derive.language.blocks import hstack, part_of, vstack
from derive.language.expression import Node, eye, inverse, multiply, ones, transpose, zero
from derive.language.extremes import largest, norminf, peak, smallest
from derive.language.incomplete_functions import INCOMPLETE
from derive.language.indices import row, unit
from derive.language.operators import ELEMENTWISE, MASKS, MATRIX_FUNCTIONS
from derive.language.sizes import Dim
from derive.language.special_functions import besseli, zeta
from derive.language.toeplitz import toeplitz_part

Needs = Literal[
    "any",
    "square",
    "symmetric",
    "vector",
    "vector_or_square",
    "equal",
    "equal_square",
    "entrywise",
    "sizes",
    "shape_last",
    "order",
    "order_and_scalar",
    "scalars",
    "norm_order",
]


@dataclass(frozen=True)
class Call:
    """A function of the text.

    Attributes
    ----------
    name : str
        As it is typed.
    build : callable
        Nodes to a node; sizes to a node if `needs` is ``sizes``.
    needs : str
        What every argument must be: a square matrix, a vector, ...; ``symmetric``: provably
        so; ``equal``: arguments of one shape; ``entrywise``: the same, scalars aside;
        ``shape_last``: nodes, then the two sizes of the result; ``order``: first a whole
        number; ``scalars``, ``order_and_scalar``: all scalars; ``norm_order``: an array, then
        perhaps the order of a norm.
    least, most : int
        The number of arguments.
    sizes : int
        With ``shape_last``, how many sizes stand last.
    """

    name: str
    build: Callable[..., Node]
    needs: Needs = "any"
    least: int = 1
    most: int = 1
    sizes: int = 2


def row_of(matrix: Node, i: Node) -> Node:
    """Row i of a matrix as a column; a scalar has no rows to choose from."""
    if matrix.is_scalar:
        raise ShapeError("an index picks a row of a matrix or a vector, and a scalar has none")
    return row(matrix, i)


def outer(left: Node, right: Node) -> Node:
    """The product of a column with a transposed column."""
    return multiply(left, transpose(right))


def zeros(rows: Dim, columns: Dim = 1) -> Node:
    """The zero vector or matrix."""
    return zero((rows, columns))


def part_from_one(node: Node, row: Dim, column: Dim, rows: Dim, columns: Dim) -> Node:
    """Rows and columns of a matrix, the first of them counted from one."""
    return part_of(node, row + -1, column + -1, rows, columns)


def kron_of(*factors: Node) -> Node:
    """The Kronecker product of two factors or more, from the left."""
    return reduce(stacking.kron, factors)


def _spectral_needs(name: str) -> Needs:
    """Eigenvalues are of symmetric matrices, singular values of any."""
    if name.startswith(("eig", "lambda", "resolvent")):
        return "symmetric"
    return "vector" if name == "gaps" else "any"


def polygamma(order: Node, x: Node) -> Node:
    """A derivative of digamma, whose order is a number."""
    return matrices.polygamma(int(order.data), x)


def zeta_derivative(times: Node, s: Node) -> Node:
    """A derivative of zeta, whose number is a number."""
    return zeta(int(times.data), s)


def mask(kind: str, rows: Dim, columns: Dim | None = None) -> Node:
    """A mask; square if one size is given."""
    return matrices.mask(kind, rows, rows if columns is None else columns)


CALLS: dict[str, Call] = {
    call.name: call
    for call in (
        Call("sum", fn.total),
        Call("total", fn.total),
        Call("mean", fn.mean),
        Call("norm", fn.norm2, "norm_order", 1, 2),
        Call("norm1", fn.norm1),
        Call("norm2", fn.norm2),
        Call("tr", fn.trace, "square"),
        Call("trace", fn.trace, "square"),
        Call("det", fn.determinant, "square"),
        Call("logdet", fn.logdet, "square"),
        Call("inv", inverse, "square"),
        Call("diag", fn.diag, "vector_or_square"),
        Call("transpose", transpose),
        Call("dot", fn.dot, "equal", 2, 2),
        Call("hadamard", fn.hadamard, "entrywise", 2, 10_000),
        Call("outer", outer, "vector", 2, 2),
        Call("sqrt", fn.sqrt),
        Call("softmax", fn.softmax, "vector"),
        Call("rowsoftmax", fn.rowsoftmax),
        Call("logsumexp", fn.logsumexp, "vector"),
        Call("logsumexp_rows", fn.rowlogsumexp),
        Call("kron", kron_of, "any", 2, 10_000),
        Call("max", largest, "any", 1, 10_000),
        Call("min", smallest, "any", 1, 10_000),
        Call("maximum", combined.maximum, "entrywise", 2, 10_000),
        Call("minimum", combined.minimum, "entrywise", 2, 10_000),
        Call("clip", combined.clip, "entrywise", 3, 3),
        Call("huber", combined.huber, "entrywise", 2, 2),
        Call("gelu", combined.gelu),
        Call("norminf", norminf, "vector"),
        Call("is_max", peak),
        Call("is_min", partial(peak, end="min")),
        Call("rowsums", fn.rowsums),
        Call("colsums", fn.colsums),
        Call("mahalanobis", fn.mahalanobis, "any", 3, 3),
        Call("vec", stacking.vec),
        Call("vstack", vstack, "any", 1, 10_000),
        Call("hstack", hstack, "any", 1, 10_000),
        Call("part", part_from_one, "shape_last", 5, 5, sizes=4),
        Call("toeplitz_part", toeplitz_part),
        Call("unvec", stacking.unvec, "shape_last", 3, 3),
        Call("commutation", stacking.commutation, "sizes", 2, 2),
        Call("block_inner", stacking.block_inner, "shape_last", 4, 4),
        Call("block_sum", stacking.block_sum, "shape_last", 4, 4),
        Call("eig", spectral.eigvals, "symmetric"),
        *(Call(name, build, _spectral_needs(name)) for name, build in spectral.BUILDERS.items()),
        Call("schatten", spectral.schatten, "any", 2, 2),
        Call("row", row_of, least=2, most=2),
        Call("unit", unit),
        Call("eye", eye, "sizes"),
        Call("ones", ones, "sizes", 1, 2),
        Call("zeros", zeros, "sizes", 1, 2),
        *(Call(name, partial(fn.elementwise, name)) for name in ELEMENTWISE),
        Call("polygamma", polygamma, "order", 2, 2),
        Call("besseli", besseli, "scalars", 2, 2),
        Call("riemann_zeta", partial(zeta, 0), "scalars"),
        Call("zetaderiv", zeta_derivative, "order_and_scalar", 2, 2),
        Call("gammainc", INCOMPLETE["gammainc"], "scalars", 2, 2),
        Call("betainc", INCOMPLETE["betainc"], "scalars", 3, 3),
        Call("normquantile", INCOMPLETE["normquantile"], "scalars"),
        Call("gammaincinv", INCOMPLETE["gammaincinv"], "scalars", 2, 2),
        Call("betaincinv", INCOMPLETE["betaincinv"], "scalars", 3, 3),
        Call("cholesky", matrices.cholesky, "square"),
        Call("adj", matrices.adjugate, "square"),
        Call("adjugate", matrices.adjugate, "square"),
        Call("pinv", matrices.pseudo_inverse),
        *(Call(name, partial(matrices.matrix_map, name), "square") for name in MATRIX_FUNCTIONS),
        *(
            Call(f"{name}_frechet", partial(matrices.frechet, name), "equal_square", 2, 10)
            for name in MATRIX_FUNCTIONS
        ),
        *(Call(f"mask_{name}", partial(mask, name), "sizes", 1, 2) for name in MASKS),
    )
}

# Constants give way to a declared name.
CONSTANTS: tuple[str, ...] = ("pi", "e", "euler_gamma")

# What other systems call it: a function that is not read, and what to write.
ELSEWHERE: dict[str, str] = {
    "ln": "log(x)",
    "log10": "log(x)/log(10)",
    "log2": "log(x)/log(2)",
    "lg": "log(x)/log(2)",
    "asin": "arcsin(x)",
    "acos": "arccos(x)",
    "atan": "arctan(x)",
    "logistic": "sigmoid(x)",
    "expit": "sigmoid(x)",
    "square": "x.^2",
    "pow": "x^k, elementwise x.^k",
    "power": "x^k, elementwise x.^k",
    "cbrt": "x^(1/3)",
    "erfc": "1 - erf(x), 2*normcdf(-sqrt(2)*x)",
    "ndtr": "normcdf(x)",
    "ndtri": "normquantile(p)",
    "ppf": "normquantile(p)",
    "probit": "normquantile(p)",
    "gammaincc": "1 - gammainc(a, x)",
    "cdf": "normcdf(x)",
    "pdf": "normpdf(x)",
    "gammaln": "loggamma(x)",
    "lgamma": "loggamma(x)",
    "gamma": "exp(loggamma(x))",
    "factorial": "exp(loggamma(n + 1))",
    "psi": "digamma(x)",
    "heaviside": "step(x)",
    "frobenius": "norm2(X)",
    "matmul": "A*B",
    "inner": "dot(a, b)",
    "identity": "eye(n)",
    "average": "mean(x)",
    "var": "mean((x - mean(x)*ones(n)).^2)",
    "std": "sqrt(mean((x - mean(x)*ones(n)).^2))",
    "mse": "mean((x - y).^2)",
    "mae": "mean(abs(x - y))",
    "frob": "norm2(X)",
    "fro": "norm2(X)",
    "prod": "exp(sum(log(x))), of positive entries",
    "cross_entropy": "-sum(y .* log(p))",
    "entropy": "-sum(p .* log(p))",
    "KL": "sum(p .* log(p ./ q))",
    "kl": "sum(p .* log(p ./ q))",
    "log_softmax": "x - logsumexp(x)*ones(n)",
    "logsoftmax": "x - logsumexp(x)*ones(n)",
    "log1p": "log(ones(n) + x)",
    "expm1": "exp(x) - ones(n)",
    "silu": "x .* sigmoid(x)",
    "swish": "x .* sigmoid(x)",
    "leaky_relu": "relu(x) - a*relu(-x)",
    "hinge": "relu(ones(n) - y .* x)",
    "argmax": "is_max(x), which is 1 at the largest entry",
}

# Letters that stand for a transpose or the identity elsewhere; here they are names to declare.
LETTERS: dict[str, str] = {"T": "X' for a transpose", "I": "eye(n) for the identity"}


def is_function(name: str) -> bool:
    """Whether the name belongs to a function."""
    return name in CALLS
