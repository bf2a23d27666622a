"""Which law has a moment generating function: families are matched by its logarithm."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sympy import Expr, Symbol

from derive.check.law_bench import law_variable
from derive.engine.cumulants import Terms, cumulant_terms, parameters_of
from derive.engine.law_reading import common_families
from derive.engine.scalar_algebra import ScalarAlgebra, operation_count
from derive.errors import DeriveError, NoClosedFormError
from derive.language.distributions import LAWS
from derive.language.expression import Node, symbol
from derive.language.functions import elementwise
from derive.language.law import Law, Parameter
from derive.language.relations import Relation
from derive.probability.expectation import ORDER
from derive.probability.mean_of_sum import mean_of_sum
from derive.probability.question import pose

BY_NAME = {family.name: family for family in LAWS}


def generating_of(law: Law, argument: Node) -> tuple[Node, tuple[Relation, ...]]:
    """The moment generating function of a law, and what it needs of its argument."""
    variable = law_variable(law, "x_of_law")
    question = pose((law,), ("M",), variable, (argument,))
    try:
        found = mean_of_sum(question, elementwise("exp", argument * variable), ORDER)
    except DeriveError as error:
        raise NoClosedFormError(
            f"{law!r} has no moment generating function in closed form\n"
            f"  because  : {str(error).splitlines()[0]}"
        ) from error
    return found.closed, found.requires


def named_law(found: Terms, laws: Sequence[Law], algebra: ScalarAlgebra, t: Symbol) -> Law | None:
    """A law with this logarithm: one of the given families, else the shortest of few parameters."""
    own = list(dict.fromkeys(map(type, laws)))
    for family in own:
        law = _member(family, found, algebra, t)
        if law is not None:
            return law
    is_whole = laws[0].support.is_whole
    best: Law | None = None
    for family in common_families(LAWS):
        if best is not None and len(family.parameters) > len(best.parameters):
            break
        if family in own or family().support.is_whole != is_whole:
            continue
        law = _member(family, found, algebra, t)
        if law is not None and (best is None or _length(law) < _length(best)):
            best = law
    return best


def _length(law: Law) -> tuple[int, int]:
    return sum(map(operation_count, law.values)), len(repr(law.values))


def _member(family: type[Law], found: Terms, algebra: ScalarAlgebra, t: Symbol) -> Law | None:
    """The law of a family with this logarithm, if its parameters lie where they must."""
    read = _pattern(family)
    if read is None:
        return None
    pattern, unknown, own = read
    moved = {function.xreplace({own: t}): c for function, c in pattern.items()}
    values = parameters_of(moved, found, unknown, t)
    if values is None:
        return None
    nodes = []
    for place, value in zip(family.parameters, values, strict=True):
        try:
            node = algebra.node(value)
        except DeriveError:
            return None
        if not all(_has_fact(fact, value, node) for fact in place.facts):
            return None
        nodes.append(node)
    try:
        return family(*nodes)
    except DeriveError:
        return None


def _pattern(family: type[Law]) -> tuple[Terms, tuple[Expr, ...], Symbol] | None:
    """What a family is compared by; for laws with a name found once."""
    return _pattern_of_name(family.name) if BY_NAME.get(family.name) is family else _made(family)


@cache
def _pattern_of_name(name: str) -> tuple[Terms, tuple[Expr, ...], Symbol] | None:
    return _made(BY_NAME[name])


def _made(family: type[Law]) -> tuple[Terms, tuple[Expr, ...], Symbol] | None:
    """The logarithm of a family's generating function in letters of its own, if it has one."""
    letters = [symbol(f"{p.name}__", facts=_facts(p)) for p in family.parameters]
    argument = symbol("t__")
    try:
        generating, _ = generating_of(family(*letters), argument)
    except DeriveError:
        return None
    algebra = ScalarAlgebra((argument, *letters))
    t = algebra.expr(argument)
    assert isinstance(t, Symbol)
    terms = cumulant_terms(algebra.expr(generating), t)
    return terms, tuple(map(algebra.expr, letters)), t


def _facts(place: Parameter) -> tuple[str, ...]:
    return tuple(fact for fact in place.facts if fact != "real")


def _has_fact(fact: str, value: Expr, node: Node) -> bool:
    """Whether a parameter is known to lie where its place wants it."""
    if fact in ("positive", "real"):
        return bool(value.is_positive if fact == "positive" else value.is_real)
    if fact == "integer":
        return is_whole_number(node)
    inner = 1 - value
    is_named = node.op == "symbol" and "probability" in node.facts
    return is_named or bool(value.is_number and value.is_positive and inner.is_positive)


def is_whole_number(node: Node) -> bool:
    """Whether a sum of products of whole numbers is seen to be one."""
    if node.op == "number":
        return bool(node.data.denominator == 1)
    if node.op in ("add", "mul"):
        return all(map(is_whole_number, node.args))
    return node.op == "symbol" and "integer" in node.facts
