"""The lines of a dual: primal, Lagrangian, infimum over each block, dual, recovery, verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from derive.language.expression import Node, add, multiply, negative, zero
from derive.language.facts import FACTS
from derive.language.functions import postorder
from derive.language.problems import Problem
from derive.language.relations import Condition, Relation, Words
from derive.optimization.domain import arranged
from derive.optimization.elimination import DualParts
from derive.optimization.infimum import Infimum
from derive.optimization.names import DUAL, LAGRANGIAN, Names
from derive.steps import Step, Trace


class Sentence:
    """Words with nodes, put together piece by piece."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._nodes: list[Node] = []

    def say(self, text: str) -> Sentence:
        """Append plain words."""
        self._text.append(text)
        return self

    def show(self, *nodes: Node) -> Sentence:
        """Append nodes, separated by commas."""
        self._text.append(", ".join(f"{{{len(self._nodes) + k}}}" for k in range(len(nodes))))
        self._nodes.extend(nodes)
        return self

    def relations(self, relations: Iterable[Relation]) -> Sentence:
        """Append relations, separated by commas."""
        for k, relation in enumerate(relations):
            assert isinstance(relation.right, Node)
            self.say(", " if k else "").show(relation.left)
            self.say(f" {relation.sign} ").show(relation.right)
        return self

    def done(self) -> Words:
        """The finished words."""
        return Words("".join(self._text), tuple(self._nodes))


def problem_words(problem: Problem, opening: str = "") -> Words:
    """``minimise f  over x  subject to ...``."""
    verb = "minimise " if problem.sense == "minimize" else "maximise "
    sentence = Sentence().say(opening + verb).show(problem.objective)
    sentence.say(" over ").show(*problem.variables)
    if problem.constraints:
        sentence.say(" subject to ").relations(problem.constraints)
    return sentence.done()


def dual_words(parts: DualParts) -> Words:
    """``maximise g  over nu  subject to ...``; a minimisation for a maximised primal."""
    flipped = parts.problem.sense == "maximize"
    verb = "minimise " if flipped else "maximise "
    sentence = Sentence().say(verb).show(dual_value(parts))
    if parts.variables:
        sentence.say(" over ").show(*parts.variables)
    domain = full_domain(parts)
    if domain:
        sentence.say(" subject to ").relations(domain)
    return sentence.done()


def dual_value(parts: DualParts) -> Node:
    """The objective of the dual in the sense of the question."""
    flipped = parts.problem.sense == "maximize"
    return negative(parts.objective) if flipped else parts.objective


def full_domain(parts: DualParts) -> tuple[Relation, ...]:
    """The domain with the signs of the multipliers that are left."""
    signed = [v for v in parts.variables if "nonnegative" in v.facts]
    signs = tuple(Relation(v, ">=", zero(v.shape)) for v in signed)
    return (*parts.domain, *signs)


def dual_trace(parts: DualParts, names: Names) -> Trace:
    """All lines, the result, its conditions and the closing remarks."""
    L, g = names.fresh(LAGRANGIAN, (1, 1)), names.fresh(DUAL, (1, 1))
    steps = [
        *_opening_steps(parts),
        _lagrangian_step(parts, L),
        *(_infimum_step(one, parts) for one in parts.infima),
        _dual_function_step(parts, L, g),
        *_elimination_steps(parts),
        Step(None, dual_words(parts), "dual"),
    ]
    return Trace(
        question=problem_words(parts.problem, "dual of "),
        definitions=(),
        steps=tuple(steps),
        results=(("dual", dual_value(parts)),),
        conditions=conditions(parts),
        arguments=arguments(parts),
        closing=(*recovery_words(parts), *sensitivity_words(parts), verdict(parts)),
    )


def arguments(parts: DualParts) -> tuple[Node, ...]:
    """The data in order of appearance in the problem, then the dual variables."""
    sides = [s for c in parts.problem.constraints for s in (c.left, c.right)]
    roots = [parts.problem.objective, *(s for s in sides if isinstance(s, Node))]
    primal = parts.problem.variables
    data = [s for s in postorder(*roots) if s.op == "symbol" and s not in primal]
    return (*data, *parts.variables)


# --- lines ------------------------------------------------------------------------------


def _opening_steps(parts: DualParts) -> list[Step]:
    steps = []
    if parts.problem.sense == "maximize":
        flipped = negative(parts.problem.objective)
        words = Sentence().say("minimise ").show(flipped).done()
        steps.append(Step(None, words, "flip once: max f = -min(-f)"))
    if parts.added:
        steps.append(Step(None, problem_words(parts.worked), f"split: {parts.reason}"))
    return steps


def _lagrangian_step(parts: DualParts, L: Node) -> Step:
    multipliers = parts.lagrangian.multipliers
    sentence = Sentence().say("Lagrangian")
    signed = [m.symbol for m in multipliers if m.has_sign]
    free = [m.symbol for m in multipliers if not m.has_sign]
    sentence.say("; " if multipliers else "")
    sentence.relations(Relation(symbol, ">=", zero(symbol.shape)) for symbol in signed)
    sentence.say(", " if signed and free else "")
    if free:
        sentence.show(*free).say(" free")
    return Step(None, Relation(L, "=", parts.lagrangian.node), sentence.done())


def _dual_function_step(parts: DualParts, L: Node, g: Node) -> Step:
    reason = Sentence().show(g).say(" = inf ").show(L)
    if any(one.curvature != "affine" for one in parts.infima):
        reason.say(", minimisers put in")
    return Step(None, Relation(g, "=", parts.objective), reason.done())


def _infimum_step(one: Infimum, parts: DualParts) -> Step:
    """One line for one block: what it gives, and why."""
    sentence = Sentence().say("inf over ").show(one.variable).say(": ")
    if one.curvature == "affine":
        assert one.domain is not None
        relation = arranged(one.domain, _duals(parts))
        return Step(None, sentence.relations((relation,)).done(), "affine, else -infinity")
    assert one.minimizer is not None
    gradient = add(multiply(one.hessian, one.variable), one.slope)
    sentence.show(gradient).say(" = 0")
    reason = Sentence().say("quadratic")
    if one.hessian.op != "eye":
        reason.say(", ").show(one.hessian)
    if one.curvature == "semidefinite":
        sentence.say(" has a solution ").show(one.minimizer)
        return Step(None, sentence.done(), reason.say(" psd, else -infinity").done())
    sentence.say(", so ").show(one.variable).say(" = ").show(one.minimizer)
    words = " > 0" if one.hessian.is_scalar else " positive definite"
    return Step(None, sentence.done(), reason.say("" if one.hessian.op == "eye" else words).done())


def _elimination_steps(parts: DualParts) -> list[Step]:
    steps = []
    for one in parts.eliminated:
        sentence = Sentence().show(one.multiplier).say(" = ").show(one.value).say(" >= 0")
        if one.relation.left is not one.value:
            sentence.say(" <=> ").relations((one.relation,))
        steps.append(
            Step(None, sentence.done(), Sentence().say("eliminate ").show(one.multiplier).done())
        )
    return steps


def _duals(parts: DualParts) -> Sequence[Node]:
    return tuple(m.symbol for m in parts.lagrangian.multipliers)


# --- closing ----------------------------------------------------------------------------


def recovery_words(parts: DualParts) -> tuple[Words, ...]:
    """How each primal variable follows from the dual solution."""
    lines = []
    for one in parts.infima:
        sentence = Sentence().say("recovery: ").show(one.variable)
        if one.curvature == "definite" and one.minimizer is not None:
            sentence.say(" = ").show(one.minimizer)
        elif one.curvature == "semidefinite" and one.minimizer is not None:
            sentence.say(" = ").show(one.minimizer).say(" + any null vector of ")
            sentence.show(one.hessian).say(" that meets the constraints")
        else:
            _solves_constraints(sentence, one.variable, parts)
        lines.append(sentence.done())
    return tuple(lines)


def _solves_constraints(sentence: Sentence, variable: Node, parts: DualParts) -> None:
    """A variable that the Lagrangian does not fix solves the constraints that hold it."""
    mine = [
        c
        for c in parts.worked.constraints
        if isinstance(c.right, Node) and variable in c.left.symbols | c.right.symbols
    ]
    sentence.say(" from ").relations(mine)
    if any(c.sign != "=" for c in mine):
        sentence.say(", with equality in each row whose multiplier is positive")


def sensitivity_words(parts: DualParts) -> tuple[Words, ...]:
    """``dp*/db`` for the right side of every constraint that was asked."""
    lines = []
    for relation, rate in sensitivities(parts):
        assert isinstance(relation.right, Node)
        named = relation.right.op == "symbol" and not relation.right.symbols & frozenset(
            parts.worked.variables
        )
        sentence = Sentence().say("sensitivity: ")
        if named:
            sentence.say("dp*/d").show(relation.right)
        else:
            sentence.say("dp*/d(right side of ").relations((relation,)).say(")")
        lines.append(sentence.say(" = ").show(rate).done())
    return tuple(lines)


def sensitivities(parts: DualParts) -> tuple[tuple[Relation, Node], ...]:
    """Each constraint that was asked with the rate at which p* changes with its right side."""
    flipped = parts.problem.sense == "maximize"
    values = {one.multiplier: one.value for one in parts.eliminated}
    found = []
    for multiplier in parts.lagrangian.multipliers[: len(parts.problem.constraints)]:
        rate = multiplier.sensitivity
        if multiplier.symbol in values:
            value = values[multiplier.symbol]
            rate = value if rate is multiplier.symbol else negative(value)
        found.append((multiplier.constraint, negative(rate) if flipped else rate))
    return tuple(found)


def verdict(parts: DualParts) -> Words:
    """Whether p* = d*, and why."""
    if not parts.problem.constraints and not parts.added:
        return Words("strong duality holds: without constraints the dual is the optimum itself")
    if not parts.problem.constraints:
        return Words("strong duality holds: convex, constraints affine and feasible")
    return Words(
        "strong duality holds if some point meets the constraints: convex, constraints affine"
    )


def conditions(parts: DualParts) -> tuple[Condition, ...]:
    """The declared facts that the answer rests on, and feasibility."""
    found: list[Condition] = []
    for one in parts.infima:
        for symbol in postorder(one.hessian):
            if symbol.op == "symbol" and symbol.facts:
                found += [c for c in _facts_of(symbol) if c not in found]
    return tuple(found)


def _facts_of(symbol: Node) -> list[Condition]:
    """The strongest declared facts of a symbol, as conditions."""
    implied = {weaker for fact in symbol.facts for weaker in FACTS[fact].implies}
    found: list[Condition] = []
    for fact in sorted(symbol.facts - implied):
        if fact == "spd":
            found.append(Relation(symbol, "is", Words("positive definite")))
        elif fact == "psd":
            found.append(Relation(symbol, "is", Words("positive semidefinite")))
        elif fact in {"positive", "nonnegative"}:
            found.append(Relation(symbol, {"positive": ">"}.get(fact, ">="), zero(symbol.shape)))
        else:
            found.append(Relation(symbol, "is", Words(fact)))
    return found
