"""The mean of a logarithm of densities: the lines that entropy and divergence share.

In: a law, and a sum of log densities as a node.  Out: the sum opened into coefficients
times functions of x, the mean of each function with its origin, and the closed form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sympy import Add, Expr, Integer, Mul

from derive.check.law_claims import LawBench, MeanClaim, density_claims, law_variable
from derive.engine.closed_form import Order, closed_form
from derive.engine.conditions import conditions_of
from derive.engine.expectation import (
    ExponentialForm,
    Mean,
    expect,
    exponential_form,
    feature_text,
    simplest,
)
from derive.engine.scalar_algebra import ScalarAlgebra, opened_around_squares
from derive.language.expression import Node, add, multiply, number, symbol
from derive.language.functions import elementwise, expectation, postorder
from derive.language.law import Law, ordered_symbols, symbol_conditions
from derive.language.laws_continuous import log
from derive.language.properties import is_positive
from derive.language.relations import Condition, Relation, Words
from derive.steps import Step

VALUE_NAMES = ("x", "t", "u", "z", "x_")
MOST_FACTORS = 10  # the gamma function of a larger number is not written out
LONGEST = 10**9  # a number above or below a fraction is taken apart up to here
LETTERS = (("p", "q"), ("P", "Q"), ("f", "g"), ("p_", "q_"))


@dataclass(frozen=True)
class Question:
    """The laws of a question, the names used for them, and their scalar algebra.

    Attributes
    ----------
    laws : tuple of Law
        The law averaged over comes first.
    letters : tuple of symbol
        What the densities are called.
    answer : symbol
        What the answer is called.
    variable : symbol
        The value averaged over.
    algebra : ScalarAlgebra
    opened : tuple of Law
        The laws with parameters that SymPy should not look into as letters.
    """

    laws: tuple[Law, ...]
    letters: tuple[Node, ...]
    answer: Node
    variable: Node
    algebra: ScalarAlgebra
    opened: tuple[Law, ...]

    @property
    def bench(self) -> LawBench:
        """Where the claims about this question are tested."""
        named = zip(self.letters, self.laws, strict=True)
        return LawBench({letter.name: law for letter, law in named}, self.variable)

    def log_of(self, index: int) -> Node:
        """``log p`` or ``log q``, by name."""
        return elementwise("log", self.letters[index])

    def mean(self, function: Node) -> Node:
        """``E_p[function]``, unevaluated."""
        return expectation(function, self.letters[0].name, self.variable.name)

    @property
    def definitions(self) -> tuple[tuple[Node, Node], ...]:
        """What the letters of the densities stand for."""
        return tuple(
            (letter, elementwise("exp", law.log_density(self.variable)))
            for letter, law in zip(self.letters, self.laws, strict=True)
        )

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What the parameters of all laws must satisfy, down to the names where that is plain."""
        found: dict[Condition, None] = {}
        for condition in (c for law in self.laws for c in law.conditions):
            if isinstance(condition, Relation) and is_positive(condition.left):
                for part in ordered_symbols(condition.left):
                    found.update(dict.fromkeys(symbol_conditions(part)))
                found.update(dict.fromkeys(conditions_of(condition.left)))
            else:
                found[condition] = None
        return tuple(found)


def pose(laws: tuple[Law, ...], answers: tuple[str, ...]) -> Question:
    """Choose names that no parameter has, and set up the algebra."""
    symbols = tuple(dict.fromkeys(s for law in laws for s in law.symbols))
    taken = {s.name for s in symbols}
    pairs = [pair for pair in LETTERS if not taken & set(pair[: len(laws)])]
    letters = tuple(symbol(name) for name in pairs[0][: len(laws)])
    taken |= {letter.name for letter in letters}
    variable = law_variable(laws[0], _free(VALUE_NAMES, taken))
    answer = symbol(_free((*answers, *(name + "_" for name in answers)), taken))
    algebra = ScalarAlgebra((variable, *symbols))
    opened = tuple(_with_letters(law, algebra) for law in laws)
    return Question(laws, letters, answer, variable, algebra, opened)


def _free(names: Iterable[str], taken: set[str]) -> str:
    return next(name for name in names if name not in taken)


def told(*steps: Step) -> tuple[Step, ...]:
    """The steps without those that change nothing."""
    return tuple(step for step in steps if step.before is not step.after)


def _with_letters(law: Law, algebra: ScalarAlgebra) -> Law:
    """The law with every parameter that SymPy cannot or should not look into as a letter.

    Those are a parameter whose sign it cannot see, a number that is long, and a large number
    whose gamma function it would write out.
    """
    values = []
    for place, value in zip(law.parameters, law.values, strict=True):
        is_plain = value.op == "symbol" or (value.is_number and not _is_long(value, law))
        if not is_plain and not _is_provably(value, place.fact, algebra):
            value = algebra.closed(value, place.name + "_value", (place.fact,))
        values.append(value)
    return law.with_values(*values)


def _is_long(value: Node, law: Law) -> bool:
    """Whether a number is written out only at length, itself or in its gamma function."""
    if max(abs(value.data.numerator), value.data.denominator) > LONGEST:
        return True
    terms = postorder(law.log_density(symbol(VALUE_NAMES[0])))
    under_gamma = any(t.op == "map" and t.data == "loggamma" and value in t.args for t in terms)
    return under_gamma and value.data > MOST_FACTORS


def _is_provably(value: Node, fact: str, algebra: ScalarAlgebra) -> bool:
    if value.is_number or not algebra.has_form(value):
        return False
    if fact == "real":
        return True
    return fact == "positive" and bool(algebra.expr(value).is_positive)


# --- the sum, opened ------------------------------------------------------------------


@dataclass(frozen=True)
class Term:
    """One summand of a log density: coefficient, function of x, and the mean of that."""

    coefficient: Expr
    function: Expr
    mean: Mean


@dataclass(frozen=True)
class MeanLog:
    """A sum of log densities, opened and averaged term by term."""

    question: Question
    form: ExponentialForm
    constant: Expr
    terms: tuple[Term, ...]
    order: Order

    @property
    def expanded(self) -> Node:
        """The sum as a function of x."""
        node = self.question.algebra.node
        return self._with(lambda term: node(term.function))

    @property
    def averaged(self) -> Node:
        """The sum with each function of x under its mean."""
        question = self.question
        return self._with(lambda term: question.mean(question.algebra.node(term.function)))

    @property
    def closed(self) -> Node:
        """The mean in closed form."""
        summands = [self.constant, *(t.coefficient * t.mean.value for t in self.terms)]
        return closed_form(summands, self.question.algebra, self.order)

    @property
    def requires(self) -> tuple[Condition, ...]:
        """What must be positive for the means to exist."""
        needs = dict.fromkeys(need for term in self.terms for need in term.mean.requires)
        return tuple(Relation(self.question.algebra.node(n), ">", number(0)) for n in needs)

    @property
    def natural(self) -> tuple[Node, ...]:
        """The names of the natural parameters."""
        count = len(self.form.natural)
        taken = {s.name for law in self.question.laws for s in law.symbols}
        name = _free(("eta", "omega", "nu", "eta_"), taken)
        return tuple(symbol(f"{name}{k + 1}" if count > 1 else name) for k in range(count))

    def mean_steps(self) -> tuple[Step, ...]:
        """One line per function of x: its mean and where that comes from."""
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


def mean_log(question: Question, log_density: Node, order: Order) -> MeanLog:
    """Open a sum of log densities of the opened laws and average each function of x.

    Raises
    ------
    NoClosedFormError
        The mean of some function of x has no closed form; the message names it.
    """
    algebra = question.algebra
    form = exponential_form(question.opened[0], question.variable, algebra)
    coefficients: dict[Expr, Expr] = {}
    summands = log_density.args if log_density.op == "add" else (log_density,)
    for summand in summands:
        for piece in Add.make_args(opened_around_squares(algebra.expr(summand))):
            coefficient, function = piece.as_independent(form.variable, as_Add=False)
            coefficients[function] = coefficients.get(function, Integer(0)) + coefficient
    shortened = {function: simplest(c) for function, c in coefficients.items()}
    constant = coefficients.pop(Integer(1), Integer(0))
    terms = tuple(
        Term(shortened[function], function, expect(function, form, algebra))
        for function in coefficients
        if shortened[function] != 0
    )
    return MeanLog(question, form, constant, terms, order)


# --- lines and claims -----------------------------------------------------------------


def exponential_steps(found: MeanLog) -> tuple[Step, ...]:
    """The law averaged over as an exponential family, in its standard form."""
    form, question = found.form, found.question
    node, order = question.algebra.node, found.order
    taken = {s.name for law in question.laws for s in law.symbols}
    value = question.variable
    steps: tuple[Step, ...] = ()
    if not form.is_direct:
        value = symbol(_free(("y", "s", "y_"), taken | {value.name}))
        change = node(form.change.xreplace({form.kernel.value: question.algebra.expr(value)}))
        steps = (Step(None, Words("{0} = {1}", (question.variable, change)), "standard form"),)
    natural = [closed_form([eta], question.algebra, order) for eta in form.natural]
    log_total = closed_form([-form.constant], question.algebra, order)
    names = found.natural
    at = {form.kernel.value: question.algebra.expr(value)}
    exponent = [names[k] * node(form.kernel.features[k].xreplace(at)) for k in range(len(names))]
    if form.kernel.log_base != 0:
        exponent.append(node(form.kernel.log_base.xreplace(at)))
    total = symbol(_free(("Z", "C", "Z_"), taken))
    family = elementwise("exp", add(*exponent)) / total
    nodes = [family]
    text = "density {0}" if form.is_direct else f"density of {value.name} {{0}}"
    for left, right in [
        *((names[k], natural[k]) for k in range(len(names))),
        (log(total), log_total),
    ]:
        text += f", {{{len(nodes)}}} = {{{len(nodes) + 1}}}"
        nodes += [left, right]
    rule = f"exponential family: {form.kernel.title}"
    return (*steps, Step(None, Words(text, tuple(nodes)), rule))


def mean_claims(
    question: Question, found: MeanLog, log_density: Node, answer: Node, factor: Node | None
) -> tuple[MeanClaim, ...]:
    """The lines about means and the answer, against integrals of the declared density.

    `log_density` is the sum that is averaged, with the parameters as given; `factor` is
    what nats are divided by in the answer.
    """
    bench = question.bench
    whole = question.mean(log_density)
    log_total = question.algebra.node(found.form.at(found.form.kernel.log_total))
    claims = [
        MeanClaim(bench, step.before, step.after, f"E[{feature_text(term.function, found.form)}]")
        for term, step in zip(found.terms, found.mean_steps(), strict=True)
        if isinstance(step.before, Node) and isinstance(step.after, Node)
    ]
    return (
        *density_claims(bench),
        *claims,
        MeanClaim(
            bench, question.algebra.node(-found.form.constant), log_total, "the total of the kernel"
        ),
        MeanClaim(bench, log_density, found.expanded, "the opened log density"),
        MeanClaim(bench, whole, found.averaged, "linearity of expectation"),
        MeanClaim(
            bench, whole if factor is None else whole / factor, answer, "the answer", "result"
        ),
    )
