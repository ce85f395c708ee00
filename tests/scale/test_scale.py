"""What lesson 06 measures with: the counts are those one can work out, on every device there is."""

import time

import numpy as np
import pytest

from backprop.scale import best_device, device_in_words, peak_memory, seconds, two_processes

torch = pytest.importorskip("torch")
MB = 2**20


def there(device: str) -> bool:
    """Does this machine have it?"""
    return device == "cpu" or (torch.cuda.is_available() if device == "cuda" else torch.backends.mps.is_available())


DEVICES = [
    "cpu",
    *(
        pytest.param(device, marks=[pytest.mark.gpu, pytest.mark.skipif(not there(device), reason=f"no {device} here")])
        for device in ("cuda", "mps")
    ),
]


def test_the_device_is_the_one_asked_for_or_the_best_there_is(monkeypatch):
    monkeypatch.setenv("BACKPROP_DEVICE", "cpu")
    assert best_device() == "cpu"
    monkeypatch.delenv("BACKPROP_DEVICE")
    assert there(best_device())


@pytest.mark.parametrize("device", DEVICES)
def test_a_device_has_words(device):
    assert device_in_words(device)


def test_the_peak_of_numpy_counts_what_is_alive_at_once():
    def one_after_the_other():
        for _ in range(3):
            np.ones(MB)

    assert peak_memory(one_after_the_other) == pytest.approx(8 * MB, rel=0.05)
    assert peak_memory(lambda: [np.ones(MB) for _ in range(3)]) == pytest.approx(24 * MB, rel=0.05)


@pytest.mark.parametrize("device", DEVICES)
def test_the_peak_of_torch_counts_what_is_alive_at_once(device):
    x = torch.ones(MB, device=device)

    def one_after_the_other():
        for _ in range(3):
            x + 1

    def views():
        y = x + 1
        return y.view(2, -1), y[3:], y.detach()

    assert peak_memory(one_after_the_other, device) == pytest.approx(4 * MB, rel=0.05)
    assert peak_memory(lambda: [x + k for k in range(3)], device) == pytest.approx(12 * MB, rel=0.05)
    assert peak_memory(views, device) == pytest.approx(4 * MB, rel=0.05)


@pytest.mark.parametrize("device", DEVICES)
def test_activations_are_held_until_the_backward_pass(device):
    x = torch.ones(MB, device=device, requires_grad=True)

    def chain():
        y = x
        for _ in range(8):
            y = y.exp() / 3
        y.sum().backward()

    chain()
    with_graph = peak_memory(chain, device)
    with torch.no_grad():
        without = peak_memory(lambda: x.exp().exp().exp().exp().exp().exp(), device)
    assert 8 * 4 * MB <= with_graph <= 14 * 4 * MB and without <= 3 * 4 * MB


@pytest.mark.parametrize("device", [None, *DEVICES])
def test_seconds_are_seconds(device):
    assert 0.02 <= seconds(lambda: time.sleep(0.02), device) < 1


def test_two_processes_add_up():
    def add(rank, workers):
        numbers = torch.arange(3.0) + 10 * rank
        dist.all_reduce(numbers)  # noqa: F821 - known where it runs
        return numbers.numpy()

    found = two_processes(add)
    assert [array.tolist() for array in found] == [[10.0, 12.0, 14.0]] * 2


def test_trouble_is_said_in_one_line(capsys):
    def fails(rank, workers):
        raise ValueError("not today")

    assert two_processes(fails) is None
    told = capsys.readouterr().out
    assert told.count("\n") == 1 and "not today" in told


def test_processes_that_do_not_end_are_ended(capsys, monkeypatch):
    def waits(rank, workers):
        import time  # noqa: PLC0415 - it runs elsewhere

        time.sleep(600)

    monkeypatch.setattr("backprop.scale._processes.PATIENCE", 1.0)
    assert two_processes(waits) is None
    assert "timed out" in capsys.readouterr().out
