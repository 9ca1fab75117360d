//===- SharedValues.cpp - Values that several statements read -------------===//

#include "codegen/print/SharedValues.h"

#include "codegen/print/DotOfFour.h"
#include "codegen/print/ExpressionPrinter.h"

#include <algorithm>
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
      inOrder.push_back({e, load->name});
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
  for (const Stmt &s : stores)
    counter.mutate(s.as<Store>()->value);

  // One buffer after the other, as a person would.
  std::vector<std::string> buffers;
  for (const SharedValue &candidate : counter.inOrder)
    if (std::find(buffers.begin(), buffers.end(), candidate.buffer) == buffers.end())
      buffers.push_back(candidate.buffer);
  std::vector<SharedValue> shared;
  for (const std::string &buffer : buffers)
    for (const SharedValue &candidate : counter.inOrder)
      if (candidate.buffer == buffer && counter.uses[candidate.value] > 1)
        shared.push_back(candidate);
  return shared;
}

} // namespace weebill::print
