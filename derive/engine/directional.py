"""Traces of derivatives in a direction: jvp, vjp and Hessian-vector products.

No Jacobian and no Hessian is formed: a direction is put in the place of ``dx``, and the
transposed product is the gradient of ``u'F`` with u held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.engine.conditions import conditions_of
from derive.engine.facts import with_facts
from derive.engine.forward import differentiate
from derive.engine.gradient import arguments_of, facts_used, free_name, gradients_of, joined
from derive.engine.jacobian import forward_lines, function_name, require_symbols
from derive.engine.lines import pairing
from derive.engine.naming import named, substituted
from derive.engine.normal import Tidier
from derive.engine.transposition import inner_product
from derive.language.expression import Node, symbol
from derive.language.functions import differential, directional_by_name, nabla, postorder
from derive.language.relations import Words
from derive.steps import Step, Trace

WEIGHTS = ("u", "v", "c", "u_", "v_")  # names that are tried for weights that are held


def directional_trace(function: Node, variable: Node, direction: Node) -> Trace:
    """Derive the derivative of an expression of any shape in a direction."""
    require_symbols([variable])
    kept = frozenset(postorder(function, direction))
    if function.is_scalar:
        first = gradients_of(function, [variable])
        name, value = first.name, pairing(variable, first.free[0], Tidier(kept))
        steps, result = _put(name, value, variable, direction, kept)
        steps = [*first.steps, *steps]
    else:
        name = function_name(function, [variable])
        steps, result = _along(function, name, variable, direction, kept)
    question = Words("derivative of {0} in {1} along {2}", (name, variable, direction))
    return _finished(question, [(name, function)], [variable, direction], steps, result)


def hessian_vector_trace(function: Node, variable: Node, direction: Node) -> tuple[Trace, Node]:
    """Derive the Hessian of a scalar times a vector; the free gradient beside it."""
    require_symbols([variable])
    first = gradients_of(function, [variable])
    gradient = first.free[0]
    kept = frozenset(postorder(function, gradient, direction))
    left = nabla(first.name, variable)
    steps, result = _along(gradient, left, variable, direction, kept)
    question = Words("Hessian of {0} in {1} times {2}", (first.name, variable, direction))
    definitions = [(first.name, function)]
    lines = [*first.steps, *steps]
    return _finished(question, definitions, [variable, direction], lines, result), gradient


def adjoint_trace(function: Node, variable: Node, weights: Node) -> tuple[Trace, dict[Node, Node]]:
    """Derive ``J'u`` of an expression of any shape.

    Weights that contain the variable do not move: a name is held in their place and they are
    put in at the end.  Beside the trace: what the last line then starts from, and its meaning.
    """
    require_symbols([variable])
    held = weights
    if variable in weights.symbols:
        held = symbol(free_name(weights, [*function.symbols], WEIGHTS), weights.shape)
    scalar = inner_product(held, function)
    first = gradients_of(scalar, [variable], ("s", "f", "J", "L", "phi"))
    words, nodes = "gradient of {0} in {1}: the transposed Jacobian times {2}", [held]
    if held is not weights:
        words, nodes = f"{words} = {{3}}", [held, weights]
    question = Words(words, (first.name, variable, *nodes))
    definitions, steps, result = [(first.name, scalar)], [*first.steps], first.results[0]
    with_weights = substituted(result, {held: weights})
    if held is not weights:
        value, _ = with_facts(
            Tidier(frozenset(postorder(function, weights)))(with_weights), frozenset()
        )
        steps.append(Step(result, value, Words("put {0} for {1}", (weights, held))))
        result = value
    trace = _finished(question, definitions, [variable, weights], steps, result)
    before = trace.steps[-1].before
    if held is weights or not isinstance(before, Node):
        return trace, {}
    arguments = tuple(argument for argument in trace.arguments if argument is not held)
    return replace(trace, arguments=arguments), {before: with_weights}


def _along(
    function: Node, left: Node, variable: Node, direction: Node, kept: frozenset[Node]
) -> tuple[list[Step], Node]:
    """The lines of the differential, then the direction in the place of ``dx``."""
    found = differentiate(function, [variable])
    lines = forward_lines(found, differential(left), [variable])
    steps, result = _put(left, found.differential, variable, direction, kept)
    return [*lines, *steps], result


def _put(
    left: Node, linear: Node, variable: Node, direction: Node, kept: frozenset[Node]
) -> tuple[list[Step], Node]:
    """The direction in the place of ``dx``, then the declared facts."""
    d = differential(variable)
    value = Tidier(kept)(substituted(linear, {d: direction}))
    words = Words("put {0} for {1}", (direction, d))
    steps = [Step(directional_by_name(left, direction), value, words)]
    result, facts = with_facts(value, kept)
    if result is not value:
        steps.append(Step(value, result, joined(facts)))
    return steps, result


def _finished(
    question: Words,
    definitions: Sequence[tuple[Node, Node]],
    held: Sequence[Node],
    steps: Sequence[Step],
    result: Node,
) -> Trace:
    """The trace; `held` are the variable and the direction or the weights."""
    function = definitions[0][1]
    more, lines = named(function, steps, [result])
    needed = [c for node in (function, *held) for c in conditions_of(node, held[:1])]
    symbols = [part for node in held for part in postorder(node) if part.op == "symbol"]
    return Trace(
        question=question,
        definitions=(*definitions, *more),
        steps=tuple(lines),
        results=(("product", result),),
        conditions=tuple(dict.fromkeys((*facts_used(function), *needed))),
        arguments=arguments_of(function, symbols),
    )
