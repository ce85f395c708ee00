"""Layers, initialisers, optimizers and clipping, held against torch."""

import numpy as np
import pytest
import torch

from backprop import engine
from backprop.engine import (
    LAMB,
    SGD,
    Adam,
    AdamW,
    BatchNorm1d,
    Dropout,
    Embedding,
    LayerNorm,
    Linear,
    Module,
    MultiheadAttention,
    Sequential,
    Tensor,
    clip_grad_norm_,
    he,
    no_grad,
    relu,
    xavier,
)

RNG = np.random.default_rng(0)
OPTIMIZERS = {
    "SGD": (lambda p: SGD(p, 0.1), lambda p: torch.optim.SGD(p, 0.1)),
    "momentum": (lambda p: SGD(p, 0.1, momentum=0.9), lambda p: torch.optim.SGD(p, 0.1, momentum=0.9)),
    "Adam": (lambda p: Adam(p, 0.01), lambda p: torch.optim.Adam(p, 0.01)),
    "Adam with decay": (
        lambda p: Adam(p, 0.01, betas=(0.8, 0.9), eps=1e-3, weight_decay=0.1),
        lambda p: torch.optim.Adam(p, 0.01, betas=(0.8, 0.9), eps=1e-3, weight_decay=0.1),
    ),
    "AdamW": (lambda p: AdamW(p, 0.01, weight_decay=0.1), lambda p: torch.optim.AdamW(p, 0.01, weight_decay=0.1)),
}


def pair(dtype=np.float64):
    """Return one small net here and the same in torch."""
    ours = Sequential(Linear(3, 5, RNG, dtype=dtype), relu, Linear(5, 2, RNG, dtype=dtype))
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.ReLU(), torch.nn.Linear(5, 2))
    theirs.to(torch.float64 if dtype == np.float64 else torch.float32)
    copy_to(theirs, ours.parameters())
    return ours, theirs


def copy_to(theirs, parameters):
    for t, p in zip(theirs.parameters(), parameters, strict=True):
        t.data = torch.tensor(p.data)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_takes_torchs_weights_step_for_step(name, dtype):
    (ours, theirs), (make, make_theirs) = pair(dtype), OPTIMIZERS[name]
    optimizer, torchs = make(ours.parameters()), make_theirs(theirs.parameters())
    x, y = RNG.normal(size=(7, 3)).astype(dtype), RNG.integers(0, 2, 7)
    for _ in range(20):
        optimizer.zero_grad()
        torchs.zero_grad()
        engine.cross_entropy(ours(x), y).backward()
        torch.nn.functional.cross_entropy(theirs(torch.tensor(x)), torch.tensor(y)).backward()
        optimizer.step()
        torchs.step()
        weights = np.concatenate([p.data.ravel() for p in ours.parameters()])
        expected = np.concatenate([t.detach().numpy().ravel() for t in theirs.parameters()])
        error = np.linalg.norm(weights - expected) / np.linalg.norm(expected)
        assert weights.dtype == dtype and error < {np.float64: 1e-12, np.float32: 1e-5}[dtype]


def test_lamb_steps_by_lr_times_the_length_of_the_weights():
    p = Tensor(RNG.normal(size=(4, 3)), requires_grad=True)
    p.grad, before = RNG.normal(size=p.shape), p.data.copy()
    LAMB([p], lr=0.01, weight_decay=0.1).step()
    step = before - p.data
    assert np.linalg.norm(step) == pytest.approx(0.01 * np.linalg.norm(before))
    direction = np.sign(p.grad) + 0.1 * before  # Adam's first step has the gradient's sign
    np.testing.assert_allclose(step / np.linalg.norm(step), direction / np.linalg.norm(direction), rtol=1e-6)


def test_a_parameter_without_gradient_stays():
    p = Tensor([1.0], requires_grad=True)
    AdamW([p]).step()
    assert p.data == [1.0]


def test_clipping_scales_all_gradients_by_one_factor():
    parameters = [Tensor(np.zeros(shape), requires_grad=True) for shape in ((3, 2), (4,), (1,))]
    parameters[0].grad, parameters[1].grad = RNG.normal(size=(3, 2)), RNG.normal(size=4)
    theirs = [torch.zeros(p.shape, dtype=torch.float64, requires_grad=True) for p in parameters]
    for p, t in zip(parameters, theirs, strict=True):
        t.grad = None if p.grad is None else torch.tensor(p.grad)
    for limit in (100.0, 0.5):
        norm, expected = clip_grad_norm_(parameters, limit), torch.nn.utils.clip_grad_norm_(theirs, limit)
        assert norm == pytest.approx(expected.item())
    for p, t in zip(parameters[:2], theirs, strict=False):
        np.testing.assert_allclose(p.grad, t.grad, rtol=1e-5)


@pytest.mark.parametrize(("initialiser", "variance"), [(xavier, 2 / (300 + 500)), (he, 2 / 500)])
def test_initialisers_have_their_variance(initialiser, variance):
    weight = initialiser((300, 500), np.random.default_rng(0), np.float32)
    assert weight.dtype == np.float32 and weight.var() == pytest.approx(variance, rel=0.02)
    assert abs(weight.mean()) < 3 * (variance / weight.size) ** 0.5


def test_batch_norm_trains_by_the_batch_and_evaluates_by_running_averages():
    ours, theirs = BatchNorm1d(3), torch.nn.BatchNorm1d(3, dtype=torch.float64)
    for _ in range(5):
        x = RNG.normal(2, 3, size=(8, 3))
        np.testing.assert_allclose(ours(Tensor(x)).data, theirs(torch.tensor(x)).detach(), rtol=1e-10)
    ours.eval(), theirs.eval()
    np.testing.assert_allclose(ours(Tensor(x)).data, theirs(torch.tensor(x)).detach(), rtol=1e-10)


def test_dropout_drops_in_training_only():
    layer, x = Dropout(0.25, np.random.default_rng(0)), Tensor(np.ones(10_000))
    out = layer(x).data
    assert set(np.unique(out)) == {0, 1 / 0.75} and abs((out == 0).mean() - 0.25) < 0.02
    np.testing.assert_array_equal(layer.eval()(x).data, 1)


@pytest.mark.parametrize("is_causal", [False, True])
def test_multihead_attention_is_torchs(is_causal):
    ours = MultiheadAttention(8, 2, RNG, is_causal)
    theirs = torch.nn.MultiheadAttention(8, 2, batch_first=True, dtype=torch.float64)
    projections = [layer.weight.data for layer in (ours.query, ours.key, ours.value)]
    theirs.in_proj_weight.data = torch.tensor(np.concatenate(projections))
    theirs.out_proj.weight.data = torch.tensor(ours.out.weight.data)
    x = RNG.normal(size=(3, 5, 8))
    mask = torch.nn.Transformer.generate_square_subsequent_mask(5, dtype=torch.float64) if is_causal else None
    expected, _ = theirs(*[torch.tensor(x)] * 3, attn_mask=mask, is_causal=is_causal)
    np.testing.assert_allclose(ours(Tensor(x)).data, expected.detach(), rtol=1e-10, atol=1e-12)


def test_parameters_are_found_everywhere_and_once():
    class Net(Module):
        def __init__(self):
            self.table, self.blocks = Embedding(4, 3, RNG), [Linear(3, 3, RNG), LayerNorm(3)]
            self.again, self.constant, self.scale = self.blocks[0], Tensor(1.0), Tensor(1.0, requires_grad=True)

    net = Net()
    assert len(net.parameters()) == 6 and len({id(p) for p in net.parameters()}) == 6
    net.eval()
    assert not any(module.training for module in net.modules())
    assert all(module.training for module in net.train().modules())


def test_a_small_net_learns():
    net = Sequential(Linear(1, 16, RNG), relu, Linear(16, 1, RNG))
    optimizer, x = Adam(net.parameters(), 0.02), np.linspace(-2, 2, 50)[:, None]
    for _ in range(200):
        optimizer.zero_grad()
        loss = engine.mse_loss(net(x), x**2)
        loss.backward()
        optimizer.step()
    with no_grad():
        assert engine.mse_loss(net(x), x**2).item() < 0.05
