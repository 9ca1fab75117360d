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

namespace weebill::huggingface {

namespace {

constexpr size_t kLargestFile = 1 << 16;
constexpr const char *kKeyValueHeads = "num_key_value_heads";
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
    const int64_t beginning = fields.integer("bos_token_id", -1, kLargestToken, -1); // -1: how files write none
    config.beginning = beginning < sizes.vocabulary ? int32_t(beginning) : -1;
    readEndings();
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
    for (const description::JsonMember &member : root.members)
      if (!isKnownField(form(), member) && member.value.kind != description::JsonValue::Kind::Null &&
          !ignored.ignores(member.key))
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

  /// Each family has one.
  void refuseOtherActivation() const {
    const std::string computed = family->activation == importer::Activation::Silu ? "silu" : "gelu_pytorch_tanh";
    const char *name = form().activationField;
    if (const std::string activation = fields.text(name, 64, computed); activation != computed)
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

  void readEndings() {
    const description::JsonMember *member = fields.find("eos_token_id");
    if (!member)
      return;
    const bool list = member->value.kind == description::JsonValue::Kind::List;
    const std::vector<description::JsonValue> one = {member->value};
    for (const description::JsonValue &token : list ? member->value.items : one)
      config.endings.push_back(
          fields.integer(list ? "an entry of 'eos_token_id'" : "'eos_token_id'", token, -1, kLargestToken));
  }

  const description::FieldReader fields;
  const description::JsonValue &root;
  const importer::IgnoredFields &ignored;
  HuggingFaceConfig config;
  importer::Architecture &sizes;
  const families::Family *family = nullptr;
};

} // namespace

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
  std::vector<std::string> meaningful = {kKeyValueHeads}; // whose family they are is not known yet
  for (const families::Family *family : families::families())
    if (family->config)
      meaningful.insert(meaningful.end(), family->config->meaningfulNulls.begin(),
                        family->config->meaningfulNulls.end());
  const description::JsonValue root = withoutNulls(description::readPositionedJson(path, text), meaningful);
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
