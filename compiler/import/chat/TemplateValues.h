//===- TemplateValues.h - What a template is given beside messages -*- C++ -*-===//
//
// --date, --template-variable and --tools as values. Tested by tests/unit/compiler/import/TemplateValuesTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_TEMPLATEVALUES_H
#define WEEBILL_COMPILER_IMPORT_CHAT_TEMPLATEVALUES_H

#include "compiler/import/ImportedModel.h"
#include "compiler/import/chat/Value.h"

namespace weebill::chat {

struct TemplateValues {
  std::string date = {}; // empty: there is no strftime_now
  Dictionary variables = {};
  Value tools = Value::none();
  std::string given = {}; // in words; empty: nothing
};

/// Throws InputError for a date that is none, a variable without a value or with a name of Weebill's own, and a file
/// that is no list of tools.
TemplateValues readTemplateValues(const importer::TemplateInput &input);

/// A note for a model without a template that is given something for one.
void noteUnused(const importer::TemplateInput &input, importer::ImportedModel &model);

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_TEMPLATEVALUES_H
