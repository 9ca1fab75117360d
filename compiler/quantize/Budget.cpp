//===- Budget.cpp - Formats within a number of bits -----------------------===//
//
// Tested by tests/unit/compiler/quantize/BudgetTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/Budget.h"

#include <algorithm>
#include <cstdio>
#include <map>

namespace weebill::quantize {

namespace {

using families::Role;

/// Matrices that one product reads: they have one format, or it would be two products.
struct Readers {
  std::vector<Role> roles;
  double damage; // of a weight in Q4_0, of queries 1
};

/// Means over all blocks of SmolLM2-135M, rounded; convolutions are taken to be as what stands in their place.
const std::vector<Readers> &readersInOrder() {
  static const std::vector<Readers> order = {
      {{Role::Value}, 16},
      {{Role::Key}, 4},
      {{Role::Down}, 2},
      {{Role::ConvolutionIn}, 2},
      {{Role::Gate, Role::Up}, 2},
      {{Role::AttentionOut}, 1.5},
      {{Role::ConvolutionOut}, 1.5},
      {{Role::Query}, 1},
  };
  return order;
}

/// From one format to a larger one.
struct Raise {
  const Readers *readers;
  const GroupFormat *from, *to;

  /// Damage that a bit takes off.
  double worth() const {
    return readers->damage * (from->damage - to->damage) / (to->bitsOfWeight() - from->bitsOfWeight());
  }
};

/// From the one that is worth most. Steps to formats with a minimum are behind those to the next code, which take off
/// more for a bit, and use what is left over.
std::vector<Raise> raisesInOrder() {
  std::vector<Raise> raises;
  for (const Readers &readers : readersInOrder())
    for (const GroupFormat &from : groupFormats())
      for (const GroupFormat &to : groupFormats())
        if (to.bitsOfWeight() > from.bitsOfWeight())
          raises.push_back({&readers, &from, &to});
  std::stable_sort(raises.begin(), raises.end(), [](const Raise &a, const Raise &b) { return a.worth() > b.worth(); });
  return raises;
}

class Budget {
public:
  Budget(const importer::TensorSource &source, double bits) : formats(uniformFormats(source, groupFormats().front())) {
    for (const importer::TensorInfo &tensor : source.tensors())
      if (isQuantized(tensor) && tensor.block >= 0) {
        left += (bits - formats.at(tensor.name)->bitsOfWeight()) * weightsOf(tensor);
        if (const Readers *readers = readersOf(tensor))
          matrices[readers][tensor.block].push_back(&tensor);
      }
  }

  bool isMet() const { return left >= 0; }

  Formats spent() {
    for (const Raise &step : raisesInOrder())
      for (const auto &[block, tensors] : matrices[step.readers])
        if (formats.at(tensors.front()->name) == step.from)
          raise(tensors, step);
    return std::move(formats);
  }

private:
  static double weightsOf(const importer::TensorInfo &tensor) { return double(tensor.rows * tensor.columns); }

  static const Readers *readersOf(const importer::TensorInfo &tensor) {
    for (const Readers &readers : readersInOrder())
      if (tensor.role && std::find(readers.roles.begin(), readers.roles.end(), *tensor.role) != readers.roles.end())
        return &readers;
    return nullptr;
  }

  /// If there are bits for it.
  void raise(const std::vector<const importer::TensorInfo *> &tensors, const Raise &step) {
    double cost = 0;
    for (const importer::TensorInfo *tensor : tensors)
      cost += (step.to->bitsOfWeight() - step.from->bitsOfWeight()) * weightsOf(*tensor);
    if (cost > left)
      return;
    left -= cost;
    for (const importer::TensorInfo *tensor : tensors)
      formats[tensor->name] = step.to;
  }

  Formats formats;
  std::map<const Readers *, std::map<int64_t, std::vector<const importer::TensorInfo *>>> matrices; // by block
  double left = 0;                                                                                  // bits
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
