"""Laws with a density: parameters, support, log density and standard form of each.

Letters: ``x`` is the value, the others are the declared parameters in their order.  A log
density is a sum of terms, each a coefficient times a function of ``x``, written as a
textbook writes it; no normalising constant is trusted, for the checks integrate it.

To add a law, declare a class here and append it to ``LAWS`` in ``distributions.py``.
"""

from __future__ import annotations

from derive.language.expression import Node, constant, number
from derive.language.functions import elementwise
from derive.language.law import (
    POSITIVE_LINE,
    REAL_LINE,
    Law,
    Parameter,
    StandardForm,
)

PI = constant("pi")


def log(node: Node) -> Node:
    """The natural logarithm; 0 of the number 1."""
    return number(0) if node is number(1) else elementwise("log", node)


def loggamma(node: Node) -> Node:
    """The logarithm of the gamma function; 0 of the numbers 1 and 2."""
    return number(0) if node in (number(1), number(2)) else elementwise("loggamma", node)


class Normal(Law):
    """Normal law with mean mu and standard deviation sigma (not the variance).

    Examples
    --------
    >>> print(Normal())
    Normal(mu, sigma): mean mu, standard deviation sigma
    >>> Normal(mu=0, sigma=2)
    Normal(0, 2)
    """

    name = "normal"
    parameters = (
        Parameter("mu", "real", "mean"),
        Parameter("sigma", "positive", "standard deviation"),
    )
    support = REAL_LINE
    standard = StandardForm("gaussian")

    @staticmethod
    def log_density_terms(x: Node, mu: Node, sigma: Node) -> Node:
        """-1/2 log(2 pi) - log(sigma) - (x - mu)^2/(2 sigma^2)."""
        return -log(2 * PI) / 2 - log(sigma) - (x - mu) ** 2 / (2 * sigma**2)


class Exponential(Law):
    """Exponential law with the given rate: mean 1/rate.

    Examples
    --------
    >>> print(Exponential("lam"))
    Exponential(lam): rate lam
    """

    name = "exponential"
    parameters = (Parameter("rate", "positive", "rate"),)
    support = POSITIVE_LINE
    standard = StandardForm("gamma")

    @staticmethod
    def log_density_terms(x: Node, rate: Node) -> Node:
        """log(rate) - rate x."""
        return log(rate) - rate * x


class Gamma(Law):
    """Gamma law with shape k and SCALE theta (not a rate): mean k theta.

    Examples
    --------
    >>> print(Gamma())
    Gamma(k, theta): shape k, scale theta
    """

    name = "gamma"
    parameters = (
        Parameter("k", "positive", "shape"),
        Parameter("theta", "positive", "scale"),
    )
    support = POSITIVE_LINE
    standard = StandardForm("gamma")

    @staticmethod
    def log_density_terms(x: Node, k: Node, theta: Node) -> Node:
        """(k - 1) log x - x/theta - log Gamma(k) - k log(theta)."""
        return (k - 1) * log(x) - x / theta - loggamma(k) - k * log(theta)
