//===- KernelsSection.cpp - Kernels and texts -----------------------------===//
//
// Tested by tests/unit/codegen/report/ReportTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/report/Html.h"
#include "codegen/report/Sections.h"

namespace weebill::report {

static std::string scheduleNumbers(const targets::Target &target) {
  Table table({"Number of the target's schedules", ">Value"});
  const auto add = [&](const char *what, int value) { table.add({what, ">" + std::to_string(value)}); };
  add("row blocks of 16 that one token walks side by side", target.decodeBlocks);
  add("the same for gate and up, in pairs of blocks", target.decodePairs);
  add("tokens of a tile of a chunk", target.tileTokens);
  add("row blocks of a tile", target.tileBlocks);
  add("pairs of blocks of a tile, gate and up", target.tilePairs);
  if (target.unitTokens > 0)
    add("tokens of a tile on the matrix unit", target.unitTokens);
  return table.html();
}

std::string kernelsSection(const ReportContext &context) {
  std::string body = note("Every kernel is a Halide algorithm with a schedule for the target, lowered and printed. The "
                          "functions around them deal out rows, tokens and heads.") +
                     scheduleNumbers(context.target);
  for (const ReportKernel &kernel : context.inputs.kernels) {
    std::string roles, comment;
    if (!kernel.target.empty())
      roles += " <small>" + escaped(kernel.target) + "</small>";
    for (const std::string &role : kernel.roles)
      roles += " <span class=\"role\">" + escaped(role) + "</span>";
    for (const std::string &line : kernel.comment)
      comment += escaped(line) + "\n";
    body += "<article class=\"kernel\"><h3><code>" + escaped(kernel.name) + "</code>" + roles + "</h3>\n";
    if (!comment.empty())
      body += "<pre>" + comment + "</pre>\n";
    if (!kernel.text.empty())
      body += folded("C++", "<pre>" + escaped(kernel.text) + "</pre>\n");
    body += "</article>\n";
  }
  return section("kernels", "Kernels", body);
}

std::string sourcesSection(const ReportContext &context) {
  if (context.inputs.sources.empty())
    return "";
  std::string body;
  for (const SourceText &source : context.inputs.sources)
    body += folded(escaped(source.title), "<pre>" + escaped(source.text) + "</pre>\n");
  return section("sources", "Texts", body);
}

} // namespace weebill::report
