"""ExponentialFamily: the derivation that an exponential family is returned as."""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import Expr

from derive.probability.under_conditions import DerivationUnderConditions


@dataclass(frozen=True, repr=False)
class ExponentialFamily(DerivationUnderConditions):
    """A derivation whose results are the natural parameters and the log partition.

    Attributes
    ----------
    natural : tuple of Expr
        eta, functions of the parameters.
    statistics : tuple of Expr
        T, functions of the value.
    log_partition : Expr
        A as a function of ``eta1``, ``eta2``, ...; of the parameters where these do not
        follow from eta in closed form.
    base : Expr
        h, a function of the value.
    """

    natural: tuple[Expr, ...] = field(kw_only=True, compare=False)
    statistics: tuple[Expr, ...] = field(kw_only=True, compare=False)
    log_partition: Expr = field(kw_only=True, compare=False)
    base: Expr = field(kw_only=True, compare=False)
