//===- DamagedTables.h - Tokenizer tables with a wrong number ----*- C++ -*-===//
//
// For the tests of what tables hold: whatever part of them a file gets wrong, it is refused when they are opened.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_DAMAGEDTABLES_H
#define WEEBILL_TESTS_DAMAGEDTABLES_H

#include "tests/unit/runtime/FakeConstants.h"

#include "runtime/token_lookup.h"
#include "tests/unit/runtime/ExpectFailure.h"

#include <cstdint>
#include <cstring>
#include <vector>

inline void expectDamaged(std::vector<uint8_t> blob, u64 at, u32 number) {
  std::memcpy(blob.data() + at, &number, sizeof number);
  EXPECT_FAILURE((TokenizerTables{blob.data(), blob.size()}), 1, "is damaged");
}

#endif // WEEBILL_TESTS_DAMAGEDTABLES_H
