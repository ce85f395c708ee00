"""All ops and their cases; what has no row here is an error in test_engine_ops.py."""

from array_cases import ARRAYS
from elementwise_cases import ELEMENTWISE
from functional_cases import FUNCTIONAL

CASES = {**ELEMENTWISE, **ARRAYS, **FUNCTIONAL}
ROWS = [(name, i) for name, cases in CASES.items() for i in range(len(cases))]
