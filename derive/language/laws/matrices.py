"""Laws of matrices: positive definite ones and ones without constraint.

Letters: ``X`` is the value, the others are the declared parameters in their order.
"""

from __future__ import annotations

from derive.language.expression import Node, inverse, number, size_node
from derive.language.functions import logdet, trace
from derive.language.indices import fresh_index, sum_over
from derive.language.laws.terms import PI, log, loggamma
from derive.language.relations import Relation
from derive.language.vector_law import ShapedParameter, VectorLaw


def multivariate_loggamma(a: Node, p: Node) -> Node:
    """``p(p - 1)/4 log pi + sum_j log Gamma(a + (1 - j)/2)``, j from 1 to p."""
    j = fresh_index(a, p)
    return p * (p - 1) / 4 * log(PI) + sum_over(loggamma(a + (1 - j) / 2), j)


class Wishart(VectorLaw):
    """Wishart law with n degrees of freedom and scale V: the mean is n V.

    Examples
    --------
    >>> print(Wishart())
    Wishart(n, V): degrees of freedom n, scale V
    """

    name = "wishart"
    parameters = (
        ShapedParameter("n", "positive", "degrees of freedom"),
        ShapedParameter("V", "spd", "scale", ("p", "p")),
    )
    sizes = ("p",)
    domain = "spd"
    value_shape = ("p", "p")
    kernel = "wishart"

    def relations(self) -> tuple[Relation, ...]:
        """n > p - 1."""
        n, V = self.values
        return (Relation(n, ">", size_node(V.shape[0]) - 1),)

    @staticmethod
    def log_density_terms(X: Node, n: Node, V: Node) -> Node:
        """(n - p - 1)/2 log det X - 1/2 tr(V^-1 X) - the logarithm of the total."""
        p = size_node(V.shape[0])
        log_total = n * p / 2 * log(number(2)) + n / 2 * logdet(V)
        log_total = log_total + multivariate_loggamma(n / 2, p)
        return (n - p - 1) / 2 * logdet(X) - trace(inverse(V) @ X) / 2 - log_total

    @staticmethod
    def natural(n: Node, V: Node) -> tuple[Node, ...]:
        """n/2 and V^-1/2."""
        return n / 2, inverse(V) / 2


class InverseWishart(VectorLaw):
    """Inverse Wishart law with nu degrees of freedom and scale Psi: X^-1 is Wishart.

    Examples
    --------
    >>> print(InverseWishart())
    InverseWishart(nu, Psi): degrees of freedom nu, scale Psi
    """

    name = "inverse_wishart"
    parameters = (
        ShapedParameter("nu", "positive", "degrees of freedom"),
        ShapedParameter("Psi", "spd", "scale", ("p", "p")),
    )
    sizes = ("p",)
    domain = "spd"
    value_shape = ("p", "p")
    kernel = "inverse_wishart"

    def relations(self) -> tuple[Relation, ...]:
        """nu > p - 1."""
        nu, Psi = self.values
        return (Relation(nu, ">", size_node(Psi.shape[0]) - 1),)

    @staticmethod
    def log_density_terms(X: Node, nu: Node, Psi: Node) -> Node:
        """-(nu + p + 1)/2 log det X - 1/2 tr(Psi X^-1) - the logarithm of the total."""
        p = size_node(Psi.shape[0])
        log_total = nu * p / 2 * log(number(2)) - nu / 2 * logdet(Psi)
        log_total = log_total + multivariate_loggamma(nu / 2, p)
        return -(nu + p + 1) / 2 * logdet(X) - trace(Psi @ inverse(X)) / 2 - log_total

    @staticmethod
    def natural(nu: Node, Psi: Node) -> tuple[Node, ...]:
        """nu/2 and Psi/2."""
        return nu / 2, Psi / 2


class MatrixNormal(VectorLaw):
    """Normal law of a matrix: mean M, covariance U of the rows and V of the columns.

    Examples
    --------
    >>> print(MatrixNormal())
    MatrixNormal(M, U, V): mean M, row covariance U, column covariance V
    """

    name = "matrix_normal"
    parameters = (
        ShapedParameter("M", "real", "mean", ("n", "p")),
        ShapedParameter("U", "spd", "row covariance", ("n", "n")),
        ShapedParameter("V", "spd", "column covariance", ("p", "p")),
    )
    sizes = ("n", "p")
    domain = "matrices"
    value_shape = ("n", "p")
    kernel = "matrix_normal"

    @staticmethod
    def log_density_terms(X: Node, M: Node, U: Node, V: Node) -> Node:
        """-np/2 log(2 pi) - p/2 log det U - n/2 log det V - 1/2 tr(V^-1 (X-M)' U^-1 (X-M))."""
        n, p = size_node(M.shape[0]), size_node(M.shape[1])
        constant = -n * p / 2 * log(2 * PI) - p / 2 * logdet(U) - n / 2 * logdet(V)
        return constant - trace(inverse(V) @ (X - M).T @ inverse(U) @ (X - M)) / 2

    @staticmethod
    def natural(M: Node, U: Node, V: Node) -> tuple[Node, ...]:
        """M, U and V: what the moments are written with."""
        return M, U, V
