"""Density and log density of laws of vectors, matrices and pairs: as declared, and where."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sympy import Add

from derive.check.claim import Claim, Plan
from derive.check.claims import SameValue
from derive.check.law_bench import LawBench
from derive.check.law_claims import density_claims
from derive.check.vector_bench import VectorBench
from derive.check.vector_claims import mass_claims
from derive.engine.closed_form import closed_form
from derive.engine.expansions import opened_around_squares
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.engine.vector_form import collected
from derive.engine.vector_mean import settled
from derive.engine.vector_openings import opened_logdets
from derive.language.expression import Node, add, symbol
from derive.language.facts import close_facts
from derive.language.functions import elementwise
from derive.language.law import Law
from derive.language.laws.pairs import PairLaw
from derive.language.laws.vector_pairs import VectorPairLaw
from derive.language.merged_names import ordered_symbols
from derive.language.relations import Relation, Words
from derive.language.vector_law import VectorLaw
from derive.numeric.guarded import Guard, GuardedFunction
from derive.numeric.guarded_array import GuardedArrayFunction
from derive.probability.from_logarithm import density_of_logarithm
from derive.probability.guarded_page import require_plain
from derive.probability.question import LETTERS, conditions_of_values, free_name, told
from derive.probability.under_conditions import DerivationUnderConditions, requirements_of_trace
from derive.probability.vector_question import MATRIX_VALUES, VECTOR_VALUES
from derive.steps import Step, Trace

UNBOUNDED = frozenset({"vectors", "matrices"})


@dataclass(frozen=True)
class Part:
    """One value that is drawn: its law, given what was drawn before, and what it is called."""

    law: Law
    value: Node

    @property
    def log_density(self) -> Node:
        """The log density at the value."""
        return self.law.log_density(self.value)

    @property
    def support(self) -> Words:
        """Where the value lies."""
        if isinstance(self.law, VectorLaw):
            return self.law.support_words(self.value)
        words = self.law.support.words(1)
        return Words(f"{{0}} lies in {words.text}", (self.value, *words.nodes))

    @property
    def is_bounded(self) -> bool:
        """Whether some values of the same shape are none of the law."""
        if isinstance(self.law, VectorLaw):
            return self.law.domain not in UNBOUNDED
        return self.law.support.lower is not None or self.law.support.upper is not None

    def mass_claims(self) -> tuple[Claim, ...]:
        """The total mass is one; of a law too large to be summed over, with letters for sizes."""
        if not isinstance(self.law, VectorLaw):
            return density_claims(LawBench({"p": self.law}, self.value))
        bench = VectorBench({"p": self.law}, self.value)
        if not bench.places(Plan()):
            law = type(self.law)()
            bench = VectorBench({"p": law}, law.value(self.value.name))
        return mass_claims(bench)


@dataclass(frozen=True, repr=False)
class ShapedDensity(DerivationUnderConditions):
    """A density whose compiled function is right where its value is none of the law too.

    Attributes
    ----------
    law : Law
    part : Part
        The value that is looked at first.
    outside : float
        What the function is where that is no value of its law.
    stable : Node
        The same function written so that no part of it overflows; what is compiled.
    """

    law: Law = field(kw_only=True, compare=False)
    part: Part = field(kw_only=True, compare=False)
    outside: float = field(kw_only=True, compare=False)
    stable: Node = field(kw_only=True, compare=False)

    def function(self, backend: str = "numpy", value: bool = False) -> Any:
        """Compile the answer; outside the support it is 0, its logarithm -inf.

        Parameters
        ----------
        backend : "numpy"
        value : bool
            The answer is the function itself; there is no other to return.

        Returns
        -------
        GuardedFunction or GuardedArrayFunction
            Callable by position or keyword; ``.source``, ``.save``.

        Raises
        ------
        ArgumentError
            The backend is not known, or `value` is asked for.
        """
        require_plain(backend, value)
        ((name, _),) = self.trace.results
        output, arguments, part = (name, self.stable), self.trace.arguments, self.part
        required = requirements_of_trace(self.trace, but=(part.value,))
        if not isinstance(part.law, VectorLaw):
            guard = Guard(part.value, part.law.support, self.outside, self.outside)
            return GuardedFunction(output, arguments, guard, required)
        total = part.law.values[0] if part.law.domain == "counts" else None
        return GuardedArrayFunction(
            output, arguments, part.value, part.law.domain, self.outside, total, required
        )


def shaped_density(law: VectorLaw | PairLaw, is_log: bool) -> ShapedDensity:
    """The page of the density of a law of vectors, matrices or pairs, or of its logarithm."""
    parts = parts_of(law)
    taken = {s.name for part in parts for s in (*part.law.symbols, part.value)}
    name = next(pair[0] for pair in LETTERS if pair[0] not in taken)
    letter = symbol(name)
    declared = add(*(part.log_density for part in parts))
    logarithm = declared if len(parts) == 1 else collected_logarithm(law, declared)
    whole = elementwise("exp", logarithm)
    answer = logarithm if is_log else density_of_logarithm(logarithm)
    left = elementwise("log", letter)
    is_mass = isinstance(law, VectorLaw) and law.domain in {"onehot", "counts"}
    kind = f"{'log ' if is_log else ''}{'mass function' if is_mass else 'density'}"
    how = "the law as declared" if len(parts) == 1 else "what is drawn first, then the other"
    steps = (
        *(Step(None, part.support, "support") for part in parts),
        *drawn_steps(parts),
        Step(left, declared, how),
        *told(Step(declared, logarithm, "collect")),
        *([] if is_log else [Step(letter, whole, "exponential of the logarithm")]),
        *told(
            *([] if is_log else [Step(whole, answer, "coefficients of logarithms become powers")])
        ),
    )
    words = law.glossed_words()
    values = tuple(part.value for part in reversed(parts))
    named = ", ".join(f"{{{len(words.nodes) + k}}}" for k in range(len(values)))
    trace = Trace(
        question=Words(f"{kind} of {words.text}, at {named}", (*words.nodes, *values)),
        definitions=(),
        steps=steps,
        results=((kind, answer),),
        conditions=tuple(dict.fromkeys((*law.conditions, *conditions_of_values((law,))))),
        arguments=(*values, *law.symbols),
        closing=_elsewhere(parts, left if is_log else letter, is_log),
        lefts=(left if is_log else letter,),
    )
    if not is_log:
        declared = elementwise("exp", declared)
    claims = (
        *(claim for part in parts for claim in part.mass_claims()),
        SameValue(declared, answer, conditions=_relations(law), kind="result"),
    )
    guarded = next((part for part in parts if part.is_bounded), parts[0])
    outside = -math.inf if is_log else 0.0
    return ShapedDensity(trace, claims, law=law, part=guarded, outside=outside, stable=declared)


def parts_of(law: VectorLaw | PairLaw) -> tuple[Part, ...]:
    """What is drawn, in order."""
    taken = {s.name for s in law.symbols}
    if isinstance(law, VectorLaw):
        taken |= {str(size) for size in law.size_of.values()}
    if not isinstance(law, PairLaw):
        names = VECTOR_VALUES if law.value("x").shape[1] == 1 else MATRIX_VALUES
        return (Part(law, law.value(free_name(names, taken))),)
    other, first = (free_name((n, f"{n}_", f"{n}__"), taken) for n in law.names)
    if isinstance(law, VectorPairLaw):
        t, x = law.first.value(first), law.value(other)
    else:
        facts = close_facts(law.first.support.facts, first, (1, 1))
        t, x = symbol(first, facts=facts), symbol(other)
    return Part(law.first, t), Part(law.second(t), x)


def collected_logarithm(law: VectorLaw | PairLaw, logarithm: Node) -> Node:
    """The log density of a pair, products and determinants opened."""
    if isinstance(law, VectorPairLaw):
        return collected(settled(opened_logdets(settled(logarithm))))
    algebra = ScalarAlgebra(dict.fromkeys((*law.symbols, *ordered_symbols(logarithm))))
    terms = Add.make_args(opened_around_squares(algebra.expr(logarithm)))
    return closed_form(terms, algebra, "rational last")


def drawn_steps(parts: Sequence[Part]) -> tuple[Step, ...]:
    """The laws of a pair, one after the other."""
    if len(parts) == 1:
        return ()
    first, second = parts
    one = first.law.words(2)
    other = second.law.words(2 + len(one.nodes))
    text = f"{{0}} follows {one.text}, and {{1}} given {{0}} follows {other.text}"
    words = Words(text, (first.value, second.value, *one.nodes, *other.nodes))
    return (Step(None, words, "the pair, one after the other"),)


def _elsewhere(parts: Sequence[Part], left: Node, is_log: bool) -> tuple[Words, ...]:
    """What the function is where a value is none of its law."""
    if not any(part.is_bounded for part in parts):
        return ()
    return (Words(f"{{0}} = {'−∞' if is_log else '0'} elsewhere", (left,)),)


def _relations(law: VectorLaw | PairLaw) -> tuple[Relation, ...]:
    return law.relations() if isinstance(law, VectorLaw) else ()
