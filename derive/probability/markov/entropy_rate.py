"""The entropy rate of a chain: the mean, under the stationary law, of the entropies of rows."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sympy import factorint

from derive.derivation import Derivation
from derive.errors import ArgumentError, DomainError
from derive.language.expression import Node, add, divide, multiply, negative, number, split_product
from derive.language.functions import array
from derive.language.laws.terms import log
from derive.language.properties import is_positive
from derive.language.relations import Relation, Words
from derive.probability.markov.classes import CommunicatingClass
from derive.probability.markov.entries import exact_entry
from derive.probability.markov.letters import Letters
from derive.probability.markov.page import Page
from derive.probability.markov.stationary import law_lines
from derive.probability.markov.transitions import Transitions
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace

UNITS = {2: "bits", 10: "decimal digits"}


def rate_of_entropy(chain: Transitions, base: Any = None) -> Derivation:
    """``H = sum_i pi_i H_i`` with ``H_i`` the entropy of row i, per step.

    Raises
    ------
    DomainError
        There are several closed classes, so several rates; or `base` is no base.
    ArgumentError
        `base` is no number.
    """
    factor, unit = _unit(base)
    found = only_class(chain, "an entropy rate")
    letters = Letters(chain, "transition", "law", "entropy")
    P = letters.matrix("transition")
    page = Page([*chain.shares, (P, chain.matrix)], chain.conditions)
    law = law_lines(chain, found, letters, page)
    pi = letters.vector("law")
    page.steps.append(Step(None, Relation(pi, "=", array([[v] for v in law])), "stationary law"))
    means = []
    for k in found.places:
        name, value = letters.of_state("entropy", k), row_entropy(chain, k)
        page.say(
            Step(None, Relation(name, "=", value), f"entropy of row {k + 1}"),
            (value, _plain_entropy(chain, k)),
        )
        weight = letters.of_state("law", k) if len(found.places) > 1 else number(1)
        means.append(multiply(weight, name))
    H = letters.scalar("entropy")
    result = _together(chain, found, law)
    page.steps.append(Step(H, add(*means), "mean over the stationary law"))
    page.steps.append(Step(add(*means), result, "insert"))
    plain = [multiply(law[k], _plain_entropy(chain, k)) for k in found.places]
    page.conclude((result, add(*plain)))
    if factor is not None:
        converted = _divided(result, factor)
        rule = "change of base: divide by its logarithm"
        page.say(Step(result, converted, rule), (result, multiply(factor, converted)))
        result = converted
    trace = Trace(
        question=Words(f"entropy rate, in {unit} per step, of {{0}}", (P,)),
        definitions=((P, chain.matrix),),
        steps=tuple(page.steps),
        results=((H.name, result),),
        conditions=chain.conditions,
        arguments=chain.symbols,
    )
    return DerivationUnderConditions(trace, tuple(page.claims))


def _divided(nats: Node, factor: Node) -> Node:
    """The quotient, term by term where a term is a multiple of the divisor."""
    terms = nats.args if nats.op == "add" else (nats,)
    parts = [split_product(term) for term in terms]
    if all(scalars != (factor,) for _, scalars, _ in parts):
        return divide(nats, factor)
    return add(
        *(
            number(c) if scalars == (factor,) else divide(term, factor)
            for term, (c, scalars, _) in zip(terms, parts, strict=True)
        )
    )


def only_class(chain: Transitions, asked: str) -> CommunicatingClass:
    """The closed class of a chain that has one.

    Raises
    ------
    DomainError
        There are several; the message names them.
    """
    closed = chain.classes.closed
    if len(closed) > 1:
        names = "; ".join(chain.named(c.places) for c in closed)
        raise DomainError(
            f"{asked} needs one stationary law, and the chain has {len(closed)} closed classes: "
            f"{names}\n"
            f"  to fix   : ask the chain of one class, with its rows and columns alone"
        )
    return closed[0]


def row_entropy(chain: Transitions, k: int) -> Node:
    """The entropy of a row as a person writes it; a certain entry adds nothing."""
    terms = [
        negative(multiply(entry, log(entry))) for entry in chain.rows[k] if not entry.is_number
    ]
    return add(*terms, logs_of_primes(_prime_logs(chain, k)))


def _prime_logs(chain: Transitions, k: int) -> dict[int, Fraction]:
    """The entropy of the entries that are numbers, by the logarithms of primes."""
    logs: dict[int, Fraction] = {}
    for entry in chain.rows[k]:
        if not entry.is_number or entry.data == 0:
            continue
        parts = ((entry.data.denominator, 1), (entry.data.numerator, -1))
        for whole, sign in parts:
            for prime, times in factorint(whole).items():
                logs[int(prime)] = logs.get(int(prime), Fraction(0)) + sign * times * entry.data
    return logs


def logs_of_primes(logs: dict[int, Fraction]) -> Node:
    """A sum of logarithms, the largest prime first."""
    terms = [
        multiply(number(logs[p]), log(number(p))) for p in sorted(logs, reverse=True) if logs[p]
    ]
    return add(*terms) if terms else number(0)


def _together(chain: Transitions, found: CommunicatingClass, law: list[Node]) -> Node:
    """The rate: of numbers one sum of logarithms, else row by row."""
    is_plain = all(law[k].is_number for k in found.places) and all(
        entry.is_number for k in found.places for entry in chain.rows[k]
    )
    if not is_plain:
        return add(*(multiply(law[k], row_entropy(chain, k)) for k in found.places))
    logs: dict[int, Fraction] = {}
    for k in found.places:
        for prime, weight in _prime_logs(chain, k).items():
            logs[prime] = logs.get(prime, Fraction(0)) + law[k].data * weight
    return logs_of_primes(logs)


def _plain_entropy(chain: Transitions, k: int) -> Node:
    """Minus the sum of ``p log p``, term by term."""
    present = [entry for entry in chain.rows[k] if not (entry.is_number and entry.data == 0)]
    return negative(add(*(multiply(entry, log(entry)) for entry in present)))


def _unit(base: Any) -> tuple[Node | None, str]:
    """What nats are divided by, and the name of the unit."""
    if base is None:
        return None, "nats"
    node = exact_entry(base, "base") if not isinstance(base, str) else None
    if node is None or node.symbols:
        raise ArgumentError(
            f"base must be a number, got {base!r}\n  to fix   : give 2 for bits, 10"
        )
    if not is_positive(node) or (node.is_number and node.data == 1):
        raise DomainError(
            f"the base of the logarithm must be positive and not 1, got {base}\n"
            f"  to fix   : give 2 for bits, 10, ...; nats if it is left out"
        )
    name = UNITS.get(node.data) if node.is_number else None
    return log(node), name or f"units of log({node!r}) nats"
