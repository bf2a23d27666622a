"""``minimize(...).dual()``: the Lagrangian dual of a convex quadratic problem, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from derive.check.optimum import dual_claims
from derive.derivation import Derivation
from derive.errors import ArgumentError, NoRuleError
from derive.language.expression import Node
from derive.language.functions import postorder
from derive.language.problems import Problem
from derive.language.relations import Words
from derive.language.sizes import size_names
from derive.language.sympy_out import to_sympy
from derive.numeric import CompiledFunction, compile_function
from derive.optimization.elimination import DualParts, dual_parts
from derive.optimization.lagrangian import relation_text
from derive.optimization.names import Names
from derive.optimization.pages import (
    dual_trace,
    full_domain,
    problem_words,
    sensitivities,
)
from derive.optimization.splitting import MODES, SplitMode
from derive.optimization.statement import dual_statement
from derive.writing.plain import plain


@dataclass(frozen=True, repr=False)
class Dual(Derivation):
    """A dual problem with its Lagrangian, domain, recovery and sensitivity.

    ``.result`` is the dual objective, shape (1, 1), to be maximised over ``.variables`` on
    ``.domain`` (minimised if the primal was a maximisation); ``.function()`` compiles it.
    The convention is ``L = f + lam'g + nu'h`` with ``g <= 0``, ``h`` left minus right,
    ``lam >= 0``.

    References
    ----------
    boyd2004, chapter 5.

    Examples
    --------
    >>> import derive as dv
    >>> n, m = dv.dims("n m")
    >>> P, q, x = dv.matrix("P", n, n, spd=True), dv.vector("q", n), dv.vector("x", n)
    >>> A, b = dv.matrix("A", m, n), dv.vector("b", m)
    >>> dual = dv.minimize((x.T*P*x)/2 + q.T*x, [x], [(A*x, "==", b)]).dual()
    >>> print(dual.recovery["x"])
    -inv(P)*(q + A'*nu)
    """

    parts: DualParts = field(kw_only=True, compare=False)

    @property
    def primal(self) -> str:
        """The problem that was asked about, in plain text."""
        return plain_words(problem_words(self.parts.problem))

    @property
    def lagrangian(self) -> Any:
        """The Lagrangian as a SymPy expression, shape (1, 1)."""
        return to_sympy(self.parts.lagrangian.node)

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the dual variables."""
        return tuple(v.name for v in self.parts.variables)

    @property
    def domain(self) -> tuple[str, ...]:
        """What the dual variables obey, in plain text."""
        return tuple(relation_text(one) for one in full_domain(self.parts))

    @property
    def recovery(self) -> dict[str, str]:
        """For each primal variable that has one, its formula in plain text."""
        return {variable.name: plain(node) for variable, node in self._recovered()}

    @property
    def sensitivity(self) -> dict[str, str]:
        """For each constraint that was asked, dp*/d(right side) in plain text."""
        return {relation_text(one): plain(rate) for one, rate in sensitivities(self.parts)}

    def function(self, backend: str = "numpy", value: bool = False) -> CompiledFunction:
        """Compile the dual objective; its arguments are the data and dual variables it holds.

        Raises
        ------
        ArgumentError
            The backend is not known.
        NoRuleError
            `value` is asked for: a problem is no function with a value.
        """
        if backend != "numpy":
            raise ArgumentError(f"no backend is called {backend!r}\n  known    : numpy")
        if value:
            raise NoRuleError("a dual has one output, the dual objective")
        return self._compiled(self.trace.results)

    def recovery_function(self) -> CompiledFunction:
        """Compile the recovery: from data and dual variables to the primal variables.

        Raises
        ------
        NoRuleError
            No primal variable has a formula: the Lagrangian is affine in all of them.
        """
        outputs = [(variable.name, node) for variable, node in self._recovered()]
        if not outputs:
            names = ", ".join(v.name for v in self.parts.worked.variables)
            raise NoRuleError(
                f"no formula gives {names}: the Lagrangian is affine there\n"
                f"  to fix   : solve the constraints that are active, see the closing lines"
            )
        return self._compiled(outputs)

    def _recovered(self) -> tuple[tuple[Node, Node], ...]:
        return tuple(
            (one.variable, one.minimizer)
            for one in self.parts.infima
            if one.curvature == "definite" and one.minimizer is not None
        )

    def _compiled(self, outputs: Sequence[tuple[str, Node]]) -> CompiledFunction:
        needed = frozenset().union(*(node.symbols for _, node in outputs))
        return compile_function(
            list(outputs), tuple(s for s in self.trace.arguments if s in needed)
        )


def dual_of(problem: Problem, split: str) -> Dual:
    """The dual of a checked problem.

    Raises
    ------
    ArgumentError
        There is no such way to split.
    NoRuleError, DomainError
        See ``elimination.dual_parts``.
    """
    if split not in MODES:
        raise ArgumentError(
            f"there is no split {split!r}\n  known    : {', '.join(MODES)}\n"
            f"  meaning  : residual names u = X*w - y, fit names z = X*w"
        )
    mode: SplitMode = next(one for one in MODES if one == split)
    names = Names(taken_names(problem))
    parts = dual_parts(problem, mode, names)
    claims = dual_claims(dual_statement(parts))
    return Dual(dual_trace(parts, names), claims, parts=parts)


def taken_names(problem: Problem) -> frozenset[str]:
    """Every name of a symbol or a size in the problem."""
    sides = [s for c in problem.constraints for s in (c.left, c.right)]
    roots = [problem.objective, *problem.variables, *(s for s in sides if isinstance(s, Node))]
    found: set[str] = set()
    for part in postorder(*roots):
        if part.op == "symbol":
            found.add(part.name)
            found |= size_names(part.shape)
    return frozenset(found)


def plain_words(words: Words) -> str:
    """Words with their nodes in plain text."""
    text = words.text
    for k, node in enumerate(words.nodes):
        text = text.replace(f"{{{k}}}", plain(node))
    return text
