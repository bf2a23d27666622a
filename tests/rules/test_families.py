"""Every kernel: its total and the means it gives, against integration by mpmath."""

from __future__ import annotations

import random

import mpmath
import pytest
import sympy

from derive.rules.families import ETA, KERNEL_BY_NAME, KERNELS

DRAWS = 4


def totals(kernel, eta, function=1):
    """The integral (or sum) of function(y) times the kernel, by mpmath."""
    y = kernel.value
    exponent = kernel.log_base + sum(e * f for e, f in zip(eta, kernel.features, strict=True))
    integrand = sympy.lambdify(y, function * sympy.exp(exponent), "mpmath")
    lower, upper = kernel.support.lower, kernel.support.upper
    if kernel.support.is_whole:
        last = 200 if upper is None else upper
        return sum(integrand(mpmath.mpf(k)) for k in range(lower, last + 1))
    if lower is None:
        return mpmath.quad(integrand, [-mpmath.inf, -10, -3, -1, 0, 1, 3, 10, mpmath.inf])

    def stretched(t):
        return integrand(mpmath.exp(t)) * mpmath.exp(t)

    return mpmath.quad(stretched, [-300, -100, -30, -10, -3, 0, 2, 4, 6])


def admissible(kernel, seed):
    """Random natural parameters in the domain of a kernel."""
    rng = random.Random(f"{kernel.name} {seed}")
    while True:
        eta = [sympy.Rational(rng.randint(-30, 30), 10) for _ in kernel.natural]
        at = dict(zip(kernel.natural, eta, strict=True))
        if all(bound.xreplace(at) >= sympy.Rational(1, 5) for bound in kernel.domain):
            return eta, at


@pytest.mark.parametrize("seed", range(DRAWS))
@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.name)
def test_total_is_the_integral_of_the_kernel(kernel, seed):
    eta, at = admissible(kernel, seed)
    stated = sympy.exp(kernel.log_total.xreplace(at)).evalf(20)
    assert float(stated) == pytest.approx(float(totals(kernel, eta)), rel=1e-9)


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.name)
def test_derivatives_of_the_total_are_the_means_of_the_features(kernel):
    eta, at = admissible(kernel, "means")
    for natural, feature in zip(kernel.natural, kernel.features, strict=True):
        stated = sympy.diff(kernel.log_total, natural).xreplace(at).evalf(20)
        mean = totals(kernel, eta, feature) / totals(kernel, eta)
        assert float(stated) == pytest.approx(float(mean), rel=1e-8)


def test_names_are_distinct_and_natural_parameters_suffice():
    assert len(KERNEL_BY_NAME) == len(KERNELS)
    for kernel in KERNELS:
        assert len(kernel.features) <= len(ETA)
        assert kernel.log_total.free_symbols <= set(kernel.natural)
