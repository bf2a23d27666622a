"""A compiled answer that takes a sample: values that its law cannot have are refused."""

from __future__ import annotations

from dataclasses import dataclass

from derive.language.expression import Node
from derive.language.law import Law
from derive.numeric.requirements import Requirement
from derive.probability.under_conditions import (
    DerivationUnderConditions,
    requirements_of_trace,
    support_requirements,
)


@dataclass(frozen=True, repr=False)
class DerivationOfSample(DerivationUnderConditions):
    """A derivation about a sample of a law; its function refuses values outside the support.

    Attributes
    ----------
    law : Law or None
    sample : symbol or None
        What the sample is called.
    """

    law: Law | None = None
    sample: Node | None = None

    def _requirements(self) -> tuple[Requirement, ...]:
        if self.law is None or self.sample is None:
            return requirements_of_trace(self.trace)
        return requirements_of_trace(
            self.trace, support_requirements(self.sample, self.law.support)
        )
