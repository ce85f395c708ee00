"""The clinic: its nets' gradients, who is ill of what, which treatments help, and what a chart says."""

from dataclasses import replace

import numpy as np
import pytest

from backprop.clinic import BEDS, Patient, UnknownTreatment, case_in, measure, memory, visitors, ward
from backprop.clinic._net import ACTIVATIONS, INITIALISATIONS, Settings, backward, first_layers, forward
from backprop.clinic._ward import _CASES, _admitted
from backprop.engine import Tensor

CURES = (  # for each case what must help; in a pair, what must not
    ("activation=tanh", "rate=0.2"),
    ("initialisation=He", "rate=0.01"),
    ("initialisation=He", "rate=0.1"),
    ("initialisation=Xavier", "activation=sigmoid"),
    ("initialisation=He", "activation=tanh"),
    ("rate=0.05", "initialisation=He"),
    ("rate=0.05", "activation=tanh"),
    ("mend=", "rate=0.05"),
)
PATIENTS = [(case, variant) for case in range(len(_CASES)) for variant in range(3)]


def central(settings, X, G, layer, nudge):
    """The slope of sum(G * prediction) along a nudge of one layer's weights."""
    ends = []
    for sign in (1, -1):
        layers = first_layers(settings)
        layers[layer].W = layers[layer].W + sign * nudge
        ends.append((forward(settings, layers, X) * G).sum())
    return (ends[0] - ends[1]) / 2


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("normalisation", "residual"), [(False, False), (True, False), (False, True), (True, True)])
def test_the_gradients_are_those_of_central_differences(activation, normalisation, residual):
    settings = Settings((3, 5, 5, 2), activation, "Xavier", normalisation=normalisation, residual=residual, bias=0.1)
    rng = np.random.default_rng(1)
    X, G = rng.normal(size=(7, 3)), rng.normal(size=(7, 2))
    layers = first_layers(settings)
    forward(settings, layers, X)
    backward(settings, layers, G)
    for k, layer in enumerate(layers):
        nudge = 1e-6 * rng.choice([-1.0, 1.0], layer.W.shape)
        assert (layer.dW * nudge).sum() == pytest.approx(central(settings, X, G, k, nudge), rel=1e-5, abs=1e-12)


def test_a_plain_net_agrees_with_the_engine():
    settings = Settings((3, 6, 4, 2), "tanh", "Xavier")
    X, G = np.random.default_rng(0).normal(size=(2, 5, 3))
    layers = first_layers(settings)
    forward(settings, layers, X)
    backward(settings, layers, G[:, :2])
    A, W = Tensor(X), [Tensor(layer.W, requires_grad=True) for layer in layers]
    for w in W[:-1]:
        A = (A @ w.T).tanh()
    (A @ W[-1].T).backward(G[:, :2])
    for layer, w in zip(layers, W, strict=True):
        np.testing.assert_allclose(layer.dW, w.grad, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("case", "variant"), PATIENTS)
def test_every_patient_is_ill_and_can_be_cured(case, variant):
    patient = Patient(_admitted(case, variant))
    helps, helps_not = CURES[case]
    assert not patient.cured
    assert patient.treat(f"mend={patient.settings.bug}" if helps == "mend=" else helps).cured
    assert not patient.treat(helps_not).cured


@pytest.mark.parametrize(("case", "variant"), PATIENTS)
def test_no_treatments_success_hangs_by_a_thread(case, variant):
    patient = Patient(_admitted(case, variant))
    for treatment in (
        "activation=tanh",
        "activation=leaky ReLU",
        "initialisation=He",
        "normalisation=batch",
        "rate=0.05",
    ):
        assert not 0.48 < patient.treat(treatment).run.loss < 0.52, treatment


@pytest.mark.parametrize("variant", range(3))
def test_what_each_illness_shows_on_its_chart(variant):
    runs = [Patient(_admitted(case, variant)).run for case in range(len(_CASES))]
    vanishing, exploding, dead, saturated, alike, fast, slow, bug = runs
    ratios = [run.layers[0].gradient / run.layers[-1].gradient for run in runs]
    assert ratios[0] < 1e-3 and all(0.1 < row.slope <= 1 for row in vanishing.layers)
    assert ratios[1] > 30 and all(0.1 < row.slope <= 1 for row in exploding.layers)
    assert ratios[2] == 0 and dead.layers[dead.settings.biased - 1].slope == 0
    assert ratios[3] < 1e-3 and 0 < saturated.layers[saturated.settings.biased - 1].slope < 0.01
    assert all(row.between_units < 1e-9 for row in alike.layers)
    assert 0.3 < ratios[5] < 3 and not fast.loss < 1 and fast.losses[0] < 3 < fast.losses[1]
    assert 0.3 < ratios[6] < 3 and 0.5 < slow.loss < slow.losses[0]
    assert [row.check > 0.5 for row in bug.layers] == [k < bug.settings.bug for k in range(len(bug.layers))]
    assert all(row.check < 1e-2 for run in runs[:-1] for row in run.layers)


def test_mending_the_wrong_layer_changes_nothing():
    patient = Patient(_admitted(7, 0))
    assert patient.treat(f"mend={patient.settings.bug + 1}").settings == patient.settings


def test_a_chart_says_which_condition_failed():
    fast, bug = (Patient(_admitted(case, 0)) for case in (5, 7))
    assert "the loss" in repr(fast).splitlines()[0] and "gradient is" not in repr(fast).splitlines()[0]
    assert "the gradient is wrong in layer 1, 2" in repr(bug.treat("rate=0.04")).splitlines()[0]


@pytest.mark.parametrize("treatment", ["mend=0", "mend=9", "mend=-1"])
def test_only_a_layer_that_there_is_can_be_mended(treatment):
    with pytest.raises(UnknownTreatment, match="one of its layers"):
        visitors()[0].treat(treatment)


def test_everybody_has_all_eight_and_neighbours_differ():
    for number in (1, 2, 3, 4711, 10**9):
        assert sorted(case_in(number, bed) for bed in BEDS) == list(range(8))
    same = [sum(case_in(n, bed) == case_in(n + 1, bed) for bed in BEDS) for n in range(1, 200)]
    assert np.mean(same) < 1.5 and max(same) < 6
    assert ward(3) == ward(3)


@pytest.mark.parametrize("number", [0, -3, "0123", 4711.0, ..., 10**12])
def test_a_number_that_no_check_takes_has_no_ward(number):
    with pytest.raises(ValueError, match="use only the digits, .* without a leading zero"):
        ward(number)


UNKNOWN = ["", "rate", "rate=", "rate=0", "rate=-1", "rate=inf", "rate=nan", "mend=two", "residual=off", 7, None]
UNKNOWN += ["initialisation=large", "activation=relu6"]


@pytest.mark.parametrize("treatment", UNKNOWN)
def test_an_unknown_treatment_lists_those_there_are(treatment):
    with pytest.raises(UnknownTreatment, match="there are: activation=sigmoid"):
        ward(1)[1].treat(treatment)


def test_a_chart_reads_as_the_lesson_says():
    well, weak = visitors()
    assert well.cured and not weak.cured and weak.treat("initialisation=he").cured
    lines = repr(weak).splitlines()
    assert lines[0] == "ReLU, 6 layers: not well, the loss ends at 1, not below 0.5"
    assert repr(weak.treat("initialisation=He")).startswith("ReLU, 6 layers, after initialisation=He: well\n")
    assert lines[2].split() == ["layer", "spread", "between", "slope", "gradient", "check"]
    assert len(lines) == 3 + 6


def test_memory_is_the_norm_of_the_jacobian():
    W = np.random.default_rng(0).normal(size=(4, 4)) / 2
    found = memory(lambda t, H: H @ W.T, np.ones((1, 4)), 5)
    expected = [np.linalg.norm(np.linalg.matrix_power(W, k)) / 2 for k in range(6)]
    assert found == pytest.approx(expected, rel=1e-8)


def test_the_measured_map_shows_what_the_lesson_says():
    first, last = (np.array([measure(20, *kind)[k] for kind in KINDS]) for k in (0, -1))
    ratio = first / last
    assert (ratio[:3] < 1e-5).all()  # sigmoid, whatever the weights
    assert ratio[3] > 1e4  # ReLU with large weights
    assert ratio[4:].min() > 0.1 and ratio[4:].max() < 10  # tanh with Xavier's, ReLU with He's
    assert measure(20, "sigmoid", "Xavier", normalisation=True)[0] > 0.1
    assert measure(20, "ReLU", "He", residual=True)[0] > 1e3
    clipped, free = (np.array(measure(12, "ReLU", "large", clipping=clip)) for clip in (True, False))
    assert clipped / free == pytest.approx(np.full(12, clipped[0] / free[0])) and clipped[0] < free[0]


KINDS = (
    ("sigmoid", "Xavier"),
    ("sigmoid", "He"),
    ("sigmoid", "large"),
    ("ReLU", "large"),
    ("tanh", "Xavier"),
    ("ReLU", "He"),
)


@pytest.mark.parametrize("initialisation", INITIALISATIONS)
def test_first_weights_have_their_spread(initialisation):
    settings = replace(Settings((300, 200, 1)), initialisation=initialisation)
    W = first_layers(settings)[0].W
    assert W.std() == pytest.approx(INITIALISATIONS[initialisation](200, 300), rel=0.02)
