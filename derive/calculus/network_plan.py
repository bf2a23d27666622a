"""The formulas of a network as small functions with short names, ready to be compiled."""

from __future__ import annotations

from collections.abc import Iterable

from derive.engine.naming import substituted
from derive.engine.network.architecture import DEPTH, LAYER, Architecture, after, before
from derive.engine.network.stages import Stage
from derive.engine.network.trace import Backpropagation
from derive.language.expression import Node, symbol
from derive.numeric.network import HiddenKernels, Kernel, NetworkPlan

WIDTHS = ((f"d__{LAYER}_minus_1", "d_in"), (f"d__{LAYER}", "d_out"))
WIDTHS_BACK = ((f"d__{LAYER}_plus_1", "d_out"), (f"d__{LAYER}", "d_in"))


def network_plan(parts: Backpropagation) -> NetworkPlan:
    """The formulas of the stages as small functions with short names."""
    net = parts.net
    kinds = [name for name, _ in parts.layers]
    order = None if net.depth is None else tuple(map(kinds.index, net.activations))
    return NetworkPlan(
        tuple(_hidden(parts, name, stage) for name, stage in parts.layers),
        order,
        _head(parts),
        _parameters(parts),
        net.has_bias,
        net.has_decay,
        bool(net.batch),
        net.has_distributions,
    )


def _letters(net: Architecture, layer: str, below: str, above: str) -> dict[Node, Node]:
    """Short names in a small function for the symbols of a layer and its neighbours."""
    pairs = {
        net.W(layer): "W",
        net.b(layer): "b",
        net.z(layer): "z",
        net.a(below): "a",
        net.delta(above): "delta",
        net.y: "y",
    }
    return {node: symbol(name, node.shape) for node, name in pairs.items()}


def _hidden(parts: Backpropagation, name: str, stage: Stage) -> HiddenKernels:
    """Forward and backward through one hidden layer."""
    net = parts.net
    above = after(LAYER)
    formula = stage.results[0]
    z, a = net.z(LAYER), net.a(LAYER)
    is_mixed = len(parts.layers) > 1
    needed = [one for one in (a, z) if is_mixed or one in formula.symbols]
    prefix = f"{name}_" if is_mixed else ""
    letters = _letters(net, LAYER, f"{LAYER}_minus_1", above)
    sums = substituted(net.summed(LAYER, net.a(f"{LAYER}_minus_1")), letters)
    outputs = [("h", net.activated(name, sums))]
    if z in needed:
        outputs.insert(0, ("z", sums))
    forward = Kernel(
        f"{prefix}layer",
        tuple(letters[p] for p in (net.a(f"{LAYER}_minus_1"), *net.parameters(LAYER))),
        tuple(outputs),
        WIDTHS,
    )
    back = {
        net.W(above): symbol("W", net.W(above).shape),
        net.delta(above): symbol("delta", net.delta(above).shape),
        a: symbol("a", a.shape),
        z: symbol("z", z.shape),
    }
    arguments = (back[net.W(above)], back[net.delta(above)], *(back[one] for one in needed))
    result = substituted(formula, back)
    return HiddenKernels(
        name, forward, Kernel(f"{prefix}back", arguments, (("delta_below", result),), WIDTHS_BACK)
    )


def _head(parts: Backpropagation) -> Kernel:
    """The loss and the delta of the last layer."""
    net = parts.net
    last, below = net.last, _below(net)
    letters = {
        net.W(last): symbol("W", net.W(last).shape),
        net.b(last): symbol("b", net.b(last).shape),
        below: symbol("a", below.shape),
        net.y: symbol("y", net.y.shape, net.y.facts),
    }
    z = net.summed(last, below)
    delta = substituted(parts.head.results[0], {net.a(last): net.headed(z), net.z(last): z})
    outputs = (("loss", net.lost(net.headed(z))), ("delta", delta))
    return Kernel(
        "head",
        tuple(letters[p] for p in (below, *net.parameters(last), net.y)),
        tuple((label, substituted(node, letters)) for label, node in outputs),
        ((f"d__{before(last)}", "d_in"), (f"d__{last}", "d_out")),
    )


def _below(net: Architecture) -> Node:
    """The outputs of the layer below the last one."""
    return net.a(str(net.depth - 1) if net.depth else f"{DEPTH}_minus_1")


def _parameters(parts: Backpropagation) -> Kernel:
    """The gradients of one layer."""
    net = parts.net
    layer = LAYER if net.depth != 1 else "1"
    below = net.x if net.depth == 1 else net.a(f"{LAYER}_minus_1")
    letters = {
        net.delta(layer): symbol("delta", net.delta(layer).shape),
        below: symbol("a", below.shape),
        net.W(layer): symbol("W", net.W(layer).shape),
        net.penalty: net.penalty,
    }
    labels = ("in_W", "in_b")
    results: Iterable[Node] = parts.parameters.results
    arguments = [net.delta(layer), below, *([net.W(layer), net.penalty] if net.has_decay else [])]
    return Kernel(
        "gradients",
        tuple(letters[p] for p in arguments),
        tuple(
            (label, substituted(result, letters))
            for label, result in zip(labels, results, strict=False)
        ),
        WIDTHS if net.depth != 1 else (("d__0", "d_in"), ("d__1", "d_out")),
    )
