// Inputs that the importers read: GGUF files, descriptions, model folders, chat templates. Tested by
// tests/fuzz/CMakeLists.txt, which runs them.

#include "compiler/import/ImportedModel.h"
#include "compiler/import/chat/DeriveChatFormat.h"
#include "compiler/import/gguf/TensorTypes.h"
#include "tests/fuzz/Kind.h"
#include "tests/unit/compiler/import/GgufBuilder.h"
#include "tests/unit/compiler/import/HuggingFaceFolder.h"

#include <algorithm>
#include <stdexcept>

namespace weebill::fuzz {

namespace {

// Bytes for each byte of input, derived from what is kept of the smallest things that a file can hold many of. JSON of
// the form "[[],[],..." makes of three bytes a value (16), its vector (24) with room for one more (16), each with
// malloc's own 16, twice while a vector grows: 64 a byte. A GGUF token takes 8 bytes and a letter at least, and becomes
// a view (16), an entry of the table of texts (56), a string (32) and its copy: below that.
constexpr size_t kBytesPerByte = 64;
// 9 tensors of each of 1,024 blocks as a description may have, with their names: 1.3 MB. Templates: work is limited so
// that values stay below 16 MB.
constexpr size_t kFixedBytes = 24 << 20;

/// Notes that the compiler prints and writes into reports are the file's words as well.
void requirePrintable(const std::string &text, const char *what) {
  for (char c : text)
    if (uint8_t(c) < 0x20 || c == 0x7f)
      throw std::logic_error(std::string(what) + " has the byte " + std::to_string(int(uint8_t(c))));
  if (text.size() > 1000)
    throw std::logic_error(std::string(what) + " has " + std::to_string(text.size()) + " bytes");
}

} // namespace

std::optional<std::string> readModel(const std::string &path) {
  constexpr int64_t kMostNumbers = 1 << 22; // random weights can be endless; those of a file are read in full
  try {
    const ImportedModel model = importModel(path);
    requirePrintable(model.title, "the title");
    requirePrintable(model.license, "the licence");
    requirePrintable(model.tokenizerProblem, "what is said of the tokenizer");
    requirePrintable(model.chatProblem, "what is said of the chat template");
    if (model.chat)
      requirePrintable(model.chat->systemProblem, "what is said of system messages");
    int64_t left = kMostNumbers;
    for (const TensorInfo &tensor : model.source->tensors()) {
      std::vector<float> row(size_t(tensor.columns));
      for (int64_t i = 0; i < tensor.rows && left > 0; ++i, left -= tensor.columns)
        model.source->readRows(tensor.name, i, 1, row.data());
    }
    return std::nullopt;
  } catch (const InputError &refusal) {
    return refusal.what();
  }
}

//===----------------------------------------------------------------------===//
// GGUF
//===----------------------------------------------------------------------===//

namespace {

const uint32_t kReadableTypes[] = {0, 1, 2, 3, 6, 7, 8, 12, 13, 14, 30};

/// The small model with all matrices in one format, which wants rows of whole blocks.
GgufBuilder llamaOfType(uint32_t type, Random &random) {
  GgufBuilder builder = smallLlama();
  const TensorType &format = *findTensorType(type);
  const uint64_t width = std::max<uint64_t>(8, uint64_t(format.blockElements)); // of model and feed-forward half
  if (type != 0) {
    builder.setInteger("llama.embedding_length", uint32_t(width));
    builder.setInteger("llama.feed_forward_length", uint32_t(width));
    builder.setInteger("llama.attention.head_count", 2);
    builder.setInteger("llama.attention.head_count_kv", 1);
    for (const char *key : {"llama.attention.key_length", "llama.attention.value_length", "llama.rope.dimension_count"})
      builder.setInteger(key, uint32_t(width / 2));
    for (BuiltTensor &tensor : builder.tensors) {
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
  if (random.oneIn(3))
    builder.remove("tokenizer.ggml.token_type");
  return builder;
}

const std::vector<std::string> kTemplateWords = {
    "messages",
    "message",
    "role",
    "content",
    "bos_token ",
    "eos_token ",
    "add_generation_prompt ",
    "loop",
    "range",
    "namespace",
    "raise_exception",
    "{{ ",
    " }}",
    "{% ",
    " %}",
    "{#",
    "#}",
    "{%- ",
    " -%}",
    "if ",
    "elif ",
    "else ",
    "endif ",
    "for ",
    "in ",
    "endfor ",
    "set ",
    "endset ",
    "macro ",
    "endmacro ",
    "is ",
    "not ",
    "defined ",
    "and ",
    "or ",
    "|",
    "~",
    "+",
    "-",
    "*",
    "//",
    "%",
    "**",
    "==",
    "<",
    "trim ",
    "length ",
    "tojson ",
    "join ",
    "replace ",
    "selectattr ",
    "split ",
    "items",
    "upper ",
    "default ",
    "list ",
    "reverse ",
    "[::-1]",
    "[1:]",
    ".first",
    "'user'",
    "break ",
    "continue ",
    "generation ",
    "endgeneration ",
    "range(99999999)",
    "strip()",
    "first ",
    "string ",
    "int ",
};

const char *const kTemplates[] = {
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}",
    "{{ bos_token }}{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('roles') }}{% endif %}{% if m.role == 'user' %}{{ '[INST] ' ~ m.content | trim ~ ' [/INST]' }}"
    "{% elif m.role == 'assistant' %}{{ m.content + eos_token }}{% else %}{{ raise_exception('no') }}{% endif %}"
    "{% endfor %}",
    "{%- set ns = namespace(found=false, text='') -%}{%- for m in messages -%}{%- if m.role == 'system' -%}"
    "{%- set ns.found = true -%}{%- set ns.text = m['content'] | trim -%}{%- endif -%}{%- endfor -%}"
    "{{- bos_token -}}{%- for m in messages[1:] if loop.index < 9 -%}{{- '<' + m.role + '>' + "
    "(m.content.split('x')[-1] "
    "if 'x' in m.content else m.content | replace('a', 'b')) | upper + '\\n' -}}{%- endfor -%}"
    "{%- for i in range(3) -%}{{ [1, 2, {'a': i}] | tojson }}{%- endfor -%}",
};

std::string mutatedTemplate(Random &random) {
  std::string source = random.pick(kTemplates);
  mutateText(source, kTemplateWords, random);
  if (random.oneIn(4))
    mutateBytes(source, random);
  return source;
}

std::string &anyText(std::vector<std::string *> texts, Random &random) { return *texts[random.below(texts.size())]; }

void mutateStructure(GgufBuilder &builder, Random &random) {
  BuiltTensor &tensor = builder.tensors[random.below(builder.tensors.size())];
  auto &[key, value] = builder.pairs[random.below(builder.pairs.size())];
  switch (random.below(14)) {
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
    value = bytesOf(uint32_t(random.below(14))) + bytesOf(hostileNumber(random)) +
            value.substr(std::min<size_t>(value.size(), 12));
    break;
  case 11: // another number of the same type
    if (value.size() == 8)
      value.replace(4, 4, bytesOf(uint32_t(hostileNumber(random))));
    break;
  case 12:
    mutateBytes(anyText({&key, &value}, random), random);
    break;
  case 13:
    builder.setText("tokenizer.chat_template", mutatedTemplate(random));
    break;
  }
}

Files makeGguf(Random &random) {
  GgufBuilder builder = llamaOfType(random.pick(kReadableTypes), random);
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

//===----------------------------------------------------------------------===//
// Descriptions
//===----------------------------------------------------------------------===//

const std::vector<std::string> kDescriptionWords = {
    "\"name\"",
    "\"layers\"",
    "\"blocks\"",
    "\"schedule\"",
    "\"sharing\"",
    "\"order\"",
    "\"times\"",
    "\"model\"",
    "\"hidden\"",
    "\"heads\"",
    "\"key_value_heads\"",
    "\"head_size\"",
    "\"vocabulary\"",
    "\"context\"",
    "\"norm_epsilon\"",
    "\"rope_theta\"",
    "\"tied_embeddings\"",
    "\"seed\"",
    "\"immediate\"",
    "\"all-over\"",
    "\"reverse\"",
    "[0,1,0,1]",
    "4096",
    "1024",
    "65536",
    "262144",
    "1048576",
};

const char *const kDescriptions[] = {
    "{\"name\": \"x\", \"layers\": 2, \"model\": 64, \"hidden\": 128, \"heads\": 4, \"key_value_heads\": 2, "
    "\"vocabulary\": 100, \"context\": 32}\n",
    "{\n  \"blocks\": 3,\n  \"schedule\": [0, 1, 2, 1, 0, 2],\n  \"model\": 24, \"hidden\": 40, \"heads\": 3,\n"
    "  \"head_size\": 10, \"vocabulary\": 7, \"norm_epsilon\": 1e-6, \"rope_theta\": 500000.0,\n"
    "  \"tied_embeddings\": false, \"seed\": 9007199254740991\n}",
    "{\"blocks\": 4, \"sharing\": {\"order\": \"immediate\", \"times\": 2}, \"model\": 8, \"hidden\": 8, \"heads\": 1, "
    "\"vocabulary\": 1}",
};

Files makeDescription(Random &random) {
  std::string text = random.pick(kDescriptions);
  mutateText(text, kDescriptionWords, random);
  if (random.oneIn(4))
    mutateBytes(text, random);
  return {{"model.json", text}};
}

std::optional<std::string> readDescriptionFile(const std::string &folder, const Files &) {
  return readModel(folder + "/model.json");
}

//===----------------------------------------------------------------------===//
// Model folders
//===----------------------------------------------------------------------===//

const std::vector<std::string> kFolderWords = {
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
    "\"post_processor\"",
    "\"Sequence\"",
    "\"ByteLevel\"",
    "\"Digits\"",
    "\"TemplateProcessing\"",
    "\"single\"",
    "\"weight_map\"",
    "\"chat_template\"",
    "\"bos_token\"",
    "\"lm_head.weight\"",
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
  file = safetensors(header, data);
}

Files makeFolder(Random &random) {
  const SmallFolder right;
  Files files = {{"config.json", right.config.dump()},
                 {"model.safetensors", right.checkpoint()},
                 {"tokenizer.json", right.tokenizer.dump()},
                 {"tokenizer_config.json", right.tokenizerConfig.dump()}};
  if (random.oneIn(2))
    files["chat_template.jinja"] = random.oneIn(2) ? kTemplates[0] : mutatedTemplate(random);
  if (random.oneIn(4))
    files["generation_config.json"] = "{\"eos_token_id\": [1, 3], \"temperature\": 0.5}";
  if (random.oneIn(3)) { // in a file of another name, with an index
    files["a.safetensors"] = files["model.safetensors"];
    files.erase("model.safetensors");
    nlohmann::json places = nlohmann::json::object();
    for (const auto &[name, shape] : right.shapes)
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

//===----------------------------------------------------------------------===//
// Chat templates
//===----------------------------------------------------------------------===//

Files makeTemplate(Random &random) { return {{"chat_template.jinja", mutatedTemplate(random)}}; }

std::optional<std::string> readTemplate(const std::string &, const Files &files) {
  TokenizerData tokenizer;
  tokenizer.tokens = {"<|im_start|>", "<|im_end|>", "a", "b"};
  tokenizer.special = {true, true, false, false};
  tokenizer.added = {{0, "<|im_start|>"}, {1, "<|im_end|>"}};
  tokenizer.beginning = 0;
  tokenizer.end = 1;
  const chat::DerivedChat derived = chat::deriveChatFormat(files.at("chat_template.jinja"), tokenizer);
  if (derived.format)
    requirePrintable(derived.format->systemProblem, "what is said of system messages");
  return derived.format ? std::nullopt : std::optional(derived.problem);
}

} // namespace

const Kind ggufKind = {"gguf", "GGUF files, every tensor type", makeGguf, readGguf, true, kFixedBytes, kBytesPerByte};
const Kind descriptionKind = {"description", "description.json", makeDescription, readDescriptionFile,
                              true,          kFixedBytes,        kBytesPerByte};
const Kind folderKind = {"folder",     "model folders: configuration, checkpoint, index, tokenizer, template",
                         makeFolder,   readFolder,
                         true,         kFixedBytes,
                         kBytesPerByte};
const Kind templateKind = {"template", "chat templates", makeTemplate, readTemplate, false, kFixedBytes, kBytesPerByte};

} // namespace weebill::fuzz
