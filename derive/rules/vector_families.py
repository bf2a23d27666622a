"""Kernels of vectors and matrices: their totals, and what else is known of their means.

A kernel is ``h(x) exp(sum_j <eta_j, T_j(x)>)`` with its total ``Z(eta)``.  The mean of a
statistic is the gradient of ``log Z``, which the engine takes; where the value itself is a
statistic, its covariance is the second derivative.  What is no derivative of a total stands
below as a fact with its reason: a ratio of totals, a partial integration, a symmetry.

The truth tests integrate the densities.  To add a kernel or a fact, append a row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from derive.language.expression import Node, inverse, number, ones, size_node, symbol
from derive.language.functions import diag, elementwise, logdet, logsumexp, norm2, total, trace
from derive.language.laws.matrices import multivariate_loggamma
from derive.language.laws.terms import PI, log
from derive.language.relations import Relation
from derive.language.sizes import Shape
from derive.language.special_functions import besseli


@dataclass(frozen=True)
class VectorKernel:
    """One kernel of a vector or a matrix.

    Attributes
    ----------
    name, title : str
    natural : function of the shape of the value
        Symbols for the natural parameters that are differentiated by.
    statistics : function of the value
        ``T_j``, one for each natural parameter, with its sign: ``+T`` or ``-T``.
    log_total : function of the natural parameters and what is given beside them
    statement, reference : str
    given : number of leading entries of the law's ``natural`` that are given
    has_linear : whether the value itself is the first statistic
    log_kernel : function of the value and the natural parameters
        The log density but for a constant, as a prior is written with it.
    read_back : function of the natural parameters
        The parameters of the law, in their order.
    """

    name: str
    title: str
    natural: Callable[[Shape], tuple[Node, ...]]
    statistics: Callable[[Node], tuple[tuple[int, Node], ...]]
    log_total: Callable[..., Node]
    statement: str
    reference: str
    given: int = 0
    has_linear: bool = False
    log_kernel: Callable[..., Node] | None = None
    read_back: Callable[..., tuple[Node, ...]] | None = None


def _half_above(X: Node) -> Node:
    """(p + 1)/2 for positive definite matrices of size p."""
    return (size_node(X.shape[0]) + 1) / 2


def _eta(shape: Shape) -> Node:
    return symbol("eta", shape)


def _log_total_of_sphere(eta: Node) -> Node:
    d, length = size_node(eta.shape[0]), norm2(eta)
    order = d / 2 - 1
    return d / 2 * log(2 * PI) + log(besseli(order, length)) - order * log(length)


KERNELS: tuple[VectorKernel, ...] = (
    VectorKernel(
        name="gaussian_vector",
        title="Gaussian kernel of a vector",
        natural=lambda shape: (_eta(shape), symbol("Lambda", (shape[0], shape[0]), ("symmetric",))),
        statistics=lambda x: ((1, x), (-1, x @ x.T / 2)),
        log_total=lambda eta, Lambda: (
            size_node(eta.shape[0]) / 2 * log(2 * PI)
            - logdet(Lambda) / 2
            + eta.T @ inverse(Lambda) @ eta / 2
        ),
        statement="the integral of exp(eta'x - x'Lambda x/2) over R^d is "
        "(2 pi)^(d/2) det(Lambda)^(-1/2) exp(eta' Lambda^-1 eta/2)",
        reference="bishop2006, appendix B",
        has_linear=True,
        log_kernel=lambda x, eta, Lambda: eta.T @ x - x.T @ Lambda @ x / 2,
        read_back=lambda eta, Lambda: (inverse(Lambda) @ eta, inverse(Lambda)),
    ),
    VectorKernel(
        name="dirichlet",
        title="Dirichlet kernel",
        natural=lambda shape: (symbol("eta", shape, ("positive",)),),
        statistics=lambda x: ((1, elementwise("log", x)),),
        log_total=lambda eta: (
            total(elementwise("loggamma", eta)) - elementwise("loggamma", total(eta))
        ),
        statement="the integral of prod x_k^(eta_k - 1) over the simplex is "
        "prod Gamma(eta_k) / Gamma(sum eta)",
        reference="dlmf, 5.14.2",
        log_kernel=lambda x, eta: (eta - ones(eta.shape[0])).T @ elementwise("log", x),
        read_back=lambda eta: (eta,),
    ),
    VectorKernel(
        name="categorical",
        title="kernel of the unit vectors",
        natural=lambda shape: (_eta(shape),),
        statistics=lambda x: ((1, x),),
        log_total=logsumexp,
        statement="the sum of exp(eta'x) over the unit vectors is sum exp(eta)",
        reference="wainwright2008, section 3",
        has_linear=True,
    ),
    VectorKernel(
        name="multinomial",
        title="multinomial kernel",
        natural=lambda shape: (_eta(shape),),
        statistics=lambda x: ((1, x),),
        log_total=lambda n, eta: n * logsumexp(eta),
        statement="the sum of n!/prod x_k! exp(eta'x) over counts with sum n is (sum exp(eta))^n",
        reference="dlmf, 26.4.9",
        given=1,
        has_linear=True,
    ),
    VectorKernel(
        name="wishart",
        title="Wishart kernel",
        natural=lambda shape: (
            symbol("a", facts=("positive",)),
            symbol("B", shape, ("symmetric",)),
        ),
        statistics=lambda X: ((1, logdet(X)), (-1, X)),
        log_total=lambda a, B: multivariate_loggamma(a, size_node(B.shape[0])) - a * logdet(B),
        statement="the integral of det(X)^(a - (p+1)/2) exp(-tr(BX)) over positive definite X is "
        "Gamma_p(a) det(B)^(-a)",
        reference="dlmf, 35.3.2",
        log_kernel=lambda X, a, B: (a - _half_above(X)) * logdet(X) - trace(B @ X),
        read_back=lambda a, B: (2 * a, inverse(2 * B)),
    ),
    VectorKernel(
        name="inverse_wishart",
        title="inverse Wishart kernel",
        natural=lambda shape: (
            symbol("a", facts=("positive",)),
            symbol("B", shape, ("symmetric",)),
        ),
        statistics=lambda X: ((-1, logdet(X)), (-1, inverse(X))),
        log_total=lambda a, B: multivariate_loggamma(a, size_node(B.shape[0])) - a * logdet(B),
        statement="the integral of det(X)^(-a - (p+1)/2) exp(-tr(BX^-1)) over positive definite X "
        "is Gamma_p(a) det(B)^(-a)",
        reference="dlmf, 35.3.2, with X for X^-1",
        log_kernel=lambda X, a, B: -(a + _half_above(X)) * logdet(X) - trace(B @ inverse(X)),
        read_back=lambda a, B: (2 * a, 2 * B),
    ),
    VectorKernel(
        name="sphere",
        title="exponential kernel on the sphere",
        natural=lambda shape: (_eta(shape),),
        statistics=lambda x: ((1, x),),
        log_total=_log_total_of_sphere,
        statement="the integral of exp(eta'x) over the unit sphere is "
        "(2 pi)^(d/2) I_(d/2 - 1)(|eta|) / |eta|^(d/2 - 1)",
        reference="mardia2000, section 9.3.2; dlmf, 10.32.2",
        has_linear=True,
    ),
)

VECTOR_KERNELS: Mapping[str, VectorKernel] = {kernel.name: kernel for kernel in KERNELS}


def _always(*parameters: Node) -> tuple[Relation, ...]:
    return ()


@dataclass(frozen=True)
class MeanFact:
    """The mean of one function of the value under one family, where it is known."""

    law: str
    feature: Callable[..., Node]
    mean: Callable[..., Node]
    origin: str
    requires: Callable[..., tuple[Relation, ...]] = _always


@dataclass(frozen=True)
class SpreadFact:
    """``E[(x - Ex)^s A (x - Ex)^t]`` under one family; s and t say which factor is turned.

    ``second`` is a function of whether the left factor is turned, A, whether the right one
    is, and the parameters.
    """

    law: str
    second: Callable[..., Node]
    origin: str
    requires: Callable[..., tuple[Relation, ...]] = _always


def covariance_of_vector(covariance: Callable[..., Node]) -> Callable[..., Node]:
    """The second moments of a vector about its mean, from its covariance matrix."""

    def second(left: bool, A: Node, right: bool, *parameters: Node) -> Node:
        C = covariance(*parameters)
        return trace(A @ C) if left else A * C

    return second


def _student_second(left: bool, A: Node, right: bool, nu: Node, mu: Node, Sigma: Node) -> Node:
    C = nu / (nu - 2) * Sigma
    return trace(A @ C) if left else A * C


def _dirichlet_second(left: bool, A: Node, right: bool, alpha: Node) -> Node:
    whole = total(alpha)
    mean = alpha / whole
    C = (diag(mean) - mean @ mean.T) / (whole + 1)
    return trace(A @ C) if left else A * C


def _matrix_normal_second(left: bool, A: Node, right: bool, M: Node, U: Node, V: Node) -> Node:
    if left and not right:
        return trace(A @ U) * V
    if right and not left:
        return trace(A @ V) * U
    return U @ A.T @ V if not left else V @ A.T @ U


def _wishart_second(left: bool, A: Node, right: bool, n: Node, V: Node) -> Node:
    return n * (V @ A.T @ V) + n * trace(A @ V) * V


def _quadratic(x: Node, mu: Node, Sigma: Node) -> Node:
    u = x - mu
    return u.T @ inverse(Sigma) @ u


def _above(left: Callable[..., Node], right: Callable[..., Any]) -> Callable[..., Any]:
    def requires(*parameters: Node) -> tuple[Relation, ...]:
        return (Relation(left(*parameters), ">", right(*parameters)),)

    return requires


def _psi(node: Node) -> Node:
    return elementwise("digamma", node)


def _size(A: Node) -> Node:
    return size_node(A.shape[0])


MEAN_FACTS: tuple[MeanFact, ...] = (
    MeanFact(
        "dirichlet",
        lambda x, alpha: x,
        lambda alpha: alpha / total(alpha),
        "ratio of the totals at eta + e_k and eta",
    ),
    MeanFact(
        "wishart",
        lambda X, n, V: inverse(X),
        lambda n, V: inverse(V) / (n - _size(V) - 1),
        "the slope of the kernel has mean 0",
        _above(lambda n, V: n, lambda n, V: _size(V) + 1),
    ),
    MeanFact(
        "inverse_wishart",
        lambda X, nu, Psi: X,
        lambda nu, Psi: Psi / (nu - _size(Psi) - 1),
        "the slope of the kernel has mean 0",
        _above(lambda nu, Psi: nu, lambda nu, Psi: _size(Psi) + 1),
    ),
    MeanFact(
        "multivariate_t",
        lambda x, nu, mu, Sigma: x,
        lambda nu, mu, Sigma: mu,
        "symmetry about the location",
        _above(lambda nu, *_: nu, lambda *_: number(1)),
    ),
    MeanFact(
        "multivariate_t",
        lambda x, nu, mu, Sigma: log(number(1) + _quadratic(x, mu, Sigma) / nu),
        lambda nu, mu, Sigma: _psi((nu + _size(mu)) / 2) - _psi(nu / 2),
        "the form over nu is beta prime",
    ),
    MeanFact(
        "matrix_normal",
        lambda X, M, U, V: X,
        lambda M, U, V: M,
        "symmetry about the mean",
    ),
)

SPREAD_FACTS: tuple[SpreadFact, ...] = (
    SpreadFact("dirichlet", _dirichlet_second, "ratio of the totals at eta + e_j + e_k and eta"),
    SpreadFact(
        "multivariate_t",
        _student_second,
        "Cov x = nu/(nu - 2) Sigma",
        _above(lambda nu, *_: nu, lambda *_: number(2)),
    ),
    SpreadFact("matrix_normal", _matrix_normal_second, "Cov(x_ij, x_kl) = U_ik V_jl"),
    SpreadFact("wishart", _wishart_second, "Cov(x_ij, x_kl) = n (V_ik V_jl + V_il V_jk)"),
)
