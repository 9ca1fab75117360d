//===- SpeedSection.cpp - Tokens a second that memory allows --------------===//
//
// Tested by tests/unit/codegen/report/ReportTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/report/Html.h"
#include "codegen/report/Sections.h"

namespace weebill::report {

namespace {

/// Positions for the head of a table: none, then powers of two up to the context.
std::vector<int64_t> positions(int64_t context) {
  std::vector<int64_t> list = {0};
  for (int64_t position = 256; position < context && list.size() < 5; position *= 2)
    list.push_back(position);
  if (context > 1)
    list.push_back(context - 1);
  return list;
}

std::string byPosition(const ReportContext &context) {
  std::vector<std::string> heads = {"Threads"};
  const std::vector<int64_t> columns = positions(context.plan.sizes.context);
  for (int64_t position : columns)
    heads.push_back(">" + (position ? "after " + grouped(position) : std::string("first token")));
  const int64_t prompt = std::min<int64_t>(512, context.plan.sizes.context);
  heads.push_back(">prompt of " + grouped(prompt));
  Table table(heads);
  for (int threads = 1; threads <= kMostThreads; ++threads) {
    std::vector<std::string> cells = {std::to_string(threads)};
    for (int64_t position : columns)
      cells.push_back(">" + fixed(1 / context.predictor.tokenSeconds(position, threads), 0));
    cells.push_back(">" + fixed(double(prompt) / context.predictor.promptSeconds(prompt, threads), 0));
    table.add(cells);
  }
  return table.html();
}

/// Another machine, the same plan: all threads together read so much.
std::string byBandwidth(const ReportContext &context) {
  const double bandwidths[] = {2e9, 5e9, 10e9, 20e9, 40e9, 80e9};
  std::vector<std::string> heads = {"Threads"};
  for (double bandwidth : bandwidths)
    heads.push_back(">" + fixed(bandwidth / 1e9, 0) + " GB/s");
  Table table(heads);
  for (int threads : {1, 2, 4}) {
    std::vector<std::string> cells = {std::to_string(threads)};
    for (double bandwidth : bandwidths) {
      Machine machine = context.machine;
      machine.threadBytesPerSecond = machine.allBytesPerSecond = bandwidth;
      const Predictor predictor(context.plan, context.target, context.layout, machine);
      cells.push_back(">" + fixed(1 / predictor.tokenSeconds(context.position, threads), 0));
    }
    table.add(cells);
  }
  return table.html();
}

std::string machineTable(const ReportContext &context) {
  const Machine &machine = context.machine;
  const bool measured = context.inputs.readBandwidth.has_value();
  Table table({"Number", ">Value", "From"});
  const auto add = [&](const std::string &what, const std::string &value, const char *from) {
    table.add({what, ">" + value, from});
  };
  const char *memory = measured ? "measured" : "assumed";
  add("memory read by one thread", scaled(machine.threadBytesPerSecond, "B/s"), memory);
  add("memory read by all threads", scaled(machine.allBytesPerSecond, "B/s"), memory);
  add("L2 read by one thread", scaled(machine.l2BytesPerSecond, "B/s"), "assumed");
  add("L3 read by one thread", scaled(machine.l3BytesPerSecond, "B/s"), "assumed");
  add("clock of a core", scaled(machine.cyclesPerSecond, "Hz"), "assumed");
  add("vector instructions a cycle", fixed(machine.vectorInstructionsPerCycle, 0), "assumed");
  add("instructions for four 8-bit products in each lane", fixed(dot4Instructions(context.target), 0), "target");
  add("8-bit peak of a core", scaled(integerPeak(context.target, machine, 1), "op/s"), "lanes and the above");
  if (context.target.unitTokens > 0)
    add("8-bit peak of a core in tiles of " + std::to_string(context.target.unitTokens) + " tokens",
        scaled(integerPeak(context.target, machine, context.target.unitTokens), "op/s"), "target, clock");
  add("float32 peak of a core", scaled(floatPeak(context.target, machine), "op/s"), "lanes and the above");
  add("a barrier", duration(machine.barrierSeconds), "assumed");
  return table.html();
}

} // namespace

std::string speedSection(const ReportContext &context) {
  return section(
      "speed", "Speed that the machine allows",
      note("Estimates: tokens a second if every step ran at the limit of memory or of arithmetic, whichever is lower, "
           "the slowest thread set the pace, and a block's first visit came from memory. Programs are faster where a "
           "cache keeps weights from token to token or the machine reads faster than the last table says, and slower "
           "by what kernels leave unused.") +
          "<h3>New tokens a second, by tokens in the cache; prompt tokens a second</h3>\n" + byPosition(context) +
          "<h3>New tokens a second after " + grouped(context.position) +
          " tokens, on machines that read memory at other speeds</h3>\n" + byBandwidth(context) +
          "<h3>The machine</h3>\n" + machineTable(context));
}

} // namespace weebill::report
