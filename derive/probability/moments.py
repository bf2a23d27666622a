"""Moments of a law, and the function that generates them."""

from __future__ import annotations

from dataclasses import replace

from derive.derivation import Derivation
from derive.errors import ArgumentError
from derive.language.expression import Node, number, power, symbol
from derive.language.functions import elementwise
from derive.language.law import Law, Value, parameter_value
from derive.language.law import Parameter as Place
from derive.language.relations import Relation, Words
from derive.probability.domains_on_supports import needed_on_support
from derive.probability.expectation import ORDER, derived_mean
from derive.probability.law_text import as_law
from derive.probability.mean_of_sum import mean_of_sum
from derive.probability.question import pose

VALUES = ("x", "z", "u", "v", "value")


def moment(law: Law | str, order: Value) -> Derivation:
    """Derive a moment of a law, E[x^order].

    Parameters
    ----------
    law : Law or str
        For example ``Gamma("k", "theta")`` or ``"Gamma(k, theta)"``.
    order : int, str or expression
        A whole number; for laws on the positive half line any real number or name.

    Returns
    -------
    Derivation
        ``.result`` is the moment, a scalar, under the printed conditions.

    Raises
    ------
    ArgumentError
        `law` is no law, or `order` no number and no name.
    DivergentMeanError
        The moment does not exist, whatever the parameters.
    NoClosedFormError
        It has no closed form; the message names it.

    References
    ----------
    wainwright2008, section 3.

    Examples
    --------
    >>> moment("Exponential(r)", 2)
    2/r^2    # scalar
    """
    law = as_law(law, "moment")
    exponent = parameter_value("moment", Place("order", "real", "order"), order)
    variable = _value_of(law, exponent)
    others = tuple(s for s in exponent.symbols if s not in law.symbols)
    question = pose((law,), ("m",), variable, others)
    node = power(variable, exponent)
    question = question.given(needed_on_support(node, variable, law))
    return derived_mean(question, mean_of_sum(question, node, ORDER), node, "mean", ())


def moment_generating_function(law: Law | str, t: str = "t") -> Derivation:
    """Derive the moment generating function of a law, M(t) = E[exp(t x)].

    Parameters
    ----------
    law : Law or str
        For example ``Gamma("k", "theta")`` or ``"Gamma(k, theta)"``.
    t : str
        The name of its argument.

    Returns
    -------
    Derivation
        ``.result`` is M(t), a scalar, under the printed conditions on t.

    Raises
    ------
    ArgumentError
        `law` is no law, or `t` is one of its parameters.
    DivergentMeanError
        It exists at no t but 0 (a log-normal or a Pareto law).
    NoClosedFormError
        It has no closed form.

    References
    ----------
    wainwright2008, section 3.

    Examples
    --------
    >>> moment_generating_function("Exponential(r)")
    r/(r - t)    # scalar
    """
    law = as_law(law, "moment_generating_function")
    if t in {s.name for s in law.symbols}:
        raise ArgumentError(f"{t} is a parameter of {law!r} and cannot be the argument of M too")
    argument = parameter_value("moment_generating_function", Place("t", "real", "argument"), t)
    variable = _value_of(law, argument)
    question = pose((law,), ("M",), variable, (argument,))
    node = elementwise("exp", argument * variable)
    asked = "moment generating function, the mean"
    found = derived_mean(question, mean_of_sum(question, node, ORDER), node, asked, ())
    if Relation(argument, "!=", number(0)) not in found.trace.conditions:
        return found
    filled = Words("{0} = 1 at {1} = 0", (question.mean(node), argument))
    return replace(found, trace=replace(found.trace, closing=(*found.trace.closing, filled)))


def _value_of(law: Law, beside: Node) -> Node:
    """The random value, by a name that nothing else has."""
    taken = {s.name for s in (*law.symbols, *beside.symbols)}
    return symbol(next(n for n in VALUES if n not in taken), facts=law.support.facts)
