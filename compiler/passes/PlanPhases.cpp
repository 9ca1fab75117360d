//===- PlanPhases.cpp - Partitions and barriers ---------------------------===//
//
// Walks the steps of each route and starts a new phase where a step conflicts with an earlier one of the same phase.
// One token of a standard quantized block takes five:
//
//     norm, quantize, qkv, rope, rope, append | attention | quantize, output + residual | norm, quantize, gate and up |
//     quantize, down + residual
//
// Tested by tests/lit/passes/plan-phases.mlir.
//
//===----------------------------------------------------------------------===//

#include "compiler/passes/Partitions.h"
#include "compiler/passes/Passes.h"
#include "compiler/passes/StepModel.h"
#include "compiler/passes/StepRoles.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/StringSet.h"

namespace weebill::passes {
#define GEN_PASS_DEF_PLANPHASESPASS
#include "compiler/passes/Passes.h.inc"
} // namespace weebill::passes

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

namespace {

/// A name that the set does not hold yet, which it then does.
std::string uniqueName(const std::string &name, llvm::StringSet<> &taken) {
  std::string candidate = name;
  for (int number = 2; !taken.insert(candidate).second; ++number)
    candidate = name + "_" + std::to_string(number);
  return candidate;
}

constexpr Section kSections[] = {Section::Before, Section::Body, Section::After};

using Places = llvm::DenseMap<Operation *, Place>;

class RoutePlanner {
public:
  RoutePlanner(ForwardPass &forward, const Storages &storages, Route route)
      : forward(forward), storages(storages), route(route) {}

  /// The place of every step.
  Places plan() {
    // A row that every thread computes for itself must not be needed behind a barrier: it is then computed once, by the
    // owner of the token, and everything is planned again. Each round settles at least one step.
    while (!settle()) {
    }
    llvm::StringSet<> names;
    Places places;
    for (Section section : kSections) {
      std::vector<std::vector<Operation *>> phases = divide(section);
      for (size_t phase = 0; phase < phases.size(); ++phase) {
        std::string name = uniqueName(phaseName(phases[phase]), names);
        for (Operation *step : phases[phase])
          places[step] = {int64_t(phase), name, partitionOf(step, section)};
      }
    }
    return places;
  }

private:
  plan::Partition partitionOf(Operation *step, Section section) const {
    if (std::optional<plan::Partition> columns = stepModelOf(step)->columns(step))
      return *columns;
    bool oneToken = route == Route::Decode || section == Section::After;
    std::optional<plan::View> out = storages.outputOf(step);
    // A private copy is the row step's own: memory that column steps write too is shared.
    bool mayBePrivate = out && storages.all()[out->buffer].writers.size() == 1 && out->buffer != 0;
    return {oneToken && mayBePrivate && !shared.contains(step) ? plan::Share::Every : plan::Share::Tokens, 0, 0, 0};
  }

  /// Norms and quantization handle a token's row as a whole.
  static bool isRowStep(Operation *step) { return !stepModelOf(step)->columns(step); }

  bool isPrivate(int storage, Section section) const {
    if (storage < 0)
      return false;
    const StoragePlan &memory = storages.all()[storage];
    return memory.writers.size() == 1 && isRowStep(memory.writers.front()) &&
           partitionOf(memory.writers.front(), section).share == plan::Share::Every;
  }

  /// The steps of a section, phase by phase.
  std::vector<std::vector<Operation *>> divide(Section section) const {
    std::vector<std::vector<Operation *>> phases;
    std::vector<Access> phase;
    for (Operation *step : forward.steps(section)) {
      if (!stepModelOf(step))
        continue; // lm-check-emittable refuses it
      std::vector<Access> accesses = accessesOf(step, partitionOf(step, section), storages);
      llvm::erase_if(accesses, [&](const Access &access) { return isPrivate(access.storage, section); });
      // Threads run one region of an lm.either, all the same.
      bool waits = phases.empty() || armOf(step) != armOf(phases.back().back()) ||
                   llvm::any_of(accesses, [&](const Access &access) {
                     return llvm::any_of(phase, [&](const Access &other) { return access.conflictsWith(other); });
                   });
      if (waits) {
        phases.emplace_back();
        phase.clear();
      }
      phases.back().push_back(step);
      phase.insert(phase.end(), accesses.begin(), accesses.end());
    }
    return phases;
  }

  /// Finds private rows that are read in a later phase, or a later section, and makes the first of them shared.
  bool settle() {
    for (Section section : kSections)
      for (const std::vector<Operation *> &phase : divide(section))
        for (Operation *step : phase)
          if (isRowStep(step) && partitionOf(step, section).share == plan::Share::Every &&
              !llvm::all_of(step->getUsers(), [&](Operation *user) { return llvm::is_contained(phase, user); })) {
            shared.insert(step);
            return false;
          }
    return true;
  }

  ForwardPass &forward;
  const Storages &storages;
  Route route;
  llvm::DenseSet<Operation *> shared;
};

struct PlanPhases : impl::PlanPhasesPassBase<PlanPhases> {
  void runOnOperation() override {
    std::optional<ForwardPass> forward = findForwardPass(getOperation());
    if (!forward)
      return; // lm-check-emittable says why
    Storages storages(*forward);
    Places decode = RoutePlanner(*forward, storages, Route::Decode).plan(),
           prefill = RoutePlanner(*forward, storages, Route::Prefill).plan();
    for (Section section : kSections)
      for (Operation *step : forward->steps(section))
        if (stepModelOf(step))
          setStep(step, roleOf(step), decode.at(step), prefill.at(step));
    tellPhases(*forward, decode, "one token");
    tellPhases(*forward, prefill, "a chunk");
  }

  static void tellPhases(ForwardPass &forward, const Places &places, const char *route) {
    int64_t phases = 0; // of the kind of block that takes most
    for (int64_t arm = 0; arm < EitherOp::kArms; ++arm) {
      llvm::SmallDenseSet<int64_t> run;
      for (Operation *step : forward.body)
        if (auto place = places.find(step); place != places.end() && (armOf(step) < 0 || armOf(step) == arm))
          run.insert(place->second.phase);
      phases = std::max<int64_t>(phases, run.size());
    }
    remark::analysis(forward.repeat.getLoc(), remark::RemarkOpts::name("Phases").category("planning"))
        << (Twine("a visit of a block by ") + route + " takes " + Twine(phases) + " phases").str();
  }
};

} // namespace

} // namespace weebill::passes
