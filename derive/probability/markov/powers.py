"""The n-step matrix of a chain: by products for a number n, by eigenvalues for a symbol."""

from __future__ import annotations

from operator import index
from typing import Any

from sympy import Symbol

from derive.derivation import Derivation
from derive.engine.naming import substituted
from derive.errors import ArgumentError, DomainError, LimitError
from derive.language.expression import (
    Node,
    add,
    elementwise_power,
    eye,
    multiply,
    number,
    power,
    symbol,
)
from derive.language.facts import close_facts
from derive.language.functions import array
from derive.language.relations import Relation, Words
from derive.probability.markov.exact_solve import product
from derive.probability.markov.letters import Letters
from derive.probability.markov.page import Page
from derive.probability.markov.spectral_lines import part_lines, together
from derive.probability.markov.spectrum import Part, spectrum
from derive.probability.markov.transitions import Transitions
from derive.probability.markov.writing_elements import written
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace

MOST_STEPS = 200
MOST_SYMBOLIC_STEPS = 10
CHECKED_STEPS = (1, 2, 3)
ASKED = "P^n for a symbolic n; ask for a number of steps, as in n_step(5)"


def n_step_matrix(chain: Transitions, n: Any) -> Derivation:
    """The matrix of n steps, of a whole number n or of a symbol.

    Raises
    ------
    ArgumentError, DomainError, LimitError
        `n` is neither, is negative, or is too large for exact answers.
    NoClosedFormError
        A symbolic n, and the eigenvalues do not give a closed form.
    """
    if isinstance(n, str | Symbol) or (isinstance(n, Node) and n.op == "symbol"):
        return _symbolic(chain, n if isinstance(n, str) else n.name)
    steps = _whole(n)
    most = MOST_SYMBOLIC_STEPS if chain.symbols else MOST_STEPS
    if steps > most:
        raise LimitError(
            f"{steps} steps are over the limit of {most} for exact products"
            f"{' with symbols' if chain.symbols else ''}\n"
            f"  to fix   : ask for n_step('n') and put {steps} in, or use numpy.linalg.matrix_power"
        )
    return _by_products(chain, steps)


def _whole(n: Any) -> int:
    try:
        steps = None if isinstance(n, bool) else index(n)
    except TypeError:
        steps = None
    if steps is None:
        raise ArgumentError(
            f"n_step needs a whole number of steps or a symbol, got {n!r:.60}\n"
            f"  to fix   : give n_step(3), or n_step('n')"
        )
    if steps < 0:
        raise DomainError(f"n_step needs n >= 0, got {steps}: a chain has no steps backwards here")
    return steps


# --- a number of steps ----------------------------------------------------------------


def _by_products(chain: Transitions, steps: int) -> Derivation:
    """Squares and products with P: the exponents are the leading binary digits of n."""
    letters = Letters(chain, "transition")
    P = letters.matrix("transition")
    page = Page([*chain.shares, (P, chain.matrix)], chain.conditions)
    table, reached = chain.elements, 1
    for digit in bin(steps)[3:] if steps else ():
        table = _product_line(chain, P, table, table, (reached, reached), page)
        reached *= 2
        if digit == "1":
            table = _product_line(chain, P, table, chain.elements, (reached, 1), page)
            reached += 1
    answer = _array(chain, table) if steps else eye(chain.size)
    if steps < 2:
        rule = "no step: the chain is where it was" if steps == 0 else "one step"
        page.steps.append(Step(None, Relation(P, "=", answer), rule) if steps else _no_step(answer))
    page.conclude((power(P, number(steps)), answer))
    page.conclude((multiply(answer, _ones(chain)), _ones(chain)))
    trace = Trace(
        question=Words(f"{steps}-step matrix of {{0}}", (P,)),
        definitions=((P, chain.matrix),),
        steps=tuple(page.steps),
        results=((f"P_{steps}", answer),),
        conditions=chain.conditions,
        arguments=chain.symbols,
    )
    return DerivationUnderConditions(trace, tuple(page.claims))


def _no_step(answer: Node) -> Step:
    return Step(None, Words("no step leaves the chain where it was: {0}", (answer,)), "identity")


def _product_line(
    chain: Transitions, P: Node, left: Any, right: Any, exponents: tuple[int, int], page: Page
) -> Any:
    """``P^(k + m) = P^k P^m``, worked out."""
    table = product(chain.field, left, right)
    first, second = (power(P, number(k)) for k in exponents)
    whole, worked_out = power(P, number(sum(exponents))), _array(chain, table)
    rule = Words("Chapman-Kolmogorov: {0} times {1}", (first, second))
    page.say(Step(whole, worked_out, rule), (multiply(first, second), worked_out))
    return table


def _array(chain: Transitions, table: Any) -> Node:
    return array([[written(chain.field, entry) for entry in row] for row in table])


def _ones(chain: Transitions) -> Node:
    return array([[number(1)] for _ in range(chain.size)])


# --- a symbol -------------------------------------------------------------------------


def _symbolic(chain: Transitions, name: str) -> Derivation:
    """``P^n`` as a sum of powers of the eigenvalues times fixed matrices."""
    if name in {s.name for s in chain.symbols}:
        raise ArgumentError(
            f"{name} is a symbol of the transition matrix, so it cannot count the steps\n"
            f"  to fix   : call the number of steps by another name"
        )
    found = spectrum(chain, 1, ASKED)
    facts = ("integer", "positive") if found.has_zero else ("integer", "nonnegative")
    n = symbol(name, facts=close_facts(facts, name, (1, 1)))
    letters = Letters(chain, "transition", "root", "part", taken=(name,))
    P = letters.matrix("transition")
    conditions = (*chain.conditions, *found.conditions)
    page = Page([*chain.shares, (P, chain.matrix)], conditions)
    names = part_lines(P, found, letters, page)
    growth = {part: _growth(part, n) for part in found.parts if not part.is_zero}
    terms = [multiply(growing, names[part]) for part, growing in growth.items()]
    note = "the eigenvalue 0 leaves no term" if found.has_zero else ""
    page.steps.append(Step(power(P, n), add(*terms), "spectral decomposition", note))
    answer = together(growth)
    page.steps.append(Step(add(*terms), answer, "put in and add"))
    page.conclude(*_power_claims(P, answer, n))
    counted = Relation(n, ">=", number(1 if found.has_zero else 0))
    trace = Trace(
        question=Words("{0}-step matrix of {1}", (n, P)),
        definitions=((P, chain.matrix),),
        steps=tuple(page.steps),
        results=(("P_n", answer),),
        conditions=(*conditions, counted, Words("{0} integer", (n,))),
        arguments=(*chain.symbols, n),
    )
    return DerivationUnderConditions(trace, tuple(page.claims))


def _growth(part: Part, n: Node) -> Node:
    """The power of the eigenvalue."""
    is_one = part.value.is_number and part.value.data == 1
    return number(1) if is_one else elementwise_power(part.value, n)


def _power_claims(P: Node, answer: Node, n: Node) -> tuple[tuple[Node, Node], ...]:
    """One more step is one more factor, and the first few powers are what products give."""
    following = substituted(answer, {n: add(n, number(1))})
    first = [(power(P, number(k)), substituted(answer, {n: number(k)})) for k in CHECKED_STEPS]
    return ((following, multiply(answer, P)), *first)
