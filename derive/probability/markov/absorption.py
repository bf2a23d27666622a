"""Where a chain ends: ``B = (I - Q)^{-1} R`` over its closed classes."""

from __future__ import annotations

from derive.derivation import Derivation
from derive.errors import DomainError
from derive.language.expression import add, eye, inverse, multiply, negative, ones
from derive.language.functions import array
from derive.language.relations import Relation, Words
from derive.probability.markov.exact_solve import block, one_minus, solve
from derive.probability.markov.letters import Letters
from derive.probability.markov.page import Page
from derive.probability.markov.transitions import Transitions
from derive.probability.markov.writing_elements import written
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace


def absorption(chain: Transitions) -> Derivation:
    """The probability of ending in each closed class, from each transient state.

    Raises
    ------
    DomainError
        No state is transient.
    """
    places, closed = chain.classes.transient, chain.classes.closed
    if not places:
        raise DomainError(
            f"every state is in a closed class ({len(closed)} of them), so the chain is where it "
            f"ends from the start\n"
            f"  to fix   : ask for hitting_time of a state, or for classes()"
        )
    field, size = chain.field, len(places)
    letters = Letters(chain, "transition", "within", "out", "ends")
    P = letters.matrix("transition")
    Q, R = letters.matrix("within", size), letters.matrix("out", size, len(closed))
    B = letters.matrix("ends", size, len(closed))
    into = [
        [sum((chain.elements[i][j] for j in c.places), field.whole(0)) for c in closed]
        for i in places
    ]
    ends = solve(field, one_minus(field, block(chain.elements, places, places)), into)
    inside = array([[chain.rows[i][j] for j in places] for i in places])
    outside = array([[written(field, x) for x in row] for row in into])
    answer = array([[written(field, x) for x in row] for row in ends])
    names = ", ".join(f"({chain.named(c.places)})" for c in closed)
    page = Page([*chain.shares, (P, chain.matrix), (Q, inside), (R, outside)], chain.conditions)
    shown = multiply(inverse(add(eye(size), negative(Q))), R)
    page.steps += [
        Step(
            None,
            Relation(Q, "=", inside),
            f"steps among the transient states {chain.named(places)}",
        ),
        Step(None, Relation(R, "=", outside), f"steps into the closed classes {names}"),
    ]
    page.define(B, answer)
    page.say(
        Step(None, Relation(B, "=", add(R, multiply(Q, B))), "first step"),
        (B, add(R, multiply(Q, B))),
    )
    page.say(Step(B, shown, "solve"), (B, shown))
    page.steps.append(Step(shown, answer, "work out"))
    page.conclude((multiply(answer, ones(len(closed))), ones(size)))
    page.conclude((answer, add(outside, multiply(inside, answer))))
    trace = Trace(
        question=Words("absorption probabilities of {0}", (P,)),
        definitions=((P, chain.matrix),),
        steps=tuple(page.steps),
        results=((B.name, answer),),
        conditions=chain.conditions,
        arguments=chain.symbols,
        closing=(Words(f"rows: from {chain.named(places)}; columns: into {names}"),),
    )
    return DerivationUnderConditions(trace, tuple(page.claims))
