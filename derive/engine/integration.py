"""Definite integrals by SymPy within a time limit; nothing here is trusted unchecked.

SymPy may take for ever, so it runs in a process that is ended when the time is up.  It gets
expressions, never text.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

import sympy
from sympy import Expr, Symbol

WORKER = Path(__file__).with_name("integration_worker.py")
SECONDS = 20.0
Task: TypeAlias = tuple[Expr, Symbol, Expr, Expr]


def integrals(tasks: Sequence[Task], seconds: float = SECONDS) -> tuple[Expr | None, ...]:
    """What SymPy finds for each integral ``(function, variable, low, high)``; None for nothing.

    Parameters
    ----------
    tasks : sequence of (Expr, Symbol, Expr, Expr)
    seconds : float
        For all of them; what is not found by then is None.
    """
    process = subprocess.Popen(
        [sys.executable, str(WORKER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        answer, _ = process.communicate(pickle.dumps(list(tasks)), timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        answer, _ = process.communicate()
    finally:
        process.kill()
    return _read(answer, len(tasks))


def _read(answer: bytes, count: int) -> tuple[Expr | None, ...]:
    """The answers that came back whole."""
    stream, found = BytesIO(answer), list[Expr | None]()
    while len(found) < count:
        try:
            found.append(_spelled(pickle.load(stream)))  # noqa: S301 - from our own worker
        except (EOFError, pickle.UnpicklingError):
            break
    return (*found, *(None for _ in range(count - len(found))))


def _spelled(value: Expr | None) -> Expr | None:
    """An answer in functions that have nodes."""
    if value is None:
        return None
    value = value.replace(sympy.gamma, lambda z: sympy.exp(sympy.loggamma(z)))
    value = value.replace(sympy.erfc, lambda z: 1 - sympy.erf(z))
    return value.rewrite(sympy.exp) if value.has(sympy.sinh, sympy.cosh) else value
