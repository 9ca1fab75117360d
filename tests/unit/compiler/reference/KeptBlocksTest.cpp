//===- KeptBlocksTest.cpp -------------------------------------------------===//
//
// What the interpreter takes out of a block makes the weights that the importer makes of it, to the bit.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/KeptBlocks.h"

#include "compiler/import/gguf/TensorTypes.h"
#include "compiler/reference/ExactArithmetic.h"

#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <vector>

using namespace weebill;

namespace {

const gguf::TensorType &typeCalled(std::string_view name) {
  for (uint32_t id = 0; id < 256; ++id)
    if (const gguf::TensorType *type = gguf::findTensorType(id); type && type->name == name)
      return *type;
  throw std::logic_error("no type " + std::string(name));
}

TEST(KeptBlocksTest, CodesAndScalesMakeTheWeightsOfTheFile) {
  std::mt19937 random(7);
  for (std::string_view storage : {"q4_0", "q4_1", "q5_0", "q5_1", "q6_0", "q8_0", "q4_k", "q5_k", "q6_k", "iq4_nl",
                                   "iq4_xs", "mxfp4", "tq1_0", "tq2_0", "q2_0"}) {
    const reference::BlockFormat &format = reference::blockFormatOf(storage);
    const gguf::TensorType &type = typeCalled(format.type);
    ASSERT_EQ(format.columns, type.blockElements);
    ASSERT_EQ(format.bytes, type.blockBytes);
    for (int round = 0; round < 1000; ++round) {
      std::vector<uint8_t> block(format.bytes);
      for (uint8_t &byte : block)
        byte = uint8_t(random());
      for (int64_t place : {int64_t(1), int64_t(3), format.bytes - 1}) // no float16 that is infinite or no number,
        block[place] &= 0xbf;                                          // wherever it lies
      if (storage == "mxfp4" && block[0] == 255)                       // no exponent
        block[0] = 0;
      std::vector<float> wanted(format.columns), scales(format.columns), minimums(format.columns);
      std::vector<int8_t> codes(format.columns);
      type.dequantizeBlock(reinterpret_cast<const char *>(block.data()), wanted.data());
      format.takeApart(block.data(), codes.data(), scales.data(), minimums.data());
      for (int64_t k = 0; k < format.columns; ++k) {
        const int64_t part = k / format.group;
        const float found = reference::ExactArithmetic::weight(int32_t(codes[k]), scales[part],
                                                               format.minimums ? minimums[part] : 0.0f);
        ASSERT_EQ(found, wanted[k]) << storage << ", column " << k; // a zero of either sign
      }
    }
  }
}

TEST(KeptBlocksTest, OtherStoragesHaveNoBlocks) { EXPECT_THROW(reference::blockFormatOf("int8"), std::logic_error); }

} // namespace
