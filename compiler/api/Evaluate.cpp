//===- Evaluate.cpp - How well emitted programs predict a text ------------===//
//
// Tested by tests/emitted/test_eval.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/Evaluate.h"

#include "compiler/api/Compile.h"
#include "compiler/api/EmittedProgram.h"
#include "compiler/api/HostCompiler.h"
#include "compiler/api/LogitsFile.h"
#include "compiler/api/WholeFile.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace weebill::api {

namespace {

namespace fs = std::filesystem;

/// A folder that goes away with all that is in it.
class Scratch {
public:
  Scratch() {
    llvm::SmallString<128> made;
    if (std::error_code error = llvm::sys::fs::createUniqueDirectory("weebill-eval", made))
      throw importer::InputError("cannot make a temporary folder: " + error.message());
    path = made.c_str();
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Scratch(const Scratch &) = delete;
  Scratch &operator=(const Scratch &) = delete;

  fs::path path;
};

/// The model in float32, as it is in its file.
CompiledModel compileReference(const std::string &model, int64_t context, Observer &observer) {
  CompileOptions options;
  options.model = model;
  options.name = "reference";
  options.weights = WeightFormat::F32;
  options.cache = CacheFormat::F32;
  options.rotation = Rotation::None;
  options.context = context;
  return compile(options, observer);
}

/// Tokens of a window that are not predicted: what stands before every text, or else the first one.
size_t givenTokens(const CompiledModel &model) { return std::max(model.model().tokenizer->before.size(), size_t(1)); }

/// The text in windows, each of which begins as a text does.
std::vector<std::vector<int32_t>> windowsOf(const CompiledModel &model, std::vector<int32_t> tokens, int64_t most,
                                            int64_t window) {
  const std::vector<int32_t> &before = model.model().tokenizer->before;
  tokens.resize(std::min(tokens.size(), size_t(most)));
  std::vector<std::vector<int32_t>> windows;
  for (int32_t id : tokens) {
    if (windows.empty() || int64_t(windows.back().size()) == window)
      windows.push_back(before);
    windows.back().push_back(id);
  }
  std::erase_if(windows, [&](const auto &ids) { return ids.size() <= givenTokens(model); }); // it predicts nothing
  return windows;
}

/// What is added up over tokens.
class Sums {
public:
  /// Logarithms of probabilities of a program and of the reference, and which token comes next (-1: the window ends).
  void add(const std::vector<double> &found, const std::vector<double> &expected, int32_t next) {
    double divergence = 0;
    for (size_t id = 0; id < found.size(); ++id)
      if (const double probability = std::exp(expected[id]); probability > 0)
        divergence += probability * (expected[id] - found[id]);
    divergences.push_back(divergence);
    same += likeliest(found) == likeliest(expected);
    if (next < 0)
      return;
    loss -= found.at(size_t(next));
    expectedLoss -= expected.at(size_t(next));
    ++predicted;
  }

  double perplexity() const { return std::exp(loss / double(predicted)); }
  double expectedPerplexity() const { return std::exp(expectedLoss / double(predicted)); }
  Distance distance() const {
    std::vector<double> sorted = divergences;
    std::sort(sorted.begin(), sorted.end());
    double sum = 0;
    for (double divergence : sorted)
      sum += divergence;
    const double count = double(sorted.size()), place = 0.99 * (count - 1), below = std::floor(place);
    const double low = sorted[size_t(below)], high = sorted[size_t(std::ceil(place))];
    return {sum / count, low + (place - below) * (high - low), double(same) / count};
  }

private:
  static int64_t likeliest(const std::vector<double> &row) {
    return std::max_element(row.begin(), row.end()) - row.begin();
  }

  std::vector<double> divergences;
  double loss = 0, expectedLoss = 0;
  int64_t predicted = 0, same = 0;
};

/// The model as the program has it, by the program's own words.
CompiledModel compileAs(const EmittedProgram &program, const std::string &model, int64_t context, Observer &observer) {
  CompileOptions options;
  options.model = model;
  options.context = context;
  if (!readRecipe(program.recipe(), options))
    throw importer::InputError("'" + program.path().string() +
                               "': --layers takes programs whose recipe needs no other file, and this one's is '" +
                               program.recipe() + "'");
  return compile(options, observer);
}

std::vector<LayerDistances> distancesOfLayers(const CompiledModel &model, const std::vector<int32_t> &tokens,
                                              Observer &observer) {
  struct Sum { // of squares
    double difference = 0, norm = 0;
  };
  std::map<int64_t, std::vector<std::pair<std::string, Sum>>> layers;
  model.productErrors(tokens, observer, [&](const reference::ProductError &error) {
    auto &products = layers[error.visit];
    auto found = std::find_if(products.begin(), products.end(), [&](const auto &p) { return p.first == error.weight; });
    if (found == products.end())
      found = products.insert(products.end(), {error.weight, Sum()});
    found->second.difference += error.difference;
    found->second.norm += error.norm;
  });
  std::vector<LayerDistances> distances;
  for (const auto &[visit, products] : layers) {
    distances.push_back({visit, {}});
    for (const auto &[weight, sum] : products)
      distances.back().products.push_back({weight, sum.norm > 0 ? std::sqrt(sum.difference / sum.norm) : 0});
  }
  std::stable_partition(distances.begin(), distances.end(), [](const auto &layer) { return layer.visit >= 0; });
  return distances;
}

} // namespace

EvaluationResult evaluate(const EvaluateOptions &options, Observer &observer) {
  if (options.layers && (options.reference.empty() || options.programs.size() != 1))
    throw UsageError("--layers goes with one program and --reference, whose matrices are compared with the program's");
  const Scratch scratch;
  EvaluationResult result;
  std::vector<EmittedProgram> programs;
  for (const fs::path &program : options.programs)
    programs.emplace_back(program, scratch.path, observer);
  for (const EmittedProgram &program : programs)
    result.programs.push_back({program.path(), program.weightsBytes(), 0, std::nullopt});
  if (options.reference.empty()) {
    observer.step("perplexity");
    for (size_t i = 0; i < programs.size(); ++i) {
      result.programs[i].perplexity = programs[i].perplexity(options.text, observer);
      observer.progress(int64_t(i) + 1, int64_t(programs.size()));
    }
    return result;
  }

  result.window = options.tokens;
  for (const EmittedProgram &program : programs)
    result.window = std::min(result.window, program.context());
  std::optional<CompiledModel> asProgram;
  if (options.layers)
    asProgram = compileAs(programs.front(), options.reference, result.window, observer);
  const CompiledModel model = compileReference(options.reference, result.window, observer);
  for (const EmittedProgram &program : programs)
    if (program.vocabulary() != model.plan().sizes.vocabulary)
      throw importer::InputError("'" + program.path().string() + "': knows " + std::to_string(program.vocabulary()) +
                                 " tokens, and '" + options.reference + "' " +
                                 std::to_string(model.plan().sizes.vocabulary) + ": it was made from another model");
  const std::vector<std::vector<int32_t>> windows = windowsOf(
      model, model.tokens(wholeFile(options.text, "cannot be read as a text")), options.tokens, result.window);
  if (windows.empty())
    throw importer::InputError("'" + options.text.string() +
                               "': has fewer than two tokens: there is nothing to predict");
  const std::optional<HostCompiler> compiler = findCompilerFor(nullptr, model.targets(), "");
  if (!compiler)
    throw importer::InputError(
        "there is no C++ compiler here (c++, g++, clang++, zig), and float32 of the model has to "
        "be compiled to be compared with");
  const EmittedProgram reference(compileProgram(model, *compiler, scratch.path, observer), scratch.path, observer);

  observer.step("compare");
  std::vector<Sums> sums(programs.size());
  int64_t done = 0;
  const int64_t given = int64_t(givenTokens(model)) - 1; // rows behind which no token of the text comes
  for (const std::vector<int32_t> &window : windows) {
    const int64_t rows = int64_t(window.size()), columns = reference.vocabulary();
    const fs::path expectedFile = scratch.path / "expected.npy", foundFile = scratch.path / "found.npy";
    reference.writeLogits(window, expectedFile, observer);
    for (size_t i = 0; i < programs.size(); ++i) {
      programs[i].writeLogits(window, foundFile, observer);
      LogitsFile expected(expectedFile, rows, columns), found(foundFile, rows, columns);
      for (int64_t row = 0; row < rows; ++row) {
        stopIfCancelled(observer);
        const std::vector<double> ours = found.next(), theirs = expected.next();
        if (row >= given)
          sums[i].add(ours, theirs, row + 1 < rows ? window[size_t(row) + 1] : -1);
      }
      observer.progress(++done, int64_t(windows.size() * programs.size()));
    }
    result.tokens += rows - given;
  }
  result.referencePerplexity = sums.front().expectedPerplexity();
  for (size_t i = 0; i < programs.size(); ++i) {
    result.programs[i].perplexity = sums[i].perplexity();
    result.programs[i].distance = sums[i].distance();
  }
  if (options.layers) {
    constexpr size_t kMostTokens = 128; // sums of squares over them are what they are over more, and take minutes
    std::vector<int32_t> first = windows.front();
    first.resize(std::min(first.size(), kMostTokens));
    observer.step("layers");
    result.layers = distancesOfLayers(*asProgram, first, observer);
    result.layerTokens = int64_t(first.size());
  }
  return result;
}

} // namespace weebill::api
