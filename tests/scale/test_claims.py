"""What lesson 06 lets a learner measure: it must come out as the lesson says, on every device there is."""

import copy

import pytest
from test_scale import DEVICES

from backprop.scale import peak_memory

torch = pytest.importorskip("torch")
checkpoint = pytest.importorskip("torch.utils.checkpoint")


@pytest.fixture(params=DEVICES)
def device(request):
    return request.param


def deep(device):
    """Sixteen layers like those of the lesson, and a batch that outweighs them."""
    torch.manual_seed(0)
    block = [torch.nn.Linear(64, 64), torch.nn.LayerNorm(64), torch.nn.GELU()]
    net = torch.nn.Sequential(*[torch.nn.Sequential(*copy.deepcopy(block)) for _ in range(16)]).to(device)
    return net, torch.randn(1024, 64, device=device)


def plain(net, examples):
    net(examples).square().mean().backward()


def in_segments(net, examples):
    checkpoint.checkpoint_sequential(net, 4, examples, use_reentrant=False).square().mean().backward()


def in_pieces(net, examples):
    for piece in examples.chunk(4):
        (net(piece).square().mean() / 4).backward()


def gradients(way, net, examples):
    net.zero_grad()
    way(net, examples)
    return torch.cat([p.grad.flatten() for p in net.parameters()]).clone()


@pytest.mark.parametrize("way", [in_segments, in_pieces])
def test_the_gradients_stay_and_the_memory_falls_by_half(device, way):
    net, examples = deep(device)
    before, after = gradients(plain, net, examples), gradients(way, net, examples)
    assert (after - before).norm() <= 1e-4 * before.norm()
    peaks = [peak_memory(lambda way=way: way(net, examples), device) for way in (plain, way)]
    assert peaks[1] < 0.5 * peaks[0]


def test_bfloat16_halves_the_memory_and_keeps_the_gradient_roughly(device):
    net, examples = deep(device)
    half, rows = copy.deepcopy(net).to(torch.bfloat16), examples.to(torch.bfloat16)
    exact, rough = gradients(plain, net, examples), gradients(plain, half, rows).float()
    assert (rough - exact).norm() < 0.1 * exact.norm()
    peaks = [peak_memory(lambda given=given: plain(*given), device) for given in ((net, examples), (half, rows))]
    assert peaks[1] == pytest.approx(peaks[0] / 2, rel=0.1)
