"""Golden Parzen mixtures, Gaussian processes and one generation of CMA-ES by numpy and scipy (1.10.1).

/usr/bin/python3 scripts/golden/hpo-samplers.py parzen > packages/hpo/src/samplers/tpe/golden/parzen.json
/usr/bin/python3 scripts/golden/hpo-samplers.py process > packages/hpo/src/samplers/gaussian-process/golden/process.json
/usr/bin/python3 scripts/golden/hpo-samplers.py cma-es > packages/hpo/src/samplers/cma-es/golden/update.json
"""

import json
import sys

import numpy as np
import scipy
from scipy import linalg, stats

random = np.random.default_rng(7)


def parzen():
    """Two numbers and a choice of three, by truncnorm and by sums of products; NaN where one doesn't apply."""
    widths, count = np.array([0.2, 0.05, 0.6]), 3
    points = np.column_stack([random.random((6, 2)), random.integers(count, size=6)])
    points[4, 1] = np.nan
    weights, even = np.array([1, 1, 2, 1, 0.5, 1]), 0.3
    asked = np.column_stack([random.random((8, 2)), random.integers(count, size=8)])
    asked[3, 1], asked[0] = np.nan, points[0]
    asked[1, :2] = [0, 1]

    def kernel(point, at, dimension):
        value, centre = at[dimension], point[dimension]
        if np.isnan(value):
            return 1
        if dimension == 2:
            return (1 - widths[2]) * (value == centre) + widths[2] / count
        if np.isnan(centre):
            return 1
        low, high = (0 - centre) / widths[dimension], (1 - centre) / widths[dimension]
        return stats.truncnorm.pdf(value, low, high, loc=centre, scale=widths[dimension])

    def density(at):
        flat = 1 / count
        kernels = [np.prod([kernel(point, at, dimension) for dimension in range(3)]) for point in points]
        return (weights @ kernels + even * flat) / (weights.sum() + even)

    none = [[None if np.isnan(x) else x for x in row] for row in points.tolist()]
    queries = [[None if np.isnan(x) else x for x in row] for row in asked.tolist()]
    logs = [float(np.log(density(at))) for at in asked]
    return {"points": none, "widths": widths, "weights": weights, "even": even, "asked": queries, "logs": logs}


def process():
    """The posterior by inverses and determinants, as the textbook writes it."""
    lengths, noise = np.array([0.4, 0.9, 0.25]), 1e-3
    points, asked = random.random((12, 3)), random.random((6, 3))
    values = np.sin(5 * points[:, 0]) + points[:, 1] - points[:, 2] ** 2
    values = (values - values.mean()) / values.std()

    def kernel(a, b):
        distance = np.sqrt(5) * np.linalg.norm((a[:, None] - b[None]) / lengths, axis=-1)
        return (1 + distance + distance**2 / 3) * np.exp(-distance)

    gram = kernel(points, points) + noise * np.eye(12)
    inverse, cross = linalg.inv(gram), kernel(asked, points)
    means = cross @ inverse @ values
    deviations = np.sqrt(1 - np.einsum("ij,jk,ik->i", cross, inverse, cross))
    least = values.min()
    gain = (least - means) / deviations
    return {
        "lengths": lengths,
        "noise": noise,
        "points": points,
        "values": values,
        "asked": asked,
        "means": means,
        "deviations": deviations,
        "improvements": (least - means) * stats.norm.cdf(gain) + deviations * stats.norm.pdf(gain),
        "logLikelihood": stats.multivariate_normal(np.zeros(12), gram).logpdf(values),
    }


def cma_es():
    """Two generations by the equations of Hansen's tutorial (arXiv 1604.00772, its appendix A)."""
    n, size = 4, 9
    half = size // 2
    raw = np.log((size + 1) / 2) - np.log(np.arange(1, size + 1))
    effective = raw[:half].sum() ** 2 / (raw[:half] ** 2).sum()
    below = raw[half:].sum() ** 2 / (raw[half:] ** 2).sum()
    cc = (4 + effective / n) / (n + 4 + 2 * effective / n)
    cs = (effective + 2) / (n + effective + 5)
    c1 = 2 / ((n + 1.3) ** 2 + effective)
    cm = min(1 - c1, 2 * (1 / 4 + effective + 1 / effective - 2) / ((n + 2) ** 2 + 2 * effective / 2))
    ds = 1 + 2 * max(0, np.sqrt((effective - 1) / (n + 1)) - 1) + cs
    scale = min(1 + c1 / cm, 1 + 2 * below / (effective + 2), (1 - c1 - cm) / (n * cm))
    weights = np.where(raw >= 0, raw / raw[raw > 0].sum(), scale * raw / -raw[raw < 0].sum())
    expected = np.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n**2))
    mean, sigma, covariance = np.full(n, 0.5), 0.2, np.eye(n)
    ps, pc, generations = np.zeros(n), np.zeros(n), []
    for generation in range(3):
        points = mean + sigma * random.multivariate_normal(np.zeros(n), covariance, size)
        y = (points - mean) / sigma
        root = linalg.inv(linalg.sqrtm(covariance).real)
        step = weights[:half] @ y[:half]
        ps = (1 - cs) * ps + np.sqrt(cs * (2 - cs) * effective) * root @ step
        length = np.linalg.norm(ps)
        h = length / np.sqrt(1 - (1 - cs) ** (2 * (generation + 1))) < (1.4 + 2 / (n + 1)) * expected
        pc = (1 - cc) * pc + h * np.sqrt(cc * (2 - cc) * effective) * step
        circled = np.where(weights >= 0, weights, weights * n / np.linalg.norm(y @ root, axis=1) ** 2)
        mean = mean + sigma * step
        sigma = sigma * np.exp(cs / ds * (length / expected - 1))
        covariance = (
            (1 + c1 * (1 - h) * cc * (2 - cc) - c1 - cm * weights.sum()) * covariance
            + c1 * np.outer(pc, pc)
            + cm * (circled[:, None] * y).T @ y
        )
        generations.append({"points": points, "mean": mean, "sigma": sigma, "covariance": covariance})
    return {"dimension": n, "lambda": size, "weights": weights, "generations": generations}


kind = sys.argv[1]
made = {"parzen": parzen, "process": process, "cma-es": cma_es}[kind]()
versions = {"command": f"/usr/bin/python3 scripts/golden/hpo-samplers.py {kind}", "scipy": scipy.__version__}
print(json.dumps({**versions, **made}, separators=(",", ":"), default=lambda array: array.tolist()))
