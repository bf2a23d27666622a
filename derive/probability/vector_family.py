"""The exponential family that a law of vectors or matrices is: its kernel, read off and checked.

``log p = sum_j <eta_j, T_j> - A(eta) + log h``, where <., .> is the sum over all entries.  The
means of T are the gradients of A.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.check.claim import Claim
from derive.check.claims import SameValue
from derive.engine.naming import substituted
from derive.engine.vector_mean import settled
from derive.engine.vector_openings import opened_logdets
from derive.errors import ArgumentError, NoClosedFormError, NoRuleError
from derive.language.expression import Node, add, multiply, number, symbol
from derive.language.facts import close_facts
from derive.language.functions import elementwise, postorder, total, trace
from derive.language.laws.terms import log
from derive.language.relations import Relation, Words
from derive.language.sympy_out import to_sympy
from derive.language.vector_law import VectorLaw
from derive.probability.family_form import ExponentialFamily
from derive.probability.from_logarithm import density_of_logarithm
from derive.probability.question import free_name, told
from derive.probability.vector_question import (
    VectorQuestion,
    mean_of,
    pose_vectors,
    support_step,
)
from derive.rules.vector_families import VECTOR_KERNELS, VectorKernel
from derive.steps import Step, Trace


def vector_family(law: VectorLaw, held: Sequence[str]) -> ExponentialFamily:
    """Write a law of vectors or matrices as an exponential family.

    Raises
    ------
    NoRuleError
        It is none in its parameters, or a parameter is held that has no rule for that.
    """
    kernel = VECTOR_KERNELS.get(getattr(law, "kernel", ""))
    if kernel is None:
        raise NoRuleError(
            f"{law!r} is no exponential family in all its parameters that is known here\n"
            f"  known    : {', '.join(_known())}"
        )
    own: tuple[Node, ...] = type(law).natural(*law.values)  # type: ignore[attr-defined]
    given, natural = own[: kernel.given], own[kernel.given :]
    allowed = {s.name for node in given for s in node.symbols}
    wrong = [name for name in held if name not in allowed]
    if wrong:
        raise NoRuleError(
            f"no rule holds {wrong[0]} in {law!r}\n"
            f"  to fix   : leave {wrong[0]} out of known=, or give its numbers"
        )
    if not any(node.symbols for node in natural):
        raise ArgumentError(
            f"every parameter of {law!r} is held: no family is left\n  to fix   : name a parameter"
        )
    return _page(pose_vectors((law,), ("A", "A_")), kernel, given, natural)


def _known() -> list[str]:
    return sorted(name.replace("_", " ") for name in VECTOR_KERNELS)


def _page(
    question: VectorQuestion, kernel: VectorKernel, given: tuple[Node, ...], natural: Sequence[Node]
) -> ExponentialFamily:
    (law,), value = question.laws, question.value
    names, heads, base_name = _names(question, natural)
    statistics = tuple(number(sign) * T for sign, T in kernel.statistics(value))
    partition = _of_unit_facts(settled(opened_logdets(settled(kernel.log_total(*given, *natural)))))
    of_eta = kernel.log_total(*given, *names)
    inner = [_inner(eta, T) for eta, T in zip(natural, statistics, strict=True)]
    log_base = _free_part(question, inner, kernel.log_total(*given, *natural), given)
    logarithm = law.log_density(value)
    split = add(*inner, log_base, multiply(number(-1), partition))
    named = add(
        *(_inner(n, T) for n, T in zip(names, heads, strict=True)),
        multiply(number(-1), question.answer),
        log(base_name),
    )
    moments, claims = _moments(question, statistics, names)
    steps = told(
        support_step(question),
        Step(question.log_of(0), logarithm, "the law as declared"),
        Step(logarithm, named, "natural parameters times statistics, log partition, base"),
        *(Step(n, eta, "natural parameter") for n, eta in zip(names, natural, strict=True)),
        *(Step(t, s, "sufficient statistic") for t, s in zip(heads, statistics, strict=True)),
        Step(base_name, density_of_logarithm(log_base), "base: what holds no parameter"),
        Step(question.answer, of_eta, Words(kernel.statement, ())),
        Step(of_eta, partition, "insert the natural parameters"),
        *moments,
    )
    words = law.glossed_words()
    trace_ = Trace(
        question=Words(f"{words.text} as an exponential family", words.nodes),
        definitions=(),
        steps=steps,
        results=(
            *((n.name, eta) for n, eta in zip(names, natural, strict=True)),
            (question.answer.name, partition),
        ),
        conditions=question.conditions(()),
        arguments=law.symbols,
        lefts=(*names, question.answer),
    )
    is_split = SameValue(logarithm, split, conditions=_relations(law), kind="result")
    return ExponentialFamily(
        trace_,
        (*claims, is_split),
        natural=tuple(map(to_sympy, natural)),
        statistics=tuple(map(to_sympy, statistics)),
        log_partition=to_sympy(of_eta),
        base=to_sympy(density_of_logarithm(log_base)),
    )


def _names(
    question: VectorQuestion, natural: Sequence[Node]
) -> tuple[tuple[Node, ...], tuple[Node, ...], Node]:
    """Letters for eta, T and h."""
    taken = {s.name for s in (*question.symbols, question.value, question.answer)}
    stem = free_name(("eta", "omega", "eta_"), taken)
    letter = free_name(("T", "S", "T_"), taken)
    several = len(natural) > 1
    etas, heads = [], []
    for k, eta in enumerate(natural, 1):
        name = f"{stem}{k}" if several else stem
        is_square = eta.shape[0] == eta.shape[1] and not eta.is_scalar
        facts = close_facts(("spd",), name, eta.shape) if is_square else ()
        etas.append(symbol(name, eta.shape, facts))
        heads.append(symbol(f"{letter}{k}" if several else letter, eta.shape))
    return tuple(etas), tuple(heads), symbol(free_name(("h", "c", "h_"), taken))


def _inner(eta: Node, T: Node) -> Node:
    """The sum over all entries of eta times T."""
    if eta.is_scalar:
        return eta * T
    return eta.T @ T if eta.shape[1] == 1 else trace(eta.T @ T)


def _free_part(
    question: VectorQuestion, inner: Sequence[Node], partition: Node, given: tuple[Node, ...]
) -> Node:
    """What of the log density holds no parameter but those that are given."""
    (law,) = question.laws
    known = frozenset(s for node in given for s in node.symbols)
    unknown = frozenset(law.symbols) - known
    rest = law.log_density(question.value) - add(*inner) + partition
    whole = settled(opened_logdets(settled(rest)))
    terms = whole.args if whole.op == "add" else (whole,)
    return add(number(0), *(term for term in terms if not unknown & term.symbols))


def _of_unit_facts(node: Node) -> Node:
    """``log sum exp log p`` and ``|k u|`` where p sums to one and u has length one."""
    changed: dict[Node, Node] = {}
    for part in postorder(node):
        inside = part.args[0] if part.args else part
        if part.op == "logsumexp" and inside.op == "map" and inside.data == "log":
            (p,) = inside.args
            is_one = "simplex" in p.facts or _sums_to_one(p)
            changed[part] = number(0) if is_one else log(total(p))
        elif part.op == "norm2" and inside.op == "mul":
            units = [arg for arg in inside.args if "unit" in arg.facts]
            others = [arg for arg in inside.args if "unit" not in arg.facts]
            if len(units) == 1 and all(arg.is_scalar for arg in others):
                changed[part] = elementwise("abs", multiply(*others))
    return settled(substituted(node, changed)) if changed else node


def _sums_to_one(p: Node) -> bool:
    entries = p.args if p.op == "array" else ()
    return bool(entries) and settled(add(*entries)) is number(1)


def _moments(
    question: VectorQuestion, statistics: Sequence[Node], names: Sequence[Node]
) -> tuple[list[Step], tuple[Claim, ...]]:
    """E T = grad A, where the engine knows the gradient."""
    steps: list[Step] = []
    claims: list[Claim] = []
    for T, name in zip(statistics, names, strict=True):
        try:
            found = mean_of(question, T)
        except NoClosedFormError:
            continue
        rule = Words("gradient of {0} in {1}", (question.answer, name))
        steps.append(Step(question.mean(T), found.closed, rule))
        claims += [c for c in found.claims(T, found.closed, None) if c not in claims]
    return steps, tuple(claims)


def _relations(law: VectorLaw) -> tuple[Relation, ...]:
    return law.relations()
