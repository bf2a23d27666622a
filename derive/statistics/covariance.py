"""Covariance: of functions under a law, derived, or of samples, a number."""

from __future__ import annotations

from typing import Any

from derive.errors import ArgumentError
from derive.language.law import Law
from derive.language.vector_law import VectorLaw
from derive.probability.deviations import mean_of_deviations
from derive.probability.functions_of_values import function_of
from derive.probability.law_text import as_law
from derive.probability.question import pose
from derive.probability.vector_moments import vector_covariance
from derive.statistics.sample.spread import sample_covariance


def covariance(
    left: Any,
    right: Any = None,
    law: Law | str | None = None,
    of: str = "x",
    shapes: str = "",
    ddof: int = 1,
) -> Any:
    """Derive a covariance under a law, Cov(f, g) = E[(f - Ef)(g - Eg)'], or compute that of data.

    Parameters
    ----------
    left, right : str, Node or SymPy expression, shape (r, 1) and (s, 1); or arrays
        Functions of the random value.  Of a vector: affine ones, or under a normal law scalar
        polynomials of degree two; of a number: those that have means.  With a law in the
        place of `right`, the covariance of `left` with itself; with a law alone, that of the
        value.  Arrays are samples: two of n numbers, or one of shape (n, d).
    law : Law or str
        A law of a vector, as ``MultivariateNormal("mu", "Sigma")``, or of a number.
    of : str
        What the random value is called in the functions.
    shapes : str
        Shapes of further names in the texts.
    ddof : int
        Of samples: the sum of products is divided by n - `ddof`.

    Returns
    -------
    Derivation, float or array
        Under a law ``.result`` has shape (r, s), under the printed conditions.  Of two samples
        a number, of one with d columns an array of shape (d, d); units of `left` times `right`.

    Raises
    ------
    ArgumentError
        There is neither a law nor a sample, or the functions do not hold the value.
    ShapeError
        A function is no column; samples differ in length.
    DomainError
        A sample is too short, or holds nan or infinity.
    NoClosedFormError
        The covariance has no closed form here; the message names the functions.

    References
    ----------
    bishop2006, section 2.3; petersen2012, section 8.2.

    Examples
    --------
    >>> covariance("A*x", "B*x", "MultivariateNormal", shapes="A: n x d, B: m x d")
    A*Sigma*B'    # shape (n, m)
    >>> covariance("x", "x^2", "Exponential(rate)")
    4/rate^3    # scalar
    >>> covariance([1, 2, 3], [2, 4, 9])
    3.5
    """
    if not any(isinstance(given, Law | str) for given in (left, right, law)):
        return sample_covariance(left, right, ddof=ddof)
    if law is None and right is None:
        left, law = of, left
    elif law is None:
        right, law = None, right
    found = as_law(law, "covariance", vectors=True, shapes=shapes)
    if isinstance(found, VectorLaw):
        return vector_covariance(left, right, found, of, shapes)
    if right is None:
        raise ArgumentError(
            f"covariance of one function of a number is its variance, got {found!r}\n"
            f"  to fix   : ask for variance(function, law), or give two functions"
        )
    first, variable, others = function_of(left, found, of)
    second, _, more = function_of(right, found, of)
    question = pose((found,), ("C", "K"), variable, tuple(dict.fromkeys((*others, *more))))
    return mean_of_deviations(question, first, second, "covariance")
