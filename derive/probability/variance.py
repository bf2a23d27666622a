"""Variance: the mean of the square less the square of the mean."""

from __future__ import annotations

from typing import Any

from derive.derivation import Derivation
from derive.language.law import Law
from derive.language.vector_law import VectorLaw
from derive.probability.deviations import mean_of_deviations
from derive.probability.functions_of_values import function_of, require_value
from derive.probability.law_text import as_law
from derive.probability.question import pose
from derive.probability.vector_moments import vector_covariance


def variance(
    function: Any, law: Law | str | None = None, of: str = "x", shapes: str = ""
) -> Derivation:
    """Derive the variance of a function of a random value, Var g = E[g^2] - (E g)^2.

    Parameters
    ----------
    function : str, Node, SymPy expression or Law
        The function, as for ``expectation``; or a law alone, for the variance of its value.
    law : Law or str, optional
        For example ``Gamma("k", "theta")`` or ``"Gamma(k, theta)"``.
    of : str
        What the random value is called in the function.
    shapes : str
        Shapes of further names in a text, where the law is one of vectors.

    Returns
    -------
    Derivation
        ``.result`` is the variance, a scalar, under the printed conditions; where they fail
        it does not exist.

    Raises
    ------
    ArgumentError
        There is no law, or the function is no scalar function of the value.
    DivergentMeanError
        The variance does not exist, whatever the parameters.
    NoClosedFormError
        The mean of some term has no closed form; the message names it.

    References
    ----------
    wainwright2008, section 3.

    Examples
    --------
    >>> variance("Gamma(k, theta)")
    k*theta^2    # scalar
    """
    if law is None:
        function, law = of, function
    law = as_law(law, "variance", vectors=True, shapes=shapes)
    if isinstance(law, VectorLaw):
        return vector_covariance(function, None, law, of, shapes, "variance")
    node, variable, others = function_of(function, law, of)
    require_value(function, node, variable, others)
    question = pose((law,), ("v",), variable, others)
    return mean_of_deviations(question, node, node, "variance")
