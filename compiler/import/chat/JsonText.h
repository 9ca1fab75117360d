//===- JsonText.h - json.dumps ------------------------------------*- C++ -*-===//
//
// What the filter 'tojson' prints, as transformers defines it. Tested by
// tests/unit/compiler/import/ChatTemplateTest.cpp and tests/python/test_chat_templates.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_JSONTEXT_H
#define WEEBILL_COMPILER_IMPORT_CHAT_JSONTEXT_H

#include "compiler/import/chat/Value.h"

namespace weebill::chat {

struct JsonStyle {
  bool asciiOnly = false;
  std::optional<int> indent = {};
  std::optional<std::pair<std::string, std::string>> separators = {}; // between items, behind keys
  bool sortsKeys = false;
};

/// False if the value has no JSON form.
bool appendJson(const Value &value, std::string &out, const JsonStyle &style = {}, int depth = 0);

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_JSONTEXT_H
