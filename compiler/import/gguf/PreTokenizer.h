//===- PreTokenizer.h - How a GGUF file's text is cut ------------*- C++ -*-===//
//
// Byte-level BPE merges inside pieces of text that a regular expression makes. A GGUF file names the expression in
// 'tokenizer.ggml.pre'; many do not, or say "default", and their text must not be cut as if any would do. Tested by
// tests/unit/compiler/import/PreTokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_PRETOKENIZER_H
#define WEEBILL_COMPILER_IMPORT_GGUF_PRETOKENIZER_H

#include "compiler/import/gguf/GgufFile.h"

namespace weebill::gguf {

struct PreTokenizer {
  weights::TokenizerKind kind;
  bool begins = false; // a beginning token is put before every text where the file does not say
  std::string note;    // what was taken, if the file does not name it
};

/// The expression that the file names, or the one that its architecture or its special tokens leave. Nothing if it
/// names one that is not known.
std::optional<PreTokenizer> findPreTokenizer(const Metadata &metadata);

/// The names that are known: docs/import.md lists them.
std::vector<std::string> preTokenizerNames();

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_PRETOKENIZER_H
