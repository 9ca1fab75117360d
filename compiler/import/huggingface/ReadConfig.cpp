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

#include <algorithm>
#include <set>

namespace weebill {

namespace {

constexpr size_t kLargestFile = 1 << 16;

/// Fields that say nothing about the numbers of a forward pass, or nothing beyond what the tensors say.
const std::set<std::string_view> &harmlessFields() {
  static const std::set<std::string_view> names = {
      "_attn_implementation",
      "_attn_implementation_autoset",
      "_name_or_path",
      "architectures",
      "attention_dropout",
      "auto_map",
      "dtype",
      "finetuning_task",
      "id2label",
      "initializer_range",
      "is_llama_config",
      "label2id",
      "max_window_layers", // of windows, which are refused
      "output_attentions",
      "output_hidden_states",
      "pad_token_id",
      "resid_pdrop",
      "return_dict",
      "torch_dtype",
      "torchscript",
      "transformers.js_config",
      "transformers_version",
      "unsloth_fixed",
      "unsloth_version",
      "use_cache",
      "use_return_dict",
  };
  return names;
}

/// Fields that are read below.
const std::set<std::string_view> &readFields() {
  static const std::set<std::string_view> names = {
      "model_type",         "hidden_size",     "intermediate_size",   "num_hidden_layers", "num_attention_heads",
      "hidden_act",         "rope_theta",      "num_key_value_heads", "head_dim",          "max_position_embeddings",
      "rope_scaling",       "rope_parameters", "rms_norm_eps",        "vocab_size",        "tie_word_embeddings",
      "attention_bias",     "mlp_bias",        "rope_interleaved",    "pretraining_tp",    "partial_rotary_factor",
      "use_sliding_window", "bos_token_id",    "eos_token_id",
  };
  return names;
}

/// A field that is null has its default, as if it were not there. MobileLLM's own flags have defaults that null is not.
JsonValue withoutNulls(JsonValue object) {
  std::erase_if(object.members, [](const JsonMember &member) {
    return member.value.kind == JsonValue::Kind::Null && member.key != "share_embedding" &&
           member.key != "layer_sharing";
  });
  return object;
}

std::vector<std::string> keysOf(const JsonValue &object) {
  std::vector<std::string> keys;
  for (const JsonMember &member : object.members)
    keys.push_back(member.key);
  return keys;
}

class ConfigReader {
public:
  ConfigReader(const std::string &path, const JsonValue &root)
      : fields(path, root, "the configuration", keysOf(root)), root(root), sizes(config.architecture) {}

  HuggingFaceConfig read() {
    readFamily();
    refuseUnknownFields();
    refuseWhatIsNotComputed();
    readSizes();
    readHeads();
    readRope();
    readSharing();
    config.beginning = int32_t(fields.integer("bos_token_id", 0, sizes.vocabulary - 1, -1));
    readEndings();
    return std::move(config);
  }

private:
  void readFamily() {
    const std::string family = fields.text("model_type", 64);
    mobile = family == "mobilellm";
    if (!mobile && family != "llama")
      fields.refuse(fields.required("model_type").value.place,
                    "'model_type' is " + weebill::quoted(family) + ", supported are 'llama' and 'mobilellm'");
    sizes.family = "llama"; // MobileLLM's blocks are Llama's
  }

  void refuseUnknownFields() const {
    for (const JsonMember &member : root.members) {
      const bool own = mobile && (member.key == "share_embedding" || member.key == "layer_sharing");
      if (!own && !harmlessFields().contains(member.key) && !readFields().contains(member.key))
        fields.refuse(member.place, weebill::quoted(member.key) + " is not known here and might change the numbers");
    }
  }

  void refuseWhatIsNotComputed() const {
    for (const char *bias : {"attention_bias", "mlp_bias"})
      if (fields.boolean(bias, false))
        fields.refuse(fields.required(bias).value.place, weebill::quoted(bias) + " is true, biases are not supported");
    if (fields.boolean("use_sliding_window", false))
      fields.refuse(fields.required("use_sliding_window").value.place,
                    "'use_sliding_window' is true, attention in windows is not supported");
    if (fields.boolean("rope_interleaved", false))
      fields.refuse(fields.required("rope_interleaved").value.place,
                    "'rope_interleaved' is true, RoPE of neighbouring elements is not supported");
    if (const std::string activation = fields.text("hidden_act", 64, "silu"); activation != "silu")
      fields.refuse(fields.required("hidden_act").value.place,
                    "'hidden_act' is " + weebill::quoted(activation) + ", supported is 'silu'");
    fields.integer("pretraining_tp", 1, 1, 1);
    fields.real("partial_rotary_factor", 1, 1, 1);
  }

  void readSizes() {
    sizes.layers = fields.integer("num_hidden_layers", 1, limits::kBlocks);
    sizes.model = fields.integer("hidden_size", 1, limits::kModel);
    sizes.hidden = fields.integer("intermediate_size", 1, limits::kHidden);
    sizes.vocabulary = fields.integer("vocab_size", 1, limits::kVocabulary);
    sizes.context = fields.integer("max_position_embeddings", 1, limits::kContext);
    fields.required("rms_norm_eps");
    sizes.normEpsilon = float(fields.real("rms_norm_eps", 1e-12, 1, 0));
  }

  void readHeads() {
    sizes.heads = fields.integer("num_attention_heads", 1, limits::kHeads);
    sizes.keyValueHeads = fields.integer("num_key_value_heads", 1, limits::kHeads, sizes.heads);
    const JsonPlace heads = fields.required("num_attention_heads").value.place;
    if (sizes.heads % sizes.keyValueHeads != 0)
      fields.refuse(fields.required("num_key_value_heads").value.place, std::to_string(sizes.keyValueHeads) +
                                                                            " key-value heads do not divide " +
                                                                            std::to_string(sizes.heads) + " heads");
    const JsonMember *stated = fields.find("head_dim");
    if (!stated && sizes.model % sizes.heads != 0)
      fields.refuse(heads, std::to_string(sizes.heads) + " heads do not divide the width " +
                               std::to_string(sizes.model) + ", so 'head_dim' is needed");
    sizes.headSize = fields.integer("head_dim", 2, limits::kHeadSize, sizes.model / sizes.heads);
    const JsonPlace place = stated ? stated->value.place : heads;
    if (sizes.headSize % 2 != 0)
      fields.refuse(place, "head size " + std::to_string(sizes.headSize) + " is odd, RoPE needs pairs");
    if (sizes.headSize > limits::kHeadSize)
      fields.refuse(place, "head size " + std::to_string(sizes.headSize) + " is more than " +
                               std::to_string(limits::kHeadSize));
  }

  /// 'rope_theta', or the same inside 'rope_parameters' where newer versions write it.
  void readRope() {
    sizes.ropeTheta = fields.real("rope_theta", 1, 1e9, 10000);
    for (const char *name : {"rope_scaling", "rope_parameters"}) {
      const JsonMember *member = fields.find(name);
      if (!member)
        continue;
      const JsonValue object = withoutNulls(member->value);
      const FieldReader rope(fields.path(), object, weebill::quoted(name), keysOf(object));
      const std::string type = rope.text("rope_type", 64, rope.text("type", 64, "default"));
      if (type != "default")
        fields.refuse(member->value.place, weebill::quoted(name) + " asks for RoPE of type " + weebill::quoted(type) +
                                               ", scaled RoPE is not supported");
      for (const JsonMember &entry : object.members)
        if (entry.key != "rope_type" && entry.key != "type" && entry.key != "rope_theta")
          fields.refuse(entry.place, weebill::quoted(entry.key) + " of " + weebill::quoted(name) +
                                         " is not known here and might change the numbers");
      const double theta = rope.real("rope_theta", 1, 1e9, sizes.ropeTheta);
      if (fields.find("rope_theta") && theta != sizes.ropeTheta)
        fields.refuse(rope.required("rope_theta").value.place,
                      "'rope_theta' of " + weebill::quoted(name) + " is another than that of the configuration");
      sizes.ropeTheta = theta;
    }
  }

  /// MobileLLM's configurations say tie_word_embeddings false and mean share_embedding.
  void readSharing() {
    sizes.tiedEmbeddings = fields.boolean("tie_word_embeddings", false);
    if (!mobile)
      return;
    const bool shared = fields.boolean("share_embedding", true);
    if (sizes.tiedEmbeddings && !shared)
      fields.refuse(fields.required("tie_word_embeddings").value.place,
                    "'tie_word_embeddings' is true, but 'share_embedding' is false");
    sizes.tiedEmbeddings = shared;
    if (fields.boolean("layer_sharing", false))
      sizes.schedule = immediateSchedule(sizes.layers, 2);
  }

  void readEndings() {
    const JsonMember *member = fields.find("eos_token_id");
    if (!member)
      return;
    const bool list = member->value.kind == JsonValue::Kind::List;
    const std::vector<JsonValue> one = {member->value};
    for (const JsonValue &token : list ? member->value.items : one)
      config.endings.push_back(int32_t(
          fields.integer(list ? "an entry of 'eos_token_id'" : "'eos_token_id'", token, 0, sizes.vocabulary - 1)));
  }

  const FieldReader fields;
  const JsonValue &root;
  HuggingFaceConfig config;
  Architecture &sizes;
  bool mobile = false;
};

} // namespace

HuggingFaceConfig parseConfig(const std::string &path, std::string_view text) {
  const JsonValue root = withoutNulls(readPositionedJson(path, text));
  return ConfigReader(path, root).read();
}

HuggingFaceConfig readConfig(const std::string &path) {
  const MappedFile file(path);
  if (file.bytes().size() > kLargestFile)
    throw InputError(path + ": has " + std::to_string(file.bytes().size()) + " bytes, more than the " +
                     std::to_string(kLargestFile) + " that are read of a configuration");
  return parseConfig(path, file.bytes());
}

} // namespace weebill
