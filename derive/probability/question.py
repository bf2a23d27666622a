"""A question about laws: the names used in its lines, its scalar algebra, what it stands under.

In: laws.  Out: letters for their densities, a name for the value, and the same laws with
letters in the places that scalar algebra should not look into.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import sympy

from derive.check.law_bench import LawBench, law_variable
from derive.engine.conditions import conditions_of
from derive.engine.scalar_algebra import ScalarAlgebra, operation_count
from derive.engine.stated_needs import follows_from, without_implied
from derive.language.canonical import canonical
from derive.language.expression import Node, multiply, number, symbol
from derive.language.facts import FACTS
from derive.language.functions import elementwise, expectation, postorder
from derive.language.law import Law, symbol_conditions
from derive.language.merged_names import ordered_symbols
from derive.language.properties import is_inside_unit, is_positive
from derive.language.relations import Condition, Relation, Words
from derive.language.vector_law import VectorLaw
from derive.steps import Step

VALUE_NAMES = ("x", "t", "u", "z", "x_")
MOST_FACTORS = 10  # the gamma function of a larger number is not written out
LONGEST = 10**9  # a number above or below a fraction is taken apart up to here
LETTERS = (("p", "q", "r"), ("P", "Q", "R"), ("f", "g", "h"), ("p_", "q_", "r_"))


@dataclass(frozen=True)
class Question:
    """The laws of a question, the names used for them, and their scalar algebra.

    Attributes
    ----------
    laws : tuple of Law
        The law averaged over comes first.
    letters : tuple of symbol
        What the densities are called.
    answer : symbol
        What the answer is called.
    variable : symbol
        The value averaged over.
    algebra : ScalarAlgebra
    opened : tuple of Law
        The laws with parameters that SymPy should not look into as letters.
    needs : tuple of Relation
        What the answer is stated under, beside what the laws need themselves.
    others : tuple of symbol
        Names that are no parameters.
    """

    laws: tuple[Law, ...]
    letters: tuple[Node, ...]
    answer: Node
    variable: Node
    algebra: ScalarAlgebra
    opened: tuple[Law, ...]
    needs: tuple[Relation, ...] = ()
    others: tuple[Node, ...] = ()

    @property
    def symbols(self) -> tuple[Node, ...]:
        """All free names, those of the laws first."""
        return tuple(dict.fromkeys((*(s for p in self.laws for s in p.symbols), *self.others)))

    def given(self, needs: tuple[Relation, ...]) -> Question:
        """The same question where something holds between the parameters."""
        strict = {_gap(need) for need in needs if need.sign == ">"}
        kept = [n for n in needs if n.sign not in {"<=", ">="} or _gap(n) not in strict]
        return replace(self, needs=without_implied(tuple(dict.fromkeys(kept))))

    @property
    def bench(self) -> LawBench:
        """Where the claims about this question are tested."""
        named = zip(self.letters, self.laws, strict=True)
        laws = {letter.name: law for letter, law in named}
        return LawBench(laws, self.variable, self.needs, self.others)

    def log_of(self, index: int) -> Node:
        """``log p`` or ``log q``, by name."""
        return elementwise("log", self.letters[index])

    def mean(self, function: Node) -> Node:
        """``E_p[function]``, unevaluated."""
        return expectation(function, self.letters[0].name, self.variable.name)

    @property
    def definitions(self) -> tuple[tuple[Node, Node], ...]:
        """What the letters of the densities stand for."""
        return tuple(
            (letter, elementwise("exp", law.log_density(self.variable)))
            for letter, law in zip(self.letters, self.laws, strict=True)
        )

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What the parameters of all laws must satisfy, down to the names where that is plain."""
        found: dict[Condition, None] = {}
        for condition in (c for law in self.laws for c in law.conditions):
            if _is_settled(condition):
                value = condition.nodes[0] if isinstance(condition, Words) else condition.left
                for part in ordered_symbols(value):
                    found.update(dict.fromkeys(symbol_conditions(part)))
                found.update(dict.fromkeys(conditions_of(value)))
            else:
                found[_without_common_terms(condition, self.algebra)] = None
        found.update(dict.fromkeys(conditions_of_values(self.laws)))
        weaker = [c for c in found if isinstance(c, Relation) and follows_from(c, self.needs)]
        return (*(c for c in found if c not in weaker), *self.needs)


def conditions_of_values(laws: Sequence[Law | VectorLaw]) -> tuple[Condition, ...]:
    """What the parameters need to be defined: a mean ``log(m)`` wants ``m > 0``."""
    values = [value for law in laws for value in law.values if value.op != "symbol"]
    return tuple(dict.fromkeys(c for value in values for c in conditions_of(value)))


def _gap(need: Relation) -> Node:
    """What a relation of order says is not negative."""
    assert isinstance(need.right, Node)
    greater, less = (need.left, need.right) if need.sign[0] == ">" else (need.right, need.left)
    return canonical(greater - less)


def _is_settled(condition: Condition) -> bool:
    """Whether ``a > 0`` or ``0 < a < 1`` follows from what is declared of the letters in a."""
    if isinstance(condition, Words):
        is_inside = condition.text == FACTS["probability"].condition
        return is_inside and is_inside_unit(condition.nodes[0])
    if condition.right is not number(0):
        return False
    return condition.sign == ">" and is_positive(condition.left)


def pose(
    laws: tuple[Law, ...],
    answers: tuple[str, ...],
    variable: Node | None = None,
    others: tuple[Node, ...] = (),
) -> Question:
    """Choose names that no parameter has, and set up the algebra.

    `variable` is the value averaged over where it has a name; `others` are further names.
    """
    symbols = tuple(dict.fromkeys((*(s for law in laws for s in law.symbols), *others)))
    taken = {s.name for s in (*symbols, *(() if variable is None else (variable,)))}
    pairs = [pair for pair in LETTERS if not taken & set(pair[: len(laws)])]
    letters = tuple(symbol(name) for name in pairs[0][: len(laws)])
    taken |= {letter.name for letter in letters}
    if variable is None:
        variable = law_variable(laws[0], free_name(VALUE_NAMES, taken))
    answer = symbol(free_name((*answers, *(name + "_" for name in answers)), taken))
    algebra = ScalarAlgebra((variable, *symbols))
    opened = tuple(_with_letters(law, algebra) for law in laws)
    return Question(laws, letters, answer, variable, algebra, opened, (), others)


def free_name(names: Iterable[str], taken: set[str]) -> str:
    return next(name for name in names if name not in taken)


def support_words(question: Question) -> Words:
    """Where the value lies."""
    words = question.laws[0].support.words(1)
    return Words(f"{{0}} lies in {words.text}", (question.variable, *words.nodes))


def told(*steps: Step) -> tuple[Step, ...]:
    """The steps without those that change nothing."""
    return tuple(step for step in steps if step.before is not step.after)


def _with_letters(law: Law, algebra: ScalarAlgebra) -> Law:
    """The law with every parameter that SymPy cannot or should not look into as a letter.

    Those are a parameter whose sign it cannot see, a number that is long, and a large number
    whose gamma function it would write out.
    """
    values = []
    for place, value in zip(law.parameters, law.values, strict=True):
        is_plain = value.op == "symbol" or (value.is_number and not _is_long(value, law))
        if not is_plain and not all(_is_provably(value, fact, algebra) for fact in place.facts):
            value = algebra.closed(value, place.name + "_value", place.facts)
        values.append(value)

    def letter(difference: Node) -> Node:
        factor, rest = _collected(difference, algebra)
        return factor if rest is number(1) else multiply(factor, algebra.length(rest))

    return law.with_values(*type(law).apart(letter, *values))


def _collected(node: Node, algebra: ScalarAlgebra) -> tuple[Node, Node]:
    """A positive number and what it multiplies: ``2*h`` for ``a + 2*h - a``.

    Of a node that is no scalar form, and where it is shorter as it is, the number is 1.
    """
    if node.is_number:
        return node, number(1)
    if not algebra.has_form(node):
        return number(1), node
    content, rest = sympy.expand(algebra.expr(node)).primitive()
    short = algebra.node(rest)
    if content == 1 and operation_count(short) >= operation_count(node):
        return number(1), node
    return algebra.node(content), short


def _without_common_terms(condition: Condition, algebra: ScalarAlgebra) -> Condition:
    """``a < a + h`` as ``h > 0``."""
    if not isinstance(condition, Relation) or not isinstance(condition.right, Node):
        return condition
    sides = (condition.left, condition.right)
    if condition.sign not in {"<", "<=", ">", ">="} or number(0) in sides:
        return condition
    _, short = _collected(_gap(condition), algebra)
    if operation_count(short) >= max(map(operation_count, sides)):
        return condition
    return Relation(short, ">=" if "=" in condition.sign else ">", number(0))


def _is_long(value: Node, law: Law) -> bool:
    """Whether a number is written out only at length, itself or in its gamma function."""
    if max(abs(value.data.numerator), value.data.denominator) > LONGEST:
        return True
    terms = postorder(law.log_density(symbol(VALUE_NAMES[0])))
    under_gamma = any(t.op == "map" and t.data == "loggamma" and value in t.args for t in terms)
    return under_gamma and value.data > MOST_FACTORS


def _is_provably(value: Node, fact: str, algebra: ScalarAlgebra) -> bool:
    if value.is_number or not algebra.has_form(value):
        return False
    if fact == "real":
        return True
    return fact == "positive" and bool(algebra.expr(value).is_positive)
