"""Samples that the likelihood of a posterior cannot have are refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from derive.language.law import Law
from derive.numeric.requirements import Requirement
from derive.probability.under_conditions import (
    DerivationUnderConditions,
    requirements_of_trace,
    support_requirements,
)
from derive.statistics.bayesian.pairing import Pairing


def sample_requirements(pairing: Any) -> tuple[Requirement, ...]:
    """That the values of a sample lie in the support of the likelihood.

    An end that moves with the unknown is put where the prior lets it go farthest: a compiled
    function does not have it.
    The rows of a sample of vectors are conditions of the page.
    """
    if not isinstance(pairing, Pairing) or not isinstance(pairing.likelihood, Law):
        return ()
    return support_requirements(pairing.data, pairing.joined_support())


@dataclass(frozen=True, repr=False)
class DerivationOfPairing(DerivationUnderConditions):
    """A derivation about a sample of a likelihood; its function refuses impossible samples.

    Attributes
    ----------
    pairing : Pairing
    """

    pairing: Pairing = field(kw_only=True, compare=False)

    def _requirements(self) -> tuple[Requirement, ...]:
        return requirements_of_trace(self.trace, sample_requirements(self.pairing))
