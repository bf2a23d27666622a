"""Entropy, cross-entropy and divergence of laws of pairs, by the chain rule.

``H(x, t) = H(t) + E H(x | t)``, and so for the others: each part is a derivation of its own,
of laws of one number, and brings its claims.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.check.claims import SameValue
from derive.derivation import Derivation
from derive.engine.closed_form import closed_form
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.engine.vector_form import collected
from derive.engine.vector_mean import settled
from derive.engine.vector_openings import opened_logdets
from derive.errors import ArgumentError
from derive.information.units import in_base
from derive.language.expression import Node, symbol
from derive.language.functions import expectation as mean_node
from derive.language.law import Law, merge_symbols
from derive.language.laws.pairs import PairLaw
from derive.language.laws.vector_pairs import VectorPairLaw
from derive.language.relations import Words
from derive.language.vector_law import VectorLaw
from derive.probability.expectation import expectation
from derive.probability.question import conditions_of_values
from derive.probability.under_conditions import DerivationUnderConditions
from derive.probability.vector_question import merge_vector_symbols
from derive.steps import Step, Trace


def pair_measure(
    laws: tuple[PairLaw, ...],
    measure: Callable[..., Derivation],
    name: str,
    title: str,
    unit_name: str,
    factor: Node | None,
) -> Derivation:
    """A measure of pairs: that of the first numbers, plus the mean of that of the second."""
    laws = _merged(laws)
    taken = {s.name for law in laws for s in law.symbols}
    t, x = _drawn_letters(laws[0], taken)
    outer = measure(*(law.first for law in laws))
    inner = measure(*(law.second(t) for law in laws))
    conditional = _result(inner)
    averaged = _averaged(conditional, laws[0], t)
    first = _result(outer)
    mean = conditional if averaged is None else _result(averaged)
    nats = _collected(laws, first, mean)
    answer, conversion = in_base(nats, factor)
    left = symbol(name)
    whole = mean_node(conditional, "p", t.name)
    steps = (
        Step(None, _drawn(laws, t, x), "the pair, one after the other"),
        Step(None, Words(title.format(x="{0}", t="{1}"), (x, t)), "chain rule"),
        Step(symbol(f"{name}_t"), first, Words("{0} of {1}", (left, t))),
        Step(symbol(f"{name}_x"), conditional, Words("{0} of {1} given {2}", (left, x, t))),
        Step(whole, mean, Words("mean over {0}", (t,))),
        Step(left, first + mean, "chain rule"),
        Step(first + mean, nats, "collect"),
        *conversion,
    )
    words = _question(laws, title, unit_name)
    trace = Trace(
        question=words,
        definitions=(),
        steps=tuple(s for s in steps if s.before is not s.after),
        results=((name, answer),),
        conditions=tuple(
            dict.fromkeys(
                (*(c for law in laws for c in law.conditions), *conditions_of_values(laws))
            )
        ),
        arguments=tuple(dict.fromkeys(s for law in laws for s in law.symbols)),
    )
    told = first + mean if factor is None else (first + mean) / factor
    claims = (*outer.claims, *inner.claims, *(() if averaged is None else averaged.claims))
    return DerivationUnderConditions(
        trace, (*claims, SameValue(told, answer, (), None, (), kind="result"))
    )


def _averaged(conditional: Node, law: PairLaw, t: Node) -> Derivation | None:
    """The mean over what is drawn first; None where it is not in the measure."""
    if all(s.name != t.name for s in conditional.symbols):
        return None
    return expectation(conditional, law.first, of=t.name)


def _drawn_letters(law: PairLaw, taken: set[str]) -> tuple[Node, Node]:
    """Names for what is drawn first and second, of the shapes that they have."""
    name = _free(law.names[1], taken)
    other = _free(law.names[0], taken | {name})
    if isinstance(law, VectorPairLaw):
        return law.first.value(name), law.value(other)
    return symbol(name, facts=("positive",)), symbol(other)


def _collected(laws: tuple[PairLaw, ...], first: Node, mean: Node) -> Node:
    """The sum of both parts in its shortest form."""
    if any(isinstance(law, VectorPairLaw) for law in laws):
        return collected(settled(opened_logdets(settled(first + mean))))
    algebra = ScalarAlgebra([s for law in laws for s in law.symbols])
    return closed_form([algebra.expr(first), algebra.expr(mean)], algebra, "rational last")


def _drawn(laws: tuple[PairLaw, ...], t: Node, x: Node) -> Words:
    law = laws[0]
    first, second = law.first.words(1), law.second(t).words(2 + len(law.first.values))
    text = f"{{0}} from {first.text}, {{{1 + len(first.nodes)}}} given it from {second.text}"
    return Words(text, (t, *first.nodes, x, *second.nodes))


def _question(laws: tuple[PairLaw, ...], title: str, unit_name: str) -> Words:
    if len(laws) == 1:
        name = laws[0].glossed_words()
        return Words(f"entropy of {name.text}; in {unit_name}", name.nodes)
    one, other = laws[0].words(), laws[1].words(len(laws[0].values))
    kind = "KL(p ‖ q)" if "KL" in title else "H(p, q)"
    return Words(
        f"{kind}, p = {one.text}, q = {other.text}: {laws[0].glosses}; in {unit_name}",
        (*one.nodes, *other.nodes),
    )


def _result(derivation: Derivation) -> Node:
    ((_, node),) = derivation.trace.results
    return node


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _merged(laws: tuple[PairLaw, ...]) -> tuple[PairLaw, ...]:
    if len({type(law) for law in laws}) > 1:
        raise ArgumentError(
            f"{laws[0]!r} and {laws[1]!r} are laws of different pairs\n"
            f"  to fix   : give two laws of one kind"
        )
    if len(laws) == 2 and all(isinstance(law, VectorLaw) for law in laws):
        found: tuple[Law, ...] = merge_vector_symbols(*laws)  # type: ignore[arg-type]
    else:
        found = laws if len(laws) == 1 else merge_symbols(*laws)
    return tuple(law for law in found if isinstance(law, PairLaw))
