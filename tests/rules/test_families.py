"""Every kernel: its total and the means it gives, against integration by mpmath."""

from __future__ import annotations

import random

import mpmath
import pytest
import sympy

from derive.language.support import UNIT_INTERVAL
from derive.rules.families import ETA, KERNEL_BY_NAME, KERNELS

DRAWS = 4
ENDS_AT_GIVEN = ("binomial", "first_whole")


def totals(kernel, eta, given, function=1):
    """The integral (or sum) of function(y) times the kernel, by mpmath."""
    y = kernel.value
    exponent = kernel.log_base + sum(e * f for e, f in zip(eta, kernel.features, strict=True))
    whole = (function * sympy.exp(exponent)).xreplace(kernel.letters | given)
    integrand = sympy.lambdify(y, whole, "mpmath")
    if kernel.support.is_whole:
        first = int(kernel.support.lower.data)
        last = next(iter(given.values()), 400) if kernel.name in ENDS_AT_GIVEN else 400
        last = 1 if kernel.name == "two_point" else last
        if kernel.name == "zeta":  # its terms fall off as slowly as the integral of a power
            return mpmath.nsum(integrand, [1, mpmath.inf], method="euler-maclaurin")
        return sum(integrand(mpmath.mpf(k)) for k in range(first, int(last) + 1))
    if kernel.name == "truncated_gaussian":
        return mpmath.quad(integrand, sorted(map(float, given.values())))
    if kernel.name == "circle":
        return mpmath.quad(integrand, mpmath.linspace(-mpmath.pi, mpmath.pi, 9))
    if kernel.support == UNIT_INTERVAL:
        return mpmath.quad(integrand, [0, 0.25, 0.5, 0.75, 1])
    if kernel.support.lower is None:
        return mpmath.quad(integrand, [-mpmath.inf, -10, -3, -1, 0, 1, 3, 10, mpmath.inf])

    def stretched(t):
        return integrand(mpmath.exp(t)) * mpmath.exp(t)

    places = [-300, -100, -30, -10, -3, -1, 0, 1, 2, 3, 4, 6, 10, 20, 40, 100, 300]
    return mpmath.quad(stretched, places)


def admissible(kernel, seed):
    """Random natural parameters in the domain of a kernel."""
    rng = random.Random(f"{kernel.name} {seed}")
    numbers = sorted(rng.sample(range(1, 9), len(kernel.given)))
    given = dict(zip(kernel.given, map(sympy.Integer, numbers), strict=True))
    while True:
        eta = [sympy.Rational(rng.randint(-30, 30), 10) for _ in kernel.natural]
        at = dict(zip(kernel.natural, eta, strict=True)) | given
        far = all(bound.xreplace(at) >= sympy.Rational(1, 5) for bound in kernel.domain)
        if far and (kernel.name != "segment" or eta[0] != 0):
            return eta, at, given


@pytest.mark.parametrize("seed", range(DRAWS))
@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.name)
def test_total_is_the_integral_of_the_kernel(kernel, seed):
    eta, at, given = admissible(kernel, seed)
    stated = sympy.exp(kernel.log_total.xreplace(at)).evalf(20)
    assert float(stated) == pytest.approx(float(totals(kernel, eta, given)), rel=1e-9)


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.name)
def test_derivatives_of_the_total_are_the_means_of_the_features(kernel):
    eta, at, given = admissible(kernel, "means")
    for natural, feature in zip(kernel.natural, kernel.features, strict=True):
        stated = sympy.diff(kernel.log_total, natural).xreplace(at).evalf(20)
        mean = totals(kernel, eta, given, feature) / totals(kernel, eta, given)
        assert float(stated) == pytest.approx(float(mean), rel=1e-8)


def test_names_are_distinct_and_natural_parameters_suffice():
    assert len(KERNEL_BY_NAME) == len(KERNELS)
    for kernel in KERNELS:
        assert len(kernel.features) <= len(ETA)
        assert kernel.log_total.free_symbols <= {*kernel.natural, *kernel.given}
