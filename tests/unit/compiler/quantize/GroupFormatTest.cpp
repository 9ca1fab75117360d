//===- GroupFormatTest.cpp ------------------------------------------------===//
//
// A block that is written has the codes and the scale that the interpreter takes out of it.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/GroupFormat.h"

#include "codegen/formats/Formats.h"
#include "codegen/formats/Half.h"
#include "compiler/import/gguf/Dequantize.h"
#include "compiler/reference/KeptBlocks.h"

#include <gtest/gtest.h>
#include <random>
#include <vector>

using namespace weebill;
using namespace weebill::quantize;

namespace {

TEST(GroupFormatTest, BlocksAreThoseOfTheFormatsThatAreKept) {
  for (const GroupFormat &format : groupFormats()) {
    const formats::WeightFormat *stored = formats::findMatrixFormat(format.word);
    ASSERT_TRUE(stored && stored->kept) << format.word;
    EXPECT_STREQ(stored->kept->type, format.type);
    EXPECT_EQ(stored->kept->bytes, format.bytes()) << format.word;
    EXPECT_EQ(stored->kept->columns, kGroup) << format.word;
    EXPECT_EQ(findGroupFormat(format.word), &format);
  }
  EXPECT_EQ(findGroupFormat("q4_k"), nullptr);
  EXPECT_EQ(findGroupFormat(""), nullptr);
}

TEST(GroupFormatTest, TheyAreInTheOrderOfTheirSize) {
  for (size_t i = 1; i < groupFormats().size(); ++i)
    EXPECT_LT(groupFormats()[i - 1].bitsOfWeight(), groupFormats()[i].bitsOfWeight());
  EXPECT_EQ(findGroupFormat("q4_1")->bitsOfWeight(), 5);
  EXPECT_EQ(findGroupFormat("q5_0")->bitsOfWeight(), 5.5);
}

TEST(GroupFormatTest, TheInterpreterReadsWhatIsWritten) {
  std::mt19937 random(3);
  for (const GroupFormat &format : groupFormats())
    for (int round = 0; round < 200; ++round) {
      Group group;
      group.scale = formats::toHalf(float(random() % 1000) / 700 - 0.5f);
      group.minimum = format.hasMinimum ? formats::toHalf(float(random() % 1000) / 300 - 2) : 0;
      for (int8_t &code : group.codes)
        code = int8_t(format.lowest + int(random() % unsigned(format.highest - format.lowest + 1)));

      std::vector<uint8_t> block(size_t(format.bytes()), uint8_t(255));
      writeBlock(format, group, block.data());
      int8_t codes[kGroup];
      float scale = 0, minimum = 0, weights[kGroup];
      reference::blockFormatOf(format.word).takeApart(block.data(), codes, &scale, &minimum);
      readBlock(format, block.data(), weights);
      for (int i = 0; i < kGroup; ++i) {
        ASSERT_EQ(codes[i], group.codes[i]) << format.word << ", column " << i;
        const float product = scale * float(codes[i]);
        ASSERT_EQ(weights[i], format.hasMinimum ? product + minimum : product) << format.word;
      }
      ASSERT_EQ(scale, gguf::halfToFloat(group.scale));
      ASSERT_EQ(minimum, gguf::halfToFloat(group.minimum));
    }
}

} // namespace
