// RUN: weebill-opt %s --split-input-file --lm-fuse-swiglu | FileCheck %s
// RUN: weebill-opt %s --split-input-file --lm-fuse-swiglu --remarks-filter=fusion --remark-format=emitRemark 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK
// RUN: weebill-opt %s --split-input-file --lm-fuse-swiglu="tensors=gate=Q5_K,up=Q5_K" | FileCheck %s
// RUN: weebill-opt %s --split-input-file --lm-fuse-swiglu="tensors=gate=Q5_K,up=Q4_K" --remarks-filter=fusion --remark-format=emitRemark 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=MIXED

// MIXED: [Missed] FusedSwiGLU {{.*}} the file has 'up' as Q4_K and 'gate' as Q5_K

// Both operand orders of the product fuse, and the two projections disappear.

// CHECK-LABEL: func.func @silu_on_the_left
// CHECK-SAME:    (%[[X:.*]]: tensor<?x8xf32>)
// CHECK-NEXT:    %[[H:.*]] = lm.swiglu %[[X]], @gate, @up : (tensor<?x8xf32>) -> tensor<?x16xf32>
// CHECK-NEXT:    return %[[H]]
// REMARK:        [Passed] FusedSwiGLU | Category:fusion | Remark="gated feed-forward half computed by one kernel"
lm.weight @gate : tensor<16x8xf32> from ["gate"]
lm.weight @up : tensor<16x8xf32> from ["up"]
func.func @silu_on_the_left(%x: tensor<?x8xf32>) -> tensor<?x16xf32> {
  %g = lm.linear %x, @gate : (tensor<?x8xf32>) -> tensor<?x16xf32>
  %s = lm.silu %g : tensor<?x16xf32>
  %u = lm.linear %x, @up : (tensor<?x8xf32>) -> tensor<?x16xf32>
  %h = lm.mul %s, %u : tensor<?x16xf32>
  return %h : tensor<?x16xf32>
}

// -----

// CHECK-LABEL: func.func @silu_on_the_right
// CHECK-SAME:    (%[[X:.*]]: tensor<?x8xf32>)
// CHECK-NEXT:    lm.swiglu %[[X]], @gate, @up
lm.weight @gate : tensor<16x8xf32> from ["gate"]
lm.weight @up : tensor<16x8xf32> from ["up"]
func.func @silu_on_the_right(%x: tensor<?x8xf32>) -> tensor<?x16xf32> {
  %u = lm.linear %x, @up : (tensor<?x8xf32>) -> tensor<?x16xf32>
  %g = lm.linear %x, @gate : (tensor<?x8xf32>) -> tensor<?x16xf32>
  %s = lm.silu %g : tensor<?x16xf32>
  %h = lm.mul %u, %s : tensor<?x16xf32>
  return %h : tensor<?x16xf32>
}

// -----

// With another activation it is another op.

// CHECK-LABEL: func.func @gelu
// CHECK-SAME:    (%[[X:.*]]: tensor<?x8xf32>)
// CHECK-NEXT:    %[[H:.*]] = lm.geglu %[[X]], @gate, @up : (tensor<?x8xf32>) -> tensor<?x16xf32>
// CHECK-NEXT:    return %[[H]]
lm.weight @gate : tensor<16x8xf32> from ["gate"]
lm.weight @up : tensor<16x8xf32> from ["up"]
func.func @gelu(%x: tensor<?x8xf32>) -> tensor<?x16xf32> {
  %g = lm.linear %x, @gate : (tensor<?x8xf32>) -> tensor<?x16xf32>
  %s = lm.gelu_tanh %g : tensor<?x16xf32>
  %u = lm.linear %x, @up : (tensor<?x8xf32>) -> tensor<?x16xf32>
  %h = lm.mul %s, %u : tensor<?x16xf32>
  return %h : tensor<?x16xf32>
}

// -----

// A half with a second user stays: fusing would compute it twice.

// CHECK-LABEL: func.func @shared_half_is_kept
// CHECK-NOT:     lm.swiglu
// CHECK:         lm.mul
// REMARK:        [Missed] FusedSwiGLU | Category:fusion | Remark="gated product stays apart: a half has another user"
lm.weight @gate : tensor<16x8xf32> from ["gate"]
lm.weight @up : tensor<16x8xf32> from ["up"]
func.func @shared_half_is_kept(%x: tensor<?x8xf32>) -> tensor<?x16xf32> {
  %g = lm.linear %x, @gate : (tensor<?x8xf32>) -> tensor<?x16xf32>
  %s = lm.silu %g : tensor<?x16xf32>
  %u = lm.linear %x, @up : (tensor<?x8xf32>) -> tensor<?x16xf32>
  %h = lm.mul %s, %u : tensor<?x16xf32>
  %y = lm.add %h, %u : tensor<?x16xf32>
  return %y : tensor<?x16xf32>
}

// -----

// CHECK-LABEL: func.func @two_inputs
// CHECK-NOT:     lm.swiglu
// REMARK:        [Missed] FusedSwiGLU | Category:fusion | Remark="gated product stays apart: the halves read different inputs"
lm.weight @gate : tensor<16x8xf32> from ["gate"]
lm.weight @up : tensor<16x8xf32> from ["up"]
func.func @two_inputs(%x: tensor<?x8xf32>, %y: tensor<?x8xf32>) -> tensor<?x16xf32> {
  %g = lm.linear %x, @gate : (tensor<?x8xf32>) -> tensor<?x16xf32>
  %s = lm.silu %g : tensor<?x16xf32>
  %u = lm.linear %y, @up : (tensor<?x8xf32>) -> tensor<?x16xf32>
  %h = lm.mul %s, %u : tensor<?x16xf32>
  return %h : tensor<?x16xf32>
}

// -----

// A product without a silu is none of this pass's business: no remark.

// CHECK-LABEL: func.func @plain_product
// CHECK:         lm.mul
// REMARK-NOT:    FusedSwiGLU
lm.weight @gate : tensor<16x8xf32> from ["gate"]
lm.weight @up : tensor<16x8xf32> from ["up"]
func.func @plain_product(%x: tensor<?x8xf32>) -> tensor<?x16xf32> {
  %g = lm.linear %x, @gate : (tensor<?x8xf32>) -> tensor<?x16xf32>
  %u = lm.linear %x, @up : (tensor<?x8xf32>) -> tensor<?x16xf32>
  %h = lm.mul %g, %u : tensor<?x16xf32>
  return %h : tensor<?x16xf32>
}
