"""Finite laws: probability vectors and joint tables with exact or symbolic masses.

In: nested lists, text such as ``"[[p/2, 1/4], [1/4, 1/2 - p/2]]"``, a SymPy matrix, an array or
a ``DiscreteRandomVariable``.  Out: nodes that sum to one, with the facts their places give them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import sympy

from derive.engine.naming import substituted
from derive.errors import ArgumentError, DomainError, LimitError, ShapeError
from derive.language.expression import Node, add, multiply, negative, number, symbol
from derive.language.facts import close_facts
from derive.language.functions import postorder
from derive.language.law import symbol_conditions
from derive.language.properties import is_positive
from derive.language.relations import Condition, Relation
from derive.language.rounded_shares import without_rounding
from derive.language.sympy_in import from_sympy
from derive.language.sympy_out import to_sympy
from derive.probability.discrete import DiscreteRandomVariable
from derive.probability.masses import (
    probabilities,
    require_total_one,
    simplified,
    with_common_facts,
)
from derive.reading import parse

MOST_MASSES = 400
NAMES = "pi: scalar, e: scalar"

Rows: TypeAlias = tuple[tuple[Node, ...], ...]


@dataclass(frozen=True)
class FiniteLaw:
    """A probability vector (one row), or the joint table of X (rows) and Y (columns)."""

    rows: Rows

    @property
    def masses(self) -> tuple[Node, ...]:
        """All masses, row by row."""
        return tuple(mass for row in self.rows for mass in row)

    @property
    def symbols(self) -> tuple[Node, ...]:
        """The symbols of the masses, in the order of their appearance."""
        return tuple(part for part in postorder(*self.masses) if part.op == "symbol")

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What the symbols must satisfy for every symbolic mass to be positive."""
        return positivity(self.masses)

    @property
    def shares(self) -> tuple[tuple[Node, Node], ...]:
        """Each bare symbol as a share of what is left: points of a check are then laws."""
        return shares(self.masses)

    def row_sums(self) -> tuple[Node, ...]:
        """The law of X."""
        return tuple(simplified(add(number(0), *row)) for row in self.rows)

    def column_sums(self) -> tuple[Node, ...]:
        """The law of Y."""
        columns = zip(*self.rows, strict=True)
        return tuple(simplified(add(number(0), *column)) for column in columns)

    def transposed(self) -> FiniteLaw:
        """The table with X and Y exchanged."""
        return FiniteLaw(tuple(zip(*self.rows, strict=True)))


def positivity(masses: Sequence[Node]) -> tuple[Condition, ...]:
    """The declared facts of the symbols, and that every symbolic mass is positive."""
    found: dict[Condition, None] = {}
    for part in postorder(*masses):
        if part.op == "symbol":
            found.update(dict.fromkeys(symbol_conditions(part)))
    for node in dict.fromkeys(masses):
        if node.symbols and not is_positive(node):
            found[Relation(node, ">", number(0))] = None
    return tuple(found)


def shares(masses: Sequence[Node]) -> tuple[tuple[Node, Node], ...]:
    """Each bare symbol among the masses as a share of what those before it leave."""
    bare = [m for m in dict.fromkeys(masses) if m.op == "symbol"]
    if any(list(masses).count(m) > 1 for m in bare) or len(bare) < 2:
        return ()
    left = number(1 - sum(m.data for m in masses if m.is_number))
    found = []
    for mass in bare:
        share = symbol(f"{mass.name}_share", facts=mass.facts)
        found.append((mass, multiply(left, share)))
        left = multiply(left, add(number(1), negative(share)))
    return tuple(found)


# --- reading -------------------------------------------------------------------------------


def is_finite_law(value: object) -> bool:
    """Whether a value is meant as a vector or a table of probabilities."""
    if isinstance(value, str):
        return value.lstrip().startswith("[")
    if isinstance(value, (DiscreteRandomVariable, sympy.MatrixBase, list, tuple)):
        return True
    return (isinstance(value, Node) and value.op == "array") or hasattr(value, "__array__")


def as_simplex(value: object) -> Node | None:
    """The symbol of a declared probability vector of any length, else None.

    Raises
    ------
    DomainError
        A declared vector that is no probability vector.
    """
    if isinstance(value, Node):
        node = value
    elif isinstance(value, sympy.MatrixExpr):
        node = from_sympy(value)
    else:
        return None
    if node.op != "symbol" or node.is_scalar:
        return None
    if "simplex" not in node.facts:
        raise DomainError(
            f"the entropy of {node.name} needs a probability vector\n"
            f"  to fix   : declare it with vector({node.name!r}, K, simplex=True)"
        )
    return node


def probability_vector(where: str, value: Any) -> FiniteLaw:
    """A probability vector of exact masses.

    Raises
    ------
    ArgumentError, ShapeError, LimitError
        No vector of scalars.
    DomainError
        A mass is negative, or they do not sum to one.
    """
    rows = _entries(where, value)
    if len(rows) > 1 and all(len(row) == 1 for row in rows):
        rows = [[row[0] for row in rows]]
    if len(rows) != 1:
        raise ShapeError(
            f"{where} needs a vector of probabilities, got a table of {len(rows)} rows\n"
            f"  to fix   : joint_entropy, conditional_entropy or mutual_information take a table"
        )
    return _checked(where, rows)


def joint_table(where: str, value: Any) -> FiniteLaw:
    """A joint table with at least two rows or columns; rows are values of X.

    Raises
    ------
    ArgumentError, ShapeError, LimitError
        No table of scalars.
    DomainError
        A mass is negative, or all of them do not sum to one.
    """
    rows = _entries(where, value)
    if len({len(row) for row in rows}) != 1 or not rows[0]:
        raise ShapeError(f"{where} needs rows of one length, got {[len(row) for row in rows]}")
    if len(rows) == 1 and not _is_nested(value):
        raise ShapeError(
            f"{where} needs a joint table [[...], [...]], got one list of {len(rows[0])} masses\n"
            f"  to fix   : rows are the values of X, columns those of Y"
        )
    return _checked(where, rows)


def stochastic_rows(where: str, value: Any) -> tuple[FiniteLaw, ...]:
    """The rows of a channel, each a law of the output; one set of facts for each name."""
    rows = _entries(where, value)
    if len({len(row) for row in rows}) != 1 or not rows[0]:
        raise ShapeError(f"{where} needs rows of one length, got {[len(row) for row in rows]}")
    nodes = _read(where, [without_rounding(row) for row in rows])
    for k, row in enumerate(nodes):
        require_total_one(f"{where}, row {k + 1}", {f"entry {j + 1}": m for j, m in enumerate(row)})
    return tuple(FiniteLaw((row,)) for row in nodes)


def _checked(where: str, rows: list[list[Any]]) -> FiniteLaw:
    shares = iter(without_rounding([mass for row in rows for mass in row]))
    law = FiniteLaw(_read(where, [[next(shares) for _ in row] for row in rows]))
    require_total_one(where, {f"mass {k + 1}": m for k, m in enumerate(law.masses)})
    return law


def _read(where: str, rows: list[list[Any]]) -> Rows:
    """The entries as nodes between 0 and 1, with the facts that their places give."""
    count = sum(map(len, rows))
    if count == 0:
        raise ArgumentError(f"{where} needs at least one probability, got none")
    if count > MOST_MASSES:
        raise LimitError(f"{where}: {count} masses are over the limit of {MOST_MASSES}")
    places = {(i, j): entry for i, row in enumerate(rows) for j, entry in enumerate(row)}
    names = {place: f"entry {place[0] + 1}, {place[1] + 1}" for place in places}
    given = {names[place]: _plain(entry) for place, entry in places.items()}
    nodes = probabilities(where, given)
    placed = _with_facts_of_factors(where, tuple(nodes.values()))
    found = dict(zip(places, placed, strict=True))
    return tuple(tuple(found[i, j] for j in range(len(row))) for i, row in enumerate(rows))


def _plain(entry: Any) -> Any:
    """A NumPy scalar as a Python number."""
    return entry.item() if hasattr(entry, "item") and not isinstance(entry, sympy.Basic) else entry


def _with_facts_of_factors(where: str, masses: tuple[Node, ...]) -> tuple[Node, ...]:
    """The masses where a symbol that is a factor is positive, and below 1 if 1 minus it is one."""
    factors = {base for mass in masses if mass.symbols for base in _factors(mass)}
    facts: dict[Node, set[str]] = {}
    for part in postorder(*masses):
        if part.op != "symbol":
            continue
        plain = to_sympy(part)
        facts[part] = set(part.facts) - {"real"}
        if plain in factors and not {"negative", "probability"} & facts[part]:
            is_share = plain - 1 in factors or 1 - plain in factors
            facts[part].add("probability" if is_share else "positive")
    renamed = {
        part: symbol(part.name, facts=close_facts(tuple(sorted(held)), part.name, (1, 1)))
        for part, held in facts.items()
    }
    return tuple(substituted(mass, renamed) for mass in masses)


def _factors(mass: Node) -> list[sympy.Expr]:
    above, _ = sympy.fraction(sympy.together(to_sympy(mass)))
    return [base for base, _ in sympy.factor_list(above)[1]]


def _is_nested(value: Any) -> bool:
    """Whether a value is written as a table, if only with one row."""
    if isinstance(value, str):
        return value.lstrip().startswith("[[")
    return not isinstance(value, (list, tuple)) or isinstance(value[0], (list, tuple))


def _entries(where: str, value: Any) -> list[list[Any]]:
    """The rows of whatever is meant as a vector or a table."""
    if isinstance(value, DiscreteRandomVariable):
        return [list(value.law.values())]
    if isinstance(value, str):
        value = parse(value, NAMES, undeclared="scalar")
    if isinstance(value, Node):
        if value.op != "array":
            raise ArgumentError(f"{where} needs explicit probabilities, got {value!r:.60}")
        width = int(str(value.shape[1]))
        return [list(value.args[k : k + width]) for k in range(0, len(value.args), width)]
    if hasattr(value, "tolist"):
        value = value.tolist()
    if not isinstance(value, (list, tuple)) or not len(value):
        raise ArgumentError(
            f"{where} needs a list of probabilities or a table of them, got {value!r:.60}\n"
            f"  to fix   : give [1/2, 1/4, 1/4], or [[1/2, 1/4], [0, 1/4]] for a table"
        )
    nested = [isinstance(entry, (list, tuple)) for entry in value]
    if any(nested) and not all(nested):
        raise ShapeError(f"{where} needs rows of one length, got lists beside single entries")
    return [list(row) for row in value] if nested[0] else [list(value)]


def require_same_length(where: str, p: FiniteLaw, q: FiniteLaw) -> None:
    """Raise unless two vectors have one length."""
    if len(p.masses) != len(q.masses):
        raise ShapeError(
            f"{where} needs two vectors of one length, got {len(p.masses)} and {len(q.masses)}\n"
            f"  to fix   : give a mass of 0 to what one of them leaves out"
        )


def same_names(*laws: FiniteLaw) -> tuple[FiniteLaw, ...]:
    """The same laws where each name is one symbol with the facts of all its places."""
    places = {
        f"{k} {i} {j}": mass
        for k, law in enumerate(laws)
        for i, row in enumerate(law.rows)
        for j, mass in enumerate(row)
    }
    common = with_common_facts(places)
    return tuple(
        FiniteLaw(
            tuple(
                tuple(common[f"{k} {i} {j}"] for j in range(len(row)))
                for i, row in enumerate(law.rows)
            )
        )
        for k, law in enumerate(laws)
    )
