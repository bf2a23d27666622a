"""The trace of a gradient: question, lines, read-off, facts, conditions."""

from __future__ import annotations

from collections.abc import Sequence

from derive.engine.conditions import conditions_of
from derive.engine.facts import with_facts
from derive.engine.lines import pairing, written
from derive.engine.naming import named
from derive.engine.normal import Tidier
from derive.engine.sweep import COLLECT, Swept, sweep
from derive.errors import ShapeError
from derive.language.expression import Node, number, symbol
from derive.language.functions import differential, nabla, postorder
from derive.language.relations import Condition, Relation, Words
from derive.language.sizes import shape_text, size_names
from derive.steps import Step, Trace

FUNCTION_NAMES = ("f", "J", "L", "F", "phi", "psi", "h_", "f_")


def gradient_trace(function: Node, variable: Node) -> Trace:
    """Derive the gradient of a scalar in a symbol, every entry of which may vary.

    Raises
    ------
    ShapeError
        `function` is not a scalar, or `variable` is not a symbol.
    NoRuleError
        A node of `function` has no differential.
    """
    if not function.is_scalar:
        raise ShapeError(
            f"gradient needs a scalar, got an expression of shape {shape_text(function.shape)}\n"
            f"  to fix   : take a norm, a trace, a sum or one entry of it"
        )
    if variable.op != "symbol":
        raise ShapeError(f"gradient needs a symbol to differentiate by, got {variable!r}")
    name = symbol(free_name(function, variable))
    swept = sweep(function, variable)
    kept = frozenset(postorder(function))
    steps = [*_lines(swept, name, variable, Tidier(kept), variable in function.symbols)]
    steps.append(_read_off(swept.gradient, name, variable))
    result, facts = with_facts(swept.gradient, kept)
    if result is not swept.gradient:
        steps.append(Step(swept.gradient, result, _joined(facts)))
    definitions, lines = named(function, steps, result)
    return Trace(
        question=Words("gradient of {0} in {1}", (name, variable)),
        definitions=((name, function), *definitions),
        steps=lines,
        results=((f"gradient_{variable.name}", result),),
        conditions=(*_facts_used(function), *conditions_of(function, variable)),
        arguments=arguments_of(function, variable),
    )


def _joined(parts: Sequence[str | Words]) -> str | Words:
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


def free_name(function: Node, variable: Node) -> str:
    """A name for the function that no symbol or size of the question has."""
    taken = {s.name for s in function.symbols | {variable}}
    for part in postorder(function):
        taken |= size_names(part.shape)
    return next(
        (name for name in FUNCTION_NAMES if name not in taken),
        "f" + "_" * (1 + max(map(len, taken))),
    )


def arguments_of(function: Node, variable: Node) -> tuple[Node, ...]:
    """The symbols in the order in which they are first read."""
    found = [part for part in postorder(function) if part.op == "symbol"]
    return tuple(found) if variable in found else (*found, variable)


def _lines(
    swept: Swept, name: Node, variable: Node, tidy: Tidier, contains_variable: bool
) -> list[Step]:
    """The lines of the sweep as steps ``df = ...`` that follow from each other."""
    if not swept.lines:
        words = Words("{0} does not contain {1}", (name, variable))
        if contains_variable:
            words = Words("what contains {0} cancels", (variable,))
        return [Step(differential(name), number(0), words)]
    steps: list[Step] = []
    before = differential(name)
    for line in swept.lines:
        after = written(line.slots, tidy)
        if after is not before:
            collect = Words("collect {0}", (differential(variable),))
            rules = [collect if rule == COLLECT else rule for rule in line.rules]
            steps.append(Step(before, after, _joined(rules)))
            before = after
    return steps


def _read_off(gradient: Node, name: Node, variable: Node) -> Step:
    left = nabla(name, variable)
    pair = pairing(variable, left, Tidier())
    rule = Words("read off {0} = {1}", (differential(name), pair))
    return Step(left, gradient, rule)


def _facts_used(function: Node) -> tuple[Condition, ...]:
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
