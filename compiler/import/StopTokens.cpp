//===- StopTokens.cpp - What a text ends with -----------------------------===//
//
// Tested by tests/unit/compiler/import/StopTokensTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/StopTokens.h"

#include <algorithm>

namespace weebill::importer {

void addStopTokens(ImportedModel &model, const std::vector<int64_t> &ids, const std::string &source) {
  std::vector<int32_t> &stops = model.stopTokens;
  bool noted = false; // one sentence for a list of nonsense
  for (int64_t id : ids)
    if (id >= model.architecture.vocabulary) {
      if (!noted)
        model.notes.push_back("token " + std::to_string(id) + " of " + source + " is outside the vocabulary of " +
                              std::to_string(model.architecture.vocabulary) + " and ends nothing");
      noted = true;
    } else if (id >= 0 && std::find(stops.begin(), stops.end(), int32_t(id)) == stops.end()) {
      stops.push_back(int32_t(id));
    }
}

} // namespace weebill::importer
