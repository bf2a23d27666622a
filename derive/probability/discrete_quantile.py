"""The quantile of a discrete law: the least point with enough mass up to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sympy
from sympy import Expr

from derive.derivation import Derivation
from derive.engine.one_to_one import inverse_of
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.errors import ArgumentError
from derive.language.expression import Node
from derive.language.law import Law
from derive.language.relations import Words
from derive.numeric.guarded import GuardedFunction
from derive.numeric.least_place import LeastPlace
from derive.probability.guarded_page import GuardedDerivation
from derive.steps import Step, Trace
from derive.writing.plain import plain


@dataclass(frozen=True, repr=False)
class DiscreteQuantile(Derivation):
    """The least point of a discrete law up to which a share of its mass lies.

    Attributes
    ----------
    mass : GuardedDerivation
        The distribution function F; the quantile is the least x with F(x) >= p.
    probability : symbol
    """

    mass: GuardedDerivation = field(kw_only=True, compare=False)
    probability: Node = field(kw_only=True, compare=False)

    def __repr__(self) -> str:
        ((_, formula),) = self.mass.trace.results
        x, doubt = self.mass.guard.variable.name, self.certificate.doubt()
        said = f"the least {x} with {plain(formula)} >= {self.probability.name}"
        return said + (f"\n# {doubt}" if doubt else "")

    def function(self, backend: str = "numpy", value: bool = False) -> Any:
        """The quantile as a function of the share and the parameters, by search in F.

        Parameters
        ----------
        backend : "numpy"
        value : bool
            The answer is the function itself; there is no other to return.

        Returns
        -------
        LeastPlace
            Callable by position or keyword, on numbers and arrays; nan for a share outside
            (0, 1).  A share that equals F at a point is compared with F as it is computed.

        Raises
        ------
        ArgumentError
            The backend is not known, or `value` is asked for.
        """
        found = self.mass.function(backend, value)
        assert isinstance(found, GuardedFunction)
        return LeastPlace(found, self.probability.name)


def discrete_quantile(law: Law, mass: GuardedDerivation, probability: Node) -> DiscreteQuantile:
    """The page: the distribution function, and where it reaches the probability."""
    ((name, formula),) = mass.trace.results
    (answer,), variable = mass.trace.lefts, mass.guard.variable
    if probability.name in {variable.name, name}:
        raise ArgumentError(
            f"{probability.name} is a name of the page of {law!r} and cannot be the probability too"
        )
    least = Words("the quantile is the least {0} with {1} >= {2}", (variable, answer, probability))
    steps = [*mass.trace.steps, Step(None, least, "definition of the quantile")]
    place = _place(law, formula, variable, probability)
    if place is not None:
        words = Words(
            "that is the least point {0} of the support with {0} >= {1}", (variable, place)
        )
        steps.append(Step(None, words, Words("{0} rises with {1}; solve", (answer, variable))))
    glossed = law.glossed_words()
    spot = len(glossed.nodes)
    trace = Trace(
        question=Words(f"quantile of {glossed.text}, at {{{spot}}}", (*glossed.nodes, probability)),
        definitions=(),
        steps=tuple(steps),
        results=(),
        conditions=(*mass.trace.conditions, Words("0 < {0} < 1", (probability,))),
        arguments=(probability, *law.symbols),
    )
    return DiscreteQuantile(trace, mass.claims, mass=mass, probability=probability)


def _place(law: Law, formula: Node, variable: Node, probability: Node) -> Node | None:
    """Where the formula of F, a growing function of a real place, has the probability as value."""
    algebra = ScalarAlgebra((probability, *law.symbols, variable))
    if not algebra.has_form(formula):
        return None
    rests = {
        1 - algebra.expr(p): algebra.expr(algebra.closed(1 - p, "rest", ("positive",)))
        for p in law.symbols
        if "probability" in p.facts
    }
    x, share = algebra.expr(variable), algebra.expr(probability)
    whole: Expr = sympy.expand(algebra.expr(formula).xreplace(rests))
    is_curved = any(x in part.base.free_symbols for part in whole.atoms(sympy.Pow))
    found = None if is_curved else inverse_of(whole, x, share)
    return None if found is None else algebra.node(found.value)
