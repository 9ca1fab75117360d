//===- WordOption.h - Options of passes whose words are an enum's -*- C++ -*-===//
//
// Makes every enum of compiler/options a type of LLVM's options, those of passes too: its table of words serves the
// parsing, the help, the printed pipeline and the error. LLVM's own parser for enums would want the words a second
// time, and its error does not say which there are. Tested by tests/lit/passes/pipeline.mlir, quantize.mlir and
// place-cache.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_WORDOPTION_H
#define WEEBILL_COMPILER_PASSES_WORDOPTION_H

#include "compiler/options/OptionWords.h"

#include "llvm/Support/CommandLine.h"

namespace weebill::passes {

template <options::Choice E> class WordParser : public llvm::cl::basic_parser<E> {
public:
  explicit WordParser(llvm::cl::Option &option)
      : llvm::cl::basic_parser<E>(option), choices(options::wordList<E>("|")) {}

  /// Whether the word is refused, as LLVM wants it.
  bool parse(llvm::cl::Option &option, llvm::StringRef, llvm::StringRef word, E &value) {
    std::optional<E> found = options::fromWord<E>({word.data(), word.size()});
    if (!found)
      return option.error("'" + word + "' is not one of " + options::wordList<E>(", "));
    value = *found;
    return false;
  }

  /// In the help: --weights=<int8|f16|f32>.
  llvm::StringRef getValueName() const override { return choices; }

  void initialize() {}

  static void print(llvm::raw_ostream &os, E value) { os << options::wordOf(value); }

  void printOptionDiff(const llvm::cl::Option &option, E value, const llvm::cl::OptionValue<E> &, size_t width) const {
    this->printOptionName(option, width);
    llvm::outs() << "= " << options::wordOf(value) << "\n";
  }

private:
  std::string choices;
};

} // namespace weebill::passes

/// LLVM and MLIR look for the parser of a type here.
template <weebill::options::Choice E> class llvm::cl::parser<E> : public weebill::passes::WordParser<E> {
  using weebill::passes::WordParser<E>::WordParser;
};

#endif // WEEBILL_COMPILER_PASSES_WORDOPTION_H
