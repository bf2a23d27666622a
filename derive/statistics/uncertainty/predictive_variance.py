"""The variance of a prediction: its noise, and what is not known of the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derive.check.law_claims import MeanClaim
from derive.engine.closed_form import closed_form
from derive.language.law import Law
from derive.language.relations import Words
from derive.probability.expectation import ORDER
from derive.probability.functions_of_values import function_of
from derive.probability.law_text import as_law
from derive.probability.mean_of_sum import exponential_steps, mean_claims, mean_of_sum
from derive.probability.question import pose, support_words, told
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace


@dataclass(frozen=True, repr=False)
class PredictiveVariance(DerivationUnderConditions):
    """``.result`` is (variance, noise part, model part); the first is the sum of the others."""

    @property
    def total(self) -> Any:
        """The variance of the prediction."""
        return self.result[0]

    @property
    def noise(self) -> Any:
        """The mean of the variance: what more data about the model would leave."""
        return self.result[1]

    @property
    def model(self) -> Any:
        """The variance of the mean: what more data about the model would take away."""
        return self.result[2]


def predictive_variance(
    mean: Any, variance: Any, law: Law | str, of: str = "theta"
) -> PredictiveVariance:
    """Derive the variance of a value whose mean and variance depend on an uncertain parameter.

    By the law of total variance, ``V[y] = E[V[y given theta]] + V[E[y given theta]]``.

    Parameters
    ----------
    mean : str, Node or SymPy expression
        The mean of y given the parameter; of unit u.
    variance : str, Node or SymPy expression
        The variance of y given the parameter; of unit u^2.
    law : Law or str
        Of the parameter, ``"Gamma(k, s)"`` for example.
    of : str
        What the parameter is called in the two functions.

    Returns
    -------
    PredictiveVariance
        ``.result`` is (variance, noise part, model part), all of unit u^2.

    Raises
    ------
    ArgumentError
        `law` is no law, or a function is no scalar function of the parameter.
    DivergentMeanError
        A part does not exist, whatever the parameters of the law.
    NoClosedFormError
        The mean of some term has no closed form.

    References
    ----------
    casella2002, section 4.4.

    Examples
    --------
    >>> predictive_variance("t", "s^2", "Normal(mu, tau)", of="t").total
    s**2 + tau**2
    >>> found = predictive_variance("lam", "lam", "Gamma(k, theta)", of="lam")
    >>> found.noise, found.model
    (k*theta, k*theta**2)
    """
    law = as_law(law, "predictive_variance")
    mu, variable, first = function_of(mean, law, of)
    sigma2, _, second = function_of(variance, law, of)
    others = tuple(dict.fromkeys((*first, *second)))
    question = pose((law,), ("V",), variable, others)
    noise, square, centre = (mean_of_sum(question, f, ORDER) for f in (sigma2, mu**2, mu))
    needs = dict.fromkeys((*noise.requires, *square.requires, *centre.requires))
    question = question.given(tuple(needs))
    spread = square.value - centre.value**2
    algebra = question.algebra
    model = closed_form([spread], algebra, ORDER)
    total = closed_form([noise.value + spread], algebra, ORDER)
    E = question.mean
    whole, parts = E(sigma2 + mu**2) - E(mu) ** 2, E(sigma2) + (E(mu**2) - E(mu) ** 2)
    steps = told(
        Step(None, support_words(question), "support"),
        *exponential_steps(centre),
        Step(
            None,
            Words("given {0}, y has mean {1} and mean square {2}", (variable, mu, sigma2 + mu**2)),
            "the variance is the mean square less the square of the mean",
        ),
        Step(question.answer, whole, "total expectation of y^2 and of y"),
        Step(whole, parts, "mean of the variance, and variance of the mean"),
        Step(E(sigma2), noise.closed, "noise part"),
        Step(E(mu**2), square.closed, "mean of the square"),
        Step(E(mu), centre.closed, "mean of y"),
        Step(E(mu**2) - E(mu) ** 2, model, "model part"),
        Step(question.answer, total, "the two parts together"),
    )
    if mu is sigma2:
        steps = tuple(step for step in steps if step.rule != "mean of y")
    name = law.glossed_words()
    places = len(name.nodes)
    words = f"variance of y of mean {{{places}}} and variance {{{places + 1}}}, "
    words += f"{{{places + 2}}} distributed as {name.text}"
    trace = Trace(
        question=Words(words, (*name.nodes, mu, sigma2, variable)),
        definitions=question.definitions,
        steps=steps,
        results=(("variance", total), ("noise", noise.closed), ("model", model)),
        conditions=question.conditions,
        arguments=question.symbols,
        lefts=(question.answer, E(sigma2), E(mu**2) - E(mu) ** 2),
    )
    bench = question.bench
    claims = (
        *mean_claims(question, centre, mu, centre.closed, None)[:-1],
        MeanClaim(bench, whole, parts, "the two parts"),
        MeanClaim(bench, E(mu**2), square.closed, "the mean of the square"),
        MeanClaim(bench, E(mu), centre.closed, "the mean"),
        MeanClaim(bench, E(sigma2), noise.closed, "the noise part", "result"),
        MeanClaim(bench, E(mu**2) - E(mu) ** 2, model, "the model part", "result"),
        MeanClaim(bench, whole, total, "the variance", "result"),
    )
    return PredictiveVariance(trace, claims)
