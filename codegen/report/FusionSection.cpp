//===- FusionSection.cpp - What was fused and what was not ----------------===//
//
// Tested by tests/unit/codegen/report/ReportTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/report/Html.h"
#include "codegen/report/Sections.h"

namespace weebill::report {

static std::string list(const std::vector<std::string> &sentences, const char *cssClass, const char *none) {
  if (sentences.empty())
    return note(none);
  std::string items;
  for (const std::string &sentence : sentences)
    items += "<li>" + escaped(sentence) + "</li>\n";
  return "<ul class=\"" + std::string(cssClass) + "\">\n" + items + "</ul>\n";
}

std::string fusionSection(const ReportContext &context) {
  return section("fusion", "Fusion",
                 "<div class=\"columns\"><div><h3>Fused</h3>\n" + list(context.plan.fused, "yes", "Nothing.") +
                     "</div><div><h3>Not fused, and why</h3>\n" +
                     list(context.plan.notFused, "no", "Everything that could be was.") + "</div></div>\n");
}

} // namespace weebill::report
