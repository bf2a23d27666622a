"""Random scalars in which functions of matrices occur, defined at generic points."""

from __future__ import annotations

from fractions import Fraction

from random_expressions import LETTERS, D, Generator, K, N

from derive.language import expression as ex
from derive.language import functions as fn
from derive.language import matrix_functions as mf

SMALL = Fraction(1, 4)
ENTIRE = ("expm", "sinm", "cosm")
PRINCIPAL = ("logm", "sqrtm")


class MatrixGenerator(Generator):
    """As its parent, with matrix functions of shallow arguments among the arrays."""

    def array(self, shape, depth):
        if shape[0] == shape[1] and self.rng.random() < 0.4:
            return self.function(shape[0], depth)
        if self.rng.random() < 0.1:
            return self.pseudo_inverse(shape)
        return super().array(shape, depth)

    def scalar(self, depth):
        size = self.pick([N, D, K])
        kind = self.rng.randrange(8)
        if kind == 0:
            return fn.trace(self.function(size, depth - 1))
        if kind == 1:
            return fn.logdet(mf.matrix_map("expm", self.tame(size)))
        if kind == 2:
            left, right = self.make((size, 1), depth - 1), self.make((size, 1), depth - 1)
            return left.T @ self.function(size, depth - 1) @ right
        if kind == 3:
            return fn.total(mf.polygamma(self.pick([2, 3]), self.positive((size, 1), depth)))
        return super().scalar(depth)

    def tame(self, size):
        """A square matrix of moderate values."""
        return SMALL * self.make((size, size), 1)

    def function(self, size, depth):
        """A function of a square matrix."""
        kind = self.rng.randrange(7)
        if kind <= 1:
            return mf.matrix_map(self.pick(ENTIRE), self.tame(size))
        if kind == 2:
            return mf.matrix_map(self.pick(PRINCIPAL), self.definite(size, 1))
        if kind == 3:
            return mf.frechet(self.pick(ENTIRE), self.tame(size), self.make((size, size), 1))
        if kind == 4:
            return mf.cholesky(self.definite(size, 1))
        if kind == 5:
            return mf.adjugate(self.tame(size) + self.definite(size, 1))
        return fn.hadamard(
            mf.mask(self.pick(["lower", "strict_upper", "upper_half"]), size, size),
            self.make((size, size), depth - 1),
        )

    def pseudo_inverse(self, shape):
        """Of a rectangle of full rank, or of a product through a thinner one."""
        columns, rows = shape
        wide = [s for s in LETTERS.values() if s.shape in {(rows, columns), (columns, rows)}]
        if not wide:
            return super().array(shape, 1)
        letter = self.pick(wide)
        return mf.pseudo_inverse(letter if letter.shape == (rows, columns) else letter.T)


def case(seed):
    """Expression, variable and random source of one seed: replay with ``case(seed)``."""
    generator = MatrixGenerator(seed)
    function = ex.number(0)
    while not any(
        part.op in {"matrixmap", "frechet", "cholesky", "adjugate", "pinv", "mask", "polygamma"}
        for part in fn.postorder(function)
    ):
        function = generator.make((1, 1), generator.rng.randint(2, 4))
    free = [s for s in function.symbols if "integer" not in s.facts]
    moving = sorted(free, key=lambda s: s.name)
    return function, generator.pick(moving) if moving else LETTERS["M"], generator.rng
