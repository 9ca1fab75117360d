// RUN: weebill-opt %s --lm-quantize="weights=keep activations=int8-g32 tensors=e=Q8_0,a=Q4_1,b=Q4_1" | FileCheck %s
// RUN: not weebill-opt %s --lm-quantize="weights=keep activations=int8-g32 tensors=e=Q8_0,a=Q4_1,b=Q2_K" 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: weebill-opt %s --lm-quantize="weights=keep activations=int8-g32 tensors=e=Q8_0,a=Q4_1,b=Q4_0" | FileCheck %s --check-prefix=BLOCKS
// RUN: not weebill-opt %s --lm-quantize="weights=keep activations=int8-g32 tensors=e=Q8_0,a=Q4_1,b=F16" 2>&1 | FileCheck %s --check-prefix=TORN
// RUN: not weebill-opt %s --lm-quantize="weights=keep activations=int8-g32 tensors=e=F32,a=F16,b=F16" 2>&1 | FileCheck %s --check-prefix=FLOATS
// RUN: not weebill-opt %s --lm-quantize="weights=keep activations=int8 tensors=e=Q8_0,a=Q4_1,b=Q4_1" 2>&1 | FileCheck %s --check-prefix=ROWS

// Every matrix stays what the model file has it as, and multiplies codes in groups.

// UNKNOWN: error: tensor 'b' is stored as Q2_K, which cannot be kept as it is: build with --weights int8, which rounds it again
// BLOCKS: lm.weight @q : tensor<64x64xf32> as q4_1 per_block from ["a", "b"] stored ["q4_1", "q4_0"]
// TORN: error: @q is stored as Q4_1 in 'a' and as F16 in 'b', which do not multiply the same codes: build with --weights int8
// FLOATS: error: weights keep with activations int8-g32 has no kernels
// ROWS: error: weights keep with activations int8 has no kernels

// CHECK:      lm.weight @embedding : tensor<96x64xf32> as q8_0 from
// CHECK-NEXT: lm.weight @q : tensor<64x64xf32> as q4_1 per_block from
lm.weight @embedding : tensor<96x64xf32> from ["e"]
lm.weight @q : tensor<64x64xf32> per_block from ["a", "b"]

func.func @forward(%ids: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %ids, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  // CHECK: %[[C:.*]] = lm.quantize %{{.*}} : tensor<?x64xf32> -> !lm.quantized<64, 32>
  // CHECK: lm.linear %[[C]], @q : (!lm.quantized<64, 32>) -> tensor<?x64xf32>
  %y = lm.repeat [0, 1] %x : tensor<?x64xf32> {
  ^bb0(%r: tensor<?x64xf32>):
    %q = lm.linear %r, @q : (tensor<?x64xf32>) -> tensor<?x64xf32>
    lm.yield %q : tensor<?x64xf32>
  }
  // CHECK: lm.linear %{{.*}}, @embedding : (!lm.quantized<64, 32>) -> tensor<?x96xf32>
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}
