"""What a user declares: sizes, scalars, vectors and matrices, with their facts.

The objects are SymPy's ``Symbol`` and ``MatrixSymbol`` by subclass, so they go wherever
those go; they carry facts and our operators.  Every symbol is real.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import Basic, Expr, MatrixSymbol, Symbol, Tuple
from sympy.core.symbol import Str

from derive.errors import ArgumentError, DeclarationError, NoRuleError
from derive.language.facts import close_facts
from derive.language.sizes import Size
from derive.language.sympy_nodes import MatrixArithmetic
from derive.language.sympy_shapes import (
    DeclaredSize,
    as_sympy,
    checked_name,
    shape_of,
    size_expr,
    size_of,
)

# What SymPy can know of a scalar fact; a fact without a row is kept by us alone.
ASSUMPTIONS: dict[str, dict[str, bool]] = {
    "positive": {"positive": True},
    "nonnegative": {"nonnegative": True},
    "negative": {"negative": True},
    "nonzero": {"nonzero": True},
    "integer": {"integer": True},
    "sign": {"integer": True},
    "binary": {"integer": True},
}


class DeclaredScalar(Symbol):
    """A real scalar symbol with facts; made by ``scalar``."""

    __slots__ = ("facts",)
    facts: frozenset[str]

    def __new__(cls, name: str, facts: Iterable[str] = ()) -> DeclaredScalar:
        closed = close_facts(tuple(facts), checked_name(name), (1, 1))
        assumptions: dict[str, bool] = {"real": True}
        for fact in closed:
            assumptions.update(ASSUMPTIONS.get(fact, {}))
        symbol: DeclaredScalar = Symbol.__xnew__(cls, name, **assumptions)
        symbol.facts = closed
        return symbol

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), tuple(sorted(self.facts)))

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (self.name, tuple(sorted(self.facts))), {}


class DeclaredMatrix(MatrixArithmetic, MatrixSymbol):
    """A real matrix symbol with facts and our operators; made by ``vector`` and ``matrix``."""

    __slots__ = ()

    def __new__(cls, name: Any, rows: Any, columns: Any, facts: Iterable[Any] = ()) -> Expr:
        text = checked_name(name.name if isinstance(name, Str) else name)
        shape = size_of(rows), size_of(columns)
        closed = close_facts(tuple(map(_fact_name, facts)), text, shape)
        stated = Tuple(*map(Str, sorted(closed)))
        return Basic.__new__(cls, Str(text), _size(rows), _size(columns), stated)

    @property
    def facts(self) -> frozenset[str]:
        """The declared facts and what follows from them."""
        return frozenset(fact.name for fact in self.args[3])

    @property
    def _diff_wrt(self) -> bool:
        raise NoRuleError(
            f"SymPy's diff in the matrix {self.name} takes unknown nodes for constants\n"
            f"  to fix   : use derive.gradient(expression, {self.name})"
        )

    def doit(self, **hints: Any) -> Expr:
        """Itself."""
        return self


def _size(size: Any) -> Expr:
    """A size as the user wrote it; our own sizes in SymPy's form."""
    return size_expr(size) if isinstance(size, Size) else as_sympy(size)


def _fact_name(fact: Any) -> str:
    return fact.name if isinstance(fact, Str) else str(fact)


def stated_facts(facts: tuple[str, ...], flags: dict[str, bool]) -> tuple[str, ...]:
    """Fact names from texts (``"spd"``, ``"spd positive"``) and keywords (``spd=True``)."""
    names = [name for text in facts for name in text.split()]
    for name, value in flags.items():
        if value is True:
            names.append(name)
        elif value is not False:
            raise DeclarationError(f"a fact is True or False, got {name}={value!r}")
    return tuple(names)


def dims(names: str, *others: Any) -> Any:
    """Declare sizes: positive whole numbers that shapes are made of.

    Parameters
    ----------
    names : str
        Names separated by blanks or commas, all in one text.
    *others
        None: several names stand in one text.

    Returns
    -------
    DeclaredSize, or a tuple of them if several names are given
        A SymPy ``Symbol``.

    Raises
    ------
    ArgumentError
        `names` is no text, or names are given apart.
    DeclarationError
        A name is not allowed, or none is given.

    Examples
    --------
    >>> n, d = dims("n d")
    >>> matrix("X", n, d + 1).shape
    (n, d + 1)
    """
    if not isinstance(names, str):
        raise ArgumentError(
            f'dims needs names in a text, as in dims("n d"), got {type(names).__name__}'
        )
    if others:
        together = " ".join(map(str, (names, *others)))
        raise ArgumentError(
            f"dims takes one text, got {1 + len(others)} arguments\n"
            f'  to fix   : write dims("{together[:60]}")'
        )
    symbols = tuple(DeclaredSize(name) for name in names.replace(",", " ").split())
    if not symbols:
        raise DeclarationError('dims needs at least one name, as in dims("n d")')
    return symbols[0] if len(symbols) == 1 else symbols


def scalar(name: str, *facts: str, **flags: bool) -> DeclaredScalar:
    """Declare a real scalar.

    Parameters
    ----------
    name : str
        Letters, digits and underscores.
    *facts, **flags
        Facts (``"positive"`` or ``positive=True``), see ``language/facts.py``.

    Returns
    -------
    DeclaredScalar
        A SymPy ``Symbol``, shape (1, 1).

    Raises
    ------
    DeclarationError
        The name is not allowed, or a fact is unknown or contradicts another.

    Examples
    --------
    >>> lam = scalar("lam", positive=True)
    >>> lam.is_positive, abs(lam)
    (True, lam)
    """
    return DeclaredScalar(name, stated_facts(facts, flags))


def vector(name: str, size: Any, *facts: str, **flags: bool) -> Any:
    """Declare a real column vector.

    Parameters
    ----------
    name : str
        Letters, digits and underscores.
    size : int or SymPy expression
        Number of entries; a vector of size 1 is a scalar.
    *facts, **flags
        Facts, as ``simplex=True``.

    Returns
    -------
    DeclaredMatrix
        A SymPy ``MatrixSymbol``, shape (size, 1).

    Raises
    ------
    DeclarationError
        The name, the size or a fact is not allowed.

    Examples
    --------
    >>> d = dims("d")
    >>> w, lam = vector("w", d), scalar("lam")
    >>> w.T*w/2 + lam
    lam + (w.T*w)/2
    """
    return matrix(name, size, 1, *facts, **flags)


def matrix(name: str, rows: Any, columns: Any, *facts: str, **flags: bool) -> Any:
    """Declare a real matrix.

    Parameters
    ----------
    name : str
        Letters, digits and underscores.
    rows, columns : int or SymPy expression
        Sizes: numbers, names, or polynomials of names (``2*n + 1``).
    *facts, **flags
        Facts, as ``spd=True``; they simplify results and limit the points of checks.

    Returns
    -------
    DeclaredMatrix
        A SymPy ``MatrixSymbol``, shape (rows, columns); a 1 x 1 matrix is a scalar.

    Raises
    ------
    DeclarationError
        The name, a size or a fact is not allowed.

    Examples
    --------
    >>> n = dims("n")
    >>> S = matrix("S", n, n, spd=True)
    >>> sorted(S.facts)
    ['invertible', 'psd', 'spd', 'symmetric']
    """
    stated = stated_facts(facts, flags)
    if (size_of(rows), size_of(columns)) == (1, 1):
        return DeclaredScalar(name, stated)
    return DeclaredMatrix(name, rows, columns, stated)


def facts_of(symbol: Expr) -> frozenset[str]:
    """The facts of any SymPy symbol: ours, or what follows from SymPy's assumptions."""
    if isinstance(symbol, DeclaredScalar | DeclaredMatrix):
        return symbol.facts
    known = [fact for fact in ASSUMPTIONS if getattr(symbol, f"is_{fact}", None) is True]
    return close_facts(tuple(known), str(symbol), shape_of(symbol))
