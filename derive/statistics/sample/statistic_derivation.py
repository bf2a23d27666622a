"""The mathematics of a sample statistic, by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from derive.derivation import Derivation
from derive.errors import ArgumentError
from derive.statistics.sample import pages

PAGES: Mapping[str, Callable[[], Derivation]] = {
    "mean": pages.mean_page,
    "variance_of_mean": pages.variance_of_mean_page,
    "median": pages.median_page,
    "sample_variance": pages.variance_page,
    "one_pass_variance": pages.one_pass_page,
    "standard_deviation": pages.standard_deviation_page,
    "chebyshev": pages.chebyshev_page,
    "correlation": pages.correlation_page,
    "slope": pages.slope_page,
}


def statistic_derivation(name: str) -> Derivation:
    """Derive what a sample statistic minimises, its bias, its spread or its range.

    Parameters
    ----------
    name : str
        ``"mean"`` (the least squares), ``"variance_of_mean"``, ``"median"`` (the least absolute
        deviations), ``"sample_variance"`` (why n - 1), ``"one_pass_variance"``,
        ``"standard_deviation"`` (its bias), ``"chebyshev"``, ``"correlation"`` (its range),
        ``"slope"``.

    Returns
    -------
    Derivation
        ``.result`` is in the letters that the page explains.

    Raises
    ------
    ArgumentError
        No statistic has the name.

    Examples
    --------
    >>> statistic_derivation("sample_variance")
    (n - 1)*v    # scalar
    """
    if not isinstance(name, str) or name not in PAGES:
        raise ArgumentError(
            f"no statistic is called {str(name)[:40]!r}\n  known    : {', '.join(PAGES)}"
        )
    return PAGES[name]()
