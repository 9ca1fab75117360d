//===- Powers.cpp - a ** b ------------------------------------------------===//
//
// Tested by tests/unit/compiler/import/ChatTemplateTest.cpp and tests/python/test_chat_templates.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/Operations.h"

#include <cmath>

namespace weebill::chat {

using Kind = Value::Kind;

/// `exponent` is not negative.
static int64_t wholePower(Progress &progress, int64_t base, int64_t exponent) {
  int64_t result = 1;
  for (int64_t square = base; exponent > 0;) {
    // A square that overflows is a factor of the result, for something is left of the exponent.
    if ((exponent & 1 && __builtin_mul_overflow(result, square, &result)) ||
        ((exponent >>= 1) > 0 && __builtin_mul_overflow(square, square, &square)))
      progress.fail("a number does not fit into 64 bits");
  }
  return result;
}

Value power(Progress &progress, const Value &base, const Value &exponent) {
  if (base.isNumber() && exponent.isNumber() && exponent.integer >= 0)
    return Value::number(wholePower(progress, base.integer, exponent.integer));
  constexpr int64_t kLargest = int64_t(1) << 53;
  for (const Value *side : {&base, &exponent})
    if (side->isNumber() && (side->integer > kLargest || side->integer < -kLargest))
      progress.fail("the operator '**' with so large a number is not supported");
  const double a = base.is(Kind::Real) ? base.real : double(base.integer);
  const double b = exponent.is(Kind::Real) ? exponent.real : double(exponent.integer);
  if (a == 0 && b < 0)
    progress.fail("a division by 0");
  if (a < 0 && b != std::floor(b)) // Python's is a complex number
    progress.fail("the operator '**' between a negative number and a fraction is not supported");
  const double result = std::pow(a, b);
  if (!std::isfinite(result))
    progress.fail("a number is too large");
  return Value::realNumber(result);
}

} // namespace weebill::chat
