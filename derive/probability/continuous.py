"""Continuous random variables from a density that is given up to its constant.

The integrals are SymPy's, found in a process with a time limit; each is shown only after it
agreed with quadrature of the given density at random parameters.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import sympy

from derive.check.claim import Claim, Kind
from derive.check.law_bench import LawBench
from derive.check.law_claims import MeanClaim, density_claims
from derive.check.law_masses import MassClaim
from derive.derivation import Derivation
from derive.engine.inversion import monotone
from derive.engine.naming import substituted
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.errors import ArgumentError, DeriveError, NoClosedFormError
from derive.language.expression import Node, number, power, symbol
from derive.language.facts import close_facts
from derive.language.functions import elementwise, expectation
from derive.language.law import symbol_conditions
from derive.language.merged_names import ordered_symbols
from derive.language.relations import Relation, Words
from derive.numeric.guarded import Guard
from derive.probability.density_integrals import DensityIntegrals
from derive.probability.divisors import divisors_of
from derive.probability.given_density import End, end_of, function_in, support_of
from derive.probability.guarded_page import GuardedDerivation
from derive.probability.own_law import law_of_density
from derive.probability.question import free_name
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace

BY = "integrate; compared with quadrature"


class ContinuousRandomVariable:
    """A random value with a density that is given up to a constant.

    Parameters
    ----------
    density : str, Node or SymPy expression
        A function of the value, not negative on the support: ``"x^2*exp(-x)"``.
    support : pair of ends
        Numbers, names or expressions; ``None``, ``"oo"`` and ``"-oo"`` for no end.
    of : str
        What the value is called.
    shapes : str
        What is known of other names: ``"a: positive"``.

    Raises
    ------
    DomainError
        The density is negative somewhere or not integrable; the message says where.
    NoClosedFormError
        Its total is not found, or what was found is not confirmed by quadrature.
    ArgumentError
        The support is no pair of ends, or the density no scalar function of the value.

    References
    ----------
    wasserman2004, section 2.2.

    Examples
    --------
    >>> X = ContinuousRandomVariable("x*(1 - x)", support=(0, 1))
    >>> X.density
    6*x*(1 - x)    # scalar
    >>> X.mean
    1/2    # scalar
    """

    def __init__(
        self,
        density: Any,
        support: Sequence[End] = ("-oo", "oo"),
        of: str = "x",
        shapes: str = "",
    ) -> None:
        self._support = support_of(support, shapes)
        self._variable = symbol(of, facts=close_facts(self._support.facts, of, (1, 1)))
        self._given = function_in(density, self._variable, shapes)
        ends = [e for e in (self._support.lower, self._support.upper) if e is not None]
        found = [s for node in (self._given, *ends) for s in ordered_symbols(node)]
        self._symbols = tuple(s for s in dict.fromkeys(found) if s is not self._variable)
        taken = {s.name for s in self._symbols} | {of}
        self._letter = symbol(free_name(("f", "p", "q", "f_"), taken))
        self._value = symbol(free_name(("p", "u", "w", "p_"), taken), facts=("probability",))
        self._algebra = ScalarAlgebra((*self._symbols, self._variable))
        self._integrals = DensityIntegrals(
            self._given, self._variable, self._symbols, self._support, self._algebra
        )
        self._integrals.require_shape()
        self._total = self._integrals.of(number(1), "the total of the density")
        self._whole = self._integrals.shortest(self._given / self._total)
        self._law = law_of_density(self._whole, self._variable, self._symbols, self._support)
        self.density = self._density_page()

    # --- pages ----------------------------------------------------------------------------

    def _bench(self, *others: Node, needs: tuple[Relation, ...] = ()) -> LawBench:
        return LawBench({self._letter.name: self._law}, self._variable, needs, others)

    def _trace(
        self,
        question: Words,
        steps: Sequence[Step],
        name: Node,
        answer: Node,
        arguments: Sequence[Node],
        needs: tuple[Relation, ...] = (),
    ) -> Trace:
        letters = (*self._symbols, *(s for s in arguments if s is not self._variable))
        known = [c for s in dict.fromkeys(letters) for c in symbol_conditions(s)]
        known += [c for c in type(self._law).needs(*self._law.values) if not self._holds(c)]
        known += needs
        divisors = divisors_of(answer, self._algebra, known)
        return Trace(
            question=question,
            definitions=(),
            steps=tuple(step for step in steps if step.before is not step.after),
            results=((name.name, answer),),
            conditions=tuple(dict.fromkeys((*known, *divisors))),
            arguments=tuple(arguments),
            lefts=(name,),
        )

    def _holds(self, need: Relation) -> bool:
        """Whether an order of two ends follows from what is declared."""
        assert isinstance(need.right, Node)
        return need.sign == "<" and bool(self._algebra.expr(need.right - need.left).is_positive)

    def _checked(self, page: Derivation) -> Derivation:
        """A page whose certificate is verified: an integral of SymPy is not trusted alone."""
        if page.certificate.verdict != "verified":
            raise NoClosedFormError(
                f"an integral was found for {page.question} and could not be confirmed\n"
                f"  because  : {page.certificate.doubt()}"
            )
        return page

    def _density_page(self) -> Derivation:
        inside = self._support.words(2)
        question = Words(
            f"density proportional to {{0}}, {{1}} in {inside.text}",
            (self._given, self._variable, *inside.nodes),
        )
        total = symbol(free_name(("Z", "C", "Z_"), {s.name for s in self._symbols}))
        steps = (
            Step(total, self._total, Words("integral of {0} over the support", (self._given,))),
            Step(self._letter, self._given / self._total, "over its total"),
            Step(self._given / self._total, self._whole, "collect"),
        )
        bench = self._bench()
        claims: tuple[Claim, ...] = density_claims(bench)
        raw = MeanClaim(
            bench,
            expectation(self._given / self._whole, self._letter.name, self._variable.name),
            self._total,
            "the total of the given function",
            "result",
        )
        trace = self._trace(
            question, steps, self._letter, self._whole, (self._variable, *self._symbols)
        )
        guard = Guard(self._variable, self._support, 0.0, 0.0)
        page = GuardedDerivation(trace, (*claims, raw), law=self._law, guard=guard)
        return self._checked(page)

    @cached_property
    def cdf(self) -> Derivation:
        """P(X <= x): 0 below the support, 1 above it."""
        raw = self._integrals.of(number(1), "the distribution function", self._variable)
        answer = self._integrals.shortest(raw / self._total)
        name = symbol(free_name(("F", "G", "F_"), {s.name for s in self._symbols}))
        bench = self._bench()
        claim = MassClaim(bench, self._variable, answer, "the mass up to x", "result")
        question = Words("distribution function, density {0}", (self._whole,))
        steps = (
            Step(None, Words("{0} = P(X ≤ {1})", (name, self._variable)), "its meaning"),
            Step(name, answer, BY),
        )
        arguments = (self._variable, *self._symbols)
        trace = self._trace(question, steps, name, answer, arguments)
        guard = Guard(self._variable, self._support, 0.0, 1.0)
        page = GuardedDerivation(trace, (claim,), law=self._law, guard=guard)
        return self._checked(page)

    @cached_property
    def quantile(self) -> Derivation:
        """The place with mass p below it, where the distribution function is undone."""
        ((_, mass),) = self.cdf.trace.results
        x, p = self._algebra.expr(self._variable), self._algebra.expr(self._value)
        try:
            place = monotone(self._algebra.expr(mass), x, *self._integrals.ends).inverse(p)
            place = place.replace(sympy.cot, lambda z: 1 / sympy.tan(z))
            answer = self._integrals.shortest(self._algebra.node(place))
        except DeriveError as error:
            raise NoClosedFormError(
                f"the distribution function {mass!r} is not solved for {self._variable.name}\n"
                f"  because  : {str(error).splitlines()[0]}\n"
                f"  to fix   : solve cdf.function()(x) = p by bisection"
            ) from error
        bench = self._bench(self._value)
        claim = MassClaim(bench, answer, self._value, "the mass up to the quantile", "result")
        question = Words("quantile at {0}, density {1}", (self._value, self._whole))
        steps = (
            Step(
                None,
                Words("{0} = {1}", (mass, self._value)),
                Words("solve for {0}", (self._variable,)),
            ),
            Step(self._variable, answer, "undo each function"),
        )
        trace = self._trace(question, steps, self._variable, answer, (self._value, *self._symbols))
        return self._checked(DerivationUnderConditions(trace, (claim,)))

    @cached_property
    def mean(self) -> Derivation:
        """E[X]."""
        return self.expectation(self._variable)

    @cached_property
    def variance(self) -> Derivation:
        """E[X^2] − E[X]^2."""
        (_, first), (_, second) = (
            self.expectation(power(self._variable, number(k))).trace.results[0] for k in (1, 2)
        )
        answer = self._integrals.shortest(second - first**2)
        name = symbol("Var")
        x, letter = self._variable, self._letter.name
        square = expectation(x**2, letter, x.name)
        steps = (
            Step(expectation(x, letter, x.name), first, BY),
            Step(square, second, BY),
            Step(name, second - first**2, "mean square less squared mean"),
            Step(second - first**2, answer, "collect"),
        )
        spread = expectation((x - first) ** 2, letter, x.name)
        bench = self._bench()
        claims = (
            MeanClaim(bench, expectation(x, letter, x.name), first, "the mean"),
            MeanClaim(bench, square, second, "the mean square"),
            MeanClaim(bench, spread, answer, "the variance", "result"),
        )
        question = Words("variance, density {0}", (self._whole,))
        trace = self._trace(question, steps, name, answer, self._symbols)
        return self._checked(DerivationUnderConditions(trace, claims))

    def expectation(self, function: Any) -> Derivation:
        """Derive E[g(X)], the integral of g times the density.

        Parameters
        ----------
        function : str, Node or SymPy expression
            Of the value.

        Returns
        -------
        Derivation

        Raises
        ------
        DivergentMeanError
            The mean does not exist.
        NoClosedFormError
            The integral is not found, or not confirmed.
        """
        node = function_in(function, self._variable, "")
        node = substituted(
            node, {s: k for s in node.symbols for k in self._symbols if s.name == k.name}
        )
        self._integrals.require_mean(node)
        raw = self._integrals.of(node, f"E[{node!r}]")
        answer = self._integrals.shortest(raw / self._total)
        mean = expectation(node, self._letter.name, self._variable.name)
        name = symbol("E")
        bench = self._bench(*(s for s in node.symbols if s not in (*self._symbols, self._variable)))
        claim = MeanClaim(bench, mean, answer, "the mean", "result")
        question = Words("mean of {0}, density {1}", (node, self._whole))
        others = tuple(s for s in bench.others)
        trace = self._trace(
            question, (Step(mean, answer, BY),), name, answer, (*self._symbols, *others)
        )
        return self._checked(DerivationUnderConditions(trace, (claim,)))

    def probability(self, a: End, b: End) -> Derivation:
        """Derive P(a <= X <= b) by the distribution function.

        Parameters
        ----------
        a, b : numbers, names or expressions
            Inside the support; None or ``"-oo"``, ``"oo"`` for its ends.

        Returns
        -------
        Derivation

        Raises
        ------
        ArgumentError
            An end is certainly outside the support, or `a` above `b`.
        """
        ((_, mass),) = self.cdf.trace.results
        low, high = (end_of(e) for e in (a, b))
        needs = self._order(low, high)
        parts = [
            default if end is None else substituted(mass, {self._variable: end})
            for end, default in ((low, number(0)), (high, number(1)))
        ]
        gap = parts[1] - parts[0]
        answer = self._integrals.shortest(gap)
        x = self._variable
        inside = number(1) if high is None else elementwise("closed_step", high - x)
        if low is not None:
            inside = inside - elementwise("closed_step", low - x)
        others = tuple(
            dict.fromkeys(
                s
                for e in (low, high)
                if e is not None
                for s in ordered_symbols(e)
                if s not in self._symbols
            )
        )
        bench = self._bench(*others, needs=needs)
        mean = expectation(inside, self._letter.name, x.name)
        claim = MeanClaim(bench, mean, answer, "the mass between", "result")
        name = symbol("P")
        steps = (
            Step(name, gap, "difference of the distribution function"),
            Step(gap, answer, "collect"),
        )
        shown = [e for e in (low, high) if e is not None]
        places = iter(range(1, 3))
        text = " and ".join("no end" if e is None else f"{{{next(places)}}}" for e in (low, high))
        question = Words(f"probability between {text}, density {{0}}", (self._whole, *shown))
        trace = self._trace(question, steps, name, answer, (*others, *self._symbols), needs)
        return self._checked(DerivationUnderConditions(trace, (claim,)))

    def _order(self, low: Node | None, high: Node | None) -> tuple[Relation, ...]:
        """What must hold for the ends to lie in the support, in their order."""
        chain = [self._support.lower, low, high, self._support.upper]
        known = [end for end in chain if end is not None]
        needs = []
        for less, more in itertools.pairwise(known):
            if less is more:
                continue
            gap = self._algebra.expr(more - less)
            if gap.is_negative:
                raise ArgumentError(
                    f"{less!r} is above {more!r}: the ends of a probability lie in the support "
                    f"{self._support}, in their order"
                )
            if not gap.is_nonnegative:
                needs.append(Relation(less, "<", more))
        return tuple(needs)

    @cached_property
    def uniform(self) -> Derivation:
        """F(X) is uniform on (0, 1): its distribution function is u at u."""
        ((_, mass),) = self.cdf.trace.results
        x, letter, u = self._variable, self._letter.name, self._value
        bench = self._bench(u)
        name = symbol("G")
        steps = [
            Step(None, Words("{0} = P(F(X) ≤ {1}), F({2}) = {3}", (name, u, x, mass)), "its law"),
            Step(
                None, Words("F(X) ≤ {0} exactly where X ≤ F⁻¹({0})", (u,)), "F rises on the support"
            ),
        ]
        claims: list[Claim] = []
        try:
            ((_, place),) = self.quantile.trace.results
        except NoClosedFormError:
            steps.append(Step(name, u, "F at the place with that mass"))
            for k in (1, 2, 3):
                mean, value = expectation(mass**k, letter, x.name), number(1) / number(k + 1)
                kind: Kind = "result" if k == 3 else "line"
                claims.append(MeanClaim(bench, mean, value, f"E[F(X)^{k}]", kind))
        else:
            back = substituted(mass, {x: place})
            steps += [Step(name, back, "F at the quantile"), Step(back, u, "they undo each other")]
            claims.append(MassClaim(bench, place, u, "the mass up to the quantile", "result"))
        question = Words("law of F(X), density {0}", (self._whole,))
        trace = self._trace(question, steps, name, u, (u,))
        return self._checked(DerivationUnderConditions(trace, tuple(claims)))

    def __repr__(self) -> str:
        return (
            f"ContinuousRandomVariable({self._whole!r}, {self._variable.name} in {self._support})"
        )
