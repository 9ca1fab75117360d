//===- Mutator.h - Damaging a right input ------------------------*- C++ -*-===//
//
// Every change is drawn from a seeded generator whose numbers are the same everywhere, so that an input is known by its
// number. Tested by tests/fuzz/MutatorTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_FUZZ_MUTATOR_H
#define WEEBILL_TESTS_FUZZ_MUTATOR_H

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace weebill::fuzz {

/// std::mt19937_64 is the same on every machine, the distributions of the standard library are not.
class Random {
public:
  explicit Random(uint64_t seed) : engine(seed) {}

  uint64_t bits() { return engine(); }
  /// 0 .. bound - 1; bound is above 0.
  size_t below(size_t bound) { return size_t(engine() % bound); }
  bool oneIn(size_t chances) { return below(chances) == 0; }
  template <class Container> const auto &pick(const Container &values) { return values[below(std::size(values))]; }

private:
  std::mt19937_64 engine;
};

/// A number as hostile files have it: 0, all ones, a power of two and its neighbours, something small, anything.
uint64_t hostileNumber(Random &random);

/// One to four changes: bits, bytes, little-endian integers of all sizes, cuts, repeats, swaps, insertions.
void mutateBytes(std::string &bytes, Random &random);

/// One to four changes to a text whose words, numbers, brackets and strings are kept whole: words and numbers are
/// replaced, repeated, left out, exchanged and put inside each other. `dictionary`: words that the format knows.
void mutateText(std::string &text, const std::vector<std::string> &dictionary, Random &random);

} // namespace weebill::fuzz

#endif // WEEBILL_TESTS_FUZZ_MUTATOR_H
