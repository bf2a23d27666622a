"""Laws on the whole line.

Letters: ``x`` is the value, the others are the declared parameters in their order, ``y`` the
value of the kernel.  No normalising constant is trusted: the checks integrate the density.
"""

from __future__ import annotations

from derive.language.expression import Node, number
from derive.language.functions import elementwise
from derive.language.law import Law, Parameter, Piece
from derive.language.laws.terms import PI, absolute, exp, log, loggamma, sqrt
from derive.language.support import REAL_LINE, Support


class Normal(Law):
    """Normal law with mean mu and standard deviation sigma (not the variance).

    Examples
    --------
    >>> print(Normal())
    Normal(mu, sigma): mean mu, standard deviation sigma
    """

    name = "normal"
    parameters = (
        Parameter("mu", "real", "mean"),
        Parameter("sigma", "positive", "standard deviation"),
    )
    pieces = (Piece("gaussian"),)

    @staticmethod
    def log_density_terms(x: Node, mu: Node, sigma: Node) -> Node:
        """-1/2 log(2 pi) - log(sigma) - (x - mu)^2/(2 sigma^2)."""
        return -log(2 * PI) / 2 - log(sigma) - (x - mu) ** 2 / (2 * sigma**2)

    @staticmethod
    def support_at(mu: Node, sigma: Node) -> Support:
        """The whole line."""
        return REAL_LINE


class Laplace(Law):
    """Laplace law with location mu and scale b: density exp(-|x - mu|/b)/(2 b).

    Examples
    --------
    >>> print(Laplace())
    Laplace(mu, b): location mu, scale b
    """

    name = "laplace"
    parameters = (Parameter("mu", "real", "location"), Parameter("b", "positive", "scale"))
    pieces = (Piece("gamma", lambda y, mu, b: mu + y), Piece("gamma", lambda y, mu, b: mu - y))

    @staticmethod
    def log_density_terms(x: Node, mu: Node, b: Node) -> Node:
        """-log(2 b) - |x - mu|/b."""
        return -log(2 * b) - absolute(x - mu) / b

    @staticmethod
    def support_at(mu: Node, b: Node) -> Support:
        """The whole line."""
        return REAL_LINE


class AsymmetricLaplace(Law):
    """Asymmetric Laplace law with location mu, rate lam and asymmetry kappa.

    Examples
    --------
    >>> print(AsymmetricLaplace())
    AsymmetricLaplace(mu, lam, kappa): location mu, rate lam, asymmetry kappa
    """

    name = "asymmetric_laplace"
    parameters = (
        Parameter("mu", "real", "location"),
        Parameter("lam", "positive", "rate"),
        Parameter("kappa", "positive", "asymmetry"),
    )
    pieces = (
        Piece("gamma", lambda y, mu, lam, kappa: mu + y),
        Piece("gamma", lambda y, mu, lam, kappa: mu - y),
    )

    @staticmethod
    def log_density_terms(x: Node, mu: Node, lam: Node, kappa: Node) -> Node:
        """log(lam/(kappa + 1/kappa)) - lam |x - mu| kappa^sign(x - mu)."""
        return (
            log(lam)
            - log(kappa + 1 / kappa)
            - lam * absolute(x - mu) * kappa ** elementwise("sign", x - mu)
        )

    @staticmethod
    def support_at(mu: Node, lam: Node, kappa: Node) -> Support:
        """The whole line."""
        return REAL_LINE


class GeneralizedNormal(Law):
    """Generalised normal law: location mu, scale alpha, shape beta (2: normal, 1: Laplace).

    Examples
    --------
    >>> print(GeneralizedNormal())
    GeneralizedNormal(mu, alpha, beta): location mu, scale alpha, shape beta
    """

    name = "generalized_normal"
    parameters = (
        Parameter("mu", "real", "location"),
        Parameter("alpha", "positive", "scale"),
        Parameter("beta", "positive", "shape"),
    )
    pieces = (
        Piece("gamma", lambda y, mu, alpha, beta: mu + alpha * y ** (1 / beta)),
        Piece("gamma", lambda y, mu, alpha, beta: mu - alpha * y ** (1 / beta)),
    )

    @staticmethod
    def log_density_terms(x: Node, mu: Node, alpha: Node, beta: Node) -> Node:
        """log(beta) - log(2 alpha) - log Gamma(1/beta) - (|x - mu|/alpha)^beta."""
        return log(beta) - log(2 * alpha) - loggamma(1 / beta) - (absolute(x - mu) / alpha) ** beta

    @staticmethod
    def support_at(mu: Node, alpha: Node, beta: Node) -> Support:
        """The whole line."""
        return REAL_LINE


class Logistic(Law):
    """Logistic law with location mu and scale s.

    Examples
    --------
    >>> print(Logistic())
    Logistic(mu, s): location mu, scale s
    """

    name = "logistic"
    parameters = (Parameter("mu", "real", "location"), Parameter("s", "positive", "scale"))
    pieces = (Piece("beta", lambda y, mu, s: mu + s * (log(y) - log(1 - y))),)

    @staticmethod
    def log_density_terms(x: Node, mu: Node, s: Node) -> Node:
        """-log(s) - z - 2 log(1 + exp(-z)), z = (x - mu)/s."""
        return -log(s) - (x - mu) / s - 2 * log(1 + exp(-(x - mu) / s))

    @staticmethod
    def support_at(mu: Node, s: Node) -> Support:
        """The whole line."""
        return REAL_LINE


class HyperbolicSecant(Law):
    """Hyperbolic secant law with scale s: density sech(x/s)/(pi s).

    Examples
    --------
    >>> print(HyperbolicSecant())
    HyperbolicSecant(s): scale s
    """

    name = "hyperbolic_secant"
    parameters = (Parameter("s", "positive", "scale"),)
    pieces = (Piece("beta_prime", lambda y, s: s / 2 * log(y)),)

    @staticmethod
    def log_density_terms(x: Node, s: Node) -> Node:
        """log(2) - log(pi) - log(s) - log(exp(x/s) + exp(-x/s))."""
        return log(number(2)) - log(PI) - log(s) - log(exp(x / s) + exp(-x / s))

    @staticmethod
    def support_at(s: Node) -> Support:
        """The whole line."""
        return REAL_LINE


class Cauchy(Law):
    """Cauchy law with location x0 and scale gamma; it has no mean.

    Examples
    --------
    >>> print(Cauchy())
    Cauchy(x0, gamma): location x0, scale gamma
    """

    name = "cauchy"
    parameters = (Parameter("x0", "real", "location"), Parameter("gamma", "positive", "scale"))
    pieces = (
        Piece("beta_prime", lambda y, x0, gamma: x0 + gamma * sqrt(y)),
        Piece("beta_prime", lambda y, x0, gamma: x0 - gamma * sqrt(y)),
    )

    @staticmethod
    def log_density_terms(x: Node, x0: Node, gamma: Node) -> Node:
        """-log(pi) - log(gamma) - log(1 + (x - x0)^2/gamma^2)."""
        return -log(PI) - log(gamma) - log(1 + (x - x0) ** 2 / gamma**2)

    @staticmethod
    def support_at(x0: Node, gamma: Node) -> Support:
        """The whole line."""
        return REAL_LINE


class StudentT(Law):
    """Student's t law with nu degrees of freedom (real nu > 0), location 0 and scale 1.

    Examples
    --------
    >>> print(StudentT())
    StudentT(nu): degrees of freedom nu
    """

    name = "student_t"
    parameters = (Parameter("nu", "positive", "degrees of freedom"),)
    pieces = (
        Piece("beta_prime", lambda y, nu: sqrt(nu * y)),
        Piece("beta_prime", lambda y, nu: -sqrt(nu * y)),
    )

    @staticmethod
    def log_density_terms(x: Node, nu: Node) -> Node:
        """log Gamma((nu+1)/2) - log Gamma(nu/2) - log(pi nu)/2 - (nu+1)/2 log(1 + x^2/nu)."""
        return (
            loggamma((nu + 1) / 2)
            - loggamma(nu / 2)
            - log(PI * nu) / 2
            - (nu + 1) / 2 * log(1 + x**2 / nu)
        )

    @staticmethod
    def support_at(nu: Node) -> Support:
        """The whole line."""
        return REAL_LINE
