"""Laws of extremes and of lifetimes.

Letters: ``x`` is the value, the others are the declared parameters in their order, ``y`` the
value of the kernel.  No normalising constant is trusted: the checks integrate the density.
"""

from __future__ import annotations

from derive.language.expression import Node
from derive.language.law import Law, Parameter, Piece
from derive.language.laws.terms import PI, exp, log
from derive.language.support import POSITIVE_LINE, REAL_LINE, Support


class Gumbel(Law):
    """Gumbel law of maxima with location mu and scale beta.

    Examples
    --------
    >>> print(Gumbel())
    Gumbel(mu, beta): location mu, scale beta
    """

    name = "gumbel"
    parameters = (Parameter("mu", "real", "location"), Parameter("beta", "positive", "scale"))
    pieces = (Piece("gamma", lambda y, mu, beta: mu - beta * log(y)),)

    @staticmethod
    def log_density_terms(x: Node, mu: Node, beta: Node) -> Node:
        """-log(beta) - z - exp(-z), z = (x - mu)/beta."""
        return -log(beta) - (x - mu) / beta - exp(-(x - mu) / beta)

    @staticmethod
    def support_at(mu: Node, beta: Node) -> Support:
        """The whole line."""
        return REAL_LINE


class Moyal(Law):
    """Moyal law with location mu and scale sigma.

    Examples
    --------
    >>> print(Moyal())
    Moyal(mu, sigma): location mu, scale sigma
    """

    name = "moyal"
    parameters = (Parameter("mu", "real", "location"), Parameter("sigma", "positive", "scale"))
    pieces = (Piece("gamma", lambda y, mu, sigma: mu - sigma * log(y)),)

    @staticmethod
    def log_density_terms(x: Node, mu: Node, sigma: Node) -> Node:
        """-log(2 pi)/2 - log(sigma) - (z + exp(-z))/2, z = (x - mu)/sigma."""
        return -log(2 * PI) / 2 - log(sigma) - (x - mu) / (2 * sigma) - exp(-(x - mu) / sigma) / 2

    @staticmethod
    def support_at(mu: Node, sigma: Node) -> Support:
        """The whole line."""
        return REAL_LINE


class GeneralizedExtremeValue(Law):
    """Generalised extreme value law: location mu, scale sigma, shape xi > 0 (Frechet type).

    Examples
    --------
    >>> print(GeneralizedExtremeValue())
    GeneralizedExtremeValue(mu, sigma, xi): location mu, scale sigma, shape xi
    """

    name = "gev"
    parameters = (
        Parameter("mu", "real", "location"),
        Parameter("sigma", "positive", "scale"),
        Parameter("xi", "positive", "shape"),
    )
    pieces = (Piece("gamma", lambda y, mu, sigma, xi: mu + sigma * (y ** (-xi) - 1) / xi),)

    @staticmethod
    def log_density_terms(x: Node, mu: Node, sigma: Node, xi: Node) -> Node:
        """-log(sigma) - (1 + 1/xi) log(1 + xi z) - (1 + xi z)^(-1/xi), z = (x - mu)/sigma."""
        return (
            -log(sigma)
            - (1 + 1 / xi) * log(1 + xi * (x - mu) / sigma)
            - (1 + xi * (x - mu) / sigma) ** (-1 / xi)
        )

    @staticmethod
    def support_at(mu: Node, sigma: Node, xi: Node) -> Support:
        """Where the density is positive."""
        return Support(mu - sigma / xi, None)


class Frechet(Law):
    """Frechet law with shape alpha, scale s and minimum 0.

    Examples
    --------
    >>> print(Frechet())
    Frechet(alpha, s): shape alpha, scale s
    """

    name = "frechet"
    parameters = (Parameter("alpha", "positive", "shape"), Parameter("s", "positive", "scale"))
    pieces = (Piece("gamma", lambda y, alpha, s: s * y ** (-1 / alpha)),)

    @staticmethod
    def log_density_terms(x: Node, alpha: Node, s: Node) -> Node:
        """log(alpha/s) - (1 + alpha) log(x/s) - (x/s)^(-alpha)."""
        return log(alpha) - log(s) - (1 + alpha) * log(x / s) - (x / s) ** (-alpha)

    @staticmethod
    def support_at(alpha: Node, s: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class Weibull(Law):
    """Weibull law with shape k and scale lam.

    Examples
    --------
    >>> print(Weibull())
    Weibull(k, lam): shape k, scale lam
    """

    name = "weibull"
    parameters = (Parameter("k", "positive", "shape"), Parameter("lam", "positive", "scale"))
    pieces = (Piece("gamma", lambda y, k, lam: lam * y ** (1 / k)),)

    @staticmethod
    def log_density_terms(x: Node, k: Node, lam: Node) -> Node:
        """log(k/lam) + (k - 1) log(x/lam) - (x/lam)^k."""
        return log(k) - log(lam) + (k - 1) * log(x / lam) - (x / lam) ** k

    @staticmethod
    def support_at(k: Node, lam: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class Gompertz(Law):
    """Gompertz law with scale b and shape eta.

    Examples
    --------
    >>> print(Gompertz())
    Gompertz(b, eta): scale b, shape eta
    """

    name = "gompertz"
    parameters = (Parameter("b", "positive", "scale"), Parameter("eta", "positive", "shape"))
    pieces = (Piece("gamma", lambda y, b, eta: log(1 + y) / b),)

    @staticmethod
    def log_density_terms(x: Node, b: Node, eta: Node) -> Node:
        """log(b) + log(eta) + eta + b x - eta exp(b x)."""
        return log(b) + log(eta) + eta + b * x - eta * exp(b * x)

    @staticmethod
    def support_at(b: Node, eta: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE
