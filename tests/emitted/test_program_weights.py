"""The weights file of an emitted program, around a fake model: where it is found, whose it is, whether it is whole."""

import os
import subprocess

import fake_program
from fake_program import COUNTED, out, refusal


def test_verify(fake, tmp_path, fake_content):
    assert out(fake, "--verify").endswith(f": fine, content {fake_program.content_hash(fake_content):016x}\n")
    damaged = tmp_path / "damaged"
    damaged.write_bytes(fake_program.weights_file(fake_content)[:-1] + b"\x55")
    assert out(fake, "a", "-n", 1, "--weights-file", damaged) == "b\n"  # start reads the header only
    assert "is damaged: its content is" in refusal(fake, "--verify", "--weights-file", damaged)


def test_weights_of_another_model(fake, tmp_path, fake_content):
    other = tmp_path / "other"
    other.write_bytes(fake_program.weights_file(fake_content, content=0x123))
    assert "is another model's: its content is 0000000000000123" in refusal(fake, "a", "--weights-file", other)
    other.write_bytes(fake_program.weights_file(fake_content)[:100])
    assert f"it has 100 bytes, this program's has {len(fake_content) + 64}" in refusal(fake, "a", "--weights-file", other)


def test_weights_that_are_read(fake, tmp_path, fake_content):
    """They are checked whole, and then the file may change: here while the program waits for its next turn."""
    own = tmp_path / "own.weights"
    own.write_bytes(fake_program.weights_file(fake_content)[:-1] + b"\x55")
    assert "is damaged: its content is" in refusal(fake, "a", "--read-weights", "--weights-file", own)
    own.write_bytes(fake_program.weights_file(fake_content))
    with subprocess.Popen([fake, "--chat", "--read-weights", "--weights-file", own], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=COUNTED) as chat:
        chat.stdin.write(b"a\n")
        chat.stdin.flush()
        assert chat.stdout.readline() == b"wxyz\n"
        os.truncate(own, 10)
        assert chat.communicate(b"b\n", timeout=60)[0] == b"wxyz\n"
    assert chat.returncode == 0


def test_weights_are_found_beside_the_program(fake, tmp_path):
    link = tmp_path / "elsewhere"
    link.symlink_to(fake)
    assert out(link, "a", "-n", 1, cwd="/") == "b\n"
    lonely = tmp_path / "lonely"
    lonely.write_bytes(fake.read_bytes())
    lonely.chmod(0o755)
    sentence = refusal(lonely, "a")
    assert sentence.startswith(f"cannot open weights file '{tmp_path}/fake.weights': No such file") and "--weights-file" in sentence
