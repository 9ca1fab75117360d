"""Runs llama.cpp's own converter on folders, all in one process: to load what it imports takes longer than to convert small models.

Started by test_converter.py. The converter's folder is the argument; [[folder, file, how text is cut], ...] comes on standard input, and what went wrong
with each, or an empty text, goes to standard output, both as JSON.

The converter finds out how text is cut by a hash of the ids of one text, and refuses vocabularies that nobody has published. That one question is
answered here with what the test says; all else is the converter's.
"""

import json
import os
import sys
import traceback
from pathlib import Path


def convert(folder: str, file: str, cut: str) -> str:
    TextModel.get_vocab_base_pre = lambda self, tokenizer: cut
    sys.argv = ["convert_hf_to_gguf.py", folder, "--outfile", file, "--outtype", "f32"]
    try:
        convert_hf_to_gguf.main()
    except (Exception, SystemExit):
        return traceback.format_exc()
    return "" if Path(file).is_file() else "no file was written"


if __name__ == "__main__":
    os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    sys.path[:1] = [sys.argv[1], f"{sys.argv[1]}/gguf-py"]  # its own gguf, not the one that is installed
    import convert_hf_to_gguf
    from conversion.base import TextModel

    jobs = json.load(sys.stdin)
    print("\n" + json.dumps([convert(*job) for job in jobs]))
