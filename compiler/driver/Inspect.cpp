//===- Inspect.cpp - weebill inspect --------------------------------------===//
//
// Tested by tests/emitted/test_build_command.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Inspect.h"

#include "compiler/api/Compile.h"
#include "compiler/api/Numbers.h"
#include "compiler/driver/Progress.h"
#include "compiler/driver/ReadBandwidth.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cstdio>
#include <thread>

namespace weebill::driver {

namespace {

constexpr int64_t kMeasuredBytes = 256 << 20; // beyond the last cache of most machines
constexpr double kMeasuredSeconds = 0.3;

struct Facts {
  api::ModelSizes sizes;
  ReadBandwidth bandwidth;

  /// Tokens a second if memory were the only limit, with an empty cache or a full one.
  double tokensPerSecond(bool full) const {
    return bandwidth.bytesPerSecond / double(sizes.weightBytesPerToken + (full ? sizes.cacheBytes : 0));
  }
};

void printJson(const api::CompiledModel &compiled, const Facts &facts, std::ostream &out) {
  const importer::Architecture &a = compiled.model().architecture;
  const llvm::json::Object object{
      {"name", compiled.model().name},
      {"family", a.family},
      {"blocks", compiled.plan().sizes.blocks},
      {"visits", int64_t(compiled.plan().schedule.size())},
      {"model", a.model},
      {"hidden", a.hidden},
      {"heads", a.heads},
      {"key_value_heads", a.keyValueHeads},
      {"head_size", a.headSize},
      {"convolution", llvm::json::Array(a.convolutions)},
      {"convolution_width", a.convolutionWidth},
      {"vocabulary", a.vocabulary},
      {"trained_context", a.context},
      {"context", compiled.plan().sizes.context},
      {"shared_embeddings", a.tiedEmbeddings},
      {"tokenizer", compiled.tokenizerName()},
      {"tokenizer_problem", compiled.model().tokenizerProblem},
      {"chat", compiled.model().chat.has_value()},
      {"chat_problem", compiled.model().chatProblem},
      {"beginning_token", compiled.model().tokenizer ? compiled.model().tokenizer->beginning : -1},
      {"adds_beginning", compiled.model().tokenizer && compiled.model().tokenizer->addsBeginning()},
      {"before_text",
       llvm::json::Array(compiled.model().tokenizer ? compiled.model().tokenizer->before : std::vector<int32_t>())},
      {"stop_tokens", llvm::json::Array(compiled.model().stopTokens)},
      {"notes", llvm::json::Array(compiled.model().notes)},
      {"parameters", facts.sizes.parameters},
      {"weight_bytes", facts.sizes.weightBytes},
      {"weights_file_bytes", compiled.layout().fileBytes},
      {"cache_bytes_per_token", facts.sizes.cacheBytesPerToken},
      {"cache_bytes", facts.sizes.memory.cache},
      {"activation_bytes", facts.sizes.memory.activations},
      {"scratch_bytes_per_thread", facts.sizes.memory.scratchPerThread},
      {"stack_bytes_per_thread", facts.sizes.memory.stackPerThread},
      {"weight_bytes_per_decoded_token", facts.sizes.weightBytesPerToken},
      {"read_bandwidth_bytes_per_second", facts.bandwidth.bytesPerSecond},
      {"read_bandwidth_threads", facts.bandwidth.threads},
      {"roofline_tokens_per_second", facts.tokensPerSecond(/*full=*/false)},
      {"roofline_tokens_per_second_full_context", facts.tokensPerSecond(/*full=*/true)},
  };
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << llvm::formatv("{0:2}", llvm::json::Value(llvm::json::Object(object)));
  out << text << "\n";
}

std::string decimals(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

/// For every target's typical machine, and for this one.
void printReuse(const api::CompiledModel &compiled, std::ostream &out) {
  const auto print = [&](const targets::Target &target, const targets::Caches &caches) {
    const std::vector<std::string> lines = compiled.sharing(target, caches);
    if (!lines.empty())
      out << "\nShared blocks on " << target.name << "\n";
    for (const std::string &line : lines)
      out << "  " << line << "\n";
  };
  for (const targets::Target &target : targets::targets())
    print(target, targets::cachesOf(target));
  if (const targets::Target *native = targets::nativeTarget())
    if (const std::optional<targets::Caches> detected = targets::detectCaches())
      print(*native, *detected);
}

void printTable(const api::CompiledModel &compiled, const Facts &facts, std::ostream &out) {
  const importer::Architecture &a = compiled.model().architecture;
  const api::CompileOptions &options = compiled.options();
  const plan::Sizes &sizes = compiled.plan().sizes;
  const auto line = [&](const std::string &name, const std::string &value) {
    out << "  " << name << std::string(name.size() < 20 ? 20 - name.size() : 1, ' ') << value << "\n";
  };
  const int64_t visits = int64_t(compiled.plan().schedule.size());
  out << options.model << "\n";
  line("family", a.family);
  line("blocks", std::to_string(sizes.blocks) +
                     (visits == sizes.blocks ? "" : ", visited " + std::to_string(visits) + " times in all"));
  if (!a.convolutions.empty())
    line("convolutions", "over " + std::to_string(a.convolutionWidth) + " tokens in " +
                             std::to_string(std::count(a.convolutions.begin(), a.convolutions.end(), 1)) +
                             " blocks, which do not attend");
  line("width", std::to_string(a.model) + ", feed-forward " + std::to_string(a.hidden));
  line("heads", std::to_string(a.heads) + " query, " + std::to_string(a.keyValueHeads) + " key-value, of " +
                    std::to_string(a.headSize));
  line("vocabulary", api::groupedText(a.vocabulary) + (a.tiedEmbeddings ? ", embedding and head are one matrix" : ""));
  line("context", api::groupedText(a.context) + " trained, " + api::groupedText(sizes.context) + " in the cache");
  line("parameters",
       api::groupedText(facts.sizes.parameters) +
           (compiled.model().randomSeed ? ", random from seed " + std::to_string(*compiled.model().randomSeed) : ""));
  for (const importer::TextFact &fact : compiled.textFacts())
    line(fact.name, fact.value);
  out << "\nCompiled with weights " << api::wordOf(*options.weights) << ", activations "
      << api::wordOf(*options.activations) << ", cache " << api::wordOf(*options.cache) << "\n";
  line("weights", api::bytesText(facts.sizes.weightBytes));
  line("cache", api::bytesText(facts.sizes.cacheBytesPerToken) + " a token, " + api::bytesText(facts.sizes.cacheBytes) +
                    " for " + api::groupedText(sizes.context) +
                    (facts.sizes.windowedVisits ? ", as " + std::to_string(facts.sizes.windowedVisits) + " of " +
                                                      std::to_string(visits) + " visits keep a window only"
                                                : ""));
  line("activations", api::bytesText(facts.sizes.memory.activations) + ", and " +
                          api::bytesText(facts.sizes.memory.scratchPerThread) + " for each thread");
  line("stack", api::bytesText(facts.sizes.memory.stackPerThread) + " for each thread but the first");
  const bool isShared = visits != sizes.blocks;
  line("a token reads", api::bytesText(facts.sizes.weightBytesPerToken) + " of weights" +
                            (isShared ? ", each block once" : "") + ", and the cache as far as it is filled");
  printReuse(compiled, out);
  out << "\nThis machine\n";
  line("reads memory at", decimals(facts.bandwidth.bytesPerSecond / 1e9, 1) + " GB/s with " +
                              std::to_string(facts.bandwidth.threads) +
                              (facts.bandwidth.threads == 1 ? " thread" : " threads"));
  line("so decodes about", decimals(facts.tokensPerSecond(/*full=*/false), 0) + " tokens/s at the start, " +
                               decimals(facts.tokensPerSecond(/*full=*/true), 0) +
                               " with a full cache, if all of that comes from memory");
  line("", "faster where caches keep weights from token to token, slower where arithmetic is the limit");
  if (isShared)
    line("", "and where second visits of a block find it in no cache: they are not counted here");
}

} // namespace

void runInspect(const InspectOptions &options, std::ostream &out, std::ostream &errors) {
  Progress progress(errors, errorsGoToTerminal(), stepsOf(options.compile) + 1);
  const api::CompiledModel compiled = api::compile(options.compile, progress);
  progress.step("measure memory");
  const int threads = std::max(1, int(std::thread::hardware_concurrency()));
  const Facts facts = {compiled.sizes(), measureReadBandwidth(kMeasuredBytes, threads, kMeasuredSeconds)};
  progress.finish();
  if (options.json)
    printJson(compiled, facts, out);
  else
    printTable(compiled, facts, out);
}

} // namespace weebill::driver
