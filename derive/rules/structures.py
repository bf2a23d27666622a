"""What a gradient becomes where a variable may not move freely: one row a structure.

Letters: ``G`` is the gradient with every entry free, ``X`` the variable.  A row is one value
of ``structure=``: the projection of G on the directions in which X may move, in the inner
product tr(A'B), and the fact that X then has.  ``entries`` is no projection: there each free
entry is differentiated by itself.

To add a structure, append a row here and one in ``derive/check/directions.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derive.language.expression import (
    Node,
    add,
    multiply,
    number,
    ones,
    product,
    split_product,
    transpose,
)
from derive.language.functions import diagonal_matrix, diagonal_vector, hadamard, mean
from derive.language.matrix_functions import mask
from derive.language.toeplitz import toeplitz_part

HALF = Fraction(1, 2)
FACTORS = "low_rank"  # X = U V' is a change of variables, not a projection

Projection = Callable[[Node, Node], Node]


@dataclass(frozen=True)
class Structure:
    """One structure of a variable.

    Attributes
    ----------
    name : str
        The value of ``structure=``.
    question : str
        Where X is, as a question ends: ``{0}`` stands for X'X, ``{1}`` for I.
    forms : tuple of callable
        G and X to the gradient in the structure: forms of equal value, the shortest result
        is taken.
    rule : str
        What is done to G, in words: ``{0}`` stands for X'X, ``{1}`` for I.
    statement : str
        The projection in plain text.
    fact : str
        What is true of the variable.
    excluded : frozenset of str
        Declared facts with which X could not move in the structure.
    shapes : str
        ``square``, ``vector``, ``tall`` (rows >= columns) or ``matrix``.
    mark : str
        The subscript of the gradient in the line that states it.
    """

    name: str
    question: str
    forms: tuple[Projection, ...]
    rule: str
    statement: str
    fact: str
    excluded: frozenset[str]
    shapes: str
    mark: str
    reference: str = "magnus2019"


Summands = Callable[[Node], tuple[Node, ...]]


def terms_of(node: Node) -> list[Node]:
    """The terms of a sum, also of a sum with factors before it."""
    return _opened(node, _terms, lambda chain: chain[0].op == "add" and len(chain) == 1)


def multiplied_out(node: Node, also_transposed: bool = False) -> list[Node]:
    """The terms of a node in which every sum among the factors of a product is multiplied out."""
    summands = _terms_of_either if also_transposed else _terms
    return _opened(node, summands, lambda chain: any(map(summands, chain)))


def _terms(factor: Node) -> tuple[Node, ...]:
    """The terms of a sum; nothing for another factor."""
    return factor.args if factor.op == "add" else ()


def _terms_of_either(factor: Node) -> tuple[Node, ...]:
    """The terms of a sum or of a transposed sum; nothing for another factor."""
    if factor.op == "transpose":
        return tuple(map(transpose, _terms(factor.args[0])))
    return _terms(factor)


def _opened(node: Node, summands: Summands, opens: Callable[[Sequence[Node]], bool]) -> list[Node]:
    if terms := _terms_of_either(node):
        return [part for term in terms for part in _opened(term, summands, opens)]
    coefficient, scalars, chain = split_product(node)
    if not chain or not opens(chain):
        return [node]
    k, terms = next((k, terms) for k, factor in enumerate(chain) if (terms := summands(factor)))
    outside = product(coefficient, scalars, [])
    opened = (multiply(outside, *chain[:k], t, *chain[k + 1 :]) for t in terms)
    return [part for term in opened for part in _opened(term, summands, opens)]


def _by_terms(form: Projection) -> Projection:
    """A linear projection of each term by itself."""
    return lambda G, X: add(*(form(term, X) for term in terms_of(G)))


def _turned(G: Node) -> list[Node]:
    """The terms of the transpose."""
    return [transpose(term) for term in terms_of(G)]


def _symmetric(G: Node, X: Node) -> Node:
    return HALF * add(G, *_turned(G))


def _skew(G: Node, X: Node) -> Node:
    return HALF * add(G, *(-term for term in _turned(G)))


def _diagonal(G: Node, X: Node) -> Node:
    return diagonal_matrix(diagonal_vector(G))


def _entries(G: Node, X: Node) -> Node:
    return add(G, *_turned(G)) - _diagonal(G, X)


def _tangent(G: Node, X: Node) -> Node:
    """Along X'X = I; of a square X the shorter form that uses XX' = I."""
    if X.shape[1] == 1:
        return G - (transpose(X) @ G) * X
    if X.shape[0] == X.shape[1]:
        return HALF * (G - X @ transpose(G) @ X)
    return G - HALF * (X @ (transpose(X) @ G + transpose(G) @ X))


def _opened_tangent(G: Node, X: Node) -> Node:
    """The same of one term, its products written out."""
    if X.shape[1] == 1 or X.shape[0] == X.shape[1]:
        return _tangent(G, X)
    return G - HALF * (X @ transpose(X) @ G) - HALF * (X @ transpose(G) @ X)


def _centred(G: Node, X: Node) -> Node:
    return G - mean(G) * ones(*X.shape)


def _centred_term(G: Node, X: Node) -> Node:
    """The same of one term; one that is constant has no part left."""
    chain = split_product(G)[2]
    is_constant = G.op == "ones" or (len(chain) == 1 and chain[0].op == "ones")
    return number(0) * G if is_constant else _centred(G, X)


def _triangle(kind: str) -> tuple[Projection, Projection]:
    """The entries of a triangle, all else zero."""

    def kept(G: Node, X: Node) -> Node:
        return hadamard(mask(kind, *X.shape), G)

    return kept, _by_terms(kept)


STRUCTURES: dict[str, Structure] = {
    row.name: row
    for row in (
        Structure(
            "symmetric",
            "among symmetric matrices",
            (_symmetric,),
            "symmetric part",
            "(G + G')/2",
            "symmetric",
            frozenset({"lower", "upper", "skew"}),
            "square",
            "sym",
            "srinivasan2023",
        ),
        Structure(
            "entries",
            "symmetric, by its entries on one side of the diagonal",
            (_entries,),
            "by free entries",
            "G + G' - diag(diag(G))",
            "symmetric",
            frozenset({"lower", "upper", "skew"}),
            "square",
            "entries",
            "petersen2012",
        ),
        Structure(
            "diagonal",
            "among diagonal matrices",
            (_diagonal, _by_terms(_diagonal)),
            "diagonal part",
            "diag(diag(G))",
            "diagonal",
            frozenset({"skew"}),
            "square",
            "diag",
        ),
        *(
            Structure(
                kind,
                f"among {kind} triangular matrices",
                _triangle(kind),
                f"{kind} triangle",
                f"mask_{kind}(n) .* G",
                kind,
                frozenset({"symmetric", "skew", other}) - frozenset({"diagonal"}),
                "square",
                kind,
            )
            for kind, other in (("lower", "upper"), ("upper", "lower"))
        ),
        Structure(
            "skew",
            "among skew-symmetric matrices",
            (_skew,),
            "skew-symmetric part",
            "(G - G')/2",
            "skew",
            frozenset({"symmetric", "lower", "upper"}),
            "square",
            "skew",
            "srinivasan2023",
        ),
        Structure(
            "orthogonal",
            "along {0} = {1}",
            (_tangent, _by_terms(_opened_tangent)),
            "tangent part along {0} = {1}",
            "G - X (X'G + G'X)/2; (G - X G'X)/2 of a square X; G - (x'G) x of a vector",
            "orthonormal",
            frozenset({"lower", "upper", "diagonal", "spd", "psd"}),
            "tall",
            "tan",
            "edelman1998",
        ),
        Structure(
            "sphere",
            "along {0} = {1}",
            (_tangent, _by_terms(_tangent)),
            "tangent part along {0} = {1}",
            "G - (x'G) x",
            "unit",
            frozenset({"simplex", "sign", "binary"}),
            "vector",
            "tan",
            "edelman1998",
        ),
        Structure(
            "simplex",
            "on the simplex",
            (_centred, _by_terms(_centred_term)),
            "tangent part where the sum stays",
            "G - mean(G) 1",
            "simplex",
            frozenset({"orthonormal", "sign", "negative"}),
            "vector",
            "tan",
            "srinivasan2024",
        ),
        Structure(
            "toeplitz",
            "among Toeplitz matrices",
            (lambda G, X: toeplitz_part(G),),
            "mean over each diagonal",
            "toeplitz_part(G)",
            "toeplitz",
            frozenset({"orthonormal"}),
            "matrix",
            "toep",
            "srinivasan2024",
        ),
    )
}


def mark_of(gradient: Node) -> str:
    """The subscript of a gradient by name; empty where every entry is free."""
    row = STRUCTURES.get(gradient.data[1])
    return row.mark if row else ""
