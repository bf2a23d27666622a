"""What the signs of functions of matrices mean: said once on a page, behind ``where``."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from derive.language.canonical import length
from derive.language.expression import Node, symbol
from derive.language.functions import elementwise
from derive.language.operators import MASKS, MATRIX_FUNCTIONS
from derive.language.relations import Relation, Words

Meaning = Callable[[Node], Words | None]

ORDINALS = {2: "second", 3: "third", 4: "fourth"}


def meanings_of_matrix_functions(nodes: Iterable[Node]) -> tuple[Relation, ...]:
    """One relation a sign, with the shortest node of the page that shows it."""
    shortest: dict[tuple[str, object], Node] = {}
    for node in nodes:
        if node.op in MEANINGS:
            key = (node.op, node.data)
            if key not in shortest or length(node) < length(shortest[key]):
                shortest[key] = node
    return tuple(
        Relation(node, "is", words)
        for node in shortest.values()
        if (words := MEANINGS[node.op](node)) is not None
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


def _zeta(node: Node) -> Words:
    what = "the Riemann zeta function"
    if not node.data:
        return Words(what)
    ordinal = {1: "first", **ORDINALS}.get(node.data, f"{node.data}th")
    return Words(f"the {ordinal} derivative of {what}")


def _said(text: str) -> Meaning:
    """The same words of every argument, which stands for ``{0}``."""
    return lambda node: Words(text, node.args if "{0}" in text else ())


MEANINGS: dict[str, Meaning] = {
    "matrixmap": _matrix_map,
    "frechet": _frechet,
    "mask": _mask,
    "cholesky": _said("the lower Cholesky factor"),
    "adjugate": _said("the adjugate"),
    "pinv": _said("the Moore-Penrose inverse"),
    "polygamma": _polygamma,
    "besseli": lambda node: Words(
        "the modified Bessel function of the first kind of order {0}", node.args[:1]
    ),
    "zeta": _zeta,
    "gammainc": _said("the regularised lower incomplete gamma function"),
    "betainc": _said("the regularised incomplete beta function, its argument last"),
    "normquantile": _said("the inverse of the standard normal distribution function"),
    "gammaincinv": _said("the inverse of the regularised incomplete gamma function"),
    "betaincinv": _said("the inverse of the regularised incomplete beta function"),
    "eigvals": _said("the vector of eigenvalues of {0}"),
    "eigvecs": _said("the matrix of unit eigenvectors of {0}"),
    "eigvec_max": _said("the unit eigenvector of the largest eigenvalue of {0}"),
    "eigvec_min": _said("the unit eigenvector of the smallest eigenvalue of {0}"),
    "resolvent_max": _said("the Moore-Penrose inverse"),
    "resolvent_min": _said("the Moore-Penrose inverse"),
    "gaps": _said("the matrix of 1 over entry j minus entry i of {0}, 0 on the diagonal"),
    "svdvals": _said("the vector of singular values of {0}"),
    "leftvecs": _said("the matrix of left singular vectors of {0}"),
    "rightvecs": _said("the matrix of right singular vectors of {0}"),
    "leftvec_max": _said("the left singular vector of the largest singular value of {0}"),
    "rightvec_max": _said("the right singular vector of the largest singular value of {0}"),
    "polar": _said("the orthonormal polar factor of {0}"),
}
