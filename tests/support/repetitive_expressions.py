"""Sums and products over few letters, in which terms meet their like again and again.

What a normal form does (cancel, merge, pull out) happens seldom in a random expression over
many letters.  Here a sum has two to five products of at most four factors out of a handful.
"""

from __future__ import annotations

import random
from fractions import Fraction

from random_expressions import LETTERS, D, N

from derive.language import expression as ex
from derive.language import functions as fn
from derive.language.expression import Node

x, y, u, A, M, S, s, t = (LETTERS[name] for name in ("x", "y", "u", "A", "M", "S", "s", "t"))
SHAPES = ((1, 1), (D, 1), (D, D), (N, D))
VECTORS = {D: (x, y), N: (u,)}
MATRICES = {(D, D): (M, S, M.T), (N, D): (A,), (D, N): (A.T,), (N, N): (A @ A.T,)}


class Repetitive:
    """Expressions of a wanted shape, replayed from a seed."""

    def __init__(self, seed: int):
        self.rng = random.Random(seed)

    def sum(self, shape, depth: int) -> Node:
        """Two to five signed products."""
        terms = [
            ex.number(self.rng.choice([1, 1, 1, -1, -1, 2, -2, Fraction(1, 2)]))
            * self.product(shape, depth)
            for _ in range(self.rng.randint(2, 5))
        ]
        return ex.add(*terms)

    def product(self, shape, depth: int) -> Node:
        """A core of the shape with at most two scalars before it."""
        scalars = [self.scalar(depth - 1) for _ in range(self.rng.choice([0, 0, 0, 1, 1, 2]))]
        if shape == (1, 1):
            return ex.multiply(self.scalar(depth), *scalars)
        core = self.vector(shape[0], depth) if shape[1] == 1 else self.matrix(shape, depth)
        return ex.multiply(*scalars, core)

    def scalar(self, depth: int) -> Node:
        pick = self.rng.randrange(9 if depth > 0 else 4)
        size = self.rng.choice([D, D, N])
        if pick < 2:
            return self.rng.choice([s, t])
        if pick == 2:
            return t ** self.rng.choice([2, -1, Fraction(1, 2), Fraction(-1, 2), Fraction(-3, 2)])
        if pick == 3:
            return fn.norm2(x) ** self.rng.choice([1, 2, -1, -2])
        if pick == 4:
            return self.vector(size, depth - 1).T @ self.vector(size, depth - 1)
        if pick == 5:
            return fn.trace(self.matrix((size, size), depth - 1))
        if pick == 6:
            return fn.total(self.rng.choice([self.vector(size, depth - 1), self.hadamard(size)]))
        if pick == 7:
            return self.sum((1, 1), depth - 1)
        return (self.sum((1, 1), depth - 1) ** 2 + ex.number(1)) ** Fraction(-1, 2)

    def vector(self, size, depth: int) -> Node:
        pick = self.rng.randrange(8 if depth > 0 else 3)
        if pick < 2:
            return self.rng.choice(VECTORS[size])
        if pick == 2:
            return self.rng.choice([ex.ones(size), fn.softmax(VECTORS[size][0])])
        if pick == 3:
            return self.hadamard(size)
        if pick == 4:
            return self.sum((size, 1), depth - 1)
        if pick == 5:
            return fn.diagonal_vector(self.matrix((size, size), depth - 1))
        inner = self.rng.choice([D, N])
        return self.matrix((size, inner), depth - 1) @ self.vector(inner, depth - 1)

    def hadamard(self, size) -> Node:
        """An elementwise product or quotient of vectors."""
        powers = [
            ex.elementwise_power(self.rng.choice(VECTORS[size]), ex.number(p))
            for p in self.rng.choices([1, 1, 2, -1], k=2)
        ]
        return fn.hadamard(*powers)

    def matrix(self, shape, depth: int) -> Node:
        rows, columns = shape
        pick = self.rng.randrange(10 if depth > 0 else 1)
        if pick < 2:
            letters = [*MATRICES[shape], *([ex.eye(rows)] if rows == columns else [])]
            return self.rng.choice(letters)
        if pick == 2:
            return self.vector(rows, depth - 1) @ self.vector(columns, depth - 1).T
        if pick == 3:
            return self.sum(shape, depth - 1)
        if pick == 4:
            return fn.hadamard(self.matrix(shape, depth - 1), self.matrix(shape, depth - 1))
        if pick == 5 and rows == columns:
            return fn.diagonal_matrix(self.vector(rows, depth - 1))
        if pick == 6:
            return self.matrix((columns, rows), depth - 1).T
        if pick == 7 and rows == columns:
            return ex.inverse(self.rng.choice([S, S + t * ex.eye(D)]) if rows == D else self.gram())
        inner = self.rng.choice([D, N])
        return self.matrix((rows, inner), depth - 1) @ self.matrix((inner, columns), depth - 1)

    def gram(self) -> Node:
        """A regular square matrix of the other size."""
        return ex.eye(N) + A @ self.rng.choice([A.T, S @ A.T])


def reordered(node: Node, rng: random.Random) -> Node:
    """The node with its sums, elementwise products and scalars in another order.

    Chains of shape 1 x 1 are transposed, traces rotated; not where the gaps of eigenvalues
    occur, whose transpose is their negative.
    """
    if fn.contains(node, "gaps"):
        return node
    done: dict[Node, Node] = {}
    for part in fn.postorder(node):
        args = [done[arg] for arg in part.args]
        if part.op == "add":
            done[part] = ex.add(*rng.sample(args, len(args)))
        elif part.op == "had":
            done[part] = fn.hadamard(*rng.sample(args, len(args)))
        elif part.op == "mul":
            done[part] = _reordered_product(args, rng)
        elif part.op == "trace":
            done[part] = _reordered_trace(args[0], rng)
        else:
            done[part] = ex.make(part.op, tuple(args), part.shape, part.data) if args else part
    return done[node]


def _reordered_product(args: list[Node], rng: random.Random) -> Node:
    if not args[0].is_scalar:
        whole = ex.multiply(*args)
        turned = ex.multiply(*(arg.T for arg in reversed(args)))
        return rng.choice([whole, turned]) if whole.is_scalar else whole
    scalars = [arg for arg in args if arg.is_scalar]
    rest = [arg for arg in args if not arg.is_scalar]
    return ex.multiply(*rng.sample(scalars, len(scalars)), *rest)


def _reordered_trace(inner: Node, rng: random.Random) -> Node:
    coefficient, scalars, chain = ex.split_product(inner)
    k = rng.randrange(len(chain))
    turned = ex.multiply(*chain[k:], *chain[:k])
    if rng.random() < 0.5:
        turned = turned.T
    return ex.product(coefficient, scalars, []) * fn.trace(turned)
