"""What a network is: depth, activations, head, loss; and the letters of its layers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from derive.engine.naming import substituted
from derive.engine.network.activations import HEADS, activated
from derive.engine.network.losses import LOSSES
from derive.language.expression import Node, multiply, number, ones, size_node, symbol, transpose
from derive.language.sizes import Dim, Shape, Size

DEPTH = "L"
LAYER = "l"


@dataclass(frozen=True)
class OwnLoss:
    """A loss that is the user's own: a scalar in the symbols `output` and `target`."""

    value: Node
    output: Node
    target: Node


@dataclass(frozen=True)
class Architecture:
    """A network ``a^l = phi_l(W^l a^(l-1) + b^l)`` with a head and a loss.

    Attributes
    ----------
    depth : int or None
        Number of layers; None where it is a symbol.
    activations : tuple of str
        One a hidden layer; a single one where the depth is a symbol.
    head : str
        A key of ``HEADS``.
    loss : str or OwnLoss
        A key of ``LOSSES``, or the user's own.
    has_bias, has_decay : bool
    batch : "", "sum" or "mean"
        Over the rows of a batch; empty for one sample.
    """

    depth: int | None
    activations: tuple[str, ...]
    head: str
    loss: str | OwnLoss
    has_bias: bool = True
    has_decay: bool = False
    batch: str = ""

    # --- letters ----------------------------------------------------------------------

    @property
    def last(self) -> str:
        """The index of the last layer, as names have it."""
        return DEPTH if self.depth is None else str(self.depth)

    @property
    def rows(self) -> Dim:
        """The number of samples."""
        if not self.batch:
            return 1
        return self.loss.output.shape[0] if isinstance(self.loss, OwnLoss) else Size.named("n")

    def width(self, layer: str) -> Dim:
        """The number of outputs of a layer."""
        if layer == self.last and isinstance(self.loss, OwnLoss):
            return self.loss.output.shape[1 if self.batch else 0]
        return Size.named(f"d__{layer}")

    def shape(self, layer: str) -> Shape:
        """The shape of the output of a layer: a column, or a row a sample."""
        return (self.rows, self.width(layer)) if self.batch else (self.width(layer), 1)

    def W(self, layer: str) -> Node:
        """The weights of a layer."""
        return symbol(f"W__{layer}", (self.width(layer), self.width(before(layer))))

    def b(self, layer: str) -> Node:
        """The biases of a layer."""
        return symbol(f"b__{layer}", (self.width(layer), 1))

    def z(self, layer: str) -> Node:
        """The weighted sums of a layer."""
        return symbol(f"{'Z' if self.batch else 'z'}__{layer}", self.shape(layer))

    def a(self, layer: str) -> Node:
        """The outputs of a layer."""
        return symbol(f"{'A' if self.batch else 'a'}__{layer}", self.shape(layer))

    def delta(self, layer: str) -> Node:
        """The gradient of the loss in the weighted sums of a layer."""
        return symbol(f"{'Delta' if self.batch else 'delta'}__{layer}", self.shape(layer))

    @property
    def x(self) -> Node:
        """The input."""
        return symbol("X" if self.batch else "x", self.shape("0"))

    @property
    def y(self) -> Node:
        """The target."""
        facts: frozenset[str] = frozenset()
        if isinstance(self.loss, OwnLoss):
            facts = self.loss.target.facts
        elif self.has_distributions and not self.batch:
            facts = frozenset({"nonnegative", "simplex"})
        return symbol("Y" if self.batch else "y", self.shape(self.last), facts)

    @property
    def penalty(self) -> Node:
        """The factor of the weight decay."""
        return symbol("lam", facts=("nonnegative",))

    # --- what a layer computes ------------------------------------------------------------

    @property
    def has_distributions(self) -> bool:
        """Whether each target sums to one."""
        return isinstance(self.loss, str) and LOSSES[self.loss].has_distributions

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The distinct activations, in order."""
        return tuple(dict.fromkeys(self.activations))

    def layers_of(self, activation: str) -> tuple[int, ...]:
        """The hidden layers with an activation, where the depth is known."""
        return tuple(k for k, name in enumerate(self.activations, start=1) if name == activation)

    def activation(self, layer: int) -> str:
        """The activation of a hidden layer, from 1."""
        return self.activations[0] if self.depth is None else self.activations[layer - 1]

    def summed(self, layer: str, below: Node) -> Node:
        """``W a + b``, of a batch ``A W' + 1 b'``."""
        W, b = self.W(layer), self.b(layer)
        if self.batch:
            product, bias = multiply(below, transpose(W)), multiply(ones(self.rows), transpose(b))
        else:
            product, bias = multiply(W, below), b
        return product + bias if self.has_bias else product

    def activated(self, name: str, z: Node) -> Node:
        """The output of a hidden layer."""
        return activated(name, z)

    def headed(self, z: Node) -> Node:
        """The output of the last layer."""
        return HEADS[self.head](z, bool(self.batch))

    def lost(self, a: Node) -> Node:
        """The loss of an output."""
        if isinstance(self.loss, OwnLoss):
            known = {self.loss.output: a, self.loss.target: self.y}
            value = substituted(self.loss.value, known)
        else:
            value = LOSSES[self.loss].value(a, self.y)
        if self.batch == "mean":
            value = multiply(number(1) / size_node(self.rows), value)
        return value

    def parameters(self, layer: str) -> tuple[Node, ...]:
        """What a layer learns."""
        return (self.W(layer), self.b(layer)) if self.has_bias else (self.W(layer),)


def before(layer: str) -> str:
    """The layer below: ``l`` for ``l_plus_1``, ``1`` for ``2``."""
    if layer.isdigit():
        return str(int(layer) - 1)
    return layer.removesuffix("_plus_1") if layer.endswith("_plus_1") else f"{layer}_minus_1"


def after(layer: str) -> str:
    """The layer above."""
    return str(int(layer) + 1) if layer.isdigit() else f"{layer}_plus_1"
