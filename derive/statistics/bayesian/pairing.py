"""A likelihood and a prior put together: the unknown, the sample, and the log posterior.

In: laws as a user gives them.  Out: a ``Pairing``, in which the unknown is a symbol that lies in
the support of the prior, sums over the sample are letters of one scalar algebra, and the log
likelihood and the log prior are opened in the functions of the unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import sympy
from sympy import Add, Expr, Symbol

from derive.check.sample_bench import SampleBench
from derive.engine.closed_form import closed_form, sign_outside
from derive.engine.expansions import opened, opened_around_squares
from derive.engine.law_reading import Parts, Range, parts_of
from derive.engine.naming import substituted
from derive.engine.one_to_one import TwoToOneError, inverse_of
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.errors import NoClosedFormError
from derive.language.combined import combined
from derive.language.expression import Node, add, multiply, negative, number
from derive.language.extremes import largest, smallest
from derive.language.functions import total
from derive.language.indices import entry, index
from derive.language.law import Law
from derive.language.lifting import NotLiftedError, lifted
from derive.language.properties import is_positive
from derive.language.relations import Condition, Relation, Words
from derive.language.sizes import size_names
from derive.language.support import Support
from derive.statistics.bayesian.places import lies_in, whatever_the_unknown

SIZE_NAMES = ("n", "N", "m", "size")
DATA_NAMES = ("x", "y", "z", "data")
CHANGED_NAMES = ("v", "w", "u", "t")
EXTRA_NAMES = ("x_new", "y_new", "z_new", "new")


@dataclass(frozen=True)
class Unknown:
    """The parameter that the prior is of: its symbol, and what it stands for if changed."""

    symbol: Node
    meaning: Node | None
    replaced: Node
    inverse: Node


@dataclass(frozen=True)
class Pairing:
    """One likelihood, one prior, one sample.

    Attributes
    ----------
    likelihood : Law
        Of one value, in the unknown.
    prior : Law
    unknown : Unknown
    data : symbol, shape (n, 1)
        A single value, shape (1, 1), where there is one to predict.
    size : Node
        The number of values.
    algebra : ScalarAlgebra
    value : symbol
        One value of the sample in the algebra.
    needs : tuple of Relation
        What must hold so that the prior has no mass where there is no likelihood.
    """

    likelihood: Law
    prior: Law
    unknown: Unknown
    data: Node
    size: Node
    algebra: ScalarAlgebra
    value: Node
    needs: tuple[Relation, ...] = ()

    @property
    def variable(self) -> Symbol:
        """The unknown in the algebra."""
        return self.algebra.expr(self.unknown.symbol)

    @property
    def taken(self) -> set[str]:
        """Names that stand for something already."""
        own = {self.unknown.symbol.name, self.data.name, *size_names(self.data.shape)}
        held = [s for law in (self.likelihood, self.prior) for s in law.symbols]
        own |= {name for s in held for name in size_names(s.shape)}
        return own | {s.name for law in (self.likelihood, self.prior) for s in law.symbols}

    @property
    def symbols(self) -> tuple[Node, ...]:
        """What an answer free of the unknown may hold."""
        found = (s for law in (self.likelihood, self.prior) for s in law.symbols)
        return tuple(s for s in dict.fromkeys((self.data, *found)) if s != self.unknown.symbol)

    @cached_property
    def bench(self) -> SampleBench:
        """Where claims about this pairing are tested."""
        return SampleBench(
            self.prior, self.likelihood, self.unknown.symbol, self.data, needs=self.needs
        )

    def of_one(self, value: Node) -> Expr:
        """The log density of one value in the algebra."""
        return self.algebra.expr(closed_law(self.likelihood, self.algebra).log_density(value))

    def log_prior(self) -> Parts:
        """The log prior opened in the functions of the unknown."""
        density = closed_law(self.prior, self.algebra).log_density(self.unknown.symbol)
        return parts_of(self.algebra.expr(density), self.variable)

    def log_likelihood(self) -> Parts:
        """The log likelihood of the sample, opened in the functions of the unknown.

        Raises
        ------
        NoClosedFormError
            A term holds a value and the unknown in one function: no sum of the sample
            is enough for it.
        """
        return parts_of(self.summed(self.of_one(self.value)), self.variable)

    def prior_range(self) -> Range:
        """Where the prior is positive."""
        return Range.of(closed_law(self.prior, self.algebra).support, self.algebra)

    def posterior_range(self) -> Range:
        """Where the posterior is positive: the prior's range, cut by the sample where it can."""
        prior, support = closed_law(self.prior, self.algebra).support, self.likelihood.support
        low, high = prior.lower, prior.upper
        for end, extreme, is_upper in (
            (support.upper, largest, True),
            (support.lower, smallest, False),
        ):
            if end is None or self.unknown.symbol not in end.symbols:
                continue
            bound, is_rising = self._bound(end, extreme(self.data))
            if is_upper == is_rising:
                is_above = low is None or (low is number(0) and is_positive(bound))
                low = bound if is_above else self._further("maximum", low, bound)
            else:
                high = bound if high is None else self._further("minimum", high, bound)
        ends = []
        for old, new in ((prior.lower, low), (prior.upper, high)):
            if new is None or new is old:
                ends.append(None if new is None else self.algebra.expr(new))
                continue
            facts = ("positive",) if _is_above_zero(old, new) else ()
            ends.append(self.algebra.expr(self.algebra.closed(new, "end", facts)))
        return Range(ends[0], ends[1], prior.is_whole, prior.step)

    def _further(self, way: str, end: Node | None, bound: Node) -> Node:
        assert end is not None
        return combined(way, self._as_given(end) if self.algebra.has_form(end) else end, bound)

    def _bound(self, end: Node, extreme: Node) -> tuple[Node, bool]:
        """The unknown at which an end meets the extreme value, and whether the end rises with it.

        Raises
        ------
        NoClosedFormError
            The end is not seen to be one to one in the unknown.
        """
        if end is self.unknown.symbol:
            return extreme, True
        facts = ("positive",) if is_positive(extreme) else ()
        place, unknown = self.algebra.expr(end), self.variable
        letter = self.algebra.expr(self.algebra.closed(extreme, "extreme", facts))
        slope = sympy.diff(place, unknown)
        try:
            found = inverse_of(place, unknown, letter)
        except TwoToOneError:
            found = None
        is_open = found is None or found.positive or found.nonzero
        if is_open or not (slope.is_positive or slope.is_negative):
            raise NoClosedFormError(
                f"the end {end!r} of the support moves with {self.unknown.symbol.name}, and where "
                f"the sample cuts it is not seen\n"
                f"  to fix   : ask about a parameter that is an end itself"
            )
        assert found is not None
        return self.algebra.node(found.value), bool(slope.is_positive)

    def cut_words(self) -> Words | None:
        """Where the unknown lies by the sample, if that says something of it."""
        support = self.likelihood.support
        for end, function, sign in (
            (support.upper, largest, ">="),
            (support.lower, smallest, "<="),
        ):
            if end is not None and self.unknown.symbol in end.symbols:
                values = (end, function(self.data))
                return Words(f"every value is possible where {{0}} {sign} {{1}}", values)
        return None

    def _as_given(self, end: Node) -> Node:
        return self.algebra.node(self.algebra.expr(end))

    def summed(self, expr: Expr) -> Expr:
        """The sum over the sample of a function of one value: sums become letters."""
        value, unknown = self.algebra.expr(self.value), self.variable
        if self.data.is_scalar:
            return expr
        found = []
        for term in Add.make_args(opened_around_squares(expr)):
            pieces = [term]
            if term.as_independent(value, as_Add=False)[1].has(unknown):
                pieces = list(Add.make_args(opened(term)))
            found += [self._summed_term(piece, value, unknown) for piece in pieces]
        return Add(*found)

    def _summed_term(self, term: Expr, value: Symbol, unknown: Symbol) -> Expr:
        coefficient, function = term.as_independent(value, as_Add=False)
        if function == 1:
            return coefficient * self.size_letter
        if function.has(unknown):
            raise NoClosedFormError(
                f"the likelihood of a sample from {self.likelihood!r} is no product of functions "
                f"of {self.unknown.symbol!r} and of the sample: {function} holds both\n"
                f"  so       : there is no conjugate prior, and the log posterior is, but for "
                f"a constant,\n             {self.kernel_text()}"
            )
        return coefficient * self._letter(function, value)

    @property
    def size_letter(self) -> Expr:
        """The number of values in the algebra."""
        return self.algebra.expr(self.algebra.closed(self.size, "size", ("positive",)))

    def _letter(self, function: Expr, value: Symbol) -> Expr:
        """The letter of the sum of a function over the sample."""
        i = index("i", self.data.shape[0])
        node = substituted(self.algebra.node(function), {self.value: entry(self.data, i)})
        try:
            summed = total(lifted(node, i))
        except NotLiftedError as error:
            raise NoClosedFormError(f"no sum over the sample is known for {function}") from error
        facts = ("positive",) if function.is_positive else ()
        facts = facts or (("nonnegative",) if function.is_nonnegative else ())
        return self.algebra.expr(self.algebra.closed(summed, "sum", facts))

    def kernel_text(self) -> str:
        """The log posterior but for a constant, as it is, in plain text."""
        i = index("i", self.data.shape[0])
        one = self.likelihood.log_density(entry(self.data, i))
        shown = repr(one).replace(f"(e_i'*{self.data.name})", f"{self.data.name}_i")
        shown = shown.replace(f"e_i'*{self.data.name}", f"{self.data.name}_i")
        prior = self.prior.log_density(self.unknown.symbol)
        return f"sum_i({shown}) + {prior!r}"

    def written(self, parts: Parts, constant: Node | None = None) -> Node:
        """Opened parts as a node, and a constant (that of the parts if left out)."""
        node = self.algebra.node
        terms = []
        for function, coefficient in parts.coefficients.items():
            if coefficient.could_extract_minus_sign():
                terms.append(negative(multiply(node(-coefficient), node(function))))
            else:
                terms.append(multiply(node(coefficient), node(function)))
        rest = constant
        if rest is None:
            rest = constant_text([parts.constant], self.algebra)
        return add(*terms, rest)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What the parameters satisfy, and where the sample lies."""
        found: dict[Condition, None] = {}
        for condition in (c for law in (self.prior, self.likelihood) for c in law.conditions):
            if not any(self.unknown.symbol in node.symbols for node in nodes_in(condition)):
                found[condition] = None
        return (*found, *self.needs, *self.sample_conditions)

    @property
    def sample_conditions(self) -> tuple[Condition, ...]:
        """Where the values lie, beyond what the facts of the sample say."""
        return lies_in(self.joined_support(), self.data, "every entry of {0}")

    def joined_support(self) -> Support:
        """Where a value can lie, the unknown being anywhere the prior allows."""
        return whatever_the_unknown(self.likelihood, self.prior, self.unknown.symbol, self.algebra)


def constant_text(terms: Sequence[Expr], algebra: ScalarAlgebra) -> Node:
    """A sum without the unknown, in closed form; a minus before all of a sum stands outside."""
    node = closed_form(terms, algebra, "rational last")
    summands = node.args if node.op == "add" else (node,)
    return add(*(sign_outside(summand) for summand in summands))


def nodes_in(condition: Condition) -> tuple[Node, ...]:
    """What a condition speaks of."""
    if isinstance(condition, Words):
        return condition.nodes
    right = condition.right
    return (condition.left, *((right,) if isinstance(right, Node) else right.nodes))


def _is_above_zero(old: Node | None, new: Node) -> bool:
    """Whether an end that a sample moved is positive."""
    return is_positive(new) or (
        old is not None and "maximum" in (new.op, new.data) and is_positive(old)
    )


def closed_law(law: Law, algebra: ScalarAlgebra) -> Law:
    """The law with each parameter that has no scalar form as a letter with its facts."""
    values = (
        value
        if algebra.has_form(value)
        else algebra.closed(value, f"{place.name}_value", place.facts)
        for place, value in zip(law.parameters, law.values, strict=True)
    )
    return law.with_values(*values)
