//===- interface.h - The functions of NAME.h ---------------------*- C++ -*-===//
//
// Thin: what they do is in instance.h, what they promise in model_interface.h, which becomes NAME.h. "model_" becomes
// the model's name (codegen/emit/Interface.h). They stand outside of any namespace. Tested by
// tests/emitted/test_c_api.py, which compiles them together with NAME.h.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/about.h"
#include "runtime/instance.h"
#include "runtime/outcome.h"
#include "runtime/types.h"

#include <cstddef>
#include <cstring>

// What model_create returns is an Instance to this file and nothing to others.
struct model_instance;
struct model_sampling; // as SamplerSettings
struct model_piece;    // as CallersPiece

namespace {

Instance &instance_of(model_instance *instance) { return *reinterpret_cast<Instance *>(instance); }
const Instance &instance_of(const model_instance *instance) { return *reinterpret_cast<const Instance *>(instance); }

struct CallersPiece {
  i32 id, end;
  const char *text;
  std::size_t bytes;
};

/// Hands a piece over; the caller's struct may be of another C++ type.
void write_piece(const Piece &piece, model_piece *out) {
  const CallersPiece theirs = {piece.id, piece.end < End::ContextFull ? static_cast<i32>(piece.end) : 0,
                               piece.text.empty() ? "" : piece.text.data(), piece.text.size()};
  std::memcpy(static_cast<void *>(out), &theirs, sizeof theirs);
}

} // namespace

extern "C" {

int model_create(const char *weights_file, i32 threads, u32 flags, model_instance **instance, char *error,
                 std::size_t error_bytes) {
  Instance *made = nullptr;
  const int code = Instance::create(weights_file, threads, flags, made, error, error_bytes);
  *instance = reinterpret_cast<model_instance *>(made);
  return code;
}

void model_destroy(model_instance *instance) { delete reinterpret_cast<Instance *>(instance); }

int model_prefill(model_instance *instance, const i32 *ids, i32 count, f32 *logits) {
  return instance_of(instance).take(ids, count, logits);
}

int model_step(model_instance *instance, i32 id, f32 *logits) { return instance_of(instance).take(&id, 1, logits); }

int model_prefill_all(model_instance *instance, const i32 *ids, i32 count, f32 *logits) {
  return instance_of(instance).take_all(ids, count, logits);
}

int model_branch(model_instance *instance, model_instance **branch) {
  Instance *made = nullptr;
  const int code = instance_of(instance).branch(made);
  *branch = reinterpret_cast<model_instance *>(made);
  return code;
}

int model_go_back(model_instance *instance, i32 position) { return instance_of(instance).go_back(position); }

int model_forget(model_instance *instance, i32 first, i32 count) { return instance_of(instance).forget(first, count); }

void model_reset(model_instance *instance) { instance_of(instance).reset(); }

i32 model_position(const model_instance *instance) { return instance_of(instance).position(); }

void model_cancel(model_instance *instance) { instance_of(instance).cancel(); }

const char *model_error(const model_instance *instance) { return instance_of(instance).error(); }

int model_tokenize(model_instance *instance, const char *text, std::size_t bytes, int special, i32 *ids,
                   std::size_t capacity, std::size_t *count) {
  return instance_of(instance).tokenize({text, bytes}, special != 0, ids, capacity, *count);
}

int model_detokenize(model_instance *instance, const i32 *ids, std::size_t count, char *text, std::size_t capacity,
                     std::size_t *bytes) {
  return instance_of(instance).detokenize(ids, count, text, capacity, *bytes);
}

int model_say(model_instance *instance, i32 role, const char *text, std::size_t bytes) {
  return instance_of(instance).say(role, {text, bytes});
}

int model_next(model_instance *instance, model_piece *piece) {
  Piece found;
  const int code = instance_of(instance).next(found);
  write_piece(found, piece);
  return code;
}

int model_end_answer(model_instance *instance, model_piece *piece) {
  Piece found;
  const int code = instance_of(instance).finish(found);
  write_piece(found, piece);
  return code;
}

void model_default_sampling(model_sampling *sampling) {
  std::memcpy(static_cast<void *>(sampling), &kModelSampling, sizeof kModelSampling);
}

int model_set_sampling(model_instance *instance, const model_sampling *sampling) {
  SamplerSettings settings;
  std::memcpy(&settings, static_cast<const void *>(sampling), sizeof settings);
  return instance_of(instance).set_sampling(settings);
}

int model_set_stops(model_instance *instance, const char *const *texts, std::size_t count) {
  return instance_of(instance).set_stops(texts, count);
}

int model_log_probabilities(model_instance *instance, f32 *log_probabilities) {
  return instance_of(instance).log_probabilities(log_probabilities);
}

int model_hidden_state(model_instance *instance, f32 *hidden) { return instance_of(instance).hidden_state(hidden); }

int model_save(model_instance *instance, const char *path) { return instance_of(instance).save(path); }

int model_restore(model_instance *instance, const char *path) { return instance_of(instance).restore(path); }

u64 model_state_bytes(const model_instance *instance) { return instance_of(instance).state_bytes(); }

int model_save_to(model_instance *instance, void *memory, u64 bytes) {
  return instance_of(instance).save_to(memory, bytes);
}

int model_restore_from(model_instance *instance, const void *memory, u64 bytes) {
  return instance_of(instance).restore_from(memory, bytes);
}

const char *model_about(i32 what) { return About::text(what); }

i64 model_number(i32 what) { return About::number(what); }

int model_is_stop_token(i32 id) { return is_stop_token(id); }

i32 model_before_text(i32 index) { return About::before_text(index); }

} // extern "C"
