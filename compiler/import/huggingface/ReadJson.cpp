//===- ReadJson.cpp - JSON of a model folder ------------------------------===//
//
// Tested by tests/unit/compiler/import/SafetensorsFileTest.cpp and HuggingFaceTokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/ReadJson.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/gguf/MappedFile.h"

#include <unordered_set>

namespace weebill {

using nlohmann::json;

json readJsonObject(const std::string &path, const std::string &place, std::string_view text) {
  constexpr int kDeepest = 32;
  std::vector<std::unordered_set<std::string>> keys; // of the objects that are open
  const auto check = [&](int depth, json::parse_event_t event, json &parsed) {
    if (depth > kDeepest)
      refuse(path, place, "values are inside each other more than " + std::to_string(kDeepest) + " deep");
    if (event == json::parse_event_t::object_start)
      keys.emplace_back();
    else if (event == json::parse_event_t::object_end)
      keys.pop_back();
    else if (event == json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
      refuse(path, place, "the key " + weebill::quoted(parsed.get<std::string>()) + " stands in one object twice");
    return true;
  };
  json value;
  try {
    value = json::parse(text.begin(), text.end(), check);
  } catch (const json::parse_error &error) {
    refuse(path, place, "is not JSON at byte " + std::to_string(error.byte) + " of " + std::to_string(text.size()));
  } catch (const json::out_of_range &) { // a number beyond the range of double
    refuse(path, place, "has a number that is too large");
  }
  if (!value.is_object())
    refuse(path, place, "is not a JSON object");
  return value;
}

json readJsonFile(const std::string &path) {
  const MappedFile file(path);
  return readJsonObject(path, "the file", file.bytes());
}

const json *findMember(const json &value, const std::string &key) {
  const auto found = value.find(key); // the end for anything but an object
  return found == value.end() || found->is_null() ? nullptr : &*found;
}

std::string textMember(const json &value, const std::string &key, const std::string &otherwise) {
  const json *member = findMember(value, key);
  return member && member->is_string() ? member->get<std::string>() : otherwise;
}

bool flagMember(const json &value, const std::string &key, bool otherwise) {
  const json *member = findMember(value, key);
  return member ? *member == true : otherwise;
}

} // namespace weebill
