"""Where each operator is defined and differentiable: the conditions that an answer carries.

Letters: ``e`` is the node, its arguments ``e.args``.  ``defined`` says what the value
needs; ``smooth`` what the differential needs beyond that; ``written`` what the differential as
it is written needs though the function is smooth without it.  A row says all that is needed;
what ``follows`` from declared facts is dropped by whoever asks.  To add a domain, add a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from derive.language.combined import held_scalar, is_symmetric_clip, tie_in_clip
from derive.language.exponents import is_never_negative
from derive.language.expression import Node, is_zero, number, transpose
from derive.language.functions import determinant, elementwise, norm2
from derive.language.operators import ELEMENTWISE, MATRIX_FUNCTIONS
from derive.language.properties import (
    is_nonnegative,
    is_nonzero,
    is_positive,
    properties,
    range_of,
)
from derive.language.ranges import INSIDE_ONE, WITHIN_ONE
from derive.language.ranks import is_deficient, is_deficient_if_large, thin_factors
from derive.language.relations import Condition, Relation, Words
from derive.language.spectral import spectral_node
from derive.language.whole_numbers import is_whole

Conditions = tuple[Condition, ...]

DEFINITE = Words("positive definite")
OFF_THE_CUT = Words("without eigenvalues on the closed negative real axis")
OF_CONSTANT_RANK = Words("of constant rank nearby")


def _nothing(e: Node) -> Conditions:
    return ()


@dataclass(frozen=True)
class Domain:
    """What one operator needs to be defined, and to be differentiable."""

    op: str
    defined: Callable[[Node], Conditions] = _nothing
    smooth: Callable[[Node], Conditions] = _nothing
    written: Callable[[Node], Conditions] = _nothing


def _compare(node: Node, sign: str) -> Conditions:
    return (Relation(node, sign, number(0)),)


def _bessel_defined(e: Node) -> Conditions:
    order, x = e.args
    of_order = () if order.is_number else _compare(order, ">=")
    return of_order if is_whole(order) else (*of_order, *_compare(x, ">"))


def _bessel_written(e: Node) -> Conditions:
    """A named order stands over the argument in the differential."""
    order, x = e.args
    return _compare(x, "!=") if is_whole(order) and not order.is_number else ()


def _shapes_defined(e: Node) -> Conditions:
    return tuple(c for shape in e.args[:-1] for c in _compare(shape, ">"))


def _shares(where: str) -> Callable[[Node], Conditions]:
    """Positive shapes, and a place in the closed interval."""

    def defined(e: Node) -> Conditions:
        x = e.args[-1]
        above = _compare(1 - x, ">=") if where == "between" else ()
        return (*_shapes_defined(e), *_compare(x, ">="), *above)

    return defined


def _inside(where: str) -> Callable[[Node], Conditions]:
    """Positive shapes, and a place in the open interval."""

    def defined(e: Node) -> Conditions:
        x = e.args[-1]
        above = _compare(1 - x, ">") if where == "between" else ()
        return (*_shapes_defined(e), *_compare(x, ">"), *above)

    return defined


INVERSES = ("normquantile", "gammaincinv", "betaincinv")


def _power_defined(e: Node) -> Conditions:
    base, exponent = e.args
    if is_whole(exponent):
        return () if is_never_negative(exponent) else _compare(base, "!=")
    if is_positive(exponent):
        return _compare(base, ">=")
    return _compare(exponent if is_zero(base) else base, ">")


def _power_smooth(e: Node) -> Conditions:
    base, exponent = e.args
    if not is_whole(exponent):
        return _compare(base, ">")
    # the differential holds the power that is one less
    return () if exponent.op == "number" else _compare(base, "!=")


def _map_defined(e: Node) -> Conditions:
    x = e.args[0]
    domain = ELEMENTWISE[e.data].domain
    if domain == "positive":
        return _compare(x, ">")
    if domain == "inside_one":
        return (Relation(elementwise("abs", x), "<=", number(1)),)
    if domain == "not_a_pole":
        return _compare(elementwise("cos", x), "!=")
    return ()


def _map_smooth(e: Node) -> Conditions:
    x, row = e.args[0], ELEMENTWISE[e.data]
    if row.kinks:
        return _compare(x, "!=")
    if row.domain == "inside_one":
        return (Relation(elementwise("abs", x), "<", number(1)),)
    return ()


def _in_words(text: str) -> Callable[[Node], Conditions]:
    """A condition on the argument ``{0}`` that is no comparison."""
    return lambda e: (Words(text, e.args[:1]),)


DISTINCT_EIGENVALUES = "the eigenvalues of {0} are distinct"
SIMPLE_LARGEST = "the largest eigenvalue of {0} is simple"
SIMPLE_SMALLEST = "the smallest eigenvalue of {0} is simple"
DISTINCT_SINGULAR_VALUES = "the singular values of {0} are distinct and not zero"
SIMPLE_NORM = "the largest singular value of {0} is simple and positive"
FULL_RANK = "{0} has full rank"
DISTINCT_ENTRIES = "the entries of {0} are distinct"

# where two entries tie, the sign that makes the largest entry positive jumps
SIGN_OF_VECTOR = "the entry of largest size in {0} is unique"
SIGNS_OF_COLUMNS = "the entry of largest size in each column of {0} is unique"

_DISTINCT = _in_words(DISTINCT_EIGENVALUES)
_LARGEST = _in_words(SIMPLE_LARGEST)
_SMALLEST = _in_words(SIMPLE_SMALLEST)
_SINGULAR = _in_words(DISTINCT_SINGULAR_VALUES)
_FIRST = _in_words(SIMPLE_NORM)
_RANK = _in_words(FULL_RANK)


def _signed_as(op: str, text: str) -> Callable[[Node], Conditions]:
    """A condition on the vectors of the argument by whose entries the sign is chosen."""
    return lambda e: (Words(text, (spectral_node(op, e.args[0]),)),)


def _off_the_cut(e: Node) -> Conditions:
    if MATRIX_FUNCTIONS[e.data].domain == "all":
        return ()
    return (Relation(e.args[0], "is", OFF_THE_CUT),)


LONG = {"max": "largest", "min": "smallest"}
ATTAINED_ONCE = {which: Words(f"{which} in one entry only") for which in LONG.values()}


def _attained_once(which: str, array: Node) -> Conditions:
    """At a tie the extremes of an array have a kink."""
    if array.op == "array" and len(array.args) == 2:
        return _compare(array.args[0] - array.args[1], "!=")
    return (Relation(array, "is", ATTAINED_ONCE[which]),)


def _plain(array: Node) -> Node:
    """The scalar that stands in every entry of an array, else the array."""
    scalar = held_scalar(array)
    return array if scalar is None else scalar


def _combined_defined(e: Node) -> Conditions:
    """The bounds of a clip are in order, that of Huber's loss is not negative."""
    if e.data == "clip" and is_symmetric_clip(e):
        return _compare(_plain(e.args[2]), ">=")
    if e.data == "clip":
        return _compare(_plain(e.args[2] - e.args[1]), ">=")
    return _compare(_plain(e.args[1]), ">=") if e.data == "huber" else ()


def _combined_smooth(e: Node) -> Conditions:
    """The pieces of Huber's loss meet with one slope, but with two curvatures."""
    if e.data == "huber":
        return _compare(elementwise("abs", e.args[0]) - e.args[1], "!=")
    if e.data != "clip":
        return _compare(e.args[0] - e.args[1], "!=")
    x, low, high = e.args
    tie = tie_in_clip(e)
    if tie == "entry":  # it stays as it is, as long as the bounds are in order
        return _compare(_plain(high if is_symmetric_clip(e) else high - low), ">")
    if tie == "bounds":
        return ()
    if is_symmetric_clip(e):
        return _compare(elementwise("abs", x) - high, "!=")
    return (*_compare(x - low, "!="), *_compare(x - high, "!="))


def _matrix_power_defined(e: Node) -> Conditions:
    base, exponent = e.args
    return () if is_never_negative(exponent) else _compare(determinant(base), "!=")


def _matrix_power_written(e: Node) -> Conditions:
    base, exponent = e.args
    # the differential holds the power that is one less
    if is_never_negative(exponent - 1):
        return ()
    if is_deficient(base):
        return (Relation(exponent - 1, ">=", number(0)),)
    return _compare(determinant(base), "!=")


def _determinant_written(e: Node) -> Conditions:
    # of a singular form it is written with the adjugate
    return () if is_deficient_if_large(e.args[0]) else _compare(determinant(e.args[0]), "!=")


def _of_constant_rank(e: Node) -> Conditions:
    """A product through a thin place has constant rank where both factors have full rank."""
    factors = thin_factors(e.args[0])
    if factors is None:
        return (Relation(e.args[0], "is", OF_CONSTANT_RANK),)
    return tuple(condition for factor in factors for condition in _full_rank(factor))


def _full_rank(A: Node) -> Conditions:
    if 1 not in A.shape:
        return (Words(FULL_RANK, (A,)),)
    return _compare(norm2(A if A.shape[1] == 1 else transpose(A)), "!=")


DOMAINS: dict[str, Domain] = {
    row.op: row
    for row in (
        Domain("pow", _power_defined, _power_smooth),
        Domain("map", _map_defined, _map_smooth),
        Domain("matpow", _matrix_power_defined, written=_matrix_power_written),
        Domain("inverse", lambda e: _compare(determinant(e.args[0]), "!=")),
        # a polynomial: its differential as it is written goes through the inverse
        Domain("det", written=_determinant_written),
        Domain("logdet", lambda e: _compare(determinant(e.args[0]), ">")),
        # the vector, not its entries, must not vanish
        Domain("norm2", smooth=lambda e: _compare(e, "!=")),
        Domain("max", smooth=lambda e: _attained_once("largest", e.args[0])),
        Domain("min", smooth=lambda e: _attained_once("smallest", e.args[0])),
        Domain(
            "norminf",
            smooth=lambda e: (
                *_compare(e, "!="),
                *_attained_once("largest", elementwise("abs", e.args[0])),
            ),
        ),
        Domain("peak", smooth=lambda e: _attained_once(LONG[e.data], e.args[0])),
        Domain("combine", _combined_defined, _combined_smooth),
        Domain("norm1", smooth=lambda e: _compare(e.args[0], "!=")),
        # values where they are not smooth, vectors where they are not unique
        Domain("eigvals", smooth=_DISTINCT),
        Domain("eigvecs", _DISTINCT, _signed_as("eigvecs", SIGNS_OF_COLUMNS)),
        Domain("lambda_max", smooth=_LARGEST),
        Domain("eigvec_max", _LARGEST, _signed_as("eigvec_max", SIGN_OF_VECTOR)),
        Domain("resolvent_max", _LARGEST),
        Domain("lambda_min", smooth=_SMALLEST),
        Domain("eigvec_min", _SMALLEST, _signed_as("eigvec_min", SIGN_OF_VECTOR)),
        Domain("resolvent_min", _SMALLEST),
        Domain("gaps", _in_words(DISTINCT_ENTRIES)),
        Domain("svdvals", smooth=_SINGULAR),
        Domain("leftvecs", _SINGULAR, _signed_as("rightvecs", SIGNS_OF_COLUMNS)),
        Domain("rightvecs", _SINGULAR, _signed_as("rightvecs", SIGNS_OF_COLUMNS)),
        Domain("specnorm", smooth=_FIRST),
        Domain("leftvec_max", _FIRST, _signed_as("rightvec_max", SIGN_OF_VECTOR)),
        Domain("rightvec_max", _FIRST, _signed_as("rightvec_max", SIGN_OF_VECTOR)),
        Domain("nucnorm", smooth=_RANK),
        Domain("polar", _RANK),
        Domain("polygamma", lambda e: _compare(e.args[0], ">")),
        Domain("besseli", _bessel_defined, written=_bessel_written),
        Domain("zeta", lambda e: (Relation(e.args[0], ">", number(1)),)),
        Domain("gammainc", _shares("above"), _inside("above")),
        Domain("betainc", _shares("between"), _inside("between")),
        *(Domain(op, _inside("between")) for op in INVERSES),
        Domain("matrixmap", _off_the_cut),
        Domain("frechet", _off_the_cut),
        Domain("cholesky", lambda e: (Relation(e.args[0], "is", DEFINITE),)),
        # a polynomial too
        Domain("adjugate", written=lambda e: _compare(determinant(e.args[0]), "!=")),
        Domain("pinv", smooth=_of_constant_rank),
    )
}

#: Properties of a matrix that prove what the domain table says of it in words.
PROOFS: dict[str, frozenset[str]] = {
    str(DEFINITE): frozenset({"spd"}),
    str(OFF_THE_CUT): frozenset({"spd"}),
    str(OF_CONSTANT_RANK): frozenset({"invertible"}),
}


def follows(relation: Relation) -> bool:
    """Whether a comparison, or ``|x| <= 1`` or ``|x| < 1``, certainly holds by facts."""
    left, sign = relation.left, relation.sign
    if sign == "is":
        proofs = PROOFS.get(str(relation.right), frozenset())
        return bool(proofs & properties(left).names)
    if sign in {"<=", "<"}:
        # only the domain |x| <= 1 and its inside ask for this
        bound = WITHIN_ONE if sign == "<=" else INSIDE_ONE
        is_asked = left.op == "map" and left.data == "abs" and relation.right is number(1)
        return is_asked and range_of(left.args[0]).is_within(bound)
    if isinstance(relation.right, Node) and not is_zero(relation.right):
        if left.shape != relation.right.shape:
            return False
        left = left - relation.right
    if sign == ">":
        return is_positive(left)
    if sign == ">=":
        return is_nonnegative(left)
    return sign == "!=" and is_nonzero(left)


def is_restricted(node: Node) -> bool:
    """Whether an operator is defined only where something holds that no fact gives."""
    domain = DOMAINS.get(node.op)
    if domain is None:
        return False
    needed = domain.defined(node)
    return not all(isinstance(whole, Relation) and follows(whole) for whole in needed)
