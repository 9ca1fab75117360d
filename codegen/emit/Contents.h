//===- Contents.h - The table of contents of an emitted file -----*- C++ -*-===//
//
// Tested by tests/unit/codegen/emit/ContentsTest.cpp and tests/emitted/test_emitted_text.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_EMIT_CONTENTS_H
#define WEEBILL_CODEGEN_EMIT_CONTENTS_H

#include <string>

namespace weebill::emit {

/// `opening` with a table of the sections of `rest` at its end, and then `rest`: for each ruler its line in the whole
/// text. `opening` is a comment of whole lines.
std::string withContents(const std::string &opening, const std::string &rest);

} // namespace weebill::emit

#endif // WEEBILL_CODEGEN_EMIT_CONTENTS_H
