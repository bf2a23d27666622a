"""The sum of two independent discrete random variables, by convolution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derive.check.claim import Claim
from derive.check.claims import SameValue
from derive.errors import ArgumentError, LimitError
from derive.language.expression import Node, add, multiply, number, power, symbol
from derive.language.functions import postorder
from derive.language.relations import Words
from derive.probability.discrete import DiscreteRandomVariable
from derive.probability.finite_moments import mass_name, signed
from derive.probability.masses import conditions_of_masses, simplified, with_common_facts
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace

MOST_PAIRS = 2_000


@dataclass(frozen=True, repr=False)
class Convolution(DerivationUnderConditions):
    """A derivation whose results are the masses of a sum."""

    @property
    def variable(self) -> DiscreteRandomVariable:
        """The sum as a random variable of its own."""
        law = {Fraction(what.split()[-1]): node for what, node in self.trace.results}
        return DiscreteRandomVariable(law, "Z")


def convolve(p: DiscreteRandomVariable, q: DiscreteRandomVariable) -> Convolution:
    """Derive the law of the sum of two independent discrete random variables.

    Parameters
    ----------
    p, q : DiscreteRandomVariable
        Finitely many values each, at most 2000 pairs; equal names in them are one symbol.
        Of one variable given twice, two independent copies are added.

    Returns
    -------
    Convolution
        ``.result`` is a tuple of the masses of the sum, by ascending value;
        ``.variable`` is the sum as a ``DiscreteRandomVariable``.

    Raises
    ------
    ArgumentError
        One of them is no discrete random variable.
    LimitError
        More than 2000 pairs of values.

    References
    ----------
    ross2014, section 6.3.

    Examples
    --------
    >>> die = DiscreteRandomVariable({k: "1/6" for k in range(1, 7)})
    >>> convolve(die, die).variable.pmf(7)
    1/6
    """
    for one in (p, q):
        if not isinstance(one, DiscreteRandomVariable):
            raise ArgumentError(
                f"convolve needs two discrete random variables, got {type(one).__name__}\n"
                "  to fix   : make one with DiscreteRandomVariable({value: mass, ...})"
            )
    count = len(p.values) * len(q.values)
    if count > MOST_PAIRS:
        raise LimitError(f"convolve of {count} pairs is over the limit of {MOST_PAIRS}")
    return _convolved(*_renamed(p, q))


def _renamed(
    p: DiscreteRandomVariable, q: DiscreteRandomVariable
) -> tuple[DiscreteRandomVariable, DiscreteRandomVariable]:
    """The two with names of their own, and each symbol in both the same."""
    nodes = {f"{k} {value}": mass for k, x in enumerate((p, q)) for value, mass in x.law.items()}
    common = with_common_facts(nodes)
    one, other = (p.name, q.name) if p.name != q.name and "Z" not in (p.name, q.name) else "XY"
    return (
        DiscreteRandomVariable({v: common[f"0 {v}"] for v in p.values}, one),
        DiscreteRandomVariable({v: common[f"1 {v}"] for v in q.values}, other),
    )


def _convolved(p: DiscreteRandomVariable, q: DiscreteRandomVariable) -> Convolution:
    pairs: dict[Fraction, list[tuple[Fraction, Fraction]]] = {}
    for x in p.values:
        for y in q.values:
            pairs.setdefault(x + y, []).append((x, y))
    masses = [(mass_name(v, value), mass) for v in (p, q) for value, mass in v.law.items()]
    lines = [(name, mass, "mass") for name, mass in masses]
    sums: dict[Fraction, Node] = {}
    for z in sorted(pairs):
        formula = _sum([(mass_name(p, x), mass_name(q, y)) for x, y in pairs[z]])
        sums[z] = simplified(_sum([(p.law[x], q.law[y]) for x, y in pairs[z]]))
        lines.append((_name(z), formula, f"independence; every pair with the sum {z}"))
        lines.append((formula, sums[z], "insert the masses"))
    nodes = [mass for _, mass in masses]
    conditions = conditions_of_masses(nodes)
    steps = tuple(Step(*line) for line in lines if line[0] is not line[1])
    total = add(symbol(p.name), symbol(q.name))
    trace = Trace(
        question=Words("law of {0} = {1}", (symbol("Z"), total)),
        definitions=(),
        steps=steps,
        results=tuple((f"mass of {z}", mass) for z, mass in sums.items()),
        conditions=conditions,
        arguments=tuple(n for n in postorder(*nodes) if n.op == "symbol"),
        lefts=tuple(map(_name, sums)),
    )
    return Convolution(trace, _claims(p, q, lines, sums))


def _name(z: Fraction) -> Node:
    return symbol(f"P(Z = {signed(z)})")


def _sum(pairs: Sequence[tuple[Node, Node]]) -> Node:
    return add(number(0), *(multiply(one, other) for one, other in pairs))


def _claims(
    p: DiscreteRandomVariable,
    q: DiscreteRandomVariable,
    lines: Sequence[tuple[Node, Node, str]],
    sums: Mapping[Fraction, Node],
) -> tuple[Claim, ...]:
    """Each line, and that the generating function of the sum is the product of the two.

    In the claims the mass of a sum is found by going through the values of the second
    variable alone.
    """
    meanings = {mass_name(v, value): mass for v in (p, q) for value, mass in v.law.items()}
    for z in sums:
        rest = [(p.law.get(z - y, number(0)), mass) for y, mass in q.law.items()]
        meanings[_name(z)] = _sum(rest)
    defined, conditions = tuple(meanings.items()), conditions_of_masses(list(meanings.values()))
    claims = [
        SameValue(before, after, defined, conditions=conditions)
        for before, after, _ in lines
        if before is not after
    ]
    product = multiply(_generating(p.law), _generating(q.law))
    whole = SameValue(product, _generating(sums), conditions=conditions, kind="result")
    return (*claims, whole)


def _generating(law: Mapping[Fraction, Node]) -> Node:
    """``E[t^X]`` of a law."""
    t = symbol("t[generating]", facts=("nonnegative", "nonzero", "positive"))
    return add(number(0), *(multiply(mass, power(t, number(z))) for z, mass in law.items()))
