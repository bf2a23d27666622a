"""Exponentials of log-gammas are written as gamma functions, and as nothing else."""

from __future__ import annotations

import pytest

from derive.language.expression import number, symbol
from derive.language.functions import elementwise
from derive.writing.gamma_forms import gamma_powers
from derive.writing.latex import latex
from derive.writing.text import text

A, B = symbol("a", facts=("positive",)), symbol("b", facts=("positive",))


def log_gamma(node):
    return elementwise("loggamma", node)


def exp(node):
    return elementwise("exp", node)


@pytest.mark.parametrize(
    ("node", "written", "latex_form"),
    [
        (exp(log_gamma(A)), "Γ(a)", r"\Gamma(a)"),
        (exp(log_gamma(A) - log_gamma(B)), "Γ(a)/Γ(b)", r"\frac{\Gamma(a)}{\Gamma(b)}"),
        (exp(-2 * log_gamma(A)), "1/Γ(a)²", r"\frac{1}{\Gamma(a)^2}"),
        (exp(log_gamma(A) + log_gamma(B)), "Γ(a) Γ(b)", r"\Gamma(a)\Gamma(b)"),
        (exp(log_gamma(A) + B), "exp(log Γ(a) + b)", r"\exp(\log\Gamma(a) + b)"),
        (exp(log_gamma(A) / 2), "exp(1/2 log Γ(a))", r"\exp(\tfrac12\log\Gamma(a))"),
    ],
)
def test_what_is_written(node, written, latex_form):
    assert text(node) == written
    assert latex(node) == latex_form


def test_only_whole_multiples_are_read():
    assert gamma_powers(log_gamma(A) - 3 * log_gamma(B)) == ((A, 1), (B, -3))
    assert gamma_powers(log_gamma(A) * B) == ()
    assert gamma_powers(log_gamma(A) * 10) == ()
    assert gamma_powers(number(1)) == ()
