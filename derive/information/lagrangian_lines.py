"""The lines that every law of largest entropy has: the multipliers, and why it is the largest."""

from __future__ import annotations

from collections.abc import Sequence

from derive.information.moment_constraints import MeanConstraint
from derive.language.expression import Node, add, multiply, negative, number, symbol
from derive.language.functions import elementwise, expectation
from derive.language.relations import Relation, Words
from derive.steps import Step


def multipliers(means: Sequence[MeanConstraint]) -> tuple[Node, ...]:
    """The multipliers of the means, by name."""
    names = [f"eta{k + 1}" if len(means) > 1 else "eta" for k in range(len(means))]
    return tuple(symbol(name) for name in names)


def lagrangian_steps(means: Sequence[MeanConstraint], x: Node, letter: str) -> tuple[Step, ...]:
    """From the Lagrangian to the exponential form of a density called `letter`."""
    entropy, name = symbol(f"H({letter})"), symbol(f"{letter}({x.name})")
    rest, total = symbol("lambda"), expectation(number(1), letter, x.name)
    etas = multipliers(means)
    held = [
        multiply(eta, expectation(m.function, letter, x.name) - m.value)
        for eta, m in zip(etas, means, strict=True)
    ]
    exponents = [multiply(eta, m.function) for eta, m in zip(etas, means, strict=True)]
    slope = add(negative(elementwise("log", name)), number(-1), rest, *exponents)
    form = elementwise("exp", add(*exponents)) if exponents else number(1)
    return (
        Step(
            symbol("L"),
            add(entropy, multiply(rest, total - 1), *held),
            Words("Lagrangian; {0} is the total mass", (total,)),
        ),
        Step(None, Relation(slope, "=", number(0)), Words("stationary in {0}", (name,))),
        Step(
            name,
            form / symbol("Z"),
            Words("solve for {0}; {1} = {2}", (name, log_of(symbol("Z")), 1 - rest)),
        ),
    )


def gibbs_steps(letter: str) -> tuple[Step, ...]:
    """That every other law with the same means has less entropy."""
    entropy, other = symbol(f"H({letter})"), symbol("H(q)")
    means = [expectation(log_of(symbol(letter)), name, "x") for name in ("q", letter)]
    return (
        Step(
            other,
            entropy - symbol(f"KL(q ‖ {letter})"),
            Words("for q with the same means: {0} = {1}", tuple(means)),
        ),
        Step(
            None,
            Relation(other, "<=", entropy),
            Words(
                "Gibbs: {0} ≥ 0, and 0 for q = {1} alone",
                (symbol(f"KL(q ‖ {letter})"), symbol(letter)),
            ),
        ),
    )


def log_of(node: Node) -> Node:
    """A logarithm."""
    return elementwise("log", node)
