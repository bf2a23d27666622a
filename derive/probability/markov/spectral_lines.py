"""The lines of a spectral decomposition: eigenvalues, and a matrix for each."""

from __future__ import annotations

from collections.abc import Mapping

from derive.language.expression import (
    Node,
    add,
    elementwise_power,
    eye,
    multiply,
    negative,
    number,
    symbol,
)
from derive.language.functions import array, determinant
from derive.language.relations import Relation, Words
from derive.probability.markov.letters import Letters
from derive.probability.markov.page import Page
from derive.probability.markov.spectrum import Part, Spectrum
from derive.steps import Step


def part_lines(
    matrix: Node, found: Spectrum, letters: Letters, page: Page, with_zero: bool = False
) -> dict[Part, Node]:
    """Characteristic polynomial and parts; the names of the parts come back.

    A part of the eigenvalue 0 is shown only if it is wanted.
    """
    lam = letters.scalar("root")
    characteristic = determinant(add(multiply(lam, eye(matrix.shape[0])), negative(matrix)))
    factors = [
        elementwise_power(add(lam, negative(part.value)), number(part.multiplicity))
        for part in found.parts
    ]
    page.say(
        Step(characteristic, multiply(*factors), "characteristic polynomial"),
        (characteristic, multiply(*factors)),
    )
    names = {}
    for k, part in enumerate(found.parts, start=1):
        if part.is_zero and not with_zero:
            continue
        names[part] = symbol(f"{letters.names['part']}_{k}", matrix.shape)
        _part_line(matrix, part, names[part], page)
    return names


def _part_line(matrix: Node, part: Part, name: Node, page: Page) -> None:
    """``Z_k`` as the product of ``(P - lam_j I)/(lam_k - lam_j)`` over the other eigenvalues."""
    identity = eye(matrix.shape[0])
    shifted = [add(matrix, negative(multiply(other, identity))) for other, _ in part.factors]
    below = multiply(*(gap for _, gap in part.factors))
    # of one eigenvalue alone no factor is left, and the part is the identity
    formula = multiply(elementwise_power(below, number(-1)), *(shifted or [identity]))
    rule = Words("part of the eigenvalue {0}", (part.value,))
    page.say(Step(None, Relation(name, "=", formula), rule), (part.matrix, formula))
    page.define(name, part.matrix)
    shift = number(2)  # keeps the sides of the claim away from zero
    page.say(
        Step(name, part.matrix, "work out"),
        (
            multiply(add(matrix, multiply(shift, identity)), name),
            multiply(add(part.value, shift), name),
        ),
    )


def together(growth: Mapping[Part, Node]) -> Node:
    """The entries of the sum of the parts, each times how it grows."""
    size = len(next(iter(growth)).entries)
    return array(
        [
            [
                add(*(multiply(part.entries[i][j], grown) for part, grown in growth.items()))
                for j in range(size)
            ]
            for i in range(size)
        ]
    )
