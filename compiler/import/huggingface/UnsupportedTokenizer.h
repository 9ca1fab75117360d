//===- UnsupportedTokenizer.h - A tokenizer of another kind ------*- C++ -*-===//
//
// Not an error: the model is read without its tokenizer, and the reason becomes tokenizerProblem. Tested by
// tests/unit/compiler/import/HuggingFaceTokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_UNSUPPORTEDTOKENIZER_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_UNSUPPORTEDTOKENIZER_H

#include <stdexcept>
#include <string>

namespace weebill::huggingface {

struct UnsupportedTokenizer : std::runtime_error {
  using std::runtime_error::runtime_error;
};

[[noreturn]] inline void unsupported(const std::string &reason) { throw UnsupportedTokenizer(reason); }

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_UNSUPPORTEDTOKENIZER_H
