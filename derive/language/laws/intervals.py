"""Laws on a bounded interval, and on the circle.

Letters: ``x`` is the value, the others are the declared parameters in their order, ``y`` the
value of the kernel.  No normalising constant is trusted: the checks integrate the density.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derive.language.expression import Node, number
from derive.language.law import Law, Parameter, Piece
from derive.language.laws.terms import PI, closed_step, exp, log, logbeta, normcdf, step
from derive.language.relations import Relation
from derive.language.support import UNIT_INTERVAL, Support


class Uniform(Law):
    """Uniform law on [a, b], a < b.

    Examples
    --------
    >>> print(Uniform())
    Uniform(a, b): lower end a, upper end b
    """

    name = "uniform"
    parameters = (Parameter("a", "real", "lower end"), Parameter("b", "real", "upper end"))
    pieces = (Piece("beta", lambda y, a, b: a + (b - a) * y),)
    pieces_for_exponentials = (Piece("segment", lambda y, a, b: a + (b - a) * y),)

    @staticmethod
    def log_density_terms(x: Node, a: Node, b: Node) -> Node:
        """-log(b - a)."""
        return -log(b - a)

    @staticmethod
    def support_at(a: Node, b: Node) -> Support:
        """Where the density is positive."""
        return Support(a, b, is_closed=True)

    @staticmethod
    def needs(a: Node, b: Node) -> tuple[Relation, ...]:
        """What holds between the parameters."""
        return (Relation(a, "<", b),)

    @staticmethod
    def apart(letter: Callable[[Node], Node], a: Node, b: Node) -> tuple[Node, ...]:
        """The upper end as the lower end plus the length."""
        return a, a + letter(b - a)


class Beta(Law):
    """Beta law on (0, 1) with shapes a and b.

    Examples
    --------
    >>> print(Beta())
    Beta(a, b): first shape a, second shape b
    """

    name = "beta"
    parameters = (
        Parameter("a", "positive", "first shape"),
        Parameter("b", "positive", "second shape"),
    )
    pieces = (Piece("beta"),)

    @staticmethod
    def log_density_terms(x: Node, a: Node, b: Node) -> Node:
        """(a - 1) log x + (b - 1) log(1 - x) - log B(a, b)."""
        return (a - 1) * log(x) + (b - 1) * log(1 - x) - logbeta(a, b)

    @staticmethod
    def support_at(a: Node, b: Node) -> Support:
        """The unit interval."""
        return UNIT_INTERVAL


class Kumaraswamy(Law):
    """Kumaraswamy law on (0, 1) with shapes a and b.

    Examples
    --------
    >>> print(Kumaraswamy())
    Kumaraswamy(a, b): first shape a, second shape b
    """

    name = "kumaraswamy"
    parameters = (
        Parameter("a", "positive", "first shape"),
        Parameter("b", "positive", "second shape"),
    )
    pieces = (Piece("beta", lambda y, a, b: y ** (1 / a)),)

    @staticmethod
    def log_density_terms(x: Node, a: Node, b: Node) -> Node:
        """log(a b) + (a - 1) log x + (b - 1) log(1 - x^a)."""
        return log(a) + log(b) + (a - 1) * log(x) + (b - 1) * log(1 - x**a)

    @staticmethod
    def support_at(a: Node, b: Node) -> Support:
        """The unit interval."""
        return UNIT_INTERVAL


class PowerFunction(Law):
    """Power law on (0, 1): density alpha x^(alpha - 1).

    Examples
    --------
    >>> print(PowerFunction())
    PowerFunction(alpha): shape alpha
    """

    name = "power_function"
    parameters = (Parameter("alpha", "positive", "shape"),)
    pieces = (Piece("beta"),)

    @staticmethod
    def log_density_terms(x: Node, alpha: Node) -> Node:
        """log(alpha) + (alpha - 1) log x."""
        return log(alpha) + (alpha - 1) * log(x)

    @staticmethod
    def support_at(alpha: Node) -> Support:
        """The unit interval."""
        return UNIT_INTERVAL


class Arcsine(Law):
    """Arcsine law on (a, b), a < b: density 1/(pi sqrt((x - a)(b - x))).

    Examples
    --------
    >>> print(Arcsine())
    Arcsine(a, b): lower end a, upper end b
    """

    name = "arcsine"
    parameters = (Parameter("a", "real", "lower end"), Parameter("b", "real", "upper end"))
    pieces = (Piece("beta", lambda y, a, b: a + (b - a) * y),)

    @staticmethod
    def log_density_terms(x: Node, a: Node, b: Node) -> Node:
        """-log(pi) - 1/2 log(x - a) - 1/2 log(b - x)."""
        return -log(PI) - log(x - a) / 2 - log(b - x) / 2

    @staticmethod
    def support_at(a: Node, b: Node) -> Support:
        """Where the density is positive."""
        return Support(a, b)

    @staticmethod
    def needs(a: Node, b: Node) -> tuple[Relation, ...]:
        """What holds between the parameters."""
        return (Relation(a, "<", b),)

    @staticmethod
    def apart(letter: Callable[[Node], Node], a: Node, b: Node) -> tuple[Node, ...]:
        """The upper end as the lower end plus the length."""
        return a, a + letter(b - a)


class WignerSemicircle(Law):
    """Wigner's semicircle law of radius R, centred at 0.

    Examples
    --------
    >>> print(WignerSemicircle())
    WignerSemicircle(R): radius R
    """

    name = "wigner_semicircle"
    parameters = (Parameter("R", "positive", "radius"),)
    pieces = (Piece("beta", lambda y, R: R * (2 * y - 1)),)

    @staticmethod
    def log_density_terms(x: Node, R: Node) -> Node:
        """log(2/pi) - 2 log(R) + 1/2 log(R^2 - x^2)."""
        return log(2 / PI) - 2 * log(R) + log(R**2 - x**2) / 2

    @staticmethod
    def support_at(R: Node) -> Support:
        """Where the density is positive."""
        return Support(-R, R, is_closed=True)


class LogUniform(Law):
    """Log-uniform (reciprocal) law on [a, b], 0 < a < b.

    Examples
    --------
    >>> print(LogUniform())
    LogUniform(a, b): lower end a, upper end b
    """

    name = "log_uniform"
    parameters = (Parameter("a", "positive", "lower end"), Parameter("b", "positive", "upper end"))
    pieces = (Piece("beta", lambda y, a, b: a * (b / a) ** y),)
    pieces_for_exponentials = (Piece("segment", lambda y, a, b: a * (b / a) ** y),)

    @staticmethod
    def log_density_terms(x: Node, a: Node, b: Node) -> Node:
        """-log(log(b/a)) - log x."""
        return -log(log(b / a)) - log(x)

    @staticmethod
    def support_at(a: Node, b: Node) -> Support:
        """Where the density is positive."""
        return Support(a, b, is_closed=True)

    @staticmethod
    def needs(a: Node, b: Node) -> tuple[Relation, ...]:
        """What holds between the parameters."""
        return (Relation(a, "<", b),)

    @staticmethod
    def apart(letter: Callable[[Node], Node], a: Node, b: Node) -> tuple[Node, ...]:
        """The upper end as the lower end times exp(log(b/a))."""
        return a, a * exp(letter(log(b / a)))


class Triangular(Law):
    """Triangular law on [a, b] with mode c, a < c < b.

    Examples
    --------
    >>> print(Triangular())
    Triangular(a, b, c): lower end a, upper end b, mode c
    """

    name = "triangular"
    parameters = (
        Parameter("a", "real", "lower end"),
        Parameter("b", "real", "upper end"),
        Parameter("c", "real", "mode"),
    )
    pieces = (
        Piece("beta", lambda y, a, b, c: a + (c - a) * y),
        Piece("beta", lambda y, a, b, c: b - (b - c) * y),
    )

    @staticmethod
    def log_density_terms(x: Node, a: Node, b: Node, c: Node) -> Node:
        """log 2 - log(b - a) + log((x - a)/(c - a)) below c, log((b - x)/(b - c)) above."""
        below = log(x - a) - log(c - a)
        above = log(b - x) - log(b - c)
        return log(number(2)) - log(b - a) + below * closed_step(c - x) + above * step(x - c)

    @staticmethod
    def support_at(a: Node, b: Node, c: Node) -> Support:
        """Where the density is positive."""
        return Support(a, b, is_closed=True)

    @staticmethod
    def needs(a: Node, b: Node, c: Node) -> tuple[Relation, ...]:
        """What holds between the parameters."""
        return (
            Relation(a, "<", c),
            Relation(c, "<", b),
        )

    @staticmethod
    def apart(letter: Callable[[Node], Node], a: Node, b: Node, c: Node) -> tuple[Node, ...]:
        """The mode as the lower end plus a length, the upper end as the mode plus another."""
        mode = a + letter(c - a)
        return a, mode + letter(b - c), mode


class TruncatedExponential(Law):
    """Exponential law with the given rate, conditioned on [0, b].

    Examples
    --------
    >>> print(TruncatedExponential())
    TruncatedExponential(rate, b): rate, upper end b
    """

    name = "truncated_exponential"
    parameters = (Parameter("rate", "positive", "rate"), Parameter("b", "positive", "upper end"))
    pieces = (Piece("segment", lambda y, rate, b: b * y),)

    @staticmethod
    def log_density_terms(x: Node, rate: Node, b: Node) -> Node:
        """log(rate) - rate x - log(1 - exp(-rate b))."""
        return log(rate) - rate * x - log(1 - exp(-rate * b))

    @staticmethod
    def support_at(rate: Node, b: Node) -> Support:
        """Where the density is positive."""
        return Support(number(0), b, is_closed=True)


class ContinuousBernoulli(Law):
    """Continuous Bernoulli law on [0, 1] with 0 < lam < 1, lam != 1/2.

    Examples
    --------
    >>> print(ContinuousBernoulli())
    ContinuousBernoulli(lam): parameter lam
    """

    name = "continuous_bernoulli"
    parameters = (Parameter("lam", "probability", "parameter"),)
    pieces = (Piece("segment"),)

    @staticmethod
    def log_density_terms(x: Node, lam: Node) -> Node:
        """x log(lam) + (1 - x) log(1 - lam) + log(log((1 - lam)/lam)/(1 - 2 lam))."""
        return (
            x * log(lam) + (1 - x) * log(1 - lam) + log((log(1 - lam) - log(lam)) / (1 - 2 * lam))
        )

    @staticmethod
    def support_at(lam: Node) -> Support:
        """Where the density is positive."""
        return Support(number(0), number(1), is_closed=True)

    @staticmethod
    def needs(lam: Node) -> tuple[Relation, ...]:
        """What holds between the parameters."""
        return (Relation(lam, "!=", number(Fraction(1, 2))),)


class TruncatedNormal(Law):
    """Normal law with mean mu and standard deviation sigma, conditioned on [a, b].

    Examples
    --------
    >>> print(TruncatedNormal())
    TruncatedNormal(mu, sigma, a, b): location mu, scale sigma, lower end a, upper end b
    """

    name = "truncated_normal"
    parameters = (
        Parameter("mu", "real", "location"),
        Parameter("sigma", "positive", "scale"),
        Parameter("a", "real", "lower end"),
        Parameter("b", "real", "upper end"),
    )
    pieces = (Piece("truncated_gaussian", given=lambda mu, sigma, a, b: (a, b)),)

    @staticmethod
    def log_density_terms(x: Node, mu: Node, sigma: Node, a: Node, b: Node) -> Node:
        """-1/2 log(2 pi) - log(sigma) - (x - mu)^2/(2 sigma^2) - log(P), P the mass on [a, b]."""
        return (
            -log(2 * PI) / 2
            - log(sigma)
            - (x - mu) ** 2 / (2 * sigma**2)
            - log(normcdf((b - mu) / sigma) - normcdf((a - mu) / sigma))
        )

    @staticmethod
    def support_at(mu: Node, sigma: Node, a: Node, b: Node) -> Support:
        """Where the density is positive."""
        return Support(a, b, is_closed=True)

    @staticmethod
    def needs(mu: Node, sigma: Node, a: Node, b: Node) -> tuple[Relation, ...]:
        """What holds between the parameters."""
        return (Relation(a, "<", b),)

    @staticmethod
    def apart(
        letter: Callable[[Node], Node], mu: Node, sigma: Node, a: Node, b: Node
    ) -> tuple[Node, ...]:
        """The upper end as the lower end plus the length."""
        return mu, sigma, a, a + letter(b - a)
