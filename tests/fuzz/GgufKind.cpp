// Damaged GGUF files: every number of the format, every tensor type. Tested by tests/fuzz/CMakeLists.txt, which runs
// it.

#include "compiler/import/gguf/TensorTypes.h"
#include "tests/fuzz/ModelKinds.h"
#include "tests/unit/compiler/import/CharacterMapBuilder.h"
#include "tests/unit/compiler/import/GgufBuilder.h"

#include <algorithm>

namespace weebill::fuzz {

namespace {

/// Numbers of the formats that are read.
std::vector<uint32_t> readableTypes() {
  std::vector<uint32_t> types;
  for (uint32_t id = 0; id < 64; ++id)
    if (const gguf::TensorType *type = gguf::findTensorType(id); type && type->dequantizeBlock)
      types.push_back(id);
  return types;
}

/// Scales of blocks: infinite, no number, zero of either sign, negative, subnormal, the greatest. As exponents in bytes
/// they are no number, the greatest and the least.
const uint16_t kHostileHalves[] = {0x7c00, 0xfc00, 0x7e00, 0x0000, 0x8000, 0xbc00, 0x0001, 0x7bff, 0xffff, 0xfefe};

const std::string kFamilies[] = {"smollm3", "gemma3", "granite", "llama4", "lfm2"};

/// A second block, which convolves, behind one with norms of heads.
void giveConvolution(uint64_t width, tests::GgufBuilder &builder) {
  builder.setInteger("lfm2.block_count", 2);
  builder.setIntegers("lfm2.attention.head_count_kv", {1, 0});
  builder.setInteger("lfm2.shortconv.l_cache", 3);
  for (const char *name : {"blk.0.attn_q_norm.weight", "blk.0.attn_k_norm.weight"})
    builder.addFloats(name, 1, width / 2, std::vector<float>(width / 2, 1));
  const std::vector<tests::BuiltTensor> tensors = builder.tensors;
  for (tests::BuiltTensor tensor : tensors)
    if (tensor.name.starts_with("blk.0.ffn_") || tensor.name == "blk.0.attn_norm.weight") {
      tensor.name.replace(4, 1, "1");
      builder.tensors.push_back(tensor);
    }
  builder.addFloats("blk.1.shortconv.in_proj.weight", 3 * width, width, std::vector<float>(3 * width * width, 1));
  builder.addFloats("blk.1.shortconv.conv.weight", width, 3, std::vector<float>(3 * width, 1));
  builder.addFloats("blk.1.shortconv.out_proj.weight", width, width, std::vector<float>(width * width, 1));
}

/// The same tensors under another family's keys, with what it has beside.
void giveToFamily(const std::string &family, uint64_t width, tests::GgufBuilder &builder) {
  builder.setText("general.architecture", family);
  for (auto &[key, value] : builder.pairs)
    if (key.starts_with("llama."))
      key = family + key.substr(5);
  if (family == "gemma3") {
    for (const char *part : {"attn_q_norm", "attn_k_norm", "post_attention_norm", "post_ffw_norm"}) {
      const uint64_t columns = std::string(part).starts_with("attn") ? width / 2 : width;
      builder.addFloats("blk.0." + std::string(part) + ".weight", 1, columns, std::vector<float>(columns, 1));
    }
    builder.setInteger("gemma3.attention.sliding_window", 3);
    builder.setInteger("gemma3.attention.sliding_window_pattern", 2);
    builder.setReal("gemma3.rope.freq_base_swa", 100);
  } else if (family == "granite") {
    for (const char *key : {"embedding_scale", "residual_scale", "attention.scale", "logit_scale"})
      builder.setReal("granite." + std::string(key), 0.5f);
  } else if (family == "llama4") {
    builder.setInteger("llama4.interleave_moe_layer_step", 0);
    builder.setInteger("llama4.attention.sliding_window", 0);
  } else if (family == "lfm2") {
    giveConvolution(width, builder);
  }
}

/// The same tokens with scores: SentencePiece's merges, or its unigram vocabulary.
void giveScores(bool unigram, tests::GgufBuilder &builder) {
  builder.setText("tokenizer.ggml.model", unigram ? "t5" : "llama");
  builder.setIntegers("tokenizer.ggml.token_type", {2, 3, 4, 1, 1, 1, 1, 1, 1, 5});
  std::string scores = tests::bytesOf<uint32_t>(6) + tests::bytesOf<uint64_t>(10); // real numbers, ten of them
  for (float score : {0.f, 0.f, 0.f, -1.f, -2.f, -3.f, -1.5f, -4.f, -5.f, -6.f})
    scores += tests::bytesOf(score);
  builder.set("tokenizer.ggml.scores", 9, scores);
  builder.setFlag("tokenizer.ggml.add_eos_token", false);
  builder.setFlag("tokenizer.ggml.remove_extra_whitespaces", true);
  const std::string map = tests::characterMap({{"a", "x"}, {"ab", "y"}});
  builder.set("tokenizer.ggml.precompiled_charsmap", 9,
              tests::bytesOf<uint32_t>(0) + tests::bytesOf<uint64_t>(map.size()) + map);
}

/// What some files have: divisors of RoPE's frequencies, a list of ends, a number for each block.
void giveOtherForms(uint64_t width, tests::GgufBuilder &builder, Random &random) {
  std::vector<float> divisors(width / 4);
  for (float &divisor : divisors)
    divisor = random.pick(std::vector<float>{1, 1, 1.5f, 3, 8, 8});
  std::sort(divisors.begin(), divisors.end());
  builder.addFloats("rope_freqs.weight", 1, divisors.size(), divisors);
  builder.setIntegers("tokenizer.ggml.eos_token_ids", {1, 3});
  builder.setIntegers("llama.attention.head_count", {2});
}

/// The small model with all matrices in one format, which wants rows of whole blocks.
tests::GgufBuilder llamaOfType(uint32_t type, Random &random) {
  tests::GgufBuilder builder = tests::smallLlama();
  const gguf::TensorType &format = *gguf::findTensorType(type);
  const uint64_t width = std::max<uint64_t>(8, uint64_t(format.blockElements)); // of model and feed-forward half
  if (type != 0) {
    builder.setInteger("llama.embedding_length", uint32_t(width));
    builder.setInteger("llama.feed_forward_length", uint32_t(width));
    builder.setInteger("llama.attention.head_count", 2);
    builder.setInteger("llama.attention.head_count_kv", 1);
    for (const char *key : {"llama.attention.key_length", "llama.attention.value_length", "llama.rope.dimension_count"})
      builder.setInteger(key, uint32_t(width / 2));
    for (tests::BuiltTensor &tensor : builder.tensors) {
      const bool vector = tensor.dimensions.size() == 1;
      const bool keys = tensor.name.ends_with("attn_k.weight") || tensor.name.ends_with("attn_v.weight");
      const uint64_t rows = vector ? 1 : tensor.name == "token_embd.weight" ? 10 : keys ? width / 2 : width;
      tensor.dimensions = vector ? std::vector<uint64_t>{width} : std::vector<uint64_t>{width, rows};
      tensor.type = vector ? 0 : type;
      const uint64_t bytes =
          vector ? 4 * width : rows * width / uint64_t(format.blockElements) * uint64_t(format.blockBytes);
      tensor.data.assign(bytes, '\x11'); // finite in every format, as float, half, scale or code
    }
  }
  if (random.oneIn(4))
    giveScores(random.oneIn(2), builder);
  if (random.oneIn(3))
    builder.remove("tokenizer.ggml.token_type");
  if (random.oneIn(4))
    giveOtherForms(width, builder, random);
  if (random.oneIn(3))
    giveToFamily(random.pick(kFamilies), width, builder);
  return builder;
}

std::string &anyText(std::vector<std::string *> texts, Random &random) { return *texts[random.below(texts.size())]; }

void mutateStructure(tests::GgufBuilder &builder, Random &random) {
  tests::BuiltTensor &tensor = builder.tensors[random.below(builder.tensors.size())];
  auto &[key, value] = builder.pairs[random.below(builder.pairs.size())];
  switch (random.below(15)) {
  case 0:
    builder.tensorCount = hostileNumber(random);
    break;
  case 1:
    builder.pairCount = hostileNumber(random);
    break;
  case 2:
    tensor.dimensions.resize(random.below(5), hostileNumber(random));
    break;
  case 3:
  case 4:
    if (!tensor.dimensions.empty())
      tensor.dimensions[random.below(tensor.dimensions.size())] = hostileNumber(random);
    break;
  case 5:
    tensor.type = random.oneIn(2) ? uint32_t(random.below(45)) : uint32_t(hostileNumber(random));
    break;
  case 6:
    tensor.offset = random.oneIn(2) ? hostileNumber(random) : 32 * random.below(400);
    break;
  case 7:
    mutateBytes(tensor.data, random);
    break;
  case 8:
    std::swap(tensor, builder.tensors[random.below(builder.tensors.size())]);
    break;
  case 9:
    tensor.name = random.oneIn(2) ? builder.tensors[random.below(builder.tensors.size())].name
                                  : std::string(random.below(300), char(random.bits()));
    break;
  case 10: // any value of any type
    value = tests::bytesOf(uint32_t(random.below(14))) + tests::bytesOf(hostileNumber(random)) +
            value.substr(std::min<size_t>(value.size(), 12));
    break;
  case 11: // another number of the same type
    if (value.size() == 8)
      value.replace(4, 4, tests::bytesOf(uint32_t(hostileNumber(random))));
    break;
  case 12:
    mutateBytes(anyText({&key, &value}, random), random);
    break;
  case 13:
    builder.setText("tokenizer.chat_template", mutatedTemplate(random));
    break;
  case 14:
    if (tensor.data.size() >= 2)
      tensor.data.replace(2 * random.below(tensor.data.size() / 2), 2, tests::bytesOf(random.pick(kHostileHalves)));
    break;
  }
}

Files makeGguf(Random &random) {
  static const std::vector<uint32_t> types = readableTypes();
  tests::GgufBuilder builder = llamaOfType(random.pick(types), random);
  const size_t changes = random.below(4);
  for (size_t i = 0; i < changes; ++i)
    mutateStructure(builder, random);
  std::string bytes = builder.bytes();
  if (changes == 0 || random.oneIn(3))
    mutateBytes(bytes, random);
  return {{"model.gguf", bytes}};
}

std::optional<std::string> readGguf(const std::string &folder, const Files &) {
  return readModel(folder + "/model.gguf");
}

} // namespace

const Kind ggufKind = {"gguf", "GGUF files, every tensor type", makeGguf, readGguf, true, kFixedBytes, kBytesPerByte};

} // namespace weebill::fuzz
