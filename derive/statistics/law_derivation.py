"""A known fact about a law, by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from derive.derivation import Derivation
from derive.errors import ArgumentError
from derive.probability.distribution_of_sum import distribution_of_sum
from derive.statistics import continuous_law_pages, count_law_pages


def _poisson_sum() -> Derivation:
    return distribution_of_sum(["Poisson(lam)", "Poisson(mu)"])


PAGES: Mapping[str, Callable[[], Derivation]] = {
    "binomial_mean": count_law_pages.binomial_mean_page,
    "binomial_from_bernoullis": count_law_pages.binomial_from_bernoullis_page,
    "poisson_limit": count_law_pages.poisson_limit_page,
    "poisson_sum": _poisson_sum,
    "normal_constant": continuous_law_pages.normal_constant_page,
    "normal_sum": continuous_law_pages.normal_sum_page,
    "exponential_memoryless": continuous_law_pages.exponential_memoryless_page,
    "minimum_of_exponentials": continuous_law_pages.minimum_of_exponentials_page,
    "exponential_mean_by_parts": continuous_law_pages.exponential_mean_page,
}


def law_derivation(name: str) -> Derivation:
    """Derive a known fact about a law.

    Parameters
    ----------
    name : str
        ``"binomial_mean"`` (absorption identity), ``"binomial_from_bernoullis"``,
        ``"poisson_limit"`` (of binomial laws, with the rate), ``"poisson_sum"``,
        ``"normal_constant"`` (polar coordinates), ``"normal_sum"`` (completing the square),
        ``"exponential_memoryless"``, ``"minimum_of_exponentials"``,
        ``"exponential_mean_by_parts"`` (and the variance).

    Returns
    -------
    Derivation
        ``.result`` is a scalar in the letters that the page explains.

    Raises
    ------
    ArgumentError
        No page has the name.

    References
    ----------
    ross2014, chapters 4 to 6.

    Examples
    --------
    >>> law_derivation("binomial_mean")
    n*p    # scalar
    >>> law_derivation("normal_constant")
    sigma*sqrt(2*pi)    # scalar
    """
    if not isinstance(name, str) or name not in PAGES:
        raise ArgumentError(
            f"no fact about a law is called {str(name)[:40]!r}\n  known    : {', '.join(PAGES)}"
        )
    return PAGES[name]()
