"""Posteriors of two parameters at once: a law of pairs as the prior of a mean and its spread.

The log likelihood of one value is a polynomial of degree two in it, so a sample enters by its
size, its mean and its sum of squares about the mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sympy
from sympy import Expr

from derive.engine.factoring import cancelled, in_factors
from derive.engine.naming import substituted
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.engine.vector_mean import settled
from derive.errors import NoClosedFormError
from derive.language.expression import (
    Node,
    add,
    elementwise_power,
    multiply,
    number,
    ones,
    size_node,
    symbol,
)
from derive.language.facts import close_facts
from derive.language.functions import total
from derive.language.indices import entry, fresh_index, sum_over
from derive.language.law import Law
from derive.language.laws.pairs import PairLaw
from derive.language.relations import Condition
from derive.probability.question import free_name
from derive.statistics.bayesian.pairing import (
    Unknown,
    constant_text,
    nodes_in,
)


@dataclass(frozen=True)
class PairPairing:
    """A likelihood of one number, a prior of two of its parameters, one sample.

    Attributes
    ----------
    likelihood : Law
        Of one value, in the unknowns.
    prior : PairLaw
    place, spread : symbol
        The unknowns: the number that is drawn second, and the one that is drawn first.
    meaning : Node or None
        What the second unknown stands for, if it is no parameter itself.
    data : symbol, shape (n, 1)
    algebra : ScalarAlgebra
    value : symbol
        One value.
    """

    likelihood: Law
    prior: PairLaw
    place: Node
    spread: Node
    meaning: Unknown
    data: Node
    algebra: ScalarAlgebra
    value: Node

    @property
    def size(self) -> Node:
        """The number of values."""
        return size_node(self.data.shape[0])

    @property
    def unknown(self) -> Node:
        """The unknown that the kernel is printed in first."""
        return self.place

    @property
    def symbols(self) -> tuple[Node, ...]:
        """What an answer free of the unknowns may hold, the sample first."""
        found = (s for law in (self.likelihood, self.prior) for s in law.symbols)
        unknowns = (self.place, self.spread)
        return tuple(s for s in dict.fromkeys((self.data, *found)) if s not in unknowns)

    @property
    def taken(self) -> set[str]:
        """Names that stand for something already."""
        own = {self.place.name, self.spread.name, *self.data.shape[0].names}  # type: ignore[union-attr]
        return own | {s.name for s in self.symbols}

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What the parameters satisfy."""
        unknowns = {self.place, self.spread}
        found = (c for law in (self.prior, self.likelihood) for c in law.conditions)
        return tuple(
            dict.fromkeys(c for c in found if not any(unknowns & n.symbols for n in nodes_in(c)))
        )

    @cached_property
    def mean(self) -> Node:
        """The mean of the sample."""
        return total(self.data) / self.size

    @cached_property
    def squares(self) -> Node:
        """The sum of squares about the mean of the sample."""
        gap = self.data - multiply(self.mean, ones(self.data.shape[0]))
        return total(elementwise_power(gap, number(2)))

    @cached_property
    def letters(self) -> dict[Node, Node]:
        """Names for the two, and what they stand for."""
        names = (("xbar", "x_mean", "xbar_"), ("Q", "SS", "Q_"))
        mean = symbol(free_name(names[0], self.taken))
        squares = symbol(free_name(names[1], self.taken), facts=("nonnegative",))
        return {mean: self.mean, squares: self.squares}

    def full(self, node: Node) -> Node:
        """A node without those names."""
        mean, squares = self.letters
        without = settled(substituted(node, {mean: self.mean}))
        return substituted(without, {squares: self.squares})

    @property
    def declared(self) -> Node:
        """``sum_i log f(x_i)`` as the density is declared."""
        density, rows = self.likelihood.log_density(self.value), self.data.shape[0]
        i = fresh_index(density, rows, avoid=str(rows))
        return sum_over(substituted(density, {self.value: entry(self.data, i)}), i)

    def log_prior_of(self, prior: PairLaw) -> Node:
        """The log density of a law of the pair, at the unknowns."""
        first = prior.first.log_density(self.spread)
        return first + prior.second(self.spread).log_density(self.place)

    def opened(self, expr: Expr) -> dict[Expr, Expr]:
        """Coefficients by the functions of the unknowns; the constant at 1."""
        unknowns = [self.algebra.expr(s) for s in (self.place, self.spread)]
        whole = sympy.expand(sympy.expand_log(sympy.expand(expr), force=True))
        found: dict[Expr, Expr] = {}
        for term in sympy.Add.make_args(whole):
            coefficient, function = term.as_independent(*unknowns, as_Add=False)
            found[function] = found.get(function, sympy.Integer(0)) + coefficient
        return found

    def summed(self, is_one: bool = False) -> Expr:
        """The log likelihood of the sample, or of one value, in the algebra.

        Raises
        ------
        NoClosedFormError
            The log density is no polynomial of degree two in the value.
        """
        x = self.algebra.expr(self.value)
        one = sympy.expand(self.algebra.expr(self.likelihood.log_density(self.value)))
        if not one.is_polynomial(x) or sympy.degree(one, x) > 2:
            raise NoClosedFormError(
                f"two parameters of {self.likelihood!r} have no conjugate prior that is known\n"
                f"  known    : Normal, with NormalGamma or NormalInverseGamma"
            )
        if is_one:
            return one
        n = self.algebra.expr(self.algebra.closed(self.size, "size", ("positive",)))
        mean, squares = map(self.algebra.expr, self.letters)
        parts = [one.coeff(x, k) for k in range(3)]
        return parts[0] * n + parts[1] * n * mean + parts[2] * (squares + n * mean**2)


@dataclass(frozen=True)
class PairReading:
    """The posterior of a pair: the parameters for which its family has the kernel."""

    pairing: PairPairing
    is_one: bool = False

    @cached_property
    def names(self) -> tuple[Node, ...]:
        """Names for the parameters of the posterior."""
        size = "1" if self.is_one else repr(self.pairing.size)
        letters = []
        for place in type(self.pairing.prior).parameters:
            after = f"{place.name}_{size}"
            name = free_name((after, f"{after}_", f"{after}__"), self.pairing.taken)
            letters.append(symbol(name, facts=close_facts(place.facts, name, (1, 1))))
        return tuple(letters)

    @cached_property
    def named_law(self) -> PairLaw:
        """The posterior, its parameters by name."""
        law = self.pairing.prior.with_values(*self.names)
        assert isinstance(law, PairLaw)
        return law

    @cached_property
    def likelihood(self) -> dict[Expr, Expr]:
        """The log likelihood by the functions of the unknowns."""
        return self.pairing.opened(self.pairing.summed(self.is_one))

    @cached_property
    def prior(self) -> dict[Expr, Expr]:
        """The log prior by the functions of the unknowns."""
        return self.pairing.opened(self.expr(self.pairing.log_prior_of(self.pairing.prior)))

    @cached_property
    def kernel(self) -> dict[Expr, Expr]:
        """Their sum."""
        both = (self.likelihood, self.prior)
        functions = dict.fromkeys(f for part in both for f in part)
        return {f: sum(part.get(f, sympy.Integer(0)) for part in both) for f in functions}

    @cached_property
    def values(self) -> tuple[Expr, ...]:
        """The parameters of the posterior in the algebra.

        Raises
        ------
        NoClosedFormError
            The kernel is none of the family of the prior.
        """
        wanted = self.pairing.opened(self.expr(self.pairing.log_prior_of(self.named_law)))
        letters = [self.expr(name) for name in self.names]
        one = sympy.Integer(1)
        functions = (dict.fromkeys((*wanted, *self.kernel))).keys() - {one}
        if functions - set(wanted):
            raise self._refusal()
        gaps = [wanted[f] - self.kernel.get(f, sympy.Integer(0)) for f in wanted if f != one]
        found = sympy.solve(gaps, letters, dict=True)
        if len(found) != 1 or set(found[0]) != set(letters):
            raise self._refusal()
        return tuple(_split(found[0][letter], self._heads()) for letter in letters)

    @cached_property
    def lettered(self) -> tuple[Node, ...]:
        """The parameters in the mean of the sample and its squares, by name."""
        return tuple(map(self.node, self.values))

    @cached_property
    def law(self) -> PairLaw:
        """The posterior."""
        law = self.pairing.prior.with_values(*map(self.pairing.full, self.lettered))
        assert isinstance(law, PairLaw)
        return law

    @cached_property
    def log_evidence(self) -> Node:
        """What is left of log likelihood + log prior - log posterior."""
        one = sympy.Integer(1)
        own = self.pairing.opened(self.expr(self.pairing.log_prior_of(self.named_law)))
        known = {self.expr(x): v for x, v in zip(self.names, self.values, strict=True)}
        after = own.get(one, sympy.Integer(0)).xreplace(known)
        terms = [self.kernel.get(one, sympy.Integer(0)), -after]
        return constant_text(terms, self.pairing.algebra)

    @cached_property
    def log_kernel(self) -> Node:
        """The log posterior but for a constant."""
        return self.written(self.kernel, number(0))

    def written(self, parts: dict[Expr, Expr], constant: Node | None = None) -> Node:
        """Opened parts as a node, with a constant, or that of the parts."""
        one = sympy.Integer(1)
        terms = [
            multiply(self.node(in_factors(c)), self.node(f))
            for f, c in parts.items()
            if f != one and c != 0
        ]
        rest = constant
        if rest is None:
            rest = constant_text([parts.get(one, sympy.Integer(0))], self.pairing.algebra)
        return add(*terms, rest)

    def expr(self, node: Node) -> Expr:
        """A node in the algebra."""
        return self.pairing.algebra.expr(node)

    def node(self, expr: Expr) -> Node:
        """And back."""
        return self.pairing.algebra.node(expr)

    def _heads(self) -> list[Expr]:
        """Letters that stand before all others in a sum."""
        held = [self.expr(v) for v in self.pairing.prior.values]
        letters = {s for e in held for s in e.free_symbols}
        found = {s for v in self.kernel.values() for s in v.free_symbols}
        return sorted(letters, key=str) + sorted(found - letters, key=str)

    def _refusal(self) -> NoClosedFormError:
        return NoClosedFormError(
            f"the posterior of {self.pairing.place!r} and {self.pairing.spread!r} under "
            f"{self.pairing.prior!r} is no law of that family\n"
            f"  kernel   : {self.log_kernel!r}, the log density but for a constant"
        )


def _split(expr: Expr, letters: list[Expr]) -> Expr:
    """A sum of multiples of letters, where they stand alone, and a factored rest."""
    head, rest = sympy.Integer(0), expr
    for letter in letters:
        slope = cancelled(sympy.diff(expr, letter))
        if slope.is_Rational and slope != 0:
            head, rest = head + slope * letter, rest - slope * letter
    return head + in_factors(sympy.together(rest))
