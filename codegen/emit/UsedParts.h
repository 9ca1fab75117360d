//===- UsedParts.h - What a file needs of a header --------------*- C++ -*-===//
//
// Vector sections have more functions than the kernels of one model call. Tested by
// tests/unit/codegen/emit/UsedPartsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_EMIT_USEDPARTS_H
#define WEEBILL_CODEGEN_EMIT_USEDPARTS_H

#include <string>
#include <string_view>

namespace weebill::emit {

/// The paragraphs of a header's body without those that define functions and structs which neither `users` nor a
/// paragraph that stays mentions. What is neither a function nor a struct stays.
std::string usedParts(std::string_view body, std::string_view users);

} // namespace weebill::emit

#endif // WEEBILL_CODEGEN_EMIT_USEDPARTS_H
