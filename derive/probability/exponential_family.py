"""The exponential family that a law is: log p = eta'T(x) - A + log h(x), read off and minimal.

The log density is opened into products of a function of the parameters and one of the value.
A product that does not split says that the law is no such family, or that a parameter has to
be held.  Functions of the parameters that are combinations of others (with numbers) merge.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sympy
from sympy import Add, Expr, Integer

from derive.check.law_bench import LawBench
from derive.check.law_claims import MeanClaim, density_claims
from derive.check.law_masses import PlaceClaim
from derive.engine.closed_form import closed_form
from derive.engine.expansions import opened
from derive.engine.factoring import in_factors
from derive.engine.solving import solved_for
from derive.engine.standard_form import simplest
from derive.errors import ArgumentError, NoRuleError
from derive.language.expression import Node, add, symbol
from derive.language.law import Law, merge_symbols
from derive.language.laws.pairs import PairLaw
from derive.language.relations import Words
from derive.language.sympy_out import to_sympy
from derive.language.vector_law import VectorLaw
from derive.probability.family_form import ExponentialFamily
from derive.probability.family_reading import Reading, family_reading, holding
from derive.probability.from_logarithm import density_of_logarithm
from derive.probability.law_text import as_law
from derive.probability.pair_family import pair_family
from derive.probability.question import Question, free_name, pose, support_words, told
from derive.probability.vector_family import vector_family
from derive.steps import Step, Trace

ONE = Integer(1)


def exponential_family(
    law: Law | str, known: str | Iterable[str] = (), shapes: str = ""
) -> ExponentialFamily:
    """Write a law as an exponential family in minimal form.

    Parameters
    ----------
    law : Law or str
        For example ``Gamma("k", "theta")`` or ``"Gamma(k, theta)"``.
    known : str or iterable of str
        Parameters that are held: ``"mu"`` for a Laplace law of known location.
    shapes : str
        Shapes and facts of the names in the text of a law of vectors,
        ``"m: d, S: d x d spd"``.

    Returns
    -------
    ExponentialFamily
        ``.natural``, ``.statistics``, ``.log_partition``, ``.base``; the lines also say that
        the means of T are the gradient of A, its covariances the Hessian.
        ``.function()`` takes the parameters to the natural parameters and A.

    Raises
    ------
    ArgumentError
        `law` is no law, or it has no parameter of a name in `known`.
    NoRuleError
        The law is no exponential family in the parameters that are not held; the message
        names the term that does not split, or the moving end of the support.

    References
    ----------
    wainwright2008, section 3.

    Examples
    --------
    >>> found = exponential_family("Normal(mu, sigma)")
    >>> found.natural, found.statistics
    ((mu/sigma**2, -1/(2*sigma**2)), (x, x**2))
    >>> len(found.natural)
    2
    """
    law = as_law(law, "exponential_family", vectors=True, pairs=True, shapes=shapes)
    if isinstance(law, PairLaw):
        _require_none_held(law, _held(law, known))
        return pair_family(law)
    if isinstance(law, VectorLaw):
        return vector_family(law, _held(law, known))
    (law,) = merge_symbols(law)
    held = _held(law, known)
    unknown = tuple(s for s in law.symbols if s.name not in held)
    if not unknown:
        raise ArgumentError(
            f"every parameter of {law!r} is held: no family is left\n"
            f"  to fix   : leave a parameter out of known="
        )
    _require_fixed_support(law, unknown)
    question = pose((law,), ("A", "A_"))
    reading = family_reading(question, unknown)
    return _page(question, reading, unknown, held)


def _held(law: Law, known: str | Iterable[str]) -> tuple[str, ...]:
    names = (known,) if isinstance(known, str) else tuple(known)
    found = {s.name for s in law.symbols}
    for name in names:
        if name not in found:
            raise ArgumentError(
                f"{law!r} has no parameter {name!r} to hold\n"
                f"  known    : {', '.join(s.name for s in law.symbols) or 'no names'}"
            )
    return names


def _require_none_held(law: Law, held: tuple[str, ...]) -> None:
    if held:
        raise NoRuleError(
            f"no rule holds {held[0]} in {law!r}\n  to fix   : leave {held[0]} out of known="
        )


def _require_fixed_support(law: Law, unknown: tuple[Node, ...]) -> None:
    moving = [s.name for s in unknown if s in law.support.moves_with]
    if moving:
        raise NoRuleError(
            f"{law!r} is no exponential family: its support {law.support} moves with "
            f"{', '.join(moving)}\n  to fix   : {holding(moving, unknown)}"
        )


# --- the page ------------------------------------------------------------------------------


def _page(
    question: Question, reading: Reading, unknown: tuple[Node, ...], held: tuple[str, ...]
) -> ExponentialFamily:
    (law,), algebra, variable = question.laws, question.algebra, question.variable
    taken = {s.name for s in law.symbols} | {variable.name}
    count = len(reading.natural)
    stem = free_name(("eta", "omega", "eta_"), taken)
    names = tuple(symbol(f"{stem}{k + 1}" if count > 1 else stem) for k in range(count))
    letter = free_name(("T", "S", "T_"), taken | {question.answer.name})
    heads = tuple(symbol(f"{letter}{k + 1}" if count > 1 else letter) for k in range(count))
    base_name = symbol(free_name(("h", "c", "h_"), taken))
    natural = tuple(closed_form([eta], algebra, "rational last") for eta in reading.natural)
    statistics = tuple(algebra.node(t) for t in reading.statistics)
    partition = closed_form(
        Add.make_args(simplest(reading.log_partition)), algebra, "rational first"
    )
    log_base = closed_form(Add.make_args(opened(reading.log_base)), algebra, "rational first")
    base = density_of_logarithm(log_base)
    of_eta = _partition_of_natural(reading, unknown, names, question)
    logarithm = law.log_density(variable)
    split = add(
        *(eta * t for eta, t in zip(natural, statistics, strict=True)),
        log_base,
        -partition,
    )
    moments, claims = _moments(reading, of_eta, statistics, heads, names, question)
    steps = told(
        Step(None, support_words(question), "support"),
        Step(question.log_of(0), logarithm, "the law as declared"),
        Step(logarithm, split, "products of a function of the parameters and one of the value"),
        *(Step(n, eta, "natural parameter") for n, eta in zip(names, natural, strict=True)),
        *(Step(t, s, "sufficient statistic") for t, s in zip(heads, statistics, strict=True)),
        Step(base_name, base, "base: what holds no parameter"),
        Step(question.answer, partition, "log partition: what holds no value"),
        *(() if of_eta is None else (Step(partition, of_eta[1], "solve for the parameters"),)),
        *moments,
    )
    name = law.glossed_words()
    tail = f"; {', '.join(held)} held" if held else ""
    trace = Trace(
        question=Words(f"{name.text} as an exponential family{tail}", name.nodes),
        definitions=(),
        steps=steps,
        results=(
            *((n.name, eta) for n, eta in zip(names, natural, strict=True)),
            (question.answer.name, partition),
        ),
        conditions=question.conditions,
        arguments=law.symbols,
        lefts=(*names, question.answer),
    )
    bench = question.bench
    all_claims = (
        *density_claims(bench),
        MeanClaim(
            bench, question.mean(logarithm), question.mean(split), "the split log density", "result"
        ),
        *_spread_claims(bench, logarithm, split),
        *claims,
    )
    return ExponentialFamily(
        trace,
        all_claims,
        natural=tuple(map(to_sympy, natural)),
        statistics=tuple(map(to_sympy, statistics)),
        log_partition=to_sympy(partition if of_eta is None else of_eta[1]),
        base=to_sympy(base),
    )


def _spread_claims(bench: LawBench, logarithm: Node, split: Node) -> tuple[MeanClaim, ...]:
    """The two sides are equal at a value, not in the mean alone."""
    return (PlaceClaim(bench, logarithm, split, "the split log density at a value"),)


def _partition_of_natural(
    reading: Reading, unknown: tuple[Node, ...], names: tuple[Node, ...], question: Question
) -> tuple[Expr, Node] | None:
    """A as a function of eta, where the parameters follow from eta in closed form."""
    algebra = question.algebra
    theta = [algebra.expr(s) for s in unknown]
    if len(theta) != len(names):
        return None
    etas = [algebra.expr(n) for n in names]
    found = solved_for(list(zip(reading.natural, etas, strict=True)), theta)
    if found is None:
        return None
    signed = {
        eta: _with_sign(name, value, question)
        for eta, name, value in zip(etas, names, reading.natural, strict=True)
    }
    whole = _logs_of_quotients(reading.log_partition.xreplace(found).xreplace(signed))
    forms = [opened(whole), opened(simplest(whole)), sympy.expand(whole)]
    forms = [form for form in forms if not form.has(sympy.I)]
    if not forms:
        return None
    best = min(forms, key=sympy.count_ops)
    written = closed_form(Add.make_args(best), algebra, "rational first")
    return algebra.expr(written), written


def _logs_of_quotients(expr: Expr) -> Expr:
    """Every sum under a logarithm as one fraction, whose logarithm opens."""
    return expr.replace(
        sympy.log, lambda u: sympy.expand_log(sympy.log(in_factors(sympy.together(u))))
    )


def _with_sign(name: Node, eta: Expr, question: Question) -> Expr:
    """A natural parameter by a letter whose sign is known: of -eta, if that is positive."""
    algebra = question.algebra
    if eta.is_positive:
        return algebra.expr(algebra.closed(name, name.name + "_value", ("positive",)))
    if eta.is_negative:
        return -algebra.expr(algebra.closed(-name, name.name + "_value", ("positive",)))
    return algebra.expr(name)


def _moments(
    reading: Reading,
    of_eta: tuple[Expr, Node] | None,
    statistics: Sequence[Node],
    heads: Sequence[Node],
    names: Sequence[Node],
    question: Question,
) -> tuple[list[Step], list[MeanClaim]]:
    """E T = grad A and Cov T = Hessian A, written in the parameters."""
    if of_eta is None:
        return [], []
    algebra, bench = question.algebra, question.bench
    etas = [algebra.expr(n) for n in names]
    at = dict(zip(etas, reading.natural, strict=True))

    def written(derivative: Expr) -> Node:
        forms = [derivative.xreplace(at)]
        forms += [simplest(forms[0]), in_factors(sympy.together(forms[0]))]
        return algebra.node(_unsigned(min(forms, key=sympy.count_ops)))

    steps, claims = [], []
    for k, head in enumerate(heads):
        first = written(sympy.diff(of_eta[0], etas[k]))
        rule = Words("derivative of {0} in {1}", (question.answer, names[k]))
        steps.append(Step(question.mean(statistics[k]), first, rule))
        claims.append(MeanClaim(bench, question.mean(statistics[k]), first, f"E[{head.name}]"))
    for j in range(len(heads)):
        for k in range(j, len(heads)):
            second = written(sympy.diff(of_eta[0], etas[j], etas[k]))
            product = question.mean(statistics[j] * statistics[k])
            left = product - question.mean(statistics[j]) * question.mean(statistics[k])
            rule = Words(
                "second derivative of {0} in {1} and {2}", (question.answer, names[j], names[k])
            )
            steps.append(Step(None, _second_words(heads[j], heads[k], second), rule))
            claims.append(MeanClaim(bench, left, second, f"Cov[{heads[j].name}, {heads[k].name}]"))
    return steps, claims


def _unsigned(expr: Expr) -> Expr:
    """``-p (p - 1)`` as ``p (1 - p)``."""
    if expr.is_Mul and expr.as_coeff_Mul()[0].is_negative:
        for factor in expr.args:
            if factor.is_Add:
                return -expr / factor * sympy.expand(-factor)
    return expr


def _second_words(first: Node, second: Node, value: Node) -> Words:
    if first is second:
        return Words("Var {0} = {1}", (first, value))
    return Words("Cov({0}, {1}) = {2}", (first, second, value))
