"""What a derived dual claims, handed to the checks as plain nodes."""

from __future__ import annotations

from derive.check.dual_samples import DualStatement, Primal
from derive.language.expression import Node, negative
from derive.optimization.elimination import DualParts


def dual_statement(parts: DualParts) -> DualStatement:
    """The statement of a dual, as a minimisation with its maximised dual."""
    multipliers = parts.lagrangian.multipliers
    asked = parts.problem
    objective = negative(asked.objective) if asked.sense == "maximize" else asked.objective
    points: list[tuple[Node, Node]] = []
    recovery: list[tuple[Node, Node]] = []
    for one in parts.infima:
        if one.curvature == "semidefinite" and one.minimizer is not None:
            points.append((one.minimizer, one.variable))
        if one.minimizer is not None:
            recovery.append((one.variable, one.minimizer))
    return DualStatement(
        asked=Primal(objective, asked.variables, asked.constraints),
        worked=Primal(parts.lagrangian.objective, parts.worked.variables, parts.worked.constraints),
        multipliers=tuple(m.symbol for m in multipliers),
        lagrangian=parts.lagrangian.node,
        dual=parts.objective,
        duals=parts.variables,
        domain=parts.domain,
        eliminated=tuple((one.multiplier, one.value) for one in parts.eliminated),
        recovery=tuple(recovery),
        points=tuple(points),
        sensitivities=tuple(m.sensitivity for m in multipliers),
    )
