//===- LogitsFileTest.cpp - Rows of logits that a program has written -----------===//

#include "compiler/api/LogitsFile.h"
#include "compiler/import/ImportedModel.h"
#include "tests/unit/support/TemporaryFolder.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace weebill;

namespace {

std::string npy(const std::string &header, const std::vector<float> &values) {
  std::string bytes("\x93NUMPY\x01\0", 8);
  bytes += char(header.size() % 256);
  bytes += char(header.size() / 256);
  bytes += header;
  return bytes.append(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float));
}

const std::string kHeader = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";

class LogitsFileTest : public testing::Test {
protected:
  std::filesystem::path write(const std::string &bytes) {
    std::ofstream(folder.path() / "x.npy", std::ios::binary) << bytes;
    return folder.path() / "x.npy";
  }

  tests::TemporaryFolder folder;
};

TEST_F(LogitsFileTest, RowsAreProbabilities) {
  api::LogitsFile file(write(npy(kHeader, {0, 0, 0, 1000, 1000, -std::numeric_limits<float>::infinity()})), 2, 3);
  for (double logarithm : file.next())
    EXPECT_NEAR(logarithm, -std::log(3.0), 1e-15);
  const std::vector<double> &second = file.next();
  EXPECT_NEAR(second[0], -std::log(2.0), 1e-12); // 1000 is added and taken away again
  EXPECT_EQ(std::exp(second[2]), 0);
  EXPECT_THROW(file.next(), importer::InputError);
}

TEST_F(LogitsFileTest, WhatIsNoSuchFile) {
  const auto refused = [&](const std::string &bytes) {
    EXPECT_THROW(api::LogitsFile(write(bytes), 2, 3), importer::InputError) << bytes;
  };
  refused("");
  refused("\x93NUMPY");
  refused(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }\n", {}));
  refused(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3), }\n", {}));
  std::string cut = npy(kHeader, {});
  cut[9] = char(0xff); // a header that is longer than the file
  refused(cut);
}

} // namespace
