"""The mathematics of a metric, by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from derive.derivation import Derivation
from derive.errors import ArgumentError
from derive.statistics import count_pages, ranking_pages, score_pages

PAGES: Mapping[str, Callable[[], Derivation]] = {
    "accuracy": count_pages.accuracy_page,
    "precision": count_pages.precision_page,
    "precision_by_bayes": count_pages.precision_by_bayes_page,
    "recall": count_pages.recall_page,
    "specificity": count_pages.specificity_page,
    "f1_score": count_pages.f1_page,
    "fbeta_score": count_pages.fbeta_page,
    "best_f1_threshold": count_pages.best_f1_threshold_page,
    "auc": ranking_pages.auc_page,
    "binormal_auc": ranking_pages.binormal_auc_page,
    "sigmoid_of_normals": score_pages.sigmoid_of_normals_page,
    "log_loss": score_pages.log_loss_page,
    "brier_score": score_pages.brier_score_page,
    "log_loss_of_classes": score_pages.log_loss_of_classes_page,
    "brier_score_of_classes": score_pages.brier_score_of_classes_page,
}


def metric_derivation(name: str) -> Derivation:
    """Derive the formula behind a metric of predictions, or what it is best for.

    Parameters
    ----------
    name : str
        ``"accuracy"`` (its standard error), ``"precision"``, ``"precision_by_bayes"``,
        ``"recall"``, ``"specificity"``, ``"f1_score"``, ``"fbeta_score"``,
        ``"best_f1_threshold"`` of calibrated scores, ``"auc"`` (the area is a chance),
        ``"binormal_auc"``, ``"sigmoid_of_normals"`` (a probability from a score),
        ``"log_loss"`` and ``"brier_score"`` (both proper), and the same for K classes,
        ``"log_loss_of_classes"`` and ``"brier_score_of_classes"``.

    Returns
    -------
    Derivation
        ``.result`` is a scalar in the letters that the page explains.

    Raises
    ------
    ArgumentError
        No metric has the name.

    References
    ----------
    lipton2014, Optimal Thresholding; hanley1982; gneiting2007, section 3.

    Examples
    --------
    >>> metric_derivation("f1_score")
    2*TP/(2*TP + FP + FN)    # scalar
    >>> metric_derivation("best_f1_threshold")
    1/2*F    # scalar
    """
    if not isinstance(name, str) or name not in PAGES:
        raise ArgumentError(
            f"no metric is called {str(name)[:40]!r}\n  known    : {', '.join(PAGES)}"
        )
    return PAGES[name]()
