// What a path is shows in its content; what is near a model gets a sentence that says what to give in its place.

#include "compiler/import/ModelSource.h"

#include "GgufBuilder.h"
#include "HuggingFaceFolder.h"
#include "compiler/import/ImportedModel.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

void write(const fs::path &path, const std::string &bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

/// What importing a path throws, with FOLDER in the place of `folder`; empty if it is read.
std::string errorOf(const fs::path &path, const fs::path &folder) {
  try {
    importer::importModel(path.string());
    return "";
  } catch (const importer::InputError &error) {
    std::string text = error.what();
    for (size_t at; (at = text.find(folder.string())) != text.npos;)
      text.replace(at, folder.string().size(), "FOLDER");
    return text;
  }
}

TEST(ModelSourceTest, GgufByAnyName) {
  const TemporaryFolder folder;
  GgufBuilder builder = smallLlama();
  builder.setText("general.name", "Small One");
  for (const char *name : {"a.GGUF", "blob", "sha256-0123abc", "model.bin"})
    write(folder.path() / name, builder.bytes());
  EXPECT_EQ(importer::importModel((folder.path() / "a.GGUF").string()).name, "a");
  EXPECT_EQ(importer::importModel((folder.path() / "blob").string()).name, "blob");
  EXPECT_EQ(importer::importModel((folder.path() / "sha256-0123abc").string()).name, "Small One");
  EXPECT_EQ(errorOf(folder.path() / "model.bin", folder.path()), "");
}

TEST(ModelSourceTest, DescriptionsByAnyName) {
  const TemporaryFolder folder;
  write(folder.path() / "shape", R"( {"layers":1,"model":8,"hidden":8,"heads":1,"vocabulary":8})");
  EXPECT_EQ(errorOf(folder.path() / "shape", folder.path()), "");
  write(folder.path() / "shape.json", R"({"layers":1,"width":8})");
  EXPECT_EQ(errorOf(folder.path() / "shape.json", folder.path()),
            "FOLDER/shape.json:1:13: 'width' is no field of a description");
}

TEST(ModelSourceTest, Snapshots) {
  const TemporaryFolder folder;
  const fs::path hub = folder.path() / "models--some--tiny-one", snapshots = hub / "snapshots";
  SmallFolder().write(folder);
  for (const char *hash : {"0000", "1111"})
    for (const char *name : {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}) {
      fs::create_directories(snapshots / hash);
      fs::create_symlink(folder.path() / name, snapshots / hash / name);
    }
  EXPECT_EQ(importer::importModel((snapshots / "0000").string()).name, "tiny-one");
  EXPECT_EQ(errorOf(hub, folder.path()),
            "FOLDER/models--some--tiny-one: is a folder of the Hugging Face cache with 2 snapshots: give "
            "'FOLDER/models--some--tiny-one/snapshots/1111'");
  write(hub / "refs" / "main", "0000");
  EXPECT_EQ(errorOf(snapshots, folder.path()),
            "FOLDER/models--some--tiny-one/snapshots: is a folder of the Hugging Face cache with 2 snapshots: give "
            "'FOLDER/models--some--tiny-one/snapshots/0000'");
}

TEST(ModelSourceTest, FoldersThatAreNoModel) {
  const TemporaryFolder folder;
  const auto error = [&](const char *name) { return errorOf(folder.path() / name, folder.path()); };
  write(folder.path() / "adapter" / "adapter_config.json",
        R"({"peft_type": "LORA", "base_model_name_or_path": "some/base"})");
  const std::string adapter = "is an adapter, which changes another model's weights, those of 'some/base': merge it "
                              "into that model (peft's merge_and_unload) and give the folder that this saves";
  EXPECT_EQ(error("adapter"), "FOLDER/adapter: " + adapter);
  EXPECT_EQ(error("adapter/adapter_config.json"), "FOLDER/adapter/adapter_config.json: " + adapter);
  write(folder.path() / "ggufs" / "b.gguf", "GGUF");
  EXPECT_EQ(error("ggufs"), "FOLDER/ggufs: is a folder with 1 GGUF file: give one file, 'FOLDER/ggufs/b.gguf'");
  write(folder.path() / "tensors" / "model.safetensors", "x");
  EXPECT_EQ(error("tensors"), "FOLDER/tensors: is a folder with tensors, but without the config.json that says what "
                              "they are: download it into the same folder");
  fs::create_directory(folder.path() / "empty");
  EXPECT_EQ(error("empty"),
            "FOLDER/empty: is a folder without config.json and without GGUF files, so there is no model in it");
  write(folder.path() / "lone" / "config.json", SmallFolder().config.dump());
  EXPECT_EQ(error("lone"), "FOLDER/lone: has neither model.safetensors nor model.safetensors.index.json: config.json "
                           "alone is no model, download the tensors into the same folder");
  write(folder.path() / "lone" / "adapter_model.safetensors", "x");
  EXPECT_NE(error("lone").find("; it is an adapter"), std::string::npos);
}

TEST(ModelSourceTest, FilesThatAreNoModel) {
  const TemporaryFolder folder;
  const auto expect = [&](const std::string &name, const std::string &bytes, const std::string &words) {
    write(folder.path() / name, bytes);
    EXPECT_EQ(errorOf(folder.path() / name, folder.path()), "FOLDER/" + name + ": " + words);
  };
  const std::string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n";
  const std::string lfs = "is a Git LFS pointer in the place of the file: 'git lfs pull' fetches it";
  expect("m.gguf", pointer, lfs);
  expect("m", pointer, lfs);
  expect("config.json", SmallFolder().config.dump(),
         "is the configuration of a Hugging Face model without its weights: download model.safetensors into a folder "
         "with it, and give the folder");
  expect("model.safetensors", SmallFolder().checkpoint(),
         "is a file of tensors (safetensors) without a configuration: give the folder with it and config.json");
  SmallFolder().write(folder);
  expect("config.json", SmallFolder().config.dump(),
         "is the configuration of a Hugging Face model: give its folder, 'FOLDER'");
  expect("model.safetensors.index.json", R"({"weight_map": {}})",
         "is the index of a model folder's tensors: give the folder, 'FOLDER'");
  expect("pytorch_model.bin", "PK\3\4....",
         "is a file of PyTorch or an archive, which is not read, because such files hold programs: save the model with "
         "save_pretrained, which writes model.safetensors, and give the folder");
  expect("old.bin", "tjgg....",
         "is a model file of GGML's formats before GGUF: convert the original model to GGUF "
         "again");
  expect("m.gz", "\x1f\x8b......", "is compressed: unpack it, and give what is in it");
  expect("page", "<!DOCTYPE html>", "is a web page or XML in the place of a model: download the file itself");
  expect("m.txt", "hello",
         "begins with 'hell', so it is neither a GGUF file, which begins with 'GGUF', nor a "
         "description, which begins with '{'");
}

TEST(ModelSourceTest, APointerInsideAFolder) {
  const TemporaryFolder folder;
  SmallFolder content;
  content.files["model.safetensors"] = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n";
  content.write(folder);
  EXPECT_NE(errorOf(folder.path(), folder.path()).find("model.safetensors: is a Git LFS pointer"), std::string::npos);
}

TEST(ModelSourceTest, NamesOfFiles) {
  EXPECT_EQ(importer::nameOfFile("a/b-00001-of-00003.gguf", ""), "b");
  EXPECT_EQ(importer::nameOfFile("a/b-0001-of-00003.gguf", ""), "b-0001-of-00003");
  EXPECT_EQ(importer::nameOfFile(std::string(64, 'a'), "T"), "T");
  EXPECT_EQ(importer::nameOfFile(std::string(64, 'a'), ""), std::string(64, 'a'));
  EXPECT_EQ(importer::nameOfFile("deadbeef.gguf", "T"), "deadbeef");
}

} // namespace
} // namespace weebill::tests
