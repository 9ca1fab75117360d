// What the importer makes of a file, in a form that Python can compare: a tool for tests/python/test_gguf_import.py,
// test_chat_templates.py, tests/emitted/test_text_ends.py and others, not for users.
//
//   import_probe model FILE                        the model as JSON; bytes of tokens as hexadecimal
//   import_probe rows FILE TENSOR FIRST COUNT      float32 rows, little endian, on stdout
//   import_probe render FILE                       what templates make of conversations, JSON in and out
//   import_probe derive FILE                       the pieces of templates, or why they have none, JSON in and out

#include "compiler/import/ImportedModel.h"
#include "compiler/import/chat/ChatTemplate.h"
#include "compiler/import/chat/DeriveChatFormat.h"

#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

namespace {

using nlohmann::json;

std::string hexadecimal(const std::string &bytes) {
  std::string result;
  char digits[3];
  for (unsigned char byte : bytes) {
    std::snprintf(digits, sizeof digits, "%02x", byte);
    result += digits;
  }
  return result;
}

json tokenizerJson(const weebill::importer::TokenizerData &tokenizer) {
  json tokens = json::array(), merges = json::array();
  for (const std::string &token : tokenizer.tokens)
    tokens.push_back(hexadecimal(token));
  for (const auto &merge : tokenizer.merges)
    merges.push_back({merge.left, merge.right, merge.result});
  constexpr const char *kPieces[] = {"gpt-2", "smollm", "llama3", "qwen"};
  std::vector<bool> userDefined(tokenizer.tokens.size());
  for (const auto &added : tokenizer.added)
    userDefined[size_t(added.id)] = !tokenizer.special[size_t(added.id)];
  const size_t pieces = size_t(tokenizer.kind.pieces);
  return {{"pre_tokenizer", pieces < std::size(kPieces) ? kPieces[pieces] : "another"},
          {"tokens", tokens},
          {"special", tokenizer.special},
          {"user_defined", userDefined},
          {"merges", merges},
          {"beginning", tokenizer.beginning},
          {"end", tokenizer.end},
          {"before", tokenizer.before},
          {"behind", tokenizer.behind},
          {"add_beginning", tokenizer.addsBeginning()}};
}

json toolsJson(const weebill::importer::ToolTexts &tools, const char *strip) {
  const weebill::importer::CallTexts &calls = tools.calls;
  return {{"problem", tools.problem},
          {"prefix", tools.prefix},
          {"answer_suffix", tools.answerSuffix},
          {"user_prefix", tools.userPrefix},
          {"between", tools.between + tools.again},
          {"suffix", tools.suffix},
          {"strip", tools.inJson ? "json" : strip},
          {"kept", weebill::importer::nameOf(tools.kept)},
          {"thought_begin", tools.thoughtBegin},
          {"no_thought", tools.noThought},
          {"thoughts_problem", tools.thoughtsProblem},
          {"calls",
           {{"problem", calls.problem},
            {"prefix", calls.prefix},
            {"middle", calls.middle},
            {"suffix", calls.suffix},
            {"between", calls.between},
            {"after_text", calls.afterText},
            {"many", calls.many},
            {"with_text", calls.withText}}}};
}

json chatJson(const weebill::importer::ChatFormat &chat) {
  constexpr const char *strips[] = {"nothing",       "line ends before", "line ends",
                                    "spaces before", "spaces after",     "spaces"};
  return {
      {"before_first", chat.beforeFirst},
      {"user", {chat.userPrefix, chat.userSuffix}},
      {"assistant", {chat.assistantPrefix, chat.assistantSuffix}},
      {"system", {chat.systemPrefix, chat.systemSuffix}},
      {"system_problem", chat.systemProblem},
      {"answer_prefix", chat.answerPrefix},
      {"strips",
       {strips[size_t(chat.systemStrip)], strips[size_t(chat.userStrip)], strips[size_t(chat.userStripAfterSystem)]}},
      {"user_after_system", chat.userPrefixAfterSystem},
      {"answers",
       {chat.answers.thoughtEnd, strips[size_t(chat.answers.strip)], strips[size_t(chat.answers.stripAfterThought)]}},
      {"answers_problem", chat.answersProblem},
      {"tools", toolsJson(chat.tools, strips[size_t(chat.tools.strip)])},
      {"stop_tokens", chat.stopTokens}};
}

json modelJson(const weebill::importer::ImportedModel &model) {
  const weebill::importer::Architecture &sizes = model.architecture;
  json result = {{"name", model.name},
                 {"title", model.title},
                 {"license", model.license},
                 {"family", sizes.family},
                 {"layers", sizes.layers},
                 {"model", sizes.model},
                 {"hidden", sizes.hidden},
                 {"heads", sizes.heads},
                 {"key_value_heads", sizes.keyValueHeads},
                 {"head_size", sizes.headSize},
                 {"vocabulary", sizes.vocabulary},
                 {"context", sizes.context},
                 {"norm_epsilon", sizes.normEpsilon},
                 {"rope_theta", sizes.ropeTheta},
                 {"tied_embeddings", sizes.tiedEmbeddings},
                 {"stop_tokens", model.stopTokens},
                 {"notes", model.notes},
                 {"sampling",
                  {{"temperature", model.sampling.temperature},
                   {"top_k", model.sampling.topK},
                   {"top_p", model.sampling.topP},
                   {"min_p", model.sampling.minP},
                   {"repetition_penalty", model.sampling.repeatPenalty}}},
                 {"tokenizer_problem", model.tokenizerProblem},
                 {"chat_problem", model.chatProblem}};
  for (const weebill::importer::TensorInfo &tensor : model.source->tensors())
    result["tensors"][tensor.name] = {{"type", tensor.type}, {"rows", tensor.rows}, {"columns", tensor.columns}};
  if (model.tokenizer)
    result["tokenizer"] = tokenizerJson(*model.tokenizer);
  if (model.chat)
    result["chat"] = chatJson(*model.chat);
  return result;
}

/// One result for each conversation: {"text": ...} or {"error": ...}.
json renderAll(const json &job) {
  json results = json::array();
  for (const json &conversation : job["conversations"]) {
    std::vector<weebill::chat::Message> messages;
    for (const json &message : conversation["messages"])
      messages.push_back({message["role"], message["content"]});
    try {
      const weebill::chat::ChatTemplate chatTemplate(
          job["template"], {{"bos_token", job["bos_token"]}, {"eos_token", job["eos_token"]}});
      results.push_back({{"text", chatTemplate.render(messages, conversation["add_generation_prompt"])}});
    } catch (const weebill::chat::TemplateError &error) {
      results.push_back({{"error", error.what()}});
    }
  }
  return results;
}

/// A tokenizer that has nothing but the special tokens of the job, the first two of them beginning and end.
json derive(const json &job) {
  weebill::importer::TokenizerData tokenizer;
  for (const json &text : job["special"]) {
    tokenizer.added.push_back({int32_t(tokenizer.tokens.size()), text});
    tokenizer.tokens.push_back(text);
    tokenizer.special.push_back(true);
  }
  tokenizer.beginning = 0;
  tokenizer.end = 1;
  const weebill::importer::TemplateInput input{job["date"], job["variables"], job["tools"]};
  const weebill::chat::DerivedChat derived = weebill::chat::deriveChatFormat(job["template"], tokenizer, {}, input);
  return derived.format ? chatJson(*derived.format) : json{{"problem", derived.problem}};
}

void writeRows(const weebill::importer::ImportedModel &model, const std::string &name, int64_t first, int64_t count) {
  const weebill::importer::TensorInfo *tensor = model.source->find(name);
  std::vector<float> rows(tensor ? size_t(count * tensor->columns) : 0);
  model.source->readRows(name, first, count, rows.data());
  std::fwrite(rows.data(), sizeof(float), rows.size(), stdout);
}

int run(const std::vector<std::string> &arguments) {
  if (arguments.size() == 2 && arguments[0] == "model") {
    std::cout << modelJson(weebill::importer::importModel(arguments[1])) << "\n";
    return 0;
  }
  if (arguments.size() == 5 && arguments[0] == "rows") {
    writeRows(weebill::importer::importModel(arguments[1]), arguments[2], std::stoll(arguments[3]),
              std::stoll(arguments[4]));
    return 0;
  }
  if (arguments.size() == 2 && arguments[0] == "render") {
    json all = json::array();
    for (const json &job : json::parse(std::ifstream(arguments[1])))
      all.push_back(renderAll(job));
    std::cout << all << "\n";
    return 0;
  }
  if (arguments.size() == 2 && arguments[0] == "derive") {
    json all = json::array();
    for (const json &job : json::parse(std::ifstream(arguments[1])))
      all.push_back(derive(job));
    std::cout << all << "\n";
    return 0;
  }
  return 2;
}

} // namespace

int main(int count, char **values) {
  try {
    return run({values + 1, values + count});
  } catch (const weebill::importer::InputError &error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
