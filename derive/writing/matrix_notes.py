"""What the signs of functions of matrices mean: said once on a page, behind ``where``."""

from __future__ import annotations

from collections.abc import Iterable

from derive.language.canonical import length
from derive.language.expression import Node, symbol
from derive.language.functions import elementwise
from derive.language.operators import MASKS, MATRIX_FUNCTIONS
from derive.language.relations import Relation, Words

ORDINALS = {2: "second", 3: "third", 4: "fourth"}


def meanings_of_matrix_functions(nodes: Iterable[Node]) -> tuple[Relation, ...]:
    """One relation a sign, with the shortest node of the page that shows it."""
    shortest: dict[tuple[str, object], Node] = {}
    for node in nodes:
        if node.op in _MEANINGS:
            key = (node.op, node.data)
            if key not in shortest or length(node) < length(shortest[key]):
                shortest[key] = node
    return tuple(
        Relation(node, "is", words)
        for node in shortest.values()
        if (words := _MEANINGS[node.op](node)) is not None
    )


def _matrix_map(node: Node) -> Words | None:
    """The exponential is known by its sign."""
    return None if node.data == "expm" else Words(f"the {MATRIX_FUNCTIONS[node.data].gloss}")


def _frechet(node: Node) -> Words:
    matrix, *directions = node.args
    order = len(directions)
    derivative = "derivative" if order == 1 else f"{ORDINALS.get(order, f'{order}th')} derivative"
    places = ", ".join(f"{{{k + 1}}}" for k in range(order))
    noun = "direction" if order == 1 else "directions"
    gloss = MATRIX_FUNCTIONS[node.data].gloss
    text = f"the Frechet {derivative} of the {gloss} at {{0}} in the {noun} {places}"
    return Words(text, (matrix, *directions))


def _mask(node: Node) -> Words:
    below, on, above = MASKS[node.data]
    side = "below" if below > above else "above"
    if on == 1:
        return Words(f"1 {side} the diagonal, 1/2 on it, 0 elsewhere")
    place = f"on and {side}" if on == 2 else side
    return Words(f"1 {place} the diagonal, 0 elsewhere")


def _polygamma(node: Node) -> Words:
    t = symbol("t")
    return Words(f"derivative number {node.data} of {{0}}", (elementwise("digamma", t),))


_MEANINGS = {
    "matrixmap": _matrix_map,
    "frechet": _frechet,
    "mask": _mask,
    "cholesky": lambda node: Words("the lower Cholesky factor"),
    "adjugate": lambda node: Words("the adjugate"),
    "pinv": lambda node: Words("the Moore-Penrose inverse"),
    "polygamma": _polygamma,
}
