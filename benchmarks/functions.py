"""Compiled functions against good hand-written NumPy, side by side in one run.

``python benchmarks/functions.py`` prints one line a workload and size: the median time
of the hand-written function, of the compiled one, and their ratio.  Both are timed in
turns, so that a change of the machine's speed meets both.  The compiled function checks
its arguments and its result; the hand-written one does not.
"""

from __future__ import annotations

import argparse
import inspect
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy.special import expit

import derive as dv
from derive.numeric import CompiledFunction

ByHand: TypeAlias = Callable[..., object]
Call: TypeAlias = tuple[ByHand, tuple[object, ...]]

SIZES = {"small": (20, 3), "medium": (1_000, 50), "large": (50_000, 200)}
MATRIX_SIZES = {"small": 3, "medium": 60, "large": 600}
ROUNDS = 21
SECONDS_PER_BLOCK = 0.004


@dataclass(frozen=True)
class Workload:
    """A question at one size: the two functions and their common arguments."""

    name: str
    size: str
    compiled: CompiledFunction
    by_hand: ByHand
    values: dict[str, object]

    def calls(self) -> tuple[Call, Call]:
        """The hand-written and the compiled function, each with its arguments in order."""
        names = inspect.signature(self.by_hand).parameters
        return (
            (self.by_hand, tuple(self.values[name] for name in names)),
            (self.compiled, tuple(self.values[name] for name in self.compiled.arguments)),
        )


# --- by hand --------------------------------------------------------------------------


def ridge_gradient(X, w, y, lam):
    """X'(Xw - y) + lam w."""
    return X.T @ (X @ w - y) + lam * w


def ridge_both(X, w, y, lam):
    """Value and gradient of 1/2 |Xw - y|^2 + lam/2 |w|^2."""
    r = X @ w - y
    return 0.5 * (r @ r) + 0.5 * lam * (w @ w), X.T @ r + lam * w


def logistic_gradient(X, w, y, lam):
    """X'(sigmoid(Xw) - y) + lam w."""
    return X.T @ (expit(X @ w) - y) + lam * w


def logistic_both(X, w, y, lam):
    """Value and gradient of sum log(1 + e^z) - y'z + lam/2 |w|^2 at z = Xw."""
    z = X @ w
    value = np.logaddexp(0.0, z).sum() - y @ z + 0.5 * lam * (w @ w)
    return value, X.T @ (expit(z) - y) + lam * w


def gaussian_gradient(S, x, mu):
    """Gradient of the normal log density in the covariance."""
    P = np.linalg.inv(S)
    p = P @ (x - mu)
    return 0.5 * (np.outer(p, p) - P)


def gaussian_both(S, x, mu):
    """Normal log density (without its constant) and its gradient in the covariance."""
    L = np.linalg.cholesky(S)
    P = np.linalg.inv(S)
    r = x - mu
    p = P @ r
    return -np.log(L.diagonal()).sum() - 0.5 * (r @ p), 0.5 * (np.outer(p, p) - P)


# --- derived and compiled -------------------------------------------------------------


def regression_functions() -> dict[str, tuple[CompiledFunction, ByHand]]:
    """Ridge and logistic regression: gradient, and value with gradient."""
    n, d = dv.dims("n d")
    X, w, y = dv.matrix("X", n, d), dv.vector("w", d), dv.vector("y", n)
    penalty = dv.scalar("lam", positive=True) * dv.norm(w) ** 2 / 2
    ridge = dv.gradient(dv.norm(X * w - y) ** 2 / 2 + penalty, w)
    logistic = dv.gradient(dv.total(dv.softplus(X * w)) - y.T * X * w + penalty, w)
    return {
        "ridge gradient": (ridge.function(), ridge_gradient),
        "ridge value and gradient": (ridge.function(value=True), ridge_both),
        "logistic gradient": (logistic.function(), logistic_gradient),
        "logistic value and gradient": (logistic.function(value=True), logistic_both),
    }


def gaussian_functions() -> dict[str, tuple[CompiledFunction, ByHand]]:
    """The normal log density in its covariance: gradient, and value with gradient."""
    d = dv.dims("d")
    S = dv.matrix("S", d, d, spd=True)
    r = dv.vector("x", d) - dv.vector("mu", d)
    density = dv.gradient(-dv.logdet(S) / 2 - r.T * dv.inv(S) * r / 2, S)
    return {
        "gaussian gradient": (density.function(), gaussian_gradient),
        "gaussian value and gradient": (density.function(value=True), gaussian_both),
    }


# --- the table ------------------------------------------------------------------------


def workloads() -> Iterator[Workload]:
    """Every question at every size, with the same numbers in every run."""
    rng = np.random.default_rng(seed=0)
    for label, (n, d) in SIZES.items():
        X, w = rng.normal(size=(n, d)), rng.normal(size=d) / d
        y = (rng.random(n) < 0.5).astype(float)
        for name, (compiled, by_hand) in regression_functions().items():
            values = {"X": X, "w": w, "y": y, "lam": 0.1}
            yield Workload(name, f"{label}: n={n}, d={d}", compiled, by_hand, values)
    for label, d in MATRIX_SIZES.items():
        A = rng.normal(size=(d, d))
        S = A @ A.T + d * np.eye(d)
        values = {"S": S, "x": rng.normal(size=d), "mu": rng.normal(size=d)}
        for name, (compiled, by_hand) in gaussian_functions().items():
            yield Workload(name, f"{label}: d={d}", compiled, by_hand, values)


def time_in_turns(work: Workload) -> tuple[float, float]:
    """Median seconds of the hand-written and of the compiled function."""
    calls = work.calls()
    for function, arguments in calls:
        function(*arguments)
    start = time.perf_counter()
    calls[0][0](*calls[0][1])
    repeats = max(1, int(SECONDS_PER_BLOCK / (time.perf_counter() - start)))
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(ROUNDS):
        for k in (turn % 2, 1 - turn % 2):
            function, arguments = calls[k]
            start = time.perf_counter()
            for _ in range(repeats):
                function(*arguments)
            times[k].append((time.perf_counter() - start) / repeats)
    return statistics.median(times[0]), statistics.median(times[1])


def agree(work: Workload) -> bool:
    """Whether both functions give the same values."""
    results = [function(*arguments) for function, arguments in work.calls()]
    first, second = (r if isinstance(r, tuple) else (r,) for r in results)
    return all(np.allclose(a, b, rtol=1e-9, atol=1e-9) for a, b in zip(first, second, strict=True))


def main() -> int:
    """Print the table; exit 1 if a ratio is above the limit or values differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=1.2, help="largest ratio allowed")
    limit = parser.parse_args().limit
    print(f"{'workload':<28} {'size':<24} {'by hand':>10} {'compiled':>10} {'ratio':>6}")
    failed = False
    for work in workloads():
        if not agree(work):
            print(f"{work.name}: the values differ")
            failed = True
            continue
        by_hand, compiled = time_in_turns(work)
        ratio = compiled / by_hand
        failed = failed or ratio > limit
        print(
            f"{work.name:<28} {work.size:<24} {by_hand * 1e6:>8.1f}us "
            f"{compiled * 1e6:>8.1f}us {ratio:>6.2f}"
        )
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
