//===- DeclaredLocals.cpp - Which locals stand where in the text ----------===//

#include "codegen/print/DeclaredLocals.h"

using namespace Halide::Internal;

namespace weebill::print {

void DeclaredLocals::allocate(const std::string &buffer, const LocalBuffer &local, int depth) {
  locals.insert_or_assign(buffer, local);
  depths[buffer] = depth;
  for (const auto &[index, part] : local.parts)
    declared.erase({buffer, index});
}

std::optional<LocalPlace> DeclaredLocals::declaredBy(const Store *store, int depth) const {
  if (!contains(store->name))
    return std::nullopt;
  const LocalPlace place{store->name, constantIndex(store->index)->value};
  if (isDeclared(place) || depths.at(store->name) != depth)
    return std::nullopt;
  return place;
}

std::vector<LocalPlace> DeclaredLocals::declareTouched(const Stmt &inner) {
  std::vector<LocalPlace> first;
  for (const LocalPlace &place : touchedPlaces(inner, locals))
    if (declared.insert(place).second)
      first.push_back(place);
  return first;
}

std::string keyOf(const LocalPlace &place) { return place.first + "[" + std::to_string(place.second) + "]"; }

} // namespace weebill::print
