//===- FloatLiteral.cpp - Float constants as C++ --------------------------===//

#include "codegen/print/FloatLiteral.h"

#include <charconv>
#include <cmath>
#include <stdexcept>

namespace weebill::print {

std::string floatLiteral(float value) {
  if (!std::isfinite(value))
    throw std::logic_error("an infinite constant in emitted code");
  char digits[32];
  std::string text(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  if (text.find_first_of(".e") == text.npos)
    text += ".0";
  return text + "f";
}

} // namespace weebill::print
