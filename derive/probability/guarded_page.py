"""A derivation whose formula holds on a set only: the compiled function knows the set."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from derive.errors import ArgumentError
from derive.language.expression import Node
from derive.language.law import Law
from derive.numeric.guarded import Guard, GuardedFunction
from derive.probability.under_conditions import DerivationUnderConditions, requirements_of_trace


@dataclass(frozen=True, repr=False)
class GuardedDerivation(DerivationUnderConditions):
    """A derivation with a law, whose compiled function is right outside the support too.

    Attributes
    ----------
    law : Law
    guard : Guard
        Where the formula holds, and the value elsewhere.
    stable : Node or None
        The same function written so that no part of it overflows; what is compiled.
    """

    law: Law = field(kw_only=True, compare=False)
    guard: Guard = field(kw_only=True, compare=False)
    stable: Node | None = field(kw_only=True, default=None, compare=False)

    def function(self, backend: str = "numpy", value: bool = False) -> Any:
        """Compile the answer; outside the support the function has the value it has there.

        Parameters
        ----------
        backend : "numpy"
        value : bool
            The answer is the function itself; there is no other to return.

        Returns
        -------
        GuardedFunction
            Callable by position or keyword, on numbers and arrays; ``.source``, ``.save``.

        Raises
        ------
        ArgumentError
            The backend is not known, or `value` is asked for.
        """
        require_plain(backend, value)
        ((name, node),) = self.trace.results
        compiled = node if self.stable is None else self.stable
        required = requirements_of_trace(self.trace, but=(self.guard.variable,))
        return GuardedFunction((name, compiled), self.trace.arguments, self.guard, required)


def require_plain(backend: str, value: bool) -> None:
    """Refuse what a guarded function has not: another backend, a value beside the answer.

    Raises
    ------
    ArgumentError
        The backend is not known, or `value` is asked for.
    """
    if backend != "numpy":
        raise ArgumentError(f"no backend is called {backend!r}\n  known    : numpy")
    if value:
        raise ArgumentError("the answer is the function: there is no other value to return")
