# %% [markdown]
# # Vowels and consonants
#
# In 1913 A. A. Markov counted letters by hand: the first 20000 of Pushkin's *Eugene Onegin*, vowels
# against consonants.  There were 8638 vowels; 1104 of them followed a vowel.  He wanted to show
# that the law of large numbers needs no independence, and invented the chain on the way.  How
# does a text remember its last letter, and how soon does it forget?

# %%
from __future__ import annotations

import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import derive as dv

OUT = Path(os.environ.get("DERIVE_EXAMPLES", "."))
STATES = ("vowel", "consonant")
LETTERS, VOWELS, VOWEL_PAIRS = 20000, 8638, 1104
# each vowel is followed by something (the text ends on a consonant) and follows something
pairs = np.array([[VOWEL_PAIRS, VOWELS - VOWEL_PAIRS], [VOWELS - VOWEL_PAIRS, 0]])
pairs[1, 1] = LETTERS - 1 - pairs.sum()
print("pairs of neighbours, from row to column:\n", pairs, sep="")

# %% [markdown]
# ## Are neighbours independent?
#
# If they were, each cell would be near the product of its margins.  The statistic has one degree
# of freedom; it is in the thousands.

# %%
test = dv.chi_squared_test(pairs)
print(test)
assert test.degrees_of_freedom == 1
assert test.p_value < 1e-300

# %% [markdown]
# ## The chain of greatest likelihood
#
# Each row of probabilities needs a multiplier, and comes out as counts over their total.  With
# the numbers put in these are Markov's $0.128$ and $0.663$.

# %%
counts = [["n_vv", "n_vc"], ["n_cv", "n_cc"]]
estimate = dv.maximum_likelihood_transitions(counts, states=STATES)
print(estimate)
P = estimate.function()(n_vv=pairs[0, 0], n_vc=pairs[0, 1], n_cv=pairs[1, 0], n_cc=pairs[1, 1])
np.testing.assert_allclose(P[:, 0], [0.128, 0.663], atol=5e-4)
print("\nP(v|v) = {:.3f}, P(v|c) = {:.3f}".format(*P[:, 0]))

# %% [markdown]
# ## The share of vowels
#
# From here on $a = P(v \mid v)$ and $b = P(v \mid c)$ are letters.  The two probabilities say
# nothing of how many vowels there are, and yet they determine it.

# %%
chain = dv.MarkovChain([["a", "1 - a"], ["b", "1 - b"]], states=STATES)
stationary = chain.stationary_distribution()
print(stationary)
a, b = 0.128, 0.663
share = stationary.function()(a=a, b=b)
print(f"\nshare of vowels: {share[0]:.4f} by the chain, {VOWELS / LETTERS:.4f} by the count")
np.testing.assert_allclose(share[0], 0.432, atol=5e-4)
np.testing.assert_allclose(share[0], VOWELS / LETTERS, atol=2e-4)
assert chain.detailed_balance().holds

# %% [markdown]
# ## How soon it forgets
#
# The $n$-step matrix is the stationary law plus a part that shrinks like $(a - b)^n$.  Since
# $a - b$ is negative, the memory alternates: a vowel makes the second letter after it more likely
# to be a vowel again.

# %%
many = chain.n_step("n")
print(many)
after = many.function()
steps = np.arange(1, 11)
ahead = np.array([after(a=a, b=b, n=n) for n in steps])
matrix = np.array([[a, 1 - a], [b, 1 - b]])
powers = np.array([np.linalg.matrix_power(matrix, n) for n in steps])
np.testing.assert_allclose(ahead, powers, atol=1e-14)

# %% [markdown]
# ## Waiting
#
# How long until the next vowel, and until three consonants stand in a row?  For the second, the
# state is the number of consonants so far.

# %%
next_vowel = chain.hitting_time("vowel")
print(next_vowel)
runs = dv.MarkovChain(
    [["a", "1 - a", 0, 0], ["b", 0, "1 - b", 0], ["b", 0, 0, "1 - b"], [0, 0, 0, 1]],
    states=("v", "c", "cc", "ccc"),
)
three = runs.hitting_time("ccc")
print(three)
to_vowel = next_vowel.function()(a=a, b=b)[1]
to_three = three.function()(a=a, b=b)
print(f"\nletters from a consonant to a vowel: {to_vowel:.3f}")
print(f"letters from a vowel to three consonants in a row: {to_three[0]:.1f}")
np.testing.assert_allclose(1 / share[0], 1 + share[1] / share[0] * b * to_vowel, rtol=1e-12)

# %% [markdown]
# ## Surprise per letter
#
# A letter of which the neighbour is known surprises less.  The difference is the mutual
# information of neighbours, found from the joint table alone.

# %%
rate = chain.entropy_rate(base=2)
alone = dv.entropy("[p, 1 - p]", base=2)
shared = dv.mutual_information("[[p*a, p*(1 - a)], [(1 - p)*b, (1 - p)*(1 - b)]]", base=2)
bits_chain = rate.function()(a=a, b=b)
bits_alone = alone.function()(p=share[0])
bits_shared = shared.function()(a=a, b=b, p=share[0])
print(f"bits per letter: {bits_alone:.3f} alone, {bits_chain:.3f} after its neighbour")
np.testing.assert_allclose(bits_alone - bits_chain, bits_shared, rtol=1e-10)

# %% [markdown]
# ## A simulated poem
#
# A million letters from the chain: share, gaps and waiting times come out as derived, within four
# standard errors.  Gaps and waits are independent; letters are not, but neighbours that repel
# each other only make the mean steadier.

# %%
rng = np.random.default_rng(0)
poem, last = [], 1  # 1 for a vowel
for chance in rng.random(1_000_000):
    last = int(chance < (a if last else b))
    poem.append(last)
letters = np.array(poem, dtype=float)


def near(sample: np.ndarray, promised: float) -> None:
    error = dv.standard_deviation(sample) / np.sqrt(len(sample))
    assert abs(dv.mean(sample) - promised) < 4 * error, (dv.mean(sample), promised, error)


gaps = np.diff(np.flatnonzero(letters))  # letters from one vowel to the next
waits, since_vowel, row = [], None, 0
for t, letter in enumerate(poem):
    row = 0 if letter else row + 1
    if letter and since_vowel is None:
        since_vowel = t
    if row == 3 and since_vowel is not None:
        waits.append(t - since_vowel)
        since_vowel = None
near(letters, share[0])
near(gaps, 1 / share[0])
near(gaps[gaps > 1] - 1, to_vowel)
near(np.array(waits), to_three[0])
print(f"a simulated million: share {letters.mean():.4f}, mean gap {gaps.mean():.3f}", end=", ")
print(f"mean of {len(waits)} waits {np.mean(waits):.2f}")

# %% [markdown]
# ## Aside: a chain is an autoregressive series
#
# Write $x_t = 1$ for a vowel.  Then $x_t = b + \varphi x_{t-1} + \varepsilon_t$ with
# $\varphi = a - b$ and a noise of mean 0: an AR(1) series.  Such a series has variance
# $\sigma^2/(1 - \varphi^2)$ and correlation $\varphi^k$ at lag $k$.  Here the noise is a coin of
# chance $a$ after a vowel and $b$ after a consonant, less its mean; with the share $\pi$ of
# vowels, `derive` proves that the variance is right.

# %%
coin = dv.variance("Bernoulli(p)")
print(f"variance of a coin: {coin!r}")
PI = "(b/(1 - a + b))"
variance = dv.equal(
    f"{PI} - {PI}^2",
    f"({PI}*(a - a^2) + (1 - {PI})*(b - b^2))/(1 - (a - b)^2)",
    shapes="a: positive, b: positive",
)
print(variance)
assert variance.decision == "proved", variance

# %% [markdown]
# The slope on the letter before is found by least squares, on the letters and on a series with
# normal noise and the same $\varphi$.

# %%
slope = dv.stationary_point(
    "norm2(y - c*ones(n) - phi*x)^2",
    "phi, c",
    shapes="x: n, y: n, phi: scalar, c: scalar",
)
print(slope)
phi, sigma = a - b, 1.0
series = [0.0]
for noise in rng.normal(0, sigma, 200_000):
    series.append(phi * series[-1] + noise)
normal = np.array(series[100:])
fit = slope.function()
for sample in (letters, normal):
    found = fit(x=sample[:-1], y=sample[1:])
    error = np.sqrt((1 - phi**2) / len(sample))
    assert abs(float(found[0]) - phi) < 4 * error, (found, phi, error)
np.testing.assert_allclose(dv.sample_variance(normal), sigma**2 / (1 - phi**2), rtol=0.02)
lags = np.arange(9)
correlations = [
    np.array([dv.correlation(sample[: len(sample) - k], sample[k:]) for k in lags])
    for sample in (letters, normal)
]
np.testing.assert_allclose(correlations[0], phi**lags, atol=4e-3)
np.testing.assert_allclose(correlations[1], phi**lags, atol=1e-2)

# %% [markdown]
# ## The picture
#
# The memory of the last letter; the wait for three consonants; the correlations of the aside.

# %%
figure, (memory, waiting, lagged) = plt.subplots(1, 3, figsize=(13, 4.2), layout="constrained")
starts = np.concatenate([[[1.0, 0.0]], ahead[:, :, 0]])
for column, (state, color) in enumerate(zip(STATES, ("C0", "C1"), strict=True)):
    memory.plot(range(len(starts)), starts[:, column], "o-", color=color, label=f"after a {state}")
memory.axhline(share[0], color="0.6", linestyle=":", label=f"share {share[0]:.3f}")
memory.set(xlabel="letters ahead", ylabel="chance of a vowel", title="how soon it forgets")
memory.legend()

waiting.hist(waits, bins=np.arange(2.5, 101, 2), density=True, color="C0", alpha=0.6)
waiting.axvline(to_three[0], color="C3", label=f"mean by first steps, {to_three[0]:.1f}")
waiting.set(xlabel="letters", title="from a vowel to three consonants in a row")
waiting.legend()

for name, sample, shift, color in zip(
    ("vowels", "normal noise"), correlations, (-0.2, 0.2), ("C0", "C1"), strict=True
):
    lagged.bar(lags + shift, sample, 0.4, color=color, alpha=0.7, label=f"simulated, {name}")
lagged.plot(lags, phi**lags, "k_", markersize=14, label=r"$\varphi^k$, $\varphi = a - b$")
lagged.axhline(0, color="0.6", linewidth=0.8)
lagged.set(xlabel="lag $k$", title="correlation of a series with its past")
lagged.legend()

# %% [markdown]
# ## Notes to keep

# %%
OUT.mkdir(parents=True, exist_ok=True)
pages = [test, estimate, stationary, many, next_vowel, three, rate, shared, slope]
notes = "\n\n".join(page.markdown() for page in pages)
(OUT / "vowels_and_consonants.md").write_text(notes, encoding="utf-8")
figure.savefig(OUT / "vowels_and_consonants.png", dpi=120)
print("written: vowels_and_consonants.md, vowels_and_consonants.png")
