"""How long deriving takes: engine and steps, certificate, and the import, in one run.

Run ``python benchmarks/deriving.py``.  Times are medians of interleaved repeats on one
thread.  The exit status is 0 if every limit printed is kept.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from derive.asking import elaborate, symbol_of
from derive.calculus.gradient import gradient
from derive.engine.gradient import gradient_trace

QUESTIONS = {
    "ridge": (
        "norm2(X*w - y)^2/2 + lam/2*norm2(w)^2", "w", "X: n x d, w: d, y: n, lam: positive",
    ),
    "logistic regression": (
        "sum(softplus(X*w)) - y'*X*w", "w", "X: n x d, w: d, y: n binary",
    ),
    "softmax cross-entropy": (
        "sum(logsumexp_rows(X*W)) - tr(Y'*X*W)", "W", "X: n x d, W: d x k, Y: n x k",
    ),
    "Gaussian mean": (
        "-logdet(S)/2 - (x - m)'*inv(S)*(x - m)/2", "m", "S: d x d spd, x: d, m: d",
    ),
    "Gaussian covariance": (
        "-logdet(S)/2 - (x - m)'*inv(S)*(x - m)/2", "S", "S: d x d spd, x: d, m: d",
    ),
    "Gaussian precision": (
        "logdet(P)/2 - (x - m)'*P*(x - m)/2", "P", "P: d x d spd, x: d, m: d",
    ),
    "Gaussian process scale": (
        "-y'*inv(s*R + t^2*eye(n))*y/2 - logdet(s*R + t^2*eye(n))/2", "s",
        "R: n x n psd, y: n, s: positive, t: positive",
    ),
    "PCA reconstruction": ("norm2(X - X*V*V')^2", "V", "X: n x d, V: d x k"),
    "Rayleigh quotient": ("(w'*A*w)/(w'*w)", "w", "A: d x d symmetric, w: d"),
    "tanh layer": ("norm2(tanh(W*x + b) - t)^2/2", "W", "W: k x d, x: d, b: k, t: k"),
    "masked factorisation": (
        "norm2(M.*(Z - U*V'))^2/2", "U", "M: n x d binary, Z: n x d, U: n x k, V: d x k",
    ),
    "log-det barrier": (
        "tr(C*S) - mu*logdet(S)", "S", "C: d x d symmetric, S: d x d spd, mu: positive",
    ),
    "cosine similarity": ("a'*w/(norm2(a)*norm2(w))", "w", "a: d, w: d"),
    "softmax entropy": ("-softmax(z)'*log(softmax(z))", "z", "z: d"),
}  # fmt: skip
ENGINE_LIMIT, WHOLE_LIMIT, IMPORT_LIMIT = 20.0, 150.0, 1.1


def milliseconds(call) -> float:
    start = time.perf_counter()
    call()
    return 1e3 * (time.perf_counter() - start)


def import_ratio(repeats: int = 9) -> tuple[float, float]:
    """Median seconds of ``import sympy`` and of ``import derive``, each in fresh processes."""
    program = "import time; t = time.perf_counter(); import {0}; print(time.perf_counter() - t)"
    times: dict[str, list[float]] = {"sympy": [], "derive": []}
    for _ in range(repeats):
        for name, found in times.items():
            run = subprocess.run(
                [sys.executable, "-c", program.format(name)],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
            found.append(float(run.stdout))
    return statistics.median(times["sympy"]), statistics.median(times["derive"])


def main() -> int:
    gradient(*QUESTIONS["ridge"])  # the first call loads what every call uses
    engine: dict[str, list[float]] = {name: [] for name in QUESTIONS}
    whole: dict[str, list[float]] = {name: [] for name in QUESTIONS}
    for _ in range(7):
        for name, (loss, variable, shapes) in QUESTIONS.items():
            node = elaborate(loss, shapes)
            symbol = symbol_of(variable, node, shapes)
            engine[name].append(milliseconds(lambda n=node, s=symbol: gradient_trace(n, (s,))))
            whole[name].append(
                milliseconds(lambda q=(loss, variable, shapes): gradient(q[0], q[1], q[2]))
            )
    print(f"{'question':24} {'engine and steps':>18} {'with certificate':>18}   (ms, median)")
    for name in QUESTIONS:
        print(
            f"{name:24} {statistics.median(engine[name]):18.1f} "
            f"{statistics.median(whole[name]):18.1f}"
        )
    slowest_engine = max(map(statistics.median, engine.values()))
    slowest_whole = max(map(statistics.median, whole.values()))
    sympy_time, derive_time = import_ratio()
    ratio = derive_time / sympy_time
    print(f"slowest: {slowest_engine:.1f} ms (limit {ENGINE_LIMIT:.0f}), "
          f"{slowest_whole:.1f} ms with certificate (limit {WHOLE_LIMIT:.0f})")  # fmt: skip
    print(f"import derive / import sympy: {ratio:.3f} (limit {IMPORT_LIMIT})  "
          f"[{1e3 * derive_time:.0f} and {1e3 * sympy_time:.0f} ms]")  # fmt: skip
    met = slowest_engine < ENGINE_LIMIT and slowest_whole < WHOLE_LIMIT and ratio <= IMPORT_LIMIT
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
