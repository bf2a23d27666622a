"""Claims about a Lagrangian dual, tested against the numeric optimum of sampled problems.

Weak duality alone misses wrong coefficients, so four things are asked of every sampled
problem: the Lagrangian is ``f + lam'g + nu'h`` from the constraints as written; the dual
lies under the Lagrangian everywhere; at the multipliers of an independently solved KKT
system the dual equals ``p*`` and the printed recovery gives the solution; and ``p*`` moves
with the right sides of the constraints as the printed sensitivity says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np

from derive.check.claim import Finding, Plan
from derive.check.dual_samples import TOLERANCE, DualStatement, Instance, SampledProblems
from derive.check.programs import Array, Setting, random_rows
from derive.check.rates import rate_error
from derive.check.stream import Stream, fingerprint
from derive.check.words import clip
from derive.language.expression import Node, add, negative, number, ones
from derive.writing.plain import plain

Sizes: TypeAlias = tuple[tuple[str, int], ...]
Aspect: TypeAlias = Literal["lagrangian", "bound", "gap", "residual", "sensitivity"]

ASPECTS: dict[Aspect, str] = {
    "lagrangian": "L is the objective plus multipliers times constraints",
    "bound": "the dual function is at most L at every point, with equality at the recovered one",
    "gap": "p* = d* at the solution of the KKT system, and the recovery gives the solution",
    "residual": "the gradient of the dual is the residual of the constraints where x is recovered",
    "sensitivity": "p* changes with the right sides at the printed rates",
}


def dual_claims(statement: DualStatement) -> tuple[DualClaim, ...]:
    """The claims that a statement makes, in the order of the page."""
    aspects: list[Aspect] = ["lagrangian", "bound", "gap"]
    if statement.duals and statement.is_recovered and not statement.domain:
        aspects.append("residual")
    if statement.worked.constraints:
        aspects.append("sensitivity")
    problems = SampledProblems(statement)
    return tuple(DualClaim(statement, aspect, problems) for aspect in aspects)


@dataclass(frozen=True)
class DualClaim:
    """One aspect of a dual statement; `alteration` says how a mutant differs from it."""

    statement: DualStatement
    aspect: Aspect
    problems: SampledProblems
    alteration: str = field(default="", kw_only=True)

    def describe(self) -> str:
        """The claim in one line of words."""
        return ASPECTS[self.aspect] + (f"; altered: {self.alteration}" if self.alteration else "")

    def examine(self, plan: Plan) -> Finding:
        """Compare at sampled problems of several sizes."""
        measure = MEASURES[self.aspect]
        problems = self.problems.at(plan)
        errors: list[float] = []
        used: list[Sizes] = []
        for k, instance in enumerate(problems):
            stream = Stream(fingerprint([self.statement.dual], plan.seed + k))
            error = measure(self.statement, instance, stream)
            if error is None:
                continue
            errors.append(error)
            sizes = tuple(sorted(instance.setting.sizes.items()))
            used.extend([sizes] if sizes not in used else [])
            if not error <= TOLERANCE:
                return self._refuted(errors, used, k + 1, sizes)
        if errors:
            return self._finding("verified", errors, used)
        reason = "in none of the sampled problems is the rate decided by small changes"
        if not problems:
            reason = "no sampled problem was feasible and bounded"
        return self._finding("unchecked", errors, used, reason)

    def _refuted(self, errors: list[float], used: list[Sizes], place: int, sizes: Sizes) -> Finding:
        reason = f"relative error {errors[-1]:.2g}, over {TOLERANCE:.0e}"
        at = ", ".join(f"{name} = {count}" for name, count in sizes)
        where = f"sampled problem {place}" + (f", at {at}" if at else "")
        return self._finding("refuted", errors, used, reason, where)

    def _finding(
        self,
        verdict: Literal["verified", "refuted", "unchecked"],
        errors: list[float],
        used: list[Sizes],
        reason: str = "",
        where: str = "",
    ) -> Finding:
        return Finding(
            claim=self.describe(),
            verdict=verdict,
            level="not checked" if verdict == "unchecked" else "tested at points",
            points=len(errors),
            worst=max(errors, default=0.0),
            sizes=tuple(used),
            reason=reason,
            counterexample=where,
            kind="line" if self.aspect == "lagrangian" else "result",
            digits=min(15, np.finfo(float).precision),
        )

    def mutants(self) -> tuple[DualClaim, ...]:
        """Each term turned or doubled, the recovery and the rates turned; all of them false.

        Where the optimum of every sampled problem makes a term zero, the gap is as true of
        the altered dual; that one is left out.  One more is false everywhere.
        """
        return tuple(
            replace(self, statement=one, alteration=words)
            for words, one in self._altered()
            if self._differs(one)
        )

    def _altered(self) -> Iterator[tuple[str, DualStatement]]:
        """Other statements, each with the words for what was altered."""
        said = self.statement
        if self.aspect == "lagrangian":
            for words, node in _changed(said.lagrangian):
                yield words, replace(said, lagrangian=node)
        elif self.aspect == "sensitivity":
            for words, change in (("turned", negative), ("one more", _one_more)):
                rates = tuple(change(node) for node in said.sensitivities)
                yield f"the rates {words}", replace(said, sensitivities=rates)
        elif self.aspect == "residual":
            for words, node in _changed(said.dual, frozenset(said.duals)):
                yield words, replace(said, dual=node)
        elif self.aspect == "gap" or said.is_recovered:  # else a smaller bound is still a bound
            for words, node in _changed(said.dual):
                yield words, replace(said, dual=node)
            yield "one added to the dual", replace(said, dual=_one_more(said.dual))
            if self.aspect == "gap" and said.recovery and not said.points:
                opposite = tuple((x, negative(node)) for x, node in said.recovery)
                yield "the recovered point turned", replace(said, recovery=opposite)

    def _differs(self, other: DualStatement) -> bool:
        """Whether the gap would see other values in some sampled problem."""
        if self.aspect != "gap":
            return True
        return any(
            _error(*(_values_at(one, said) for said in (self.statement, other))) > TOLERANCE
            for one in self.problems.at(Plan())
        )


def _values_at(one: Instance, said: DualStatement) -> Array:
    """Dual and recovered point of a statement at the optimum, in one row."""
    nodes = (said.dual, *(node for _, node in said.recovery))
    return np.concatenate([one.setting.value(node, one.duals).reshape(-1) for node in nodes])


def _changed(node: Node, moving: frozenset[Node] | None = None) -> Iterator[tuple[str, Node]]:
    """A sum with one term (one that holds a symbol of `moving`) turned or doubled."""
    terms = node.args if node.op == "add" else (node,)
    for k, term in enumerate(terms):
        if moving is None or term.symbols & moving:
            for words, other in (("turned", negative(term)), ("doubled", number(2) * term)):
                if other is term:  # zero
                    continue
                yield (
                    f"the term {clip(plain(term))} {words}",
                    add(*terms[:k], other, *terms[k + 1 :]),
                )


def _one_more(node: Node) -> Node:
    """The node with one added to every entry."""
    return add(node, number(1) if node.is_scalar else ones(*node.shape))


# --- what is measured: the largest relative error ----------------------------------------


def _lagrangian_error(said: DualStatement, one: Instance, stream: Stream) -> float:
    """L against the objective plus multipliers times residuals of the constraints."""
    setting, count = one.setting, 5
    primal = _random(setting, said.worked.variables, stream, count)
    multipliers = _random(setting, said.multipliers, stream, count)
    everything = {**primal, **multipliers}
    expected = setting.value(said.worked.objective, primal).reshape(-1)
    for symbol, relation in zip(said.multipliers, said.worked.constraints, strict=True):
        turn = -1.0 if relation.sign == ">=" else 1.0
        residual = turn * setting.residual(relation, primal)
        expected = expected + (multipliers[symbol].reshape(count, -1) * residual).sum(axis=1)
    return _error(setting.value(said.lagrangian, everything).reshape(-1), expected)


def _bound_error(said: DualStatement, one: Instance, stream: Stream) -> float:
    """How far the dual rises above L anywhere, or lies below it at the recovered point."""
    setting = one.setting
    duals = _domain_points(said, one, stream, 4)
    count = 8
    repeated = {s: np.repeat(v, count, axis=0) for s, v in duals.items()}
    total = 4 * count
    multipliers = _all_multipliers(said, setting, repeated)
    primal = _random(setting, said.worked.variables, stream, total)
    bound = setting.value(said.dual, repeated).reshape(-1)
    values = setting.value(said.lagrangian, {**primal, **multipliers}).reshape(-1)
    error = float(np.max((bound - values) / (1 + np.abs(bound) + np.abs(values))))
    if said.is_recovered:
        point = {x: setting.value(node, repeated) for x, node in said.recovery}
        touched = setting.value(said.lagrangian, {**point, **multipliers}).reshape(-1)
        error = max(error, _error(touched, bound))
    return max(error, 0.0)


def _gap_error(said: DualStatement, one: Instance, stream: Stream) -> float:
    """d* against p*, membership in the domain, and the recovery against the solution."""
    setting = one.setting
    best = setting.value(said.dual, one.duals).reshape(-1)
    error = _error(best, np.array([one.asked_value]))
    for relation in said.domain:
        gap = setting.residual(relation, one.duals)
        outside = {"=": np.abs(gap), "<=": gap, ">=": -gap}[relation.sign]
        error = max(error, float(outside.max()) / (1 + _scale(one.duals.values())))
    for multiplier, formula in said.eliminated:
        value = setting.value(formula, one.duals)
        error = max(error, _error(value, one.multipliers[multiplier]))
    primal = setting.unpack(one.found.point[None, :], said.worked.variables)
    for variable, formula in said.recovery:
        if variable not in {x for _, x in said.points}:
            error = max(error, _error(setting.value(formula, one.duals), primal[variable]))
    return error


def _residual_error(said: DualStatement, one: Instance, stream: Stream) -> float:
    """The gradient of the dual by differences against the residual at the recovered point."""
    setting = one.setting
    hessian, slope, _ = setting.quadratic(said.dual, said.duals)
    place = random_rows(setting.length(said.duals), stream, 1)
    point = setting.unpack(place, said.duals)
    primal = {x: setting.value(node, point) for x, node in said.recovery}
    residuals = [np.zeros(0)]
    for relation in said.worked.constraints:
        turn = -1.0 if relation.sign == ">=" else 1.0
        residuals.append(turn * setting.residual(relation, primal).reshape(-1))
    return _error(hessian @ place[0] + slope, np.concatenate(residuals))


MEASURES: dict[Aspect, Callable[[DualStatement, Instance, Stream], float | None]] = {
    "lagrangian": _lagrangian_error,
    "bound": _bound_error,
    "gap": _gap_error,
    "residual": _residual_error,
    "sensitivity": rate_error,
}


# --- small parts --------------------------------------------------------------------------


def _domain_points(
    said: DualStatement, one: Instance, stream: Stream, count: int
) -> dict[Node, Array]:
    """Dual points in the domain: random steps from the optimum, cut at the boundary."""
    setting = one.setting
    centre = np.concatenate([one.duals[s].reshape(-1) for s in said.duals] or [np.zeros(0)])
    size = len(centre)
    equal, below, right = [np.zeros((0, size))], [np.zeros((0, size))], [np.zeros(0)]
    for relation in said.domain:
        matrix, offset = setting.affine(relation, said.duals)
        turn = -1.0 if relation.sign == ">=" else 1.0
        (equal if relation.sign == "=" else below).append(turn * matrix)
        if relation.sign != "=":
            right.append(-turn * offset)
    signs = [np.full(setting.length([s]), "nonnegative" in s.facts) for s in said.duals]
    lower = np.concatenate([*signs, np.zeros(0, dtype=bool)]).astype(bool)
    rows = np.vstack([*below, -np.eye(size)[lower]])
    limits = np.concatenate([*right, np.zeros(int(lower.sum()))])
    steps = random_rows(size, stream, count)
    matrix = np.vstack(equal)
    steps = steps - steps @ np.linalg.pinv(matrix) @ matrix if len(matrix) else steps
    speed, room = steps @ rows.T, np.maximum(limits - rows @ centre, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.where(speed > 1e-12, room / speed, 1.0)
    lengths = np.minimum(reach.min(axis=1, initial=1.0), 1.0)
    return setting.unpack(centre + lengths[:, None] * steps, said.duals)


def _all_multipliers(
    said: DualStatement, setting: Setting, duals: dict[Node, Array]
) -> dict[Node, Array]:
    """The kept multipliers and the eliminated ones by their formulas."""
    kept = {s: v for s, v in duals.items() if s in said.multipliers}
    return {**kept, **{s: setting.value(node, duals) for s, node in said.eliminated}}


def _random(
    setting: Setting, symbols: Sequence[Node], stream: Stream, count: int
) -> dict[Node, Array]:
    return setting.unpack(random_rows(setting.length(symbols), stream, count), symbols)


def _error(found: Array, expected: Array) -> float:
    """The largest difference, relative to the size of the numbers."""
    if not found.size:
        return 0.0
    return float(np.abs(found - expected).max()) / (1 + _scale([found, expected]))


def _scale(arrays: Iterable[Array]) -> float:
    return max((float(np.abs(a).max(initial=0.0)) for a in arrays), default=0.0)
