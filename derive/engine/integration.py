"""Definite integrals by SymPy within a time limit; nothing here is trusted unchecked.

SymPy may take for ever, so it runs in a process that is ended when the time is up.  It gets
the data of expressions, never text to be read as one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import sympy
from sympy import Expr, Symbol

from derive.engine.expression_data import from_data, to_data

PACKAGES = Path(__file__).parents[2]
SECONDS = 20.0
Task: TypeAlias = tuple[Expr, Symbol, Expr, Expr]


def integrals(tasks: Sequence[Task], seconds: float = SECONDS) -> tuple[Expr | None, ...]:
    """What SymPy finds for each integral ``(function, variable, low, high)``; None for nothing.

    Parameters
    ----------
    tasks : sequence of (Expr, Symbol, Expr, Expr)
    seconds : float
        For all of them; what is not found by then is None.

    Raises
    ------
    NoRuleError
        A function in them has no data.
    """
    question = json.dumps([[to_data(part) for part in task] for task in tasks])
    path = os.pathsep.join([str(PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])])
    process = subprocess.Popen(
        [sys.executable, "-m", "derive.engine.integration_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
    )
    try:
        answer, _ = process.communicate(question.encode(), timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        answer, _ = process.communicate()
    finally:
        process.kill()
    return _read(answer.decode(), len(tasks))


def _read(answer: str, count: int) -> tuple[Expr | None, ...]:
    """The answers that came back whole, each a line."""
    lines = answer.split("\n")[:-1]
    found = [None if (data := json.loads(line)) is None else from_data(data) for line in lines]
    whole = [None if value is None else _spelled(value) for value in found]
    return (*whole, *(None for _ in range(count - len(whole))))


def _spelled(value: Expr) -> Expr:
    """An answer in functions that have nodes."""
    value = value.replace(sympy.gamma, lambda z: sympy.exp(sympy.loggamma(z)))
    value = value.replace(sympy.erfc, lambda z: 1 - sympy.erf(z))
    return value.rewrite(sympy.exp) if value.has(sympy.sinh, sympy.cosh) else value
