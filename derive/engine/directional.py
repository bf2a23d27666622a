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
from derive.language.expression import Node, add, symbol
from derive.language.functions import differential, directional_by_name, nabla, postorder
from derive.language.relations import Words
from derive.steps import Step, Trace

WEIGHTS = ("u", "v", "c", "u_", "v_")  # names that are tried for weights that are held


def directional_trace(
    function: Node, variables: Sequence[Node], directions: Sequence[Node]
) -> Trace:
    """Derive the derivative of an expression of any shape, each variable along its direction."""
    require_symbols(variables)
    kept = frozenset(postorder(function, *directions))
    if function.is_scalar:
        first = gradients_of(function, variables)
        tidy = Tidier(kept)
        terms = (pairing(x, g, tidy) for x, g in zip(variables, first.free, strict=True))
        name, value = first.name, add(*terms)
        steps, result = _put(name, value, variables, directions, kept)
        steps = [*first.steps, *steps]
    else:
        name = function_name(function, variables)
        steps, result = _along(function, name, variables, directions, kept)
    question = _asked("derivative of {0} in {} along {}", name, variables, directions)
    results = [("product", result)]
    return _finished(question, [(name, function)], variables, directions, steps, results)


def hessian_vector_trace(
    function: Node, variables: Sequence[Node], directions: Sequence[Node]
) -> tuple[Trace, tuple[Node, ...]]:
    """Derive the Hessian of a scalar times a vector; the free gradients beside it."""
    require_symbols(variables)
    first = gradients_of(function, variables)
    kept = frozenset(postorder(function, *first.free, *directions))
    several = len(variables) > 1
    lines, results, lefts = [*first.steps], [], []
    for x, gradient in zip(variables, first.free, strict=True):
        left = nabla(first.name, x, several)
        steps, result = _along(gradient, left, variables, directions, kept)
        lines += steps
        results.append((f"product_{x.name}" if several else "product", result))
        lefts.append(directional_by_name(left, *directions))
    question = _asked("Hessian of {0} in {} times {}", first.name, variables, directions)
    definitions = [(first.name, function)]
    trace = _finished(question, definitions, variables, directions, lines, results, lefts, order=2)
    return trace, first.free


def adjoint_trace(
    function: Node, variables: Sequence[Node], weights: Node
) -> tuple[Trace, dict[Node, Node]]:
    """Derive ``J'u`` of an expression of any shape.

    Weights that contain a variable do not move: a name is held in their place and they are
    put in at the end.  Beside the trace: what those lines then start from, and its meaning.
    """
    require_symbols(variables)
    held = weights
    if weights.symbols & set(variables):
        held = symbol(free_name(weights, [*function.symbols], WEIGHTS), weights.shape)
    scalar = inner_product(held, function)
    first = gradients_of(scalar, variables, ("s", "f", "J", "L", "phi"))
    text = "gradient of {0} in {}: the transposed Jacobian times {}"
    if held is weights:
        question = _asked(text, first.name, variables, [weights])
    else:
        question = _asked(f"{text} = {{}}", first.name, variables, [held], [weights])
    tidy = Tidier(frozenset(postorder(function, weights)))
    steps, found, puts = list(first.steps), [], dict[int, Node]()
    several = len(variables) > 1
    lefts = [nabla(first.name, x, several) for x in variables]
    for left, result in zip(lefts, first.results, strict=True):
        with_weights = substituted(result, {held: weights})
        value = result if with_weights is result else with_facts(tidy(with_weights), frozenset())[0]
        if value is not result:
            read_off = next(k for k, step in enumerate(steps) if step.before is left)
            place = next(k for k in range(read_off, len(steps)) if steps[k].after is result) + 1
            steps.insert(place, Step(result, value, _put_words([(held, weights)])))
            puts[place] = with_weights
        found.append(value)
    results = [
        (f"product_{x.name}" if several else "product", value)
        for x, value in zip(variables, found, strict=True)
    ]
    definitions = [(first.name, scalar)]
    trace = _finished(question, definitions, variables, [weights], steps, results, lefts)
    if held is weights:
        return trace, {}
    arguments = tuple(argument for argument in trace.arguments if argument is not held)
    befores = ((trace.steps[place].before, meaning) for place, meaning in puts.items())
    meanings = {before: meaning for before, meaning in befores if isinstance(before, Node)}
    return replace(trace, arguments=arguments), meanings


def _asked(text: str, name: Node, *lists: Sequence[Node]) -> Words:
    """A question about a name; each ``{}`` holds a list of nodes."""
    nodes = [name]
    for one in lists:
        places = ", ".join(f"{{{len(nodes) + k}}}" for k in range(len(one)))
        text = text.replace("{}", places, 1)
        nodes.extend(one)
    return Words(text, tuple(nodes))


def _along(
    function: Node,
    left: Node,
    variables: Sequence[Node],
    directions: Sequence[Node],
    kept: frozenset[Node],
) -> tuple[list[Step], Node]:
    """The lines of the differential, then the directions in the place of ``dx``."""
    found = differentiate(function, variables)
    lines = forward_lines(found, differential(left), variables)
    steps, result = _put(left, found.differential, variables, directions, kept)
    return [*lines, *steps], result


def _put(
    left: Node,
    linear: Node,
    variables: Sequence[Node],
    directions: Sequence[Node],
    kept: frozenset[Node],
) -> tuple[list[Step], Node]:
    """The directions in the place of ``dx``, then the declared facts."""
    pairs = [(differential(x), v) for x, v in zip(variables, directions, strict=True)]
    value = Tidier(kept)(substituted(linear, dict(pairs)))
    steps = [Step(directional_by_name(left, *directions), value, _put_words(pairs))]
    result, facts = with_facts(value, kept)
    if result is not value:
        steps.append(Step(value, result, joined(facts)))
    return steps, result


def _put_words(pairs: Sequence[tuple[Node, Node]]) -> Words:
    """What is put in the place of what."""
    places = ", ".join(f"{{{2 * k + 1}}} for {{{2 * k}}}" for k in range(len(pairs)))
    return Words(f"put {places}", tuple(node for pair in pairs for node in pair))


def _finished(
    question: Words,
    definitions: Sequence[tuple[Node, Node]],
    variables: Sequence[Node],
    given: Sequence[Node],
    steps: Sequence[Step],
    results: Sequence[tuple[str, Node]],
    lefts: Sequence[Node] = (),
    order: int = 1,
) -> Trace:
    """The trace; `given` are the directions or the weights, `order` that of the derivatives."""
    function = definitions[0][1]
    more, lines = named(function, steps, [result for _, result in results])
    symbols = [
        part for node in (*variables, *given) for part in postorder(node) if part.op == "symbol"
    ]
    found = [result for _, result in results]
    needed = list(conditions_of(function, variables, order, found))
    needed += [c for node in given for c in conditions_of(node, variables)]
    return Trace(
        question=question,
        definitions=(*definitions, *more),
        steps=tuple(lines),
        results=tuple(results),
        conditions=tuple(dict.fromkeys((*facts_used(function), *needed))),
        arguments=arguments_of(function, symbols),
        lefts=tuple(lefts) if len(results) > 1 else (),
    )
