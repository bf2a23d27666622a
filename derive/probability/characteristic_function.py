"""Characteristic functions: the moment generating function at i t, and its two parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sympy
from sympy import Expr, I

from derive.check.law_claims import MeanClaim, density_claims
from derive.engine.complex_parts import pythagoras, real_and_imaginary
from derive.engine.factoring import in_factors
from derive.engine.standard_form import simplest
from derive.errors import ArgumentError, DivergentMeanError, NoClosedFormError, NoRuleError
from derive.language.expression import Node, number, symbol
from derive.language.functions import elementwise
from derive.language.law import Law
from derive.language.relations import Relation, Words
from derive.language.sympy_out import to_sympy
from derive.numeric.complex_function import ComplexFunction
from derive.numeric.function import compile_function
from derive.probability.expectation import ORDER
from derive.probability.guarded_page import require_plain
from derive.probability.law_text import as_law
from derive.probability.mean_of_sum import exponential_steps, mean_of_sum
from derive.probability.question import free_name, pose, support_words, told
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace

ZERO = sympy.Integer(0)


@dataclass(frozen=True, repr=False)
class CharacteristicFunction(DerivationUnderConditions):
    """A derivation whose results are E cos(t x) and E sin(t x).

    Attributes
    ----------
    value : Expr
        E exp(i t x) as one expression, with SymPy's ``I``.
    """

    value: Expr = field(kw_only=True, compare=False)

    def function(self, backend: str = "numpy", value: bool = False) -> Any:
        """Compile the complex function of t and the parameters.

        Parameters
        ----------
        backend : "numpy"
        value : bool
            The answer is the function itself; there is no other to return.

        Returns
        -------
        ComplexFunction

        Raises
        ------
        ArgumentError
            The backend is not known, or `value` is asked for.
        """
        require_plain(backend, value)
        outputs, required = list(self.trace.results), self._requirements()
        both = compile_function(outputs, self.trace.arguments, requirements=required)
        return ComplexFunction(both)


def characteristic_function(law: Law | str, t: str = "t") -> CharacteristicFunction:
    """Derive the characteristic function of a law, phi(t) = E[exp(i t x)].

    Parameters
    ----------
    law : Law or str
        For example ``Gamma("k", "theta")`` or ``"Gamma(k, theta)"``.
    t : str
        The name of its argument, a real number.

    Returns
    -------
    CharacteristicFunction
        ``.result`` are E cos(t x) and E sin(t x), ``.value`` is the complex expression;
        ``.function()`` is complex.

    Raises
    ------
    ArgumentError
        `law` is no law, or `t` is one of its parameters.
    NoClosedFormError
        The law has no moment generating function in closed form, or that has no closed form
        at imaginary places.

    References
    ----------
    dlmf, 1.14.1; wainwright2008, section 3.

    Examples
    --------
    >>> characteristic_function("Exponential(r)").value
    r/(r - t*I)
    """
    law = as_law(law, "characteristic_function")
    names = {s.name for s in law.symbols}
    if t in names:
        raise ArgumentError(f"{t} is a parameter of {law!r} and cannot be the argument too")
    argument = symbol(t)
    taken = names | {t}
    variable = symbol(free_name(("x", "z", "u", "v", "x_"), taken), facts=law.support.facts)
    unit = symbol(free_name(("i", "j", "i_"), taken | {variable.name}))
    question = pose((law,), ("phi", "chi", "phi_"), variable, (argument,))
    algebra = question.algebra
    at = algebra.expr(argument)
    try:
        found = mean_of_sum(question, elementwise("exp", argument * variable), ORDER)
        algebra.lead(unit)  # exp(i t x), not exp(t i x)
        value = _unsigned(_standard(found.value).xreplace({at: I * at}))
        parts = tuple(_tidy(part) for part in real_and_imaginary(value))
        generating = algebra.node(_standard(found.value))
        whole = algebra.node(value.xreplace({I: algebra.expr(unit)}))
        real, imaginary = (algebra.node(part) for part in parts)
    except (DivergentMeanError, NoClosedFormError, NoRuleError) as error:
        raise NoClosedFormError(
            f"no closed form is known for the characteristic function of {law!r}\n"
            f"  because  : {str(error).splitlines()[0]}"
        ) from error
    cosine, sine = (question.mean(elementwise(f, argument * variable)) for f in ("cos", "sin"))
    generated = question.mean(elementwise("exp", argument * variable))
    steps = told(
        Step(None, support_words(question), "support"),
        *exponential_steps(found),
        Step(None, _near_zero(generated, generating, argument), "ratio of the totals"),
        Step(question.answer, whole, Words("the same at {0}{1}, {0}² = −1", (unit, argument))),
        Step(cosine, real, "its real part"),
        Step(sine, imaginary, "its imaginary part"),
    )
    is_open = any(p.has(1 / at) for p in parts)
    away = (Relation(argument, "!=", number(0)),) if is_open else ()
    question = question.given(away)
    name = law.glossed_words()
    trace = Trace(
        question=Words(
            f"characteristic function of {name.text}, at {{{len(name.nodes)}}}",
            (*name.nodes, argument),
        ),
        definitions=question.definitions,
        steps=steps,
        results=(("real", real), ("imaginary", imaginary)),
        conditions=question.conditions,
        closing=tuple(Words("{0} = 1 at {1} = 0", (question.answer, argument)) for _ in away),
        arguments=(argument, *law.symbols),
        lefts=(cosine, sine),
    )
    bench = question.bench
    claims = (
        *density_claims(bench),
        MeanClaim(bench, cosine, real, "the real part", "result"),
        MeanClaim(bench, sine, imaginary, "the imaginary part", "result"),
    )
    shown = to_sympy(whole).xreplace({to_sympy(unit): I})
    return CharacteristicFunction(trace, claims, value=shown)


def _near_zero(generated: Node, generating: Node, argument: Node) -> Words:
    return Words("{0} = {1} for {2} near 0", (generated, generating, argument))


def _standard(value: Expr) -> Expr:
    """The generating function, exponentials multiplied out where that is no longer."""
    short = simplest(value)
    above, below = sympy.fraction(sympy.together(short))
    open_form = sympy.powsimp(sympy.expand(above)) / below
    return min((short, open_form), key=lambda e: (len(e.atoms(sympy.exp)), sympy.count_ops(e)))


def _unsigned(value: Expr) -> Expr:
    """Squares of the imaginary unit taken out, and a sign that a denominator can take."""
    value = simplest(sympy.powsimp(value))
    if not (value.is_Mul and value.as_coeff_Mul()[0].is_negative):
        return value
    for factor in value.args:
        if factor.is_Pow and factor.exp == -1 and factor.base.xreplace({I: ZERO}).is_negative:
            return -value / factor / sympy.expand(-factor.base)
    return value


def _tidy(part: Expr) -> Expr:
    above, below = (pythagoras(sympy.expand(e)) for e in sympy.fraction(sympy.together(part)))
    forms = [part, simplest(part), in_factors(above) / in_factors(below)]
    real = [form for form in forms if not form.has(I)]
    return min(real, key=sympy.count_ops)
