"""Ratios of polynomials by FLINT are those that SymPy's ``cancel`` and ``factor`` find."""

from __future__ import annotations

import random

import pytest
import sympy
from sympy import Add, Mul, Rational, exp, gamma, log, polygamma

from derive.engine.ratios import ratio_cancelled, ratio_factored

a, b, p, q = sympy.symbols("a b p q", positive=True)
LETTERS = (a, b, p, 1 - p, 1 - 2 * q, 2 * a - b, log(p), log(1 - p), log(a * b), log(2 * a + 2 * b))
FUNCTIONS = (gamma(a), polygamma(0, a), sympy.pi, exp(a * b), Rational(3, 2), a + b)


def random_sum(rng):
    terms = []
    for _ in range(rng.randint(2, 4)):
        powers = (rng.choice((-2, -1, 1, 2, 3)) for _ in range(rng.randint(1, 3)))
        factors = (rng.choice(LETTERS + FUNCTIONS) ** power for power in powers)
        terms.append(Rational(rng.randint(-4, 4), rng.choice((1, 1, 2, 3))) * Mul(*factors))
    return Add(*terms) * rng.choice((1, (a + p) ** 2 / (a**2 - b**2)))


def test_ratios_are_written_as_sympy_writes_them():
    rng, found = random.Random(5), 0
    for _ in range(40):
        expr = random_sum(rng)
        wanted, short = sympy.cancel(expr), ratio_cancelled(expr)
        if short is not None:
            found += 1
            assert (short, ratio_factored(expr)) == (wanted, sympy.factor(wanted))
    assert found > 25


@pytest.mark.parametrize(
    "expr",
    [sympy.sqrt(a) + 1 / a, exp(a) + exp(a / 2), a**b + a, sympy.I * a, Rational(1, 2), a + 0.5],
)
def test_what_is_not_plainly_rational_is_left_to_sympy(expr):
    assert ratio_cancelled(expr) is None
    assert ratio_factored(expr) is None


def test_nothing_is_divided_by_zero():
    assert ratio_cancelled(Mul(1, 1 / Add(a, -a, evaluate=False), evaluate=False)) is None
