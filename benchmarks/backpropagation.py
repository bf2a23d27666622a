"""A compiled backpropagation against its forward pass, hand-written NumPy, autograd and PyTorch.

``python benchmarks/backpropagation.py`` prints one line a network: the median time of the
forward pass alone, of loss and all gradients compiled, and how many forward passes that is;
then the ratio to NumPy by hand, and to autograd and PyTorch on one thread where they are
installed.  Times are of the processor; run with ``OMP_NUM_THREADS=1``.  All are called in turns,
on the same data, after their values were compared.  The compiled function checks its
arguments; the others do not.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from time import process_time
from typing import Any, TypeAlias

import numpy as np
from scipy.special import erf

import derive as dv

Program: TypeAlias = Callable[[], Any]
ROUNDS = 15
SECONDS_PER_BLOCK = 0.01


@dataclass(frozen=True)
class Workload:
    """A network with softmax and cross entropy, and a batch."""

    name: str
    widths: tuple[int, ...]
    rows: int
    activation: str


WORKLOADS = (
    Workload("small", (10, 16, 3), 32, "tanh"),
    Workload("digits", (64, 64, 10), 256, "tanh"),
    Workload("digits", (64, 64, 10), 256, "relu"),
    Workload("deep", (128, 128, 128, 128, 10), 256, "relu"),
    Workload("deep", (128, 128, 128, 128, 10), 256, "gelu"),
    Workload("wide", (784, 512, 256, 10), 512, "relu"),
    Workload("wide", (784, 512, 256, 10), 512, "tanh"),
)


# --- by hand ------------------------------------------------------------------------------


def _gelu_slope(z: Any) -> Any:
    return 0.5 * (1 + erf(z / np.sqrt(2))) + z * np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)


ACTIVATIONS = {
    "tanh": (np.tanh, lambda z, a: 1 - a * a),
    "relu": (lambda z: np.maximum(z, 0.0), lambda z, a: z > 0),
    "gelu": (lambda z: 0.5 * z * (1 + erf(z / np.sqrt(2))), lambda z, a: _gelu_slope(z)),
}


def forward(X: Any, Y: Any, weights: Any, biases: Any, activation: str) -> Any:
    """The loss alone."""
    act, _ = ACTIVATIONS[activation]
    a = X
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        a = act(a @ W.T + b)
    z = a @ weights[-1].T + biases[-1]
    z -= z.max(axis=1, keepdims=True)
    return (np.log(np.exp(z).sum(axis=1)).sum() - np.vdot(Y, z)) / len(X)


def by_hand(X: Any, Y: Any, weights: Any, biases: Any, activation: str) -> Any:
    """The loss and its gradients, as a person writes them."""
    act, slope = ACTIVATIONS[activation]
    outputs, sums = [X], [None]
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        sums.append(outputs[-1] @ W.T + b)
        outputs.append(act(sums[-1]))
    z = outputs[-1] @ weights[-1].T + biases[-1]
    z -= z.max(axis=1, keepdims=True)
    e = np.exp(z)
    total = e.sum(axis=1, keepdims=True)
    loss = (np.log(total).sum() - np.vdot(Y, z)) / len(X)
    delta = (e / total - Y) / len(X)
    in_weights, in_biases = [], []
    for k in range(len(weights) - 1, -1, -1):
        in_weights.append(delta.T @ outputs[k])
        in_biases.append(delta.sum(axis=0))
        if k:
            delta = (delta @ weights[k]) * slope(sums[k], outputs[k])
    return loss, in_weights[::-1], in_biases[::-1]


# --- other systems ------------------------------------------------------------------------


def by_autograd(X: Any, Y: Any, weights: Any, biases: Any, activation: str) -> Program:
    """Reverse mode on traced NumPy."""
    autograd, anp = import_module("autograd"), import_module("autograd.numpy")
    special = import_module("autograd.scipy.special")
    act = {
        "tanh": anp.tanh,
        "relu": lambda z: anp.maximum(z, 0.0),
        "gelu": lambda z: 0.5 * z * (1 + special.erf(z / np.sqrt(2))),
    }[activation]

    def objective(parameters: Any) -> Any:
        a = X
        for k, (W, b) in enumerate(zip(*parameters, strict=True)):
            z = anp.dot(a, W.T) + b
            a = act(z) if k < len(weights) - 1 else z
        log_total = special.logsumexp(z, axis=1, keepdims=True)
        return anp.sum(Y * (log_total - z)) / len(X)

    both = autograd.value_and_grad(objective)
    return lambda: both((weights, biases))


def by_torch(X: Any, Y: Any, weights: Any, biases: Any, activation: str) -> Program:
    """PyTorch, eager, one thread, double precision."""
    torch = import_module("torch")
    torch.set_num_threads(1)
    act = {
        "tanh": torch.tanh,
        "relu": torch.relu,
        "gelu": torch.nn.functional.gelu,
    }[activation]
    x, y = torch.tensor(X), torch.tensor(Y)
    Ws = [torch.tensor(W, requires_grad=True) for W in weights]
    bs = [torch.tensor(b, requires_grad=True) for b in biases]

    def run() -> Any:
        a = x
        for W, b in zip(Ws[:-1], bs[:-1], strict=True):
            a = act(torch.nn.functional.linear(a, W, b))
        z = torch.nn.functional.linear(a, Ws[-1], bs[-1])
        loss = -(y * torch.log_softmax(z, dim=1)).sum() / len(x)
        found = torch.autograd.grad(loss, [*Ws, *bs])
        arrays = [g.numpy() for g in found]
        return loss.item(), arrays[: len(Ws)], arrays[len(Ws) :]

    return run


SYSTEMS = {"autograd": by_autograd, "torch": by_torch}


# --- measuring ----------------------------------------------------------------------------


def data(work: Workload) -> tuple[Any, Any, list[Any], list[Any]]:
    """A batch and parameters."""
    rng = np.random.default_rng(0)
    pairs = list(itertools.pairwise(work.widths))
    X = rng.normal(size=(work.rows, work.widths[0]))
    Y = np.eye(work.widths[-1])[rng.integers(work.widths[-1], size=work.rows)]
    weights = [rng.normal(size=(high, low)) / np.sqrt(low) for low, high in pairs]
    return X, Y, weights, [rng.normal(size=high) / 10 for _, high in pairs]


def medians(programs: Sequence[Program]) -> list[float]:
    """Median seconds of the processor for one call of each, timed in turns."""
    counts = []
    for program in programs:
        start = process_time()
        program()
        counts.append(max(1, int(SECONDS_PER_BLOCK / (process_time() - start))))
    times: list[list[float]] = [[] for _ in programs]
    for _ in range(ROUNDS):
        for k, program in enumerate(programs):
            start = process_time()
            for _ in range(counts[k]):
                program()
            times[k].append((process_time() - start) / counts[k])
    return [statistics.median(one) for one in times]


def compare(one: Any, other: Any) -> None:
    """Raise unless loss and gradients agree."""
    np.testing.assert_allclose(float(one[0]), float(other[0]), rtol=1e-9)
    if len(other) == 2:
        other = (other[0], *other[1])
    for mine, theirs in zip((*one[1], *one[2]), (*other[1], *other[2]), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-7, atol=1e-12)


def measured(work: Workload, systems: Sequence[str]) -> tuple[str, float]:
    """One line, and how many forward passes the compiled function takes."""
    X, Y, weights, biases = data(work)
    net = dv.backpropagation("L", work.activation, "softmax", "cross_entropy", "mean")
    compiled = net.function(layers=work.widths)
    programs: list[Program] = [
        lambda: forward(X, Y, weights, biases, work.activation),
        lambda: compiled(X, Y, weights, biases),
        lambda: by_hand(X, Y, weights, biases, work.activation),
        *(SYSTEMS[name](X, Y, weights, biases, work.activation) for name in systems),
    ]
    for program in programs[2:]:
        compare(compiled(X, Y, weights, biases), program())
    once, ours, *others = medians(programs)
    ratios = "".join(f"{ours / other:>9.2f}" for other in others)
    widths = "-".join(map(str, work.widths))
    name = f"{work.name} {work.activation}, {widths}, {work.rows} rows"
    line = f"{name:<48}{once * 1e6:>10.0f}us{ours * 1e6:>10.0f}us{ours / once:>9.2f}{ratios}"
    return line, ours / once


def main() -> int:
    """Print the table; 1 if a compiled function takes more forward passes than the limit."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--limit", type=float, default=5.0, help="most forward passes")
    limit = reader.parse_args().limit
    systems = [name for name in SYSTEMS if find_spec(name)]
    heads = "".join(f"{name:>9}" for name in ("by hand", *systems))
    print(f"{'network':<48}{'forward':>12}{'compiled':>12}{'forwards':>9}{heads}")
    worst = 0.0
    for work in WORKLOADS:
        line, cost = measured(work, systems)
        worst = max(worst, cost)
        print(line, flush=True)
    return int(worst > limit)


if __name__ == "__main__":
    raise SystemExit(main())
