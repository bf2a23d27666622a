"""Rows, entries and unit vectors are written by a name only where nothing else has it."""

from __future__ import annotations

import pytest

import derive as dv
from derive.language.expression import multiply, symbol, transpose
from derive.language.indices import entry, index, row, sum_over, unit
from derive.language.sizes import Size
from derive.writing.latex import latex
from derive.writing.text import text

N = Size.named("n")
i, j = index("i", N), index("j", N)
long = index("i1", N)


def matrix(name):
    return symbol(name, (N, N))


def vector(name):
    return symbol(name, (N, 1))


WRITTEN = [
    # unit vectors beside rows and entries that their letter could mean
    (sum_over(unit(i) @ transpose(row(matrix("X"), i)), i), "∑ᵢ eᵢxᵢᵀ"),
    (sum_over(unit(i) @ transpose(row(matrix("E"), i)), i), "∑ᵢ unitᵢ eᵢᵀ"),
    (sum_over(entry(vector("e"), i) * unit(i), i), "∑ᵢ eᵢ unitᵢ"),
    # rows of Delta beside Kronecker's delta
    (row(matrix("Delta"), i), "Δᵀeᵢ"),
    (row(matrix("Phi"), i), "φᵢ"),
    # names that are subscripts themselves
    (multiply(symbol("a_i"), entry(vector("a"), i)), "aᵢ(a)ᵢ"),
    (multiply(symbol("a_i"), entry(vector("a"), j)), "aᵢaⱼ"),
    (multiply(symbol("A_ij"), entry(matrix("A"), i, j)), "A_ij (A)_ij"),
    (multiply(symbol("x_i"), row(matrix("X"), i)), "xᵢXᵀeᵢ"),
    (multiply(entry(matrix("X1"), i, j), entry(matrix("X_1"), j, i)), "(X1)_ij (X_1)_ji"),
    (multiply(entry(matrix("X1"), i, j), entry(matrix("X_2"), j, i)), "X_1,ij X_2,ji"),
    (multiply(matrix("x1"), row(matrix("X_1"), i)), "x₁X₁ᵀeᵢ"),
    # indices of several letters
    (entry(matrix("A"), long, j), "A_i1,j"),
    (entry(matrix("A") + matrix("B"), long, j), "(A + B)_i1,j"),
]


@pytest.mark.parametrize(("node", "wanted"), WRITTEN, ids=[wanted for _, wanted in WRITTEN])
def test_a_name_with_indices_means_one_thing(node, wanted):
    assert text(node) == wanted


def test_latex_has_the_same_names():
    E = matrix("E")
    assert latex(sum_over(unit(i) @ transpose(row(E, i)), i)).endswith(
        r"\mathbf{unit}_i\mathbf{e}_i^\top"
    )
    both = latex(multiply(symbol("a_i"), entry(vector("a"), i)))
    assert both == r"a_i(\mathbf{a})_i"
    assert latex(row(matrix("Delta"), i)) == r"\boldsymbol{\Delta}^\top\mathbf{e}_i"
    assert latex(entry(matrix("A"), long, j)) == r"A_{i_1,j}"


@pytest.mark.parametrize(
    ("function", "shapes"),
    [
        ("X_1*X*X1", "X: n x n, X1: n x n, X_1: n x n"),
        ("X1*X_1*X1", "X1: n x n, X_1: n x n"),
    ],
)
def test_no_two_matrices_of_an_index_form_look_alike(function, shapes):
    variable = shapes[: shapes.index(":")]
    found = dv.jacobian(function, variable, shapes=shapes).index_form()
    written = found.text(detail="result")
    assert "X_1," not in written
    assert "x_1," not in written
    assert "(X1)_" in written
