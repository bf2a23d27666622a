"""The law of a sum of independent values, read from the product of their generating functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeAlias

import sympy
from sympy import Expr, Symbol

from derive.check.claim import Claim
from derive.check.law_bench import LawBench, law_variable
from derive.check.law_claims import MeanClaim, density_claims
from derive.engine.cumulants import Terms, cumulant_terms, generating_function
from derive.engine.law_reading import shortest
from derive.engine.scalar_algebra import ScalarAlgebra, operation_count
from derive.errors import LimitError, NoClosedFormError
from derive.language.expression import Node, multiply, number, power, symbol
from derive.language.functions import elementwise, expectation
from derive.language.law import (
    Law,
    Parameter,
    Value,
    merge_symbols,
    parameter_value,
)
from derive.language.laws.line import Cauchy
from derive.language.merged_names import ordered_symbols
from derive.language.relations import Condition, Relation, Words
from derive.numeric.guarded import Guard
from derive.probability.from_logarithm import density_of_logarithm
from derive.probability.generating_functions import generating_of, named_law
from derive.probability.guarded_page import GuardedDerivation
from derive.probability.law_text import as_law
from derive.probability.question import conditions_of_values, free_name
from derive.probability.sum_of_cauchys import sum_of_cauchys
from derive.steps import Step, Trace

MOST_LAWS = 20
NEAR = Fraction(1, 4)  # of 0, where generating functions are compared
UNIQUE = "laws with one moment generating function near 0 are one law"
UNIQUE_WAVE = "laws with one characteristic function are one law"
Laws: TypeAlias = "Sequence[Law | str] | Law | str"


@dataclass(frozen=True, repr=False)
class SumLaw(GuardedDerivation):
    """The density of a sum of independent values; ``law`` is its law.

    Attributes
    ----------
    generating : Node
        Its moment generating function; None for Cauchy laws, which have none.
    """

    generating: Node | None = field(kw_only=True, compare=False)


@dataclass(frozen=True)
class Summand:
    """A law, how many independent values of it are added, and their generating function."""

    law: Law
    count: Node
    letter: str
    generating: Node
    needs: tuple[Relation, ...]


def distribution_of_sum(laws: Laws, times: Value = 1) -> SumLaw:
    """Derive the law of a sum of independent values by their moment generating functions.

    Parameters
    ----------
    laws : sequence of Law or str, or one of them
        One for each value; equal names in them are one symbol.
    times : int, str or expression
        How many independent values each law stands for: ``times="n"`` for a sample.

    Returns
    -------
    SumLaw
        ``.law`` is the law of the sum, ``.result`` its density (its mass function), 0 outside
        the support when compiled; ``.generating`` its moment generating function.

    Raises
    ------
    ArgumentError
        Something is no law, or `times` is no count.
    NoClosedFormError
        A law has no generating function here, or the product is that of no law known; the
        message shows the product.

    References
    ----------
    wasserman2004, section 3.5.

    Examples
    --------
    >>> distribution_of_sum(["Normal(a, s)", "Normal(b, t)"]).law
    Normal(a + b, sqrt(s^2 + t^2))
    >>> distribution_of_sum("Bernoulli(p)", times="n").law
    Binomial(n, p)
    """
    given = [laws] if isinstance(laws, (str, Law)) else list(laws)
    if not 1 <= len(given) <= MOST_LAWS:
        raise LimitError(f"distribution_of_sum takes from 1 to {MOST_LAWS} laws, got {len(given)}")
    read = merge_symbols(*(as_law(law, "distribution_of_sum") for law in given))
    count = parameter_value(
        "distribution_of_sum", Parameter("times", "positive integer", "count"), times
    )
    if len({law.support.is_whole for law in read}) > 1:
        raise NoClosedFormError(
            "a sum of a discrete and a continuous value has no law here\n"
            "  to fix   : give laws of one kind"
        )
    taken = {s.name for law in read for s in law.symbols} | {s.name for s in count.symbols}
    argument = symbol(free_name(("t", "u", "s_", "t_"), taken))
    if all(isinstance(law, Cauchy) for law in read):
        return _page_of_cauchys(read, count, argument, taken)
    summands = _summands(read, count, argument, taken)
    names = tuple(dict.fromkeys([*(s for p in read for s in p.symbols), *ordered_symbols(count)]))
    algebra = ScalarAlgebra((*names, argument))
    t = algebra.expr(argument)
    assert isinstance(t, Symbol)
    found = _sum_of(summands, algebra, t)
    law = named_law(found, read, algebra, t)
    product = algebra.node(generating_function(found, t))
    if law is None:
        raise NoClosedFormError(
            f"the sum has no law with a name here: its moment generating function is {product!r}\n"
            f"  known    : sums whose generating function is that of a law of docs/laws.md"
        )
    return _page(summands, law, argument, product)


# --- generating functions -----------------------------------------------------------------


def _summands(
    laws: tuple[Law, ...], times: Node, argument: Node, taken: set[str]
) -> tuple[Summand, ...]:
    """The laws that are added, with their generating functions."""
    found = []
    for law, count, letter in _counted(laws, times, taken):
        generating, needs = generating_of(law, argument)
        found.append(Summand(law, count, letter, generating, needs))
    return tuple(found)


def _counted(laws: tuple[Law, ...], times: Node, taken: set[str]) -> list[tuple[Law, Node, str]]:
    """Equal laws once, with how often they are added, and the letter of the density."""
    counts: dict[Law, int] = {}
    for law in laws:
        counts[law] = counts.get(law, 0) + 1
    found = []
    for k, (law, count) in enumerate(counts.items(), 1):
        letter = free_name((f"p{k}", f"q{k}", f"f{k}", f"p{k}_"), taken)
        letter = "p" if len(counts) == 1 and "p" not in taken else letter
        found.append((law, multiply(number(count), times), letter))
    return found


def _sum_of(summands: Sequence[Summand], algebra: ScalarAlgebra, t: Symbol) -> Terms:
    """The logarithm of the product, by functions of t."""
    total: dict[Expr, Expr] = {}
    for one in summands:
        for function, c in cumulant_terms(algebra.expr(one.generating), t).items():
            total[function] = total.get(function, sympy.Integer(0)) + algebra.expr(one.count) * c
    kept = {function: shortest(c) for function, c in total.items()}
    return {function: c for function, c in kept.items() if c != 0}


# --- the page -----------------------------------------------------------------------------


def _page_of_cauchys(laws: tuple[Law, ...], times: Node, argument: Node, taken: set[str]) -> SumLaw:
    counted = _counted(laws, times, taken)
    taken = taken | {argument.name} | {letter for *_, letter in counted}
    value, letter, name = _names(taken, laws[0])
    found = sum_of_cauchys(counted, argument, letter, name)
    return _finish(
        [(law, count) for law, count, _ in counted],
        found.law,
        (letter, value),
        found.steps,
        found.claims,
        None,
    )


def _names(taken: set[str], law: Law) -> tuple[Node, Node, str]:
    """The value of the sum, the letter of its density, and the name of one value."""
    value = symbol(free_name(("s", "y", "z", "s_"), taken), facts=law.support.facts)
    letter = symbol(free_name(("q", "f", "g", "q_"), taken | {value.name}))
    return value, letter, free_name(("x", "z", "u", "x_"), taken | {value.name, letter.name})


def _page(summands: tuple[Summand, ...], law: Law, argument: Node, product: Node) -> SumLaw:
    symbols = tuple(
        dict.fromkeys(
            [
                s
                for one in summands
                for n in (*one.law.values, one.count)
                for s in ordered_symbols(n)
            ]
        )
    )
    taken = {s.name for s in (*symbols, argument)} | {one.letter for one in summands}
    value, letter, name = _names(taken, law)
    near = (Relation(argument, "<", number(NEAR)), Relation(argument, ">", number(-NEAR)))
    steps: list[Step] = []
    claims: list[Claim] = []
    for one in summands:
        variable = law_variable(one.law, name)
        bench = LawBench({one.letter: one.law}, variable, (*one.needs, *near), (argument,))
        mean = expectation(elementwise("exp", argument * variable), one.letter, name)
        words = one.law.words(1)
        said = Words(f"{{0}} is the density of {words.text}", (symbol(one.letter), *words.nodes))
        steps.append(Step(None, said, _added(one.count)))
        steps.append(Step(mean, one.generating, "moment generating function"))
        claims += density_claims(bench)
        claims.append(MeanClaim(bench, mean, one.generating, f"E[exp({argument.name} {name})]"))
    factors = [power(one.generating, one.count) for one in summands]
    needs = tuple(dict.fromkeys(need for one in summands for need in one.needs))
    others = (argument, *(s for s in symbols if s not in law.symbols))
    own = LawBench({letter.name: law}, value, (*needs, *near, *_needs_of(summands)), others)
    whole = expectation(elementwise("exp", argument * value), letter.name, value.name)
    opened = multiply(*factors)
    if len(factors) == 1 or operation_count(opened) <= operation_count(product):
        product = opened
    steps.append(Step(whole, opened, "independent values: the mean of a product is that of means"))
    if opened is not product:
        steps.append(Step(opened, product, "add the logarithms"))
    claims += density_claims(own)
    claims.append(MeanClaim(own, whole, opened, "the product of the generating functions"))
    claims.append(MeanClaim(own, whole, product, "that of the law of the sum", "result"))
    added = [(one.law, one.count) for one in summands]
    return _finish(added, law, (letter, value), steps, claims, product)


def _finish(
    added: Sequence[tuple[Law, Node]],
    law: Law,
    names: tuple[Node, Node],
    steps: Sequence[Step],
    claims: Sequence[Claim],
    generating: Node | None,
) -> SumLaw:
    """The last lines, which name the law and write its density."""
    letter, value = names
    words = law.glossed_words()
    shifted = replace_places(words, 1)
    said = Words(f"{{0}} is the density of {shifted.text}", (letter, *words.nodes))
    answer = density_of_logarithm(law.log_density(value))
    trace = Trace(
        question=_question(added),
        definitions=(),
        steps=(
            *steps,
            Step(None, said, UNIQUE if generating is not None else UNIQUE_WAVE),
            Step(letter, answer, "the law as declared"),
        ),
        results=((letter.name, answer),),
        conditions=_conditions(added),
        arguments=(value, *law.symbols),
        lefts=(letter,),
    )
    guard = Guard(value, law.support, 0.0, 0.0)
    stable = elementwise("exp", law.log_density(value))
    return SumLaw(trace, tuple(claims), law=law, guard=guard, stable=stable, generating=generating)


def _added(count: Node) -> str | Words:
    if count is number(1):
        return "one value of it"
    return Words("{0} values of it", (count,))


def replace_places(words: Words, by: int) -> Words:
    """Words whose places are numbered from a later one on."""
    text = words.text
    for k in reversed(range(len(words.nodes))):
        text = text.replace(f"{{{k}}}", f"{{{k + by}}}")
    return replace(words, text=text)


def _question(added: Sequence[tuple[Law, Node]]) -> Words:
    parts, nodes = list[str](), list[Node]()
    for law, count in added:
        words = law.words(len(nodes))
        nodes += words.nodes
        if count is number(1):
            parts.append(words.text)
        else:
            parts.append(f"{{{len(nodes)}}} times {words.text}")
            nodes.append(count)
    return Words(f"law of the sum of independent values: {', '.join(parts)}", tuple(nodes))


def _needs_of(summands: tuple[Summand, ...]) -> tuple[Relation, ...]:
    """What must hold between the parameters of the laws that are added."""
    return tuple(n for one in summands for n in type(one.law).needs(*one.law.values))


def _conditions(added: Sequence[tuple[Law, Node]]) -> tuple[Condition, ...]:
    laws = [law for law, _ in added]
    found = [*(c for law in laws for c in law.conditions), *conditions_of_values(laws)]
    for _, count in added:
        for s in ordered_symbols(count):
            found += [Words("{0} integer", (s,)), Relation(s, ">", number(0))]
    return tuple(dict.fromkeys(found))
