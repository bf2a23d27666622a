"""Laws of vectors: real vectors, points of the simplex, one-hot vectors and counts.

Letters: ``x`` is the value, the others are the declared parameters in their order.  No
normalising constant is trusted: the checks integrate the density.
"""

from __future__ import annotations

from typing import Any

from derive.errors import ArgumentError
from derive.language.expression import Node, inverse, number, ones, size_node
from derive.language.functions import dot, elementwise, logdet, total
from derive.language.laws.terms import PI, log, loggamma
from derive.language.vector_law import ShapedParameter, VectorLaw, diagonal

MU = ShapedParameter("mu", "real", "mean", ("d", "1"))
SIGMA = ShapedParameter("Sigma", "spd", "covariance", ("d", "d"))


def quadratic(u: Node, A: Node) -> Node:
    """``u' A^-1 u``."""
    return u.T @ inverse(A) @ u


class MultivariateNormal(VectorLaw):
    """Normal law of a vector with mean mu and covariance Sigma.

    Also from a precision, ``MultivariateNormal("mu", precision="Lambda")``, or from
    variances, ``MultivariateNormal("mu", variances="v")``.

    Examples
    --------
    >>> print(MultivariateNormal())
    MultivariateNormal(mu, Sigma): mean mu, covariance Sigma
    """

    name = "multivariate_normal"
    parameters = (MU, SIGMA)
    sizes = ("d",)
    domain = "vectors"
    value_shape = ("d", "1")
    kernel = "gaussian_vector"

    def __init__(self, *positional: Any, **named: Any) -> None:
        other = [key for key in ("precision", "variances") if key in named]
        if other:
            if len(other) == 2 or len(positional) > 1 or "Sigma" in named:
                raise ArgumentError(
                    "MultivariateNormal needs one of Sigma (covariance), precision and variances"
                )
            (key,) = other
            given = named.pop(key)
            probe = MultivariateNormal(*positional, **named)
            if key == "variances":
                covariance = diagonal(given, probe.size_of["d"])
            else:
                sized = MultivariateNormal(probe.values[0], given, d=probe.size_of["d"])
                covariance = inverse(sized.values[1])
            named = {**named, "Sigma": covariance}
        super().__init__(*positional, **named)

    @staticmethod
    def log_density_terms(x: Node, mu: Node, Sigma: Node) -> Node:
        """-d/2 log(2 pi) - 1/2 log det Sigma - 1/2 (x - mu)' Sigma^-1 (x - mu)."""
        d = size_node(mu.shape[0])
        return -d / 2 * log(2 * PI) - logdet(Sigma) / 2 - quadratic(x - mu, Sigma) / 2

    @staticmethod
    def natural(mu: Node, Sigma: Node) -> tuple[Node, ...]:
        """Sigma^-1 mu and Sigma^-1."""
        return inverse(Sigma) @ mu, inverse(Sigma)


class MultivariateT(VectorLaw):
    """Student's t of a vector: nu degrees of freedom, location mu, shape matrix Sigma.

    Examples
    --------
    >>> print(MultivariateT())
    MultivariateT(nu, mu, Sigma): degrees of freedom nu, location mu, shape matrix Sigma
    """

    name = "multivariate_t"
    parameters = (
        ShapedParameter("nu", "positive", "degrees of freedom"),
        ShapedParameter("mu", "real", "location", ("d", "1")),
        ShapedParameter("Sigma", "spd", "shape matrix", ("d", "d")),
    )
    sizes = ("d",)
    domain = "vectors"
    value_shape = ("d", "1")
    kernel = "student_vector"

    @staticmethod
    def log_density_terms(x: Node, nu: Node, mu: Node, Sigma: Node) -> Node:
        """The logarithm of the density, with (nu + d)/2 log(1 + (x - mu)' Sigma^-1 (x - mu)/nu)."""
        d = size_node(mu.shape[0])
        constant = loggamma((nu + d) / 2) - loggamma(nu / 2) - d / 2 * log(nu * PI)
        return (
            constant
            - logdet(Sigma) / 2
            - (nu + d) / 2 * log(number(1) + quadratic(x - mu, Sigma) / nu)
        )

    @staticmethod
    def natural(nu: Node, mu: Node, Sigma: Node) -> tuple[Node, ...]:
        """None: it is no exponential family in all its parameters."""
        return ()


class Dirichlet(VectorLaw):
    """Dirichlet law on the simplex with concentrations alpha.

    Examples
    --------
    >>> print(Dirichlet())
    Dirichlet(alpha): concentrations alpha
    """

    name = "dirichlet"
    parameters = (ShapedParameter("alpha", "positive", "concentrations", ("K", "1")),)
    sizes = ("K",)
    domain = "simplex"
    value_shape = ("K", "1")
    kernel = "dirichlet"

    @staticmethod
    def log_density_terms(x: Node, alpha: Node) -> Node:
        """log Gamma(sum alpha) - sum log Gamma(alpha) + (alpha - 1)' log x."""
        constant = elementwise("loggamma", total(alpha)) - total(elementwise("loggamma", alpha))
        return constant + dot(alpha - ones(alpha.shape[0]), elementwise("log", x))

    @staticmethod
    def natural(alpha: Node) -> tuple[Node, ...]:
        """alpha."""
        return (alpha,)


class Categorical(VectorLaw):
    """Law of a one-hot vector with probabilities p.

    Examples
    --------
    >>> print(Categorical())
    Categorical(p): probabilities p
    """

    name = "categorical"
    parameters = (ShapedParameter("p", "simplex positive", "probabilities", ("K", "1")),)
    sizes = ("K",)
    domain = "onehot"
    value_shape = ("K", "1")
    kernel = "categorical"

    @staticmethod
    def log_density_terms(x: Node, p: Node) -> Node:
        """x' log p."""
        return dot(x, elementwise("log", p))

    @staticmethod
    def natural(p: Node) -> tuple[Node, ...]:
        """log p."""
        return (elementwise("log", p),)


class Multinomial(VectorLaw):
    """Counts of n independent trials with probabilities p.

    Examples
    --------
    >>> print(Multinomial())
    Multinomial(n, p): number of trials n, probabilities p
    """

    name = "multinomial"
    parameters = (
        ShapedParameter("n", "positive integer", "number of trials"),
        ShapedParameter("p", "simplex positive", "probabilities", ("K", "1")),
    )
    sizes = ("K",)
    domain = "counts"
    value_shape = ("K", "1")
    kernel = "multinomial"

    @staticmethod
    def log_density_terms(x: Node, n: Node, p: Node) -> Node:
        """log n! - sum log x_k! + x' log p."""
        factorials = total(elementwise("loggamma", x + ones(x.shape[0])))
        return loggamma(n + 1) - factorials + dot(x, elementwise("log", p))

    @staticmethod
    def natural(n: Node, p: Node) -> tuple[Node, ...]:
        """n and log p."""
        return n, elementwise("log", p)
