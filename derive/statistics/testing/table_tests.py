"""Tests of counts: of classes, of tables, of an odds ratio."""

from __future__ import annotations

from math import log, sqrt
from typing import Any

import numpy as np
from scipy import special

from derive.check.inference_claims import TailClaim
from derive.derivation import Derivation
from derive.errors import ArgumentError, DomainError, ShapeError
from derive.statistics.ranking import read_scores
from derive.statistics.testing import count_pages
from derive.statistics.testing.inference import Inference, as_inference, tested, with_numbers
from derive.statistics.testing.null_laws import NullLaw, require_side
from derive.statistics.testing.numbers import positive, whole

KINDS = ("score", "wald", "likelihood_ratio", "exact")
PLACES = {"wald": 0, "score": 1, "likelihood_ratio": 2}
NORMAL = NullLaw("normal")


def chi_squared_test(
    observed: Any = None, expected: Any = None, *, kind: str = "score", fitted: Any = 0
) -> Inference:
    """Test counts: of classes against what is expected, of a table against independence.

    Parameters
    ----------
    observed : array of k counts, or of shape (r, c), optional
        One-dimensional for a test of fit, a table for one of independence; left out, the page
        of the test of fit comes back.
    expected : array of k numbers, optional
        Expected counts of a test of fit, with the same total; all alike if left out.
    kind : "score" or "likelihood_ratio"
        Pearson's statistic, or G.
    fitted : int
        How many parameters of `expected` were estimated from these counts, each of which takes
        a degree of freedom.

    Returns
    -------
    Inference
        ``.statistic``, ``.p_value``, ``.degrees_of_freedom``, ``.least_expected``: below about 5
        the chi-squared law is a poor approximation.

    Raises
    ------
    ArgumentError
        The counts are no numbers, or no kind has the name.
    ShapeError
        The shapes differ, or there are fewer than two classes, rows or columns.
    DomainError
        A count is negative, an expected count is 0, or the totals differ.

    References
    ----------
    agresti2013, sections 1.5 and 3.2.

    Examples
    --------
    >>> chi_squared_test([18, 22, 20, 40], [25, 25, 25, 25])
    X = 12.32, ChiSquared(3), p = 0.006364 (greater)
    >>> chi_squared_test([[15, 10], [6, 14]])
    X = 4.01786, ChiSquared(1), p = 0.04502 (greater)
    """
    if kind not in ("score", "likelihood_ratio"):
        raise ArgumentError(
            f"no chi-squared test is called {str(kind)[:40]!r}\n"
            f"  known    : score, likelihood_ratio"
        )
    if observed is None:
        return as_inference(count_pages.goodness_page())
    counts = _counts(observed)
    if counts.ndim == 2:
        if whole(fitted, "fitted"):
            raise ArgumentError(
                "the margins of a table are all that independence fits: it has no use for fitted\n"
                "  to fix   : leave fitted out, or give one-dimensional counts"
            )
        return _independence(counts, expected, kind)
    if counts.ndim != 1 or len(counts) < 2:
        raise ShapeError(
            f"counts must be of two classes or more, or a table, got shape {counts.shape}\n"
            f"  to fix   : give a list of counts, or rows of counts"
        )
    wanted = (
        np.full(len(counts), counts.mean()) if expected is None else _counts(expected, "expected")
    )
    if wanted.shape != counts.shape:
        raise ShapeError(
            f"observed and expected have shapes {counts.shape} and {wanted.shape}\n"
            f"  to fix   : give an expected count for each class"
        )
    if abs(wanted.sum() - counts.sum()) > 1e-8 * counts.sum():
        raise DomainError(
            f"expected counts sum to {wanted.sum():g}, observed ones to {counts.sum():g}\n"
            f"  to fix   : give n times the probabilities"
        )
    degrees = len(counts) - 1 - whole(fitted, "fitted")
    if degrees < 1:
        raise DomainError(
            f"{len(counts)} classes leave no degree of freedom after {fitted} fitted parameters\n"
            f"  to fix   : give more classes"
        )
    sizes = {"k": len(counts)}
    data = {"O": counts, "E": wanted}
    return _counted(count_pages.goodness_page(), counts, wanted, kind, degrees, data, sizes)


def _independence(counts: Any, expected: Any, kind: str) -> Inference:
    """The test of independence in a table."""
    if expected is not None:
        raise ArgumentError(
            "expected counts of a table follow from its margins\n"
            "  to fix   : leave expected out, or give one-dimensional counts"
        )
    r, c = counts.shape
    if min(r, c) < 2:
        raise ShapeError(
            f"a table needs two rows and two columns, got shape {counts.shape}\n"
            f"  to fix   : give a one-dimensional array for a test of fit"
        )
    wanted = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / max(counts.sum(), 1e-300)
    # a matrix has no place in a claim about numbers from data; its result is claimed on the page
    page = count_pages.contingency_page()
    return _counted(page, counts, wanted, kind, (r - 1) * (c - 1), None, {})


def _counted(
    page: Derivation,
    counts: Any,
    wanted: Any,
    kind: str,
    degrees: int,
    data: dict[str, Any] | None,
    sizes: dict[str, int],
) -> Inference:
    """Pearson's statistic or G, and its tail."""
    if (wanted == 0).any():
        place = ", ".join(str(int(k)) for k in np.argwhere(wanted == 0)[0])
        raise DomainError(
            f"the expected count at [{place}] is 0, which no count is divided by\n"
            f"  to fix   : leave out a class, row or column that cannot occur, or join two"
        )
    null = NullLaw("chi_squared", (float(degrees),))
    if kind == "score":
        statistic, letter = float(((counts - wanted) ** 2 / wanted).sum()), "X"
    else:
        statistic, letter = 2 * float(special.xlogy(counts, counts / wanted).sum()), "G"
    more = {"least_expected": float(wanted.min())}
    if data is not None and kind == "score":
        return tested(page, data, sizes, (letter, statistic), null, "greater", **more)
    p = null.above(statistic)
    numbers = {
        "statistic": statistic,
        "p_value": p,
        "degrees_of_freedom": float(degrees),
        **more,
    }
    claim = TailClaim("chi_squared", null.degrees, statistic, p, "greater")
    sentence = f"{letter} = {statistic:.6g}, {null}, p = {p:.4g} (greater)"
    return with_numbers(page, numbers, sentence, (claim,))


def _counts(given: Any, name: str = "observed") -> Any:
    counts = read_scores(given, name)
    if (counts < 0).any():
        raise DomainError(f"{name} has a negative count\n  to fix   : counts are 0 or more")
    if counts.size and not counts.sum():
        raise DomainError(f"{name} has no count above 0\n  to fix   : give counts that were seen")
    return counts


def odds_ratio_test(
    table: Any = None, *, odds_ratio: Any = 1, alternative: str = "two-sided"
) -> Inference:
    """Test the odds ratio of a table with two rows and two columns, by its logarithm.

    Parameters
    ----------
    table : array of counts, shape (2, 2), optional
        Rows are groups, columns outcomes; left out, the page alone comes back.
    odds_ratio : number
        The odds ratio under the null hypothesis.
    alternative : "two-sided", "greater" or "less"
        What the p-value is against.

    Returns
    -------
    Inference
        ``.statistic``, ``.p_value``, ``.estimate`` (the odds ratio).

    Raises
    ------
    ArgumentError
        The counts are no numbers, or no alternative has the name.
    ShapeError
        The table has not two rows and two columns.
    DomainError
        A count is 0, or `odds_ratio` is not positive.

    Examples
    --------
    >>> odds_ratio_test([[15, 10], [6, 14]])
    z = 1.96911, Normal(0, 1), p = 0.04894 (two-sided)
    """
    side, page = require_side(alternative), count_pages.odds_ratio_page()
    if table is None:
        return as_inference(page)
    cells = four_cells(table)
    null = positive(odds_ratio, "odds_ratio")
    a, b, c, d = cells
    estimate = a * d / (b * c)
    z = (log(a) + log(d) - log(b) - log(c) - log(null)) / sqrt(sum(1 / cell for cell in cells))
    data = {**dict(zip("abcd", cells, strict=True)), "theta_0": null}
    return tested(page, data, {}, ("z", z), NORMAL, side, estimate=estimate)


def four_cells(table: Any) -> tuple[float, float, float, float]:
    """The counts of a table of two rows and columns, all positive.

    Raises
    ------
    ShapeError
        It has another shape.
    DomainError
        A count is 0: the logarithm of the odds ratio is infinite.
    """
    counts = _counts(table, "table")
    if counts.shape != (2, 2):
        raise ShapeError(
            f"an odds ratio needs a table of shape (2, 2), got {counts.shape}\n"
            f"  to fix   : give [[a, b], [c, d]]"
        )
    if (counts == 0).any():
        raise DomainError(
            "the table has a count of 0, so the logarithm of its odds ratio is not finite\n"
            "  to fix   : add 1/2 to every count, or use an exact test"
        )
    a, b, c, d = (float(cell) for cell in counts.ravel())
    return a, b, c, d
