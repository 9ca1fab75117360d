//===- Interpreter.h - Runs any module of the lm dialect ---------*- C++ -*-===//
//
// The meaning of the dialect, slow and clear: runs a module before and after any pass. Tested by
// tests/unit/compiler/reference/InterpreterTest.cpp and, against PyTorch, tests/emitted/test_reference.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_REFERENCE_INTERPRETER_H
#define WEEBILL_COMPILER_REFERENCE_INTERPRETER_H

#include "compiler/import/ImportedModel.h"
#include "compiler/reference/CacheContents.h"
#include "compiler/reference/ProductError.h"

#include "mlir/IR/BuiltinOps.h"

#include <functional>

namespace weebill::reference {

enum class Arithmetic {
  Double, // what the ops mean, in double precision; float16 weights and caches and 8-bit codes are still rounded to
  Exact,  // docs/numerics.md to the bit: what emitted programs compute
};

enum class Logits { All, Last };

class Interpreter {
public:
  /// Runs `@forward` of `module`, which stays the caller's, as does `source`. Throws InputError when there is no such
  /// function.
  Interpreter(mlir::ModuleOp module, const importer::TensorSource &source, Arithmetic arithmetic);
  ~Interpreter();

  /// Forgets the tokens of earlier calls, keeps the weights.
  void reset();

  /// Logits [tokens][vocabulary] of tokens that continue those of earlier calls; with Logits::Last those of the last
  /// token only. Throws InputError for a token outside the vocabulary or a full cache.
  std::vector<float> run(llvm::ArrayRef<int32_t> tokens, Logits logits = Logits::All);

  /// Tokens so far.
  int64_t position() const;

  /// What the cache holds of them, for each visit of a block in order; of a module that has no cache yet, what
  /// attention holds.
  std::vector<CacheContents> cacheContents() const;

  /// Calls this with every product from now on, compared with that of the matrix that `floats` has by its name, which
  /// stays the caller's. It makes them dearer, and the floats are kept, too.
  void observeProducts(std::function<void(const ProductError &)> observer, const importer::TensorSource &floats);

  /// One mode of arithmetic; Evaluation.h.
  struct Implementation;

private:
  std::unique_ptr<Implementation> implementation;
};

} // namespace weebill::reference

#endif // WEEBILL_COMPILER_REFERENCE_INTERPRETER_H
