"""The value of any expression by the plainest NumPy: two-dimensional arrays, explicit inverses.

It reads the definition of each operator and nothing else; it shares no code with the room
it is the oracle of.
"""

from __future__ import annotations

import math

import numpy as np
from matrix_doubles import matrix_value
from scipy import special, stats

from derive.language.expression import Node
from derive.language.indices import last_value
from derive.language.sizes import size_value

MAPS = {
    "exp": np.exp,
    "log": np.log,
    "abs": np.abs,
    "sign": np.sign,
    "step": lambda x: (x > 0).astype(float),
    "closed_step": lambda x: (x >= 0).astype(float),
    "relu": lambda x: np.where(x > 0, x, 0.0),
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "arcsin": np.arcsin,
    "arccos": np.arccos,
    "arctan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.log(1 + np.exp(x)),
    "erf": special.erf,
    "normpdf": stats.norm.pdf,
    "normcdf": stats.norm.cdf,
    "lognormcdf": stats.norm.logcdf,
    "loggamma": lambda x: np.vectorize(math.lgamma)(x),
    "digamma": special.digamma,
    "trigamma": lambda x: special.polygamma(1, x),
}

COMBINED = {
    "maximum": np.maximum,
    "minimum": np.minimum,
    "clip": np.clip,
    "huber": lambda x, bound: special.huber(bound, x),
}


def naive_value(
    root: Node,
    values: dict[str, np.ndarray],
    sizes: dict[str, int],
    bound: dict[Node, int] | None = None,
) -> np.ndarray:
    """The value as a two-dimensional array; `values` are two-dimensional too.

    `bound` holds the numbers of the indices of the sums around the node.
    """
    bound = bound or {}
    known: dict[Node, np.ndarray] = {}

    def at(node: Node) -> np.ndarray:
        if node not in known:
            shape = tuple(size_value(size, sizes) for size in node.shape)
            args = [] if node.op == "sum_over" else [at(a) for a in node.args]
            known[node] = np.broadcast_to(_value(node, args, shape), shape)
        return known[node]

    def summed(node: Node, shape: tuple[int, ...]) -> np.ndarray:
        total, first = np.zeros(shape), node.data.data.first
        for k in range(first, round(at(last_value(node.data)).item()) + 1):
            total = total + naive_value(node.args[0], values, sizes, {**bound, node.data: k})
        return total

    def _value(node: Node, args: list[np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
        match node.op:
            case "symbol":
                return values[node.name].reshape(shape)
            case "number":
                return np.array([[float(node.data)]])
            case "constant":
                return np.array(
                    [[{"pi": np.pi, "e": np.e, "euler_gamma": np.euler_gamma}[node.data]]]
                )
            case "size":
                return np.array([[float(node.data.value(sizes))]])
            case "eye":
                return np.eye(shape[0])
            case "ones":
                return np.ones(shape)
            case "zero":
                return np.zeros(shape)
            case "add":
                return sum(args[1:], args[0])
            case "mul":
                result = args[0]
                for factor in args[1:]:
                    is_scalar = 1 in (result.size, factor.size)
                    fits = result.shape[1] == factor.shape[0]
                    scales = result.shape == (1, 1) or factor.shape == (1, 1)
                    result = result * factor if is_scalar and scales else result @ factor
                    assert fits or scales
                return result
            case "had":
                return math.prod(args[1:], start=args[0])
            case "pow":
                return args[0] ** args[1]
            case "mpow":
                return np.linalg.matrix_power(args[0], node.data)
            case "matpow":
                return np.linalg.matrix_power(args[0], round(args[1].item()))
            case "index":
                return np.array([[float(bound[node])]])
            case "unit":
                return np.eye(shape[0])[:, [bound[node.args[0]] - 1]]
            case "sum_over":
                return summed(node, shape)
            case "transpose":
                return args[0].T
            case "inverse":
                return np.linalg.inv(args[0])
            case "map":
                return MAPS[node.data](args[0])
            case "trace":
                return np.trace(args[0]).reshape(1, 1)
            case "det":
                return np.linalg.det(args[0]).reshape(1, 1)
            case "logdet":
                return np.log(np.linalg.det(args[0])).reshape(1, 1)
            case "total":
                return args[0].sum().reshape(1, 1)
            case "norm2":
                return np.sqrt((args[0] ** 2).sum()).reshape(1, 1)
            case "norm1":
                return np.abs(args[0]).sum().reshape(1, 1)
            case "logsumexp":
                return np.log(np.exp(args[0]).sum()).reshape(1, 1)
            case "diag":
                return np.diag(args[0][:, 0])
            case "diagonal":
                return np.diag(args[0])[:, None]
            case "softmax":
                return np.exp(args[0]) / np.exp(args[0]).sum()
            case "rowsoftmax":
                return np.exp(args[0]) / np.exp(args[0]).sum(axis=1)[:, None]
            case "rowlogsumexp":
                return np.log(np.exp(args[0]).sum(axis=1))[:, None]
            case "array":
                return np.array([a.item() for a in args]).reshape(shape)
            case "max" | "min":
                return getattr(args[0], node.op)().reshape(1, 1)
            case "combine":
                return COMBINED[node.data](*args)
            case "norminf":
                return np.linalg.norm(args[0][:, 0], np.inf).reshape(1, 1)
            case "peak":
                return (args[0] == getattr(args[0], node.data)()).astype(float)
            case "block":
                width = node.data[1]
                return np.block([args[k : k + width] for k in range(0, len(args), width)])
            case "part":
                i, j = (size_value(size, sizes) for size in node.data)
                return args[0][i : i + shape[0], j : j + shape[1]]
            case "kron":
                return np.kron(*args)
            case "vec":
                return args[0].reshape(-1, 1, order="F")
            case "toeplitz":
                rows, columns = shape
                diagonals = range(1 - rows, columns)
                return sum(
                    np.eye(rows, columns, k) * np.diagonal(args[0], k).mean() for k in diagonals
                )
            case "unvec":
                return args[0].reshape(shape, order="F")
            case "commutation":
                rows, columns = (size_value(size, sizes) for size in node.data)
                units = [
                    np.eye(rows * columns)[k].reshape(rows, columns, order="F")
                    for k in range(rows * columns)
                ]
                return np.column_stack([unit.reshape(-1) for unit in units])
            case "block_inner":
                return block_values(args[0], shape, lambda block, i, j: (block * args[1]).sum())
            case "block_sum":
                grid = args[1].shape
                return sum(
                    args[1][i, j] * block
                    for i, row in enumerate(np.split(args[0], grid[0], axis=0))
                    for j, block in enumerate(np.split(row, grid[1], axis=1))
                )
            case "gaps":
                apart = args[0].T - args[0]
                return np.divide(1.0, apart, out=np.zeros_like(apart), where=apart != 0)
        found = matrix_value(node, args, shape)
        if found is not None:
            return found
        if node.op.startswith(("eig", "lambda", "resolvent")):
            return _of_eigenvalues(node.op, (args[0] + args[0].T) / 2)
        return _of_singular_values(node.op, args[0])

    return at(root)


def block_values(whole, grid, value):
    """A number for each block of a matrix that is cut into a grid of them."""
    rows = np.split(whole, grid[0], axis=0)
    return np.array(
        [
            [value(b, i, j) for j, b in enumerate(np.split(row, grid[1], axis=1))]
            for i, row in enumerate(rows)
        ]
    )


def _upright(*matrices: np.ndarray) -> list[np.ndarray]:
    """Columns with the sign that makes the largest entry of the last matrix positive."""
    flips = [-1 if column[np.abs(column).argmax()] < 0 else 1 for column in matrices[-1].T]
    return [matrix * flips for matrix in matrices]


def _of_eigenvalues(op: str, S: np.ndarray) -> np.ndarray:
    lam, Q = np.linalg.eigh(S)
    lam, (Q,) = lam[::-1], _upright(Q[:, ::-1])
    k = 0 if op.endswith("max") else len(lam) - 1
    match op.split("_")[0]:
        case "eigvals":
            return lam[:, None]
        case "eigvecs":
            return Q
        case "lambda":
            return lam[k].reshape(1, 1)
        case "eigvec":
            return Q[:, [k]]
        case "resolvent":
            return np.linalg.pinv(lam[k] * np.eye(len(lam)) - S, rcond=1e-10)
    raise KeyError(op)


def _of_singular_values(op: str, A: np.ndarray) -> np.ndarray:
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    U, V = _upright(U, Vt.T)
    return {
        "svdvals": s[:, None],
        "leftvecs": U,
        "rightvecs": V,
        "specnorm": s[:1, None],
        "leftvec_max": U[:, :1],
        "rightvec_max": V[:, :1],
        "nucnorm": s.sum().reshape(1, 1),
        "polar": U @ V.T,
    }[op]


def as_argument(node: Node, value: np.ndarray) -> np.ndarray | float:
    """A two-dimensional value in the shape a compiled function takes."""
    if node.is_scalar:
        return value.item()
    return value[..., 0] if node.is_vector else value


def random_values(
    symbols: list[Node], sizes: dict[str, int], rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """A value for each symbol that satisfies its facts, as two-dimensional arrays."""
    values = {}
    for node in symbols:
        shape = tuple(size_value(size, sizes) for size in node.shape)
        value = rng.normal(size=shape)
        if "spd" in node.facts:
            value = value @ value.T + shape[0] * np.eye(shape[0])
        elif "psd" in node.facts:
            value = value[:, :1] @ value[:, :1].T
        elif "orthogonal" in node.facts:
            value = np.linalg.qr(value)[0]
        elif "symmetric" in node.facts:
            value = value + value.T
        elif "lower" in node.facts:
            value = np.tril(value)
        if "integer" in node.facts:
            value = rng.integers(1, 5, size=shape).astype(float)
        elif "probability" in node.facts:
            value = rng.uniform(0.2, 0.8, size=shape)
        elif "positive" in node.facts:
            value = np.abs(value) + 0.5
        values[node.name] = value
    return values
