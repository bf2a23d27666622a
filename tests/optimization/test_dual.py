"""Duals against textbook forms, numeric optima and bad input."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.optimize import minimize as scipy_minimize

import derive as dv
from derive.errors import (
    ArgumentError,
    DeclarationError,
    DomainError,
    NoRuleError,
    ShapeError,
)
from derive.language.relations import Relation
from derive.optimization.dual import dual_of
from derive.optimization.stating import stated
from derive.writing.text_page import text_page

n, m, d, k = dv.dims("n m d k")
P, q, x = dv.matrix("P", n, n, spd=True), dv.vector("q", n), dv.vector("x", n)
A, b, c = dv.matrix("A", m, n), dv.vector("b", m), dv.vector("c", n)
Q, M, h = dv.matrix("Q", n, n, psd=True), dv.matrix("M", n, n), dv.vector("h", k)
G = dv.matrix("G", k, n)
X, w, y = dv.matrix("X", n, d), dv.vector("w", d), dv.vector("y", n)
lam, C, t = dv.scalar("lam", positive=True), dv.scalar("C", positive=True), dv.scalar("t")
xi = dv.vector("xi", n)
RIDGE = dv.norm(X * w - y) ** 2 / 2 + lam * dv.norm(w) ** 2 / 2
QUADRATIC = (x.T * P * x) / 2 + q.T * x


def dual(objective, over, subject_to=(), split="auto", sense="minimize"):
    return dual_of(stated(sense, objective, over, subject_to), split)


def spd(rng, size):
    root = rng.normal(size=(size, size))
    return root @ root.T + 0.5 * np.eye(size)


# --- the two questions -------------------------------------------------------------------


def test_equality_constrained_quadratic_has_the_textbook_dual():
    answer = dual(QUADRATIC, [x], [(A * x, "==", b)])
    assert repr(answer) == "-1/2*(q + A'*nu)'*inv(P)*(q + A'*nu) - b'*nu    # scalar"
    assert answer.recovery == {"x": "-inv(P)*(q + A'*nu)"}
    assert answer.sensitivity == {"A*x == b": "-nu"}
    assert answer.domain == ()
    assert answer.certificate.verdict == "verified"


@pytest.mark.parametrize(("rows", "columns"), [(2, 5), (3, 4), (1, 3), (4, 4)])
def test_equality_constrained_quadratic_agrees_with_the_kkt_system(rows, columns):
    rng = np.random.default_rng(rows * 10 + columns)
    data = {
        "P": spd(rng, columns),
        "q": rng.normal(size=columns),
        "A": rng.normal(size=(rows, columns)),
        "b": rng.normal(size=rows),
    }
    system = np.block([[data["P"], data["A"].T], [data["A"], np.zeros((rows, rows))]])
    solution = np.linalg.solve(system, np.concatenate([-data["q"], data["b"]]))
    best, multiplier = solution[:columns], solution[columns:]
    answer = dual(QUADRATIC, [x], [(A * x, "==", b)])
    value = answer.function()(**data, nu=multiplier)
    np.testing.assert_allclose(value, best @ data["P"] @ best / 2 + data["q"] @ best, rtol=1e-9)
    del data["b"]
    np.testing.assert_allclose(
        answer.recovery_function()(**data, nu=multiplier), best, rtol=1e-8, atol=1e-10
    )


@pytest.mark.parametrize("split", ["auto", "residual", "fit"])
def test_ridge_by_splitting_has_the_kernel_form(split):
    answer = dual(RIDGE, [w], split=split)
    expected = "-1/2/lam*norm2(X'*nu)^2 - 1/2*norm2(nu)^2 - y'*nu    # scalar"
    assert repr(answer) == expected
    assert answer.recovery["w"] == "-1/lam*X'*nu"
    assert "split" in str(answer)


@pytest.mark.parametrize(("rows", "columns"), [(6, 3), (2, 5), (1, 4)])
def test_ridge_dual_is_maximal_at_the_residual_and_equals_the_primal(rows, columns):
    rng = np.random.default_rng(rows)
    data, target, weight = rng.normal(size=(rows, columns)), rng.normal(size=rows), 0.7
    best = np.linalg.solve(data.T @ data + weight * np.eye(columns), data.T @ target)
    residual = data @ best - target
    primal = residual @ residual / 2 + weight * best @ best / 2
    function = dual(RIDGE, [w]).function()
    at = {"X": data, "y": target, "lam": weight}
    np.testing.assert_allclose(function(**at, nu=residual), primal, rtol=1e-10)
    for _ in range(20):
        assert function(**at, nu=residual + rng.normal(size=rows)) < primal


def test_ridge_without_a_split_is_the_optimum_itself():
    answer = dual(RIDGE, [w], split="none")
    assert answer.variables == ()
    assert "the optimum itself" in str(answer)


# --- inequalities ------------------------------------------------------------------------


def test_linear_program_eliminates_the_signs():
    answer = dual(c.T * x, [x], [(A * x, ">=", b), (x, ">=", 0)])
    assert repr(answer) == "b'*lam    # scalar"
    assert answer.domain == ("A'*lam <= c", "lam >= zeros(m)")
    assert answer.sensitivity == {"A*x >= b": "lam", "x >= 0": "c - A'*lam"}


def test_linear_program_agrees_with_scipy():
    rng = np.random.default_rng(3)
    matrix, right, cost = rng.uniform(0.1, 1, (3, 5)), rng.uniform(0.1, 1, 3), rng.uniform(1, 2, 5)
    primal = linprog(cost, A_ub=-matrix, b_ub=-right)
    answer = dual(c.T * x, [x], [(A * x, ">=", b), (x, ">=", 0)])
    best = linprog(-right, A_ub=matrix.T, b_ub=cost)
    np.testing.assert_allclose(answer.function()(b=right, lam=best.x), primal.fun, rtol=1e-9)


def test_inequality_and_equality_multipliers_stand_side_by_side():
    answer = dual(QUADRATIC, [x], [(G * x, "<=", h), (A * x, "==", b)])
    assert answer.recovery == {"x": "-inv(P)*(q + G'*lam + A'*nu)"}
    assert answer.domain == ("lam >= zeros(k)",)
    assert answer.sensitivity == {"G*x <= h": "-lam", "A*x == b": "-nu"}


def test_quadratic_program_with_inequalities_agrees_with_slsqp():
    rng = np.random.default_rng(8)
    curve, slope = spd(rng, 4), rng.normal(size=4)
    rows, right = rng.normal(size=(3, 4)), rng.normal(size=3)
    found = scipy_minimize(
        lambda v: v @ curve @ v / 2 + slope @ v,
        np.zeros(4),
        constraints={"type": "ineq", "fun": lambda v: right - rows @ v},
        options={"ftol": 1e-14, "maxiter": 500},
    )
    function = dual(QUADRATIC, [x], [(G * x, "<=", h)]).function()
    at = {"P": curve, "q": slope, "G": rows, "h": right}
    best = scipy_minimize(
        lambda v: -function(**at, lam=v),
        np.ones(3),
        bounds=[(0, None)] * 3,
        options={"ftol": 1e-15},
    )
    np.testing.assert_allclose(-best.fun, found.fun, rtol=1e-6)


def test_support_vector_machine_has_box_and_balance():
    s = dv.scalar("s")
    objective = (w.T * w) / 2 + C * dv.total(xi)
    margin = dv.hadamard(y, X * w + s * dv.ones(n))
    answer = dual(objective, [w, s, xi], [(margin, ">=", dv.ones(n) - xi), (xi, ">=", 0)])
    assert repr(answer) == "ones(n)'*lam - 1/2*norm2(X'*(y.*lam))^2    # scalar"
    assert answer.domain == ("y'*lam == 0", "lam <= C", "lam >= zeros(n)")
    assert answer.recovery == {"w": "X'*(y.*lam)"}


def test_semidefinite_hessian_gives_the_range_condition():
    answer = dual((x.T * Q * x) / 2 + q.T * x, [x], [(A * x, "==", b)])
    assert answer.domain == ("Q*z + A'*nu == -q",)
    assert answer.certificate.verdict == "verified"
    with pytest.raises(NoRuleError, match="no formula gives x"):
        answer.recovery_function()


def test_least_squares_under_equalities_is_split_where_the_gram_matrix_is_singular():
    E, f = dv.matrix("E", m, d), dv.vector("f", m)
    answer = dual(dv.norm(X * w - y) ** 2 / 2, [w], [(E * w, "==", f)])
    assert answer.domain == ("E'*nu + X'*eta == zeros(d)",)
    assert "only semidefinite" in str(answer)


def test_maximisation_is_flipped_once_and_its_dual_is_minimised():
    answer = dual(c.T * x, [x], [(A * x, "<=", b), (x, ">=", 0)], sense="maximize")
    assert repr(answer) == "b'*lam    # scalar"
    assert answer.domain == ("A'*lam >= c", "lam >= zeros(m)")
    assert answer.sensitivity["A*x <= b"] == "lam"
    assert "flip once" in str(answer)
    assert "minimise" in str(answer)


def test_scalar_variables_and_scalar_constraints():
    s, a = dv.scalar("s"), dv.scalar("a")
    answer = dual(s**2 / 2, [s], [(s, ">=", a)])
    assert answer.recovery == {"s": "lam"}
    assert answer.certificate.verdict == "verified"


def test_multiplier_names_avoid_names_in_use():
    nu = dv.vector("nu", n)
    answer = dual((x.T * P * x) / 2 + nu.T * x, [x], [(A * x, "==", b)])
    assert answer.variables == ("eta",)
    ridge = dual(RIDGE, [w], [(w, ">=", 0)])
    assert ridge.variables[0] == "mu"


MORE = {
    "portfolio": ((x.T * P * x) / 2, [x], [(dv.total(x), "==", 1)], "-nu*inv(P)*ones(n)"),
    "projection on the simplex": (
        dv.norm(x - q) ** 2 / 2, [x], [(x, ">=", 0), (dv.total(x), "==", 1)], "q + lam - nu*ones(n)"
    ),
    "least norm": (dv.norm(w) ** 2, [w], [(X * w, "==", y)], "-1/2*X'*nu"),
    "mean of squares": (
        dv.norm(X * w - y) ** 2 / (2 * n) + lam * dv.norm(w) ** 2 / 2, [w], [], "-1/lam*X'*nu"
    ),
    "weighted rows": (
        dv.norm(dv.hadamard(q, X * w - y)) ** 2 + lam * dv.norm(w) ** 2, [w], [],
        "-1/2/lam*X'*(q.*nu)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MORE.values(), ids=MORE.keys())
def test_the_mechanism_widens(case):
    objective, over, subject_to, recovered = case
    answer = dual(objective, over, subject_to)
    assert next(iter(answer.recovery.values())) == recovered
    assert answer.certificate.verdict == "verified"
    assert "altered claims refuted" in answer.certificate.control


def test_nonnegative_least_squares_has_no_multiplier_of_the_sign_left():
    answer = dual(dv.norm(X * w - y) ** 2 / 2, [w], [(w, ">=", 0)])
    assert answer.domain == ("X'*nu >= zeros(d)",)


def test_matrix_variables_are_minimised_from_the_left():
    W, B = dv.matrix("W", n, d), dv.matrix("B", m, d)
    objective = dv.trace(W.T * P * W) / 2
    answer = dual(objective, [W], [(A * W, "==", B)])
    assert answer.recovery == {"W": "-inv(P)*A'*Lambda"}
    assert answer.certificate.verdict == "verified"


def test_parts_are_named_and_printable():
    answer = dual(QUADRATIC, [x], [(A * x, "==", b)])
    assert answer.primal == "minimise 1/2*x'*P*x + q'*x over x subject to A*x = b"
    assert str(answer.lagrangian) == str(
        (x.T * P * x) / 2 + q.T * x + dv.vector("nu", m).T * (A * x - b)
    )
    assert answer.variables == ("nu",)


# --- texts -------------------------------------------------------------------------------

SHAPES = "P: n x n spd, q: n, x: n, A: m x n, b: m, X: n x d, w: d, y: n, lam: positive"


def test_text_and_expressions_lead_to_the_same_dual():
    whole = "minimize 1/2*x'*P*x + q'*x over x subject to A*x == b"
    read = dv.minimize(whole, shapes=SHAPES).dual()
    parts = dv.minimize("1/2*x'*P*x + q'*x", "x", "A*x == b", shapes=SHAPES).dual()
    built = dv.minimize(QUADRATIC, over=[x], subject_to=[(A * x, "==", b)]).dual()
    assert read.expression is parts.expression is built.expression


def test_ridge_as_text():
    text = "minimize norm2(X*w - y)^2/2 + lam/2*norm2(w)^2 over w"
    read = dv.minimize(text, shapes=SHAPES).dual()
    assert read.expression is dual(RIDGE, [w]).expression


def test_maximisation_as_text():
    text = "maximize q'*x over x subject to A*x <= b, x >= 0"
    assert dv.maximize(text, shapes=SHAPES).dual().domain == ("A'*lam >= q", "lam >= zeros(m)")
    with pytest.raises(ArgumentError, match="says maximize"):
        dv.minimize(text, shapes=SHAPES)


def test_lagrangian_of_a_stated_problem():
    stated_problem = dv.minimize(QUADRATIC, over=[x], subject_to=[(A * x, "==", b)])
    assert str(stated_problem.lagrangian()) == str(stated_problem.dual().lagrangian)
    assert repr(stated_problem).endswith("over x subject to A*x = b")


TEXTS_REFUSED = {
    "strict": ("minimize x'*P*x over x subject to A*x < b", dv.DeriveError, "<"),
    "no objective": ("minimize over x", dv.DeriveError, "objective|over"),
    "vector objective": ("minimize P*x over x", ShapeError, "scalar"),
    "shape clash": ("minimize x'*P*x over x subject to A*x == q", ShapeError, "m|n"),
    "variable absent": ("minimize x'*P*x over x, w", dv.DeriveError, "`?w`? occurs neither"),
    "data as variable": ("minimize x'*P*x over P", DeclarationError, "take it out"),
    "unknown name": ("minimize x'*S*x over x", dv.DeriveError, "S"),
}


@pytest.mark.parametrize("case", TEXTS_REFUSED.values(), ids=TEXTS_REFUSED.keys())
def test_bad_texts_are_refused(case):
    text, error, words = case
    with pytest.raises(error, match=words):
        dv.minimize(text, shapes=SHAPES)


def test_texts_and_expressions_are_not_mixed():
    with pytest.raises(ArgumentError, match="mixed"):
        dv.minimize(QUADRATIC, "x", shapes=SHAPES)


# --- bad input ---------------------------------------------------------------------------

x_known = dv.vector("x", n, positive=True)
REFUSED = {
    "objective is a vector": (P * x, [x], [], ShapeError, "must be a scalar"),
    "variable absent": (QUADRATIC, [x, t], [], ArgumentError, "t occurs neither"),
    "no variable": (QUADRATIC, [], [], ArgumentError, "at least one variable"),
    "variable named twice": (QUADRATIC, [x, x], [], ArgumentError, "named twice"),
    "variable is an expression": (QUADRATIC, [2 * x], [], ArgumentError, "must be a symbol"),
    "variable with facts": (x_known.T * x_known, [x_known], [], DeclarationError, "nobody sees"),
    "data named as variable": (QUADRATIC, [P], [], DeclarationError, "take it out"),
    "shapes clash": (QUADRATIC, [x], [(A * x, "==", q)], ShapeError, "disagree"),
    "strict": (QUADRATIC, [x], [(A * x, "<", b)], DomainError, "write <="),
    "compared by Python": (QUADRATIC, [x], [A * x == b], ArgumentError, "only True or False"),
    "unequal": (QUADRATIC, [x], [(x, "!=", q)], ArgumentError, "not a constraint"),
    "constraint without variable": (QUADRATIC, [x], [(q, ">=", 0)], ArgumentError, "no variable"),
    "unbounded": (c.T * x, [x], [], DomainError, "unbounded below"),
    "unbounded block": (QUADRATIC + t, [x, t], [(A * x, "==", b)], DomainError, "unbounded"),
    "concave": (-dv.norm(x) ** 2, [x], [(A * x, "==", b)], DomainError, "not convex in x"),
    "no facts": ((x.T * M * x) / 2, [x], [(A * x, "==", b)], NoRuleError, "declare facts of M"),
    "sign open": (t * dv.norm(x) ** 2, [x], [(A * x, "==", b)], NoRuleError, "facts of t"),
    "not quadratic": (dv.total(dv.exp(x)), [x], [], NoRuleError, "exp.x. is neither affine"),
    "lasso": (
        dv.norm(A * x - b) ** 2 + dv.norm(x, 1), [x], [], NoRuleError,
        r"write sum\(t\) for norm1\(x\), with t among the variables and the constraints x <= t",
    ),
    "largest entry": (
        dv.norm(x) ** 2 + dv.norminf(A * x - b), [x], [], NoRuleError,
        r"write t for norminf\(A\*x - b\), .* \(A\*x - b\) <= t\*ones\(\w+\)",
    ),
    "entropy": (
        dv.total(dv.hadamard(x, dv.log(x))), [x], [], NoRuleError, "dual is derived of a quadratic"
    ),
    "curved constraint": (
        c.T * x, [x], [(dv.norm(x) ** 2, "<=", 1)], NoRuleError, "constraint is not affine"
    ),
    "coupled": (dv.norm(x - q) ** 2 + dv.norm(x) ** 2 + (x.T * M * y), [x, y], [(x, "==", y)],
                NoRuleError, "coupled"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_bad_input_is_refused_by_name(case):
    objective, over, subject_to, error, words = case
    with pytest.raises(error, match=words):
        dual(objective, over, subject_to)


def test_the_remedy_for_an_absolute_value_is_a_problem_with_a_dual():
    shapes = "X: n x d, w: d, y: n, lam: positive, t: d"
    f, within = "norm2(X*w - y)^2/2 + lam*sum(t)", "w <= t, -w <= t"
    assert dv.minimize(f, "w, t", within, shapes=shapes).dual().variables


def test_unknown_split_is_refused():
    with pytest.raises(ArgumentError, match="known    : auto"):
        dual(RIDGE, [w], split="half")


def test_split_without_a_square_is_refused():
    with pytest.raises(NoRuleError, match="nothing to split"):
        dual(QUADRATIC, [x], [(A * x, "==", b)], split="residual")


def test_a_relation_is_accepted_as_it_is():
    problem = stated("minimize", QUADRATIC, [x], [(A * x, "==", b)])
    assert all(isinstance(one, Relation) for one in problem.constraints)


# --- pages -------------------------------------------------------------------------------

PAGES = {
    "quadratic": lambda: dual(QUADRATIC, [x], [(A * x, "==", b)]),
    "ridge": lambda: dual(RIDGE, [w]),
    "linear_program": lambda: dual(c.T * x, [x], [(A * x, ">=", b), (x, ">=", 0)]),
    "quadratic_program": lambda: dual(QUADRATIC, [x], [(G * x, "<=", h), (A * x, "==", b)]),
}


@pytest.mark.parametrize("name", PAGES)
def test_page(name, golden):
    answer = PAGES[name]()
    golden(f"dual/{name}.txt", text_page(answer.trace))
    golden(f"dual/{name}.tex", answer.latex())


# --- found by use ---------------------------------------------------------------------------

DEGENERATE = [
    ("norm2(x)^2/2 over x subject to x >= 0", "x: n"),
    ("norm2(x)^2/2 over x subject to x >= 0", "x: 3"),
    ("norm2(x)^2 over x subject to sum(x) >= 0", "x: n"),
    ("norm2(x)^2/2 over x subject to A*x <= 0", "x: n, A: m x n"),
    ("norm2(x)^2/2 over x subject to A*x == 0", "x: n, A: m x n"),
    ("norm2(x)^2/2 over x subject to x <= 1", "x: n"),
    ("norm2(x)^2/2 over x subject to x <= 1, x >= -1", "x: n"),
    ("norm2(x)^2 over x", "x: n"),
    ("norm2(x)^2/2 + 3 over x", "x: n"),
]


@pytest.mark.parametrize(("text", "shapes"), DEGENERATE, ids=lambda text: text)
def test_problems_whose_multipliers_vanish_are_verified(text, shapes):
    assert dv.minimize(text, shapes=shapes).dual().certificate.verdict == "verified"


def test_the_dual_of_a_square_without_constraints_is_zero():
    answer = dv.minimize("norm2(x)^2 over x", shapes="x: n").dual()
    assert repr(answer) == "0    # scalar"
    assert answer.function()() == 0.0


def test_the_first_word_of_a_text_may_be_left_out():
    shapes = "x: n, A: m x n, b: m"
    text = "-norm2(x)^2/2 over x subject to A*x == b"
    assert repr(dv.maximize(text, shapes=shapes)) == repr(
        dv.maximize(f"maximize {text}", shapes=shapes)
    )
    assert repr(dv.minimize("x^2 over x", shapes="x: scalar")) == "minimise x^2 over x"
    assert repr(dv.minimize("min x^2", "x", shapes="x: scalar")) == "minimise x^2 over x"
    with pytest.raises(ArgumentError, match=r"call maximize\(\)"):
        dv.minimize(f"max {text}", shapes=shapes)
