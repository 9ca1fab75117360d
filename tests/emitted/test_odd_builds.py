"""Models whose sizes are odd but allowed, through every pass: `weebill build --emit-plan` plans them or refuses them in one sentence.

By hand, for longer and with a weebill that was built with sanitizers: ODD_BUILDS=2000 WEEBILL_BIN=build/asan/bin pytest tests/emitted/test_odd_builds.py
"""

import json
import os
import random
import resource
import signal

from programs import BIN, run

COUNT = int(os.environ.get("ODD_BUILDS", 60))
SECONDS = 10
NUMBERS = [1, 2, 3, 5, 16, 17, 31, 32, 48, 64, 80, 96, 100, 128, 192, 256, 257, 576, 1000, 1024, 1536, 4095, 4096, 16384, 65535, 65536, 99999, 131072, 262144, 1048576]
OPTIONS = [[], ["--weights", "f32"], ["--weights", "f32", "--activations", "f32", "--cache", "f32"], ["--cache", "int8"], ["--cache", "f32"],
           ["--rotation", "none"], ["--activations", "int8-symmetric"], ["--skip-pass", "lm-fuse-qkv"], ["--embed-weights"]]  # fmt: skip


def odd_description(draw: random.Random) -> dict:
    def size(most: int) -> int:
        number = draw.choice([n for n in NUMBERS if n <= most])
        return number if draw.random() < 0.3 else 64 * (1 + number // 100)  # most models are whole blocks

    heads = draw.choice([1, 2, 3, 9, 16, 25, 128, 1024])
    made = {
        "model": size(65536), "hidden": size(1 << 18), "heads": heads, "vocabulary": size(1 << 20), "context": size(1 << 20),
        "key_value_heads": draw.choice([h for h in range(1, heads + 1) if heads % h == 0]),
        "head_size": draw.choice([2, 6, 16, 32, 48, 64, 80, 96, 128, 144, 256, 1024]),
        "norm_epsilon": draw.choice([1e-12, 1e-5, 1]), "rope_theta": draw.choice([1, 1.0000001, 10000, 1e9]),
        "tied_embeddings": draw.choice([True, False]), "seed": draw.randrange(1 << 53),
    }  # fmt: skip
    if draw.random() < 0.5:
        made["layers"] = draw.choice([1, 2, 3, 1024])
    else:
        made["blocks"] = draw.choice([1, 2, 3, 7, 64])
        again = [draw.randrange(made["blocks"]) for _ in range(draw.choice([0, 1, 2, 50, 4000]))]
        made["schedule"] = (list(range(made["blocks"])) + again)[:4096]
    return made


def limit_seconds() -> None:
    """The processor's, whatever else runs here: the kernel sends SIGXCPU."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))


def test_planned_or_refused_in_a_sentence(tmp_path):
    draw = random.Random(1)
    planned = 0
    for number in range(COUNT):
        model = tmp_path / f"{number}.json"
        model.write_text(json.dumps(odd_description(draw)))
        options = [*draw.choice(OPTIONS), *(["--context", str(draw.choice(NUMBERS))] if draw.random() < 0.3 else [])]
        case = f"{model.read_text()[:600]} {options}"
        done = run(BIN / "weebill", "build", model, "--emit-plan", *options, check=False, text=True, preexec_fn=limit_seconds)
        assert done.returncode != -signal.SIGXCPU, f"takes more than {SECONDS} s: {case}"
        if done.returncode == 0:
            planned += 1
            continue
        assert done.returncode in (1, 2), f"{case}: {done.returncode} {done.stderr[:3000]}"
        assert done.stdout == "" and done.stderr.startswith("weebill: ") and done.stderr.count("\n") == 1 and len(done.stderr) < 600, f"{case}: {done.stderr[:3000]}"
    assert COUNT // 10 < planned < COUNT  # both happen, or this tests little
