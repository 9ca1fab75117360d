//===- CodedQuery.h - Codes of the queries of a group, as Funcs --*- C++ -*-===//
//
// What attention to an int8 cache multiplies keys by: codes of query heads that are mixed already, and their scales,
// which undo that mixed keys times mixed queries are greater. Tested by
// tests/unit/codegen/kernels/AttentionKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_KERNELS_CODEDQUERY_H
#define WEEBILL_CODEGEN_KERNELS_CODEDQUERY_H

#include "codegen/kernels/CodedHead.h"

namespace weebill::kernels {

class CodedQuery {
public:
  CodedQuery(Halide::ImageParam query, const AttentionShape &shape, const targets::Target &target);

  void schedule();

  Halide::Expr code(Halide::Expr d, Halide::Expr head) const { return codes(d, head); }
  Halide::Expr scale(Halide::Expr head) const { return scales(head); }

  /// What a sum of products begins with: keys have 128 added where the target multiplies them unsigned.
  Halide::Expr start(Halide::Expr head) const { return starts(head); }

private:
  int size, heads, lanes;
  CodedHead coded;
  Halide::Var d{"d"}, head{"head"}, lane{"lane"}, part{"part"};
  Halide::RDom groups, allLanes;
  Halide::Func codes{"query_codes"}, scales{"query_scale"}, starts{"start"};
  Halide::Func sums{"code_sums"}, laneSum{"lane_sum"}, sum{"sum"};
};

} // namespace weebill::kernels

#endif // WEEBILL_CODEGEN_KERNELS_CODEDQUERY_H
