//===- FitLines.h - Lines whose names have grown -----------------*- C++ -*-===//
//
// The C interface is written for a model called "model"; with a longer name its lines become too long. Tested by
// tests/unit/codegen/emit/FitLinesTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_EMIT_FITLINES_H
#define WEEBILL_CODEGEN_EMIT_FITLINES_H

#include <string>
#include <string_view>

namespace weebill::emit {

/// `text` with declarations and paragraphs of C comments broken anew at 120 columns where a line of them is longer, or
/// a declaration goes over several lines. Indented parts of comments stay as they are.
std::string fitLines(std::string_view text);

} // namespace weebill::emit

#endif // WEEBILL_CODEGEN_EMIT_FITLINES_H
