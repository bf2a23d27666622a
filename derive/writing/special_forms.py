"""How special functions with an order are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derive.language.expression import Node
from derive.language.incomplete_functions import INCOMPLETE
from derive.writing.matrix_forms import plain_call
from derive.writing.pieces import Parts, Piece

if TYPE_CHECKING:
    from derive.writing.forms import Form
    from derive.writing.notation import Notation


def _bessel(node: Node, parts: Parts, notation: Notation) -> Piece:
    order, x = node.args
    return notation.bessel(parts[order], order.is_number, parts[x])


def _zeta(node: Node, parts: Parts, notation: Notation) -> Piece:
    return notation.zeta(node.data, parts[node.args[0]])


def _plain_bessel(node: Node, parts: Parts, notation: Notation) -> Piece:
    return plain_call("besseli", *(notation.signed(parts[arg]) for arg in node.args))


def _plain_zeta(node: Node, parts: Parts, notation: Notation) -> Piece:
    inside = notation.signed(parts[node.args[0]])
    if not node.data:
        return plain_call("riemann_zeta", inside)
    return plain_call("zetaderiv", str(node.data), inside)


def _listed(node: Node, parts: Parts, notation: Notation) -> Piece:
    return notation.listed(node.op, [parts[arg] for arg in node.args])


def _plain_listed(node: Node, parts: Parts, notation: Notation) -> Piece:
    return plain_call(node.op, *(notation.signed(parts[arg]) for arg in node.args))


SPECIAL_FORMS: Mapping[str, Form] = {
    "besseli": _bessel,
    "zeta": _zeta,
    **dict.fromkeys(INCOMPLETE, _listed),
}
PLAIN_SPECIAL_FORMS: Mapping[str, Form] = {
    "besseli": _plain_bessel,
    "zeta": _plain_zeta,
    **dict.fromkeys(INCOMPLETE, _plain_listed),
}
