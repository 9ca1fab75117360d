"""Emitted files without a warning under the sets that companies compile with, under both compilers: every recipe on the targets whose text differs,
with and without tokenizer and chat. What depends on no model but its tokenizer is compiled as the unit tests paste it.
"""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from gguf import GGMLQuantizationType as Type

from kept_model import NewType, write_kept_model
from programs import ARM_COMPILER, CCACHE, COMPILERS, ROOT, run
from tiny_model import TINY_MODELS, write_tiny_model

SETS = "-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wextra-semi -Wcast-align -Wcast-qual -Wnon-virtual-dtor -Wdouble-promotion".split()
CHECK = ["-std=c++20", "-c", "-Werror", *SETS]  # and not -fsyntax-only, whose words ccache does not keep
TARGETS = "x86-64-amx,x86-64-avx512vnni,x86-64-v3,aarch64-dotprod,aarch64,generic"
CHAT = "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
NO_TEXT = {"layers": 2, "model": 192, "hidden": 320, "heads": 3, "key_value_heads": 3, "vocabulary": 528, "qkv_bias": True, "qk_norm": "before_rope"}
SHARED = {"blocks": 3, "sharing": {"order": "immediate", "times": 2}, "model": 192, "hidden": 320, "heads": 2, "head_size": 80, "key_value_heads": 2, "vocabulary": 528}
RECIPES = {
    "int8": ["--weights", "int8", "--activations", "int8"],
    "symmetric": ["--weights", "int8", "--activations", "int8-symmetric", "--cache", "int8"],
    "f16": ["--weights", "f16", "--embed-weights"],
    "f32": ["--weights", "f32", "--cache", "f32"],
    "keep": ["--weights", "keep"],
}
# A recipe, and the model that shows it.
SOURCES = [("int8", "chat"), ("symmetric", "shared"), ("f16", "tokenizer"), ("f32", "no-text"), ("keep", "kept")]

EVERY_TOKENIZER = """#include "tests/unit/runtime/FakeConstants.h"
#include "codegen/text/AnyTokenizer.h"

i32 count_of(const weebill::weights::TokenizerKind &kind, const TokenizerTables &tables) {
  i32 count = 0;
  with_tokenizer(kind, [&]<class Any>() { Any(tables, 4).encode("text", [&](i32) { ++count; }); });
  return count;
}
"""


def write_model(name, folder):
    if name == "kept":
        kinds = {"blk.0.attn_q": Type.MXFP4, "blk.0.attn_k": Type.TQ1_0, "blk.0.attn_v": Type.TQ2_0, "blk.0.attn_output": NewType.Q2_0,
                 "blk.0.ffn_gate": Type.Q4_1, "blk.0.ffn_up": Type.Q4_1, "token_embd": Type.Q6_K, "attn_q": Type.Q4_0, "attn_k": Type.Q5_0, "attn_v": Type.Q5_1, "attn_output": Type.Q8_0,
                 "ffn_gate": Type.IQ4_NL, "ffn_up": Type.IQ4_XS, "blk.0.ffn_down": Type.Q5_K, "ffn_down": Type.Q4_K, "": NewType.Q6_0}
        return write_kept_model(folder / "kept.gguf", kinds, seed=5, layers=2, model=256, heads=4, kv=1, head_size=64, hidden=512, vocabulary=272, tied=False)
    if name in ("chat", "tokenizer"):
        return write_tiny_model(folder / f"{name}.gguf", **TINY_MODELS["grouped"], chat_template=CHAT if name == "chat" else "")
    path = folder / f"{name}.json"
    path.write_text(json.dumps(NO_TEXT if name == "no-text" else SHARED))
    return path


def warnings_of(source, *commands) -> list[str]:
    """What each compiler says; they run beside each other."""

    def words(number):
        made = source.with_suffix(f".{number}.o")  # beside the source, so that ccache finds what another run compiled
        done = run(*CCACHE, *commands[number], source.name, "-o", made.name, cwd=source.parent, check=False)
        made.unlink(missing_ok=True)
        return done.stderr.decode()

    with ThreadPoolExecutor(2) as pool:
        return [line for text in pool.map(words, range(len(commands))) for line in text.splitlines() if "error:" in line or "warning:" in line]


@pytest.mark.parametrize("recipe, model", SOURCES, ids=["-".join(one) for one in SOURCES])
def test_no_warnings(builder, tmp_path, recipe, model):
    source = builder.emit(write_model(model, tmp_path), "--target", TARGETS, *RECIPES[recipe]).source
    commands = [(compiler, *CHECK) for compiler in COMPILERS] + [("clang++-22", "--target=aarch64-linux-gnu", *CHECK)]
    if shutil.which(ARM_COMPILER):
        commands.append((ARM_COMPILER, *CHECK))
    found = warnings_of(source, *commands)
    assert not found, "\n".join(found[:20])


@pytest.mark.parametrize("compiler", COMPILERS)
def test_no_warnings_in_what_knows_tokenizers(tmp_path, compiler):
    source = tmp_path / "tokenizers.cpp"
    source.write_text(EVERY_TOKENIZER)
    found = warnings_of(source, (compiler, *CHECK, f"-I{ROOT}"))
    assert not found, "\n".join(found[:20])


def test_a_warning_is_found(tmp_path):
    """Each compiler finds what the sets are for."""
    source = tmp_path / "bad.cpp"
    source.write_text("int half(long long x) { int y = (int)x; { int y = 2; return y + x; } }\n")
    for compiler in COMPILERS:
        found = "\n".join(warnings_of(source, (compiler, *CHECK)))
        assert all(word in found for word in ("-Werror=old-style-cast", "-Werror=conversion") if compiler == "g++"), found
        assert "shadow" in found, found
