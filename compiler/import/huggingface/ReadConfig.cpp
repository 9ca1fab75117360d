//===- ReadConfig.cpp - config.json ---------------------------------------===//
//
// Tested by tests/unit/compiler/import/ReadConfigTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/ReadConfig.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/description/FieldReader.h"
#include "compiler/import/description/ReadDescription.h"
#include "compiler/import/families/ConfigFields.h"
#include "compiler/import/families/Families.h"
#include "compiler/import/gguf/MappedFile.h"
#include "compiler/import/huggingface/ConfigParts.h"
#include "compiler/import/huggingface/KnownFields.h"

#include <algorithm>
#include <cmath>

namespace weebill::huggingface {

namespace {

constexpr size_t kLargestFile = 1 << 16;
constexpr const char *kKeyValueHeads = "num_key_value_heads";
constexpr const char *kEndings = "eos_token_id";
constexpr int64_t kLargestToken = INT32_MAX; // beyond the vocabulary, too: tokens that are never made do no harm

class ConfigReader {
public:
  ConfigReader(const std::string &path, const description::JsonValue &root, const importer::IgnoredFields &ignored)
      : fields(path, root, "the configuration", keysOf(root)), root(root), ignored(ignored),
        sizes(config.architecture) {}

  HuggingFaceConfig read() {
    readType();
    refuseUnknownFields();
    refuseWhatIsNotComputed();
    readSizes();
    readHeads();
    readRope(fields, ignored, form(), sizes);
    readBiasesAndNorms();
    sizes.tiedEmbeddings = fields.boolean("tie_word_embeddings", false);
    if (form().read)
      form().read(fields, sizes);
    const std::vector<int64_t> beginnings = readTokens("bos_token_id"); // -1: how files write none
    if (beginnings.size() > 1)
      fields.refuse(fields.required("bos_token_id").value.place, "'bos_token_id' has several tokens, one is possible");
    config.beginning = !beginnings.empty() && beginnings[0] < sizes.vocabulary ? int32_t(beginnings[0]) : -1;
    config.endings = readTokens(kEndings);
    config.usualEnding = fields.find(kEndings) ? -1 : form().defaults.end;
    if (const description::JsonMember *member = fields.find("tokenizer_class"))
      config.tokenizerClass = member->value.text; // empty for anything but a text, which says nothing then
    return std::move(config);
  }

private:
  /// By the class in 'architectures', if a family has it for itself; whatever else stands there says nothing.
  const families::Family *familyOfClass() const {
    const description::JsonMember *classes = fields.find("architectures");
    if (classes)
      for (const description::JsonValue &entry : classes->value.items)
        if (const families::Family *found = families::findFamilyOfClass(entry.text))
          return found;
    return nullptr;
  }

  void readType() {
    family = familyOfClass();
    if (family) {
      sizes = families::startedSizes(*family);
      return;
    }
    const std::string name = fields.text("model_type", 64);
    family = families::findFamily(name);
    if (!family || !family->config)
      fields.refuse(fields.required("model_type").value.place,
                    "'model_type' is " + weebill::importer::quoted(name) + ", supported are " +
                        families::familyNames([](const families::Family &one) { return one.config.has_value(); },
                                              [](const families::Family &one) { return one.name; }));
    sizes = families::startedSizes(*family);
  }

  const families::ConfigForm &form() const { return *family->config; }

  /// A field that the family knows is the family's to judge.
  bool ownField(std::string_view name) const {
    return std::find(form().fields.begin(), form().fields.end(), name) != form().fields.end();
  }

  void refuseUnknownFields() const {
    const bool noWindows = !fields.boolean("use_sliding_window", true);
    for (const description::JsonMember &member : root.members)
      if (!isKnownField(form(), member) && !(noWindows && member.key == "sliding_window") &&
          member.value.kind != description::JsonValue::Kind::Null && !ignored.ignores(member.key))
        fields.refuse(member.place, weebill::importer::quoted(member.key) + " " + importer::kUnknownField);
  }

  void refuseWhatIsNotComputed() const {
    if (!form().feedForwardBias)
      families::refuseTrue(fields, "mlp_bias", "but this family has no biases in the feed-forward half");
    if (!ownField("use_sliding_window"))
      families::refuseTrue(fields, "use_sliding_window", "attention in windows is not known of this family");
    families::refuseTrue(fields, "rope_interleaved", "RoPE of neighbouring elements is not supported");
    refuseOtherActivation();
    if (!ownField("pretraining_tp"))
      fields.integer("pretraining_tp", 1, 1, 1);
    fields.real("partial_rotary_factor", 1, 1, 1);
  }

  /// Each family has one, which has two names.
  void refuseOtherActivation() const {
    const bool isSilu = family->activation == importer::Activation::Silu;
    const std::string computed = isSilu ? "silu" : "gelu_pytorch_tanh", other = isSilu ? "swish" : "gelu_new";
    const char *name = form().activationField;
    if (const std::string activation = fields.text(name, 64, computed); activation != computed && activation != other)
      fields.refuse(fields.required(name).value.place, weebill::importer::quoted(name) + " is " +
                                                           weebill::importer::quoted(activation) + ", supported is " +
                                                           weebill::importer::quoted(computed));
  }

  void readSizes() {
    const families::ConfigDefaults &otherwise = form().defaults;
    sizes.layers = fields.integer("num_hidden_layers", 1, description::limits::kBlocks, otherwise.layers);
    sizes.model = fields.integer("hidden_size", 1, description::limits::kModel, otherwise.model);
    sizes.hidden = fields.integer(form().hiddenField, 1, description::limits::kHidden, otherwise.hidden);
    sizes.vocabulary = fields.integer("vocab_size", 1, description::limits::kVocabulary, otherwise.vocabulary);
    sizes.context = fields.integer("max_position_embeddings", 1, description::limits::kContext, otherwise.context);
    sizes.normEpsilon = float(fields.real(form().epsilonField, 1e-12, 1, otherwise.normEpsilon));
  }

  /// Of the configuration as a whole for a field that is left out.
  description::JsonPlace placeOf(const char *name) const {
    const description::JsonMember *member = fields.find(name);
    return member ? member->value.place : root.place;
  }

  /// As many as query heads where null says so; left out, the family's own number.
  int64_t readKeyValueHeads() const {
    const description::JsonMember *member = fields.find(kKeyValueHeads);
    if (member && member->value.kind == description::JsonValue::Kind::Null)
      return sizes.heads;
    const int64_t otherwise = form().defaults.keyValueHeads;
    return fields.integer(kKeyValueHeads, 1, description::limits::kHeads, otherwise ? otherwise : sizes.heads);
  }

  void readHeads() {
    sizes.heads = fields.integer("num_attention_heads", 1, description::limits::kHeads, form().defaults.heads);
    sizes.keyValueHeads = readKeyValueHeads();
    const description::JsonPlace heads = placeOf("num_attention_heads");
    if (sizes.heads % sizes.keyValueHeads != 0)
      fields.refuse(placeOf("num_key_value_heads"), std::to_string(sizes.keyValueHeads) +
                                                        " key-value heads do not divide " +
                                                        std::to_string(sizes.heads) + " heads");
    const description::JsonMember *stated = fields.find("head_dim");
    if (!stated && !form().headSize && sizes.model % sizes.heads != 0)
      fields.refuse(heads, std::to_string(sizes.heads) + " heads do not divide the width " +
                               std::to_string(sizes.model) + ", so 'head_dim' is needed");
    sizes.headSize = fields.integer("head_dim", 2, description::limits::kHeadSize,
                                    form().headSize ? form().headSize : sizes.model / sizes.heads);
    const description::JsonPlace place = stated ? stated->value.place : heads;
    if (sizes.headSize % 2 != 0)
      fields.refuse(place, "head size " + std::to_string(sizes.headSize) + " is odd, RoPE needs pairs");
    if (sizes.headSize > description::limits::kHeadSize)
      fields.refuse(place, "head size " + std::to_string(sizes.headSize) + " is more than " +
                               std::to_string(description::limits::kHeadSize));
  }

  void readBiasesAndNorms() {
    const bool stated = fields.boolean("attention_bias", false);
    sizes.projectionBias |= stated;
    sizes.attentionOutBias = stated;
    sizes.feedForwardBias = fields.boolean("mlp_bias", false);
  }

  /// A number, or a list of them.
  std::vector<int64_t> readTokens(const char *name) const {
    const description::JsonMember *member = fields.find(name);
    if (!member || member->value.kind == description::JsonValue::Kind::Null)
      return {};
    const bool list = member->value.kind == description::JsonValue::Kind::List;
    const std::vector<description::JsonValue> one = {member->value};
    std::vector<int64_t> tokens;
    for (const description::JsonValue &token : list ? member->value.items : one)
      tokens.push_back(
          fields.integer((list ? "an entry of " : "") + weebill::importer::quoted(name), token, -1, kLargestToken));
    return tokens;
  }

  const description::FieldReader fields;
  const description::JsonValue &root;
  const importer::IgnoredFields &ignored;
  HuggingFaceConfig config;
  importer::Architecture &sizes;
  const families::Family *family = nullptr;
};

} // namespace

/// Programs that know no integers write 2.0 for 2.
static description::JsonValue withWholeNumbers(description::JsonValue value) {
  constexpr double kLargest = 1e15; // beyond it not every integer is a double
  if (value.kind == description::JsonValue::Kind::Real && value.real == std::floor(value.real) &&
      std::abs(value.real) <= kLargest) {
    value.kind = description::JsonValue::Kind::Integer;
    value.integer = int64_t(value.real);
  }
  for (description::JsonValue &item : value.items)
    item = withWholeNumbers(std::move(item));
  for (description::JsonMember &member : value.members)
    member.value = withWholeNumbers(std::move(member.value));
  return value;
}

description::JsonValue withoutNulls(description::JsonValue object, const std::vector<std::string> &meaningful) {
  std::erase_if(object.members, [&](const description::JsonMember &member) {
    return member.value.kind == description::JsonValue::Kind::Null &&
           std::find(meaningful.begin(), meaningful.end(), member.key) == meaningful.end();
  });
  return object;
}

std::vector<std::string> keysOf(const description::JsonValue &object) {
  std::vector<std::string> keys;
  for (const description::JsonMember &member : object.members)
    keys.push_back(member.key);
  return keys;
}

HuggingFaceConfig parseConfig(const std::string &path, std::string_view text, const importer::IgnoredFields &ignored) {
  std::vector<std::string> meaningful = {kKeyValueHeads, kEndings}; // whose family they are is not known yet
  for (const families::Family *family : families::families())
    if (family->config)
      meaningful.insert(meaningful.end(), family->config->meaningfulNulls.begin(),
                        family->config->meaningfulNulls.end());
  const description::JsonValue root =
      withWholeNumbers(withoutNulls(description::readPositionedJson(path, text), meaningful));
  return ConfigReader(path, root, ignored).read();
}

HuggingFaceConfig readConfig(const std::string &path, const importer::IgnoredFields &ignored) {
  const gguf::MappedFile file(path);
  if (file.bytes().size() > kLargestFile)
    throw importer::InputError(path + ": has " + std::to_string(file.bytes().size()) + " bytes, more than the " +
                               std::to_string(kLargestFile) + " that are read of a configuration");
  return parseConfig(path, file.bytes(), ignored);
}

} // namespace weebill::huggingface
