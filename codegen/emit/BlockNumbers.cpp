//===- BlockNumbers.cpp - Numbers that each block has for itself ----------===//

#include "codegen/emit/BlockNumbers.h"

#include "codegen/print/FloatLiteral.h"

#include <algorithm>
#include <map>

namespace weebill::emit {

/// What is scaled has it in its name: "sum_scaled" by "sum_scale".
std::string scaleField(const plan::StepPlan &step) {
  constexpr std::string_view kScaled = "_scaled";
  const std::string &role = step.role;
  return (role.ends_with(kScaled) ? role.substr(0, role.size() - kScaled.size()) : role) + "_scale";
}

std::string blockTable(const std::string &comment, const std::string &type, const std::string &name,
                       const std::vector<std::string> &values) {
  size_t longest = 1;
  for (const std::string &value : values)
    longest = std::max(longest, value.size());
  const size_t inLine = std::min<size_t>(24, 96 / (longest + 2));
  std::string text = "// " + comment + "\nconstexpr " + type + " " + name + "[kBlocks] = {";
  if (values.size() > inLine && inLine < 24)
    text += "\n    ";
  for (size_t block = 0; block < values.size(); ++block)
    text += (block == 0 ? "" : block % inLine == 0 ? ",\n    " : ", ") + values[block];
  return text + "};\n\n";
}

std::string blockTableName(const std::string &field) {
  std::string name = "k";
  bool first = true;
  for (char c : field) {
    if (c != '_')
      name += first && c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c;
    first = c == '_';
  }
  return name;
}

static void add(BlockNumbers &numbers, const std::string &type, const std::string &field, const std::string &comment,
                const std::vector<std::string> &values) {
  numbers.fields += "  " + type + " " + field + "; // " + comment + "\n";
  numbers.tables += blockTable("Of each block: " + comment + ".", type, blockTableName(field), values);
  numbers.assignments += "    w." + field + " = " + blockTableName(field) + "[i];\n";
}

/// "what its visits do: 0 attends, 1 convolves".
static std::string armsNote(const plan::ModelPlan &plan) {
  std::map<int64_t, std::string> words;
  for (const plan::PhasePlan &phase : plan.decode.body)
    for (const plan::StepPlan &step : phase.steps)
      if (step.arm >= 0 && step.kind == plan::StepKind::Attention)
        words[step.arm] = "attends";
      else if (step.arm >= 0 && step.kind == plan::StepKind::GatedConvolution)
        words[step.arm] = "convolves";
  std::string text;
  for (const auto &[arm, word] : words)
    text += (text.empty() ? "" : ", ") + std::to_string(arm) + " " + word;
  return "what its visits do: " + text;
}

BlockNumbers blockNumbers(const plan::ModelPlan &plan) {
  BlockNumbers numbers;
  std::vector<std::string> arms;
  for (int64_t arm : plan.blockArms)
    arms.push_back(std::to_string(arm));
  if (!arms.empty())
    add(numbers, "i32", "arm", armsNote(plan), arms);
  for (const plan::PhasePlan &phase : plan.decode.body)
    for (const plan::StepPlan &step : phase.steps) {
      std::vector<std::string> windows, scales;
      for (int64_t window : step.blockWindows)
        windows.push_back(window > 0 && window < plan.cache.positions ? std::to_string(window) : "kCachePositions");
      if (!windows.empty())
        add(numbers, "i32", "window", "positions that a token sees, its own included", windows);
      for (float scale : step.blockScales)
        scales.push_back(print::floatLiteral(scale));
      if (!scales.empty())
        add(numbers, "f32", scaleField(step), "the scale of " + step.role, scales);
    }
  return numbers;
}

} // namespace weebill::emit
