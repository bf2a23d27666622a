"""The last lines of a page: the verdict, points that were left out, what a singular case allows."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from derive.engine.stationary.disagreement import failing
from derive.engine.stationary.elimination import Eliminated
from derive.engine.stationary.equation import put_in
from derive.engine.stationary.verdict import Verdict
from derive.language.expression import Node
from derive.language.relations import Relation, Words
from derive.steps import Step


def verdict_words(verdict: Verdict) -> Words:
    """What the point is, and why."""
    return Words(f"{verdict.kind}: {verdict.reason.text}", verdict.reason.nodes)


def closing(verdict: Verdict, solved: Eliminated) -> list[Words]:
    """Whether other stationary points were left out, and what holds without an inverse."""
    lines: list[Words] = []
    lost, left = divided(solved)
    if lost:
        words = " or ".join(f"{{{k}}} {failing(node)}" for k, node in enumerate(lost))
        lines.append(Words(f"there may be other stationary points, where {words}", tuple(lost)))
    if left:
        words = " and ".join(
            f"no entry of {{{k}}} is 0"
            if sign == "!=" and not node.is_scalar
            else f"{{{k}}} {'!= 0' if sign == '!=' else 'is invertible'}"
            for k, (node, sign) in enumerate(left.items())
        )
        lines.append(Words(f"the only stationary point if {words}", tuple(left)))
    if verdict.kind.startswith("global"):
        lines.extend(map(_without_inverse, _loose_equations(solved)))
    return lines


def divided(solved: Eliminated) -> tuple[list[Node], dict[Node, str]]:
    """What was divided by that holds an unknown, and what of the data must not vanish."""
    lost: dict[Node, None] = {}
    left: dict[Node, str] = {}
    known: dict[Node, Node] = {}
    for block in solved.blocks:
        for condition in block.solved.unique:
            if condition.left.symbols & (solved.values.keys() - known.keys()):
                lost[condition.left] = None
            else:
                left[put_in(condition.left, known)] = condition.sign
        variable = block.solved.variable
        known[variable] = solved.values[variable]
    return list(lost), left


def _loose_equations(solved: Eliminated) -> list[Relation]:
    """Linear systems whose matrix may have no inverse, if there is one equation alone."""
    if len(solved.blocks) != 1:
        return []
    steps = solved.blocks[0].solved.steps
    found = [
        before.after
        for before, after in pairwise(steps)
        if isinstance(after.rule, Words) and after.rule.text.startswith("if ")
    ]
    return [relation for relation in found if isinstance(relation, Relation)]


def _without_inverse(relation: Relation) -> Words:
    assert isinstance(relation.right, Node)
    words = "without that inverse, every solution of {0} = {1} is one"
    return Words(words, (relation.left, relation.right))


def settled(step: Step) -> Step:
    """A line that inverts a matrix of a definite second differential: it has an inverse."""
    if not isinstance(step.rule, Words) or not step.rule.text.startswith("if "):
        return step
    text = step.rule.text.replace("if ", "").replace("is invertible", "is definite")
    return replace(step, rule=Words(f"{text}, see below", step.rule.nodes))
