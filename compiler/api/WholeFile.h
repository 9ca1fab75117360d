//===- WholeFile.h - All of a file ---------------------------------*- C++ -*-===//
//
// Tested by tests/emitted/test_eval.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_WHOLEFILE_H
#define WEEBILL_COMPILER_API_WHOLEFILE_H

#include <filesystem>
#include <string>

namespace weebill::api {

/// The bytes of a file. Throws InputError, which names the file and says `problem`, if it cannot be read.
std::string wholeFile(const std::filesystem::path &path, const std::string &problem);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_WHOLEFILE_H
