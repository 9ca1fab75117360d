//===- Inspect.cpp - weebill inspect --------------------------------------===//
//
// Tested by tests/emitted/test_build_command.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Inspect.h"

#include "codegen/emit/MemorySizes.h"
#include "codegen/plan/CountParameters.h"
#include "codegen/report/ReuseText.h"
#include "codegen/weights/Traffic.h"
#include "compiler/driver/Numbers.h"
#include "compiler/driver/PlanModel.h"
#include "compiler/driver/ReadBandwidth.h"
#include "compiler/import/TextFacts.h"

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
  int64_t parameters = 0;          // each stored number once
  int64_t weightBytes = 0;         // as Weebill stores them
  int64_t weightBytesPerToken = 0; // that a decoded token reads
  int64_t cacheBytesPerToken = 0;  // that a position takes
  emit::MemorySizes memory;
  ReadBandwidth bandwidth;

  /// Tokens a second if memory were the only limit, with so many positions in the cache.
  double tokensPerSecond(int64_t positions) const {
    return bandwidth.bytesPerSecond / double(weightBytesPerToken + positions * cacheBytesPerToken);
  }
};

Facts factsOf(const PlannedModel &planned) {
  Facts facts;
  facts.parameters = plan::countParameters(planned.plan);
  for (const weights::FieldLayout &field : planned.layout.fields)
    facts.weightBytes +=
        (field.values.bytes + field.scale.bytes + field.rowSum.bytes) * (field.perBlock ? planned.layout.blocks : 1);
  facts.weightBytesPerToken = weights::weightBytesPerToken(planned.plan, planned.layout);
  facts.cacheBytesPerToken = weights::cacheBytesPerToken(planned.plan);
  facts.memory = emit::memorySizes(planned.plan, planned.layout);
  const int threads = std::max(1, int(std::thread::hardware_concurrency()));
  facts.bandwidth = measureReadBandwidth(kMeasuredBytes, threads, kMeasuredSeconds);
  return facts;
}

void printJson(const PlannedModel &planned, const Facts &facts, std::ostream &out) {
  const importer::Architecture &a = planned.model.architecture;
  const llvm::json::Object object{
      {"name", planned.model.name},
      {"family", a.family},
      {"blocks", planned.plan.sizes.blocks},
      {"visits", int64_t(planned.plan.schedule.size())},
      {"model", a.model},
      {"hidden", a.hidden},
      {"heads", a.heads},
      {"key_value_heads", a.keyValueHeads},
      {"head_size", a.headSize},
      {"vocabulary", a.vocabulary},
      {"trained_context", a.context},
      {"context", planned.plan.sizes.context},
      {"shared_embeddings", a.tiedEmbeddings},
      {"tokenizer", importer::tokenizerName(planned.model)},
      {"tokenizer_problem", planned.model.tokenizerProblem},
      {"chat", planned.model.chat.has_value()},
      {"chat_problem", planned.model.chatProblem},
      {"beginning_token", planned.model.tokenizer ? planned.model.tokenizer->beginning : -1},
      {"adds_beginning", planned.model.tokenizer && planned.model.tokenizer->addBeginning},
      {"stop_tokens", llvm::json::Array(planned.model.stopTokens)},
      {"notes", llvm::json::Array(planned.model.notes)},
      {"parameters", facts.parameters},
      {"weight_bytes", facts.weightBytes},
      {"weights_file_bytes", planned.layout.fileBytes},
      {"cache_bytes_per_token", facts.cacheBytesPerToken},
      {"cache_bytes", facts.memory.cache},
      {"activation_bytes", facts.memory.activations},
      {"scratch_bytes_per_thread", facts.memory.scratchPerThread},
      {"stack_bytes_per_thread", facts.memory.stackPerThread},
      {"weight_bytes_per_decoded_token", facts.weightBytesPerToken},
      {"read_bandwidth_bytes_per_second", facts.bandwidth.bytesPerSecond},
      {"read_bandwidth_threads", facts.bandwidth.threads},
      {"roofline_tokens_per_second", facts.tokensPerSecond(0)},
      {"roofline_tokens_per_second_full_context", facts.tokensPerSecond(planned.plan.sizes.context)},
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
void printReuse(const PlannedModel &planned, std::ostream &out) {
  const auto print = [&](const targets::Target &target, const targets::Caches &caches) {
    const std::vector<std::string> lines = report::reuseLines(planned.plan, target, planned.layout, caches);
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

void printTable(const PlannedModel &planned, const InspectOptions &options, const Facts &facts, std::ostream &out) {
  const importer::Architecture &a = planned.model.architecture;
  const plan::Sizes &sizes = planned.plan.sizes;
  const auto line = [&](const std::string &name, const std::string &value) {
    out << "  " << name << std::string(name.size() < 20 ? 20 - name.size() : 1, ' ') << value << "\n";
  };
  const int64_t visits = int64_t(planned.plan.schedule.size());
  out << options.model << "\n";
  line("family", a.family);
  line("blocks", std::to_string(sizes.blocks) +
                     (visits == sizes.blocks ? "" : ", visited " + std::to_string(visits) + " times in all"));
  line("width", std::to_string(a.model) + ", feed-forward " + std::to_string(a.hidden));
  line("heads", std::to_string(a.heads) + " query, " + std::to_string(a.keyValueHeads) + " key-value, of " +
                    std::to_string(a.headSize));
  line("vocabulary", groupedText(a.vocabulary) + (a.tiedEmbeddings ? ", embedding and head are one matrix" : ""));
  line("context", groupedText(a.context) + " trained, " + groupedText(sizes.context) + " in the cache");
  line("parameters",
       groupedText(facts.parameters) +
           (planned.model.randomSeed ? ", random from seed " + std::to_string(*planned.model.randomSeed) : ""));
  for (const importer::TextFact &fact : importer::textFacts(planned.model))
    line(fact.name, fact.value);
  out << "\nCompiled with weights " << options.weights << ", activations " << options.activations << ", cache "
      << options.cache << "\n";
  line("weights", bytesText(facts.weightBytes));
  line("cache", bytesText(facts.cacheBytesPerToken) + " a token, " +
                    bytesText(facts.cacheBytesPerToken * sizes.context) + " for " + groupedText(sizes.context));
  line("activations",
       bytesText(facts.memory.activations) + ", and " + bytesText(facts.memory.scratchPerThread) + " for each thread");
  line("stack", bytesText(facts.memory.stackPerThread) + " for each thread but the first");
  line("a token reads", bytesText(facts.weightBytesPerToken) + " of weights, and the cache as far as it is filled");
  printReuse(planned, out);
  out << "\nThis machine\n";
  line("reads memory at", decimals(facts.bandwidth.bytesPerSecond / 1e9, 1) + " GB/s with " +
                              std::to_string(facts.bandwidth.threads) +
                              (facts.bandwidth.threads == 1 ? " thread" : " threads"));
  line("so decodes at most", decimals(facts.tokensPerSecond(0), 0) + " tokens/s at the start, " +
                                 decimals(facts.tokensPerSecond(sizes.context), 0) + " with a full cache");
}

} // namespace

void runInspect(const InspectOptions &options, std::ostream &out, std::ostream &errors) {
  Progress progress(errors, errorsGoToTerminal(), kPlanSteps + 1);
  const PlannedModel planned = planModel(options, "", progress);
  progress.step("measure memory");
  const Facts facts = factsOf(planned);
  progress.finish();
  if (options.json)
    printJson(planned, facts, out);
  else
    printTable(planned, options, facts, out);
}

} // namespace weebill::driver
