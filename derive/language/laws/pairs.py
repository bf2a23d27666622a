"""Laws of two numbers, one of which is drawn first: the priors of a mean and its spread.

A pair is declared by the law of the first number and the law of the second one given it.
"""

from __future__ import annotations

from typing import ClassVar

from derive.language.expression import Node, number
from derive.language.law import Law, Parameter
from derive.language.laws.half_line import Gamma, InverseGamma
from derive.language.laws.line import Normal
from derive.language.laws.terms import sqrt


class PairLaw(Law):
    """A law of a pair ``(x, t)``: t from `first`, then x from `second` given t.

    Attributes
    ----------
    names : tuple of str
        What x and t are called.
    first : Law
        The law of t.
    """

    parameters: ClassVar[tuple[Parameter, ...]] = ()
    pieces = ()
    names: ClassVar[tuple[str, str]]

    @property
    def first(self) -> Law:
        """The law of the number that is drawn first."""
        raise NotImplementedError

    def second(self, given: Node) -> Law:
        """The law of the other number, given that."""
        raise NotImplementedError


class NormalGamma(PairLaw):
    """Law of a mean and a precision: tau ~ Gamma(shape a, rate b), x ~ Normal(mu, 1/(lam tau)).

    Examples
    --------
    >>> print(NormalGamma())
    NormalGamma(mu, lam, a, b): mean mu, number of observations lam, shape a, rate b
    """

    name = "normal_gamma"
    parameters = (
        Parameter("mu", "real", "mean"),
        Parameter("lam", "positive", "number of observations"),
        Parameter("a", "positive", "shape"),
        Parameter("b", "positive", "rate"),
    )
    names = ("x", "tau")

    @property
    def first(self) -> Law:
        """The law of the precision tau."""
        _, _, a, b = self.values
        return Gamma(a, number(1) / b)

    def second(self, given: Node) -> Law:
        """The law of x given tau."""
        mu, lam, _, _ = self.values
        return Normal(mu, number(1) / sqrt(lam * given))


class NormalInverseGamma(PairLaw):
    """Law of a mean and a variance: s2 ~ InverseGamma(a, b), mu ~ Normal(m, s2/k).

    Examples
    --------
    >>> print(NormalInverseGamma())
    NormalInverseGamma(m, k, a, b): mean m, number of observations k, shape a, scale b
    """

    name = "normal_inverse_gamma"
    parameters = (
        Parameter("m", "real", "mean"),
        Parameter("k", "positive", "number of observations"),
        Parameter("a", "positive", "shape"),
        Parameter("b", "positive", "scale"),
    )
    names = ("mu", "s2")

    @property
    def first(self) -> Law:
        """The law of the variance."""
        _, _, a, b = self.values
        return InverseGamma(a, b)

    def second(self, given: Node) -> Law:
        """The law of the mean given the variance."""
        m, k, _, _ = self.values
        return Normal(m, sqrt(given / k))
