"""Laws on whole numbers.

Letters: ``x`` is the value, the others are the declared parameters in their order, ``y`` the
value of the kernel.  No normalising constant is trusted: the checks integrate the density.
"""

from __future__ import annotations

from derive.language.expression import Node, number
from derive.language.law import Law, Parameter, Piece
from derive.language.laws.terms import log, loggamma
from derive.language.relations import Relation
from derive.language.special_functions import zeta
from derive.language.support import COUNTS, FROM_ONE, ZERO_ONE, Support


class Bernoulli(Law):
    """Bernoulli law on {0, 1} with success probability p, 0 < p < 1.

    Examples
    --------
    >>> print(Bernoulli())
    Bernoulli(p): success probability p
    """

    name = "bernoulli"
    parameters = (Parameter("p", "probability", "success probability"),)
    pieces = (Piece("two_point"),)

    @staticmethod
    def log_density_terms(x: Node, p: Node) -> Node:
        """x log(p) + (1 - x) log(1 - p)."""
        return x * log(p) + (1 - x) * log(1 - p)

    @staticmethod
    def support_at(p: Node) -> Support:
        """Where the density is positive."""
        return ZERO_ONE


class Binomial(Law):
    """Binomial law: successes in n trials of success probability p.

    Examples
    --------
    >>> print(Binomial())
    Binomial(n, p): trials n, success probability p
    """

    name = "binomial"
    parameters = (
        Parameter("n", "positive integer", "trials"),
        Parameter("p", "probability", "success probability"),
    )
    pieces = (Piece("binomial", given=lambda n, p: (n,)),)

    @staticmethod
    def log_density_terms(x: Node, n: Node, p: Node) -> Node:
        """log C(n, x) + x log(p) + (n - x) log(1 - p)."""
        return (
            loggamma(n + 1)
            - loggamma(x + 1)
            - loggamma(n - x + 1)
            + x * log(p)
            + (n - x) * log(1 - p)
        )

    @staticmethod
    def support_at(n: Node, p: Node) -> Support:
        """Where the density is positive."""
        return Support(number(0), n, is_whole=True)


class Geometric(Law):
    """Geometric law: trials up to and with the first success, from 1 on.

    Examples
    --------
    >>> print(Geometric())
    Geometric(p): success probability p
    """

    name = "geometric"
    parameters = (Parameter("p", "probability", "success probability"),)
    pieces = (Piece("negative_binomial", lambda y, p: y + 1, given=lambda p: (number(1),)),)

    @staticmethod
    def log_density_terms(x: Node, p: Node) -> Node:
        """log(p) + (x - 1) log(1 - p)."""
        return log(p) + (x - 1) * log(1 - p)

    @staticmethod
    def support_at(p: Node) -> Support:
        """Where the density is positive."""
        return FROM_ONE


class Poisson(Law):
    """Poisson law with rate lam: mean lam.

    Examples
    --------
    >>> print(Poisson())
    Poisson(lam): rate lam
    """

    name = "poisson"
    parameters = (Parameter("lam", "positive", "rate"),)
    pieces = (Piece("factorial"),)

    @staticmethod
    def log_density_terms(x: Node, lam: Node) -> Node:
        """x log(lam) - lam - log x!."""
        return x * log(lam) - lam - loggamma(x + 1)

    @staticmethod
    def support_at(lam: Node) -> Support:
        """Where the density is positive."""
        return COUNTS


class NegativeBinomial(Law):
    """Negative binomial law: failures before the r-th success (real r > 0).

    Examples
    --------
    >>> print(NegativeBinomial())
    NegativeBinomial(r, p): successes r, success probability p
    """

    name = "negative_binomial"
    parameters = (
        Parameter("r", "positive", "successes"),
        Parameter("p", "probability", "success probability"),
    )
    pieces = (Piece("negative_binomial", given=lambda r, p: (r,)),)

    @staticmethod
    def log_density_terms(x: Node, r: Node, p: Node) -> Node:
        """log C(x + r - 1, x) + r log(p) + x log(1 - p)."""
        return loggamma(x + r) - loggamma(r) - loggamma(x + 1) + r * log(p) + x * log(1 - p)

    @staticmethod
    def support_at(r: Node, p: Node) -> Support:
        """Where the density is positive."""
        return COUNTS


class LogSeries(Law):
    """Logarithmic series law on 1, 2, ...: mass -p^x/(x log(1 - p)).

    Examples
    --------
    >>> print(LogSeries())
    LogSeries(p): parameter p
    """

    name = "log_series"
    parameters = (Parameter("p", "probability", "parameter"),)
    pieces = (Piece("logarithmic"),)

    @staticmethod
    def log_density_terms(x: Node, p: Node) -> Node:
        """x log(p) - log x - log(-log(1 - p))."""
        return x * log(p) - log(x) - log(-log(1 - p))

    @staticmethod
    def support_at(p: Node) -> Support:
        """Where the density is positive."""
        return FROM_ONE


class Zeta(Law):
    """Zeta law on 1, 2, ...: mass x^(-s)/zeta(s), s > 1 (also called Zipf's).

    Examples
    --------
    >>> print(Zeta())
    Zeta(s): exponent s
    """

    name = "zeta"
    parameters = (Parameter("s", "real", "exponent"),)
    pieces = (Piece("zeta"),)

    @staticmethod
    def log_density_terms(x: Node, s: Node) -> Node:
        """-s log x - log zeta(s)."""
        return -s * log(x) - log(zeta(0, s))

    @staticmethod
    def support_at(s: Node) -> Support:
        """Where the density is positive."""
        return FROM_ONE

    @staticmethod
    def needs(s: Node) -> tuple[Relation, ...]:
        """Where the masses have a finite sum."""
        return (Relation(s, ">", number(1)),)


class DiscreteUniform(Law):
    """Uniform law on 1, 2, ..., n.

    Examples
    --------
    >>> print(DiscreteUniform())
    DiscreteUniform(n): largest value n
    """

    name = "discrete_uniform"
    parameters = (Parameter("n", "positive integer", "largest value"),)
    pieces = (Piece("first_whole", given=lambda n: (n,)),)

    @staticmethod
    def log_density_terms(x: Node, n: Node) -> Node:
        """-log(n)."""
        return -log(n)

    @staticmethod
    def support_at(n: Node) -> Support:
        """Where the density is positive."""
        return Support(number(1), n, is_whole=True)


class Rademacher(Law):
    """Rademacher law: -1 and 1 with probability 1/2 each.

    Examples
    --------
    >>> print(Rademacher())
    Rademacher()
    """

    name = "rademacher"
    parameters = ()
    pieces = (Piece("two_point", lambda y: 2 * y - 1),)

    @staticmethod
    def log_density_terms(x: Node) -> Node:
        """-log 2."""
        return -log(number(2))

    @staticmethod
    def support_at() -> Support:
        """Where the density is positive."""
        return Support(number(-1), number(1), is_whole=True, step=2)
