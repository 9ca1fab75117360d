// RUN: weebill-opt %s --split-input-file --lm-roll-repeats | FileCheck %s
// RUN: weebill-opt %s --split-input-file --lm-roll-repeats --remarks-filter=sharing --remark-format=emitRemark 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK

// Blocks one behind the other become one region; those that read the same tensors, under whatever symbol, are one block.
// The order in which a block's ops are written down does not matter.

// CHECK:      lm.weight @gain : tensor<8xf32> per_block from ["0.gain", "1.gain"]
// CHECK-NEXT: lm.weight @blocks.matrix : tensor<8x8xf32> per_block from ["0.matrix", "1.matrix"]
// CHECK-NEXT: lm.weight @last : tensor<8xf32> from ["last"]
// CHECK-LABEL: func.func @copies(
// CHECK-SAME:    %[[X:.*]]: tensor<?x8xf32>)
// CHECK-NEXT:  %[[Y:.*]] = lm.repeat [0, 1, 0] %[[X]] : tensor<?x8xf32> {
// CHECK-NEXT:  ^bb0(%[[H:.*]]: tensor<?x8xf32>):
// CHECK-NEXT:    %[[N:.*]] = lm.rms_norm %[[H]], @gain epsilon
// CHECK-NEXT:    %[[Q:.*]] = lm.linear %[[N]], @blocks.matrix
// CHECK-NEXT:    %[[S:.*]] = lm.silu %[[H]]
// CHECK-NEXT:    %[[A:.*]] = lm.add %[[Q]], %[[S]]
// CHECK-NEXT:    lm.yield %[[A]]
// CHECK-NEXT:  }
// CHECK-NEXT:  %[[Z:.*]] = lm.rms_norm %[[Y]], @last
// CHECK-NEXT:  return %[[Z]]
// REMARK: RolledBlocks | Category:sharing | Remark="3 copies of 4 ops became one lm.repeat over 2 blocks"
lm.weight @gain0 : tensor<8xf32> from ["0.gain"]
lm.weight @blocks.0.matrix : tensor<8x8xf32> from ["0.matrix"]
lm.weight @gain1 : tensor<8xf32> from ["1.gain"]
lm.weight @blocks.1.matrix : tensor<8x8xf32> from ["1.matrix"]
lm.weight @last : tensor<8xf32> from ["last"]
lm.weight @gain2 : tensor<8xf32> from ["0.gain"]
func.func @copies(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %n0 = lm.rms_norm %x, @gain0 epsilon 1.0e-05 : tensor<?x8xf32>
  %q0 = lm.linear %n0, @blocks.0.matrix : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %s0 = lm.silu %x : tensor<?x8xf32>
  %y0 = lm.add %q0, %s0 : tensor<?x8xf32>
  %s1 = lm.silu %y0 : tensor<?x8xf32>
  %n1 = lm.rms_norm %y0, @gain1 epsilon 1.0e-05 : tensor<?x8xf32>
  %q1 = lm.linear %n1, @blocks.1.matrix : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %y1 = lm.add %q1, %s1 : tensor<?x8xf32>
  %n2 = lm.rms_norm %y1, @gain2 epsilon 1.0e-05 : tensor<?x8xf32>
  %s2 = lm.silu %y1 : tensor<?x8xf32>
  %q2 = lm.linear %n2, @blocks.0.matrix : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %y2 = lm.add %q2, %s2 : tensor<?x8xf32>
  %z = lm.rms_norm %y2, @last epsilon 1.0e-05 : tensor<?x8xf32>
  return %z : tensor<?x8xf32>
}

// -----

// Loops in a row over one set of weights become one. Blocks keep their numbers, and a block that no visit names stays.

// CHECK:       lm.weight @gain : tensor<8xf32> per_block from ["a", "b", "c", "d"]
// CHECK-LABEL: func.func @loops(
// CHECK-NEXT:    lm.repeat [2, 1, 0, 0, 1] %
// CHECK-NOT:     lm.repeat
// CHECK:         return
// REMARK: RolledBlocks | Category:sharing | Remark="5 copies of 1 op became one lm.repeat over 3 blocks"
lm.weight @gain : tensor<8xf32> per_block from ["a", "b", "c", "d"]
func.func @loops(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = lm.repeat [2, 1] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    %n = lm.rms_norm %h, @gain epsilon 1.0e-05 : tensor<?x8xf32>
    lm.yield %n : tensor<?x8xf32>
  }
  %z = lm.repeat [0, 0, 1] %y : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    %n = lm.rms_norm %h, @gain epsilon 1.0e-05 : tensor<?x8xf32>
    lm.yield %n : tensor<?x8xf32>
  }
  return %z : tensor<?x8xf32>
}

// -----

// Loops with weights of their own, and a block between them that is written out. What else reads a weight keeps it.

// CHECK:       lm.weight @gain_0 : tensor<8xf32> per_block from ["a", "b", "d", "c"]
// CHECK-NEXT:  lm.weight @gain : tensor<8xf32> from ["d"]
// CHECK-LABEL: func.func @mixed(
// CHECK-NEXT:    %[[Y:.*]] = lm.repeat [0, 1, 2, 3, 3] %{{.*}} {
// CHECK-NEXT:    ^bb0(%[[H:.*]]: tensor<?x8xf32>):
// CHECK-NEXT:      %[[N:.*]] = lm.rms_norm %[[H]], @gain_0
// CHECK-NEXT:      lm.yield %[[N]]
// CHECK-NEXT:    }
// CHECK-NEXT:    lm.silu %[[Y]]
// CHECK-NEXT:    lm.rms_norm %{{.*}}, @gain epsilon
// REMARK: RolledBlocks | Category:sharing | Remark="5 copies of 1 op became one lm.repeat over 4 blocks"
lm.weight @gain1 : tensor<8xf32> per_block from ["a", "b"]
lm.weight @gain : tensor<8xf32> from ["d"]
lm.weight @gain2 : tensor<8xf32> per_block from ["c"]
func.func @mixed(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %a = lm.repeat [0, 1] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    %n = lm.rms_norm %h, @gain1 epsilon 1.0e-05 : tensor<?x8xf32>
    lm.yield %n : tensor<?x8xf32>
  }
  %b = lm.rms_norm %a, @gain epsilon 1.0e-05 : tensor<?x8xf32>
  %c = lm.repeat [0, 0] %b : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    %n = lm.rms_norm %h, @gain2 epsilon 1.0e-05 : tensor<?x8xf32>
    lm.yield %n : tensor<?x8xf32>
  }
  %d = lm.silu %c : tensor<?x8xf32>
  %e = lm.rms_norm %d, @gain epsilon 1.0e-05 : tensor<?x8xf32>
  return %e : tensor<?x8xf32>
}

// -----

// A block of one loop may be two blocks of another: the shortest body that explains them is found.

// CHECK:       lm.weight @gain : tensor<8xf32> per_block from ["a", "c", "b", "d"]
// CHECK-LABEL: func.func @halves(
// CHECK-NEXT:    lm.repeat [0, 1, 2, 3] %
// REMARK: RolledBlocks | Category:sharing | Remark="4 copies of 2 ops became one lm.repeat over 4 blocks"
lm.weight @gain : tensor<8xf32> per_block from ["a", "b"]
lm.weight @other : tensor<8xf32> per_block from ["c", "d"]
func.func @halves(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = lm.repeat [0, 1] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    %n = lm.rms_norm %h, @gain epsilon 1.0e-05 : tensor<?x8xf32>
    %s = lm.silu %n : tensor<?x8xf32>
    %m = lm.rms_norm %s, @other epsilon 1.0e-05 : tensor<?x8xf32>
    %t = lm.silu %m : tensor<?x8xf32>
    lm.yield %t : tensor<?x8xf32>
  }
  return %y : tensor<?x8xf32>
}

// -----

// One loop stays one loop, and nothing is said about it.

// CHECK-LABEL: lm.weight @as_it_is
// CHECK-SAME:    per_block from ["a", "b"]
// CHECK:       lm.repeat [1, 0, 1] %
// REMARK-NOT:  RolledBlocks
lm.weight @as_it_is : tensor<8xf32> per_block from ["a", "b"]
func.func @one_loop(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = lm.repeat [1, 0, 1] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    %n = lm.rms_norm %h, @as_it_is epsilon 1.0e-05 : tensor<?x8xf32>
    lm.yield %n : tensor<?x8xf32>
  }
  return %y : tensor<?x8xf32>
}

// -----

// Two blocks that agree about everything but one number are two kinds of block.

// CHECK-LABEL: func.func @another_epsilon(
// CHECK-NOT:     lm.repeat
// CHECK:         return
// REMARK: RolledBlocks | Category:sharing{{.*}}not a block as the one before: of 'lm.rms_norm' epsilon is 9.99999997E-7 : f32, not 9.99999974E-6 : f32
lm.weight @g0 : tensor<8xf32> from ["a"]
lm.weight @g1 : tensor<8xf32> from ["b"]
func.func @another_epsilon(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %n0 = lm.rms_norm %x, @g0 epsilon 1.0e-05 : tensor<?x8xf32>
  %a0 = lm.attention %n0, %n0, %n0 heads 2 key_value_heads 2
      : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
  %n1 = lm.rms_norm %a0, @g1 epsilon 1.0e-06 : tensor<?x8xf32>
  %a1 = lm.attention %n1, %n1, %n1 heads 2 key_value_heads 2
      : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
  return %a1 : tensor<?x8xf32>
}

// -----

// The second of three blocks reads its values another way round: no two in a row are equal.

// CHECK-LABEL: func.func @other_operands(
// CHECK-NOT:     lm.repeat
// CHECK:         return
// REMARK: RolledBlocks | Category:sharing{{.*}}not a block as the one before: 'lm.attention' reads another value
// REMARK: RolledBlocks | Category:sharing{{.*}}not a block as the one before: 'lm.attention' reads another value
func.func @other_operands(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %s0 = lm.silu %x : tensor<?x8xf32>
  %a0 = lm.attention %x, %s0, %s0 heads 2 key_value_heads 2
      : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
  %s1 = lm.silu %a0 : tensor<?x8xf32>
  %a1 = lm.attention %a0, %s1, %a0 heads 2 key_value_heads 2
      : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
  %s2 = lm.silu %a1 : tensor<?x8xf32>
  %a2 = lm.attention %a1, %s2, %s2 heads 2 key_value_heads 2
      : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
  return %a2 : tensor<?x8xf32>
}

// -----

// Keys of another width.

// CHECK-LABEL: func.func @other_weights(
// CHECK-NOT:     lm.repeat
// CHECK:         return
// REMARK: RolledBlocks | Category:sharing{{.*}}not a block as the one before: of @w1 type is tensor<4x8xf32>, not tensor<8x8xf32>
lm.weight @w0 : tensor<8x8xf32> from ["a"]
lm.weight @w1 : tensor<4x8xf32> from ["b"]
func.func @other_weights(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %k0 = lm.linear %x, @w0 : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %a0 = lm.attention %x, %k0, %k0 heads 2 key_value_heads 2
      : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
  %k1 = lm.linear %a0, @w1 : (tensor<?x8xf32>) -> tensor<?x4xf32>
  %a1 = lm.attention %a0, %k1, %k1 heads 2 key_value_heads 1
      : tensor<?x8xf32>, tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x8xf32>
  return %a1 : tensor<?x8xf32>
}

// -----

// A value that goes past a block is a second one that a loop would have to carry.

// CHECK-LABEL: func.func @skip(
// CHECK-NOT:     lm.repeat
// CHECK:         return
// REMARK: RolledBlocks | Category:sharing{{.*}}not a block as the one before: more than one value goes on from what stands before it
func.func @skip(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %a0 = lm.attention %x, %x, %x heads 2 key_value_heads 2
      : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
  %a1 = lm.attention %a0, %a0, %a0 heads 2 key_value_heads 2
      : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
  %y = lm.add %a1, %x : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// Outside of a loop both would mean the same part of the cache.

// CHECK-LABEL: func.func @placed(
// CHECK-NOT:     lm.repeat
// CHECK:         return
// REMARK: RolledBlocks | Category:sharing{{.*}}not a block as the one before: 'lm.cached_attention' works on a cache that is placed already
lm.cache @cache : f32 visits 2 key_value_heads 2 head_size 4 positions 64
func.func @placed(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  lm.cache_append %x, %x, @cache : tensor<?x8xf32>, tensor<?x8xf32>
  %a0 = lm.cached_attention %x, @cache heads 2 : tensor<?x8xf32> -> tensor<?x8xf32>
  lm.cache_append %a0, %a0, @cache : tensor<?x8xf32>, tensor<?x8xf32>
  %a1 = lm.cached_attention %a0, @cache heads 2 : tensor<?x8xf32> -> tensor<?x8xf32>
  return %a1 : tensor<?x8xf32>
}

// -----

// An op whose result nothing reads belongs to no block.

// CHECK-LABEL: func.func @idle_op(
// CHECK-NOT:     lm.repeat
// CHECK:         return
func.func @idle_op(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %a = lm.silu %x : tensor<?x8xf32>
  %idle = lm.silu %a : tensor<?x8xf32>
  %b = lm.silu %a : tensor<?x8xf32>
  return %b : tensor<?x8xf32>
}

// -----

// Two runs of different blocks become two loops.

// CHECK-LABEL: func.func @two_runs(
// CHECK:         lm.repeat [0, 0, 0] %
// CHECK:           lm.silu
// CHECK:         lm.repeat [0, 1] %
// CHECK:           lm.rms_norm
// REMARK: RolledBlocks | Category:sharing | Remark="3 copies of 1 op became one lm.repeat over 1 block"
// REMARK: RolledBlocks | Category:sharing | Remark="2 copies of 1 op became one lm.repeat over 2 blocks"
lm.weight @r0 : tensor<8xf32> from ["a"]
lm.weight @r1 : tensor<8xf32> from ["b"]
func.func @two_runs(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %a = lm.silu %x : tensor<?x8xf32>
  %b = lm.silu %a : tensor<?x8xf32>
  %c = lm.silu %b : tensor<?x8xf32>
  %d = lm.rms_norm %c, @r0 epsilon 1.0e-05 : tensor<?x8xf32>
  %e = lm.rms_norm %d, @r1 epsilon 1.0e-05 : tensor<?x8xf32>
  return %e : tensor<?x8xf32>
}
