"""The normal form changes how a node reads and never what it is worth."""

from __future__ import annotations

import flint
import pytest
from random_expressions import BITS, LETTERS, SIZES, Generator, KinkError, random_point, value

from derive.engine.facts import with_facts
from derive.engine.normal import tidy
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language.canonical import canonical, digest, is_symmetric, same
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


def shuffled(node, rng):
    """The node with its sums, elementwise products and scalar factors in another order."""
    done = {}
    for part in fn.postorder(node):
        args = [done[a] for a in part.args]
        if part.op == "add":
            done[part] = ex.add(*rng.sample(args, len(args)))
        elif part.op == "had":
            done[part] = fn.hadamard(*rng.sample(args, len(args)))
        elif part.op == "mul" and not part.args[0].is_scalar:
            done[part] = ex.multiply(*args)
        elif part.op == "mul":
            scalars = [a for a in args if a.is_scalar]
            rest = [a for a in args if not a.is_scalar]
            done[part] = ex.multiply(*rng.sample(scalars, len(scalars)), *rest)
        else:
            done[part] = ex.make(part.op, tuple(args), part.shape, part.data) if args else part
    return done[node]


def test_the_canonical_form_does_not_depend_on_the_order_of_terms():
    for seed, node, _, rng in random_nodes(300, 3):
        assert same(node, shuffled(node, rng)), seed


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
