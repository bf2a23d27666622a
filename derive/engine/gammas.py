"""Gamma functions whose arguments differ by whole numbers, brought to one argument.

``log Gamma(u + 1) = log Gamma(u) + log u``, and the derivatives of that.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy
from sympy import Add, Expr, Integer

FARTHEST = 6  # arguments further apart stay as they are

Lowered = Callable[[Expr, int], Expr]


def one_argument(expr: Expr) -> Expr:
    """A sum with log-gammas, digammas and trigammas of ``u + m`` written by those of ``u``."""
    for family in (_loggammas, _polygammas(0), _polygammas(1)):
        expr = _lowered(expr, *family(expr))
    return expr


def _lowered(expr: Expr, atoms: list[Expr], lowered: Lowered) -> Expr:
    """The atoms that differ by a whole number, each by the one with the least argument."""
    groups: list[list[tuple[Expr, Expr]]] = []
    for atom in sorted(atoms, key=str):
        for group in groups:
            gap = sympy.expand(atom.args[-1] - group[0][0].args[-1])
            if gap.is_Integer and abs(gap) <= FARTHEST:
                group.append((atom, gap))
                break
        else:
            groups.append([(atom, Integer(0))])
    replaced = {}
    for group in groups:
        first, least = min(group, key=lambda item: item[1])
        base = first.args[-1]
        for atom, gap in group:
            if atom != first:
                replaced[atom] = first + lowered(base, int(gap - least))
    return expr.xreplace(replaced) if replaced else expr


def _loggammas(expr: Expr) -> tuple[list[Expr], Lowered]:
    def lowered(u: Expr, steps: int) -> Expr:
        return Add(*(sympy.log(sympy.expand(u + k)) for k in range(steps)))

    return list(expr.atoms(sympy.loggamma)), lowered


def _polygammas(order: int) -> Callable[[Expr], tuple[list[Expr], Lowered]]:
    def family(expr: Expr) -> tuple[list[Expr], Lowered]:
        atoms = [a for a in expr.atoms(sympy.polygamma) if a.args[0] == order]
        sign = (-1) ** order

        def lowered(u: Expr, steps: int) -> Expr:
            return Add(*(sign * sympy.expand(u + k) ** -(order + 1) for k in range(steps)))

        return atoms, lowered

    return family
