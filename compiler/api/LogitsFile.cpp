//===- LogitsFile.cpp - Rows of logits that a program has written ---------===//
//
// Tested by tests/unit/compiler/api/LogitsFileTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/LogitsFile.h"

#include "compiler/import/Refuse.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

namespace weebill::api {

LogitsFile::LogitsFile(const std::filesystem::path &path, int64_t rows, int64_t columns)
    : path(path), file(path, std::ios::binary), row(size_t(columns)), logarithms(size_t(columns)) {
  unsigned char begin[10] = {};
  file.read(reinterpret_cast<char *>(begin), sizeof begin);
  std::string header(size_t(begin[8]) + 256 * size_t(begin[9]), '\0');
  file.read(header.data(), std::streamsize(header.size()));
  const std::string shape = "'shape': (" + std::to_string(rows) + ", " + std::to_string(columns) + ")";
  const bool known = file && std::memcmp(begin, "\x93NUMPY\x01", 8) == 0 &&
                     header.find("'descr': '<f4'") != header.npos && header.find(shape) != header.npos;
  if (!known)
    throw importer::InputError("'" + path.string() + "': holds no float32 logits of " + std::to_string(rows) +
                               " tokens and " + std::to_string(columns) + " ids");
}

const std::vector<double> &LogitsFile::next() {
  if (!file.read(reinterpret_cast<char *>(row.data()), std::streamsize(row.size() * sizeof(float))))
    throw importer::InputError("'" + path.string() + "': is cut");
  const double most = *std::max_element(row.begin(), row.end());
  double sum = 0;
  for (float logit : row)
    sum += std::exp(double(logit) - most);
  const double all = most + std::log(sum);
  for (size_t id = 0; id < row.size(); ++id)
    logarithms[id] = double(row[id]) - all;
  return logarithms;
}

} // namespace weebill::api
