"""Random well-shaped expressions and an oracle for the value and slope of any expression.

The oracle is a plain recursive evaluator over object arrays of ``mpmath``-precision
numbers (python-flint's ``arb``, of which only the midpoint is used) and a central
difference.  It shares no code and no formula with the engine.
"""

from __future__ import annotations

import random
from fractions import Fraction

import flint
import matrix_oracle as oracle
import numpy as np
from spectral_oracle import KinkError, spectral_value

from derive.language import expression as ex
from derive.language import functions as fn
from derive.language import kronecker as kr
from derive.language import spectral
from derive.language.blocks import block, part_of, vstack
from derive.language.combined import combined
from derive.language.exponents import symbolic_power
from derive.language.extremes import largest, norminf, peak, smallest
from derive.language.facts import close_facts
from derive.language.incomplete_functions import INCOMPLETE
from derive.language.indices import count_of, entry, index, row, sum_over
from derive.language.sizes import Size, size_value
from derive.language.toeplitz import toeplitz_part

BITS = 520
STEP = flint.arb(2) ** -150
TIE = flint.arb(2) ** -60  # entries nearer than this are tied
SIZES = ({"n": 4, "d": 3, "k": 2}, {"n": 2, "d": 5, "k": 3}, {"n": 3, "d": 1, "k": 4})
N, D, K = (Size.named(name) for name in "ndk")


# --- the generator ----------------------------------------------------------------------


def symbols() -> dict[str, ex.Node]:
    """The letters of every expression: scalars, vectors, rectangular and square matrices."""
    shapes = {
        "x": (D, 1), "y": (D, 1), "u": (N, 1), "v": (N, 1), "c": (K, 1),
        "A": (N, D), "B": (N, D), "C": (D, K), "M": (D, D), "P": (N, N),
    }  # fmt: skip
    table = {name: ex.symbol(name, shape) for name, shape in shapes.items()}
    table["S"] = ex.symbol("S", (D, D), close_facts(("spd",), "S", (D, D)))
    table["Q"] = ex.symbol("Q", (D, D), close_facts(("symmetric",), "Q", (D, D)))
    table["s"] = ex.symbol("s")
    table["m"] = ex.symbol("m", (1, 1), close_facts(("positive", "integer"), "m", (1, 1)))
    table["t"] = ex.symbol("t", (1, 1), close_facts(("positive",), "t", (1, 1)))
    return table


LETTERS = symbols()
SMOOTH = ["exp", "sin", "cos", "tanh", "sigmoid", "softplus", "arctan", "erf", "sinh", "cosh",
          "normpdf", "normcdf", "lognormcdf"]  # fmt: skip
KINKED = ["abs", "relu", "sign"]


class Generator:
    """Expressions of a wanted shape and depth, defined at generic points."""

    def __init__(self, seed: int):
        self.rng = random.Random(seed)

    def pick(self, options):
        return self.rng.choice(options)

    def letter(self, shape):
        fitting = [s for s in LETTERS.values() if s.shape == shape]
        turned = [s.T for s in LETTERS.values() if (s.shape[1], s.shape[0]) == shape]
        if shape == (1, 1):
            return self.pick([*fitting, *fitting, ex.number(2), ex.size_node(N)])
        if fitting or turned:
            return self.pick([*fitting, *turned])
        if shape[1] == 1:
            return ex.ones(*shape)
        left = self.pick([s for s in LETTERS.values() if s.shape == (shape[0], 1)])
        right = self.pick([s for s in LETTERS.values() if s.shape == (shape[1], 1)])
        return left @ right.T

    def make(self, shape, depth):
        if depth <= 0:
            return self.letter(shape)
        if shape == (1, 1):
            return self.scalar(depth)
        return self.array(shape, depth)

    def positive(self, shape, depth):
        """Something with every entry positive."""
        inner = self.make(shape, depth - 1)
        kind = self.rng.randrange(4)
        if kind == 0:
            return fn.elementwise("exp", inner)
        if kind == 1:
            return fn.elementwise("softplus", inner)
        square = ex.elementwise_power(inner, ex.number(2))
        return square + ex.ones(*shape)

    def definite(self, size, depth):
        """A square matrix with positive determinant."""
        if size == D and self.rng.random() < 0.3:
            return LETTERS["S"]
        inner = self.make((size, self.pick([N, D, K])), depth - 1)
        return inner @ inner.T + self.pick([ex.eye(size), LETTERS["t"] * ex.eye(size)])

    def size(self):
        return self.pick([N, D, K])

    def scalar(self, depth):
        rng, below = self.rng, depth - 1
        kind = rng.randrange(28)
        vector, matrix = (self.size(), 1), (self.size(), self.size())
        any_shape = self.pick([vector, matrix])
        square = self.size()
        if kind == 0:
            return self.make((1, 1), below) + self.make((1, 1), below)
        if kind >= 26:
            return self.sum_of(lambda i: self.member(i, below))
        if kind == 1:
            return self.make((1, 1), below) * self.make((1, 1), below)
        if kind == 2:
            return self.make((1, 1), below) / self.positive((1, 1), below)
        if kind == 3:
            return fn.elementwise(self.pick([*SMOOTH, *KINKED]), self.make((1, 1), below))
        if kind == 4:
            return self.make((1, 1), below) ** self.pick([2, 3])
        if kind == 5:
            if rng.random() < 0.2:
                return self.positive((1, 1), below) ** self.make((1, 1), min(below, 1))
            power = self.pick([Fraction(1, 2), -1, Fraction(-1, 2), Fraction(3, 2)])
            return self.positive((1, 1), below) ** power
        if kind == 6:
            return fn.elementwise("log", self.positive((1, 1), below))
        if kind == 7:
            return fn.trace(self.make((square, square), below))
        if kind == 8:
            inner = self.make((square, square), min(below, 2)) + self.definite(square, 1)
            return fn.determinant(inner)
        if kind == 9:
            return fn.logdet(self.definite(square, min(below, 2)))
        if kind == 10:
            return fn.dot(self.make(any_shape, below), self.make(any_shape, below))
        if kind == 11:
            return fn.norm2(self.make(any_shape, below)) ** self.pick([1, 2])
        if kind == 12:
            return fn.norm1(self.make(any_shape, below))
        if kind == 13:
            return self.pick([fn.total, fn.mean])(self.make(any_shape, below))
        if kind == 14:
            return fn.logsumexp(self.make(vector, below))
        if kind == 15:
            left, right = self.make(vector, below), self.make((self.size(), 1), below)
            middle = self.make((left.shape[0], right.shape[0]), below)
            return left.T @ middle @ right
        if kind == 16:
            return -self.make((1, 1), below)
        if kind == 17:
            return fn.total(fn.rowlogsumexp(self.make(matrix, below)))
        if kind == 18:
            inner = self.make(vector, below)
            return inner.T @ ex.inverse(self.definite(vector[0], min(below, 2))) @ inner
        if kind in {19, 20}:
            return self.kronecker(depth)
        if kind == 21:
            return self.blocks(depth)
        if kind == 22:
            return self.extreme(depth)
        if kind == 23:
            return self.spectral(min(below, 1))
        return self.make((1, 1), below) * LETTERS["s"]

    def symmetric(self, size, depth):
        """A symmetric matrix with distinct eigenvalues at generic points."""
        own = LETTERS["Q"] if size == D else LETTERS["P"] + LETTERS["P"].T
        inner = self.make((size, size), depth)
        return self.pick([own, own + inner + inner.T, own + inner @ inner.T])

    def spectral(self, depth):
        """A scalar of eigenvalues or singular values, or of their vectors."""
        size = self.pick([N, D])
        S = self.symmetric(size, depth)
        A = self.pick([LETTERS["A"], LETTERS["A"] + self.make((N, D), depth)])
        left, right, along = (self.make(shape, 0) for shape in ((N, 1), (D, 1), (size, 1)))
        square, bent = self.make((size, size), 0), self.pick(["exp", "tanh"])
        scalars = [
            lambda: spectral.lambda_max(S) - spectral.lambda_min(S),
            lambda: spectral.lambda_max(A.T @ A),
            lambda: fn.total(fn.elementwise(bent, spectral.eigvals(S))),
            lambda: along.T @ spectral.eigvec_max(S),
            lambda: (along.T @ spectral.eigvec_min(S)) * spectral.lambda_min(S),
            lambda: fn.trace(square @ spectral.eigvecs(S)),
            lambda: along.T @ spectral.resolvent_max(S) @ along,
            lambda: along.T @ spectral.resolvent_min(S) @ along,
            lambda: fn.trace(square @ spectral.gaps(along + spectral.eigvals(S))),
            lambda: fn.total(fn.elementwise(bent, spectral.svdvals(A))),
            lambda: spectral.schatten(A, ex.number(self.pick([1, 2, 3, 4]))),
            lambda: spectral.nucnorm(A) * spectral.specnorm(A),
            lambda: left.T @ spectral.leftvec_max(A) + right.T @ spectral.rightvec_max(A),
            lambda: left.T @ spectral.leftvecs(A) @ spectral.rightvecs(A).T @ right,
            lambda: left.T @ spectral.polar(A) @ right,
        ]
        return self.pick(scalars)()

    def extreme(self, depth):
        """The largest or smallest of some entries, or of two scalars."""
        below = depth - 1
        entries = self.make((self.size(), self.pick([1, D])), below)
        kind = self.rng.randrange(7)
        if kind == 5:
            other = self.make(entries.shape, below)
            return fn.total(combined(self.pick(["maximum", "minimum"]), entries, other))
        if kind == 6:
            bound = ex.number(Fraction(self.rng.randrange(1, 5), 2))
            low = self.pick([-bound, ex.number(Fraction(-3, 4))])
            inside = combined("clip", entries, low, bound)
            return fn.total(inside) + fn.total(combined("huber", entries, bound))
        if kind == 0:
            return self.pick([largest, smallest])(entries)
        if kind == 1:
            return norminf(self.make((self.size(), 1), below))
        if kind == 2:
            pair = self.make((1, 1), below), self.make((1, 1), below)
            return self.pick([largest, smallest])(*pair)
        place = self.pick(["max", "min"])
        if kind == 3:
            return fn.dot(peak(entries, place), entries)
        left, right = self.make((D, 1), below), self.make((D, 1), below)
        return fn.mahalanobis(left, right, self.definite(D, 1))

    def blocks(self, depth):
        """A scalar of a block matrix, or of a part of one."""
        small = min(depth - 1, 2)
        m, k, p, q = (self.size() for _ in range(4))
        whole = block(
            [
                [self.make((m, p), small), self.make((m, q), small)],
                [self.make((k, p), small), self.pick([ex.zero((k, q)), self.make((k, q), small)])],
            ]
        )
        kind = self.rng.randrange(4)
        if kind == 0:
            return fn.norm2(whole @ vstack(self.make((p, 1), small), self.make((q, 1), small))) ** 2
        if kind == 1:
            return fn.logsumexp(vstack(self.make((m, 1), small), self.make((k, 1), small)))
        if kind == 2:
            inner = part_of(fn.elementwise("sin", whole), m, 0, k, p)
            return fn.total(inner) + fn.norm2(part_of(whole @ whole.T, 0, m, m, k)) ** 2
        left = self.definite(m, small)
        edge = self.make((m, 1), small)
        corner = 4 * edge.T @ edge + 1  # above the Schur complement, for t >= 0.3
        return fn.logdet(block([[left, edge], [edge.T, corner]]))

    def kronecker(self, depth):
        """A scalar with Kronecker products or stacked columns."""
        small = min(depth - 1, 2)
        m, k, p, q = (self.size() for _ in range(4))
        left, right = self.make((m, k), small), self.make((p, q), small)
        rows, columns = self.make((p, m), small), self.make((q, k), small)
        whole = kr.kron(left, right)
        kind = self.rng.randrange(8)
        if kind == 0:
            return kr.vec(rows).T @ whole @ kr.vec(columns)
        if kind == 1:
            return fn.norm2(whole @ kr.vec(columns) - kr.vec(rows))
        if kind == 2:
            return fn.trace(kr.kron(rows.T, columns).T @ kr.kron(rows.T, columns))
        if kind == 3:
            return kr.vec(left).T @ kr.commutation(k, m) @ kr.vec(self.make((k, m), small))
        if kind == 4:
            inner = kr.block_inner(fn.elementwise("sin", whole), right, m, k)
            return fn.total(inner) + fn.norm2(kr.block_sum(whole, left, p, q)) ** 2
        if kind == 5:
            return fn.logdet(kr.kron(self.definite(m, small), self.definite(p, 1)))
        if kind == 6:
            return fn.norm2(toeplitz_part(left @ columns.T) - left @ toeplitz_part(columns).T)
        return fn.trace(
            rows @ kr.unvec(kr.kron(self.make((p, 1), small), self.make((m, 1), small)), m, p)
        )

    # --- sums over rows and entries ---

    def sum_of(self, body):
        """A sum of what an index picks; the same letter may stand for several sums."""
        i = index(self.pick("ij"), N)
        return sum_over(body(i), i)

    def member(self, i, depth):
        """A scalar that holds an index."""
        rng, below = self.rng, depth - 1
        if depth <= 0:
            letter = LETTERS[self.pick("uv")]
            return self.pick([entry(letter, i), row(LETTERS["A"], i).T @ LETTERS["x"]])
        kind = rng.randrange(9)
        if kind == 0:
            return self.member(i, below) + self.member(i, below)
        if kind == 1:
            return self.member(i, below) * self.member(i, below)
        if kind == 2:
            return self.make((1, 1), below) * self.member(i, below)
        if kind == 3:
            return fn.elementwise(self.pick([*SMOOTH, *KINKED]), self.member(i, below))
        if kind == 4:
            return fn.norm2(self.row_member(i, below)) ** self.pick([1, 2])
        if kind == 5:
            return self.pick([fn.logsumexp, fn.total])(self.row_member(i, below))
        if kind == 6:
            return self.row_member(i, below).T @ self.row_member(i, below)
        if kind == 7:
            return self.member(i, below) + self.make((1, 1), below)
        return self.pick([i, entry(LETTERS["P"], i, i)]) * self.member(i, below)

    def row_member(self, i, depth):
        """A column of length d that holds an index."""
        below = depth - 1
        x = row(LETTERS[self.pick("AB")], i)
        kind = self.rng.randrange(7) if depth > 0 else 0
        if kind == 1:
            return x - self.make((D, 1), below)
        if kind == 2:
            return self.member(i, below) * self.row_member(i, below)
        if kind == 3:
            return fn.elementwise(self.pick(SMOOTH), self.row_member(i, below))
        if kind == 4:
            return self.make((D, D), below) @ self.row_member(i, below)
        if kind == 5:
            return fn.softmax(self.row_member(i, below))
        if kind == 6:
            return fn.hadamard(self.row_member(i, below), self.make((D, 1), below))
        return x

    def array(self, shape, depth):
        rows, columns = shape
        rng, below = self.rng, depth - 1
        kinds = ["add", "sub", "scale", "product", "had", "hdiv", "map", "kink", "pow"]
        kinds += ["root", "log", "transpose", "quotient"]
        if columns == 1:
            kinds += ["softmax", "diagonal", "times", "times", "solve"]
        else:
            kinds += ["outer", "product", "rowsoftmax", "pull"]
        if rows == columns:
            kinds += ["diag", "inverse", "mpow", "matpow", "eye"]
        if rows == D and columns in (1, D):
            kinds += ["rows"]
        kind = self.pick(kinds)
        if kind == "matpow":
            return symbolic_power(self.make(shape, below), LETTERS["m"] + self.pick([-1, 0, 1]))
        if kind == "rows":
            if columns == 1:
                return self.sum_of(lambda i: self.row_member(i, below))
            return self.sum_of(lambda i: self.row_member(i, below) @ self.row_member(i, 0).T)
        if kind == "add":
            return self.make(shape, below) + self.make(shape, below)
        if kind == "sub":
            return self.make(shape, below) - self.make(shape, below)
        if kind == "scale":
            return self.make((1, 1), below) * self.make(shape, below)
        if kind == "quotient":
            return self.make(shape, below) / self.positive((1, 1), below)
        if kind in {"product", "times"}:
            inner = self.size()
            return self.make((rows, inner), below) @ self.make((inner, columns), below)
        if kind == "pull":
            return fn.diagonal_matrix(self.make((rows, 1), below)) @ self.make(shape, below)
        if kind == "had":
            return fn.hadamard(self.make(shape, below), self.make(shape, below))
        if kind == "hdiv":
            return fn.hadamard_quotient(self.make(shape, below), self.positive(shape, below))
        if kind == "map":
            return fn.elementwise(self.pick(SMOOTH), self.make(shape, below))
        if kind == "kink":
            return fn.elementwise(self.pick(KINKED), self.make(shape, below))
        if kind == "pow":
            return ex.elementwise_power(self.make(shape, below), ex.number(self.pick([2, 3])))
        if kind == "root":
            power = self.pick([Fraction(1, 2), Fraction(-1, 2)])
            return ex.elementwise_power(self.positive(shape, below), ex.number(power))
        if kind == "log":
            return fn.elementwise("log", self.positive(shape, below))
        if kind == "transpose":
            return self.make((columns, rows), below).T
        if kind == "softmax":
            return fn.softmax(self.make(shape, below))
        if kind == "diagonal":
            return fn.diagonal_vector(self.make((rows, rows), below))
        if kind == "solve":
            return ex.inverse(self.definite(rows, min(below, 2))) @ self.make(shape, below)
        if kind == "outer":
            return self.make((rows, 1), below) @ self.make((columns, 1), below).T
        if kind == "rowsoftmax":
            return fn.rowsoftmax(self.make(shape, below))
        if kind == "diag":
            return fn.diagonal_matrix(self.make((rows, 1), below))
        if kind == "inverse":
            return ex.inverse(self.definite(rows, min(below, 2)))
        if kind == "mpow":
            if rng.random() < 0.3:
                return ex.matrix_power(self.definite(rows, min(below, 2)), self.pick([-1, -2]))
            return ex.matrix_power(self.make(shape, below), self.pick([2, 3]))
        return self.make(shape, below) + ex.eye(rows)


# --- the oracle ---------------------------------------------------------------------------


def _ordered(low, high):
    """Two numbers in order; entries that are nearly equal have a kink there."""
    if abs(high - low) < TIE:
        raise KinkError
    return (low, high) if low < high else (high, low)


def _huber(x, bound):
    if abs(x) < bound:
        return x * x / 2
    return bound * (abs(x) - bound / 2)


def _clip(x, low, high):
    return _ordered(_ordered(x, low)[1], high)[0]


_COMBINED = {
    "maximum": lambda a, b: _ordered(a, b)[1],
    "minimum": lambda a, b: _ordered(a, b)[0],
    "clip": _clip,
    "huber": _huber,
}


def _unary(name):
    one = flint.arb(1)
    table = {
        "exp": lambda x: x.exp(), "log": lambda x: x.log(), "sin": lambda x: x.sin(),
        "cos": lambda x: x.cos(), "tan": lambda x: x.tan(), "tanh": lambda x: x.tanh(),
        "sinh": lambda x: x.sinh(), "cosh": lambda x: x.cosh(), "arctan": lambda x: x.atan(),
        "erf": lambda x: x.erf(), "sigmoid": lambda x: one / (one + (-x).exp()),
        "softplus": lambda x: (one + x.exp()).log(), "abs": abs,
        "sign": lambda x: flint.arb(int(x > 0) - int(x < 0)),
        "step": lambda x: flint.arb(int(x > 0)),
        "closed_step": lambda x: flint.arb(int(x >= 0)),
        "relu": lambda x: x if x > 0 else flint.arb(0),
        "normpdf": lambda x: (-x * x / 2).exp() / (2 * flint.arb.pi()).sqrt(),
        "normcdf": lambda x: (one + (x / flint.arb(2).sqrt()).erf()) / 2,
        "lognormcdf": lambda x: ((one + (x / flint.arb(2).sqrt()).erf()) / 2).log(),
        "loggamma": lambda x: x.lgamma(), "digamma": lambda x: x.digamma(),
        "trigamma": lambda x: oracle.polygamma(1, x),
    }  # fmt: skip
    return np.frompyfunc(table[name], 1, 1)


def _mid(matrix):
    return np.frompyfunc(lambda x: flint.arb(x).mid(), 1, 1)(matrix)


def _solve(matrix, right):
    return np.array(
        flint.arb_mat(matrix.tolist()).solve(flint.arb_mat(right.tolist())).tolist(), dtype=object
    )


def _det(matrix):
    return np.array([[flint.arb_mat(matrix.tolist()).det()]], dtype=object)


def _filled(shape, value):
    out = np.empty(shape, dtype=object)
    out[...] = flint.arb(value)
    return out


def _identity(size):
    out = _filled((size, size), 0)
    for k in range(size):
        out[k, k] = flint.arb(1)
    return out


def value(root, point, sizes, bound=None):
    """The value of a node: two-dimensional object arrays of midpoints.

    `bound` holds the numbers of the indices of the sums around the node.
    """
    done, bound = {}, bound or {}
    inside = {n.args[0] for n in fn.postorder(root) if n.op == "sum_over"} - {root}
    for node in fn.postorder(root, known=inside):
        shape = tuple(size_value(s, sizes) for s in node.shape)
        if node.op == "sum_over":
            done[node] = _mid(_sum(node, shape, point, sizes, bound))
        elif node.op == "index":
            done[node] = _filled((1, 1), bound[node])
        elif node.op == "unit":
            done[node] = _identity(shape[0])[:, [bound[node.args[0]] - 1]]
        else:
            args = [done[a] for a in node.args]
            done[node] = _mid(_value(node, args, shape, point, sizes))
    return done[root]


def _sum(node, shape, point, sizes, bound):
    """Term by term."""
    i, total = node.data, _filled(shape, 0)
    count = value(count_of(i), point, sizes, bound)[0, 0]
    for k in range(int(count.unique_fmpz())):
        total = total + value(node.args[0], point, sizes, {**bound, i: i.data.first + k})
    return total


def _value(node, args, shape, point, sizes):
    op = node.op
    scalar = lambda x: np.array([[x]], dtype=object)  # noqa: E731  (one-line helper)
    if op == "symbol":
        return point[node]
    if op == "number":
        return scalar(flint.arb(node.data.numerator) / node.data.denominator)
    if op == "constant":
        return scalar({"pi": flint.arb.pi(), "e": flint.arb(1).exp()}[node.data])
    if op == "size":
        return scalar(flint.arb(size_value(node.data, sizes)))
    if op == "eye":
        return _identity(shape[0])
    if op in {"ones", "zero"}:
        return _filled(shape, op == "ones")
    if op == "array":
        return np.array([a[0, 0] for a in args], dtype=object).reshape(shape)
    if op == "add":
        return sum(args[1:], args[0])
    if op == "had":
        return np.prod(np.array(args, dtype=object), axis=0)
    if op == "mul":
        out = args[0]
        for left, right, factor in zip(node.args, node.args[1:], args[1:], strict=False):
            # a scalar node scales; anything else is a matrix product
            small = (
                left.is_scalar
                or right.is_scalar
                or (out.shape == (1, 1) and (factor.shape[0] != 1))
            )
            out = out * factor if small else out @ factor
        return out
    if op == "pow":
        p = node.args[1].data
        if node.args[1].op != "number":
            return np.frompyfunc(lambda x: x ** args[1][0, 0], 1, 1)(args[0])
        if p.denominator == 1:
            return args[0] ** int(p)
        return np.frompyfunc(lambda x: x ** (flint.arb(p.numerator) / p.denominator), 1, 1)(args[0])
    if op == "mpow":
        out = args[0]
        for _ in range(node.data - 1):
            out = out @ args[0]
        return out
    if op == "matpow":
        exponent, out = int(args[1][0, 0].unique_fmpz()), _identity(shape[0])
        for _ in range(abs(exponent)):
            out = out @ args[0] if exponent > 0 else _solve(args[0], out)
        return out
    if op == "transpose":
        return args[0].T
    if op == "inverse":
        return _solve(args[0], _identity(shape[0]))
    if op == "map":
        return _unary(node.data)(args[0])
    if op == "trace":
        return scalar(np.trace(args[0]))
    if op == "det":
        return _det(args[0])
    if op == "logdet":
        return _unary("log")(_det(args[0]))
    if op == "total":
        return scalar(args[0].sum())
    if op == "norm2":
        if all(abs(x) < TIE for x in args[0].flat):
            raise KinkError
        return scalar((args[0] * args[0]).sum().sqrt())
    if op == "norm1":
        return scalar(_unary("abs")(args[0]).sum())
    if op == "diag":
        return _identity(shape[0]) * args[0]
    if op == "diagonal":
        return np.diag(args[0]).reshape(-1, 1)
    if op in {"softmax", "logsumexp", "rowsoftmax", "rowlogsumexp"}:
        e = _unary("exp")(args[0])
        total = e.sum(axis=1, keepdims=True) if op.startswith("row") else scalar(e.sum())
        return e / total if op.endswith("softmax") else _unary("log")(total)
    if op == "combine":
        return np.frompyfunc(_COMBINED[node.data], len(args), 1)(*args)
    if op in {"max", "min", "norminf", "peak"}:
        flat = sorted((abs(x) if op == "norminf" else x) for x in args[0].flat)
        end = flat[0] if op == "min" or node.data == "min" else flat[-1]
        near = [x for x in flat if not abs(x - end) > TIE]
        if len(near) > 1:
            raise KinkError
        hits = np.frompyfunc(lambda x: flint.arb(int(x == end)), 1, 1)
        return hits(args[0]) if op == "peak" else scalar(end)
    if op == "block":
        width = node.data[1]
        return np.vstack([np.hstack(args[k : k + width]) for k in range(0, len(args), width)])
    if op == "part":
        i, j = (size_value(s, sizes) for s in node.data)
        return args[0][i : i + shape[0], j : j + shape[1]]
    if op == "kron":
        return np.kron(*args)
    if op == "vec":
        return args[0].reshape(-1, 1, order="F")
    if op == "toeplitz":
        diagonal = [[np.diagonal(args[0], j - i) for j in range(shape[1])] for i in range(shape[0])]
        means = [[sum(line) / len(line) for line in row] for row in diagonal]
        return np.array(means, dtype=object)
    if op == "unvec":
        return args[0].reshape(shape, order="F")
    if op == "commutation":
        rows, columns = (size_value(s, sizes) for s in node.data)
        return _identity(shape[0])[np.arange(rows * columns).reshape(columns, rows).T.ravel()]
    if op in {"block_inner", "block_sum"}:
        grid = shape if op == "block_inner" else args[1].shape
        rows = np.split(args[0], grid[0], axis=0)
        blocks = [[*np.split(row, grid[1], axis=1)] for row in rows]
        if op == "block_sum":
            return sum(args[1][i, j] * blocks[i][j] for i, j in np.ndindex(grid))
        inner = [(blocks[i][j] * args[1]).sum() for i, j in np.ndindex(grid)]
        return np.array(inner, dtype=object).reshape(grid)
    found = spectral_value(op, args[0]) if len(args) == 1 else None
    if found is not None:
        return found
    if op == "mask":
        return oracle.mask(node.data, *shape)
    if op == "polygamma":
        return np.frompyfunc(lambda x: oracle.polygamma(node.data, x), 1, 1)(args[0])
    if op == "besseli":
        return np.frompyfunc(oracle.besseli, 2, 1)(*args)
    if op in INCOMPLETE:
        return np.frompyfunc(lambda *at: oracle.incomplete(op, *at), len(args), 1)(*args)
    if op == "zeta":
        return np.frompyfunc(lambda x: oracle.zeta(node.data, x), 1, 1)(args[0])
    if op in {"matrixmap", "frechet"}:
        return oracle.matrix_function(node.data, *args)
    if op in {"cholesky", "adjugate", "pinv"}:
        return getattr(oracle, op)(args[0])
    raise AssertionError(f"the oracle has no value for {op}")


def random_point(function, sizes, rng):
    point = {}
    for node in sorted(function.symbols, key=lambda s: s.name):
        shape = tuple(size_value(s, sizes) for s in node.shape)
        draw = np.frompyfunc(lambda _: flint.arb(rng.randint(-(2**30), 2**30)) / 2**30, 1, 1)
        sample = draw(np.empty(shape, dtype=object))
        if "integer" in node.facts:
            sample = _filled(shape, rng.randint(1, 4))
        elif "positive" in node.facts:
            sample = _unary("abs")(sample) + flint.arb("0.3")
        if "spd" in node.facts:
            sample = sample @ sample.T + _identity(shape[0])
        elif "symmetric" in node.facts:
            sample = sample + sample.T
        point[node] = _mid(sample)
    return point


def is_wrong(function, variable, gradient, sizes, rng):
    """None if no admissible point was found, else whether slope and gradient disagree."""
    saved, flint.ctx.prec = flint.ctx.prec, BITS
    has_pole = False
    try:
        for _ in range(6):
            point = random_point(function, sizes, rng)
            shape = point[variable].shape
            draw = np.frompyfunc(lambda _: flint.arb(rng.randint(-9, 9)) / 7, 1, 1)
            direction = draw(np.empty(shape, dtype=object))
            ahead = {**point, variable: _mid(point[variable] + STEP * direction)}
            back = {**point, variable: _mid(point[variable] - STEP * direction)}
            try:
                up, down = (value(function, p, sizes)[0, 0] for p in (ahead, back))
            except (KinkError, ZeroDivisionError):
                continue
            slope = (up - down) / (2 * STEP)
            scale = 1 + abs(slope) + abs(up)
            if not (slope.is_finite() and scale < flint.arb(10) ** 25):
                continue
            claimed = (value(gradient, point, sizes) * direction).sum()
            if not claimed.is_finite():  # a rounding to zero below a quotient, or a wrong pole
                has_pole = True
                continue
            return not abs(slope - claimed) < scale * flint.arb(10) ** -30
        return True if has_pole else None
    finally:
        flint.ctx.prec = saved


# --- cases ----------------------------------------------------------------------------------


def case_of_sums(seed):
    """As ``case``: a sum over rows, over pairs of them, or a power with a named exponent."""
    g = Generator(seed)
    kind, depth = g.rng.randrange(4), g.rng.randint(1, 4)
    if kind == 0:
        function = g.sum_of(lambda i: g.member(i, depth))
    elif kind == 1:
        function = g.sum_of(
            lambda i: g.sum_of(
                lambda j: (
                    g.member(i, 2) * g.member(j, 2)
                    + fn.norm2(g.row_member(i, 1) - g.row_member(j, 1))
                )
            )
        )
    elif kind == 2:
        middle = symbolic_power(g.make((D, D), 1), LETTERS["m"] + g.pick([-1, 0, 2]))
        function = fn.trace(g.make((D, D), 1) @ middle @ g.make((D, D), 1))
    else:
        rows = g.sum_of(lambda i: g.row_member(i, 2))
        function = fn.dot(g.make((D, 1), 1), rows) * g.sum_of(lambda i: g.member(i, 2))
    if not any("integer" not in s.facts for s in function.symbols):
        function = function * LETTERS["s"]
    moving = [s for s in function.symbols if "integer" not in s.facts]
    return function, g.pick(sorted(moving, key=lambda s: s.name)), g.rng


def case(seed):
    """Expression, variable and random source of one seed: replay with ``case(seed)``."""
    generator = Generator(seed)
    function = ex.number(0)
    while not any("integer" not in s.facts for s in function.symbols):
        function = generator.make((1, 1), generator.rng.randint(2, 6))
    moving = [s for s in function.symbols if "integer" not in s.facts]
    variable = generator.pick(sorted(moving, key=lambda s: s.name))
    return function, variable, generator.rng
