"""What ``structure=`` asks for: read, fitted to the variables, and declared of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from derive.engine.naming import substituted
from derive.errors import ArgumentError, DeclarationError, ShapeError
from derive.language.expression import Node, symbol
from derive.language.facts import close_facts
from derive.language.functions import FREE
from derive.language.sizes import Size, shape_text
from derive.rules.structures import FACTORS, STRUCTURES, Structure

# names of the same sets in other books
ALSO_CALLED = {
    **dict.fromkeys(("stiefel", "orthonormal", "isometric"), "orthogonal"),
    **dict.fromkeys(("unit", "unit_norm"), "sphere"),
    **dict.fromkeys(("spd", "psd", "positive_definite"), "symmetric"),
    **dict.fromkeys(("antisymmetric", "skew_symmetric"), "skew"),
    "probability": "simplex",
    "lowrank": "low_rank",
    "tril": "lower",
    "triu": "upper",
}
WANTED = {
    "square": "a square matrix",
    "vector": "a vector",
    "tall": "a vector, or a matrix with at least as many rows as columns",
    "matrix": "a matrix",
}


def structures_of(structure: str | Mapping[str, str], variables: Sequence[Node]) -> dict[Node, str]:
    """The structure of each variable that has one.

    Raises
    ------
    ArgumentError
        A structure or a variable is not known.
    ShapeError
        A structure does not fit the shape of its variable.
    """
    if isinstance(structure, str) and ":" not in structure:
        asked = {x.name: structure.strip() for x in variables}
    else:
        asked = _pairs(structure)
    names = {x.name: x for x in variables}
    for name in asked:
        if name not in names:
            raise ArgumentError(
                f"structure speaks of {name!r}, which is no variable of the gradient\n"
                f"  known    : {', '.join(names)}"
            )
    for name, value in asked.items():
        if value not in {FREE, FACTORS, *STRUCTURES}:
            known = [FREE, *STRUCTURES, FACTORS]
            near = ALSO_CALLED.get(str(value).lower()) or next(
                iter(get_close_matches(str(value), known, n=1)), ""
            )
            raise ArgumentError(
                f"no structure is called {value!r}\n  known    : {', '.join(known)}"
                + (f"\n  to fix   : structure={near!r}" if near else "")
            )
        if value != FREE:
            _require_shape(names[name], value)
    return {names[name]: value for name, value in asked.items() if value != FREE}


def _pairs(structure: str | Mapping[str, str]) -> dict[str, str]:
    """``S: symmetric, b: free`` as a mapping."""
    if not isinstance(structure, str):
        if not isinstance(structure, Mapping):
            raise ArgumentError(
                f"structure is a name or a mapping of variables to names, got {structure!r:.80}"
            )
        return {str(name): str(value) for name, value in structure.items()}
    found: dict[str, str] = {}
    for part in structure.split(","):
        name, colon, value = (piece.strip() for piece in part.partition(":"))
        if not colon or not name or name in found:
            raise ArgumentError(
                f"the structure of each variable is given once, got {structure!r:.80}\n"
                f"  to fix   : write name: structure, as in S: symmetric, b: free"
            )
        found[name] = value
    return found


def _require_shape(variable: Node, name: str) -> None:
    shapes = "matrix" if name == FACTORS else STRUCTURES[name].shapes
    rows, columns = variable.shape
    is_known = not isinstance(rows, Size) and not isinstance(columns, Size)
    fits = {
        "square": rows == columns,
        "vector": columns == 1,
        "tall": not is_known or int(str(rows)) >= int(str(columns)),
        "matrix": rows != 1 and columns != 1,
    }[shapes]
    if not fits or variable.is_scalar:
        raise ShapeError(
            f"structure {name!r} needs {WANTED[shapes]}, got {variable.name} of shape "
            f"{shape_text(variable.shape)}\n"
            f"  to fix   : leave structure out, or give it by variable, as in "
            f'"S: symmetric, b: free"'
        )


def require_factors(variables: Sequence[Node]) -> Node:
    """The one variable, without facts, that becomes a product of factors.

    Raises
    ------
    ArgumentError
        There are several.
    DeclarationError
        Something is declared of it.
    """
    if len(variables) != 1:
        raise ArgumentError(
            f"structure {FACTORS!r} is for one variable, got {len(variables)}\n"
            f"  to fix   : ask for it alone"
        )
    (variable,) = variables
    if variable.facts:
        raise DeclarationError(
            f"{variable.name} is declared {', '.join(sorted(variable.facts))}, and a product "
            f"of two factors need not be\n  to fix   : leave the facts out"
        )
    return variable


def with_facts_of_structures(
    function: Node, variables: Sequence[Node], structures: Mapping[Node, str]
) -> tuple[Node, tuple[Node, ...], dict[Node, str]]:
    """The question with the fact of each structure declared of its variable.

    Raises
    ------
    DeclarationError
        A declared fact contradicts the structure.
    """
    known = {x: _declared(x, STRUCTURES[name]) for x, name in structures.items()}
    asked = {known[x]: name for x, name in structures.items()}
    return substituted(function, known), tuple(known.get(x, x) for x in variables), asked


def _declared(variable: Node, row: Structure) -> Node:
    against = sorted(variable.facts & row.excluded)
    if against:
        raise DeclarationError(
            f"{variable.name} is declared {against[0]}, and structure {row.name!r} lets it "
            f"vary otherwise\n  to fix   : leave out the fact or the structure"
        )
    fact = "unit" if row.fact == "orthonormal" and variable.shape[1] == 1 else row.fact
    facts = close_facts((*sorted(variable.facts), fact), variable.name, variable.shape)
    return symbol(variable.name, variable.shape, facts)
