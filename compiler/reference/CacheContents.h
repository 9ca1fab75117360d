//===- CacheContents.h - What a cache holds, for others ----------*- C++ -*-===//
//
// Tested by tests/unit/compiler/reference/InterpreterTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_REFERENCE_CACHECONTENTS_H
#define WEEBILL_COMPILER_REFERENCE_CACHECONTENTS_H

#include <vector>

namespace weebill::reference {

/// Keys and values of a visit, [positions][key-value heads * head size], as the cache keeps them: codes if it keeps
/// codes, those of keys mixed, which have [positions][key-value heads] scales. Or, in a visit that convolves, the rows
/// that its convolution has seen, [positions][columns].
struct CacheContents {
  std::vector<float> keys, values, keyScales, valueScales;
  std::vector<float> rows = {};
};

} // namespace weebill::reference

#endif // WEEBILL_COMPILER_REFERENCE_CACHECONTENTS_H
