//===- StepKinds.cpp - One row for each kind of step ----------------------===//
//
// The operations are derived in codegen/report/PhaseCosts.h.
//
//===----------------------------------------------------------------------===//

#include "codegen/plan/StepKinds.h"

#include "codegen/plan/PositionsRead.h"

#include <array>
#include <bit>

namespace weebill::plan {

namespace {

constexpr int64_t kExp = 23, kSilu = kExp + 3, kGelu = kExp + 7;

int64_t columnsIn(const StepPlan &step) { return step.in.at(0).columns; }
int64_t norm(int64_t columns) { return 4 * columns + 4; }
int64_t quantize(int64_t columns) { return 7 * columns + 7; }

int64_t none(const StepPlan &, const ModelPlan &, int64_t) { return 0; }
int64_t oneEach(const StepPlan &step, const ModelPlan &, int64_t) { return columnsIn(step); }

int64_t headNorm(const StepPlan &step, const ModelPlan &, int64_t) {
  return (step.weights.empty() ? 4 : 5) * columnsIn(step) + 4 * step.heads;
}

/// Of elements with each other, `mixed` of them: one for each doubling.
int64_t mix(int64_t elements, int64_t mixed) { return elements * std::countr_zero(uint64_t(mixed)); }
int64_t mixHead(int64_t headSize) { return mix(headSize, headSize); }

/// Of keys and values.
int64_t append(const StepPlan &, const ModelPlan &plan, int64_t) {
  const int64_t headSize = plan.sizes.headSize;
  return plan.cache.element == Element::I8 ? plan.sizes.keyValueHeads * (2 * 7 * headSize + mixHead(headSize)) : 0;
}

int64_t attention(const StepPlan &step, const ModelPlan &plan, int64_t position) {
  const int64_t positions = positionsRead(step, plan, position, 1), headSize = plan.sizes.headSize;
  const int64_t products = plan.cache.element == Element::I8
                               ? mixHead(headSize) + 7 * headSize + 6 * positions + 2 * headSize * (positions / 64)
                               : 4 * positions * headSize;
  return step.heads * (products + (3 + kExp) * positions + headSize);
}

int64_t attentionOfCodes(const StepPlan &step, const ModelPlan &plan, int64_t position) {
  return plan.cache.element == Element::I8
             ? step.heads * 4 * positionsRead(step, plan, position, 1) * plan.sizes.headSize
             : 0;
}

using Step = const StepPlan &;
using Model = const ModelPlan &;

constexpr std::array kRows = {
    StepKindInfo{.kind = StepKind::Embed,
                 .name = "embed",
                 .action = "look up the embedding",
                 .comment = "look up the embedding",
                 .phaseAlone = "embed",
                 .weights = WeightUse::Row,
                 .operations = none},
    StepKindInfo{.kind = StepKind::RmsNorm,
                 .name = "rms_norm",
                 .action = "norm",
                 .comment = "norm",
                 .weights = WeightUse::Vector,
                 .constants = kEpsilon,
                 .operations = [](Step step, Model, int64_t) { return norm(columnsIn(step)); }},
    StepKindInfo{.kind = StepKind::Quantize,
                 .name = "quantize",
                 .action = "quantize",
                 .comment = "quantize",
                 .constants = kSymmetric,
                 .operations = [](Step step, Model, int64_t) { return quantize(columnsIn(step)); }},
    StepKindInfo{
        .kind = StepKind::RmsNormQuantize,
        .name = "rms_norm_quantize",
        .action = "norm and quantize",
        .comment = "norm and quantize",
        .weights = WeightUse::Vector,
        .constants = kEpsilon | kSymmetric,
        .operations = [](Step step, Model, int64_t) { return norm(columnsIn(step)) + quantize(columnsIn(step)); }},
    StepKindInfo{.kind = StepKind::Linear,
                 .name = "linear",
                 .action = "multiply",
                 .comment = "multiply by $role",
                 .weights = WeightUse::Matrix,
                 .operations = none},
    StepKindInfo{.kind = StepKind::LinearResidual,
                 .name = "linear_residual",
                 .action = "multiply and add to the residual stream",
                 .comment = "multiply by $role and add to the residual stream",
                 .phaseTail = "residual",
                 .weights = WeightUse::Matrix,
                 .operations = [](Step step, Model, int64_t) { return step.out.columns; }},
    StepKindInfo{.kind = StepKind::SwiGLU,
                 .name = "swiglu",
                 .action = "multiply by gate and up, join with silu",
                 .comment = "multiply by gate and up, join them with silu",
                 .phaseTail = "swiglu",
                 .weights = WeightUse::Matrix,
                 .operations = [](Step step, Model, int64_t) { return (kSilu + 1) * step.out.columns; }},
    StepKindInfo{.kind = StepKind::GeGLU,
                 .name = "geglu",
                 .action = "multiply by gate and up, join with gelu",
                 .comment = "multiply by gate and up, join them with gelu",
                 .phaseTail = "geglu",
                 .weights = WeightUse::Matrix,
                 .operations = [](Step step, Model, int64_t) { return (kGelu + 1) * step.out.columns; }},
    StepKindInfo{.kind = StepKind::AddBias,
                 .name = "add_bias",
                 .action = "add a bias",
                 .comment = "add the bias of $role",
                 .roleTail = "_bias",
                 .weights = WeightUse::Vector,
                 .units = Units::Slice,
                 .operations = oneEach},
    StepKindInfo{.kind = StepKind::HeadNorm,
                 .name = "head_norm",
                 .action = "norm each head",
                 .comment = "norm the heads of $role",
                 .roleTail = "_norm",
                 .weights = WeightUse::Vector,
                 .units = Units::Slice,
                 .constants = kHeads | kEpsilon | kScale,
                 .operations = headNorm},
    StepKindInfo{.kind = StepKind::Rope,
                 .name = "rope",
                 .action = "rotate",
                 .comment = "rotate $role",
                 .units = Units::Slice,
                 .constants = kHeads | kRope | kScale,
                 .operations = [](Step step, Model, int64_t) { return 4 * columnsIn(step); }},
    StepKindInfo{.kind = StepKind::CacheAppend,
                 .name = "cache_append",
                 .action = "append keys and values",
                 .comment = "append keys and values to the cache",
                 .cache = CacheUse::Writes,
                 .units = Units::Cache,
                 .operations = append},
    StepKindInfo{.kind = StepKind::Attention,
                 .name = "attention",
                 .action = "attend to the cache",
                 .comment = "attend to everything in the cache",
                 .phaseAlone = "attend",
                 .cache = CacheUse::Reads,
                 .constants = kHeads,
                 .operations = attention,
                 .integerOperations = attentionOfCodes},
    StepKindInfo{.kind = StepKind::GatedConvolution,
                 .name = "gated_convolution",
                 .action = "convolve with the tokens before",
                 .comment = "convolve with the tokens just before, between two gates",
                 .phaseAlone = "convolve",
                 .weights = WeightUse::Vector,
                 .cache = CacheUse::Rows,
                 .operations = [](Step step, Model plan,
                                  int64_t) { return (2 * plan.convolution.width + 2) * step.out.columns; }},
    StepKindInfo{.kind = StepKind::Silu,
                 .name = "silu",
                 .action = "silu",
                 .comment = "silu",
                 .activates = true,
                 .operations = [](Step step, Model, int64_t) { return kSilu * columnsIn(step); }},
    StepKindInfo{.kind = StepKind::GeluTanh,
                 .name = "gelu_tanh",
                 .action = "gelu",
                 .comment = "gelu",
                 .activates = true,
                 .operations = [](Step step, Model, int64_t) { return kGelu * columnsIn(step); }},
    StepKindInfo{.kind = StepKind::Scale,
                 .name = "scale",
                 .action = "multiply by a number",
                 .comment = "multiply $role by a number",
                 .roleTail = "_scaled",
                 .constants = kScale,
                 .operations = oneEach},
    StepKindInfo{.kind = StepKind::Hadamard,
                 .name = "hadamard",
                 .action = "mix columns with each other",
                 .comment = "mix columns with each other",
                 .constants = kMixed,
                 .operations = [](Step step, Model, int64_t) { return mix(columnsIn(step), step.mixed); }},
    StepKindInfo{.kind = StepKind::Mul,
                 .name = "mul",
                 .action = "multiply element by element",
                 .comment = "multiply element by element",
                 .phaseTail = "swiglu",
                 .operations = oneEach},
    StepKindInfo{.kind = StepKind::Add,
                 .name = "add",
                 .action = "add",
                 .comment = "add to the residual stream",
                 .phaseTail = "residual",
                 .operations = oneEach},
};

constexpr bool inOrder() {
  for (size_t row = 0; row < kRows.size(); ++row)
    if (kRows[row].kind != StepKind(row) || !kRows[row].operations)
      return false;
  return kRows.size() == kStepKinds;
}
static_assert(inOrder(), "a kind of step has no row, or rows are not in the order of StepKind");

} // namespace

const StepKindInfo &info(StepKind kind) { return kRows.at(size_t(kind)); }

std::string commentOf(const StepPlan &step) {
  const StepKindInfo &kind = info(step.kind);
  std::string text = kind.comment, role = step.role;
  if (*kind.roleTail)
    role = role.substr(0, role.rfind(kind.roleTail));
  constexpr std::string_view place = "$role";
  if (const size_t at = text.find(place); at != text.npos)
    text.replace(at, place.size(), role);
  return text;
}

} // namespace weebill::plan
