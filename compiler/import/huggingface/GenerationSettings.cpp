//===- GenerationSettings.cpp - How a folder has tokens chosen ------------===//
//
// Tested by tests/unit/compiler/import/SamplingAdviceTest.cpp and tests/emitted/test_generation_settings.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/GenerationSettings.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/SamplingAdvice.h"
#include "compiler/import/gguf/MappedFile.h"
#include "compiler/import/huggingface/ReadJson.h"

#include <algorithm>

namespace weebill::huggingface {

using nlohmann::json;

namespace {

/// What does nothing, beside null.
enum class Neutral {
  Unset, // false, 0, or nothing in it
  One,
  Null, // null alone: any number is that of a token
};

struct Setting {
  const char *name;
  Neutral neutral = Neutral::Unset;
  bool samples = false; // asked only where tokens are drawn
};

/// What generate() of transformers 4.57 knows beside the numbers of SamplingAdvice.cpp and the length of an answer,
/// which the program's options say.
constexpr Setting kLeftOut[] = {
    {"bad_words_ids"},
    {"begin_suppress_tokens"},
    {"constraints"},
    {"dola_layers"},
    {"encoder_no_repeat_ngram_size"},
    {"encoder_repetition_penalty", Neutral::One},
    {"epsilon_cutoff", Neutral::Unset, true},
    {"eta_cutoff", Neutral::Unset, true},
    {"exponential_decay_length_penalty"},
    {"force_words_ids"},
    {"forced_bos_token_id", Neutral::Null},
    {"forced_eos_token_id", Neutral::Null},
    {"guidance_scale", Neutral::One},
    {"min_length"},
    {"min_new_tokens"},
    {"no_repeat_ngram_size"},
    {"num_beam_groups", Neutral::One},
    {"num_beams", Neutral::One},
    {"penalty_alpha"},
    {"sequence_bias"},
    {"stop_strings"},
    {"suppress_tokens"},
    {"token_healing"},
    {"typical_p", Neutral::One, true},
    {"watermarking_config"},
};

bool doesNothing(const json &value, Neutral neutral) {
  switch (neutral) {
  case Neutral::Unset:
    return value.is_boolean() ? !value.get<bool>() : value.is_number() ? value == 0 : value.empty();
  case Neutral::One:
    return value.is_number() && value == 1;
  case Neutral::Null:
    return false;
  }
  return false;
}

void tellLeftOut(const json &settings, bool samples, const std::string &file, importer::ImportedModel &model) {
  std::string names;
  for (const Setting &setting : kLeftOut)
    if (const json *value = findMember(settings, setting.name);
        value && !doesNothing(*value, setting.neutral) && (samples || !setting.samples))
      names += (names.empty() ? "" : ", ") + weebill::importer::quoted(setting.name);
  if (!names.empty())
    model.notes.push_back(file + " sets " + names + ", which programs do not have: tokens are chosen without");
}

} // namespace

bool isLeftOutSetting(std::string_view field) {
  return std::any_of(std::begin(kLeftOut), std::end(kLeftOut),
                     [&](const Setting &setting) { return setting.name == field; });
}

void readGenerationSettings(const std::string &folder, importer::ImportedModel &model) {
  const bool isOwn = gguf::isThere(folder + "/generation_config.json");
  const std::string file = isOwn ? "generation_config.json" : "config.json", path = folder + "/" + file;
  const json settings = readJsonFile(path);
  const bool samples = flagMember(settings, "do_sample", false);
  // 50 are left of the likeliest unless the file says otherwise. Null says all of them, but in config.json, where it
  // counts as left out.
  const bool isAll = isOwn && settings.contains("top_k") && settings["top_k"].is_null();
  model.sampling.topK = samples && !isAll ? 50 : 0;
  importer::readSamplingAdvice(model, samples, file, [&](const std::string &name) {
    const json *value = findMember(settings, name);
    if (value && !value->is_number())
      importer::refuse(path, weebill::importer::quoted(name),
                       "is " + weebill::importer::quoted(value->dump()) + ", but must be a number");
    return value ? std::optional(value->get<double>()) : std::nullopt;
  });
  tellLeftOut(settings, samples, file, model);
}

} // namespace weebill::huggingface
