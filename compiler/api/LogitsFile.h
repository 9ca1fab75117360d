//===- LogitsFile.h - Rows of logits that a program has written --*- C++ -*-===//
//
// A .npy file of float32 [tokens][vocabulary], read row by row. Tested by tests/unit/compiler/api/LogitsFileTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_LOGITSFILE_H
#define WEEBILL_COMPILER_API_LOGITSFILE_H

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <vector>

namespace weebill::api {

class LogitsFile {
public:
  /// Throws InputError if it is not of so many rows and columns.
  LogitsFile(const std::filesystem::path &path, int64_t rows, int64_t columns);

  /// Logarithms of the probabilities that the next row gives, from its logits. Throws InputError if there is none.
  const std::vector<double> &next();

private:
  std::filesystem::path path;
  std::ifstream file;
  std::vector<float> row;
  std::vector<double> logarithms;
};

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_LOGITSFILE_H
