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

/* Counts up when a function changes what it takes or means. A caller that was compiled with another one, or that did
 * not see this file, can ask model_number(MODEL_NUMBER_INTERFACE). */
#define MODEL_INTERFACE 2

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

/* The same, and what follows each token: logits receives `count` rows of MODEL_VOCABULARY numbers, in the tokens'
 * order, and may not be NULL. To the bit what model_step gives token by token, at the speed of model_prefill. */
int model_prefill_all(model_instance *instance, const int32_t *ids, int32_t count, float *logits);

/* The same for one token, by the way that is faster for one. The numbers are the same to the bit. */
int model_step(model_instance *instance, int32_t id, float *logits);

/* Makes another instance that goes on from the same tokens, and writes it to *branch, or NULL there if that fails. It
 * shares weights, threads and buffers with the first, and has a cache of its own: MODEL_CACHE_BYTES, touched as far as
 * tokens come. Instances that came from each other may be used from several threads: they wait for each other. */
int model_branch(model_instance *instance, model_instance **branch);

/* Forgets all tokens but the first, as many as `position` says. Where the cache keeps windows only, what it has not
 * kept is computed again by the call that needs it; model_cancel stops that, too. */
int model_go_back(model_instance *instance, int32_t position);

/* Forgets `count` tokens, from `first` on, and computes those behind them again, because they depend on all before
 * them. If it is cancelled, the first ones are left. */
int model_forget(model_instance *instance, int32_t first, int32_t count);

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

/* Chatting: say what there is to say, then take the answer piece by piece until piece.end is not MODEL_END_NONE. The
 * chat template of the model stands around every message; a piece is whole characters in UTF-8.
 *
 *   model_say(m, MODEL_USER, text, strlen(text));
 *   do {
 *     code = model_next(m, &piece);
 *     fwrite(piece.text, 1, piece.bytes, stdout);
 *   } while (code == MODEL_OK && piece.end == MODEL_END_NONE);
 */
#define MODEL_SYSTEM 0
#define MODEL_USER 1
#define MODEL_ASSISTANT 2
#define MODEL_TOOL 3

/* A message. A system message comes first, or not at all; one of the assistant is an answer that was given elsewhere.
 * A tool answers a call that the model's answer has in its text, which is the caller's to find; several may answer one
 * after the other. If the template has no role for tools that is refused. A thought in an answer with a call stays in
 * the conversation if the template keeps it for what the tools say.
 * Without one a chat begins as the template does, or with the system prompt that the program was built with, which is
 * computed already. Texts of special tokens stand for them in system messages only. It is read when the next answer
 * begins. Allocates. */
int model_say(model_instance *instance, int32_t role, const char *text, size_t bytes);

#define MODEL_END_NONE 0
#define MODEL_END_STOP_TOKEN 1
#define MODEL_END_STOP_TEXT 2

typedef struct model_piece {
  int32_t id;       /* the token that was chosen; -1: none was */
  int32_t end;      /* MODEL_END_...: whether and why the answer ends here */
  const char *text; /* what it adds: often nothing. Without an end of string. Lives until the next call */
  size_t bytes;
} model_piece;

/* The next token of the answer, also after model_prefill and model_step. A token that it gave is taken by the next
 * call that takes tokens. MODEL_CONTEXT_FULL: there is no room for what was said, which is forgotten then, or for
 * the last token, which stays; after model_forget the answer goes on. The same with MODEL_CANCELLED. */
int model_next(model_instance *instance, model_piece *piece);

/* The answer ends here, because the caller wants it: piece.text is what was held back. */
int model_end_answer(model_instance *instance, model_piece *piece);

/* How tokens are chosen, and what ends answers besides the model's own tokens. */
typedef struct model_sampling {
  float temperature;    /* 0: always the likeliest token; 1: as the model says; 0 to 100 */
  int32_t top_k;        /* among the k likeliest; 0: all */
  float top_p;          /* of those, among the likeliest that reach this probability; 1: all */
  float min_p;          /* of those, among the ones that have this part of the likeliest one's; 0: all */
  float repeat_penalty; /* logits of tokens that were there before are divided by it; 1: nothing; 0.01 to 100 */
  uint64_t seed;        /* the same seed gives the same text */
} model_sampling;

/* What the model's file recommends; what an instance begins with. */
void model_default_sampling(model_sampling *sampling);
int model_set_sampling(model_instance *instance, const model_sampling *sampling);

/* `count` texts, copied, each of which ends an answer and is no part of it. Allocates. */
int model_set_stops(model_instance *instance, const char *const *texts, size_t count);

/* Natural logarithms of the probabilities of all tokens to come next, MODEL_VOCABULARY numbers. */
int model_log_probabilities(model_instance *instance, float *log_probabilities);

/* What the model's last norm has read of the last token, MODEL_HIDDEN_SIZE numbers: the residual stream behind the last
 * block. If weights were rotated when the model was compiled, it is rotated, too: lengths and angles between hidden
 * states are those of the model's own. */
int model_hidden_state(model_instance *instance, float *hidden);

/* The tokens and what the cache knows of them, as a file or in memory of model_state_bytes. Whoever restores it, in
 * this program or another one of the same model, numbers and version, goes on with the same bits; one that is damaged
 * or another model's is refused with a sentence, and changes nothing. Sampling and stop texts are no part. Allocates
 * while it runs. */
int model_save(model_instance *instance, const char *path);
int model_restore(model_instance *instance, const char *path);
uint64_t model_state_bytes(const model_instance *instance);
int model_save_to(model_instance *instance, void *memory, uint64_t bytes);
int model_restore_from(model_instance *instance, const void *memory, uint64_t bytes);

/* What this is, in texts that live for ever; NULL for another number. TARGETS are all that it was compiled for, TARGET
 * is the one in use here. CONTENT is the hash of the weights, 16 hexadecimal digits. SYSTEM_PROMPT is the one that the
 * program was built with, or empty. */
#define MODEL_ABOUT_NAME 0
#define MODEL_ABOUT_VERSION 1
#define MODEL_ABOUT_SOURCE 2
#define MODEL_ABOUT_TITLE 3
#define MODEL_ABOUT_LICENCE 4
#define MODEL_ABOUT_TARGETS 5
#define MODEL_ABOUT_TARGET 6
#define MODEL_ABOUT_CONTENT 7
#define MODEL_ABOUT_SYSTEM_PROMPT 8
const char *model_about(int32_t what);

/* The macros' values, for callers that do not see them; -1 for another number. */
#define MODEL_NUMBER_VOCABULARY 0
#define MODEL_NUMBER_CONTEXT 1
#define MODEL_NUMBER_BEGINNING_TOKEN 2
#define MODEL_NUMBER_ADD_BEGINNING 3
#define MODEL_NUMBER_HAS_TOKENIZER 4
#define MODEL_NUMBER_HAS_CHAT 5
#define MODEL_NUMBER_WEIGHTS_FILE_BYTES 6
#define MODEL_NUMBER_CACHE_BYTES 7
#define MODEL_NUMBER_INTERFACE 8
#define MODEL_NUMBER_HIDDEN_SIZE 9
#define MODEL_NUMBER_BEFORE_TEXT_COUNT 10
int64_t model_number(int32_t what);

/* Whether a text or an answer ends with this token. */
int model_is_stop_token(int32_t id);

/* The tokens that the model wants before every text, by their places from 0 on; -1 behind the last one. */
int32_t model_before_text(int32_t index);

#ifdef __cplusplus
}
#endif
