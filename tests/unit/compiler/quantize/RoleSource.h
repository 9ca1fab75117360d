//===- RoleSource.h - Tensors with roles -------------------------*- C++ -*-===//
//
// Matrices of normal numbers that say what they are for. Used by the tests of compiler/quantize.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_UNIT_COMPILER_QUANTIZE_ROLESOURCE_H
#define WEEBILL_TESTS_UNIT_COMPILER_QUANTIZE_ROLESOURCE_H

#include "tests/unit/compiler/reference/RandomSource.h"

namespace weebill::tests {

class RoleSource : public importer::TensorSource {
public:
  void add(const std::string &name, families::Role role, int64_t block, int64_t rows, int64_t columns) {
    infos.push_back({name, "F32", rows, columns, role, block});
    numbers[name] = normalNumbers(rows * columns, unsigned(infos.size()));
  }

  const std::vector<importer::TensorInfo> &tensors() const override { return infos; }

  void readRows(const std::string &name, int64_t first, int64_t count, float *out) const override {
    const int64_t columns = find(name)->columns;
    std::copy_n(numbers.at(name).begin() + first * columns, count * columns, out);
  }

private:
  std::vector<importer::TensorInfo> infos;
  std::map<std::string, std::vector<float>> numbers;
};

/// The matrices of two blocks, an embedding, and a norm. Values have 8 rows, all others 64, all 64 columns.
inline RoleSource twoBlocks() {
  using families::Role;
  RoleSource source;
  source.add("token_embd.weight", Role::Embedding, -1, 64, 64);
  for (int64_t block : {0, 1}) {
    const std::string prefix = "blk." + std::to_string(block) + ".";
    source.add(prefix + "attn_norm.weight", Role::AttentionNorm, block, 1, 64);
    source.add(prefix + "attn_q.weight", Role::Query, block, 64, 64);
    source.add(prefix + "attn_k.weight", Role::Key, block, 64, 64);
    source.add(prefix + "attn_v.weight", Role::Value, block, 8, 64);
    source.add(prefix + "attn_output.weight", Role::AttentionOut, block, 64, 64);
    source.add(prefix + "ffn_gate.weight", Role::Gate, block, 64, 64);
    source.add(prefix + "ffn_up.weight", Role::Up, block, 64, 64);
    source.add(prefix + "ffn_down.weight", Role::Down, block, 64, 64);
  }
  return source;
}

} // namespace weebill::tests

#endif // WEEBILL_TESTS_UNIT_COMPILER_QUANTIZE_ROLESOURCE_H
