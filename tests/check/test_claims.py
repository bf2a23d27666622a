"""Claims at points: true ones verified, false ones refuted, the rest unchecked with a reason."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.check.claim import Finding, Plan
from derive.check.claims import SameValue
from derive.check.directions import STRUCTURES
from derive.check.gradients import GradientOf
from derive.check.points import Bench, Setting
from derive.check.relations import Equation
from derive.check.traces import line_claims
from derive.errors import ShapeError
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language.blocks import vstack
from derive.language.expression import number, ones
from derive.language.extremes import largest, smallest
from derive.language.facts import close_facts
from derive.language.functions import differential, elementwise, nabla
from derive.language.relations import Relation, Words
from derive.language.sizes import Size
from derive.steps import Step, Trace

n, d = Size.named("n"), Size.named("d")
HALF = Fraction(1, 2)


def declare(name, shape=(1, 1), *facts):
    return ex.symbol(name, shape, close_facts(facts, name, shape))


X, W = declare("X", (n, d)), declare("W", (n, d))
w, a_d = declare("w", (d, 1)), declare("a", (d, 1))
y, u, v = declare("y", (n, 1)), declare("u", (n, 1)), declare("v", (n, 1))
M, S = declare("M", (n, n)), declare("S", (n, n), "symmetric")
t, f = declare("t"), declare("f")
ALWAYS_POSITIVE = t**2 + t + 1  # though not plainly so


def find(claim, plan=None) -> Finding:
    return claim.examine(plan or Plan())


def gradient(function, variable, result, **rest) -> Finding:
    return find(GradientOf(function, variable, result, **rest))


# --- facts and free directions ----------------------------------------------------------


def test_a_symmetric_fact_used_before_differentiation_is_refuted():
    function = u.T @ S @ v + v.T @ S @ u
    assert gradient(function, S, 2 * u @ v.T).verdict == "refuted"
    assert gradient(function, S, u @ v.T + v @ u.T).verdict == "verified"


def test_a_line_that_uses_the_fact_after_differentiation_holds():
    line = SameValue(S.T @ u + S @ u, 2 * S @ u)
    assert find(line).verdict == "verified"
    assert find(SameValue(M.T @ u + M @ u, 2 * M @ u)).verdict == "refuted"


def test_a_differential_line_moves_freely():
    before = differential(u.T @ S @ v + v.T @ S @ u)
    dS = differential(S)
    merged = SameValue(before, 2 * u.T @ dS @ v, variable=S)
    true = SameValue(before, u.T @ dS @ v + v.T @ dS @ u, variable=S)
    assert find(merged).verdict == "refuted"
    assert find(true).verdict == "verified"


def test_definite_and_orthogonal_facts_are_met_by_the_points():
    K, Q = declare("K", (n, n), "spd"), declare("Q", (n, n), "orthogonal")
    assert gradient(fn.logdet(K), K, ex.inverse(K.T)).verdict == "verified"
    assert find(SameValue(Q.T @ Q, ex.eye(n))).verdict == "verified"
    # the fact holds at the points, but the gradient is that of a free variable
    assert gradient(fn.trace(Q.T @ Q), Q, ex.zero((n, n))).verdict == "refuted"
    assert gradient(fn.trace(Q.T @ Q), Q, 2 * Q).verdict == "verified"


@pytest.mark.parametrize(
    ("structure", "result"),
    [
        ("free", u @ v.T),
        ("symmetric", HALF * (u @ v.T + v @ u.T)),
        ("entries", u @ v.T + v @ u.T - fn.diag(fn.hadamard(u, v))),
        ("diagonal", fn.diag(fn.hadamard(u, v))),
    ],
)
def test_each_structure_has_its_gradient(structure, result):
    function = u.T @ M @ v
    assert gradient(function, M, result, structure=structure).verdict == "verified"
    for other in set(STRUCTURES) - {structure}:
        if (structure, other) != ("diagonal", "lower") and other not in {"lower", "upper"}:
            assert gradient(function, M, result, structure=other).verdict == "refuted", other


def test_triangular_and_orthogonal_structures():
    L = ex.symbol("L", (2, 2))
    a, b, c, e = (ex.symbol(name) for name in "abce")
    function = fn.trace(fn.array([[a, b], [c, e]]).T @ L)
    lower = fn.array([[a, number(0)], [c, e]])
    assert gradient(function, L, lower, structure="lower").verdict == "verified"
    assert gradient(function, L, lower, structure="upper").verdict == "refuted"
    Q = declare("Q", (n, n), "orthogonal")
    slope = fn.trace(M.T @ Q)
    tangent = HALF * (M - Q @ M.T @ Q)
    assert gradient(slope, Q, tangent, structure="orthogonal").verdict == "verified"
    assert gradient(slope, Q, M, structure="orthogonal").verdict == "refuted"


def test_an_unknown_structure_is_unchecked_by_name():
    finding = gradient(fn.trace(M), M, ex.eye(n), structure="circulant")
    assert (finding.verdict, finding.level) == ("unchecked", "not checked")
    assert "circulant" in finding.reason


# --- shapes, signs, factors -------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "variable", "wrong"),
    [
        (u.T @ M @ u, u, 2 * M @ u),  # holds for symmetric M
        (fn.trace(M @ M), M, 2 * M),  # a dropped transpose
        (fn.norm2(X @ w - y) ** 2 * HALF, w, X.T @ (X @ w + y)),  # a sign inside
        (fn.norm2(X @ w - y) ** 2, w, X.T @ (X @ w - y)),  # a factor
        (fn.logdet(M), M, ex.inverse(M)),
        (fn.trace(X.T @ M @ X), X, (M + M) @ X),
        (t**4, t, 4 * t**3 + number(Fraction(1, 10**15))),  # a small error
    ],
)
def test_textbook_slips_are_refuted(function, variable, wrong):
    finding = gradient(function, variable, wrong)
    assert finding.verdict == "refuted"
    assert "against" in finding.counterexample


def test_each_size_set_has_distinct_sizes_and_is_reported():
    finding = gradient(fn.norm2(X @ w) ** 2, w, 2 * X.T @ X @ w)
    assert finding.verdict == "verified"
    assert finding.sizes == (
        (("n", 4), ("d", 3)),
        (("n", 2), ("d", 5)),
        (("n", 1), ("d", 4)),
    )
    assert finding.points == 12
    assert 0 <= finding.worst < 1e-25


def test_sizes_at_which_the_input_is_undefined_are_replaced():
    finding = gradient(fn.logdet(X.T @ X), X, 2 * X @ ex.inverse(X.T @ X))
    assert finding.verdict == "verified"
    assert all(dict(sizes)["n"] >= dict(sizes)["d"] for sizes in finding.sizes)
    assert len(finding.sizes) == 3


# --- kinks, domains, nan ----------------------------------------------------------------


def test_kinks_are_avoided_and_said_so():
    finding = gradient(fn.norm1(w), w, elementwise("sign", w))
    assert (finding.verdict, finding.level) == ("verified", "enclosed at points")
    assert finding.avoided == ("the kink of abs",)


def test_a_dropped_absolute_value_or_wrong_branch_is_refuted():
    cube = elementwise("abs", t) ** 3
    assert gradient(cube, t, 3 * t**2).verdict == "refuted"
    assert gradient(cube, t, 3 * t * elementwise("abs", t)).verdict == "verified"
    assert gradient(elementwise("relu", t) ** 2, t, 2 * t).verdict == "refuted"
    assert gradient(fn.norm1(X @ w - y), w, X.T @ ones(n)).verdict == "refuted"


def test_a_branch_that_is_rarely_taken_is_visited():
    # the argument is negative at about one point in fifty
    rare = elementwise("relu", t - 3)
    wrong = find(SameValue(rare, ex.zero((1, 1))))
    assert wrong.verdict == "refuted"


def test_a_shifted_branch_is_looked_for():
    # both answers agree unless an entry of the argument lies between 2/3 and 1
    hinge = fn.total(elementwise("relu", ones(n) - u))
    shifted = -elementwise("step", ones(n) - Fraction(3, 2) * u)
    assert gradient(hinge, u, shifted).verdict == "refuted"
    assert gradient(hinge, u, -elementwise("step", ones(n) - u)).level == "enclosed at points"


def test_a_branch_seen_from_one_side_only_weakens_the_level():
    finding = gradient(elementwise("abs", ALWAYS_POSITIVE), t, 2 * t + 1)
    assert (finding.verdict, finding.level) == ("verified", "visited regions only")
    plain = gradient(elementwise("abs", t**2 + 1), t, 2 * t)
    assert (plain.verdict, plain.level) == ("verified", "enclosed at points")


def test_an_entry_that_never_was_the_largest_weakens_the_level():
    x, z = declare("x"), declare("z")
    thousand = number(1000)
    assert find(SameValue(largest(x, thousand), thousand)).level == "visited regions only"
    never = find(SameValue(largest(x, z, x - x**2 - 1), largest(x, z)))
    assert (never.verdict, never.level) == ("verified", "visited regions only")
    assert find(SameValue(largest(x, z), -smallest(-x, -z))).level == "enclosed at points"
    tall = vstack(u, thousand)
    assert find(SameValue(largest(tall), thousand)).level == "visited regions only"


def test_an_entry_that_is_rarely_the_largest_is_visited():
    x, z = declare("x"), declare("z")
    assert find(SameValue(largest(x, z, number(3)), largest(z, number(3)))).verdict == "refuted"


def test_a_claim_with_a_branch_or_domain_of_its_own_has_a_weaker_level():
    assert find(SameValue(t**2, elementwise("abs", t) ** 2)).level == "visited regions only"
    assert find(SameValue(elementwise("abs", t) ** 2, t**2)).level == "enclosed at points"
    for name in ("abs", "log"):
        own = elementwise(name, ALWAYS_POSITIVE)
        finding = find(SameValue(t**2, t**2 + own - own))
        assert (finding.verdict, finding.level) == ("verified", "visited regions only")


def test_a_claim_that_is_not_finite_where_its_input_is_is_refuted():
    finding = gradient(t**2, t, 2 * t + elementwise("log", t) - elementwise("log", t))
    assert finding.verdict == "refuted"
    assert "not finite" in finding.reason
    assert gradient(fn.determinant(X @ X.T), X, 2 * _cofactor()).verdict == "refuted"


def _cofactor():
    return fn.determinant(X @ X.T) * ex.inverse(X @ X.T) @ X


def test_a_printed_condition_excuses_the_points_it_excludes():
    for condition in (
        Relation(fn.determinant(X @ X.T), "!=", number(0)),
        Relation(X @ X.T, "is", Words("invertible")),
        Words("{0} invertible", (X @ X.T,)),
    ):
        finding = gradient(fn.determinant(X @ X.T), X, 2 * _cofactor(), conditions=(condition,))
        assert finding.verdict == "verified"
        assert any("fails" in text for text in finding.avoided)


def test_a_condition_excuses_no_point_that_keeps_it():
    condition = Relation(t, ">", number(0))
    finding = gradient(t**3, t, 3 * t**2 + 1, conditions=(condition,))
    assert finding.verdict == "refuted"
    assert gradient(elementwise("abs", t), t, number(1), conditions=(condition,)).points >= 6


def test_logarithms_find_their_domain():
    for function, result in (
        (elementwise("log", t), 1 / t),
        (elementwise("log", 1 - w.T @ w), -2 / (1 - w.T @ w) * w),
        (
            fn.total(elementwise("arcsin", w)),
            ex.elementwise_power(ones(d) - ex.elementwise_power(w, number(2)), number(-HALF)),
        ),
        (elementwise("log", t - 40), 1 / (t - 40)),
        ((w.T @ w - 9) ** HALF, (w.T @ w - 9) ** -HALF * w),
    ):
        variable = t if t in function.symbols else w
        finding = gradient(function, variable, result)
        assert finding.verdict == "verified", finding.reason


def test_an_empty_domain_is_unchecked_with_a_reason():
    finding = gradient(elementwise("log", -(t**2)), t, 2 / t)
    assert (finding.verdict, finding.level) == ("unchecked", "not checked")
    assert finding.reason == (
        "only 0 admissible points were found, 6 are needed (avoiding arguments <= 0 of log)"
        "; facts such as positive or spd narrow where points are looked for"
    )


def test_contradictory_facts_are_unchecked():
    D = declare("D", (n, n), "orthogonal", "positive")
    finding = gradient(fn.trace(D) ** 2, D, 2 * fn.trace(D) * ex.eye(n))
    assert finding.verdict == "unchecked"


def test_a_gradient_at_a_kink_that_never_moves_is_well_defined():
    function = fn.norm1(fn.diag(w))
    assert gradient(function, w, elementwise("sign", w)).verdict == "verified"


def test_cancellation_is_decided_with_more_digits():
    # the slope at t = 100 is 1e-86: at 50 digits both sides are noise
    function = elementwise("tanh", t * 100)
    assert (
        gradient(function, t, 100 * (1 - elementwise("tanh", t * 100) ** 2)).verdict == "verified"
    )
    assert gradient(function, t, 100 * (1 + elementwise("tanh", t * 100) ** 2)).verdict == "refuted"


def test_an_error_is_never_measured_against_nothing():
    # at size 1 the quotient is constant: its slope is zero, and both sides are noise
    quotient = u.T @ M @ u / (u.T @ u)
    slope = 1 / (u.T @ u) * (M @ u + M.T @ u) - 2 * (u.T @ M @ u) * (u.T @ u) ** -2 * u
    finding = gradient(quotient, u, slope)
    assert finding.verdict == "verified"
    assert finding.worst < 1e-25


def test_overlapping_balls_that_stay_wide_are_unchecked():
    pi = ex.constant("pi")
    zero = (pi + 1) * (pi - 1) - pi**2 + 1
    finding = find(Equation(Relation(zero, "<", number(0))))
    assert (finding.verdict, finding.points) == ("unchecked", 0)
    assert "too uncertain to compare, even with 400 digits" in finding.reason


def test_an_operator_without_a_value_is_unchecked_by_name():
    mean = fn.expectation(t, "p", "t")
    finding = find(SameValue(mean, t))
    assert finding.verdict == "unchecked"
    assert "a mean under a law has no value" in finding.reason


# --- lines ------------------------------------------------------------------------------

LOSS = HALF * fn.norm2(X @ w - y) ** 2
NAMES = ((f, LOSS),)


def test_lines_with_names_and_differentials():
    r = X @ w - y
    dw = differential(w)
    assert find(SameValue(differential(f), r.T @ X @ dw, NAMES, w)).verdict == "verified"
    assert find(SameValue(differential(f), r.T @ X @ w, NAMES, w)).verdict == "refuted"
    assert find(SameValue(differential(f), (X.T @ r).T @ dw, NAMES, w)).verdict == "verified"


def test_the_read_off_line():
    assert find(SameValue(nabla(f, w), X.T @ (X @ w - y), NAMES, w)).verdict == "verified"
    assert find(SameValue(nabla(f, w), X.T @ (X @ w) - y.T @ y * w, NAMES, w)).verdict == "refuted"
    twice = SameValue(2 * nabla(f, w), 2 * X.T @ (X @ w - y), NAMES, w)
    assert find(twice).verdict == "verified"


def test_sides_of_two_shapes_are_refused():
    with pytest.raises(ShapeError, match="compares"):
        SameValue(X @ w, w)
    with pytest.raises(ShapeError, match="of shape d x n"):
        GradientOf(fn.total(X), X, X.T)
    with pytest.raises(ShapeError, match="gradient is of a scalar"):
        GradientOf(X @ w, w, w)


def test_the_claims_of_a_trace():
    line = Step(differential(f), (X @ w - y).T @ X @ differential(w), "squared norm")
    words = Step(None, Words("so {0} is smooth", (f,)), "by inspection")
    stated = Step(None, Relation(f, ">=", number(0)), "a square")
    trace = Trace(Words("?"), NAMES, (line, words, stated), (), (), ())
    claims = line_claims(trace, w)
    assert [type(claim) for claim in claims] == [SameValue, Equation]
    assert [find(claim).verdict for claim in claims] == ["verified", "verified"]
    assert [claim.kind for claim in claims] == ["line", "line"]


# --- relations --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("relation", "verdict"),
    [
        (Relation((u.T @ v) ** 2, "<=", (u.T @ u) * (v.T @ v)), "verified"),
        (Relation((u.T @ v) ** 2, ">", (u.T @ u) * (v.T @ v)), "refuted"),
        (Relation(elementwise("exp", u), ">", u), "verified"),
        (Relation(elementwise("exp", u), "!=", u), "verified"),
        (Relation(u, "<", v), "refuted"),
        (Relation(fn.trace(M), "=", fn.trace(M.T)), "verified"),
        (Relation(M, "=", M.T), "refuted"),
        (Relation(u, "!=", u), "refuted"),
        (Relation(M, "is", Words("invertible")), "unchecked"),
    ],
)
def test_relations(relation, verdict):
    finding = find(Equation(relation))
    assert finding.verdict == verdict, finding.reason
    if verdict != "unchecked":
        mutants = [find(mutant).verdict for mutant in Equation(relation).mutants()]
        assert verdict == "refuted" or set(mutants) == {"refuted"}


def test_a_solution_put_into_an_equation():
    K = declare("K", (n, n), "spd")
    solution = ((f_vector := declare("z", (n, 1)), ex.inverse(K) @ u),)
    stationary = Equation(Relation(K @ f_vector - u, "=", ex.zero((n, 1))), solution)
    assert find(stationary).verdict == "verified"


# --- points -----------------------------------------------------------------------------


def test_points_are_the_same_for_the_same_question_and_seed():
    def values(seed):
        bench = Bench(Setting((LOSS,), (), (w,)), Plan(seed=seed))
        return [point.values[w].tolist() for point in bench.points]

    assert values(0) == values(0)
    assert values(0) != values(1)


def test_points_do_not_depend_on_what_is_admissible_for_the_answer():
    claim = GradientOf(t**2, t, 2 * t * elementwise("log", t) / elementwise("log", t))
    assert claim.setting().inputs == (t**2,)
    assert find(claim).verdict == "refuted"


def test_a_plan_may_ask_for_more_points_and_digits():
    finding = find(GradientOf(fn.logsumexp(w), w, fn.softmax(w)), Plan(points=30, digits=80))
    assert finding.points == 30
    assert finding.worst < 1e-70


# --- numbers past the range of floats ---------------------------------------------------

BIG = number(10**400)
PAST_FLOATS = [
    (BIG * t**2, 2 * BIG * t, 3 * BIG * t),
    (t**2 / BIG, 2 * t / BIG, t / BIG),
    (elementwise("log", t**2 / BIG), 2 / t, 1 / t),
    (
        elementwise("exp", -((number(10**200) * t) ** 2) / BIG),
        -2 * t * elementwise("exp", -(t**2)),
        t,
    ),
]


@pytest.mark.parametrize(("function", "right", "wrong"), PAST_FLOATS)
def test_numbers_that_no_float_holds_are_judged_by_balls(function, right, wrong):
    assert gradient(function, t, right).verdict == "verified"
    assert gradient(function, t, wrong).verdict == "refuted"
