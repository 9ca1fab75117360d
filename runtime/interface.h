//===- interface.h - The functions of NAME.h ---------------------*- C++ -*-===//
//
// Thin: what they do is in instance.h, what they promise in model_interface.h, which becomes NAME.h. "model_" becomes
// the model's name (codegen/emit/Interface.h). They stand outside of any namespace. Tested by
// tests/emitted/test_c_api.py, which compiles them together with NAME.h.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/instance.h"
#include "runtime/types.h"

#include <cstddef>

// What model_create returns is an Instance to this file and nothing to others.
struct model_instance;

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
  return reinterpret_cast<Instance *>(instance)->prefill(ids, count, logits);
}

int model_step(model_instance *instance, i32 id, f32 *logits) {
  return reinterpret_cast<Instance *>(instance)->step(id, logits);
}

int model_branch(model_instance *instance, model_instance **branch) {
  Instance *made = nullptr;
  const int code = reinterpret_cast<Instance *>(instance)->branch(made);
  *branch = reinterpret_cast<model_instance *>(made);
  return code;
}

int model_go_back(model_instance *instance, i32 position) {
  return reinterpret_cast<Instance *>(instance)->go_back(position);
}

void model_reset(model_instance *instance) { reinterpret_cast<Instance *>(instance)->reset(); }

i32 model_position(const model_instance *instance) { return reinterpret_cast<const Instance *>(instance)->position(); }

void model_cancel(model_instance *instance) { reinterpret_cast<Instance *>(instance)->cancel(); }

const char *model_error(const model_instance *instance) {
  return reinterpret_cast<const Instance *>(instance)->error();
}

int model_tokenize(model_instance *instance, const char *text, std::size_t bytes, int special, i32 *ids,
                   std::size_t capacity, std::size_t *count) {
  return reinterpret_cast<Instance *>(instance)->tokenize({text, bytes}, special != 0, ids, capacity, *count);
}

int model_detokenize(model_instance *instance, const i32 *ids, std::size_t count, char *text, std::size_t capacity,
                     std::size_t *bytes) {
  return reinterpret_cast<Instance *>(instance)->detokenize(ids, count, text, capacity, *bytes);
}

int model_is_stop_token(i32 id) { return is_stop_token(id); }

} // extern "C"
