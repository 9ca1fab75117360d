//===- ReadJson.cpp - JSON of a model folder ------------------------------===//
//
// Tested by tests/unit/compiler/import/SafetensorsFileTest.cpp and HuggingFaceTokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/ReadJson.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/gguf/MappedFile.h"

#include <unordered_set>

namespace weebill::huggingface {

using nlohmann::json;

namespace {

/// Walks over a text and throws what is wrong with it; makes nothing. The parser's own callbacks could check the same,
/// but with them it looks at all elements of a list again after each.
class Checker : public json::json_sax_t {
public:
  Checker(const std::string &path, const std::string &place, size_t bytes, const importer::AskToEnd &ask)
      : path(path), place(place), bytes(bytes), loop(ask) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(json::number_integer_t) override { return true; }
  bool number_unsigned(json::number_unsigned_t) override { return true; }
  bool number_float(json::number_float_t, const json::string_t &) override { return true; }
  bool string(json::string_t &) override {
    loop.turn(); // merges are texts in a list
    return true;
  }
  bool binary(json::binary_t &) override { return true; }
  bool start_object(std::size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_array() override { return close(); }

  bool key(json::string_t &name) override {
    loop.turn();
    if (!keys.back().insert(name).second)
      importer::refuse(path, place, "the key " + weebill::importer::quoted(name) + " stands in one object twice");
    return true;
  }

  bool parse_error(std::size_t byte, const std::string &, const nlohmann::detail::exception &error) override {
    if (error.id == 406) // a number beyond the range of double
      importer::refuse(path, place, "has a number that is too large");
    importer::refuse(path, place, "is not JSON at byte " + std::to_string(byte) + " of " + std::to_string(bytes));
  }

private:
  bool open() {
    constexpr size_t kDeepest = 32;
    if (keys.size() >= kDeepest)
      importer::refuse(path, place, "values are inside each other more than " + std::to_string(kDeepest) + " deep");
    keys.emplace_back();
    return true;
  }
  bool close() {
    keys.pop_back();
    return true;
  }

  const std::string &path, &place;
  size_t bytes;
  importer::LongLoop loop;
  std::vector<std::unordered_set<std::string>> keys; // of the values that are open
};

} // namespace

json readJsonObject(const std::string &path, const std::string &place, std::string_view text,
                    const importer::AskToEnd &ask) {
  {
    Checker checker(path, place, text.size(), ask);
    json::sax_parse(text.begin(), text.end(), &checker);
  }
  const json value = json::parse(text.begin(), text.end());
  if (!value.is_object())
    importer::refuse(path, place, "is not a JSON object");
  return value;
}

json readJsonFile(const std::string &path, const importer::AskToEnd &ask) {
  const gguf::MappedFile file(path);
  return readJsonObject(path, "the file", file.bytes(), ask);
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
  if (!member)
    return otherwise;
  // As Python takes what stands there.
  return member->is_boolean()  ? member->get<bool>()
         : member->is_number() ? *member != 0
         : member->is_string() ? !member->get_ref<const std::string &>().empty()
                               : !member->empty();
}

} // namespace weebill::huggingface
