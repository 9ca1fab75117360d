//===- LocalBuffers.cpp - Which buffers become local variables ------------===//

#include "codegen/print/LocalBuffers.h"

using namespace Halide;
using namespace Halide::Internal;

namespace weebill::print {

namespace {

struct FindAccesses : IRVisitor {
  using IRVisitor::visit;
  const std::string &name;
  LocalBuffer buffer;
  bool possible = true;

  explicit FindAccesses(const std::string &name) : name(name) {}

  void touch(const std::string &touched, const Expr &index, Type type, int stores) {
    if (touched != name)
      return;
    const Ramp *ramp = index.as<Ramp>();
    const IntImm *at = constantIndex(index);
    const bool dense = ramp ? is_const_one(ramp->stride) : type.is_scalar();
    const bool sameLanes = buffer.parts.empty() || buffer.parts.begin()->second.type.lanes() == type.lanes();
    if (!at || !dense || !sameLanes || at->value % type.lanes() != 0) {
      possible = false;
      return;
    }
    LocalBuffer::Part &part = buffer.parts[at->value];
    part.type = type;
    part.stores += stores;
  }

  void visit(const Load *op) override {
    touch(op->name, op->index, op->type, 0);
    IRVisitor::visit(op);
  }
  void visit(const Store *op) override {
    touch(op->name, op->index, op->value.type(), 1);
    IRVisitor::visit(op);
  }
};

struct FindPlaces : IRVisitor {
  using IRVisitor::visit;
  const std::map<std::string, LocalBuffer> &locals;
  std::set<LocalPlace> places;

  explicit FindPlaces(const std::map<std::string, LocalBuffer> &locals) : locals(locals) {}

  void touch(const std::string &name, const Expr &index) {
    if (locals.count(name))
      places.insert({name, constantIndex(index)->value});
  }

  void visit(const Load *op) override {
    touch(op->name, op->index);
    IRVisitor::visit(op);
  }
  void visit(const Store *op) override {
    touch(op->name, op->index);
    IRVisitor::visit(op);
  }
};

} // namespace

std::optional<LocalBuffer> asLocals(const Allocate *allocation) {
  FindAccesses found(allocation->name);
  allocation->body.accept(&found);
  return found.possible ? std::optional(found.buffer) : std::nullopt;
}

std::set<LocalPlace> touchedPlaces(const Stmt &s, const std::map<std::string, LocalBuffer> &locals) {
  FindPlaces found(locals);
  s.accept(&found);
  return found.places;
}

const IntImm *constantIndex(const Expr &index) {
  const Ramp *ramp = index.as<Ramp>();
  return (ramp ? ramp->base : index).as<IntImm>();
}

} // namespace weebill::print
