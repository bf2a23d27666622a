"""A compiled answer that takes a sample: values that its law cannot have are refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from derive.derivation import Derivation
from derive.language.law import Law
from derive.numeric import CompiledFunction
from derive.numeric.guarded import GuardedFunction
from derive.statistics.likelihood.support_of_data import require_in_support


class FunctionOfData:
    """A compiled function whose arguments are looked at before it is asked.

    Parameters
    ----------
    compiled : CompiledFunction or GuardedFunction
        Everything but the call is its own: ``.source``, ``.arguments``, ``.save``.
    require : function
        Raises for arguments by name that cannot be.
    """

    def __init__(
        self,
        compiled: CompiledFunction | GuardedFunction,
        require: Callable[[Mapping[str, Any]], None],
    ) -> None:
        self.compiled, self.require = compiled, require

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Evaluate, as the compiled function does."""
        self.require({**dict(zip(self.compiled.arguments, args, strict=False)), **kwargs})
        return self.compiled(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name in {"compiled", "require"}:
            raise AttributeError(name)
        return getattr(self.compiled, name)

    def __repr__(self) -> str:
        return repr(self.compiled)


@dataclass(frozen=True, repr=False)
class DerivationOfSample(Derivation):
    """A derivation about a sample of a law; its function refuses values outside the support.

    Attributes
    ----------
    law : Law or None
    sample : str
        What the sample is called.
    """

    law: Law | None = None
    sample: str = "x"

    def function(self, backend: str = "numpy", value: bool = False) -> Any:
        """Compile the answer, as ``Derivation.function``; impossible data are refused.

        Raises
        ------
        DomainError
            When called: a value of the sample lies outside the support of the law.
        """
        return FunctionOfData(super().function(backend, value), self._require)

    def _require(self, numbers: Mapping[str, Any]) -> None:
        if self.law is None or self.sample not in numbers:
            return
        try:
            sample = np.asarray(numbers[self.sample], float)
        except (TypeError, ValueError):
            return  # the compiled function says what is wrong with it
        own = {s.name for s in self.law.symbols}
        held = {name: number for name, number in numbers.items() if name in own}
        require_in_support(self.law, sample, held)
