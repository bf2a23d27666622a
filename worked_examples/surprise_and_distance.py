# %% [markdown]
# # Surprise and distance
#
# An image of a handwritten digit has 64 pixels with 0 to 16 units of ink.  How much does a pixel
# tell, how far are two digits apart, and which pixels say which digit it is?  Entropy, divergence
# and mutual information answer in bits.

# %%
from __future__ import annotations

import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import scipy.stats
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.metrics import mutual_info_score

import derive as dv

OUT = Path(os.environ.get("DERIVE_EXAMPLES", "."))
ink, digit = load_digits(return_X_y=True)
N, PIXELS, LEVELS, CLASSES = len(ink), ink.shape[1], 17, 10

# %% [markdown]
# ## The surprise of a pixel
#
# The surprise of an event of probability $p$ is $-\log p$; entropy is its mean.  It is largest
# where all levels are equally likely, which a multiplier shows.  A pixel that is always white
# says nothing.

# %%
levels = dv.vector("p", dv.dims("K"), simplex=True)
surprise = dv.entropy(levels, base=2)
print(surprise)
most = dv.maximum_entropy({}, "{0, 1, 2, 3}")
print(most)
of_levels = surprise.function()

shares = np.array([np.bincount(ink[:, k].astype(int), minlength=LEVELS) for k in range(PIXELS)]) / N
bits = np.array([of_levels(p=p[p > 0]) for p in shares])  # a level never seen adds nothing
np.testing.assert_allclose(bits, scipy.stats.entropy(shares, base=2, axis=1), atol=1e-12)
assert bits.max() < np.log2(LEVELS)
print(f"\nbits per pixel: {abs(bits.min()):.2f} to {bits.max():.2f}, at most {np.log2(LEVELS):.2f}")

# %% [markdown]
# ## How far apart are two digits?
#
# Call a pixel dark from 8 units on.  Take each digit as 64 independent coins, with one made-up
# image of each kind added so that no chance is 0 or 1.  Over independent coins the divergence
# adds up, so every pair of digits has a sum, and each sum a map.

# %%
coin = dv.kl_divergence("Bernoulli(p)", "Bernoulli(q)", base=2)
print(coin)
dark = ink >= 8
chance = np.array(
    [(dark[digit == c].sum(axis=0) + 1) / ((digit == c).sum() + 2) for c in range(10)]
)
apart = coin.function()(p=chance[:, None, :], q=chance[None, :, :])  # digit, digit, pixel
distance = apart.sum(axis=2)
both = np.stack([chance, 1 - chance])
expected = scipy.stats.entropy(both[:, :, None], both[:, None], base=2)
np.testing.assert_allclose(apart, expected, atol=1e-12)
assert (distance[~np.eye(CLASSES, dtype=bool)] > 0).all()
np.testing.assert_array_equal(np.diagonal(distance), 0)


def nearest(table: np.ndarray) -> list[tuple[int, int]]:
    """For each digit P, the digit Q of the smallest KL(P || Q)."""
    others = np.where(np.eye(CLASSES, dtype=bool), np.inf, table)
    return [(c, int(others[c].argmin())) for c in range(CLASSES)]


rng = np.random.default_rng(0)
images = rng.random((20_000, PIXELS)) < chance[3]  # drawn from the coins of 3
odds = np.log2(both[:, 3] / both[:, 8])
gained = np.where(images, odds[0], odds[1]).sum(axis=1)
error = dv.standard_deviation(gained) / np.sqrt(len(gained))
assert abs(dv.mean(gained) - distance[3, 8]) < 4 * error
print(f"\nKL(3 || 8) = {distance[3, 8]:.2f} bits, KL(8 || 3) = {distance[8, 3]:.2f} bits")
print("nearest by coins:", *(f"{c} to {q}" for c, q in nearest(distance)))

# %% [markdown]
# Pixels are not independent.  Eight principal components of each digit, taken as one normal
# vector with its own covariance, keep what they do together; the divergence is again a formula.
# Cross-entropy is entropy plus divergence: the bits of a code made for the wrong digit.

# %%
normal = ("MultivariateNormal(m, S)", "MultivariateNormal(n, T)")
gap = dv.kl_divergence(*normal, base=2)
print(gap)
wrong_code = dv.cross_entropy(*normal, base=2)
split = dv.equal(wrong_code.expression, dv.entropy(normal[0], base=2).expression + gap.expression)
print(split)
assert split.decision == "proved", split

short = PCA(8, whiten=True, random_state=0).fit_transform(ink)
means = np.array([short[digit == c].mean(axis=0) for c in range(CLASSES)])
spreads = np.array([dv.covariance(short[digit == c]) for c in range(CLASSES)])
between = gap.function()(m=means[:, None], S=spreads[:, None], n=means[None], T=spreads[None])
laws = [scipy.stats.multivariate_normal(m, S) for m, S in zip(means, spreads, strict=True)]
for p, q in ((1, 8), (8, 1), (3, 9)):
    drawn = laws[p].rvs(20_000, random_state=rng)
    gained = (laws[p].logpdf(drawn) - laws[q].logpdf(drawn)) / np.log(2)
    error = dv.standard_deviation(gained) / np.sqrt(len(gained))
    assert abs(dv.mean(gained) - between[p, q]) < 4 * error, (p, q)
print("\nnearest by normal vectors:", *(f"{c} to {q}" for c, q in nearest(between)))

# %% [markdown]
# ## Which pixels say which digit it is?
#
# Mutual information is what the digit and a pixel surprise less together than apart: the lines
# below end in $H(X) + H(Y) - H(X, Y)$.  For one pixel, dark or not, the counts themselves are put
# in as exact fractions.

# %%
shared = dv.mutual_information("[[a, b], [c, 1 - a - b - c]]")
print(shared)


def counted(values: np.ndarray, size: int, labels: np.ndarray = digit) -> np.ndarray:
    """Counts of the values of one pixel (rows) with each label (columns)."""
    counts = np.zeros((size, CLASSES), dtype=int)
    np.add.at(counts, (values.astype(int), labels), 1)
    return counts


def told(counts: np.ndarray) -> float:
    """Bits that rows and columns of a table of counts tell of each other."""
    parts = (counts.sum(axis=1) / N, counts.sum(axis=0) / N, counts.ravel() / N)
    row, column, joint = (of_levels(p=part[part > 0]) for part in parts)
    return row + column - joint


information = np.array([told(counted(ink[:, k], LEVELS)) for k in range(PIXELS)])
theirs = [mutual_info_score(ink[:, k].astype(int), digit) / np.log(2) for k in range(PIXELS)]
np.testing.assert_allclose(information, theirs, atol=1e-12)
best = int(information.argmax())
table = counted(dark[:, best], 2)
exact = dv.mutual_information([[f"{k}/{N}" for k in row] for row in table], base=2)
np.testing.assert_allclose(exact.function()(), told(table), rtol=1e-12)
row, column = divmod(best, 8)
print(f"\nthe pixel that tells most stands in row {row + 1}, column {column + 1}:", end=" ")
print(f"{information[best]:.2f} of {of_levels(p=np.bincount(digit) / N):.2f} bits,", end=" ")
print(f"{told(table):.2f} of them by dark or not")

# %% [markdown]
# Any table of counts tells something by chance.  Shuffled digits show how much: the test of
# independence by likelihood has $2 N I$ (in nats) as its statistic.

# %%
independence = dv.chi_squared_test(table, kind="likelihood_ratio")
print(f"\n{independence!r}")
np.testing.assert_allclose(independence.statistic, 2 * N * told(table) * np.log(2), rtol=1e-10)
shuffled = []
for _ in range(20):
    labels = rng.permutation(digit)
    shuffled.append([told(counted(ink[:, k], LEVELS, labels)) for k in range(PIXELS)])
by_chance = np.max(shuffled)
speaking = int((information > by_chance).sum())
print(f"shuffled digits tell up to {by_chance:.2f} bits; {speaking} of {PIXELS} pixels tell more")
assert information[best] > 5 * by_chance

# %% [markdown]
# ## The picture
#
# Surprise of each pixel; divergence of each pair of digits, P in rows; where 3 and 8 differ; and
# what each pixel tells of the digit.  A pixel may surprise much and tell little.

# %%
figure, panels = plt.subplots(1, 4, figsize=(14.5, 3.7), layout="constrained")
titles = (
    "entropy of a pixel, bits",
    "KL of digits, bits",
    "where 3 differs from 8, bits",
    "what a pixel tells, bits",
)
drawings = (bits.reshape(8, 8), distance, apart[3, 8].reshape(8, 8), information.reshape(8, 8))
for panel, title, drawing in zip(panels, titles, drawings, strict=True):
    shown = panel.imshow(drawing, cmap="viridis")
    figure.colorbar(shown, ax=panel, shrink=0.8)
    panel.set(title=title, xticks=[], yticks=[])
panels[1].set(xticks=range(10), yticks=range(10), xlabel="Q", ylabel="P")
panels[3].plot(column, row, "s", markersize=20, markerfacecolor="none", color="C3")

# %% [markdown]
# ## Notes to keep

# %%
OUT.mkdir(parents=True, exist_ok=True)
pages = [surprise, most, coin, gap, wrong_code, shared]
notes = "\n\n".join(page.markdown() for page in pages)
(OUT / "surprise_and_distance.md").write_text(notes, encoding="utf-8")
figure.savefig(OUT / "surprise_and_distance.png", dpi=120)
print("written: surprise_and_distance.md, surprise_and_distance.png")
