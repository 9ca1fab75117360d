//===- EmittedProgram.h - A program that weebill made ------------*- C++ -*-===//
//
// Asked for numbers by its command line. Tested by tests/emitted/test_eval.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_EMITTEDPROGRAM_H
#define WEEBILL_COMPILER_API_EMITTEDPROGRAM_H

#include "compiler/api/Observer.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace weebill::api {

class EmittedProgram {
public:
  /// A program, or the folder of one. What it prints goes to files in `scratch`. Throws InputError if there is none, or
  /// more than one, or if it is no program of weebill that runs here.
  EmittedProgram(const std::filesystem::path &programOrFolder, std::filesystem::path scratch, Observer &observer);

  const std::filesystem::path &path() const { return program; }
  int64_t context() const { return held; }           // tokens that its cache holds
  int64_t vocabulary() const { return known; }       // tokens that it knows
  int64_t weightsBytes() const { return weights; }   // of its weights file
  const std::string &recipe() const { return made; } // options that decide its numbers (readRecipe)

  /// Writes the logits of every token into a .npy file. Throws InputError with the program's own sentence, as all
  /// functions, and Cancelled.
  void writeLogits(const std::vector<int32_t> &tokens, const std::filesystem::path &file, Observer &observer) const;

  /// Of a whole text, in windows of the context.
  double perplexity(const std::filesystem::path &text, Observer &observer) const;

private:
  /// Runs it with these arguments: what it prints.
  std::string run(const std::vector<std::string> &arguments, Observer &observer) const;

  std::filesystem::path program, scratch;
  std::string made;
  int64_t held = 0, known = 0, weights = 0;
};

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_EMITTEDPROGRAM_H
