//===- KernelNote.h - What is told of an emitted kernel ----------*- C++ -*-===//
//
// For the compile report. Tested by tests/python/test_report.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_EMIT_KERNELNOTE_H
#define WEEBILL_CODEGEN_EMIT_KERNELNOTE_H

#include <set>
#include <string>

namespace weebill::emit {

/// A kernel, or a function around kernels, which has neither comment nor roles.
struct KernelNote {
  std::string target, name;
  std::string comment;         // what it computes and its schedule numbers: lines, each ends with a newline
  std::set<std::string> roles; // steps that use it
  std::string text;
};

} // namespace weebill::emit

#endif // WEEBILL_CODEGEN_EMIT_KERNELNOTE_H
