"""The trace of backpropagation: the network, the delta recursion of one layer, the gradients."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from derive.engine.gradient import joined
from derive.engine.network.activations import HEADS
from derive.engine.network.architecture import LAYER, Architecture
from derive.engine.network.stages import (
    LOSS,
    OBJECTIVE,
    Stage,
    head_stage,
    layer_stage,
    parameter_stage,
)
from derive.language.expression import Node, number, symbol
from derive.language.functions import nabla, norm2
from derive.language.relations import Condition, Relation, Words
from derive.steps import Step, Trace

MOST_UNROLLED = 4  # layers whose lines are written out one by one


@dataclass(frozen=True)
class Backpropagation:
    """The trace and the stages it is made of.

    Attributes
    ----------
    net : Architecture
    trace : Trace
    head : Stage
    layers : tuple of (activation, Stage)
        One for each distinct activation of the hidden layers, in the letters of layer l.
    parameters : Stage
        In the letters of layer l.
    """

    net: Architecture
    trace: Trace
    head: Stage
    layers: tuple[tuple[str, Stage], ...]
    parameters: Stage

    @property
    def stages(self) -> tuple[Stage, ...]:
        """All of them, from the loss down."""
        return (self.head, *(stage for _, stage in self.layers), self.parameters)


def backpropagation_trace(net: Architecture) -> Backpropagation:
    """Derive the recursion of a network.

    Raises
    ------
    NoRuleError
        The loss or an activation holds a node without a differential.
    """
    head = head_stage(net)
    layers = tuple((name, layer_stage(net, name, LAYER)) for name in net.kinds)
    learnt = LAYER if net.depth != 1 else "1"
    parameters = parameter_stage(net, learnt)
    lines = [*forward_steps(net), *head.steps]
    for name, stage in layers:
        lines += [
            *stage.steps[:-1],
            replace(stage.steps[-1], rule=_noted(stage.steps[-1].rule, _where(net, name))),
        ]
    lines += parameters.steps
    results = [(f"delta_{net.last}", head.results[0])]
    results += [(f"delta_{LAYER}" + f"_{n}" * (len(layers) > 1), s.results[0]) for n, s in layers]
    if net.depth is None:
        results += _gradients(net, learnt, parameters)
    else:
        unrolled, results = _unrolled(net, parameters)
        lines += unrolled
    trace = Trace(
        question=_question(net),
        definitions=(),
        steps=tuple(lines),
        results=tuple(results),
        conditions=_conditions(net, [head, *(stage for _, stage in layers)]),
        arguments=_arguments(net),
        names=_names(net, head),
    )
    return Backpropagation(net, trace, head, layers, parameters)


def objective(net: Architecture) -> Node:
    """What is differentiated, by name: the loss, with its penalty if there is one."""
    return symbol(OBJECTIVE if net.has_decay else LOSS)


# --- the network --------------------------------------------------------------------------


def forward_steps(net: Architecture) -> list[Step]:
    """The lines that say what is computed, from the input to the loss."""
    last, ell = net.last, symbol(LOSS)
    inner = LAYER if net.depth != 1 else last
    below = net.a(LAYER + "_minus_1" if net.depth != 1 else "0")
    steps = [
        Step(None, Relation(net.a("0"), "=", net.x), ""),
        Step(None, Relation(net.z(inner), "=", net.summed(inner, below)), _layers(net)),
    ]
    for name in net.kinds:
        a, z = net.a(LAYER), net.z(LAYER)
        steps.append(Step(None, Relation(a, "=", net.activated(name, z)), _where(net, name)))
    a, z = net.a(last), net.z(last)
    words = f"{net.head} head"
    steps.append(Step(None, Relation(a, "=", HEADS[net.head](z, bool(net.batch))), words))
    named = net.loss.replace("_", " ") if isinstance(net.loss, str) else "loss"
    if net.batch:
        named += f", {net.batch} over the rows"
    steps.append(Step(None, Relation(ell, "=", net.lost(a)), named))
    if net.has_decay:
        penalty = net.penalty / 2 * norm2(net.W(inner)) ** 2
        both = Words("{0} + the sum of {1} over the layers", (ell, penalty))
        words_of = Words("{0} = " + both.text.replace("{1}", "{2}").replace("{0}", "{1}"))
        steps.append(
            Step(None, replace(words_of, nodes=(objective(net), ell, penalty)), "weight decay")
        )
    return steps


def _noted(rule: str | Words, note: Words) -> str | Words:
    """A reason, and the layers it holds for."""
    return joined([rule, note])


def _layers(net: Architecture) -> Words:
    if net.depth == 1:
        return Words("one layer")
    return _range(1, net.last, "every layer: ")


def _where(net: Architecture, activation: str) -> Words:
    """The layers with an activation, in words."""
    if net.depth is None:
        return Words("{0} = 1, ..., {1}", (symbol(LAYER), symbol(net.last) - 1))
    layers = net.layers_of(activation)
    if layers == tuple(range(1, net.depth)) and len(layers) > 2:
        return _range(1, str(net.depth - 1))
    return Words("{0} = " + ", ".join(map(str, layers)), (symbol(LAYER),))


def _range(first: int, last: str, opening: str = "") -> Words:
    if last.isdigit():
        numbers = [*range(first, int(last) + 1)]
        text = ", ".join(map(str, numbers)) if len(numbers) < 4 else f"{first}, ..., {last}"
        return Words(opening + "{0} = " + text, (symbol(LAYER),))
    return Words(opening + f"{{0}} = {first}, ..., {{1}}", (symbol(LAYER), symbol(last)))


# --- the answer ---------------------------------------------------------------------------


def _question(net: Architecture) -> Words:
    count = symbol(net.last) if net.depth is None else number(net.depth)
    layers = "layer" if net.depth == 1 else "layers"
    return Words(f"backpropagation of {{0}} through {{1}} {layers}", (objective(net), count))


def _gradients(net: Architecture, layer: str, stage: Stage) -> list[tuple[str, Node]]:
    pairs = zip("Wb", stage.results, strict=False)
    return [(f"gradient_{letter}_{layer}", result) for letter, result in pairs]


def _unrolled(net: Architecture, general: Stage) -> tuple[list[Step], list[tuple[str, Node]]]:
    """The recursion at each layer of a network of known depth, from the last layer down."""
    depth, J = net.depth or 0, objective(net)
    is_general = depth == 1
    steps: list[Step] = []
    results: list[tuple[str, Node]] = []
    for k in range(depth, 0, -1):
        rule = Words(f"{{0}} = {k}", (symbol(LAYER),))
        if k < depth:
            stage = layer_stage(net, net.activation(k), str(k))
            steps.append(Step(net.delta(str(k)), stage.results[0], rule))
        stage = general if is_general else parameter_stage(net, str(k))
        for variable, result in zip(stage.variables, stage.results, strict=True):
            if not is_general:
                steps.append(Step(nabla(J, variable, True), result, rule))
            results.append((f"gradient_{variable.name.replace('__', '_')}", result))
    return (steps if depth <= MOST_UNROLLED else []), results


def _names(net: Architecture, head: Stage) -> tuple[tuple[Node, Node], ...]:
    """What the letters in the gradients stand for, from the input up and from the loss down.

    In a network of any depth the deltas are results themselves.
    """
    if net.depth is None:
        inner, z = net.z(LAYER), net.z(net.last)
        names = [(net.a("0"), net.x), (inner, net.summed(LAYER, net.a(f"{LAYER}_minus_1")))]
        names += [(net.a(LAYER), net.activated(name, inner)) for name in net.kinds]
        return (*names, (net.a(net.last), HEADS[net.head](z, bool(net.batch))))
    names, below = [], net.x
    for k in range(1, net.depth + 1):
        a, z = net.a(str(k)), net.z(str(k))
        value = net.headed(z) if k == net.depth else net.activated(net.activation(k), z)
        names += [(z, net.summed(str(k), below)), (a, value)]
        below = a
    names.append((net.delta(net.last), head.results[0]))
    for k in range(net.depth - 1, 0, -1):
        stage = layer_stage(net, net.activation(k), str(k))
        names.append((net.delta(str(k)), stage.results[0]))
    return tuple(names)


def _conditions(net: Architecture, stages: Iterable[Stage]) -> tuple[Condition, ...]:
    found: dict[Condition, None] = {}
    for stage in stages:
        found.update(dict.fromkeys(stage.conditions))
    if net.batch and net.has_distributions:
        found[Words("each row of {0} sums to one", (net.y,))] = None
    return tuple(found)


def _arguments(net: Architecture) -> tuple[Node, ...]:
    if net.depth is None:
        layers: Sequence[str] = (LAYER,)
    else:
        layers = [str(k) for k in range(1, net.depth + 1)]
    learnt = [p for layer in layers for p in net.parameters(layer)]
    return (net.x, net.y, *learnt, *([net.penalty] if net.has_decay else []))
