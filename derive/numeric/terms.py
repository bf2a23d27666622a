"""The plan: operations on arrays, each distinct one made once, so shared work is shared.

A term's shape has no axes of length one: a scalar is ``()``, a vector (row or column) is
``(n,)``, a matrix ``(n, m)``.  ``spread`` is an array that is constant along some axes;
elementwise operations broadcast it and it is never filled in unless it is itself wanted.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

from derive.language.sizes import Dim, Shape, Size

TermShape: TypeAlias = tuple[Dim, ...]

#: Guesses used to order products when a size is symbolic: data are many, classes few.
TYPICAL_SIZES: Mapping[str, int] = {
    **dict.fromkeys(("n", "N", "m", "M", "T", "B", "batch"), 1000),
    **dict.fromkeys(("k", "K", "c", "C", "q", "r", "h"), 8),
}
TYPICAL_OTHER = 40


@dataclass(frozen=True, eq=False, slots=True)
class Term:
    """One operation: its name, arguments, shape and data; equal ones are one object."""

    op: str
    args: tuple[Term, ...]
    shape: TermShape
    data: Any
    is_constant: bool  # depends on no argument

    @property
    def kept(self) -> tuple[int, ...]:
        """Of a spread term, the axes along which it varies."""
        return tuple(self.data)

    @property
    def rank(self) -> int:
        """Number of axes: 0 scalar, 1 vector, 2 matrix."""
        return len(self.shape)


def squeeze(shape: Shape) -> TermShape:
    """The shape of a node without its axes of fixed length one."""
    return tuple(size for size in shape if size != 1)


def reshaped(terms: Terms, term: Term, shape: Shape) -> Term:
    """The entries row by row in another shape; axes of length one are left out."""
    return terms.reshape(term, squeeze(shape))


@dataclass
class Terms:
    """Makes terms; holds the one table of them and the sizes assumed when ordering."""

    typical: Mapping[str, int] = field(default_factory=dict)
    table: dict[Hashable, Term] = field(default_factory=dict)

    def make(
        self, op: str, args: Iterable[Term] = (), shape: TermShape = (), data: Hashable = None
    ) -> Term:
        """The one term with these parts."""
        args = tuple(args)
        key = (op, args, shape, data)
        if key not in self.table:
            is_constant = op not in {"argument", "index"} and all(arg.is_constant for arg in args)
            self.table[key] = Term(op, args, shape, data, is_constant)
        return self.table[key]

    # --- sizes ----------------------------------------------------------------------

    def guess(self, size: Dim) -> int:
        """The number assumed for a size when products are ordered."""
        if not isinstance(size, Size):
            return size
        known = {**TYPICAL_SIZES, **self.typical}
        return max(1, size.value({name: known.get(name, TYPICAL_OTHER) for name in size.names}))

    # --- leaves ---------------------------------------------------------------------

    def number(self, value: int | Fraction) -> Term:
        """An exact number."""
        return self.make("number", data=Fraction(value))

    def spread(self, source: Term, shape: TermShape, kept: tuple[int, ...]) -> Term:
        """`source` repeated along every axis of `shape` that is not in `kept`."""
        if source.shape == shape:
            return source
        return self.make("spread", (source,), shape, kept)

    @staticmethod
    def kept_axes(args: Iterable[Term], rank: int) -> tuple[int, ...]:
        """The axes along which an elementwise operation of these varies."""
        return tuple(sorted({axis for arg in args for axis in _axes(arg, rank)}))

    # --- elementwise ----------------------------------------------------------------

    def elementwise(
        self, op: str, args: Iterable[Term], shape: TermShape, data: Hashable = None
    ) -> Term:
        """An elementwise operation; what is constant along an axis is computed once."""
        args = tuple(args)
        kept = self.kept_axes(args, len(shape))
        if len(kept) == len(shape):
            return self.make(op, args, shape, data)
        sources = tuple(arg.args[0] if arg.op == "spread" else arg for arg in args)
        inner = tuple(shape[axis] for axis in kept)
        return self.spread(self.elementwise(op, sources, inner, data), shape, kept)

    def sum(self, terms: Iterable[Term], shape: TermShape) -> Term:
        """The sum; scalars that are added to an array are added to each other first."""
        terms = list(terms)
        small = [t for t in terms if not _axes(t, len(shape))]
        if shape and 1 < len(small) < len(terms):
            joined = self.sum([t.args[0] if t.op == "spread" else t for t in small], ())
            terms = [t for t in terms if t not in small] + [joined]
        if len(terms) == 1:
            return terms[0]
        first = next((k for k, t in enumerate(terms) if not _is_negative(t)), 0)
        ordered = [terms[first], *terms[:first], *terms[first + 1 :]]
        return self.elementwise("sum", ordered, shape)

    def negative(self, term: Term) -> Term:
        """Minus the term."""
        if term.op == "negative":
            return term.args[0]
        if term.op == "number":
            return self.number(-term.data)
        return self.elementwise("negative", (term,), term.shape)

    def times(self, left: Term, right: Term, shape: TermShape) -> Term:
        """The elementwise product; a factor 1 disappears, a sign moves out."""
        kept = self.kept_axes((left, right), len(shape))
        if len(kept) < len(shape):
            a, b = (t.args[0] if t.op == "spread" else t for t in (left, right))
            return self.spread(self.times(a, b, tuple(shape[k] for k in kept)), shape, kept)
        for one, other in ((left, right), (right, left)):
            if _is_one(one) and other.shape == shape:
                return other
        if left.op == "negative" or right.op == "negative":
            a, b = (t.args[0] if t.op == "negative" else t for t in (left, right))
            product = self.times(a, b, shape)
            return product if left.op == right.op else self.negative(product)
        if left is right:
            return self.elementwise("square", (left,), shape)
        return self.elementwise("times", (left, right), shape)

    def over(self, left: Term, right: Term, shape: TermShape) -> Term:
        """The elementwise quotient."""
        if _is_one(right) and left.shape == shape:
            return left
        if left.op == "negative":
            return self.negative(self.over(left.args[0], right, shape))
        if right.op == "negative":
            return self.negative(self.over(left, right.args[0], shape))
        return self.elementwise("over", (left, right), shape)

    def apply(self, name: str, term: Term) -> Term:
        """An elementwise function."""
        return self.elementwise("apply", (term,), term.shape, name)

    def whole_power(self, base: Term, exponent: int) -> Term:
        """A positive whole power by repeated squaring."""
        if exponent == 1:
            return base
        half = self.whole_power(base, exponent // 2)
        even = self.elementwise("square", (half,), base.shape)
        if exponent % 2 == 0:
            return even
        return self.elementwise("times", (even, base), base.shape)

    # --- linear ---------------------------------------------------------------------

    def transpose(self, term: Term) -> Term:
        """The transpose of a matrix; a vector is its own."""
        if term.rank < 2:
            return term
        if term.op == "transpose":
            return term.args[0]
        shape = (term.shape[1], term.shape[0])
        if term.op == "spread":
            return self.spread(term.args[0], shape, tuple(1 - axis for axis in term.kept))
        if term.op in {"eye", "diagonal_matrix", "cholesky_inverse"}:
            return term
        if term.op == "outer":
            return self.make("outer", term.args[::-1], shape)
        return self.make("transpose", (term,), shape)

    def reshape(self, term: Term, shape: TermShape) -> Term:
        """The entries row by row in another shape, here with axes of length one if given."""
        if term.op == "reshape":
            term = term.args[0]
        if term.shape == shape:
            return term
        if term.op == "spread" and not term.kept:
            return self.spread(term.args[0], shape, ())
        return self.make("reshape", (term,), shape)

    def diagonal_matrix(self, vector: Term, shape: TermShape) -> Term:
        """The diagonal matrix of a vector, or of equal entries."""
        if vector.rank == 0:
            return self.times(vector, self.make("eye", (), shape), shape)
        return self.make("diagonal_matrix", (vector,), shape)

    def matmul(self, left: Term, right: Term) -> Term:
        """The product of two matrices; the transpose of one made before is not made again."""
        turned = self.transpose(right), self.transpose(left)
        shape = (left.shape[0], right.shape[1])
        if turned != (left, right) and ("matmul", turned, shape[::-1], None) in self.table:
            return self.transpose(self.make("matmul", turned, shape[::-1]))
        return self.make("matmul", (left, right), shape)

    def inner(self, left: Term, right: Term) -> Term:
        """Sum of the products of the entries of two arrays of one shape."""
        if left.rank == 0:
            return self.times(left, right, ())
        if left.op == "spread" and not left.kept:
            return self.times(left.args[0], self.total(right), ())
        if right.op == "spread" and not right.kept:
            return self.inner(right, left)
        if left.op == "spread" and right.op == "spread":
            return self._inner_of_spreads(left, right)
        if left.rank == 2 and left.op == "spread":
            return self.inner(right, left)
        if left.rank == 2 and right.op == "spread":
            sums = "row_sums" if right.kept == (0,) else "column_sums"
            along = self.make(sums, (left,), right.args[0].shape)
            return self.inner(right.args[0], along)
        if left.rank == 2 and (left.op == "transpose" or right.op == "transpose"):
            flipped = self.transpose(left), self.transpose(right)
            if sum(t.op == "transpose" for t in flipped) < 1 + (left.op == right.op):
                left, right = flipped
        return self.make("inner", (left, right))

    def _inner_of_spreads(self, left: Term, right: Term) -> Term:
        """The inner product of matrices of equal rows or equal columns."""
        if left.kept != right.kept:
            return self.times(self.total(left.args[0]), self.total(right.args[0]), ())
        repeats = self.size(left.shape[1 - left.kept[0]])
        return self.times(repeats, self.inner(left.args[0], right.args[0]), ())

    def total(self, term: Term) -> Term:
        """Sum of all entries."""
        if term.rank == 0:
            return term
        if term.op == "spread":
            total = self.total(term.args[0])
            for axis, size in enumerate(term.shape):
                if axis not in term.kept:
                    total = self.times(self.size(size), total, ())
            return total
        if term.op in {"row_sums", "column_sums"}:
            return self.total(term.args[0])
        if term.op == "square":
            return self.inner(term.args[0], term.args[0])
        if term.op == "times" and all(a.shape == term.shape for a in term.args):
            return self.inner(*term.args)
        return self.make("total", (term,))

    def size(self, size: Dim) -> Term:
        """A size as a number."""
        return self.make("size", data=size) if isinstance(size, Size) else self.number(size)


def terms_below(roots: Iterable[Term]) -> list[Term]:
    """Every term below the roots once, arguments before users."""
    order: list[Term] = []
    seen: set[Term] = set()
    stack = [(root, False) for root in reversed(tuple(roots))]
    while stack:
        term, is_done = stack.pop()
        if is_done:
            order.append(term)
        elif term not in seen:
            seen.add(term)
            stack.append((term, True))
            stack.extend((arg, False) for arg in reversed(term.args) if arg not in seen)
    return order


def _is_negative(term: Term) -> bool:
    """Whether the text of a term begins with a minus."""
    source = term.args[0] if term.op == "spread" else term
    return source.op == "negative" or (source.op == "number" and source.data < 0)


def _axes(term: Term, rank: int) -> tuple[int, ...]:
    """The axes along which a term varies, in a result of `rank` axes."""
    if term.rank < rank:
        assert term.rank == 0, "only scalars broadcast without being spread"
        return ()
    if term.op == "spread":
        return term.kept
    return tuple(range(rank))


def _is_one(term: Term) -> bool:
    return term.op == "number" and term.data == 1
