//===- EmitModel.cpp - What stands around class Model ---------------------===//
//
// The contract between runtime/model.h and the layers is in runtime/README.md. Tested by
// tests/emitted/test_exact.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/Sections.h"

#include <stdexcept>

namespace weebill::emit {

/// Block of each visit; a model whose blocks are visited once, in order, needs no table.
static std::string schedule(const plan::ModelPlan &plan) {
  constexpr size_t kVisitsInLine = 20;
  bool inOrder = static_cast<int64_t>(plan.schedule.size()) == plan.sizes.blocks;
  std::string list;
  for (size_t i = 0; i < plan.schedule.size(); ++i) {
    inOrder = inOrder && plan.schedule[i] == static_cast<int64_t>(i);
    list += std::string(i ? "," : "") + (i % kVisitsInLine ? " " : "\n    ") + std::to_string(plan.schedule[i]);
  }
  if (inOrder)
    return "// Every block is visited once, in order.\ninline i32 block_of(i32 visit) { return visit; }\n\n";
  return "// The block of each visit: a block that stands here more than once is stored once.\nconstexpr i32 "
         "kSchedule[kVisits] = {" +
         (plan.schedule.size() <= kVisitsInLine ? list.substr(list.find_first_not_of("\n ")) : list) +
         "};\ninline i32 block_of(i32 visit) { return kSchedule[visit]; }\n\n";
}

std::string modelSection(const plan::ModelPlan &plan, const std::vector<const targets::Target *> &targets,
                         Pasted &pasted) {
  const std::string &logits = plan.buffers.at(plan.decode.after.back().steps.back().out.buffer).name;
  if (logits != "logits")
    throw std::logic_error("runtime/model.h finds logits in State::logits, not in '" + logits + "'");
  return schedule(plan) + targetChoice(targets, pasted) + pasted.pasteAll({"engine.h", "model.h"});
}

} // namespace weebill::emit
