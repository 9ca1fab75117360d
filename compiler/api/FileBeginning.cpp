//===- FileBeginning.cpp - What a file of an option begins with -----------===//
//
// Tested by tests/unit/compiler/api/CalibrationTextTest.cpp and tests/unit/compiler/api/QuantizationTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/FileBeginning.h"

#include "compiler/import/ImportedModel.h"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace weebill::api {

std::string beginningOfFile(const std::string &option, const std::string &path, size_t most) {
  std::ifstream file(path, std::ios::binary);
  std::string text(most, '\0');
  file.read(text.data(), std::streamsize(text.size()));
  if (!file && !file.eof())
    throw importer::InputError(option + ": cannot read '" + path + "': " + std::strerror(errno));
  text.resize(size_t(file.gcount()));
  return text;
}

} // namespace weebill::api
