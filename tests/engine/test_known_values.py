"""Values and sums that are known by name: log 2, a trace, a sigmoid."""

from __future__ import annotations

import pytest

import derive as dv


def result(found):
    assert found.certificate.verdict == "verified"
    return repr(found).split("    #")[0]


@pytest.mark.parametrize(
    ("function", "at", "expected"),
    [
        ("softplus(x)", "0", "log(2) + 1/2*x + 1/8*x^2"),
        ("lognormcdf(x)", "0", "-log(2)"),
        ("normpdf(x)", "0", "(2*pi)^(-1/2)"),
        ("trigamma(x)", "1", "1/6*pi^2"),
    ],
)
def test_an_elementwise_function_has_its_exact_value_at_a_number(function, at, expected):
    order = 2 if "x" in expected else 0
    found = dv.taylor_series(function, "x", at, order, shapes="x: scalar positive")
    assert result(found) == expected


def test_the_values_at_zero_are_those_of_every_entry():
    found = dv.taylor_series("sum(softplus(X*w))", "w", "zeros(d)", 1, shapes="X: n x d, w: d")
    assert result(found).startswith("log(2)*n")


def test_the_sum_of_the_eigenvalues_is_the_trace():
    assert result(dv.gradient("sum(eig(X'*X))", "X", shapes="X: n x d")) == "2*X"
    entropy = "-sum((eig(S)/tr(S)) .* log(eig(S)/tr(S)))"
    page = dv.gradient(entropy, "S", shapes="S: n x n spd").text(detail="result", unicode=False)
    assert "sum(eig(S))" not in page


@pytest.mark.parametrize(
    ("text", "shapes", "expected"),
    [
        ("1/(1 + exp(-x))", "x: scalar", "sigmoid(x)*(1 - sigmoid(x))"),
        ("1/(1 + exp(x))", "x: scalar", "-sigmoid(x)*(1 - sigmoid(x))"),
        ("1/(1 + exp(-x))^3", "x: scalar", "3*sigmoid(x)^3*(1 - sigmoid(x))"),
        ("sum(1./(ones(n) + exp(-x)))", "x: n", "sigmoid(x).*(ones(n) - sigmoid(x))"),
        # one sigmoid alone stays as it comes
        ("log(1 + exp(-x))", "x: scalar", "-sigmoid(-x)"),
    ],
)
def test_both_sides_of_a_sigmoid_are_written_with_one(text, shapes, expected):
    assert result(dv.gradient(text, "x", shapes=shapes)) == expected
