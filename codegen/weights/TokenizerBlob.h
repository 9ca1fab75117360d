//===- TokenizerBlob.h - The tokenizer's section as it grows -----*- C++ -*-===//
//
// Tested by tests/unit/runtime/TokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_WEIGHTS_TOKENIZERBLOB_H
#define WEEBILL_CODEGEN_WEIGHTS_TOKENIZERBLOB_H

#include "runtime/tokenizer_tables.h"

#include <cstdint>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <vector>

namespace weebill::weights {

/// Every array starts at a multiple of 64.
class TokenizerBlob {
public:
  template <class T> uint32_t append(const std::vector<T> &values) {
    bytes.resize((bytes.size() + 63) / 64 * 64);
    const size_t offset = bytes.size();
    const size_t added = values.size() * sizeof(T);
    if (offset + added > std::numeric_limits<uint32_t>::max() - 64)
      throw std::runtime_error("the tokenizer's tables would be larger than 4 GiB");
    bytes.resize(offset + added);
    if (added > 0)
      std::memcpy(bytes.data() + offset, values.data(), added);
    return static_cast<uint32_t>(offset);
  }

  std::vector<uint8_t> bytes = std::vector<uint8_t>(sizeof(TokenizerHeader));
};

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_TOKENIZERBLOB_H
