"""The first of Joe and Kuo's direction numbers (new-joe-kuo-6.21201), as scipy (1.10.1) ships them.

/usr/bin/python3 scripts/golden/hpo-direction-numbers.py > packages/hpo/src/samplers/quasi/direction-numbers.generated.ts
"""

from pathlib import Path

import numpy as np
import scipy.stats

DIMENSIONS = 128
with np.load(Path(scipy.stats.__file__).parent / "_sobol_direction_numbers.npz") as table:
    polynomials, initial = table["poly"][:DIMENSIONS], table["vinit"][:DIMENSIONS]

print("// Made by scripts/golden/hpo-direction-numbers.py.")
print("/**")
print(" * Of each dimension its primitive polynomial, as bits, and the odd numbers it begins with (Joe and Kuo 2008,")
print(" * Constructing Sobol sequences with better two-dimensional projections). The first needs none.")
print(" */")
print("export const DIRECTION_NUMBERS: readonly (readonly [number, readonly number[]])[] = [")
for polynomial, numbers in zip(polynomials, initial):
    degree = int(polynomial).bit_length() - 1
    print(f"  [{polynomial}, [{', '.join(str(each) for each in numbers[:degree])}]],")
print("];")
