"""The whole derivation: gradients, equations, values, conditions, verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.engine.conditions import conditions_of
from derive.engine.distribution import distributed
from derive.engine.gradient import Gradients, arguments_of, facts_used, gradients_of, places
from derive.engine.naming import substituted
from derive.engine.products import times
from derive.engine.stationary.closing import closing, divided, settled, verdict_words
from derive.engine.stationary.disagreement import failing
from derive.engine.stationary.elimination import Eliminated, eliminate
from derive.engine.stationary.equation import (
    Block,
    OpenEquationError,
    SeveralRootsError,
    Simplifier,
    Solved,
    is_never_zero,
    simplified,
)
from derive.engine.stationary.needs import distinct, is_surely_inside, needed, require_inside
from derive.engine.stationary.orthogonal import fact_of, kind_of, orthogonal_factor
from derive.engine.stationary.rows import with_facts_and_rows, without_sums
from derive.engine.stationary.simplex import on_simplex, verdict_along
from derive.engine.stationary.verdict import Verdict, verdict_of
from derive.errors import DomainError, NoClosedFormError, NoRuleError
from derive.language.canonical import same
from derive.language.expression import (
    Node,
    add,
    is_zero,
    negative,
    number,
    ones,
    transpose,
)
from derive.language.functions import determinant, postorder
from derive.language.properties import (
    is_invertible,
    is_nonzero,
    is_symmetric_by_facts,
)
from derive.language.relations import Condition, Relation, Words
from derive.steps import Step, Trace

OPEN_FACTS = frozenset(
    {
        "positive",
        "nonnegative",
        "negative",
        "nonzero",
        "probability",
        "symmetric",
        "spd",
        "psd",
        "invertible",
    }
)
SIMPLEX_FACTS = frozenset({"simplex", "positive", "nonnegative", "nonzero", "probability"})
ORTHOGONAL_FACTS = frozenset({"orthogonal", "orthonormal", "unit", "invertible"})


@dataclass(frozen=True)
class Stationary:
    """A stationary point and everything that is claimed of it.

    Attributes
    ----------
    trace : Trace
        Its results are the values, free of every variable; none if there is no such point.
    gradients : tuple of (variable, gradient)
    first : tuple of Step
        The lines of the gradient, true everywhere.
    second : tuple of Step
        The lines of the solution, true at the stationary point.
    equations : tuple of Relation
        What was solved: each gradient is zero.
    values : tuple of (variable, value)
    verdict : Verdict
    general : tuple of Relation
        What is true wherever the facts of the variables hold.
    aside : tuple of (symbol, value)
        What the lines name beside the variables: a multiplier.
    """

    trace: Trace
    gradients: tuple[tuple[Node, Node], ...]
    first: tuple[Step, ...]
    second: tuple[Step, ...]
    equations: tuple[Relation, ...]
    values: tuple[tuple[Node, Node], ...]
    verdict: Verdict
    general: tuple[Relation, ...] = ()
    aside: tuple[tuple[Node, Node], ...] = ()


def stationary(function: Node, variables: Sequence[Node]) -> Stationary:
    """Derive where the gradients of a scalar vanish.

    Raises
    ------
    ShapeError
        `function` is not a scalar.
    NoRuleError
        A node has no differential, or a fact of a variable holds it on a set of lower dimension.
    NoClosedFormError
        An equation has no solution in closed form that is known here; it is in the message.
    DomainError
        By the declared facts there is no stationary point.
    """
    found = gradients_of(function, variables, finish=with_facts_and_rows)
    if len(variables) == 1 and "orthonormal" in variables[0].facts:
        _require_open(variables[0], ORTHOGONAL_FACTS)
        return _orthogonal(function, found, variables[0])
    if len(variables) == 1 and "simplex" in variables[0].facts and not is_zero(found.results[0]):
        _require_open(variables[0], SIMPLEX_FACTS)
        return _simplex(function, found, variables[0])
    for variable in variables:
        _require_open(variable)
    gradients, symmetrised = _symmetrised(found, variables)
    first = found.steps
    if all(is_zero(G) for _, G in gradients):
        return _constant(function, found, variables, first)
    still = [(x, G) for x, G in gradients if not G.symbols & set(variables)]
    if still:
        fixed = [(x, G) for x, G in still if is_zero(G)]
        if len(still) > len(fixed):
            x, G = next(pair for pair in still if not is_zero(pair[1]))
            return _none(function, found, variables, first, x, G)
        free = ", ".join(x.name for x, _ in fixed)
        raise NoClosedFormError(
            f"the function does not depend on {free}, which may be anything\n"
            f"  to fix   : leave {free} out of the variables"
        )
    simplify = Simplifier(frozenset(postorder(function)))
    try:
        solved = eliminate(dict(gradients), found.name, simplify, symmetrised)
    except SeveralRootsError as error:
        raise _several(function, found.name, gradients, error) from None
    if solved.open:
        raise OpenEquationError(solved.open)
    values = tuple((x, solved.values[x]) for x in variables)
    _require_inside(function, values, solved)
    verdict = verdict_of(without_sums(function), found.name, gradients, values, solved.blocks)
    second = tuple(map(settled, solved.steps)) if verdict.is_strict else solved.steps
    page = Trace(
        question=_question(found, variables),
        definitions=((found.name, function),),
        steps=(*first, *second),
        results=tuple((f"stationary_{x.name}", value) for x, value in values),
        conditions=_needed(function, values, solved, verdict.is_strict),
        arguments=tuple(s for s in arguments_of(function, variables) if s not in variables),
        closing=(verdict_words(verdict), *closing(verdict, solved)),
        lefts=tuple(variables),
    )
    equations = tuple(Relation(G, "=", number(0)) for _, G in gradients)
    return Stationary(page, gradients, first, second, equations, values, verdict)


def _require_inside(
    function: Node, values: Sequence[tuple[Node, Node]], solved: Eliminated
) -> None:
    """Raise if the point is outside; whether there is another is said only where that is sure."""
    try:
        require_inside(function, values)
    except DomainError:
        unknown, data = divided(solved)
        lost = [*unknown, *data]
        if not lost:
            raise
        found = ", ".join(f"{x.name} = {value!r:.80}" for x, value in values)
        where = " or ".join(f"{node!r:.80} {failing(node)}" for node in lost)
        raise NoClosedFormError(
            f"the gradient is 0 at {found}, outside of what is declared or defined; there may be "
            f"other stationary points, where {where}"
        ) from None


def _needed(
    function: Node,
    values: Sequence[tuple[Node, Node]],
    solved: Eliminated,
    is_strict: bool,
) -> tuple[Condition, ...]:
    """The conditions of the values; one that fails everywhere is said of the question."""
    try:
        return needed(function, values, solved, is_strict)
    except DomainError as error:
        found = ", ".join(f"{x.name} = {value!r:.80}" for x, value in values)
        first = str(error).split("\n")[0]
        raise NoClosedFormError(
            f"no stationary point is known: the equations lead to {found}, and {first}"
        ) from None


def _several(
    function: Node,
    name: Node,
    gradients: Sequence[tuple[Node, Node]],
    error: SeveralRootsError,
) -> SeveralRootsError:
    """The roots with what each of them is, if they are those of one variable."""
    x = error.variable
    if len(gradients) > 1:
        return error
    blocks = (Block(x, gradients[0][1], Solved(x, root, ())) for root in error.roots)
    pairs = ((block.solved.value, block) for block in blocks)
    kinds = [
        verdict_of(function, name, gradients, ((x, root),), (block,)).kind for root, block in pairs
    ]
    declared = f" if it is as {x.name} is declared"
    said = [
        kind if is_surely_inside(x, root) else kind + declared
        for kind, root in zip(kinds, error.roots, strict=True)
    ]
    return SeveralRootsError(x, error.roots, said)


def _question(found: Gradients, variables: Sequence[Node]) -> Words:
    return Words(f"stationary point of {{0}} in {places(variables)}", (found.name, *variables))


def _require_open(variable: Node, known: frozenset[str] = OPEN_FACTS) -> None:
    """Raise if the facts of a variable leave less room to move than the known ones do."""
    closed = sorted(variable.facts - known)
    if closed and "orthogonal" in known:
        raise NoRuleError(
            f"{variable.name} is declared {closed[0]} beside {fact_of(variable)}: what is least "
            f"among such matrices is not known here\n  to fix   : leave one of the facts out"
        )
    if closed:
        raise NoRuleError(
            f"{variable.name} is declared {closed[0]}, so not every entry of it may vary\n"
            f"  to fix   : write it with free parts, such as diag(v) for a diagonal matrix, or "
            f"leave the fact out"
        )


def _symmetrised(
    found: Gradients, variables: Sequence[Node]
) -> tuple[tuple[tuple[Node, Node], ...], tuple[Node, ...]]:
    """Gradients in the directions that a symmetric variable has, and where that changed them."""
    gradients, changed = [], []
    for variable, gradient in zip(variables, found.results, strict=True):
        if "symmetric" in variable.facts and not _is_symmetric(gradient):
            both = distributed((gradient + _turned(gradient)) / number(2), lambda whole: False)
            gradient = simplified(distributed(simplified(both), lambda whole: False))
            changed.append(variable)
        gradients.append((variable, gradient))
    return tuple(gradients), tuple(changed)


def _is_symmetric(gradient: Node) -> bool:
    """Whether a gradient is plainly its own transpose."""
    G = simplified(gradient)
    turned = (transpose(gradient), _turned(gradient))
    return is_symmetric_by_facts(G) or any(same(simplified(other), G) for other in turned)


def _turned(node: Node) -> Node:
    """The transpose, term by term."""
    opened = distributed(node, lambda whole: False)
    return add(*map(transpose, opened.args)) if opened.op == "add" else transpose(opened)


def _orthogonal(function: Node, found: Gradients, variable: Node) -> Stationary:
    """The least value over orthogonal matrices."""
    gradient = found.free[0]
    simplify = Simplifier(frozenset(postorder(function)))
    factor = orthogonal_factor(function, found.name, gradient, variable, simplify)
    words = f"no {kind_of(variable)} gives {{0}} a smaller value; at {{1}} it is largest"
    verdict = Verdict("global minimum", Words(words, (found.name, negative(factor.value))))
    needs = dict.fromkeys((*facts_used(function), *conditions_of(function, (variable,))))
    needs |= dict.fromkeys(conditions_of(factor.matrix))
    M = factor.matrix
    square = M if M.shape[0] == M.shape[1] else simplified(transpose(M) @ M)
    if M.is_vector and not is_nonzero(M):
        needs[Relation(M, "is", Words("not zero"))] = None
    elif not is_invertible(square):
        needs[Relation(determinant(square), "!=", number(0))] = None
    trace_of = Trace(
        question=_question(found, (variable,)),
        definitions=((found.name, function),),
        steps=(*found.steps, *factor.steps),
        results=((f"stationary_{variable.name}", factor.value),),
        conditions=distinct(needs),
        arguments=arguments_of(function, (variable,)),
        closing=(verdict_words(verdict),),
        lefts=(variable,),
    )
    pairs = ((variable, found.results[0]),)
    values = ((variable, factor.value),)
    equations = (Relation(variable, "=", factor.value),)
    return Stationary(
        trace_of, pairs, found.steps, factor.steps, equations, values, verdict, factor.general
    )


def _simplex(function: Node, found: Gradients, variable: Node) -> Stationary:
    """The stationary point inside the simplex, by a multiplier."""
    simplify = Simplifier(frozenset(postorder(function)))
    point = on_simplex(function, found.results[0], variable, simplify)
    inside = substituted(function, {variable: point.inside})
    values = ((point.inside, point.value),)
    _require_inside(inside, values, point.solved)
    gradients = ((point.inside, point.gradient),)
    whole = verdict_of(without_sums(inside), found.name, gradients, values, point.solved.blocks)
    verdict = verdict_along(whole, point.inside, variable)
    page = Trace(
        question=Words("stationary point of {0} in {1} on the simplex", (found.name, variable)),
        definitions=((found.name, function),),
        steps=(*found.steps, *point.steps),
        results=((f"stationary_{variable.name}", point.value),),
        conditions=_needed(inside, values, point.solved, verdict.is_strict),
        arguments=tuple(s for s in arguments_of(function, (variable,)) if s is not variable),
        closing=(verdict_words(verdict), *closing(verdict, point.solved)),
        lefts=(variable,),
    )
    one = ones(*variable.shape)
    equations = (Relation(found.results[0] - times(point.letter, one), "=", number(0)),)
    return Stationary(
        page,
        ((variable, found.results[0]),),
        found.steps,
        point.steps,
        equations,
        ((variable, point.value),),
        verdict,
        aside=((point.letter, point.multiplier),),
    )


# --- no equation to solve ---------------------------------------------------------------


def _constant(
    function: Node, found: Gradients, variables: Sequence[Node], first: tuple[Step, ...]
) -> Stationary:
    """Every point is stationary."""
    verdict = Verdict("constant", Words("the gradient is 0 everywhere"))
    said = Words(f"every {places(variables).replace('{1}', '{0}')} is stationary", tuple(variables))
    if len(variables) > 1:
        said = Words("every point is stationary")
    page = Trace(
        _question(found, variables),
        ((found.name, function),),
        first,
        (),
        (*facts_used(function), *conditions_of(function, variables)),
        arguments_of(function, variables),
        (Words(f"{said.text}: the gradient is 0 everywhere", said.nodes),),
    )
    pairs = tuple(zip(variables, found.results, strict=True))
    return Stationary(page, pairs, first, (), (), (), verdict)


def _none(
    function: Node,
    found: Gradients,
    variables: Sequence[Node],
    first: tuple[Step, ...],
    variable: Node,
    gradient: Node,
) -> Stationary:
    """A gradient that is the same everywhere and not zero."""
    reason = Words("{0} does not depend on {1}", (gradient, variable))
    verdict = Verdict("no stationary point", reason)
    words = "no stationary point: the gradient {0} does not depend on {1}"
    others = [G for x, G in zip(variables, found.results, strict=True) if x is not variable]
    if not is_never_zero(gradient) and all(map(is_zero, others)):
        words += "; where it is 0, every point is stationary"
    elif not is_never_zero(gradient):
        words = "no stationary point unless {0} = 0: that gradient does not depend on {1}"
    page = Trace(
        _question(found, variables),
        ((found.name, function),),
        first,
        (),
        (*facts_used(function), *conditions_of(function, variables)),
        arguments_of(function, variables),
        (Words(words, (gradient, variable)),),
    )
    pairs = tuple(zip(variables, found.results, strict=True))
    return Stationary(page, pairs, first, (), (), (), verdict)
