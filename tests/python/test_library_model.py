"""weebill.Model and weebill.Session: what the program of the same file says, in this process and its threads."""

import json
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import weebill

IDS = np.random.default_rng(1).integers(0, 256, 71).tolist()  # crosses a chunk of 64
TEXT = "the in the sea\n" * 60


def test_logits_are_the_programs(tiny, program):
    ours = tiny.logits(IDS)
    assert ours.dtype == np.float32 and ours.shape == (71, 272)
    assert (ours.view(np.uint32) == program.logits(IDS).view(np.uint32)).all()
    session = tiny.session()
    assert (session.prefill(IDS) == ours[-1]).all()
    session.reset()
    assert (session.logits(IDS[:5]) == ours[:5]).all()
    assert (session.prefill(IDS[5:70]) == ours[69]).all()
    assert (session.step(IDS[70]) == ours[70]).all()
    assert session.position == 71


def test_text_is_the_programs(tiny, program):
    for prompt, stop in (("the sea", []), ("in", ["w"]), ("the in", ["ord", "zzz"])):
        options = [word for text in stop for word in ("--stop", text)]
        told = program.run(prompt, "-n", 40, *options).stdout.decode()
        assert "".join(tiny.stream(prompt, max_tokens=40, stop=stop)) + "\n" == told
        assert tiny.generate(prompt, 40, stop) + "\n" == told


def test_perplexity_is_the_programs(tiny, program, tmp_path):
    file = tmp_path / "text"
    file.write_text(TEXT)
    told = float(program.run("--perplexity", file).stdout.decode().split()[1])
    assert tiny.perplexity(TEXT) == pytest.approx(told, abs=6e-5 + 1e-6 * told)  # four decimals are printed; single-precision terms


def test_an_answer_goes_on_where_it_ended(tiny):
    """The last token of an answer is read with the next prompt."""
    session = tiny.session()
    first = list(session.generate_ids(IDS[:9], 6))
    second = list(session.generate_ids(IDS[9:12], 6))
    assert session.position == 9 + 6 + 3 + 5  # all but the very last
    assert second == list(tiny.generate_ids([*IDS[:9], *first, *IDS[9:12]], 6))
    whole = tiny.logits([*IDS[:9], *first, *IDS[9:12], *second, 7])
    assert (session.step(7) == whole[-1]).all()


def test_tokens(tiny):
    assert tiny.tokenize("the in") == [259, 32, 261]
    assert tiny.tokenize("a the<|im_end|>") == [97, 260, 257]
    assert tiny.tokenize("<|im_end|>", special=False) == [*b"<|im_end|>"]
    assert tiny.detokenize([259, 32, 261]) == "the in"
    assert tiny.detokenize(tiny.tokenize("caf\u00e9 \U0001f426")) == "caf\u00e9 \U0001f426"
    assert tiny.tokenize("") == []


def test_log_likelihood(tiny):
    rows = tiny.logits(IDS[:20]).astype(np.float64)
    rows -= np.log(np.exp(rows).sum(axis=1, keepdims=True))
    found = tiny.log_likelihood(IDS[:12], IDS[12:20])
    assert found.total == pytest.approx(sum(rows[i - 1, IDS[i]] for i in range(12, 20)), rel=1e-12)
    assert (found.tokens, found.greedy) == (8, False)
    best = list(tiny.generate_ids(IDS[:12], 4))
    assert tiny.log_likelihood(IDS[:12], best).greedy


def test_a_model_is_as_good_as_itself(tiny):
    same = tiny.evaluate(tiny, IDS)
    assert (same.tokens, same.divergence, same.same_top) == (70, 0, 1)
    assert same.perplexity == same.reference_perplexity == tiny.perplexity(IDS)


def test_many_threads_at_once(tiny):
    lists = [np.random.default_rng(seed).integers(0, 256, 30).tolist() for seed in range(8)]
    alone = [tiny.logits(ids) for ids in lists]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(tiny.logits, lists * 2))
    assert all((a == b).all() for a, b in zip(alone * 2, together, strict=True))


def test_a_session_is_one_threads(tiny):
    session = tiny.session()
    with session._used(), pytest.raises(weebill.BusyError, match="in use by another thread"):  # as a call that runs
        session.reset()
    answer = session.generate_ids(IDS[:5], 10)
    next(answer)
    session.step(3)
    with pytest.raises(weebill.BusyError, match="took other tokens"):
        next(answer)


def test_cancel(tiny):
    session = tiny.session()
    session.prefill(IDS[:3])
    session.cancel()
    with pytest.raises(weebill.Cancelled):
        session.prefill(IDS)
    assert session.position == 3
    assert (session.step(IDS[3]) == tiny.logits(IDS[:4])[-1]).all()


def test_an_abandoned_answer_gives_its_session_back(tiny):
    for _ in range(3):
        for _piece in tiny.stream("the", 10):
            break
    assert len(tiny._free) <= 5


@pytest.mark.parametrize("tokens, kind, sentence", [
    ([], ValueError, "one token at least"), ([1, 272], ValueError, "no token 272"), ([-1], ValueError, "no token -1"),
    ([1] * 513, weebill.ContextFullError, "513 tokens after 0 do not fit: the context holds 512"),
])  # fmt: skip
def test_tokens_that_cannot_be(tiny, tokens, kind, sentence):
    with pytest.raises(kind, match=sentence):
        tiny.logits(tokens)
    session = tiny.session()
    with pytest.raises(kind, match=sentence):
        session.prefill(tokens)
    assert session.position == 0


def test_a_full_context_ends_an_answer(tiny):
    assert len(list(tiny.generate_ids(IDS * 7, 100))) == 512 - 71 * 7 + 1


def test_weights_that_are_gone(tiny_file, tmp_path):
    model = weebill.compile(tiny_file, store=weebill.Store(tmp_path), threads=1, compiler=fake_compiler(tmp_path, weebill.compile(tiny_file)))
    running = model.session()
    model.files.weights.unlink()
    with pytest.raises(weebill.RunError, match="weights file '.*' is gone"):
        model.session()
    assert running.prefill([1, 2]).shape == (272,)


def fake_compiler(folder, model):
    """A compiler that has compiled this already: the test needs no minute of optimizing."""
    compiler = folder / "c++"
    compiler.write_text(f'#!/bin/sh\nfor last; do :; done\ncp "{model.files.library}" "$last"\n')
    compiler.chmod(0o755)
    return str(compiler)


def test_bench(tiny):
    found = tiny.bench(prompt_tokens=64, new_tokens=16, context_tokens=8, rounds=3)
    assert (found.threads, found.prompt_tokens, found.new_tokens, found.rounds) == (2, 64, 16, 3)
    assert found.bytes_per_token == tiny.sizes.weight_bytes_per_token + 8 * tiny.sizes.cache_bytes_per_token
    assert found.decode_tokens_per_second > 0 and found.prefill_tokens_per_second > 0
    assert json.dumps(found.as_dict()) and "tokens/s" in str(found)
    with pytest.raises(weebill.UsageError, match="600 tokens after 0 do not fit"):
        tiny.bench(prompt_tokens=600)


def test_without_a_tokenizer():
    model = weebill.compile(weebill.Architecture(model=64, layers=1, heads=1, hidden=64, vocabulary=80), context=16)
    assert list(model.generate_ids([1, 2], 3))
    for call in (lambda: model.generate("text"), lambda: model.tokenize("text"), lambda: model.perplexity("text")):
        with pytest.raises(weebill.UsageError, match="has no tokenizer"):
            call()


def test_control_c_ends_an_answer(tiny_file):
    program = (
        "import sys, weebill\n"
        "session = weebill.compile(sys.argv[1], threads=1).session()\n"
        "try:\n"
        "    while True:\n"
        "        session.reset()\n"
        "        for token in session.generate_ids([1], 500): print('x', flush=True)\n"
        "except KeyboardInterrupt: print('stopped', session.position < 513)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, tiny_file], stdout=subprocess.PIPE, text=True) as running:
        running.stdout.readline()
        running.send_signal(signal.SIGINT)
        assert running.stdout.read().endswith("stopped True\n")
    assert running.returncode == 0
