"""Facts: what may be declared of a symbol, what follows from it, what contradicts it.

Facts only simplify results and say which points are admissible; what may vary in a
derivative is chosen by ``structure=``, never by a fact.

To add a fact, add a row to ``FACTS``.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from derive.errors import DeclarationError
from derive.language.sizes import Shape, shape_text


@dataclass(frozen=True)
class Fact:
    """One declarable fact: its name, its meaning, what follows, and which shapes take it."""

    name: str
    meaning: str
    implies: tuple[str, ...] = ()
    shapes: str = "any"  # any | square | tall (rows >= columns) | vector | scalar
    condition: str = ""  # as printed after the result, with {0} for the symbol


FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact("symmetric", "equal to its transpose", (), "square", "{0} symmetric"),
        Fact(
            "spd",
            "symmetric positive definite",
            ("symmetric", "psd", "invertible"),
            "square",
            "{0} positive definite",
        ),
        Fact("psd", "symmetric positive semidefinite", ("symmetric",), "square", "{0} psd"),
        Fact(
            "orthogonal",
            "Q'Q = QQ' = I",
            ("invertible", "orthonormal"),
            "square",
            "{0} orthogonal",
        ),
        Fact(
            "orthonormal",
            "X'X = I: the columns are orthonormal",
            (),
            "tall",
            "{0} orthonormal",
        ),
        Fact("unit", "of length one", ("orthonormal",), "vector", "{0} of length one"),
        Fact("diagonal", "zero off the diagonal", ("symmetric",), "square", "{0} diagonal"),
        Fact("lower", "zero above the diagonal", (), "square", "{0} lower triangular"),
        Fact("upper", "zero below the diagonal", (), "square", "{0} upper triangular"),
        Fact("skew", "equal to minus its transpose", (), "square", "{0} skew-symmetric"),
        Fact("toeplitz", "constant along each diagonal", (), "any", "{0} Toeplitz"),
        Fact("invertible", "the determinant is not zero", (), "square", "{0} invertible"),
        Fact("positive", "every entry > 0", ("nonnegative", "nonzero"), "any", "{0} > 0"),
        Fact("nonnegative", "every entry >= 0", (), "any", "{0} >= 0"),
        Fact("negative", "every entry < 0", ("nonzero",), "any", "{0} < 0"),
        Fact("nonzero", "no entry is zero", (), "any", "{0} != 0"),
        Fact("simplex", "entries >= 0 that sum to one", ("nonnegative",), "vector", "{0} simplex"),
        Fact("onehot", "one entry is 1, the others 0", ("nonnegative",), "vector", "{0} one-hot"),
        Fact(
            "onehot_rows",
            "one entry of each row is 1, the others 0",
            ("nonnegative", "binary"),
            "any",
            "rows of {0} one-hot",
        ),
        Fact("probability", "strictly between 0 and 1", ("positive",), "scalar", "0 < {0} < 1"),
        Fact("sign", "every entry is -1 or 1", ("nonzero",), "any", "{0} in {-1, 1}"),
        Fact("binary", "every entry is 0 or 1", ("nonnegative",), "any", "{0} in {0, 1}"),
        Fact("integer", "every entry is a whole number", (), "any", "{0} integer"),
        Fact("real", "a real number (the default)", (), "any", ""),
    )
}

CONTRADICTIONS: tuple[frozenset[str], ...] = (
    frozenset({"positive", "negative"}),
    frozenset({"nonnegative", "negative"}),
    frozenset({"probability", "integer"}),
    frozenset({"probability", "sign"}),
    frozenset({"probability", "binary"}),
    frozenset({"sign", "binary"}),
    frozenset({"sign", "nonnegative"}),
    # its diagonal is not negative
    frozenset({"psd", "negative"}),
    # but for the zero matrix
    frozenset({"skew", "symmetric"}),
    frozenset({"skew", "lower"}),
    frozenset({"skew", "upper"}),
    frozenset({"skew", "nonzero"}),
    frozenset({"skew", "nonnegative"}),
)


# an entry off the diagonal, or on the other side of it, is zero
OFF_PATTERN_ZERO = ("diagonal", "lower", "upper")


def close_facts(names: tuple[str, ...], symbol: str, shape: Shape) -> frozenset[str]:
    """All facts that follow from `names`, checked against the shape and each other.

    Raises
    ------
    DeclarationError
        A fact is unknown, does not fit the shape, or contradicts another.

    Examples
    --------
    >>> sorted(close_facts(("spd",), "S", (3, 3)))
    ['invertible', 'psd', 'spd', 'symmetric']
    """
    closed: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name not in FACTS:
            near = difflib.get_close_matches(str(name), FACTS, n=1, cutoff=0.6)
            raise DeclarationError(
                f"{symbol} is declared {name!r}, which is no known fact\n"
                f"  known    : {', '.join(sorted(FACTS))}"
                + (f"\n  to fix   : did you mean {near[0]}?" if near else "")
            )
        if name in closed:
            continue
        closed.add(name)
        pending.extend(FACTS[name].implies)
        _require_shape(FACTS[name], symbol, shape)
        if name == "orthonormal" and shape[0] == shape[1]:
            pending.append("orthogonal")
    for pair in CONTRADICTIONS:
        if pair <= closed:
            first, second = sorted(pair)
            raise DeclarationError(f"{symbol} cannot be both {first} and {second}")
    zeros = [name for name in OFF_PATTERN_ZERO if name in closed]
    if zeros and shape != (1, 1) and "nonzero" in closed:
        raise DeclarationError(
            f"{symbol} cannot be both {zeros[0]} and free of zeros: facts on signs speak of "
            f"every entry\n  to fix   : declare it invertible, or spd"
        )
    closed.discard("real")
    return frozenset(closed)


def _require_shape(fact: Fact, symbol: str, shape: Shape) -> None:
    rows, columns = shape
    fits = {
        "any": True,
        "square": rows == columns,
        "tall": not (isinstance(rows, int) and isinstance(columns, int)) or rows >= columns,
        "vector": columns == 1 and shape != (1, 1),
        "scalar": shape == (1, 1),
    }[fact.shapes]
    if not fits:
        wanted = {
            "square": "a square matrix",
            "tall": "at least as many rows as columns",
            "vector": "a vector",
            "scalar": "a scalar",
        }
        raise DeclarationError(
            f"{symbol} is declared {fact.name!r}, which needs {wanted[fact.shapes]}\n"
            f"  got      : shape {shape_text(shape)}"
        )
