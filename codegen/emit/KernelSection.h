//===- KernelSection.h - The kernels that an emitted file needs --*- C++ -*-===//
//
// Steps ask for kernels by what they compute; each is printed once. Matrix kernels handle fixed groups of row blocks
// and tokens, so every matrix gets a function around them that walks a thread's rows (and, in a chunk, its tokens).
// Tested by tests/emitted/test_every_target.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_EMIT_KERNELSECTION_H
#define WEEBILL_CODEGEN_EMIT_KERNELSECTION_H

#include "codegen/emit/KernelNote.h"
#include "codegen/kernels/Kernel.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace weebill::emit {

/// What a matrix function does besides multiplying.
enum class MatrixUse { Store, Residual, SwiGLU, GeGLU };

struct MatrixFunction {
  const formats::WeightFormat *format = nullptr;
  int64_t columns = 0; // as stored
  MatrixUse use = MatrixUse::Store;
  bool chunk = false; // many tokens, or one

  auto operator<=>(const MatrixFunction &) const = default;
};

class KernelSection {
public:
  explicit KernelSection(const targets::Target &target) : target(target) {}

  /// The function that multiplies by a matrix: for one token `name(w, a, blocks, y)`, for a chunk `name(w, a, tokens,
  /// blocks, y, y_stride)`. `role` is where the model uses it; it ends up in the comment.
  std::string matrix(const MatrixFunction &function, const std::string &role);

  /// A kernel as it is; asked for again under the same name it is printed once.
  std::string add(const kernels::PrintedKernel &kernel, const std::string &role);

  /// A hand-written function of the section, by its name; the first text given for a name is the one that counts.
  std::string addText(const std::string &name, const std::string &text);

  const targets::Target &getTarget() const { return target; }

  /// Everything asked for, in the order of the first request.
  std::string text() const;
  std::vector<KernelNote> notes() const;

private:
  struct Entry {
    std::string name, comment, text;
    std::set<std::string> roles;
  };
  Entry &entry(const std::string &name);
  std::string textsBeside(const Entry &one) const;

  const targets::Target &target;
  std::vector<Entry> entries;
  std::map<MatrixFunction, std::string> matrices; // functions made so far
};

} // namespace weebill::emit

#endif // WEEBILL_CODEGEN_EMIT_KERNELSECTION_H
