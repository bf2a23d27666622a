"""The law of largest entropy with given means, by Lagrange multipliers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sympy
from sympy import Expr

from derive.engine.scalar_algebra import ScalarAlgebra
from derive.engine.standard_form import simplest
from derive.errors import ArgumentError, DomainError, NoClosedFormError
from derive.information.boltzmann import finite_maximum_entropy
from derive.information.candidate_laws import Match, candidates, dependent, matched
from derive.information.entropy_page import EntropyPage, HeldMeans, MaximumEntropy
from derive.information.moment_constraints import (
    Points,
    mean_constraints,
    require_feasible,
    support_of,
    with_signs,
    with_symbols,
)
from derive.language.expression import Node, number, power, symbol
from derive.language.facts import close_facts
from derive.language.law import Law, Value
from derive.probability.mean_of_sum import MeanOfSum, mean_of_sum
from derive.probability.question import Question, free_name, pose

OTHER_NAMES = {"mu": "m", "sigma": "s", "rate": "r", "b": "c", "a": "d", "p": "s"}
RESERVED = {"p", "q", "P", "Q", "H", "Z", "L"}
TRANSCENDENTAL = (sympy.polygamma, sympy.loggamma, sympy.exp, sympy.log, sympy.besseli)


def maximum_entropy(
    constraints: Any = None, support: Any = "R", base: Value | None = None, of: str = "x"
) -> MaximumEntropy:
    """Derive the law of largest entropy that has given means.

    Parameters
    ----------
    constraints : dict, or list of texts, optional
        Functions of the value and their means, ``{"x": "mu", "(x - mu)^2": "sigma^2"}`` or
        ``["E[x] = mu", "E[log(x)] = g"]``; at most four.  Names are scalars.
    support : str or list of numbers
        Where the law lives: ``"R"``, ``"(0, oo)"``, ``"[a, b]"``, ``"{0, 1, 2, ...}"``,
        ``"{1, 2, ..., 6}"``, or the points one by one.
    base : positive number other than 1, optional
        Of the logarithm in the entropy; nats if left out, 2 for bits.
    of : str
        What the value is called.

    Returns
    -------
    MaximumEntropy
        ``.result`` holds the density (or the masses) and the entropy; ``.law`` is the law by its
        name where it has one.  Where the multipliers have no closed form, they are letters
        and their equations are conditions.

    Raises
    ------
    ArgumentError
        A constraint or the support cannot be read, or one constraint follows from others.
    DomainError
        No law has such means (a variance that is not positive, a mean outside the
        support), or the entropy has no largest value (a mean alone on the whole line).
    NoClosedFormError
        The density ``exp(sum eta_j f_j)/Z`` belongs to no law whose total is known.

    References
    ----------
    jaynes1957; cover2006, chapter 12.

    Examples
    --------
    >>> maximum_entropy({"x": "mu"}, "(0, oo)").law
    Exponential(1/mu)
    >>> maximum_entropy({"x": "mu", "(x - mu)^2": "sigma^2"}).law
    Normal(mu, sigma)
    """
    room = support_of(support)
    if isinstance(room, Points):
        means = mean_constraints(constraints, of, ())
        trace, claims = finite_maximum_entropy(means, room, base, of)
        return MaximumEntropy(trace, claims)
    means = with_signs(mean_constraints(constraints, of, room.facts), room)
    require_feasible(means, room)
    return _Problem(means, room, symbol(of, (1, 1), close_facts(room.facts, of, (1, 1)))).solved(
        base
    )


class _Problem(HeldMeans):
    """Means that are held, and how the law is found."""

    def solved(self, base: Value | None) -> MaximumEntropy:
        """The derivation by the first law on the support that can have the means."""
        matches, refusals = self._matches(), list[NoClosedFormError]()
        for match in matches:
            try:
                return self._solved_by(match, base)
            except NoClosedFormError as error:
                refusals.append(error)
        if not matches[-1].letters and self.functions:
            raise self._without_law(ScalarAlgebra((self.x, *self.others)))
        raise refusals[-1]

    def _solved_by(self, match: Match, base: Value | None) -> MaximumEntropy:
        question = pose((match.law,), ("H",), self.x, self.others)
        averages = [mean_of_sum(question, f, "rational last") for f in self.functions]
        known, open_equations = self._parameters(question, match, averages)
        if open_equations and not match.letters:
            raise NoClosedFormError(f"{match.law!r} has other means")
        law = self._with_parameters(match, question.algebra, known)
        implied = {s.name: s for s in law.symbols}  # a rate 1/g says that g is positive
        given = {s for m in self.means for node in (m.function, m.value) for s in node.symbols}
        renamed = {s: implied[s.name] for s in given if implied.get(s.name, s) is not s}
        if renamed:
            return replace(self, means=with_symbols(self.means, renamed)).solved(base)
        return EntropyPage(self, match, averages, known, open_equations, law, base).derivation()

    def _letter(self, name: str, fact: str) -> Node:
        taken = {s.name for s in (*self.others, self.x)} | RESERVED
        names = (name, OTHER_NAMES.get(name, name + "_0"), name + "_0", name + "_1")
        chosen = free_name(names, taken)
        return symbol(chosen, (1, 1), close_facts((fact,), chosen, (1, 1)))

    def _matches(self) -> list[Match]:
        """Laws with the exponent; ahead of them one that needs no multipliers for the means."""
        algebra = ScalarAlgebra((self.x, *self.others))
        if dependent(self.functions, self.x, algebra):
            raise ArgumentError(
                "the functions whose means are given depend on each other: "
                f"{', '.join(map(repr, self.functions))}\n"
                "  to fix   : leave out a mean that follows from the others"
            )
        found = []
        for law, letters in candidates(self.support, self.functions, self._letter):
            match = matched(law, letters, self.functions, self.x, algebra)
            found += [] if match is None else [match]
        flat = [law for law, letters in candidates(self.support, (), self._letter) if not letters]
        zeros = (sympy.Integer(0),) * len(self.functions)
        found = [*(Match(law, (), zeros) for law in flat if self.functions), *found]
        if not found:
            raise self._without_law(algebra)
        return found

    def _without_law(self, algebra: ScalarAlgebra) -> Exception:
        """Why there is no law: no maximum, or none that is known."""
        is_long = self.support.lower is None or self.support.upper is None
        wide = "the entropy grows without bound as the law is spread over longer pieces"
        if is_long and not self.functions:
            return DomainError(
                f"no law on {self.support} has the largest entropy: {wide}\n"
                "  to fix   : give a mean that holds it together, or a bounded support"
            )
        x = algebra.expr(self.x)
        plain = [algebra.expr(f) for f in self.functions]
        reach = self.support.lower is None and self.support.upper is None
        if reach and all(f.is_polynomial(x) for f in plain):
            degree = max(sympy.degree(f, x) for f in plain)
            highest = power(self.x, number(degree))
            if degree % 2:
                return DomainError(
                    f"no law on R with these means has the largest entropy: "
                    f"exp(eta {highest!r}) has no finite total on R, for any eta\n"
                    "  to fix   : hold the mean of an even power too, such as "
                    f"E[{self.x.name}^{degree + 1}], or give a support with an end"
                )
        if is_long and plain == [sympy.log(x)] and self.support.lower is number(0):
            return DomainError(
                "no law on (0, ∞) with this mean has the largest entropy: x^eta has no finite "
                "total there, for any eta\n"
                "  to fix   : hold the mean of x too, or give a support that starts above 0"
            )
        exponent = " + ".join(f"eta{k + 1}*{f!r}" for k, f in enumerate(self.functions))
        return NoClosedFormError(
            f"the law of largest entropy on {self.support} is exp({exponent})/Z, and the total Z "
            "has no closed form here\n"
            "  known    : exponents of the laws of `distribution`, with the functions as they "
            "stand in their log densities"
        )

    # --- parameters ----------------------------------------------------------------------

    def _parameters(
        self, question: Question, match: Match, averages: Sequence[MeanOfSum]
    ) -> tuple[dict[Expr, Expr], list[int]]:
        """The letters that the means determine in closed form, and the equations left over."""
        algebra = question.algebra
        unknown = [algebra.expr(letter) for letter in match.letters]
        gaps = [
            algebra.expr(average.closed) - algebra.expr(mean.value)
            for average, mean in zip(averages, self.means, strict=True)
        ]
        known: dict[Expr, Expr] = {}
        pending = [k for k, gap in enumerate(gaps) if simplest(gap) != 0]
        while True:
            step = next(
                (
                    (k, letters[0], root)
                    for k in pending
                    if len(letters := _free(gaps[k].subs(known), unknown)) == 1
                    and (root := _root(gaps[k].subs(known), letters[0])) is not None
                ),
                None,
            )
            if step is None:
                return known, pending
            k, letter, root = step
            self._require_admissible(letter, root)
            known[letter] = root
            pending.remove(k)

    def _require_admissible(self, letter: Expr, root: Expr) -> None:
        fails = root.is_real is False or (letter.is_positive and root.is_positive is False)
        if fails:
            given = ", ".join(f"E[{m.function!r}] = {m.value!r}" for m in self.means)
            raise DomainError(
                f"no density on {self.support} has {given}: it would need {letter} = {root}\n"
                "  to fix   : means that some law has; a variance is positive, E[x^2] > E[x]^2"
            )

    def _with_parameters(self, match: Match, algebra: ScalarAlgebra, known: Any) -> Law:
        """The law with the letters that are known in place."""
        found = {
            letter: algebra.node(known[algebra.expr(letter)])
            for letter in match.letters
            if algebra.expr(letter) in known
        }
        return match.law.with_values(*(found.get(v, v) for v in match.law.values))


def _free(gap: Expr, unknown: Sequence[Expr]) -> list[Expr]:
    return [letter for letter in unknown if gap.has(letter)]


def _root(gap: Expr, letter: Expr) -> Expr | None:
    """The one admissible solution of an equation that is algebraic in the letter."""
    if any(part.has(letter) for kind in TRANSCENDENTAL for part in gap.atoms(kind)):
        return None
    free = sympy.Dummy("u")
    roots = sympy.solve(sympy.together(gap.xreplace({letter: free})), free)
    if letter.is_positive:
        kept = [r for r in roots if not r.could_extract_minus_sign() or r.is_positive]
        roots = kept or roots
    return simplest(roots[0]) if len(roots) == 1 or (roots and letter.is_positive) else None
