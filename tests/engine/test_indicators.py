"""Indicators, signs and masks that meet in a product are crossed out, at the kinks too."""

from __future__ import annotations

import numpy as np
import pytest

import derive as dv
from derive.engine.normal import tidy
from derive.language import expression as ex
from derive.language.canonical import same
from derive.language.functions import elementwise as f
from derive.language.functions import hadamard
from derive.language.matrix_functions import mask
from derive.language.sizes import Size

n = Size.named("n")
x, s = ex.symbol("x", (n, 1)), ex.symbol("s")


@pytest.mark.parametrize(
    ("whole", "simple"),
    [
        (hadamard(f("step", x), f("step", x)), f("step", x)),
        (f("closed_step", s) ** 3, f("closed_step", s)),
        (hadamard(f("step", x), f("closed_step", x)), f("step", x)),
        (f("step", s) * f("relu", s), f("relu", s)),
        (hadamard(f("sign", x), x), f("abs", x)),
        (s * f("sign", s) * f("sign", s) ** 2, f("abs", s)),
        (f("sign", s) ** 2, f("sign", s) ** 2),
        (f("relu", s) / f("step", s), f("relu", s) / f("step", s)),
        (hadamard(mask("lower", n, n), mask("strict_lower", n, n)), mask("strict_lower", n, n)),
        (hadamard(mask("lower", n, n), mask("upper", n, n)), ex.eye(n)),
        (hadamard(mask("strict_lower", n, n), mask("upper", n, n)), ex.zero((n, n))),
    ],
    ids=str,
)
def test_a_product_becomes_the_simpler_factor(whole, simple):
    assert same(tidy(whole), simple)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("step(x).*step(x).*closed_step(x)", lambda x: (x > 0) * 1.0),
        ("relu(x).*step(x)", lambda x: np.maximum(x, 0)),
        ("sign(x).*x", np.abs),
        ("sign(x).^3", np.sign),
    ],
)
def test_the_value_is_kept_at_the_kink(text, value):
    points = np.array([-1.5, 0.0, 2.0])
    result = tidy(dv.equal(text, text, "x: n").left)
    np.testing.assert_array_equal(dv.function(result)(x=points), value(points))


def right_side(answer):
    return str(answer).split("∇f = ")[1].split("    ")[0].split("\n")[0]


def test_the_slope_of_a_signed_square_is_twice_the_modulus():
    assert right_side(dv.gradient("abs(s)*s", "s", shapes="s: scalar")) == "2 |s|"


def test_the_slope_of_a_soft_threshold_is_an_indicator():
    shapes = "x: n, t: positive"
    answer = dv.jacobian("sign(x).*relu(abs(x) - t*ones(n))", "x", shapes=shapes)
    assert "diag(1[abs(x) > t])" in str(answer)
    assert "t nonnegative" in str(answer)
    free = dv.jacobian("sign(x).*relu(abs(x) - t*ones(n))", "x", shapes="x: n, t: scalar")
    assert "sign(x)² ∘ 1[abs(x) > t]" in str(free)  # for t < 0 not the indicator at x = 0


def test_a_kink_seen_from_both_sides_is_stated_once():
    pinball = "sum(tau*relu(y - X*w) + (1 - tau)*relu(X*w - y))"
    page = str(dv.gradient(pinball, "w", shapes="X: n x d, y: n, w: d, tau: positive"))
    assert page.count("≠ 0") == 1
    both = str(dv.gradient("log(s - t) + abs(t - s)", "s", shapes="s: scalar, t: scalar"))
    assert "s − t > 0" in both and "≠ 0" not in both
