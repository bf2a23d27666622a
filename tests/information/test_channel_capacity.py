"""Capacities, against the alternating iteration and direct optimisation in floats."""

import numpy as np
import pytest
from scipy import optimize

import derive as dv
from derive.check.claim import Plan
from derive.errors import DomainError, LimitError, NoClosedFormError, RefutedError, ShapeError
from derive.information import channel_capacity as module


def information(p, W):
    q = p @ W
    ratio = np.divide(W, q, out=np.ones_like(W), where=W > 0)
    return float(np.sum(p[:, None] * W * np.log(ratio)))


def best(W):
    """The capacity by a general optimiser from several starts."""
    W = np.asarray(W, float)
    rng = np.random.default_rng(0)
    found = 0.0
    for _ in range(6):
        result = optimize.minimize(
            lambda z: -information(np.exp(z) / np.exp(z).sum(), W),
            rng.normal(size=len(W)),
            tol=1e-12,
        )
        found = max(found, -result.fun)
    return found


SYMBOLIC = [
    ("[[1 - e, e], [e, 1 - e]]", lambda e: [[1 - e, e], [e, 1 - e]]),
    ("[[1 - e, e, 0], [0, e, 1 - e]]", lambda e: [[1 - e, e, 0], [0, e, 1 - e]]),
    ("[[1, 0], [e, 1 - e]]", lambda e: [[1, 0], [e, 1 - e]]),
    (
        "[[1 - e, e/2, e/2], [e/2, 1 - e, e/2], [e/2, e/2, 1 - e]]",
        lambda e: (1 - 1.5 * e) * np.eye(3) + e / 2,
    ),
]


@pytest.mark.parametrize(("text", "matrix"), SYMBOLIC, ids=["bsc", "erasure", "z", "symmetric"])
def test_channels_with_a_symbol(text, matrix):
    found = dv.channel_capacity(text)
    assert found.certificate.verdict == "verified"
    for e in (0.1, 0.35, 0.6):
        assert float(found.function()(e=e)) == pytest.approx(best(matrix(e)), abs=1e-8)


@pytest.mark.parametrize("text", ["[[1-p, p], [q, 1-q]]", "[[1, 0], [q, 1-q]]"])
def test_a_channel_of_two_letters_in_bits(text):
    found = dv.channel_capacity(text, base=2)
    assert found.certificate.verdict == "verified"
    numbers = {"p": 0.2, "q": 0.35} if "p" in text else {"q": 0.35}
    p, q = numbers.get("p", 0.0), numbers["q"]
    wanted = best([[1 - p, p], [q, 1 - q]]) / np.log(2)
    assert float(found.function()(**numbers)) == pytest.approx(wanted, abs=1e-8)


def test_textbook_forms():
    found = dv.channel_capacity("[[1 - e, e], [e, 1 - e]]", base=2)
    assert repr(found).startswith("e*log(e)/log(2) + (1 - e)*log(1 - e)/log(2) + 1")
    assert repr(dv.channel_capacity("[[1 - e, e, 0], [0, e, 1 - e]]", 2)).startswith("1 - e ")
    z = dv.channel_capacity([[1, 0], ["1/2", "1/2"]])
    assert repr(z).startswith("log(5/4)")
    assert [str(m) for m in z.input_law] == ["3/5", "2/5"]


def test_two_flips_need_unequal_rows():
    found = dv.channel_capacity("[[1 - a, a], [b, 1 - b]]")
    assert "1 - a - b != 0" in " ".join(found.conditions)
    value = float(found.function()(a=0.1, b=0.3))
    assert value == pytest.approx(best([[0.9, 0.1], [0.3, 0.7]]), abs=1e-9)


@pytest.mark.parametrize("base", [None, 2])
@pytest.mark.parametrize(
    "W",
    [
        [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]],
        [[0.5, 0.3, 0.2], [0.2, 0.5, 0.3], [0.35, 0.4, 0.25]],
        [[0.6, 0.4], [0.5, 0.5], [0.1, 0.9]],
    ],
)
def test_numbers_lie_between_bounds(W, base):
    found = dv.channel_capacity(W, base)
    unit = 1 if base is None else np.log(base)
    assert found.certificate.verdict == "verified"
    assert float(found.result) == pytest.approx(best(W) / unit, abs=1e-8)


def test_identity_and_useless_channels():
    assert dv.channel_capacity([[1, 0], [0, 1]], 2).result == 1
    assert dv.channel_capacity([["1/2", "1/2"], ["1/2", "1/2"]]).result == 0
    assert dv.channel_capacity([[1]]).result == 0


@pytest.mark.parametrize(
    ("W", "error", "words"),
    [
        ([[0.5, 0.3], [0.2, 0.5]], DomainError, "row 1: the probabilities sum to 4/5"),
        ([[1.5, -0.5]], DomainError, "at most 1"),
        ([[0.5, 0.5], [1]], ShapeError, "one length"),
        (np.eye(21), LimitError, "over the limit"),
        ("[[1 - a, a], [1 - b, b], [1 - c, c]]", NoClosedFormError, "put numbers in"),
    ],
)
def test_bad_channels_are_refused_by_name(W, error, words):
    with pytest.raises(error, match=words):
        dv.channel_capacity(W)


def test_wrong_lines_and_bounds_are_refuted(monkeypatch):
    right = dv.channel_capacity([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]])
    assert all(m.examine(Plan()).verdict == "refuted" for m in right.claims[-1].mutants())
    plain = module.log_product
    monkeypatch.setattr(module, "log_product", lambda terms: 1 / plain(terms))
    with pytest.raises(RefutedError):
        dv.channel_capacity("[[1, 0], [e, 1 - e]]")
