"""What is provably positive, symmetric or positive definite, from declared facts alone.

``K + s I`` earns a Cholesky factorisation only if this file can prove it; otherwise the
plan uses LU, which needs no proof.  The properties are facts' own names: ``positive``,
``nonnegative`` (entry by entry), ``symmetric``, ``psd``, ``spd``, ``orthogonal``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from derive.language.expression import Node, is_one, split_product, transpose
from derive.language.functions import postorder
from derive.language.operators import ELEMENTWISE

Properties: TypeAlias = frozenset[str]
Known: TypeAlias = Mapping[Node, Properties]

NONE: Properties = frozenset()
POSITIVE: Properties = frozenset({"positive", "nonnegative"})
NONNEGATIVE: Properties = frozenset({"nonnegative"})
SYMMETRIC: Properties = frozenset({"symmetric"})
PSD: Properties = frozenset({"symmetric", "psd"})
SPD: Properties = frozenset({"symmetric", "psd", "spd", "invertible"})


def properties(*roots: Node) -> dict[Node, Properties]:
    """The provable properties of every node below the roots."""
    known: dict[Node, Properties] = {}
    for node in postorder(*roots):
        rule = RULES.get(node.op)
        known[node] = rule(node, known) if rule else NONE
    return known


def _sign(is_positive: bool, is_nonnegative: bool) -> Properties:
    return POSITIVE if is_positive else NONNEGATIVE if is_nonnegative else NONE


def _all_have(fact: str, found: Iterable[Properties]) -> bool:
    return all(fact in each for each in found)


def _number(node: Node, known: Known) -> Properties:
    return _sign(node.data > 0, node.data >= 0)


def _add(node: Node, known: Known) -> Properties:
    found = [known[arg] for arg in node.args]
    some_positive = any("positive" in each for each in found)
    result = _sign(
        some_positive and _all_have("nonnegative", found), _all_have("nonnegative", found)
    )
    if _all_have("psd", found):
        return result | (SPD if any("spd" in each for each in found) else PSD)
    return result | SYMMETRIC if _all_have("symmetric", found) else result


def _mul(node: Node, known: Known) -> Properties:
    coefficient, scalars, chain = split_product(node)
    if not chain and len(scalars) == 1 and scalars[0] is node:
        return _palindrome_sign(node, known)
    outside = [known.get(scalar, NONE) for scalar in scalars]
    sign = _sign(
        coefficient > 0 and _all_have("positive", outside),
        coefficient >= 0 and _all_have("nonnegative", outside),
    )
    if not chain:
        return sign
    inside = _chain(chain, known)
    result = NONE
    if "nonnegative" in sign and _all_have("nonnegative", (known.get(f, NONE) for f in chain)):
        single = len(chain) == 1
        result = sign & known[chain[0]] if single else NONNEGATIVE
    if "positive" in sign and "spd" in inside:
        return result | SPD
    if "nonnegative" in sign and "psd" in inside:
        return result | PSD
    return result | SYMMETRIC if "symmetric" in inside else result


def _palindrome_sign(node: Node, known: Known) -> Properties:
    """``u' M u`` is nonnegative for psd M."""
    return NONNEGATIVE if "psd" in _chain(node.args, known) else NONE


def _chain(chain: tuple[Node, ...], known: Known) -> Properties:
    """``C' M C`` is psd with M, and positive definite with M if C is invertible."""
    outer, inner = list(chain), NONE
    is_invertible = True
    while len(outer) > 1:
        left, right = outer[0], outer[-1]
        if transpose(left) is not right:
            return NONE
        is_invertible = is_invertible and _is_invertible(left, known)
        outer = outer[1:-1]
    inner = known.get(outer[0], NONE) if outer else SPD
    if "spd" in inner and is_invertible:
        return SPD
    if "psd" in inner:
        return PSD
    return SYMMETRIC if "symmetric" in inner else NONE


def _is_invertible(node: Node, known: Known) -> bool:
    if node.op == "transpose":
        node = node.args[0]
    return "invertible" in known.get(node, node.facts) or node.op == "inverse"


def _had(node: Node, known: Known) -> Properties:
    found = [known[arg] for arg in node.args]
    result = _sign(_all_have("positive", found), _all_have("nonnegative", found))
    if len(node.args) == 2 and node.args[0] is node.args[1]:
        result |= NONNEGATIVE
    for fact, gained in (("spd", SPD), ("psd", PSD), ("symmetric", SYMMETRIC)):
        if _all_have(fact, found):
            return result | gained
    return result


def _pow(node: Node, known: Known) -> Properties:
    base, exponent = node.args
    symmetric = known[base] & SYMMETRIC
    if "positive" in known[base]:
        return POSITIVE | symmetric
    is_even = exponent.is_number and exponent.data.denominator == 1 and exponent.data % 2 == 0
    is_safe = "nonnegative" in known[base] or (is_even and exponent.data > 0)
    return _sign(False, is_safe) | symmetric


def _mpow(node: Node, known: Known) -> Properties:
    inside = known[node.args[0]]
    if "spd" in inside:
        return SPD
    return PSD if "symmetric" in inside and node.data % 2 == 0 else inside & PSD


def _map(node: Node, known: Known) -> Properties:
    function = ELEMENTWISE.get(node.data)
    span = function.range if function else "real"
    symmetric = known[node.args[0]] & SYMMETRIC
    return _sign(span in {"positive", "unit"}, span == "nonnegative") | symmetric


def _same(node: Node, known: Known) -> Properties:
    return known[node.args[0]]


def _inverse(node: Node, known: Known) -> Properties:
    inside = known[node.args[0]]
    if "spd" in inside:
        return SPD
    return inside & {"symmetric", "orthogonal"} | {"invertible"}


def _diag(node: Node, known: Known) -> Properties:
    inside = known[node.args[0]]
    return SPD if "positive" in inside else PSD if "nonnegative" in inside else SYMMETRIC


def _trace(node: Node, known: Known) -> Properties:
    inside = known[node.args[0]]
    return _sign("spd" in inside, "psd" in inside)


def _determinant(node: Node, known: Known) -> Properties:
    return _sign("spd" in known[node.args[0]], "psd" in known[node.args[0]])


def _total(node: Node, known: Known) -> Properties:
    inside = known[node.args[0]]
    return _sign("positive" in inside, "nonnegative" in inside)


def _diagonal(node: Node, known: Known) -> Properties:
    inside = known[node.args[0]]
    return _sign("spd" in inside or "positive" in inside, "psd" in inside)


RULES: dict[str, Callable[[Node, Known], Properties]] = {
    "symbol": lambda node, known: node.facts,
    "number": _number,
    "constant": lambda node, known: POSITIVE,
    "size": lambda node, known: POSITIVE,
    "eye": lambda node, known: SPD | {"orthogonal"},
    "ones": lambda node, known: POSITIVE | (PSD if node.shape[0] == node.shape[1] else NONE),
    "add": _add,
    "mul": _mul,
    "had": _had,
    "pow": _pow,
    "mpow": _mpow,
    "map": _map,
    "transpose": _same,
    "inverse": _inverse,
    "diag": _diag,
    "trace": _trace,
    "det": _determinant,
    "total": _total,
    "norm2": lambda node, known: NONNEGATIVE,
    "norm1": lambda node, known: NONNEGATIVE,
    "diagonal": _diagonal,
    "softmax": lambda node, known: POSITIVE,
    "rowsoftmax": lambda node, known: POSITIVE,
}


def is_unit_number(node: Node) -> bool:
    """Whether a node is the number 1 or an array of ones."""
    return is_one(node) or node.op == "ones"
