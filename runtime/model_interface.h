//===- model_interface.h - The model for C and C++ ---------------*- C++ -*-===//
//
// The part of NAME.h that is the same for every model, in C99 and C++. "model_" becomes the model's name
// (codegen/emit/Interface.h); numbers and sizes stand before it (codegen/emit/EmitHeader.cpp). interface.h has the
// functions. Tested by tests/emitted/test_c_api.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Codes: an id, a count or a number of threads that cannot be; weights that are missing or another model's, a CPU that
 * lacks something, memory for the cache or threads that the system refuses; no room for so many tokens; stopped by
 * model_cancel; no memory for something small. */
#define MODEL_OK 0
#define MODEL_BAD_ARGUMENT 1
#define MODEL_CANNOT_START 2
#define MODEL_CONTEXT_FULL 3
#define MODEL_CANCELLED 4
#define MODEL_OUT_OF_MEMORY 5

typedef struct model_instance model_instance;

/* Makes an instance and writes it to *instance, or NULL there if that fails. weights_file may be NULL: the
 * weights inside the program or, if there are none, the file of the model's name beside the program that runs.
 * threads: 1 to 256, or 0 for all that this process may use. error, if not NULL, receives one sentence, cut to
 * error_bytes with its end, empty if all is well. 512 bytes are enough unless paths are long.
 *
 * flags: 0, or MODEL_READ_WEIGHTS. Weights are mapped, so a file that is written to or cut while it is used ends the
 * process: replace it by renaming another one to its name. With the flag they are read into memory and checked.
 *
 * After fork() a child may use the instance, if no call was running: it starts threads of its own when it first needs
 * them, and what it does with its tokens is its own. */
#define MODEL_READ_WEIGHTS 1u
int model_create(const char *weights_file, int32_t threads, uint32_t flags, model_instance **instance, char *error,
                 size_t error_bytes);

/* Frees everything. NULL is fine. No other call may be running. */
void model_destroy(model_instance *instance);

/* Takes `count` tokens after those that the instance has. logits, if not NULL, receives MODEL_VOCABULARY numbers: how
 * likely each token is to follow the last one (before softmax). They belong to the caller. All tokens are taken or,
 * with any code but MODEL_OK, none. */
int model_prefill(model_instance *instance, const int32_t *ids, int32_t count, float *logits);

/* The same for one token, by the way that is faster for one. The numbers are the same to the bit. */
int model_step(model_instance *instance, int32_t id, float *logits);

/* Makes another instance that goes on from the same tokens, and writes it to *branch, or NULL there if that fails. It
 * shares weights, threads and buffers with the first, and has a cache of its own: MODEL_CACHE_BYTES, touched as far as
 * tokens come. Instances that came from each other may be used from several threads: they wait for each other. */
int model_branch(model_instance *instance, model_instance **branch);

/* Forgets all tokens but the first, as many as `position` says. */
int model_go_back(model_instance *instance, int32_t position);

/* Forgets all tokens. */
void model_reset(model_instance *instance);

/* How many tokens the instance has: MODEL_CONTEXT at most. */
int32_t model_position(const model_instance *instance);

/* From any thread, a signal handler too: the running model_prefill or model_step soon returns MODEL_CANCELLED, or if
 * none is running, the next one does. model_reset takes it back. */
void model_cancel(model_instance *instance);

/* Why the last call with a code other than MODEL_OK failed: one sentence, which lives until the next call. */
const char *model_error(const model_instance *instance);

/* The ids of a text in UTF-8. *count becomes their number; if it is more than `capacity`, only the first `capacity` are
 * written. special: 1 if texts like "<|im_end|>" in it stand for special tokens; give 0 for what users type. Allocates
 * while it runs. */
int model_tokenize(model_instance *instance, const char *text, size_t bytes, int special, int32_t *ids, size_t capacity,
                   size_t *count);

/* The text of ids, without an end of string: *bytes becomes its length; if it is more than `capacity`, only the first
 * `capacity` are written. A token may end inside a character. Special tokens have no text. Tokenizers that put a space
 * before a text have it here, too. */
int model_detokenize(model_instance *instance, const int32_t *ids, size_t count, char *text, size_t capacity,
                     size_t *bytes);

/* Whether a text or an answer ends with this token. */
int model_is_stop_token(int32_t id);

#ifdef __cplusplus
}
#endif
