//===- Recipe.cpp - Which matrix becomes what -----------------------------===//
//
// Tested by tests/unit/compiler/quantize/RecipeTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/Recipe.h"

#include "compiler/import/Refuse.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace weebill::quantize {

namespace {

using Json = nlohmann::ordered_json;

/// What a recipe calls the tensor's role: "attn_v" of "blk.7.attn_v.weight", "token_embd".
std::string roleName(const importer::TensorInfo &tensor) {
  std::string name = tensor.name.substr(0, tensor.name.rfind('.'));
  return name.substr(name.rfind('.') + 1);
}

/// Tensors of each role that can become codes, in the order of their blocks.
std::vector<std::pair<std::string, std::vector<const importer::TensorInfo *>>>
tensorsByRole(const importer::TensorSource &source) {
  std::vector<std::pair<std::string, std::vector<const importer::TensorInfo *>>> roles;
  for (const importer::TensorInfo &tensor : source.tensors()) {
    if (!isQuantized(tensor))
      continue;
    const std::string role = roleName(tensor);
    auto known = std::find_if(roles.begin(), roles.end(), [&](const auto &entry) { return entry.first == role; });
    if (known == roles.end())
      known = roles.insert(roles.end(), {role, {}});
    known->second.push_back(&tensor);
  }
  for (auto &[role, tensors] : roles)
    std::sort(tensors.begin(), tensors.end(), [](const auto *a, const auto *b) { return a->block < b->block; });
  return roles;
}

std::string wordsOfFormats() {
  std::string words;
  for (const GroupFormat &format : groupFormats())
    words += (words.empty() ? "" : ", ") + std::string(format.word);
  return words;
}

/// The format of one word of a recipe.
const GroupFormat *formatOf(const std::string &path, const std::string &role, const Json &word) {
  const GroupFormat *format = word.is_string() ? findGroupFormat(word.get<std::string>()) : nullptr;
  if (!format)
    importer::refuse(path, importer::quoted(role),
                     "is " + importer::quoted(word.dump()) + ", which is not one of " + wordsOfFormats());
  return format;
}

} // namespace

Formats uniformFormats(const importer::TensorSource &source, const GroupFormat &blocks) {
  Formats formats;
  for (const importer::TensorInfo &tensor : source.tensors())
    if (isQuantized(tensor))
      formats[tensor.name] = tensor.block < 0 ? findGroupFormat("q8_0") : &blocks;
  return formats;
}

double bitsOfBlocks(const importer::TensorSource &source, const Formats &formats) {
  double bits = 0, weights = 0;
  for (const importer::TensorInfo &tensor : source.tensors())
    if (const auto format = formats.find(tensor.name); format != formats.end() && tensor.block >= 0) {
      bits += format->second->bitsOfWeight() * double(tensor.rows * tensor.columns);
      weights += double(tensor.rows * tensor.columns);
    }
  return weights == 0 ? 0 : bits / weights;
}

std::string recipeText(const importer::TensorSource &source, const Formats &formats) {
  Json recipe = Json::object();
  for (const auto &[role, tensors] : tensorsByRole(source)) {
    Json words = Json::array();
    for (const importer::TensorInfo *tensor : tensors)
      words.push_back(formats.at(tensor->name)->word);
    const bool alike = std::all_of(words.begin(), words.end(), [&](const Json &word) { return word == words.front(); });
    recipe[role] = alike ? words.front() : words;
  }
  std::string text = "{";
  for (const auto &[role, words] : recipe.items())
    text += (text == "{" ? "\n  " : ",\n  ") + Json(role).dump() + ": " + words.dump();
  return text + "\n}\n";
}

Formats parseRecipe(const std::string &path, const std::string &text, const importer::TensorSource &source) {
  const Json recipe = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!recipe.is_object())
    throw importer::InputError("'" + path + "': a recipe is a JSON object of roles and their formats");
  Formats formats;
  const auto roles = tensorsByRole(source);
  std::string known;
  for (const auto &[role, tensors] : roles)
    known += (known.empty() ? "" : ", ") + role;
  for (const auto &[role, words] : recipe.items()) {
    const auto found = std::find_if(roles.begin(), roles.end(), [&](const auto &entry) { return entry.first == role; });
    if (found == roles.end())
      importer::refuse(path, importer::quoted(role), "is no matrix of the model, which has " + known);
    const auto &tensors = found->second;
    if (words.is_array() && words.size() != tensors.size())
      importer::refuse(path, importer::quoted(role),
                       "has " + importer::counted(int64_t(words.size()), "format") + ", the model has " +
                           std::to_string(tensors.size()) + " of it");
    for (size_t i = 0; i < tensors.size(); ++i)
      formats[tensors[i]->name] = formatOf(path, role, words.is_array() ? words[i] : words);
  }
  for (const auto &[role, tensors] : roles)
    if (!formats.contains(tensors.front()->name))
      importer::refuse(path, importer::quoted(role), "is missing");
  return formats;
}

} // namespace weebill::quantize
