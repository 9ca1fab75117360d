//===- Numbers.h - Numbers for people to read --------------------*- C++ -*-===//
//
// Tested by tests/unit/compiler/driver/NumbersTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_NUMBERS_H
#define WEEBILL_COMPILER_DRIVER_NUMBERS_H

#include <cstdint>
#include <string>

namespace weebill::driver {

/// 1234567 -> "1,234,567".
std::string groupedText(int64_t number);

/// 136'249'600 -> "136.2 MB", with powers of ten.
std::string bytesText(int64_t bytes);

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_NUMBERS_H
