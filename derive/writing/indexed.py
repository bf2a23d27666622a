"""Rows, entries and sums over an index as a book writes them: x_i, y_i, A_ij.

In the tree a row is ``X'e_i`` and an entry ``e_i'y``.  Here such factors of a chain are
found and written as one name with its index; what has no such name keeps its ``e_i``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from derive.language.exponents import collected
from derive.language.expression import Node
from derive.writing.names import GREEK, split_name
from derive.writing.pieces import Level, Parts, Piece

if TYPE_CHECKING:
    from derive.writing.notation import Notation


def written_chain(chain: Sequence[Node], parts: Parts, notation: Notation) -> list[Piece]:
    """The written factors of a whole chain; an entry of a product is one factor.

    So is a column and a row beside a differential.
    """
    whole = _entry_of_product(chain, parts, notation) if chain else None
    if whole is not None:
        return [whole]
    if not any(parts[factor].level == Level.DIFFERENTIAL for factor in chain):
        return chain_pieces(chain, parts, notation)
    pieces: list[Piece] = []
    done = 0
    for k in range(1, len(chain)):
        if k > done and _is_outer(chain[k - 1], chain[k]):
            outer = notation.juxtapose([parts[chain[k - 1]], parts[chain[k]]])
            before = chain_pieces(chain[done : k - 1], parts, notation)
            pieces.extend([*before, replace(outer, level=Level.POWER)])
            done = k + 1
    return [*pieces, *chain_pieces(chain[done:], parts, notation)]


def _is_outer(left: Node, right: Node) -> bool:
    """Whether two letters or their transposes are a column and a row."""
    is_plain = all((f.args[0] if f.op == "transpose" else f).op == "symbol" for f in (left, right))
    return is_plain and left.shape[1] == 1 and right.shape[0] == 1


def chain_pieces(chain: Sequence[Node], parts: Parts, notation: Notation) -> list[Piece]:
    """The written factors of a chain; rows and entries are one factor each."""
    pieces: list[Piece] = []
    k = 0
    while k < len(chain):
        for width in (3, 2):
            found = _indexed(chain[k : k + width], parts, notation)
            if found is not None and k + width <= len(chain):
                pieces.append(found)
                k += width
                break
        else:
            pieces.append(parts[chain[k]])
            k += 1
    return pieces


def _indexed(factors: Sequence[Node], parts: Parts, notation: Notation) -> Piece | None:
    """A few factors as one name with indices, or None."""
    if len(factors) == 3:
        return _entry_of_matrix(factors, parts, notation)
    if len(factors) != 2:
        return None
    left, right = factors
    if _is_row_unit(left):
        i = left.args[0].args[0]
        if right.op == "unit":
            return notation.delta(i, right.args[0])
        if right.shape[1] == 1:
            return notation.indexed(right, parts[right], (i,))
        row = notation.row(right, i)
        return None if row is None else notation.transpose(row, is_differential=False)
    if right.op == "unit" and left.op == "transpose":
        base = left.args[0]
        if base.shape[1] == 1:
            return notation.indexed(base, parts[base], right.args)
        return notation.row(base, right.args[0])
    return None


def _entry_of_matrix(factors: Sequence[Node], parts: Parts, notation: Notation) -> Piece | None:
    left, middle, right = factors
    if not (_is_row_unit(left) and right.op == "unit"):
        return None
    i, j = left.args[0].args[0], right.args[0]
    if middle.op == "transpose":
        middle, i, j = middle.args[0], j, i
    return notation.indexed(middle, parts[middle], (i, j))


def _entry_of_product(chain: Sequence[Node], parts: Parts, notation: Notation) -> Piece | None:
    """``e_i'A B e_j`` as ``(AB)_ij``, ``e_i'A b`` as ``(Ab)_i``; what is written in rows stays."""
    begins, ends = _is_row_unit(chain[0]), chain[-1].op == "unit"
    inner = chain[begins : len(chain) - ends]
    is_scalar = (chain[0].shape[0], chain[-1].shape[1]) == (1, 1)
    if not is_scalar or len(inner) < 2 or any(node.op == "unit" for node in inner):
        return None
    indices: list[Node] = []
    rows: list[Piece | None] = []
    if begins:
        indices.append(chain[0].args[0].args[0])
        rows.append(notation.row(inner[0], indices[-1]))
    if ends:
        indices.append(chain[-1].args[0])
        base = inner[-1].args[0] if inner[-1].op == "transpose" else None
        rows.append(None if base is None else notation.row(base, indices[-1]))
    if None not in rows:
        return None
    body = notation.juxtapose(chain_pieces(inner, parts, notation))
    return notation.with_index(body, [i.name for i in indices])


def _is_row_unit(node: Node) -> bool:
    return node.op == "transpose" and node.args[0].op == "unit"


def small_letter(name: str) -> str:
    """The name with a small letter for a capital one: ``X`` gives ``x``.

    Examples
    --------
    >>> small_letter("X"), small_letter("Phi_1"), small_letter("data")
    ('x', 'phi_1', 'data')
    """
    base = split_name(name).base
    if len(base) == 1 or base in GREEK:
        return base[0].lower() + base[1:] + name[len(base) :]
    return name


def script_of(indices: Sequence[str], spell: Callable[[str], str] = str) -> list[str]:
    """Indices side by side as one script; apart where they would spell the name of a letter.

    Examples
    --------
    >>> script_of(["i", "j"]), script_of(["i", "j1"]), script_of([])
    (['ij'], ['i,j1'], [])
    >>> script_of(["p", "i"])
    ['p,i']
    """
    is_name = len(indices) > 1 and "".join(indices) in GREEK
    gap = "," if is_name or any(len(i) > 1 for i in indices) else ""
    return [gap.join(map(spell, indices))] if indices else []


# --- forms ----------------------------------------------------------------------------


def unit_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """A unit vector."""
    return notation.name_with_index(notation.unit_letter, (node.args[0].name,), is_vector=True)


def sum_over_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """The sign of a sum before its terms."""
    i = node.data
    is_plain = not isinstance(i.data.last, Node) and i.data.first == 1
    return notation.sum_over(parts[node.args[0]], i, is_plain)


def symbolic_power_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """A^k, A^-k for a power of the inverse, and (A^k)' for a power of the transpose."""
    base, exponent = node.args
    if base.op == "inverse":
        written = notation.write(collected(-exponent))
        return matrix_raised(base.args[0], written, parts, notation)
    return matrix_raised(base, parts[exponent], parts, notation)


def as_base(base: Node, piece: Piece) -> Piece:
    """The base of a power: ``log(x)²`` is taken for ``log(x²)`` by many, so it is bracketed."""
    return replace(piece, level=Level.PREFIX) if base.data in {"log", "logm"} else piece


def matrix_raised(base: Node, exponent: Piece, parts: Parts, notation: Notation) -> Piece:
    """A square matrix with its exponent; of a transpose, the transpose of the power."""
    if base.op != "transpose":
        return notation.power(as_base(base, parts[base]), exponent)
    power = notation.power(parts[base.args[0]], exponent)
    return notation.transpose(replace(power, level=Level.SUM), is_differential=False)
