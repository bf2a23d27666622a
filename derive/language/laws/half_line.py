"""Laws on the positive half line with light tails, mostly of the gamma family.

Letters: ``x`` is the value, the others are the declared parameters in their order, ``y`` the
value of the kernel.  No normalising constant is trusted: the checks integrate the density.
"""

from __future__ import annotations

from derive.language.expression import Node, number
from derive.language.law import Law, Parameter, Piece
from derive.language.laws.terms import PI, exp, log, loggamma, sqrt
from derive.language.support import POSITIVE_LINE, Support


class Exponential(Law):
    """Exponential law with the given rate: mean 1/rate.

    Examples
    --------
    >>> print(Exponential())
    Exponential(rate): rate
    """

    name = "exponential"
    parameters = (Parameter("rate", "positive", "rate"),)
    pieces = (Piece("gamma"),)

    @staticmethod
    def log_density_terms(x: Node, rate: Node) -> Node:
        """log(rate) - rate x."""
        return log(rate) - rate * x

    @staticmethod
    def support_at(rate: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class Gamma(Law):
    """Gamma law with shape k and SCALE theta (not a rate): mean k theta.

    Examples
    --------
    >>> print(Gamma())
    Gamma(k, theta): shape k, scale theta
    """

    name = "gamma"
    parameters = (Parameter("k", "positive", "shape"), Parameter("theta", "positive", "scale"))
    pieces = (Piece("gamma"),)

    @staticmethod
    def log_density_terms(x: Node, k: Node, theta: Node) -> Node:
        """(k - 1) log x - x/theta - log Gamma(k) - k log(theta)."""
        return (k - 1) * log(x) - x / theta - loggamma(k) - k * log(theta)

    @staticmethod
    def support_at(k: Node, theta: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class Erlang(Law):
    """Erlang law with whole shape k and RATE rate: mean k/rate.

    Examples
    --------
    >>> print(Erlang())
    Erlang(k, rate): shape k, rate
    """

    name = "erlang"
    parameters = (
        Parameter("k", "positive integer", "shape"),
        Parameter("rate", "positive", "rate"),
    )
    pieces = (Piece("gamma"),)

    @staticmethod
    def log_density_terms(x: Node, k: Node, rate: Node) -> Node:
        """k log(rate) + (k - 1) log x - rate x - log Gamma(k)."""
        return k * log(rate) + (k - 1) * log(x) - rate * x - loggamma(k)

    @staticmethod
    def support_at(k: Node, rate: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class InverseGamma(Law):
    """Inverse gamma law with shape a and scale b.

    Examples
    --------
    >>> print(InverseGamma())
    InverseGamma(a, b): shape a, scale b
    """

    name = "inverse_gamma"
    parameters = (Parameter("a", "positive", "shape"), Parameter("b", "positive", "scale"))
    pieces = (Piece("gamma", lambda y, a, b: 1 / y),)

    @staticmethod
    def log_density_terms(x: Node, a: Node, b: Node) -> Node:
        """a log(b) - log Gamma(a) - (a + 1) log x - b/x."""
        return a * log(b) - loggamma(a) - (a + 1) * log(x) - b / x

    @staticmethod
    def support_at(a: Node, b: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class GeneralizedGamma(Law):
    """Generalised gamma law with scale a and shapes d and p.

    Examples
    --------
    >>> print(GeneralizedGamma())
    GeneralizedGamma(a, d, p): scale a, shape d, power p
    """

    name = "generalized_gamma"
    parameters = (
        Parameter("a", "positive", "scale"),
        Parameter("d", "positive", "shape"),
        Parameter("p", "positive", "power"),
    )
    pieces = (Piece("gamma", lambda y, a, d, p: a * y ** (1 / p)),)

    @staticmethod
    def log_density_terms(x: Node, a: Node, d: Node, p: Node) -> Node:
        """log(p) - d log(a) - log Gamma(d/p) + (d - 1) log x - (x/a)^p."""
        return log(p) - d * log(a) - loggamma(d / p) + (d - 1) * log(x) - (x / a) ** p

    @staticmethod
    def support_at(a: Node, d: Node, p: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class ChiSquared(Law):
    """Chi-squared law with k degrees of freedom (real k > 0).

    Examples
    --------
    >>> print(ChiSquared())
    ChiSquared(k): degrees of freedom k
    """

    name = "chi2"
    parameters = (Parameter("k", "positive", "degrees of freedom"),)
    pieces = (Piece("gamma"),)

    @staticmethod
    def log_density_terms(x: Node, k: Node) -> Node:
        """(k/2 - 1) log x - x/2 - k/2 log 2 - log Gamma(k/2)."""
        return (k / 2 - 1) * log(x) - x / 2 - k / 2 * log(number(2)) - loggamma(k / 2)

    @staticmethod
    def support_at(k: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class Chi(Law):
    """Chi law with k degrees of freedom (real k > 0): the root of a chi-squared value.

    Examples
    --------
    >>> print(Chi())
    Chi(k): degrees of freedom k
    """

    name = "chi"
    parameters = (Parameter("k", "positive", "degrees of freedom"),)
    pieces = (Piece("gamma", lambda y, k: sqrt(y)),)

    @staticmethod
    def log_density_terms(x: Node, k: Node) -> Node:
        """(1 - k/2) log 2 + (k - 1) log x - x^2/2 - log Gamma(k/2)."""
        return (1 - k / 2) * log(number(2)) + (k - 1) * log(x) - x**2 / 2 - loggamma(k / 2)

    @staticmethod
    def support_at(k: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class Rayleigh(Law):
    """Rayleigh law with scale sigma.

    Examples
    --------
    >>> print(Rayleigh())
    Rayleigh(sigma): scale sigma
    """

    name = "rayleigh"
    parameters = (Parameter("sigma", "positive", "scale"),)
    pieces = (Piece("gamma", lambda y, sigma: sqrt(y)),)

    @staticmethod
    def log_density_terms(x: Node, sigma: Node) -> Node:
        """log x - 2 log(sigma) - x^2/(2 sigma^2)."""
        return log(x) - 2 * log(sigma) - x**2 / (2 * sigma**2)

    @staticmethod
    def support_at(sigma: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class Maxwell(Law):
    """Maxwell law with scale a.

    Examples
    --------
    >>> print(Maxwell())
    Maxwell(a): scale a
    """

    name = "maxwell"
    parameters = (Parameter("a", "positive", "scale"),)
    pieces = (Piece("gamma", lambda y, a: sqrt(y)),)

    @staticmethod
    def log_density_terms(x: Node, a: Node) -> Node:
        """1/2 log(2/pi) + 2 log x - 3 log(a) - x^2/(2 a^2)."""
        return log(2 / PI) / 2 + 2 * log(x) - 3 * log(a) - x**2 / (2 * a**2)

    @staticmethod
    def support_at(a: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class HalfNormal(Law):
    """Half-normal law: the size of a Normal(0, sigma) value.

    Examples
    --------
    >>> print(HalfNormal())
    HalfNormal(sigma): scale sigma
    """

    name = "half_normal"
    parameters = (Parameter("sigma", "positive", "scale"),)
    pieces = (Piece("gamma", lambda y, sigma: sqrt(y)),)

    @staticmethod
    def log_density_terms(x: Node, sigma: Node) -> Node:
        """1/2 log(2/pi) - log(sigma) - x^2/(2 sigma^2)."""
        return log(2 / PI) / 2 - log(sigma) - x**2 / (2 * sigma**2)

    @staticmethod
    def support_at(sigma: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class Nakagami(Law):
    """Nakagami law with shape m and spread omega = E[x^2].

    Examples
    --------
    >>> print(Nakagami())
    Nakagami(m, omega): shape m, spread omega
    """

    name = "nakagami"
    parameters = (Parameter("m", "positive", "shape"), Parameter("omega", "positive", "spread"))
    pieces = (Piece("gamma", lambda y, m, omega: sqrt(y)),)

    @staticmethod
    def log_density_terms(x: Node, m: Node, omega: Node) -> Node:
        """log 2 + m log(m/omega) - log Gamma(m) + (2 m - 1) log x - m x^2/omega."""
        return (
            log(number(2))
            + m * log(m)
            - m * log(omega)
            - loggamma(m)
            + (2 * m - 1) * log(x)
            - m * x**2 / omega
        )

    @staticmethod
    def support_at(m: Node, omega: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class LogNormal(Law):
    """Log-normal law: log x has mean mu and standard deviation sigma.

    Examples
    --------
    >>> print(LogNormal())
    LogNormal(mu, sigma): mean of log x mu, standard deviation of log x sigma
    """

    name = "lognormal"
    parameters = (
        Parameter("mu", "real", "mean of log x"),
        Parameter("sigma", "positive", "standard deviation of log x"),
    )
    pieces = (Piece("gaussian", lambda y, mu, sigma: exp(y)),)

    @staticmethod
    def log_density_terms(x: Node, mu: Node, sigma: Node) -> Node:
        """-1/2 log(2 pi) - log(sigma) - log x - (log x - mu)^2/(2 sigma^2)."""
        return -log(2 * PI) / 2 - log(sigma) - log(x) - (log(x) - mu) ** 2 / (2 * sigma**2)

    @staticmethod
    def support_at(mu: Node, sigma: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE


class InverseGaussian(Law):
    """Inverse Gaussian law with mean mu and shape lam.

    Examples
    --------
    >>> print(InverseGaussian())
    InverseGaussian(mu, lam): mean mu, shape lam
    """

    name = "inverse_gaussian"
    parameters = (Parameter("mu", "positive", "mean"), Parameter("lam", "positive", "shape"))
    pieces = (Piece("inverse_gaussian"),)

    @staticmethod
    def log_density_terms(x: Node, mu: Node, lam: Node) -> Node:
        """1/2 log(lam/(2 pi)) - 3/2 log x - lam (x - mu)^2/(2 mu^2 x)."""
        return (log(lam) - log(2 * PI)) / 2 - 3 * log(x) / 2 - lam * (x - mu) ** 2 / (2 * mu**2 * x)

    @staticmethod
    def support_at(mu: Node, lam: Node) -> Support:
        """The positive half line."""
        return POSITIVE_LINE
