"""The exponential family that a law of two numbers is: its log density by functions of both."""

from __future__ import annotations

import sympy
from sympy import Add, Expr, Integer

from derive.check.claims import SameValue
from derive.engine.closed_form import closed_form
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.errors import NoRuleError
from derive.language.expression import Node, add, multiply, number, symbol
from derive.language.laws.pairs import PairLaw
from derive.language.laws.terms import log
from derive.language.laws.vector_pairs import VectorPairLaw
from derive.language.relations import Words
from derive.language.sympy_out import to_sympy
from derive.probability.family_form import ExponentialFamily
from derive.probability.from_logarithm import density_of_logarithm
from derive.probability.question import LETTERS, conditions_of_values, free_name
from derive.probability.shaped_densities import collected_logarithm, drawn_steps, parts_of
from derive.steps import Step, Trace


def pair_family(law: PairLaw) -> ExponentialFamily:
    """Write a law of two numbers as an exponential family.

    Raises
    ------
    NoRuleError
        The law is of a vector and a matrix, or a term of its log density does not split.
    """
    if isinstance(law, VectorPairLaw):
        raise NoRuleError(
            f"exponential_family has no rule for pairs of a vector and a matrix, got {law!r}\n"
            f"  known    : NormalGamma, NormalInverseGamma; density of all pairs"
        )
    parts = parts_of(law)
    declared = add(*(part.log_density for part in parts))
    logarithm = collected_logarithm(law, declared)
    values = tuple(part.value for part in reversed(parts))
    algebra = ScalarAlgebra(dict.fromkeys((*law.symbols, *values)))
    grouped = _by_function(law, algebra, logarithm, [algebra.expr(v) for v in values])
    rest = grouped.pop(Integer(1), Integer(0))
    fixed = [T for T, eta in grouped.items() if not eta.free_symbols]
    log_base = algebra.node(Add(*(grouped.pop(T) * T for T in fixed)))
    taken = {s.name for s in (*law.symbols, *values)}
    stem, head = free_name(("eta", "omega"), taken), free_name(("T", "S"), taken)
    answer = symbol(free_name(("A", "A_"), taken))
    names = [symbol(f"{stem}{k + 1}") for k in range(len(grouped))]
    heads = [symbol(f"{head}{k + 1}") for k in range(len(grouped))]
    natural = [
        closed_form(Add.make_args(eta), algebra, "rational last") for eta in grouped.values()
    ]
    statistics = [algebra.node(T) for T in grouped]
    partition = closed_form(Add.make_args(sympy.expand(-rest)), algebra, "rational first")
    split = add(
        *(multiply(eta, T) for eta, T in zip(natural, statistics, strict=True)),
        log_base,
        multiply(number(-1), partition),
    )
    name = next(pair[0] for pair in LETTERS if pair[0] not in taken | {answer.name})
    left = log(symbol(name))
    base_name = symbol(free_name(("h", "c", "h_"), taken | {answer.name}))
    base = density_of_logarithm(log_base)
    steps = (
        *(Step(None, part.support, "support") for part in parts),
        *drawn_steps(parts),
        Step(left, logarithm, "what is drawn first, then the other"),
        Step(logarithm, split, "products of a function of the parameters and one of the values"),
        *(Step(n, eta, "natural parameter") for n, eta in zip(names, natural, strict=True)),
        *(Step(t, T, "sufficient statistic") for t, T in zip(heads, statistics, strict=True)),
        Step(answer, partition, "log partition: what holds no value"),
        Step(base_name, base, "base: what holds no parameter"),
    )
    words = law.glossed_words()
    trace = Trace(
        question=Words(f"{words.text} as an exponential family", words.nodes),
        definitions=(),
        steps=steps,
        results=(
            *((n.name, eta) for n, eta in zip(names, natural, strict=True)),
            (answer.name, partition),
        ),
        conditions=tuple(dict.fromkeys((*law.conditions, *conditions_of_values((law,))))),
        arguments=law.symbols,
        lefts=(*names, answer),
    )
    claims = (
        *(claim for part in parts for claim in part.mass_claims()),
        SameValue(declared, split, kind="result"),
    )
    return ExponentialFamily(
        trace,
        claims,
        natural=tuple(map(to_sympy, natural)),
        statistics=tuple(map(to_sympy, statistics)),
        log_partition=to_sympy(partition),
        base=to_sympy(base),
    )


def _by_function(
    law: PairLaw, algebra: ScalarAlgebra, logarithm: Node, values: list[Expr]
) -> dict[Expr, Expr]:
    """What stands before each function of the values, 1 among them."""
    grouped: dict[Expr, Expr] = {}
    parameters = {algebra.expr(s) for s in law.symbols}
    for term in Add.make_args(sympy.expand(algebra.expr(logarithm))):
        coefficient, function = term.as_independent(*values, as_Add=False)
        if function.free_symbols & parameters:
            raise NoRuleError(f"{law!r} is no exponential family: {term} does not split")
        grouped[function] = grouped.get(function, Integer(0)) + coefficient
    return grouped
