// RUN: weebill-opt %s --split-input-file --lm-share-equal-weights="equal=a.q=b.q,a.norm=b.norm,b.q=c.q" | FileCheck %s
// RUN: weebill-opt %s --split-input-file --lm-share-equal-weights="equal=a.q=b.q,a.norm=b.norm,b.q=c.q" \
// RUN:   --remarks-filter=sharing --remark-format=emitRemark 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK
// RUN: not weebill-opt %s --split-input-file --lm-share-equal-weights="equal=a=b=c" 2>&1 | FileCheck %s --check-prefix=PAIR

// PAIR: lm-share-equal-weights: equal is a pair of tensors as name=name, not 'a=b=c'

// Blocks a and b are equal in both weights, c only in one: it stays, and is block 1 now. Weights of the whole model do
// not matter.

// CHECK:      lm.weight @q : tensor<8x8xf32> per_block from ["a.q", "c.q"]
// CHECK-NEXT: lm.weight @norm : tensor<8xf32> per_block from ["a.norm", "c.norm"]
// CHECK-NEXT: lm.weight @head : tensor<96x8xf32> from ["a.q"]
// CHECK:      lm.repeat [0, 0, 1] %
// REMARK:     [Passed] SharedBlocks | Category:sharing | Remark="3 blocks are 2 different ones"
lm.weight @q : tensor<8x8xf32> per_block from ["a.q", "b.q", "c.q"]
lm.weight @norm : tensor<8xf32> per_block from ["a.norm", "b.norm", "c.norm"]
lm.weight @head : tensor<96x8xf32> from ["a.q"]
func.func @copies(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = lm.repeat [0, 1, 2] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    %n = lm.rms_norm %h, @norm epsilon 1.0e-05 : tensor<?x8xf32>
    %q = lm.linear %n, @q : (tensor<?x8xf32>) -> tensor<?x8xf32>
    lm.yield %q : tensor<?x8xf32>
  }
  return %y : tensor<?x8xf32>
}

// -----

// A schedule that visits blocks more than once keeps its visits, in order. The tensor's name is enough: the last block
// is read from the tensors of the first.

// CHECK-LABEL: lm.weight @only
// CHECK-SAME:  per_block from ["x", "y"]
// CHECK:       lm.repeat [1, 0, 0, 1, 0] %
// REMARK:      SharedBlocks
lm.weight @only : tensor<8xf32> per_block from ["x", "y", "x"]
func.func @visits(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = lm.repeat [1, 2, 0, 1, 2] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    %n = lm.rms_norm %h, @only epsilon 1.0e-05 : tensor<?x8xf32>
    lm.yield %n : tensor<?x8xf32>
  }
  return %y : tensor<?x8xf32>
}

// -----

// Blocks that differ in numbers of their own are different, whatever their weights; what is left keeps its numbers.

// CHECK-LABEL: lm.weight @numbers
// CHECK-SAME:  per_block from ["x", "x"]
// CHECK:       lm.repeat [0, 1, 0] %
// CHECK:       lm.rope %{{.*}} blocks [1.000000e+04, 0.000000e+00] scales [1.000000e+00, 2.000000e+00]
// CHECK:       lm.attention %{{.*}} windows [4, 0]
// REMARK:      SharedBlocks
lm.weight @numbers : tensor<8xf32> per_block from ["x", "x", "x"]
func.func @numbers_of_blocks(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = lm.repeat [0, 1, 2] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    %n = lm.rms_norm %h, @numbers epsilon 1.0e-05 : tensor<?x8xf32>
    %r = lm.rope %n heads 2 theta 1.0e+04 blocks [1.0e+04, 0.0, 1.0e+04] scales [1.0, 2.0, 1.0] : tensor<?x8xf32>
    %a = lm.attention %r, %n, %n heads 2 key_value_heads 2 windows [4, 0, 4]
        : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
    lm.yield %a : tensor<?x8xf32>
  }
  return %y : tensor<?x8xf32>
}

// -----

// Different blocks stay as they are, and so does a module whose weights disagree about the number of blocks.

// CHECK-LABEL: lm.weight @different
// CHECK-SAME:  per_block from ["d", "e"]
// REMARK-NOT:  SharedBlocks
lm.weight @different : tensor<8xf32> per_block from ["d", "e"]

// -----

// CHECK-LABEL: lm.weight @two
// CHECK-SAME:  per_block from ["d", "d"]
// CHECK-NEXT:  lm.weight @one : tensor<8xf32> per_block from ["d"]
lm.weight @two : tensor<8xf32> per_block from ["d", "d"]
lm.weight @one : tensor<8xf32> per_block from ["d"]
