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
  static const std::vector<std::vector<Role>> order = {{Role::Value},        {Role::Key},   {Role::Down},
                                                       {Role::AttentionOut}, {Role::Query}, {Role::Gate, Role::Up}};
  return order;
}

/// Matrices that get their format together.
struct Unit {
  std::vector<std::string> names;
  double weights = 0;
  const GroupFormat *format = groupFormats().data();

  double costOf(const GroupFormat &other) const { return (other.bitsOfWeight() - format->bitsOfWeight()) * weights; }
};

class Budget {
public:
  Budget(const importer::TensorSource &source, double bits) : source(source) {
    int64_t blocks = 0;
    for (const importer::TensorInfo &tensor : source.tensors())
      if (isQuantized(tensor))
        blocks = std::max(blocks, tensor.block + 1);
    for (const std::vector<Role> &roles : rolesInOrder())
      for (int64_t block = 0; block < blocks; ++block)
        if (Unit unit = unitOf(roles, block); !unit.names.empty()) {
          left += (bits - unit.format->bitsOfWeight()) * unit.weights;
          units.push_back(std::move(unit));
          ofRole.push_back(&roles);
        }
  }

  bool isMet() const { return left >= 0; }

  /// By the roles' order.
  Formats spentByRole() {
    raiseRole(rolesInOrder().front(), groupFormats().back());
    for (const GroupFormat &format : groupFormats().subspan(1))
      for (const std::vector<Role> &roles : rolesInOrder())
        raiseRole(roles, format);
    return made();
  }

  /// By what it is worth.
  Formats spentBy(const RoundingErrors &errors) {
    while (raiseBest(errors)) {
    }
    return made();
  }

private:
  Unit unitOf(const std::vector<Role> &roles, int64_t block) const {
    Unit unit;
    for (const importer::TensorInfo &tensor : source.tensors())
      if (isQuantized(tensor) && tensor.block == block &&
          std::find(roles.begin(), roles.end(), *tensor.role) != roles.end()) {
        unit.names.push_back(tensor.name);
        unit.weights += double(tensor.rows * tensor.columns);
      }
    return unit;
  }

  void raiseRole(const std::vector<Role> &roles, const GroupFormat &format) {
    for (size_t i = 0; i < units.size(); ++i)
      if (ofRole[i] == &roles)
        raise(units[i], format);
  }

  /// If it is a larger format and there are bits for it.
  void raise(Unit &unit, const GroupFormat &format) {
    const double cost = unit.costOf(format);
    if (cost <= 0 || cost > left)
      return;
    left -= cost;
    unit.format = &format;
  }

  /// Gives one unit the format that helps most for its bits, of those that there are bits for; false if nothing helps.
  bool raiseBest(const RoundingErrors &errors) {
    Unit *best = nullptr;
    const GroupFormat *better = nullptr;
    double most = 0;
    for (Unit &unit : units)
      for (const GroupFormat &format : groupFormats())
        if (const double cost = unit.costOf(format); cost > 0 && cost <= left)
          if (const double worth = (errorOf(errors, unit, *unit.format) - errorOf(errors, unit, format)) / cost;
              worth > most) {
            most = worth;
            best = &unit;
            better = &format;
          }
    if (best)
      raise(*best, *better);
    return best;
  }

  static double errorOf(const RoundingErrors &errors, const Unit &unit, const GroupFormat &format) {
    double error = 0;
    for (const std::string &name : unit.names)
      error += errors.at(name).at(size_t(&format - groupFormats().data()));
    return error;
  }

  Formats made() const {
    Formats formats = uniformFormats(source, groupFormats().front());
    for (const Unit &unit : units)
      for (const std::string &name : unit.names)
        formats[name] = unit.format;
    return formats;
  }

  const importer::TensorSource &source;
  std::vector<Unit> units;
  std::vector<const std::vector<Role> *> ofRole; // of each unit
  double left = 0;                               // bits
};

} // namespace

Formats formatsWithin(const importer::TensorSource &source, double bits, const RoundingErrors &errors) {
  Budget budget(source, bits);
  if (!budget.isMet()) {
    char text[160];
    std::snprintf(text, sizeof text, "--bits %g cannot be met: the smallest format, %s, has %g bits for each weight",
                  bits, groupFormats().front().word, groupFormats().front().bitsOfWeight());
    throw importer::InputError(text);
  }
  return errors.empty() ? budget.spentByRole() : budget.spentBy(errors);
}

} // namespace weebill::quantize
