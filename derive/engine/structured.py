"""The gradient in a structure: what is left of the free gradient where X may not move freely.

The free gradient is derived first.  The declared facts of the other symbols simplify it, then
comes the projection, a line with a left side of its own, and last the facts of X.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from derive.engine.facts import with_facts
from derive.engine.gradient import (
    FUNCTION_NAMES,
    gradients_of,
    joined,
    places,
    traced,
    with_declared_facts,
)
from derive.engine.naming import substituted
from derive.engine.normal import tidy
from derive.engine.terms import positive_lead
from derive.language.expression import Node, add, eye, symbol, transpose
from derive.language.functions import nabla, postorder
from derive.language.relations import Words
from derive.rules.structures import STRUCTURES, Structure, multiplied_out
from derive.steps import Step, Trace

MOST_TERMS = 24  # of a projection multiplied out


def structured_trace(
    function: Node, variables: Sequence[Node], structures: Mapping[Node, str]
) -> Trace:
    """Derive gradients of a scalar in symbols of which some have a structure.

    `structures` maps such a symbol to a name in ``rules.structures.STRUCTURES``; the symbol
    has the fact of its structure.

    Raises
    ------
    ShapeError, NoRuleError
        As for ``engine.gradient.gradient_trace``.
    """
    rows = {x: STRUCTURES[name] for x, name in structures.items()}

    def finish(free: Node, G: Node, kept: Collection[Node]) -> tuple[list[Step], Node]:
        row = rows.get(free.args[1])
        return in_structure(free, G, row, kept) if row else with_declared_facts(free, G, kept)

    found = gradients_of(function, variables, FUNCTION_NAMES, finish)
    question = _question(found.name, variables, rows)
    return traced(function, variables, found, question, structures)


def _question(name: Node, variables: Sequence[Node], rows: Mapping[Node, Structure]) -> Words:
    """What is asked: of several variables, where each is comes after their names."""
    text, nodes = f"gradient of {{0}} in {places(variables)}", [name, *variables]
    for count, (x, row) in enumerate(rows.items()):
        before = "" if len(variables) == 1 else f"{',' if count else ';'} {{{nodes.index(x)}}}"
        end = row.question
        for k in range(2):
            end = end.replace(f"{{{k}}}", f"{{ {len(nodes) + k} }}")
        text += f"{before} {end.replace('{ ', '{').replace(' }', '}')}"
        nodes.extend(_square(x))
    return Words(text, tuple(nodes))


def _square(variable: Node) -> tuple[Node, Node]:
    """X'X and I."""
    return transpose(variable) @ variable, eye(variable.shape[1])


def in_structure(
    free: Node, gradient: Node, row: Structure, kept: Collection[Node]
) -> tuple[list[Step], Node]:
    """The lines from the gradient `free` by name to that in a structure, and its value."""
    steps = []
    function, variable = free.args
    simpler, facts = _by_other_facts(variable, gradient, kept)
    if simpler is not gradient:
        steps.append(Step(gradient, simpler, joined(facts)))
    found = [both for form in row.forms for both in _forms(form(simpler, variable), kept)]
    projected, result, facts = min(found, key=lambda both: _cost(both[1]))
    left = nabla(function, variable, free.data[0], row.name)
    formula = row.forms[0](free, variable)
    rule = Words(f"{row.rule}, {{2}}", (*_square(variable), formula))
    steps.append(Step(left, projected, rule))
    if result is not projected:
        steps.append(Step(projected, result, joined(facts)))
    return steps, result


def _cost(node: Node) -> int:
    """How long a node is, what a projection is taken of counted twice.

    A sum that comes back counts once: it can have a name.
    """
    inside = (part.args for part in postorder(node) if part.op == "diagonal" or _is_masked(part))
    return _length(node) + sum(_length(arg) for args in inside for arg in args)


def _length(node: Node) -> int:
    counts = {node: 1}
    for part in reversed(postorder(node)):
        copies = 1 if part.op == "add" else counts[part]
        for arg in part.args:
            counts[arg] = counts.get(arg, 0) + copies
    return sum(counts.values())


def _is_masked(node: Node) -> bool:
    return node.op == "had" and any(arg.op == "mask" for arg in node.args)


Simplified: TypeAlias = tuple[Node, tuple[Words, ...]]


def _forms(node: Node, kept: Collection[Node]) -> list[tuple[Node, Node, tuple[Words, ...]]]:
    """A projection in its normal form, and with facts: used on the whole, and term by term."""
    plain = positive_lead(tidy(node, kept))
    found = [(plain, *_led(with_facts(plain, kept)))]
    terms = multiplied_out(node)
    if len(terms) <= MOST_TERMS:
        result, facts = _led(_term_by_term(terms, kept))
        if facts:
            found.append((plain, result, facts))
    further = multiplied_out(node, also_transposed=True)
    if len(terms) < len(further) <= MOST_TERMS:
        result, facts = _led(_term_by_term(further, kept))
        if facts:
            found.append((plain, result, facts))
    return found


def _led(found: Simplified) -> Simplified:
    """What is found, beginning with a positive term if it has one."""
    return positive_lead(found[0]), found[1]


def _term_by_term(terms: Sequence[Node], kept: Collection[Node]) -> Simplified:
    """The sum of some terms, each simplified by facts before they are merged."""
    parts = [with_facts(tidy(term, kept), kept) for term in terms]
    result, last = with_facts(tidy(add(*(part for part, _ in parts)), kept), kept)
    facts = dict.fromkeys(fact for _, used in (*parts, (result, last)) for fact in used)
    return result, tuple(facts)


def _by_other_facts(
    variable: Node, node: Node, kept: Collection[Node]
) -> tuple[Node, tuple[Words, ...]]:
    """The node simplified by the facts of all symbols but the variable."""
    bare = symbol(variable.name, variable.shape)
    hidden = frozenset(substituted(part, {variable: bare}) for part in kept)
    simpler, facts = with_facts(substituted(node, {variable: bare}), hidden)
    return (substituted(simpler, {bare: variable}), facts) if facts else (node, ())
