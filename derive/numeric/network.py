"""NetworkFunction: a network and its delta recursion made into a NumPy function.

The formulas of one layer become small functions of their own; a forward loop keeps what the
backward loop needs.  The text is what a person would write by hand.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from derive.errors import ArgumentError, ShapeError
from derive.language.expression import Node
from derive.numeric.execute import execute
from derive.numeric.files import ERRORS, readable_text, short_text
from derive.numeric.literals import Output
from derive.numeric.lower import lower
from derive.numeric.names import Names
from derive.numeric.saving import python_path, write_whole
from derive.numeric.source import write_function

HELPERS_MODULE = "derive.numeric.helpers_network"
CHECKS = ("network_array", "network_list", "require_network", "require_distributions")


@dataclass(frozen=True)
class Kernel:
    """One small function: its name, what it takes, what it returns."""

    name: str
    arguments: tuple[Node, ...]
    outputs: tuple[tuple[str, Node], ...]
    widths: tuple[tuple[str, str], ...] = ()  # how sizes are called in the docstring

    @property
    def text(self) -> str:
        """The function as text."""
        terms = lower([node for _, node in self.outputs], {})
        found = [
            Output(label, node, term)
            for (label, node), term in zip(self.outputs, terms, strict=True)
        ]
        names = Names()
        identifiers = [names.take(symbol.name) for symbol in self.arguments]
        text = write_function(self.name, found, self.arguments, identifiers, {}, "one")
        for size, width in self.widths:
            text = text.replace(size, width)
        return text

    def call(self, **values: str) -> str:
        """The text of a call, with what stands for each argument."""
        return f"{self.name}({', '.join(values[symbol.name] for symbol in self.arguments)})"


@dataclass(frozen=True)
class HiddenKernels:
    """The two functions of a hidden layer with one activation."""

    activation: str
    layer: Kernel
    back: Kernel


@dataclass(frozen=True)
class NetworkPlan:
    """All that is needed to write a network.

    Attributes
    ----------
    hidden : tuple of HiddenKernels
        One for each distinct activation.
    order : tuple of int or None
        Which of them each hidden layer uses; None where the depth is free and there is one.
    head, parameters : Kernel
    has_bias, has_decay, is_batch, has_distributions : bool
    widths : tuple of int or None
        From the input to the output, where they are fixed.
    """

    hidden: tuple[HiddenKernels, ...]
    order: tuple[int, ...] | None
    head: Kernel
    parameters: Kernel
    has_bias: bool
    has_decay: bool
    is_batch: bool
    has_distributions: bool
    widths: tuple[int, ...] | None = None

    @property
    def depth(self) -> int | None:
        """The number of layers, if it is fixed."""
        if self.order is not None:
            return len(self.order) + 1
        return None if self.widths is None else len(self.widths) - 1

    @property
    def keeps_sums(self) -> bool:
        """Whether the way back needs the weighted sums of the layers."""
        return any(len(kernels.layer.outputs) > 1 for kernels in self.hidden)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the arguments."""
        bias = ("biases",) if self.has_bias else ()
        decay = ("lam",) if self.has_decay else ()
        return ("x", "y", "weights", *bias, *decay)


class NetworkFunction:
    """The loss of a network and its gradients in all weights and biases.

    Call it as ``f(x, y, weights, biases)``; without biases, or with a factor ``lam`` of the
    weight decay at the end, as the network has them.  It returns the loss and a list of
    gradients for the weights, and one for the biases.  A batch has one row a sample.

    Attributes
    ----------
    arguments : tuple of str
    source : str
        The functions as text, with the imports and helpers they need.

    Examples
    --------
    >>> import derive as dv
    >>> f = dv.backpropagation(layers=1, loss="squared_error").function()
    >>> loss, weights, biases = f([1.0, 2.0], [0.0], [[[1.0, 1.0]]], [[0.0]])
    >>> float(loss), weights[0], biases[0]
    (4.5, array([[3., 6.]]), array([3.]))
    """

    def __init__(self, plan: NetworkPlan):
        self._plan = plan
        self.arguments = plan.arguments
        self._text = plan_text(plan)
        self._kernel: Callable[..., Any] = execute(self._text, "backpropagation", {})
        self._checks = import_module(HELPERS_MODULE)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Evaluate; see the class for what is accepted.

        Raises
        ------
        ArgumentError
            An argument is missing, unexpected or no list of arrays of numbers.
        ShapeError
            Two layers disagree; the message names the layer.
        DomainError
            An argument holds nan or an infinity, or a target is no distribution.
        """
        return self._kernel(*self._checked(args, kwargs))

    def __repr__(self) -> str:
        return f"<backpropagation({', '.join(self.arguments)})>"

    def __reduce__(self) -> tuple[Any, ...]:
        return NetworkFunction, (self._plan,)

    @cached_property
    def source(self) -> str:
        """The functions as text, with the imports and helpers they need."""
        return readable_text(self._text)

    @cached_property
    def short_source(self) -> str:
        """The functions as text; the helpers they need are imported, not written out."""
        return short_text(self._text)

    def save(self, path: str | Path, overwrite: bool = False) -> Path:
        """Write a file that stands alone: it needs NumPy and SciPy, not this library.

        Raises
        ------
        ArgumentError
            The path does not end in ``.py``, or cannot be written.
        """
        target = python_path(path)
        return write_whole(target, file_text(self._plan, self._text), overwrite)

    def _checked(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        """The arguments in order, as arrays that fit each other."""
        plan, checks = self._plan, self._checks
        values = dict(zip(self.arguments, args, strict=False))
        known = set(self.arguments) - set(values)
        if len(args) > len(self.arguments) or set(kwargs) - known:
            raise ArgumentError(
                f"backpropagation takes {', '.join(self.arguments)}, got {len(args)} values"
                + (f" and {', '.join(kwargs)}" if kwargs else "")
            )
        values.update(kwargs)
        missing = [name for name in self.arguments if name not in values]
        if missing:
            raise ArgumentError(f"backpropagation needs {', '.join(missing)}")
        axes = 2 if plan.is_batch else 1
        x = checks.network_array("x", values["x"], axes)
        y = checks.network_array("y", values["y"], axes)
        weights = checks.network_list("weights", values["weights"], plan.depth, 2)
        biases = None
        if plan.has_bias:
            biases = checks.network_list("biases", values["biases"], plan.depth, 1)
        checks.require_network(x, y, weights, biases, plan.widths, plan.is_batch)
        if plan.has_distributions:
            checks.require_distributions(y)
        found = [x, y, weights, *([biases] if plan.has_bias else [])]
        if plan.has_decay:
            lam = float(checks.network_array("lam", values["lam"], 0))
            found.append(lam)
        return found


# --- text ---------------------------------------------------------------------------------


def plan_text(plan: NetworkPlan) -> str:
    """The small functions and the two loops."""
    kernels = [kernel for pair in plan.hidden for kernel in (pair.layer, pair.back)]
    texts = [kernel.text for kernel in (*kernels, plan.head, plan.parameters)]
    return "\n\n".join([*texts, _main_text(plan)])


def file_text(plan: NetworkPlan, text: str) -> str:
    """A file that stands alone: errors, checks, the functions and an entry that checks."""
    checks = [_check_text(name) for name in CHECKS]
    body = text.replace("def backpropagation(", "def _backpropagation(")
    call = ", ".join(plan.arguments)
    axes = 2 if plan.is_batch else 1
    lines = [
        f'x, y = network_array("x", x, {axes}), network_array("y", y, {axes})',
        f'weights = network_list("weights", weights, {plan.depth}, 2)',
    ]
    if plan.has_bias:
        lines.append(f'biases = network_list("biases", biases, {plan.depth}, 1)')
    biases = "biases" if plan.has_bias else None
    lines.append(f"require_network(x, y, weights, {biases}, {plan.widths}, {plan.is_batch})")
    lines += ["require_distributions(y)"] * plan.has_distributions
    lines += ['lam = float(network_array("lam", lam, 0))'] * plan.has_decay
    lines.append(f"return _backpropagation({call})")
    entry = "\n".join(
        [
            f"def backpropagation({call}):",
            '    """Check the arguments, then return the loss and its gradients."""',
            *(f"    {line}" for line in lines),
        ]
    )
    # the imports stand at the top of the readable text of all of it
    whole = readable_text("\n\n\n".join([*checks, body, entry]))
    head = '"""backpropagation: a NumPy function that checks its arguments."""'
    imports, rest = whole.split("\n\n\n", 1)
    return "\n\n\n".join([f"{head}\n\n{imports}", ERRORS.strip(), rest])


def _check_text(name: str) -> str:
    """The text of one check, without its type hints."""
    function = getattr(import_module(HELPERS_MODULE), name)
    signature = ", ".join(inspect.signature(function).parameters)
    lines = inspect.getsource(function).splitlines()
    start = next(k for k, line in enumerate(lines) if line.lstrip().startswith('"""'))
    return "\n".join([f"def {name}({signature}):", *lines[start:]])


def _main_text(plan: NetworkPlan) -> str:
    call = ", ".join(plan.arguments)
    biases = ", a list of gradients in the biases" if plan.has_bias else ""
    words = f"Return the loss, a list of gradients in the weights{biases}."
    lines = textwrap.wrap(f'"""{words}"""', 84)
    lines += _forward_lines(plan)
    lines += _backward_lines(plan)
    return "\n".join([f"def backpropagation({call}):", *(f"    {line}" for line in lines)]) + "\n"


def _forward_lines(plan: NetworkPlan) -> list[str]:
    lines = ["outputs = [x]"]
    if plan.keeps_sums:
        lines.append("sums = [None]")
    if plan.hidden and plan.order != ():
        lines += _hidden_loop(plan)
    bias = {"b": "biases[-1]"} if plan.has_bias else {}
    head = plan.head.call(W="weights[-1]", a="outputs[-1]", y="y", **bias)
    lines.append(f"loss, delta = {head}")
    if plan.has_decay:
        lines.append("loss += 0.5 * lam * sum(np.vdot(W, W) for W in weights)")
    return lines


def _hidden_loop(plan: NetworkPlan) -> list[str]:
    names, values = ["W"], ["weights[:-1]"]
    if plan.has_bias:
        names.append("b")
        values.append("biases[:-1]")
    call = plan.hidden[0].layer
    lines = []
    if len(plan.hidden) > 1:
        assert plan.order is not None
        layers = ", ".join(plan.hidden[k].layer.name for k in plan.order)
        lines.append(f"layers = [{layers}]")
        names.insert(0, "layer")
        values.insert(0, "layers")
    loop = f"for {', '.join(names)} in zip({', '.join(values)}):"
    if len(names) == 1:
        loop = f"for W in {values[0]}:"
    bias = {"b": "b"} if plan.has_bias else {}
    text = call.call(W="W", a="outputs[-1]", **bias)
    if len(plan.hidden) > 1:
        text = text.replace(call.name, "layer", 1)
    if not plan.keeps_sums:
        return [*lines, loop, f"    outputs.append({text})"]
    return [*lines, loop, f"    z, a = {text}", "    sums.append(z)", "    outputs.append(a)"]


def _backward_lines(plan: NetworkPlan) -> list[str]:
    lines = []
    if len(plan.hidden) > 1:
        assert plan.order is not None
        backs = ", ".join(plan.hidden[k].back.name for k in plan.order)
        lines.append(f"backs = [None, {backs}]")
    lines.append("weight_gradients = [None] * len(weights)")
    target = "weight_gradients[k]"
    if plan.has_bias:
        lines.append("bias_gradients = [None] * len(weights)")
        target += ", bias_gradients[k]"
    lines.append("for k in reversed(range(len(weights))):")
    learnt = plan.parameters.call(delta="delta", a="outputs[k]", W="weights[k]", lam="lam")
    lines.append(f"    {target} = {learnt}")
    if plan.hidden and plan.order != ():
        back = plan.hidden[0].back
        text = back.call(W="weights[k]", delta="delta", a="outputs[k]", z="sums[k]")
        if len(plan.hidden) > 1:
            text = text.replace(back.name, "backs[k]", 1)
        lines += ["    if k > 0:", f"        delta = {text}"]
    returned = ["loss", "weight_gradients", *(["bias_gradients"] if plan.has_bias else [])]
    return [*lines, f"return {', '.join(returned)}"]


def require_widths(widths: Sequence[Any], depth: int | None) -> tuple[int, ...]:
    """Widths from the input to the output as whole numbers.

    Raises
    ------
    ArgumentError
        One is no positive whole number, or there are fewer than two.
    ShapeError
        There are not one more than layers.
    """
    if isinstance(widths, str) or not all(
        isinstance(w, int) and not isinstance(w, bool) and w > 0 for w in widths
    ):
        raise ArgumentError(
            f"layers must be widths from the input to the output, as [64, 32, 10], got {widths!r}"
        )
    found = tuple(widths)
    if len(found) < 2:
        raise ArgumentError(f"layers needs the widths of input and output at least, got {found}")
    if depth is not None and len(found) != depth + 1:
        raise ShapeError(
            f"layers has {len(found)} widths, a network of {depth} layers has {depth + 1}"
        )
    return found
