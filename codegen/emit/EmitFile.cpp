//===- EmitFile.cpp - The emitted C++ file --------------------------------===//

#include "codegen/emit/EmitFile.h"

#include "codegen/emit/RuntimeText.h"
#include "codegen/emit/Sections.h"
#include "codegen/emit/Template.h"
#include "codegen/emit/VectorSection.h"

#include <set>
#include <sstream>

namespace weebill {

namespace {

/// Collects pasted headers: their bodies where they stand, their includes at the top.
class Pasted {
public:
  std::string paste(const std::string &name) {
    HeaderText header = runtimeHeader(name);
    includes.insert(header.includes.begin(), header.includes.end());
    return header.body + "\n";
  }

  std::string pasteAll(std::initializer_list<const char *> names) {
    std::string text;
    for (const char *name : names)
      text += paste(name);
    return text;
  }

  void need(const std::set<std::string> &more) { includes.insert(more.begin(), more.end()); }

  std::string includeLines() const {
    std::string text;
    for (const std::string &include : includes)
      text += "#include " + include + "\n";
    return text + "\n";
  }

private:
  std::set<std::string> includes;
};

} // namespace

/// Instructions of the target for everything between the two; no flags are needed on the compiler's command line.
static std::string openTarget(const Target &target) {
  return fill(R"(#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("$features"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("$features")
#endif

)",
              {{"features", target.features}});
}

static const char *const closeTarget = R"(#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

)";

// A fused multiply-add happens where `fma` is written and nowhere else: that is what makes results equal everywhere.
static const char *const noContraction =
    R"(// Products and sums are rounded one by one; fused where `fma` is written, and nowhere else.
#if defined(__clang__)
#pragma clang fp contract(off)
#else
#pragma GCC optimize("fp-contract=off")
#endif

)";

std::string emitFile(const ModelPlan &plan, const Target &target, const WeightsLayout &layout,
                     const ProgramTexts &texts) {
  KernelSection kernels(target);
  std::string layer = layerSection(plan, kernels); // asks for the kernels, which stand before it

  Pasted pasted;
  pasted.need({"<algorithm>", "<cstring>", "<vector>"});
  std::string body = "namespace {\n\n" + pasted.paste("types.h");
  body += ruler("sizes") + sizesSection(plan, target, layout, texts) + "\n";
  body += ruler("memory and threads") + pasted.pasteAll({"fail.h", "content_hash.h", "mapped_file.h", "weights_file.h",
                                                         "zeroed_memory.h", "threads.h"});
  body += ruler("weights") + weightsSection(plan, layout) + "\n";
  body += openTarget(target);
  HeaderText vectors = vectorSection(target);
  pasted.need(vectors.includes);
  body += ruler("vectors") + vectors.body + "\n";
  body += ruler("state") + stateSection(plan) + "\n";
  body += ruler("kernels") + kernels.text();
  body += ruler("layer") + layer + "\n";
  body += closeTarget;
  body += ruler("step") + modelSection(plan, target, layout) + "\n";
  body += ruler("program");
  body += pasted.pasteAll({"tokenizer_tables.h", "unicode_table.h", "tokenizer.h", "text_printer.h", "sampler.h",
                           "npy.h", "options.h", "benchmark.h", "program.h"});
  body += "} // namespace\n\nint main(int argc, char **argv) { return run_program(argc, argv); }\n";
  return headerComment(plan, target, layout, texts) + pasted.includeLines() + noContraction + body;
}

} // namespace weebill
