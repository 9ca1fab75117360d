//===- Budget.cpp - Formats within a number of bits -----------------------===//
//
// Tested by tests/unit/compiler/quantize/BudgetTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/Budget.h"

#include <algorithm>
#include <cstdio>

namespace weebill::quantize {

namespace {

using families::Role;

/// Roles from the one that suffers most. What one product reads has one format, or it would be two products.
const std::vector<std::vector<Role>> &rolesInOrder() {
  static const std::vector<std::vector<Role>> order = {
      {Role::Key}, {Role::Down}, {Role::AttentionOut}, {Role::Query}, {Role::Gate, Role::Up}};
  return order;
}

class Budget {
public:
  Budget(const importer::TensorSource &source, double bits)
      : source(source), formats(uniformFormats(source, groupFormats().front())) {
    for (const importer::TensorInfo &tensor : source.tensors())
      if (isQuantized(tensor) && tensor.block >= 0) {
        blocks = std::max(blocks, tensor.block + 1);
        left += (bits - formats.at(tensor.name)->bitsOfWeight()) * double(tensor.rows * tensor.columns);
      }
  }

  bool isMet() const { return left >= 0; }

  Formats spent() {
    const GroupFormat &finest = groupFormats().back();
    for (int64_t block = 0; block < blocks; ++block)
      raise({Role::Value}, block, finest);
    for (const GroupFormat &format : groupFormats().subspan(1))
      for (const std::vector<Role> &roles : rolesInOrder())
        for (int64_t block = 0; block < blocks; ++block)
          raise(roles, block, format);
    return std::move(formats);
  }

private:
  /// If there are bits for it.
  void raise(const std::vector<Role> &roles, int64_t block, const GroupFormat &format) {
    double cost = 0;
    std::vector<std::string> names;
    for (const importer::TensorInfo &tensor : source.tensors())
      if (tensor.block == block && tensor.role && std::find(roles.begin(), roles.end(), *tensor.role) != roles.end()) {
        cost +=
            (format.bitsOfWeight() - formats.at(tensor.name)->bitsOfWeight()) * double(tensor.rows * tensor.columns);
        names.push_back(tensor.name);
      }
    if (cost > left)
      return;
    left -= cost;
    for (const std::string &name : names)
      formats[name] = &format;
  }

  const importer::TensorSource &source;
  Formats formats;
  int64_t blocks = 0;
  double left = 0; // bits
};

} // namespace

Formats formatsWithin(const importer::TensorSource &source, double bits) {
  Budget budget(source, bits);
  if (!budget.isMet()) {
    char text[160];
    std::snprintf(text, sizeof text, "--bits %g cannot be met: the smallest format, %s, has %g bits for each weight",
                  bits, groupFormats().front().word, groupFormats().front().bitsOfWeight());
    throw importer::InputError(text);
  }
  return budget.spent();
}

} // namespace weebill::quantize
