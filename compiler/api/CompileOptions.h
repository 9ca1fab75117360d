//===- CompileOptions.h - What decides a compiled model ----------*- C++ -*-===//
//
// Everything that may be chosen, with its defaults, and the one place that says what goes together. Tested by
// tests/unit/compiler/api/CompileOptionsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_COMPILEOPTIONS_H
#define WEEBILL_COMPILER_API_COMPILEOPTIONS_H

#include "compiler/import/ImportedModel.h"
#include "compiler/options/OptionWords.h"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace weebill::api {

// Callers of the interface need no other folder.
using options::Activations;
using options::allWords;
using options::CacheFormat;
using options::fromWord;
using options::OptionWord;
using options::optionWords;
using options::Rotation;
using options::WeightFormat;
using options::wordList;
using options::wordOf;

/// The options contradict each other, or one of them has a value that is none: one sentence. Ends `weebill` with exit
/// code 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What is left out takes the default that stands beside it.
struct CompileOptions {
  std::string model = {};                        // path of a model file, or a preset
  std::string name = {};                         // of the program and its files; the model file's stem
  std::optional<WeightFormat> weights = {};      // Keep for a file of codes, Int8 for others
  std::string recipe = {};                       // file of formats, matrix by matrix, for Mixed; chosen by `bits`
  std::optional<double> bits = {};               // of a weight of the blocks, for Mixed; 5.6
  std::string calibration = {};                  // text file that weights of groups are rounded for; none: plainly
  std::optional<Activations> activations = {};   // Int8 with int8 weights, F32 with float ones, else Int8Groups
  std::vector<std::string> store = {};           // symbol=storage of single matrices, for recipes in the making
  std::optional<CacheFormat> cache = {};         // F16
  std::optional<Rotation> rotation = {};         // Online with int8 weights, None with others
  std::optional<int64_t> context = {};           // the smaller of the model's own and 2,048
  std::vector<std::string> targets = {"native"}; // native alone, or names of codegen/targets
  std::vector<std::string> skipPasses = {};      // flags of fusions to leave out
  bool withoutTokenizer = false;                 // a program of token ids, whatever tokenizer the model has
  std::vector<std::string> ignoredFields = {};   // of config.json: not known, taken to be harmless
  importer::TemplateInput chat = {};             // what the chat template is given beside messages
  std::string systemPrompt = {};                 // of chats, its state behind the weights; empty: as the model has it
  bool embedWeights = false;                     // into the binary, instead of a file beside it

  /// What can be said without the model. Throws UsageError.
  void check() const;

  /// These options with nothing left out, for that model. Throws UsageError, and InputError for what the model cannot
  /// serve.
  CompileOptions completed(const importer::ImportedModel &model) const;
};

/// The options that decide the numbers of a completed model, as the command line has them.
std::string recipeText(const CompileOptions &options);

/// Takes them into options again; false for a text that is none of those, or that names files.
bool readRecipe(const std::string &text, CompileOptions &options);

/// What is wrong with the name of a program: it must be safe in file names, comments and shells. Empty: nothing.
std::string problemOfName(const std::string &name);

/// Flags of the passes that may be left out.
const std::vector<std::string> &skippablePasses();

/// native, and the names of codegen/targets.
const std::vector<std::string> &targetNames();

/// "'x' is not one of a, b" or, if it is, nothing.
std::string problemOfWord(const std::string &word, const std::vector<std::string> &words);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_COMPILEOPTIONS_H
