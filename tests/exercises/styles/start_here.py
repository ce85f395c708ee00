"""Right answers in different styles for lesson 00."""

import numpy as np


def _slope_sum(x):
    return x + x


def _slope_numpy(x):
    return np.float64(2) * np.asarray(x)


def _slope_list(x):
    warned = [2 * x]
    return {"slope": warned[0]}


STYLES = {"slope": (_slope_sum, _slope_numpy, _slope_list)}
