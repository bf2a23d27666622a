"""The log-likelihood of a sample of symbolic length, in its sums."""

from __future__ import annotations

from derive.check.likelihood_claims import TotalClaim
from derive.derivation import Derivation
from derive.language.law import Law
from derive.language.relations import Words
from derive.language.vector_law import VectorLaw
from derive.probability.law_text import as_law
from derive.probability.question import told
from derive.statistics.likelihood.function_of_data import DerivationOfSample
from derive.statistics.likelihood.sampling import sampling
from derive.statistics.likelihood.vectors.pages import vector_log_likelihood
from derive.steps import Step, Trace


def log_likelihood(law: Law | str) -> Derivation:
    """Derive the log-likelihood of n independent values of a law, in sums over them.

    Parameters
    ----------
    law : Law or str
        For example ``Poisson("lam")`` or ``"Normal(mu, sigma)"``.

    Returns
    -------
    Derivation
        ``.result`` is a scalar in the sample ``x``, a vector of n values (of vectors ``X``,
        shape (n, d)), and the parameters; unit nats.
        It holds where every value lies in the support.

    Raises
    ------
    ArgumentError
        `law` is no law.
    ReadError
        The text of a law cannot be read.
    NoRuleError
        The log density holds an operator without a scalar form.

    References
    ----------
    casella2002, section 7.2.2.

    Examples
    --------
    >>> from derive.language.laws.half_line import Exponential
    >>> log_likelihood(Exponential("lam"))
    n*log(lam) - lam*sum(x)    # scalar
    """
    law = as_law(law, "log_likelihood", vectors=True)
    if isinstance(law, VectorLaw):
        return vector_log_likelihood(law)
    asked = sampling(law)
    result, defined = asked.log_likelihood(), asked.defined()
    steps = (
        Step(None, asked.statement(), "independent values: log densities add"),
        *told(Step(asked.name, defined, "sum of the log densities")),
        *told(Step(defined, result, "coefficients before the sums")),
    )
    name = asked.law.glossed_words()
    place = len(name.nodes)
    trace = Trace(
        question=Words(
            f"log-likelihood of {name.text}, sample {{{place}}}", (*name.nodes, asked.sample.vector)
        ),
        definitions=(),
        steps=steps,
        results=((asked.name.name, result),),
        conditions=asked.where_it_holds,
        arguments=asked.arguments,
    )
    claims = (
        TotalClaim(asked.bench, "the sum of the log densities", "line", defined),
        TotalClaim(asked.bench, "the log-likelihood", "result", result),
    )
    return DerivationOfSample(trace, claims, asked.law, asked.sample.vector)
