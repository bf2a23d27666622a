"""Means that no rule gives, by SymPy's integration within a time limit.

What SymPy says is never trusted: the answer is shown only where the certificate, which
integrates the density by itself, has verified it.
"""

from __future__ import annotations

import sympy
from sympy import Add, Expr, Mul

from derive.engine.expectation import Mean
from derive.engine.integration import integrals
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.engine.standard_form import StandardForm, simplest
from derive.errors import NoRuleError
from derive.progress import doing

SEARCHED = "integral found by SymPy, checked by quadrature"


def searched_mean(
    function: Expr, form: StandardForm, algebra: ScalarAlgebra, seconds: float
) -> Mean | None:
    """E[function] as an integral of the density, if SymPy finds one in time."""
    support = form.law.support
    if support.is_whole:
        return None
    density = Mul(*(sympy.exp(term) for term in Add.make_args(form.log_density)))
    low = -sympy.oo if support.lower is None else algebra.expr(support.lower)
    high = sympy.oo if support.upper is None else algebra.expr(support.upper)
    asked = (function * density, form.variable, low, high)
    with doing("SymPy integrates {} for up to {:g} s", function, seconds):
        (found,) = integrals([asked], seconds)
    if found is None or found.has(sympy.oo, sympy.nan, sympy.zoo, sympy.I):
        return None
    value = simplest(found)
    try:
        algebra.node(value)
    except NoRuleError:
        return None
    return Mean(value, SEARCHED)
