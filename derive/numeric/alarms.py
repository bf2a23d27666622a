"""Which plans can make NumPy warn although inf is their documented result: log(0), 1/0.

A compiled function is silent about those: nan alone comes with a warning.  Silence costs a
call nearly a microsecond, so only plans that need it are run in silence.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from typing import Any

from derive.numeric.forms import FUNCTIONS
from derive.numeric.series import SeriesAtZero
from derive.numeric.terms import Term, terms_below

#: Elementwise functions that are finite at every finite number, infinite at none, and pass
#: nan on in silence.
SILENT = frozenset(
    {
        *(
            "abs",
            "arctan",
            "closed_step",
            "erf",
            "erfc",
            "logcosh",
            "normcdf",
            "relu",
            "sech2",
            "sigmoid",
            "sign",
        ),
        *("step", "tanh"),
    }
)

#: Operations that divide by differences of what they are given or by the count of the largest,
#: or that take determinants.
LOUD = frozenset({"adjugate", "at_largest", "gaps", "resolvent_max", "resolvent_min"})

#: How the names of combined functions end that are made in this room.
OURS = ("_difference", "_excess", "_one_plus", "_share")


def can_warn(outputs: Iterable[Term]) -> bool:
    """Whether an operation of the plan leaves the finite numbers where others stay in them."""
    return any(_can_warn(term) for term in terms_below(outputs))


def _can_warn(term: Term) -> bool:
    if term.op in LOUD:
        return True
    if term.op == "over":
        return not term.args[1].is_constant
    if term.op == "apply":
        is_python = term.rank == 0 and FUNCTIONS[term.data].scalar.startswith("math.")
        return not is_python and term.data not in SILENT
    if term.op == "combine":
        is_ours = isinstance(term.data, SeriesAtZero)
        return is_ours or str(term.data).endswith(OURS)
    return term.op == "power" and term.rank > 0


def silenced(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, without NumPy's warnings."""
    silence = importlib.import_module("numpy").errstate(all="ignore")
    quiet: Callable[..., Any] = silence(function)
    return quiet
