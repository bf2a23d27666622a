"""What comes back again and again on a page has a name, and each name is introduced once."""

from __future__ import annotations

import derive as dv

TRIPLET = "relu(norm2(a - p)^2 - norm2(a - q)^2 + m)"


def definitions(page):
    """The names that a page introduces, with their meanings as they are printed."""
    lines = page.text(unicode=False, width=200).splitlines()[1:]
    named = [line.removeprefix("with ").strip() for line in lines if line[:5] in {"with ", " " * 5}]
    return dict(line.split(" = ", 1) for line in named if " = " in line and "  " not in line)


def test_the_softmax_that_a_hessian_reads_again_and_again():
    page = dv.hessian("logsumexp(W*x) - y'*W*x", "W", shapes="W: k x d, x: d, y: k")
    assert definitions(page) == {"p": "softmax(Wx)"}
    assert page.text().count("softmax(Wx)") == 1


def test_a_residual_that_two_gradients_share_is_introduced_once():
    page = dv.hessian(
        "norm2(X*w + b*ones(n) - y)^2/2", ["w", "b"], shapes="X: n x d, w: d, b: scalar, y: n"
    )
    assert definitions(page) == {"r": "Xw + b ones(n) - y"}
    assert "7 lines and 4 results" in page.text()


def test_every_block_of_a_hessian_is_a_result():
    page = dv.hessian("x'*A*y + b*y'*y", ["x", "y", "b"], shapes="x: n, A: n x m, y: m, b: scalar")
    kinds = [finding.kind for finding in page.certificate.findings]
    assert kinds.count("result") == len(page.result) == 9


def test_a_long_argument_of_an_indicator_also_in_the_conditions():
    page = dv.gradient(TRIPLET, "a", shapes="a: d, p: d, q: d, m: positive")
    assert definitions(page) == {"t": "||a - p||^2 - ||a - q||^2 + m"}
    assert "∇f = 2·1[t > 0] (q − p)" in page.text()
    assert "where t ≠ 0" in page.text()
    assert "where ‖a − p‖² − ‖a − q‖² + m ≠ 0" in page.text(detail="result")


def test_a_part_that_is_read_once_inside_another_name_stays_there():
    loss = "-log(sigmoid(b*(w'*x - logsumexp(V*w) - w'*y + logsumexp(U*w) - c)))"
    shapes = "w: d, x: d, y: d, V: k x d, U: k x d, b: positive, c: scalar"
    page = dv.gradient(loss, "w", shapes=shapes)
    assert list(definitions(page)) == ["h"]


def test_taylor_polynomials_name_their_step_and_what_repeats():
    page = dv.taylor_series("log(sum(exp(w)))", "w", order=3, shapes="w: d")
    first, *_ = page.text().splitlines()
    assert first.endswith("in w, with a step h")
    assert definitions(page) == {"p": "softmax(w)"}
    assert "D_h³ f = " in page.text()
    assert "D_h^3 f = " in page.text(unicode=False)
    assert r"D_{\mathbf{h}}^3 f &= " in page.latex()


def test_the_step_from_a_matrix_is_a_capital_letter_with_its_shape():
    page = dv.taylor_series("inv(eye(n) - A)", "A", 0, 2, shapes="A: n x n")
    assert "with a step H: n x n" in page.text()


def test_a_softmax_that_comes_back_is_called_by_the_name_of_the_function():
    question = "softmax(W*x + b + c - diag(e)*x + V*x)"
    page = dv.jacobian(question, "x", shapes="W: n x n, x: n, b: n, c: n, e: n, V: n x n")
    assert definitions(page) == {}
    assert page.text(detail="result").splitlines()[:2] == [
        "∂f/∂x = (diag(f) − ffᵀ)(W + V − diag(e))",
        "with f = softmax(Wx + b + c − diag(e) x + Vx)",
    ]


def test_the_matrix_between_stacked_columns_only_where_it_reads_no_worse():
    shown = dv.hessian("logdet(X)", "X", shapes="X: n x n")
    assert "stack the columns" in shown.text()
    for question, shapes in (
        ("lambda_max(X)", "X: n x n symmetric"),
        ("specnorm(X)", "X: n x d"),
        ("logdet(X'*X)", "X: n x d"),
    ):
        assert "stack the columns" not in dv.hessian(question, "X", shapes=shapes).text()
