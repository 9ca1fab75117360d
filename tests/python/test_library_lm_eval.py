"""weebill.lm_eval beside the harness' own Hugging Face backend, in float32, on tasks of the seven zero-shot kinds with rows of our own.

Tolerance: 1e-3 a continuation, as the reference rounds in float32 in another order, and a sum of some ten logarithms is compared.
"""

import json
import os
import random

import pytest

pytest.importorskip("lm_eval")
pytest.importorskip("torch")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

ANIMALS = ["wren", "sparrow", "kite", "heron", "finch", "gull", "emu", "robin", "owl", "crane", "tern", "quail"]
PLACES = ["by the river", "in the desert", "on the cliff", "under the roof", "in the reeds", "near the sea"]
# The fields of the data sets, and how the harness' tasks of that name make questions of them.
KINDS = {
    "arc": ("Question: {{question}}\nAnswer:", "{{choices.text}}", "{{choices.label.index(answerKey)}}"),
    "obqa": ("{{question_stem}}", "{{choices.text}}", "{{choices.label.index(answerKey)}}"),
    "hellaswag": ("{{ctx}}", "{{endings}}", "{{label}}"),
    "piqa": ("Question: {{goal}}\nAnswer:", "{{[sol1, sol2]}}", "{{label}}"),
    "siqa": ("Q: {{context}} {{question}}\nA:", "{{[answerA, answerB, answerC]}}", "{{label}}"),
    "boolq": ("{{passage}}\nQuestion: {{question}}?\nAnswer:", "{{['no', 'yes']}}", "{{label}}"),
    "winogrande": ("{{sentence.split('_')[0]}}{{option1}}", "{{[sentence.split('_')[1].strip(), 'nothing']}}", "{{answer}}"),
}


def row(kind: str, chosen: random.Random) -> dict:
    bird, other, third = chosen.sample(ANIMALS, 3)
    here, there, away = chosen.sample(PLACES, 3)
    question, label = f"Where does the {bird} nest", chosen.randrange(2)
    named = {"text": [here, there, away], "label": ["A", "B", "C"]}
    return {
        "arc": {"question": question + "?", "choices": named, "answerKey": "ABC"[label]},
        "obqa": {"question_stem": f"The {bird} builds its nest", "choices": named, "answerKey": "ABC"[label]},
        "hellaswag": {"ctx": f"A {bird} flies up. It", "endings": [f"lands {here}.", f"calls the {other}.", f"sleeps {there}."], "label": label},
        "piqa": {"goal": f"Find the {bird}.", "sol1": f"Look {here}.", "sol2": f"Ask the {other}.", "label": label},
        "siqa": {"context": f"The {bird} met the {other}.", "question": "What next?", "answerA": "They sang", "answerB": f"It left {here}", "answerC": third, "label": label},
        "boolq": {"passage": f"The {bird} lives {here}, the {other} {there}.", "question": f"does the {bird} live {there}", "label": label},
        "winogrande": {"sentence": f"The {other} fed the {third} because _ was kind.", "option1": f"the {bird}", "answer": label},
    }[kind]  # fmt: skip


def write_tasks(folder) -> list[str]:
    for kind, (text, choices, target) in KINDS.items():
        chosen = random.Random(kind)
        data = folder / f"{kind}.jsonl"
        data.write_text("".join(json.dumps(row(kind, chosen)) + "\n" for _ in range(12)))
        task = {
            "task": f"own_{kind}", "dataset_path": "json", "dataset_kwargs": {"data_files": {"test": str(data)}}, "test_split": "test",
            "output_type": "multiple_choice", "doc_to_text": text, "doc_to_choice": choices, "doc_to_target": target,
            "metric_list": [{"metric": "acc"}, {"metric": "acc_norm"}],
        }  # fmt: skip
        (folder / f"{kind}.yaml").write_text(json.dumps(task))  # JSON is YAML
    return [f"own_{kind}" for kind in KINDS]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    from lm_eval.models.huggingface import HFLM
    from transformers import PreTrainedTokenizerFast

    from test_huggingface import LLAMA, save_llama, train_tokenizer  # of tests/emitted

    from weebill.lm_eval import WeebillLM

    folder = tmp_path_factory.mktemp("model") / "llama"
    folder.mkdir()
    save_llama(folder, dtype="float32", **(LLAMA | dict(vocab_size=602, num_attention_heads=4, num_key_value_heads=2, tie_word_embeddings=True)))
    train_tokenizer(folder, "gpt2")
    ours = WeebillLM(str(folder), weights="f32", cache="f32", batch_size=1)
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), bos_token="<|endoftext|>", eos_token="<|im_end|>", pad_token="<|im_end|>",
        chat_template=settings["chat_template"],
    )  # fmt: skip
    return ours, HFLM(pretrained=str(folder), tokenizer=tokenizer, dtype="float32", device="cpu", batch_size=1, max_length=ours.max_length)


def test_seven_tasks(models, tmp_path, monkeypatch):
    import lm_eval
    from lm_eval.tasks import TaskManager

    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    tasks = write_tasks(tmp_path)
    manager = TaskManager(include_path=str(tmp_path), include_defaults=False)
    ours, theirs = (
        lm_eval.simple_evaluate(model, tasks=tasks, task_manager=manager, bootstrap_iters=0, log_samples=True, verbosity="ERROR") for model in models
    )
    compared = 0
    for task in tasks:
        assert len(ours["samples"][task]) == 12
        for mine, other in zip(ours["samples"][task], theirs["samples"][task], strict=True):
            for (a, greedy_a), (b, greedy_b) in zip(mine["filtered_resps"], other["filtered_resps"], strict=True):
                assert float(a) == pytest.approx(float(b), abs=1e-3)
                assert greedy_a == greedy_b
                compared += 1
        assert ours["results"][task]["acc,none"] == theirs["results"][task]["acc,none"]
    assert compared == 12 * (3 + 3 + 3 + 2 + 3 + 2 + 2)


def instances(kind, arguments):
    from lm_eval.api.instance import Instance

    return [Instance(kind, {}, given, index) for index, given in enumerate(arguments)]


def test_whole_texts(models):
    """One longer than the context, which is read in windows."""
    texts = [("The wren lives by the river.",), ("wren and finch " * 120,)]
    ours, theirs = (model.loglikelihood_rolling(instances("loglikelihood_rolling", texts), disable_tqdm=True) for model in models)
    assert len(models[0].model.tokenize(texts[1][0])) > models[0].max_length
    for mine, other in zip(ours, theirs, strict=True):
        assert mine == pytest.approx(other, rel=1e-5)


def test_answers(models):
    wishes = [("The wren", {"until": ["\n"], "max_gen_toks": 12, "do_sample": False}), ("A heron flies", {"until": ["a", "e"], "max_gen_toks": 8})]
    ours, theirs = (model.generate_until(instances("generate_until", wishes), disable_tqdm=True) for model in models)
    assert ours == theirs


def test_conversations(models):
    turns = [{"role": "system", "content": "Be a bird."}, {"role": "user", "content": "Sing"}, {"role": "assistant", "content": "Tweet"}, {"role": "user", "content": "More"}]
    ours, theirs = models
    for messages in (turns, turns[1:2], turns[1:]):
        for answers in (True, False):
            assert ours.apply_chat_template(messages, answers) == theirs.apply_chat_template(messages, answers)


def test_what_is_shared_is_read_once(models, monkeypatch):
    """Three answers to one question: the question's tokens once, and the last of them for each."""
    model, read = models[0].model, []
    session = model.session()
    prefill = session.prefill
    monkeypatch.setattr(session, "prefill", lambda ids: read.append(len(ids)) or prefill(ids))
    from weebill import scores

    question = list(range(100, 140))
    found = scores.log_likelihoods(session, [(question, [5, 6]), (question, [7]), (question, [5, 8])])
    assert read == [40, 1, 1]
    assert found == [model.log_likelihood(question, answer) for answer in ([5, 6], [7], [5, 8])]
