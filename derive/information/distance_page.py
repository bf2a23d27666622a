"""DistancePage: a distance ``sqrt(1 - m)`` whose compiled form does not fall below zero.

Between equal laws m is 1 but for rounding, and a root of what is below 0 is no number.  What is
compiled is ``sqrt(relu(1 - e^(log m)))``, log m opened, as 1 - e^u keeps its digits at u = 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from derive.errors import ArgumentError
from derive.language.expression import Node, number, power
from derive.language.functions import elementwise
from derive.numeric import CompiledFunction, compile_function
from derive.probability.under_conditions import DerivationUnderConditions


@dataclass(frozen=True, repr=False)
class DistancePage(DerivationUnderConditions):
    """A derivation of ``sqrt(1 - m)``.

    Attributes
    ----------
    log_mean : Node
        log m.
    """

    log_mean: Node = field(kw_only=True, compare=False)

    def function(self, backend: str = "numpy", value: bool = False) -> CompiledFunction:
        """Compile the distance; as ``Derivation.function``.

        Parameters
        ----------
        backend : "numpy"
        value : bool
            The answer is the function itself; there is no other to return.

        Returns
        -------
        CompiledFunction
            Callable by position or keyword.

        Raises
        ------
        ArgumentError
            The backend is not known, or `value` is asked for.
        """
        if backend != "numpy" or value:
            raise ArgumentError(
                "a distance is compiled for numpy, and has no other value to return\n"
                "  to fix   : call function() without arguments"
            )
        ((name, _),) = self.trace.results
        gap = elementwise("relu", 1 - elementwise("exp", self.log_mean))
        compiled = power(gap, number(Fraction(1, 2)))
        return compile_function(
            [(name, compiled)], self.trace.arguments, requirements=self._requirements()
        )
