//===- EqualTensorsTest.cpp -----------------------------------------------===//
//
// Copies are found, near copies are not.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/EqualTensors.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>

using namespace weebill::driver;
using namespace weebill::importer;

namespace {

/// Tensors whose numbers are row * 10 + column, but for some that differ.
class Tensors : public TensorSource {
public:
  void add(const std::string &name, int64_t rows, int64_t columns) { infos.push_back({name, "F32", rows, columns}); }
  void change(const std::string &name, int64_t row, float value) { changed[{name, row}] = value; }

  const std::vector<TensorInfo> &tensors() const override { return infos; }
  void readRows(const std::string &name, int64_t first, int64_t count, float *out) const override {
    for (int64_t row = first; row < first + count; ++row) {
      const int64_t columns = find(name)->columns;
      for (int64_t column = 0; column < columns; ++column)
        out[column] = float(row * 10 + column);
      if (auto found = changed.find({name, row}); found != changed.end())
        out[columns - 1] = found->second;
      out += columns;
    }
  }

private:
  std::vector<TensorInfo> infos;
  std::map<std::pair<std::string, int64_t>, float> changed;
};

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(EqualTensorsTest, FindsEveryCopyOfTheFirst) {
  Tensors tensors;
  tensors.add("embedding", 500, 1000); // more than one piece
  tensors.add("other", 500, 1000);
  tensors.add("head", 500, 1000);
  tensors.add("again", 500, 1000);
  tensors.change("other", 0, 77);
  EXPECT_EQ(findEqualTensors(tensors), (Pairs{{"embedding", "head"}, {"embedding", "again"}}));
}

TEST(EqualTensorsTest, OneNumberInTheLastRowTellsThemApart) {
  Tensors tensors;
  for (const char *name : {"a", "b", "c"})
    tensors.add(name, 500, 1000);
  tensors.change("b", 499, 77);
  tensors.change("c", 499, 77);
  EXPECT_EQ(findEqualTensors(tensors), (Pairs{{"b", "c"}}));
}

TEST(EqualTensorsTest, ZerosOfDifferentSignAreDifferent) {
  Tensors tensors;
  tensors.add("a", 2, 1);
  tensors.add("b", 2, 1);
  tensors.change("a", 0, 0.0f);
  tensors.change("b", 0, -0.0f);
  EXPECT_EQ(findEqualTensors(tensors), Pairs{});
}

TEST(EqualTensorsTest, OtherShapesAreNotCompared) {
  Tensors tensors;
  tensors.add("a", 4, 8);
  tensors.add("b", 8, 4);
  EXPECT_EQ(findEqualTensors(tensors), Pairs{});
}

TEST(EqualTensorsTest, VectorsAreCompared) {
  Tensors tensors;
  for (const char *name : {"norm", "other_norm", "third_norm"})
    tensors.add(name, 1, 8);
  tensors.change("other_norm", 0, 77);
  EXPECT_EQ(findEqualTensors(tensors), (Pairs{{"norm", "third_norm"}}));
}

} // namespace
