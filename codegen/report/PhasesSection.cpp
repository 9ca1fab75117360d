//===- PhasesSection.cpp - Phases, their steps and who computes what ------===//
//
// Tested by tests/unit/codegen/report/ReportTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/plan/BlockKinds.h"
#include "codegen/plan/StepKinds.h"
#include "codegen/report/Html.h"
#include "codegen/report/Sections.h"

#include <algorithm>

namespace weebill::report {

namespace {

/// A phase and how often a pass runs it.
struct PhaseRuns {
  const plan::PhasePlan *phase;
  int64_t runs = 1;
  bool body = false;
};

class PhasesPrinter {
public:
  PhasesPrinter(const ReportContext &context, bool decode)
      : context(context), plan(context.plan), decode(decode),
        pass(decode ? Pass{1, context.position}
                    : Pass{plan.chunk, std::max<int64_t>(0, context.position - plan.chunk)}) {
    const plan::RoutePlan &route = decode ? plan.decode : plan.prefill;
    for (const plan::PhasePlan &phase : route.before)
      phases.push_back({&phase, 1, false});
    for (const plan::PhasePlan &phase : route.body)
      phases.push_back({&phase, int64_t(plan.schedule.size()), true});
    if (decode) // a chunk has none: the head runs once for a prompt, as for a token
      for (const plan::PhasePlan &phase : route.after)
        phases.push_back({&phase, 1, false});
  }

  std::string print() const {
    std::string cards;
    for (const PhaseRuns &phase : phases)
      cards += card(phase);
    return summary() + cards;
  }

private:
  /// Of the visits, those of the blocks that have it; costs are averages of all.
  int64_t timesRun(const PhaseRuns &phase) const {
    return phase.body && !phase.phase->steps.empty() ? plan::visitsThatRun(phase.phase->steps.front(), plan)
                                                     : phase.runs;
  }

  Cost costs(const PhaseRuns &phase) const { return costOf(*phase.phase, plan, context.layout, pass); }

  double seconds(const PhaseRuns &phase, int threads) const {
    if (phase.body)
      return context.predictor.bodyPhaseSeconds(*phase.phase, decode, pass, threads);
    return context.predictor.phaseSeconds(*phase.phase, decode, pass, threads,
                                          context.predictor.sourcesOfFirsts(decode, pass, threads));
  }

  double perToken(int64_t amount) const { return double(amount) / double(pass.tokens); }

  std::string rate(int64_t amount, int64_t runs, const char *unit) const {
    return ">" + (amount ? scaled(perToken(amount * runs), unit) : std::string("–"));
  }

  /// What holds a phase back on one thread.
  const char *bound(const Cost &cost) const {
    const double compute = double(cost.integerOperations) / integerPeak(context.target, context.machine, pass.tokens) +
                           double(cost.floatOperations) / floatPeak(context.target, context.machine);
    return double(cost.bytes()) / context.machine.threadBytesPerSecond > compute ? "memory" : "arithmetic";
  }

  std::string summary() const {
    Table table({"Phase", ">Runs", ">Weights", ">Cache", ">8-bit", ">Float", ">Op/byte", "Bound by", ">1 thread",
                 ">2 threads", "Share of the time, 1 thread"},
                "phases");
    double total[2] = {0, 0};
    for (const PhaseRuns &phase : phases)
      for (int threads : {1, 2})
        total[threads - 1] += seconds(phase, threads);
    Cost sum;
    for (const PhaseRuns &phase : phases) {
      const Cost cost = costs(phase);
      for (int64_t run = 0; run < phase.runs; ++run)
        sum += cost;
      const double share = total[0] > 0 ? 100 * seconds(phase, 1) / total[0] : 0;
      table.add(
          {"<a href=\"#" + anchor(phase) + "\"><code>" + escaped(phase.phase->name) + "</code></a>",
           ">" + grouped(timesRun(phase)), rate(cost.weightBytes, phase.runs, "B"),
           rate(cost.cacheBytesRead + cost.cacheBytesWritten, phase.runs, "B"),
           rate(cost.integerOperations, phase.runs, "op"), rate(cost.floatOperations, phase.runs, "op"),
           ">" + (cost.bytes() ? fixed(double(cost.operations()) / double(cost.bytes()), 1) : std::string("–")),
           bound(cost), ">" + duration(seconds(phase, 1) / double(pass.tokens)),
           ">" + duration(seconds(phase, 2) / double(pass.tokens)),
           "<span class=\"bar\"><i style=\"width:" + fixed(share, 1) + "%\"></i></span> " + fixed(share, 1) + " %"},
          "phase");
    }
    table.add({"all", "", rate(sum.weightBytes, 1, "B"), rate(sum.cacheBytesRead + sum.cacheBytesWritten, 1, "B"),
               rate(sum.integerOperations, 1, "op"), rate(sum.floatOperations, 1, "op"),
               ">" + fixed(double(sum.operations()) / double(std::max<int64_t>(1, sum.bytes())), 1), "",
               ">" + duration(total[0] / double(pass.tokens)), ">" + duration(total[1] / double(pass.tokens)), ""},
              "total");
    return table.html();
  }

  std::string anchor(const PhaseRuns &phase) const {
    return std::string(decode ? "one" : "chunk") + "-" + std::to_string(&phase - phases.data());
  }

  std::string view(const plan::View &view) const {
    if (view.buffer < 0)
      return "";
    const plan::BufferPlan &buffer = plan.buffers.at(view.buffer);
    std::string text = "<code>" + escaped(buffer.name);
    if (view.first != 0 || view.columns < buffer.columns - 63)
      text += "[" + std::to_string(view.first) + ", " + std::to_string(view.first + view.columns) + ")";
    return text + "</code>";
  }

  std::string dataFlow(const plan::StepPlan &step) const {
    std::string text;
    for (const plan::View &in : step.in)
      text += (text.empty() ? "" : ", ") + view(in);
    if (plan::info(step.kind).weights == plan::WeightUse::Row)
      text = "token ids";
    if (plan::info(step.kind).cache == plan::CacheUse::Reads)
      text += ", cache";
    return text + " → " + (step.out.buffer < 0 ? std::string("cache") : view(step.out));
  }

  std::string matrices(const plan::StepPlan &step) const {
    std::string text;
    for (int index : step.weights) {
      const weights::FieldLayout &field = context.layout.fields.at(index);
      text += (text.empty() ? "" : "<br/>") + std::string("<code>") + escaped(field.name) + "</code> ";
      text += !field.format->isMatrix() ? "[" + grouped(field.modelColumns) + "]"
                                        : "[" + grouped(field.rows) + "][" + grouped(field.columns) + "]";
    }
    return text.empty() ? "–" : text;
  }

  /// Units of each thread: "7+8".
  static std::string split(const DealtUnits &dealt, int threads) {
    std::string text;
    for (int thread = 0; thread < threads; ++thread)
      text += (thread ? "+" : "") + std::to_string(unitsOfThread(dealt, thread, threads));
    return text;
  }

  std::string unitName(const plan::StepPlan &step, const plan::Partition &partition, const DealtUnits &dealt) const {
    switch (partition.share) {
    case plan::Share::Every:
      return "all of it on every thread, into its own copy";
    case plan::Share::Tokens:
      return "a token each";
    case plan::Share::Heads:
      if (decode && dealt.count > partition.units)
        return "the scores of a key-value head and its query heads, or their values, each";
      return decode ? "a key-value head and its query heads each" : "pairs of a token and a key-value head, in turn";
    case plan::Share::Columns:
      break;
    }
    const plan::StepKindInfo &kind = plan::info(step.kind);
    const bool heads = kind.constants & plan::kHeads || kind.units == plan::Units::Cache;
    return (heads ? "heads of " : "columns in units of ") + std::to_string(partition.unitColumns);
  }

  std::string partition(const plan::StepPlan &step) const {
    const plan::Partition &partition = decode ? step.decode : step.prefill;
    const DealtUnits dealt = dealtUnits(step, partition, plan, pass);
    std::string text = unitName(step, partition, dealt);
    if (dealt.count == 0)
      return text;
    text += ": " + grouped(dealt.count);
    if (dealt.count != dealt.units)
      text += " (" + std::to_string(dealt.first) + "–" + std::to_string(dealt.first + dealt.count - 1) + " of " +
              grouped(dealt.units) + ")";
    text += "<br/>";
    for (int threads : {2, 4})
      text += "<span class=\"split\">" + std::to_string(threads) + " threads: " + split(dealt, threads) + "</span> ";
    return text;
  }

  std::string card(const PhaseRuns &phase) const {
    Table table({"Step", "Role", "Reads and writes", "Weights", "Who computes what", ">Bytes", ">8-bit", ">Float"});
    for (const plan::StepPlan &step : phase.phase->steps) {
      const Cost cost = costOf(step, plan, context.layout, pass);
      table.add({plan::info(step.kind).action, "<code>" + escaped(step.role) + "</code>", dataFlow(step),
                 matrices(step), partition(step), rate(cost.bytes(), 1, "B"), rate(cost.integerOperations, 1, "op"),
                 rate(cost.floatOperations, 1, "op")});
    }
    const std::string runs = phase.body ? "in each of " + grouped(timesRun(phase)) + " visits" : "once";
    return "<article id=\"" + anchor(phase) + "\"><h3><code>" + escaped(phase.phase->name) + "</code> <small>" + runs +
           ", then a barrier</small></h3>\n" + table.html() + "</article>\n";
  }

  const ReportContext &context;
  const plan::ModelPlan &plan;
  const bool decode;
  const Pass pass;
  std::vector<PhaseRuns> phases;
};

} // namespace

std::string phasesSection(const ReportContext &context, bool decode) {
  const std::string chunk = grouped(context.plan.chunk);
  const std::string what = decode
                               ? "One token after " + grouped(context.position) + " others."
                               : "A chunk of " + chunk +
                                     " tokens; bytes, operations and times are for each token. The head runs once for "
                                     "a prompt, as for one token.";
  return section(decode ? "decode" : "prefill", decode ? "Phases of one token" : "Phases of a chunk of " + chunk,
                 note(what +
                      " Bytes come from memory: weights with their padding, once in a pass, and the cache. A "
                      "multiply-add counts two operations; norms, exponentials and scales are counted too. Steps "
                      "between two barriers are one phase.") +
                     PhasesPrinter(context, decode).print());
}

} // namespace weebill::report
