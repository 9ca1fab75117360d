"""Sessions of models whose caches keep windows, of attention or of convolutions: ways back, branches and states beyond what is kept."""

import json

import numpy as np
import pytest

import weebill

IDS = np.random.default_rng(8).integers(0, 200, 300).tolist()


SHAPE = {"model": 64, "hidden": 96, "heads": 4, "key_value_heads": 2, "vocabulary": 200, "layers": 3, "context": 448, "seed": 3}
KINDS = {"windows": {"window": [9, 0, 70]}, "convolutions": {"convolution": [1, 0, 1]}, "both": {"convolution": [1, 0, 0], "convolution_width": 4, "window": [0, 70, 0]}}


@pytest.fixture(scope="module", params=KINDS)
def windows(tmp_path_factory, request):
    file = tmp_path_factory.mktemp("windows") / "windows.json"
    file.write_text(json.dumps(SHAPE | KINDS[request.param]))
    return weebill.compile(file, threads=2)


@pytest.fixture(scope="module")
def wanted(windows):
    return windows.logits(IDS)


@pytest.mark.parametrize("back", [1, 40, 64, 133, 200, 298, 299])
def test_ways_back(windows, wanted, back):
    session = windows.session()
    session.prefill(IDS)
    session.go_back(back)
    assert session.position == back
    fork = session.fork()  # of tokens that are in no cache
    assert (session.step(IDS[back]) == wanted[back]).all()
    assert (fork.step(IDS[back]) == wanted[back]).all()
    session.go_back(0)
    session.prefill(IDS[:150])
    assert (session.step(IDS[150]) == wanted[150]).all()


def test_branches_and_states(windows, wanted, tmp_path):
    session = windows.session()
    session.prefill(IDS[:200])
    fork, other = session.fork(), windows.session()
    session.go_back(30)
    session.save(tmp_path / "state")  # computes what it needs
    other.prefill(IDS)
    other.restore(tmp_path / "state")
    assert other.position == 30
    for one, position in ((fork, 200), (other, 30), (session, 30)):
        for token in range(position, position + 3):
            assert (one.step(IDS[token]) == wanted[token]).all()
