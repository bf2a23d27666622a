"""Laws of which the parameters are numbers of four digits: powers with long exponents."""

from __future__ import annotations

import math
import re
import time
from itertools import pairwise

import pytest
import scipy.integrate
import scipy.stats as st
import sympy

from derive.engine.expansions import opened
from derive.engine.factoring import with_roots_of_primes
from derive.errors import NoClosedFormError
from derive.information.kl_divergence import kl_divergence

LONGEST = 5.0  # seconds of a processor


def test_a_kernel_with_a_long_exponent_is_averaged():
    found = kl_divergence("LogLogistic(0.5240, 1.9607)", "Laplace(0.1703, 0.9588)")
    one = st.fisk(1.9607, scale=0.5240)

    def integrand(t):
        x = math.exp(t)
        other = -math.log(2 * 0.9588) - abs(x - 0.1703) / 0.9588
        return x * one.pdf(x) * (one.logpdf(x) - other)

    ends = (-25, math.log(0.1703), 2, 25)
    wanted = sum(scipy.integrate.quad(integrand, *cut, limit=200)[0] for cut in pairwise(ends))
    assert found.certificate.verdict == "verified"
    assert float(found.function()()) == pytest.approx(wanted, rel=1e-4)
    assert re.search(r"\d{30}", found.text()) is None


@pytest.mark.parametrize(
    ("p", "q"),
    [
        ("Triangular(0.1453, 1.0593, 0.2294)", "LogLogistic(3.1656, 0.2744)"),
        ("GeneralizedExtremeValue(0.1979, 0.9595, 0.4524)", "Cauchy(-0.1392, 1.0825)"),
        ("BurrXII(0.4988, 1.8295, 2.8551)", "Cauchy(0.0217, 0.9580)"),
    ],
)
def test_a_refusal_of_long_exponents_is_soon_there(p, q):
    begun = time.process_time()
    with pytest.raises(NoClosedFormError, match="no closed form is known"):
        kl_divergence(p, q)
    assert time.process_time() - begun < LONGEST


def test_a_root_of_a_long_number_is_written_with_its_primes():
    x = sympy.Symbol("x", positive=True)
    power = sympy.Rational(19607, 10000)
    form = opened((250 * x / 131) ** power)
    assert max(int(n).bit_length() for n in form.atoms(sympy.Integer)) < 64
    assert float(form.subs(x, 2)) == pytest.approx((500 / 131) ** 1.9607)
    assert with_roots_of_primes(sympy.sqrt(6)) == sympy.sqrt(6)
