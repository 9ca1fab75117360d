//===- SharedValues.cpp - Values that several statements read -------------===//

#include "codegen/print/SharedValues.h"

#include "codegen/print/DotOfFour.h"
#include "codegen/print/ExpressionPrinter.h"

#include <map>
#include <set>

using namespace Halide;
using namespace Halide::Internal;

namespace weebill::print {

namespace {

/// The load under a value that comes straight from memory, or nullptr.
const Load *sourceOf(const Expr &e) {
  if (const Load *codes = repeatedLoad(e))
    return codes;
  if (const Load *load = e.as<Load>())
    return load->type.is_vector() ? load : nullptr;
  if (const Cast *cast = e.as<Cast>())
    return sourceOf(cast->value);
  if (const Broadcast *broadcast = e.as<Broadcast>())
    return broadcast->value.as<Load>();
  return nullptr;
}

struct CountValues : IRMutator {
  using IRMutator::mutate;
  const std::set<std::string> &written;
  const std::function<bool(const std::string &)> &isLocal;
  std::map<Expr, int, IRDeepCompare> uses;
  size_t store = 0; // that is looked at
  std::vector<SharedValue> inOrder;

  CountValues(const std::set<std::string> &written, const std::function<bool(const std::string &)> &isLocal)
      : written(written), isLocal(isLocal) {}

  Expr mutate(const Expr &e) override {
    if (isPlaceCall(e)) // its loads stand for their addresses
      return e;
    const Load *load = sourceOf(e);
    if (!load || written.count(load->name) || isLocal(load->name))
      return IRMutator::mutate(e);
    if (++uses[e] == 1)
      inOrder.push_back({e, load->name, store});
    return e;
  }
};

} // namespace

std::vector<SharedValue> findSharedValues(const std::vector<Stmt> &stores,
                                          const std::function<bool(const std::string &)> &isLocal) {
  std::set<std::string> written;
  for (const Stmt &s : stores)
    written.insert(s.as<Store>()->name);
  CountValues counter(written, isLocal);
  for (; counter.store < stores.size(); ++counter.store)
    counter.mutate(stores[counter.store].as<Store>()->value);
  std::erase_if(counter.inOrder, [&](const SharedValue &candidate) { return counter.uses[candidate.value] == 1; });
  return counter.inOrder;
}

} // namespace weebill::print
