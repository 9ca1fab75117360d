//===- ModelOptions.cpp - Options that decide a model ---------------------===//
//
// Tested by tests/unit/compiler/driver/OptionsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/ModelOptions.h"

#include <CLI/CLI.hpp>

namespace weebill::driver {

namespace {

/// An option whose words are an enum's: the table serves the help, the parsing and the error.
template <class E>
void addChoice(CLI::App &app, const char *name, std::optional<E> &value, const char *sentence, const char *group) {
  app.add_option_function<std::string>(
         name, [&value](const std::string &word) { value = api::fromWord<E>(word); }, sentence)
      ->option_text(api::wordList<E>("|"))
      ->check(oneOf(api::allWords<E>()))
      ->group(group);
}

} // namespace

CLI::Validator oneOf(const std::vector<std::string> &names) {
  return CLI::Validator([names](std::string &value) { return api::problemOfWord(value, names); }, "");
}

CLI::Validator numberOfTokens() {
  return CLI::Validator(
      [](std::string &value) {
        const bool number =
            !value.empty() && value.size() <= 9 && value.find_first_not_of("0123456789") == std::string::npos;
        return number && std::stol(value) > 0 ? std::string() : "'" + value + "' is not a number of tokens";
      },
      "");
}

void addModel(CLI::App &app, api::CompileOptions &options) {
  app.add_option("MODEL", options.model,
                 "a model: a GGUF file, a Hugging Face folder, a description (.json) or a preset")
      ->required();
}

void addReading(CLI::App &app, api::CompileOptions &options) {
  app.add_option("--ignore-field", options.ignoredFields,
                 "a field of config.json, or a key of a GGUF file, that is not known and changes no number; may be "
                 "repeated")
      ->option_text("NAME")
      ->group(kReading)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--date", options.chat.date, "the day that a chat template prints where it asks for today's")
      ->option_text("YYYY-MM-DD")
      ->group(kReading);
  app.add_option("--template-variable", options.chat.variables,
                 "a variable of the chat template, such as enable_thinking=false; may be repeated")
      ->option_text("NAME=VALUE")
      ->group(kReading)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--tools", options.chat.tools,
                 "a JSON list of the tools that the model may call, for templates that present them")
      ->option_text("FILE")
      ->group(kReading);
}

void addNumbers(CLI::App &app, api::CompileOptions &options) {
  const char *group = "Numbers";
  addChoice(
      app, "--weights", options.weights,
      "how matrices are stored: int8 with a scale for each row; float16; float32; keep: as a quantized GGUF file "
      "has them; compact: as it has them, in fewer bytes; 4, 5 or 6 bits with a scale for each 32 columns; mixed: "
      "in several formats (default keep for such a file, int8 for others)",
      group);
  app.add_option("--calibrate", options.calibration,
                 "a text like those that the model will read: " + options::wordsOfWeights(options::takesText, "and") +
                     " are rounded so that "
                     "its answers to it change least")
      ->option_text("FILE")
      ->group(group);
  app.add_option("--bits", options.bits,
                 "for mixed: bits that a weight of the blocks has on average, scales included (default 5.6)")
      ->option_text("N")
      ->group(group);
  app.add_option("--recipe", options.recipe, "for mixed: a file that names the format of every matrix")
      ->option_text("FILE")
      ->group(group);
  addChoice(
      app, "--activations", options.activations,
      "what matrices multiply: codes with a scale and zero point for each token, or, less accurate, with a scale "
      "alone, or with a scale for each 32 columns, or float32 (default int8 with int8 weights, int8-g32 with kept or "
      "rounded ones, f32 with others)",
      group);
  app.add_option("--store", options.store) // for recipes in the making, and tests
      ->group("")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  addChoice(app, "--cache", options.cache,
            "how keys and values are stored; int8 has a scale for each head of each token (default f16)", group);
  addChoice(app, "--rotation", options.rotation,
            "what makes int8 more accurate. folded: outliers of the residual stream are spread by a rotation inside "
            "the weights, at no cost at run time; online: those of the inputs of down, too, by the program, for about "
            "1 % of its time (default online for int8, none for others)",
            group);
  app.add_option("--context", options.context,
                 "tokens that the cache holds (default the model's own, but at most 2048)")
      ->option_text("N")
      ->check(numberOfTokens())
      ->group(group);
}

void addSkipPass(CLI::App &app, api::CompileOptions &options, const char *group) {
  app.add_option("--skip-pass", options.skipPasses, "leave out a fusion, to compare; may be repeated")
      ->option_text("FLAG")
      ->check(oneOf(api::skippablePasses()))
      ->group(group)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

} // namespace weebill::driver
