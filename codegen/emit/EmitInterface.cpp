//===- EmitInterface.cpp - The functions of NAME.h ------------------------===//
//
// Thin: what they do is in runtime/instance.h. The emitted file does not include NAME.h, because it stands alone;
// tests/emitted/test_c_api.py compiles both together, so that they cannot differ.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/Interface.h"
#include "codegen/emit/Sections.h"

#include <cctype>

namespace weebill::emit {

std::string interfacePrefix(const std::string &name) {
  std::string prefix;
  for (char c : name) {
    const bool fits = std::isalnum(static_cast<unsigned char>(c));
    if (fits || (!prefix.empty() && prefix.back() != '_'))
      prefix += fits ? c : '_';
  }
  while (prefix.ends_with('_'))
    prefix.pop_back();
  if (prefix.empty() || std::isdigit(static_cast<unsigned char>(prefix[0])))
    prefix = "model" + (prefix.empty() ? "" : "_" + prefix);
  return prefix;
}

std::string withPrefix(std::string_view text, const std::string &name) {
  const std::string prefix = interfacePrefix(name);
  std::string upper = prefix, result;
  for (char &c : upper)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  while (!text.empty()) {
    const bool function = text.starts_with("model_"), macro = text.starts_with("MODEL_");
    result += function ? prefix + "_" : macro ? upper + "_" : std::string(1, text[0]);
    text.remove_prefix(function || macro ? 6 : 1);
  }
  return result;
}

std::string interfaceFunctions(const plan::ModelPlan &plan) {
  return withPrefix(R"(// What model_create returns is an Instance to this file and nothing to others.
struct model_instance;

extern "C" {

int model_create(const char *weights_file, i32 threads, model_instance **instance, char *error, std::size_t error_bytes) {
  Instance *made = nullptr;
  const int code = Instance::create(weights_file, threads, made, error, error_bytes);
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

void model_reset(model_instance *instance) { reinterpret_cast<Instance *>(instance)->reset(); }

i32 model_position(const model_instance *instance) { return reinterpret_cast<const Instance *>(instance)->position(); }

void model_cancel(model_instance *instance) { reinterpret_cast<Instance *>(instance)->cancel(); }

const char *model_error(const model_instance *instance) { return reinterpret_cast<const Instance *>(instance)->error(); }

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
)",
                    plan.name);
}

} // namespace weebill::emit
