"""Equations that leave nothing to solve: contradictions, and data that must be zero."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from derive.engine.conditions import conditions_of
from derive.engine.stationary.equation import Block, Simplifier, is_never_zero, multiplied, put_in
from derive.errors import DomainError, NoClosedFormError
from derive.language.expression import (
    Node,
    add,
    is_zero,
    negative,
    number,
    product,
    split_product,
    transpose,
)
from derive.language.functions import hadamard
from derive.language.properties import is_invertible, is_nonzero
from derive.language.relations import Condition, Relation


def what_must_vanish(
    equation: Node, variable: Node, unknowns: Collection[Node], simplify: Simplifier
) -> tuple[Node, ...] | None:
    """The data that an equation says are zero; None if it says more than that.

    One of the nodes is zero wherever the equation holds, and then it holds for every value of
    the unknowns; no node at all says that it holds nowhere.
    """
    found = factors_without(equation, unknowns)
    if found is None and (turned := multiplied(equation, variable, simplify)) is not None:
        found = factors_without(turned[0], unknowns)
    return found


def factors_without(equation: Node, unknowns: Collection[Node]) -> tuple[Node, ...] | None:
    """The factors that may be zero, None if an unknown stands in one of them."""
    _, scalars, chain = split_product(equation)
    factors = [*scalars]
    if chain or not scalars:
        factors += _runs(chain)
    opened = dict.fromkeys(map(_inside, factors))
    found = tuple(factor for factor in opened if not is_never_zero(factor))
    return None if any(factor.symbols & set(unknowns) for factor in found) else found


def _runs(chain: Sequence[Node]) -> list[Node]:
    """A product that is zero only if one of these is: ``S^-1 b c'`` only if b or c is."""
    runs: list[list[Node]] = [[]]
    for factor in chain:
        runs[-1].append(factor)
        if factor.shape[1] == 1:
            runs.append([])
    return [_core(run) for run in runs if run]


def _core(run: list[Node]) -> Node:
    """A product without the invertible matrices at its ends."""
    for end in (0, -1):
        while len(run) > 1 and is_invertible(run[end]):
            run = run[1:] if end == 0 else run[:-1]
    core = product(Fraction(1), [], run)
    return transpose(core) if core.shape[0] == 1 and core.shape[1] != 1 else core


def _inside(factor: Node) -> Node:
    """What is zero where a factor is: ``|u|^2`` where u is, ``a .* exp(x)`` where a is."""
    if factor.op == "pow" and factor.args[1].is_number and factor.args[1].data > 0:
        return _inside(factor.args[0])
    if factor.op in {"norm2", "norm1"}:
        return _inside(factor.args[0])
    if factor.op == "had":
        kept = [arg for arg in factor.args if not is_nonzero(arg)]
        return hadamard(*kept) if kept else factor
    return factor


# --- several equations --------------------------------------------------------------------


def with_values(
    equation: Node, blocks: Sequence[Block], unknowns: Collection[Node], simplify: Simplifier
) -> Node:
    """The equation with every value put in, where that frees it of an unknown."""
    put = equation
    for block in reversed(blocks):
        if block.solved.variable in put.symbols:
            put = put_in(put, {block.solved.variable: block.solved.value}, simplify)
    before, after = (node.symbols & set(unknowns) for node in (equation, put))
    return put if after < before or not after else equation


def require_agreement(
    left: Mapping[Node, Node],
    places: Mapping[Node, Node],
    gradients: Mapping[Node, Node],
    blocks: Sequence[Block],
) -> None:
    """Raise if an equation has no unknown any more and is not ``0 = 0``.

    Raises
    ------
    DomainError
        Two gradients contradict each other.
    NoClosedFormError
        They do so for some data, or but for some values of the unknowns.
    """
    for unknown, equation in left.items():
        if equation.symbols & gradients.keys() or is_zero(equation):
            continue
        place = places[unknown]
        why = f"{_solved_words(gradients[place], blocks)}, and there the gradient in "
        why += f"{place.name}, {gradients[place]!r:.200}, is {equation!r:.120}"
        lost, assumed = divisors(blocks, gradients)
        if lost:
            raise lost_error(lost, gradients, why)
        unless = [f"{node!r:.80} {failing(node)}" for node in assumed]
        unless += [f"{node!r:.80} = 0" for node in factors_without(equation, ()) or ()]
        if unless:
            raise NoClosedFormError(
                f"no stationary point unless {' or '.join(unless)}: {why}\n"
                f"  to fix   : declare of the data what is not zero, or put in what is"
            )
        raise DomainError(f"no stationary point: the gradients contradict each other: {why}")


def _solved_words(gradient: Node, blocks: Sequence[Block]) -> str:
    """Which values the gradient at hand was taken at, and whence they are."""
    used: list[Block] = []
    reached = set(gradient.symbols)
    for block in reversed(blocks):
        if block.solved.variable in reached:
            used.insert(0, block)
            reached |= block.solved.value.symbols
    said = [
        f"the gradient in {b.place.name} is 0 only where {b.solved.variable.name} = "
        f"{b.solved.value!r:.120}"
        for b in used
    ]
    return " and ".join(said)


def divisors(blocks: Sequence[Block], unknowns: Collection[Node]) -> tuple[list[Node], list[Node]]:
    """What was divided by that may vanish: what holds an unknown, and what does not."""
    lost: dict[Node, None] = {}
    assumed: dict[Node, None] = {}
    for block in blocks:
        for condition in (*block.solved.unique, *_needs(block.solved.value)):
            if isinstance(condition, Relation) and condition.sign in {"!=", "is"}:
                held = lost if condition.left.symbols & set(unknowns) else assumed
                held[_inside(condition.left) if condition.sign == "!=" else condition.left] = None
    return list(lost), list(assumed)


def _needs(value: Node) -> tuple[Condition, ...]:
    """What a value needs to be defined; nothing that is said here where it never is."""
    try:
        return conditions_of(value)
    except DomainError:
        return ()


def lost_error(
    lost: Sequence[Node], gradients: Mapping[Node, Node], why: str
) -> DomainError | NoClosedFormError:
    """What is known where every point without a division by an unknown is ruled out."""
    where = " or ".join(f"{node!r:.80} {failing(node)}" for node in lost)
    if len(lost) > 1 or lost[0] not in gradients or not lost[0].is_scalar:
        return NoClosedFormError(f"no stationary point unless {where}: elsewhere {why}")
    rest = _equations_at(lost[0], gradients)
    if rest is None or any(map(is_never_zero, rest)):
        return DomainError(
            f"no stationary point: the gradients contradict each other at {where}, and "
            f"elsewhere {why}"
        )
    shown = "".join(f" and {_with_number_right(G)}" for G in rest)
    return NoClosedFormError(
        f"the stationary points are where {where}{shown}: elsewhere {why}\n"
        f"  to fix   : put in {where}, and ask for what is left"
    )


def _equations_at(zero_one: Node, gradients: Mapping[Node, Node]) -> list[Node] | None:
    """What is left to be zero where this unknown is; None if something is not defined there."""
    try:
        rest = [put_in(G, {zero_one: number(0)}) for G in gradients.values()]
    except DomainError:
        return None
    return [G for G in dict.fromkeys(rest) if not is_zero(G)]


def without_loss(
    error: DomainError, gradients: Mapping[Node, Node], blocks: Sequence[Block]
) -> DomainError | NoClosedFormError:
    """The error of an equation without a solution, where earlier ones divided by something."""
    why = str(error).removeprefix("no stationary point: ").split("\n")[0]
    lost, assumed = divisors(blocks, gradients)
    if lost:
        return lost_error(lost, gradients, why)
    if assumed:
        where = " or ".join(f"{node!r:.80} {failing(node)}" for node in assumed)
        return NoClosedFormError(f"no stationary point unless {where}: {why}")
    return error


def _with_number_right(left: Node) -> str:
    """``u - 1 = 0`` as ``u = 1``."""
    terms = left.args if left.op == "add" else (left,)
    numbers = [term for term in terms if term.is_number]
    rest = [term for term in terms if not term.is_number]
    right = negative(add(*numbers)) if numbers else number(0)
    return f"{add(*rest)!r:.120} = {right!r}" if rest else f"{left!r:.120} = 0"


def failing(node: Node) -> str:
    """In words, that a divisor vanishes."""
    if node.is_scalar:
        return "= 0"
    return "has no inverse" if node.shape[0] == node.shape[1] else "has an entry 0"
