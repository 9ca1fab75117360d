//===- KnownCalls.cpp - What Halide calls and C++ has ---------------------===//

#include "codegen/print/KnownCalls.h"

#include <map>

namespace weebill::print {

const InfixSign *infixSign(const std::string &call) {
  static const std::map<std::string, InfixSign> signs = {
      {"bitwise_and", {"&", BitAnd}}, {"bitwise_or", {"|", BitOr}},    {"bitwise_xor", {"^", BitXor}},
      {"shift_left", {"<<", Shift}},  {"shift_right", {">>", Shift}},  {"strict_add", {"+", Sum}},
      {"strict_sub", {"-", Sum}},     {"strict_mul", {"*", Product}},  {"strict_div", {"/", Product}},
      {"strict_lt", {"<", Relation}}, {"strict_le", {"<=", Relation}}, {"strict_eq", {"==", Equality}}};
  const auto found = signs.find(call);
  return found == signs.end() ? nullptr : &found->second;
}

const std::string *functionName(const std::string &call) {
  static const std::map<std::string, std::string> functions = {{"strict_min", "min"},   {"strict_max", "max"},
                                                               {"round", "round_even"}, {"sqrt_f32", "sqrt"},
                                                               {"fma", "fma"},          {"exp", "exp"}};
  const auto found = functions.find(call);
  return found == functions.end() ? nullptr : &found->second;
}

} // namespace weebill::print
