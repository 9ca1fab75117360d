//===- EmitRequirements.cpp - What an emitted file asks of compilers ------===//
//
// A compiler or a flag that will not do is told in one sentence, instead of in pages or not at all. Tested by
// tests/emitted/test_toolchains.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/Sections.h"

namespace weebill::emit {

// Flags that have no macro are found at start (runtime/arithmetic.h). GCC says by __GCC_IEC_559 that it keeps to the
// standard of float arithmetic, whatever flag it is that would change it.
Requirements requirements() {
  return {
      R"(// What will not do is told here, in one sentence: all the rest stands behind the #else.
#if __has_include(<version>)
#include <version>
#endif
#if !defined(__GNUC__)
#error "this file needs GCC 11 or later, or Clang 14 or later"
#elif defined(__clang__) && __clang_major__ < 14
#error "this Clang is too old: the file needs Clang 14 or later, or GCC 11 or later"
#elif !defined(__clang__) && __GNUC__ < 11
#error "this GCC is too old: the file needs GCC 11 or later, or Clang 14 or later"
#elif __cplusplus < 202002L
#error "this file is C++20: compile it with -std=c++20"
#elif !defined(__cpp_exceptions)
#error "this file throws its errors: compile it without -fno-exceptions"
#elif defined(__wasi__) && !defined(__wasm_exception_handling__) && defined(WEEBILL_NO_MAIN)
#error "other programs on WASI get errors by exceptions, which this compiler has not: try -fwasm-exceptions"
#elif defined(__FAST_MATH__) || __FINITE_MATH_ONLY__ || (!defined(__clang__) && __GCC_IEC_559 == 0)
#error "flags that loosen float arithmetic change the model's numbers: no -Ofast, -ffast-math or parts of it; use -O2"
#elif __FLT_EVAL_METHOD__ != 0
#error "float arithmetic must be of 32 bits: on 32-bit x86 compile with -msse2 -mfpmath=sse"
#elif !defined(__cpp_lib_atomic_wait) || !defined(__cpp_lib_span) || !defined(__cpp_lib_bit_cast)
#error "this C++ library is too old: the file needs that of GCC 11, or libc++ 14, or a later one"
#else

// Products and sums are rounded one by one, in the order in which they stand; fused where `fma` is written, and nowhere
// else: that is what makes results equal everywhere. Clang is told before the library's headers, whose functions become
// a part of these; GCC behind them.
#if defined(__clang__)
#if defined(__x86_64__)
#pragma float_control(precise, on)
#endif
#pragma clang fp contract(off)
#pragma clang fp reassociate(off)
#endif

)",
      R"(#if !defined(__clang__)
#pragma GCC optimize("fp-contract=off")
#endif

)",
      "#endif // what will not do\n"};
}

} // namespace weebill::emit
