"""From a problem to the parts of its dual: Lagrangian, infima over the blocks, domain.

Nothing here prints; ``pages.py`` puts the parts into lines.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.engine.affine import NotAffineError
from derive.engine.quadratic import Quadratic, quadratic
from derive.errors import DomainError, NoRuleError
from derive.language.canonical import same
from derive.language.expression import Node, add, negative, split_product
from derive.language.problems import Problem
from derive.language.relations import Relation
from derive.optimization.domain import Elimination, eliminate_signs, linear_part
from derive.optimization.infimum import Infimum, infimum, opened_square
from derive.optimization.lagrangian import Lagrangian, lagrangian
from derive.optimization.names import Names
from derive.optimization.splitting import SplitMode, has_composite_square, split_squares
from derive.writing.plain import plain


@dataclass(frozen=True)
class DualParts:
    """Everything that a dual consists of, for the problem as a minimisation.

    Attributes
    ----------
    problem : Problem
        As asked; `worked` is the problem after splitting.
    added : tuple of Relation
        The equalities that splitting added; `reason` says why it was or was not split.
    lagrangian : Lagrangian
        Of `worked`.
    infima : tuple of Infimum
        One for each block, in the order of the variables.
    raw : Node
        The dual function with all multipliers; `objective` is the same.
    variables : tuple of symbol
        What the dual is maximised over, after elimination.
    domain : tuple of Relation
        On those variables; signs of multipliers are not repeated here.
    """

    problem: Problem
    worked: Problem
    added: tuple[Relation, ...]
    reason: str
    lagrangian: Lagrangian
    infima: tuple[Infimum, ...]
    objective: Node
    variables: tuple[Node, ...]
    equations: tuple[Relation, ...]
    domain: tuple[Relation, ...]
    eliminated: tuple[Elimination, ...]


def dual_parts(problem: Problem, split: SplitMode, names: Names) -> DualParts:
    """Choose the route, then take the infimum over every block.

    Raises
    ------
    NoRuleError
        A term is not quadratic, a constraint not affine, blocks are coupled, or convexity is
        not settled by the declared facts; the message says which and what to declare.
    DomainError
        The problem is not convex, or unbounded because nothing bounds an affine block.
    """
    _require_quadratic(problem)
    composite = has_composite_square(problem)
    if split == "none":
        return _parts(problem, problem, (), "", names)
    if split != "auto" or (composite and not problem.constraints):
        reason = "else the dual is a constant"
        mode: SplitMode = "residual" if split == "auto" else split
        return _split_parts(problem, mode, reason if split == "auto" else "asked for", names)
    if not composite:
        return _parts(problem, problem, (), "", names)
    form = quadratic(problem.objective, problem.variables)
    coupled = any(form.couples(variable) for variable in problem.variables)
    if not coupled:
        parts = _parts(problem, problem, (), "", Names(names.taken))
        if all(one.curvature != "semidefinite" for one in parts.infima):
            return parts
    reason = "variables meet in one square" if coupled else "the Hessian is only semidefinite"
    return _split_parts(problem, "residual", reason, names)


def _require_quadratic(problem: Problem) -> None:
    """Refuse an objective with a term that is neither affine nor a square of affine ones."""
    try:
        quadratic(problem.objective, problem.variables)
    except NotAffineError as error:
        over = ", ".join(variable.name for variable in problem.variables)
        remedy = "leave the term out, or put a square or an affine bound in its place"
        if error.node.op in {"norm1", "norminf"}:
            inside = error.node.args[0]
            x = plain(inside) if inside.op == "symbol" else f"({plain(inside)})"
            is_sum = error.node.op == "norm1"
            bound = "t" if is_sum else f"t*ones({inside.shape[0]})"
            remedy = (
                f"write {'sum(t)' if is_sum else 't'} for {plain(error.node)}, with t among the "
                f"variables and the constraints {x} <= {bound}, -{x} <= {bound}"
            )
        raise NoRuleError(
            f"a dual is derived of a quadratic objective with affine constraints, and a term is "
            f"not quadratic in {over}\n"
            f"  because  : {plain(error.node)} is neither affine nor the square of what is affine\n"
            f"  to fix   : {remedy}"
        ) from None


def _split_parts(problem: Problem, mode: SplitMode, reason: str, names: Names) -> DualParts:
    split = split_squares(problem, names, mode)
    return _parts(problem, split.problem, split.added, reason, names)


def _parts(
    problem: Problem, worked: Problem, added: tuple[Relation, ...], reason: str, names: Names
) -> DualParts:
    """The dual of `worked`, block by block."""
    whole = lagrangian(worked, names)
    form = quadratic(whole.node, worked.variables)
    _require_separate(form, worked.variables)
    infima = tuple(infimum(form, variable, names) for variable in worked.variables)
    multipliers = tuple(m.symbol for m in whole.multipliers)
    points = tuple(
        one.minimizer
        for one in infima
        if one.curvature == "semidefinite" and one.minimizer is not None
    )
    duals = (*multipliers, *points)
    objective = _dual_function(form, infima, multipliers, worked.variables)
    equations = tuple(one.domain for one in infima if one.domain is not None)
    for one in infima:
        _require_bounded(one, duals)
    domain, eliminated = eliminate_signs(equations, objective, multipliers, duals)
    gone = {one.multiplier for one in eliminated}
    kept = tuple(symbol for symbol in duals if symbol not in gone)
    return DualParts(
        problem,
        worked,
        added,
        reason,
        whole,
        infima,
        objective,
        kept,
        equations,
        domain,
        eliminated,
    )


def _dual_function(
    form: Quadratic,
    infima: tuple[Infimum, ...],
    multipliers: tuple[Node, ...],
    variables: tuple[Node, ...],
) -> Node:
    """``L`` where all blocks are zero, less what each infimum gains; positive terms first.

    A square is opened where its constant cancels: ``1/2 |y|^2 - 1/2 |y + nu|^2``.
    """
    rest = form.without(*variables)
    gains: list[Node] = []
    for one in infima:
        opened = opened_square(one, frozenset(multipliers))
        if opened is not None and any(same(opened[0], term) for term in _terms(rest)):
            rest = add(*(term for term in _terms(rest) if not same(opened[0], term)), *opened[2:])
            gains.append(opened[1])
        else:
            gains.append(negative(one.gain))
    terms = (*gains, *linear_part(rest, multipliers))
    return add(*sorted(terms, key=lambda term: split_product(term)[0] < 0))


def _terms(node: Node) -> tuple[Node, ...]:
    return node.args if node.op == "add" else (node,)


def _require_separate(form: Quadratic, variables: tuple[Node, ...]) -> None:
    for variable in variables:
        met = form.couples(variable)
        if met:
            raise NoRuleError(
                f"{variable.name} and {', '.join(v.name for v in met)} are coupled in the "
                f"quadratic part, so the infimum does not separate\n"
                f"  to fix   : stack them in one vector, or split the term that couples them"
            )


def _require_bounded(one: Infimum, duals: tuple[Node, ...]) -> None:
    if one.domain is not None and not one.domain.left.symbols & frozenset(duals):
        raise DomainError(
            f"unbounded below: the objective is affine in {one.variable.name} with coefficient "
            f"{plain(one.slope)}, and no constraint bounds {one.variable.name}\n"
            f"  to fix   : add a constraint on {one.variable.name}, or a term such as "
            f"norm2({one.variable.name})^2"
        )
