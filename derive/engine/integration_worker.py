"""Integrals by SymPy, in a process of their own: expressions in, expressions out.

This file is run, not imported: it reads integrals from its standard input, pickled by the
process that started it, and answers each as soon as it is found.  That process ends it when
the time is up.
"""

from __future__ import annotations

import pickle
import sys

import sympy


def main() -> None:
    """Answer each integral by an expression, or by None where SymPy finds none."""
    tasks = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
    for function, variable, low, high in tasks:
        try:
            found = sympy.integrate(function, (variable, low, high), conds="none")
            found = None if found.has(sympy.Integral) else sympy.simplify(found)
        except Exception:  # noqa: BLE001 - whatever SymPy cannot do is no answer
            found = None
        pickle.dump(found, sys.stdout.buffer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
