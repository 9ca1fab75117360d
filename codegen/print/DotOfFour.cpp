//===- DotOfFour.cpp - Products that one instruction adds up --------------===//

#include "codegen/print/DotOfFour.h"

using namespace Halide;
using namespace Halide::Internal;

namespace weebill::print {

std::optional<DotOfFour> findDotOfFour(const Expr &reduced) {
  const VectorReduce *reduce = reduced.as<VectorReduce>();
  if (!reduce || reduce->op != VectorReduce::Add || reduce->value.type().lanes() != 4 * reduce->type.lanes() ||
      reduce->type.element_of() != Int(32))
    return std::nullopt;
  Expr product = reduce->value;
  if (const Cast *widened = product.as<Cast>())
    product = widened->value;
  const Call *multiply = Call::as_intrinsic(product, {Call::widening_mul});
  if (!multiply || multiply->args[0].type().bits() != 8 || multiply->args[1].type().bits() != 8)
    return std::nullopt;
  DotOfFour dot{multiply->args[0], multiply->args[1]};
  if (reduce->type.is_scalar() ? !dot.codes.type().is_uint() : !repeatedLoad(dot.codes))
    std::swap(dot.codes, dot.weights);
  return dot;
}

const Load *repeatedLoad(const Expr &e) {
  Expr four;
  if (const Broadcast *b = e.as<Broadcast>()) {
    four = b->value;
  } else if (const Shuffle *s = e.as<Shuffle>()) {
    if (s->vectors.size() != 1)
      return nullptr;
    four = s->vectors[0];
    for (size_t i = 0; i < s->indices.size(); ++i)
      if (s->indices[i] != static_cast<int>(i % 4))
        return nullptr;
  }
  const Load *load = four.defined() ? four.as<Load>() : nullptr;
  if (!load || load->type.lanes() != 4 || load->type.bits() != 8 || !isAlways(load->predicate))
    return nullptr;
  const Ramp *ramp = load->index.as<Ramp>();
  return ramp && is_const_one(ramp->stride) ? load : nullptr;
}

bool isAlways(const Expr &predicate) { return is_const_one(predicate); }

} // namespace weebill::print
