//===- ArenaSection.cpp - Buffers of a chunk and when they live -----------===//
//
// Tested by tests/unit/codegen/report/ReportTest.cpp; lives by tests/unit/codegen/report/BufferLivesTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/report/BufferLives.h"
#include "codegen/report/Html.h"
#include "codegen/report/Sections.h"
#include "codegen/report/Svg.h"

#include <algorithm>

namespace weebill::report {

namespace {

/// Phases to the right, bytes downwards: buffers that share bytes stand beside each other.
std::string picture(const plan::ModelPlan &plan, const std::vector<std::string> &phases,
                    const std::vector<BufferLife> &lives) {
  constexpr double left = 84, width = 1020, top = 64, height = 340;
  const double column = (width - left) / double(std::max<size_t>(1, phases.size()));
  const double scale = height / double(std::max<int64_t>(1, plan.arenaBytes));
  Svg svg(width, top + height + 12, "Buffers of the arena: phases to the right, bytes downwards");
  for (size_t phase = 0; phase <= phases.size(); ++phase) {
    svg.line(left + column * double(phase), top, left + column * double(phase), top + height, "grid");
    if (phase < phases.size())
      svg.words(left + column * double(phase) + 8, top - 8, phases[phase], "start", "tick", -20);
  }
  for (int quarter = 0; quarter <= 4; ++quarter) {
    const int64_t bytes = plan.arenaBytes * quarter / 4;
    svg.words(left - 8, top + double(bytes) * scale + 4, scaled(double(bytes), "B"), "end", "tick");
  }
  for (const BufferLife &life : lives) {
    const plan::BufferPlan &buffer = plan.buffers[life.buffer];
    const int64_t bytes = buffer.bytes(plan.chunk);
    const double x = left + column * life.first, y = top + double(buffer.offset) * scale;
    const double wide = column * (life.last - life.first + 1), high = std::max(1.0, double(bytes) * scale);
    svg.box(x + 2, y, wide - 4, high, "fill" + std::to_string(life.buffer % 6),
            buffer.name + ": " + grouped(bytes) + " bytes at " + grouped(buffer.offset) + ", alive from " +
                phases[life.first] + " to " + phases[life.last]);
    if (high >= 13 && wide > 7.5 * double(buffer.name.size()))
      svg.words(x + wide / 2, y + high / 2 + 4, buffer.name, "middle", "inside");
  }
  return "<figure>" + svg.html() + "</figure>\n";
}

const char *elementName(plan::Element element) {
  switch (element) {
  case plan::Element::F32:
    return "float32";
  case plan::Element::F16:
    return "float16";
  case plan::Element::I8:
    return "8-bit codes; scale and sums of each 32";
  case plan::Element::U8:
    return "8-bit codes, scale, zero point";
  case plan::Element::I32:
    return "int32";
  }
  return "";
}

/// Names of the buffers that hold some of the same bytes.
std::string sharers(const plan::ModelPlan &plan, size_t index) {
  const auto end = [&](const plan::BufferPlan &buffer) { return buffer.offset + buffer.bytes(plan.chunk); };
  const plan::BufferPlan &mine = plan.buffers[index];
  std::string names;
  for (size_t other = 0; other < plan.buffers.size(); ++other)
    if (other != index && mine.offset < end(plan.buffers[other]) && plan.buffers[other].offset < end(mine))
      names += (names.empty() ? "" : ", ") + std::string("<code>") + escaped(plan.buffers[other].name) + "</code>";
  return names.empty() ? "–" : names;
}

} // namespace

std::string arenaSection(const ReportContext &context) {
  const plan::ModelPlan &plan = context.plan;
  const RoutePhases route = phasesInOrder(plan.prefill);
  const std::vector<BufferLife> lives = bufferLives(plan, route.phases);

  Table table({"", "Buffer", "Elements", ">Columns", ">Rows", ">Offset", ">Bytes", "Alive in", "Shares bytes with"});
  int64_t apart = 0;
  for (size_t i = 0; i < plan.buffers.size(); ++i) {
    const plan::BufferPlan &buffer = plan.buffers[i];
    std::string alive;
    for (const BufferLife &life : lives)
      if (life.buffer == int(i))
        alive += (alive.empty() ? "" : "; ") + escaped(route.names[life.first]) +
                 (life.first == life.last ? "" : " – " + escaped(route.names[life.last]));
    apart += buffer.bytes(plan.chunk);
    table.add({"<span class=\"swatch fill" + std::to_string(i % 6) + "\"></span>",
               "<code>" + escaped(buffer.name) + "</code>" +
                   (buffer.privateInDecode ? " <small>one token: a copy for each thread</small>" : ""),
               elementName(buffer.element), ">" + grouped(buffer.columns), ">" + grouped(buffer.rows(plan.chunk)),
               ">" + grouped(buffer.offset), ">" + grouped(buffer.bytes(plan.chunk)), alive.empty() ? "–" : alive,
               sharers(plan, i)});
  }
  return section("arena", "Arena of activations",
                 note("Buffers of a chunk of " + grouped(plan.chunk) + " tokens in " + grouped(plan.arenaBytes) +
                      " bytes; side by side they would take " + grouped(apart) +
                      ". Phases of a chunk to the right, bytes downwards: a buffer lives from the phase that writes it "
                      "to the last that reads it.") +
                     picture(plan, route.names, lives) + table.html());
}

} // namespace weebill::report
