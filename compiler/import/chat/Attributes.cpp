//===- Attributes.cpp - What filters look at in an item -------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp and tests/python/test_chat_templates.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Operations.h"
#include "compiler/import/chat/TextOperations.h"

#include <algorithm>

namespace weebill::chat {

using Kind = Value::Kind;

/// A part of a path: digits are a number.
static Value partOf(Progress &progress, const std::string &part) {
  const bool isNumber = !part.empty() && part.find_first_not_of("0123456789") == part.npos;
  constexpr size_t kMostDigits = 18;
  if (!isAscii(part) || (isNumber && part.size() > kMostDigits)) // other digits than ASCII's are numbers as well
    progress.fail("an attribute with letters outside ASCII, or with a large number, is not supported");
  return isNumber ? Value::number(std::stoll(part)) : Value::string(part);
}

Attribute::Attribute(Progress &progress, const Value *given) {
  if (!given || given->is(Kind::None))
    return;
  if (!given->is(Kind::Text)) {
    path.push_back(*given);
    return;
  }
  progress.charge(given->text.size());
  for (const std::string &part : splitAt(given->text, "."))
    path.push_back(partOf(progress, part));
}

Value Attribute::of(Progress &progress, const Value &item, const Value *otherwise) const {
  Value found = item;
  for (const Value &part : path) {
    progress.charge(1);
    found = getItem(progress, found, part);
    if (found.is(Kind::Function)) // each object's own, in Python
      progress.fail("an attribute that is a method is not supported");
    if (found.is(Kind::Undefined) && otherwise)
      found = *otherwise;
  }
  return found;
}

std::vector<Attribute> attributesOf(Progress &progress, const Value *given) {
  if (!given || !given->is(Kind::Text))
    return {Attribute(progress, given)};
  std::vector<Attribute> attributes;
  for (const std::string &one : splitAt(given->text, ",")) {
    const Value name = Value::string(one);
    attributes.emplace_back(progress, &name);
  }
  return attributes;
}

} // namespace weebill::chat
