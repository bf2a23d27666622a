"""Discrete random variables with finitely many values: law, cdf, transform, mean, variance."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NoReturn, TypeAlias

import sympy
from sympy import Expr

from derive.check.claims import SameValue
from derive.derivation import Derivation
from derive.errors import ArgumentError, DomainError
from derive.language.expression import Node, add, multiply, number, power, symbol
from derive.language.functions import postorder
from derive.language.law import Value
from derive.language.relations import Condition, Words
from derive.language.sympy_out import to_sympy
from derive.probability.events import checked_name, outcome_text
from derive.probability.masses import (
    conditions_of_masses,
    gathered,
    probabilities,
    require_total_one,
    simplified,
)
from derive.probability.sample_space import SampleSpace
from derive.steps import Step, Trace

Point: TypeAlias = int | float | Fraction | Expr
MOST_TERMS = 8  # of a sum over the values that is written out


class DiscreteRandomVariable:
    """A random variable with finitely many values, all of them rational numbers.

    Parameters
    ----------
    law : mapping of value to number, fraction, symbol or text
        The mass of each value, as for ``SampleSpace``; values of mass 0 are left out.
    name : str
        As written on pages.

    Attributes
    ----------
    values : tuple of Fraction
        Ascending.
    name : str
    symbols : tuple of Node
        The symbols of the masses.
    conditions : tuple of Relation or Words
        What the symbols must satisfy.

    Raises
    ------
    ArgumentError
        Not a mapping, or a value is no exact number.
    DomainError
        A mass is negative, or they do not sum to one.

    Examples
    --------
    >>> X = DiscreteRandomVariable({0: "1 - p", 1: "p"})
    >>> X.pmf(1), X.cdf(0.5)
    (p, 1 - p)
    >>> X.variance()
    p*(1 - p)    # scalar
    """

    __slots__ = ("_law", "conditions", "name", "symbols")
    _law: dict[Fraction, Node]
    name: str
    symbols: tuple[Node, ...]
    conditions: tuple[Condition, ...]

    def __init__(self, law: Mapping[Any, Value], name: str = "X") -> None:
        if not isinstance(law, Mapping):
            raise ArgumentError(
                f"a random variable needs values with masses, got {type(law).__name__}\n"
                '  to fix   : give a dict, as in {0: "1 - p", 1: "p"}'
            )
        if not law:
            raise ArgumentError("a random variable needs at least one value, got none")
        values = {f"the value {value}": value for value in map(_value, law)}
        if len(values) < len(law):
            raise ArgumentError(f"a value stands twice among {', '.join(map(str, law))}")
        masses = zip(values, law.values(), strict=True)
        nodes = probabilities("DiscreteRandomVariable", dict(masses))
        require_total_one("DiscreteRandomVariable", nodes)
        self._set({values[text]: node for text, node in nodes.items()}, name)

    @classmethod
    def of(
        cls, space: SampleSpace, function: Callable[[Any], Point], name: str = "X"
    ) -> DiscreteRandomVariable:
        """The random variable that is a function of the outcome of an experiment.

        Parameters
        ----------
        space : SampleSpace
        function : function from an outcome to a rational number
        name : str

        Returns
        -------
        DiscreteRandomVariable

        Raises
        ------
        ArgumentError
            Not a sample space, not a function, or it gives no number.

        Examples
        --------
        >>> die = SampleSpace.uniform(range(1, 7))
        >>> DiscreteRandomVariable.of(die.product(die), max).pmf(2)
        1/12
        """
        if not isinstance(space, SampleSpace) or not callable(function):
            raise ArgumentError(
                "DiscreteRandomVariable.of needs a sample space and a function of its outcomes"
            )
        images = [(_value(function(outcome)), mass) for outcome, mass in space.masses.items()]
        return cls._made(images, name)

    @classmethod
    def _made(cls, images: list[tuple[Fraction, Node]], name: str) -> DiscreteRandomVariable:
        """From values, several of which may be equal."""
        grouped: dict[Fraction, list[Node]] = {}
        for value, mass in images:
            grouped.setdefault(value, []).append(mass)
        variable = cls.__new__(cls)
        variable._set({v: simplified(add(*masses)) for v, masses in grouped.items()}, name)
        return variable

    def _set(self, law: Mapping[Fraction, Node], name: str) -> None:
        kept = {value: law[value] for value in sorted(law) if law[value] is not number(0)}
        nodes = tuple(dict.fromkeys(kept.values()))
        found = tuple(node for node in postorder(*nodes) if node.op == "symbol")
        label = checked_name(name) or "X"
        if label in {s.name for s in found}:
            raise ArgumentError(f"the name {label} stands for the variable and for a symbol")
        object.__setattr__(self, "_law", kept)
        object.__setattr__(self, "name", label)
        object.__setattr__(self, "symbols", found)
        object.__setattr__(self, "conditions", conditions_of_masses(nodes))

    # --- the law ------------------------------------------------------------------------

    @property
    def values(self) -> tuple[Fraction, ...]:
        """The values of positive mass, ascending."""
        return tuple(self._law)

    @property
    def law(self) -> Mapping[Fraction, Node]:
        """The mass of each value as a node, ascending."""
        return dict(self._law)

    def pmf(self, value: Point) -> Expr:
        """The probability of one value; 0 if it is never taken.

        Examples
        --------
        >>> DiscreteRandomVariable({1: 0.25, 2: 0.75}).pmf(2)
        3/4
        """
        return to_sympy(self._law.get(_value(value), number(0)))

    def cdf(self, value: Point) -> Expr:
        """The probability of a value that is at most so large; a step function.

        Examples
        --------
        >>> X = DiscreteRandomVariable({1: 0.25, 2: 0.75})
        >>> X.cdf(0), X.cdf(1.5), X.cdf(2)
        (0, 1/4, 1)
        """
        bound = _value(value)
        below = [mass for value, mass in self._law.items() if value <= bound]
        if len(below) == len(self._law):
            return sympy.Integer(1)
        return to_sympy(simplified(add(number(0), *below)))

    def transform(self, function: Callable[[Fraction], Point], name: str = "Y") -> Any:
        """The law of a function of the variable: masses of values with one image are added.

        Parameters
        ----------
        function : function from a Fraction to a rational number
        name : str

        Returns
        -------
        DiscreteRandomVariable

        Raises
        ------
        ArgumentError
            Not a function, or it gives no number.

        Examples
        --------
        >>> X = DiscreteRandomVariable({-1: "p", 0: "1 - 2*p", 1: "p"})
        >>> X.transform(lambda x: x**2)
        Y: 0 with 1 - 2*p, 1 with 2*p
        """
        if not callable(function):
            raise ArgumentError(f"transform needs a function of the value, got {function!r:.40}")
        images = [(_value(function(value)), mass) for value, mass in self._law.items()]
        return DiscreteRandomVariable._made(images, name)

    # --- moments ------------------------------------------------------------------------

    def mean(self) -> Derivation:
        """Derive the mean, the sum of the values times their masses.

        Returns
        -------
        Derivation
            ``.result`` is E[X], a scalar in the unit of the values.

        Examples
        --------
        >>> DiscreteRandomVariable({k: "1/6" for k in range(1, 7)}).mean()
        7/2    # scalar
        """
        page = MomentPage(self)
        value = page.moment(1)
        name = page.name(1)
        return page.derivation(Words("{0}", (name,)), ("mean", name, value))

    def variance(self) -> Derivation:
        """Derive the variance, E[X^2] - E[X]^2.

        Returns
        -------
        Derivation
            ``.result`` is Var(X), a scalar in the squared unit of the values.

        Examples
        --------
        >>> DiscreteRandomVariable({k: "1/6" for k in range(1, 7)}).variance()
        35/12    # scalar
        """
        page = MomentPage(self)
        first, second = page.moment(1), page.moment(2)
        value = simplified(second - power(first, number(2)))
        name = page.variance_name()
        formula = page.name(2) - power(page.name(1), number(2))
        page.say(name, formula, "the mean square less the squared mean")
        page.say(formula, value, "insert the means")
        return page.derivation(Words("{0}", (name,)), ("variance", name, value))

    # --- how Python sees it -------------------------------------------------------------

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a random variable does not change: cannot set {name}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DiscreteRandomVariable) and self._law == other._law

    def __hash__(self) -> int:
        return hash(tuple(self._law.items()))

    def __repr__(self) -> str:
        shown = [f"{value} with {mass!r}" for value, mass in list(self._law.items())[:12]]
        more = ", ..." if len(self._law) > len(shown) else ""
        return f"{self.name}: {', '.join(shown)}{more}"


class MomentPage:
    """The lines of a moment: the law, the sum over the values, its value.

    A claim takes the masses one by one: E[X] is what the deviations from it average to 0
    around, and the variance is the mean squared deviation.
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
        mean = _weighted(self.variable, 1)
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
        self._meanings[name] = total
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
        return Derivation(trace, tuple(claims))


def mass_name(variable: DiscreteRandomVariable, value: Fraction) -> Node:
    """``P(X = 3)``."""
    return symbol(f"P({variable.name} = {signed(value)})")


def _weighted(variable: DiscreteRandomVariable, order: int) -> Node:
    """The sum of powers of the values times their masses."""
    terms = (multiply(number(value**order), mass) for value, mass in variable.law.items())
    return gathered(add(number(0), *terms))


def _value(value: object) -> Fraction:
    """A value as an exact number; a float stands for the decimal it prints as."""
    if isinstance(value, sympy.Rational):
        return Fraction(int(value.p), int(value.q))
    if isinstance(value, numbers.Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, numbers.Real) and not isinstance(value, sympy.Basic):
        if not math.isfinite(value):
            raise DomainError(f"a value of a random variable must be finite, got {value}")
        return Fraction(repr(float(value)))
    raise ArgumentError(
        f"a value of a random variable is a rational number, got {outcome_text(value)} "
        f"of type {type(value).__name__}\n"
        "  to fix   : give a whole number or a fraction; of other outcomes make a SampleSpace"
    )


def signed(value: Fraction) -> str:
    """A value with the minus sign of a formula."""
    return str(value).replace("-", "−")
