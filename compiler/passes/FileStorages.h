//===- FileStorages.h - What the model file has tensors as -------*- C++ -*-===//
//
// Of matrices that keep the codes of the model file: the storage of each tensor, and whether matrices that an op would
// read together are stored alike, block for block. Tested by tests/lit/plan/keep.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_FILESTORAGES_H
#define WEEBILL_COMPILER_PASSES_FILESTORAGES_H

#include "dialects/lm/LmOps.h"

#include "llvm/ADT/StringMap.h"

#include <string>

namespace weebill::passes {

class FileStorages {
public:
  /// Entries "tensor=storage", as passes are told; without any nothing is kept. Bfloat16, which no kernel reads,
  /// becomes float16: exact from 2^-14 on, and within 2^-25 below.
  template <class Entries> explicit FileStorages(const Entries &entries) {
    for (const std::string &entry : entries) {
      auto [tensor, word] = llvm::StringRef(entry).rsplit('=');
      words[tensor] = word == "BF16" ? "f16" : word.lower();
    }
  }

  /// How the file has each source of the weight; empty, and a sentence, where one cannot be kept as it is or they
  /// cannot be one weight.
  llvm::SmallVector<lm::Storage> of(lm::WeightOp weight, std::string &problem) const;

  /// Why one op cannot read all of them, which are to be kept: "blk.0.attn_v is Q6_K, blk.0.attn_q is Q4_K". Empty if
  /// it can.
  std::string difference(llvm::ArrayRef<lm::WeightOp> weights) const;

private:
  std::string wordOf(llvm::StringRef tensor) const { return words.lookup(tensor); }

  llvm::StringMap<std::string> words; // "q4_1", by tensor
};

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_FILESTORAGES_H
