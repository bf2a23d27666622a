"""The score: the derivative of the log-likelihood in each parameter."""

from __future__ import annotations

from typing import Any

import sympy

from derive.check.likelihood_claims import SlopeClaim, TotalClaim
from derive.derivation import Derivation
from derive.errors import DomainError
from derive.language.expression import Node
from derive.language.functions import nabla
from derive.language.law import Law
from derive.language.relations import Condition, Words
from derive.language.vector_law import VectorLaw
from derive.probability.law_text import as_law
from derive.statistics.likelihood.function_of_data import DerivationOfSample
from derive.statistics.likelihood.sampling import Sampling, parameters_of, sampling
from derive.statistics.likelihood.vectors.pages import vector_score
from derive.steps import Step, Trace


def score(law: Law | str, wrt: Any = None) -> Derivation:
    """Derive the score of n independent values: the gradient of the log-likelihood.

    Parameters
    ----------
    law : Law or str
        For example ``Poisson("lam")`` or ``"Normal(mu, sigma)"``.
    wrt : name, symbol or several of them, optional
        The parameters; all that are free if left out.

    Returns
    -------
    Derivation
        ``.result`` is the derivative in the parameter, a scalar in the sample ``x``; for
        several a tuple, one for each.

    Raises
    ------
    ArgumentError
        `law` is no law, or `wrt` no free parameter of it.
    DomainError
        A parameter takes whole numbers alone: there is no derivative in it.

    References
    ----------
    casella2002, section 7.3.2.

    Examples
    --------
    >>> from derive.language.laws.half_line import Exponential
    >>> score(Exponential("lam"))
    n/lam - sum(x)    # scalar
    """
    law = as_law(law, "score", vectors=True)
    unknowns = parameters_of(law, wrt, "score")
    require_real(law, unknowns, "score")
    if isinstance(law, VectorLaw):
        return vector_score(law, unknowns)
    asked = sampling(law)
    total = asked.log_likelihood()
    lefts = gradients_by_name(asked, unknowns)
    results = [(p, asked.shown(asked.score(p))) for p in unknowns]
    steps = [Step(None, asked.statement(), "independent values: log densities add")]
    steps.append(Step(asked.name, total, "log-likelihood"))
    steps += [
        Step(left, node, "derivative, term by term")
        for left, (_, node) in zip(lefts, results, strict=True)
    ]
    name = law.glossed_words()
    place = len(name.nodes)
    trace = Trace(
        question=Words(
            f"score of {name.text}, sample {{{place}}}", (*name.nodes, asked.sample.vector)
        ),
        definitions=((asked.name, total),),
        steps=tuple(steps),
        results=tuple((f"score_{p.name}", node) for p, node in results),
        conditions=(*asked.where_it_holds, *jump_conditions(asked, unknowns)),
        arguments=asked.arguments,
        lefts=lefts,
    )
    claims = [
        TotalClaim(asked.bench, "the log-likelihood", "line", total),
        *(
            SlopeClaim(asked.bench, f"the derivative in {p.name}", "result", p, node)
            for p, node in results
        ),
    ]
    return DerivationOfSample(trace, tuple(claims), asked.law, asked.sample.vector)


def gradients_by_name(asked: Sampling, unknowns: tuple[Node, ...]) -> tuple[Node, ...]:
    """The derivatives of the log-likelihood as left sides."""
    return tuple(nabla(asked.name, p, len(unknowns) > 1) for p in unknowns)


def jump_conditions(asked: Sampling, unknowns: tuple[Node, ...]) -> tuple[Condition, ...]:
    """Where the derivative does not exist: a value at a kink."""
    density = asked.log_density()
    found = []
    for p in unknowns:
        letter = asked.question.algebra.expr(p)
        kinks = density.atoms(sympy.Abs, sympy.sign, sympy.Heaviside)
        if any(letter in part.free_symbols for part in kinks):
            found.append(Words("no value of {0} equals {1}", (asked.sample.vector, p)))
    return tuple(found)


def require_real(law: Law, unknowns: tuple[Node, ...], asked_by: str) -> None:
    """Refuse parameters that take whole numbers alone.

    Raises
    ------
    DomainError
        One does.
    """
    for p in unknowns:
        if "integer" in p.facts:
            rest = ", ".join(s.name for s in law.symbols if s is not p) or "another law"
            raise DomainError(
                f"{asked_by}: {p.name} of {law!r} takes whole numbers alone, there is no "
                f"derivative in it\n  to fix   : ask about {rest}"
            )
