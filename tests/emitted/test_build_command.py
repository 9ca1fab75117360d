"""`weebill build` as a user meets it: which files appear, under which names, and that a failure leaves nothing behind."""

import json
import os
import resource
import signal
import stat
import subprocess
import time
from pathlib import Path

import pytest

from programs import BIN, run, runnable_targets

TARGET = ["--target", runnable_targets()[0]]


def weebill(*arguments, **options) -> subprocess.CompletedProcess:
    return subprocess.run([str(a) for a in (BIN / "weebill", *arguments)], capture_output=True, text=True, timeout=600, **options)


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_files_have_the_models_name_and_are_listed(tiny_models, tmp_path):
    done = weebill("build", tiny_models["grouped"], "-o", tmp_path / "made" / "here", "--emit", "cpp", *TARGET)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "made" / "here"
    assert {"grouped.cpp", "grouped.weights"} <= set(names(folder))
    assert not [name for name in names(folder) if ".part" in name]
    assert done.stderr == ""  # no progress line where there is no terminal
    listed = {line.split()[0] for line in done.stdout.splitlines()}
    assert listed == {str(path) for path in folder.iterdir()}


def test_a_name_of_ones_own(tiny_models, tmp_path):
    weebill("build", tiny_models["grouped"], "-o", tmp_path, "--emit", "cpp", "--name", "bird", *TARGET)
    assert {"bird.cpp", "bird.weights"} <= set(names(tmp_path))
    assert '"bird.weights"' in (tmp_path / "bird.cpp").read_text()


def test_an_odd_file_name_becomes_a_safe_one(tiny_models, tmp_path):
    odd = tmp_path / 'my "model" (1).gguf'
    odd.write_bytes(tiny_models["wide_heads"].read_bytes())
    done = weebill("build", odd, "-o", tmp_path / "out", "--emit", "cpp", *TARGET)
    assert done.returncode == 0, done.stderr
    assert "my--model---1-.cpp" in names(tmp_path / "out")


def test_the_program_is_compiled_and_runs(tiny_models, tmp_path):
    done = weebill("build", tiny_models["wide_heads"], "-o", tmp_path, *TARGET)
    assert done.returncode == 0, done.stderr
    program = tmp_path / "wide_heads"
    assert program.stat().st_mode & stat.S_IXUSR
    logits = tmp_path / "logits.npy"
    run(program, "--tokens", "1,2,3", "--logits", logits)
    assert logits.exists()
    run(program, "--verify")


def test_two_builds_give_the_same_bytes(tiny_models, tmp_path):
    for folder in ("a", "b"):
        weebill("build", tiny_models["untied"], "-o", tmp_path / folder, "--emit", "cpp", *TARGET)
    assert names(tmp_path / "a") == names(tmp_path / "b")
    for name in names(tmp_path / "a"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_another_build_replaces_the_files(tiny_models, tmp_path):
    weebill("build", tiny_models["grouped"], "-o", tmp_path, "--emit", "cpp", "--context", "64", *TARGET)
    first = (tmp_path / "grouped.cpp").read_bytes()
    weebill("build", tiny_models["grouped"], "-o", tmp_path, "--emit", "cpp", "--context", "128", *TARGET)
    assert (tmp_path / "grouped.cpp").read_bytes() != first
    assert not [name for name in names(tmp_path) if ".part" in name]


@pytest.mark.parametrize("by_environment", [False, True])
def test_compiler_and_flags(tiny_models, tmp_path, by_environment):
    """As make and CMake take them: the compiler's name may have arguments, flags stand behind Weebill's own."""
    compiler = tmp_path / "compiler"
    compiler.write_text(f"#!/bin/sh\necho \"$@\" > {tmp_path}/arguments\nfor last; do :; done\necho made > \"$last\"\n")
    compiler.chmod(0o755)
    said, flags = f"{compiler} wrapped", "-O3  -march=native"
    environment = {**os.environ, "CXX": said if by_environment else "/nowhere/c++", "CXXFLAGS": flags if by_environment else "-O0"}
    options = [] if by_environment else ["--compiler", said, "--compiler-flags", flags]
    done = weebill("build", tiny_models["grouped"], "-o", tmp_path / "out", *TARGET, *options, env=environment)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "arguments").read_text().startswith("wrapped -std=c++20 -O2 -O3 -march=native -x c++ ")


def wait_until(happened) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline, "it did not happen within a minute"
        time.sleep(0.02)


def is_running(process: int) -> bool:
    """A process that has ended but was not waited for is no more than an entry."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def limit_files_to_100_kilobytes():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))


def test_a_full_disk_leaves_the_old_files(tiny_models, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "grouped.weights").write_text("old")
    done = weebill("build", tiny_models["grouped"], "-o", folder, "--emit", "cpp", *TARGET, preexec_fn=limit_files_to_100_kilobytes)
    assert done.returncode == 1
    assert done.stderr == f"weebill: cannot write '{folder}/grouped.weights': File too large\n"
    assert names(folder) == ["grouped.weights"]
    assert (folder / "grouped.weights").read_text() == "old"


def test_a_full_disk_leaves_no_folder(tiny_models, tmp_path):
    done = weebill("build", tiny_models["grouped"], "-o", tmp_path / "out", "--emit", "cpp", *TARGET, preexec_fn=limit_files_to_100_kilobytes)
    assert done.returncode == 1
    assert names(tmp_path) == []


def test_a_compiler_that_fails_leaves_nothing(tiny_models, tmp_path):
    compiler = tmp_path / "compiler"
    compiler.write_text("#!/bin/sh\necho 'error: out of patience' >&2\nexit 1\n")
    compiler.chmod(0o755)
    done = weebill("build", tiny_models["grouped"], "-o", tmp_path / "out", "--compiler", compiler, *TARGET)
    assert done.returncode == 1
    assert done.stderr == f"weebill: '{compiler}' could not compile the program: error: out of patience\n"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_no_half_file(tiny_models, tmp_path, sent):
    compiler = tmp_path / "compiler"
    compiler.write_text(f"#!/bin/sh\nsleep 20 & echo $! > {tmp_path}/child; wait\n")  # weebill waits for it with all its files open
    compiler.chmod(0o755)
    command = [BIN / "weebill", "build", tiny_models["grouped"], "-o", tmp_path / "out", "--compiler", compiler, *TARGET]
    default = lambda: signal.signal(sent, signal.SIG_DFL)  # tests that run in the background of a shell inherit an ignored SIGINT
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    process = subprocess.Popen([str(word) for word in command], stderr=subprocess.PIPE, preexec_fn=default, env={**os.environ, "TMPDIR": str(temporary)})
    wait_until(lambda: (tmp_path / "child").exists() and (tmp_path / "child").read_text())
    process.send_signal(sent)  # to weebill alone
    assert process.wait(timeout=60) == -sent
    assert not (tmp_path / "out").exists() and names(temporary) == []
    wait_until(lambda: not is_running(int((tmp_path / "child").read_text())))  # what the compiler had started, too


def test_an_ignored_interrupt_is_ignored(tiny_models, tmp_path):
    """As for jobs in the background of a shell, and under nohup."""
    compiler = tmp_path / "compiler"
    compiler.write_text(f"#!/bin/sh\ntouch {tmp_path}/child\nsleep 1\nfor last; do :; done\necho made > \"$last\"\n")
    compiler.chmod(0o755)
    command = [BIN / "weebill", "build", tiny_models["grouped"], "-o", tmp_path / "out", "--compiler", compiler, *TARGET]
    ignore = lambda: [signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGHUP)]
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=ignore)
    wait_until((tmp_path / "child").exists)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGHUP)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert names(tmp_path / "out") == ["grouped", "grouped.cpp", "grouped.h", "grouped.report.html", "grouped.weights"]


def test_no_program_stays_beside_new_weights(tiny_models, tmp_path):
    (tmp_path / "grouped").write_text("made for other weights")
    done = weebill("build", tiny_models["grouped"], "-o", tmp_path, "--emit", "cpp", *TARGET)
    assert done.returncode == 0 and "was made for other weights and is gone" in done.stderr
    assert "grouped" not in names(tmp_path)


def test_a_folder_with_the_programs_name_is_left_alone(tiny_models, tmp_path):
    (tmp_path / "grouped").mkdir()
    (tmp_path / "grouped" / "notes").write_text("mine")
    done = weebill("build", tiny_models["grouped"], "-o", tmp_path, "--emit", "cpp", *TARGET)
    assert done.returncode == 0 and done.stderr == ""
    assert (tmp_path / "grouped" / "notes").read_text() == "mine" and "grouped.weights" in names(tmp_path)


def test_a_name_that_cannot_be_had_leaves_all_files_as_they_were(tiny_models, tmp_path):
    (tmp_path / "grouped.cpp").write_text("old")
    (tmp_path / "grouped.report.html").mkdir()
    done = weebill("build", tiny_models["grouped"], "-o", tmp_path, "--emit", "cpp", *TARGET)
    assert done.returncode == 1 and "grouped.report.html': Is a directory" in done.stderr
    assert names(tmp_path) == ["grouped.cpp", "grouped.report.html"] and (tmp_path / "grouped.cpp").read_text() == "old"


def test_a_folder_that_is_a_file(tiny_models, tmp_path):
    (tmp_path / "out").write_text("")
    done = weebill("build", tiny_models["grouped"], "-o", tmp_path / "out", *TARGET)
    assert done.returncode == 1
    assert done.stderr.startswith(f"weebill: cannot make the folder '{tmp_path}/out'")


def test_more_context_than_the_model_has(tiny_models, tmp_path):
    done = weebill("build", tiny_models["grouped"], "-o", tmp_path / "out", "--context", "513", *TARGET)
    assert done.returncode == 1
    assert done.stderr == f"weebill: '{tiny_models['grouped']}': --context 513 is more than the 512 tokens that the model was made for\n"


def test_inspect_adds_up(tiny_models):
    done = weebill("inspect", tiny_models["grouped"], "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    # grouped: 2 layers, 192 wide, 3 heads on 1 of 64, feed-forward 320, vocabulary 528, embedding shared with the head.
    layer = 192 + (192 + 64 + 64) * 192 + 192 * 192 + 192 + 2 * 320 * 192 + 192 * 320
    assert found["parameters"] == 528 * 192 + 192 + 2 * layer
    assert found["cache_bytes_per_token"] == 2 * 2 * 64 * 2  # layers x (key, value) x head_size x float16
    matrices = lambda rows, columns: rows * columns + 8 * rows  # values, and a scale and a sum for each row
    norm = 192 * 4
    stored = matrices(528, 192) + norm + 2 * (2 * norm + matrices(320, 192) + matrices(192, 192) + matrices(640, 192) + matrices(192, 320))
    stored += 192 * 192 * 4  # the rotation before a head that is the embedding: float32 (docs/decisions/0003-rotated-weights.md)
    assert found["weight_bytes"] == found["weight_bytes_per_decoded_token"] == stored
    assert found["cache_bytes"] == 512 * found["cache_bytes_per_token"]  # the context is whole blocks of 64
    rate = found["read_bandwidth_bytes_per_second"]
    assert found["roofline_tokens_per_second"] == pytest.approx(rate / stored)


def test_inspect_states_the_memory_of_the_program(tiny_models, builder):
    found = json.loads(weebill("inspect", tiny_models["untied"], "--json").stdout)
    header = (builder.emit(tiny_models["untied"]).folder / "untied.h").read_text()
    for key, name in [("weights_file_bytes", "WEIGHTS_FILE"), ("cache_bytes", "CACHE"), ("activation_bytes", "ACTIVATION"),
                      ("scratch_bytes_per_thread", "SCRATCH"), ("stack_bytes_per_thread", "STACK")]:
        assert f"#define UNTIED_{name}_BYTES UINT64_C({found[key]})\n" in header


def test_inspect_table(tiny_models):
    done = weebill("inspect", tiny_models["untied"], "--weights", "f32", "--cache", "f32")
    assert done.returncode == 0, done.stderr
    for text in ("blocks              3", "4 query, 4 key-value, of 32", "weights f32, activations f32, cache f32", "activations", "stack", "for each thread but the first", "tokens/s"):
        assert text in done.stdout
    assert "one matrix" not in done.stdout
    assert "if all of that comes from memory" in done.stdout and "at most" not in done.stdout  # programs have been faster


def test_a_file_name_cannot_leave_its_comment(tiny_models, tmp_path):
    model = tmp_path / "x\n#error injected\x1b[31m */.gguf".replace("/", "")
    model.write_bytes(tiny_models["untied"].read_bytes())
    done = weebill("build", model, "-o", tmp_path / "out", "--name", "x", "--emit", "cpp", "--target", "generic")
    assert done.returncode == 0, done.stderr
    for file in ("x.cpp", "x.h"):
        text = (tmp_path / "out" / file).read_text()
        assert "x?#error injected?[31m *" in text and "\n#error injected" not in text and "\x1b" not in text
