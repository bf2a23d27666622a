"""LaTeX: ASCII only, amsmath and amssymb only, the same in KaTeX, MathJax and pdflatex."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar

from derive.errors import ArgumentError
from derive.language.expression import Node, constant, size_node
from derive.language.sizes import Atom, Dim, Shape, Size
from derive.writing.glossary import leaves_of, spelling_a_word, typed_name
from derive.writing.indexed_spelling import IndexedLatex
from derive.writing.latex_derivatives import LatexDerivatives
from derive.writing.latex_matrices import LatexMatrices
from derive.writing.latex_prose import latex_prose
from derive.writing.latex_scripts import raised, script_of
from derive.writing.latex_style import STYLES, delimited
from derive.writing.names import ascii_name, latex_name
from derive.writing.pieces import Level, Piece

_WORD = re.compile(r"\\math\w*\{\w\w")  # a base name of several letters
_CONSTANTS = {
    "pi": r"\pi",
    "e": r"\mathrm{e}",
    "euler_gamma": r"\gamma",
    "infinity": r"\infty",
}
_SIGNS = {
    "!=": r"\neq",
    "<=": r"\le",
    ">=": r"\ge",
    "in": r"\in",
    "<=>": r"\iff",
    "=>": r"\implies",
    "->": r"\to",
    "x": r"\times",
    "infinity": r"\infty",
    "-infinity": r"-\infty",
}


class LatexNotation(IndexedLatex, LatexMatrices, LatexDerivatives):
    """LaTeX in the house style, or in another of ``STYLES``.

    Parameters
    ----------
    leaves : iterable of symbols, constants and sizes
        All names of the page.
    style : str
        A key of ``STYLES``.
    """

    stacks_fractions: ClassVar[bool] = True

    def __init__(self, leaves: Iterable[Node] = (), style: str = "default") -> None:
        if style not in STYLES:
            raise ArgumentError(f"no style is called {style!r}\n  known    : {', '.join(STYLES)}")
        self.style = STYLES[style]
        self.bold_font = self.style.bold
        super().__init__(leaves)

    # --- leaves -----------------------------------------------------------------------

    def spelled(self, leaf: Node) -> str:
        if leaf.op == "constant":
            return _CONSTANTS[leaf.data]
        return latex_name(typed_name(leaf), "" if leaf.is_scalar else self.style.bold)

    def spelled_as_typed(self, leaf: Node) -> str:
        name = ascii_name(typed_name(leaf)).replace("_", r"\_")
        return rf"\mathtt{{{name}}}"

    def symbol(self, node: Node) -> Piece:
        piece = self.leaf(node)
        piece = replace(piece, spaced=bool(_WORD.match(piece.body)))
        return piece if node.is_scalar else replace(piece, stops_before=False, stops_after=False)

    def whole(self, value: int) -> Piece:
        return Piece(str(value))

    def constant(self, name: str) -> Piece:
        return self.leaf(constant(name))

    def size(self, size: Dim) -> Piece:
        if isinstance(size, Size) and size.name is None:
            return Piece(latex_size(size), Level.SUM)
        return self.leaf(size_node(size))

    def eye(self, size: Dim) -> Piece:
        return Piece(rf"{self._bold('I')}_{script_of(latex_size(size))}")

    def ones(self, shape: Shape) -> Piece:
        rows, columns = map(latex_size, shape)
        if rows == "1":
            return self.transpose(self.ones((shape[1], 1)), is_differential=False)
        script = rows if columns == "1" else rf"{rows} \times {columns}"
        return Piece(f"{self._bold('1')}_{script_of(script)}")

    def zero(self, shape: Shape) -> Piece:
        return Piece(self._bold("0"))

    def _bold(self, body: str) -> str:
        return rf"\mathbf{{{body}}}"

    # --- arithmetic -------------------------------------------------------------------

    def signed(self, piece: Piece) -> str:
        return f"-{piece.body}" if piece.negative else piece.body

    def enclosed(self, piece: Piece) -> str:
        return delimited("(", self.signed(piece), ")", piece.tall)

    def sum(self, terms: Sequence[Piece]) -> Piece:
        text = self.signed(self.term(terms[0]))
        for term in map(self.term, terms[1:]):
            text += f" {'-' if term.negative else '+'} {term.body}"
        return Piece(text, Level.SUM, tall=any(t.tall for t in terms))

    def juxtapose(self, factors: Sequence[Piece]) -> Piece:
        if len(factors) == 1:
            return factors[0]
        last = len(factors) - 1
        parted = spelling_a_word([f.letter for f in factors], self.words)
        text = self.factor(factors[0], True, False)
        for k, factor in enumerate(factors[1:], start=1):
            body = self.factor(factor, False, k == last)
            before = factors[k - 1]
            beside = Level.DIFFERENTIAL in (before.level, factor.level)
            stand_off = all(factors[j].spaced or j in parted for j in (k - 1, k))
            apart = stand_off or body.startswith(r"\mathrm{d}")
            stop = before.stops_after or factor.stops_before
            text += (r" \cdot " if stop else _gap(body, beside or apart)) + body
        return Piece(
            text,
            Level.PRODUCT,
            tall=any(f.tall for f in factors),
            stops_before=factors[0].stops_before,
        )

    def fraction(self, above: Sequence[Piece], below: Sequence[Piece]) -> Piece:
        numerator = self.juxtapose(above) if above else self.whole(1)
        denominator = self.juxtapose(below)
        top, bottom = self.signed(numerator), self.signed(denominator)
        if top.isdigit() and bottom.isdigit():
            is_short = len(top) == len(bottom) == 1
            return Piece(
                rf"\tfrac{top}{bottom}" if is_short else rf"\tfrac{{{top}}}{{{bottom}}}",
                Level.QUOTIENT,
            )
        return Piece(rf"\frac{{{top}}}{{{bottom}}}", Level.QUOTIENT, tall=True)

    def elementwise_product(self, factors: Sequence[Piece]) -> Piece:
        text = self.at_least(factors[0], Level.DIFFERENTIAL)
        for factor in factors[1:]:
            sign = r"\oslash" if factor.below else r"\odot"
            text += f" {sign} " + self.at_least(factor.below or factor, Level.DIFFERENTIAL)
        return Piece(text, Level.ELEMENTWISE, tall=any(f.tall for f in factors))

    def power(self, base: Piece, exponent: Piece) -> Piece:
        return self._superscript(base, self.signed(_slashed(exponent)))

    def elementwise_power(self, base: Piece, exponent: Piece) -> Piece:
        is_sum = exponent.level == Level.SUM  # or the sign would stand at its first term
        script = self.enclosed(exponent) if is_sum else self.signed(_slashed(exponent))
        return self._superscript(base, rf"\odot {script}")

    def _superscript(self, base: Piece, script: str) -> Piece:
        body = self.at_least(base, Level.ATOM)
        return Piece(
            raised(body, script),
            Level.POWER,
            tall=base.tall,
            stops_before=base.stops_before,
            stops_after=base.stops_after,
            letter=base.letter,
        )

    def root(self, radicand: Piece) -> Piece:
        is_tall = radicand.tall or (radicand.level == Level.SUM and "^" in radicand.body)
        return Piece(rf"\sqrt{{{self.signed(radicand)}}}", tall=is_tall)

    def transpose(self, base: Piece, is_differential: bool) -> Piece:
        if is_differential:
            return replace(base, body=raised(base.body, self.style.transpose))
        return self._superscript(base, self.style.transpose)

    def inverse(self, base: Piece, is_transposed: bool) -> Piece:
        return self._superscript(base, f"-{self.style.transpose}" if is_transposed else "-1")

    def pseudoinverse(self, base: Piece) -> Piece:
        return self._superscript(base, "+")

    # --- functions --------------------------------------------------------------------

    def call(
        self, function: str, argument: Piece, is_simple: bool, brackets: bool = False
    ) -> Piece:
        row = self.spelling(function)
        name = row.latex.replace(r"\log", self.style.logarithm)
        if row.bare and is_simple and argument.stands_bare:
            return Piece(f"{name} {argument.body}", Level.PREFIX, tall=argument.tall)
        if brackets:
            body = delimited("[", self.signed(argument), "]", argument.tall)
            return Piece(name + body, tall=argument.tall)
        level = Level.PREFIX if name.partition("_")[0].count("\\") > 1 else Level.ATOM
        return Piece(
            name + self.enclosed(self.argument(function, argument)), level, tall=argument.tall
        )

    def listed(self, function: str, arguments: Sequence[Piece]) -> Piece:
        tall = any(argument.tall for argument in arguments)
        body = delimited("(", ", ".join(map(self.signed, arguments)), ")", tall)
        return Piece(self.spelling(function).latex + body, tall=tall)

    def kronecker(self, left: Piece, right: Piece, is_chain: bool) -> Piece:
        first = left.body if is_chain else self.at_least(left, Level.DIFFERENTIAL)
        text = rf"{first} \otimes {self.at_least(right, Level.DIFFERENTIAL)}"
        return Piece(text, Level.ELEMENTWISE, tall=left.tall or right.tall)

    def place_of(self, argument: Piece, extreme: Piece) -> Piece:
        inside = f"{self.signed(argument)} = {self.signed(extreme)}"
        is_tall = argument.tall or extreme.tall
        return Piece(rf"\mathbb{{1}}{delimited('[', inside, ']', is_tall)}", tall=is_tall)

    def part(self, whole: Piece, inside: Shape, offset: Shape, shape: Shape) -> Piece:
        ranges = [
            latex_size(first) if first == last else f"{latex_size(first)}:{latex_size(last)}"
            for first, last in self.ranges(inside, offset, shape)
        ]
        body = self.at_least(whole, Level.ATOM)
        body = body if whole.level == Level.ATOM and not whole.negative else f"{{{body}}}"
        return Piece(rf"{body}_{{{', '.join(ranges)}}}", Level.POWER, tall=whole.tall)

    def unvec(self, argument: Piece, shape: Shape) -> Piece:
        sizes = r" \times ".join(map(latex_size, shape))
        name = rf"{self.spelling('unvec').latex}_{{{sizes}}}"
        return Piece(name + self.enclosed(argument), tall=argument.tall)

    def commutation(self, rows: Dim, columns: Dim) -> Piece:
        sizes = ", ".join(map(latex_size, (rows, columns)))
        if "K" in self.taken:
            return Piece(rf"\operatorname{{commutation}}({sizes})")
        return Piece(rf"{self._bold('K')}_{{{sizes}}}")

    def absolute(self, argument: Piece) -> Piece:
        body = delimited(r"\lvert ", self.signed(argument), r"\rvert", argument.tall)
        return Piece(body, tall=argument.tall)

    def norm(self, argument: Piece, index: str) -> Piece:
        named = {"2": self.style.euclidean, "spectral": "_2", "inf": r"_\infty"}
        subscript = named.get(index, f"_{index}")
        body = delimited(r"\lVert ", self.signed(argument), r"\rVert", argument.tall)
        return Piece(body + subscript, tall=argument.tall)

    def indicator(self, left: Piece, sign: str, right: Piece) -> Piece:
        tall = left.tall or right.tall
        body = f"{self.signed(left)} {self.relation_sign(sign)} {self.signed(right)}"
        return Piece(rf"\mathbb{{1}}{delimited('[', body, ']', tall)}", tall=tall)

    def array(self, rows: Sequence[Sequence[Piece]]) -> Piece:
        lines = r" \\ ".join(" & ".join(map(self.signed, row)) for row in rows)
        return Piece(rf"\begin{{pmatrix}} {lines} \end{{pmatrix}}", tall=True)

    def expectation(self, argument: Piece, law: str) -> Piece:
        subscript = latex_name(law) if law.isidentifier() else rf"\text{{{latex_prose(law)}}}"
        body = delimited("[", self.signed(argument), "]", argument.tall)
        return Piece(rf"\mathbb{{E}}_{{{subscript}}}{body}", tall=argument.tall)

    # --- relations and prose ----------------------------------------------------------

    def relation_sign(self, sign: str) -> str:
        return _SIGNS.get(sign, sign)

    def prose(self, text: str) -> str:
        return latex_prose(text)


def _gap(body: str, beside_differential: bool) -> str:
    """What stands before a factor."""
    if body[0].isdigit():
        return r" \cdot "
    if beside_differential:
        return r"\, "
    return " " if body[0].isalpha() else ""


def latex_size(size: Dim) -> str:
    """A size in italics: ``n``, ``2n + 1``."""
    if not isinstance(size, Size):
        return str(size)
    terms = []
    for names, coefficient in size.terms:
        letters = " ".join(map(_latex_atom, names))
        number = "" if names and abs(coefficient) == 1 else str(abs(coefficient))
        sign = "-" if coefficient < 0 else "+"
        terms.append(f"{sign} {number}{letters}")
    joined = " ".join(terms)
    return joined[2:] if joined.startswith("+") else joined.replace("- ", "-", 1)


def _latex_atom(atom: Atom) -> str:
    """A size name, or the least of several sizes."""
    if isinstance(atom, str):
        return latex_name(atom)
    return rf"\min({', '.join(map(latex_size, atom.among))})"


_SHORT_FRACTION = re.compile(r"\\tfrac(?:(\d)(\d)|\{(\d+)\}\{(\d+)\})")


def _slashed(exponent: Piece) -> Piece:
    """A numeric exponent on one floor: 3/2."""
    found = _SHORT_FRACTION.fullmatch(exponent.body)
    if found is None:
        return exponent
    return replace(exponent, body="/".join(part for part in found.groups() if part))


def latex(node: Node, style: str = "default") -> str:
    r"""A node in LaTeX, without dollar signs.

    Parameters
    ----------
    node : Node
        Any shape.
    style : str
        ``default`` (bold vectors and matrices), ``bishop`` or ``plain`` (italics).

    Returns
    -------
    str
        ASCII; compiles in KaTeX, MathJax and pdflatex with amsmath and amssymb.

    Raises
    ------
    NoRuleError
        A node has an operator without a form.
    ArgumentError
        No style has the name.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> X, w = symbol("X", (3, 2)), symbol("w", (2, 1))
    >>> print(latex(X.T @ (X @ w)))
    \mathbf{X}^\top\mathbf{X}\mathbf{w}
    """
    notation = LatexNotation(leaves_of(node), style)
    return notation.signed(notation.write(node))
