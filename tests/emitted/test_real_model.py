"""SmolLM2-135M: the emitted program against transformers (float32) and, in W8A8, against the interpreter's exact mode.

Tolerance of float32 logits. A rounding is off by 6e-8 of its result at most and by 6e-8 / sqrt(3) = 3.4e-8 on average; the partial sums of K products
are sqrt(K / 2) times as large together as the last one, if signs are random: a sum of K <= 1536 is off by 3.4e-8 x 27.7 = 9.5e-7 of its deviation.
30 blocks of 8 operations in a row, the last norm and the head add up as a random walk, sqrt(242) = 15.6, and both sides round, sqrt(2): 2.1e-5.
Logits of one position deviate from their mean by up to 4.2 (measured on this text), so 8.8e-5 is what one is off by; the greatest of the
64 x 49,152 = 3.1 million normal numbers is 5.2 deviations: 4.6e-4. Measured: 9e-5, because most sums are shorter. A wrong operation changes logits by
tenths at least.
"""

import numpy as np
import pytest

from programs import COMPILERS, assert_same_bits, reference_logits, runnable_targets

F32 = ["--weights", "f32", "--activations", "f32", "--cache", "f32", "--context", "256"]
TOLERANCE = 4.6e-4
W8A8 = ["--weights", "int8", "--activations", "int8", "--rotation", "online", "--context", "256"]
PROMPTS = [
    "The capital of France is",
    "def fibonacci(n):\n",
    "Once upon a time, there was a small bird that",
    "Water boils at 100 degrees",
    "Dear Sir or Madam,\n\n",
]


@pytest.fixture(scope="session")
def transformers_model(real_model):
    torch = pytest.importorskip("torch")
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(real_model.parent, gguf_file=real_model.name, dtype=torch.float32).eval()


@pytest.fixture(scope="session")
def tokenizer(real_model):
    from reference_tokenizer import build_reference, read_vocabulary

    return build_reference(read_vocabulary(real_model))


@pytest.fixture(scope="session")
def text_ids(tokenizer) -> list[int]:
    text = (
        "A weebill is Australia's smallest bird: 8 to 9 cm long, with a short pale bill. It feeds on insects that it picks from the leaves "
        "of eucalyptus trees, hovering like a hummingbird. Pairs build a domed nest of grass and spider web, and lay two to four eggs "
        "between July and January. Its call is a cheery whistle that sounds like its name."
    )
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    assert len(ids) >= 71
    return ids[:71]  # more than a chunk of 64


def test_float32_logits_agree_with_transformers(builder, real_model, transformers_model, text_ids):
    import torch

    with torch.no_grad():
        wanted = transformers_model(torch.tensor([text_ids[:64]])).logits[0].numpy()
    program = builder.emit(real_model, "--target", runnable_targets()[0], *F32).compile("g++")
    found = program.logits(text_ids[:64])
    print(f"greatest difference {np.abs(found - wanted).max():.2e}")
    assert np.abs(found - wanted).max() < TOLERANCE


@pytest.mark.parametrize("prompt", PROMPTS)
def test_float32_continues_as_transformers(builder, real_model, transformers_model, tokenizer, prompt):
    import torch

    ids = tokenizer.encode(prompt, add_special_tokens=False).ids
    with torch.no_grad():
        wanted = transformers_model.generate(torch.tensor([ids]), max_new_tokens=64, do_sample=False, eos_token_id=tokenizer.token_to_id("<|im_end|>"))[0][len(ids):].tolist()
    program = builder.emit(real_model, "--target", runnable_targets()[0], *F32).compile("g++")
    text = program.run("--tokens", ",".join(map(str, ids)), "-n", 64).stdout.decode()
    assert text.strip() == tokenizer.decode(wanted, skip_special_tokens=True).strip()


@pytest.mark.parametrize("target", runnable_targets())
def test_w8a8_is_equal_to_the_bit(builder, real_model, text_ids, tmp_path, target):
    wanted = reference_logits(real_model, text_ids, tmp_path / "wanted.npy", "--mode", "exact", *W8A8, verify_passes=False)
    emitted = builder.emit(real_model, "--target", target, *W8A8)
    for compiler in COMPILERS:
        program = emitted.compile(compiler)
        for threads in (1, 2, 3, 4):
            assert_same_bits(program.logits(text_ids, "--threads", threads), wanted, f"{compiler}, {threads} threads")
        for threads in (1, 3):
            assert_same_bits(program.logits(text_ids, "--threads", threads, "--step"), wanted, f"{compiler}, {threads} threads, step by step")


def test_it_answers(builder, real_model):
    program = builder.emit(real_model, "--target", runnable_targets()[0], *W8A8).compile("g++")
    answer = program.run("--chat", "What is the capital of France?", "-n", 40).stdout.decode()
    assert "Paris" in answer


def test_token_ids_of_mixed_text_are_those_of_tokenizers(builder, real_model, tokenizer, tmp_path):
    from mixed_text import mixed_lines

    lines = mixed_lines(2500)
    (tmp_path / "text.txt").write_text("".join(line + "\n" for line in lines), newline="")
    program = builder.emit(real_model, "--target", runnable_targets()[0], *W8A8).compile("g++")
    found = program.run("--tokenize", tmp_path / "text.txt").stdout.decode().splitlines()
    wanted = [",".join(map(str, e.ids)) for e in tokenizer.encode_batch(lines, add_special_tokens=False)]
    assert found == wanted
