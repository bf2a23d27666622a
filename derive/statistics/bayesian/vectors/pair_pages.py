"""Pages about the posterior of a pair: the law, the evidence, the next value, the mode."""

from __future__ import annotations

import sympy

from derive.calculus.stationary_point import stationary_point
from derive.check.claim import Claim
from derive.check.claims import SameValue
from derive.engine.naming import substituted
from derive.engine.vector_mean import settled
from derive.errors import NoClosedFormError
from derive.language.expression import Node, add, number, symbol
from derive.language.laws.line import StudentT
from derive.language.laws.terms import log
from derive.language.relations import Relation, Words
from derive.probability.question import free_name
from derive.statistics.bayesian.letters import Letters
from derive.statistics.bayesian.pairing import EXTRA_NAMES
from derive.statistics.bayesian.vectors.pages import NextValue
from derive.statistics.bayesian.vectors.pairs import PairPairing, PairReading
from derive.steps import Step, Trace


def _words(asked: str, pairing: PairPairing, *about: Node) -> Words:
    """The question: what is asked about the nodes ``{m}``, after which sample and prior."""
    k = len(about)
    named = " and ".join(f"{{{j}}}" for j in range(k))
    likelihood = pairing.likelihood.words(k + 1)
    prior = pairing.prior.words(k + 1 + len(likelihood.nodes))
    text = f"{{{k}}} independent values of {likelihood.text}; prior of the pair {prior.text}"
    nodes = (*about, pairing.size, *likelihood.nodes, *prior.nodes)
    return Words(f"{asked.replace('{m}', named)} {text}", nodes)


def _arguments(pairing: PairPairing, *nodes: Node) -> tuple[Node, ...]:
    used = frozenset().union(*(node.symbols for node in nodes))
    return tuple(s for s in pairing.symbols if s in used)


def _letters(found: PairReading) -> Letters:
    taken = found.pairing.taken | {x.name for x in (*found.names, *found.pairing.letters)}
    return Letters.beside(taken)


def _steps(found: PairReading, letters: Letters) -> tuple[Step, ...]:
    """The lines to the parameters of the posterior."""
    pairing = found.pairing
    unknown = pairing.meaning
    steps: list[Step] = []
    if unknown.meaning is not None:
        words = (unknown.symbol, unknown.meaning, unknown.replaced, unknown.inverse)
        steps.append(Step(None, Words("{0} = {1}, so {2} = {3}", words), "the unknowns"))
    mean, squares = pairing.letters
    held = (mean, pairing.mean, squares, pairing.squares)
    law = found.named_law.words()
    total = log(letters.likelihood) + log(letters.prior) - log(letters.evidence)
    pair = (pairing.place, pairing.spread)
    return (
        *steps,
        Step(None, Words("{0} = {1}, {2} = {3}", held), "mean and squares of the sample"),
        Step(log(letters.likelihood), found.written(found.likelihood), "sum over the sample"),
        Step(log(letters.prior), found.written(found.prior), "log prior"),
        Step(log(letters.posterior), total, "Bayes: likelihood times prior over evidence"),
        Step(
            total,
            found.written(found.kernel, letters.constant),
            Words("collect in the functions of {0} and {1}", pair),
        ),
        Step(None, Words(f"this is the kernel of {law.text}", law.nodes), "read the kernel"),
        *(
            Step(name, value, "compare the coefficients")
            for name, value in zip(found.names, found.lettered, strict=True)
        ),
    )


def _claims(found: PairReading, is_result: bool) -> tuple[Claim, ...]:
    """The log likelihood and log prior as opened, and Bayes at random values of the pair."""
    pairing = found.pairing
    prior = pairing.log_prior_of(pairing.prior)
    evidence = pairing.full(found.log_evidence)
    posterior = pairing.log_prior_of(found.law)
    return (
        SameValue(pairing.declared, pairing.full(found.written(found.likelihood))),
        SameValue(prior, found.written(found.prior)),
        SameValue(
            pairing.declared + prior - evidence, posterior, kind="result" if is_result else "line"
        ),
    )


def pair_posterior(found: PairReading) -> tuple[Trace, tuple[Claim, ...]]:
    """The page of the posterior."""
    pairing = found.pairing
    results = tuple((x.name, v) for x, v in zip(found.names, found.law.values, strict=True))
    trace = Trace(
        question=_words("posterior of {m} after", pairing, pairing.place, pairing.spread),
        definitions=(),
        steps=_steps(found, _letters(found)),
        results=results,
        conditions=pairing.conditions,
        arguments=_arguments(pairing, *found.law.values),
        lefts=found.names,
    )
    return trace, _claims(found, True)


def pair_evidence(found: PairReading) -> tuple[Trace, tuple[Claim, ...]]:
    """The page of the evidence."""
    pairing, letters = found.pairing, _letters(found)
    total = log(letters.likelihood) + log(letters.prior) - log(letters.posterior)
    answer = pairing.full(found.log_evidence)
    left = log(letters.evidence)
    cancel = Words("the functions of {0} and {1} cancel", (pairing.place, pairing.spread))
    trace = Trace(
        question=_words("log evidence {m} of", pairing, letters.evidence),
        definitions=(),
        steps=(
            *_steps(found, letters),
            Step(left, total, "Bayes, solved for the evidence"),
            Step(total, found.log_evidence, cancel),
        ),
        results=((f"log_{letters.evidence.name}", answer),),
        conditions=pairing.conditions,
        arguments=_arguments(pairing, answer),
        lefts=(left,),
    )
    return trace, _claims(found, True)


# --- the next value ---------------------------------------------------------------------


def pair_prediction(found: PairReading) -> NextValue:
    """The page of the next value."""
    old = found.pairing
    taken = old.taken | {x.name for x in (*found.names, *old.letters)}
    value = symbol(free_name(EXTRA_NAMES, taken))
    likelihood = old.likelihood
    one = PairReading(
        PairPairing(
            likelihood, found.named_law, old.place, old.spread, old.meaning, old.data, old.algebra,
            value,
        ),
        is_one=True,
    )  # fmt: skip
    raw = one.log_evidence
    known = dict(zip(found.names, found.law.values, strict=True))
    density = log(symbol(free_name(("p", "P", "p_"), taken | {value.name})))
    read = _student(one, raw, value)
    steps = [
        *_steps(found, _letters(found)),
        Step(density, raw, "ratio of the totals with and without the value"),
    ]
    posterior = old.log_prior_of(one.law)
    product = likelihood.log_density(value) + old.log_prior_of(found.named_law)
    claims: list[Claim] = [*_claims(found, False), SameValue(product - raw, posterior)]
    shown = raw
    if read is not None:
        degrees, centre, scale = read
        law = StudentT(degrees)
        ratio = (value - centre) / scale
        words = law.words(1)
        follows = Words(f"{{0}} follows {words.text}", (ratio, *words.nodes))
        steps.append(Step(None, follows, "read the kernel"))
        shown = law.log_density(ratio) - log(scale)
        claims.append(SameValue(raw, shown))
    answer = substituted(raw, known)
    claims.append(SameValue(answer, substituted(shown, known), kind="result"))
    trace = Trace(
        question=_words("log density of the next value {m} after", old, value),
        definitions=(),
        steps=tuple(steps),
        results=((f"log_{density.args[0].name}", answer),),
        conditions=old.conditions,
        arguments=(value, *_arguments(old, answer)),
        lefts=(density,),
    )
    return NextValue(trace, tuple(claims), value, None)


def _student(one: PairReading, raw: Node, value: Node) -> tuple[Node, Node, Node] | None:
    """Degrees of freedom, centre and scale where the density is ``(b + c (x - m)^2)^(-p)``."""
    expr, x = one.expr(raw), one.expr(value)
    logs = [part for part in expr.atoms(sympy.log) if part.has(x)]
    if len(logs) != 1:
        return None
    (inner,) = logs
    letter = sympy.Dummy()
    power = -sympy.diff(expr.xreplace({inner: letter}), letter)
    quadratic = sympy.Poly(inner.args[0], x)
    if quadratic.degree() != 2 or power.has(x):
        return None
    c, slope, _ = quadratic.all_coeffs()
    centre = sympy.factor(-slope / (2 * c))
    base = sympy.simplify(inner.args[0].subs(x, centre))
    degrees = sympy.expand(2 * power - 1)
    scale = sympy.sqrt(sympy.factor(base / (c * degrees)))
    return one.node(degrees), one.node(centre), one.node(scale)


# --- the mode ---------------------------------------------------------------------------


def pair_mode(found: PairReading) -> tuple[Trace, tuple[Claim, ...]]:
    """The page of the joint mode: both derivatives of the log kernel are zero.

    Raises
    ------
    NoClosedFormError
        They have no common zero in closed form, or it is no maximum.
    """
    pairing = found.pairing
    function, weight = _weighed(found)
    unknowns = [pairing.place, pairing.spread]
    point = stationary_point(function, unknowns)
    if point.verdict not in {"global maximum", "local maximum"}:
        raise NoClosedFormError(
            f"the mode of {pairing.place!r} and {pairing.spread!r} is not known: "
            f"their stationary point is {point.verdict}"
        )
    known = dict(zip(found.names, found.law.values, strict=True))
    meant = {w: settled(substituted(value, known)) for w, value in weight.items()}
    answers = tuple(
        substituted(substituted(value, meant), known) for _, value in point.found.values
    )
    hats = tuple(
        symbol(free_name((f"{s.name}_map", f"{s.name}_map_"), pairing.taken)) for s in unknowns
    )
    named = (Step(w, value, "what stands before the logarithm") for w, value in weight.items())
    largest = Words("{0} and {1} are where f = {2} is largest", (*unknowns, function))
    trace = Trace(
        question=_words("mode of the posterior of {m} after", pairing, *unknowns),
        definitions=(),
        steps=(
            *_steps(found, _letters(found)),
            *named,
            Step(None, largest, "the log density but for a constant"),
            *point.trace.steps,
            *(Step(h, v, "insert the parameters") for h, v in zip(hats, answers, strict=True)),
        ),
        results=tuple((h.name, v) for h, v in zip(hats, answers, strict=True)),
        conditions=(
            *pairing.conditions,
            *(Relation(value, ">", number(0)) for value in meant.values()),
        ),
        arguments=_arguments(pairing, *answers),
        closing=point.trace.closing,
        lefts=hats,
    )
    return trace, (*_claims(found, False), *point.claims)


def _weighed(found: PairReading) -> tuple[Node, dict[Node, Node]]:
    """The log kernel in names, with a positive letter before the logarithm."""
    pairing = found.pairing
    unknowns = {found.expr(s) for s in (pairing.place, pairing.spread)}
    t = sympy.log(found.expr(pairing.spread))
    whole = found.expr(pairing.log_prior_of(found.named_law))
    terms = [
        term
        for term in sympy.Add.make_args(sympy.expand_log(whole, force=True))
        for term in (sympy.Add.make_args(sympy.expand(term)) if term.has(t) else (term,))
        if term.free_symbols & unknowns
    ]
    before = sympy.factor(sum(term.coeff(t) for term in terms if term.has(t)))
    rest = [found.node(term) for term in terms if not term.has(t)]
    weight, meaning = found.node(before), dict[Node, Node]()
    if (-before).is_positive is not True:
        name = free_name(("w", "u", "w_"), pairing.taken | {x.name for x in found.names})
        weight = symbol(name, facts=("positive",))
        meaning = {weight: found.node(before)}
    return add(weight * log(pairing.spread), *rest), meaning
