"""What the arguments of a compiled function must satisfy, looked at before any work is done.

A formula gives numbers outside the set on which it holds, and wrong ones.  A requirement is a
printed condition with the nodes that it compares; in the text of the function it is a line such
as ``require(alpha > 1, "alpha > 1", alpha=alpha)``.

To add a property, add a row to ``PROPERTIES``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derive.errors import DeriveError
from derive.language.canonical import canonical
from derive.language.expression import Node, negative, number
from derive.language.facts import FACTS
from derive.language.functions import postorder
from derive.language.relations import Condition, Words
from derive.numeric.lower import lower
from derive.numeric.terms import Term, terms_below

ONE_TO_ONE = frozenset({"arctan", "erf", "exp", "log", "normcdf", "sigmoid", "sinh", "tanh"})
EXTREMES = {("min", ">"), ("min", ">="), ("max", "<"), ("max", "<=")}
FINITE = "finite"


@dataclass(frozen=True)
class Property:
    """How it is written that arrays have a property.

    Attributes
    ----------
    text : str
        For arrays, with places for their texts.
    own : int
        How many axes at the end of the first array are looked at together.
    scalar : str
        For floats, where that is another text.
    """

    text: str
    own: int = 0
    scalar: str = ""


#: Properties that are comparisons with zero.
SIGNS = {"positive": ">", "nonnegative": ">=", "negative": "<", "nonzero": "!="}
#: Properties of an array whose entries are never below zero.
NOT_BELOW_ZERO = frozenset({"binary", "counts", "onehot", "probability", "simplex"})
#: The comparisons; their sides broadcast.  What is equal defines a letter, up to rounding.
COMPARED = frozenset({"<", "<=", ">", ">=", "!="})
PROPERTIES: Mapping[str, Property] = {
    "probability": Property("(0 < {0}) & ({0} < 1)", scalar="0 < {0} < 1"),
    "binary": Property("({0} == 0) | ({0} == 1)"),
    "sign": Property("({0} == -1) | ({0} == 1)"),
    "integer": Property("is_whole({0})", scalar="math.floor({0}) == {0}"),
    FINITE: Property("np.isfinite({0})", scalar="math.isfinite({0})"),
    "simplex": Property("is_simplex({0})", own=1),
    "onehot": Property("is_onehot({0})", own=1),
    "unit": Property("is_unit({0})", own=1),
    "varied": Property("is_varied({0})", own=1),
    "counts": Property("is_count({0})", own=1),
    "total": Property("{0}.sum(axis=-1) == {1}", own=1),
    "spd": Property("is_definite({0})", own=2),
    "psd": Property("is_semidefinite({0})", own=2),
}

KNOWN = PROPERTIES.keys() | SIGNS.keys()
#: Conditions in words, and the properties that they state.
WORDS: Mapping[str, tuple[str, ...]] = {
    **{fact.condition: (name,) for name, fact in FACTS.items() if name in KNOWN},
    "{0} positive": ("positive",),
    "{0} a whole number": ("integer",),
    "{0} on the simplex": ("simplex",),
    "{0} symmetric positive definite": ("spd",),
    "{0} positive semidefinite": ("psd",),
    "rows of {0} one-hot": ("onehot",),
    "each row of {0}: entries > 0 with sum 1": ("simplex", "positive"),
    "each row of {0}: entries >= 0 with sum 1": ("simplex",),
    "each row of {0}: one entry 1, the others 0": ("onehot",),
    "each row of {0}: vectors of length one": ("unit",),
    "each row of {0}: whole numbers >= 0 that sum to {1}": ("counts", "total"),
    "{0}: whole numbers >= 0 that sum to {1}": ("counts", "total"),
}


@dataclass(frozen=True)
class Requirement:
    """One thing that must hold, as it is said in a refusal.

    Attributes
    ----------
    said : str
    check : str
        A sign of ``COMPARED`` or a row of ``PROPERTIES``.
    nodes : tuple of Node
        What is compared, or has the property.
    """

    said: str
    check: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Planned:
    """A requirement with the terms of its nodes."""

    requirement: Requirement
    terms: tuple[Term, ...]

    @property
    def rank(self) -> int:
        """How many axes its truth has, beside those of a batch."""
        row = PROPERTIES.get(self.requirement.check)
        if row is None:
            return max(term.rank for term in self.terms)
        return self.terms[0].rank - row.own


def requirements_of(condition: Condition, said: str) -> tuple[Requirement, ...]:
    """What a condition asks, in the words given; nothing where only a person can tell."""
    if isinstance(condition, Words):
        checks = WORDS.get(condition.text, ())
        return tuple(_stated(said, check, condition.nodes) for check in checks)
    left, right = condition.left, condition.right
    if isinstance(right, Words):
        checks = WORDS.get(f"{{0}} {right.text}", ()) if condition.sign == "is" else ()
        return tuple(_stated(said, check, (left,)) for check in checks)
    if condition.sign not in COMPARED:
        return ()
    if (left.op, condition.sign, right.op) == ("max", ">", "min") and left.args == right.args:
        return (Requirement(said, "varied", left.args),)
    if (left.op, condition.sign) in EXTREMES:
        left = left.args[0]  # every entry is compared, so that the first that fails is named
    if condition.sign == "!=" and right is number(0):
        left, right = _points_apart(left) or (left, right)
    return (Requirement(said, condition.sign, (left, right)),)


def _points_apart(difference: Node) -> tuple[Node, Node] | None:
    """u and v of f(u) - f(v), where the difference is zero, but for rounding, at u = v only."""
    if difference.op != "add" or len(difference.args) != 2:
        return None
    minus = [k for k, term in enumerate(difference.args) if negative(term).op == "map"]
    for k in minus:
        f, g = difference.args[1 - k], negative(difference.args[k])
        if f.op == "map" and f.data == g.data and f.data in ONE_TO_ONE:
            return f.args[0], g.args[0]
    return None


def _stated(said: str, check: str, nodes: tuple[Node, ...]) -> Requirement:
    """A property of the first of some nodes."""
    if check in {"spd", "psd"} and nodes[0].is_scalar:
        return Requirement(said, ">" if check == "spd" else ">=", (nodes[0], number(0)))
    if check in SIGNS:
        return Requirement(said, SIGNS[check], (nodes[0], number(0)))
    return Requirement(said, check, nodes[: 1 + PROPERTIES[check].text.count("{1}")])


def strongest(requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """Without ``a > 0`` and ``a - 1 > 0`` where ``a - 2 > 0`` is asked."""
    least: dict[Node, tuple[Fraction, bool]] = {}
    asked = [(one, _gap(one)) for one in requirements]
    for one, gap in asked:
        if gap is not None:
            rest, excess = gap
            found = (excess, one.check in {">=", "<="})
            least[rest] = min(found, least.get(rest, found))
    return tuple(
        one
        for one, gap in asked
        if gap is None or least[gap[0]] == (gap[1], one.check in {">=", "<="})
    )


def _gap(one: Requirement) -> tuple[Node, Fraction] | None:
    """What a comparison of numbers says is above zero: what varies in it, and the number added."""
    if one.check not in {"<", "<=", ">", ">="} or not all(n.is_scalar for n in one.nodes):
        return None
    greater, less = one.nodes if one.check[0] == ">" else reversed(one.nodes)
    gap = canonical(greater - less)
    parts = gap.args if gap.op == "add" else (gap,)
    excess = sum((part.data for part in parts if part.is_number), Fraction(0))
    return canonical(gap - number(excess)), excess


def planned_requirements(
    requirements: Iterable[Requirement],
    outputs: Sequence[Term],
    arguments: Sequence[Node],
    typical: Mapping[str, int],
) -> tuple[Planned, ...]:
    """The requirements that numbers for the arguments and their sizes settle, each once.

    What a Cholesky factorisation finds out anyhow is left to it.  An argument that nothing
    reads must at least be a number.
    """
    factored = {t.args[0].data for t in terms_below(outputs) if t.op == "cholesky"}
    found: dict[tuple[str, tuple[Node, ...]], Planned] = {}
    asked = strongest(requirements)
    inside = {one.nodes[0] for one in asked if one.check == "probability"}
    not_below = {one.nodes[0] for one in asked if one.check in NOT_BELOW_ZERO}
    for requirement in asked:
        key = (requirement.check, requirement.nodes)
        used = frozenset[Node]().union(*(node.symbols for node in requirement.nodes))
        is_left = requirement.check == "spd" and requirement.nodes[0] in factored
        said = {">": inside, ">=": not_below}.get(requirement.check, set())
        is_left |= requirement.nodes[-1] is number(0) and requirement.nodes[0] in said
        is_settled = used <= set(arguments) and (used or sizes_of(requirement.nodes))
        if key in found or not is_settled or is_left:
            continue
        try:
            terms = lower(requirement.nodes, typical)
        except DeriveError:
            continue  # it has no numbers: a page states it, a person reads it
        found[key] = Planned(requirement, terms)
    return tuple(found.values())


def sizes_of(nodes: Iterable[Node]) -> tuple[str, ...]:
    """The names of the sizes that some nodes count with."""
    met = (part for part in postorder(*nodes) if part.op == "size")
    return tuple(dict.fromkeys(name for part in met for name in sorted(part.data.names)))


def unread(
    arguments: Sequence[Node], outputs: Sequence[Term], planned: Collection[Planned]
) -> tuple[Requirement, ...]:
    """That the arguments which neither the outputs nor the requirements read are numbers."""
    roots = [*outputs, *(term for one in planned for term in one.terms)]
    read = {term.data for term in terms_below(roots) if term.op == "argument"}
    return tuple(
        Requirement(f"{symbol.name} is finite", FINITE, (symbol,))
        for symbol in arguments
        if symbol not in read
    )
