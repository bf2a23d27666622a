"""Mean hitting times: the solution of ``h = 1 + P h`` off the target, infinite where it must be."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Expr

from derive.errors import ArgumentError
from derive.language.expression import (
    Node,
    add,
    constant,
    eye,
    inverse,
    multiply,
    negative,
    number,
    ones,
)
from derive.language.functions import array
from derive.language.relations import Relation, Words
from derive.language.sympy_out import to_sympy
from derive.probability.markov.classes import reachable
from derive.probability.markov.exact_solve import block, one_minus, solve
from derive.probability.markov.letters import Letters
from derive.probability.markov.page import Page
from derive.probability.markov.transitions import Transitions, transitions
from derive.probability.markov.writing_elements import written
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace


@dataclass(frozen=True, repr=False)
class HittingTimes(DerivationUnderConditions):
    """A derivation whose results are the mean hitting times from each state, in order."""

    @property
    def times(self) -> tuple[Expr, ...]:
        """The mean times, in the order of the states; ``oo`` where the target may be missed."""
        return tuple(to_sympy(node) for _, node in self.trace.results)


def hitting_time(P: Any, target: Any, states: Sequence[Hashable] | None = None) -> HittingTimes:
    """Derive the mean number of steps until a Markov chain is in the target.

    Parameters
    ----------
    P : nested lists, SymPy Matrix, array or text, shape (n, n)
        As for ``stationary_distribution``.
    target : state, or list, tuple or set of states
        What is to be hit; from there the time is 0.
    states : sequence of n names, optional
        1, ..., n if left out.

    Returns
    -------
    HittingTimes
        ``.times`` are the n mean times, in steps, in the order of the states.  A time is
        infinite, with the reason among the steps, where the chain can get to a place from
        which the target is never reached.

    Raises
    ------
    ArgumentError
        `target` holds no state, or one that is not known.
    DomainError
        An entry lies outside [0, 1], or a row does not sum to one.
    ShapeError
        `P` is not square, or has one state.
    LimitError
        More than 20 states, or 6 with symbols.
    NoClosedFormError
        An entry is no quotient of polynomials.

    References
    ----------
    norris1997, section 1.3.

    Examples
    --------
    >>> hitting_time([["1 - a", "a"], ["b", "1 - b"]], target=2).times
    (1/a, 0)
    """
    return hitting_times(transitions(P, states), target)


def hitting_times(chain: Transitions, target: Any) -> HittingTimes:
    """The derivation for a chain that has been read."""
    goal = _goal(chain, target)
    finite, lost = _sorted_out(chain, goal)
    letters = Letters(chain, "transition", "time", "within")
    P = letters.matrix("transition")
    page = Page([*chain.shares, (P, chain.matrix)], chain.conditions)
    h = [letters.of_state("time", k) for k in range(chain.size)]
    for k in goal:
        page.steps.append(Step(None, Relation(h[k], "=", number(0)), "in the target"))
    values: dict[int, Node] = dict.fromkeys(goal, number(0))
    for k in range(chain.size):
        if k not in goal and k not in finite:
            values[k] = constant("infinity")
            rule = _reason(chain, k, goal, lost)
            page.steps.append(Step(None, Relation(h[k], "=", values[k]), rule))
    if lost:
        _trap_claim(chain, lost, page)
    if finite:
        values |= _finite_lines(chain, finite, h, letters, page)
    trace = Trace(
        question=Words(f"mean number of steps to {_named(chain, goal)}, of {{0}}", (P,)),
        definitions=((P, chain.matrix),),
        steps=tuple(page.steps),
        results=tuple((h[k].name, values[k]) for k in range(chain.size)),
        conditions=chain.conditions,
        arguments=chain.symbols,
        lefts=tuple(h),
    )
    return HittingTimes(trace, tuple(page.claims))


def _goal(chain: Transitions, target: Any) -> tuple[int, ...]:
    """The places of the target."""
    is_name = isinstance(target, tuple) and target in chain.states
    is_several = isinstance(target, list | tuple | set | frozenset) and not is_name
    wanted = list(target) if is_several else [target]
    if not wanted:
        raise ArgumentError("hitting_time needs a target\n  to fix   : name a state, or several")
    return tuple(sorted({chain.place(state) for state in wanted}))


def _sorted_out(chain: Transitions, goal: tuple[int, ...]) -> tuple[list[int], list[int]]:
    """States that surely hit the target, and those that never do."""
    arrows = [{j for j, p in enumerate(row) if p} for row in chain.elements]
    stop = frozenset(goal)
    ahead = [reachable(arrows, {k}, stop) for k in range(chain.size)]
    lost = [k for k in range(chain.size) if not ahead[k] & stop]
    finite = [k for k in range(chain.size) if k not in stop and not ahead[k] & set(lost)]
    return finite, lost


def _reason(chain: Transitions, k: int, goal: tuple[int, ...], lost: list[int]) -> str:
    target = _named(chain, goal)
    if k in lost:
        return f"{target} is never reached from {chain.states[k]}"
    return f"from {chain.states[k]} the chain may get to {_named(chain, lost)}, never to {target}"


def _named(chain: Transitions, places: Sequence[int]) -> str:
    return " or ".join(str(chain.states[k]) for k in places)


def _trap_claim(chain: Transitions, lost: list[int], page: Page) -> None:
    """No probability leaves the states that miss the target."""
    inside = array([[chain.rows[i][j] for j in lost] for i in lost])
    page.conclude((multiply(inside, ones(len(lost))), ones(len(lost))))


def _finite_lines(
    chain: Transitions, finite: list[int], h: list[Node], letters: Letters, page: Page
) -> dict[int, Node]:
    """First-step equations, their matrix form, and the solution."""
    field, size = chain.field, len(finite)
    within = block(chain.elements, finite, finite)
    solved = solve(field, one_minus(field, within), [[field.whole(1)] for _ in finite])
    values = {k: written(field, row[0]) for k, row in zip(finite, solved, strict=True)}
    for k in finite:
        page.define(h[k], values[k])
    for k in finite:
        ahead = [multiply(chain.rows[k][j], h[j]) for j in finite if chain.elements[k][j]]
        mean = add(number(1), *ahead)
        step = Step(None, Relation(h[k], "=", mean), f"first step from {chain.states[k]}")
        page.say(step, (h[k], mean))
    if size > 1:
        Q = letters.matrix("within", size)
        entries = array([[chain.rows[i][j] for j in finite] for i in finite])
        rule = f"steps among {chain.named(finite)}"
        page.steps.append(Step(None, Relation(Q, "=", entries), rule))
        page.define(Q, entries)
        column = array([[h[k]] for k in finite])
        shown = multiply(inverse(add(eye(size), negative(Q))), ones(size))
        page.say(Step(None, Relation(column, "=", shown), "matrix form"), (column, shown))
    for k in finite:
        page.steps.append(Step(None, Relation(h[k], "=", values[k]), "solve"))
    times = array([[values[k]] for k in finite])
    inside = array([[chain.rows[i][j] for j in finite] for i in finite])
    page.conclude((times, add(ones(size), multiply(inside, times))))
    return values
