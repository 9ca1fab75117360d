//===- WriteNpy.cpp - Numbers as a .npy file ------------------------------===//
//
// Tested by tests/emitted/test_reference.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/tools/WriteNpy.h"

#include "compiler/import/ImportedModel.h"

#include <bit>
#include <fstream>

namespace weebill::tools {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie in memory");

void writeNpy(const std::string &path, const std::vector<float> &values, int64_t rows, int64_t columns) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(rows) + ", " +
                       std::to_string(columns) + "), }";
  // Magic, version and length are 10 bytes; the header is padded so that the numbers start at a multiple of 64.
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';

  std::ofstream file(path, std::ios::binary);
  file.write("\x93NUMPY\x01\x00", 8);
  file.put(char(header.size() & 0xff)).put(char(header.size() >> 8));
  file.write(header.data(), header.size());
  file.write(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float));
  file.close();
  if (!file)
    throw importer::InputError(path + ": cannot be written");
}

} // namespace weebill::tools
