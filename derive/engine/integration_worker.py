"""Integrals by SymPy, in a process of their own: data of expressions in, data out.

This module is run by ``integration.py``: it reads integrals from its standard input and answers
each on a line of its own as soon as it is found.  The process that started it ends it when
the time is up.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import sympy

from derive.engine.expression_data import from_data, to_data


def main() -> None:
    """Answer each integral by an expression, or by null where SymPy finds none."""
    for task in json.load(sys.stdin):
        sys.stdout.write(json.dumps(_answer(*map(from_data, task))) + "\n")
        sys.stdout.flush()


def _answer(function: Any, variable: Any, low: Any, high: Any) -> list[Any] | None:
    try:
        found = sympy.integrate(function, (variable, low, high), conds="none")
        return None if found.has(sympy.Integral) else to_data(sympy.simplify(found))
    except Exception:  # noqa: BLE001 - whatever SymPy or the table cannot say is no answer
        return None


if __name__ == "__main__":
    main()
