# %% [markdown]
# # Do these flowers differ?
#
# Fifty irises each of three kinds.  Their sepals look about equally wide: 3.4, 2.8 and 3.0 cm on
# the average, with much overlap.  Is the difference between the last two more than chance?  We
# describe the samples, derive the tests, apply them, and then try the promises of the theory
# out: does a 95 percent interval hold the truth in 95 of 100 samples?

# %%
from __future__ import annotations

import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats
from sklearn.datasets import load_iris

import derive as dv

OUT = Path(os.environ.get("DERIVE_EXAMPLES", "."))
NAMES = ("setosa", "versicolor", "virginica")
measured, kind = load_iris(return_X_y=True)
length, width = ([measured[kind == k, column] for k in range(3)] for column in (0, 1))

# %% [markdown]
# ## A sample in a few numbers
#
# The mean has the least sum of squared distances, the median the least sum of distances.  The
# squares about the sample's own mean are a little too small, since that mean is as near as can
# be: their expected sum is $(n - 1)\sigma^2$, and so the variance divides by $n - 1$.  Even so
# the root of it is too small on the average, as the root is concave.

# %%
pages = [
    dv.statistic_derivation(name)
    for name in ("mean", "median", "sample_variance", "variance_of_mean", "standard_deviation")
]
print(*pages[2:], sep="\n\n")
table = ["| kind | mean | median | variance | deviation |", "|---|---|---|---|---|"]
for name, x in zip(NAMES, width, strict=True):
    row = (dv.mean(x), dv.median(x), dv.sample_variance(x), dv.standard_deviation(x))
    table.append(f"| {name} | " + " | ".join(f"{value:.3f}" for value in row) + " |")
    np.testing.assert_allclose(row, [x.mean(), np.median(x), x.var(ddof=1), x.std(ddof=1)])
print(*table, sep="\n")

# %% [markdown]
# Of five normal values at a time, the mean square deviation, with divisors 5 and 4, and its
# root, against the true variance 1.

# %%
rng = np.random.default_rng(1)
fives = rng.normal(size=(100_000, 5))
squares = 5 * fives.var(axis=1)
print()
for name, found, true in (
    ("divided by 5", squares / 5, 0.8),
    ("divided by 4", squares / 4, 1.0),
    ("its root", np.sqrt(squares / 4), None),
):
    error = found.std() / np.sqrt(found.size)
    print(f"{name:13} {found.mean():.4f} on the average, give or take {error:.4f}")
    assert true is None or abs(found.mean() - true) < 4 * error
assert np.sqrt(squares / 4).mean() < 1 - 4 * error

# %% [markdown]
# ## Two kinds
#
# Versicolor against virginica.  Neither variance is known, nor are they said to be equal: the
# test of Welch.  If the means are equal, the statistic has nearly Student's law.

# %%
welch = dv.t_test(width[2], width[1], kind="welch")
apart = dv.confidence_interval("mean_difference", width[2], width[1])
print("\n", welch, "\n\n", apart, sep="")
reference = stats.ttest_ind(width[2], width[1], equal_var=False)
np.testing.assert_allclose(welch.p_value, reference.pvalue, rtol=1e-9)
between = reference.confidence_interval()
np.testing.assert_allclose([apart.lower, apart.upper], [between.low, between.high], rtol=1e-9)
assert welch.p_value < 0.01 and apart.lower > 0

# %% [markdown]
# ## Three kinds at once
#
# All squares about the common mean split into those within the kinds and those between them.
# The analysis of variance compares the two.  Of two kinds its statistic is the square of the
# pooled $t$.

# %%
three = dv.anova(*width)
print("\n", three, sep="")
reference = stats.f_oneway(*width)
np.testing.assert_allclose(three.statistic, reference.statistic, rtol=1e-10)
np.testing.assert_allclose(three.p_value, reference.pvalue, rtol=1e-8)
pooled = dv.t_test(width[2], width[1], kind="pooled")
two = dv.anova(width[2], width[1])
np.testing.assert_allclose(two.statistic, pooled.statistic**2, rtol=1e-12)
np.testing.assert_allclose(two.p_value, pooled.p_value, rtol=1e-9)

# %% [markdown]
# ## Together or kind by kind
#
# Are long sepals wide?  Over all 150 flowers hardly: the correlation is even negative.  In each
# kind by itself it is clearly positive.  The kinds differ in both measures, and that hides it.

# %%
everything = dv.correlation_test(np.concatenate(length), np.concatenate(width))
print(f"\nall kinds    {everything!r}")
for name, x, y in zip(NAMES, length, width, strict=True):
    found = dv.correlation_test(x, y)
    interval = dv.confidence_interval("correlation", x, y)
    print(f"{name:12} r = {dv.correlation(x, y):.3f}, {interval.lower:.3f} to {interval.upper:.3f}")
    assert interval.lower > 0
    np.testing.assert_allclose(found.p_value, stats.pearsonr(x, y).pvalue, rtol=1e-7)
assert dv.correlation(np.concatenate(length), np.concatenate(width)) < 0

# %% [markdown]
# ## Was fifty enough?
#
# Had the means been half a standard deviation apart, how often would fifty flowers a kind have
# shown it?  And how many are needed to see it in nine cases of ten?

# %%
power = dv.power("pooled", effect=0.5, n=50)
needed = dv.sample_size("pooled", effect=0.5, power=0.9)
print(f"\n{power!r}\n{needed!r}")

# %% [markdown]
# ## Do the promises hold?
#
# A computer can draw as many flowers as we like from a normal law with the mean and deviation
# of virginica.  The compiled interval covers the true mean in 95 percent of 100 000 samples; the
# test of Welch, where nothing differs, has p-values that are uniform; and where the means differ
# by half a deviation it rejects as often as the power says.

# %%
interval_page = dv.confidence_interval("mean")
ends = interval_page.function()
mu, sigma, n = dv.mean(width[2]), dv.standard_deviation(width[2]), 50
q = stats.t(n - 1).ppf(0.975)
samples = rng.normal(mu, sigma, size=(100_000, n))
lower, upper = ends(x=samples, q=q)
covers = (lower <= mu) & (mu <= upper)
once = dv.confidence_interval("mean", samples[0])
np.testing.assert_allclose([lower[0], upper[0]], [once.lower, once.upper], rtol=1e-12)
print(f"\n{covers.mean():.4f} of the intervals hold the mean")
assert abs(covers.mean() - 0.95) < 4 * np.sqrt(0.95 * 0.05 / covers.size)

statistic = dv.t_test(kind="welch").function()
t, degrees = statistic(x=samples, y=rng.normal(mu, 2 * sigma, size=(100_000, 20)), mu_0=0.0)
p_values = 2 * stats.t.sf(np.abs(t), degrees)
assert stats.kstest(p_values, "uniform").statistic < 0.01

statistic = dv.t_test(kind="pooled").function()
others = rng.normal(mu + sigma / 2, sigma, size=samples.shape)
t = statistic(x=others, y=samples, mu_0=0.0)
rejected = (np.abs(t) > stats.t(2 * n - 2).ppf(0.975)).mean()
print(f"{rejected:.4f} rejected, power {power.power:.4f}")
assert abs(rejected - power.power) < 4 * np.sqrt(rejected * (1 - rejected) / len(others))

# %% [markdown]
# ## The picture
#
# The samples with their means and intervals; a hundred of the simulated intervals, those that
# miss in red; the null p-values of the test of Welch.

# %%
figure, (sepals, many, levels) = plt.subplots(
    1, 3, figsize=(13, 4.4), width_ratios=(1, 1.3, 1), layout="constrained"
)
for k, x in enumerate(width):
    interval = dv.confidence_interval("mean", x)
    sepals.plot(k + rng.uniform(-0.2, 0.2, x.size), x, ".", color=f"C{k}", alpha=0.5)
    reach = [[interval.estimate - interval.lower], [interval.upper - interval.estimate]]
    sepals.errorbar(k + 0.33, interval.estimate, reach, fmt="o", color="black", capsize=4)
sepals.set(xticks=range(3), xticklabels=NAMES, ylabel="sepal width in cm")
sepals.set_title(f"means, 95 % intervals; p = {three.p_value:.0e}", fontsize="medium")

shown = slice(0, 100)
missed = np.flatnonzero(~covers[shown])
many.vlines(range(100), lower[shown], upper[shown], color="C0", linewidth=1)
many.vlines(missed, lower[missed], upper[missed], color="C3", linewidth=2.2)
many.axhline(mu, color="black", linewidth=1)
many.set(xlabel="sample", ylabel="interval for the mean, in cm")
many.set_title(
    f"{missed.size} of these 100 miss, {1 - covers.mean():.3f} of all", fontsize="medium"
)

levels.hist(p_values, bins=50, density=True, color="C0", alpha=0.6)
levels.axhline(1, color="black", linewidth=1)
levels.set(xlabel="p-value", ylabel="density", ylim=(0, 1.3))
levels.set_title("Welch, where nothing differs", fontsize="medium")

# %% [markdown]
# ## Notes to keep

# %%
OUT.mkdir(parents=True, exist_ok=True)
notes = [
    page.markdown() for page in (*pages, welch, apart, three, everything, interval_page, power)
]
notes.insert(5, "Sepal width in cm:\n\n" + "\n".join(table))
(OUT / "flowers_differ.md").write_text("\n\n".join(notes), encoding="utf-8")
figure.savefig(OUT / "flowers_differ.png", dpi=120)
print("written: flowers_differ.md, flowers_differ.png")
