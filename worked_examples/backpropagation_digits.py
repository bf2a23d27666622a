# %% [markdown]
# # Backpropagation on digits
#
# A network that reads handwritten digits is a chain of matrix products and curves.  We say
# what its layers are, let `derive` work out one recursion that gives every gradient, compile
# it, check it by differences, and train with it.

# %%
from __future__ import annotations

import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import derive as dv

OUT = Path(os.environ.get("DERIVE_EXAMPLES", "."))
WIDTHS = [64, 48, 32, 10]
rng = np.random.default_rng(0)

# %% [markdown]
# ## The data
#
# 1797 images of 8 x 8 grey values, each a row of 64 numbers between 0 and 1.  The target of
# an image is a row with a single one at its digit.

# %%
images, digits = load_digits(return_X_y=True)
X, X_test, d, d_test = train_test_split(
    images / 16, digits, test_size=0.3, random_state=0, stratify=digits
)
Y = np.eye(10)[d]

# %% [markdown]
# ## One recursion for every layer
#
# The number of layers stays a letter.  The derivation starts at the loss, goes through the
# softmax, then through one general layer; what it finds there holds for all of them.

# %%
net = dv.backpropagation(
    layers="L",
    activation="tanh",
    head="softmax",
    loss="cross_entropy",
    batch="mean",
    weight_decay=True,
)
print(net)

# %% [markdown]
# ## The compiled function
#
# A forward loop keeps the outputs of the layers, a backward loop uses them.  It reads like the
# derivation.

# %%
loss_and_gradients = net.function(layers=WIDTHS)
print(loss_and_gradients.source)

# %% [markdown]
# ## A gradient check
#
# Moving all weights a little along a random direction changes the loss by the inner product of
# gradient and direction.  Five-point differences of the loss alone must agree.


# %%
def start():
    """Small random weights and no bias."""
    pairs = zip(WIDTHS[1:], WIDTHS, strict=False)
    weights = [rng.normal(size=(high, low)) / np.sqrt(low) for high, low in pairs]
    return weights, [np.zeros(high) for high in WIDTHS[1:]]


weights, biases = start()
lam, h = 1e-4, 1e-3
_, in_weights, in_biases = loss_and_gradients(X, Y, weights, biases, lam)
worst = 0.0
for _ in range(5):
    V = [rng.normal(size=W.shape) for W in weights]
    v = [rng.normal(size=b.shape) for b in biases]
    f = {
        k: loss_and_gradients(
            X,
            Y,
            [W + k * h * E for W, E in zip(weights, V, strict=True)],
            [b + k * h * e for b, e in zip(biases, v, strict=True)],
            lam,
        )[0]
        for k in (-2, -1, 1, 2)
    }
    slope = (f[-2] - 8 * f[-1] + 8 * f[1] - f[2]) / (12 * h)
    claimed = sum(np.vdot(G, E) for G, E in zip(in_weights, V, strict=True))
    claimed += sum(np.vdot(g, e) for g, e in zip(in_biases, v, strict=True))
    worst = max(worst, abs(claimed - slope) / abs(slope))
print(f"largest relative difference: {worst:.1e}")
assert worst < 1e-6, "the gradients disagree with differences of the loss"


# %% [markdown]
# ## Training
#
# Mini-batches of 64 images and gradient descent with momentum.  The accuracy is that of images
# the network has not seen.


# %%
def predicted(inputs, weights, biases):
    """The digit with the largest output."""
    a = inputs
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        a = np.tanh(a @ W.T + b)
    return (a @ weights[-1].T + biases[-1]).argmax(axis=1)


def accuracy(weights, biases):
    """The share of unseen images that are read right."""
    return float((predicted(X_test, weights, biases) == d_test).mean())


rate, momentum, epochs = 0.1, 0.9, 60
parameters = [*weights, *biases]
speeds = [np.zeros_like(p) for p in parameters]
depth = len(weights)
losses, accuracies = [], []
for epoch in range(epochs):
    order = rng.permutation(len(X))
    for rows in np.array_split(order, len(X) // 64):
        _, in_weights, in_biases = loss_and_gradients(X[rows], Y[rows], weights, biases, lam)
        for p, speed, slope in zip(parameters, speeds, [*in_weights, *in_biases], strict=True):
            speed *= momentum
            speed -= rate * slope
            p += speed
    losses.append(loss_and_gradients(X, Y, weights, biases, lam)[0])
    accuracies.append(accuracy(weights, biases))
    if epoch % 20 == 19:
        print(f"epoch {epoch + 1}: loss {losses[-1]:.4f}, accuracy {accuracies[-1]:.3f}")
assert losses[-1] < losses[0] / 10, "training does not lower the loss"
assert accuracies[-1] > 0.95, "the network reads fewer digits than it should"

# %% [markdown]
# ## Aside: weights of one bit
#
# How much of a weight is its sign?  Each row of a weight matrix is replaced by its signs times
# one number, $w \approx \alpha\,\operatorname{sign}(w)$.  The best $\alpha$ is the mean of
# $|w|$: `derive` gives the slope of the squared error in $\alpha$, which is zero there.

# %%
gap = dv.gradient("norm2(w - alpha*s)^2/2", "alpha", shapes="w: d, s: d sign, alpha: scalar")
print(gap.text(detail="result"))
row = weights[0][0]
at_mean = gap.function()(w=row, s=np.sign(row), alpha=np.abs(row).mean())
print("slope at the mean of |w|:", float(at_mean))
assert abs(at_mean) < 1e-12, "the mean of |w| is not the best scale"

quantised = [np.sign(W) * np.abs(W).mean(axis=1, keepdims=True) for W in weights]
one_bit = accuracy(quantised, biases)
print(f"accuracy with signs alone: {one_bit:.3f}, with all digits: {accuracies[-1]:.3f}")
assert one_bit > 0.5, "signs alone should read far more than one digit in ten"

# %% [markdown]
# ## The picture

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(9.0, 3.6))
left.semilogy(range(1, epochs + 1), losses, label="loss")
left.set_xlabel("epoch")
left.set_ylabel("loss on the training images")
twin = left.twinx()
twin.plot(range(1, epochs + 1), accuracies, color="C1")
twin.axhline(one_bit, color="C2", linestyle=":")
twin.set_ylim(0, 1.02)
twin.set_ylabel("accuracy on unseen images")
twin.text(epochs, one_bit - 0.06, "signs alone", ha="right", color="C2")
left.set_title("Training by the derived gradients")
wrong = np.flatnonzero(predicted(X_test, weights, biases) != d_test)[:12]
panel = np.ones((3 * 9, 4 * 9))
for k, index in enumerate(wrong):
    down, across = divmod(k, 4)
    panel[9 * down : 9 * down + 8, 9 * across : 9 * across + 8] = 1 - X_test[index].reshape(8, 8)
right.imshow(panel, cmap="gray", vmin=0, vmax=1)
right.set_axis_off()
right.set_title(f"{len(wrong)} images read wrongly")
figure.tight_layout(w_pad=2.0)

# %%
OUT.mkdir(parents=True, exist_ok=True)
net.save(OUT / "backpropagation_digits.md", overwrite=True)
net.save(OUT / "backpropagation_digits.tex", overwrite=True)
loss_and_gradients.save(OUT / "digits_network.py", overwrite=True)
figure.savefig(OUT / "backpropagation_digits.png", dpi=120)
print("written: backpropagation_digits.md, .tex, .png and digits_network.py")
