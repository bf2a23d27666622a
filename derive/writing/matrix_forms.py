"""Forms of functions of matrices, Frechet derivatives, masks and generalised inverses.

The logarithm, sine and cosine of a matrix stand bare before a simple argument and open
other arguments with square brackets: ``log A``, ``log[A + B]``; with parentheses they act
on every entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.language.expression import Node
from derive.language.operators import MASKS
from derive.writing.indexed import matrix_raised
from derive.writing.pieces import Parts, Piece

if TYPE_CHECKING:
    from derive.writing.forms import Form
    from derive.writing.notation import Notation

SIMPLE = frozenset({"symbol", "inverse", "transpose", "pow", "mpow", "pinv", "matrixmap"})
LETTERS = ("L", "D", "T", "Frechet")  # of the derivative, the first that no symbol has


def matrix_map_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """e^A, A^(1/2), log A, sin A, cos A."""
    argument = parts[node.args[0]]
    if node.data == "sqrtm":
        return matrix_raised(node.args[0], notation.rational(Fraction(1, 2)), parts, notation)
    if node.data == "expm" and "e" not in notation.taken:
        return notation.power(notation.constant("e"), argument)
    return notation.call(node.data, argument, node.args[0].op in SIMPLE, brackets=True)


def frechet_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """L_exp(A, E)."""
    letter = next(letter for letter in LETTERS if letter not in notation.taken)
    return notation.derivative(letter, node.data, [parts[arg] for arg in node.args])


def pinv_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """A^+, and A^+T for that of the transpose."""
    (base,) = node.args
    if base.op == "transpose":
        return notation.pseudo_inverse(parts[base.args[0]], is_transposed=True)
    return notation.pseudo_inverse(parts[base], is_transposed=False)


def mask_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """The indicator of the places below or above the diagonal, perhaps with half of it."""
    below, on, above = MASKS[node.data]
    sign = (">=" if on == 2 else ">") if below > above else ("<=" if on == 2 else "<")
    places = notation.places(sign)
    if on != 1:
        return places
    half = notation.fraction([], [notation.whole(2)])
    return notation.sum([places, notation.juxtapose([half, notation.eye(node.shape[0])])])


MATRIX_FORMS: Mapping[str, Form] = {
    "matrixmap": matrix_map_form,
    "frechet": frechet_form,
    "cholesky": lambda node, parts, notation: notation.call(
        "cholesky", parts[node.args[0]], is_simple=False
    ),
    "adjugate": lambda node, parts, notation: notation.call(
        "adjugate", parts[node.args[0]], is_simple=node.args[0].op in SIMPLE
    ),
    "pinv": pinv_form,
    "mask": mask_form,
    "polygamma": lambda node, parts, notation: notation.polygamma(
        node.data, parts[node.args[0]].inside_elementwise()
    ),
}


# --- plain text -------------------------------------------------------------------------


def plain_call(name: str, *arguments: str) -> Piece:
    """A call that the reader takes back."""
    return Piece(f"{name}({', '.join(arguments)})")


def _plain_arguments(node: Node, parts: Parts, notation: Notation) -> list[str]:
    return [notation.signed(parts[arg]) for arg in node.args]


def _plain_mask(node: Node, parts: Parts, notation: Notation) -> Piece:
    rows, columns = node.shape
    sizes = (str(rows),) if rows == columns else (str(rows), str(columns))
    return plain_call(f"mask_{node.data}", *sizes)


PLAIN_MATRIX_FORMS: Mapping[str, Form] = {
    "matrixmap": lambda node, parts, notation: plain_call(
        node.data, *_plain_arguments(node, parts, notation)
    ),
    "frechet": lambda node, parts, notation: plain_call(
        f"{node.data}_frechet", *_plain_arguments(node, parts, notation)
    ),
    "polygamma": lambda node, parts, notation: plain_call(
        "polygamma", str(node.data), *_plain_arguments(node, parts, notation)
    ),
    "mask": _plain_mask,
    **{
        op: lambda node, parts, notation: plain_call(
            notation.spelling(node.op).plain, *_plain_arguments(node, parts, notation)
        )
        for op in ("cholesky", "adjugate", "pinv")
    },
}
