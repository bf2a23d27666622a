"""What a person would write shorter among functions of matrices: each holds wherever both exist.

``exp(A) exp(-A) = I``, ``exp(log A) = A``, ``f(diag u) = diag f(u)``, and the closed forms
of a Frechet derivative: ``L_f(A, E) = f'(A) E`` where E commutes with A, and
``tr L_f(A, E) = tr(f'(A) E)`` always.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations
from math import factorial

from derive.language.canonical import same
from derive.language.expression import (
    Node,
    add,
    chain_of,
    divide,
    eye,
    is_zero,
    multiply,
    negative,
    number,
    ones,
    product,
    split_product,
    transpose,
)
from derive.language.functions import determinant, diagonal_matrix, elementwise, sqrt, trace
from derive.language.matrix_functions import frechet, matrix_map, pseudo_inverse
from derive.language.operators import MASKS, MATRIX_FUNCTIONS
from derive.rules.matrix_functions import SLOPES

MOST_ORDERINGS = 24  # of the directions of a derivative at a multiple of I

#: f' as a sign and a function of the same family.
FAMILY: dict[str, tuple[int, str]] = {
    "expm": (1, "expm"),
    "sinm": (1, "cosm"),
    "cosm": (-1, "sinm"),
}


def is_exponential(node: Node) -> bool:
    """Whether a node is the exponential of a matrix."""
    return bool(node.op == "matrixmap" and node.data == "expm")


def shorter_matrix_map(node: Node) -> Node:
    """A function of a matrix whose argument shows its value."""
    name, inner = node.data, node.args[0]
    if name == "expm" and inner.op == "matrixmap" and inner.data == "logm":
        return inner.args[0]
    coefficient, scalars, chain = split_product(inner)
    if len(chain) == 1 and chain[0].op == "diag":
        entries = multiply(product(coefficient, scalars, []), chain[0].args[0])
        return diagonal_matrix(_entrywise(name, entries))
    if len(chain) == 1 and chain[0].op == "eye":
        return multiply(matrix_map(name, product(coefficient, scalars, [])), chain[0])
    if coefficient < 0 and name in {"sinm", "cosm"}:
        turned = matrix_map(name, negative(inner))
        return negative(turned) if name == "sinm" else turned
    return node


def _entrywise(name: str, entries: Node) -> Node:
    scalar = MATRIX_FUNCTIONS[name].scalar
    return sqrt(entries) if scalar == "sqrt" else elementwise(scalar, entries)


def shorter_power(node: Node) -> Node:
    """exp(A)^k and the square of a square root."""
    base = node.args[0]
    if is_exponential(base):
        return matrix_map("expm", node.data * base.args[0])
    if base.op == "matrixmap" and base.data == "sqrtm" and node.data == 2:
        return base.args[0]
    return node


def shorter_inverse(inner: Node) -> Node | None:
    """The inverse of an exponential, of an adjugate, of a pseudo-inverse."""
    if is_exponential(inner):
        return matrix_map("expm", negative(inner.args[0]))
    if inner.op == "adjugate":
        return divide(inner.args[0], determinant(inner.args[0]))
    return inner.args[0] if inner.op == "pinv" else None


def shorter_pinv(node: Node) -> Node:
    """The pseudo-inverse of a pseudo-inverse or of an inverse."""
    inner = node.args[0]
    return inner.args[0] if inner.op in {"pinv", "inverse"} else node


def paired(left: Node, right: Node) -> Node | None:
    """Neighbours that join: exponentials of multiples of one matrix, equal square roots."""
    if left.op != "matrixmap" or right.op != "matrixmap" or left.data != right.data:
        return None
    A, B = left.args[0], right.args[0]
    if left.data == "sqrtm":
        return A if same(A, B) else None
    if left.data != "expm":
        return None
    if same(negative(A), B):
        return eye(left.shape[0])
    (c, s, first), (d, t, second) = split_product(A), split_product(B)
    core = product(Fraction(1), [], first)
    if not same(core, product(Fraction(1), [], second)):
        return None
    amount = add(product(c, s, []), product(d, t, []))
    return matrix_map("expm", multiply(amount, core))


def shorter_frechet(node: Node) -> Node:
    """A derivative at a multiple of I, or along a direction that commutes with the matrix."""
    name, (A, *directions) = node.data, node.args
    if (at_multiple := _at_multiple_of_identity(name, A, directions)) is not None:
        return at_multiple
    if len(directions) == 1:
        return multiply(SLOPES[name](A), directions[0]) if _commutes(directions[0], A) else node
    if name in FAMILY:
        for k, direction in enumerate(directions):
            if direction.op == "eye":
                sign, slope = FAMILY[name]
                return sign * frechet(slope, A, *directions[:k], *directions[k + 1 :])
    return node


def _at_multiple_of_identity(name: str, A: Node, directions: Sequence[Node]) -> Node | None:
    """``f(c I + H)`` is the sum of ``f^(k)(c) H^k / k!``, so the k-th derivative is the mean of
    the products of its directions in every order, times ``f^(k)(c)``.
    """
    c = _multiple_of_identity(A)
    if c is None or (is_zero(c) and MATRIX_FUNCTIONS[name].domain != "all"):
        return None
    if factorial(len(directions)) > MOST_ORDERINGS and len(set(directions)) > 1:
        return None
    slope = frechet(name, c, *(number(1) for _ in directions))
    orders = Counter(permutations(directions) if len(set(directions)) > 1 else [tuple(directions)])
    total = sum(orders.values())
    terms = (number(Fraction(n, total)) * multiply(*order) for order, n in orders.items())
    return multiply(slope, add(*terms))


def _multiple_of_identity(A: Node) -> Node | None:
    """The scalar c where a node is plainly c I."""
    if A.op == "zero":
        return number(0)
    coefficient, scalars, chain = split_product(A)
    is_multiple = len(chain) == 1 and chain[0].op == "eye"
    return product(coefficient, scalars, []) if is_multiple else None


def _commutes(direction: Node, A: Node) -> bool:
    """Whether a direction is plainly made of A alone; a scalar before A does not matter."""
    core = product(Fraction(1), [], split_product(A)[2])
    return all(_is_made_of(f, A) or _is_made_of(f, core) for f in chain_of(direction))


def _is_made_of(factor: Node, A: Node) -> bool:
    if factor.op == "eye" or same(factor, A):
        return True
    if factor.op in {"inverse", "mpow", "matrixmap", "adjugate"}:
        return _is_made_of(factor.args[0], A)
    _, _, chain = split_product(factor)
    return chain != (factor,) and bool(chain) and all(_is_made_of(part, A) for part in chain)


def trace_with_frechet(chain: Sequence[Node]) -> Node | None:
    """``tr(L_f(A, E) R) = tr(f'(A) R E)`` where R commutes with A, as where there is none.

    Of more directions one is taken out where f' is of the family and R is absent.
    """
    places = [k for k, factor in enumerate(chain) if factor.op == "frechet"]
    if len(places) != 1:
        return None
    rest = [*chain[places[0] + 1 :], *chain[: places[0]]]
    node = chain[places[0]]
    name, (A, first, *others) = node.data, node.args
    if not others and (not rest or _commutes(multiply(*rest), A)):
        return trace(multiply(SLOPES[name](A), *rest, first))
    if rest or name not in FAMILY:
        return None
    sign, slope = FAMILY[name]
    return sign * trace(multiply(frechet(slope, A, *others), first))


def shorter_determinant(node: Node) -> Node | None:
    """det exp(A) = exp(tr A), and its logarithm."""
    if not is_exponential(node.args[0]):
        return None
    exponent = trace(node.args[0].args[0])
    return exponent if node.op == "logdet" else elementwise("exp", exponent)


# --- generalised inverses -----------------------------------------------------------------


def turned_projector(left: Node, right: Node) -> tuple[Node, Node] | None:
    """``A^+T A^T`` is ``A A^+``: a projector is its own transpose."""
    for inner, outer in ((left, right), (right, left)):
        if inner.op == "pinv" and inner.args[0].op == "transpose" and same(inner.args[0], outer):
            upright = outer.args[0]
            other = pseudo_inverse(upright)
            return (upright, other) if inner is left else (other, upright)
    return None


def absorbed(stack: list[Node]) -> bool:
    """Drop a projector ``B B^+`` at the end of a stack that its neighbour swallows.

    ``B B^+ B = B``, ``B^+ B B^+ = B^+``, and the same with ``B^T`` at the left of ``B B^+``
    or ``B^+T`` at its right.
    """
    if len(stack) < 3:
        return False
    first, second, third = stack[-3:]
    if _are_pseudo_inverse(first, second) and _is_one_of(third, first, transpose(second)):
        stack[-3:] = [third]
        return True
    if _are_pseudo_inverse(second, third) and _is_one_of(first, third, transpose(second)):
        stack[-3:] = [first]
        return True
    return False


def vanishes(left: Node, right: Node) -> bool:
    """Whether one of two neighbours is ``I - B B^+`` and the other lies in its null space."""
    for outer, other, is_left in ((left, right, True), (right, left, False)):
        pair = _complement(outer)
        if pair is not None:
            first, second = pair
            inside = (first, transpose(second)) if is_left else (second, transpose(first))
            return _is_one_of(other, *inside)
    return False


def _complement(node: Node) -> tuple[Node, Node] | None:
    """B and B^+ of ``I - B B^+``."""
    if node.op != "add" or len(node.args) != 2 or node.args[0].op != "eye":
        return None
    coefficient, scalars, chain = split_product(node.args[1])
    if coefficient != -1 or scalars or len(chain) != 2 or not _are_pseudo_inverse(*chain):
        return None
    return chain[0], chain[1]


def _are_pseudo_inverse(left: Node, right: Node) -> bool:
    if "pinv" not in {left.op, right.op}:
        return False
    return (left.op == "pinv" and same(left.args[0], right)) or (
        right.op == "pinv" and same(right.args[0], left)
    )


def _is_one_of(node: Node, *others: Node) -> bool:
    return any(same(node, other) for other in others)


# --- masks ------------------------------------------------------------------------------


def joined_masks(terms: Sequence[Node]) -> list[Node]:
    """Terms in which two masks that fill the matrix together are ones."""
    if sum(_masked(term) is not None for term in terms) < 2:
        return list(terms)
    kept: list[Node] = []
    for term in terms:
        mate = next((k for k, other in enumerate(kept) if _fill(other, term)), None)
        if mate is None:
            kept.append(term)
        else:
            coefficient, scalars, _ = split_product(term)
            kept[mate] = multiply(product(coefficient, scalars, []), ones(*term.shape))
    return kept


def _masked(term: Node) -> Node | None:
    """The mask of a term that is a mask with scalars before it."""
    chain = split_product(term)[2]
    return chain[0] if len(chain) == 1 and chain[0].op == "mask" else None


def _fill(left: Node, right: Node) -> bool:
    """Whether two terms are equal multiples of masks that add up to ones."""
    first, second = _masked(left), _masked(right)
    if first is None or second is None or split_product(left)[:2] != split_product(right)[:2]:
        return False
    return all(a + b == 2 for a, b in zip(MASKS[first.data], MASKS[second.data], strict=True))
