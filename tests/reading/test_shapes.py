"""The shapes text declares symbols; every other text is an error that says what to write."""

from __future__ import annotations

import pytest

from derive.errors import AmbiguousError, ArgumentError, DeclarationError, LimitError, ReadError
from derive.language.expression import symbol
from derive.language.facts import FACTS, close_facts
from derive.language.sizes import Size
from derive.reading import parse, read_shapes
from derive.reading.characters import GREEK, MICRO_SIGN

n, d = Size.named("n"), Size.named("d")


def declared(name, shape, *facts):
    return symbol(name, shape, close_facts(facts, name, shape))


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("", []),
        ("X: n x d", [declared("X", (n, d))]),
        ("X: n × d", [declared("X", (n, d))]),
        ("w: d", [declared("w", (d, 1))]),
        ("w: d x 1", [declared("w", (d, 1))]),
        ("r: 1 x d", [declared("r", (1, d))]),
        ("P: 3 x 3", [declared("P", (3, 3))]),
        ("s: 1", [declared("s", (1, 1))]),
        ("s: scalar", [declared("s", (1, 1))]),
        ("lam: positive", [declared("lam", (1, 1), "positive")]),
        ("lam2: scalar positive", [declared("lam2", (1, 1), "positive")]),
        ("k: integer nonnegative", [declared("k", (1, 1), "integer", "nonnegative")]),
        ("S: n x n spd", [declared("S", (n, n), "spd")]),
        ("p: d simplex", [declared("p", (d, 1), "simplex")]),
        ("λ: positive", [declared("lambda", (1, 1), "positive")]),
        ("Σ: d x d spd, μ₁: d", [declared("Sigma", (d, d), "spd"), declared("mu1", (d, 1))]),
        ("  X :n x d ;w:d\n", [declared("X", (n, d)), declared("w", (d, 1))]),
        ("x: d, X: n x d", [declared("x", (d, 1)), declared("X", (n, d))]),
        ("e: n, pi: scalar", [declared("e", (n, 1)), declared("pi", (1, 1))]),
    ],
)
def test_a_shapes_text_declares_symbols_in_order(text, symbols):
    assert list(read_shapes(text).items()) == [(s.name, s) for s in symbols]


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_can_be_declared_for_a_shape_that_takes_it(fact):
    shapes = {"any": "n", "square": "n x n", "tall": "n x d", "vector": "n", "scalar": "scalar"}
    shape = shapes[FACTS[fact].shapes]
    assert read_shapes(f"S: {shape} {fact}")["S"].facts >= {fact} - {"real"}


def test_greek_letters_and_their_names_are_one():
    for letter, name in GREEK.items():
        assert read_shapes(f"{letter}: n") == read_shapes(f"{name}: n")
    names = [name for letter, name in GREEK.items() if letter != MICRO_SIGN]
    assert len(set(names)) == len(names)
    assert list(read_shapes("λ: n, lam: n")) == ["lambda", "lam"]


SIZES = {
    "y: p*n": "n*p",
    "y: 2*n*n": "2*n*n",
    "y: 3*4": "12",
    "y: min(n, d)": "min(d, n)",
    "y: min(n, d, k)": "min(d, k, n)",
    "y: min(n, n)": "n",
    "y: p*min(n, 2*d)": "min(2*d, n)*p",
    "y: min(n, d) nonnegative": "min(d, n)",
}


@pytest.mark.parametrize(("text", "size"), SIZES.items())
def test_products_of_sizes_and_the_smaller_of_two(text, size):
    assert str(read_shapes(text)["y"].shape[0]) == size
    assert read_shapes({"y": text.removeprefix("y: ")}) == read_shapes(text)


def test_sizes_of_a_shape_agree_with_those_of_expressions():
    shapes = "X: n x p, y: p*n, s: min(n, p), i: 1..n*p, a_i: min(n, p)"
    symbols = read_shapes(shapes)
    assert symbols["a"].shape == (parse("vec(X)", shapes).shape[0], symbols["s"].shape[0])
    assert parse("vec(X) - y", shapes).shape == symbols["y"].shape
    assert parse("svdvals(X) - s", shapes).shape == symbols["s"].shape


BAD = [
    ("S: n x n positive definite", DeclarationError, "write spd: symmetric positive definite",
     " " * 18 + "^" * 8),
    ("S: n x n positive-definite", DeclarationError, "as in S: n x n spd", " " * 18 + "^" * 8),
    ("S: n x n symmetric positive definite", DeclarationError, "n x n spd", " " * 28 + "^" * 8),
    ("S: n x n semidefinite", DeclarationError, "write psd: symmetric", " " * 9 + "^" * 12),
    ("S: n x n PSD", DeclarationError, "write psd", "         ^^^"),
    ("S: n x n symmetric positive", AmbiguousError, "S: n x n positive symmetric   symmetric",
     " " * 9 + "^" * 18),
    ("x: complex", DeclarationError, "every symbol is real", "   ^^^^^^^"),
    ("x: d complex", DeclarationError, "a real and an imaginary part", "     ^^^^^^^"),
    ("U: n x n unitary", DeclarationError, "declare it orthogonal", "         ^^^^^^^"),
    ("X: n x n spd negative", DeclarationError, "both negative and psd", "   " + "^" * 18),
    ("X n x d", ReadError, "`X` has no colon after it", "^"),
    ("X = n x d", ReadError, "write : instead of =", "^"),
    ("S: n x n, spd", ReadError, "facts follow the shape without a comma", "          ^^^"),
    ("X: n x d,, w: d", ReadError, "a declaration is missing at `,`", "         ^"),
    (", w: d", ReadError, "a declaration is missing at `,`", "^"),
    ("w: d,", ReadError, "separate declarations by one comma", "    ^"),
    ("3: n", ReadError, "a declaration starts with a name, found `3`", "^"),
    ("X:", ReadError, "nothing follows `X:`", " ^"),
    ("X: n x d w: d", ReadError, "a comma is missing before `w`", "         ^"),
    ("X: d, X: n", DeclarationError, "`X` is declared twice", "      ^"),
    ("λ: n, lambda: n", DeclarationError, "`lambda` is declared twice", "      ^^^^^^"),
    ("d: n, w: d", DeclarationError, "`d` is used as a size and declared", "^"),
    ("n: n", DeclarationError, "`n` is used as a size and declared", "^"),
    ("det: scalar", DeclarationError, "`det` is a function of the language", "^^^"),
    ("kron: scalar", DeclarationError, "`kron` is a function of the language", "^^^^"),
    ("X: n x d x k", DeclarationError, "`X` has 3 sizes", "   ^^^^^^^^^"),
    ("X: 0 x 3", DeclarationError, "`0` cannot be a size", "   ^"),
    ("X: n x 0", DeclarationError, "`0` cannot be a size", "       ^"),
    ("X: -2 x 3", DeclarationError, "a size has no sign", "   ^"),
    ("X: 2.5", DeclarationError, "`2.5` cannot be a size", "   ^^^"),
    ("X: 1e3", DeclarationError, "a size is a whole number from 1 up", "   ^^^"),
    ("X: n x", ReadError, "a size is missing after `x`", "     ^"),
    ("X: x n", DeclarationError, "`x` separates sizes and cannot be one", "   ^"),
    ("X: (n, d)", ReadError, "write n x d, without brackets", "   ^"),
    ("X: n X d", ReadError, "`X` does not separate sizes", "     ^"),
    ("y: p*", ReadError, "a size is missing after `*`", "    ^"),
    ("y: min(n)", ReadError, "`min` needs two sizes in parentheses", "   ^^^"),
    ("y: min n", ReadError, "`min` needs two sizes in parentheses", "   ^^^"),
    ("y: min(n, d", ReadError, "`min` needs two sizes in parentheses", "   ^^^"),
    ("y: min(n, 0)", DeclarationError, "`0` cannot be a size", "          ^"),
    ("y: n*min(n, vector)", DeclarationError, "`vector` is not a size", " " * 12 + "^" * 6),
    ("X: n by d", ReadError, "`by` does not separate sizes", "     ^^"),
    ("X: 3x3", ReadError, "leave blanks around x: 3 x 3", "   ^"),
    ("X: nxd", AmbiguousError, "n x d   a matrix; leave blanks around x", "   ^^^"),
    ("x: vector", DeclarationError, "`vector` is not a size", "   ^^^^^^"),
    ("x: sum", DeclarationError, "`sum` is a function of the language", "   ^^^"),
    ("lam: positve", AmbiguousError, "could be a size or a mistyped fact", "     ^^^^^^^"),
    ("lam: scaler", AmbiguousError, "scalar   the fact", "     ^^^^^^"),
    ("S: n x n sdp", DeclarationError, "did you mean spd?", "         ^^^"),
    ("w: d float", DeclarationError, "facts are binary, diagonal", "     ^^^^^"),
    ("w: d scalar", DeclarationError, "scalar is a shape of its own", "     ^^^^^^"),
    ("w: d 3", ReadError, "`3` cannot follow a shape", "     ^"),
    ("w: d positive positive", DeclarationError, "`positive` is given twice", " " * 14 + "^" * 8),
    ("a: positive negative", DeclarationError, "cannot be both negative and positive",
     "   ^^^^^^^^^^^^^^^^^"),
    ("S: n x d spd", DeclarationError, "needs a square matrix", "   ^^^^^^^^^"),
    ("S: spd", DeclarationError, "S: n x n spd", "   ^^^"),
    ("p: simplex", DeclarationError, "p: n simplex", "   ^^^^^^^"),
    ("p: n probability", DeclarationError, "p: scalar probability", "   ^^^^^^^^^^^^^"),
    ("X ∈ n x d", ReadError, "declare shapes as in X: n x d", "  ^"),
    ("__class__: n", ReadError, "a name starts with a letter", "^"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "error", "message", "marks"), BAD, ids=[row[0] for row in BAD])
def test_a_mistake_has_its_error_and_its_place(text, error, message, marks):
    with pytest.raises(error) as caught:
        read_shapes(text)
    assert isinstance(caught.value, ReadError)
    assert message in str(caught.value)
    assert str(caught.value).endswith(f"\n  {text}\n  {marks}"), str(caught.value)


def test_the_shapes_are_a_text_of_limited_length():
    with pytest.raises(ArgumentError, match="expected a text, got int"):
        read_shapes(3)
    with pytest.raises(LimitError, match="10001 characters, and the limit is 10000"):
        read_shapes(" " * 10_001)
    assert len(read_shapes(", ".join(f"a{k}: n" for k in range(1000)))) == 1000


@pytest.mark.parametrize(
    "shapes", [{"x": "n, y: m"}, {"x: n, y": "m"}, {"x": "n; y"}, {"x": "d: n"}, {"": "n"}]
)
def test_an_entry_of_a_mapping_declares_one_name(shapes):
    with pytest.raises(ArgumentError, match="one entry of the shapes declares one name"):
        read_shapes(shapes)


def test_a_mapping_declares_indices_and_numbers_as_well():
    assert list(read_shapes({"i": "1..n", "x_i": "d", "w": 3})) == ["x", "w"]


def test_positive_before_symmetric_is_of_every_entry():
    assert read_shapes("S: n x n positive symmetric")["S"].facts >= {"positive", "symmetric"}
