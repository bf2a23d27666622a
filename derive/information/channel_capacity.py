"""Channel capacity: the largest mutual information over the laws of the input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Expr

from derive.check.finite_laws import CapacityBounds
from derive.engine.factoring import cancelled, in_factors
from derive.errors import ArgumentError, LimitError, NoClosedFormError
from derive.information.blahut_arimoto import capacity_by_numbers
from derive.information.finite_page import ZERO, FinitePage, named
from derive.information.log_sums import (
    LogTerm,
    log_product,
    log_sum,
    positive_form,
    positive_quotient,
)
from derive.information.tables import positivity, stochastic_rows
from derive.language.expression import Node, add, divide, multiply, negative, number
from derive.language.functions import array
from derive.language.law import Value
from derive.language.laws.terms import exp, log
from derive.language.properties import is_negative, is_positive
from derive.language.relations import Relation, Words
from derive.language.sympy_in import from_sympy
from derive.language.sympy_out import to_sympy
from derive.probability.under_conditions import DerivationUnderConditions

MOST_LETTERS = 20  # of the input or the output
MOST_SYMBOLIC = 5
Rows = tuple[tuple[Node, ...], ...]


@dataclass(frozen=True, repr=False)
class ChannelCapacity(DerivationUnderConditions):
    """A derivation whose result is a capacity.

    Attributes
    ----------
    input_masses : tuple of Node
        A law of the input at which it is reached; of a number with bounds nearly reached.
    """

    input_masses: tuple[Node, ...] = ()

    @property
    def input_law(self) -> tuple[Any, ...]:
        """The law of the input as SymPy expressions."""
        return tuple(map(to_sympy, self.input_masses))


def channel_capacity(matrix: Any, base: Value | None = None) -> ChannelCapacity:
    """Derive the capacity of a channel, the maximum of I(X; Y) over the laws of X.

    Parameters
    ----------
    matrix : nested lists, SymPy Matrix, array or text, shape (m, n)
        Row i is the law of the output when the input is i: numbers (a float stands for the
        decimal it prints as) or expressions in symbols.
    base : positive number other than 1, optional
        Of the logarithm; the natural one (nats) if left out, 2 for bits.

    Returns
    -------
    ChannelCapacity
        ``.result`` is the capacity; unit nats, or that of `base`.  ``.input_law`` reaches it.
        Where no closed form is found, a channel of numbers has a decimal with bounds on
        either side, which the certificate encloses.

    Raises
    ------
    ShapeError, ArgumentError
        `matrix` is no table of scalars.
    DomainError
        An entry is negative, or a row does not sum to one; the message names it.
    NoClosedFormError
        A channel with symbols whose conditions of optimality are not solved here.
    LimitError
        More than 20 letters, or 5 with symbols.

    References
    ----------
    cover2006, section 7.1 to 7.3; blahut1972.

    Examples
    --------
    >>> channel_capacity("[[1 - e, e], [e, 1 - e]]", base=2).function()(0.5)
    0.0
    >>> channel_capacity("[[1 - e, e, 0], [0, e, 1 - e]]", base=2)
    1 - e    # scalar
    """
    laws = stochastic_rows("channel_capacity", matrix)
    rows = tuple(law.masses for law in laws)
    has_symbols = any(m.symbols for row in rows for m in row)
    size, limit = max(len(rows), len(rows[0])), MOST_SYMBOLIC if has_symbols else MOST_LETTERS
    if size > limit:
        raise LimitError(f"a channel with {size} letters is over the limit of {limit}")
    conditions = positivity([m for row in rows for m in row])
    page = FinitePage.in_base(conditions, (), base)
    channel = _Channel(rows, page)
    channel.conditions_of_optimality()
    return channel.by_uniform_input() or channel.by_equations() or channel.by_numbers()


@dataclass(frozen=True)
class _Channel:
    """The rows of a channel, and the page about it."""

    rows: Rows
    page: FinitePage

    @property
    def symbols(self) -> tuple[Node, ...]:
        found = {s for row in self.rows for m in row for s in m.symbols}
        return tuple(sorted(found, key=lambda s: s.name))

    @property
    def question(self) -> Words:
        return Words("capacity of the channel {0}", (array([list(row) for row in self.rows]),))

    def conditions_of_optimality(self) -> None:
        """The lines that all channels share."""
        page, information = self.page, named("I(X; Y)")
        page.note(
            "{0} is the largest {1} over the laws {2} of the input",
            "definition",
            (CAPACITY, information, INPUT),
        )
        page.note(
            "{0} is the mean, under {1}, of the divergences of the rows from the output law {2}",
            "definition",
            (information, INPUT, OUTPUT),
        )
        page.note(
            "rows in use diverge by {0}, the others by at most {0}",
            "conditions of a maximum, with a multiplier for the total; I is concave in p",
            (CAPACITY,),
        )

    # --- three ways ------------------------------------------------------------------------

    def by_uniform_input(self) -> ChannelCapacity | None:
        """Where all rows diverge alike from the output of the uniform law."""
        masses = tuple(number(1) / len(self.rows) for _ in self.rows)
        output = self._output(masses)
        terms = [self._divergence(row, output) for row in self.rows]
        first = terms[0]
        for other in terms[1:]:
            gap = [*first, *(LogTerm(t.weight, t.argument, -t.sign) for t in other)]
            if log_sum(gap, None, output) is not ZERO:
                return None
        self.page.note("{0} = {1}", "try the uniform law", (INPUT, array([list(masses)])))
        self.page.note("{0} = {1}", "mean of the rows", (OUTPUT, array([list(output)])))
        value = log_sum(first, None, output)
        for k in range(len(self.rows)):
            name = self.page.mean(named(f"D_{k + 1}"), self._plain(self.rows[k], masses))
            self.page.say(name, value, "the same for every row" if k else "divergence of a row")
        self.page.mean(CAPACITY, self._mean(masses))
        self.page.say(CAPACITY, value, "the conditions hold")
        return self._found(masses, value, first, output)

    def by_equations(self) -> ChannelCapacity | None:
        """Where the matrix has an inverse: the conditions with all inputs in use are linear."""
        matrix = sympy.Matrix([[to_sympy(m) for m in row] for row in self.rows])
        if matrix.rows != matrix.cols or cancelled(matrix.det()) == 0:
            return None
        inverse = matrix.inv().applyfunc(sympy.cancel)
        weights = [self._shifted_logs(inverse.row(j)) for j in range(matrix.rows)]
        powers = [log_product(terms) for terms in weights]
        total = add(*powers)
        output = tuple(divide(p, total) for p in powers)
        masses = _combined(inverse, output)
        signs = [_sign_of(to_sympy(m)) for m in masses]
        if -1 in signs:
            return None
        determinant = from_sympy(in_factors(matrix.det()))
        if determinant.symbols and not is_positive(determinant) and not is_negative(determinant):
            apart = Relation(determinant, "!=", ZERO)
            self.page.conditions = (*self.page.conditions, apart)
        if len(masses) > 2:
            needs = [m for m, sign in zip(masses, signs, strict=True) if sign == 0]
            more = tuple(Relation(m, ">", ZERO) for m in needs)
            self.page.conditions = (*self.page.conditions, *more)
        return self._solved(masses, powers, output, inverse)

    def _solved(
        self, masses: tuple[Node, ...], powers: list[Node], output: tuple[Node, ...], inverse: Any
    ) -> ChannelCapacity:
        page, total = self.page, add(*powers)
        value = log(total)
        page.note(
            "all rows in use: W ({0} + log q) holds minus the entropies of the rows",
            "linear in log q, as rows sum to 1",
            (CAPACITY,),
        )
        letters = self._letters()
        for j, (u, p) in enumerate(zip(letters, powers, strict=True)):
            page.say(
                page.mean(u, self._shifted_output(j, masses)),
                p,
                Words("solve for {0} = exp({1} + log q)", (u, CAPACITY)),
            )
        shown = array([[divide(m, add(*letters)) for m in _combined(inverse, letters)]])
        both = "two rows that differ are both in use"
        rule = both if len(masses) == 2 else "positive: q = pW solved for p"
        page.note("{0} = {1}", rule, (INPUT, shown))
        for k, row in enumerate(self.rows):
            name = page.mean(named(f"D_{k + 1}"), self._plain(row, masses))
            page.say(name, log(add(*letters)), "divergence of a row")
        page.mean(CAPACITY, self._mean(masses))
        page.say(CAPACITY, log(add(*letters)), "the conditions hold")
        page.say(log(add(*letters)), value, "insert")
        return self._found(masses, value, [LogTerm(number(1), total)], output)

    def by_numbers(self) -> ChannelCapacity:
        """A decimal with bounds, for a channel of numbers."""
        if self.symbols:
            raise NoClosedFormError(
                "the capacity of this channel has no closed form here: the uniform input is not "
                "optimal, and the conditions with all inputs in use have no positive solution\n"
                "  to fix   : put numbers in for the symbols; the capacity then has bounds"
            )
        rows = tuple(tuple(m.data for m in row) for row in self.rows)
        unit = self.page.base
        if unit is not None and not unit.is_number:
            raise ArgumentError("a capacity by numbers needs a rational base, such as 2")
        base = None if unit is None else unit.data
        found = capacity_by_numbers(rows, base)
        page, masses = self.page, tuple(number(m) for m in found.masses)
        page.note("{0} ≈ {1}", "Blahut and Arimoto's iteration", (INPUT, array([_short(masses)])))
        low, high = (_decimal(found.value + sign * found.gap) for sign in (-1, 1))
        rule = f"I at this law, and the largest D_i, in {page.unit}"
        page.note(f"{low} ≤ {{0}} ≤ {high}", rule, (CAPACITY,))
        value = number(found.value)
        page.note(f"{{0}} ≈ {_decimal(found.value)}", "the middle", (CAPACITY,))
        claim = CapacityBounds(rows, found.masses, found.value, found.gap, base)
        plain = page.derivation(self.question, (), named("round(C)"), value, claim=claim)
        return ChannelCapacity(plain.trace, plain.claims, masses)

    def _letters(self) -> tuple[Node, ...]:
        """Names for the entries of q times exp C."""
        taken = {s.name for s in self.symbols}
        letter = next(n for n in ("u", "v", "w", "z_") if f"{n}1" not in taken)
        return tuple(named(f"{letter}{j + 1}") for j in range(len(self.rows)))

    # --- parts -----------------------------------------------------------------------------

    def _found(
        self,
        masses: tuple[Node, ...],
        value: Node,
        terms: Sequence[LogTerm],
        positive: Sequence[Node],
    ) -> ChannelCapacity:
        """The answer; in the claim it is the entropy of the output less the mean one of a row."""
        page = self.page
        page.mean(CAPACITY, self._mean(masses))
        plain = page.derivation(self.question, self.symbols, CAPACITY, value, terms, positive)
        return ChannelCapacity(plain.trace, plain.claims, masses)

    def _output(self, masses: Sequence[Node]) -> tuple[Node, ...]:
        """The law of the output, every entry in its shortest form."""
        known = [m for row in self.rows for m in row if m.symbols]
        return tuple(positive_form(m, known) for m in self._plain_output(masses))

    def _plain_output(self, masses: Sequence[Node]) -> tuple[Node, ...]:
        columns = zip(*self.rows, strict=True)
        return tuple(
            add(ZERO, *(multiply(m, w) for m, w in zip(masses, column, strict=True)))
            for column in columns
        )

    def _divergence(self, row: Sequence[Node], output: Sequence[Node]) -> list[LogTerm]:
        """The terms of the divergence of a row from the output."""
        return [
            LogTerm(w, positive_quotient(w, q))
            for w, q in zip(row, output, strict=True)
            if w is not ZERO
        ]

    def _plain(self, row: Sequence[Node], masses: Sequence[Node]) -> Node:
        """The meaning of D_i in the claims, from the law of the input."""
        pairs = zip(row, self._plain_output(masses), strict=True)
        return add(ZERO, *(multiply(w, log(w) - log(q)) for w, q in pairs if w is not ZERO))

    def _mean(self, masses: Sequence[Node]) -> Node:
        """The mutual information at a law of the input: two entropies."""
        output = [q for q in self._plain_output(masses) if q is not ZERO]
        whole = add(ZERO, *(negative(multiply(q, log(q))) for q in output))
        rows = [
            multiply(m, w, log(w))
            for m, row in zip(masses, self.rows, strict=True)
            for w in row
            if w is not ZERO and w is not number(1)
        ]
        return add(whole, *rows)

    def _shifted_output(self, j: int, masses: Sequence[Node]) -> Node:
        """``q_j`` times the exponential of the information, for the claims."""
        information = self._mean(masses)
        return multiply(self._plain_output(masses)[j], exp(information))

    def _shifted_logs(self, weights: Any) -> list[LogTerm]:
        """The terms of ``log q_j + C``: row j of the inverse times the sums of W log W."""
        return [
            LogTerm(multiply(from_sympy(cancelled(weight)), w), w)
            for weight, row in zip(weights, self.rows, strict=True)
            for w in row
            if weight != 0 and w is not ZERO
        ]


CAPACITY, INPUT, OUTPUT = named("C"), named("p"), named("q")


def _combined(inverse: Any, entries: Sequence[Node]) -> tuple[Node, ...]:
    """A row of entries times the inverse of the channel."""
    return tuple(
        add(
            ZERO,
            *(
                multiply(from_sympy(in_factors(inverse[j, i])), entries[j])
                for j in range(inverse.rows)
                if inverse[j, i] != 0
            ),
        )
        for i in range(inverse.rows)
    )


def _sign_of(mass: Expr) -> int:
    """1 or -1 of a number, 0 where it depends on symbols."""
    if mass.free_symbols:
        return 0
    value = sympy.N(mass, 30)
    return 1 if value > 0 else -1


def _short(masses: Sequence[Node]) -> list[Node]:
    return [number(round(m.data, 6)) for m in masses]


def _decimal(value: Any) -> str:
    return f"{float(value):.12g}"
