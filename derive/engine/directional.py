"""Traces of derivatives in a direction: jvp, vjp and Hessian-vector products.

No Jacobian and no Hessian is formed: a direction is put in the place of ``dx``, and the
transposed product is the gradient of ``u'F`` with u held.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.engine.conditions import conditions_of
from derive.engine.facts import with_facts
from derive.engine.forward import differentiate
from derive.engine.gradient import arguments_of, facts_used, gradients_of, joined
from derive.engine.jacobian import forward_lines, function_name, require_symbols
from derive.engine.lines import pairing
from derive.engine.naming import named, substituted
from derive.engine.normal import Tidier
from derive.engine.transposition import inner_product
from derive.language.expression import Node
from derive.language.functions import differential, directional_by_name, nabla, postorder
from derive.language.relations import Words
from derive.steps import Step, Trace


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


def adjoint_trace(function: Node, variable: Node, weights: Node) -> tuple[Trace, Node]:
    """Derive ``J'u`` of an expression of any shape; the scalar whose gradient it is beside it."""
    require_symbols([variable])
    scalar = inner_product(weights, function)
    first = gradients_of(scalar, [variable], ("s", "f", "J", "L", "phi"))
    question = Words(
        "gradient of {0} in {1}: the transposed Jacobian times {2}",
        (first.name, variable, weights),
    )
    definitions = [(first.name, scalar)]
    trace = _finished(question, definitions, [variable, weights], first.steps, first.results[0])
    return trace, scalar


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
    symbols = [part for node in held for part in postorder(node) if part.op == "symbol"]
    return Trace(
        question=question,
        definitions=(*definitions, *more),
        steps=tuple(lines),
        results=(("product", result),),
        conditions=(*facts_used(function), *conditions_of(function, held[:1])),
        arguments=arguments_of(function, symbols),
    )
