"""Masses: exact probabilities that are numbers or symbols, and sum to one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sympy import Add, Expr, Mul, Pow, cancel, factor

from derive.engine.naming import substituted
from derive.engine.scalar_algebra import operation_count
from derive.errors import DomainError, NoRuleError
from derive.language.expression import Node, add, negative, number, symbol
from derive.language.facts import close_facts
from derive.language.functions import postorder
from derive.language.law import Parameter, Value, parameter_value, symbol_conditions
from derive.language.properties import is_nonnegative
from derive.language.relations import Condition, Relation
from derive.language.sympy_in import from_sympy
from derive.language.sympy_out import to_sympy
from derive.reading import parse

NAMES = "pi: scalar, e: scalar"  # no probability is one of these constants


def probabilities(where: str, values: Mapping[str, Value]) -> dict[str, Node]:
    """Each value as a node between 0 and 1, with one set of facts for each name.

    A symbol that is itself a probability, or is 1 minus one, lies strictly between 0 and 1.

    Raises
    ------
    ArgumentError
        A value is no scalar.
    DomainError
        A value is negative, over 1 or not finite.
    """
    nodes = {what: _read(where, what, value) for what, value in values.items()}
    nodes = with_common_facts(nodes)
    for what, node in nodes.items():
        _require_in_range(where, what, node)
    return nodes


def require_total_one(where: str, nodes: Mapping[str, Node]) -> None:
    """Raise unless the values sum to one, whatever their symbols are.

    Raises
    ------
    DomainError
        Names the sum.
    """
    total = simplified(add(*nodes.values())) if nodes else number(0)
    if total is number(1):
        return
    last = list(nodes)[-1]
    rest = simplified(1 - add(number(0), *list(nodes.values())[:-1]))
    to_fix = f"give {last} the value {to_sympy(rest)}" if total.symbols else "divide by the sum"
    raise DomainError(
        f"{where}: the probabilities sum to {to_sympy(total)}, which is not 1\n"
        f"  to fix   : {to_fix}"
    )


def with_common_facts(nodes: Mapping[str, Node]) -> dict[str, Node]:
    """The same values, where each name is one symbol with the facts of all its places."""
    facts: dict[str, set[str]] = {}
    for part in postorder(*nodes.values()):
        if part.op == "symbol":
            facts.setdefault(part.name, set()).update(part.facts - {"real"})
    for node in nodes.values():
        for one in (node, 1 - node):
            if one.op == "symbol":
                facts[one.name].add("probability")
    renamed = {
        part: symbol(
            part.name, facts=close_facts(tuple(sorted(facts[part.name])), part.name, (1, 1))
        )
        for part in postorder(*nodes.values())
        if part.op == "symbol"
    }
    return {what: substituted(node, renamed) for what, node in nodes.items()}


def conditions_of_masses(nodes: Sequence[Node]) -> tuple[Condition, ...]:
    """What the symbols must satisfy for every value to lie between 0 and 1."""
    found: dict[Condition, None] = {}
    for part in postorder(*nodes):
        if part.op == "symbol":
            found.update(dict.fromkeys(symbol_conditions(part)))
    for node in dict.fromkeys(nodes):
        if node.symbols and not is_nonnegative(node):
            found[Relation(node, ">=", number(0))] = None
    return tuple(found)


def below_one(nodes: Sequence[Node]) -> tuple[Condition, ...]:
    """What is needed for values that do not sum to one to be at most 1."""
    return tuple(
        Relation(node, "<=", number(1))
        for node in dict.fromkeys(nodes)
        if node.symbols and "probability" not in node.facts and not is_nonnegative(1 - node)
    )


def simplified(node: Node) -> Node:
    """The node itself, or its factored form if that takes fewer operations."""
    if node.is_number:
        return node
    expression = to_sympy(node)
    try:
        short = cancel(expression)
        forms = [from_sympy(_with_plus_in_front(form)) for form in (factor(short), short)]
    except NoRuleError:
        return node
    return min((*forms, gathered(node)), key=operation_count)


def gathered(node: Node) -> Node:
    """The same value with equal factors as powers and equal terms counted."""
    return node if node.is_number else from_sympy(to_sympy(node))


def _with_plus_in_front(expression: Expr) -> Expr:
    """``p*(3 - 2*p)`` for ``-p*(2*p - 3)``, and ``p/(2 - p)`` for ``-p/(p - 2)``."""
    coefficient, rest = expression.as_coeff_Mul()
    parts = Mul.make_args(rest)
    odd = [p for p in parts if isinstance(p.as_base_exp()[0], Add) and p.as_base_exp()[1].is_odd]
    if not coefficient.is_negative or not odd:
        return expression
    base, exponent = odd[0].as_base_exp()
    flipped = Pow(Add(*(-term for term in base.args)), exponent)
    return Mul(-coefficient, flipped, *(part for part in parts if part != odd[0]))


def is_certainly_zero(node: Node) -> bool:
    """Whether a value is 0 for all values of its symbols."""
    return simplified(node) is number(0)


def _read(where: str, what: str, value: Value) -> Node:
    if isinstance(value, str):
        value = parse(value, NAMES, undeclared="scalar")
    return parameter_value(where, Parameter(what, "real", what), value)


def _require_in_range(where: str, what: str, node: Node) -> None:
    for gap, wanted in ((node, "at least 0"), (add(number(1), negative(node)), "at most 1")):
        if to_sympy(gap).is_negative:
            raise DomainError(
                f"{where}: the probability of {what} must be {wanted}, got {to_sympy(node)}"
            )
