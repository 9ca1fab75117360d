//===- ReadConfig.cpp - config.json ---------------------------------------===//
//
// Tested by tests/unit/compiler/import/ReadConfigTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/ReadConfig.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/description/BlockSchedule.h"
#include "compiler/import/description/FieldReader.h"
#include "compiler/import/description/ReadDescription.h"
#include "compiler/import/gguf/MappedFile.h"
#include "compiler/import/huggingface/ConfigParts.h"
#include "compiler/import/huggingface/ModelTypes.h"

#include <algorithm>

namespace weebill::huggingface {

namespace {

constexpr size_t kLargestFile = 1 << 16;
constexpr int64_t kLargestToken = INT32_MAX; // beyond the vocabulary, too: tokens that are never made do no harm

class ConfigReader {
public:
  ConfigReader(const std::string &path, const description::JsonValue &root)
      : fields(path, root, "the configuration", keysOf(root)), root(root), sizes(config.architecture) {}

  HuggingFaceConfig read() {
    readType();
    refuseUnknownFields();
    refuseWhatIsNotComputed();
    readSizes();
    readHeads();
    readRope(fields, type == ModelType::Llama4Text ? 500000 : 10000, sizes);
    readBiasesAndNorms();
    readSharing();
    const int64_t beginning = fields.integer("bos_token_id", -1, kLargestToken, -1); // -1: how files write none
    config.beginning = beginning < sizes.vocabulary ? int32_t(beginning) : -1;
    readEndings();
    return std::move(config);
  }

private:
  void readType() {
    const std::string name = fields.text("model_type", 64);
    const std::optional<ModelType> found = findModelType(name);
    if (!found)
      fields.refuse(fields.required("model_type").value.place,
                    "'model_type' is " + weebill::importer::quoted(name) + ", supported are " + modelTypeNames());
    type = *found;
    sizes.family = type == ModelType::MobileLlm ? "llama" : name; // MobileLLM's blocks are Llama's
  }

  bool is(ModelType one) const { return type == one; }

  void refuseUnknownFields() const {
    for (const description::JsonMember &member : root.members)
      if (!isKnownField(type, member.key))
        fields.refuse(member.place,
                      weebill::importer::quoted(member.key) + " is not known here and might change the numbers");
  }

  void refuseTrue(const char *name, const std::string &what) const {
    if (fields.boolean(name, false))
      fields.refuse(fields.required(name).value.place, weebill::importer::quoted(name) + " is true, " + what);
  }

  void refuseWhatIsNotComputed() const {
    refuseTrue("mlp_bias", "biases of the feed-forward half are not supported");
    refuseTrue("use_sliding_window", "attention in windows is not supported");
    refuseTrue("use_mrope", "RoPE of several dimensions is not supported");
    refuseTrue("rope_interleaved", "RoPE of neighbouring elements is not supported");
    if (is(ModelType::Qwen2) || is(ModelType::Qwen3))
      readLayerTypes(fields, {"full_attention"});
    if (is(ModelType::Llama4Text))
      refuseTrue("attention_bias", "models of type 'llama4_text' have no biases");
    if (const std::string activation = fields.text("hidden_act", 64, "silu"); activation != "silu")
      fields.refuse(fields.required("hidden_act").value.place,
                    "'hidden_act' is " + weebill::importer::quoted(activation) + ", supported is 'silu'");
    fields.integer("pretraining_tp", 1, 1, 1);
    fields.real("partial_rotary_factor", 1, 1, 1);
  }

  void readSizes() {
    sizes.layers = fields.integer("num_hidden_layers", 1, description::limits::kBlocks);
    sizes.model = fields.integer("hidden_size", 1, description::limits::kModel);
    if (!is(ModelType::Llama4Text))
      sizes.hidden = fields.integer("intermediate_size", 1, description::limits::kHidden);
    sizes.vocabulary = fields.integer("vocab_size", 1, description::limits::kVocabulary);
    sizes.context = fields.integer("max_position_embeddings", 1, description::limits::kContext);
    fields.required("rms_norm_eps");
    sizes.normEpsilon = float(fields.real("rms_norm_eps", 1e-12, 1, 0));
  }

  void readHeads() {
    sizes.heads = fields.integer("num_attention_heads", 1, description::limits::kHeads);
    if (!is(ModelType::Llama) && !is(ModelType::MobileLlm)) // others have a number of their own for a missing one
      fields.required("num_key_value_heads");
    sizes.keyValueHeads = fields.integer("num_key_value_heads", 1, description::limits::kHeads, sizes.heads);
    const description::JsonPlace heads = fields.required("num_attention_heads").value.place;
    if (sizes.heads % sizes.keyValueHeads != 0)
      fields.refuse(fields.required("num_key_value_heads").value.place, std::to_string(sizes.keyValueHeads) +
                                                                            " key-value heads do not divide " +
                                                                            std::to_string(sizes.heads) + " heads");
    const description::JsonMember *stated = fields.find("head_dim");
    const bool of128 = is(ModelType::Qwen3) || is(ModelType::Llama4Text); // unless it is stated
    if (!stated && !of128 && sizes.model % sizes.heads != 0)
      fields.refuse(heads, std::to_string(sizes.heads) + " heads do not divide the width " +
                               std::to_string(sizes.model) + ", so 'head_dim' is needed");
    sizes.headSize =
        fields.integer("head_dim", 2, description::limits::kHeadSize, of128 ? 128 : sizes.model / sizes.heads);
    const description::JsonPlace place = stated ? stated->value.place : heads;
    if (sizes.headSize % 2 != 0)
      fields.refuse(place, "head size " + std::to_string(sizes.headSize) + " is odd, RoPE needs pairs");
    if (sizes.headSize > description::limits::kHeadSize)
      fields.refuse(place, "head size " + std::to_string(sizes.headSize) + " is more than " +
                               std::to_string(description::limits::kHeadSize));
  }

  void readBiasesAndNorms() {
    const bool stated = !is(ModelType::Qwen2) && fields.boolean("attention_bias", false);
    sizes.projectionBias = stated || is(ModelType::Qwen2);
    sizes.attentionOutBias = stated;
    if (is(ModelType::Qwen3))
      sizes.headNorms = importer::HeadNorms::BeforeRope;
    if (is(ModelType::Llama4Text)) {
      readLlama4(fields, sizes);
      config.checkpoint = {"feed_forward", /*interleaved=*/true};
    }
  }

  /// MobileLLM's configurations say tie_word_embeddings false and mean share_embedding.
  void readSharing() {
    sizes.tiedEmbeddings = fields.boolean("tie_word_embeddings", false);
    if (!is(ModelType::MobileLlm))
      return;
    const bool shared = fields.boolean("share_embedding", true);
    if (sizes.tiedEmbeddings && !shared)
      fields.refuse(fields.required("tie_word_embeddings").value.place,
                    "'tie_word_embeddings' is true, but 'share_embedding' is false");
    sizes.tiedEmbeddings = shared;
    if (fields.boolean("layer_sharing", false))
      sizes.schedule = description::immediateSchedule(sizes.layers, 2);
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
  HuggingFaceConfig config;
  importer::Architecture &sizes;
  ModelType type = ModelType::Llama;
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

std::vector<std::string> readLayerTypes(const description::FieldReader &fields,
                                        const std::vector<std::string> &accepted) {
  const description::JsonMember *member = fields.find("layer_types");
  if (!member)
    return {};
  if (member->value.kind != description::JsonValue::Kind::List)
    fields.refuse(member->value.place,
                  "'layer_types' is " + description::valueText(member->value) + ", but must be a list");
  std::vector<std::string> types;
  for (const description::JsonValue &entry : member->value.items) {
    const bool known = entry.kind == description::JsonValue::Kind::Text &&
                       std::find(accepted.begin(), accepted.end(), entry.text) != accepted.end();
    if (!known)
      fields.refuse(entry.place,
                    "an entry of 'layer_types' is " + description::valueText(entry) + ", which is not supported");
    types.push_back(entry.text);
  }
  return types;
}

HuggingFaceConfig parseConfig(const std::string &path, std::string_view text) {
  // MobileLLM's own flags have defaults that null is not.
  const description::JsonValue root =
      withoutNulls(description::readPositionedJson(path, text), {"share_embedding", "layer_sharing"});
  return ConfigReader(path, root).read();
}

HuggingFaceConfig readConfig(const std::string &path) {
  const gguf::MappedFile file(path);
  if (file.bytes().size() > kLargestFile)
    throw importer::InputError(path + ": has " + std::to_string(file.bytes().size()) + " bytes, more than the " +
                               std::to_string(kLargestFile) + " that are read of a configuration");
  return parseConfig(path, file.bytes());
}

} // namespace weebill::huggingface
