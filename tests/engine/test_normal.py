"""The normal form changes how a node reads and never what it is worth."""

from __future__ import annotations

import time

import flint
import pytest
from random_expressions import BITS, LETTERS, SIZES, Generator, KinkError, random_point, value
from repetitive_expressions import SHAPES, Repetitive, reordered

import derive as dv
from derive.asking import elaborate
from derive.engine.facts import with_facts
from derive.engine.normal import tidy
from derive.errors import DivisionByZeroError
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language.canonical import canonical, digest, is_symmetric, same
from derive.language.cost import cost
from derive.language.facts import close_facts

x, y, A, B, M, S, s = (LETTERS[name] for name in ("x", "y", "A", "B", "M", "S", "s"))
D = x.shape[0]


def agree(left, right, point, sizes):
    one, two = value(left, point, sizes), value(right, point, sizes)
    return all(
        abs(a - b) < flint.arb(10) ** -60 * (1 + abs(a)) or not a.is_finite()
        for a, b in zip(one.flat, two.flat, strict=True)
    )


def random_nodes(count, salt):
    for seed in range(count):
        generator = Generator(seed * 7919 + salt)
        shape = generator.pick([(1, 1), (D, 1), (D, D), A.shape])
        node = generator.make(shape, generator.rng.randint(2, 4))
        yield seed, node, generator.rng.choice(SIZES), generator.rng


@pytest.mark.parametrize("rewrite", [tidy, canonical, lambda n: with_facts(n)[0]])
def test_rewriting_keeps_the_value(rewrite):
    saved, flint.ctx.prec = flint.ctx.prec, BITS
    wrong = []
    try:
        for seed, node, sizes, rng in random_nodes(500, 1):
            point = random_point(node, sizes, rng)
            try:
                if not agree(node, rewrite(node), point, sizes):
                    wrong.append(seed)
            except (KinkError, ZeroDivisionError):
                continue
    finally:
        flint.ctx.prec = saved
    assert not wrong


def test_tidy_is_idempotent():
    unstable = [
        seed for seed, node, _, _ in random_nodes(300, 2) if tidy(tidy(node)) is not tidy(node)
    ]
    assert not unstable


def test_the_canonical_form_does_not_depend_on_the_order_of_terms():
    for seed, node, _, rng in random_nodes(300, 3):
        assert same(node, reordered(node, rng)), seed


def dense_nodes(seeds):
    """Sums over few letters, in which there is much to cancel and to pull out."""
    for seed in seeds:
        generator = Repetitive(seed)
        node = generator.sum(generator.rng.choice(SHAPES), 3)
        yield seed, node, generator.rng.choice(SIZES), generator.rng


def faults(nodes):
    """Seeds at which the normal form changes the value, itself, or with the order of terms."""
    found = []
    saved, flint.ctx.prec = flint.ctx.prec, BITS
    try:
        for seed, node, sizes, rng in nodes:
            tidied, other = tidy(node), reordered(node, rng)
            if tidy(tidied) is not tidied:
                found.append((seed, "not idempotent"))
            if not same(node, other):
                found.append((seed, "canonical form depends on the order"))
            if not same(tidied, tidy(other)):
                found.append((seed, "normal form depends on the order"))
            try:
                if not agree(node, tidied, random_point(node, sizes, rng), sizes):
                    found.append((seed, "value changed"))
            except (KinkError, ZeroDivisionError):
                continue
    finally:
        flint.ctx.prec = saved
    return found


def test_a_normal_form_keeps_value_and_itself_and_forgets_the_order_of_terms():
    assert not faults(dense_nodes(range(300)))
    assert not faults(random_nodes(300, 4))


@pytest.mark.slow
def test_a_normal_form_keeps_value_and_itself_and_forgets_the_order_of_terms_at_length():
    assert not faults(dense_nodes(range(300, 6000)))
    assert not faults(random_nodes(3000, 5))


def test_a_digest_is_a_function_of_the_structure_alone():
    assert digest(A @ x) != digest(A @ y)
    known = ex.symbol("a", (3, 1)) + ex.symbol("b", (3, 1))
    assert digest(known).hex() == "7ec9ce02f270f1c0de7d2025a480178a"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (A.T @ A @ x - A.T @ (A @ y), A.T @ A @ (x - y)),
        (S @ x + S.T @ x, (S + S.T) @ x),
        (M @ ex.inverse(M) @ x, x),
        (fn.hadamard(x, ex.elementwise_power(x, ex.number(-1))), ex.ones(D)),
        (fn.trace(x @ y.T @ M), y.T @ M @ x),
        (fn.diagonal_matrix(x) @ y, fn.hadamard(x, y)),
        (ex.ones(1, D) @ x, fn.total(x)),
        (fn.total(fn.softmax(x)), ex.number(1)),
        (s * x + s * y, s * (x + y)),
        (2 * x - 3 * x + x, ex.zero(x.shape)),
        ((A.T @ A + ex.eye(D)).T, A.T @ A + ex.eye(D)),
        (fn.trace(fn.diagonal_matrix(x)), fn.total(x)),
    ],
    ids=repr,
)
def test_what_a_person_would_cross_out(before, after):
    assert same(tidy(before), after), tidy(before)


@pytest.mark.parametrize(
    ("before", "after", "shapes"),
    [
        # inverses
        ("inv(A*B)*A*x", "inv(B)*x", "A: n x n, B: n x n, x: n"),
        ("A*inv(B*A)*x", "inv(B)*x", "A: n x n, B: n x n, x: n"),
        ("inv(inv(A)*B)", "inv(B)*A", "A: n x n, B: n x n"),
        ("inv(X'*X)*X'*X*w", "w", "X: n x d, w: d"),
        ("inv(A)*(A*x + b)", "x + inv(A)*b", "A: n x n, x: n, b: n"),
        ("inv(eye(n) + X*X')*X*(eye(d) + X'*X)", "X", "X: n x d"),
        ("inv(eye(100) + X*X')*X", "X*inv(eye(5) + X'*X)", "X: 100 x 5"),
        ("eye(n) - X*inv(eye(d) + X'*X)*X'", "inv(eye(n) + X*X')", "X: n x d"),
        (
            "inv(K) - inv(K)*U*inv(inv(C) + V*inv(K)*U)*V*inv(K)",
            "inv(K + U*C*V)",
            "K: n x n, U: n x k, C: k x k, V: k x n",
        ),
        # sums of ones, diagonals, curvature
        ("sum(x - mean(x)*ones(n))", "0", "x: n"),
        ("ones(n)'*(X - ones(n)*(ones(n)'*X)/n)", "zeros(d)'", "X: n x d"),
        ("ones(k)'*rowsoftmax(Z)'", "ones(n)'", "Z: n x k"),
        ("Z.*(u*ones(k)')", "diag(u)*Z", "Z: n x k, u: n"),
        ("X'*diag(s)*X - X'*diag(s.*s)*X", "X'*diag(s.*(ones(n) - s))*X", "X: n x d, s: n"),
        ("X'*X - X'*diag(s)*X", "X'*diag(ones(n) - s)*X", "X: n x d, s: n"),
        ("diag(p)*M - p*(p'*M)", "(diag(p) - p*p')*M", "p: n, M: n x d"),
        ("eye(n)/norm2(x) - x*x'/norm2(x)^3", "(eye(n) - x*x'/norm2(x)^2)/norm2(x)", "x: n"),
        # what terms share
        ("y'*A*x - z'*A*x", "(y - z)'*A*x", "A: n x d, x: d, y: n, z: n"),
        ("tr(P'*A*B) - tr(A*B)", "tr(B*(P'*A - A))", "A: n x d, B: d x n, P: n x n"),
        ("exp(x)/2 - y/2", "(exp(x) - y)/2", "x: n, y: n"),
        ("(a - b)*x + (b - a)*x", "zeros(n)", "x: n, a: scalar, b: scalar"),
        ("s*(a - b/s)", "s*a - b", "s: positive, a: n, b: n"),
        # powers
        ("x*x^(p - 1)", "x^p", "x: positive, p: scalar"),
        ("x.^p./x", "x.^(p - 1)", "x: n positive, p: scalar"),
        ("1/sqrt(t) + t^(-1/2)", "2/sqrt(t)", "t: positive"),
        ("exp(x/2).*exp(x/2)", "exp(x)", "x: n"),
    ],
)
def test_what_a_book_would_write(before, after, shapes):
    found = tidy(elaborate(before, shapes))
    assert same(found, tidy(elaborate(after, shapes)))
    assert cost(found) <= cost(elaborate(after, shapes)) <= cost(elaborate(before, shapes))


def test_the_root_of_a_square_is_not_the_letter():
    assert tidy(elaborate("sqrt(x^2)*x^(-1)", "x: scalar")).op != "number"


def test_a_product_of_a_thousand_equal_factors_is_one_power():
    node = elaborate("*".join(["x"] * 1000), "x: scalar")
    assert tidy(node) is elaborate("x^1000", "x: scalar")


def test_the_cost_counts_what_is_elaborate():
    free = [("x - y", "x + y"), ("inv(A)*x", "inv(B)*x")]
    shapes = "x: n, y: n, A: n x n, B: n x n"
    assert all(
        cost(elaborate(one, shapes)) == cost(elaborate(other, shapes)) for one, other in free
    )
    assert cost(elaborate("sum(x)", shapes)) < cost(ex.ones(1, 3) @ ex.symbol("x", (3, 1)))
    assert cost(elaborate("inv(A*B)", shapes)) < cost(elaborate("inv(A + B)", shapes))


def test_no_expansion():
    product = (A + B).T @ (A + B)
    assert tidy(product) is product


def test_facts_apply_only_when_asked():
    free = S.T @ x
    assert tidy(free) is free
    simplified, used = with_facts(free)
    assert simplified is S @ x
    assert [str(words) for words in used] == ["S symmetric"]


def test_orthogonal_one_hot_and_binary_facts():
    Q = ex.symbol("Q", (D, D), close_facts(("orthogonal",), "Q", (D, D)))
    p = ex.symbol("p", (D, 1), close_facts(("onehot",), "p", (D, 1)))
    assert with_facts(Q.T @ Q @ x)[0] is x
    assert with_facts(ex.inverse(Q))[0] is Q.T
    assert with_facts(fn.total(p) * s)[0] is s
    assert with_facts(fn.hadamard(p, p))[0] is p


def test_symmetry_is_seen_through_sums_and_products():
    assert is_symmetric(A.T @ A + 2 * ex.eye(D))
    assert is_symmetric(x @ x.T)
    assert not is_symmetric(x @ y.T)
    assert not is_symmetric(S)  # a declared fact is not structure


def test_fusion_sees_through_a_transpose():
    C = LETTERS["C"]
    for name in ("sign", "sinh", "exp"):
        turned = fn.elementwise(name, C).T
        below = {"sign": fn.elementwise("abs", C.T), "sinh": fn.elementwise("cosh", C.T)}.get(
            name, ex.ones(*C.T.shape) + fn.elementwise("exp", C.T)
        )
        fused = tidy(fn.hadamard_quotient(turned, below))
        expected = {
            "sign": ex.elementwise_power(C.T, ex.number(-1)),
            "sinh": fn.elementwise("tanh", C.T),
            "exp": fn.elementwise("sigmoid", C.T),
        }[name]
        assert same(fused, expected)


def test_what_is_0_everywhere_divides_nothing():
    with pytest.raises(DivisionByZeroError, match="0 everywhere"):
        dv.hessian("norm2(x.*(c - c))", "x", shapes="x: n, c: n")


def test_a_sum_of_equal_scalars_leaves_no_quotient():
    shapes = "A: n x n, x: n, t: scalar, b: n"
    question = "((t + t)*b)'*(softplus(A'*x)*((x'*A*x)*t))"
    found = dv.gradient(question, "x", shapes=shapes).result
    assert "1/t" not in str(found)
    assert "**(-1)" not in str(found)


def test_equal_one_hot_terms_pick_an_entry_together():
    found = dv.gradient("sum((t + t).*exp(x))", "x", shapes="x: n, t: n onehot")
    assert found.certificate.verdict == "verified"


def test_traces_of_products_of_sums_do_not_multiply_the_work():
    before = time.process_time()
    question = "logdet((sum(X)*(X + A))*(sum(X)*(X + A))' + eye(n))"
    dv.hessian_vector_product(question, "X", "A*X", shapes="X: n x n, A: n x n")
    assert time.process_time() - before < 40  # two minutes when sums are factored again and again
