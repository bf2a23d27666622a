"""The trace of a gradient: question, lines, read-off, facts, conditions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from derive.engine.conditions import conditions_of
from derive.engine.facts import with_facts
from derive.engine.lines import pairing, written
from derive.engine.naming import named
from derive.engine.normal import Tidier
from derive.engine.sweep import COLLECT, Swept, sweep
from derive.engine.terms import difference
from derive.errors import ShapeError
from derive.language.expression import Node, number, symbol
from derive.language.functions import FREE, differential, nabla, postorder
from derive.language.relations import Condition, Relation, Words
from derive.language.sizes import shape_text, size_names
from derive.steps import Step, Trace

FUNCTION_NAMES = ("f", "J", "L", "F", "phi", "psi", "h_", "f_")


def gradient_trace(function: Node, variables: Sequence[Node]) -> Trace:
    """Derive the gradients of a scalar in some symbols, every entry of which may vary.

    Raises
    ------
    ShapeError
        `function` is not a scalar, or a variable is not a symbol.
    NoRuleError
        A node of `function` has no differential.
    """
    conditions_of(function, variables)  # raises before facts divide by what they make zero
    found = gradients_of(function, variables)
    question = Words(f"gradient of {{0}} in {places(variables)}", (found.name, *variables))
    return traced(function, variables, found, question, {})


def traced(
    function: Node,
    variables: Sequence[Node],
    found: Gradients,
    question: Words,
    structures: Mapping[Node, str],
) -> Trace:
    """The trace of gradients that are found, long parts named."""
    results = [(f"gradient_{x.name}", r) for x, r in zip(variables, found.results, strict=True)]
    definitions, lines = named(function, found.steps, found.results, longer=found.free)
    return Trace(
        question=question,
        definitions=((found.name, function), *definitions),
        steps=lines,
        results=tuple(results),
        conditions=(*facts_used(function), *conditions_of(function, variables)),
        arguments=arguments_of(function, variables),
        lefts=tuple(
            nabla(found.name, x, len(variables) > 1, structures.get(x, FREE)) for x in variables
        ),
    )


@dataclass(frozen=True)
class Gradients:
    """The gradients of a scalar before its parts are named.

    Attributes
    ----------
    name : symbol
        What the lines call the function.
    steps : tuple of Step
    free : tuple of Node
        The gradients before declared facts enter: these may be differentiated again.
    results : tuple of Node
        The gradients with the facts in them.
    """

    name: Node
    steps: tuple[Step, ...]
    free: tuple[Node, ...]
    results: tuple[Node, ...]


Finish: TypeAlias = Callable[[Node, Node, Collection[Node]], tuple[list[Step], Node]]


def with_declared_facts(
    free: Node, gradient: Node, kept: Collection[Node]
) -> tuple[list[Step], Node]:
    """The line in which declared facts simplify a gradient, if any does, and what is left."""
    result, facts = with_facts(gradient, kept)
    return ([] if result is gradient else [Step(gradient, result, joined(facts))]), result


def gradients_of(
    function: Node,
    variables: Sequence[Node],
    names: Sequence[str] = FUNCTION_NAMES,
    finish: Finish = with_declared_facts,
) -> Gradients:
    """Lines and gradients; as ``gradient_trace``.  `names` are tried for the function.

    `finish` leads on from each free gradient, whose name and value it is given.
    """
    if not function.is_scalar:
        raise ShapeError(
            f"gradient needs a scalar, got an expression of shape {shape_text(function.shape)}\n"
            f"  to fix   : take a norm, a trace, a sum or one entry of it: part(f, i, j, 1, 1);\n"
            f"             jacobian differentiates it as a whole"
        )
    for variable in variables:
        if variable.op != "symbol":
            raise ShapeError(f"gradient needs a symbol to differentiate by, got {variable!r}")
    name = symbol(free_name(function, variables, names))
    swept = sweep(function, variables)
    kept = frozenset(postorder(function))
    steps = [*_lines(swept, name, variables, Tidier(kept))]
    results = []
    for variable, gradient in zip(variables, swept.gradients, strict=True):
        free = nabla(name, variable, len(variables) > 1)
        gradient = difference(gradient)
        steps.append(_read_off(gradient, free))
        more, result = finish(free, gradient, kept)
        steps.extend(more)
        results.append(result)
    return Gradients(name, tuple(steps), swept.gradients, tuple(results))


def places(variables: Sequence[Node]) -> str:
    """Where the variables stand in a question that begins with a name: ``{1}, {2}``."""
    return ", ".join(f"{{{k + 1}}}" for k in range(len(variables)))


def joined(parts: Sequence[str | Words]) -> str | Words:
    """Rule names as one, separated by semicolons."""
    text: list[str] = []
    nodes: list[Node] = []
    for part in parts:
        if isinstance(part, Words):
            shifted = part.text
            for k in reversed(range(len(part.nodes))):
                shifted = shifted.replace(f"{{{k}}}", f"{{{k + len(nodes)}}}")
            text.append(shifted)
            nodes.extend(part.nodes)
        else:
            text.append(part)
    return Words("; ".join(text), tuple(nodes)) if nodes else "; ".join(text)


def free_name(
    function: Node, variables: Sequence[Node], names: Sequence[str] = FUNCTION_NAMES
) -> str:
    """A name for the function that no symbol or size of the question has."""
    taken = {s.name for s in function.symbols | set(variables)}
    for part in postorder(function):
        taken |= size_names(part.shape)
    return next(
        (name for name in names if name not in taken),
        "f" + "_" * (1 + max(map(len, taken))),
    )


def arguments_of(function: Node, variables: Sequence[Node]) -> tuple[Node, ...]:
    """The symbols in the order in which they are first read."""
    found = [part for part in postorder(function) if part.op == "symbol"]
    return tuple(dict.fromkeys([*found, *variables]))


def _lines(swept: Swept, name: Node, variables: Sequence[Node], tidy: Tidier) -> list[Step]:
    """The lines of the sweep as steps ``df = ...`` that follow from each other."""
    if not swept.lines:
        return [Step(differential(name), number(0), reason_of_zero(swept, name, variables))]
    steps: list[Step] = []
    before = differential(name)
    for line in swept.lines:
        after = written(line.slots, tidy)
        if after is not before:
            moving = [v for v in variables if any(node is v for node, _ in line.slots)]
            text = ", ".join(f"{{{k}}}" for k in range(len(moving)))
            collect = Words(f"collect {text}", tuple(map(differential, moving)))
            rules = [collect if rule == COLLECT else rule for rule in line.rules]
            steps.append(Step(before, after, joined(rules)))
            before = after
    return steps


def reason_of_zero(swept: Swept, name: Node, variables: Sequence[Node]) -> Words:
    """Why nothing moves."""
    moving = [v for v in variables if v in swept.function.symbols]
    if moving:
        places_of = ", ".join(f"{{{k}}}" for k in range(len(moving)))
        return Words(f"what contains {places_of} cancels", tuple(moving))
    return Words(f"{{0}} does not contain {places(variables)}", (name, *variables))


def _read_off(gradient: Node, free: Node) -> Step:
    name, variable = free.args
    if free.data[0]:
        return Step(free, gradient, Words("read off before {0}", (differential(variable),)))
    pair = pairing(variable, free, Tidier())
    rule = Words("read off {0} = {1}", (differential(name), pair))
    return Step(free, gradient, rule)


def facts_used(function: Node) -> tuple[Condition, ...]:
    """Definite matrices among the symbols that an inverse or determinant relies on."""
    found: dict[Node, Condition] = {}
    for part in postorder(function):
        if part.op in {"inverse", "det", "logdet"}:
            for inner in sorted(part.symbols, key=lambda s: s.name):
                if "spd" in inner.facts:
                    found[inner] = Relation(inner, "is", Words("positive definite"))
                elif "orthogonal" in inner.facts:
                    found[inner] = Relation(inner, "is", Words("orthogonal"))
                elif "invertible" in inner.facts:
                    found[inner] = Relation(inner, "is", Words("invertible"))
    return tuple(found.values())
