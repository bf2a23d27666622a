"""How long deriving takes over the public set, and beside SymPy and tensorgrad, in one run.

``python benchmarks/peers.py`` prints three parts; tensorgrad takes part where it is installed.

* The public set of ``tests/public_set``: engine and steps, which is all but examining the claims,
  and with certificate.
* Derivatives that all three systems are asked: the times of derive, those of the others as
  ratios to derive with certificate, and whether their answers are right.
* Rosenbrock's function of 50 variables: value, gradient and Hessian.

Times are of the processor.  Beside the peers, the systems are called in turns, in every round with
new names for all symbols, so that nobody answers from memory, and the least time of the rounds
counts.  All were asked once before, so no round pays for loading.  An answer is right
if its value at a random point is that of derive, which is first compared with central differences
of plain NumPy; a system that raises, or leaves a derivative unevaluated, refuses.  tensorgrad is
asked for its simplest form, and for what one pass of ``simplify`` gives.  The exit status is 1 if
a limit printed is not kept.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from time import process_time
from typing import Any
from unittest.mock import patch

import numpy as np
import peer_answers as answers
import sympy as sp
from peer_questions import QUESTIONS, Question, by_differences, point
from scipy.optimize import rosen, rosen_der, rosen_hess

import derive as dv

MEDIAN_LIMIT, WORST_LIMIT, ROSENBROCK_LIMIT = 20.0, 1000.0, 10.0
SET_ROUNDS, PEER_ROUNDS, ROSENBROCK_ROUNDS = 2, 5, 15
REFUSALS = (NotImplementedError, AttributeError, TypeError, ValueError)
PEERS = {
    "SymPy": ("sympy", answers.ask_sympy, answers.value_of_sympy),
    "tensorgrad": ("tensorgrad", answers.ask_tensorgrad, answers.value_of_tensorgrad),
    "one pass of it": (
        "tensorgrad",
        partial(answers.ask_tensorgrad, form="simplify"),
        partial(answers.value_of_tensorgrad, form="simplify"),
    ),
}
ROSENBROCK = (
    "100*norm2(part(x, 2, 1, {0}, 1) - part(x, 1, 1, {0}, 1).^2)^2"
    " + norm2(ones({0}) - part(x, 1, 1, {0}, 1))^2"
)


def milliseconds(call: Callable[..., Any], *arguments: Any) -> float:
    start = process_time()
    call(*arguments)
    return 1e3 * (process_time() - start)


def without_certificate(call: Callable[..., Any], *arguments: Any) -> Any:
    """What a verb does, its claims not examined."""
    with patch.object(dv.Derivation, "check", lambda self: None):
        return call(*arguments)


# --- the public set -----------------------------------------------------------------------


def public_set() -> bool:
    """Print the times over the public set; whether the limits are kept."""
    sys.path.append(str(Path(__file__).resolve().parents[1] / "tests/support"))
    from public_cases import collect

    cases = [case for module in collect().values() for case in module]
    title = f"public set, {len(cases)} derivatives (ms)"
    print(f"{title:42}{'median':>8}{'nine in ten':>14}{'worst':>9}")
    kept = True
    for name, way in (("engine and steps", without_certificate), ("with certificate", derived)):
        times = {
            case.name: min(milliseconds(way, *arguments(case)) for _ in range(SET_ROUNDS))
            for case in cases
        }
        ordered = sorted(times, key=times.__getitem__)
        median, worst = statistics.median(times.values()), times[ordered[-1]]
        tenth = times[ordered[int(0.9 * len(ordered))]]
        print(f"  {name:40}{median:8.1f}{tenth:14.1f}{worst:9.1f}  {ordered[-1]}", flush=True)
        kept = kept and median < MEDIAN_LIMIT and worst < WORST_LIMIT
    print(f"  limits: median {MEDIAN_LIMIT:.0f} ms, worst {WORST_LIMIT:.0f} ms\n")
    return kept


def arguments(case: Any) -> tuple[Any, ...]:
    """The verb of a case and what it is called with."""
    verb = getattr(dv, "hessian" if case.kind == "hessian_operator" else case.kind)
    structure = () if case.structure == "free" else (case.structure,)
    return (verb, case.text, case.wrt, case.shapes, *structure)


def derived(verb: Callable[..., Any], *arguments: Any) -> Any:
    return verb(*arguments)


# --- the peers ----------------------------------------------------------------------------


def beside_peers() -> None:
    """Print a line a question."""
    peers = {name: ways for name, (package, *ways) in PEERS.items() if find_spec(package)}
    heads = "".join(f"{name:>16}" for name in peers)
    print(f"{'question':32}{'engine ms':>11}{'whole ms':>10}{heads}    (times whole)")
    right = dict.fromkeys(peers, 0)
    for question in QUESTIONS:
        verdicts = {name: verdict(question, *ways) for name, ways in peers.items()}
        answering = [name for name in peers if verdicts[name] != "refused"]
        asked = [engine_of_derive, answers.ask_derive, *(peers[name][0] for name in answering)]
        engine, whole, *times = in_turns(question, asked)
        ratios = {name: f"{t / whole:.2f} " for name, t in zip(answering, times, strict=True)}
        cells = "".join(f"{ratios.get(name, '') + verdicts[name]:>16}" for name in peers)
        print(f"{question.name:32}{engine:11.1f}{whole:10.1f}{cells}", flush=True)
        for name in peers:
            right[name] += verdicts[name] == "right"
    counts = "".join(f"{f'{n} of {len(QUESTIONS)} right':>16}" for n in right.values())
    print(f"{'':53}{counts}\n")


def verdict(question: Question, ask: Callable[..., Any], value_of: Callable[..., Any]) -> str:
    """Whether a system answers, and rightly."""
    values = point(question)
    expected = answers.value_of_derive(question, values)
    slopes = by_differences(question, values)
    np.testing.assert_allclose(expected, slopes, rtol=1e-5, atol=1e-5)
    try:
        ask(question, "")
    except REFUSALS:
        return "refused"
    value = value_of(question, values)
    if value.size != expected.size:
        return "wrong"
    return "right" if np.allclose(value.reshape(expected.shape), expected) else "wrong"


def engine_of_derive(question: Question, mark: str) -> Any:
    return without_certificate(answers.ask_derive, question, mark)


def in_turns(question: Question, asked: Sequence[Callable[..., Any]]) -> list[float]:
    """The least time of each that is asked, every round with names of its own."""
    marks = [f"_{number}" for number in range(PEER_ROUNDS)]
    rounds = [[milliseconds(ask, question, mark) for ask in asked] for mark in marks]
    return [min(times) for times in zip(*rounds, strict=True)]


# --- Rosenbrock ---------------------------------------------------------------------------


def rosenbrock(count: int = 50) -> bool:
    """Print the times for Rosenbrock's function; whether the limit is kept."""
    question = (ROSENBROCK.format(count - 1), "x", f"x: {count}")
    times = [
        milliseconds(without_certificate, dv.hessian, *question) for _ in range(ROSENBROCK_ROUNDS)
    ]
    median = statistics.median(times)
    theirs = milliseconds(rosenbrock_by_sympy, count)
    gradient, hessian = dv.gradient(*question), dv.hessian(*question)
    function = dv.function([question[0], gradient, hessian], shapes=question[2])
    x = np.random.default_rng(0).normal(size=count)
    for found, scipy in zip(function(x), (rosen, rosen_der, rosen_hess), strict=True):
        np.testing.assert_allclose(found, scipy(x), rtol=1e-12, atol=1e-10)
    once = milliseconds(lambda: [function(x) for _ in range(100)]) / 100
    print(f"Rosenbrock in {count} variables: value, gradient and Hessian")
    print(f"  derived in {median:.1f} ms (limit {ROSENBROCK_LIMIT:.0f}), least {min(times):.1f} ms")
    print(f"  by SymPy, entry by entry, in {theirs:.0f} ms: {theirs / median:.0f} times as long")
    print(f"  evaluated in {once:.3f} ms, equal to SciPy's")
    return median < ROSENBROCK_LIMIT


def rosenbrock_by_sympy(count: int) -> tuple[Any, ...]:
    x = sp.symbols(f"x0:{count}")
    f = sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(count - 1))
    return f, [sp.diff(f, entry) for entry in x], sp.hessian(f, x)


def main() -> int:
    """Print the parts asked for; 1 if a limit is not kept."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--only", choices=("set", "peers", "rosenbrock"), help="one part")
    only = reader.parse_args().only
    kept = [public_set()] if only in (None, "set") else []
    if only in (None, "peers"):
        beside_peers()
    if only in (None, "rosenbrock"):
        kept.append(rosenbrock())
    return 0 if all(kept) else 1


if __name__ == "__main__":
    raise SystemExit(main())
