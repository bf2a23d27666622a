"""Claims about duals: true ones are verified, each mutant and each classic slip is refuted."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from derive.check.certificate import certify
from derive.check.claim import Plan
from derive.check.dual_samples import DualStatement, Primal, SampledProblems
from derive.check.optimum import DualClaim, dual_claims
from derive.check.programs import Program, Setting, optimum, program
from derive.language.expression import Node, eye, inverse, number, ones, symbol, zero
from derive.language.facts import close_facts
from derive.language.functions import dot, norm2
from derive.language.relations import Relation
from derive.language.sizes import Size

n, m = Size.named("n"), Size.named("m")
HALF = number(Fraction(1, 2))


def declared(name: str, shape, *facts: str) -> Node:
    return symbol(name, shape, close_facts(facts, name, shape))


P, q, x = declared("P", (n, n), "spd"), symbol("q", (n, 1)), symbol("x", (n, 1))
A, b = symbol("A", (m, n)), symbol("b", (m, 1))
nu, lam = symbol("nu", (m, 1)), declared("lam", (m, 1), "nonnegative")


def quadratic_statement(multiplier: Node = nu, sign: str = "=") -> DualStatement:
    """Written by hand: 1/2 x'Px + q'x subject to A x = b (or <= b)."""
    objective = HALF * dot(x, P @ x) + dot(q, x)
    primal = Primal(objective, (x,), (Relation(A @ x, sign, b),))
    slope = q + A.T @ multiplier
    return DualStatement(
        asked=primal,
        worked=primal,
        multipliers=(multiplier,),
        lagrangian=objective + dot(multiplier, A @ x - b),
        dual=-HALF * dot(slope, inverse(P) @ slope) - dot(b, multiplier),
        duals=(multiplier,),
        domain=(),
        eliminated=(),
        recovery=((x, -(inverse(P) @ slope)),),
        points=(),
        sensitivities=(-multiplier,),
    )


@pytest.mark.parametrize(
    "statement",
    [quadratic_statement(), quadratic_statement(lam, "<=")],
    ids=["equality", "inequality"],
)
def test_a_true_dual_is_verified_and_its_mutants_are_refuted(statement):
    for claim in dual_claims(statement):
        finding = claim.examine(Plan())
        assert finding.verdict == "verified", finding
        assert finding.points >= 12
        assert len(finding.sizes) >= 3
        assert all(len(set(dict(sizes).values())) == 2 for sizes in finding.sizes)
        assert claim.mutants()
        for mutant in claim.mutants():
            assert mutant.examine(Plan()).verdict == "refuted"


SLIPS = {
    "sign of b'nu": lambda s: replace(s, dual=s.dual + 2 * dot(b, nu)),
    "factor one half": lambda s: replace(s, dual=2 * s.dual + dot(b, nu)),
    "a looser bound": lambda s: replace(s, dual=s.dual - norm2(nu) ** 2),
    "a constant": lambda s: replace(s, dual=s.dual + 1),
    "recovery without the half": lambda s: replace(s, recovery=((x, 2 * s.recovery[0][1]),)),
}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS.keys())
def test_classic_slips_are_refuted_by_the_gap(slip):
    statement = slip(quadratic_statement())
    problems = SampledProblems(statement)
    assert DualClaim(statement, "gap", problems).examine(Plan()).verdict == "refuted"


def test_a_transposed_matrix_is_refuted():
    S, c, eta = symbol("S", (n, n)), symbol("c", (n, 1)), symbol("eta", (n, 1))
    objective = HALF * norm2(x) ** 2
    primal = Primal(objective, (x,), (Relation(S @ x, "=", c),))
    right = DualStatement(
        asked=primal,
        worked=primal,
        multipliers=(eta,),
        lagrangian=objective + dot(eta, S @ x - c),
        dual=-HALF * norm2(S.T @ eta) ** 2 - dot(c, eta),
        duals=(eta,),
        domain=(),
        eliminated=(),
        recovery=((x, -(S.T @ eta)),),
        points=(),
        sensitivities=(-eta,),
    )
    wrong = replace(right, dual=-HALF * norm2(S @ eta) ** 2 - dot(c, eta))
    for statement, verdict in ((right, "verified"), (wrong, "refuted")):
        claim = DualClaim(statement, "gap", SampledProblems(statement))
        assert claim.examine(Plan()).verdict == verdict


def test_weak_duality_alone_would_miss_a_looser_bound():
    statement = quadratic_statement()
    looser = replace(statement, dual=statement.dual - 1, recovery=())
    problems = SampledProblems(looser)
    assert DualClaim(looser, "bound", problems).examine(Plan()).verdict == "verified"
    assert DualClaim(looser, "gap", problems).examine(Plan()).verdict == "refuted"


def test_an_infeasible_problem_is_unchecked_not_verified():
    statement = quadratic_statement()
    impossible = (Relation(0 * x, "=", x * 0 + q), Relation(A @ x, "=", b))
    worked = Primal(statement.worked.objective, (x,), impossible)
    eta = symbol("eta", (n, 1))
    broken = replace(statement, asked=worked, worked=worked, multipliers=(eta, nu))
    finding = DualClaim(broken, "gap", SampledProblems(broken)).examine(Plan())
    assert finding.verdict == "unchecked"
    assert "feasible" in finding.reason


def test_the_same_plan_gives_the_same_finding():
    first, second = (dual_claims(quadratic_statement())[2].examine(Plan(seed=4)) for _ in "ab")
    assert first == second


def test_matrices_are_read_off_the_values():
    rng = np.random.default_rng(0)
    sizes = {"n": 4, "m": 2}
    data = {
        P: rng.normal(size=(1, 4, 4)),
        q: rng.normal(size=(1, 4, 1)),
        A: rng.normal(size=(1, 2, 4)),
        b: rng.normal(size=(1, 2, 1)),
    }
    said = quadratic_statement(lam, "<=").worked
    numbers = program(Setting(sizes, data), said.objective, said.variables, said.constraints)
    curve = data[P][0]
    np.testing.assert_allclose(numbers.hessian, (curve + curve.T) / 2, atol=1e-12)
    np.testing.assert_allclose(numbers.slope, data[q][0, :, 0], atol=1e-12)
    np.testing.assert_allclose(numbers.below, data[A][0], atol=1e-12)
    np.testing.assert_allclose(numbers.below_right, data[b][0, :, 0], atol=1e-12)


def test_the_active_set_search_solves_a_known_program():
    # min 1/2 |x - (2, -1)|^2 subject to x <= 1, x >= 0: the point (1, 0)
    numbers = Program(
        hessian=np.eye(2),
        slope=np.array([-2.0, 1.0]),
        base=2.5,
        equal=np.zeros((0, 2)),
        equal_right=np.zeros(0),
        below=np.vstack([np.eye(2), -np.eye(2)]),
        below_right=np.array([1.0, 1.0, 0.0, 0.0]),
    )
    found = optimum(numbers)
    assert found is not None
    np.testing.assert_allclose(found.point, [1.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(found.below, [1.0, 0.0, 0.0, 1.0], atol=1e-12)
    assert found.value == pytest.approx(1.0)


def test_an_unbounded_program_has_no_optimum():
    numbers = Program(
        hessian=np.zeros((2, 2)),
        slope=np.array([1.0, 0.0]),
        base=0.0,
        equal=np.zeros((0, 2)),
        equal_right=np.zeros(0),
        below=np.array([[1.0, 0.0]]),
        below_right=np.array([1.0]),
    )
    assert optimum(numbers) is None


# --- rates at degenerate problems -----------------------------------------------------------


def least_norm(matrix: Node, right: Node, multiplier: Node, sign: str) -> DualStatement:
    """1/2 |x|^2 subject to M x = r (or <= r)."""
    objective = HALF * norm2(x) ** 2
    primal = Primal(objective, (x,), (Relation(matrix @ x, sign, right),))
    slope = matrix.T @ multiplier
    return DualStatement(
        asked=primal,
        worked=primal,
        multipliers=(multiplier,),
        lagrangian=objective + dot(multiplier, matrix @ x - right),
        dual=-HALF * norm2(slope) ** 2 - dot(right, multiplier),
        duals=(multiplier,),
        domain=(),
        eliminated=(),
        recovery=((x, -slope),),
        points=(),
        sensitivities=(-multiplier,),
    )


S, tau = symbol("S", (n, n)), declared("tau", (n, 1), "nonnegative")
DEGENERATE = {
    "every multiplier zero, at a kink": least_norm(eye(n), zero((n, 1)), tau, "<="),
    "every multiplier zero, none active": least_norm(eye(n), ones(n, 1), tau, "<="),
    "a cone that may have no interior": least_norm(A, zero((m, 1)), lam, "<="),
    "more equations than unknowns": least_norm(A, zero((m, 1)), nu, "="),
}


@pytest.mark.parametrize("statement", DEGENERATE.values(), ids=DEGENERATE.keys())
@pytest.mark.parametrize("seed", range(3))
def test_degenerate_problems_are_verified_and_wrong_rates_refuted(statement, seed):
    certificate = certify(dual_claims(statement), Plan(seed=seed))
    assert certificate.verdict == "verified", certificate.reason
    for wrong in (statement.multipliers[0], -2 * statement.multipliers[0]):
        said = replace(statement, sensitivities=(wrong,))
        finding = DualClaim(said, "sensitivity", SampledProblems(said)).examine(Plan(seed=seed))
        assert finding.verdict == "refuted"


def test_a_refusal_says_where():
    said = replace(quadratic_statement(), sensitivities=(nu,))
    finding = DualClaim(said, "sensitivity", SampledProblems(said)).examine(Plan())
    assert finding.counterexample == "sampled problem 1, at m = 2, n = 5"
    assert "relative error" in finding.reason


def test_a_mutant_says_what_was_altered():
    words = [mutant.describe() for mutant in dual_claims(quadratic_statement())[2].mutants()]
    assert any(line.endswith("turned") for line in words)
    assert any(line.endswith("one added to the dual") for line in words)
    assert len(set(words)) == len(words)
