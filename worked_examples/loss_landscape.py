# %% [markdown]
# # Mapping a loss landscape
#
# The smallest deep network has two weights in a row: it predicts $w_2 w_1 x$.  Its loss on the
# petals of 150 irises is a landscape over the plane of the two weights, and it has what the
# landscapes of large networks have: a saddle at the origin, and a whole valley of minima.  We
# let `derive` find gradient and Hessian, and read the map off them.

# %%
from __future__ import annotations

import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_iris

import derive as dv

OUT = Path(os.environ.get("DERIVE_EXAMPLES", "."))
petals = load_iris().data[:, 2:]
petals = (petals - petals.mean(axis=0)) / petals.std(axis=0)
x, y = petals.T / np.sqrt(len(petals))  # length predicts width; both are unit vectors

# %% [markdown]
# ## Gradient and Hessian
#
# The residual is $w_2 w_1 x - y$ and the loss its squared norm.  Both derivatives hold for any
# number of flowers.

# %%
loss = "norm2(w_2*w_1*x - y)^2"
shapes = "w_1: scalar, w_2: scalar, x: n, y: n"
gradient = dv.gradient(loss, "w_1, w_2", shapes=shapes)
hessian = dv.hessian(loss, "w_1, w_2", shapes=shapes)
print(gradient, hessian, sep="\n\n")

value_and_slopes = gradient.function(value=True)
blocks = hessian.function()


def height(w: np.ndarray) -> float:
    return value_and_slopes(w_1=w[0], w_2=w[1], x=x, y=y)[0]


def slopes(w: np.ndarray) -> np.ndarray:
    return np.array(value_and_slopes(w_1=w[0], w_2=w[1], x=x, y=y)[1:])


def curvature(w: np.ndarray) -> np.ndarray:
    return np.array(blocks(w_1=w[0], w_2=w[1], x=x, y=y)).reshape(2, 2)


# %% [markdown]
# ## Where the ground is level
#
# The gradient is $2 (w_1 w_2\, x^\top x - x^\top y)$ times $(w_2, w_1)$.  It is zero at the
# origin, and wherever $w_1 w_2 = x^\top y / x^\top x$, the slope of the regression line: a
# hyperbola.

# %%
line = x @ y / (x @ x)
valley = [np.array([w, line / w]) for w in (0.5, np.sqrt(line), 1.5, -0.8)]
origin = np.zeros(2)
for level in (origin, *valley):
    np.testing.assert_allclose(slopes(level), 0, atol=1e-14)

# %% [markdown]
# ## What kind of level ground
#
# The spectrum of the Hessian tells.  At the origin the Hessian is
# $\begin{pmatrix} 0 & -c \\ -c & 0 \end{pmatrix}$ with $c = 2 x^\top y$, which has an exact
# answer: one way up, one way down, a saddle.

# %%
saddle = dv.eigendecomposition("[0, -c; -c, 0]", shapes="c: positive")
print("\n", saddle.text(detail="result"), "\n", sep="")
c = 2 * (x @ y)
np.testing.assert_allclose(curvature(origin), [[0, -c], [-c, 0]], atol=1e-14)


def verdict(spectrum: np.ndarray, small: float = 1e-12) -> str:
    if spectrum.min() < -small:
        return "saddle" if spectrum.max() > small else "maximum"
    return "minimum" if spectrum.min() > small else "level in one direction: inconclusive"


lowest = y @ y - (x @ y) ** 2 / (x @ x)
print("     w_1      w_2     loss    Hessian spectrum      verdict of the Hessian")
for w in (origin, *valley):
    spectrum = np.linalg.eigvalsh(curvature(w))[::-1]
    row = f"{w[0]:8.4f} {w[1]:8.4f} {height(w):8.4f}    {spectrum[0]:8.4f} {spectrum[1]:8.4f}"
    print(row, f"    {verdict(spectrum)}")
np.testing.assert_allclose(np.linalg.eigvalsh(curvature(origin)), [-c, c], rtol=1e-12)

# %% [markdown]
# In the valley one eigenvalue is $2 x^\top x (w_1^2 + w_2^2)$ and the other is 0: the Hessian
# alone cannot say whether this is a minimum.  The loss can.  It depends on the product $w_1 w_2$
# alone, as a parabola, so no place is lower than the valley and the whole valley is equally low.
# It is steeper the farther out one stands, and so a step that suits one place overshoots at
# another.

# %%
for w in valley:
    spectrum = np.linalg.eigvalsh(curvature(w))
    np.testing.assert_allclose(spectrum, [0, 2 * (x @ x) * (w @ w)], atol=1e-12)
    np.testing.assert_allclose(height(w), lowest, rtol=1e-12)
rng = np.random.default_rng(0)
assert min(height(w) for w in rng.normal(size=(2000, 2))) >= lowest

# %% [markdown]
# ## Differences agree
#
# The compiled derivatives against quotients of the loss, at a place where nothing is zero.

# %%
w, h, axes = np.array([0.7, -0.4]), 1e-4, np.eye(2)
by_quotients = [(height(w + h * e) - height(w - h * e)) / (2 * h) for e in axes]
np.testing.assert_allclose(slopes(w), by_quotients, rtol=1e-7)
by_quotients = [(slopes(w + h * e) - slopes(w - h * e)) / (2 * h) for e in axes]
np.testing.assert_allclose(curvature(w), by_quotients, rtol=1e-7)

# %% [markdown]
# ## Walking downhill
#
# Gradient descent from near the origin leaves the saddle along its one way down and ends in the
# valley.  Started on the other eigenvector, exactly, it walks straight into the saddle and
# stays.  $w_1^2 - w_2^2$ hardly changes on the way, which decides where in the valley the walk
# ends.


# %%
def walk(start: tuple[float, float], rate: float = 0.05, length: int = 400) -> np.ndarray:
    path = [np.array(start)]
    for _ in range(length):
        path.append(path[-1] - rate * slopes(path[-1]))
    return np.array(path)


walks = [walk(start) for start in ((0.1, -0.05), (-1.6, 0.4), (1.7, 0.2), (-0.2, 0.15))]
for path in walks:
    np.testing.assert_allclose(height(path[-1]), lowest, rtol=1e-9)
into_saddle = walk((1.2, -1.2))
np.testing.assert_allclose(into_saddle[-1], 0, atol=1e-8)
print("\nfour walks end in the valley, one in the saddle")

# %% [markdown]
# ## The map
#
# Contours with the saddle, the valley and the walks; and two cuts through the saddle, along its
# eigenvectors, with the parabola that the Hessian promises.

# %%
reach = np.linspace(-2, 2, 201)
heights = np.array([[height(np.array([a, b])) for a in reach] for b in reach])
figure, (plane, cuts) = plt.subplots(
    1, 2, figsize=(11, 5), width_ratios=(1.15, 1), layout="constrained"
)
levels = lowest + np.geomspace(0.02, heights.max() - lowest, 14)
drawn = plane.contourf(reach, reach, heights, [lowest, *levels], cmap="Blues_r", norm="log")
plane.contour(reach, reach, heights, levels, colors="white", linewidths=0.4)
for sign in (1, -1):
    across = np.linspace(line / 2, 2, 100)
    plane.plot(
        sign * across,
        sign * line / across,
        color="C2",
        linewidth=2.5,
        label="valley of minima" if sign > 0 else None,
    )
for path in walks:
    plane.plot(*path.T, color="C1", linewidth=1.2)
    plane.plot(*path[0], "o", color="C1", markersize=4)
plane.plot(*into_saddle.T, color="C3", linestyle=":", label="walk into the saddle")
plane.plot([], [], "o-", color="C1", markersize=4, label="walks downhill")
plane.plot(0, 0, "X", color="C3", markersize=10, label="saddle")
plane.set(xlabel="$w_1$", ylabel="$w_2$", title="loss of $w_2 w_1 x$ on iris petals")
plane.set_aspect("equal")
plane.legend(fontsize="small", loc="upper left")
figure.colorbar(drawn, ax=plane, label="loss", format="%.2g")

distance = np.linspace(-1.5, 1.5, 121)
for direction, color, name in (((1, 1), "C0", "(1, 1)"), ((1, -1), "C4", "(1, -1)")):
    u = np.array(direction) / np.sqrt(2)
    bend = u @ curvature(origin) @ u
    cut = [height(t * u) for t in distance]
    cuts.plot(distance, cut, color=color, label=f"along {name}")
    promised = height(origin) + bend * distance**2 / 2
    cuts.plot(distance, promised, "--", color=color, label=f"Hessian: {bend:+.2f}")
    close = np.abs(distance) < 0.11
    np.testing.assert_allclose(np.array(cut)[close], promised[close], atol=1e-4)
cuts.axhline(lowest, color="C2", label="lowest")
cuts.set(xlabel="distance from the saddle", ylabel="loss", ylim=(-0.3, 3.2), title="two cuts")
cuts.legend(fontsize="small")

# %% [markdown]
# ## Notes to keep

# %%
OUT.mkdir(parents=True, exist_ok=True)
notes = "\n\n".join(page.markdown() for page in (gradient, hessian, saddle))
(OUT / "loss_landscape.md").write_text(notes, encoding="utf-8")
figure.savefig(OUT / "loss_landscape.png", dpi=120)
print("written: loss_landscape.md, loss_landscape.png")
