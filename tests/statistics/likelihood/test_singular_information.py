"""Bounds where values of a law do not tell its unknowns apart."""

import numpy as np
import pytest

from derive import NoClosedFormError, cramer_rao_bound


@pytest.mark.parametrize(
    ("law", "of", "bound"),
    [
        ("Normal(a + b, 1)", "a + b", lambda n, **_: 1 / n),
        ("Normal(a + b, s)", "exp(a + b)", lambda a, b, s, n: s**2 * np.exp(2 * a + 2 * b) / n),
        ("Normal(a*b, 1)", "a*b", lambda n, **_: 1 / n),
        ("Exponential(a*b)", "a*b", lambda a, b, n, **_: (a * b) ** 2 / n),
    ],
)
def test_a_function_that_the_law_depends_on_has_its_bound(law, of, bound):
    found = cramer_rao_bound(law, of=of, wrt=("a", "b"))
    values = {"a": 0.7, "b": 1.3, "s": 0.6, "n": 5.0}
    given = {p.name: values[p.name] for p in found.trace.arguments}
    assert found.function()(**given) == pytest.approx(bound(**values))
    assert found.certificate.verdict == "verified"


@pytest.mark.parametrize(
    ("law", "of"),
    [
        ("Normal(a + b, 1)", "a"),
        ("Normal(a*b, 1)", "a"),
        ("Normal(a + b, 1)", "a - b"),
        ("Exponential(a*b)", "a + b"),
    ],
)
def test_what_values_do_not_determine_is_named(law, of):
    with pytest.raises(NoClosedFormError, match="do not determine"):
        cramer_rao_bound(law, of=of)
