"""Rows that a law of vectors cannot have, found before a formula is asked about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derive.errors import DomainError
from derive.language.vector_law import DOMAIN_WORDS, VectorLaw

CLOSE = 1e-6  # of a sum or a length to one


def require_rows_in_domain(
    law: VectorLaw, sample: NDArray[np.float64], known: Mapping[str, Any]
) -> None:
    """Raise unless each row, of shape (d,), is a value of the law.

    Raises
    ------
    DomainError
        A row is none, the first is named; or all counts are zero.
    """
    domain = law.domain
    totals = sample.sum(axis=1)
    if domain == "onehot":
        outside = ~np.isin(sample, (0.0, 1.0)).all(axis=1) | (totals != 1)
    elif domain == "counts":
        outside = ((sample < 0) | (sample != np.round(sample))).any(axis=1)
        outside |= totals != _trials(law, known, totals)
    elif domain == "simplex":
        outside = (sample <= 0).any(axis=1) | (abs(totals - 1) > CLOSE)
    elif domain == "sphere":
        outside = abs(np.linalg.norm(sample, axis=1) - 1) > CLOSE
    else:
        return
    if outside.any():
        k = int(np.argmax(outside))
        words = DOMAIN_WORDS[domain].format(n=repr(law.values[0]))
        raise DomainError(
            f"a value of {law!r} is: {words}; got {sample[k].tolist()!s:.80} in row {k + 1}\n"
            f"  to fix   : leave the row out, or take a law that allows it"
        )
    if domain == "counts" and not sample.any():
        raise DomainError(
            f"a sample of {law!r} without a single trial says nothing: every count is zero\n"
            f"  to fix   : give rows with counts in them"
        )


def _trials(law: VectorLaw, known: Mapping[str, Any], totals: NDArray[np.float64]) -> float:
    """The number of trials of each row: as told, or that of the first row."""
    trials = law.values[0]
    if trials.is_number:
        return float(trials.data)
    return float(known.get(str(trials.name), totals[0]))
