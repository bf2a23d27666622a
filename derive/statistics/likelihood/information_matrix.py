"""The information of one value: means of products of scores, and their change with parameters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import sympy
from sympy import Add, Expr

from derive.engine.expansions import opened
from derive.engine.kinks import KINKED
from derive.engine.naming import substituted
from derive.engine.sample_sums import facing, over_sample
from derive.engine.scalar_algebra import operation_count
from derive.errors import NoClosedFormError, NoRuleError
from derive.language.expression import Node, symbol
from derive.language.law import Law
from derive.language.relations import Relation
from derive.probability.collected import collected
from derive.probability.mean_of_sum import MeanOfSum, mean_of_sum
from derive.probability.question import Question, free_name, pose
from derive.statistics.likelihood.own_parameters import OwnParameters, own_parameters
from derive.statistics.likelihood.score import require_real

NAMES = ("I", "J", "I_")
OWN_NAMES = ("J", "K", "J_own")


@dataclass(frozen=True)
class OwnInformation:
    """The information in a law's own parameters, and what they are in the unknowns.

    Attributes
    ----------
    found : Information
    maps : tuple of (symbol, node)
        What each letter stands for.
    slopes : mapping of (int, int) to Node
        The derivative of an own parameter in an unknown, by their places.
    """

    found: Information
    maps: tuple[tuple[Node, Node], ...]
    slopes: dict[tuple[int, int], Node]


@dataclass(frozen=True)
class Information:
    """The entries of an information matrix of one value, and how they were found.

    Attributes
    ----------
    question : Question
    unknowns : tuple of symbol
    scores : tuple of Node
        The score of one value in each.
    means : mapping of (int, int) to MeanOfSum
        The products of two scores, averaged; on and above the diagonal.
    entries : mapping of (int, int) to Expr
    requires : tuple of Relation
        What the means need to exist.
    own : OwnInformation, optional
        Where the parameters are functions of the unknowns: what there is in the parameters;
        `means` is empty then.
    curved : frozenset of (int, int)
        The entries whose mean is minus that of a second derivative.
    """

    question: Question
    unknowns: tuple[Node, ...]
    scores: tuple[Node, ...]
    means: dict[tuple[int, int], MeanOfSum]
    entries: dict[tuple[int, int], Expr]
    requires: tuple[Relation, ...]
    own: OwnInformation | None = None
    curved: frozenset[tuple[int, int]] = frozenset()

    @property
    def matrix(self) -> sympy.Matrix:
        """The entries as a symmetric matrix."""
        size = len(self.unknowns)
        return sympy.Matrix(size, size, lambda i, j: self.entries[min(i, j), max(i, j)])

    @cached_property
    def nodes(self) -> dict[tuple[int, int], Node]:
        """The entries as nodes."""
        return {place: collected(self.question, value) for place, value in self.entries.items()}

    def node(self, i: int, j: int) -> Node:
        """One entry as a node."""
        return self.nodes[min(i, j), max(i, j)]

    def name(self, i: int, j: int) -> Node:
        """What an entry is called."""
        letter = self.question.answer.name
        return symbol(letter if len(self.unknowns) == 1 else f"{letter}_{i + 1}{j + 1}")


def information(law: Law, unknowns: tuple[Node, ...], asked_by: str) -> Information:
    """The information of one value.

    Raises
    ------
    NoRuleError
        The support depends on an unknown.
    NoClosedFormError
        The mean of some product of scores has no closed form.
    """
    require_real(law, unknowns, asked_by)
    _require_fixed_support(law, unknowns, asked_by)
    question = pose((law,), NAMES)
    algebra = question.algebra
    density = algebra.expr(law.log_density(question.variable))
    x = algebra.expr(question.variable)
    slopes = [_without_jumps(sympy.diff(density, algebra.expr(p))) for p in unknowns]
    scores = tuple(_shown_score(question, slope) for slope in slopes)
    own = own_parameters(law, unknowns)
    if own is not None and all(algebra.has_form(value) for _, value in own.maps):
        return _changed(question, unknowns, scores, own, asked_by)
    means, entries = {}, {}
    needs: dict[Relation, None] = {}
    curved = set()
    for i in range(len(unknowns)):
        for j in range(i, len(unknowns)):
            try:
                means[i, j] = _mean(question, slopes[i], slopes[j], x)
            except NoClosedFormError:
                curvature = _curvature(question, density, unknowns[i], unknowns[j])
                if curvature is None:
                    raise
                means[i, j] = curvature
                curved.add((i, j))
            entries[i, j] = means[i, j].value
            needs.update(dict.fromkeys(means[i, j].requires))
    return Information(
        question, unknowns, scores, means, entries, tuple(needs), curved=frozenset(curved)
    )


def _curvature(question: Question, density: Expr, one: Node, other: Node) -> MeanOfSum | None:
    """Minus the mean of a second derivative of a smooth log density; None where it has none."""
    algebra = question.algebra
    second = sympy.diff(density, algebra.expr(one), algebra.expr(other))
    if density.has(*KINKED) or second.has(sympy.DiracDelta):
        return None
    try:
        return mean_of_sum(question, algebra.node(opened(-second)), "rational first")
    except (NoClosedFormError, NoRuleError):
        return None


def _changed(
    question: Question,
    unknowns: tuple[Node, ...],
    scores: tuple[Node, ...],
    own: OwnParameters,
    asked_by: str,
) -> Information:
    """``J' I J`` with the information of the law's own parameters, J the slopes of the map."""
    found, algebra = information(own.law, own.unknowns, asked_by), question.algebra
    taken = {s.name for s in (*own.law.symbols, *unknowns, question.answer)}
    letter = symbol(free_name(OWN_NAMES, taken))
    found = replace(found, question=replace(found.question, answer=letter))
    maps = {**{p: p for p in own.unknowns}, **dict(own.maps)}
    slopes = sympy.Matrix(
        [[sympy.diff(algebra.expr(maps[p]), algebra.expr(u)) for u in unknowns] for p in maps]
    )
    names = dict(own.maps)
    inner = sympy.Matrix(
        len(maps), len(maps), lambda i, j: algebra.expr(substituted(found.node(i, j), names))
    )
    whole = slopes.T * inner * slopes
    places = [(i, j) for i in range(len(unknowns)) for j in range(i, len(unknowns))]
    needs = tuple(
        Relation(substituted(need.left, names), need.sign, _put_in(need.right, names))
        for need in found.requires
    )
    shown = {
        (i, j): algebra.node(slopes[i, j])
        for i in range(len(maps))
        for j in range(len(unknowns))
        if slopes[i, j] != 0
    }
    return Information(
        question,
        unknowns,
        scores,
        {},
        {place: whole[place] for place in places},
        needs,
        OwnInformation(found, own.maps, shown),
    )


def _put_in(side: Any, names: dict[Node, Node]) -> Any:
    return substituted(side, names) if isinstance(side, Node) else side


def _mean(question: Question, one: Expr, other: Expr, x: sympy.Symbol) -> MeanOfSum:
    """The mean of a product of scores, with its squares kept if they can be averaged."""
    node = question.algebra.node
    try:
        return mean_of_sum(question, node(_product(one, other, x)), "rational first")
    except NoClosedFormError as error:
        try:
            whole = opened(opened(one) * opened(other))
            return mean_of_sum(question, node(whole), "rational first")
        except NoClosedFormError:
            reason = str(error).splitlines()[0]
        raise NoClosedFormError(
            f"the mean of the product of scores has no closed form here: of one of its terms "
            f"is said\n  {reason}\n"
            f"  to fix   : hold a parameter, or ask about others, wrt="
        ) from error


def _without_jumps(slope: Expr) -> Expr:
    """The derivative between the kinks."""
    return slope.xreplace({part: sympy.Integer(0) for part in slope.atoms(sympy.DiracDelta)})


def _product(one: Expr, other: Expr, x: sympy.Symbol) -> Expr:
    """The product of two scores as a sum of coefficients times functions of x."""
    terms = [Add.make_args(_terms(score, x)) for score in (one, other)]
    return Add(*(_plain(a * b) for a in terms[0] for b in terms[1]))


def _terms(score: Expr, x: sympy.Symbol) -> Expr:
    """A score as terms, the squares in it kept."""
    count = sympy.Integer(1)
    summed = over_sample(score, x, count)
    return summed.replace(lambda e: e.func.__name__ == "SampleSum", lambda e: e.args[0])


def _plain(product: Expr) -> Expr:
    """The square of a sign is 1, an even power that of the absolute value beside it."""
    distances = {part.args[0]: part for part in product.atoms(sympy.Abs)}
    distances |= {sympy.expand(-gap): part for gap, part in distances.items()}
    product = product.replace(
        lambda e: isinstance(e, sympy.Pow) and isinstance(e.base, sympy.sign) and e.exp == 2,
        lambda e: sympy.Integer(1),
    )
    return product.replace(
        lambda e: isinstance(e, sympy.Pow) and e.base in distances and e.exp.is_even,
        lambda e: sympy.Pow(distances[e.base], e.exp, evaluate=False),
    )


def _shown_score(question: Question, slope: Expr) -> Node:
    above, below = sympy.fraction(sympy.together(slope))
    forms = (sympy.expand(above) / below, slope, sympy.expand(slope), sympy.factor_terms(slope))
    best = min(map(question.algebra.node, forms), key=operation_count)
    return facing(best, question.variable)


def _require_fixed_support(law: Law, unknowns: tuple[Node, ...], asked_by: str) -> None:
    for p in unknowns:
        if p in law.support.moves_with:
            raise NoRuleError(
                f"{asked_by}: the support {law.support.words()} of {law!r} depends on {p.name}\n"
                f"  because  : the score then has no mean zero, and E[s s'] bounds nothing\n"
                f"  to fix   : ask about other parameters, or use maximum_likelihood, which "
                f"argues at the end of the support"
            )
