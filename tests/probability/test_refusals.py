"""Compiled answers refuse numbers outside the range of a parameter, or against a condition."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from law_oracles import ORACLES

import derive as dv
from derive.errors import DeriveError, DomainError, NoClosedFormError
from derive.language.distributions import LAWS
from derive.numeric.guarded import GuardedFunction

VERBS = {
    "entropy": dv.entropy,
    "mean": lambda law: dv.expectation("x", law),
    "variance": dv.variance,
    "divergence": lambda law: dv.kl_divergence(
        law, type(law)(*(f"other_{k}" for k in range(len(law.values))))
    ),
    "generating function": dv.moment_generating_function,
    "information": dv.fisher_information,
    "likelihood": dv.log_likelihood,
    "score": dv.score,
    "density": dv.density,
}
#: What lies outside the range that a fact declares.
OUTSIDE = {
    "positive": (-1.0, 0.0, math.nan),
    "probability": (-0.25, 1.5, 0.0, 1.0, math.nan),
    "integer": (2.5, math.inf),
    "real": (),
}
SMALL = {"positive": 0.25, "real": 0.5, "probability": 0.3}
LARGE = {"positive": 6.0, "real": 0.5, "probability": 0.3, "positive integer": 6.0}


def points_of(law):
    """Numbers for the parameters, first those at which most moments exist."""
    given = [LARGE.get(place.fact, 6.0) for place in law.parameters]
    needs = type(law()).needs(*law().values)
    small = [SMALL.get(place.fact, 6.0) for place in law.parameters]
    return [*([] if needs else [given, small]), *ORACLES[law.name][1]]


def named(law, function, given):
    """The arguments of a compiled function by name: parameters, a sample, places."""
    values = {s.name: float(v) for s, v in zip(law.symbols, given, strict=True)}
    values |= {f"other_{k}": float(v) for k, v in enumerate(given)}
    sample = np.asarray(ORACLES[law.name][2], float)
    is_density = isinstance(function, GuardedFunction)
    values = {"t": -0.125, "x": sample[0] if is_density else sample, "N": 3.0, "n": 3.0} | values
    names = {argument_of(function, name): value for name, value in values.items()}
    return {name: names[name] for name in function.arguments}


def argument_of(function, name):
    """What an argument is called in the text of the function."""
    return getattr(function, "inside", function).argument_of(name)


def admissible(law, function):
    """Arguments at which the function gives numbers."""
    for given in points_of(type(law)):
        arguments = named(law, function, given)
        try:
            found = quiet(function, arguments)
        except DomainError:
            continue
        if np.isfinite(np.hstack([np.ravel(one) for one in np.atleast_1d(found)])).all():
            return arguments
    pytest.fail(f"no admissible point of {law!r} is known")


def asked(law, verb):
    """The answer, if there is one."""
    try:
        return VERBS[verb](law)
    except (NoClosedFormError, DeriveError):
        return None


def cases():
    """Every law; each verb is asked of every ninth of them, in turn."""
    for k, law in enumerate(LAWS):
        verb = [*VERBS][-k % len(VERBS)]
        yield pytest.param(law(), verb, id=f"{law.name}-{verb}")


@pytest.mark.parametrize(("law", "verb"), list(cases()))
def test_a_parameter_outside_its_range_is_refused(law, verb):
    derivation = asked(law, verb)
    if derivation is None or derivation.trace.results[0][1].op == "constant":
        return
    function = derivation.function()
    arguments = admissible(law, function)
    for place, symbol in zip(law.parameters, law.symbols, strict=True):
        name = argument_of(function, symbol.name)
        if name not in arguments:
            continue
        refuses_or_hands_on_nan(function, arguments, name)
        for value in (v for fact in place.facts for v in OUTSIDE[fact]):
            with pytest.raises(DomainError, match="the answer holds where"):
                function(**{**arguments, name: value})
            batch = np.full(5, arguments[name])
            batch[3] = value
            with pytest.raises(DomainError, match=r"at index (3|\(3, \d\))"):
                function(**{**arguments, name: batch})


def refuses_or_hands_on_nan(function, arguments, name):
    """No number comes out where nan goes in."""
    try:
        found = quiet(function, {**arguments, name: math.nan})
    except DomainError:
        return
    assert np.isnan(np.hstack([np.ravel(one) for one in np.atleast_1d(found)])).any()


def quiet(function, arguments):
    """What a function gives, without its warnings of nan."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return function(**arguments)
