// A model in several GGUF files, as llama.cpp's gguf-split writes it: the first file has the metadata, and any file may
// have tensors.

#include "compiler/import/gguf/GgufFile.h"

#include "GgufBuilder.h"
#include "compiler/import/ImportedModel.h"
#include "tests/unit/support/TemporaryFolder.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

constexpr const char *kFirst = "m-00001-of-00003.gguf", *kSecond = "m-00002-of-00003.gguf",
                     *kThird = "m-00003-of-00003.gguf";

struct Parts {
  GgufBuilder first = smallLlama(), second, third;

  Parts() {
    int number = 0;
    for (GgufBuilder *part : {&first, &second, &third}) {
      part->set("split.no", 2, bytesOf<uint16_t>(uint16_t(number++)));
      part->set("split.count", 2, bytesOf<uint16_t>(3));
    }
    first.setInteger("split.tensors.count", uint32_t(first.tensors.size()));
    for (size_t i = 0; i < first.tensors.size(); ++i)
      (i % 2 ? second : third).tensors.push_back(first.tensors[i]);
    first.tensors.clear();
  }

  /// What importing the file of that name says, without paths; empty if it is read.
  std::string error(const std::string &name = kFirst, const std::string &thirdName = kThird) const {
    const TemporaryFolder folder;
    folder.write(kFirst, first.bytes());
    folder.write(kSecond, second.bytes());
    folder.write(thirdName, third.bytes());
    try {
      const importer::ImportedModel model = importer::importModel((folder.path() / name).string());
      EXPECT_EQ(model.name, "m");
      const importer::TensorInfo &last = model.source->tensors().back();
      std::vector<float> rows(size_t(last.rows * last.columns));
      model.source->readRows(last.name, 0, last.rows, rows.data());
      return "";
    } catch (const importer::InputError &error) {
      std::string text = error.what();
      for (size_t at; (at = text.find(folder.path().string() + "/")) != text.npos;)
        text.erase(at, folder.path().string().size() + 1);
      return text;
    }
  }
};

TEST(SplitGgufTest, IsReadAsOneModel) {
  const Parts parts;
  const TemporaryFolder folder;
  folder.write(kFirst, parts.first.bytes());
  folder.write(kSecond, parts.second.bytes());
  folder.write(kThird, parts.third.bytes());
  const ScratchFile whole(smallLlama().bytes());
  const importer::ImportedModel split = importer::importModel((folder.path() / kFirst).string());
  const importer::ImportedModel one = importer::importModel(whole.path);
  ASSERT_EQ(split.source->tensors().size(), one.source->tensors().size());
  for (const importer::TensorInfo &tensor : one.source->tensors()) {
    std::vector<float> rows(size_t(tensor.rows * tensor.columns)), other(rows.size());
    one.source->readRows(tensor.name, 0, tensor.rows, rows.data());
    split.source->readRows(tensor.name, 0, tensor.rows, other.data());
    EXPECT_EQ(rows, other) << tensor.name;
  }
}

TEST(SplitGgufTest, SaysWhichFileToGive) {
  EXPECT_EQ(Parts().error(), "");
  EXPECT_EQ(Parts().error(kSecond), "m-00002-of-00003.gguf: metadata 'split.no': the file is part 2 of 3: give the "
                                    "first one, whose name ends in '-00001-of-00003.gguf'");
  EXPECT_EQ(Parts().error(kFirst, "other"), "m-00003-of-00003.gguf: is missing: it is part 3 of the model that "
                                            "'m-00001-of-00003.gguf' begins");
  EXPECT_EQ(importError(Parts().first), "metadata 'split.count': the model is in 3 files, which are found by their "
                                        "names: the first one's must end in '-00001-of-00003.gguf'");
}

TEST(SplitGgufTest, RefusesPartsThatDisagree) {
  Parts other;
  other.third.set("split.no", 2, bytesOf<uint16_t>(1));
  EXPECT_EQ(other.error(), "m-00003-of-00003.gguf: metadata 'split.no': the file says that it is part 2 of 3, its name "
                           "says part 3 of 3");
  Parts twice;
  twice.third.tensors.push_back(twice.second.tensors[0]);
  EXPECT_EQ(twice.error(), "m-00003-of-00003.gguf: tensor '" + twice.second.tensors[0].name +
                               "': is in another file of the model, too");
  Parts less;
  less.second.tensors.pop_back();
  EXPECT_NE(less.error().find("metadata 'split.tensors.count': is "), std::string::npos);
}

} // namespace
} // namespace weebill::tests
