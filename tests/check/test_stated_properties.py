"""Properties that conditions state in words: certainly kept, or not."""

from __future__ import annotations

import pytest

import derive as dv
from derive.check.evaluate import ball_matrix
from derive.check.stated_properties import KEPT, certainly_keeps, has_test
from derive.errors import DomainError
from derive.rules import domains
from derive.rules.domains import DOMAINS

OFF_THE_CUT = "without eigenvalues on the closed negative real axis"


@pytest.mark.parametrize(
    ("words", "kept", "broken"),
    [
        (OFF_THE_CUT, [[0, 1], [-1, 0]], [[-1, 0], [0, 2]]),
        (OFF_THE_CUT, [[1, 1], [0, 2]], [[1, 1], [1, 1]]),
        ("the eigenvalues of {0} are distinct", [[1, 2], [2, 1]], [[3, 0], [0, 3]]),
        ("the largest eigenvalue of {0} is simple", [[2, 0], [0, 1]], [[3, 0], [0, 3]]),
        ("the smallest eigenvalue of {0} is simple", [[2, 0], [0, 1]], [[3, 0], [0, 3]]),
        (
            "the singular values of {0} are distinct and not zero",
            [[2, 0, 0], [0, 1, 0]],
            [[1, 2], [2, 4]],
        ),
        ("the largest singular value of {0} is simple and positive", [[1, 2], [2, 4]], [[0], [0]]),
        ("{0} has full rank", [[1, 2, 3], [0, 1, 1]], [[1, 2], [2, 4]]),
        ("of constant rank nearby", [[1, 2], [0, 1]], [[1, 2], [2, 4]]),
        ("the entries of {0} are distinct", [1, 2, 3], [1, 2, 1]),
        ("largest in one entry only", [1, 1, 3], [3, 1, 3]),
        ("smallest in one entry only", [1, 3, 3], [1, 1, 3]),
        ("the entry of largest size in {0} is unique", [1, -3], [3, -3]),
        (
            "the entry of largest size in each column of {0} is unique",
            [[1, 2], [2, -1]],
            [[1, 2], [2, -2]],
        ),
        ("not zero", [0, 1], [0, 0]),
    ],
)
def test_each_property(words, kept, broken):
    assert certainly_keeps(words, ball_matrix(kept))
    assert not certainly_keeps(words, ball_matrix(broken))


def test_each_property_of_the_domain_table_has_a_test():
    constants = vars(domains).values()
    said = {str(value) for value in constants if isinstance(value, domains.Words)}
    said |= {value for value in constants if isinstance(value, str) and "{0}" in value}
    said.discard("positive definite")  # a fact, which has a test of its own
    assert all(map(has_test, said))
    assert len(DOMAINS) > 20 and len(KEPT) >= 12


def test_a_matrix_that_is_not_finite_keeps_nothing():
    A = ball_matrix([[1, 0], [0, 1]]) / 0
    assert not any(certainly_keeps(words, A) for words in KEPT)


def test_the_spectral_norm_is_not_smooth_at_zero():
    answer = dv.gradient("specnorm(X)", "X", shapes="X: n x d")
    assert "the largest singular value of X is simple and positive" in answer.conditions


@pytest.mark.parametrize(
    ("f", "condition"),
    [
        ("eigvec_max(S)", "the entry of largest size in eigvec_max(S) is unique"),
        ("eigvec_min(S)", "the entry of largest size in eigvec_min(S) is unique"),
        ("eigvecs(S)", "the entry of largest size in each column of eigvecs(S) is unique"),
        ("leftvec_max(S)", "the entry of largest size in rightvec_max(S) is unique"),
        ("rightvecs(S)", "the entry of largest size in each column of rightvecs(S) is unique"),
    ],
)
def test_the_sign_of_a_vector_jumps_where_two_entries_tie(f, condition):
    answer = dv.jacobian(f, "S", shapes="S: n x n symmetric")
    assert condition in answer.conditions


@pytest.mark.parametrize("f", ["nucnorm(u*v')", "schatten(u*v', 3)", "specnorm(u*v')"])
def test_norms_of_rank_one_are_products_of_lengths(f):
    answer = dv.gradient(f, "u", shapes="u: n, v: d")
    assert answer.conditions == ("norm2(u) != 0",)
    assert dv.equal(answer, "norm2(v)*u/norm2(u)", "u: n, v: d").decision == "proved"
    assert answer.certificate.verdict == "verified"


def test_a_norm_of_rank_one_with_factors():
    shapes = "A: m x n, u: n, v: d, c: scalar"
    claim = dv.equal("nucnorm(-2*c*A*u*v')", "2*abs(c)*norm2(A*u)*norm2(v)", shapes)
    assert claim.decision == "proved"


def test_a_polar_factor_of_rank_one_is_refused():
    with pytest.raises(DomainError, match="full rank"):
        dv.gradient("sum(polar(u*v'))", "u", shapes="u: n, v: d")


@pytest.mark.parametrize("f", ["tr(logm(X))", "tr(logm(inv(X)))", "tr(sqrtm(X))"])
def test_hessians_are_checked_where_the_condition_holds(f):
    answer = dv.hessian(f, "X", shapes="X: n x n")
    assert answer.certificate.verdict == "verified"


def test_index_forms_are_checked_where_the_condition_holds():
    entries = dv.jacobian("cholesky(X)", "X", shapes="X: n x n").index_form()
    assert entries.certificate.verdict == "verified"
