// RUN: weebill-opt %s --lm-fuse-residual | FileCheck %s
// RUN: weebill-opt %s --lm-fuse-residual --remarks-filter=fusion --remark-format=emitRemark 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK

lm.weight @o : tensor<8x8xf32> from ["o"]
lm.weight @p : tensor<8x8xf32> from ["p"]
lm.weight @square : tensor<8x8xf32> per_block from ["a", "b"]

// CHECK-LABEL: func.func @linear_on_the_right
// CHECK-SAME:    (%[[X:.*]]: tensor<?x8xf32>, %[[A:.*]]: tensor<?x8xf32>)
// CHECK-NEXT:    %[[Y:.*]] = lm.linear_residual %[[A]], @o, %[[X]]
// CHECK-NEXT:    return %[[Y]]
// REMARK:        [Passed] FusedResidual | Category:fusion | Remark="product with @o added to the residual stream by one kernel"
func.func @linear_on_the_right(%x: tensor<?x8xf32>, %a: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %o = lm.linear %a, @o : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %y = lm.add %x, %o : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @linear_on_the_left
// CHECK-SAME:    (%[[X:.*]]: tensor<?x8xf32>, %[[A:.*]]: tensor<?x8xf32>)
// CHECK-NEXT:    lm.linear_residual %[[A]], @o, %[[X]]
func.func @linear_on_the_left(%x: tensor<?x8xf32>, %a: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %o = lm.linear %a, @o : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %y = lm.add %o, %x : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// With two linears the left one is the residual.

// CHECK-LABEL: func.func @linear_on_both_sides
// CHECK-SAME:    (%[[A:.*]]: tensor<?x8xf32>, %[[B:.*]]: tensor<?x8xf32>)
// CHECK-NEXT:    %[[O:.*]] = lm.linear %[[A]], @o
// CHECK-NEXT:    lm.linear_residual %[[B]], @p, %[[O]]
func.func @linear_on_both_sides(%a: tensor<?x8xf32>, %b: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %o = lm.linear %a, @o : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %p = lm.linear %b, @p : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %y = lm.add %o, %p : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @another_user
// CHECK-NOT:     lm.linear_residual
// REMARK:        [Missed] FusedResidual | Category:fusion | Remark="addition stays a step of its own: the linear has another user"
func.func @another_user(%x: tensor<?x8xf32>, %a: tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  %o = lm.linear %a, @o : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %y = lm.add %x, %o : tensor<?x8xf32>
  return %y, %o : tensor<?x8xf32>, tensor<?x8xf32>
}

// CHECK-LABEL: func.func @no_linear
// CHECK:         lm.add
// REMARK:        [Missed] FusedResidual | Category:fusion | Remark="addition stays a step of its own: neither side is linear"
func.func @no_linear(%x: tensor<?x8xf32>, %a: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = lm.add %x, %a : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// The sum replaces the residual where it lies: not while others read it there.

// CHECK-LABEL: func.func @residual_is_needed_again
// CHECK-NOT:     lm.linear_residual
// REMARK:        Remark="addition stays a step of its own: the residual is needed again"
func.func @residual_is_needed_again(%x: tensor<?x8xf32>, %a: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %o = lm.linear %a, @o : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %y = lm.add %x, %o : tensor<?x8xf32>
  %z = lm.mul %y, %x : tensor<?x8xf32>
  return %z : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @product_of_the_residual
// CHECK-NOT:     lm.linear_residual
// REMARK:        Remark="addition stays a step of its own: the product reads the residual stream itself"
func.func @product_of_the_residual(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %o = lm.linear %x, @o : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %y = lm.add %x, %o : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @behind_the_last_block
// CHECK:         lm.linear_residual %{{.*}}, @square
// CHECK:         lm.linear %{{.*}}, @o
// CHECK-NEXT:    lm.add
// REMARK:        Remark="product with @square added to the residual stream by one kernel"
// REMARK:        Remark="addition stays a step of its own: the residual is what the last block yields, of which other tokens' rows are still needed"
func.func @behind_the_last_block(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = lm.repeat [0, 1] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    %s = lm.silu %h : tensor<?x8xf32>
    %o = lm.linear %s, @square : (tensor<?x8xf32>) -> tensor<?x8xf32>
    %z = lm.add %h, %o : tensor<?x8xf32>
    lm.yield %z : tensor<?x8xf32>
  }
  %s = lm.silu %y : tensor<?x8xf32>
  %o = lm.linear %s, @o : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %z = lm.add %y, %o : tensor<?x8xf32>
  return %z : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @normed_product
// CHECK:         lm.rms_norm
// CHECK-NEXT:    lm.add
// REMARK:        Remark="addition stays a step of its own: the product is normed first"
lm.weight @gain : tensor<8xf32> from ["gain"]
func.func @normed_product(%x: tensor<?x8xf32>, %a: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %o = lm.linear %a, @o : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %n = lm.rms_norm %o, @gain epsilon 1.0e-05 : tensor<?x8xf32>
  %y = lm.add %x, %n : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @multiplied_product
// CHECK:         lm.scale
// CHECK-NEXT:    lm.add
// REMARK:        Remark="addition stays a step of its own: the product is multiplied by a number first"
func.func @multiplied_product(%x: tensor<?x8xf32>, %a: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %o = lm.linear %a, @o : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %s = lm.scale %o by 0.25 : tensor<?x8xf32>
  %y = lm.add %x, %s : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}
