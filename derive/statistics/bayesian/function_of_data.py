"""Samples that the likelihood of a posterior cannot have are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from derive.derivation import Derivation
from derive.language.law import Law
from derive.statistics.bayesian.pairing import Pairing
from derive.statistics.likelihood.function_of_data import FunctionOfData
from derive.statistics.likelihood.support_of_data import require_in_support


def require_possible(pairing: Any, numbers: Mapping[str, Any]) -> None:
    """Raise unless the values of a sample lie in the support of the likelihood.

    Parameters
    ----------
    pairing : Pairing or a pairing of a vector, a matrix or a pair
        Values that are vectors are not looked at.
    numbers : mapping of str to numbers
        The sample and parameters, by name.

    Raises
    ------
    DomainError
        A value lies outside; the message names the first, and its place.
    """
    likelihood = pairing.likelihood
    if not isinstance(pairing, Pairing) or not isinstance(likelihood, Law):
        return
    if pairing.data.name not in numbers:
        return
    own = {s.name for s in likelihood.symbols} - {pairing.unknown.symbol.name}
    held = {name: value for name, value in numbers.items() if name in own}
    require_in_support(likelihood, np.asarray(numbers[pairing.data.name], float), held)


@dataclass(frozen=True, repr=False)
class DerivationOfPairing(Derivation):
    """A derivation about a sample of a likelihood; its function refuses impossible samples.

    Attributes
    ----------
    pairing : Pairing
    """

    pairing: Pairing = field(kw_only=True, compare=False)

    def function(self, backend: str = "numpy", value: bool = False) -> Any:
        """Compile the answer, as ``Derivation.function``; impossible data are refused.

        Raises
        ------
        DomainError
            When called: a value of the sample lies outside the support of the likelihood.
        """
        compiled = super().function(backend, value)
        return FunctionOfData(compiled, partial(require_possible, self.pairing))
