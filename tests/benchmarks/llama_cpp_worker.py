#!/usr/bin/env python3
"""Times llama.cpp's `llama_decode`, one request at a time, and requantizes a model for it. Runs in the environment that setup_llama_cpp.sh makes.

    llama_cpp_worker.py q8_0 FROM.gguf TO.gguf           the same values as Q8_0, by llama.cpp itself, metadata kept
    llama_cpp_worker.py q4_0 FROM.gguf TO.gguf           as Q4_0; llama.cpp keeps more bits for a table that is the head too
    llama_cpp_worker.py serve MODEL.gguf CONTEXT         reads requests from stdin, writes answers to stdout, one JSON object a line

compare_llama_cpp.py starts it and keeps it running, so that nothing but the work itself is timed and both programs can take turns. Requests:

    {"do": "about"}
    {"do": "decode", "context_tokens": 512, "new_tokens": 32, "threads": 2, "flash_attention": true}
    {"do": "prefill", "prompt_tokens": 128, "repetitions": 3, "threads": 2, "flash_attention": true}
    {"do": "memory"}

Threads are set up as llama-bench does it: one pool for a thread count, kept for all steps (without one, llama.cpp starts threads anew for each token).
"""
import ctypes
import json
import pathlib
import statistics
import sys
import time

import llama_cpp
from gguf import GGMLQuantizationType, GGUFReader

BATCH = 512  # tokens of a prefill pass; llama.cpp's default


class ThreadPoolSettings(ctypes.Structure):
    """ggml_threadpool_params of ggml.h, which the Python package does not declare."""

    _fields_ = [
        ("cpumask", ctypes.c_bool * 512),
        ("n_threads", ctypes.c_int),
        ("priority", ctypes.c_int),
        ("poll", ctypes.c_uint32),
        ("strict_cpu", ctypes.c_bool),
        ("paused", ctypes.c_bool),
    ]


def libraries():
    folder = pathlib.Path(llama_cpp.__file__).parent / "lib"
    llama, base, cpu = (ctypes.CDLL(str(folder / f"lib{name}.so")) for name in ("llama", "ggml-base", "ggml-cpu"))
    base.ggml_threadpool_params_init.argtypes = [ctypes.POINTER(ThreadPoolSettings), ctypes.c_int]
    base.ggml_threadpool_params_init.restype = None
    cpu.ggml_threadpool_new.argtypes = [ctypes.POINTER(ThreadPoolSettings)]
    cpu.ggml_threadpool_new.restype = ctypes.c_void_p
    cpu.ggml_threadpool_pause.argtypes = [ctypes.c_void_p]
    cpu.ggml_threadpool_pause.restype = None
    llama.llama_attach_threadpool.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    llama.llama_attach_threadpool.restype = None
    return llama, base, cpu


def check(condition, what):
    if not condition:
        sys.exit(f"llama_cpp_worker.py: {what}")


def requantize(file_type, source, target):
    settings = llama_cpp.llama_model_quantize_default_params()
    settings.ftype = file_type
    settings.allow_requantize = True
    settings.nthread = 2
    failed = llama_cpp.llama_model_quantize(source.encode(), target.encode(), ctypes.byref(settings))
    check(not failed, f"cannot requantize {source}")


def as_q8_0(source, target):
    requantize(llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0, source, target)
    for tensor in GGUFReader(target).tensors:
        matrix = len(tensor.shape) > 1
        check(not matrix or tensor.tensor_type == GGMLQuantizationType.Q8_0, f"{tensor.name} is {tensor.tensor_type.name}, not Q8_0")


def as_q4_0(source, target):
    requantize(llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_0, source, target)


def streamed_bytes(reader):
    """What decoding one token reads: all weights, of the embeddings only if they are the head's matrix too, and a float16 cache for each token in it."""
    architecture = reader.get_field("general.architecture").contents()

    def number(key):
        field = reader.get_field(f"{architecture}.{key}")
        return field.contents() if field else None

    tied = all(tensor.name != "output.weight" for tensor in reader.tensors)
    head_size = number("attention.key_length") or number("embedding_length") // number("attention.head_count")
    return {
        "weight_bytes": int(sum(tensor.n_bytes for tensor in reader.tensors if tied or tensor.name != "token_embd.weight")),
        "cache_bytes_per_token": 2 * 2 * number("block_count") * (number("attention.head_count_kv") or number("attention.head_count")) * head_size,
    }


def resident_bytes(key):
    """VmRSS (now) or VmHWM (most ever) of this process."""
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key):
            return int(line.split()[1]) * 1024
    raise KeyError(key)


class Server:
    def __init__(self, model, context_tokens):
        self.llama, self.base, self.cpu = libraries()
        self.lines = []
        self.log_callback = llama_cpp.llama_log_callback(lambda level, text, data: self.lines.append(text.decode(errors="replace")))
        llama_cpp.llama_log_set(self.log_callback, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        self.interpreter_bytes = resident_bytes("VmRSS")
        self.model_file = model
        self.model = llama_cpp.llama_model_load_from_file(model.encode(), llama_cpp.llama_model_default_params())
        check(self.model, f"cannot load {model}: {''.join(self.lines[-5:])}")
        self.vocabulary = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(self.model))
        self.context_tokens = context_tokens
        self.contexts = {}
        self.pools = {}
        # Any ids do: the work does not depend on them.
        self.ids = (llama_cpp.llama_token * context_tokens)(*((7919 * i + 17) % self.vocabulary for i in range(context_tokens)))

    def about(self):
        buffers = sorted({line.split(":", 1)[1].strip() for line in self.lines if "model buffer size" in line})
        return {
            "version": llama_cpp.__version__,
            "system": llama_cpp.llama_print_system_info().decode().strip(),
            "weight_buffers": [" ".join(buffer.split()) for buffer in buffers],
            **streamed_bytes(GGUFReader(self.model_file)),
        }

    def context(self, name, flash_attention, threads):
        """A context for each depth, so that its cache is filled once and cut back after each measurement."""
        key = name, flash_attention
        if key not in self.contexts:
            settings = llama_cpp.llama_context_default_params()
            settings.n_ctx = self.context_tokens
            settings.n_batch = settings.n_ubatch = BATCH
            settings.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_ENABLED if flash_attention else llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
            self.contexts[key] = llama_cpp.llama_init_from_model(self.model, settings)
            check(self.contexts[key], f"cannot make a context: {''.join(self.lines[-5:])}")
        context = self.contexts[key]
        llama_cpp.llama_set_n_threads(context, threads, threads)
        self.llama.llama_attach_threadpool(context, self.pool(threads), None)
        return context

    def pool(self, threads):
        if threads not in self.pools:
            settings = ThreadPoolSettings()
            self.base.ggml_threadpool_params_init(ctypes.byref(settings), threads)
            check(settings.n_threads == threads and settings.poll <= 100, "ggml_threadpool_params has another layout in this version")
            self.pools[threads] = self.cpu.ggml_threadpool_new(ctypes.byref(settings))
        return self.pools[threads]

    def rest(self):
        """Otherwise idle threads spin on for some tenths of a second, on the processors of the program that is measured next."""
        for pool in self.pools.values():
            self.cpu.ggml_threadpool_pause(pool)

    def run(self, context, first, count):
        """Tokens first ... first + count - 1 of `ids`, as one batch or several of BATCH; logits of the last one."""
        for start in range(first, first + count, BATCH):
            part = min(BATCH, first + count - start)
            ids = ctypes.cast(ctypes.byref(self.ids, start * ctypes.sizeof(llama_cpp.llama_token)), ctypes.POINTER(llama_cpp.llama_token))
            status = llama_cpp.llama_decode(context, llama_cpp.llama_batch_get_one(ids, part))
            check(status == 0, f"llama_decode gives {status}")

    def fill(self, context, tokens):
        """Leaves exactly `tokens` tokens in the cache."""
        memory = llama_cpp.llama_get_memory(context)
        held = llama_cpp.llama_memory_seq_pos_max(memory, 0) + 1
        if held > tokens:
            check(llama_cpp.llama_memory_seq_rm(memory, 0, tokens, -1), "cannot cut the cache back")
        elif held < tokens:
            self.run(context, held, tokens - held)

    def decode(self, context_tokens, new_tokens, threads, flash_attention):
        context = self.context(context_tokens, flash_attention, threads)
        for timed in (False, True):
            count = new_tokens if timed else 4
            self.fill(context, context_tokens)
            start = time.perf_counter()
            for position in range(context_tokens, context_tokens + count):
                self.run(context, position, 1)
                llama_cpp.llama_synchronize(context)
            seconds = time.perf_counter() - start
        return {"tokens_per_second": new_tokens / seconds}

    def prefill(self, prompt_tokens, repetitions, threads, flash_attention):
        context = self.context(0, flash_attention, threads)
        seconds = []
        for _ in range(1 + repetitions):
            self.fill(context, 0)
            start = time.perf_counter()
            self.run(context, 0, prompt_tokens)
            llama_cpp.llama_synchronize(context)
            seconds.append(time.perf_counter() - start)
        return {"tokens_per_second": prompt_tokens / statistics.median(seconds[1:])}

    def memory(self):
        peak = resident_bytes("VmHWM")
        return {"peak_resident_bytes": peak, "interpreter_bytes": self.interpreter_bytes}


def serve(model, context_tokens):
    server = Server(model, int(context_tokens))
    for line in sys.stdin:
        request = json.loads(line)
        answer = getattr(server, request.pop("do"))(**request)
        server.rest()
        print(json.dumps(answer), flush=True)


def main():
    commands = {"q8_0": as_q8_0, "q4_0": as_q4_0, "serve": serve}
    check(len(sys.argv) == 4 and sys.argv[1] in commands, __doc__)
    commands[sys.argv[1]](*sys.argv[2:])


if __name__ == "__main__":
    main()
