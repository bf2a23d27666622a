"""Eigendecomposition of an exact symmetric matrix: ``A = Q diag(lam) Q'``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Expr, ImmutableDenseMatrix

from derive.check.claims import SameValue
from derive.derivation import Derivation
from derive.language.expression import Node, add, eye, multiply, negative, number, transpose
from derive.language.functions import array, determinant, diagonal_matrix, postorder
from derive.language.relations import Condition, Relation, Words
from derive.linear_algebra.determinant_lines import determinant_lines
from derive.linear_algebra.exceptional import exceptional_cases
from derive.linear_algebra.letters import Letters
from derive.linear_algebra.spectral_lines import Page, spectral_lines
from derive.linear_algebra.spectrum import Spectrum, poles, spectrum
from derive.linear_algebra.symmetric import symmetric_rows
from derive.steps import Step, Trace


@dataclass(frozen=True, repr=False)
class Eigendecomposition(Derivation):
    """A derivation whose results are the eigenvalues and the matrix of eigenvectors."""

    @property
    def values(self) -> tuple[Expr, ...]:
        """The eigenvalues with multiplicity, in the order of the columns of `vectors`."""
        return tuple(self.result[0])

    @property
    def vectors(self) -> ImmutableDenseMatrix:
        """The orthogonal matrix Q whose columns are the eigenvectors, shape (n, n)."""
        return self.result[1]


def eigendecomposition(matrix: Any, shapes: str = "") -> Eigendecomposition:
    """Decompose an exact symmetric matrix into eigenvalues and orthonormal eigenvectors.

    Parameters
    ----------
    matrix : SymPy Matrix, nested lists or array of exact numbers, text, or Node; shape (n, n)
        Symmetric, n from 2 to 8.  Entries are rational numbers, square roots, symbols and
        their quotients; a symbol is real.
    shapes : str
        What the names in a text are, as in ``"b: positive"``; a name that is left out is a
        real scalar.

    Returns
    -------
    Eigendecomposition
        ``.values`` are the n eigenvalues, descending where that is decidable;
        ``.vectors`` is Q, shape (n, n), with ``A = Q diag(values) Q'``.

    Raises
    ------
    ArgumentError
        Not a matrix, or an entry is a float or a text.
    ShapeError
        Empty, ragged, not square, or of symbolic size.
    DomainError
        Not symmetric, or an entry is infinite, nan or complex.
    NoClosedFormError
        The eigenvalues are not made of square roots; the message names the polynomial.
    LimitError
        More than 8 rows.
    ReadError
        The text cannot be read.

    References
    ----------
    horn2013, theorem 2.5.6.

    Examples
    --------
    >>> found = eigendecomposition([[2, 1], [1, 2]])
    >>> found.values
    (3, 1)
    >>> found.vectors
    Matrix([
    [sqrt(2)/2,  sqrt(2)/2],
    [sqrt(2)/2, -sqrt(2)/2]])
    """
    rows = symmetric_rows(matrix, shapes)
    found = spectrum(rows)
    entries = array(rows)
    arguments = tuple(node for node in postorder(entries) if node.op == "symbol")
    letters = Letters([symbol.name for symbol in arguments], len(rows))
    A, lam = letters.matrix("matrix"), letters.scalar("root")
    page = Page([(A, entries)])
    characteristic = determinant(add(A, negative(multiply(lam, eye(len(rows))))))
    for line in determinant_lines(rows, characteristic, lam, found):
        page.say(Step(line.before, line.after, line.rule), (line.before, line.after))
    columns = spectral_lines(found, A, letters, page)
    Q = array([list(row) for row in zip(*columns, strict=True)])
    values = array([[s.root.node] for s in found.spaces for _ in range(s.multiplicity)])
    conditions = tuple(
        Relation(found.field.polynomial_node(factor), "!=", number(0))
        for factor in dict.fromkeys((*poles(found), *found.nonzero))
    )
    _closing_lines(A, Q, values, found, letters, page)
    cases, case_claims = exceptional_cases(found)
    trace = Trace(
        question=Words("eigendecomposition of {0}", (A,)),
        definitions=((A, entries),),
        steps=tuple(page.steps),
        results=(("eigenvalues", values), ("eigenvectors", Q)),
        conditions=conditions,
        arguments=arguments,
        closing=cases,
    )
    return Eigendecomposition(
        trace, (*page.claims, *_result_claims(A, entries, Q, values, conditions), *case_claims)
    )


def _closing_lines(
    A: Node, Q: Node, values: Node, found: Spectrum, letters: Letters, page: Page
) -> None:
    """The eigenvalues as a vector, Q, and the decomposition itself."""
    spectral, basis = letters.vector("root"), letters.matrix("basis")
    units = tuple(letters.vector("unit", k + 1) for k in range(letters.size))
    places = ", ".join(f"{{{k}}}" for k in range(len(units)))
    order = (
        "eigenvalues, descending"
        if found.descends
        else "eigenvalues; their order depends on the symbols"
    )
    page.say(Step(None, Relation(spectral, "=", values), order))
    page.say(Step(None, Relation(basis, "=", Q), Words(f"columns {places}", units)))
    page.define(spectral, values)
    page.define(basis, Q)
    product = multiply(basis, diagonal_matrix(spectral), transpose(basis))
    page.say(Step(A, product, "spectral theorem"), (A, product))


def _result_claims(
    A: Node, entries: Node, Q: Node, values: Node, conditions: tuple[Condition, ...]
) -> tuple[SameValue, ...]:
    """``A Q = Q diag(lam)`` and ``Q'Q = I`` at points chosen by the matrix alone."""
    equalities = (
        (multiply(A, Q), multiply(Q, diagonal_matrix(values))),
        (multiply(transpose(Q), Q), eye(Q.shape[0])),
    )
    return tuple(
        SameValue(before, after, ((A, entries),), conditions=conditions, kind="result")
        for before, after in equalities
    )
