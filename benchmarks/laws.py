"""Compiled entropies and divergences over a million parameter sets, beside SciPy and PyTorch.

``python benchmarks/laws.py [--count N]`` prints one line a measure: the best time of an
expression written by hand with SciPy's special functions, of PyTorch's distributions (where
installed), of the compiled function, and the ratio of the last to the better of the others.
All run in turns, on one thread if ``OMP_NUM_THREADS=1``; values are compared first.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln

import derive as dv

try:
    import torch
    from torch import distributions as laws
except ImportError:  # the comparison with SciPy stands alone
    torch = None

Array = NDArray[np.float64]
ROUNDS = 5
CATEGORIES = 5


def draws(count: int) -> dict[str, Array]:
    """Random parameters by name."""
    generator = np.random.default_rng(0)
    positive = ("a", "b", "a2", "b2", "k", "theta", "k2", "theta2", "sigma", "sigma2")
    values = {name: generator.uniform(0.3, 6, count) for name in positive}
    values |= {name: generator.normal(size=count) for name in ("mu", "mu2")}
    values |= {name: generator.uniform(0.3, 6, (count, CATEGORIES)) for name in ("c", "c2")}
    return values


# --- by hand --------------------------------------------------------------------------


def beta_entropy(a, b):
    """Beta."""
    s = a + b
    log_beta = gammaln(a) + gammaln(b) - gammaln(s)
    return log_beta - (a - 1) * digamma(a) - (b - 1) * digamma(b) + (s - 2) * digamma(s)


def gamma_entropy(k, theta):
    """Gamma."""
    return k + np.log(theta) + gammaln(k) + (1 - k) * digamma(k)


def normal_entropy(sigma):
    """Normal."""
    return 0.5 * np.log(2 * np.pi * np.e) + np.log(sigma)


def dirichlet_entropy(c):
    """Dirichlet."""
    s = c.sum(axis=1)
    log_beta = gammaln(c).sum(axis=1) - gammaln(s)
    return log_beta + (s - c.shape[1]) * digamma(s) - ((c - 1) * digamma(c)).sum(axis=1)


def beta_divergence(a, b, a2, b2):
    """Beta from Beta."""
    s, s2 = a + b, a2 + b2
    logs = gammaln(a2) + gammaln(b2) - gammaln(s2) - gammaln(a) - gammaln(b) + gammaln(s)
    rest = (a - a2) * digamma(a) + (b - b2) * digamma(b)
    return logs + rest + (s2 - s) * digamma(s)


def gamma_divergence(k, theta, k2, theta2):
    """Gamma from Gamma."""
    logs = gammaln(k2) - gammaln(k) + k2 * np.log(theta2 / theta)
    return (k - k2) * digamma(k) + logs + k * (theta - theta2) / theta2


def normal_divergence(mu, sigma, mu2, sigma2):
    """Normal from Normal."""
    ratio = (sigma / sigma2) ** 2
    return 0.5 * (ratio + ((mu - mu2) / sigma2) ** 2 - 1 - np.log(ratio))


def dirichlet_divergence(c, c2):
    """Dirichlet from Dirichlet."""
    s, s2 = c.sum(axis=1), c2.sum(axis=1)
    logs = gammaln(s) - gammaln(c).sum(axis=1) - gammaln(s2) + gammaln(c2).sum(axis=1)
    return logs + ((c - c2) * (digamma(c) - digamma(s)[:, None])).sum(axis=1)


# --- PyTorch --------------------------------------------------------------------------


def in_torch(name: str, *given: Any) -> Any:
    """The law of PyTorch."""
    makers = {
        "Beta": lambda a, b: laws.Beta(a, b, validate_args=False),
        "Gamma": lambda k, theta: laws.Gamma(k, 1 / theta, validate_args=False),
        "Normal": lambda mu, sigma: laws.Normal(mu, sigma, validate_args=False),
        "Dirichlet": lambda c: laws.Dirichlet(c, validate_args=False),
    }
    return makers[name](*given)


Measure = tuple[str, Any, Callable[..., Any], tuple[str, ...], int]


def measures() -> list[Measure]:
    """Name, derivation, function by hand, its arguments, how many are of the first law."""
    return [
        ("Beta", dv.entropy("Beta(a, b)"), beta_entropy, ("a", "b"), 2),
        ("Gamma", dv.entropy("Gamma(k, theta)"), gamma_entropy, ("k", "theta"), 2),
        ("Normal", dv.entropy("Normal(mu, sigma)"), normal_entropy, ("sigma",), 0),
        ("Dirichlet", dv.entropy("Dirichlet(c)"), dirichlet_entropy, ("c",), 1),
        (
            "Beta",
            dv.kl_divergence("Beta(a, b)", "Beta(a2, b2)"),
            beta_divergence,
            ("a", "b", "a2", "b2"),
            2,
        ),
        (
            "Gamma",
            dv.kl_divergence("Gamma(k, theta)", "Gamma(k2, theta2)"),
            gamma_divergence,
            ("k", "theta", "k2", "theta2"),
            2,
        ),
        (
            "Normal",
            dv.kl_divergence("Normal(mu, sigma)", "Normal(mu2, sigma2)"),
            normal_divergence,
            ("mu", "sigma", "mu2", "sigma2"),
            2,
        ),
        (
            "Dirichlet",
            dv.kl_divergence("Dirichlet(c)", "Dirichlet(c2)"),
            dirichlet_divergence,
            ("c", "c2"),
            1,
        ),
    ]


def torch_call(name: str, arguments: tuple[str, ...], split: int, values: dict[str, Array]) -> Any:
    """The same measure by PyTorch, as a function of nothing."""
    if torch is None:
        return None
    wanted = ("mu", "sigma") if not split else arguments
    tensors = [torch.from_numpy(values[key]) for key in wanted]
    if len(wanted) == split or not split:
        return lambda: in_torch(name, *tensors).entropy()
    return lambda: laws.kl_divergence(
        in_torch(name, *tensors[:split]), in_torch(name, *tensors[split:])
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    count = parser.parse_args().count
    values = draws(count)
    if torch is not None:
        torch.set_num_threads(1)
    print(f"{count} parameter sets; seconds: by hand, PyTorch, compiled; ratio to the better")
    for name, derivation, by_hand, arguments, split in measures():
        compiled = derivation.function()
        given = [values[key] for key in arguments]
        ours = {key: values[key] for key in compiled.arguments}
        calls = {
            "hand": lambda by_hand=by_hand, given=given: by_hand(*given),
            "ours": lambda compiled=compiled, ours=ours: compiled(**ours),
        }
        peer = torch_call(name, arguments, split, values)
        if peer is not None:
            calls["torch"] = peer
        expected = calls["hand"]()
        for key, call in calls.items():
            np.testing.assert_allclose(np.asarray(call()), expected, 1e-7, 1e-9, err_msg=key)
        best = dict.fromkeys(calls, float("inf"))
        for _ in range(ROUNDS):
            for key, call in calls.items():
                start = time.process_time()
                call()
                best[key] = min(best[key], time.process_time() - start)
        better = min(time for key, time in best.items() if key != "ours")
        kind = "divergence" if len(arguments) == 2 * split else "entropy"
        shown = f"{best['torch']:.3f}" if "torch" in best else "-"
        print(
            f"{kind:10s} {name:10s} {best['hand']:.3f} {shown} {best['ours']:.3f}"
            f"  {best['ours'] / better:.2f}"
        )


if __name__ == "__main__":
    main()
