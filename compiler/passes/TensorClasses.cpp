//===- TensorClasses.cpp - Tensors that hold the same numbers -------------===//

#include "compiler/passes/TensorClasses.h"

using namespace mlir;
namespace weebill::passes {

LogicalResult TensorClasses::add(ModuleOp module, StringRef pass, ArrayRef<std::string> pairs) {
  for (const std::string &pair : pairs) {
    auto [left, right] = StringRef(pair).split('=');
    if (left.empty() || right.empty() || right.contains('='))
      return module.emitError(pass) << ": equal is a pair of tensors as name=name, not '" << pair << "'";
    classes.unionSets(StringAttr::get(module.getContext(), left), StringAttr::get(module.getContext(), right));
  }
  return success();
}

Attribute TensorClasses::representative(StringAttr name) const {
  auto leader = classes.findLeader(name);
  return leader == classes.member_end() ? name : *leader;
}

} // namespace weebill::passes
