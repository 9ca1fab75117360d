//===- ReadDescription.cpp - description.json -----------------------------===//
//
// Tested by tests/unit/compiler/import/ReadDescriptionTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/description/ReadDescription.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/description/BlockSchedule.h"
#include "compiler/import/description/FieldReader.h"
#include "compiler/import/description/ReadBlockForm.h"
#include "compiler/import/description/ReadBlockNumbers.h"
#include "compiler/import/gguf/MappedFile.h"

#include <filesystem>

namespace weebill::description {

namespace {

constexpr size_t kLargestFile = 1 << 18;

/// "layers", or "blocks" with "schedule" or "sharing".
class BlocksReader {
public:
  BlocksReader(FieldReader &fields, importer::Architecture &sizes) : fields(fields), sizes(sizes) {}

  void read() {
    const JsonMember *layers = fields.find("layers"), *blocks = fields.find("blocks");
    const JsonMember *schedule = fields.find("schedule"), *sharing = fields.find("sharing");
    if (layers && blocks)
      fields.refuse(blocks->place, "'blocks' and 'layers' exclude each other: layers are visited once each, blocks as "
                                   "'schedule' or 'sharing' says");
    if (schedule && sharing)
      fields.refuse(sharing->place, "'sharing' and 'schedule' exclude each other: both say how blocks are visited");
    const JsonMember *order = schedule ? schedule : sharing;
    if (layers && order)
      fields.refuse(order->place, weebill::importer::quoted(order->key) + " needs 'blocks' in the place of 'layers'");
    if (blocks && !order)
      fields.refuse(blocks->place, "'blocks' needs 'schedule' or 'sharing'; without one of them it is 'layers'");

    if (!blocks) {
      sizes.layers = fields.integer("layers", 1, limits::kBlocks);
      return;
    }
    sizes.layers = fields.integer("blocks", 1, limits::kBlocks);
    if (schedule)
      readSchedule(schedule->value);
    else
      readSharing(sharing->value);
  }

private:
  void readSchedule(const JsonValue &list) {
    if (list.kind != JsonValue::Kind::List)
      fields.refuse(list.place, "'schedule' is " + valueText(list) + ", but must be a list of block numbers");
    if (list.items.size() > size_t(limits::kVisits))
      fields.refuse(list.place, "'schedule' has " + std::to_string(list.items.size()) + " visits, at most " +
                                    std::to_string(limits::kVisits) + " are possible");
    std::vector<bool> visited(size_t(sizes.layers));
    for (const JsonValue &item : list.items) {
      const int64_t block = fields.integer("an entry of 'schedule'", item, 0, sizes.layers - 1);
      sizes.schedule.push_back(block);
      visited[size_t(block)] = true;
    }
    for (size_t block = 0; block < visited.size(); ++block)
      if (!visited[block])
        fields.refuse(list.place,
                      "'schedule' never visits block " + std::to_string(block) + " of " + std::to_string(sizes.layers));
  }

  void readSharing(const JsonValue &value) {
    FieldReader sharing(fields.path(), value, "'sharing'", {"order", "times"});
    const JsonValue &order = sharing.required("order").value;
    const std::string word = sharing.text("order", 16);
    const int64_t times = sharing.integer("times", 1, limits::kVisits / sizes.layers);
    if (word == "immediate")
      sizes.schedule = immediateSchedule(sizes.layers, times);
    else if (word == "all-over")
      sizes.schedule = allOverSchedule(sizes.layers, times);
    else if (word == "reverse")
      sizes.schedule = reverseSchedule(sizes.layers, times);
    else
      fields.refuse(order.place, "'order' is " + weebill::importer::quoted(word) +
                                     ", but must be 'immediate', 'all-over' or 'reverse'");
  }

  FieldReader &fields;
  importer::Architecture &sizes;
};

void readHeads(FieldReader &fields, importer::Architecture &sizes) {
  sizes.heads = fields.integer("heads", 1, limits::kHeads);
  sizes.keyValueHeads = fields.integer("key_value_heads", 1, limits::kHeads, sizes.heads);
  if (sizes.heads % sizes.keyValueHeads != 0)
    fields.refuse(fields.required("key_value_heads").value.place, std::to_string(sizes.keyValueHeads) +
                                                                      " key-value heads do not divide " +
                                                                      std::to_string(sizes.heads) + " heads");
  if (!fields.find("head_size") && sizes.model % sizes.heads != 0)
    fields.refuse(fields.required("heads").value.place, std::to_string(sizes.heads) +
                                                            " heads do not divide the width " +
                                                            std::to_string(sizes.model) + ", so 'head_size' is needed");
  sizes.headSize = fields.integer("head_size", 2, limits::kHeadSize, sizes.model / sizes.heads);
  const JsonMember *stated = fields.find("head_size");
  const JsonPlace place = (stated ? *stated : fields.required("heads")).value.place;
  if (sizes.headSize % 2 != 0)
    fields.refuse(place, "head size " + std::to_string(sizes.headSize) + " is odd, RoPE needs pairs");
  if (sizes.headSize > limits::kHeadSize)
    fields.refuse(place,
                  "head size " + std::to_string(sizes.headSize) + " is more than " + std::to_string(limits::kHeadSize));
}

void readRopeScaling(const FieldReader &fields, importer::Architecture &sizes) {
  const JsonMember *member = fields.find("rope_scaling");
  if (!member)
    return;
  const FieldReader scaling(fields.path(), member->value, "'rope_scaling'",
                            {"factor", "low_frequency_factor", "high_frequency_factor", "original_context"});
  importer::RopeScaling &read = sizes.ropeScaling;
  scaling.required("factor");
  readRopeFactor(scaling, sizes);
  read.lowFrequencyFactor = scaling.real("low_frequency_factor", 1e-3, limits::kRopeFactor, 1);
  read.highFrequencyFactor = scaling.real("high_frequency_factor", 1e-3, limits::kRopeFactor, 4);
  read.originalContext = scaling.integer("original_context", 0, limits::kContext);
  if (!(read.lowFrequencyFactor < read.highFrequencyFactor))
    fields.refuse(member->value.place,
                  "'low_frequency_factor' of 'rope_scaling' must be less than 'high_frequency_factor'");
}

} // namespace

Description parseDescription(const std::string &path, std::string_view text) {
  const JsonValue root = readPositionedJson(path, text);
  FieldReader fields(path, root, "a description",
                     {"name",
                      "layers",
                      "blocks",
                      "schedule",
                      "sharing",
                      "model",
                      "hidden",
                      "heads",
                      "key_value_heads",
                      "head_size",
                      "qkv_bias",
                      "attention_out_bias",
                      "feed_forward_bias",
                      "head_bias",
                      "qk_norm",
                      "norms",
                      "activation",
                      "embedding_scale",
                      "residual_scale",
                      "logit_scale",
                      "repetition_norm",
                      "vocabulary",
                      "context",
                      "norm_epsilon",
                      "rope_theta",
                      "rope_scaling",
                      "window",
                      "convolution",
                      "convolution_width",
                      "attention_scale",
                      "tied_embeddings",
                      "seed"});
  Description description;
  description.name = fields.text("name", 64, std::filesystem::path(path).stem().string());
  importer::Architecture &sizes = description.architecture;
  BlocksReader(fields, sizes).read();
  sizes.model = fields.integer("model", 1, limits::kModel);
  sizes.hidden = fields.integer("hidden", 1, limits::kHidden);
  readHeads(fields, sizes);
  sizes.projectionBias = fields.boolean("qkv_bias", false);
  sizes.attentionOutBias = fields.boolean("attention_out_bias", false);
  sizes.feedForwardBias = fields.boolean("feed_forward_bias", false);
  sizes.headBias = fields.boolean("head_bias", false);
  readBlockForm(fields, sizes);
  sizes.vocabulary = fields.integer("vocabulary", 1, limits::kVocabulary);
  sizes.context = fields.integer("context", 1, limits::kContext, 2048);
  sizes.normEpsilon = float(fields.real("norm_epsilon", 1e-12, 1, 1e-5));
  readRopeTheta(fields, sizes);
  readWindows(fields, sizes);
  readConvolutions(fields, sizes);
  readAttentionScale(fields, sizes);
  readRopeScaling(fields, sizes);
  sizes.tiedEmbeddings = fields.boolean("tied_embeddings", true);
  description.seed = uint64_t(fields.integer("seed", 0, limits::kSeed, 0));
  return description;
}

Description readDescription(const std::string &path) {
  const gguf::MappedFile file(path);
  if (file.bytes().size() > kLargestFile)
    throw importer::InputError(path + ": has more than " + std::to_string(kLargestFile) +
                               " bytes, which no description needs");
  return parseDescription(path, file.bytes());
}

} // namespace weebill::description
