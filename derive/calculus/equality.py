"""Whether two expressions are equal: by their normal forms, else by numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from derive.asking import elaborate_all
from derive.check.certificate import Certificate, certify, refuted_by
from derive.check.claim import Plan
from derive.check.probing import MOST_PROBES, probe
from derive.check.relations import Equation
from derive.check.sizes_as_numbers import is_polynomial_in_sizes, where_not_zero
from derive.engine.conditions import conditions_of
from derive.engine.definitions import is_identity_by_definitions
from derive.engine.expansion import difference, is_identity
from derive.engine.facts import with_facts
from derive.errors import NoRuleError, RefutedError
from derive.language.expression import Node, is_zero
from derive.language.relations import Condition, Relation, Words
from derive.reading import require_known
from derive.writing.plain import PlainNotation, plain
from derive.writing.sentences import side_runs, text_of

Decision: TypeAlias = Literal["proved", "tested", "different", "undecided"]

SENTENCES: dict[Decision, str] = {
    "proved": "proved equal: the normal forms agree",
    "tested": "equal at every point tested; not proved",
    "different": "different",
    "undecided": "not decided",
}
PROBES_OF_A_PROOF = 100
SPECIAL = "zeros, ties, kinks, singular matrices, large sizes"


@dataclass(frozen=True, repr=False)
class Equality:
    """Two expressions and whether they are equal.

    Attributes
    ----------
    left, right : Node
        What was compared.
    decision : "proved", "tested", "different" or "undecided"
        Proved by the normal forms; else what numbers said at random points.
    facts : tuple of Words
        The declared facts that the proof uses.
    needs : tuple of Relation or Words
        Where both sides are defined; equality is meant there.
    certificate : Certificate
        The comparison of values, made in every case.
    probes : int
        At how many points besides they were compared that random points never are: zeros,
        ties and kinks, singular and nilpotent matrices, large sizes.
    """

    left: Node
    right: Node
    decision: Decision
    facts: tuple[Words, ...]
    needs: tuple[Condition, ...]
    certificate: Certificate = field(compare=False)
    probes: int = 0

    @property
    def question(self) -> str:
        """What was asked, in plain text."""
        return f"is {plain(self.left)} = {plain(self.right)}"

    @property
    def conditions(self) -> tuple[str, ...]:
        """Where both sides are defined, in plain text."""
        return tuple(map(_worded, self.needs))

    @property
    def counterexample(self) -> str:
        """A point at which the sides differ, with both values; empty if none was found."""
        return next((f.counterexample for f in self.certificate.findings if f.counterexample), "")

    def text(self) -> str:
        """The answer with what it rests on."""
        lines = [self.question, f"  {SENTENCES[self.decision]}"]
        lines.extend(f"  since {_worded(fact)}" for fact in self.facts)
        if self.conditions:
            lines.append(f"  where {', '.join(self.conditions)}")
        if self.decision == "different":
            lines.append(f"  {self.counterexample}")
        else:
            lines.append(f"  {self.certificate.summary()}")
            if self.probes:
                points = "special point" if self.probes == 1 else "special points"
                lines.append(f"  and at {self.probes} {points}: {SPECIAL}")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<{self.decision}: {plain(self.left)} = {plain(self.right)}>"

    def __bool__(self) -> bool:
        """Whether the expressions are equal, as far as is known.

        Raises
        ------
        NoRuleError
            It was not decided.
        """
        if self.decision == "undecided":
            raise NoRuleError(
                f"whether the expressions are equal was not decided\n"
                f"  asked    : {self.question}\n  reason   : {self.certificate.reason}"
            )
        return self.decision != "different"


def equal(left: Any, right: Any, shapes: str = "") -> Equality:
    """Decide whether two expressions are equal wherever both are defined.

    Parameters
    ----------
    left, right : str, SymPy expression, Node or Derivation, of one shape
        Texts are read with `shapes`.
    shapes : str
        Shapes and facts of the names in a text, e.g. ``"A: n x d, x: d"``.

    Returns
    -------
    Equality
        ``.decision`` is ``"proved"`` if the normal forms agree, ``"tested"`` if only the
        values do at random points, ``"different"`` with a ``.counterexample``, or
        ``"undecided"``.  As a truth value it is true for the first two.

    Raises
    ------
    ShapeError
        The shapes differ.
    ReadError
        A text cannot be read.
    RefutedError
        The normal forms agree and the values do not: an error of this library.

    References
    ----------
    magnus2019, Matrix Differential Calculus, chapter 1.

    Examples
    --------
    >>> answer = equal("inv(A*B)*A*x", "inv(B)*x", "A: n x n, B: n x n, x: n")
    >>> answer.decision
    'proved'
    >>> bool(equal("A*B", "B*A", "A: n x n, B: n x n"))
    False
    """
    one, other = elaborate_all([left, right], shapes)
    if not isinstance(left, str) and not isinstance(right, str):
        require_known([one, other], shapes, ())
    needs = tuple(dict.fromkeys((*conditions_of(one), *conditions_of(other))))
    (simple, used), (simpler, more) = with_facts(one), with_facts(other)
    facts: tuple[Words, ...] = ()
    gap = difference(one, other)
    is_proved = is_zero(gap) or is_identity_by_definitions(one, other)
    if not is_proved and (used or more):
        is_proved = is_identity(simple, simpler) or is_identity_by_definitions(simple, simpler)
        facts = tuple(dict.fromkeys((*used, *more))) if is_proved else ()
    claim = _claim(one, other, needs, None if is_proved else gap)
    certificate, probes = _examined(claim, PROBES_OF_A_PROOF if is_proved else MOST_PROBES)
    if is_proved and certificate.verdict == "refuted":
        raise RefutedError(f"the normal forms agree and the values do not: {certificate.reason}")
    return Equality(
        one, other, _decision(is_proved, certificate), facts, needs, certificate, probes
    )


def _claim(one: Node, other: Node, needs: tuple[Condition, ...], gap: Node | None) -> Equation:
    """That the sides are equal where both have values; at sizes at which a polynomial tells."""
    sizes = where_not_zero(gap) if gap is not None and is_polynomial_in_sizes(gap) else None
    return Equation(
        Relation(one, "=", other),
        inputs=(one, other),
        conditions=needs,
        difference=gap,
        sizes=tuple((sizes or {}).items()),
    )


def _examined(claim: Equation, most: int) -> tuple[Certificate, int]:
    """The comparison at random points, then at probes, and how many probes there were."""
    plan = Plan()
    certificate = certify([claim], plan)
    if certificate.verdict == "refuted":
        return certificate, 0
    probed = probe(claim, plan, most)
    if probed.failure is not None:
        certificate = refuted_by(probed.failure, certificate)
    return certificate, probed.count


def _decision(is_proved: bool, certificate: Certificate) -> Decision:
    if is_proved:
        return "proved"
    found: dict[str, Decision] = {"verified": "tested", "refuted": "different"}
    return found.get(certificate.verdict, "undecided")


def _worded(condition: Condition) -> str:
    return text_of(side_runs(condition, PlainNotation()))
