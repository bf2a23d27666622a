# %% [markdown]
# # Which number should we trust?
#
# A model reads five measurements of a breast tumour and says whether it is malignant.  How good
# is it?  Accuracy, precision, recall, F1 and the area under the ROC curve all answer, and all are
# computed from a few hundred patients.  We give each its interval, and ask which of them would
# still be true elsewhere.

# %%
from __future__ import annotations

import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn import metrics
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression

import derive as dv

OUT = Path(os.environ.get("DERIVE_EXAMPLES", "."))
MEASURED = ["mean radius", "mean texture", "mean smoothness", "mean compactness", "mean symmetry"]
data = load_breast_cancer()
chosen = [list(data.feature_names).index(name) for name in MEASURED]
malignant = (data.target == 0).astype(int)
order = np.random.default_rng(0).permutation(len(malignant))
train, test = order[::2], order[1::2]

measured = data.data[:, chosen]
measured = (measured - measured[train].mean(axis=0)) / measured[train].std(axis=0)
design = np.column_stack([np.ones(len(measured)), measured])

# %% [markdown]
# ## The model
#
# Logistic regression; its score equation has no closed form, and Newton steps with the Fisher
# information solve it.

# %%
regression = dv.logistic_regression()
print(regression)
score_and_information = regression.function()
w = np.zeros(design.shape[1])
for _ in range(25):
    slope, information = score_and_information(X=design[train], y=malignant[train], w=w)
    w = w + np.linalg.solve(information, slope)
assert np.abs(slope).max() < 1e-8
reference = LogisticRegression(C=1e8, tol=1e-10, max_iter=5000)
reference.fit(measured[train], malignant[train])
np.testing.assert_allclose(w[1:], reference.coef_[0], rtol=1e-4)

true = malignant[test]
scores = design[test] @ w
chance = dv.function("sigmoid(z)", shapes="z: scalar")(z=scores)
said = (chance >= 0.5).astype(int)

# %% [markdown]
# ## Four counts and their ratios
#
# Rows say what is so, columns what was said.

# %%
table = dv.confusion_matrix(true, said)
(tn, fp), (fn, tp) = table.tolist()
n, positives, negatives, called = len(true), tp + fn, tn + fp, tp + fp
print("\nconfusion matrix:\n", table, sep="")
for name in ("accuracy", "precision", "f1_score", "auc"):
    print("\n", dv.metric_derivation(name), sep="")

values = {
    "accuracy": dv.accuracy(true, said),
    "precision": dv.precision(true, said),
    "recall": dv.recall(true, said),
    "specificity": dv.specificity(true, said),
    "F1": dv.f1_score(true, said),
    "AUC": dv.auc(true, scores),
}
theirs = {
    "accuracy": metrics.accuracy_score(true, said),
    "precision": metrics.precision_score(true, said),
    "recall": metrics.recall_score(true, said),
    "specificity": metrics.recall_score(true, said, pos_label=0),
    "F1": metrics.f1_score(true, said),
    "AUC": metrics.roc_auc_score(true, scores),
}
for name, value in values.items():
    np.testing.assert_allclose(value, theirs[name], rtol=1e-12, err_msg=name)
np.testing.assert_array_equal(table, metrics.confusion_matrix(true, said))

# %% [markdown]
# ## An interval for each ratio
#
# Accuracy, precision, recall and specificity are shares: of all patients, of those called ill, of
# the ill, of the healthy.  Wilson's interval comes from a quadratic in the unknown share.

# %%
shares = {
    "accuracy": (tp + tn, n),
    "precision": (tp, called),
    "recall": (tp, positives),
    "specificity": (tn, negatives),
}
wilson = {name: dv.confidence_interval("proportion", *of) for name, of in shares.items()}
print(wilson["recall"])
intervals = {name: (found.lower, found.upper) for name, found in wilson.items()}

# %% [markdown]
# ## An interval for F1
#
# F1 is no share: hits are counted twice above and below.  Let $p, q, r$ be the shares of true
# positives, false positives and false negatives among $n$ patients.  The counts are multinomial,
# and the delta method carries their covariance over.  `derive` proves that its answer has a
# shorter form.

# %%
SHAPES = "p: positive, q: positive, r: positive, n: positive"
covariance = [
    ["p*(1-p)/n", "-p*q/n", "-p*r/n"],
    ["-p*q/n", "q*(1-q)/n", "-q*r/n"],
    ["-p*r/n", "-q*r/n", "r*(1-r)/n"],
]
spread = dv.delta_method("2*p/(2*p + q + r)", "p, q, r", covariance, shapes=SHAPES)
print(spread)
short = dv.equal(spread.expression, "4*p*(q + r)*(p + q + r)/(2*p + q + r)^4/n", shapes=SHAPES)
print(short)
assert short.decision == "proved", short
f1_error = np.sqrt(spread.function()(p=tp / n, q=fp / n, r=fn / n, n=n))


def normal_interval(value: float, error: float) -> tuple[float, float]:
    """Of one value that is nearly normal, with this deviation."""
    found = dv.confidence_interval("mean", [value], error, method="known")
    return found.lower, found.upper


intervals["F1"] = normal_interval(values["F1"], f1_error)

# %% [markdown]
# ## An interval for the area
#
# The area is the mean, over the ill, of the share of the healthy who score lower; and the mean
# over the healthy of the share of the ill who score higher.  Each mean has a variance; both
# count, for both groups are samples.

# %%
ill, healthy = scores[true == 1], scores[true == 0]
above = [dv.auc([1] + [0] * negatives, [one, *healthy]) for one in ill]
below = [dv.auc([1] * positives + [0], [*ill, one]) for one in healthy]
np.testing.assert_allclose([dv.mean(above), dv.mean(below)], values["AUC"], rtol=1e-12)
auc_error = np.sqrt(dv.sample_variance(above) / positives + dv.sample_variance(below) / negatives)
intervals["AUC"] = normal_interval(values["AUC"], auc_error)

# %% [markdown]
# ## Drawing other patients
#
# The bootstrap draws as many patients again, with replacement.  Its spread must be that of the
# formulas.  Where only a handful of errors was seen, as for precision, it is the bootstrap that
# is too sure: many of its draws hold no error at all, and none holds an error that was not seen.

# %%
rng = np.random.default_rng(1)
METRICS = {
    "accuracy": lambda y, s: dv.accuracy(y, s > 0),
    "precision": lambda y, s: dv.precision(y, s > 0),
    "recall": lambda y, s: dv.recall(y, s > 0),
    "specificity": lambda y, s: dv.specificity(y, s > 0),
    "F1": lambda y, s: dv.f1_score(y, s > 0),
    "AUC": dv.auc,
}
drawn: dict[str, list[float]] = {name: [] for name in METRICS}
for _ in range(1500):
    again = rng.integers(0, n, n)
    for name, metric in METRICS.items():
        drawn[name].append(metric(true[again], scores[again]))

rows = ["| metric | value | from | to | bootstrap from | to |", "|---|---|---|---|---|---|"]
for name, value in values.items():
    low, high = intervals[name]
    edges = [dv.sample_quantile(drawn[name], level) for level in (0.025, 0.975)]
    rows.append(
        f"| {name} | {value:.3f} | {low:.3f} | {high:.3f} | {edges[0]:.3f} | {edges[1]:.3f} |"
    )
    assert low < value < high
    np.testing.assert_allclose([low, high], edges, atol=0.03, err_msg=name)
print("\n".join(rows))
np.testing.assert_allclose(dv.standard_deviation(drawn["F1"]), f1_error, rtol=0.1)
np.testing.assert_allclose(dv.standard_deviation(drawn["AUC"]), auc_error, rtol=0.1)

# %% [markdown]
# ## Normal scores, and the best threshold
#
# Where the scores of both groups are normal, the area is one value of $\Phi$.  Here they are not:
# large tumours score very high, the deviation of the ill grows, and the formula falls below the
# interval of the area.  The count of pairs assumes nothing and is the one to trust.

# %%
binormal = dv.metric_derivation("binormal_auc")
print(binormal)
fitted = {
    "mu_1": dv.mean(ill),
    "mu_0": dv.mean(healthy),
    "sigma_1": dv.standard_deviation(ill),
    "sigma_0": dv.standard_deviation(healthy),
}
smooth = binormal.function()(**fitted)
print(f"\nAUC {values['AUC']:.3f}, by two normal laws {smooth:.3f}")
assert smooth < intervals["AUC"][0]
draws = rng.normal(fitted["mu_1"], fitted["sigma_1"], 200_000)
others = rng.normal(fitted["mu_0"], fitted["sigma_0"], 200_000)
np.testing.assert_allclose(np.mean(draws > others), smooth, atol=4 * 0.5 / np.sqrt(200_000))

# %% [markdown]
# For calibrated chances F1 is best at the threshold that is half of the best F1.

# %%
best = dv.metric_derivation("best_f1_threshold")
print(best)
thresholds = np.linspace(0.02, 0.98, 97)
f1_at = np.array([dv.f1_score(true, (chance >= t).astype(int)) for t in thresholds])
promised = best.function()(F=f1_at.max())
at_promised = dv.f1_score(true, (chance >= promised).astype(int))
print(f"\nbest F1 {f1_at.max():.3f}; at the threshold {promised:.3f} it is {at_promised:.3f}")
assert f1_at.max() - at_promised < f1_error

# %% [markdown]
# ## Elsewhere
#
# In this hospital four in ten are ill; among people screened it may be one in a hundred.  Recall
# and specificity are shares within the ill and within the healthy, and the area compares one with
# the other: they do not depend on how many are ill.  Precision does, by the theorem of Bayes, and
# F1 with it.

# %%
bayes = dv.metric_derivation("precision_by_bayes")
print(bayes)
precision_at = bayes.function()
here = precision_at(s=values["recall"], c=values["specificity"], pi_1=positives / n)
np.testing.assert_allclose(here, values["precision"], rtol=1e-12)
screened = precision_at(s=values["recall"], c=values["specificity"], pi_1=0.01)
prevalence = np.geomspace(0.002, 0.9, 60)
precise = precision_at(s=values["recall"], c=values["specificity"], pi_1=prevalence)
ends = [
    precision_at(s=intervals["recall"][k], c=intervals["specificity"][k], pi_1=prevalence)
    for k in (0, 1)
]
print(f"\nprecision {values['precision']:.3f} here, {screened:.3f} where one in a hundred is ill")

crowd = np.concatenate(  # the same patients, drawn until one in a hundred is ill
    [rng.choice(np.flatnonzero(true == k), size) for k, size in ((1, 20_000), (0, 1_980_000))]
)
found = dv.precision(true[crowd], said[crowd])
called = int(said[crowd].sum())
allowed = dv.confidence_interval("proportion", round(found * called), called, level=0.9999)
assert allowed.lower < screened < allowed.upper, (allowed, screened)
print(f"two million people drawn so: {found:.3f}; the intervals allow", end=" ")
at = [
    precision_at(s=intervals["recall"][k], c=intervals["specificity"][k], pi_1=0.01) for k in (0, 1)
]
print(f"{at[0]:.2f} to {at[1]:.2f}")

# %% [markdown]
# ## The picture
#
# The ROC curve with the intervals at the threshold in use; all numbers with their intervals;
# precision against prevalence.

# %%
curve = dv.roc_curve(true, scores)
expected = metrics.roc_curve(true, scores, drop_intermediate=False)
np.testing.assert_allclose(curve.true_positive_rate, expected[1], atol=1e-15)
np.testing.assert_allclose(curve.false_positive_rate, expected[0], atol=1e-15)

figure, (roc, bars, elsewhere) = plt.subplots(1, 3, figsize=(13.5, 4.6), layout="constrained")
roc.step(curve.false_positive_rate, curve.true_positive_rate, where="post", label="ROC curve")
roc.plot([0, 1], [0, 1], ":", color="0.6", label="guessing")
x, y = 1 - values["specificity"], values["recall"]
roc.errorbar(
    x,
    y,
    xerr=[
        [intervals["specificity"][1] - values["specificity"]],
        [1 - x - intervals["specificity"][0]],
    ],
    yerr=[[y - intervals["recall"][0]], [intervals["recall"][1] - y]],
    fmt="o",
    color="C3",
    capsize=3,
    label="threshold 1/2, Wilson intervals",
)
roc.set(xlabel="false-positive rate", ylabel="recall", title=f"area {values['AUC']:.3f}")
roc.set_aspect("equal")
roc.legend(loc="lower right")

for place, (name, value) in enumerate(values.items()):
    low, high = intervals[name]
    edges = [dv.sample_quantile(drawn[name], level) for level in (0.025, 0.975)]
    bars.plot(edges, [place + 0.15] * 2, color="C1", linewidth=5, alpha=0.5, solid_capstyle="butt")
    bars.errorbar(
        value, place, xerr=[[value - low], [high - value]], fmt="o", color="C0", capsize=3
    )
bars.plot([], [], "o-", color="C0", label="interval by formula")
bars.plot([], [], color="C1", linewidth=5, alpha=0.5, label="bootstrap")
bars.set_yticks(range(len(values)), list(values))
bars.invert_yaxis()
bars.set(title=f"{n} patients, level 0.95", xlim=(0.7, 1))
bars.legend(loc="lower left")

elsewhere.semilogx(prevalence, precise, label="precision by Bayes")
elsewhere.fill_between(prevalence, *ends, alpha=0.2, label="at the ends of both intervals")
elsewhere.plot(positives / n, values["precision"], "o", color="C3", label="these patients")
elsewhere.plot(0.01, screened, "s", color="C3", label="one in a hundred ill")
elsewhere.set(xlabel="share of the ill", ylim=(0, 1), title="precision depends on who is asked")
elsewhere.legend(loc="lower right")

# %% [markdown]
# ## Notes to keep

# %%
OUT.mkdir(parents=True, exist_ok=True)
names = ("accuracy", "precision", "f1_score", "auc")
pages = [*map(dv.metric_derivation, names), wilson["recall"], spread, binormal, best, bayes]
notes = [page.markdown() for page in pages]
notes.insert(0, "Breast cancer, five measurements, 95% intervals:\n\n" + "\n".join(rows))
(OUT / "which_number_to_trust.md").write_text("\n\n".join(notes), encoding="utf-8")
figure.savefig(OUT / "which_number_to_trust.png", dpi=120)
print("written: which_number_to_trust.md, which_number_to_trust.png")
