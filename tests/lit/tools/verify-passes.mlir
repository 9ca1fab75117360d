// RUN: weebill-opt %S/../passes/inputs/two-layers.mlir --lm-pipeline --verify-passes > %t.verified
// RUN: weebill-opt %S/../passes/inputs/two-layers.mlir --lm-pipeline | diff %t.verified -
// RUN: weebill-opt %S/../passes/inputs/two-layers-unrolled.mlir --lm-pipeline="weights=f32 activations=f32 cache=f32" --verify-passes > /dev/null
// RUN: weebill-opt %S/../passes/inputs/biased-and-normed.mlir --lm-pipeline="weights=f16 activations=f32 cache=int8" --verify-passes > /dev/null
// RUN: weebill-opt %s --lm-share-equal-weights="equal=a=b" --verify-passes 2>&1 >/dev/null | FileCheck %s --check-prefix=EQUAL
// RUN: not weebill-opt %s --lm-quantize="weights=keep activations=int8-g32 tensors=table=q4_0,a=q4_0,b=q4_0" --verify-passes 2>&1 | FileCheck %s --check-prefix=KEPT
// RUN: not weebill-opt %S/no-such.mlir --lm-pipeline --verify-passes 2>&1 | FileCheck %s --check-prefix=FILE

// Every pass of the pipeline leaves what a model computes as it is, in numbers that are made up. A pass that is wrong is
// met in PassVerifierTest.

// EQUAL: remark: lm-share-equal-weights is not verified: tensors that it takes for equal have numbers of their own here
// KEPT: weebill-opt: lm-quantize left a module that cannot be run: tensor 'table' is stored as F32, not as blocks of Q4_0
// FILE: weebill-opt: cannot open input file
module attributes {lm.name = "one", lm.source = "one.gguf"} {
  lm.weight @table : tensor<96x64xf32> from ["table"]
  lm.weight @step : tensor<64x64xf32> per_block from ["a", "b"]
  func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
    %x = lm.embed %tokens, @table : (tensor<?xi32>) -> tensor<?x64xf32>
    %y = lm.repeat [0, 1] %x : tensor<?x64xf32> {
    ^bb0(%h: tensor<?x64xf32>):
      %s = lm.linear %h, @step : (tensor<?x64xf32>) -> tensor<?x64xf32>
      lm.yield %s : tensor<?x64xf32>
    }
    %l = lm.linear %y, @table : (tensor<?x64xf32>) -> tensor<?x96xf32>
    return %l : tensor<?x96xf32>
  }
}
