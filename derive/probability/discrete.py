"""Discrete random variables with finitely many values: law, cdf, transform, mean, variance."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NoReturn, TypeAlias

import sympy
from sympy import Expr

from derive.derivation import Derivation
from derive.errors import ArgumentError, DomainError
from derive.language.expression import Node, add, number, power
from derive.language.functions import postorder
from derive.language.law import Value
from derive.language.relations import Condition, Words
from derive.language.rounded_shares import without_rounding
from derive.language.sympy_out import to_sympy
from derive.probability.events import checked_name, outcome_text
from derive.probability.finite_moments import MomentPage
from derive.probability.masses import (
    conditions_of_masses,
    probabilities,
    require_total_one,
    simplified,
)
from derive.probability.sample_space import SampleSpace

Point: TypeAlias = int | float | Fraction | Expr


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
        masses = zip(values, without_rounding(list(law.values())), strict=True)
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

    def __reduce__(self) -> tuple[Any, ...]:
        return DiscreteRandomVariable, (dict(self._law), self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DiscreteRandomVariable) and self._law == other._law

    def __hash__(self) -> int:
        return hash(tuple(self._law.items()))

    def __repr__(self) -> str:
        shown = [f"{value} with {mass!r}" for value, mass in list(self._law.items())[:12]]
        more = ", ..." if len(self._law) > len(shown) else ""
        return f"{self.name}: {', '.join(shown)}{more}"


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
