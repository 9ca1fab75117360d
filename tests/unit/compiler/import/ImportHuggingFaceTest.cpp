// A whole folder: names, rows, tokens that end a text, what config.json and the tensors disagree about; and folders
// with damaged files, which are read or refused with an InputError. Under the sanitizers the last tests say more.

#include "compiler/import/huggingface/ImportHuggingFace.h"

#include "HuggingFaceFolder.h"

#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <random>

namespace weebill::tests {
namespace {

using nlohmann::json;

importer::ImportedModel import(const SmallFolder &content, const TemporaryFolder &folder) {
  content.write(folder);
  return importer::importModel(folder.path().string() + "/");
}

TEST(ImportHuggingFaceTest, NamesAndRows) {
  const SmallFolder content;
  const TemporaryFolder folder;
  const importer::ImportedModel model = import(content, folder);
  EXPECT_EQ(model.path, folder.path().string());
  EXPECT_EQ(model.name, folder.path().filename().string());
  EXPECT_EQ(model.source->tensors().size(), content.shapes.size());
  EXPECT_EQ(model.source->tensors().front().name, "token_embd.weight");
  // Query rows are in the order of the file: no head is permuted.
  const std::map<std::string, std::string> names = {
      {"token_embd.weight", "model.embed_tokens.weight"},
      {"output_norm.weight", "model.norm.weight"},
      {"blk.0.attn_norm.weight", "model.layers.0.input_layernorm.weight"},
      {"blk.0.attn_q.weight", "model.layers.0.self_attn.q_proj.weight"},
      {"blk.0.attn_k.weight", "model.layers.0.self_attn.k_proj.weight"},
      {"blk.0.attn_v.weight", "model.layers.0.self_attn.v_proj.weight"},
      {"blk.0.attn_output.weight", "model.layers.0.self_attn.o_proj.weight"},
      {"blk.0.ffn_norm.weight", "model.layers.0.post_attention_layernorm.weight"},
      {"blk.0.ffn_gate.weight", "model.layers.0.mlp.gate_proj.weight"},
      {"blk.0.ffn_up.weight", "model.layers.0.mlp.up_proj.weight"},
      {"blk.0.ffn_down.weight", "model.layers.0.mlp.down_proj.weight"}};
  for (const auto &[canonical, stored] : names) {
    const importer::TensorInfo *tensor = model.source->find(canonical);
    ASSERT_TRUE(tensor) << canonical;
    EXPECT_EQ(tensor->type, "F32");
    std::vector<float> rows(size_t(tensor->rows * tensor->columns));
    model.source->readRows(canonical, 0, tensor->rows, rows.data());
    EXPECT_EQ(rows, content.values(stored)) << canonical;
    std::vector<float> last(size_t(tensor->columns));
    model.source->readRows(canonical, tensor->rows - 1, 1, last.data());
    EXPECT_TRUE(std::equal(last.begin(), last.end(), rows.end() - tensor->columns)) << canonical;
    EXPECT_THROW(model.source->readRows(canonical, 1, tensor->rows, rows.data()), importer::InputError);
    EXPECT_THROW(model.source->readRows(canonical, -1, 1, rows.data()), importer::InputError);
  }
  EXPECT_THROW(model.source->readRows("model.norm.weight", 0, 1, nullptr), importer::InputError);
}

TEST(ImportHuggingFaceTest, HalfPrecision) {
  SmallFolder content;
  std::string bytes = content.checkpoint();
  SafetensorsBuilder builder;
  const uint16_t half[] = {0x3c00, 0xc000, 0x0001, 0x7bff, 0, 0, 0, 0};  // 1, -2, 2^-24, 65504
  const uint16_t brain[] = {0x3f80, 0xc000, 0x0001, 0x7f7f, 0, 0, 0, 0}; // 1, -2, 2^-133, the largest
  for (const auto &[name, shape] : content.shapes) {
    const uint16_t *numbers = name == "model.norm.weight"                       ? half
                              : name == "model.layers.0.input_layernorm.weight" ? brain
                                                                                : nullptr;
    if (!numbers) {
      builder.add(name, shape, content.values(name));
      continue;
    }
    const size_t begin = builder.data.size();
    builder.data.append(reinterpret_cast<const char *>(numbers), 16);
    builder.header[name] = {
        {"dtype", numbers == half ? "F16" : "BF16"}, {"shape", shape}, {"data_offsets", {begin, begin + 16}}};
  }
  content.files["model.safetensors"] = builder.bytes();
  const TemporaryFolder folder;
  const importer::ImportedModel model = import(content, folder);
  float row[8];
  model.source->readRows("output_norm.weight", 0, 1, row);
  EXPECT_EQ((std::vector<float>{row, row + 4}), (std::vector<float>{1, -2, std::ldexp(1.0f, -24), 65504}));
  model.source->readRows("blk.0.attn_norm.weight", 0, 1, row);
  EXPECT_EQ((std::vector<float>{row, row + 4}),
            (std::vector<float>{1, -2, std::ldexp(1.0f, -133), std::ldexp(255.0f, 120)}));
}

TEST(ImportHuggingFaceTest, NumbersThatAreNone) {
  SmallFolder content;
  for (const auto &[number, words] : {std::pair(std::nanf(""), "NaN"), std::pair(-HUGE_VALF, "infinite")}) {
    SafetensorsBuilder builder;
    for (const auto &[name, shape] : content.shapes) {
      std::vector<float> values = content.values(name);
      if (name == "model.layers.0.mlp.down_proj.weight")
        values[25] = number;
      builder.add(name, shape, values);
    }
    content.files["model.safetensors"] = builder.bytes();
    EXPECT_EQ(content.importError(),
              "model.safetensors: tensor 'model.layers.0.mlp.down_proj.weight': row 2, column 1 is " +
                  std::string(words));
  }
}

TEST(ImportHuggingFaceTest, TensorsThatDisagreeWithTheConfiguration) {
  SmallFolder less;
  less.shapes.erase("model.layers.0.mlp.up_proj.weight");
  EXPECT_NE(less.importError().find("tensor 'model.layers.0.mlp.up_proj.weight': is missing"), std::string::npos);
  SmallFolder more;
  more.shapes["model.layers.0.self_attn.q_proj.bias"] = {8};
  EXPECT_EQ(more.importError(), "model.safetensors: tensor 'model.layers.0.self_attn.q_proj.bias': is not part of a "
                                "model of family 'llama' as it is supported here");
  SmallFolder shape;
  shape.shapes["model.layers.0.self_attn.k_proj.weight"] = {8, 4};
  EXPECT_EQ(
      shape.importError(),
      "model.safetensors: tensor 'model.layers.0.self_attn.k_proj.weight': is 8 x 4, but the configuration says 4 x 8");
  SmallFolder vector;
  vector.shapes["model.norm.weight"] = {1, 8};
  EXPECT_EQ(vector.importError(),
            "model.safetensors: tensor 'model.norm.weight': is 1 x 8, but the configuration says 8");
  SmallFolder frequencies; // computed from the configuration; old checkpoints have them
  frequencies.shapes["model.layers.0.self_attn.rotary_emb.inv_freq"] = {2};
  EXPECT_EQ(frequencies.importError(), "");
}

TEST(ImportHuggingFaceTest, Heads) {
  SmallFolder untied;
  untied.config["tie_word_embeddings"] = false;
  EXPECT_NE(
      untied.importError().find(
          "tensor 'lm_head.weight': is missing, and the configuration does not say that the embedding is the head"),
      std::string::npos);
  untied.shapes["lm_head.weight"] = {16, 8};
  EXPECT_EQ(untied.importError(), "");

  SmallFolder tied;
  tied.shapes["lm_head.weight"] = {16, 8}; // has other values than the embedding
  EXPECT_EQ(tied.importError(), "model.safetensors: tensor 'lm_head.weight': differs from 'model.embed_tokens.weight', "
                                "but the configuration says that both are one: if the head is meant, set "
                                "'tie_word_embeddings' to false");
  SafetensorsBuilder copy;
  for (const auto &[name, shape] : tied.shapes)
    copy.add(name, shape, tied.values(name == "lm_head.weight" ? "model.embed_tokens.weight" : name));
  tied.files["model.safetensors"] = copy.bytes();
  const TemporaryFolder folder;
  EXPECT_FALSE(import(tied, folder).source->find("output.weight"));
}

TEST(ImportHuggingFaceTest, TokenizerAndChat) {
  SmallFolder content;
  content.config["vocab_size"] = 16;
  content.tokenizerConfig["chat_template"] =
      "{% for message in messages %}{{ message['role'] + ':' + message['content'] + eos_token }}{% endfor %}"
      "{% if add_generation_prompt %}{{ 'assistant:' }}{% endif %}";
  {
    const TemporaryFolder folder;
    const importer::ImportedModel model = import(content, folder);
    ASSERT_TRUE(model.tokenizer);
    EXPECT_EQ(model.tokenizer->beginning, 0);
    EXPECT_EQ(model.tokenizer->end, 1);
    ASSERT_TRUE(model.chat) << model.chatProblem;
    EXPECT_EQ(model.chat->userPrefix, "user:");
    EXPECT_EQ(model.chat->userSuffix, "</s>");
    EXPECT_EQ(model.chat->stopTokens, std::vector<int32_t>{1});
  }
  content.files["generation_config.json"] = R"({"eos_token_id": [1, 9]})";
  content.files["chat_template.jinja"] =
      "{% for message in messages %}{{ '<' + message['role'] + '>' + message['content'] + eos_token }}{% endfor %}"
      "{% if add_generation_prompt %}{{ '<assistant>' }}{% endif %}";
  {
    const TemporaryFolder folder;
    const importer::ImportedModel model = import(content, folder);
    ASSERT_TRUE(model.chat) << model.chatProblem;
    EXPECT_EQ(model.chat->userPrefix, "<user>"); // the file of its own decides
    EXPECT_EQ(model.stopTokens, (std::vector<int32_t>{1, 9}));
  }
}

/// transformers' class for Llama's first tokenizers puts the beginning token itself, whatever tokenizer.json says.
TEST(ImportHuggingFaceTest, TheLlamaClassDecidesOverTheBeginning) {
  for (const char *name : {"LlamaTokenizer", "LlamaTokenizerFast", "PreTrainedTokenizerFast"})
    for (const nlohmann::json &flag : {nlohmann::json(), nlohmann::json(true), nlohmann::json(false)}) {
      SmallFolder content;
      content.tokenizerConfig["tokenizer_class"] = name;
      content.tokenizerConfig["add_bos_token"] = flag;
      const TemporaryFolder folder;
      const importer::ImportedModel model = import(content, folder);
      ASSERT_TRUE(model.tokenizer);
      EXPECT_EQ(model.tokenizer->addsBeginning(), name[0] == 'L' && flag != false) << name << " " << flag;
      EXPECT_EQ(model.tokenizer->beginning, 0);
    }
  SmallFolder content;
  content.tokenizerConfig["tokenizer_class"] = "LlamaTokenizer";
  content.tokenizerConfig["add_eos_token"] = true;
  const TemporaryFolder folder;
  const importer::ImportedModel model = import(content, folder);
  ASSERT_TRUE(model.tokenizer) << model.tokenizerProblem;
  EXPECT_EQ(model.tokenizer->behind, model.tokenizer->tokens[size_t(model.tokenizer->end)]);
  ASSERT_FALSE(model.notes.empty());
  EXPECT_EQ(model.notes.back(), "the tokenizer puts '" + model.tokenizer->behind +
                                    "' behind every text; programs do not, because the model goes on with what it "
                                    "reads");
}

/// Several tokens before a text are none that templates know as bos_token.
TEST(ImportHuggingFaceTest, TemplatesKnowTheBeginningThatIsNamed) {
  for (const bool named : {true, false}) {
    SmallFolder content;
    content.config["vocab_size"] = 16;
    content.tokenizerConfig["tokenizer_class"] = "PreTrainedTokenizerFast";
    if (!named) {
      content.config.erase("bos_token_id");
      content.tokenizerConfig.erase("bos_token");
    }
    content.tokenizer["post_processor"] = {
        {"type", "TemplateProcessing"},
        {"single", {{{"SpecialToken", {{"id", "g"}}}}, {{"Sequence", {{"id", "A"}}}}}},
        {"special_tokens", {{"g", {{"ids", {9, 1}}}}}}};
    const TemporaryFolder folder;
    const importer::ImportedModel model = import(content, folder);
    ASSERT_TRUE(model.tokenizer) << model.tokenizerProblem;
    EXPECT_EQ(model.tokenizer->before, (std::vector<int32_t>{9, 1}));
    EXPECT_EQ(model.tokenizer->beginning, named ? 0 : -1);
    EXPECT_FALSE(model.tokenizer->addsBeginning());
  }
}

/// Names as transformers gives them to templates: texts, or objects with one.
TEST(ImportHuggingFaceTest, TemplatesKnowFurtherTokens) {
  SmallFolder content;
  content.tokenizerConfig["pad_token"] = "<pad>";
  content.tokenizerConfig["unk_token"] = {{"content", "<unk>"}};
  content.tokenizerConfig["mask_token"] = nullptr;
  content.tokenizerConfig["extra_special_tokens"] = {{"turn_token", "<turn>"},
                                                     {"end_of_turn", {{"content", "</turn>"}}}};
  content.tokenizerConfig["chat_template"] =
      "{{ unk_token }}{% if mask_token is defined %}?{% endif %}{% for m in messages %}{{ turn_token + m.role + ' ' + "
      "m.content + end_of_turn + eos_token + pad_token }}{% endfor %}{% if add_generation_prompt %}{{ turn_token + "
      "'assistant ' }}{% endif %}";
  const TemporaryFolder folder;
  const importer::ImportedModel model = import(content, folder);
  ASSERT_TRUE(model.chat) << model.chatProblem;
  EXPECT_EQ(model.chat->beforeFirst, "<unk>");
  EXPECT_EQ(model.chat->userPrefix, "<turn>user ");
  EXPECT_EQ(model.chat->assistantSuffix, "</turn></s><pad>");
}

TEST(ImportHuggingFaceTest, OtherTokenizers) {
  SmallFolder content;
  content.tokenizer["model"]["type"] = "WordPiece";
  content.tokenizerConfig["chat_template"] = "x";
  const TemporaryFolder folder;
  const importer::ImportedModel model = import(content, folder);
  EXPECT_FALSE(model.tokenizer);
  EXPECT_NE(model.tokenizerProblem.find("'WordPiece'"), std::string::npos);
  EXPECT_NE(model.chatProblem.find("needs the tokenizer"), std::string::npos);
}

TEST(ImportHuggingFaceTest, WithoutATokenizer) {
  SmallFolder content;
  content.tokenizerConfig["chat_template"] = "x";
  const TemporaryFolder folder;
  content.write(folder);
  const importer::ImportedModel left = importer::importModel(folder.path().string(), {.withoutTokenizer = true});
  EXPECT_FALSE(left.tokenizer);
  EXPECT_FALSE(left.chat);
  EXPECT_EQ(left.tokenizerProblem, "it is left out, as --without-tokenizer asks");
  std::filesystem::remove(folder.path() / "tokenizer.json");
  const importer::ImportedModel none = importer::importModel(folder.path().string());
  EXPECT_EQ(none.tokenizerProblem, "");
  EXPECT_EQ(none.notes, std::vector<std::string>{"the folder has neither tokenizer.json nor tokenizer.model, so the "
                                                 "program takes and prints numbers of tokens only"});
  std::ofstream(folder.path() / "vocab.json") << "{}";
  EXPECT_EQ(
      importer::importModel(folder.path().string()).tokenizerProblem,
      "the folder has 'vocab.json', supported are tokenizer.json, tokenizer.model, vocab.json with merges.txt, and "
      "tekken.json");
}

TEST(ImportHuggingFaceTest, AListOfTemplates) {
  SmallFolder content;
  const auto problemOf = [&](const json &value) {
    content.tokenizerConfig["chat_template"] = value;
    const TemporaryFolder folder;
    const importer::ImportedModel model = import(content, folder);
    EXPECT_FALSE(model.chat);
    return model.chatProblem;
  };
  EXPECT_EQ(problemOf({{{"name", "tool_use"}, {"template", "x"}}, {{"name", "rag"}, {"template", "x"}}}),
            "tokenizer_config.json has several chat templates ('tool_use', 'rag') and none of them is the 'default'");
  EXPECT_EQ(problemOf(json::array()), "'chat_template' of tokenizer_config.json is an empty list");
  EXPECT_EQ(problemOf(5), "'chat_template' of tokenizer_config.json is neither a text nor a list");
  content.tokenizerConfig["chat_template"] = {
      {{"name", "rag"}, {"template", "x"}},
      {{"name", "default"},
       {"template", "{% for m in messages %}{{ m.role + ':' + m.content + eos_token }}{% endfor %}assistant:"}}};
  const TemporaryFolder folder;
  EXPECT_TRUE(import(content, folder).chat);
}

TEST(ImportHuggingFaceTest, AFolderThatIsNone) {
  EXPECT_FALSE(huggingface::isModelFolder("/no/such/folder"));
  EXPECT_FALSE(huggingface::isModelFolder(std::string(10'000, 'x')));
  const TemporaryFolder folder;
  EXPECT_FALSE(huggingface::isModelFolder(folder.path().string()));
  EXPECT_THROW(importer::importModel(folder.path().string()), importer::InputError);
}

/// Changes of one to three bytes at random places of `bytes`.
std::string damaged(std::string bytes, std::mt19937 &random) {
  const auto below = [&](size_t bound) { return std::uniform_int_distribution<size_t>(0, bound - 1)(random); };
  static constexpr unsigned char kInteresting[] = {0x00, 0x7f, 0xff, '0', '9', '-', '"', '[', '{', ',', ':'};
  for (size_t changes = 1 + below(3); changes; --changes)
    bytes[below(bytes.size())] = char(below(2) ? kInteresting[below(std::size(kInteresting))] : below(256));
  return bytes;
}

TEST(ImportHuggingFaceTest, DamagedFilesAreReadOrRefused) {
  const SmallFolder whole;
  ASSERT_EQ(whole.importError(), "");
  const std::string checkpoint = whole.checkpoint();
  const std::string header = checkpoint.substr(0, checkpoint.find("}}") + 2), data = checkpoint.substr(header.size());
  std::mt19937 random(/*seed=*/23);
  int refused = 0;
  constexpr int kRounds = 800; // of each file
  for (int round = 0; round < kRounds; ++round) {
    for (const char *name : {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}) {
      SmallFolder content;
      const json &file = name[0] == 'c' ? content.config : name[9] == '.' ? content.tokenizer : content.tokenizerConfig;
      content.files[name] = name[0] == 'm' ? damaged(header, random) + data : damaged(file.dump(), random);
      refused += content.importError() != "";
    }
  }
  // Some changes hit texts that nothing depends on; both outcomes must occur, or the test changes nothing that matters.
  EXPECT_GT(refused, kRounds);
  EXPECT_LT(refused, 4 * kRounds);
}

TEST(ImportHuggingFaceTest, FilesThatAreCutAreRefused) {
  const SmallFolder whole;
  const std::map<std::string, std::string> files = {{"config.json", whole.config.dump()},
                                                    {"model.safetensors", whole.checkpoint()},
                                                    {"tokenizer.json", whole.tokenizer.dump()},
                                                    {"tokenizer_config.json", whole.tokenizerConfig.dump()}};
  for (const auto &[name, bytes] : files) {
    for (size_t length = 0; length < bytes.size(); length += 1 + length / 64) {
      SmallFolder content;
      content.files[name] = bytes.substr(0, length);
      EXPECT_NE(content.importError(), "") << "the first " << length << " of " << bytes.size() << " bytes of " << name;
    }
  }
}

} // namespace
} // namespace weebill::tests
