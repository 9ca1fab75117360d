//===- CompileOptions.cpp - What decides a compiled model -----------------===//
//
// Tested by tests/unit/compiler/api/CompileOptionsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/CompileOptions.h"

#include "codegen/targets/Target.h"
#include "compiler/api/FileCodes.h"
#include "compiler/import/Refuse.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace weebill::api {

namespace {

constexpr int64_t kDefaultContext = 2048;

/// A file's stem with what is unsafe in names replaced.
std::string safeName(std::string stem) {
  for (char &c : stem)
    if (!isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '_' && c != '-')
      c = '-';
  stem.erase(0, std::min(stem.find_first_not_of(".-"), stem.size()));
  return stem.empty() ? "model" : stem;
}

void checkTargets(const std::vector<std::string> &targets) {
  if (targets.empty())
    throw UsageError("--target names no CPU");
  for (size_t i = 0; i < targets.size(); ++i) {
    if (const std::string problem = problemOfWord(targets[i], targetNames()); !problem.empty())
      throw UsageError("--target: " + problem);
    if (targets.size() > 1 && targets[i] == "native")
      throw UsageError("--target native stands alone: it is one of the others");
    if (std::find(targets.begin(), targets.begin() + i, targets[i]) != targets.begin() + i)
      throw UsageError("--target names '" + targets[i] + "' twice");
  }
}

/// What stands before every text, a token of one and an answer must find room.
void checkRoom(const importer::ImportedModel &model, int64_t context) {
  const size_t before = model.tokenizer ? model.tokenizer->before.size() : 0;
  if (before > 0 && uint64_t(context) < before + 2)
    throw importer::InputError("'" + model.path + "': the context of " + importer::counted(context, "token") +
                               " is too short: the tokenizer puts " + std::to_string(before) +
                               " before every text, so that " + std::to_string(before + 2) +
                               " are the least (--context), unless --without-tokenizer leaves it out");
}

int64_t contextFor(const importer::ImportedModel &model, std::optional<int64_t> asked) {
  const int64_t trained = model.architecture.context;
  if (asked > trained)
    throw importer::InputError("'" + model.path + "': --context " + std::to_string(*asked) + " is more than the " +
                               std::to_string(trained) + " tokens that the model was made for");
  const int64_t context = asked.value_or(std::min(trained, kDefaultContext));
  checkRoom(model, context);
  return context;
}

/// Whether the model decides how its matrices are stored: nothing is said that goes with some weights alone.
bool leavesWeightsOpen(const CompileOptions &options) {
  return !options.weights && !options.activations && !options.rotation && options.store.empty();
}

/// What such weights multiply where nobody says.
Activations usualActivations(WeightFormat weights) {
  switch (options::asPassesKnowIt(weights)) {
  case WeightFormat::Int8:
    return Activations::Int8;
  case WeightFormat::F16:
  case WeightFormat::F32:
    return Activations::F32;
  default:
    return Activations::Int8Groups;
  }
}

/// Fills in what depends on no model, but for the weights of one that `hasCodes`.
void fillNumbers(CompileOptions &options, bool hasCodes) {
  const bool keeps = leavesWeightsOpen(options) ? hasCodes : options.activations == Activations::Int8Groups;
  const bool mixed = !options.recipe.empty() || options.bits;
  options.weights = options.weights.value_or(mixed   ? WeightFormat::Mixed
                                             : keeps ? WeightFormat::Keep
                                                     : WeightFormat::Int8);
  options.activations = options.activations.value_or(usualActivations(*options.weights));
  const bool codes = options.weights == WeightFormat::Int8;
  options.cache = options.cache.value_or(CacheFormat::F16);
  options.rotation = options.rotation.value_or(codes ? Rotation::Online : Rotation::None);
}

/// Whether there are kernels for such weights, all alike, and such activations.
bool goTogether(WeightFormat weights, Activations activations) {
  switch (activations) {
  case Activations::Int8:
  case Activations::Int8Symmetric:
    return weights == WeightFormat::Int8;
  case Activations::Int8Groups:
    return options::asPassesKnowIt(weights) == WeightFormat::Keep;
  case Activations::F32:
    return weights == WeightFormat::F16 || weights == WeightFormat::F32;
  }
  return false;
}

} // namespace

std::string recipeText(const CompileOptions &options) {
  std::string text = "--weights " + wordOf(*options.weights) + " --activations " + wordOf(*options.activations) +
                     " --cache " + wordOf(*options.cache) + " --rotation " + wordOf(*options.rotation);
  for (const std::string &single : options.store)
    text += " --store " + single;
  if (options.bits) {
    char bits[32];
    std::snprintf(bits, sizeof bits, " --bits %.6g", *options.bits);
    text += bits;
  }
  const auto addFile = [&](const char *name, const std::string &path) { // without the folders of who builds
    if (!path.empty())
      text += std::string(name) + std::filesystem::path(path).filename().string();
  };
  addFile(" --recipe ", options.recipe);
  addFile(" --calibrate ", options.calibration);
  return text;
}

bool readRecipe(const std::string &text, CompileOptions &options) {
  std::istringstream words(text);
  for (std::string name, word; words >> name;) {
    if (!(words >> word))
      return false;
    if (name == "--weights")
      options.weights = fromWord<WeightFormat>(word);
    else if (name == "--activations")
      options.activations = fromWord<Activations>(word);
    else if (name == "--cache")
      options.cache = fromWord<CacheFormat>(word);
    else if (name == "--rotation")
      options.rotation = fromWord<Rotation>(word);
    else if (name == "--store")
      options.store.push_back(word);
    else if (name == "--bits")
      options.bits = std::strtod(word.c_str(), nullptr);
    else
      return false;
  }
  return options.weights && options.activations && options.cache && options.rotation;
}

std::string problemOfWord(const std::string &word, const std::vector<std::string> &words) {
  std::string list;
  for (const std::string &known : words) {
    if (known == word)
      return "";
    list += (list.empty() ? "" : ", ") + known;
  }
  return "'" + word + "' is not one of " + list;
}

std::string problemOfName(const std::string &name) {
  const std::string safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  if (name.empty() || name.find_first_not_of(safe) != std::string::npos || name[0] == '-' || name[0] == '.')
    return "'" + name +
           "' is not a name: use letters, digits, '.', '_' and '-', and begin with a letter, a digit or '_'";
  return "";
}

const std::vector<std::string> &skippablePasses() {
  static const std::vector<std::string> flags = {"lm-fuse-qkv", "lm-fuse-swiglu", "lm-fuse-norm-quantize",
                                                 "lm-fuse-residual"};
  return flags;
}

const std::vector<std::string> &targetNames() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list = {"native"};
    for (const targets::Target &target : targets::targets())
      list.push_back(target.name);
    return list;
  }();
  return names;
}

void CompileOptions::check() const {
  CompileOptions filled = *this;
  fillNumbers(filled, /*hasCodes=*/false);
  if (store.empty() && !goTogether(*filled.weights, *filled.activations))
    throw UsageError("--weights " + wordOf(*filled.weights) + " with --activations " + wordOf(*filled.activations) +
                     " is not built yet: int8 activations go with int8 weights, int8-g32 with keep, " +
                     options::wordsOfWeights(options::takesText, "and") + ", f32 with f16 and f32");
  if ((filled.weights == WeightFormat::Keep || filled.weights == WeightFormat::Compact) &&
      filled.rotation != Rotation::None)
    throw UsageError("--weights " + wordOf(*filled.weights) + " with --rotation " + wordOf(*filled.rotation) +
                     ": codes that are kept cannot be rotated; leave one out");
  if (!calibration.empty() && !options::takesText(*filled.weights))
    throw UsageError("--calibrate goes with --weights " + options::wordsOfWeights(options::takesText, "or") +
                     ", not with " + wordOf(*filled.weights));
  if ((bits || !recipe.empty()) && filled.weights != WeightFormat::Mixed)
    throw UsageError(std::string(bits ? "--bits" : "--recipe") + " goes with --weights mixed, not with " +
                     wordOf(*filled.weights));
  if (bits && !(*bits > 0 && *bits <= 16))
    throw UsageError("--bits: " + std::to_string(*bits) + " is not a number of bits for each weight");
  if (bits && !recipe.empty())
    throw UsageError("--bits chooses what --recipe says: leave one out");
  if (context && *context <= 0)
    throw UsageError("--context: '" + std::to_string(*context) + "' is not a number of tokens");
  if (!name.empty())
    if (const std::string problem = problemOfName(name); !problem.empty())
      throw UsageError("--name: " + problem);
  if (systemPrompt.find('\0') != std::string::npos)
    throw UsageError("--system-prompt: the text has a byte 0, which ends texts in C");
  for (const std::string &flag : skipPasses)
    if (const std::string problem = problemOfWord(flag, skippablePasses()); !problem.empty())
      throw UsageError("--skip-pass: " + problem);
  checkTargets(targets);
}

CompileOptions CompileOptions::completed(const importer::ImportedModel &model) const {
  check();
  CompileOptions filled = *this;
  fillNumbers(filled, !codesOfMatrices(model).empty());
  filled.context = contextFor(model, context);
  if (name.empty())
    filled.name = safeName(model.name);
  return filled;
}

} // namespace weebill::api
