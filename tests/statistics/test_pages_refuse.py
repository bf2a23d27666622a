"""Compiled pages of statistics refuse what breaks a condition or a range, in saved files too."""

from __future__ import annotations

import importlib.util
import re

import numpy as np
import pytest

import derive as dv
from derive.errors import DomainError
from derive.statistics.likelihood.regression import logistic_regression, poisson_regression

PAIR = {"x": [1.0, 2.0, 4.0], "y": [1.0, 3.0, 2.0]}
SAME = [2.0, 2.0, 2.0]
TRIALS = {"k": 3.0, "n": 10.0}
ROWS = np.array([[0.0, 1.0], [0.5, 0.5], [0.25, 0.75]])
STEP = {"R": ROWS, "r_k": ROWS[:, 1], "x_j": [0.0, 2.0, 1.0]}
LABELS = {"TP": 5.0, "FP": 0.0}

#: The page, arguments that it answers, and what each refusal says of an argument put in.
CASES = {
    "known deviation": (
        dv.z_test,
        {"x": [1.0], "mu_0": 0.0, "sigma": 1.0},
        [({"sigma": -1.0}, "sigma > 0")],
    ),
    "one sample": (
        dv.t_test,
        {"x": [1.0, 2.0], "mu_0": 0.0},
        [({"x": [1.0]}, "max(x) > min(x)"), ({"x": SAME}, "max(x) > min(x)")],
    ),
    "pooled": (
        lambda: dv.t_test(kind="pooled"),
        {**PAIR, "y": [1.0], "mu_0": 0.0},
        [({"x": SAME}, "max(x) - min(x) + max(y) - min(y) > 0")],
    ),
    "welch": (
        lambda: dv.t_test(kind="welch"),
        {**PAIR, "mu_0": 0.0},
        [({"y": [1.0]}, "m >= 2"), ({"x": SAME, "y": SAME}, "max(x) - min(x)")],
    ),
    "variance": (
        dv.variance_test,
        {"x": SAME, "sigma_0": 1.0},
        [({"x": [1.0]}, "n >= 2"), ({"sigma_0": 0.0}, "sigma_0 > 0")],
    ),
    "groups": (
        dv.anova,
        {"n": [2.0, 3.0], "y_bar": [1.0, 2.0], "S": [0.0, 1.0]},
        [
            ({"n": [2.0, 2.5]}, "n is a whole number"),
            ({"n": [1.0, 1.0]}, "N > k"),
            ({"S": [0.0, 0.0]}, "W > 0"),
            ({"S": [-1.0, 2.0]}, "S >= 0"),
            ({"n": [3.0], "y_bar": [1.0], "S": [1.0]}, "k >= 2"),
        ],
    ),
    "correlation test": (
        dv.correlation_test,
        PAIR,
        [({"x": [1.0, 2.0], "y": [2.0, 1.0]}, "n >= 3"), ({"y": SAME}, "max(y) > min(y)")],
    ),
    "proportion": (
        dv.proportion_test,
        {**TRIALS, "p_0": 0.5},
        [
            ({"k": 11.0}, "k <= n"),
            ({"k": 2.5}, "k is a whole number"),
            ({"n": 10.5}, "n is a whole number"),
            ({"p_0": 1.5}, "0 < p_0 < 1"),
        ],
    ),
    "two proportions": (
        dv.two_proportions_test,
        {"k_1": 0.0, "n_1": 5.0, "k_2": 6.0, "n_2": 6.0},
        [({"k_2": 0.0}, "k_1 + k_2 > 0"), ({"k_1": 6.0}, "k_1 <= n_1")],
    ),
    "fit": (
        dv.chi_squared_test,
        {"O": [3.0, 4.0], "E": [2.0, 5.0]},
        [({"O": [-1.0, 4.0]}, "O >= 0"), ({"O": [1.5, 4.0]}, "whole"), ({"E": [0.0, 5.0]}, "E")],
    ),
    "table": (
        lambda: dv.chi_squared_test([[1, 2], [3, 4]]),
        {"O": [[1.0, 2.0], [3.0, 4.0]]},
        [({"O": [[0.0, 0.0], [3.0, 4.0]]}, "E > 0"), ({"O": [[1.5, 2.0], [3.0, 4.0]]}, "whole")],
    ),
    "likelihood ratio": (
        dv.likelihood_ratio_test,
        {"ell_hat": -1.0, "ell_0": -2.0},
        [({"ell_0": 0.0}, "ell_hat >= ell_0")],
    ),
    "interval of a proportion": (
        lambda: dv.confidence_interval("proportion", method="wilson"),
        {"k": 1.0, "n": 10.0, "q": 1.96},
        [({"k": -1.0}, "k >= 0"), ({"k": 11.0}, "k <= n"), ({"q": -1.0}, "q > 0")],
    ),
    "interval of a variance": (
        lambda: dv.confidence_interval("variance"),
        {"x": PAIR["x"], "q_1": 0.1, "q_2": 7.4},
        [({"q_1": 9.0}, "q_1 <= q_2"), ({"x": [1.0]}, "n >= 2")],
    ),
    "precision": (
        lambda: dv.metric_derivation("precision"),
        LABELS,
        [
            ({"TP": 0.0}, "TP + FP > 0"),
            ({"FP": -1.0}, "FP >= 0"),
            ({"TP": 0.5}, "TP is a whole number"),
        ],
    ),
    "precision from rates": (
        lambda: dv.metric_derivation("precision_by_bayes"),
        {"s": 1.0, "c": 1.0, "pi_1": 0.5},
        [({"s": 1.5}, "s <= 1"), ({"pi_1": 0.0}, "s*pi_1 + (1 - c)*(1 - pi_1) > 0")],
    ),
    "area": (
        lambda: dv.metric_derivation("auc"),
        {"a": [0.0, 1.0], "b": [0.5, 0.5]},
        [({"a": [0.5, 0.6]}, "a simplex"), ({"b": [-0.5, 1.5]}, "b simplex")],
    ),
    "log loss": (
        lambda: dv.metric_derivation("log_loss"),
        {"p": 0.5},
        [({"p": 1.5}, "0 < p < 1")],
    ),
    "correlation": (
        lambda: dv.statistic_derivation("correlation"),
        PAIR,
        [({"x": SAME}, "max(x) > min(x)")],
    ),
    "median": (
        lambda: dv.statistic_derivation("median"),
        {"x_low": 1.0, "x_high": 1.0},
        [({"x_low": 2.0}, "x_low <= x_high")],
    ),
    "responsibilities": (
        dv.GaussianMixture().e_step,
        {"L": ROWS, "pi": [0.25, 0.75]},
        [({"pi": [0.5, 0.75]}, "pi simplex"), ({"pi": [-0.5, 1.5]}, "pi simplex")],
    ),
    "maximisation": (
        dv.GaussianMixture("diagonal").m_step,
        STEP,
        [
            ({"R": 2 * ROWS}, "each row of R: entries >= 0 with sum 1"),
            ({"r_k": -ROWS[:, 1]}, "r_k >= 0"),
            ({"x_j": [1.0, 1.0, 1.0]}, "'*r_k > 0"),
        ],
    ),
    "classes": (
        dv.NaiveBayes("bernoulli").estimates,
        {"c": [2.0, 0.0], "a": 0.0, "b": 3.0},
        [({"c": [2.5, 1.0]}, "c is a whole number"), ({"b": 0.0}, "a + b > 0")],
    ),
    "smoothed": (
        dv.NaiveBayes("multinomial").smoothing_rule,
        {"n": [0.0, 3.0], "alpha": 1.0},
        [({"alpha": -1.0}, "alpha > 0"), ({"n": [-1.0, 3.0]}, "n >= 0")],
    ),
    "logistic weights": (
        dv.NaiveBayes().logistic_weights,
        {"v": [1.0, 2.0], "mu_1": [0.0, 1.0], "mu_0": [1.0, 1.0], "pi_1": 0.5},
        [({"v": [1.0, -2.0]}, "v > 0"), ({"pi_1": 2.0}, "0 < pi_1 < 1")],
    ),
    "labels": (
        logistic_regression,
        {"y": [0.0, 1.0], "X": [[1.0], [2.0]], "w": [0.5]},
        [({"y": [0.5, 1.0]}, "y in {0, 1}"), ({"y": [-1.0, 1.0]}, "y in {0, 1}")],
    ),
    "counts": (
        poisson_regression,
        {"y": [0.0, 3.0], "X": [[1.0], [2.0]], "w": [0.5]},
        [({"y": [0.5, 1.0]}, "y integer"), ({"y": [-1.0, 1.0]}, "y >= 0")],
    ),
    "noise": (
        lambda: dv.delta_method("norm2(x)^2", "x", "S", mean="mu", shapes="x: d, mu: d, S: d x d"),
        {"S": np.ones((2, 2)), "mu": [1.0, 2.0]},
        [({"S": [[1.0, 2.0], [2.0, 1.0]]}, "S is positive semidefinite")],
    ),
    "total variance": (
        dv.total_expectation_and_variance,
        {"w": [0.0, 1.0], "m": [1.0, 2.0], "v": [0.0, 1.0]},
        [({"v": [-1.0, 1.0]}, "v >= 0"), ({"w": [0.5, 0.6]}, "w simplex")],
    ),
    "next counts": (
        lambda: dv.posterior_predictive(dv.Multinomial(), dv.Dirichlet()),
        {"x_new": [1.0, 1.0], "X": [[2.0, 0.0]], "n": 2.0, "alpha": [1.0, 1.0]},
        [({"x_new": [5.0, 0.0]}, "sum to n"), ({"x_new": [0.5, 1.5]}, "x_new: whole numbers")],
    ),
}


@pytest.mark.parametrize(("made", "good", "refused"), CASES.values(), ids=CASES)
def test_what_breaks_a_condition_is_refused_by_name(made, good, refused, tmp_path):
    page = made()
    function, alone = page.function(), _saved(page, tmp_path)
    np.testing.assert_array_equal(np.isnan(_flat(function(**good))), False)
    np.testing.assert_array_equal(_flat(alone(**good)), _flat(function(**good)))
    for wrong, said in refused:
        with pytest.raises(DomainError, match="holds where .*" + re.escape(said)):
            function(**{**good, **wrong})
        with pytest.raises(ValueError, match=re.escape(said)):
            alone(**{**good, **wrong})


def test_the_first_of_a_batch_is_named():
    test = dv.proportion_test().function()
    with pytest.raises(DomainError, match=r"k = 12, n = 10 at index 2"):
        test(np.array([1.0, 2.0, 12.0, 13.0]), 10.0, 0.5)
    spread = dv.t_test().function()
    with pytest.raises(DomainError, match=r"x = \[3. 3.\] at index 1"):
        spread(np.array([[1.0, 2.0], [3.0, 3.0]]), 0.0)


def test_conditions_are_printed_with_the_page_and_hold_of_its_data():
    assert dv.t_test([1.0, 2.0, 4.0]).conditions == ("max(x) > min(x)",)
    none = dv.proportion_test(0, 10)
    assert none.conditions[:2] == ("k >= 0", "k <= n")


def _saved(page, folder):
    path = page.save(folder / "saved.py")
    spec = importlib.util.spec_from_file_location("saved", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.f


def _flat(found):
    parts = found if isinstance(found, tuple) else (found,)
    return np.concatenate([np.ravel(part) for part in parts])


def test_a_page_does_not_declare_more_than_it_asks():
    header = dv.confidence_interval("proportion", method="wilson").text().partition("has nearly")[0]
    assert "k ≥ 0; n, q > 0" in header
