"""How names with indices and sums over an index are spelled in text and in LaTeX."""

from __future__ import annotations

from collections.abc import Sequence

from derive.language.expression import Node
from derive.language.indices import last_value
from derive.writing.indexed import script_of
from derive.writing.names import (
    ascii_name,
    is_tight,
    latex_name,
    lowered_name,
    split_name,
    unicode_name,
)
from derive.writing.notation import Notation
from derive.writing.pieces import Level, Piece


class IndexedText(Notation):
    """The part of text that knows indices: xᵢ, ∑ᵢ."""

    unicode: bool

    def name_with_index(self, name: str, indices: Sequence[str], is_vector: bool) -> Piece:
        typed = "_".join([name, *script_of(indices)])
        body = unicode_name(typed) if self.unicode else ascii_name(typed)
        return Piece(body, spaced=not is_tight(body), letter=body if is_tight(body) else "")

    def with_index(self, piece: Piece, indices: Sequence[str]) -> Piece:
        script = "".join(script_of(indices))
        lowered = lowered_name(script) if self.unicode else ""
        body = self.at_least(piece, Level.ATOM)
        return Piece(f"{body}{lowered}" if lowered else f"{body}_{script}", spaced=True)

    def sum_over(self, term: Piece, i: Node, is_plain: bool) -> Piece:
        name = self.symbol(i).body
        below = lowered_name(name) if self.unicode and is_plain else ""
        if not below and is_plain:
            below = f"_{name}"
        elif not below:
            last = self.signed(self.write(last_value(i)))
            below = f"_{{{name}={i.data.first}}}^{{{last}}}"
        body = self.at_least(term, Level.PRODUCT)
        return Piece(f"{'∑' if self.unicode else 'sum'}{below} {body}", Level.PREFIX, spaced=True)


class IndexedLatex(Notation):
    """The part of LaTeX that knows indices."""

    bold_font: str  # of vectors

    def name_with_index(self, name: str, indices: Sequence[str], is_vector: bool) -> Piece:
        parts = split_name(name)
        font = self.bold_font if is_vector else ""
        script = "".join(script_of(indices, latex_name))
        if parts.subscripts:
            return Piece(latex_name("_".join([name, *indices]), font))
        return Piece(f"{latex_name(name, font)}_{scripted(script)}")

    def with_index(self, piece: Piece, indices: Sequence[str]) -> Piece:
        script = "".join(script_of(indices, latex_name))
        body = self.at_least(piece, Level.ATOM)
        return Piece(f"{body}_{scripted(script)}", tall=piece.tall)

    def sum_over(self, term: Piece, i: Node, is_plain: bool) -> Piece:
        last = self.signed(self.write(last_value(i)))
        sign = rf"\sum_{{{self.symbol(i).body}={i.data.first}}}^{scripted(last)}"
        body = self.at_least(term, Level.PRODUCT)
        return Piece(f"{sign} {body}", Level.PREFIX, tall=True)


def scripted(body: str) -> str:
    """A script in braces, where it needs them."""
    return body if len(body) == 1 else f"{{{body}}}"
