"""What makes a stated problem well formed; every refusal names the offender and the remedy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from derive.errors import ArgumentError, DeclarationError, DomainError, ShapeError
from derive.language.expression import Node
from derive.language.problems import Problem
from derive.language.relations import Relation
from derive.language.sizes import shape_text, size_names
from derive.language.sympy_in import from_sympy
from derive.optimization.lagrangian import difference, relation_text
from derive.writing.plain import plain

SPELLINGS = {"=": "=", "==": "=", "<=": "<=", ">=": ">=", "<": "<", ">": ">", "!=": "!="}
RELATIONALS = {"Equality": "=", "LessThan": "<=", "GreaterThan": ">="}
STRICT = {"<": "<=", ">": ">="}


def stated(
    sense: Literal["minimize", "maximize"],
    objective: Any,
    over: Sequence[Any],
    subject_to: Sequence[Any],
) -> Problem:
    """A problem from nodes or SymPy expressions, checked.

    Raises
    ------
    ArgumentError, DeclarationError, DomainError, ShapeError
        See ``checked``.
    """
    variables = tuple(as_expression(one) for one in over)
    sizes = frozenset(name for v in variables for name in size_names(v.shape))
    constraints = tuple(as_constraint(one, sizes) for one in subject_to)
    return checked(Problem(sense, as_expression(objective, sizes), variables, constraints))


def as_expression(value: Any, sizes: frozenset[str] = frozenset()) -> Node:
    """A node stays, a SymPy expression or a number is read."""
    return value if isinstance(value, Node) else from_sympy(value, sizes=sizes)


def as_constraint(value: Any, sizes: frozenset[str]) -> Relation:
    """A ``Relation``, a tuple ``(left, "==", right)`` or a SymPy relation."""
    if isinstance(value, Relation):
        return value
    if isinstance(value, tuple) and len(value) == 3 and value[1] in SPELLINGS:
        left, sign, right = value
    elif type(value).__name__ in RELATIONALS:
        left, sign, right = value.lhs, RELATIONALS[type(value).__name__], value.rhs
    elif type(value).__name__ in {"StrictLessThan", "StrictGreaterThan"}:
        left, sign, right = value.lhs, value.rel_op, value.rhs
    else:
        raise ArgumentError(
            f"a constraint is needed, got {value!r} of type {type(value).__name__}\n"
            f'  to fix   : write (A*x, "==", b), (A*x, "<=", b) or (A*x, ">=", b); Python compares '
            f"matrices at once, so A*x == b is only True or False"
        )
    return Relation(as_expression(left, sizes), SPELLINGS[sign], as_expression(right, sizes))


def checked(problem: Problem) -> Problem:
    """The problem itself, if it is well formed.

    Raises
    ------
    ShapeError
        The objective is no scalar, or the sides of a constraint disagree.
    ArgumentError
        A variable is no symbol, stands twice, or occurs nowhere; a constraint holds none.
    DeclarationError
        A variable carries facts, which would be constraints that nobody sees.
    DomainError
        An inequality is strict.
    """
    if not problem.objective.is_scalar:
        raise ShapeError(
            f"the objective must be a scalar, got {plain(problem.objective)} of shape "
            f"{shape_text(problem.objective.shape)}\n"
            f"  to fix   : take a norm, a sum or a product with a row"
        )
    for constraint in problem.constraints:
        _check_constraint(constraint, problem)
    _check_variables(problem)
    return problem


def _check_constraint(constraint: Relation, problem: Problem) -> None:
    shown = relation_text(constraint)
    if constraint.sign in STRICT:
        raise DomainError(
            f"strict inequality: {shown}\n"
            f"  because  : on an open set the optimum need not be attained\n"
            f"  to fix   : write {STRICT[constraint.sign]}"
        )
    if constraint.sign not in {"=", "<=", ">="} or not isinstance(constraint.right, Node):
        raise ArgumentError(f"not a constraint: {shown}\n  to fix   : use ==, <= or >=")
    difference(constraint)
    if not (constraint.left.symbols | constraint.right.symbols) & frozenset(problem.variables):
        raise ArgumentError(
            f"the constraint {shown} holds no variable\n"
            f"  to fix   : declare what is known of data as a fact, such as lam: positive"
        )


def _check_variables(problem: Problem) -> None:
    if not problem.variables:
        raise ArgumentError("a problem needs at least one variable\n  to fix   : name it in over=")
    present = problem.objective.symbols
    for constraint in problem.constraints:
        right = constraint.right
        present = present | constraint.left.symbols
        present = present | right.symbols if isinstance(right, Node) else present
    for variable in problem.variables:
        if variable.op != "symbol":
            raise ArgumentError(f"a variable must be a symbol, got {plain(variable)}")
        if problem.variables.count(variable) > 1:
            raise ArgumentError(f"the variable {variable.name} is named twice")
        if variable.facts:
            raise DeclarationError(
                f"the variable {variable.name} is declared {', '.join(sorted(variable.facts))}\n"
                f"  because  : a fact on a variable would be a constraint that nobody sees\n"
                f"  to fix   : declare {variable.name} without facts and write the constraint; if "
                f"it is data, take it out of the variables"
            )
        if variable not in present:
            names = ", ".join(sorted(s.name for s in present))
            raise ArgumentError(
                f"the variable {variable.name} occurs neither in the objective nor in a "
                f"constraint\n  there    : {names}"
            )
