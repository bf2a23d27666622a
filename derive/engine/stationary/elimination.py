"""Several equations in several unknowns: solve one for one unknown, put it in, go on.

A value that holds no other unknown keeps its name in the equations that follow, as a book
writes ``S = 1/n (X - 1 m')'(X - 1 m')`` with ``m`` known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from derive.engine.naming import substituted
from derive.engine.stationary.equation import Simplifier, Solved, cleared, equals_zero
from derive.engine.stationary.solve import solve
from derive.engine.stationary.verdict import Block
from derive.language.expression import Node, is_zero
from derive.language.functions import nabla
from derive.language.relations import Relation, Words
from derive.steps import Step


@dataclass(frozen=True)
class Eliminated:
    """The lines of the solution, each elimination, and the values free of every unknown.

    Attributes
    ----------
    open : Node or None
        An equation that was not solved.
    """

    steps: tuple[Step, ...]
    blocks: tuple[Block, ...]
    values: Mapping[Node, Node]
    open: tuple[Node, Node] | None = None


def eliminate(
    gradients: Mapping[Node, Node],
    name: Node,
    simplify: Simplifier,
    symmetrised: Collection[Node] = (),
) -> Eliminated:
    """Set every gradient to zero and solve for every variable.

    Raises
    ------
    NoClosedFormError
        A scalar equation has several roots, and no fact chooses.
    """
    left = {variable: simplify(gradient) for variable, gradient in gradients.items()}
    several = len(left) > 1
    steps = [
        Step(None, equals_zero(G), _set_words(name, x, several, x in symmetrised))
        for x, G in left.items()
    ]
    if several:
        steps = []
    blocks: list[Block] = []
    while left:
        found = _next(left, simplify)
        if found is None:
            variable = next(iter(left))
            return Eliminated(tuple(steps), tuple(blocks), {}, (variable, left[variable]))
        place, solved = found
        gradient = left.pop(place)
        if several:
            words = _set_words(name, place, True, place in symmetrised)
            steps.append(Step(None, equals_zero(gradient), _with_known(words, blocks, gradient)))
        steps.extend(solved.steps)
        blocks.append(Block(place, gradient, solved))
        if place is not solved.variable:
            left[place] = left.pop(solved.variable)
        if solved.value.symbols & left.keys():
            put = {solved.variable: solved.value}
            left = {x: simplify(substituted(G, put)) for x, G in left.items()}
    values = _free_values(blocks, simplify)
    for block in blocks:
        variable = block.solved.variable
        if values[variable] is not block.solved.value:
            words = _put_in(block.solved.value.symbols & values.keys(), blocks)
            steps.append(Step(None, Relation(variable, "=", values[variable]), words))
    return Eliminated(tuple(steps), tuple(blocks), values)


def _set_words(name: Node, variable: Node, several: bool, is_part: bool) -> Words:
    """Which gradient, or which part of it, is set to zero."""
    part = "the symmetric part of " if is_part else ""
    return Words(f"set {part}{{0}} to zero", (nabla(name, variable, several),))


def _with_known(words: Words, blocks: Sequence[Block], gradient: Node) -> Words:
    """What is put into an equation that earlier solutions changed."""
    put = [b.solved.variable for b in blocks if b.solved.value.symbols & gradient.symbols]
    put = [x for x in put if x not in gradient.symbols]
    if not put:
        return words
    places = ", ".join(f"{{{k + 1}}}" for k in range(len(put)))
    return Words(f"{words.text}, {places} put in", (*words.nodes, *put))


def _put_in(used: frozenset[Node], blocks: Sequence[Block]) -> Words:
    ordered = [b.solved.variable for b in blocks if b.solved.variable in used]
    places = ", ".join(f"{{{k}}}" for k in range(len(ordered)))
    return Words(f"{places} put in", tuple(ordered))


def _next(left: Mapping[Node, Node], simplify: Simplifier) -> tuple[Node, Solved] | None:
    """The equation (by its variable) that is solved next: of few unknowns, and small ones."""
    unknowns = list(left)

    def rank(x: Node) -> tuple[int, int, int]:
        others = cleared(left[x], x).equation.symbols & left.keys() - {x}
        size = sum(side != 1 for side in x.shape)
        return len(others), size, unknowns.index(x)

    order = sorted(unknowns, key=rank)
    for x in order:
        if x in left[x].symbols:
            solved = solve(left[x], x, simplify)
            if solved is not None:
                return x, solved
    for x in order:
        for y in order:
            if y is not x and y in left[x].symbols and not is_zero(left[x]):
                solved = solve(left[x], y, simplify)
                if solved is not None:
                    return x, solved
    return None


def _free_values(blocks: Sequence[Block], simplify: Simplifier) -> dict[Node, Node]:
    """Every value with the others put in."""
    values = {block.solved.variable: block.solved.value for block in blocks}
    for _ in blocks:
        values = {
            x: simplify(substituted(value, _others(values, value))) for x, value in values.items()
        }
    return values


def _others(values: Mapping[Node, Node], value: Node) -> dict[Node, Node]:
    return {x: v for x, v in values.items() if x in value.symbols}
