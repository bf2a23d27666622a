"""Several equations in several unknowns: solve one for one unknown, put it in, go on.

A value that holds no other unknown keeps its name in the equations that follow, as a book
writes ``S = 1/n (X - 1 m')'(X - 1 m')`` with ``m`` known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from derive.engine.stationary.disagreement import (
    divisors,
    failing,
    require_agreement,
    with_values,
    without_loss,
)
from derive.engine.stationary.equation import (
    Block,
    Simplifier,
    Solved,
    cleared,
    equals_zero,
    joined_lines,
    put_in,
)
from derive.engine.stationary.solve import solve
from derive.errors import DomainError, NoClosedFormError
from derive.language.expression import Node, is_zero
from derive.language.functions import nabla
from derive.language.properties import is_nonzero
from derive.language.relations import Relation, Words
from derive.steps import Step


@dataclass(frozen=True)
class Eliminated:
    """The lines of the solution, each elimination, and the values free of every unknown.

    Attributes
    ----------
    open : mapping of variables to gradients
        The equations that were not solved.
    """

    steps: tuple[Step, ...]
    blocks: tuple[Block, ...]
    values: Mapping[Node, Node]
    open: Mapping[Node, Node] = field(default_factory=dict)


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
        A scalar equation has several roots, and no fact chooses; or equations contradict each
        other for some data.
    DomainError
        An equation has no solution, or two contradict each other.
    """
    left = {variable: simplify(gradient) for variable, gradient in gradients.items()}
    given = dict(left)
    origin = {variable: variable for variable in left}  # in whose gradient an equation began
    several = len(left) > 1
    if several:
        _require_zeros(left)
    steps = [
        Step(None, equals_zero(G), _set_words(name, x, several, x in symmetrised))
        for x, G in left.items()
    ]
    if several:
        steps = []
    blocks: list[Block] = []
    while left:
        with _said_with_losses(given, blocks):
            found = _next(left, simplify)
        if found is None:
            _require_bound(left, blocks, given)
            unsolved = {x: G for x, G in left.items() if not is_zero(G)}
            return Eliminated(tuple(steps), tuple(blocks), {}, unsolved)
        unknown, solved = found
        gradient, place = left.pop(unknown), origin.pop(unknown)
        if several:
            words = _set_words(name, place, True, place in symmetrised)
            steps.append(Step(None, equals_zero(gradient), _with_known(words, blocks, gradient)))
        steps = joined_lines(steps, solved.steps)
        blocks.append(Block(place, gradient, solved))
        if unknown is not solved.variable:
            left[unknown], origin[unknown] = (d.pop(solved.variable) for d in (left, origin))
        with _said_with_losses(given, blocks):
            if solved.value.symbols & left.keys() or not solved.value.symbols:
                put = {solved.variable: solved.value}
                left = {x: put_in(G, put, simplify) for x, G in left.items()}
            left = {x: with_values(G, blocks, left, simplify) for x, G in left.items()}
        require_agreement(left, origin, given, blocks)
    with _said_with_losses(given, blocks):
        values = _free_values(blocks, simplify)
    for block in blocks:
        variable = block.solved.variable
        if values[variable] is not block.solved.value:
            words = _put_in(block.solved.value.symbols & values.keys(), blocks)
            steps.append(Step(None, Relation(variable, "=", values[variable]), words))
    return Eliminated(tuple(steps), tuple(blocks), values)


@contextmanager
def _said_with_losses(given: Mapping[Node, Node], blocks: Sequence[Block]) -> Iterator[None]:
    """No point is denied where an earlier equation was divided by what may be zero."""
    try:
        yield
    except DomainError as error:
        raise without_loss(error, given, blocks) from None


def _require_zeros(gradients: Mapping[Node, Node]) -> None:
    """Raise if a gradient is zero nowhere, whatever the others are."""
    for variable, gradient in gradients.items():
        if is_nonzero(gradient):
            raise DomainError(
                f"no stationary point: the gradient in {variable.name}, {gradient!r:.200}, is "
                f"zero nowhere\n"
                f"  to fix   : the least or largest value is not inside; look at the boundary"
            )


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
    pairs = [(x, x) for x in order] + [(x, y) for x in order for y in order if y is not x]
    refused: NoClosedFormError | None = None
    losing: tuple[Node, Solved] | None = None
    for x, y in pairs:
        if y not in left[x].symbols:
            continue
        try:
            solved = solve(left[x], y, simplify)
        except NoClosedFormError as error:
            refused = refused or error
            continue
        if solved is None:
            continue
        if not _may_lose(solved, unknowns):
            return x, solved
        losing = losing or (x, solved)
    if losing is None and refused is not None:
        raise refused
    return losing


def _may_lose(solved: Solved, unknowns: Collection[Node]) -> bool:
    """Whether something was divided by that holds an unknown, and may be zero elsewhere."""
    return any(not condition.left.symbols.isdisjoint(unknowns) for condition in solved.unique)


def _require_bound(
    left: Mapping[Node, Node], blocks: Sequence[Block], given: Mapping[Node, Node]
) -> None:
    """Raise if every equation that is left is ``0 = 0``, so that its unknown is free."""
    if not all(map(is_zero, left.values())):
        return
    free = " and ".join(x.name for x in left)
    known = ", ".join(f"{b.solved.variable.name} = {b.solved.value!r:.120}" for b in blocks)
    lost = " or ".join(f"{node!r:.80} {failing(node)}" for node in divisors(blocks, given)[0])
    others = f"; there may be others where {lost}" if lost else ""
    raise NoClosedFormError(
        f"the stationary points are no single point: {free} may be anything, with "
        f"{known}{others}\n"
        f"  to fix   : leave {free} out of the variables, or make the function strictly curved "
        f"in {'them' if len(left) > 1 else 'it'}"
    )


def _free_values(blocks: Sequence[Block], simplify: Simplifier) -> dict[Node, Node]:
    """Every value with the others put in."""
    values = {block.solved.variable: block.solved.value for block in blocks}
    for _ in blocks:
        values = {x: put_in(value, _others(values, value), simplify) for x, value in values.items()}
    return values


def _others(values: Mapping[Node, Node], value: Node) -> dict[Node, Node]:
    return {x: v for x, v in values.items() if x in value.symbols}
