"""Kernels: functions of one value whose total is known, the first facts of expectations.

A kernel is ``h(y) exp(sum_j eta_j f_j(y))`` with its total ``Z(eta)``, the integral over
the support (the sum, on whole numbers).  That one fact gives every mean the engine needs:

    E[prod_j f_j^m_j  exp(sum_j s_j f_j)]
        = exp(log Z(eta + s) - log Z(eta)) * (moment polynomial in the derivatives of log Z)

so the mean of ``f_j`` is the first derivative of ``log Z`` in ``eta_j``, the covariance of
``f_i`` and ``f_j`` the second.  Nothing is listed per law.

Letters: ``Y`` is the value, ``ETA[0]``, ``ETA[1]`` the natural parameters, ``GIVEN`` what a
kernel has beside them (the number of trials).  On (0, 1) ``REST`` stands for ``1 - Y``, on the
half line ``MORE`` for ``1 + Y``, so that their logarithms open.  A
law says by its standard form which kernels it is made of.

To add a kernel, append a row.  The truth test integrates it at random parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import (
    Dummy,
    Expr,
    Integer,
    Rational,
    besseli,
    cos,
    exp,
    log,
    loggamma,
    pi,
    sin,
    sqrt,
)

from derive.language.support import (
    CIRCLE,
    COUNTS,
    FROM_ONE,
    POSITIVE_LINE,
    REAL_LINE,
    UNIT_INTERVAL,
    ZERO_ONE,
    Support,
)
from derive.language.sympy_scalars import normcdf
from derive.language.sympy_special import zetaderiv

ETA = (Dummy("eta1", real=True), Dummy("eta2", real=True))
GIVEN = (Dummy("given", positive=True),)
ENDS = (Dummy("start", real=True), Dummy("stop", real=True))
REST = Dummy("rest", positive=True)
MORE = Dummy("more", positive=True)


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
    given : tuple of Dummy
        What the kernel is given beside its natural parameters.
    attained : tuple of Expr
        Those of `domain` that may also be 0.
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
    given: tuple[Dummy, ...] = ()
    attained: tuple[Expr, ...] = ()

    @property
    def natural(self) -> tuple[Dummy, ...]:
        """The natural parameters that the features have."""
        return ETA[: len(self.features)]

    @property
    def letters(self) -> dict[Dummy, Expr]:
        """The letters that stand for sums with the value that are positive too."""
        if self.support == UNIT_INTERVAL:
            return {REST: 1 - self.value}
        return {MORE: 1 + self.value} if self.support == POSITIVE_LINE else {}

    @property
    def moving(self) -> tuple[Dummy, ...]:
        """The value and the letters that move with it."""
        return (self.value, *self.letters)


_REAL = Dummy("y", real=True)
_POSITIVE = Dummy("y", positive=True)
_COUNT = Dummy("y", nonnegative=True)
_FROM_ONE = Dummy("y", positive=True)
_A, _B = ETA
(_N,) = GIVEN
_START, _STOP = ENDS
_MEAN, _SPREAD = -_A / (2 * _B), 1 / sqrt(-2 * _B)
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
        name="truncated_gaussian",
        title="Gaussian kernel on an interval",
        support=REAL_LINE,
        value=_REAL,
        features=(_REAL, _REAL**2),
        log_base=_ZERO,
        log_total=log(pi) / 2
        - log(-_B) / 2
        - _A**2 / (4 * _B)
        + log(normcdf((_STOP - _MEAN) / _SPREAD) - normcdf((_START - _MEAN) / _SPREAD)),
        domain=(-_B,),
        statement="the integral of exp(a y + b y^2) over (s, t) is the whole one times "
        "the normal mass of (s, t), b < 0",
        reference="dlmf, 7.2.1 and completing the square",
        given=ENDS,
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
        name="beta",
        title="beta kernel",
        support=UNIT_INTERVAL,
        value=_POSITIVE,
        features=(log(_POSITIVE), log(REST)),
        log_base=_ZERO,
        log_total=loggamma(_A + 1) + loggamma(_B + 1) - loggamma(_A + _B + 2),
        domain=(_A + 1, _B + 1),
        statement="the integral of y^a (1 - y)^b over (0, 1) is B(a + 1, b + 1)",
        reference="dlmf, 5.12.1",
    ),
    Kernel(
        name="beta_prime",
        title="beta prime kernel",
        support=POSITIVE_LINE,
        value=_POSITIVE,
        features=(log(_POSITIVE), log(MORE)),
        log_base=_ZERO,
        log_total=loggamma(_A + 1) + loggamma(-_A - _B - 1) - loggamma(-_B),
        domain=(_A + 1, -_A - _B - 1),
        statement="the integral of y^a (1 + y)^b over y > 0 is B(a + 1, -a - b - 1)",
        reference="dlmf, 5.12.3",
    ),
    Kernel(
        name="inverse_gaussian",
        title="inverse Gaussian kernel",
        support=POSITIVE_LINE,
        value=_POSITIVE,
        features=(_POSITIVE, 1 / _POSITIVE),
        log_base=-Rational(3, 2) * log(_POSITIVE),
        log_total=log(pi) / 2 - log(-_B) / 2 - 2 * sqrt(_A * _B),
        domain=(-_A, -_B),
        statement="the integral of y^(-3/2) exp(a y + b/y) over y > 0 is "
        "sqrt(-pi/b) exp(-2 sqrt(a b)), a, b < 0",
        reference="dlmf, 10.32.10 and 10.39.2",
        attained=(-_A,),
    ),
    Kernel(
        name="circle",
        title="kernel on the circle",
        support=CIRCLE,
        value=_REAL,
        features=(cos(_REAL), sin(_REAL)),
        log_base=_ZERO,
        log_total=log(2 * pi) + log(besseli(0, sqrt(_A**2 + _B**2))),
        domain=(),
        statement="the integral of exp(a cos y + b sin y) over (-pi, pi) is "
        "2 pi I_0(sqrt(a^2 + b^2))",
        reference="dlmf, 10.32.1 and the addition theorem of the cosine",
    ),
    Kernel(
        name="segment",
        title="exponential on (0, 1)",
        support=UNIT_INTERVAL,
        value=_POSITIVE,
        features=(_POSITIVE,),
        log_base=_ZERO,
        log_total=log((exp(_A) - 1) / _A),
        domain=(),
        statement="the integral of exp(a y) over (0, 1) is (exp(a) - 1)/a, a != 0",
        reference="loaizaganem2019, section 3",
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
    Kernel(
        name="binomial",
        title="binomial kernel",
        support=COUNTS,
        value=_COUNT,
        features=(_COUNT,),
        log_base=loggamma(_N + 1) - loggamma(_COUNT + 1) - loggamma(_N - _COUNT + 1),
        log_total=_N * log(1 + exp(_A)),
        domain=(),
        statement="the sum of C(n, y) exp(a y) over y = 0, ..., n is (1 + exp(a))^n",
        reference="dlmf, 1.2.2",
        given=GIVEN,
    ),
    Kernel(
        name="negative_binomial",
        title="negative binomial kernel",
        support=COUNTS,
        value=_COUNT,
        features=(_COUNT,),
        log_base=loggamma(_COUNT + _N) - loggamma(_N) - loggamma(_COUNT + 1),
        log_total=-_N * log(1 - exp(_A)),
        domain=(-_A,),
        statement="the sum of C(y + r - 1, y) exp(a y) over y = 0, 1, ... is (1 - exp(a))^(-r)",
        reference="dlmf, 4.6.7",
        given=GIVEN,
    ),
    Kernel(
        name="logarithmic",
        title="logarithmic series",
        support=FROM_ONE,
        value=_COUNT,
        features=(_COUNT,),
        log_base=-log(_COUNT),
        log_total=log(-log(1 - exp(_A))),
        domain=(-_A,),
        statement="the sum of exp(a y)/y over y = 1, 2, ... is -log(1 - exp(a))",
        reference="dlmf, 4.6.1",
    ),
    Kernel(
        name="zeta",
        title="zeta kernel",
        support=FROM_ONE,
        value=_FROM_ONE,
        features=(log(_FROM_ONE),),
        log_base=_ZERO,
        log_total=log(zetaderiv(0, -_A)),
        domain=(-_A - 1,),
        statement="the sum of y^a over y = 1, 2, ... is zeta(-a), a < -1",
        reference="dlmf, 25.2.1",
    ),
    Kernel(
        name="first_whole",
        title="the first whole numbers",
        support=FROM_ONE,
        value=_COUNT,
        features=(),
        log_base=_ZERO,
        log_total=log(_N),
        domain=(),
        statement="there are n whole numbers from 1 to n",
        reference="dlmf, 24.4.7",
        given=GIVEN,
    ),
)

KERNEL_BY_NAME = {kernel.name: kernel for kernel in KERNELS}
