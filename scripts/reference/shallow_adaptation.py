"""Domain adaptation in closed form, written from the papers' equations with numpy, scipy and scikit-learn.

`scripts/golden/shallow-adaptation.py` makes golden values with it, and `benchmarks/adaptation-shallow.ts`
compares it with ours on real features. Where there is a choice, the numerics differ from ours on purpose:
general matrix functions and eigenvectors, SVD, sums of logarithms, other optimisers.
"""

import numpy as np
import scipy.linalg
import scipy.optimize
from scipy.spatial.distance import cdist
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression


def covariance(x):
    return np.cov(x, rowvar=False)


def coral(source, target, ridge=1.0):
    """Sun, Feng and Saenko 2016, algorithm 1."""
    own = covariance(source) + ridge * np.eye(source.shape[1])
    other = covariance(target) + ridge * np.eye(source.shape[1])
    return source @ scipy.linalg.inv(scipy.linalg.sqrtm(own)).real @ scipy.linalg.sqrtm(other).real, target


def subspace(source, target, dimensions):
    """Fernando et al. 2013, section 3.2."""

    def axes(x):
        return np.linalg.svd(x - x.mean(0), full_matrices=False)[2][:dimensions].T

    own, other = axes(source), axes(target)
    return source @ own @ own.T @ other, target @ other


def tca(source, target, dimensions, ridge=1.0, width=None):
    """Pan et al. 2011, equation 5; L has norm 1. `width`: a Gaussian kernel instead of the features."""
    rows = np.vstack([source, target])
    n, m = len(source), len(target)
    if width is not None:
        rows = np.exp(-cdist(rows, rows, "sqeuclidean") / (2 * width**2))
    e = np.concatenate([np.full(n, 1 / n), np.full(m, -1 / m)])[:, None]
    L = e @ e.T
    L /= np.linalg.norm(L)
    H = np.eye(n + m) - 1 / (n + m)
    left = rows.T @ L @ rows + ridge * np.eye(rows.shape[1])
    values, vectors = scipy.linalg.eig(np.linalg.solve(left, rows.T @ H @ rows))
    leading = vectors[:, np.argsort(-values.real)[:dimensions]].real
    # Each component as long as its constraint says: w' (X'LX + mu I) w = 1.
    leading = leading / np.sqrt(np.einsum("ij,ik,kj->j", leading, left, leading))
    moved = rows @ leading
    return moved[:n], moved[n:]


def linear_transport(source, target, ridge):
    """Peyre and Cuturi 2019, equation 2.40."""
    identity = ridge * np.eye(source.shape[1])
    own, other = covariance(source) + identity, covariance(target) + identity
    root = scipy.linalg.sqrtm(own).real
    inverse = np.linalg.inv(root)
    A = inverse @ scipy.linalg.sqrtm(root @ other @ root).real @ inverse
    return (source - source.mean(0)) @ A + target.mean(0), target


def sinkhorn(source, target, labels=None, entropy=0.05, groups=0.1, rounds=10, scalings=1000):
    """Courty et al. 2017, section 4.3, with Sinkhorn's scalings as sums of logarithms."""
    costs = cdist(source, target, "sqeuclidean")
    costs = costs / costs.max()
    n, m = costs.shape

    def plan_of(costs):
        kernel = -costs / entropy
        f, g = np.full(n, -np.log(n)), np.full(m, -np.log(m))
        for turn in range(scalings):
            arrived = logsumexp(kernel + f[:, None], axis=0)
            if turn and np.abs(np.exp(arrived + g) - 1 / m).sum() < 1e-9:
                break
            g = -np.log(m) - arrived
            f = -np.log(n) - logsumexp(kernel + g[None, :], axis=1)
        return np.exp(f[:, None] + kernel + g[None, :])

    plan = plan_of(costs)
    for _ in range(rounds - 1 if labels is not None and groups else 0):
        slopes = np.zeros_like(costs)
        for label in np.unique(labels):
            own = labels == label
            slopes[own] = 0.5 / np.sqrt(plan[own].sum(0) + 1e-3)
        plan = plan_of(costs + groups * slopes)
    return plan @ target / plan.sum(1, keepdims=True), target


def kernel_mean_matching(source, target, width, most=1000.0):
    """Huang et al. 2006, equation 12, where the bound of the mean weight doesn't bind (asserted)."""
    n, m = len(source), len(target)

    def gaussian(a, b):
        return np.exp(-cdist(a, b, "sqeuclidean") / (2 * width**2))

    kernel, pull = gaussian(source, source), n / m * gaussian(source, target).sum(1)
    found = scipy.optimize.minimize(
        lambda b: (b @ kernel @ b / 2 - pull @ b, kernel @ b - pull),
        np.ones(n),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, most)] * n,
        options={"maxiter": 100000, "maxfun": 100000, "ftol": 1e-16, "gtol": 1e-10, "maxcor": 50},
    )
    slack = n * (np.sqrt(n) - 1) / np.sqrt(n)
    assert abs(found.x.sum() - n) <= slack
    return found.x, found.fun


def discriminator(source, target, strength=None):
    """Bickel, Bruckner and Scheffer 2007: odds of a logistic regression, of mean 1."""
    rows = np.vstack([source, target])
    deviations = rows.std(0)
    rows = (rows - rows.mean(0)) / np.where(deviations > 0, deviations, np.inf)
    labels = np.repeat([0, 1], [len(source), len(target)])
    # Two sets of weights that are held small, as a softmax has, are one set held half as small.
    model = LogisticRegression(
        C=2 * (strength or 1 / len(rows)), solver="newton-cg", tol=1e-12, max_iter=10000
    ).fit(rows, labels)
    odds = np.exp(model.decision_function(rows[: len(source)]))
    return odds / odds.mean()


def kliep(source, target, centres, width):
    """Sugiyama et al. 2008, equation 9, by sequential quadratic programming."""

    def gaussian(a):
        return np.exp(-cdist(a, centres, "sqeuclidean") / (2 * width**2))

    own, other = gaussian(source), gaussian(target)
    means = own.mean(0)
    start = np.full(len(centres), 1 / means.sum())
    found = scipy.optimize.minimize(
        lambda a: -np.log(other @ a).mean(),
        start,
        jac=lambda a: -(other / (other @ a)[:, None]).mean(0),
        method="SLSQP",
        bounds=[(0, None)] * len(centres),
        constraints={"type": "eq", "fun": lambda a: means @ a - 1, "jac": lambda a: means},
        options={"maxiter": 1000, "ftol": 1e-14},
    )
    return own @ found.x, -found.fun


def tradaboost(source, source_labels, target, target_labels, rows, rounds=20, strength=1.0):
    """Dai et al. 2007, figure 1, with logistic regressions; classes of `rows` by the later half's vote."""
    x, y = np.vstack([source, target]), np.concatenate([source_labels, target_labels])
    n, classes = len(source), len(np.unique(y))
    fade = 1 / (1 + np.sqrt(2 * np.log(n) / rounds))
    weights = np.ones(len(x))
    told, votes = [], []
    for _ in range(rounds):
        model = LogisticRegression(
            C=strength, solver="lbfgs", multi_class="multinomial", tol=1e-9, max_iter=10000
        ).fit(x, y, sample_weight=weights / weights.mean())
        wrong = model.predict(x) != y
        error = max(1e-3, weights[n:][wrong[n:]].sum() / weights[n:].sum())
        if error >= 1 - 1 / classes:
            break
        vote = np.log((1 - error) / error) + np.log(classes - 1)
        told.append(model.predict(rows))
        votes.append(vote)
        weights = weights * np.where(wrong, np.where(np.arange(len(x)) < n, fade, np.exp(vote)), 1)
    half = len(votes) // 2
    sums = np.zeros((len(rows), classes))
    for classes_told, vote in zip(told[half:], votes[half:]):
        sums[np.arange(len(rows)), classes_told] += vote
    return sums.argmax(1)


def nearest(source, labels, target):
    """The class of the nearest row."""
    return labels[cdist(target, source, "sqeuclidean").argmin(1)]


def logistic(source, labels, target, weights=None, strength=1.0):
    """The classes that scikit-learn's logistic regression tells."""
    model = LogisticRegression(
        C=strength, solver="lbfgs", multi_class="multinomial", tol=1e-8, max_iter=10000
    )
    return model.fit(source, labels, sample_weight=weights).predict(target)
