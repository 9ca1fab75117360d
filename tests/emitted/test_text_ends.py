"""What stands around every text, for each class of transformers whose settings decide over it: `bos_token`, `eos_token` and whether they are added,
each left out, null, or stated. The program's tokens are the class's, or both refuse."""

import json
import random
import subprocess
from itertools import product

import pytest

import programs
from test_added_tokens import write_model, write_tokenizer

PROBE = programs.BIN.parent / "tests" / "import_probe"
LEFT_OUT = "left out"
TOKENS, FLAGS = [LEFT_OUT, None, "ab"], [LEFT_OUT, None, True, False]
CASES = [("bos", token, flag) for token, flag in product(TOKENS, FLAGS)] + [("eos", token, flag) for token, flag in product(TOKENS, FLAGS)]


def write_folder(folder, name: str, stated_by: str, end: str, token, flag) -> None:
    """`stated_by`: the file that names the class; "nothing": the model's type alone, which means Llama's."""
    folder.mkdir()
    write_model(folder, bos_token_id=None, **({"tokenizer_class": name} if stated_by == "config.json" else {}))
    write_tokenizer(folder, random.Random(1))
    settings = {"bos_token": "<a>", "eos_token": "<b>", f"{end}_token": token, f"add_{end}_token": flag}
    settings |= {"tokenizer_class": name} if stated_by == "tokenizer_config.json" else {}
    (folder / "tokenizer_config.json").write_text(json.dumps({key: value for key, value in settings.items() if value != LEFT_OUT}))


def around(reference) -> tuple[list[int], list[int]]:
    with_ends, plain = reference.encode("zz"), reference.encode("zz", add_special_tokens=False)
    at = with_ends.index(plain[0])
    return with_ends[:at], with_ends[at + len(plain) :]


NAMES = ["Llama", "CodeLlama", "Gemma", "Cohere", "GPTNeoX", "GPT2", "Qwen2", "PreTrained"]


@pytest.mark.parametrize("name, stated_by", [*product(NAMES, ["tokenizer_config.json", "config.json"]), ("Llama", "nothing")])
def test_what_stands_around_a_text(tmp_path, name, stated_by):
    transformers = pytest.importorskip("transformers")
    refused, found = set(), set()
    for number, (end, token, flag) in enumerate(CASES):
        folder = tmp_path / str(number)
        write_folder(folder, f"{name}Tokenizer{'Fast' if name in ('GPTNeoX', 'PreTrained') else ''}", stated_by, end, token, flag)
        told = subprocess.run([PROBE, "model", folder], capture_output=True, text=True)
        try:
            wanted = around(transformers.AutoTokenizer.from_pretrained(folder))
        except (ValueError, ImportError) as error:  # some classes then try another way
            assert "= None" in f"{error} {error.__context__}", error
            assert told.returncode == 1 and f"'{end}_token': is none" in told.stderr, (end, token, flag, told)
            refused.add((end, token, flag))
            continue
        assert told.returncode == 0, (end, token, flag, told.stderr)
        ours = json.loads(told.stdout)["tokenizer"]
        assert ours["before"] == wanted[0], (end, token, flag)
        assert ours["behind"].encode().hex() == "".join(ours["tokens"][i] for i in wanted[1]), (end, token, flag)
        found.add((bool(wanted[0]), bool(wanted[1])))
    always = {"Llama", "CodeLlama", "Gemma", "Cohere"}
    assert refused == {(end, None, flag) for end in ("bos", "eos") for flag in (True, LEFT_OUT)
                       if name in always | {"GPTNeoX"} and (flag is True or (end == "bos" and name in always))}  # fmt: skip
    assert (True, True) in found if name in always else (False, False) in found
