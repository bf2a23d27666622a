"""``minimize`` and ``maximize``: state a problem, then ask for its Lagrangian or its dual."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from derive.errors import ArgumentError
from derive.language.expression import Node
from derive.language.problems import Problem
from derive.language.sympy_out import to_sympy
from derive.optimization.dual import Dual, dual_of, plain_words, taken_names
from derive.optimization.lagrangian import lagrangian
from derive.optimization.names import Names
from derive.optimization.pages import problem_words
from derive.optimization.stating import checked, stated
from derive.reading import require_agreement, require_known
from derive.reading.problems import SENSES, parse_problem


@dataclass(frozen=True, repr=False)
class OptimizationProblem:
    """A stated problem: ``.dual()`` derives its dual, ``.lagrangian()`` gives its Lagrangian.

    Made by ``minimize`` and ``maximize``.
    """

    problem: Problem

    def lagrangian(self) -> Any:
        """The Lagrangian ``f + lam'g + nu'h`` of the problem as stated.

        Returns
        -------
        SymPy expression, shape (1, 1)

        Raises
        ------
        NoRuleError
            A constraint is not affine in the variables.

        Examples
        --------
        >>> text = "minimize x^2 over x subject to x == b"
        >>> minimize(text, shapes="x: scalar, b: scalar").lagrangian()
        nu*(-b + x) + x**2
        """
        return to_sympy(lagrangian(self.problem, Names(taken_names(self.problem))).node)

    def dual(self, split: str = "auto") -> Dual:
        """Derive the Lagrangian dual.

        Parameters
        ----------
        split : "auto", "residual", "fit" or "none"
            Whether the affine argument of a square gets a variable of its own: ``residual``
            names ``u = X w - y``, ``fit`` names ``z = X w``.  ``auto`` splits where there is
            no constraint, or where the unsplit Hessian is only semidefinite.

        Returns
        -------
        Dual
            ``.result`` is the dual objective, shape (1, 1).

        Raises
        ------
        ArgumentError
            There is no such split.
        NoRuleError
            The problem is not quadratic with affine constraints, or its convexity is not
            settled by the declared facts; the message names term or fact.
        DomainError
            The problem is not convex or is unbounded.

        References
        ----------
        boyd2004, chapter 5.

        Examples
        --------
        >>> shapes = "X: n x d, w: d, y: n, lam: positive"
        >>> ridge = "minimize norm2(X*w - y)^2/2 + lam/2*norm2(w)^2 over w"
        >>> dual = minimize(ridge, shapes=shapes).dual()
        >>> dual.recovery["w"]
        "-1/lam*X'*nu"
        """
        return dual_of(self.problem, split)

    def __repr__(self) -> str:
        return plain_words(problem_words(self.problem))


def minimize(
    objective: Any,
    over: Sequence[Any] | str = (),
    subject_to: Sequence[Any] | str = (),
    *,
    shapes: str = "",
) -> OptimizationProblem:
    """State a minimisation.

    Parameters
    ----------
    objective : expression of shape (1, 1), or text
        With text, either the whole problem ``minimize f over x subject to A*x == b``, whose
        first word may be left out, or the objective alone, with texts for `over` and
        `subject_to`.
    over : sequence of symbols, or text
        The variables; every other symbol is data.
    subject_to : sequence of constraints, or text
        Each is ``(left, "==", right)``, ``(left, "<=", right)``, ``(left, ">=", right)`` or a
        SymPy relation.  A scalar side is compared with every entry of the other.
    shapes : str
        Declarations for texts, such as ``"A: m x n, x: n"``.

    Returns
    -------
    OptimizationProblem

    Raises
    ------
    ArgumentError
        A variable is no symbol or occurs nowhere; a constraint is none.
    ShapeError
        The objective is no scalar; the sides of a constraint disagree.
    DeclarationError
        A variable carries facts.
    DomainError
        An inequality is strict.
    ReadError
        A text cannot be read.

    References
    ----------
    boyd2004, chapter 4.

    Examples
    --------
    >>> import derive as dv
    >>> n, m = dv.dims("n m")
    >>> A, b, x = dv.matrix("A", m, n), dv.vector("b", m), dv.vector("x", n)
    >>> dv.minimize(x.T*x, over=[x], subject_to=[(A*x, "==", b)])
    minimise x'*x over x subject to A*x = b
    """
    return _stated("minimize", objective, over, subject_to, shapes)


def maximize(
    objective: Any,
    over: Sequence[Any] | str = (),
    subject_to: Sequence[Any] | str = (),
    *,
    shapes: str = "",
) -> OptimizationProblem:
    """State a maximisation; its dual is a minimisation.

    Parameters
    ----------
    objective : expression of shape (1, 1), or text
        As in ``minimize``; a whole problem reads ``maximize f over x subject to ...``.
    over : sequence of symbols, or text
        The variables.
    subject_to : sequence of constraints, or text
        As in ``minimize``.
    shapes : str
        Declarations for texts.

    Returns
    -------
    OptimizationProblem

    Raises
    ------
    ArgumentError
        A variable is no symbol or occurs nowhere; a constraint is none.
    ShapeError
        The objective is no scalar; the sides of a constraint disagree.
    DeclarationError
        A variable carries facts.
    DomainError
        An inequality is strict.
    ReadError
        A text cannot be read.

    References
    ----------
    boyd2004, chapter 4.

    Examples
    --------
    >>> shapes = "A: m x n, x: n, b: m, c: n"
    >>> maximize("c'*x", "x", "A*x <= b, x >= 0", shapes=shapes).dual().domain
    ("A'*lam >= c", 'lam >= zeros(m)')
    """
    return _stated("maximize", objective, over, subject_to, shapes)


def _stated(
    sense: Literal["minimize", "maximize"],
    objective: Any,
    over: Sequence[Any] | str,
    subject_to: Sequence[Any] | str,
    shapes: str,
) -> OptimizationProblem:
    for name, given in (("over", over), ("subject_to", subject_to)):
        if not isinstance(given, Iterable):
            raise ArgumentError(
                f"{name} needs a text or a list, got {type(given).__name__}\n"
                f"  to fix   : leave it out, or give it as a text or as [...]"
            )
    if not isinstance(objective, str):
        if isinstance(over, str) or isinstance(subject_to, str):
            raise ArgumentError(
                "texts and expressions are mixed\n"
                "  to fix   : give objective, over and subject_to all as texts with shapes=, or "
                "all as expressions"
            )
        problem = stated(sense, objective, over, subject_to)
        require_agreement(_sides(problem), shapes)
        require_known(_sides(problem), shapes, ())
        return OptimizationProblem(problem)
    if not isinstance(over, str):
        over = ", ".join(map(str, over))
    if not isinstance(subject_to, str):
        subject_to = ", ".join(map(str, subject_to))
    text = objective if first_word(objective) in SENSES else f"{sense} {objective}"
    text += f" over {over}" if over else ""
    text += f" subject to {subject_to}" if subject_to else ""
    found = read_problem(text, shapes)
    if found.problem.sense != sense:
        raise ArgumentError(
            f"{sense}() was given a text that says {found.problem.sense}\n"
            f"  to fix   : call {found.problem.sense}(), or leave the first word out"
        )
    return found


def _sides(problem: Problem) -> tuple[Node, ...]:
    """All expressions of a problem."""
    sides = [side for c in problem.constraints for side in (c.left, c.right)]
    nodes = [side for side in sides if isinstance(side, Node)]
    return (problem.objective, *problem.variables, *nodes)


def read_problem(text: str, shapes: str = "") -> OptimizationProblem:
    """State the problem that a text holds, in the sense that its first word gives.

    Parameters
    ----------
    text : str
        ``minimize f over x subject to A*x == b``, or with ``maximize``.
    shapes : str
        Declarations, such as ``"A: m x n, x: n"``.

    Returns
    -------
    OptimizationProblem

    Raises
    ------
    ReadError, ArgumentError, ShapeError, DeclarationError, DomainError
        As for ``minimize``.

    Examples
    --------
    >>> read_problem("maximize b - x^2 over x", "x: scalar, b: scalar")
    maximise b - x^2 over x
    """
    return OptimizationProblem(checked(parse_problem(text, shapes)))


def first_word(text: str) -> str:
    """The first word of a text, empty for an empty text."""
    return next(iter(re.findall(r"\w+", text.lstrip()[:20])), "")
