"""What is zero by its form, or its own square, is not written out."""

from __future__ import annotations

import pytest

import derive as dv


def result(text, wrt, **options):
    found = dv.gradient(text, wrt, **options)
    assert found.certificate.verdict == "verified"
    return repr(found).split("    #")[0]


CENTRED = "(eye(n) - 1/n*ones(n)*ones(n)')"


@pytest.mark.parametrize(
    ("text", "wrt", "shapes", "expected"),
    [
        (
            "norm2((eye(n) - ones(n)*ones(n)'/n)*X)^2",
            "X", "X: n x d", f"2*{CENTRED}*X",
        ),
        (
            "norm2((eye(n) - ones(n)*ones(n)'/n)*X*w)^2",
            "w", "X: n x d, w: d", f"2*X'*{CENTRED}*X*w",
        ),
        (
            "norm2((eye(n) - X*inv(X'*X)*X')*y)^2",
            "y", "X: n x d, y: n", "2*(eye(n) - X*inv(X'*X)*X')*y",
        ),
        # I - T is no projector where T is not its own square
        (
            "norm2((eye(n) - 2*ones(n)*ones(n)'/n)*X)^2",
            "X", "X: n x d", "2*(eye(n) - 2/n*ones(n)*ones(n)')^2*X",
        ),
        # what the projector removes
        ("b'*(eye(n) - ones(n)*ones(n)'/n)*(X*w + t*ones(n))", "t",
         "X: n x d, w: d, b: n, t: scalar", "0"),
        ("b'*(eye(n) - X*inv(X'*X)*X')*(y - X*w)", "w", "X: n x d, w: d, y: n, b: n", "zeros(d)"),
    ],
)  # fmt: skip
def test_a_complement_of_a_projector_is_its_own_square(text, wrt, shapes, expected):
    assert result(text, wrt, shapes=shapes) == expected


def test_the_diagonal_of_a_matrix_without_diagonal_is_left_out():
    found = result("norm2(X'*X - diag(diag(X'*X)))^2", "X", shapes="X: n x d")
    assert found == "4*X*(X'*X - diag(diag(X'*X)))"


def test_the_tangent_part_leaves_out_both_products_that_are_zero():
    shapes = "W: d x k, S: d x d spd, B: d x d psd"
    found = result("tr(inv(W'*S*W)*(W'*B*W))", "W", shapes=shapes, structure="orthogonal")
    assert found == "2*(B - S*W*inv(W'*S*W)*W'*B)*W*inv(W'*S*W)"
