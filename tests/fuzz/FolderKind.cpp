// Damaged model folders. Tested by tests/fuzz/CMakeLists.txt, which runs it.

#include "tests/fuzz/ModelKinds.h"
#include "tests/unit/compiler/import/CharacterMapBuilder.h"
#include "tests/unit/compiler/import/HuggingFaceFolder.h"

#include <algorithm>

namespace weebill::fuzz {

namespace {

const std::vector<std::string> kFolderWords = {
    "\"qwen2\"",
    "\"qwen3\"",
    "\"llama4_text\"",
    "\"architectures\"",
    "[\"MobileLLMP1ForCausalLM\"]",
    "\"smollm3\"",
    "\"gemma3_text\"",
    "\"olmo2\"",
    "\"ouro\"",
    "\"total_ut_steps\"",
    "\"early_exit_threshold\"",
    "\"model.early_exit_gate.weight\"",
    "\"input_layernorm_2.weight\"",
    "\"lfm2\"",
    "\"conv\"",
    "\"full_attn_idxs\"",
    "\"conv_L_cache\"",
    "\"block_ff_dim\"",
    "\"block_multiple_of\"",
    "\"block_ffn_dim_multiplier\"",
    "\"conv.conv.weight\"",
    "\"granitemoehybrid\"",
    "\"hidden_activation\"",
    "\"gelu_pytorch_tanh\"",
    "\"query_pre_attn_scalar\"",
    "\"sliding_window_pattern\"",
    "\"sliding_attention\"",
    "\"num_local_experts\"",
    "\"shared_intermediate_size\"",
    "\"post_feedforward_layernorm.weight\"",
    "\"shared_mlp.input_linear.weight\"",
    "\"no_rope_layers\"",
    "\"no_rope_layer_interval\"",
    "\"layer_types\"",
    "\"full_attention\"",
    "\"attention_bias\"",
    "\"mlp_bias\"",
    "\"lm_head.bias\"",
    "{\"rope_type\":\"linear\",\"factor\":2.0,\"partial_rotary_factor\":1.0}",
    "\"mistral\"",
    "\"pruned_heads\"",
    "\"embed_tokens.weight\"",
    "{\"rope_type\":\"llama3\",\"factor\":8.0,\"low_freq_factor\":1.0,\"high_freq_factor\":4.0,"
    "\"original_max_position_embeddings\":16}",
    "\"model_type\"",
    "\"llama\"",
    "\"mobilellm\"",
    "\"hidden_size\"",
    "\"head_dim\"",
    "\"rope_scaling\"",
    "\"rope_parameters\"",
    "{\"rope_type\":\"default\",\"rope_theta\":1e4}",
    "\"layer_sharing\"",
    "\"eos_token_id\"",
    "[0,1,2]",
    "\"dtype\"",
    "\"F32\"",
    "\"BF16\"",
    "\"shape\"",
    "\"data_offsets\"",
    "[0,0]",
    "\"__metadata__\"",
    "\"model\"",
    "\"vocab\"",
    "\"merges\"",
    "\"added_tokens\"",
    "\"content\"",
    "\"id\"",
    "\"special\"",
    "\"normalized\"",
    "\"pre_tokenizer\"",
    "\"normalizer\"",
    "{\"type\":\"Lowercase\"}",
    "\"token_bytes\"",
    "\"YWI=\"",
    "\"default_vocab_size\"",
    "\"default_num_special_tokens\"",
    "{\"type\":\"RobertaProcessing\",\"cls\":[\"<s>\",0],\"sep\":[\"</s>\",1]}",
    "{\"SpecialToken\":{\"id\":\"<s>\"}}",
    "\"ids\":[0,1]",
    "{\"Sequence\":{\"id\":\"A\"}}",
    "{\"type\":\"StripAccents\"}",
    "{\"type\":\"NFKD\"}",
    "{\"type\":\"Strip\",\"strip_left\":true}",
    "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"bc\"}",
    "\"post_processor\"",
    "\"Sequence\"",
    "\"ByteLevel\"",
    "\"Digits\"",
    "\"Split\"",
    "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"\\\\p{N}{1,3}\"},\"behavior\":\"Isolated\"}",
    "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"\\\\d{1,3}(?=(?:\\\\d{3})*\\\\b)\"},\"behavior\":\"Isolated\"}",
    "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(?=(\\\\d{3})+(?!\\\\d))\"},\"behavior\":\"Isolated\"}",
    "\"single_word\"",
    "\"Unigram\"",
    "\"unk_id\"",
    "[\"ab\",-1e308]",
    "\"Metaspace\"",
    "\"precompiled_charsmap\"",
    "\"WhitespaceSplit\"",
    "\"NFKC\"",
    "\"TemplateProcessing\"",
    "\"single\"",
    "\"weight_map\"",
    "\"chat_template\"",
    "\"bos_token\"",
    "\"added_tokens_decoder\"",
    "{\"10\":{\"content\":\"<x>\",\"special\":true}}",
    "\"additional_special_tokens\"",
    "[\"<x>\",\"<y>\"]",
    "\"pad_token\"",
    "\"tokenizer_class\"",
    "\"_orig_mod.model.norm.weight\"",
    "2.0",
    "\"LlamaTokenizer\"",
    "\"add_prefix_space\"",
    "\"lm_head.weight\"",
    "\"w_bits\"",
    "\"torchao\"",
    "1073741824",
};

/// The header of a .safetensors file, changed as the text that it is.
void mutateSafetensors(std::string &file, Random &random) {
  uint64_t length = 0;
  std::copy_n(file.data(), 8, reinterpret_cast<char *>(&length));
  length = std::min<uint64_t>(length, file.size() - 8); // it may have been changed already
  std::string header = file.substr(8, length);
  const std::string data = file.substr(8 + length);
  mutateText(header, kFolderWords, random);
  file = tests::safetensors(header, data);
}

/// A map of characters in which one byte becomes another.
constexpr const char *kMapInBase64 = "EAAAAAAEAAAAAACAAAAAgAIFAAB4AA==";

/// A tokenizer.json with scores in the place of merges.
std::string unigramJson(nlohmann::json content) {
  nlohmann::json list = nlohmann::json::array();
  for (const char *text : {"<unk>", "\u2581", "a", "b", "\u2581a", "ab", "<0x0A>"})
    list.push_back({text, -1.0 - double(list.size())});
  content["model"] = {{"type", "Unigram"}, {"unk_id", 0}, {"byte_fallback", true}, {"vocab", list}};
  content["added_tokens"] = nlohmann::json::array();
  content["pre_tokenizer"] = {{"type", "Metaspace"}, {"replacement", "\u2581"}, {"prepend_scheme", "first"}};
  content["decoder"] = content["pre_tokenizer"];
  content["post_processor"] = nullptr;
  content["normalizer"] = {{"type", "Precompiled"}, {"precompiled_charsmap", kMapInBase64}};
  return content.dump();
}

/// A tokenizer.json with three tokens before every text and one behind it.
std::string jsonWithTokensAround(nlohmann::json content) {
  const auto piece = [](const char *kind, const char *id) { return nlohmann::json{{kind, {{"id", id}}}}; };
  content["post_processor"] = {{"type", "Sequence"},
                               {"processors",
                                {content["post_processor"],
                                 {{"type", "TemplateProcessing"},
                                  {"single",
                                   {piece("SpecialToken", "g"), piece("SpecialToken", "<s>"), piece("Sequence", "A"),
                                    piece("SpecialToken", "<s>")}},
                                  {"special_tokens",
                                   {{"<s>", {{"id", "<s>"}, {"ids", {0}}, {"tokens", {"<s>"}}}},
                                    {"g", {{"id", "g"}, {"ids", {1, 0}}, {"tokens", {"</s>", "<s>"}}}}}}}}}};
  return content.dump();
}

/// A tekken.json of two special tokens and six others, which is all but the bytes that a whole one has.
std::string tekkenJson() {
  nlohmann::json vocabulary = nlohmann::json::array();
  for (const char *bytes : {"YQ==", "Yg==", "Yw==", "YWI=", "YmM=", "YWJj"})
    vocabulary.push_back({{"rank", vocabulary.size()}, {"token_bytes", bytes}, {"token_str", nullptr}});
  return nlohmann::json{
      {"config",
       {{"pattern",
         R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)"},
        {"default_vocab_size", 8},
        {"default_num_special_tokens", 2}}},
      {"special_tokens", {{{"rank", 0}, {"token_str", "<s>"}, {"is_control", true}}}},
      {"vocab", vocabulary}}
      .dump();
}

/// A field of bytes.
std::string field(int number, const std::string &bytes) {
  std::string found(1, char(number << 3 | 2));
  for (size_t left = bytes.size();; left >>= 7) {
    found.push_back(char(left > 0x7f ? 0x80 | (left & 0x7f) : left));
    if (left <= 0x7f)
      return found + bytes;
  }
}

/// A SentencePiece model of 16 pieces: fields of protobuf, each a key, a length, bytes.
std::string pieceModel(bool unigram, bool withMap) {
  std::string model;
  for (int i = 0; i < 16; ++i) {
    const std::string text = i == 0   ? "<unk>"
                             : i == 1 ? "<s>"
                             : i < 4  ? "ab" + std::string(size_t(i), 'c')
                                      : std::string(1, char('a' + i));
    const std::string score = std::string("\x15\0\0\x80", 4) + "\xbf"; // field 2, -1.0
    const std::string type = std::string("\x18") + char(i == 0 ? 2 : i == 1 ? 3 : 1);
    const std::string piece = std::string("\x0a") + char(text.size()) + text + score + type;
    model += std::string("\x0a") + char(piece.size()) + piece;
  }
  return model + "\x12\x02\x18" + (unigram ? '\x01' : '\x02') + // field 2: trained as one of the two
         field(3,
               (withMap ? field(2, tests::characterMap({{"a", "x"}, {"ab", "y"}})) : "") + std::string("\x20\x00", 2));
}

Files makeFolder(Random &random) {
  tests::SmallFolder right;
  if (random.oneIn(3)) {
    constexpr const char *layouts[] = {"gptq", "awq", "mlx", "pack-quantized", "int-quantized", "torchao", "paretoq"};
    right.packQueries(layouts[random.below(std::size(layouts))]);
  }
  Files files = {{"config.json", right.config.dump()},
                 {"model.safetensors", right.checkpoint()},
                 {"tokenizer.json", right.tokenizer.dump()},
                 {"tokenizer_config.json", right.tokenizerConfig.dump()}};
  if (random.oneIn(4))
    files["tokenizer.json"] = unigramJson(right.tokenizer);
  if (random.oneIn(4)) { // the same tensors, multiplied
    nlohmann::json config = right.config;
    config["model_type"] = "granite";
    for (const char *field : {"embedding_multiplier", "residual_multiplier", "attention_multiplier", "logits_scaling"})
      config[field] = 0.5;
    files["config.json"] = config.dump();
  }
  if (random.oneIn(4))
    files["tokenizer.json"] = jsonWithTokensAround(right.tokenizer);
  if (random.oneIn(2))
    files["chat_template.jinja"] = random.oneIn(2) ? "{{ messages[0].content }}" : mutatedTemplate(random);
  if (random.oneIn(4)) {
    files.erase("tokenizer.json");
    files["tokenizer.model"] = pieceModel(random.oneIn(2), random.oneIn(2));
  }
  if (random.oneIn(6)) {
    files.erase("tokenizer.json");
    files["tekken.json"] = tekkenJson();
  }
  if (random.oneIn(4))
    files["added_tokens.json"] = "{\"<x>\": 10, \"<y>\": 11}";
  if (random.oneIn(4))
    files["special_tokens_map.json"] = "{\"pad_token\": \"<p>\", \"eos_token\": {\"content\": \"</s>\"}}";
  if (random.oneIn(4))
    files["generation_config.json"] = "{\"eos_token_id\": [1, 3], \"temperature\": 0.5}";
  if (random.oneIn(3)) { // in a file of another name, with an index
    files["a.safetensors"] = files["model.safetensors"];
    files.erase("model.safetensors");
    nlohmann::json places = nlohmann::json::object();
    for (const auto &[name, shape] : right.shapes)
      places[name] = "a.safetensors";
    for (const auto &[name, part] : right.parts)
      places[name] = "a.safetensors";
    files["model.safetensors.index.json"] = nlohmann::json{{"weight_map", places}}.dump();
  }
  for (size_t changed = 1 + random.below(2); changed > 0; --changed) {
    auto file = files.begin();
    std::advance(file, std::ptrdiff_t(random.below(files.size())));
    if (random.oneIn(3))
      mutateBytes(file->second, random);
    else if (file->first.ends_with(".safetensors") && file->second.size() > 8)
      mutateSafetensors(file->second, random);
    else
      mutateText(file->second, kFolderWords, random);
  }
  return files;
}

std::optional<std::string> readFolder(const std::string &folder, const Files &) { return readModel(folder); }

} // namespace

const Kind folderKind = {"folder",     "model folders: configuration, checkpoint, index, tokenizer, template",
                         makeFolder,   readFolder,
                         true,         kFixedBytes,
                         kBytesPerByte};

} // namespace weebill::fuzz
