"""The Cramer-Rao bound: how small the variance of an unbiased estimator can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import flint
import sympy
from flint import arb, arb_mat

from derive.check.likelihood_claims import LikelihoodClaim, SampleBench
from derive.derivation import Derivation
from derive.engine.singular import identified
from derive.errors import ArgumentError, NoClosedFormError
from derive.language.expression import Node, add, multiply, number, power, symbol
from derive.language.law import Law
from derive.language.relations import Words
from derive.language.sizes import Size
from derive.probability.collected import collected
from derive.probability.functions_of_values import function_of
from derive.probability.law_text import as_law
from derive.probability.under_conditions import DerivationUnderConditions
from derive.statistics.likelihood.fisher_information import (
    information_claims,
    information_steps,
    values_in,
)
from derive.statistics.likelihood.information_matrix import Information, information
from derive.statistics.likelihood.sampling import parameters_of
from derive.steps import Step, Trace


def cramer_rao_bound(
    law: Law | str, of: Any = None, wrt: Any = None, n: int | str = "n"
) -> Derivation:
    """Derive the least variance of an unbiased estimator, g' I^(-1) g / n.

    Parameters
    ----------
    law : Law or str
        For example ``Poisson("lam")`` or ``"Normal(mu, sigma)"``.
    of : text, node or SymPy expression, optional
        What is estimated, a function of the parameters; the parameter where one alone is
        unknown.
    wrt : name, symbol or several of them, optional
        The unknown parameters; all that are free if left out.
    n : positive whole number or name
        How many independent values there are.

    Returns
    -------
    Derivation
        ``.result`` is a scalar: no unbiased estimator has a smaller variance.

    Raises
    ------
    ArgumentError
        `law` is no law, `of` no function of the parameters, or left out where several are
        unknown.
    NoRuleError
        The support depends on an unknown parameter.
    NoClosedFormError
        The information has no closed form, or values of the law do not determine `of`.

    References
    ----------
    casella2002, section 7.3.2; lehmann1998, section 2.5.

    Examples
    --------
    >>> cramer_rao_bound("Poisson(lam)")
    lam/n    # scalar
    >>> cramer_rao_bound("Normal(mu, sigma)", of="sigma^2")
    2*sigma^4/n    # scalar
    """
    law = as_law(law, "cramer_rao_bound")
    unknowns = parameters_of(law, wrt, "cramer_rao_bound")
    target = _target(law, unknowns, of)
    found = information(law, unknowns, "cramer_rao_bound")
    count = values_in(n, law)
    algebra = found.question.algebra
    slopes = [sympy.diff(algebra.expr(target), algebra.expr(p)) for p in unknowns]
    matrix = found.matrix
    kept = identified(matrix, slopes)
    if kept is None:
        raise _not_determined(law, unknowns, target)
    sides = sympy.Matrix([slopes[k] for k in kept])
    # by the entries as printed and one determinant: elimination nests quotients, which swell
    shortest = sympy.Matrix([[algebra.expr(found.node(i, j)) for j in kept] for i in kept])
    whole = sympy.expand((sides.T * shortest.adjugate() * sides)[0, 0]) / shortest.det()
    one = collected(found.question, whole)
    bound = multiply(one, power(count, number(-1)))
    held = tuple(p for k, p in enumerate(unknowns) if k not in kept)
    steps = (*information_steps(found), *_bound_steps(found, target, slopes, held, bound, count))
    name = law.glossed_words()
    place = len(name.nodes)
    question = found.question.given(found.requires)
    trace = Trace(
        question=Words(
            f"Cramer-Rao bound of {{{place}}}, from {{{place + 1}}} values of {name.text}",
            (*name.nodes, target, count),
        ),
        definitions=question.definitions,
        steps=steps,
        results=(("bound", bound),),
        conditions=question.conditions,
        arguments=(*law.symbols, *(s for s in (count,) if s.op == "symbol")),
        closing=(Words("every unbiased estimator of {0} has at least this variance", (target,)),),
    )
    vector = symbol(question.variable.name, (Size.named("n_"), 1))
    entries = tuple(tuple(found.node(i, j) for j in kept) for i in kept)
    asked_in = tuple(unknowns[k] for k in kept)
    claim = BoundClaim(
        SampleBench(question.bench, vector), "the bound", "result", asked_in, entries, target, one
    )
    return DerivationUnderConditions(trace, (*information_claims(found), claim))


def _target(law: Law, unknowns: tuple[Node, ...], of: Any) -> Node:
    if of is None:
        if len(unknowns) == 1:
            return unknowns[0]
        names = ", ".join(p.name for p in unknowns)
        raise ArgumentError(
            f"cramer_rao_bound needs what is estimated: {names} are unknown\n"
            f"  to fix   : give of={unknowns[0].name!r}, or a function such as "
            f"of='{unknowns[0].name}^2'"
        )
    node, _, others = function_of(of, law, "_value")
    if others or not node.symbols & set(unknowns):
        names = ", ".join(p.name for p in unknowns)
        raise ArgumentError(
            f"what is estimated is a function of the unknown parameters of {law!r}, got {node!r}\n"
            f"  to fix   : write it in {names}"
        )
    return node


def _not_determined(law: Law, unknowns: tuple[Node, ...], target: Node) -> NoClosedFormError:
    names = ", ".join(p.name for p in unknowns)
    return NoClosedFormError(
        f"values of {law!r} do not determine {target!r}: the information of {names} is singular, "
        f"and other values of them give the same law and another {target!r}\n"
        f"  because  : no unbiased estimator of it exists, so there is no bound\n"
        f"  to fix   : estimate a function that the law depends on, or hold one of them, as in "
        f"wrt={unknowns[0].name!r}"
    )


def _bound_steps(
    found: Information,
    target: Node,
    slopes: list[sympy.Expr],
    held: tuple[Node, ...],
    bound: Node,
    count: Node,
) -> tuple[Step, ...]:
    algebra = found.question.algebra
    words = ", ".join(f"{{{k}}}" for k in range(len(slopes)))
    gradient = Words(
        f"gradient of {{{len(slopes)}}}: ({words})", (*map(algebra.node, slopes), target)
    )
    reason = (
        "g' I^(-1) g over the number of values"
        if len(slopes) - len(held) > 1
        else "g^2/I over the number of values"
    )
    listed = ", ".join(f"{{{k}}}" for k in range(len(held)))
    words = f"I is singular: the bound is that with {listed} held"
    rule = "g lies in the range of I, so what is held does not matter"
    return (
        Step(None, gradient, "derivative in the unknown parameters"),
        *((Step(None, Words(words, held), rule),) if held else ()),
        Step(symbol("bound"), bound, reason),
    )


@dataclass(frozen=True)
class BoundClaim(LikelihoodClaim):
    """A bound is ``g' I^(-1) g``, the gradient by differences, the system solved in numbers."""

    unknowns: tuple[Node, ...]
    entries: tuple[tuple[Node, ...], ...]
    target: Node
    bound: Node

    def fault(self, values: dict[Node, Any], sample: list[Any]) -> str | None:
        """Compare at one point."""
        h = arb(2) ** (-(flint.ctx.prec // 3))

        def at(node: Node, where: dict[Node, Any]) -> Any:
            return self.bench.value(node, where, sample)

        slopes = []
        for p in self.unknowns:
            sides = [at(self.target, {**values, p: values[p] + k * h}) for k in (1, -1)]
            slopes.append([(sides[0] - sides[1]) / (2 * h)])
        matrix = arb_mat([[at(entry, values) for entry in row] for row in self.entries])
        try:
            solved = matrix.solve(arb_mat(slopes))
        except ZeroDivisionError:
            return None
        found = sum((g[0] * solved[k, 0] for k, g in enumerate(slopes)), arb(0))
        stated = at(self.bound, values)
        scale = 1 + abs(float(stated))
        if not found.is_finite() or float(found.rad()) > 1e-12 * scale:
            return None
        wrong = abs(float(stated - found)) > 1e-12 * scale
        return f"{stated.str(15)} against {found.str(15)}" if wrong else ""

    def mutants(self) -> tuple[LikelihoodClaim, ...]:
        """The bound a little larger."""
        more = add(self.bound * 1001 / 1000, number(1) / 1000)
        return (
            BoundClaim(
                self.bench, self.words, self.kind, self.unknowns, self.entries, self.target, more
            ),
        )
