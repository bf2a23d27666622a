"""Stationary points among probability vectors: a multiplier for the entries summing to one.

Inside the simplex every direction along which the entries keep their sum is free, so that the
gradient is a multiple of ``1``: ``grad f = nu 1`` and ``1'p = 1``.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, count

from derive.engine.distribution import distributed
from derive.engine.naming import substituted
from derive.engine.products import times
from derive.engine.rebuilding import rebuild
from derive.engine.stationary.elimination import Eliminated
from derive.engine.stationary.equation import (
    Block,
    Simplifier,
    Solved,
    joined_lines,
    put_in,
)
from derive.engine.stationary.linear import reciprocal
from derive.engine.stationary.solve import solve
from derive.engine.stationary.verdict import Verdict
from derive.errors import DomainError, NoClosedFormError
from derive.language.expression import (
    Node,
    add,
    elementwise_power,
    is_zero,
    number,
    ones,
    product,
    split_product,
    symbol,
)
from derive.language.functions import differential, elementwise, postorder, total
from derive.language.properties import is_positive
from derive.language.relations import Condition, Relation, Side, Words
from derive.steps import Step


@dataclass(frozen=True)
class OnSimplex:
    """The stationary point inside the simplex.

    Attributes
    ----------
    inside : Node
        The variable with positive entries and nothing else known of it.
    gradient : Node
        In `inside`.
    value, multiplier : Node
    letter : Node
        The symbol of the multiplier.
    unique, needs
        As of ``Solved``.
    steps : tuple of Step
        About the variable itself.
    """

    inside: Node
    gradient: Node
    value: Node
    multiplier: Node
    letter: Node
    steps: tuple[Step, ...]
    unique: tuple[Relation, ...]
    needs: tuple[tuple[Condition, Node], ...]

    @property
    def solved(self) -> Eliminated:
        """The solution as one elimination."""
        solved = Solved(self.inside, self.value, (), self.unique, self.needs)
        block = Block(self.inside, self.gradient, solved)
        return Eliminated(self.steps, (block,), {self.inside: self.value})


def on_simplex(function: Node, gradient: Node, variable: Node, simplify: Simplifier) -> OnSimplex:
    """Solve ``grad f = nu 1`` with ``1'p = 1``.

    Raises
    ------
    NoClosedFormError
        It is not solved in closed form.
    DomainError
        It has no solution.
    """
    inside = symbol(variable.name, variable.shape, frozenset({"positive"}))
    letter = _multiplier(function)
    G = simplify(substituted(gradient, {variable: inside}))
    if _is_level(G):
        raise NoClosedFormError(
            f"the gradient {G!r:.120} has one entry everywhere: on the simplex the function is "
            f"constant, and every point is stationary"
        )
    if inside not in G.symbols:
        raise NoClosedFormError(
            f"the gradient {G!r:.120} does not depend on {variable.name}: inside the simplex no "
            f"point is stationary unless all its entries are the same\n"
            f"  to fix   : the least and the largest value are at corners of the simplex"
        )
    one = ones(*variable.shape)
    equation = simplify(G - times(letter, one))
    solved = solve(equation, inside, simplify)
    if solved is None:
        raise NoClosedFormError(
            f"no closed form is known for {variable.name} on the simplex: the stationary points "
            f"solve\n  {G!r:.300} = {letter.name}*{one!r}\n"
            f"with sum({variable.name}) = 1, for some {letter.name}\n"
            f"  to fix   : solve it by numbers: gradient(..., structure='simplex') vanishes there"
        )
    first = Step(
        None,
        Relation(G, "=", times(letter, one)),
        Words("a multiplier {0} for {1} = 1", (letter, total(inside))),
    )
    steps = joined_lines([first], solved.steps)
    shape = simplify(_opened(solved.value, letter))
    value, more = _of_sum_one(shape, inside, letter, simplify)
    at_value = put_in(G, {inside: value}, simplify)
    multiplier = simplify(times(number(Fraction(1)), total(at_value)) / total(one))
    back = {inside: variable}
    return OnSimplex(
        inside,
        G,
        value,
        multiplier,
        letter,
        tuple(_moved(step, back) for step in (*steps, *more)),
        tuple(one for one in solved.unique if letter not in one.left.symbols),
        tuple(need for need in solved.needs if letter not in need[1].symbols),
    )


def _is_level(gradient: Node) -> bool:
    """Whether all entries are plainly the same."""
    factors = split_product(gradient)[2]
    return len(factors) == 1 and factors[0].op == "ones"


def _multiplier(function: Node) -> Node:
    """A letter that the function does not hold."""
    taken = {s.name for s in function.symbols}
    names = chain(("nu", "mu", "eta"), (f"nu_{k}" for k in count(1)))
    return next(symbol(name) for name in names if name not in taken)


def _of_sum_one(
    shape: Node, inside: Node, letter: Node, simplify: Simplifier
) -> tuple[Node, list[Step]]:
    """The value whose entries sum to one, of those that the multiplier gives."""
    coefficient, scalars, factors = split_product(shape)
    fixed = product(coefficient, [s for s in scalars if letter not in s.symbols], factors)
    scales = [s for s in scalars if letter in s.symbols]
    if letter not in fixed.symbols and scales and fixed.shape == shape.shape:
        whole = simplify(total(fixed))
        if is_zero(whole):
            raise DomainError(
                f"no stationary point: on the simplex {inside.name} would be proportional to "
                f"{fixed!r:.120}, whose sum is 0"
            )
        value = simplify(times(reciprocal(whole), fixed))
        one = product(Fraction(1), *split_product(fixed)[1:])
        words = Words("{0} is proportional to {1}, and {2} = 1", (inside, one, total(inside)))
        return value, [Step(None, Relation(inside, "=", value), words)]
    left = simplify(distributed(total(shape), lambda whole: False))
    solved = solve(left - number(1), letter, simplify)
    if solved is None:
        raise NoClosedFormError(
            f"no closed form is known for {inside.name} on the simplex: it is {shape!r:.200}, "
            f"where the multiplier {letter.name} solves\n  {left!r:.200} = 1\n"
            f"  to fix   : solve that by numbers"
        )
    value = put_in(shape, {letter: solved.value}, simplify)
    first = Step(None, Relation(left, "=", number(1)), Words("{0} = 1", (total(inside),)))
    last = Step(None, Relation(inside, "=", value), Words("{0} put in", (letter,)))
    return value, [*joined_lines([first], solved.steps), last]


def _opened(node: Node, letter: Node) -> Node:
    """``exp(nu 1 - c)`` as ``exp(nu) exp(-c)``, and powers of multiples of the letter."""
    done: dict[Node, Node] = {}
    for part in postorder(node):
        again = rebuild(part, [done[arg] for arg in part.args])
        if not again.is_scalar and letter in again.symbols:
            if again.op == "map" and again.data == "exp":
                again = _parted_exponential(again, letter)
            elif again.op == "pow" and again.args[1].is_number:
                again = _parted_power(again)
        done[part] = again
    return done[node]


def _parted_power(node: Node) -> Node:
    """``(nu a)^r`` as ``nu^r a^r``, for a positive vector."""
    base, exponent = node.args
    coefficient, scalars, factors = split_product(base)
    if not scalars or not factors or not is_positive(core := product(Fraction(1), [], factors)):
        return node
    scale = product(coefficient, scalars, [])
    return times(elementwise_power(scale, exponent), elementwise_power(core, exponent))


def _parted_exponential(node: Node, letter: Node) -> Node:
    opened = distributed(node.args[0], lambda whole: False)
    moved: list[Node] = []
    rest: list[Node] = []
    for term in opened.args if opened.op == "add" else (opened,):
        coefficient, scalars, factors = split_product(term)
        if len(factors) == 1 and factors[0].op == "ones":
            moved.append(product(coefficient, scalars, []))
        else:
            rest.append(term)
    if not any(letter in term.symbols for term in moved):
        return node
    kept = elementwise("exp", add(*rest)) if rest else ones(*node.shape)
    return times(elementwise("exp", add(*moved)), kept)


def _moved(step: Step, back: dict[Node, Node]) -> Step:
    """A line about the variable as it was declared."""

    def side(value: Side) -> Side:
        if isinstance(value, Relation):
            right = value.right
            right = substituted(right, back) if isinstance(right, Node) else words(right)
            return Relation(substituted(value.left, back), value.sign, right)
        return substituted(value, back) if isinstance(value, Node) else value

    def words(said: Words) -> Words:
        return Words(said.text, tuple(substituted(node, back) for node in said.nodes))

    rule = words(step.rule) if isinstance(step.rule, Words) else step.rule
    return Step(None, side(step.after), rule)


def verdict_along(whole: Verdict, inside: Node, variable: Node) -> Verdict:
    """What a verdict over all positive vectors says of those that sum to one."""
    if whole.kind == "inconclusive":
        words = (
            "the declared facts do not settle the sign of the second derivative along the simplex"
        )
        return Verdict("inconclusive", Words(words))
    back = {inside: variable}
    reason = Words(whole.reason.text, tuple(substituted(n, back) for n in whole.reason.nodes))
    form = (
        None
        if whole.form is None
        else substituted(whole.form, {**back, differential(inside): differential(variable)})
    )
    return Verdict(whole.kind, reason, whole.is_strict, form)
