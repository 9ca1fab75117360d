//===- WholeFile.cpp - All of a file --------------------------------------===//

#include "compiler/api/WholeFile.h"

#include "compiler/import/ImportedModel.h"

#include <fstream>
#include <sstream>

namespace weebill::api {

std::string wholeFile(const std::filesystem::path &path, const std::string &problem) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || std::filesystem::is_directory(path) || !(text << file.rdbuf()))
    throw importer::InputError("'" + path.string() + "': " + problem);
  return text.str();
}

} // namespace weebill::api
