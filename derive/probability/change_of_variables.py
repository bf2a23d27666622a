"""The law of a function of a random value: y = g(x), one to one or folded at 0.

g is read as a chain of one-to-one steps, which gives its inverse, its direction and the
interval it maps the support to; the density of y is that of x at the inverse, times the
stretch.  Where its logarithm is that of a named law, the law is named.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sympy
from sympy import Add, Expr, oo

from derive.check.law_bench import LawBench
from derive.check.law_claims import MeanClaim, density_claims
from derive.check.law_masses import PlaceClaim
from derive.engine.closed_form import closed_form
from derive.engine.expansions import opened
from derive.engine.factoring import in_factors
from derive.engine.inversion import Monotone, branches_of
from derive.engine.naming import substituted
from derive.engine.recognition import recognised
from derive.engine.scalar_algebra import ScalarAlgebra, operation_count
from derive.engine.standard_form import simplest
from derive.errors import ArgumentError
from derive.language.distributions import LAWS
from derive.language.expression import Node, add, symbol
from derive.language.functions import elementwise, expectation
from derive.language.law import Law, Parameter, Piece
from derive.language.relations import Words
from derive.language.support import Support
from derive.numeric.guarded import Guard
from derive.probability.from_logarithm import density_of_logarithm
from derive.probability.functions_of_values import function_of, require_value
from derive.probability.guarded_page import GuardedDerivation
from derive.probability.law_text import as_law
from derive.probability.question import Question, free_name, pose, support_words, told
from derive.reading import parse
from derive.steps import Step, Trace


@dataclass(frozen=True, repr=False)
class ChangedLaw(GuardedDerivation):
    """The density of y = g(x), and its law.

    Attributes
    ----------
    law : Law
        A named law, where the density is that of one; else a law of its own, which other
        verbs take too.
    is_named : bool
    """

    is_named: bool = field(kw_only=True, default=False, compare=False)


def change_of_variables(
    law: Law | str, function: Any, of: str = "x", to: str | None = None, shapes: str = ""
) -> ChangedLaw:
    """Derive the law of a function of a continuous random value, y = g(x).

    Parameters
    ----------
    law : Law or str
        For example ``Normal("mu", "sigma")`` or ``"Normal(mu, sigma)"``.
    function : str, Node or SymPy expression
        g: sums and products with what is fixed, powers, exponentials, logarithms, quotients
        of linear functions, one inside the other; ``"x^2"`` and ``"abs(x)"`` fold at 0.
    of, to : str
        What the value is called before and after.
    shapes : str
        What is known of other names in a text: ``"a: positive"``.

    Returns
    -------
    ChangedLaw
        ``.result`` is the density of y on its support, ``.function()`` is 0 outside it;
        ``.law`` is the law of y.

    Raises
    ------
    ArgumentError
        `law` is no law or discrete, a name is taken, or the function is no scalar.
    NoRuleError
        The function is not seen to be one to one on the support; the message names the part.

    References
    ----------
    wasserman2004, section 2.11.

    Examples
    --------
    >>> change_of_variables("Normal(mu, sigma)", "exp(x)").law
    LogNormal(mu, sigma)
    >>> change_of_variables("Normal(0, 1)", "x^2").law
    ChiSquared(1)
    """
    law = as_law(law, "change_of_variables")
    if law.support.is_whole:
        raise ArgumentError(
            f"{law!r} is discrete: masses move with their points and no density changes\n"
            f"  to fix   : give a continuous law, or use DiscreteRandomVariable(...).transform"
        )
    if isinstance(function, str) and shapes:
        function = parse(function, shapes=shapes, undeclared="scalar")
    node, variable, others = function_of(function, law, of)
    require_value(function, node, variable, others)
    question = pose((law,), ("q", "r", "q_"), variable, others)
    taken = {s.name for s in (*question.symbols, variable, *question.letters, question.answer)}
    if to is not None and to in taken:
        raise ArgumentError(f"{to} has a meaning already and cannot be the new value")
    algebra = question.algebra
    x, g = algebra.expr(variable), algebra.expr(node)
    support = question.opened[0].support
    ends = tuple(
        infinite if end is None else algebra.expr(end)
        for end, infinite in ((support.lower, -oo), (support.upper, oo))
    )
    branches = branches_of(g, x, *ends)
    image = _image(branches[0], support, algebra)
    new = symbol(to or free_name(("y", "z", "u", "w", "y_"), taken), facts=image.facts)
    y = algebra.expr(new)
    inverses = [_short(branch.inverse(y)) for branch in branches]
    slopes = [_slope(g, x, inverse, y) for inverse in inverses]
    log_p = algebra.expr(question.opened[0].log_density(variable))
    logs = [
        opened(log_p.xreplace({x: inverse}) + sympy.log(in_factors(abs(slope))))
        for inverse, slope in zip(inverses, slopes, strict=True)
    ]
    is_folded = len(logs) == 2 and sympy.simplify(sympy.expand(logs[0] - logs[1])) == 0
    log_q = logs[0] + sympy.log(len(logs)) if is_folded or len(logs) == 1 else None
    named = None if log_q is None else recognised(log_q, new, image, algebra, LAWS)
    parts = [
        density_of_logarithm(
            substituted(law.log_density(variable), {variable: algebra.node(inverse)})
        )
        * algebra.node(_short(abs(slope)))
        for inverse, slope in zip(inverses, slopes, strict=True)
    ]
    whole = 2 * parts[0] if is_folded else add(*parts)
    derived = named or _own_law(law, whole, new, image, node, variable, len(branches) == 1)
    answer = whole
    if named is not None and log_q is not None:
        forms = (density_of_logarithm(derived.log_density(new)), _density(log_q, algebra), whole)
        answer = min(forms, key=operation_count)
    found = Found(node, new, branches, inverses, slopes, whole, answer, image, derived)
    return _page(question, found, named is not None)


@dataclass(frozen=True)
class Found:
    """What a change of variables came to."""

    node: Node
    new: Node
    branches: tuple[Monotone, ...]
    inverses: list[Expr]
    slopes: list[Expr]
    whole: Node
    answer: Node
    image: Support
    derived: Law


# --- the density ----------------------------------------------------------------------------


def _image(branch: Monotone, support: Support, algebra: ScalarAlgebra) -> Support:
    low, high = (
        None if end in (oo, -oo) else algebra.node(_short(end))
        for end in (branch.lower, branch.upper)
    )
    is_closed = support.is_closed and (low is not None or high is not None)
    return Support(low, high, is_closed=is_closed)


def _slope(g: Expr, x: Expr, inverse: Expr, y: Expr) -> Expr:
    """dx/dy, its sign known where that is possible."""
    slope = sympy.diff(inverse, y)
    if slope.has(sympy.DiracDelta, sympy.Derivative, sympy.Subs):
        squares = {sympy.sign(y) ** 2: sympy.Integer(1)}
        slope = 1 / sympy.expand(sympy.diff(g, x).xreplace({x: inverse})).xreplace(squares)
    forms = [slope, in_factors(slope), sympy.simplify(slope)]
    return next((f for f in forms if f.is_positive or f.is_negative), forms[1])


def _density(log_q: Expr, algebra: ScalarAlgebra) -> Node:
    """The density of a logarithm whose terms have been collected."""
    terms = Add.make_args(log_q)
    return density_of_logarithm(closed_form(terms, algebra, "rational first"))


def _short(expr: Expr) -> Expr:
    forms = [expr, simplest(expr), sympy.powsimp(sympy.powdenest(expr))]
    real = [form for form in forms if not form.has(sympy.I)]
    return min(real or forms[:1], key=sympy.count_ops)


def _own_law(
    law: Law,
    whole: Node,
    new: Node,
    image: Support,
    node: Node,
    variable: Node,
    is_one_to_one: bool,
) -> Law:
    """A law of its own: the density that was found, and the standard form carried over."""
    density = elementwise("log", whole)
    symbols = tuple(dict.fromkeys((*law.symbols, *(s for s in node.symbols if s is not variable))))
    places = tuple(Parameter(s.name, _fact(s), s.name) for s in symbols)

    def in_place(whole: Node) -> Callable[..., Node]:
        return lambda *values: substituted(whole, dict(zip(symbols, values, strict=True)))

    def log_density_terms(value: Node, *values: Node) -> Node:
        return substituted(in_place(density)(*values), {new: value})

    def support_at(*values: Node) -> Support:
        low, high = (
            None if end is None else in_place(end)(*values) for end in (image.lower, image.upper)
        )
        return Support(low, high, is_closed=image.is_closed)

    def carried(piece: Piece) -> Piece:
        def change(y: Node, *values: Node) -> Node:
            inner = piece.change(y, *type_values(*values))
            return substituted(in_place(node)(*values), {variable: inner})

        return Piece(piece.kernel, change, lambda *values: piece.given(*type_values(*values)))

    def type_values(*values: Node) -> tuple[Node, ...]:
        return tuple(in_place(value)(*values) for value in law.values)

    needs = type(law).needs
    body = {
        "__doc__": f"The law of {node!r} under {law!r}.",
        "name": "changed_" + law.name,
        "parameters": places,
        "pieces": tuple(map(carried, law.pieces)) if is_one_to_one else (),
        "log_density_terms": staticmethod(log_density_terms),
        "support_at": staticmethod(support_at),
        "needs": staticmethod(lambda *values: needs(*type_values(*values))),
    }
    family: type[Law] = type("Changed" + type(law).__name__, (Law,), body)
    return family(*symbols)


def _fact(name: Node) -> str:
    """The facts of a symbol as a law wants them of a place."""
    if "probability" in name.facts:
        return "probability"
    return " ".join(f for f in ("positive", "integer") if f in name.facts) or "real"


# --- the page -------------------------------------------------------------------------------


def _page(question: Question, found: Found, is_named: bool) -> ChangedLaw:
    (law,), algebra, variable = question.laws, question.algebra, question.variable
    letter, node, new = question.answer, found.node, found.new
    image, derived, branches = found.image, found.derived, found.branches
    lines = []
    for branch, inverse, slope in zip(branches, found.inverses, found.slopes, strict=True):
        how = "rises" if branch.rises else "falls"
        where = "" if len(branches) == 1 else " on one side"
        lines.append(
            Step(
                variable,
                algebra.node(inverse),
                Words(f"{{0}} {how} with {{1}}{where}; solve for {{1}}", (new, variable)),
            )
        )
        shown = algebra.node(_short(slope))
        lines.append(Step(None, Words("d{0}/d{1} = {2}", (variable, new, shown)), "differentiate"))
    words = image.words(1)
    lines.append(
        Step(None, Words(f"{{0}} lies in {words.text}", (new, *words.nodes)), "its support")
    )
    summed = "" if len(branches) == 1 else ", summed over the branches"
    rule = Words(f"density of {{0}} at the inverse, times |d{{0}}/d{{1}}|{summed}", (variable, new))
    steps = told(
        Step(None, support_words(question), "support"),
        Step(new, node, "the new value"),
        *lines,
        Step(letter, found.whole, rule),
        Step(found.whole, found.answer, "collect the powers"),
        *_named_steps(new, derived, is_named),
        *_entropy_step(question, node, new, branches),
    )
    name = law.glossed_words()
    places = len(name.nodes)
    trace = Trace(
        question=Words(
            f"law of {{{places}}}, {{{places + 1}}} distributed as {name.text}",
            (*name.nodes, node, variable),
        ),
        definitions=question.definitions,
        steps=steps,
        results=((letter.name, found.answer),),
        conditions=question.conditions,
        arguments=(new, *question.symbols),
        closing=_outside(letter, image),
        lefts=(letter,),
    )
    claims = _claims(question, node, new, found.answer, derived)
    guard = Guard(new, image, 0.0, 0.0)
    stable = elementwise("exp", derived.log_density(new))
    return ChangedLaw(trace, claims, law=derived, guard=guard, stable=stable, is_named=is_named)


def _named_steps(new: Node, derived: Law, is_named: bool) -> tuple[Step, ...]:
    if not is_named:
        return ()
    words = derived.glossed_words()
    text = words.text
    for k in reversed(range(len(words.nodes))):
        text = text.replace(f"{{{k}}}", f"{{{k + 1}}}")
    return (
        Step(
            None,
            Words(f"{{0}} is distributed as {text}", (new, *words.nodes)),
            "the same terms of the log density, on the same support",
        ),
    )


def _entropy_step(
    question: Question, node: Node, new: Node, branches: tuple[Monotone, ...]
) -> tuple[Step, ...]:
    """What the entropy gains."""
    if len(branches) > 1:
        return ()
    gain = _log_slope(question, node)
    return (
        Step(
            None,
            Words(
                "the entropy of {0} is that of {1} plus {2}",
                (new, question.variable, question.mean(gain)),
            ),
            Words("mean of log |d{0}/d{1}|", (new, question.variable)),
        ),
    )


def _log_slope(question: Question, node: Node) -> Node:
    algebra = question.algebra
    slope = sympy.diff(algebra.expr(node), algebra.expr(question.variable))
    forms = [sympy.expand_log(sympy.log(sympy.Abs(f))) for f in (slope, in_factors(slope))]
    return algebra.node(min(forms, key=sympy.count_ops))


def _outside(letter: Node, image: Support) -> tuple[Words, ...]:
    words = image.words(1)
    if words.text == "R":
        return ()
    return (Words(f"{{0}} = 0 outside {words.text}", (letter, *words.nodes)),)


def _claims(
    question: Question, node: Node, new: Node, answer: Node, derived: Law
) -> tuple[MeanClaim, ...]:
    """Means of bounded functions of y under both laws, and the total mass of the new one."""
    variable = question.variable
    first, second = question.letters[0].name, question.answer.name
    bench = LawBench({first: question.laws[0], second: derived}, variable, (), question.others)
    claims = list(density_claims(bench))
    for k, bounded in enumerate((_smooth, _odd)):
        claims.append(
            MeanClaim(
                bench,
                expectation(bounded(node), first, variable.name),
                expectation(bounded(variable), second, variable.name),
                f"a bounded function of the new value has one mean under both laws ({k + 1})",
            )
        )
    alone = LawBench({second: derived}, new, (), question.others)
    claims.append(
        PlaceClaim(
            alone, elementwise("exp", derived.log_density(new)), answer, "the density", "result"
        )
    )
    return tuple(claims)


def _smooth(value: Node) -> Node:
    return 1 / (1 + value**2)


def _odd(value: Node) -> Node:
    return value / (4 + value**2)
