"""Kernels: functions of one value whose total is known, the first facts of expectations.

A kernel is ``h(y) exp(sum_j eta_j f_j(y))`` with its total ``Z(eta)``, the integral over
the support (the sum, on whole numbers).  That one fact gives every mean the engine needs:

    E[prod_j f_j^m_j  exp(sum_j s_j f_j)]
        = exp(log Z(eta + s) - log Z(eta)) * (moment polynomial in the derivatives of log Z)

so the mean of ``f_j`` is the first derivative of ``log Z`` in ``eta_j``, the covariance of
``f_i`` and ``f_j`` the second.  Nothing is listed per law.

Letters: ``Y`` is the value, ``ETA[0]``, ``ETA[1]`` the natural parameters.  A law says by
its standard form which kernel it is.

To add a kernel, append a row.  The truth test integrates it at random parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Dummy, Expr, Integer, exp, log, loggamma, pi

from derive.language.law import COUNTS, POSITIVE_LINE, REAL_LINE, ZERO_ONE, Support

ETA = (Dummy("eta1", real=True), Dummy("eta2", real=True))


@dataclass(frozen=True)
class Kernel:
    """One function with a known total.

    Attributes
    ----------
    name : str
    title : str
        The name printed beside a line that uses it.
    support : Support
        Where it is positive.
    value : Dummy
        ``y``, with the assumptions that hold on the support.
    features : tuple of Expr in `value`
        The ``f_j``: the sufficient statistics.
    log_base : Expr in `value`
        ``log h(y)``.
    log_total : Expr in ``ETA``
        ``log Z(eta)``.
    domain : tuple of Expr in ``ETA``
        What must be positive for the total to be finite.
    statement : str
        The fact in one line of words.
    reference : str
        A key of ``docs/references.bib`` and the place.
    """

    name: str
    title: str
    support: Support
    value: Dummy
    features: tuple[Expr, ...]
    log_base: Expr
    log_total: Expr
    domain: tuple[Expr, ...]
    statement: str
    reference: str

    @property
    def natural(self) -> tuple[Dummy, ...]:
        """The natural parameters that the features have."""
        return ETA[: len(self.features)]


_REAL = Dummy("y", real=True)
_POSITIVE = Dummy("y", positive=True)
_COUNT = Dummy("y", nonnegative=True)
_A, _B = ETA
_ZERO = Integer(0)

KERNELS: tuple[Kernel, ...] = (
    Kernel(
        name="gaussian",
        title="Gaussian kernel",
        support=REAL_LINE,
        value=_REAL,
        features=(_REAL, _REAL**2),
        log_base=_ZERO,
        log_total=log(pi) / 2 - log(-_B) / 2 - _A**2 / (4 * _B),
        domain=(-_B,),
        statement="the integral of exp(a y + b y^2) over R is sqrt(-pi/b) exp(-a^2/(4b)), b < 0",
        reference="dlmf, 7.7.3 and completing the square",
    ),
    Kernel(
        name="gamma",
        title="gamma kernel",
        support=POSITIVE_LINE,
        value=_POSITIVE,
        features=(log(_POSITIVE), _POSITIVE),
        log_base=_ZERO,
        log_total=loggamma(_A + 1) - (_A + 1) * log(-_B),
        domain=(_A + 1, -_B),
        statement="the integral of y^a exp(b y) over y > 0 is Gamma(a + 1) (-b)^(-a - 1), b < 0",
        reference="dlmf, 5.9.1",
    ),
    Kernel(
        name="two_point",
        title="kernel of two points",
        support=ZERO_ONE,
        value=_COUNT,
        features=(_COUNT,),
        log_base=_ZERO,
        log_total=log(1 + exp(_A)),
        domain=(),
        statement="the sum of exp(a y) over y in {0, 1} is 1 + exp(a)",
        reference="wainwright2008, section 3",
    ),
    Kernel(
        name="factorial",
        title="factorial kernel",
        support=COUNTS,
        value=_COUNT,
        features=(_COUNT,),
        log_base=-loggamma(_COUNT + 1),
        log_total=exp(_A),
        domain=(),
        statement="the sum of exp(a y)/y! over y = 0, 1, 2, ... is exp(exp(a))",
        reference="wainwright2008, section 3",
    ),
)

KERNEL_BY_NAME = {kernel.name: kernel for kernel in KERNELS}
