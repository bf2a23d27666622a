"""Declarations: names, sizes, facts, and what the declared objects are."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
import sympy

from derive.errors import DeclarationError
from derive.language.facts import FACTS
from derive.language.symbols import DeclaredMatrix, DeclaredScalar, dims, matrix, scalar, vector

n, d = dims("n d")


def test_dims_are_positive_whole_symbols_of_sympy():
    assert (n, d) == dims("n, d")
    assert isinstance(n, sympy.Symbol)
    assert n.is_integer and n.is_positive
    assert dims("k").name == "k"


def test_a_scalar_is_a_real_sympy_symbol_that_knows_its_facts():
    lam = scalar("lam", positive=True)
    assert isinstance(lam, sympy.Symbol)
    assert lam.is_positive and lam.is_real
    assert lam.facts == {"positive", "nonnegative", "nonzero"}
    assert sympy.sqrt(lam**2) == lam


def test_facts_may_be_words_or_keywords():
    assert matrix("S", n, n, "spd positive") == matrix("S", n, n, spd=True, positive=True)
    assert scalar("a", positive=False) == scalar("a")


def test_symbols_with_other_facts_are_other_symbols():
    assert scalar("a") != scalar("a", positive=True)
    assert scalar("p", probability=True) != scalar("p", positive=True)
    assert matrix("S", n, n) != matrix("S", n, n, symmetric=True)
    assert len({scalar("a"), scalar("a"), scalar("a", sign=True)}) == 2


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: fact.name)
def test_every_fact_can_be_declared_of_a_shape_it_fits(fact):
    declared = {
        "any": lambda: matrix("A", n, d, fact.name),
        "square": lambda: matrix("A", n, n, fact.name),
        "tall": lambda: matrix("A", n, d, fact.name),
        "vector": lambda: vector("A", n, fact.name),
        "scalar": lambda: scalar("A", fact.name),
    }[fact.shapes]()
    assert fact.name in declared.facts or fact.name == "real"


def test_a_matrix_of_one_entry_is_a_scalar():
    assert vector("w", 1) == scalar("w")
    assert isinstance(matrix("A", 1, 1, positive=True), DeclaredScalar)


def test_sizes_are_numbers_names_and_polynomials_of_names():
    assert matrix("A", 2 * n + 1, n * d).shape == (2 * n + 1, d * n)
    assert vector("v", n**2).shape == (n**2, 1)
    assert vector("v", 3).shape == (3, 1)


@pytest.mark.parametrize(
    "size", [0, -1, 2.0, "n", sympy.Rational(1, 2), sympy.sqrt(n), 1 / n, True]
)
def test_what_is_no_size_is_refused(size):
    with pytest.raises(DeclarationError, match="size"):
        vector("w", size)


@pytest.mark.parametrize("name", ["", "2w", "a b", "w'", "x" * 65, "__import__('os')", None, 3])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(DeclarationError, match="cannot be a name"):
        scalar(name)


def test_dims_without_a_name_is_refused():
    with pytest.raises(DeclarationError, match="at least one name"):
        dims(" ")


def test_contradictions_and_misfits_are_refused():
    with pytest.raises(DeclarationError, match="both negative and positive"):
        scalar("a", positive=True, negative=True)
    with pytest.raises(DeclarationError, match="square"):
        matrix("X", n, d, spd=True)
    with pytest.raises(DeclarationError, match="no known fact"):
        scalar("a", postive=True)
    with pytest.raises(DeclarationError, match="True or False"):
        scalar("a", positive=1)


@pytest.mark.parametrize(
    "thing", [n, scalar("p", probability=True), vector("w", d), matrix("S", n, n, spd=True)]
)
def test_declared_objects_pickle_copy_and_rebuild(thing):
    again = pickle.loads(pickle.dumps(thing))  # noqa: S301 - our own bytes
    assert again == thing
    assert getattr(again, "facts", None) == getattr(thing, "facts", None)
    assert copy.deepcopy(thing) == thing
    assert not thing.args or thing.func(*thing.args) == thing


def test_sizes_can_be_substituted_and_facts_stay():
    S = matrix("S", n, n, spd=True).subs(n, 3)
    assert isinstance(S, DeclaredMatrix)
    assert S.shape == (3, 3)
    assert "spd" in S.facts


def test_a_numpy_array_does_not_spread_over_a_symbol():
    with pytest.raises(TypeError):
        np.ones(3) * vector("w", 3)


def test_a_size_of_the_users_own_stays_what_it_is():
    k = sympy.Symbol("k")
    assert vector("w", k).subs(k, 3).shape == (3, 1)
