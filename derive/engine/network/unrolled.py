"""The recursion carried out at a depth: one long expression for each gradient.

The formulas of the stages are put into each other, layer by layer; what comes out is compared
with the differential of the composed loss.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.engine.naming import substituted
from derive.engine.network.architecture import Architecture
from derive.engine.network.stages import head_stage, layer_stage, parameter_stage
from derive.language.expression import Node, add
from derive.language.functions import norm2


@dataclass(frozen=True)
class Composed:
    """A network written out: the objective, and each parameter with its gradient."""

    objective: Node
    gradients: tuple[tuple[Node, Node], ...]


def composed(net: Architecture) -> Composed:
    """The objective as one expression, and the gradients that the recursion gives."""
    assert net.depth is not None
    layers = [str(k) for k in range(1, net.depth + 1)]
    known: dict[Node, Node] = {net.a("0"): net.x}
    below = net.x
    for k, layer in enumerate(layers, start=1):
        z = net.summed(layer, below)
        below = net.headed(z) if k == net.depth else net.activated(net.activation(k), z)
        known[net.z(layer)], known[net.a(layer)] = z, below
    objective = net.lost(below)
    if net.has_decay:
        norms = (net.penalty / 2 * norm2(net.W(layer)) ** 2 for layer in layers)
        objective = add(objective, *norms)
    gradients: list[tuple[Node, Node]] = []
    delta = substituted(head_stage(net).results[0], known)
    for k in range(net.depth, 0, -1):
        if k < net.depth:
            stage = layer_stage(net, net.activation(k), str(k))
            delta = substituted(stage.results[0], {**known, net.delta(str(k + 1)): delta})
        stage = parameter_stage(net, str(k))
        names = {**known, net.delta(str(k)): delta}
        results = (substituted(result, names) for result in stage.results)
        gradients += zip(stage.variables, results, strict=True)
    return Composed(objective, tuple(gradients))
