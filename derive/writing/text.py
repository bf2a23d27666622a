"""Text for a terminal: aligned Unicode on one baseline, with an ASCII fallback."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

from derive.language.expression import Node, constant, size_node
from derive.language.sizes import Dim, Shape, Size
from derive.writing.alphabets import ASCII, UNICODE
from derive.writing.glossary import factors_of_formulas, leaves_of, spelling_a_word, typed_name
from derive.writing.indexed_spelling import IndexedText
from derive.writing.names import (
    ascii_name,
    is_tight,
    lowered_name,
    unicode_name,
    with_layers,
)
from derive.writing.pieces import Level, Piece
from derive.writing.prose import ascii_prose, unicode_prose
from derive.writing.text_derivatives import TextDerivatives
from derive.writing.text_matrices import RAISED, TextMatrices

_CONSTANTS = {"pi": "π", "euler_gamma": "γ", "infinity": "∞"}
_NUMBER = re.compile(r"[0-9]+(?![0-9_₀-ₜ])")  # not the vector 1ₙ
_SCRIPT = re.compile(r"\^(-?\w+|\([^()]*\))$|[|‖]_[\w*∞]+$")  # of a power, of a norm
_ENTRY = re.compile(r"\)_\w+$")  # of a group
_LIFTED = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ₀₁₂₃₄₅₆₇₈₉")


class TextNotation(IndexedText, TextMatrices, TextDerivatives):
    """One line of text.

    Parameters
    ----------
    leaves : iterable of symbols, constants and sizes
        All names of the page.
    unicode : bool
        Unicode, or ASCII only.
    factors : container of str
        The names that stand as numbers in formulas: beside a factor ``d`` every differential
        but ``dX`` has parentheses.
    """

    def __init__(
        self, leaves: Iterable[Node] = (), unicode: bool = True, factors: Container[str] = ()
    ) -> None:
        self.unicode = unicode
        self.is_beside_d = "d" in factors
        self.glyphs = UNICODE if unicode else ASCII
        super().__init__(leaves)

    # --- leaves -----------------------------------------------------------------------

    def spelled(self, leaf: Node) -> str:
        if leaf.op == "symbol" and self.unicode:
            return unicode_name(leaf.name)
        if leaf.op == "constant" and self.unicode:
            return _CONSTANTS.get(leaf.data) or typed_name(leaf)
        if leaf.op == "size" and self.unicode:
            return with_layers(typed_name(leaf), unicode_name)
        return self.spelled_as_typed(leaf)

    def spelled_as_typed(self, leaf: Node) -> str:
        return typed_name(leaf) if self.unicode else ascii_name(typed_name(leaf))

    def symbol(self, node: Node) -> Piece:
        piece = self.leaf(node)
        return replace(piece, spaced=not is_tight(piece.body))

    def whole(self, value: int) -> Piece:
        return Piece(str(value))

    def constant(self, name: str) -> Piece:
        return self.symbol(constant(name))

    def size(self, size: Dim) -> Piece:
        if isinstance(size, Size) and size.name is None:
            return Piece(self._sized(size).replace("*", ""), Level.SUM)
        return self.symbol(size_node(size))

    def eye(self, size: Dim) -> Piece:
        return Piece("I") if "I" not in self.taken else Piece(f"I_{size}", spaced=True)

    def ones(self, shape: Shape) -> Piece:
        if shape[0] == 1:
            return self.transpose(self.ones((shape[1], 1)), is_differential=False)
        sizes = [self._sized(size) for size in shape if size != 1]
        if not self.unicode:
            return Piece(f"ones({', '.join(sizes)})", spaced=True)
        lowered = "ₓ".join(map(lowered_name, sizes))
        if all(map(lowered_name, sizes)):
            return Piece(f"1{lowered}")
        subscript = "×".join(sizes)
        is_name = subscript.isidentifier() or is_tight(subscript)
        script = subscript if is_name else f"({subscript})"
        return Piece(f"1_{script}", spaced=True)

    def _sized(self, size: Dim) -> str:
        return with_layers(str(size), unicode_name if self.unicode else ascii_name)

    def zero(self, shape: Shape) -> Piece:
        return Piece("0")

    # --- arithmetic -------------------------------------------------------------------

    def signed(self, piece: Piece) -> str:
        return (self.glyphs.minus if piece.negative else "") + piece.body

    def enclosed(self, piece: Piece) -> str:
        return f"({self.signed(piece)})"

    def sum(self, terms: Sequence[Piece]) -> Piece:
        text = self.signed(self.term(terms[0]))
        for term in map(self.term, terms[1:]):
            text += f" {self.glyphs.minus if term.negative else '+'} {term.body}"
        return Piece(text, Level.SUM, spaced=True)

    def juxtapose(self, factors: Sequence[Piece]) -> Piece:
        if len(factors) == 1:
            return factors[0]
        last = len(factors) - 1
        bodies = [self.factor(f, k == 0, k == last) for k, f in enumerate(factors)]
        airy = any(f.level == Level.DIFFERENTIAL for f in factors)
        parted = spelling_a_word([f.letter for f in factors], self.words)
        stands_off = [
            k in parted or (f.spaced and (b[0] != "(" or f.level == Level.QUOTIENT))
            for k, (f, b) in enumerate(zip(factors, bodies, strict=True))
        ]
        text = bodies[0]
        for k, body in enumerate(bodies[1:], start=1):
            apart = airy or stands_off[k - 1] or stands_off[k]
            before = factors[k - 1]
            stop = before.stops_after or factors[k].stops_before
            digits = body[0].isdecimal() and text[-1].isdecimal()
            number = before.level == Level.QUOTIENT and _NUMBER.match(body)
            if stop or digits or number:
                text += self.glyphs.dot + body
            else:
                text += (" " if apart else self._gap(text, body)) + body
        return Piece(
            text,
            Level.PRODUCT,
            spaced=" " in _without_groups(text),
            stops_before=factors[0].stops_before,
        )

    def _gap(self, done: str, body: str) -> str:
        """What stands between two factors that could touch."""
        bar = self.glyphs.bar[0]
        could_touch = (
            body[0] == bar == done.rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹")[-1:],
            done[-1] == bar and body[0].isalpha(),
            body[0].isdigit() and done[-1] in _LIFTED,
            done.endswith((")ᵀ", ")'")) and body[0] != "(",
            _SCRIPT.search(done) and body[0].isalnum(),
            _ENTRY.search(done) and body[0] == "(",
            done.endswith(("⁻¹", "⁻ᵀ", "^-1", "^-T")),
        )
        return " " if any(could_touch) else ""

    def fraction(self, above: Sequence[Piece], below: Sequence[Piece]) -> Piece:
        numerator = self.juxtapose(above) if above else self.whole(1)
        denominator = self.juxtapose(below)
        top = self.at_least(numerator, Level.PRODUCT)
        if numerator.level == Level.PREFIX or numerator.level == Level.QUOTIENT:
            top = self.enclosed(numerator)
        return Piece(
            f"{top}/{self.at_least(denominator, Level.POWER)}", Level.QUOTIENT, spaced=True
        )

    def elementwise_product(self, factors: Sequence[Piece]) -> Piece:
        bodies = [self._entry(factors[0])]
        for factor in factors[1:]:
            bodies.append(self.glyphs.divided if factor.below else self.glyphs.circle)
            bodies.append(self._entry(factor.below or factor))
        tight = self.unicode and not any(" " in b and b[0] != "(" for b in bodies)
        plain = tight and not any(b[0].isalpha() and b[-1] == ")" for b in bodies)
        return Piece(("" if plain else " ").join(bodies), Level.ELEMENTWISE, spaced=not plain)

    def _entry(self, piece: Piece) -> str:
        """A factor of an elementwise product: products are enclosed, transposes are not."""
        return self.at_least(piece, Level.DIFFERENTIAL)

    def power(self, base: Piece, exponent: Piece) -> Piece:
        body = self.at_least(base, Level.ATOM)
        raised = self._raised(exponent)
        return replace(
            base,
            body=body + raised,
            negative=False,
            level=Level.POWER,
            below=None,
            entrywise=None,
            spaced=base.spaced or "^" in raised,
        )

    def _raised(self, exponent: Piece) -> str:
        if self.unicode and exponent.body.isdigit():
            return ("⁻" if exponent.negative else "") + exponent.body.translate(RAISED)
        if exponent.negative and exponent.body.isdigit():
            return f"^{self.signed(exponent)}"
        return f"^{self.at_least(exponent, Level.ATOM)}"

    def elementwise_power(self, base: Piece, exponent: Piece) -> Piece:
        body = self.at_least(base, Level.ATOM)
        if not self.unicode:
            return Piece(f"{body}.^{self.at_least(exponent, Level.ATOM)}", Level.POWER, spaced=True)
        return Piece(f"{body}{self.glyphs.circle}{self._raised(exponent)}", Level.POWER)

    def root(self, radicand: Piece) -> Piece:
        if self.unicode and radicand.level == Level.ATOM and not radicand.spaced:
            body = self.at_least(radicand, Level.ATOM)
            return Piece(f"√{body}", Level.POWER, stops_after=True)  # √a·b is not √(ab)
        if self.unicode:
            return Piece(f"√({self.signed(radicand)})", Level.POWER, spaced=True)
        return Piece(f"sqrt({self.signed(radicand)})", spaced=True)

    def transpose(self, base: Piece, is_differential: bool) -> Piece:
        least = Level.DIFFERENTIAL if is_differential else Level.ATOM
        mark = "ᵀ" if self.unicode else "'"
        level = Level.DIFFERENTIAL if is_differential else Level.POWER
        body = self.at_least(base, least)
        return Piece(
            body + mark, level, spaced=base.spaced and body[0] != "(", stops_after=base.stops_after
        )

    def inverse(self, base: Piece, is_transposed: bool) -> Piece:
        body = self.at_least(base, Level.ATOM)
        if self.unicode:
            return Piece(body + ("⁻ᵀ" if is_transposed else "⁻¹"), Level.POWER, spaced=True)
        return Piece(body + ("^-T" if is_transposed else "^-1"), Level.POWER, spaced=True)

    def pseudoinverse(self, base: Piece) -> Piece:
        body = self.at_least(base, Level.ATOM)
        return Piece(body + ("⁺" if self.unicode else "^+"), Level.POWER, spaced=True)

    # --- functions --------------------------------------------------------------------

    def call(
        self, function: str, argument: Piece, is_simple: bool, brackets: bool = False
    ) -> Piece:
        row = self.spelling(function)
        name = row.unicode if self.unicode else row.ascii or row.plain
        if row.bare and is_simple and argument.stands_bare:
            return Piece(f"{name} {argument.body}", Level.PREFIX, spaced=True)
        if brackets:
            return Piece(f"{name}[{self.signed(argument)}]", spaced=True)
        level = Level.PREFIX if " " in name else Level.ATOM
        return Piece(
            f"{name}({self.signed(self.argument(function, argument))})", level, spaced=True
        )

    def listed(self, function: str, arguments: Sequence[Piece]) -> Piece:
        row = self.spelling(function)
        name = row.unicode if self.unicode else row.ascii or row.plain
        return Piece(f"{name}({self._listed(arguments)})", spaced=True)

    def kronecker(self, left: Piece, right: Piece, is_chain: bool) -> Piece:
        if not self.unicode:
            return self.listed("kron", [left, right])
        first = left.body if is_chain else self._entry(left)
        return Piece(f"{first} ⊗ {self._entry(right)}", Level.ELEMENTWISE, spaced=True)

    def place_of(self, argument: Piece, extreme: Piece) -> Piece:
        return Piece(f"1[{self.signed(argument)} = {self.signed(extreme)}]", spaced=True)

    def block(self, rows: Sequence[Sequence[Piece]]) -> Piece:
        return Piece("[" + "; ".join(map(self._listed, rows)) + "]", spaced=True)

    def part(self, whole: Piece, inside: Shape, offset: Shape, shape: Shape) -> Piece:
        ranges = [
            f"{first}" if first == last else f"{first}:{last}"
            for first, last in self.ranges(inside, offset, shape)
        ]
        return Piece(f"{self.at_least(whole, Level.ATOM)}[{', '.join(ranges)}]", spaced=True)

    def unvec(self, argument: Piece, shape: Shape) -> Piece:
        return self.listed("unvec", [argument, *map(self.size, shape)])

    def commutation(self, rows: Dim, columns: Dim) -> Piece:
        sizes = [str(rows), str(columns)]
        lowered = [lowered_name(size) for size in sizes]
        if not self.unicode or "K" in self.taken:
            return Piece(f"commutation({', '.join(sizes)})", spaced=True)
        if all(lowered) and all(len(size) == 1 for size in sizes):
            return Piece(f"K{''.join(lowered)}", spaced=True)
        return Piece(f"K_({', '.join(sizes)})", spaced=True)

    def absolute(self, argument: Piece) -> Piece:
        return Piece(f"|{self.signed(argument)}|", spaced=True)

    def norm(self, argument: Piece, index: str) -> Piece:
        bar = self.glyphs.bar
        subscript = {"1": "₁", "2": "", "F": "_F", "inf": "_∞", "spectral": "₂", "*": "_*"}[index]
        if not self.unicode:
            ascii_names = {"1": "_1", "2": "", "F": "_F", "inf": "_inf", "spectral": "_2"}
            subscript = ascii_names.get(index, "_*")
        return Piece(f"{bar}{self.signed(argument)}{bar}{subscript}")

    def indicator(self, left: Piece, sign: str, right: Piece) -> Piece:
        body = f"{self.signed(left)} {self.relation_sign(sign)} {self.signed(right)}"
        return Piece(f"1[{body}]", spaced=True)

    def array(self, rows: Sequence[Sequence[Piece]]) -> Piece:
        if len(rows) == 1:
            return Piece(f"({self._listed(rows[0])})", spaced=True)
        if len(rows[0]) == 1:
            column = f"({self._listed([row[0] for row in rows])})"
            return Piece(column + ("ᵀ" if self.unicode else "'"), Level.POWER, spaced=True)
        return Piece("[" + "; ".join(map(self._listed, rows)) + "]", spaced=True)

    def _listed(self, entries: Sequence[Piece]) -> str:
        return ", ".join(map(self.signed, entries))

    def expectation(self, argument: Piece, law: str) -> Piece:
        return Piece(f"E_{self.prose(law)}[{self.signed(argument)}]", spaced=True)

    # --- relations and prose ----------------------------------------------------------

    def relation_sign(self, sign: str) -> str:
        return dict(self.glyphs.signs).get(sign, sign)

    def prose(self, text: str) -> str:
        return unicode_prose(text) if self.unicode else ascii_prose(text)


def _without_groups(text: str) -> str:
    """The text without what stands in its outermost parentheses."""
    depth, kept = 0, []
    for letter in text:
        depth -= letter in ")]"
        if not depth:
            kept.append(letter)
        depth += letter in "(["
    return "".join(kept)


def text(node: Node, unicode: bool = True) -> str:
    """A node as one line of text for a terminal.

    Parameters
    ----------
    node : Node
        Any shape.
    unicode : bool
        Unicode (``Xᵀ(Xw − y)``) or ASCII only (``X'(Xw - y)``).

    Returns
    -------
    str

    Raises
    ------
    NoRuleError
        A node has an operator without a form.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> from derive.language.sizes import Size
    >>> X, w = symbol("X", (Size.named("n"), 2)), symbol("w", (2, 1))
    >>> print(text(X.T @ (X @ w)))
    XᵀXw
    >>> print(text(symbol("lam") * w, unicode=False))
    lam w
    """
    notation = TextNotation(leaves_of(node), unicode, factors_of_formulas(node))
    return notation.signed(notation.write(node))
