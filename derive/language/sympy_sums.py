"""Sums over matrix entries, as SymPy writes the entry of a 1 x 1 product, back as products.

SymPy turns ``(w.T*S*w)[0, 0]`` into ``Sum(S[i, j]*w[i, 0]*w[j, 0], ...)``.  Here a factor
with indices is a matrix whose rows and columns carry them; a sum over an index that occurs
in two factors is a product, over one that occurs in one factor a product with ones, and
over one that occurs in more an elementwise product first.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import sympy
from sympy import Expr, Integer, Symbol
from sympy.matrices.expressions.matexpr import MatrixElement

from derive.errors import NoRuleError
from derive.language import functions as build
from derive.language.expression import (
    Node,
    add,
    chain_of,
    elementwise_power,
    multiply,
    number,
    ones,
    product,
    size_node,
    transpose,
)
from derive.language.sizes import Dim
from derive.language.sympy_elementwise import NAMES
from derive.language.sympy_order import ordered_terms
from derive.language.sympy_shapes import shape_of, size_of


class Converter(Protocol):
    """What turns an expression without indices into a node."""

    def node(self, expr: Expr) -> Node:
        """The node of an expression."""
        ...


@dataclass(frozen=True)
class Indexed:
    """The entries ``node[row, column]``; None where the node has only one row or column."""

    node: Node
    row: Symbol | None = None
    column: Symbol | None = None

    @property
    def indices(self) -> tuple[Symbol, ...]:
        """The indices it carries."""
        return tuple(i for i in (self.row, self.column) if i is not None)

    def turned(self) -> Indexed:
        """The same entries, transposed."""
        return Indexed(transpose(self.node), self.column, self.row)

    def along(self, index: Symbol) -> Indexed:
        """The same entries with this index on the rows."""
        return self if self.row == index else self.turned()


def summed(converter: Converter, expr: sympy.Sum) -> Node:
    """The scalar node of a sum over whole ranges of matrix entries.

    Raises
    ------
    NoRuleError
        The sum runs over part of a range, or its body is no product of entries.
    """
    result = _Reader(converter, expr).sum(expr, {})
    if result.indices:
        raise _refusal(expr)
    return result.node


def has_fewer_transposes(node: Node, other: Node) -> bool:
    """Whether a chain is written with fewer transposed factors than another."""
    return _transposes(node) < _transposes(other)


def _transposes(node: Node) -> int:
    """How many factors of the chain are transposed; a lone row vector counts."""
    factors = chain_of(node) or (node,)
    return sum(part.op == "transpose" for f in factors for part in (f, *f.args[:1]))


def _upright(node: Node) -> Node:
    """A scalar chain, read from the end where it has fewer transposes."""
    flipped = product(Fraction(1), (), [transpose(f) for f in reversed(chain_of(node))])
    return flipped if chain_of(node) and has_fewer_transposes(flipped, node) else node


def _refusal(expr: Expr) -> NoRuleError:
    text = str(expr)
    return NoRuleError(
        f"no meaning is known for SymPy's {type(expr).__name__}: {text[:120]}\n"
        f"  to fix   : write it with matrices, as w.T*S*w or total(...)"
    )


class _Reader:
    def __init__(self, converter: Converter, whole: Expr):
        self.converter, self.whole = converter, whole

    def sum(self, expr: sympy.Sum, ranges: dict[Symbol, Dim]) -> Indexed:
        inner = dict(ranges)
        bound = []
        for index, lower, upper in expr.limits:
            if lower != 0 or index in inner:
                raise _refusal(self.whole)
            inner[index] = size_of(upper + 1)
            bound.append(index)
        parts = self._parts(expr.function, inner)
        for index in bound:
            parts = self._without(index, parts, inner[index])
        return self._merged(parts)

    def _parts(self, expr: Expr, ranges: dict[Symbol, Dim]) -> list[Indexed]:
        """The factors of a product, each with its indices."""
        parts: list[Indexed] = []
        for factor in sympy.Mul.make_args(expr):
            repeats = 1
            if isinstance(factor, sympy.Pow) and factor.exp == 2:
                factor, repeats = factor.base, 2
            parts.extend([self._factor(factor, ranges)] * repeats)
        return parts

    def _factor(self, expr: Expr, ranges: dict[Symbol, Dim]) -> Indexed:
        if not expr.free_symbols & ranges.keys() and not isinstance(expr, sympy.Sum):
            return Indexed(self.converter.node(expr))
        if isinstance(expr, MatrixElement):
            return self._element(expr, ranges)
        if isinstance(expr, sympy.Sum):
            return self.sum(expr, ranges)
        if isinstance(expr, sympy.Add):
            return self._addition(expr, ranges)
        if isinstance(expr, sympy.Mul):
            return self._merged(self._parts(expr, ranges))
        if isinstance(expr, sympy.Pow) and not expr.exp.free_symbols & ranges.keys():
            base = self._factor(expr.base, ranges)
            exponent = self.converter.node(expr.exp)
            return Indexed(elementwise_power(base.node, exponent), base.row, base.column)
        if type(expr) in NAMES and len(expr.args) == 1:
            inner = self._factor(expr.args[0], ranges)
            return Indexed(build.elementwise(NAMES[type(expr)], inner.node), *self._ends(inner))
        raise _refusal(self.whole)

    @staticmethod
    def _ends(part: Indexed) -> tuple[Symbol | None, Symbol | None]:
        return part.row, part.column

    def _element(self, expr: MatrixElement, ranges: dict[Symbol, Dim]) -> Indexed:
        shape = shape_of(expr.parent)
        ends: list[Symbol | None] = []
        for index, size in zip((expr.i, expr.j), shape, strict=True):
            if isinstance(index, Integer) and index == 0 and size == 1:
                ends.append(None)
            elif index in ranges and ranges[index] == size:
                ends.append(index)
            else:
                raise _refusal(self.whole)
        node = self.converter.node(expr.parent)
        if ends[0] is not None and ends[0] == ends[1]:
            return Indexed(build.diagonal_vector(node), ends[0])
        return Indexed(node, ends[0], ends[1])

    def _addition(self, expr: sympy.Add, ranges: dict[Symbol, Dim]) -> Indexed:
        terms = [self._factor(term, ranges) for term in ordered_terms(expr, expr.args)]
        widest = max(terms, key=lambda term: len(term.indices))
        return Indexed(add(*(self._spread(t, widest) for t in terms)), *self._ends(widest))

    def _spread(self, term: Indexed, target: Indexed) -> Node:
        """A term as an array with the indices of the target."""
        if self._ends(term) == self._ends(target):
            return term.node
        if self._ends(term.turned()) == self._ends(target):
            return term.turned().node
        if not term.indices:
            from_ones = elementwise_power(target.node, number(0))
            return multiply(term.node, from_ones)
        raise _refusal(self.whole)

    def _without(self, index: Symbol, parts: list[Indexed], size: Dim) -> list[Indexed]:
        """The parts with one index summed over."""
        touched = [part for part in parts if index in part.indices]
        others = [part for part in parts if index not in part.indices]
        vectors = [p.along(index) for p in touched if len(p.indices) == 1]
        matrices = [p for p in touched if len(p.indices) == 2]
        if len(vectors) > 1 and len(touched) > 2:
            vectors = [Indexed(build.hadamard(*(v.node for v in vectors)), index)]
        touched = [*matrices, *vectors]
        if not touched:
            return [*others, Indexed(multiply(size_node(size)))]
        if len(touched) == 1:
            return [*others, self._collapsed(touched[0], index)]
        if len(touched) != 2:
            raise _refusal(self.whole)
        left, right = touched[0].along(index).turned(), touched[1].along(index)
        joined = multiply(left.node, right.node)
        return [*others, Indexed(_upright(joined), left.row, right.column)]

    def _collapsed(self, part: Indexed, index: Symbol) -> Indexed:
        if len(part.indices) == 1:
            return Indexed(build.total(part.node))
        turned = part.along(index).turned()
        row_of_ones = ones(turned.node.shape[1])
        return Indexed(multiply(turned.node, row_of_ones), turned.row)

    def _merged(self, parts: list[Indexed]) -> Indexed:
        """One indexed node from factors, if they carry the same indices."""
        scalars = [part.node for part in parts if not part.indices]
        arrays = [part for part in parts if part.indices]
        if not arrays:
            return Indexed(multiply(*scalars) if scalars else number(1))
        target = max(arrays, key=lambda part: len(part.indices))
        if len(arrays) == 2 and all(len(a.indices) == 1 for a in arrays):
            first, second = arrays
            if first.indices != second.indices:
                left, right = first.along(first.indices[0]), second.along(second.indices[0])
                outer = multiply(*scalars, left.node, transpose(right.node))
                return Indexed(outer, left.row, right.row)
        nodes = [self._spread(part, target) for part in arrays]
        return Indexed(build.hadamard(*scalars, *nodes), *self._ends(target))
