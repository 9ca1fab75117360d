//===- FileBeginning.h - What a file of an option begins with ----*- C++ -*-===//
//
// Tested by tests/unit/compiler/api/CalibrationTextTest.cpp and tests/unit/compiler/api/QuantizationTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_FILEBEGINNING_H
#define WEEBILL_COMPILER_API_FILEBEGINNING_H

#include <cstddef>
#include <string>

namespace weebill::api {

/// At most so many bytes. Throws InputError "--option: cannot read 'path': why".
std::string beginningOfFile(const std::string &option, const std::string &path, size_t most);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_FILEBEGINNING_H
