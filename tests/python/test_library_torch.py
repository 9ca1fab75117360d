"""weebill.from_torch: a module of PyTorch, with its own logits as the reference."""

import json
import tempfile

import numpy as np
import pytest

import weebill

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")


@pytest.fixture(scope="module")
def module():
    torch.manual_seed(1)
    config = transformers.LlamaConfig(
        vocab_size=80, hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
        max_position_embeddings=128, tie_word_embeddings=True,
    )  # fmt: skip
    return transformers.LlamaForCausalLM(config).eval()


def test_logits_are_the_modules(module):
    model = weebill.from_torch(module, module.config, weights="f32", name="llama")
    ids = np.random.default_rng(1).integers(0, 80, 60).tolist()
    with torch.no_grad():
        reference = module(torch.tensor([ids])).logits[0].numpy()
    assert np.abs(model.logits(ids) - reference).max() < 2e-3
    assert "lm.swiglu" in model.ir(after="lm-fuse-swiglu")
    assert not model.facts.tokenizer


def test_it_is_known_by_its_numbers(module):
    first = weebill.from_torch(module, module.config, weights="f32", name="llama")
    state = {key: tensor.clone() for key, tensor in module.state_dict().items()}
    assert weebill.from_torch(state, json.loads(module.config.to_json_string()), weights="f32", name="llama").files == first.files


def test_what_no_file_has(module, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    wide = {key: tensor.double() for key, tensor in module.state_dict().items()}
    with pytest.raises(weebill.UsageError, match="tensor 'model.embed_tokens.weight' is torch.float64, and must be one of"):
        weebill.from_torch(wide, module.config)
    with pytest.raises(weebill.InputError, match="model.norm.weight"):
        weebill.from_torch({key: value for key, value in module.state_dict().items() if key != "model.norm.weight"}, module.config)
    assert not list(tmp_path.iterdir())
