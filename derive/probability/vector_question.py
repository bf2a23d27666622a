"""A question about laws of vectors or matrices: names, and the lines that means share."""

from __future__ import annotations

from dataclasses import dataclass

from derive.check.vector_bench import VectorBench
from derive.check.vector_claims import VectorMeanClaim, mass_claims
from derive.engine.exact_scalars import with_numbers_written_out
from derive.engine.naming import substituted
from derive.engine.vector_form import collected
from derive.engine.vector_mean import VectorMeans, settled
from derive.engine.vector_openings import opened_logdets
from derive.errors import ShapeError
from derive.language.expression import Node, symbol
from derive.language.facts import close_facts
from derive.language.functions import elementwise, expectation
from derive.language.relations import Condition, Relation, Words
from derive.language.sizes import shape_text
from derive.language.vector_law import VectorLaw, require_apart
from derive.probability.question import LETTERS, conditions_of_values, free_name, told
from derive.steps import Step

VECTOR_VALUES = ("x", "t", "u", "z", "x_")
MATRIX_VALUES = ("X", "W", "Y", "Z", "X_")


@dataclass(frozen=True)
class VectorQuestion:
    """The laws of a question and the names used for them.

    Attributes
    ----------
    laws : tuple of VectorLaw
        The law averaged over comes first.
    letters : tuple of symbol
        What the densities are called.
    answer : symbol
    value : symbol
        What is averaged over.
    others : tuple of symbol
        Names that are no parameters.
    """

    laws: tuple[VectorLaw, ...]
    letters: tuple[Node, ...]
    answer: Node
    value: Node
    others: tuple[Node, ...] = ()

    @property
    def symbols(self) -> tuple[Node, ...]:
        """All free names, those of the laws first."""
        return tuple(dict.fromkeys((*(s for p in self.laws for s in p.symbols), *self.others)))

    def mean(self, function: Node) -> Node:
        """``E_p[function]``, unevaluated."""
        return expectation(function, self.letters[0].name, self.value.name)

    def log_of(self, index: int) -> Node:
        """``log p`` or ``log q``, by name."""
        return elementwise("log", self.letters[index])

    @property
    def definitions(self) -> tuple[tuple[Node, Node], ...]:
        """What the letters of the densities stand for."""
        return tuple(
            (letter, elementwise("exp", with_numbers_written_out(law.log_density(self.value))))
            for letter, law in zip(self.letters, self.laws, strict=True)
        )

    def bench(self, needs: tuple[Relation, ...]) -> VectorBench:
        """Where the claims about this question are tested."""
        named = zip(self.letters, self.laws, strict=True)
        return VectorBench({s.name: law for s, law in named}, self.value, needs, self.others)

    def conditions(self, needs: tuple[Relation, ...]) -> tuple[Condition, ...]:
        """What the parameters must satisfy, and what the means need."""
        found = [c for law in self.laws for c in law.conditions]
        return tuple(dict.fromkeys([*found, *conditions_of_values(self.laws), *needs]))


def pose_vectors(
    laws: tuple[VectorLaw, ...],
    answers: tuple[str, ...],
    value: Node | None = None,
    others: tuple[Node, ...] = (),
) -> VectorQuestion:
    """Choose names that no parameter has."""
    symbols = [s for law in laws for s in law.symbols]
    named = {s.name for s in (*others, *(() if value is None else (value,)))}
    require_apart(repr(laws[0]), named, laws[0].size_of.values())
    taken = {s.name for s in (*symbols, *others, *(() if value is None else (value,)))}
    taken |= {str(size) for law in laws for size in law.size_of.values()}
    pairs = [pair for pair in LETTERS if not taken & set(pair[: len(laws)])]
    letters = tuple(symbol(name) for name in pairs[0][: len(laws)])
    taken |= {letter.name for letter in letters}
    if value is None:
        names = VECTOR_VALUES if laws[0].value("x").shape[1] == 1 else MATRIX_VALUES
        value = laws[0].value(free_name(names, taken))
    answer = symbol(free_name((*answers, *(name + "_" for name in answers)), taken))
    return VectorQuestion(laws, letters, answer, value, others)


def merge_vector_symbols(*laws: VectorLaw) -> tuple[VectorLaw, ...]:
    """The same laws with equal names made one symbol, with the facts of all its places.

    Sizes that a law was not told are those of the first law.

    Raises
    ------
    ShapeError
        The laws have values of different shapes, or one name has two shapes.
    DeclarationError
        The facts of a name contradict each other.
    """
    first = laws[0]
    sized = (first, *(law.sized_like(first) for law in laws[1:]))
    for law in sized[1:]:
        if law.value("x").shape != first.value("x").shape:
            raise ShapeError(
                f"{first!r} has values of shape {shape_text(first.value('x').shape)}, "
                f"{law!r} of shape {shape_text(law.value('x').shape)}\n"
                f"  to fix   : give laws of values of one shape"
            )
    names = {s.name for law in sized for s in law.symbols}
    require_apart(f"{first!r} and {sized[-1]!r}", names, first.size_of.values())
    facts: dict[str, set[str]] = {}
    shapes: dict[str, Node] = {}
    for law in sized:
        for found in law.symbols:
            facts.setdefault(found.name, set()).update(found.facts)
            if shapes.setdefault(found.name, found).shape != found.shape:
                raise ShapeError(
                    f"{found.name} has shape {shape_text(shapes[found.name].shape)} in one law "
                    f"and {shape_text(found.shape)} in another\n"
                    f"  to fix   : give different names"
                )
    merged = {
        name: symbol(name, known.shape, close_facts(tuple(sorted(facts[name])), name, known.shape))
        for name, known in shapes.items()
    }
    return tuple(
        law.with_values(
            *(
                substituted(v, {s: merged[s.name] for s in v.symbols if s.op == "symbol"})
                for v in law.values
            )
        )
        for law in sized
    )


@dataclass(frozen=True)
class FoundMean:
    """The mean of an expression: the lines to it, and what they need."""

    question: VectorQuestion
    function: Node
    expanded: Node
    means: VectorMeans
    averaged: Node
    closed: Node

    @property
    def requires(self) -> tuple[Relation, ...]:
        """What must hold for the means to exist; what certainly holds is left out."""
        found = dict.fromkeys(need for mean in self.means.found.values() for need in mean.requires)
        return tuple(need for need in found if need.left.symbols)

    def mean_steps(self) -> tuple[Step, ...]:
        """One line per core: its mean and where that comes from."""
        mean = self.question.mean
        return tuple(
            Step(mean(core), with_numbers_written_out(found.value), found.origin)
            for core, found in self.means.found.items()
        )

    def kernel_steps(self) -> tuple[Step, ...]:
        """The total whose gradient some of the means are."""
        if not any("log Z" in found.origin for found in self.means.found.values()):
            return ()
        kernel = self.means.kernel
        assert kernel is not None
        letters, meanings = self.means.natural()
        total = kernel.log_total(*self.means.law_natural[: kernel.given], *letters)
        text, nodes = "log Z = {0}", [total]
        for letter in letters:
            text += f", {{{len(nodes)}}} = {{{len(nodes) + 1}}}"
            nodes += [letter, settled(meanings[letter])]
        return (Step(None, Words(text, tuple(nodes)), kernel.title),)

    def claims(self, plain: Node, answer: Node, factor: Node | None) -> tuple[VectorMeanClaim, ...]:
        """The lines and the answer against sums over the declared density of `plain`."""
        bench, mean = self.question.bench(self.requires), self.question.mean
        whole = mean(plain)
        lines = (
            VectorMeanClaim(bench, mean(core), found.value, f"E[{core!r}]")
            for core, found in self.means.found.items()
        )
        told_in_unit = whole if factor is None else whole / factor
        return (
            *mass_claims(bench),
            *lines,
            VectorMeanClaim(bench, whole, self.averaged, "linearity of expectation"),
            VectorMeanClaim(bench, told_in_unit, answer, "the answer", "result"),
        )


def mean_of(question: VectorQuestion, function: Node) -> FoundMean:
    """Open an expression of the value and average each core.

    Raises
    ------
    NoClosedFormError
        A function of the value has no mean here; the message names it.
    """
    means = VectorMeans(question.laws[0], question.value)
    expanded = settled(with_numbers_written_out(settled(function)))
    averaged = means.averaged(expanded, question.mean)
    value = means.averaged(expanded, lambda core: means.mean(core).value)
    finished = settled(with_numbers_written_out(settled(opened_logdets(settled(value)))))
    closed = with_numbers_written_out(collected(finished)) if finished.is_scalar else finished
    return FoundMean(question, function, expanded, means, averaged, closed)


def lines_of(
    found: FoundMean, defined: Node, opening: tuple[Step, ...], rule: str
) -> tuple[Step, ...]:
    """From the definition of an answer to its closed form."""
    question = found.question
    return told(
        *opening,
        *found.kernel_steps(),
        *found.mean_steps(),
        Step(question.answer, defined, rule),
        Step(defined, question.mean(found.expanded), "expand the log density"),
        Step(question.mean(found.expanded), found.averaged, "linearity of expectation"),
        Step(found.averaged, found.closed, "insert the means"),
    )


def support_step(question: VectorQuestion) -> Step:
    """Where the value lies."""
    return Step(None, question.laws[0].support_words(question.value), "support")
