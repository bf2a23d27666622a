"""Laws on whole numbers: parameters, support, log mass function and standard form of each.

Letters: ``x`` is the value, the others are the declared parameters in their order.
``loggamma(x + 1)`` is log x!.

To add a law, declare a class here and append it to ``LAWS`` in ``distributions.py``.
"""

from __future__ import annotations

from derive.language.expression import Node
from derive.language.law import COUNTS, ZERO_ONE, Law, Parameter, StandardForm
from derive.language.laws_continuous import log, loggamma


class Bernoulli(Law):
    """Bernoulli law on {0, 1} with success probability p, 0 < p < 1.

    Examples
    --------
    >>> print(Bernoulli("q"))
    Bernoulli(q): success probability q
    """

    name = "bernoulli"
    parameters = (Parameter("p", "probability", "success probability"),)
    support = ZERO_ONE
    standard = StandardForm("two_point")

    @staticmethod
    def log_density_terms(x: Node, p: Node) -> Node:
        """x log(p) + (1 - x) log(1 - p)."""
        return x * log(p) + (1 - x) * log(1 - p)


class Poisson(Law):
    """Poisson law with rate lam: mean lam.

    Examples
    --------
    >>> print(Poisson("m"))
    Poisson(m): rate m
    """

    name = "poisson"
    parameters = (Parameter("lam", "positive", "rate"),)
    support = COUNTS
    standard = StandardForm("factorial")

    @staticmethod
    def log_density_terms(x: Node, lam: Node) -> Node:
        """x log(lam) - lam - log x!."""
        return x * log(lam) - lam - loggamma(x + 1)
