"""Stages: the head, one general layer, the parameters of one layer, each differentiated.

A stage is a small derivation with symbols for what lies outside: the outputs of the layer
below, the delta of the layer above.  Its lines are true equations in the letters of the stage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from derive.engine.conditions import conditions_of
from derive.engine.gradient import gradients_of, joined
from derive.engine.lines import pairing
from derive.engine.naming import substituted
from derive.engine.network.architecture import Architecture, after, before
from derive.engine.normal import Tidier, tidy
from derive.engine.sweep import sweep
from derive.language.expression import (
    Node,
    chain_of,
    multiply,
    number,
    ones,
    product,
    split_product,
    symbol,
)
from derive.language.functions import differential, dot, hadamard, nabla, norm2, postorder
from derive.language.relations import Condition, Relation, Side, Words
from derive.steps import Step

LOSS, OBJECTIVE = "ell", "J"


@dataclass(frozen=True)
class Stage:
    """One step of the recursion.

    Attributes
    ----------
    steps : tuple of Step
        As printed.
    claimed : tuple of Step
        The lines among them that state something of numbers, in terms of `definitions`.
    definitions : tuple of (symbol, Node)
        What the names of the lines stand for within the stage.
    variables : tuple of symbol
        What moves.
    results : tuple of Node
        One for each variable.
    conditions : tuple of Relation or Words
    """

    steps: tuple[Step, ...]
    claimed: tuple[Step, ...]
    definitions: tuple[tuple[Node, Node], ...]
    variables: tuple[Node, ...]
    results: tuple[Node, ...]
    conditions: tuple[Condition, ...] = ()


def head_stage(net: Architecture) -> Stage:
    """``delta^L``: the gradient of the loss in the weighted sums of the last layer."""
    z, a, last = net.z(net.last), net.a(net.last), net.last
    function = net.lost(net.headed(z))
    found = gradients_of(function, [z], (LOSS,))
    names = {net.headed(z): a} if net.head != "identity" else {z: a}
    definitions = ((found.name, function), (a, net.headed(z)))
    steps, result = list(found.steps), found.results[0]
    conditions = conditions_of(function, [z])
    if net.head == "identity":
        result = substituted(result, names)
        moved = {**names, differential(z): differential(z)}
        renamed = [_renamed(step, moved) for step in steps]
        renamed = [_renamed(step, {nabla(found.name, a): nabla(found.name, z)}) for step in renamed]
        conditions = tuple(_side(c, names) for c in conditions)  # type: ignore[misc]
    else:
        renamed = [_renamed(step, names) for step in steps]
        result = substituted(result, names)
    if net.batch and net.has_distributions:
        target = _rows_summed(renamed[-1].after, net.y)  # type: ignore[arg-type]
        if target is not renamed[-1].after:
            rule = Words("rows of {0} sum to one", (net.y,))
            renamed.append(Step(renamed[-1].after, target, rule))
        result = target
    delta = {nabla(found.name, z): net.delta(last)}
    return Stage(
        tuple(_renamed(step, delta) for step in renamed),
        tuple(renamed),
        definitions,
        (z,),
        (result,),
        conditions,
    )


def layer_stage(net: Architecture, activation: str, layer: str) -> Stage:
    """``delta^l`` from ``delta^(l+1)``: through the weights, then through the activation."""
    above = after(layer)
    z, a, delta = net.z(layer), net.a(layer), net.delta(above)
    value = net.activated(activation, z)
    known = {value: a} if value is not z else {}
    sums, ell = net.z(above), symbol(LOSS)
    back = sweep(dot(delta, net.summed(above, a)), [a]).gradients[0]
    slope, rules = slope_of(net, activation, z)
    result = hadamard(back, substituted(slope, known))
    tidy_line = Tidier([back, result])
    first = pairing(sums, delta, tidy_line)
    second = pairing(a, back, tidy_line)
    third = pairing(z, result, tidy_line)
    lines = [
        Step(differential(ell), first, Words("{0} is the gradient in {1}", (delta, sums))),
        Step(first, second, "linearity"),
        Step(second, third, joined(rules)),
    ]
    if value is z:
        third = substituted(second, {a: z})
        lines[2] = Step(second, third, Words("{0} = {1}", (a, z)))
    meaning = Words(
        "read off {0} = {1}", (differential(ell), pairing(z, net.delta(layer), Tidier()))
    )
    return Stage(
        (*lines, Step(net.delta(layer), result, meaning)),
        tuple(lines[1:]),
        ((sums, substituted(net.summed(above, a), {a: value})), (a, value)),
        (z,),
        (result,),
        conditions_of(value, [z]),
    )


def slope_of(net: Architecture, activation: str, z: Node) -> tuple[Node, tuple[str, ...]]:
    """The slope of an activation, and the rules it rests on.

    The gradient of ``<u, phi(z)>`` is ``u o phi'(z)``; at u = 1 it is the slope.
    """
    u = symbol("u ", z.shape)
    value = net.activated(activation, z)
    swept = sweep(dot(u, value), [z])
    rules = [rule for line in swept.lines for rule in line.rules]
    ready = ones(*z.shape)
    slope = tidy(substituted(swept.gradients[0], {u: ready}))
    kept = dict.fromkeys(rule for rule in rules if rule not in {"linearity", "collect"})
    return slope, tuple(kept)


def parameter_stage(net: Architecture, layer: str) -> Stage:
    """The gradients in the weights and biases of one layer, from its delta."""
    below = net.x if layer == "1" and net.depth is not None else net.a(before(layer))
    delta, sums = net.delta(layer), net.z(layer)
    function = dot(delta, net.summed(layer, below))
    name = LOSS
    if net.has_decay:
        name = OBJECTIVE
        function = function + net.penalty * norm2(net.W(layer)) ** 2 / 2
    variables = net.parameters(layer)
    found = gradients_of(function, variables, (name,))
    first = pairing(sums, delta, Tidier())
    if net.has_decay:
        first = first + net.penalty / 2 * differential(norm2(net.W(layer)) ** 2)
    meaning = Words("{0} is the gradient in {1}", (delta, sums))
    opening = Step(differential(found.name), first, meaning)
    goes_on = [
        replace(step, before=first) if step.before is differential(found.name) else step
        for step in found.steps
    ]
    steps = [step for step in goes_on if step.before is not step.after]
    if len(variables) == 1:
        several = {
            nabla(found.name, variables[0]): nabla(found.name, variables[0], True),
        }
        steps = [_renamed(step, several) for step in steps]
    return Stage(
        (opening, *steps),
        tuple(steps),
        ((found.name, function), (sums, net.summed(layer, below))),
        variables,
        found.results,
    )


# --- names and facts ----------------------------------------------------------------------


def _renamed(step: Step, names: Mapping[Node, Node]) -> Step:
    """A step in other names; what a differential is of is renamed too."""
    rule = step.rule
    if isinstance(rule, Words):
        rule = _words(rule, names)
    before = None if step.before is None else _side(step.before, names)
    return replace(step, before=before, after=_side(step.after, names), rule=rule)


def _words(words: Words, names: Mapping[Node, Node]) -> Words:
    return replace(words, nodes=tuple(substituted(node, names) for node in words.nodes))


def _side(side: Side, names: Mapping[Node, Node]) -> Side:
    if isinstance(side, Node):
        return substituted(side, names)
    if isinstance(side, Words):
        return _words(side, names)
    right = side.right
    right = substituted(right, names) if isinstance(right, Node) else right
    return Relation(substituted(side.left, names), side.sign, right)


def _rows_summed(node: Node, Y: Node) -> Node:
    """``Y 1`` as the vector of ones: each row of the targets is a distribution."""
    one = ones(Y.shape[1])
    done: dict[Node, Node] = {}
    for part in postorder(node):
        changed = {arg: done[arg] for arg in part.args if done[arg] is not arg}
        again = substituted(part, changed) if changed else part
        done[part] = _without_row_sum(again, Y, one)
    return tidy(done[node])


def _without_row_sum(node: Node, Y: Node, one: Node) -> Node:
    if node.op != "mul":
        return node
    coefficient, scalars, chain = split_product(node)
    chain = chain or chain_of(node)
    pairs: Sequence[int] = [k for k in range(len(chain) - 1) if chain[k : k + 2] == (Y, one)]
    if not pairs:
        return node
    k = pairs[0]
    shorter = [*chain[:k], ones(Y.shape[0]), *chain[k + 2 :]]
    again = product(coefficient, scalars, shorter)
    is_full = len(shorter) == 2 and all(f.op == "ones" for f in shorter)
    factor = multiply(number(coefficient), *scalars)
    return multiply(factor, ones(*node.shape)) if is_full else again
