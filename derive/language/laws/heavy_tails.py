"""Laws with heavy tails on a half line.

Letters: ``x`` is the value, the others are the declared parameters in their order, ``y`` the
value of the kernel.  No normalising constant is trusted: the checks integrate the density.
"""

from __future__ import annotations

from derive.language.expression import Node
from derive.language.law import Law, Parameter, Piece
from derive.language.laws.terms import PI, exp, log, logbeta, sqrt
from derive.language.support import POSITIVE_LINE, Support


class Pareto(Law):
    """Pareto law of type I with scale xm and index alpha.

    Examples
    --------
    >>> print(Pareto())
    Pareto(xm, alpha): scale xm, index alpha
    """

    name = "pareto"
    parameters = (Parameter("xm", "positive", "scale"), Parameter("alpha", "positive", "index"))
    pieces = (Piece("gamma", lambda y, xm, alpha: xm * exp(y)),)

    @staticmethod
    def log_density_terms(x: Node, xm: Node, alpha: Node) -> Node:
        """log(alpha) + alpha log(xm) - (alpha + 1) log x."""
        return log(alpha) + alpha * log(xm) - (alpha + 1) * log(x)

    @staticmethod
    def support_at(xm: Node, alpha: Node) -> Support:
        """Where the density is positive."""
        return Support(xm, None, is_closed=True)


class Lomax(Law):
    """Lomax law (Pareto of type II) with shape alpha and scale lam.

    Examples
    --------
    >>> print(Lomax())
    Lomax(alpha, lam): shape alpha, scale lam
    """

    name = "lomax"
    parameters = (Parameter("alpha", "positive", "shape"), Parameter("lam", "positive", "scale"))
    pieces = (Piece("beta_prime", lambda y, alpha, lam: lam * y),)

    @staticmethod
    def log_density_terms(x: Node, alpha: Node, lam: Node) -> Node:
        """log(alpha/lam) - (alpha + 1) log(1 + x/lam)."""
        return log(alpha) - log(lam) - (alpha + 1) * log(1 + x / lam)

    @staticmethod
    def support_at(alpha: Node, lam: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class GeneralizedPareto(Law):
    """Generalised Pareto law: location mu, scale sigma, shape xi > 0.

    Examples
    --------
    >>> print(GeneralizedPareto())
    GeneralizedPareto(mu, sigma, xi): location mu, scale sigma, shape xi
    """

    name = "generalized_pareto"
    parameters = (
        Parameter("mu", "real", "location"),
        Parameter("sigma", "positive", "scale"),
        Parameter("xi", "positive", "shape"),
    )
    pieces = (Piece("beta_prime", lambda y, mu, sigma, xi: mu + sigma * y / xi),)

    @staticmethod
    def log_density_terms(x: Node, mu: Node, sigma: Node, xi: Node) -> Node:
        """-log(sigma) - (1 + 1/xi) log(1 + xi (x - mu)/sigma)."""
        return -log(sigma) - (1 + 1 / xi) * log(1 + xi * (x - mu) / sigma)

    @staticmethod
    def support_at(mu: Node, sigma: Node, xi: Node) -> Support:
        """Where the density is positive."""
        return Support(mu, None, is_closed=True)


class BetaPrime(Law):
    """Beta prime law with shapes a and b.

    Examples
    --------
    >>> print(BetaPrime())
    BetaPrime(a, b): first shape a, second shape b
    """

    name = "beta_prime"
    parameters = (
        Parameter("a", "positive", "first shape"),
        Parameter("b", "positive", "second shape"),
    )
    pieces = (Piece("beta_prime"),)

    @staticmethod
    def log_density_terms(x: Node, a: Node, b: Node) -> Node:
        """(a - 1) log x - (a + b) log(1 + x) - log B(a, b)."""
        return (a - 1) * log(x) - (a + b) * log(1 + x) - logbeta(a, b)

    @staticmethod
    def support_at(a: Node, b: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class FisherF(Law):
    """Fisher-Snedecor law F(d1, d2).

    Examples
    --------
    >>> print(FisherF())
    FisherF(d1, d2): degrees of freedom above d1, degrees of freedom below d2
    """

    name = "f"
    parameters = (
        Parameter("d1", "positive", "degrees of freedom above"),
        Parameter("d2", "positive", "degrees of freedom below"),
    )
    pieces = (Piece("beta_prime", lambda y, d1, d2: d2 / d1 * y),)

    @staticmethod
    def log_density_terms(x: Node, d1: Node, d2: Node) -> Node:
        """d1/2 log(d1/d2) + (d1/2 - 1) log x - (d1 + d2)/2 log(1 + d1 x/d2) - log B(d1/2, d2/2)."""
        return (
            d1 / 2 * (log(d1) - log(d2))
            + (d1 / 2 - 1) * log(x)
            - (d1 + d2) / 2 * log(1 + d1 * x / d2)
            - logbeta(d1 / 2, d2 / 2)
        )

    @staticmethod
    def support_at(d1: Node, d2: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class LogLogistic(Law):
    """Log-logistic law with scale alpha and shape beta.

    Examples
    --------
    >>> print(LogLogistic())
    LogLogistic(alpha, beta): scale alpha, shape beta
    """

    name = "log_logistic"
    parameters = (Parameter("alpha", "positive", "scale"), Parameter("beta", "positive", "shape"))
    pieces = (Piece("beta_prime", lambda y, alpha, beta: alpha * y ** (1 / beta)),)

    @staticmethod
    def log_density_terms(x: Node, alpha: Node, beta: Node) -> Node:
        """log(beta/alpha) + (beta - 1) log(x/alpha) - 2 log(1 + (x/alpha)^beta)."""
        return (
            log(beta) - log(alpha) + (beta - 1) * log(x / alpha) - 2 * log(1 + (x / alpha) ** beta)
        )

    @staticmethod
    def support_at(alpha: Node, beta: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class BurrXII(Law):
    """Burr law of type XII with shapes c and k and scale lam.

    Examples
    --------
    >>> print(BurrXII())
    BurrXII(c, k, lam): first shape c, second shape k, scale lam
    """

    name = "burr12"
    parameters = (
        Parameter("c", "positive", "first shape"),
        Parameter("k", "positive", "second shape"),
        Parameter("lam", "positive", "scale"),
    )
    pieces = (Piece("beta_prime", lambda y, c, k, lam: lam * y ** (1 / c)),)

    @staticmethod
    def log_density_terms(x: Node, c: Node, k: Node, lam: Node) -> Node:
        """log(c k/lam) + (c - 1) log(x/lam) - (k + 1) log(1 + (x/lam)^c)."""
        return (
            log(c) + log(k) - log(lam) + (c - 1) * log(x / lam) - (k + 1) * log(1 + (x / lam) ** c)
        )

    @staticmethod
    def support_at(c: Node, k: Node, lam: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class Dagum(Law):
    """Dagum law with shapes p and a and scale b.

    Examples
    --------
    >>> print(Dagum())
    Dagum(p, a, b): first shape p, second shape a, scale b
    """

    name = "dagum"
    parameters = (
        Parameter("p", "positive", "first shape"),
        Parameter("a", "positive", "second shape"),
        Parameter("b", "positive", "scale"),
    )
    pieces = (Piece("beta_prime", lambda y, p, a, b: b * y ** (1 / a)),)

    @staticmethod
    def log_density_terms(x: Node, p: Node, a: Node, b: Node) -> Node:
        """log(a p) - log x + a p log(x/b) - (p + 1) log(1 + (x/b)^a)."""
        return log(a) + log(p) - log(x) + a * p * log(x / b) - (p + 1) * log(1 + (x / b) ** a)

    @staticmethod
    def support_at(p: Node, a: Node, b: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class HalfCauchy(Law):
    """Half-Cauchy law: the size of a Cauchy(0, gamma) value.

    Examples
    --------
    >>> print(HalfCauchy())
    HalfCauchy(gamma): scale gamma
    """

    name = "half_cauchy"
    parameters = (Parameter("gamma", "positive", "scale"),)
    pieces = (Piece("beta_prime", lambda y, gamma: gamma * sqrt(y)),)

    @staticmethod
    def log_density_terms(x: Node, gamma: Node) -> Node:
        """log(2/pi) - log(gamma) - log(1 + x^2/gamma^2)."""
        return log(2 / PI) - log(gamma) - log(1 + x**2 / gamma**2)

    @staticmethod
    def support_at(gamma: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class Levy(Law):
    """Levy law with location mu and scale c; it has no mean.

    Examples
    --------
    >>> print(Levy())
    Levy(mu, c): location mu, scale c
    """

    name = "levy"
    parameters = (Parameter("mu", "real", "location"), Parameter("c", "positive", "scale"))
    pieces = (Piece("gamma", lambda y, mu, c: mu + 1 / y),)

    @staticmethod
    def log_density_terms(x: Node, mu: Node, c: Node) -> Node:
        """1/2 log(c/(2 pi)) - 3/2 log(x - mu) - c/(2 (x - mu))."""
        return (log(c) - log(2 * PI)) / 2 - 3 * log(x - mu) / 2 - c / (2 * (x - mu))

    @staticmethod
    def support_at(mu: Node, c: Node) -> Support:
        """Where the density is positive."""
        return Support(mu, None)
