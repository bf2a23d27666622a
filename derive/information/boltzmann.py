"""Largest entropy on finitely many points: the uniform law, or with a mean the Boltzmann law."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm

import sympy

from derive.check.claim import Claim
from derive.check.claims import SameValue
from derive.engine.naming import substituted
from derive.errors import DomainError, NoClosedFormError
from derive.information.finite_page import entropy_by_splitting, surprise
from derive.information.lagrangian_lines import gibbs_steps, lagrangian_steps
from derive.information.log_sums import log_sum, positive_form
from derive.information.moment_constraints import MeanConstraint, Points
from derive.information.units import in_base, unit
from derive.language.expression import Node, add, divide, multiply, number, power, symbol
from derive.language.facts import close_facts
from derive.language.functions import array, expectation, postorder
from derive.language.law import Value
from derive.language.laws.terms import log, sqrt
from derive.language.relations import Condition, Relation, Words
from derive.language.sympy_in import from_sympy
from derive.language.sympy_out import to_sympy
from derive.probability.masses import gathered
from derive.steps import Step, Trace

DIGITS = 15


def finite_maximum_entropy(
    means: Sequence[MeanConstraint], room: Points, base: Value | None, of: str
) -> tuple[Trace, tuple[Claim, ...]]:
    """The trace and the claims of the law of largest entropy on points.

    Raises
    ------
    DomainError
        The mean lies outside the values of the function.
    NoClosedFormError
        There are several means, or a function with values that are not rational.
    """
    if len(means) > 1:
        raise NoClosedFormError(
            "on finitely many points one mean is held in closed form\n"
            "  to fix   : give one constraint"
        )
    values = _values(means[0].function, of, room) if means else [Fraction(0)] * len(room.values)
    target = means[0].value if means else number(0)
    _require_between(means, values)
    return _Boltzmann(tuple(means), room, tuple(values), target, base, of).derived()


def _values(function: Node, of: str, room: Points) -> list[Fraction]:
    """The function at each point."""
    x = next(s for s in function.symbols if s.name == of)
    found = [gathered(substituted(function, {x: number(v)})) for v in room.values]
    if not all(node.is_number for node in found):
        raise NoClosedFormError(
            f"{function!r} has values that are not rational at the points\n"
            "  to fix   : give a function with rational values, without other names"
        )
    return [Fraction(node.data) for node in found]


def _require_between(means: Sequence[MeanConstraint], values: Sequence[Fraction]) -> None:
    low, high = min(values), max(values)
    for mean in means:
        target = to_sympy(mean.value)
        outside = (target - sympy.Rational(low)).is_nonpositive or (
            sympy.Rational(high) - target
        ).is_nonpositive
        if low == high or outside:
            raise DomainError(
                f"no law with mass on all these points has E[{mean.function!r}] = {mean.value!r}: "
                f"it lies strictly between {low} and {high}\n"
                "  to fix   : give a mean between them"
            )


@dataclass(frozen=True)
class _Boltzmann:
    """``p_k = t^u_k/S`` with whole ``u_k``: the values in steps of `unit` from the least."""

    means: tuple[MeanConstraint, ...]
    room: Points
    values: tuple[Fraction, ...]
    target: Node
    base: Value | None
    of: str

    @cached_property
    def unit(self) -> Fraction:
        """The largest number of which all differences of values are multiples."""
        gaps = [v - min(self.values) for v in self.values if v != min(self.values)]
        if not gaps:
            return Fraction(1)
        below = lcm(*(g.denominator for g in gaps))
        return Fraction(gcd(*(int(g * below) for g in gaps)), below)

    @cached_property
    def exponents(self) -> tuple[int, ...]:
        """The whole numbers ``u_k``."""
        return tuple(int((v - min(self.values)) / self.unit) for v in self.values)

    @cached_property
    def letter(self) -> Node:
        """``t``, the exponential of the multiplier."""
        taken = {s.name for s in self.target.symbols}
        name = next(n for n in ("t", "w", "t_0") if n not in taken)
        return symbol(name, (1, 1), close_facts(("positive",), name, (1, 1)))

    @cached_property
    def gap(self) -> Node:
        """``sum (f_k - c) t^u_k``, which is 0 at the right t."""
        return add(
            *(
                multiply(number(v) - self.target, power(self.letter, number(u)))
                for v, u in zip(self.values, self.exponents, strict=True)
            )
        )

    @cached_property
    def gaps(self) -> tuple[Node, ...]:
        """How far the mean lies from the least and the largest value."""
        return self.target - number(min(self.values)), number(max(self.values)) - self.target

    @cached_property
    def root(self) -> Node | None:
        """The positive t in closed form, if there is one.

        Coefficients change their sign once, the last is positive: there is one such t.
        """
        if not self.means:
            return number(1)
        t = sympy.Dummy("t", positive=True)
        whole = sympy.Poly(to_sympy(self.gap).xreplace({to_sympy(self.letter): t}), t)
        if self.target.symbols:
            return self._root_of(whole) if whole.degree() <= 2 else None
        for factor, _ in whole.factor_list()[1]:
            if factor.degree() <= 2 and any(r > 0 for r in sympy.real_roots(factor)):
                return self._root_of(factor if factor.LC() > 0 else -factor)
        return None

    def _root_of(self, poly: sympy.Poly) -> Node:
        """The larger root of a polynomial of degree at most 2, its first coefficient positive."""
        if poly.degree() == 1:
            return positive_form(from_sympy(sympy.together(-poly.nth(0) / poly.nth(1))), self.gaps)
        a, b, c = poly.all_coeffs()
        below = positive_form(from_sympy(sympy.expand(2 * a)), self.gaps)
        inside = from_sympy(sympy.expand(b**2 - 4 * a * c))
        return divide(from_sympy(sympy.expand(-b)) + sqrt(inside), below)

    @cached_property
    def is_rational(self) -> bool:
        """Whether the masses are rational in the mean."""
        return self.root is not None and all(
            part.op != "pow" or part.args[1].data.denominator == 1 for part in postorder(self.root)
        )

    def masses(self, t: Node) -> tuple[Node, ...]:
        """The masses at a value of t."""
        powers = [power(t, number(u)) for u in self.exponents]
        whole = add(*powers)
        found = tuple(divide(p, whole) for p in powers)
        return tuple(positive_form(m, self.gaps) for m in found) if self.is_rational else found

    def entropy(self, t: Node) -> Node:
        """``-sum p log p``, or ``log S - E[u] log t``."""
        if self.is_rational:
            return log_sum(surprise(self.masses(t)), None, self.gaps)
        powers = [power(t, number(u)) for u in self.exponents]
        whole = add(*powers)
        if self.root is not None:
            mean = gathered(self.gaps[0] / number(self.unit))
        else:
            parts = [multiply(number(u), p) for u, p in zip(self.exponents, powers, strict=True)]
            mean = divide(add(*parts), whole)
        return log(whole) - multiply(mean, log(t))

    def derived(self) -> tuple[Trace, tuple[Claim, ...]]:
        """The trace and the claims."""
        unit_name, factor = unit(self.base)
        t = self.letter if self.root is None else self.root
        masses, nats = self.masses(t), self.entropy(t)
        answer, conversion = in_base(nats, factor)
        law, entropy, x = array([list(masses)]), symbol("H(p)"), symbol(self.of)
        name = symbol(f"p({self.of})")
        points = array([[number(v) for v in self.room.values]])
        steps = (
            *lagrangian_steps(self.means, x, "p"),
            *self._solved(name),
            Step(name, law, Words("at {0} = {1}", (x, points))),
            Step(entropy, nats, "−E[log p]"),
            *conversion,
            *gibbs_steps("p"),
        )
        places = ", ".join(map(str, self.room.values))
        text, nodes = "law of largest entropy on {0}", [symbol(f"{{{places}}}")]
        for mean in self.means:
            text += " with {1} = {2}"
            nodes += [expectation(mean.function, "p", self.of), mean.value]
        conditions = self._conditions()
        arguments = (self.letter, *sorted(self.target.symbols, key=lambda s: s.name))
        used = {s for node in (*masses, answer) for s in node.symbols}
        trace = Trace(
            question=Words(f"{text}; in {unit_name}", tuple(nodes)),
            definitions=(),
            steps=steps,
            results=((name.name, law), (entropy.name, answer)),
            conditions=(*conditions, *self._equation()),
            arguments=tuple(s for s in arguments if s in used),
            lefts=(name, entropy),
        )
        return trace, self._claims(masses, answer, factor, conditions)

    def _solved(self, name: Node) -> tuple[Step, ...]:
        """From the mean that is held to t."""
        if not self.means:
            return ()
        t = self.letter
        exponent = f"exp(eta {self.unit})" if self.unit != 1 else "exp(eta)"
        steps = [
            Step(
                None,
                Relation(self.gap, "=", number(0)),
                Words(f"the mean that is held, times Z, with {{0}} = {exponent}", (t,)),
            )
        ]
        if self.root is not None:
            steps.append(Step(None, Relation(t, "=", self.root), "its one positive root"))
        else:
            steps.append(Step(None, Words("one positive root {0}", (t,)), "signs change once"))
            if not self.target.symbols:
                steps.append(Step(None, Words(f"{{0}} ≈ {self._numeric()}", (t,)), "by numbers"))
        return tuple(steps)

    def _numeric(self) -> str:
        """The root by bisection, to fifteen digits."""
        t = to_sympy(self.letter)
        poly = sympy.Poly(to_sympy(self.gap), t)
        (root,) = [r for r in sympy.real_roots(poly) if r > 0]
        return str(sympy.N(root, DIGITS))

    def _equation(self) -> tuple[Condition, ...]:
        return () if self.root is not None else (Relation(self.gap, "=", number(0)),)

    def _conditions(self) -> tuple[Condition, ...]:
        """Where the mean may lie."""
        found: list[Condition] = []
        if self.target.symbols and self.means:
            found.append(Relation(self.target, ">", number(min(self.values))))
            found.append(Relation(self.target, "<", number(max(self.values))))
        if self.root is None:
            found.append(Relation(self.letter, ">", number(0)))
        return tuple(found)

    def _claims(
        self,
        masses: tuple[Node, ...],
        answer: Node,
        factor: Node | None,
        conditions: tuple[Condition, ...],
    ) -> tuple[Claim, ...]:
        """The total, the mean, the slope along directions that keep both, and the entropy."""
        mean = add(*(multiply(number(v), m) for v, m in zip(self.values, masses, strict=True)))
        pairs = [(add(*masses), number(1))]
        if self.means and self.root is not None:
            pairs.append((mean, self.target))
        rows = sympy.Matrix([[1] * len(masses), [sympy.Rational(v) for v in self.values]])
        for direction in rows.nullspace():
            slope = add(
                *(
                    multiply(from_sympy(w), log(m))
                    for w, m in zip(direction, masses, strict=True)
                    if w
                )
            )
            pairs.append((slope, number(0)))
        split = entropy_by_splitting(masses)
        split = split if factor is None else divide(split, factor)
        claims = [SameValue(a, b, conditions=conditions) for a, b in pairs]
        return (*claims, SameValue(split, answer, conditions=conditions, kind="result"))
