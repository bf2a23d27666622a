"""Notation: what a way of writing must know how to spell; structure is in ``forms``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import ClassVar

from derive.errors import NoRuleError
from derive.language.expression import Node
from derive.language.functions import postorder
from derive.language.sizes import Dim, Shape
from derive.writing.forms import FORMS, Form
from derive.writing.functions import SPELLINGS, Spelling
from derive.writing.glossary import differential_stops, distinct_names, typed_name, words_of
from derive.writing.indexed import script_of, small_letter
from derive.writing.names import is_tight, split_name, unicode_name
from derive.writing.pieces import Level, Piece

BRACKETED = frozenset({"trace", "total"})  # functions whose argument opens with [ ] for ( )


class Notation(ABC):
    """One way of writing nodes.

    Parameters
    ----------
    leaves : iterable of symbols, constants and sizes
        All names of the page: no two are written alike, no function borrows a letter in use.
    """

    forms: ClassVar[Mapping[str, Form]] = FORMS
    decimals = False  # whether what was asked is written in decimals

    def __init__(self, leaves: Iterable[Node] = ()) -> None:
        leaves = tuple(leaves)
        self.taken = frozenset(split_name(s.name).base for s in leaves if s.op == "symbol")
        self._names = distinct_names(leaves, self.spelled, self.spelled_as_typed)
        self._looks: dict[str, set[str]] = {}
        for leaf in leaves:
            self._looks.setdefault(unicode_name(typed_name(leaf)), set()).add(typed_name(leaf))
        self.words = words_of(leaves)
        self._stops = differential_stops(leaves)
        self._pieces: dict[Node, Piece] = {}

    def write(self, node: Node) -> Piece:
        """The written node; every operator needs a row in `forms`."""
        if node not in self._pieces:
            for part in postorder(node):
                if part not in self._pieces:
                    if part.op not in self.forms:
                        raise NoRuleError(f"no form is known to write `{part.op}`")
                    self._pieces[part] = self.forms[part.op](part, self._pieces, self)
        return self._pieces[node]

    def leaf(self, node: Node) -> Piece:
        """A name as this page writes it."""
        body = self._names[node] if node in self._names else self.spelled(node)
        before, after = self._stops.get(node, (False, False))
        letter = unicode_name(typed_name(node))
        return Piece(
            body,
            stops_before=before,
            stops_after=after,
            letter=letter if is_tight(letter) else "",
        )

    def row(self, base: Node, i: Node) -> Piece | None:
        """Row i of a declared matrix, by the small letter of its name where that is free."""
        if base.op != "symbol":
            return None
        name = small_letter(base.name)
        is_kronecker = name != base.name and split_name(name).base == "delta"
        is_unclear = self.means_another(base, base.name, ())
        if is_kronecker or is_unclear or self.means_another(base, name, (i.name,)):
            return None
        return self.name_with_index(name, (i.name,), is_vector=True)

    def indexed(self, base: Node, piece: Piece, indices: Sequence[Node]) -> Piece:
        """An entry of a node: of a symbol by its name, where no other is written like it."""
        names = tuple(i.name for i in indices)
        if base.op != "symbol":
            return self.with_index(piece, names)
        if self.means_another(base, base.name, names):
            return self.with_index(replace(piece, level=Level.SUM), names)
        return self.name_with_index(base.name, names, is_vector=False)

    def means_another(self, base: Node, name: str, indices: Sequence[str]) -> bool:
        """Whether a name, or the name with its indices, is that of something else."""
        with_indices = "_".join([name, *script_of(indices)])
        return any(
            self._looks.get(unicode_name(written), {base.name}) != {base.name}
            for written in (name, with_indices)
        )

    @property
    def unit_letter(self) -> str:
        """What unit vectors are called: ``e``, but a word beside entries or rows of that name."""
        return "unit" if {"e", "E"} & self.taken else "e"

    def delta(self, i: Node, j: Node) -> Piece | None:
        """Kronecker's delta for ``e_i'e_j``, where its letter is free."""
        if "delta" in self.taken:
            return None
        return self.name_with_index("delta", (i.name, j.name), is_vector=False)

    def hides_a_name(self, body: str) -> bool:
        """Whether what is written here is the name of something else."""
        return body in self._names.values()

    def spelling(self, function: str) -> Spelling:
        """The row of a function; its plain name stands in for a letter already taken."""
        if function not in SPELLINGS:
            raise NoRuleError(f"no spelling is known for the function `{function}`")
        row = SPELLINGS[function]
        if row.clash and row.clash in self.taken:
            return replace(row, unicode=row.plain, latex=rf"\operatorname{{{row.plain}}}")
        return row

    def term(self, term: Piece) -> Piece:
        """A term of a sum, enclosed where it is a sum itself; its sign stays outside."""
        if term.level > Level.SUM:
            return term
        return replace(term, body=self.enclosed(replace(term, negative=False)))

    def factor(self, piece: Piece, is_first: bool, is_last: bool) -> str:
        """A factor of a product, enclosed unless it can stand where it is."""
        if is_first and is_last:
            return self.signed(piece)
        loose_end = piece.level in (Level.PRODUCT, Level.PREFIX)
        if not piece.negative and (
            piece.level >= Level.DIFFERENTIAL
            or (loose_end and is_last)
            or (piece.level == Level.QUOTIENT and (is_first or self.stacks_fractions))
        ):
            return piece.body
        return self.enclosed(piece)

    def argument(self, function: str, argument: Piece) -> Piece:
        """An argument; a group that opens it has square brackets: tr([A + B] C)."""
        body = argument.body
        if argument.negative or not body.startswith("(") or function not in BRACKETED:
            return argument
        end = closing_place(body)
        if end == len(body) - 1:
            return argument
        return replace(argument, body=f"[{body[1:end]}]{body[end + 1 :]}")

    def at_least(self, piece: Piece, level: Level) -> str:
        """The piece, enclosed if it is negative or looser than `level`."""
        if piece.negative or piece.level < level:
            return self.enclosed(piece)
        return piece.body

    stacks_fractions: ClassVar[bool] = False  # whether fractions are written on two floors

    # --- leaves -----------------------------------------------------------------------

    @abstractmethod
    def spelled(self, leaf: Node) -> str:
        """A symbol, a constant or a size by itself."""

    @abstractmethod
    def spelled_as_typed(self, leaf: Node) -> str:
        """The name as it is typed, where another is spelled like it."""

    @abstractmethod
    def symbol(self, node: Node) -> Piece:
        """A declared name."""

    @abstractmethod
    def name_with_index(self, name: str, indices: Sequence[str], is_vector: bool) -> Piece:
        """A name with indices below it."""

    @abstractmethod
    def with_index(self, piece: Piece, indices: Sequence[str]) -> Piece:
        """An entry of what has no name."""

    @abstractmethod
    def sum_over(self, term: Piece, i: Node, is_plain: bool) -> Piece:
        """A sum over an index; where it is plain the range goes without saying."""

    @abstractmethod
    def whole(self, value: int) -> Piece:
        """A whole number that is not negative."""

    @abstractmethod
    def constant(self, name: str) -> Piece:
        """pi, e, euler_gamma, infinity."""

    @abstractmethod
    def size(self, size: Dim) -> Piece:
        """A size used as a number."""

    @abstractmethod
    def eye(self, size: Dim) -> Piece:
        """The identity."""

    @abstractmethod
    def ones(self, shape: Shape) -> Piece:
        """All ones."""

    @abstractmethod
    def zero(self, shape: Shape) -> Piece:
        """All zeros."""

    # --- arithmetic -------------------------------------------------------------------

    @abstractmethod
    def signed(self, piece: Piece) -> str:
        """The body with its sign."""

    @abstractmethod
    def enclosed(self, piece: Piece) -> str:
        """The signed body in parentheses."""

    @abstractmethod
    def sum(self, terms: Sequence[Piece]) -> Piece:
        """Terms joined by plus and minus signs."""

    @abstractmethod
    def juxtapose(self, factors: Sequence[Piece]) -> Piece:
        """A product of one or more factors."""

    @abstractmethod
    def fraction(self, above: Sequence[Piece], below: Sequence[Piece]) -> Piece:
        """Products over each other; `above` may be empty."""

    @abstractmethod
    def elementwise_product(self, factors: Sequence[Piece]) -> Piece:
        """Hadamard product; reciprocals after the first factor are divided by."""

    @abstractmethod
    def power(self, base: Piece, exponent: Piece) -> Piece:
        """A power of a scalar or of a square matrix."""

    @abstractmethod
    def elementwise_power(self, base: Piece, exponent: Piece) -> Piece:
        """Each entry to a power."""

    @abstractmethod
    def root(self, radicand: Piece) -> Piece:
        """The square root."""

    @abstractmethod
    def transpose(self, base: Piece, is_differential: bool) -> Piece:
        """The transpose."""

    @abstractmethod
    def inverse(self, base: Piece, is_transposed: bool) -> Piece:
        """The inverse, or the inverse of the transpose."""

    @abstractmethod
    def pseudoinverse(self, base: Piece) -> Piece:
        """The pseudo-inverse."""

    # --- functions --------------------------------------------------------------------

    @abstractmethod
    def call(
        self, function: str, argument: Piece, is_simple: bool, brackets: bool = False
    ) -> Piece:
        """A function of ``SPELLINGS``; a simple argument may go without parentheses.

        `brackets` are square: those of a function of a matrix as a whole.
        """

    @abstractmethod
    def derivative(self, letter: str, function: str, arguments: Sequence[Piece]) -> Piece:
        """The derivative of a matrix function at the first argument along the others."""

    @abstractmethod
    def pseudo_inverse(self, base: Piece, is_transposed: bool) -> Piece:
        """The Moore-Penrose inverse."""

    @abstractmethod
    def places(self, sign: str) -> Piece:
        """1 where the row and the column compare by the sign, else 0."""

    @abstractmethod
    def polygamma(self, order: int, argument: Piece) -> Piece:
        """A derivative of the digamma function."""

    @abstractmethod
    def bessel(self, order: Piece, is_number: bool, argument: Piece) -> Piece:
        """A modified Bessel function of the first kind."""

    @abstractmethod
    def zeta(self, times: int, argument: Piece) -> Piece:
        """A derivative of the zeta function, or the function itself."""

    @abstractmethod
    def listed(self, function: str, arguments: Sequence[Piece]) -> Piece:
        """A function of ``SPELLINGS`` of several arguments."""

    @abstractmethod
    def kronecker(self, left: Piece, right: Piece, is_chain: bool) -> Piece:
        """A Kronecker product; in a chain the left factor is one itself."""

    @abstractmethod
    def place_of(self, argument: Piece, extreme: Piece) -> Piece:
        """1 where the argument is its extreme, else 0."""

    def block(self, rows: Sequence[Sequence[Piece]]) -> Piece:
        """A matrix of blocks."""
        return self.array(rows)

    @abstractmethod
    def part(self, whole: Piece, inside: Shape, offset: Shape, shape: Shape) -> Piece:
        """Rows and columns in sequence of a matrix of shape `inside`, counted from one."""

    def ranges(self, inside: Shape, offset: Shape, shape: Shape) -> list[tuple[Dim, Dim]]:
        """The first and the last row and column; those of a vector's one column are left out."""
        sizes = zip(inside, offset, shape, strict=True)
        return [(first + 1, first + count) for size, first, count in sizes if size != 1]

    @abstractmethod
    def unvec(self, argument: Piece, shape: Shape) -> Piece:
        """The matrix of a shape whose stacked columns are the argument."""

    @abstractmethod
    def commutation(self, rows: Dim, columns: Dim) -> Piece:
        """The commutation matrix of matrices of a shape."""

    @abstractmethod
    def absolute(self, argument: Piece) -> Piece:
        """The absolute value of a scalar."""

    @abstractmethod
    def norm(self, argument: Piece, index: str) -> Piece:
        """A norm with index ``2``, ``1``, ``F``, ``inf``, ``spectral`` or ``*`` (nuclear)."""

    @abstractmethod
    def indicator(self, left: Piece, sign: str, right: Piece) -> Piece:
        """1 where two sides compare by a sign of ``relations.SIGNS``, else 0."""

    @abstractmethod
    def array(self, rows: Sequence[Sequence[Piece]]) -> Piece:
        """An explicit matrix."""

    @abstractmethod
    def differential(self, argument: Piece, of: Node) -> Piece:
        """d of the argument."""

    @abstractmethod
    def nabla(self, function: Piece, variable: Piece, is_one_of_several: bool, mark: str) -> Piece:
        """The gradient of a function in a variable, perhaps beside others or in a structure."""

    @abstractmethod
    def jacobian(self, function: Piece, variable: Piece, is_by_scalar: bool) -> Piece:
        """The Jacobian of a function in a variable."""

    @abstractmethod
    def directional(self, function: Piece, direction: Piece, order: int) -> Piece:
        """The derivative of a function in a direction, of any order."""

    @abstractmethod
    def hessian(self, function: Piece, variables: Sequence[Piece], is_by_scalar: bool) -> Piece:
        """The second derivatives in one variable, or one block in two; the last may be a scalar."""

    @abstractmethod
    def expectation(self, argument: Piece, law: str) -> Piece:
        """The mean under a law."""

    # --- relations and prose ----------------------------------------------------------

    @abstractmethod
    def relation_sign(self, sign: str) -> str:
        """A sign of ``relations.SIGNS``, without spaces."""

    @abstractmethod
    def prose(self, text: str) -> str:
        """Words, made safe for the notation."""

    def rational(self, value: Fraction) -> Piece:
        """A rational number."""
        magnitude = abs(value)
        above = [self.whole(magnitude.numerator)]
        if magnitude.denominator == 1:
            piece = above[0]
        else:
            piece = self.fraction(above, [self.whole(magnitude.denominator)])
        return piece.negated() if value < 0 else piece


def closing_place(text: str) -> int:
    """Where the parenthesis that opens the text is closed."""
    depth = 0
    for k, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return k
    return len(text) - 1
