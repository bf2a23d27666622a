# %% [markdown]
# # Matrix calculus gallery
#
# The identities that every course on matrix calculus derives, each found by the same three
# moves: take the differential, bring the differential of the variable to the end (a trace is
# cyclic), read the gradient off what stands before it.  `derive` makes the moves once, for all
# sizes; we then compare each answer, compiled, with differences of a function written by hand in
# NumPy, at three sizes.
#
# A gallery of integrals belongs beside this one; it waits for a lesson on integration.

# %%
from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import derive as dv

OUT = Path(os.environ.get("DERIVE_EXAMPLES", "."))
SIZES = ({"m": 2, "n": 3, "d": 4}, {"m": 5, "n": 4, "d": 2}, {"m": 3, "n": 6, "d": 5})

# %% [markdown]
# ## The identities
#
# A title, the question, and the same function in NumPy, which knows nothing of `derive`.


# %%
@dataclass(frozen=True)
class Identity:
    title: str
    text: str
    wrt: str
    shapes: str
    by_hand: Callable[..., np.ndarray | float]
    verb: str = "gradient"

    def derived(self) -> dv.Derivation:
        return getattr(dv, self.verb)(self.text, self.wrt, shapes=self.shapes)


IDENTITIES = (
    Identity("linear form", "a'*x", "x", "a: n, x: n", lambda a, x: (a * x).sum()),
    Identity(
        "quadratic form", "x'*A*x", "x", "A: n x n, x: n", lambda A, x: np.einsum("i,ij,j", x, A, x)
    ),
    Identity(
        "least squares",
        "norm2(A*x - b)^2",
        "x",
        "A: m x n, x: n, b: m",
        lambda A, x, b: ((A @ x - b) ** 2).sum(),
    ),
    Identity(
        "trace of a product",
        "tr(A*X*B)",
        "X",
        "A: m x n, X: n x d, B: d x m",
        lambda A, X, B: np.einsum("ij,jk,ki", A, X, B),
    ),
    Identity(
        "log-determinant",
        "logdet(X)",
        "X",
        "X: n x n",
        lambda X: np.log(np.linalg.eigvals(X).prod().real),
    ),
    Identity(
        "form with an inverse",
        "a'*inv(X)*b",
        "X",
        "X: n x n, a: n, b: n",
        lambda X, a, b: a @ np.linalg.solve(X, b),
    ),
    Identity("squared Frobenius norm", "norm2(X)^2", "X", "X: n x d", lambda X: (X**2).sum()),
    Identity(
        "elementwise layer",
        "sum(tanh(A*x))",
        "x",
        "A: m x n, x: n",
        lambda A, x: np.tanh(A @ x).sum(),
    ),
    Identity(
        "softmax", "softmax(x)", "x", "x: n", lambda x: np.exp(x) / np.exp(x).sum(), "jacobian"
    ),
    Identity("logsumexp", "logsumexp(x)", "x", "x: n", lambda x: np.log(np.exp(x).sum())),
    Identity("norm", "norm2(x)", "x", "x: n", lambda x: np.sqrt((x**2).sum())),
    Identity(
        "exponential of a form",
        "exp(x'*B*x)",
        "x",
        "B: n x n, x: n",
        lambda B, x: np.exp(np.einsum("i,ij,j", x, B, x)),
    ),
)
ANSWERS = [identity.derived() for identity in IDENTITIES]
for answer in ANSWERS:
    print(answer, end="\n\n")

# %% [markdown]
# ## Checked at three sizes
#
# All sizes differ, so that a transpose in the wrong place cannot hide.  Every entry of the
# variable is moved by itself, and four values of the function written by hand give its slope.


# %%
def drawn(shapes: str, sizes: dict[str, int], rng: np.random.Generator) -> dict[str, np.ndarray]:
    """A value for each declared name; square matrices stay near the identity."""
    point = {}
    for name, text in (part.split(": ") for part in shapes.split(", ")):
        shape = tuple(sizes[size] for size in text.split(" x "))
        square = len(shape) == 2 and shape[0] == shape[1]
        point[name] = rng.normal(size=shape) * 0.3 + (np.eye(shape[0]) if square else 0.0)
    return point


def differences(identity: Identity, point: dict[str, np.ndarray], h: float = 1e-3) -> np.ndarray:
    """The slope in each entry of the variable, entries of the variable last."""
    base = point[identity.wrt]

    def at(place: tuple[int, ...], k: int) -> np.ndarray:
        moved = base.copy()
        moved[place] += k * h
        return np.asarray(identity.by_hand(**{**point, identity.wrt: moved}))

    slopes = [
        (at(p, -2) - 8 * at(p, -1) + 8 * at(p, 1) - at(p, 2)) / (12 * h)
        for p in np.ndindex(base.shape)
    ]
    return np.stack(slopes, axis=-1).reshape(*slopes[0].shape, *base.shape)


rng = np.random.default_rng(23)
errors = np.zeros((len(IDENTITIES), len(SIZES)))
for row, (identity, answer) in enumerate(zip(IDENTITIES, ANSWERS, strict=True)):
    compiled = answer.function()
    for column, sizes in enumerate(SIZES):
        point = drawn(identity.shapes, sizes, rng)
        exact, rough = np.asarray(compiled(**point)), differences(identity, point)
        assert exact.shape == rough.shape
        errors[row, column] = np.abs(exact - rough).max() / np.abs(rough).max()
assert errors.max() < 1e-8, "an identity disagrees with differences"

heads = [" ".join(f"{name}={size}" for name, size in sizes.items()) for sizes in SIZES]
table = [f"| identity | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
for identity, row in zip(IDENTITIES, errors, strict=True):
    table.append(f"| {identity.title} | {' | '.join(f'{error:.0e}' for error in row)} |")
print(*table, sep="\n")

# %% [markdown]
# ## A wall chart
#
# The questions, the answers, and how far differences are from them.

# %%
figure, (wall, dots) = plt.subplots(
    1, 2, figsize=(11.5, 7), width_ratios=(3, 1), sharey=True, layout="constrained"
)
for row, (identity, answer) in enumerate(zip(IDENTITIES, ANSWERS, strict=True)):
    wall.text(0.0, row, identity.title, va="center", color="0.4", fontsize="small")
    asked = answer.latex().splitlines()[1].replace("&", "").removesuffix(r" \\")
    for place, formula in ((0.24, asked), (0.5, answer.latex(detail="result"))):
        # matplotlib has one bar for both sides of a norm
        formula = formula.replace("lVert", "Vert").replace("rVert", "Vert")
        wall.text(place, row, f"${formula}$", va="center")
wall.set(xlim=(0, 1), ylim=(len(IDENTITIES) - 0.5, -0.5))
wall.set_title("Matrix calculus, derived", loc="left")
wall.axis("off")
for column, head in enumerate(heads):
    dots.semilogx(
        np.maximum(errors[:, column], 1e-16), range(len(IDENTITIES)), "o", label=head, alpha=0.7
    )
dots.set(xlim=(1e-16, 1e-7), yticks=[], title="distance from differences")
dots.axvline(1e-8, color="0.6", linestyle=":")
dots.legend(fontsize="small", loc="upper right")
for side in ("left", "top", "right"):
    dots.spines[side].set_visible(False)

# %% [markdown]
# ## Notes to keep
#
# Every identity with its steps in LaTeX.

# %%
OUT.mkdir(parents=True, exist_ok=True)
notes = ["# Matrix calculus gallery"]
for identity, answer in zip(IDENTITIES, ANSWERS, strict=True):
    notes += [f"## {identity.title.capitalize()}", f"$$\n{answer.latex()}\n$$"]
    notes.append(f"{answer.certificate.summary()}.")
notes += ["## Distance from differences", "\n".join(table)]
(OUT / "matrix_calculus_gallery.md").write_text("\n\n".join(notes) + "\n", encoding="utf-8")
figure.savefig(OUT / "matrix_calculus_gallery.png", dpi=120)
print("written: matrix_calculus_gallery.md, matrix_calculus_gallery.png")
