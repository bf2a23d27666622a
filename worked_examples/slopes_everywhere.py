# %% [markdown]
# # Slopes everywhere
#
# Two kinds of iris overlap: versicolor and virginica.  A logistic model gives each flower a
# probability, a loss says how wrong the probabilities are.  How does the loss change when a
# weight changes?  We ask it of one number, of each weight alone, of all weights at once and of
# any direction; we follow the chain rule along each edge of the loss; and whatever `derive`
# answers is put beside a difference quotient.

# %%
from __future__ import annotations

import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

import derive as dv

OUT = Path(os.environ.get("DERIVE_EXAMPLES", "."))
NAMES = ("sepal length", "sepal width", "petal length", "petal width")
measurements, kind = load_iris(return_X_y=True)
X = measurements[kind > 0]
X = (X - X.mean(axis=0)) / X.std(axis=0)
y = (kind[kind > 0] == 2).astype(float)  # 1 for virginica

# %% [markdown]
# ## One slope
#
# A flower with score $z$ and label $y$ costs $\log(1 + e^z) - yz$.  A derivative is the limit
# of difference quotients.  As the step $h$ falls, the forward quotient comes nearer in
# proportion to $h$, the central one in proportion to $h^2$, until rounding takes over.

# %%
one = dv.gradient("softplus(z) - y*z", "z", shapes="z: scalar, y: scalar")
print(one, "\n")


def cost(z: float) -> float:
    return np.logaddexp(0, z) - z


slope = one.function()(z=0.7, y=1.0)
steps = 10.0 ** np.arange(0, -13, -1)
forward = np.array([abs((cost(0.7 + h) - cost(0.7)) / h - slope) for h in steps])
central = np.array([abs((cost(0.7 + h) - cost(0.7 - h)) / (2 * h) - slope) for h in steps])
for h, ahead, around in zip(steps[:7], forward, central, strict=False):
    print(f"h = {h:<7g} forward {ahead:.1e} off   central {around:.1e} off")
assert central.min() < 1e-9

# %% [markdown]
# ## All partial derivatives at once
#
# The gradient stacks the partial derivatives.  One derivation serves every number of flowers
# and measurements; each entry is compared with the quotient in which only that weight moves.

# %%
shapes = "X: n x d, w: d, y: n"
loss = "sum(softplus(X*w)) - y'*X*w"
gradient = dv.gradient(loss, "w", shapes=shapes)
print("\n", gradient, "\n", sep="")

value_and_gradient = gradient.function(value=True)
w = np.array([0.3, -0.2, 0.5, 0.4])
symbolic = value_and_gradient(X, w, y)[1]


def quotient(direction: np.ndarray, h: float = 1e-3) -> float:
    """The slope of the loss along a direction, from four values of the loss."""
    at = [value_and_gradient(X, w + k * h * direction, y)[0] for k in (-2, -1, 1, 2)]
    return (at[0] - 8 * at[1] + 8 * at[2] - at[3]) / (12 * h)


differences = np.array([quotient(axis) for axis in np.eye(4)])
table = ["| weight of | symbolic | differences | apart |", "|---|---|---|---|"]
for name, exact, rough in zip(NAMES, symbolic, differences, strict=True):
    table.append(f"| {name} | {exact:.9f} | {rough:.9f} | {abs(exact - rough):.0e} |")
print(*table, sep="\n")
np.testing.assert_allclose(symbolic, differences, rtol=1e-8)

# %% [markdown]
# ## The chain rule, one step per edge
#
# Written with probabilities the same loss is a graph: the weights give scores $z = Xw$, these
# give probabilities $p = \sigma(z)$, and two terms of the loss use them,
# $a = y^\top\log p$ for the virginicas and $b = (1 - y)^\top\log(1 - p)$ for the others.
# Every edge has a derivative of its own.  Along a path they are multiplied; where two paths
# meet again they are added.

# %%
EDGES = {
    "wz": dv.jacobian("X*w", "w", shapes=shapes),
    "zp": dv.jacobian("sigmoid(z)", "z", shapes="z: n"),
    "pa": dv.jacobian("y'*log(p)", "p", shapes="p: n, y: n"),
    "pb": dv.jacobian("(ones(n) - y)'*log(ones(n) - p)", "p", shapes="p: n, y: n"),
}
for edge, derivation in EDGES.items():
    print(f"{edge[0]} -> {edge[1]}:", derivation.text(detail="result").splitlines()[0])

z = X @ w
p = 1 / (1 + np.exp(-z))
J = {
    "wz": EDGES["wz"].function()(X=X, w=w),
    "zp": EDGES["zp"].function()(z=z),
    "pa": EDGES["pa"].function()(p=p, y=y),
    "pb": EDGES["pb"].function()(p=p, y=y),
}
by_edges = -(J["pa"] + J["pb"]) @ J["zp"] @ J["wz"]
np.testing.assert_allclose(by_edges.ravel(), symbolic, rtol=1e-10)
print("the product along the edges is the gradient")

# %% [markdown]
# ## Every direction has a slope
#
# Along a unit vector $u$ the slope is $\nabla f^\top u$.  By the Cauchy-Schwarz inequality it
# is largest along the gradient itself.  We turn $u$ in the plane of the two petal weights.

# %%
along = dv.directional_derivative(loss, "w", "u", shapes=shapes + ", u: d")
print("\n", along.text(detail="result"), sep="")
angles = np.radians(np.arange(0, 360, 2))
turned = np.zeros((angles.size, 4))
turned[:, 2], turned[:, 3] = np.cos(angles), np.sin(angles)
slopes = np.array([along.function()(X=X, w=w, y=y, u=u) for u in turned])
np.testing.assert_allclose(slopes[::15], [quotient(u) for u in turned[::15]], rtol=1e-6, atol=1e-7)
steepest = np.arctan2(symbolic[3], symbolic[2]) % (2 * np.pi)
assert abs(angles[slopes.argmax()] - steepest) <= np.radians(1)
assert slopes.max() <= np.hypot(symbolic[2], symbolic[3])

# %% [markdown]
# ## The slopes at work
#
# With an intercept $b$ and a penalty, both gradients together drive a fit, which scikit-learn
# finds as well.

# %%
penalised = dv.gradient(
    "sum(softplus(X*w + b*ones(n))) - y'*(X*w + b*ones(n)) + norm2(w)^2/2",
    "w, b",
    shapes=shapes + ", b: scalar",
)
ask = penalised.function(value=True)


def objective(weights: np.ndarray) -> tuple[float, np.ndarray]:
    value, slope_w, slope_b = ask(X=X, w=weights[:4], y=y, b=weights[4])
    return value, np.append(slope_w, slope_b)


fit = minimize(objective, np.zeros(5), jac=True, method="BFGS", options={"gtol": 1e-8})
reference = LogisticRegression(C=1.0, tol=1e-10, max_iter=1000).fit(X, y)
np.testing.assert_allclose(fit.x[:4], reference.coef_[0], rtol=1e-5)
np.testing.assert_allclose(fit.x[4], reference.intercept_[0], rtol=1e-5)
right = ((X @ fit.x[:4] + fit.x[4] > 0) == y).mean()
assert right > 0.95
print(f"\nequal to scikit-learn's LogisticRegression; {right:.0%} of the flowers are right")

# %% [markdown]
# ## The picture
#
# The graph of the loss with the derivative on each edge; how a quotient approaches the slope;
# the slope in each direction.


# %%
def label(derivation: dv.Derivation) -> str:
    """The right side of a result, for a picture."""
    return f"${derivation.latex(detail='result').split(' = ')[-1]}$"


PLACES = {"w": (0, 0), "z": (0, 1), "p": (0, 2), "a": (-0.6, 3), "b": (0.6, 3), "f": (0, 4)}
MEANINGS = {
    "w": r"$\mathbf{w}$",
    "z": r"$\mathbf{z}=\mathbf{X}\mathbf{w}$",
    "p": r"$\mathbf{p}=\sigma(\mathbf{z})$",
    "a": r"$a=\mathbf{y}^\top\log\mathbf{p}$",
    "b": r"$b=(1-\mathbf{y})^\top\log(1-\mathbf{p})$",
    "f": r"$f=-a-b$",
}
SIGNS = {"af": "$-1$", "bf": "$-1$"}

figure, (tree, falling, circle) = plt.subplots(
    1, 3, figsize=(13, 4.8), width_ratios=(1.25, 1, 1), layout="constrained"
)
for edge in (*EDGES, *SIGNS):
    (x0, y0), (x1, y1) = PLACES[edge[0]], PLACES[edge[1]]
    tree.annotate(
        "",
        (x1, y1 - 0.2),
        (x0, y0 + 0.2),
        arrowprops={"arrowstyle": "->", "color": "0.5"},
    )
    side = -1 if edge in ("pa", "af") else 1
    tree.text(
        (x0 + x1) / 2 + (0.06 if x0 == x1 else 0.16) * side,
        (y0 + y1) / 2,
        SIGNS[edge] if edge in SIGNS else label(EDGES[edge]),
        ha="right" if side < 0 else "left",
        va="center",
        color="C0",
        fontsize="small",
    )
for name, place in PLACES.items():
    tree.text(*place, MEANINGS[name], ha="center", va="center")
tree.set(xlim=(-1.5, 1.5), ylim=(-0.3, 4.3), title="a derivative on each edge")
tree.axis("off")

falling.loglog(steps, forward, "o-", label="forward")
falling.loglog(steps, np.maximum(central, 1e-17), "s-", label="central")
falling.set(xlabel="step $h$", ylabel="distance from the slope", title="quotients approach it")
falling.legend()

circle.plot(np.degrees(angles), slopes, label=r"$\nabla f^\top\mathbf{u}$")
circle.plot(np.degrees(angles[::15]), [quotient(u) for u in turned[::15]], "o", label="differences")
circle.axvline(np.degrees(steepest), color="0.6", linestyle=":", label="along the gradient")
circle.set(
    xlabel="angle of $\\mathbf{u}$ between petal length and width",
    xticks=range(0, 361, 90),
    title="a slope in every direction",
)
circle.legend(fontsize="small")

# %% [markdown]
# ## Notes to keep

# %%
OUT.mkdir(parents=True, exist_ok=True)
pages = [one, gradient, *EDGES.values(), along]
notes = [page.markdown() for page in pages]
notes.insert(2, "Symbolic slopes beside difference quotients, on iris:\n\n" + "\n".join(table))
(OUT / "slopes_everywhere.md").write_text("\n\n".join(notes), encoding="utf-8")
figure.savefig(OUT / "slopes_everywhere.png", dpi=120)
print("written: slopes_everywhere.md, slopes_everywhere.png")
