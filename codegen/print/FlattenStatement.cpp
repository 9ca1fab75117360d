//===- FlattenStatement.cpp - Nested statements as a list -----------------===//

#include "codegen/print/FlattenStatement.h"

using namespace Halide::Internal;

namespace weebill::print {

static void append(const Stmt &s, std::vector<Stmt> &list) {
  if (const Block *block = s.as<Block>()) {
    append(block->first, list);
    append(block->rest, list);
  } else if (const ProducerConsumer *part = s.as<ProducerConsumer>()) {
    append(part->body, list);
  } else if (!s.as<Free>()) {
    list.push_back(s);
    if (const LetStmt *let = s.as<LetStmt>())
      append(let->body, list);
    else if (const Allocate *allocate = s.as<Allocate>())
      append(allocate->body, list);
  }
}

std::vector<Stmt> flatten(const Stmt &s) {
  std::vector<Stmt> list;
  append(s, list);
  return list;
}

} // namespace weebill::print
