//===- TemporaryFolder.h - A folder for one test -----------------*- C++ -*-===//
//
// Used by unit tests that write files.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_UNIT_SUPPORT_TEMPORARYFOLDER_H
#define WEEBILL_TESTS_UNIT_SUPPORT_TEMPORARYFOLDER_H

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace weebill::tests {

class TemporaryFolder {
public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "weebill-test-XXXXXX").string();
    folder = mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(folder); }

  const std::filesystem::path &path() const { return folder; }
  void write(const std::string &name, const std::string &text) const {
    std::ofstream(folder / name, std::ios::binary) << text;
  }
  std::string read(const std::string &name) const {
    std::ifstream file(folder / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  int count() const {
    return int(std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
  }

private:
  std::filesystem::path folder;
};

} // namespace weebill::tests

#endif // WEEBILL_TESTS_UNIT_SUPPORT_TEMPORARYFOLDER_H
