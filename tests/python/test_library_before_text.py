"""weebill.Model of a tokenizer that puts several tokens before every text: what the program of the same file says."""

import pytest

import weebill

pytest.importorskip("torch")

TEXT = "the thin sea in the word, and " * 60


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    from glm_folder import save_glm

    folder = tmp_path_factory.mktemp("glm") / "glm"
    save_glm(folder)
    return weebill.compile(folder, context=48, threads=2)


@pytest.fixture(scope="module")
def program(model):
    from programs import FLAGS, Program, compile_program

    binary = model.files.source.with_suffix("")
    compile_program(["g++"], FLAGS, [model.files.source], binary)
    return Program(binary)


def test_everything_reads_a_text_as_the_program_does(model, program, tmp_path):
    (tmp_path / "text").write_text("the sea")
    ids = [int(i) for i in program.run("--tokenize", tmp_path / "text").stdout.split(b",")]
    assert model.beginning == ids[:2] == list(model.facts.before_text)
    assert (model.facts.beginning_token, model.facts.adds_beginning) == (-1, False)
    session = model.session()
    assert session.prompt_ids("the sea") == ids == [*model.beginning, *model.tokenize("the sea")]
    assert model.generate("the sea", 12) + "\n" == program.run("the sea", "-n", 12).stdout.decode()
    assert model.log_likelihood("the", " sea") == model.log_likelihood(ids[: -len(model.tokenize(" sea"))], ids[-len(model.tokenize(" sea")) :])


def test_perplexity_and_distance(model, program, tmp_path):
    (tmp_path / "text").write_text(TEXT)
    told = program.run("--perplexity", tmp_path / "text").stdout.decode().split()
    value, count = float(told[1]), int(told[3])
    assert count == len(model.tokenize(TEXT))
    assert model.perplexity(TEXT) == pytest.approx(value, abs=6e-5 + 1e-6 * value)
    beside = model.evaluate(model, TEXT)
    assert (beside.tokens, beside.divergence, beside.same_top) == (count, 0, 1)
    assert beside.perplexity == model.perplexity(TEXT)
    with pytest.raises(weebill.UsageError, match="fewer than two"):
        model.perplexity("")
