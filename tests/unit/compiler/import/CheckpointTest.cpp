// One file, or several with an index that must agree with them.

#include "compiler/import/huggingface/Checkpoint.h"

#include "HuggingFaceFolder.h"
#include "compiler/import/ImportedModel.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

using nlohmann::json;

std::string fileOf(const std::vector<std::string> &names) {
  SafetensorsBuilder builder;
  for (const std::string &name : names)
    builder.add(name, {2}, {1, 2});
  return builder.bytes();
}

std::string indexOf(const json &places) {
  return json{{"metadata", {{"total_size", 16}}}, {"weight_map", places}}.dump();
}

/// What opening a folder of these files throws, without its path, or "".
std::string folderError(const std::map<std::string, std::string> &files) {
  const TemporaryFolder folder;
  for (const auto &[name, bytes] : files)
    folder.write(name, bytes);
  try {
    const huggingface::Checkpoint checkpoint(folder.path().string());
    return "";
  } catch (const importer::InputError &error) {
    std::string text = error.what();
    for (size_t at; (at = text.find(folder.path().string() + "/")) != text.npos;)
      text.erase(at, folder.path().string().size() + 1);
    return text;
  }
}

TEST(CheckpointTest, OneFile) {
  const TemporaryFolder folder;
  folder.write("model.safetensors", fileOf({"a", "b"}));
  const huggingface::Checkpoint checkpoint(folder.path().string());
  EXPECT_EQ(checkpoint.tensors().size(), 2u);
  ASSERT_TRUE(checkpoint.find("b"));
  EXPECT_EQ(checkpoint.find("b")->shape, std::vector<int64_t>{2});
  EXPECT_FALSE(checkpoint.find("c"));
}

TEST(CheckpointTest, SeveralFiles) {
  const std::string first = fileOf({"a"}), second = fileOf({"b", "c"});
  const auto error = [&](const json &places) {
    return folderError(
        {{"1.safetensors", first}, {"2.safetensors", second}, {"model.safetensors.index.json", indexOf(places)}});
  };
  const json right = {{"a", "1.safetensors"}, {"b", "2.safetensors"}, {"c", "2.safetensors"}};
  const auto changed = [&](const std::string &tensor, const json &file) {
    json places = right;
    places[tensor] = file;
    return error(places);
  };
  EXPECT_EQ(error(right), "");
  EXPECT_EQ(changed("b", "1.safetensors"), "model.safetensors.index.json: tensor 'b': is not in '1.safetensors'");
  EXPECT_EQ(changed("d", "1.safetensors"), ""); // whoever needs it finds that it is missing
  EXPECT_EQ(changed("a", "3.safetensors"),
            "3.safetensors: is missing, but the index names it: download it into the folder");
  for (const char *outside : {"../1.safetensors", "/etc/1.safetensors", "1.bin", "a\\1.safetensors", ""})
    EXPECT_NE(changed("a", outside).find("is not the name of a .safetensors file of this folder"), std::string::npos);
  EXPECT_NE(changed("a", 1).find("is not the name of a .safetensors file"), std::string::npos);
  json less = right;
  less.erase("c");
  EXPECT_EQ(error(less), "2.safetensors: tensor 'c': is not in the index");
  EXPECT_EQ(error(json::object()), "model.safetensors.index.json: 'weight_map': is missing or has no tensors");
}

TEST(CheckpointTest, WordsOfWrappersAreNoPartOfNames) {
  EXPECT_EQ(
      folderError({{"model.safetensors", fileOf({"_orig_mod.a", "b._checkpoint_wrapped_module.c", "d_orig_mod.e"})}}),
      "");
  EXPECT_NE(folderError({{"model.safetensors", fileOf({"_orig_mod.a", "a"})}}).find("is in model.safetensors already"),
            std::string::npos);
}

TEST(CheckpointTest, ATensorInTwoFiles) {
  EXPECT_EQ(folderError({{"1.safetensors", fileOf({"a"})},
                         {"2.safetensors", fileOf({"a", "b"})},
                         {"model.safetensors.index.json", indexOf({{"a", "1.safetensors"}, {"b", "2.safetensors"}})}}),
            "2.safetensors: tensor 'a': is in 1.safetensors already");
}

TEST(CheckpointTest, NoFiles) {
  EXPECT_NE(folderError({}).find("has neither model.safetensors nor model.safetensors.index.json"), std::string::npos);
  EXPECT_NE(folderError({{"other.safetensors", fileOf({"a"})}}).find("'other.safetensors': if that is the whole model"),
            std::string::npos);
  EXPECT_NE(folderError({{"pytorch_model.bin", "x"}}).find("such files hold programs"), std::string::npos);
}

} // namespace
} // namespace weebill::tests
