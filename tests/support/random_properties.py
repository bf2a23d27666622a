"""Random nodes over symbols of every fact, and points at which they can be looked at in floats."""

from __future__ import annotations

import random

import numpy as np
from naive_numpy import naive_value

from derive.check.sample import MOODS, sample_symbol
from derive.check.stream import Stream
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language import matrix_functions as mf
from derive.language import spectral as sp
from derive.language.exponents import symbolic_power
from derive.language.facts import close_facts
from derive.language.indices import entry, free_indices, index, row, sum_over
from derive.language.operators import MASKS, MATRIX_FUNCTIONS
from derive.language.sizes import Size
from derive.language.toeplitz import toeplitz_part

N, D = Size.named("n"), Size.named("d")
I = index("i", N)  # noqa: E741  (a sum binds it)
WHOLE = ex.symbol("k", (1, 1), close_facts(("positive", "integer"), "k", (1, 1)))
SIZES = ({"n": 3, "d": 2}, {"n": 2, "d": 4}, {"n": 1, "d": 3})
SMALL_MOODS = [mood for mood in MOODS if mood.scale <= 1] * 4
LARGEST, SMALLEST = 15.0, 1e-6  # beyond them floats round to what is strictly excluded

FACTS = {
    (1, 1): (
        "", "positive", "nonnegative", "negative", "nonzero", "probability", "sign", "binary",
        "spd", "psd", "invertible", "positive integer",
    ),
    (N, 1): ("", "positive", "nonnegative", "negative", "nonzero", "simplex", "onehot", "sign"),
    (N, N): (
        "", "spd", "psd", "symmetric", "orthogonal", "diagonal", "diagonal spd",
        "diagonal nonnegative", "diagonal invertible", "invertible", "psd invertible",
        "upper invertible", "lower", "lower invertible", "skew", "toeplitz",
        "positive", "nonnegative", "negative", "nonzero", "binary",
        "orthogonal symmetric", "symmetric nonnegative", "symmetric invertible",
    ),
    (N, D): ("", "positive", "nonnegative", "nonzero", "sign"),
}  # fmt: skip
MAPS = [
    "exp", "log", "abs", "sign", "step", "closed_step", "relu", "sin", "cos", "tan", "arcsin",
    "arccos", "arctan",
    "sinh", "cosh", "tanh", "sigmoid", "softplus", "erf", "normpdf", "normcdf", "lognormcdf",
    "loggamma", "digamma", "trigamma",
]  # fmt: skip
EXPONENTS = ["2", "3", "-1", "-2", "-3", "1/2", "-1/2", "4"]
SQUARE_TO_SCALAR = [fn.trace, fn.determinant, fn.total, fn.norm2, fn.norm1]


def letters():
    """One symbol for each shape and set of facts."""
    found = {}
    for shape, rows in FACTS.items():
        for k, text in enumerate(rows):
            name = f"{'x' if shape == (1, 1) else 'ABC'[sum(s == N for s in shape)]}{k}"
            name += "v" * (shape == (N, 1))
            found.setdefault(shape, []).append(
                ex.symbol(name, shape, close_facts(tuple(text.split()), name, shape))
            )
    return found


ORTHOGONAL = [S for S in letters()[N, N] if "orthogonal" in S.facts]  # no power is singular


class Builder:
    """Grows pools of nodes of each shape, each node from earlier ones."""

    def __init__(self, seed: int):
        self.rng = random.Random(seed)
        self.pools = {shape: list(symbols) for shape, symbols in letters().items()}
        self.pools[1, 1] += [ex.number(2), ex.number(1), ex.size_node(N), ex.constant("pi")]
        self.pools[N, 1] += [ex.ones(N)]
        self.pools[N, N] += [ex.eye(N), ex.ones(N, N), ex.zero((N, N))]

    def pick(self, shape):
        """A node of a shape: one in two made lately, so that nodes are not all shallow."""
        pool = self.pools[shape]
        return self.rng.choice(pool[-12:] if self.rng.random() < 0.5 else pool)

    def grow(self, count: int):
        """`count` new nodes."""
        made = []
        while len(made) < count:
            shape = self.rng.choice([(1, 1), (1, 1), (N, 1), (N, N), (N, N), (N, D)])
            node = self.node(shape)
            if node not in self.pools[shape]:
                self.pools[shape].append(node)
                made.append(node)
        return made

    def node(self, shape):
        """One node of a shape by a random operator."""
        x, y = self.pick(shape), self.pick(shape)
        square, scalar = self.pick((N, N)), self.pick((1, 1))
        power = ex.number(ex.Fraction(self.rng.choice(EXPONENTS)))
        ways = [
            lambda: x + y,
            lambda: x + y + self.pick(shape),
            lambda: fn.elementwise("abs", x) * self.rng.choice([1, -1]) + y,
            lambda: x * scalar,
            lambda: -x,
            lambda: fn.hadamard(x, y),
            lambda: fn.hadamard(x, x),
            lambda: ex.elementwise_power(x, self.rng.choice([power, power, scalar])),
            lambda: fn.elementwise(self.rng.choice(MAPS), x),
        ]
        ways += {(1, 1): self.scalars, (N, 1): self.vectors, (N, N): self.squares}.get(
            shape, self.rectangles
        )(x, square)
        return self.rng.choice(ways)()

    def scalars(self, x, square):
        v, w = self.pick((N, 1)), self.pick((N, 1))
        return [
            *(lambda f=f: f(square) for f in SQUARE_TO_SCALAR),
            lambda: self.rng.choice([fn.total, fn.norm1, fn.norm2])(v),
            lambda: v.T @ square @ v,
            lambda: v.T @ w,
            lambda: fn.logdet(square),
            lambda: fn.logsumexp(v),
            lambda: 1 - x,
            lambda: sp.lambda_max(self.symmetric(square)),
            lambda: sp.lambda_min(self.symmetric(square)),
            lambda: self.rng.choice([sp.specnorm, sp.nucnorm])(square),
            lambda: sum_over(entry(v, I) * row(square, I).T @ w, I),
            lambda: sum_over(I * entry(v, I), I),
        ]

    def symmetric(self, square):
        """A matrix that is provably symmetric, made of another or declared."""
        own = [S for S in letters()[N, N] if "symmetric" in S.facts]
        return self.rng.choice([square + square.T, square @ square.T, self.rng.choice(own)])

    def alike(self):
        """A square symbol of facts that are often met: pairs of one kind are frequent."""
        kind = self.rng.choice(["orthogonal", "diagonal", "spd", "invertible"])
        return self.rng.choice([S for S in letters()[N, N] if kind in S.facts])

    def vectors(self, x, square):
        return [
            lambda: fn.diagonal_vector(square),
            lambda: square @ x,
            lambda: fn.softmax(x),
            lambda: fn.rowlogsumexp(square),
            lambda: sp.eigvals(self.symmetric(square)),
            lambda: self.rng.choice([sp.eigvec_max, sp.eigvec_min])(self.symmetric(square)),
            lambda: sp.svdvals(square),
            lambda: self.rng.choice([sp.leftvec_max, sp.rightvec_max])(square),
            lambda: ex.inverse(square) @ x,
            lambda: ex.ones(N) - x,
        ]

    def squares(self, x, square):
        X, v = self.pick((N, D)), self.pick((N, 1))
        return [
            lambda: x @ square,
            lambda: self.alike() @ self.alike(),
            lambda: x @ square @ x.T,
            lambda: x @ square @ square.T @ x.T,
            lambda: ex.matrix_power(square, self.rng.choice([2, 3])),
            lambda: ex.inverse(square),
            lambda: square.T,
            lambda: square + square.T,
            lambda: fn.diagonal_matrix(v),
            lambda: toeplitz_part(square),
            lambda: v @ v.T,
            lambda: sum_over(row(square, I) @ row(square, I).T, I),
            lambda: symbolic_power(self.rng.choice(ORTHOGONAL), WHOLE),
            lambda: X @ X.T,
            lambda: X @ X.T + self.pick((1, 1)) * ex.eye(N),
            lambda: fn.rowsoftmax(square),
            lambda: sp.eigvecs(self.symmetric(square)),
            lambda: self.rng.choice([sp.leftvecs, sp.rightvecs, sp.polar])(square),
            lambda: self.rng.choice([sp.resolvent_max, sp.resolvent_min])(self.symmetric(square)),
        ]

    def rectangles(self, x, square):
        v = self.pick((N, 1))
        return [lambda: square @ x, lambda: fn.rowsoftmax(x), lambda: v @ ex.ones(D).T]


class MatrixBuilder(Builder):
    """Nodes among which functions of matrices are frequent."""

    def squares(self, x, square):
        symbol = self.alike()
        return [
            *super().squares(x, square),
            lambda: mf.matrix_map(self.rng.choice(list(MATRIX_FUNCTIONS)), square),
            lambda: mf.frechet("expm", square, x),
            lambda: mf.cholesky(square),
            lambda: mf.adjugate(square),
            lambda: mf.pseudo_inverse(square),
            lambda: fn.hadamard(mf.mask(self.rng.choice(list(MASKS)), N, N), x),
            lambda: mf.polygamma(self.rng.choice([2, 3]), fn.elementwise("exp", x)),
            lambda: mf.matrix_map(self.rng.choice(list(MATRIX_FUNCTIONS)), symbol),
            lambda: mf.adjugate(symbol),
            lambda: mf.pseudo_inverse(symbol),
            lambda: mf.cholesky(symbol),
        ]


def points(symbols, seed: int):
    """Sizes with values of the symbols that keep their facts, over and over."""
    ordered = sorted(symbols, key=lambda s: s.name)
    for round_number in range(6):
        sizes = SIZES[round_number % len(SIZES)]
        stream = Stream(f"{seed} {round_number}".encode())
        batches = [sample_symbol(s, sizes, stream, SMALL_MOODS) for s in ordered]
        usable = [np.flatnonzero(batch.is_usable) for batch in batches]
        for k in range(min((len(found) for found in usable), default=1)):
            values = [b.values[found[k]] for b, found in zip(batches, usable, strict=True)]
            yield sizes, {s.name: v for s, v in zip(ordered, values, strict=True)}


def value_where_defined(node, values, sizes):
    """The value, or None where a part of the node is undefined or of no moderate size."""
    with np.errstate(all="ignore"):
        for part in fn.postorder(node):
            if free_indices(part):
                continue
            try:
                value = naive_value(part, values, sizes)
            except (np.linalg.LinAlgError, ValueError):
                return None
            sizes_met = np.abs(value[value != 0])
            is_moderate = np.isfinite(value).all() and (
                sizes_met.size == 0 or (sizes_met.max() < LARGEST and sizes_met.min() > SMALLEST)
            )
            if not is_moderate or not _is_in_domain(part, values, sizes):
                return None
    return value


def _is_in_domain(part, values, sizes):
    """Whether floats did not give a number where the language has none, nor erf(x) = 1."""
    if part.op == "inverse":
        return np.linalg.cond(naive_value(part.args[0], values, sizes)) < 1e6
    if part.op in {"mpow", "matpow"}:  # the powers of a small eigenvalue are lost in rounding
        return np.linalg.cond(naive_value(part.args[0], values, sizes)) < 1e3
    if part.op == "pow" and not part.args[1].is_number:
        return (naive_value(part.args[0], values, sizes) > 0).all()
    if part.op == "map" and part.data in {"loggamma", "digamma", "trigamma"}:
        return (naive_value(part.args[0], values, sizes) > 0).all()
    if part.op == "polygamma":
        return (naive_value(part.args[0], values, sizes) > 0).all()
    if part.op == "matrixmap" and part.data in {"logm", "sqrtm"}:
        eigenvalues = np.linalg.eigvals(naive_value(part.args[0], values, sizes))
        is_near_cut = (eigenvalues.real < 1e-6) & (np.abs(eigenvalues.imag) < 1e-6)
        return not is_near_cut.any()
    if part.op == "map" and part.data in {"erf", "normcdf", "normpdf"}:
        return np.abs(naive_value(part.args[0], values, sizes)).max() < 5
    return True
