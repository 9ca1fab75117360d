"""Folders that transformers saves, and MobileLLM's, against what transformers and PyTorch make of them; tokenizers against `tokenizers`.

Tolerance of logits: both sides round in float32, here through at most 4 visits of blocks with sums of at most 384 products. A logit is of the
order of 4; each of some 30 operations in a row adds relative errors of about the square root of 384 ulp (6e-8 each), together 4 x 30 x 1.2e-6 = 1.4e-4 if
none cancelled. A weight at the wrong place, another theta, a block visited once changes logits by tenths.
"""

import json

import numpy as np
import pytest

from mixed_text import mixed_lines
from mobilellm import small_mobilellm
from programs import BIN, reference_logits, run, runnable_targets

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

F32 = ["--weights", "f32", "--activations", "f32", "--cache", "f32"]
TOLERANCE = 1.4e-4
TOKENS = 71  # more than a chunk of 64

LLAMA = dict(hidden_size=128, intermediate_size=192, num_hidden_layers=2, vocab_size=300, max_position_embeddings=256)
MODELS = {
    "tied_grouped_f32": dict(num_attention_heads=4, num_key_value_heads=2, tie_word_embeddings=True, dtype="float32"),
    "untied_f16": dict(num_attention_heads=2, num_key_value_heads=2, tie_word_embeddings=False, dtype="float16", rope_theta=500000.0),
    # Heads together are wider than the model; every file holds a few tensors only.
    "wide_heads_bf16_sharded": dict(num_attention_heads=3, num_key_value_heads=1, head_dim=64, tie_word_embeddings=True, dtype="bfloat16",
                                    rms_norm_eps=1e-6, shard="100KB"),
}


def token_ids(vocabulary: int) -> list[int]:
    ids = np.random.default_rng(3).integers(0, vocabulary, TOKENS).tolist()
    return [0, *ids[1:-1], vocabulary - 1]


def save_llama(folder, *, dtype: str, shard: str | None = None, seed: int = 1, **settings):
    """Saves a random model whose logits are of the order of one, and returns what transformers reads again, in float32."""
    torch.manual_seed(seed)
    config = transformers.LlamaConfig(**{**LLAMA, **settings, "initializer_range": 128**-0.5})
    model = transformers.LlamaForCausalLM(config).to(getattr(torch, dtype))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "norm" in name:  # ones would hide norms in the wrong place
                parameter.add_(0.1 * torch.randn_like(parameter))
    model.save_pretrained(folder, **({"max_shard_size": shard} if shard else {}))
    return transformers.LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def assert_near(found: np.ndarray, wanted: np.ndarray, what: str) -> None:
    assert np.abs(wanted).max() > 1  # logits that say something
    difference = np.abs(found - wanted).max()
    print(f"{what}: greatest difference {difference:.1e}, logits up to {np.abs(wanted).max():.1f}")
    assert difference < TOLERANCE, what


def assert_program_agrees(builder, folder, ids, wanted) -> None:
    program = builder.emit(folder, "--target", runnable_targets()[-1], *F32).compile("g++")
    assert_near(program.logits(ids), wanted, "prefill")
    assert_near(program.logits(ids, "--step"), wanted, "steps")


@pytest.mark.parametrize("name", MODELS)
def test_llama_agrees_with_transformers(builder, tmp_path, name):
    folder = tmp_path / name
    model = save_llama(folder, **MODELS[name])
    files = sorted(path.name for path in folder.glob("*.safetensors"))
    assert (len(files) > 3) == ("shard" in MODELS[name])
    ids = token_ids(LLAMA["vocab_size"])
    with torch.no_grad():
        wanted = model(torch.tensor([ids])).logits[0].numpy()
    assert_program_agrees(builder, folder, ids, wanted)


@pytest.mark.parametrize("share_embedding, layer_sharing", [(True, True), (False, False)])
def test_mobilellm_agrees_with_pytorch(builder, tmp_path, share_embedding, layer_sharing):
    model = small_mobilellm(share_embedding=share_embedding, layer_sharing=layer_sharing, seed=4)
    folder = model.save(tmp_path / "mobile")
    ids = token_ids(model.config["vocab_size"])
    assert_program_agrees(builder, folder, ids, model(ids).numpy())


def test_layer_sharing_is_not_a_flag_without_effect(tmp_path):
    """The same weights, visited once and twice."""
    model = small_mobilellm(share_embedding=True, layer_sharing=True, seed=4)
    folder = model.save(tmp_path / "mobile")
    ids = token_ids(model.config["vocab_size"])[:9]
    twice = reference_logits(folder, ids, tmp_path / "twice.npy")
    config = model.config | {"layer_sharing": False}
    (folder / "config.json").write_text(json.dumps(config))
    once = reference_logits(folder, ids, tmp_path / "once.npy")
    assert_near(twice, model(ids).numpy(), "twice")
    assert np.abs(twice - once).max() > 0.1


# -------------------------------------------------------------- tokenizer ---

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def train_tokenizer(folder, kind: str):
    """A byte-level BPE of 600 tokens with special ones, one that is printed, and an id that nobody has."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

    tokenizer = Tokenizer(models.BPE())
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    steps = [pre_tokenizers.Digits(individual_digits=True), byte_level]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps) if kind == "digits" else byte_level
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    trainer = trainers.BpeTrainer(vocab_size=600, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(mixed_lines(800), trainer)
    tokenizer.add_tokens([AddedToken("user_defined", special=False)])
    if kind == "beginning":
        pieces = dict(single="<|endoftext|> $A", special_tokens=[("<|endoftext|>", 0)])
        tokenizer.post_processor = processors.TemplateProcessing(**pieces)
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<|endoftext|>", "eos_token": {"content": "<|im_end|>", "special": True}, "chat_template": CHATML}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    return tokenizer


@pytest.mark.parametrize("kind", ["gpt2", "digits", "beginning"])
def test_tokens_equal_those_of_tokenizers(builder, tmp_path, kind):
    folder = tmp_path / kind
    small = dict(hidden_size=64, intermediate_size=64, num_hidden_layers=1, num_attention_heads=1)
    save_llama(folder, dtype="float32", num_key_value_heads=1, tie_word_embeddings=True, **(LLAMA | small | {"vocab_size": 602}))
    reference = train_tokenizer(folder, kind)
    assert reference.get_vocab_size() == 601  # one row of the matrix is nobody's
    program = builder.emit(folder, "--target", runnable_targets()[-1], *F32).compile("g++")
    lines = [line for line in mixed_lines(700) if line and "\n" not in line] + ["a user_defined b", "<|im_start|>user", "1234 56"]
    text = tmp_path / "text"
    text.write_bytes("".join(line + "\n" for line in lines).encode())
    found = program.run("--tokenize", text).stdout.decode().splitlines()
    wanted = [",".join(map(str, reference.encode(line).ids)) for line in lines]
    assert len(found) == len(wanted)
    for line, ours, theirs in zip(lines, found, wanted):
        assert ours == theirs, repr(line)
    assert "--chat" in program.run("--help").stdout.decode()


# ----------------------------------------------------------------- errors ---


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"model_type": "gemma2"}, "'model_type' is 'gemma2', supported are 'mobilellm', 'llama', "),
        ({"rope_scaling": {"rope_type": "dynamic", "factor": 32.0}}, "RoPE of type 'dynamic', supported are 'default', 'linear' and 'llama3'"),
        ({"attention_bias": True}, "tensor 'model.layers.0.self_attn.q_proj.bias': is missing"),
        ({"mlp_bias": True}, "tensor 'model.layers.0.mlp.gate_proj.bias': is missing"),
        ({"hidden_size": 64}, "but the configuration says"),
        ({"tie_word_embeddings": False}, "tensor 'lm_head.weight': is missing"),
        ({"logit_scale": 2.0}, "'logit_scale' is not known here and might change the numbers"),
    ],
)
def test_what_is_not_computed_is_refused(tmp_path, changes, words):
    folder = tmp_path / "model"
    save_llama(folder, **MODELS["tied_grouped_f32"])
    config = json.loads((folder / "config.json").read_text()) | changes
    (folder / "config.json").write_text(json.dumps(config))
    done = run(BIN / "weebill", "build", folder, "-o", tmp_path / "out", check=False)
    assert done.returncode == 1
    assert words in done.stderr.decode()
    assert not (tmp_path / "out").exists()
