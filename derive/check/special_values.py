"""Values at which statements that hold nearly everywhere fail, one symbol at a time.

Zeros, ones, equal and opposite entries, entries of very different size; of matrices also
those that are singular, nilpotent, turn by more than half a turn or have equal eigenvalues.
All are dyadic, so that whether they have the declared facts is decided exactly.

To add a value, append it to ``SCALARS``, ``COLUMNS`` or ``_matrices``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeAlias

from flint import arb_mat, fmpq, fmpq_mat

from derive.check.membership import ENTRIES, RESIDUALS
from derive.check.precision import working_precision
from derive.errors import NoRuleError
from derive.language.facts import FACTS

Number: TypeAlias = int | Fraction
Entry: TypeAlias = Callable[[int, int], Number]

LARGE, TINY = Fraction(2) ** 20, Fraction(1, 2**20)
HALF = Fraction(1, 2)
SCALARS: tuple[Number, ...] = (
    *(0, 1, -1, 2, HALF, -2, -HALF, 3, -3, 7, 21, 50),
    *(LARGE, -LARGE, TINY, -TINY),
)
EXACT_BITS = 400  # enough for products of a few special values
MOST_BOUND = 50  # of a number that says how often something is done


def special_values(facts: frozenset[str], shape: tuple[int, int]) -> list[fmpq_mat]:
    """Special values of a shape that have some facts, the plain ones first.

    Examples
    --------
    >>> [str(A[0, 0]) for A in special_values(frozenset({"positive"}), (1, 1))][:4]
    ['1', '2', '1/2', '3']
    """
    rows, columns = shape
    if shape == (1, 1):
        found = [constant(shape, x) for x in SCALARS]
    elif 1 in shape:
        found = [_column(shape, entry) for entry in COLUMNS]
    else:
        found = [filled(shape, entry) for entry in _matrices(rows, columns)]
    kept = (A for A in found if has_facts(facts, A))
    return list({str(A): A for A in kept}.values())


def constant(shape: tuple[int, int], x: Number) -> fmpq_mat:
    """The matrix whose entries are all one number."""
    return filled(shape, lambda i, j: x)


def _column(shape: tuple[int, int], entry: Entry) -> fmpq_mat:
    """A column or row by its entries and their count."""
    return filled(shape, lambda i, j: entry(max(i, j), max(shape)))


def filled(shape: tuple[int, int], entry: Entry) -> fmpq_mat:
    """The matrix with given entries."""
    rows, columns = shape
    numbers = [entry(i, j) for i in range(rows) for j in range(columns)]
    return fmpq_mat(rows, columns, [fmpq(x.numerator, x.denominator) for x in numbers])


def has_facts(facts: frozenset[str], A: fmpq_mat) -> bool:
    """Whether a dyadic matrix certainly has some facts; no if it is not dyadic.

    Raises
    ------
    NoRuleError
        A fact has no test here.
    """
    with working_precision(EXACT_BITS):
        balls = arb_mat(A)
        if not all(x.is_exact() for x in balls.entries()):
            return False
        return all(_has(fact, A, balls) for fact in sorted(facts))


def _has(fact: str, A: fmpq_mat, balls: arb_mat) -> bool:
    """Of exact entries a test that certainly fails and one that certainly holds are opposites."""
    if fact in DEFINITE:
        return DEFINITE[fact](A)
    is_tested = fact in RESIDUALS or fact in ENTRIES
    if not is_tested and fact != "real" and not any(f in RESIDUALS for f in FACTS[fact].implies):
        raise NoRuleError(f"whether a matrix has the fact {fact!r} is not decided exactly")
    residuals = RESIDUALS[fact](balls) if fact in RESIDUALS else []
    breaks = ENTRIES.get(fact, lambda x: False)
    return all(x.is_zero() for x in residuals) and not any(map(breaks, balls.entries()))


def _signed_coefficients(A: fmpq_mat) -> list[fmpq]:
    """The elementary symmetric functions of the eigenvalues, from the last to the first."""
    coefficients = A.charpoly().coeffs()
    size = len(coefficients) - 1
    return [x * (-1) ** (size - k) for k, x in enumerate(coefficients[:-1])]


DEFINITE: dict[str, Callable[[fmpq_mat], bool]] = {
    "spd": lambda A: all(x > 0 for x in _signed_coefficients(A)),
    "psd": lambda A: all(x >= 0 for x in _signed_coefficients(A)),
    "invertible": lambda A: bool(A.det() != 0),
}

# entry k of a column of r numbers
COLUMNS: tuple[Entry, ...] = (
    lambda k, r: 0,
    lambda k, r: 1,
    lambda k, r: -1,
    lambda k, r: int(k == 0),
    lambda k, r: int(k == r - 1),
    lambda k, r: -int(k == 0),
    lambda k, r: 2,
    lambda k, r: (-1) ** k,
    lambda k, r: k,
    lambda k, r: -k,
    lambda k, r: int(k < 2),
    lambda k, r: k + 1,
    lambda k, r: Fraction(1, 2 ** (min(k, r - 2) + 1)),
    lambda k, r: LARGE,
    lambda k, r: TINY * (-1) ** k,
    lambda k, r: LARGE if k == 0 else TINY,
)


def _matrices(rows: int, columns: int) -> Sequence[Entry]:
    """Entries (i, j) of matrices, and of some shifted so that they stay invertible."""
    last = min(rows, columns) - 1

    def turning(angle: int) -> Entry:
        """Blocks that an exponential turns by an angle; a lone last row stays."""
        return lambda i, j: (
            (angle if j > i else -angle) if i // 2 == j // 2 and i != j and max(i, j) <= last else 0
        )

    return (
        lambda i, j: 0,
        lambda i, j: int(i == j),
        lambda i, j: 1,
        lambda i, j: int(i == j == 0),
        lambda i, j: int(i == 0),
        lambda i, j: int(j == i + 1),
        turning(4),
        lambda i, j: -int(i == j),
        lambda i, j: int(j in (i, i + 1)),
        lambda i, j: int(j == 0),
        lambda i, j: int(i == j == last),
        lambda i, j: (-1) ** (i + j),
        turning(7),
        lambda i, j: int(i + j == last),
        lambda i, j: (-1) ** i * int(i == j),
        lambda i, j: i * columns + j,
        lambda i, j: (i + 1) * (1 - 2 * (j % 2)),
        lambda i, j: 1 + int(i == j),
        lambda i, j: -1 if i == j else 1,
        lambda i, j: int(j >= i),
        lambda i, j: int(j <= i),
        lambda i, j: (i + 1) * int(i == j),
        lambda i, j: i * int(i == j),
        lambda i, j: LARGE * int(i == j),
        lambda i, j: TINY * (1 + int(i == j)),
        lambda i, j: (LARGE if i == 0 else TINY) * int(i == j),
        lambda i, j: int(j == 0 if i == 0 else j == columns - 1),
        turning(1),
    )
