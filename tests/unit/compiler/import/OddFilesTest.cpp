// What stands under the name of a model's file may be anything: nothing, a link to nothing or to itself, a folder, a
// pipe that nobody writes to. Each is one sentence, at once. A link to a file is that file: that is how caches of
// downloads look.

#include "HuggingFaceFolder.h"
#include "compiler/import/ImportedModel.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace weebill::tests {
namespace {

namespace fs = std::filesystem;

std::string importError(const std::string &path) {
  try {
    importer::importModel(path);
    return "";
  } catch (const importer::InputError &error) {
    return error.what();
  }
}

/// Puts something odd in the place of `name` of a right folder and imports it.
template <class Make> std::string folderError(const std::string &name, Make make) {
  const TemporaryFolder folder;
  SmallFolder().write(folder);
  const fs::path path = folder.path() / name;
  fs::remove(path);
  make(path);
  const std::string said = importError(folder.path().string()), start = folder.path().string() + "/";
  return said.starts_with(start) ? said.substr(start.size()) : said;
}

constexpr const char *kFiles[] = {"model.safetensors", "tokenizer.json", "tokenizer_config.json",
                                  "chat_template.jinja"};

TEST(OddFilesTest, ALinkToNothingIsNotAsIfThereWereNoFile) {

  for (const std::string name : kFiles)
    EXPECT_EQ(folderError(name, [](const fs::path &path) { fs::create_symlink("nothing", path); }),
              name + ": cannot be opened: No such file or directory");
}

TEST(OddFilesTest, ALinkToItself) {
  for (const std::string name : kFiles)
    EXPECT_EQ(folderError(name, [](const fs::path &path) { fs::create_symlink(path.filename(), path); }),
              name + ": cannot be opened: Too many levels of symbolic links");
}

TEST(OddFilesTest, AFolderOrAPipe) {
  for (const std::string name : {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}) {
    EXPECT_EQ(folderError(name, [](const fs::path &path) { fs::create_directory(path); }),
              name + ": is not a regular file");
    EXPECT_EQ(folderError(name, [](const fs::path &path) { mkfifo(path.c_str(), 0600); }),
              name + ": is not a regular file");
  }
  const TemporaryFolder folder;
  for (const char *name : {"x.gguf", "x.json"}) {
    const std::string path = (folder.path() / name).string();
    mkfifo(path.c_str(), 0600);
    EXPECT_EQ(importError(path), path + ": is not a regular file");
    fs::remove(path);
    fs::create_directory(path);
    EXPECT_EQ(importError(path),
              path + ": is a folder without config.json and without GGUF files, so there is no model in it");
  }
}

TEST(OddFilesTest, ALinkToAFileIsTheFile) {
  const TemporaryFolder elsewhere;
  elsewhere.write("blob", SmallFolder().checkpoint());
  EXPECT_EQ(folderError("model.safetensors",
                        [&](const fs::path &path) { fs::create_symlink(elsewhere.path() / "blob", path); }),
            "");
}

TEST(OddFilesTest, NumbersThatAreNone) {
  SmallFolder folder;
  const std::string right = folder.checkpoint();
  for (const auto &[bytes, what] : {std::pair<std::string, std::string>{std::string("\0\0\xc0\x7f", 4), "NaN"},
                                    {std::string("\0\0\x80\x7f", 4), "infinite"},
                                    {std::string("\0\0\x80\xff", 4), "infinite"}}) {
    folder.files["model.safetensors"] =
        right.substr(0, right.size() - 4) + bytes; // the last element of the last tensor
    EXPECT_EQ(folder.importError(), "model.safetensors: tensor 'model.norm.weight': row 0, column 7 is " + what);
  }
}

} // namespace
} // namespace weebill::tests
