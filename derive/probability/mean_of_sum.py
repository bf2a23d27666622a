"""The mean of a sum of functions of a random value: the lines that all means share.

In: a law, and a sum of functions of its value as a node.  Out: the sum opened into
coefficients times functions, the mean of each function with its origin, and the closed form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import sympy
from sympy import Add, Expr, Integer, Mul

from derive.check.law_claims import MeanClaim, density_claims
from derive.derivation import Derivation
from derive.engine.closed_form import Order, closed_form
from derive.engine.expansions import opened, opened_around_squares
from derive.engine.expectation import Mean, expect, feature_text
from derive.engine.searched_means import SEARCHED, searched_mean
from derive.engine.standard_form import Branch, StandardForm, simplest, standard_form
from derive.engine.stated_needs import stated_need
from derive.errors import ArgumentError, DivergentMeanError, NoClosedFormError
from derive.language.expression import Node, add, multiply, number, symbol
from derive.language.functions import elementwise
from derive.language.laws.terms import log
from derive.language.relations import Relation, Words
from derive.probability.question import Question, free_name
from derive.progress import doing
from derive.steps import Step

LONGEST_SEARCH = 3600  # seconds


@dataclass(frozen=True)
class Term:
    """One summand of a log density: coefficient, function of x, and the mean of that."""

    coefficient: Expr
    function: Expr
    mean: Mean


@dataclass(frozen=True)
class MeanOfSum:
    """A sum of log densities, opened and averaged term by term."""

    question: Question
    form: StandardForm
    constant: Expr
    terms: tuple[Term, ...]
    order: Order

    @property
    def is_searched(self) -> bool:
        """Whether a mean is an integral that SymPy found."""
        return any(term.mean.origin == SEARCHED for term in self.terms)

    @cached_property
    def expanded(self) -> Node:
        """The sum as a function of x."""
        node = self.question.algebra.node
        return self._with(lambda term: node(term.function))

    @cached_property
    def averaged(self) -> Node:
        """The sum with each function of x under its mean."""
        question = self.question
        return self._with(lambda term: question.mean(question.algebra.node(term.function)))

    @property
    def value(self) -> Expr:
        """The mean as an expression, its terms as they were found."""
        return Add(self.constant, *(t.coefficient * t.mean.value for t in self.terms))

    @cached_property
    def closed(self) -> Node:
        """The mean in closed form, what it needs to be positive kept so."""
        assert self.requires is not None
        summands = [self.constant, *(t.coefficient * t.mean.value for t in self.terms)]
        return closed_form(summands, self.question.algebra, self.order)

    @property
    def requires(self) -> tuple[Relation, ...]:
        """What must be positive for the means to exist."""
        needs = dict.fromkeys(need for term in self.terms for need in term.mean.requires)
        return tuple(stated_need(need, self.question.algebra) for need in needs)

    @property
    def cases(self) -> tuple[Relation, ...]:
        """What must be positive for the means to be these."""
        found = dict.fromkeys(case for term in self.terms for case in term.mean.cases)
        return tuple(Relation(self.question.algebra.node(c), ">", number(0)) for c in found)

    @property
    def natural(self) -> tuple[Node, ...]:
        """The names of the natural parameters."""
        count = len(self.form.branches[0].natural)
        taken = {s.name for law in self.question.laws for s in law.symbols}
        name = free_name(("eta", "omega", "nu", "eta_"), taken)
        return tuple(symbol(f"{name}{k + 1}" if count > 1 else name) for k in range(count))

    def mean_steps(self) -> tuple[Step, ...]:
        """One line per function of x: its mean and where that comes from."""
        return self._mean_steps

    @cached_property
    def _mean_steps(self) -> tuple[Step, ...]:
        question, steps = self.question, []
        for term in self.terms:
            before = question.mean(question.algebra.node(term.function))
            after = closed_form([term.mean.value], question.algebra, "rational last")
            named = tuple(self.natural[k] for k in term.mean.natural)
            steps.append(Step(before, after, Words(term.mean.origin, named)))
        return tuple(steps)

    def _with(self, written: Callable[[Term], Node]) -> Node:
        """The sum with each function of x replaced by what is written for it."""
        algebra = self.question.algebra
        constant = closed_form([self.constant], algebra, self.order)
        summands = []
        for term in self.terms:
            factors = Mul.make_args(term.coefficient)
            below = [f for f in factors if not f.is_Rational and f.as_base_exp()[1].is_negative]
            above = Mul(*(f for f in factors if f not in below))
            ahead = closed_form([above], algebra, self.order)
            summands.append(multiply(ahead, written(term), algebra.node(Mul(*below))))
        return add(constant, *summands)


def mean_of_sum(
    question: Question,
    log_density: Node,
    order: Order,
    seconds: float = 0.0,
    *,
    by_case: bool = False,
) -> MeanOfSum:
    """Open a sum of log densities of the opened laws and average each function of x.

    A mean that no rule gives is integrated by SymPy for as many `seconds`.  A mean that is
    another one where something is not positive is taken only `by_case`.

    Raises
    ------
    NoClosedFormError
        The mean of some function of x has no closed form; the message names it.
    """
    algebra = question.algebra
    form = standard_form(question.opened[0], question.variable, algebra)
    coefficients: dict[Expr, Expr] = {}
    apart = _parameters_apart(question)
    summands = log_density.args if log_density.op == "add" else (log_density,)
    for summand in summands:
        for piece in Add.make_args(opened_around_squares(algebra.expr(summand).xreplace(apart))):
            coefficient, function = piece.as_independent(form.variable, as_Add=False)
            coefficients[function] = coefficients.get(function, Integer(0)) + coefficient
    shortened = {function: simplest(c) for function, c in coefficients.items()}
    constant = coefficients.pop(Integer(1), Integer(0))
    terms, divergent = [], []
    for function in coefficients:
        if shortened[function] == 0:
            continue
        try:
            with doing("the mean of {}", function):
                mean = expect(function, form, algebra)
        except DivergentMeanError as error:
            divergent.append(error)
        except NoClosedFormError:
            found = searched_mean(function, form, algebra, seconds) if seconds > 0 else None
            if found is None:
                raise
            terms.append(Term(shortened[function], function, found))
        else:
            if mean.value.has(sympy.I, sympy.nan, sympy.zoo):
                raise NoClosedFormError(
                    f"no real closed form was found for E[{feature_text(function, form)}] "
                    f"under {question.laws[0]!r}"
                )
            terms.append(Term(shortened[function], function, mean))
    if divergent:
        raise _not_integrable(divergent, terms)
    if not by_case:
        _require_one_case(terms, question)
    return MeanOfSum(question, form, constant, tuple(terms), order)


def _require_one_case(terms: list[Term], question: Question) -> None:
    """Refuse a mean that is known in one case only: elsewhere it is finite, but another one."""
    for term in terms:
        if term.mean.cases:
            place = question.algebra.node(term.mean.cases[0])
            raise NoClosedFormError(
                f"E[{term.function}] has a closed form here only where {place!r} > 0\n"
                f"  to fix   : give numbers, or a law whose parameters decide it"
            )


def _parameters_apart(question: Question) -> dict[Expr, Expr]:
    """Ordered parameters as the scalar algebra has them in the law: b as a + (b - a)."""
    law, opened = question.laws[0], question.opened[0]
    expr = question.algebra.expr
    pairs = zip(law.values, opened.values, strict=True)
    return {expr(v): expr(o) for v, o in pairs if v.op == "symbol" and o.op == "add"}


def _not_integrable(errors: list[DivergentMeanError], terms: list[Term]) -> NoClosedFormError:
    """That a sum has no finite mean; several infinite means might cancel."""
    if len(errors) == 1 and not any(term.mean.requires for term in terms):
        return errors[0]
    reasons = "; ".join(str(error).splitlines()[0] for error in errors)
    return NoClosedFormError(f"several means may be infinite at once, and cancel: {reasons}")


# --- lines and claims -----------------------------------------------------------------


def exponential_steps(found: MeanOfSum) -> tuple[Step, ...]:
    """The law averaged over as an exponential family, in its standard form."""
    return tuple(step for branch in found.form.branches for step in _branch_steps(found, branch))


def _branch_steps(found: MeanOfSum, branch: Branch) -> tuple[Step, ...]:
    question, is_whole = found.question, len(found.form.branches) == 1
    node, order = question.algebra.node, found.order
    taken = {s.name for law in question.laws for s in law.symbols}
    value = question.variable
    steps: tuple[Step, ...] = ()
    if not branch.is_direct:
        value = symbol(free_name(("y", "s", "y_"), taken | {value.name}))
        at = {branch.kernel.value: question.algebra.expr(value)}
        parts: tuple[Node, ...] = (question.variable, node(branch.change.xreplace(at)))
        words = "{0} = {1}"
        if not is_whole:
            words += " with probability {2}"
            parts = (*parts, node(branch.weight))
        steps = (Step(None, Words(words, parts), "standard form"),)
    at = {branch.kernel.value: question.algebra.expr(value)}
    at |= {letter: meaning.xreplace(at) for letter, meaning in branch.kernel.letters.items()}
    natural = [closed_form([eta], question.algebra, order) for eta in branch.natural]
    log_total = closed_form([_log_total(branch)], question.algebra, order)
    names = found.natural
    features = branch.kernel.features
    exponent = [names[k] * node(features[k].xreplace(at)) for k in range(len(features))]
    base = branch.kernel.log_base.xreplace(
        dict(zip(branch.kernel.given, branch.given, strict=True))
    ).xreplace(at)
    if base != 0:
        exponent.append(node(base))
    total = symbol(free_name(("Z", "C", "Z_"), taken))
    family = elementwise("exp", add(*exponent)) / total if exponent else 1 / total
    nodes = [family]
    text = "density {0}" if branch.is_direct else f"density of {value.name} {{0}}"
    for left, right in [
        *((names[k], natural[k]) for k in range(len(features))),
        (log(total), log_total),
    ]:
        text += f", {{{len(nodes)}}} = {{{len(nodes) + 1}}}"
        nodes += [left, right]
    rule = f"exponential family: {branch.kernel.title}"
    return (*steps, Step(None, Words(text, tuple(nodes)), rule))


def _log_total(branch: Branch) -> Expr:
    """``log Z`` as the declared density has it: of a branch, that of its share of the mass."""
    return simplest(opened(sympy.log(branch.weight) - branch.constant))


def mean_claims(
    question: Question, found: MeanOfSum, log_density: Node, answer: Node, factor: Node | None
) -> tuple[MeanClaim, ...]:
    """The lines about means and the answer, against integrals of the declared density.

    `log_density` is the sum that is averaged, with the parameters as given; `factor` is
    what nats are divided by in the answer.
    """
    bench = question.bench
    whole = question.mean(log_density)
    totals = [
        (
            question.algebra.node(_log_total(branch)),
            question.algebra.node(branch.at(branch.kernel.log_total)),
        )
        for branch in found.form.branches
    ]
    claims = [
        MeanClaim(bench, step.before, step.after, f"E[{feature_text(term.function, found.form)}]")
        for term, step in zip(found.terms, found.mean_steps(), strict=True)
        if isinstance(step.before, Node) and isinstance(step.after, Node)
    ]
    return (
        *density_claims(bench),
        *claims,
        *(MeanClaim(bench, left, right, "the total of the kernel") for left, right in totals),
        MeanClaim(bench, log_density, found.expanded, "the opened log density"),
        MeanClaim(bench, whole, found.averaged, "linearity of expectation"),
        MeanClaim(
            bench, whole if factor is None else whole / factor, answer, "the answer", "result"
        ),
    )


def require_found(found: MeanOfSum, derivation: Derivation) -> Derivation:
    """The derivation; with an integral that SymPy found, only if it is verified.

    Raises
    ------
    NoClosedFormError
        The certificate could not verify it.
    """
    if found.is_searched and derivation.certificate.verdict != "verified":
        raise NoClosedFormError(
            "SymPy found an integral, which could not be verified: it is withheld\n"
            f"  because  : {derivation.certificate.summary()}"
        )
    return derivation


def seconds_of(integrate: float) -> float:
    """How long SymPy may search, as given.

    Raises
    ------
    ArgumentError
        It is no number of seconds from 0 to an hour.
    """
    is_number = isinstance(integrate, int | float) and not isinstance(integrate, bool)
    if not is_number or not 0 <= integrate <= LONGEST_SEARCH:
        raise ArgumentError(
            f"integrate is a number of seconds from 0 to {LONGEST_SEARCH}, got {integrate!r}"
        )
    return float(integrate)
