// RUN: weebill-opt %s --split-input-file --lm-merge-weights | FileCheck %s
// RUN: weebill-opt %s --split-input-file --lm-merge-weights="equal=output.weight=token_embd.weight,spare=output.weight" \
// RUN:   | FileCheck %s --check-prefix=EQUAL
// RUN: weebill-opt %s --split-input-file --lm-merge-weights --remarks-filter=sharing --remark-format=emitRemark 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK
// RUN: not weebill-opt %s --split-input-file --lm-merge-weights="equal=alone" 2>&1 | FileCheck %s --check-prefix=PAIR

// PAIR: lm-merge-weights: equal is a pair of tensors as name=name, not 'alone'

// Weights that are read from one tensor are one weight.

// CHECK:      lm.weight @embedding
// CHECK-NOT:  lm.weight
// CHECK:      lm.embed %{{.*}}, @embedding
// CHECK:      lm.linear %{{.*}}, @embedding
// REMARK:     [Passed] MergedWeight | Category:sharing | Remark="@head is @embedding"
lm.weight @embedding : tensor<96x8xf32> from ["token_embd.weight"]
lm.weight @head : tensor<96x8xf32> from ["token_embd.weight"]
func.func @tied(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x8xf32>
  %y = lm.linear %x, @head : (tensor<?x8xf32>) -> tensor<?x96xf32>
  return %y : tensor<?x96xf32>
}

// -----

// Weights of two tensors stay, unless it is known that these hold the same numbers.

// CHECK:      lm.weight @embedding
// CHECK:      lm.weight @head
// CHECK:      lm.linear %{{.*}}, @head
// EQUAL-LABEL: func.func @copied
// EQUAL:       lm.linear %{{.*}}, @embedding
// REMARK-NOT:  @head is
lm.weight @embedding : tensor<96x8xf32> from ["token_embd.weight"]
lm.weight @head : tensor<96x8xf32> from ["output.weight"]
func.func @copied(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x8xf32>
  %y = lm.linear %x, @head : (tensor<?x8xf32>) -> tensor<?x96xf32>
  return %y : tensor<?x96xf32>
}

// -----

// One tensor seen as two shapes, or stored in two ways, is two weights. Pairs of equal tensors chain.

// CHECK:      lm.weight @wide
// CHECK:      lm.weight @tall
// CHECK:      lm.weight @codes
// CHECK:      lm.weight @copy
// EQUAL:      lm.weight @copy
// EQUAL-NOT:  lm.weight @third
lm.weight @wide : tensor<8x4xf32> from ["w"]
lm.weight @tall : tensor<4x8xf32> from ["w"]
lm.weight @codes : tensor<8x4xf32> as int8 from ["w"]
lm.weight @copy : tensor<8x4xf32> from ["spare"]
lm.weight @third : tensor<8x4xf32> from ["token_embd.weight"]

// -----

// Weights of blocks are one only if all blocks agree, in order.

// CHECK:      lm.weight @first
// CHECK-NOT:  @same
// CHECK:      lm.weight @swapped
// REMARK:     Remark="@same is @first"
lm.weight @first : tensor<8xf32> per_block from ["a", "b"]
lm.weight @same : tensor<8xf32> per_block from ["a", "b"]
lm.weight @swapped : tensor<8xf32> per_block from ["b", "a"]
