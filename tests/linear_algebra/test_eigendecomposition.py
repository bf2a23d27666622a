"""Eigendecomposition: against LAPACK, by its own conditions, and its refusals."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

import derive as dv
from derive.check.certificate import certify
from derive.check.claim import Plan
from derive.errors import (
    ArgumentError,
    DeriveError,
    DomainError,
    LimitError,
    NoClosedFormError,
    ReadError,
    RefutedError,
    ShapeError,
)
from derive.language.functions import array
from derive.linear_algebra.eigendecomposition import Eigendecomposition, eigendecomposition
from derive.linear_algebra.letters import Letters, spelled
from derive.linear_algebra.symmetric import MAX_SIZE

a, b, c = (dv.scalar(name) for name in "abc")
positive = dv.scalar("b", positive=True)


def rational_with(values, seed):
    """A symmetric rational matrix with the given eigenvalues, rotated by Cayley's formula."""
    size = len(values)
    rng = np.random.default_rng(seed)
    skew = sp.zeros(size)
    for i in range(size):
        for j in range(i):
            skew[i, j] = int(rng.integers(-2, 3))
            skew[j, i] = -skew[i, j]
    rotation = (sp.eye(size) - skew) * (sp.eye(size) + skew).inv()
    return rotation * sp.diag(*values) * rotation.T


def decimal(expressions):
    return np.array([float(sp.N(e, 30)) for e in expressions])


def assert_agrees_with_lapack(found, matrix):
    numbers = np.array(sp.Matrix(matrix).evalf(30).tolist(), dtype=float)
    expected = np.linalg.eigvalsh(numbers)[::-1]
    values = decimal(found.values)
    Q = decimal(list(found.vectors)).reshape(numbers.shape)
    np.testing.assert_allclose(values, expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(Q.T @ Q, np.eye(len(values)), atol=1e-12)
    np.testing.assert_allclose(Q @ np.diag(values) @ Q.T, numbers, rtol=1e-12, atol=1e-12)
    for column in Q.T:
        largest = np.flatnonzero(np.abs(column) > np.abs(column).max() - 1e-12)[0]
        assert column[largest] > 0


# --- against an independent route -------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_a_random_whole_2_by_2_matrix_agrees_with_lapack(seed):
    p, q, r = (int(x) for x in np.random.default_rng(seed).integers(-9, 10, size=3))
    matrix = [[p, q], [q, r]]
    assert_agrees_with_lapack(eigendecomposition(matrix), matrix)


@pytest.mark.parametrize(
    "values",
    [(3, 1, -2), (2, 2, 5), (1, 1, 1), (0, 0, 7), (Fraction(1, 3), Fraction(-1, 2), 0)],
    ids=str,
)
def test_a_rotated_rational_3_by_3_matrix_has_the_eigenvalues_it_was_made_with(values):
    values = [sp.Rational(v.numerator, v.denominator) for v in map(Fraction, values)]
    matrix = rational_with(values, seed=len(str(values)))
    found = eigendecomposition(matrix)
    assert list(found.values) == sorted(values, reverse=True)
    assert_agrees_with_lapack(found, matrix)


@pytest.mark.parametrize(
    "matrix",
    [
        [[2, -1, 0], [-1, 2, -1], [0, -1, 2]],
        [[1, sp.sqrt(2)], [sp.sqrt(2), 3]],
        [[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0]],
        [[1, 0, -1, -1], [0, 0, -1, 1], [-1, -1, 2, -1], [-1, 1, -1, -1]],
        [[-1, 1, 0, 1], [1, 1, 0, 1], [0, 0, 1, 1], [1, 1, 1, 0]],
        [[sp.pi, 1], [1, sp.pi]],
        sp.ones(5, 5),
        sp.diag(3, -1, 3, 0),
        sp.zeros(3, 3),
    ],
    ids=lambda m: str(sp.Matrix(m).tolist()),
)
def test_square_roots_repeated_and_zero_eigenvalues_agree_with_lapack(matrix):
    found = eigendecomposition(matrix)
    assert_agrees_with_lapack(found, matrix)
    assert found.certificate.verdict == "verified"


@pytest.mark.parametrize("seed", range(6))
def test_the_compiled_function_of_a_symbolic_matrix_agrees_with_lapack(seed):
    function = eigendecomposition([[a, b], [b, c]]).function()
    numbers = np.random.default_rng(seed).normal(size=3)
    values, Q = function(a=numbers[0], b=numbers[1], c=numbers[2])
    matrix = np.array([[numbers[0], numbers[1]], [numbers[1], numbers[2]]])
    np.testing.assert_allclose(values, np.linalg.eigvalsh(matrix)[::-1], rtol=1e-10)
    np.testing.assert_allclose(Q @ np.diag(values) @ Q.T, matrix, atol=1e-10)
    np.testing.assert_allclose(Q.T @ Q, np.eye(2), atol=1e-10)


def test_a_function_without_arguments_returns_the_numbers():
    values, Q = eigendecomposition([[2, 1], [1, 2]]).function()()
    np.testing.assert_allclose(values, [3, 1])
    np.testing.assert_allclose(Q, np.array([[1, 1], [1, -1]]) / np.sqrt(2))


# --- what a page says --------------------------------------------------------------------


def test_2_by_2_symbols_give_the_textbook_roots_with_plus_first():
    found = eigendecomposition([[a, b], [b, c]])
    root = sp.sqrt(((a - c) / 2) ** 2 + b**2)
    for value, expected in zip(found.values, ((a + c) / 2 + root, (a + c) / 2 - root), strict=True):
        assert abs((value - expected).subs({a: 3, b: 5, c: -2}).evalf(40)) < 1e-35
    assert found.conditions == ("b != 0",)
    assert "if b = 0: the eigenvalues are a, c" in found.text()


def test_a_declared_fact_makes_a_condition_needless():
    assert eigendecomposition([[a, positive], [positive, c]]).conditions == ()


def test_a_diagonal_matrix_needs_no_condition():
    found = eigendecomposition(sp.diag(a, c))
    assert (found.values, found.conditions) == ((a, c), ())
    assert found.vectors == sp.eye(2)


def test_a_pole_of_an_entry_is_a_condition():
    assert eigendecomposition([[a, 1 / b], [1 / b, c]]).conditions == ("b != 0",)


def test_equal_correlation_has_one_large_and_the_rest_equal_eigenvalues():
    matrix = sp.Matrix(3, 3, lambda i, j: a + positive if i == j else positive)
    assert eigendecomposition(matrix).values == (a + 3 * positive, a, a)


def test_an_undecidable_order_is_said_to_depend_on_the_symbols():
    page = eigendecomposition([[a, b], [b, a]]).text()
    assert "their order depends on the symbols" in page
    assert "descending" not in page


def test_where_the_order_is_open_the_root_with_plus_still_stands_first():
    found = eigendecomposition([[a, b, 0], [b, c, 0], [0, 0, dv.scalar("d")]])
    values = [value.subs({a: 1, b: 1, c: 1}) for value in found.values if value.has(a)]
    assert values == [2, 0]


def test_roots_about_one_centre_are_ordered_by_their_signs():
    found = eigendecomposition([[a, b, 0], [b, a, b], [0, b, a]])
    assert "descending" in found.text()
    assert found.values[1] == a


def test_a_letter_of_the_matrix_is_not_used_for_something_else():
    page = eigendecomposition([[sp.Symbol("lam"), sp.Symbol("A")], [sp.Symbol("A"), 0]]).text()
    assert "eigendecomposition of M = [λ, A; A, 0]" in page
    assert "det(M − μI)" in page


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("[[lambda, 1], [1, lambda]]", "μ"),
        ("[[λ, 1], [1, 2]]", "μ"),
        ("[[lambda1, 1], [1, 2]]", "μ"),
        ("[[lam_2, mu1], [mu1, 2]]", "κ"),
        ("[[lam, mu], [kappa + mu - kappa, rho*kappa]]", "a"),
    ],
)
def test_no_entry_shows_the_letter_of_the_eigenvalue(text, letter):
    found = eigendecomposition(text)
    page = found.text()
    assert f"det(A − {letter}I)" in page
    assert "powers of lambda" not in page
    assert found.certificate.verdict == "verified"


@pytest.mark.parametrize("name", ["A", "Q", "q", "v", "u", "x", "I", "lam", "e", "p"])
def test_no_letter_of_a_page_has_two_meanings(name):
    letters = Letters([f"{name}1"], 2)
    shown = [spelled(letter) for letter in letters.names.values()]
    assert len({spelled(name), "I", *shown}) == len(shown) + (1 if name == "I" else 2)


def test_a_refusal_names_the_eigenvalue_by_a_free_letter():
    with pytest.raises(NoClosedFormError, match=r"mu\^3"):
        eigendecomposition("[[lambda, b, c], [b, c, lambda], [c, lambda, 2*b]]")


def test_names_of_a_text_are_real_scalars_unless_declared():
    found = eigendecomposition("[[a, b], [b, c]]")
    assert found.values == eigendecomposition("[[a, b], [b, c]]", "a: scalar").values
    assert found.conditions == ("b != 0",)
    with pytest.raises(ReadError, match="explicit matrix"):
        eigendecomposition("a + b")


@pytest.mark.parametrize(
    ("name", "matrix"),
    [
        ("symbols_2x2", [[a, b], [b, c]]),
        ("rational_3x3", [[2, 1, 1], [1, 2, 1], [1, 1, 2]]),
        ("golden_ratio", [[1, 1], [1, 0]]),
        ("path_of_four", [[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0]]),
    ],
)
def test_the_page_is_the_one_that_was_read(golden, name, matrix):
    found = eigendecomposition(matrix)
    page, _, certificate = found.text().rpartition("\n\n")
    assert certificate.strip().startswith("checked: ")
    golden(f"eigendecomposition/{name}.txt", page)
    golden(f"eigendecomposition/{name}.tex", found.latex())


# --- ways in -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "matrix",
    [
        sp.Matrix([[2, 1], [1, 2]]),
        sp.ImmutableMatrix([[2, 1], [1, 2]]),
        [[2, 1], [1, 2]],
        ((2, Fraction(1)), (sp.Integer(1), 2)),
        np.array([[2, 1], [1, 2]]),
        "[[2, 1], [1, 2]]",
        "eye(2) + ones(2)*ones(2)'",
    ],
    ids=lambda m: type(m).__name__,
)
def test_every_way_of_writing_a_matrix_means_the_same(matrix):
    found = eigendecomposition(matrix)
    assert isinstance(found, Eigendecomposition)
    assert found.values == (3, 1)


def test_a_text_with_names_is_read_with_its_shapes():
    found = eigendecomposition("[[a, b], [b, c]]", shapes="a: scalar, b: positive, c: scalar")
    assert found.conditions == ()


# --- what is refused ----------------------------------------------------------------------

REFUSALS = [
    ([[1, 2, 3], [4, 5, 6]], ShapeError, "2 x 3"),
    ([[2, 1], [0, 1]], DomainError, r"entry \(1, 2\) is 1, entry \(2, 1\) is 0"),
    ([[a, b], [2 * b, c]], DomainError, "symmetric part"),
    ([[1, 0.5], [0.5, 1]], ArgumentError, r"Rational\('0.5'\)"),
    (sp.Matrix([[1, sp.Float("0.1")], [sp.Float("0.1"), 1]]), ArgumentError, "exact"),
    (np.array([[1.0, 0.0], [0.0, 1.0]]), ArgumentError, "numpy.linalg.eigh"),
    ([[0, 1, 0], [1, 1, 1], [0, 1, -1]], NoClosedFormError, r"lambda\^3 - 3\*lambda - 1"),
    ([[a, b, c], [b, c, a], [c, a, 2 * b]], NoClosedFormError, "irreducible cubic"),
    ([], ShapeError, "no entries"),
    ([[]], ShapeError, "no entries"),
    (sp.zeros(0, 0), ShapeError, "no entries"),
    ([[5]], ShapeError, "scalar"),
    ([[1, 2], [2]], ShapeError, "row 2 has 1"),
    ([1, 2], ArgumentError, "row 1"),
    (3, ArgumentError, "list of rows"),
    (None, ArgumentError, "NoneType"),
    ([["a", "b"], ["b", "a"]], ArgumentError, "text"),
    ([[True, 0], [0, 1]], ArgumentError, "bool"),
    ([[None, 0], [0, 1]], ArgumentError, "NoneType"),
    ([[1j, 0], [0, 1]], DomainError, "not real"),
    ([[sp.I, 0], [0, 1]], DomainError, "not real"),
    ([[sp.nan, 0], [0, 1]], DomainError, "nan"),
    ([[sp.oo, 0], [0, 1]], DomainError, "oo"),
    ([[float("nan"), 0], [0, 1]], DomainError, "nan"),
    ([[float("inf"), 0], [0, 1]], DomainError, "inf"),
    ([[sp.exp(a), 0], [0, 1]], NoClosedFormError, "symbol"),
    ([[sp.sqrt(a), 1], [1, 0]], NoClosedFormError, "symbol"),
    ([[sp.sqrt(2) * a, 1], [1, 0]], NoClosedFormError, "square roots beside symbols"),
    ([[a**5000, 1], [1, 0]], LimitError, "5000"),
    (sp.eye(MAX_SIZE + 1), LimitError, str(MAX_SIZE)),
    (sp.MatrixSymbol("S", 2, 2), ShapeError, "not known"),
    (sp.MatrixSymbol("S", sp.Symbol("n"), sp.Symbol("n")), ShapeError, "fixed sizes"),
    ("[[1, 2], [2", ReadError, r"\^"),
]


@pytest.mark.parametrize(("matrix", "error", "words"), REFUSALS, ids=lambda x: str(x)[:40])
def test_bad_input_is_refused_by_name(matrix, error, words):
    with pytest.raises(error, match=words) as caught:
        eigendecomposition(matrix)
    assert isinstance(caught.value, DeriveError)


# --- the check ----------------------------------------------------------------------------


@pytest.mark.parametrize("matrix", [[[a, b], [b, c]], [[2, 1, 1], [1, 2, 1], [1, 1, 2]]], ids=str)
def test_a_changed_entry_of_the_answer_is_refuted(matrix):
    found = eigendecomposition(matrix)
    assert found.certificate.control
    results = [claim for claim in found.claims if claim.kind == "result"]
    assert len(results) == 2
    _, Q = found.expression
    entries = list(Q.args)
    entries[0] = -entries[0]
    size = Q.shape[0]
    wrong = array([entries[i * size : (i + 1) * size] for i in range(size)])
    swapped = replace(results[1], before=wrong.T @ wrong)
    assert certify([swapped], Plan()).verdict == "refuted"


def test_a_wrong_page_is_withheld():
    found = eigendecomposition([[1, 2], [2, 3]])
    line = next(claim for claim in found.claims if claim.kind == "line")
    wrong = replace(line, after=-line.after)
    with pytest.raises(RefutedError):
        Eigendecomposition(found.trace, (*found.claims, wrong))


@pytest.mark.parametrize(
    "rows",
    [[[10**300, 1], [1, 0]], "[[1/10^200, 1], [1, 0]]", "[[9^9999, 1], [1, 0]]"],
    ids=["whole", "fraction", "power"],
)
def test_numbers_of_hundreds_of_digits_are_refused(rows):
    with pytest.raises(LimitError, match=r"entry \(1, 1\) holds a number of about"):
        eigendecomposition(rows)


def test_the_sign_of_a_vector_is_found_where_hundreds_of_digits_cancel():
    large = 10**90
    found = eigendecomposition([[large, 1], [1, 0]])
    assert float(found.values[0]) == pytest.approx(float(large))
    for vector in (found.vectors[:, 0], found.vectors[:, 1]):
        assert max(entry.evalf(20, maxn=10_000) for entry in vector) > 0.9
