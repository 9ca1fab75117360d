//===- LongLoop.h - A loop over a vocabulary, which may be ended -*- C++ -*-===//
//
// Vocabularies have hundreds of thousands of tokens: a loop over one asks at its first turn, and every few thousand
// turns, whether it shall go on. Tested by
// tests/unit/compiler/import/LongLoopTest.cpp and tests/unit/compiler/api/CancelTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_LONGLOOP_H
#define WEEBILL_COMPILER_IMPORT_LONGLOOP_H

#include <cstdint>
#include <functional>

namespace weebill::importer {

/// Throws to end the work; empty: nobody wants to.
using AskToEnd = std::function<void()>;

class LongLoop {
public:
  explicit LongLoop(const AskToEnd &ask) : ask(ask) {}

  void turn() {
    constexpr uint64_t kTurns = 4096; // about a millisecond
    if (ask && turns++ % kTurns == 0)
      ask();
  }

private:
  const AskToEnd &ask;
  uint64_t turns = 0;
};

} // namespace weebill::importer

#endif // WEEBILL_COMPILER_IMPORT_LONGLOOP_H
