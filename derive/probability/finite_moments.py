"""Mean and variance of a discrete random variable by enumeration of its values."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.check.claims import SameValue
from derive.derivation import Derivation
from derive.language.expression import Node, add, multiply, number, power, symbol
from derive.language.relations import Words
from derive.probability.masses import gathered, simplified
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace

if TYPE_CHECKING:
    from derive.probability.discrete import DiscreteRandomVariable

MOST_TERMS = 8  # of a sum over the values that is written out


class MomentPage:
    """The lines of a moment: the law, the sum over the values, its value.

    In the claims a moment is that of the least value and the mean of what is above it, and
    the variance is the mean squared deviation: neither is the sum that the lines work with.
    """

    def __init__(self, variable: DiscreteRandomVariable) -> None:
        self.variable = variable
        self.steps: list[Step] = []
        self._pairs: list[tuple[Node, Node]] = []
        self._meanings: dict[Node, Node] = {}
        for value, mass in variable.law.items() if len(variable.values) <= MOST_TERMS else ():
            name = mass_name(variable, value)
            self._meanings[name] = mass
            self.say(name, mass, "mass")

    def name(self, order: int) -> Node:
        """``E[X]`` or ``E[X²]``."""
        exponent = {1: "", 2: "²"}[order]
        return symbol(f"E[{self.variable.name}{exponent}]")

    def variance_name(self) -> Node:
        """``Var(X)``, which for the claims is the mean squared deviation."""
        name = symbol(f"Var({self.variable.name})")
        mean = _above_least(self.variable, 1)
        deviations = (
            multiply(mass, power(number(value) - mean, number(2)))
            for value, mass in self.variable.law.items()
        )
        self._meanings[name] = add(number(0), *deviations)
        return name

    def say(self, before: Node, after: Node, rule: str) -> None:
        """Add a line and claim it."""
        if before is not after:
            self.steps.append(Step(before, after, rule))
            self._pairs.append((before, after))

    def moment(self, order: int) -> Node:
        """A moment by enumeration."""
        name, variable = self.name(order), self.variable
        total = _weighted(variable, order)
        self._meanings[name] = _above_least(variable, order)
        value = simplified(total)
        rule = "sum of values times masses" if order == 1 else "sum of squares times masses"
        if len(variable.values) <= MOST_TERMS:
            formula = add(
                number(0),
                *(multiply(number(v**order), mass_name(variable, v)) for v in variable.values),
            )
            self.say(name, formula, rule)
            self.say(formula, value, "insert the masses")
        else:
            self.say(name, value, f"{rule}, over {len(variable.values)} values")
        return value

    def derivation(self, question: Words, result: tuple[str, Node, Node]) -> Derivation:
        """The derivation of one moment."""
        what, name, value = result
        conditions = self.variable.conditions
        defined = tuple(self._meanings.items())
        claims = [SameValue(a, b, defined, conditions=conditions) for a, b in self._pairs]
        claims.append(SameValue(name, value, defined, conditions=conditions, kind="result"))
        trace = Trace(
            question=question,
            definitions=(),
            steps=tuple(self.steps),
            results=((what, value),),
            conditions=conditions,
            arguments=self.variable.symbols,
            lefts=(name,),
        )
        return DerivationUnderConditions(trace, tuple(claims))


def mass_name(variable: DiscreteRandomVariable, value: Fraction) -> Node:
    """``P(X = 3)``."""
    return symbol(f"P({variable.name} = {signed(value)})")


def _weighted(variable: DiscreteRandomVariable, order: int) -> Node:
    """The sum of powers of the values times their masses."""
    terms = (multiply(number(value**order), mass) for value, mass in variable.law.items())
    return gathered(add(number(0), *terms))


def _above_least(variable: DiscreteRandomVariable, order: int) -> Node:
    """A moment as that of the least value, and the masses times what the others add."""
    least = variable.values[0] ** order
    steps = (multiply(number(v**order - least), mass) for v, mass in variable.law.items())
    return add(number(least), *steps)


def signed(value: Fraction) -> str:
    """A value with the minus sign of a formula."""
    return str(value).replace("-", "−")
