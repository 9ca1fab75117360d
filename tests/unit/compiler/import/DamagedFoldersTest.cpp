// Folders with damaged files are read or refused with an InputError. Under the sanitizers this says more. Files of
// GGUF: DamagedFilesTest.cpp.

#include "HuggingFaceFolder.h"

#include <gtest/gtest.h>
#include <random>

namespace weebill::tests {
namespace {

using nlohmann::json;

/// Changes of one to three bytes at random places of `bytes`.
std::string damaged(std::string bytes, std::mt19937 &random) {
  const auto below = [&](size_t bound) { return std::uniform_int_distribution<size_t>(0, bound - 1)(random); };
  static constexpr unsigned char kInteresting[] = {0x00, 0x7f, 0xff, '0', '9', '-', '"', '[', '{', ',', ':'};
  for (size_t changes = 1 + below(3); changes; --changes)
    bytes[below(bytes.size())] = char(below(2) ? kInteresting[below(std::size(kInteresting))] : below(256));
  return bytes;
}

TEST(DamagedFoldersTest, DamagedFilesAreReadOrRefused) {
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

TEST(DamagedFoldersTest, FilesThatAreCutAreRefused) {
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
