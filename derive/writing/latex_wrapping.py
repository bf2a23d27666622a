r"""Where a formula in LaTeX that is too wide is broken.

It is cut where its glyphs would be cut as text.  What stands in braces is one piece, so a
fraction, an exponent or a word is never cut; a bracket that closes in another row has a fixed
size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derive.writing.wrapping import cuts

PIECE = re.compile(r" [+=-] | \\odot |\\[A-Za-z]+|\\.|.", re.DOTALL)
ENDS = re.compile(r"\\(begin|end)\{[a-z*]+\}")
SILENT = frozenset(
    rf"\{name}"
    for name in (
        *("mathbf", "mathrm", "mathit", "boldsymbol", "text", "operatorname", "mathbb"),
        *("tfrac", "frac", "sqrt", "hat", "bar", "tilde", "left", "right", "bigl", "bigr"),
        *(",", ";", "!", ":", " "),
    )
)


def wrapped_latex(formula: str, width: int) -> list[str]:
    """The rows of a formula of which each has at most so many glyphs, if possible."""
    glyphs, places = "", []
    for piece, start in _pieces(formula):
        shown = _shown(piece)
        glyphs += shown
        places.extend([start] * len(shown))
    rows, start = [], 0
    for cut in cuts(glyphs, width, width):
        place = places[cut] + (glyphs[cut] == " " and formula[places[cut]] != " ")
        rows.append(formula[start:place].strip())
        start = place
    return _with_fixed_brackets([*rows, formula[start:].strip()])


def _with_fixed_brackets(rows: list[str]) -> list[str]:
    r"""Rows in which a bracket that closes in another row is not stretched by ``\left``."""
    opened: list[tuple[int, int]] = []
    apart: list[tuple[int, int]] = []
    for row, formula in enumerate(rows):
        for found in re.finditer(r"\\(left|right)(?![A-Za-z])", formula):
            if found[1] == "left":
                opened.append((row, found.start()))
            elif (first := opened.pop())[0] != row:
                apart += [first, (row, found.start())]
    for row, place in sorted(apart, reverse=True):
        name = "biggl" if rows[row].startswith(r"\left", place) else "biggr"
        end = place + len(r"\left" if name == "biggl" else r"\right")
        rows[row] = f"{rows[row][:place]}\\{name}{rows[row][end:]}"
    return rows


def _pieces(formula: str) -> Iterator[tuple[str, int]]:
    """What is cut nowhere, with the place where it begins: a sign, a command, a group."""
    place = 0
    while place < len(formula):
        end = _end_of_group(formula, place) if formula[place] == "{" else 0
        if formula.startswith(r"\begin{", place):
            end = _end_of_array(formula, place)
        piece = formula[place:end] if end else PIECE.match(formula, place)[0]  # type: ignore[index]
        yield piece, place
        place += len(piece)


def _end_of_group(formula: str, place: int) -> int:
    """Behind the brace that closes the one at a place."""
    depth = 0
    for k in range(place, len(formula)):
        if formula[k] in "{}" and formula[k - 1 : k] != "\\":
            depth += 1 if formula[k] == "{" else -1
            if depth == 0:
                return k + 1
    return len(formula)


def _end_of_array(formula: str, place: int) -> int:
    """Behind what ends the array that begins at a place."""
    depth = 0
    for found in ENDS.finditer(formula, place):
        depth += 1 if found[1] == "begin" else -1
        if depth == 0:
            return found.end()
    return len(formula)


def _shown(piece: str) -> str:
    """One letter for each glyph of a piece; brackets and spaced signs stand for themselves."""
    if piece[0] == "{":
        inner = "".join(_shown(part) for part, _ in _pieces(piece[1:-1]))
        return re.sub(r"[^x]", "x", inner)
    if piece.startswith(r"\begin{"):
        rows = ENDS.sub("", piece).split(r"\\")
        widths = (sum(len(_shown(part)) for part, _ in _pieces(row)) for row in rows)
        return "x" * max(widths)
    if piece == r" \odot ":
        return "∘"
    if len(piece) == 3 and piece[0] == piece[2] == " ":
        return piece
    if piece in SILENT or piece in "^_ ":
        return ""
    return piece if piece in "()[]," else "x"
