"""The lines from the eigenvalues to the orthonormal vectors, each with the claim it makes.

A claim speaks of the matrix and of what the line says, never of how it was found: of an
eigenvalue that it satisfies its factor, of a vector that ``A v = lam v``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import lcm

from sympy.polys.polytools import Poly

from derive.check.claim import Kind
from derive.check.claims import SameValue
from derive.language.expression import (
    Node,
    add,
    divide,
    elementwise_power,
    eye,
    multiply,
    negative,
    number,
    split_product,
    transpose,
)
from derive.language.functions import array, norm2, sqrt
from derive.language.relations import Relation, Words
from derive.linear_algebra.characteristic import Root, coefficients, square_root
from derive.linear_algebra.determinant_lines import in_powers
from derive.linear_algebra.letters import Letters
from derive.linear_algebra.null_space import inner_product, without_denominators
from derive.linear_algebra.orthogonal import Orthogonalised
from derive.linear_algebra.spectrum import Eigenspace, Spectrum
from derive.steps import Step

METHODS = {1: "root of {0}", 2: "quadratic formula for {0}"}
HIGHER = "squares completed in {0}"
MOST_PAIRS = 6
WIDEST_WORKED_OUT = 3  # in larger matrices an irrational eigenvalue keeps its name


@dataclass
class Page:
    """Lines under construction: steps, claims, and the names that the claims may use."""

    definitions: list[tuple[Node, Node]]
    steps: list[Step] = field(default_factory=list)
    claims: list[SameValue] = field(default_factory=list)

    def define(self, name: Node, meaning: Node) -> None:
        """Let later claims use a name; its meaning holds no names."""
        self.definitions.append((name, meaning))

    def say(self, step: Step, *equalities: tuple[Node, Node]) -> None:
        """Add a line and the equalities it claims."""
        self.steps.append(step)
        for k, (before, after) in enumerate(equalities):
            kind: Kind = "statement" if k else "line"
            self.claims.append(SameValue(before, after, tuple(self.definitions), kind=kind))


@dataclass(frozen=True)
class Eigenvalue:
    """One eigenvalue on the page: its name, its place in the list, its eigenspace."""

    name: Node
    place: int
    space: Eigenspace

    @property
    def root(self) -> Root:
        """The eigenvalue as a root."""
        return self.space.root

    @property
    def keeps_name(self) -> bool:
        """Whether lines keep the name, as in ``lam_1 - c``; else its value is put in."""
        size = len(self.space.vectors[0].vector)
        is_long = self.root.field.has_symbols or size > WIDEST_WORKED_OUT
        return self.root.inner is not None and is_long

    @property
    def node(self) -> Node:
        """The eigenvalue in lines."""
        return self.name if self.keeps_name else self.root.node

    def column(self, vector: tuple[Poly, ...]) -> Node:
        """A vector of polynomials in the eigenvalue, as lines write it."""
        return array([[self.entry(x)] for x in vector])

    def meaning(self, vector: tuple[Poly, ...]) -> Node:
        """The same vector without names."""
        return array([[self.root.written(x)] for x in vector])

    def length(self, vector: tuple[Poly, ...]) -> Node:
        """The norm of a vector in lines."""
        if self._has_plain_norm(vector):
            return _norm(vector, self.root)
        return sqrt(_sum_of_squares([self.entry(x) for x in vector]))

    def unit(self, vector: tuple[Poly, ...]) -> list[Node]:
        """The entries of the vector over its norm, without names."""
        entries = [self.root.written(x) for x in vector]
        if self._has_plain_norm(vector):
            return [divide(x, _norm(vector, self.root)) for x in entries]
        below = lcm(*(split_product(x)[0].denominator for x in entries))
        entries = [multiply(number(below), x) for x in entries]
        return [divide(x, sqrt(_sum_of_squares(entries))) for x in entries]

    def entry(self, value: Poly) -> Node:
        """A polynomial in the eigenvalue, as lines write it."""
        if not self.keeps_name:
            return self.root.written(value)
        field = self.root.field
        whole, below = without_denominators(value, field)
        return divide(in_powers(whole, 1, self.name, field), field.node(below))

    def _has_plain_norm(self, vector: tuple[Poly, ...]) -> bool:
        """Whether the norm is worked out: of numbers, or where the eigenvalue drops out."""
        square = inner_product(vector, vector, self.root.modulus, self.root.field)
        return not self.root.field.has_symbols or square.degree() <= 0

    def is_eigenvector(self, A: Node, vector: Node) -> tuple[Node, Node]:
        """``A v = lam v``, shifted so that neither side is zero."""
        shift = number(-1 if self.root.expression.is_negative else 1)
        shifted = add(A, multiply(shift, eye(A.shape[0])))
        return multiply(shifted, vector), multiply(add(self.node, shift), vector)


@dataclass(frozen=True)
class Eigenvector:
    """A vector of the page: its name, its eigenvalue, how it came about."""

    name: Node
    eigenvalue: Eigenvalue
    step: Orthogonalised


def spectral_lines(found: Spectrum, A: Node, letters: Letters, page: Page) -> list[list[Node]]:
    """Write the lines; the columns of Q come back without names."""
    eigenvalues, place = [], 1
    for space in found.spaces:
        eigenvalues.append(Eigenvalue(letters.scalar("root", place), place, space))
        place += space.multiplicity
    for eigenvalue in eigenvalues:
        _value_line(eigenvalue, letters, page)
    vectors: list[Eigenvector] = []
    for eigenvalue in eigenvalues:
        _solution_line(eigenvalue, A, letters, page)
        vectors.extend(_vector_lines(eigenvalue, A, letters, page))
    _orthogonality_lines(vectors, page)
    for k, vector in enumerate(vectors, start=1):
        _unit_line(k, vector, letters, page)
    return [vector.eigenvalue.unit(vector.step.vector) for vector in vectors]


def _value_line(eigenvalue: Eigenvalue, letters: Letters, page: Page) -> None:
    """``lam_k = ...``; the claim is that it satisfies its factor."""
    root, count = eigenvalue.root, eigenvalue.space.multiplicity
    degree = root.modulus.degree()
    factor = in_powers(root.modulus, 1, letters.scalar("root"), root.field)
    method = METHODS.get(degree, HIGHER)
    if degree == letters.size:
        method, factor = method.removesuffix(" for {0}").removesuffix(" in {0}"), number(0)
    times = "" if count == 1 else ", twice" if count == 2 else f", {count} times"
    reason = Words(method + times, (factor,) if "{0}" in method else ())
    page.define(eigenvalue.name, root.node)
    lower = [
        multiply(root.field.node(-c), elementwise_power(eigenvalue.name, number(degree - 1 - k)))
        for k, c in enumerate(coefficients(root.modulus)[1:])
    ]
    page.say(
        Step(None, Relation(eigenvalue.name, "=", root.node), reason),
        (elementwise_power(eigenvalue.name, number(degree)), add(*lower)),
    )


def _solution_line(eigenvalue: Eigenvalue, A: Node, letters: Letters, page: Page) -> None:
    """The general solution of ``(A - lam I) x = 0``; the claim is that it is one."""
    space = eigenvalue.space.space
    unknowns = [letters.scalar("unknown", k) for k in range(1, letters.size + 1)]
    entries = list(unknowns)
    for pivot, terms in space.relations:
        products = [multiply(eigenvalue.entry(c), unknowns[j]) for j, c in terms]
        entries[pivot] = add(*products) if products else number(0)
    x, solution = letters.vector("unknown"), array([[entry] for entry in entries])
    shifted = add(A, negative(multiply(eigenvalue.node, eye(letters.size))))
    page.say(
        Step(
            None,
            Relation(x, "=", solution),
            Words("row reduction of {0} = {1}", (multiply(shifted, x), number(0))),
        ),
        eigenvalue.is_eigenvector(A, solution),
    )


def _vector_lines(
    eigenvalue: Eigenvalue, A: Node, letters: Letters, page: Page
) -> list[Eigenvector]:
    """A basis of the eigenspace, each vector made orthogonal to those before."""
    vectors: list[Eigenvector] = []
    for k, step in enumerate(eigenvalue.space.vectors):
        start = letters.vector("vector", eigenvalue.place + k)
        page.define(start, eigenvalue.meaning(step.start))
        page.say(
            Step(
                None,
                Relation(start, "=", eigenvalue.column(step.start)),
                _choice(eigenvalue, k, letters),
            ),
            (start, eigenvalue.column(step.start)),
            eigenvalue.is_eigenvector(A, start),
        )
        name = start
        if any(not c.is_zero for c in step.coefficients):
            name = letters.vector("orthogonal", eigenvalue.place + k)
            _gram_schmidt_lines(name, start, vectors, eigenvalue, step, page)
        vectors.append(Eigenvector(name, eigenvalue, step))
    return vectors


def _choice(eigenvalue: Eigenvalue, k: int, letters: Letters) -> Words:
    """``take x_2 = 1, x_3 = 0``: what the free unknowns are set to."""
    free, start = eigenvalue.space.space.free, eigenvalue.space.vectors[k].start
    nodes: list[Node] = []
    for j in free:
        nodes += [letters.scalar("unknown", j + 1), eigenvalue.entry(start[j])]
    parts = [f"{{{2 * i}}} = {{{2 * i + 1}}}" for i in range(len(free))]
    return Words("take " + ", ".join(parts), tuple(nodes))


def _gram_schmidt_lines(
    name: Node,
    start: Node,
    before: list[Eigenvector],
    eigenvalue: Eigenvalue,
    step: Orthogonalised,
    page: Page,
) -> None:
    """The part of a vector that is orthogonal to those before, cleared of fractions."""
    parts = [
        negative(multiply(eigenvalue.entry(c), other.name))
        for c, other in zip(step.coefficients, before, strict=True)
        if not c.is_zero
    ]
    scale = eigenvalue.root.field.node(step.scale)
    combination = multiply(scale, add(start, *parts))
    page.define(name, eigenvalue.meaning(step.vector))
    page.say(Step(None, Relation(name, "=", combination), "Gram-Schmidt"), (name, combination))
    column = eigenvalue.column(step.vector)
    page.say(Step(name, column, "work out"), (name, column))


def _orthogonality_lines(vectors: list[Eigenvector], page: Page) -> None:
    """``v_i'v_j = 0`` across eigenvalues, or one line for all pairs where there are many."""
    pairs = [
        (one.name, other.name)
        for k, one in enumerate(vectors)
        for other in vectors[k + 1 :]
        if one.eigenvalue is not other.eigenvalue
    ]
    reason = "different eigenvalues of a symmetric matrix"
    products = [multiply(transpose(one), other) for one, other in pairs]
    if len(products) <= MOST_PAIRS:
        for product, pair in zip(products, pairs, strict=True):
            page.say(Step(product, number(0), reason), _pythagoras(*pair))
        return
    page.say(
        Step(None, Words(f"vectors of {reason} are orthogonal"), "symmetry"),
        *(_pythagoras(*pair) for pair in pairs),
    )


def _pythagoras(one: Node, other: Node) -> tuple[Node, Node]:
    """That two vectors are orthogonal, as an equality whose sides are not zero."""
    square = number(2)
    return (
        elementwise_power(norm2(add(one, other)), square),
        add(elementwise_power(norm2(one), square), elementwise_power(norm2(other), square)),
    )


def _unit_line(k: int, vector: Eigenvector, letters: Letters, page: Page) -> None:
    """``q_k = v_k / |v_k|``."""
    unit = letters.vector("unit", k)
    eigenvalue, name = vector.eigenvalue, vector.name
    length = eigenvalue.length(vector.step.vector)
    page.define(unit, array([[x] for x in eigenvalue.unit(vector.step.vector)]))
    scaled = divide(name, length)
    page.say(
        Step(None, Relation(unit, "=", scaled), Words("divide by {0}", (norm2(name),))),
        (unit, scaled),
        (norm2(name), length),
    )


def _norm(vector: tuple[Poly, ...], root: Root) -> Node:
    """The norm of a vector, squares drawn out of the root."""
    square = inner_product(vector, vector, root.modulus, root.field)
    if square.degree() > 0:
        return sqrt(root.written(square))
    outside, rest = square_root(coefficients(square)[0], root.field)
    return multiply(root.field.node(outside), rest)


def _sum_of_squares(entries: list[Node]) -> Node:
    return add(*map(_square, entries))


def _square(entry: Node) -> Node:
    """The square, the number in front squared by itself."""
    coefficient, scalars, _ = split_product(entry)
    squares = [elementwise_power(scalar, number(2)) for scalar in scalars]
    return multiply(number(coefficient**2), *squares)
