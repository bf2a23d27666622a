"""Backpropagation: the delta recursion of a network, derived for one general layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from derive.calculus.network_plan import network_plan
from derive.calculus.network_question import architecture
from derive.check.claim import Claim
from derive.check.claims import SameValue
from derive.check.differentials import DifferentialOf
from derive.derivation import Derivation
from derive.engine.naming import substituted
from derive.engine.network.architecture import LAYER, Architecture
from derive.engine.network.stages import Stage
from derive.engine.network.trace import Backpropagation, backpropagation_trace
from derive.engine.network.unrolled import composed
from derive.errors import ArgumentError
from derive.language.expression import Node, add, symbol
from derive.language.functions import differential, dot, rowsoftmax
from derive.numeric.network import NetworkFunction, require_widths
from derive.steps import Step

CHECKED_DEPTHS = (1, 2, 3, 4)


@dataclass(frozen=True, repr=False)
class Network(Derivation):
    """A network with its delta recursion.

    ``.result`` holds, in this order, the deltas and the gradients in the letters of layer l; for
    a known number of layers, the gradients of every layer from the last to the first.

    Examples
    --------
    >>> import derive as dv
    >>> net = dv.backpropagation(layers="L", activation="relu", loss="squared_error")
    >>> print(net.text(detail="result").splitlines()[1].strip())
    δ⁽ˡ⁾ = (W⁽ˡ⁺¹⁾ᵀδ⁽ˡ⁺¹⁾) ∘ 1[z⁽ˡ⁾ > 0]
    >>> net.conditions
    ('z__l != 0 in every entry',)
    """

    parts: Backpropagation = field(kw_only=True, compare=False)

    def function(  # type: ignore[override]  # a network takes lists, one array a layer
        self,
        backend: str = "numpy",
        value: bool = True,
        layers: Sequence[int] | None = None,
    ) -> NetworkFunction:
        """Compile one forward and one backward pass.

        Parameters
        ----------
        backend : "numpy"
            What the function is written for.
        value : bool
            Always true: the loss comes first, the forward pass has it.
        layers : sequence of int
            Widths from the input to the output; by default they are read off the weights.

        Returns
        -------
        NetworkFunction
            ``f(x, y, weights, biases)`` returns the loss and a list of gradients for each.

        Raises
        ------
        ArgumentError
            The backend is not known, or the widths are none.
        ShapeError
            There are not as many widths as the network has.
        """
        if backend != "numpy":
            raise ArgumentError(f"no backend is called {backend!r}\n  known    : numpy")
        if not value:
            raise ArgumentError("backpropagation computes the loss on its way: value is True")
        plan = network_plan(self.parts)
        if layers is not None:
            plan = replace(plan, widths=require_widths(layers, plan.depth))
        return NetworkFunction(plan)


def backpropagation(
    layers: int | str = "L",
    activation: str | Sequence[str] = "tanh",
    head: str = "identity",
    loss: Any = "squared_error",
    batch: bool | str = False,
    bias: bool = True,
    weight_decay: bool = False,
    shapes: str = "",
) -> Network:
    """Derive the gradients of the loss of a network in all its weights and biases.

    The network is ``a^0 = x``, ``z^l = W^l a^(l-1) + b^l``, ``a^l = phi(z^l)`` in the hidden
    layers and ``a^L = head(z^L)``.  What is printed is one recursion for a general layer.

    Parameters
    ----------
    layers : int or "L"
        How many layers have weights, at most 64; ``"L"`` leaves it open.
    activation : str, or sequence of str
        Of the hidden layers: an elementwise function (``tanh``, ``sigmoid``, ``relu``,
        ``softplus``, ``sin``, ...), ``gelu``, ``silu`` or ``identity``.  Of a known number of
        layers, one a hidden layer may be given.
    head : "identity", "sigmoid" or "softmax"
        The activation of the last layer.
    loss : "squared_error", "cross_entropy", "binary_cross_entropy", or an expression
        ``|a - y|^2/2``, ``-y'log a``, ``-y'log a - (1 - y)'log(1 - a)``; or any scalar in the
        output ``a`` and the target ``y``, as text or SymPy.
    batch : bool, "sum" or "mean"
        Whether ``X`` and ``Y`` hold one row a sample, and what is made of their losses; True
        is ``"sum"``.  A loss of one's own is then of all rows, and ``"mean"`` divides it by n.
    bias : bool
    weight_decay : bool
        Whether ``lam/2`` times the sum of squared weights is added, ``lam >= 0``.
    shapes : str
        Shapes of ``a`` and ``y`` in a loss of one's own, by default ``a: k, y: k`` and of a
        batch ``a: n x k, y: n x k``.

    Returns
    -------
    Network
        The last delta, the recursion of the deltas and the gradients, each of the shape of
        what it belongs to.  ``.function()`` compiles a forward and a backward pass.

    Raises
    ------
    ArgumentError
        An activation, a head or a loss is not known, head and loss do not go together, or
        there are less than one layers.
    LimitError
        There are more than 64 layers.
    ShapeError
        The loss is no scalar, or output and target have two shapes.
    NoRuleError
        The loss holds a node without a differential.
    RefutedError
        A check found the result to be wrong; it is withheld.

    References
    ----------
    rumelhart1986; griewank2008, Evaluating Derivatives, chapter 3.

    Examples
    --------
    >>> net = backpropagation(layers="L", head="softmax", loss="cross_entropy")
    >>> net.result[0]
    a__L - y
    >>> f = net.function()
    >>> W, b = [[[0.0, 0.0]], [[1.0], [0.0]]], [[0.0], [0.0, 0.0]]
    >>> value, weights, biases = f([1.0, 2.0], [1.0, 0.0], W, b)
    >>> biases[1]
    array([-0.5,  0.5])
    """
    net = architecture(layers, activation, head, loss, batch, bias, weight_decay, shapes)
    parts = backpropagation_trace(net)
    return Network(parts.trace, _claims(parts), parts=parts)


# --- what is claimed ----------------------------------------------------------------------


def _claims(parts: Backpropagation) -> tuple[Claim, ...]:
    """Every line of every stage, then the whole recursion at several depths."""
    net = parts.net
    lines = [
        claim
        for stage in parts.stages
        for step in stage.claimed
        if (claim := _line_claim(net, stage, step)) is not None
    ]
    depths = reversed(CHECKED_DEPTHS)
    nets = [_at_depth(net, depth) for depth in depths] if net.depth is None else [net]
    return (*map(_whole_claim, nets), *lines)


def _line_claim(net: Architecture, stage: Stage, step: Step) -> Claim | None:
    if not (isinstance(step.before, Node) and isinstance(step.after, Node)):
        return None
    definitions = (*_targets(net), *stage.definitions)
    if step.before in {net.delta(net.last), net.delta(LAYER)}:
        return None
    return SameValue(step.before, step.after, definitions, stage.variables, stage.conditions)


def _targets(net: Architecture) -> tuple[tuple[Node, Node], ...]:
    """Rows that sum to one are drawn as the softmax of free rows."""
    if net.batch and net.has_distributions:
        return ((net.y, rowsoftmax(symbol("scores", net.y.shape))),)
    return ()


def _at_depth(net: Architecture, depth: int) -> Architecture:
    return replace(net, depth=depth, activations=net.activations * (depth - 1))


def _whole_claim(net: Architecture) -> Claim:
    """The differential of the composed loss is what the recursion says, all parameters moving."""
    whole = composed(net)
    names = dict(_targets(net))
    value = substituted(whole.objective, names)
    terms = [
        dot(substituted(gradient, names), differential(variable))
        for variable, gradient in whole.gradients
    ]
    variables = tuple(variable for variable, _ in whole.gradients)
    return DifferentialOf(differential(value), add(*terms), (), variables)
