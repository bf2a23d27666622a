"""Maximum likelihood: where the likelihood of a sample is largest, and why there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from derive.check.inference_claims import NumberClaim
from derive.engine.naming import substituted
from derive.errors import ArgumentError, NoRuleError
from derive.language.law import Law, Parameter, parameter_value
from derive.language.relations import Relation, Words
from derive.language.vector_law import VectorLaw
from derive.numeric import CompiledFunction, compile_function
from derive.numeric.requirements import Requirement
from derive.probability.law_text import as_law
from derive.probability.under_conditions import (
    DerivationUnderConditions,
    requirements_of_trace,
    support_requirements,
)
from derive.statistics.likelihood.estimates import Estimator
from derive.statistics.likelihood.invariance import by_invariance
from derive.statistics.likelihood.maximum_page import (
    claims_of_maximum,
    equation_of,
    page_of_maximum,
    right_of,
)
from derive.statistics.likelihood.own_parameters import (
    own_parameters,
    require_told_apart,
)
from derive.statistics.likelihood.profile import profile
from derive.statistics.likelihood.sampling import parameters_of, sampling
from derive.statistics.likelihood.vectors.estimate import VectorEstimator, vector_estimate
from derive.writing.plain import plain

MOST_VALUES = 1000  # of data at which the closed forms are evaluated again


@dataclass(frozen=True, repr=False)
class MaximumLikelihood(DerivationUnderConditions):
    """The parameters at which the likelihood of a sample is largest.

    ``.result`` is the value of each parameter that has a closed form, in the sample and the
    parameters that have none; ``.equations`` are what those solve.

    References
    ----------
    casella2002, section 7.2.2.

    Examples
    --------
    >>> found = maximum_likelihood("Gamma(k, theta)")
    >>> found
    sum(x)/n/k    # scalar
    # where log(k) - digamma(k) = log(sum(x)/n) - sum_i(log(x[i]), 1, n)/n
    >>> round(found.estimate([1.0, 2.0, 4.0])["theta"], 3)
    0.686
    """

    estimator: Estimator | VectorEstimator = field(kw_only=True, compare=False)
    relations: tuple[Relation, ...] = field(kw_only=True, compare=False)
    estimates: Mapping[str, Any] | None = field(kw_only=True, compare=False, default=None)

    def __repr__(self) -> str:
        answer = super().__repr__() if self.trace.results else "no parameter has a closed form"
        medians = [f"{name} = {self._median}" for name in self.medians]
        if medians and not self.trace.results and not self.relations:
            return "\n".join(medians)
        return "\n".join([answer, *(f"# where {one}" for one in (*self.equations, *medians))])

    @property
    def equations(self) -> tuple[str, ...]:
        """What the parameters without a closed form solve, in plain text."""
        return tuple(f"{plain(r.left)} = {plain(right_of(r))}" for r in self.relations)

    @property
    def medians(self) -> tuple[str, ...]:
        """The parameters whose value is the median of the sample."""
        found = self.estimator.found.medians if isinstance(self.estimator, Estimator) else ()
        return tuple(p.name for p in found)

    def function(self, backend: str = "numpy", value: bool = False) -> CompiledFunction:
        """Compile the values in closed form as functions of the sample.

        Raises
        ------
        ArgumentError
            The backend is not known.
        NoRuleError
            No parameter has a closed form, or `value` is asked for.
        """
        if value:
            raise NoRuleError(
                "an estimate has no value beside it\n"
                "  to fix   : log_likelihood(law).function() gives the likelihood there"
            )
        if not self.trace.results:
            raise NoRuleError(
                f"no parameter has a closed form to compile\n  to fix   : {self._way()}"
            )
        if backend != "numpy":
            raise ArgumentError(f"no backend is called {backend!r}\n  known    : numpy")
        needed = frozenset().union(*(node.symbols for _, node in self.trace.results))
        arguments = tuple(s for s in self.trace.arguments if s in needed)
        required = self._requirements()
        return compile_function(list(self.trace.results), arguments, requirements=required)

    def _requirements(self) -> tuple[Requirement, ...]:
        if not isinstance(self.estimator, Estimator):
            return super()._requirements()
        asked = self.estimator.asked
        inside = support_requirements(asked.sample.vector, asked.law.support)
        return requirements_of_trace(self.trace, inside)

    @property
    def _median(self) -> str:
        assert isinstance(self.estimator, Estimator)
        return f"median({self.estimator.asked.sample.vector.name})"

    def _way(self) -> str:
        if self.medians:
            return f"{self.medians[0]} is numpy.{self._median}, which estimate(x) takes"
        return "estimate(x) solves the equations by numbers"

    def estimate(self, x: Any, **known: Any) -> dict[str, Any]:
        """The estimates from data, the equations solved by numbers.

        Parameters
        ----------
        x : sequence of numbers, shape (n,); of vectors an array of shape (n, d)
        known : numbers
            The parameters that are held, by name.

        Returns
        -------
        dict of str to float, of vectors to array
            The value of each parameter that was asked for.

        Raises
        ------
        ArgumentError
            `x` is no sequence of numbers, or a held parameter is missing.
        DomainError
            A value lies outside the support, or the sample has no largest likelihood inside
            the parameters' domain (too few values, or equal ones).
        """
        return self.estimator.estimate(x, known)


def maximum_likelihood(law: Law | str, known: Any = (), data: Any = None) -> MaximumLikelihood:
    """Derive the parameters at which the likelihood of n independent values is largest.

    Parameters
    ----------
    law : Law or str
        For example ``Normal("mu", "sigma")`` or ``"Binomial(m, p)"``; also laws of vectors,
        ``"MultivariateNormal(mu, Sigma)"``.
    known : name, symbol or several of them, or dict of numbers
        The parameters that are held; ``{"sigma": 2}`` puts the number in.
    data : sequence of numbers, optional
        A sample; the page then ends with the numbers, which ``.estimates`` holds.

    Returns
    -------
    MaximumLikelihood
        ``.result`` is the value of each parameter, a scalar in the sample ``x``, a vector of
        n values; of vectors the sample is ``X``, shape (n, d); a tuple for several.

    Raises
    ------
    ArgumentError
        `law` is no law, has no free parameter, or `known` is none of them.
    NoClosedFormError
        The likelihood is unbounded, has kinks in a parameter, or that takes whole numbers;
        the message says which.
    DomainError
        `data` lies outside the support, or holds too few different values.

    References
    ----------
    casella2002, section 7.2.2.

    Examples
    --------
    >>> from derive.language.laws.line import Normal
    >>> maximum_likelihood(Normal("m", "s"), known="m")
    sqrt(sum_i((x[i] - m)^2, 1, n)/n)    # scalar
    """
    law = as_law(law, "maximum_likelihood", vectors=True)
    if isinstance(known, Mapping):
        law, known = _with_numbers(law, known), ()
    held = parameters_of(law, known, "maximum_likelihood, known") if known else ()
    unknowns = tuple(p for p in parameters_of(law, None, "maximum_likelihood") if p not in held)
    if not unknowns:
        raise ArgumentError(
            f"every parameter of {law!r} is held: there is nothing to estimate\n"
            f"  to fix   : name fewer in known="
        )
    if isinstance(law, VectorLaw):
        of_vectors = vector_estimate(law, unknowns)
        numbers = None if data is None else of_vectors.estimator.estimate(data, {})
        return MaximumLikelihood(
            of_vectors.trace,
            of_vectors.claims,
            estimator=of_vectors.estimator,
            relations=of_vectors.relations,
            estimates=numbers,
        )
    require_told_apart(law, unknowns)
    asked, own = sampling(law), own_parameters(law, unknowns)
    way = by_invariance(asked, unknowns, own) if own is not None else None
    if way is not None:
        page = MaximumLikelihood(
            way.trace(unknowns),
            way.claims(),
            estimator=Estimator(asked, unknowns, way.found),
            relations=way.relations,
        )
        return page if data is None else _with_estimates(page, data)
    found = profile(asked, unknowns)
    equations = tuple(equation_of(asked, score) for _, score in found.unsolved)
    estimator = Estimator(asked, unknowns, found)
    page = MaximumLikelihood(
        page_of_maximum(asked, unknowns, found, equations),
        claims_of_maximum(asked, found, equations),
        estimator=estimator,
        relations=tuple(one.relation for one in equations),
    )
    return page if data is None else _with_estimates(page, data)


def _with_numbers(law: Law, known: Mapping[Any, Any]) -> Law:
    """The law with numbers for the parameters that are held."""
    held = parameters_of(law, list(known), "maximum_likelihood, known") if known else ()
    if isinstance(law, VectorLaw) and held:
        raise ArgumentError(
            "numbers of a law of vectors are given with the data\n"
            f"  to fix   : known={held[0].name!r}, then .estimate(X, {held[0].name}=...)"
        )
    places = {place.name: place for place in law.parameters}
    numbers = {
        s: parameter_value(
            law.name, places.get(s.name, Parameter(s.name, "real", s.name)), known[name]
        )
        for s, name in zip(held, known, strict=True)
    }
    return law.with_values(*(substituted(value, numbers) for value in law.values))


def _with_estimates(page: MaximumLikelihood, data: Any) -> MaximumLikelihood:
    """The page and what it gives on data; the closed forms are evaluated there again."""
    estimator = page.estimator
    assert isinstance(estimator, Estimator)
    sample, estimates = estimator.asked.sample, estimator.estimate(data, {})
    values = {**estimates, sample.vector.name: np.asarray(data, float)}
    count = len(data)
    claims = tuple(
        NumberClaim(formula, values, estimates[name], {str(sample.size): count})
        for name, formula in page.trace.results
        if count <= MOST_VALUES
    )
    unknowns = estimator.unknowns
    found = ", ".join(f"{{{k}}} = {estimates[s.name]:.6g}" for k, s in enumerate(unknowns))
    sentence = Words(f"{found} from these {count} values", unknowns)
    trace = replace(page.trace, closing=(*page.trace.closing, sentence))
    return replace(page, trace=trace, claims=(*page.claims, *claims), estimates=estimates)
