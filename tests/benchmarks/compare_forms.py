"""What each form of numbers costs in accuracy, on a real model: next-token distributions against float32, from emitted programs' --logits.

    python tests/benchmarks/compare_forms.py MODEL.gguf LICENSE [--tokens 1024]

Prints the table of docs/decisions/0003-rotated-weights.md: Kullback-Leibler divergence from float32 in nats (mean and 99th percentile over
positions), how often the most likely token is the same, perplexity of the text, bytes of the weights file and of the cache for a token.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/emitted"))
from reference_tokenizer import build_reference, read_vocabulary  # noqa: E402

WEEBILL = Path(os.environ.get("WEEBILL_BIN", ROOT / "build/release/bin")) / "weebill"
FORMS = {  # float32 first: the others are measured against it
    "float32": ["--weights", "f32", "--cache", "f32"],
    "float16 weights, float16 cache": ["--weights", "f16"],
    "float16 weights, int8 cache": ["--weights", "f16", "--cache", "int8"],
    "kept as the file has them (the default)": ["--weights", "keep"],
    "W8A8, rotated": ["--weights", "int8"],
    "W8A8, rotated, int8 cache": ["--weights", "int8", "--cache", "int8"],
    "W8A8, rotated, symmetric codes": ["--activations", "int8-symmetric"],
    "W8A8": ["--rotation", "none"],
    "W8A8, symmetric codes": ["--rotation", "none", "--activations", "int8-symmetric"],
}


def logits_of(model: Path, options: list[str], ids: list[int], folder: Path) -> np.ndarray:
    build = [WEEBILL, "build", model, "-o", folder, "--name", "m", "--emit", "binary", "--context", str(len(ids)), *options]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    subprocess.run([folder / "m", "--tokens", ",".join(map(str, ids)), "--logits", folder / "m.npy"], check=True, capture_output=True)
    return np.load(folder / "m.npy")


def log_probabilities(logits: np.ndarray) -> np.ndarray:
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("text", type=Path)
    parser.add_argument("--tokens", type=int, default=1024)
    arguments = parser.parse_args()
    tokenizer = build_reference(read_vocabulary(arguments.model))
    ids = tokenizer.encode(arguments.text.read_text(), add_special_tokens=False).ids[: arguments.tokens]
    exact = None
    print("| | mean KL | 99th percentile | same top-1 | perplexity | weights | cache for a token |\n|---|---|---|---|---|---|---|")
    for name, options in FORMS.items():
        with tempfile.TemporaryDirectory() as folder:
            found = log_probabilities(logits_of(arguments.model, options, ids, Path(folder)))
            sizes = json.loads(subprocess.run([WEEBILL, "inspect", arguments.model, "--json", *options], check=True, capture_output=True).stdout)
        exact = found if exact is None else exact
        divergence = (np.exp(exact) * (exact - found)).sum(axis=1)
        same = np.mean(exact.argmax(axis=1) == found.argmax(axis=1))
        perplexity = np.exp(-found[np.arange(len(ids) - 1), ids[1:]].mean())
        columns = ["", "", ""] if found is exact else [f"{divergence.mean():.4f}", f"{np.percentile(divergence, 99):.3f}", f"{100 * same:.1f} %"]
        columns += [f"{perplexity:.2f}", f"{sizes['weights_file_bytes'] / 1e6:.0f} MB", f"{sizes['cache_bytes_per_token']:,}"]
        print(f"| {name} | {' | '.join(columns)} |", flush=True)


if __name__ == "__main__":
    main()
