"""Pages whose function is a search or complex can be written to files."""

from __future__ import annotations

import json

import pytest

import derive as dv


@pytest.mark.parametrize("suffix", [".tex", ".md", ".ipynb", ".html"])
@pytest.mark.parametrize(
    "ask",
    [
        lambda: dv.quantile("Poisson(lam)"),
        lambda: dv.characteristic_function("Laplace(mu, b)"),
    ],
)
def test_a_page_is_written(ask, suffix, tmp_path):
    written = ask().save(tmp_path / f"page{suffix}").read_text()
    assert "lambda" in written or "mu" in written
    if suffix == ".ipynb":
        json.loads(written)


def test_a_search_has_no_source():
    found = dv.quantile("Poisson(lam)")
    assert found.as_dict()["numpy"] is None
    with pytest.raises(dv.NoRuleError, match="found by a search"):
        assert found.function().source
    with pytest.raises(dv.ArgumentError, match="found by a search"):
        found.save("quantile.py")


def test_the_answer_alone_of_a_search_is_its_sentence():
    found = dv.quantile("Geometric(p)").text(detail="result").splitlines()
    assert found[:2] == ["F = 1 − (1 − p)^x", "the quantile is the least x with F ≥ u"]
    assert r"F &= 1 - (1 - p)^x \\" in dv.quantile("Geometric(p)").latex(detail="result")
