// RUN: weebill-opt %s --split-input-file --lm-fuse-qkv | FileCheck %s
// RUN: weebill-opt %s --split-input-file --lm-fuse-qkv --remarks-filter=fusion --remark-format=emitRemark 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK
// RUN: weebill-opt %s --split-input-file --lm-fuse-qkv="tensors=q=Q4_K,k=Q4_K,v=Q6_K" --remarks-filter=fusion --remark-format=emitRemark 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=MIXED

// MIXED: [Missed] FusedQKV {{.*}} the file has 'v' as Q6_K and 'q' as Q4_K

// Three projections of one input become one matrix, whatever order they stand in and whether RoPE lies between.

// CHECK-LABEL: func.func @projections
// CHECK-SAME:    (%[[X:.*]]: tensor<?x8xf32>)
// CHECK:         %[[Q:.*]], %[[K:.*]], %[[V:.*]] = lm.qkv %[[X]], @q, @k, @v
// CHECK-SAME:      : (tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x4xf32>, tensor<?x4xf32>)
// CHECK-NOT:     lm.linear
// CHECK-DAG:     %[[RQ:.*]] = lm.rope %[[Q]] heads 2
// CHECK-DAG:     %[[RK:.*]] = lm.rope %[[K]] heads 1
// CHECK:         lm.attention %[[RQ]], %[[RK]], %[[V]] heads 2 key_value_heads 1
// REMARK:        [Passed] FusedQKV | Category:fusion | Remark="query, key and value projections computed as one matrix"
lm.weight @q : tensor<8x8xf32> from ["q"]
lm.weight @k : tensor<4x8xf32> from ["k"]
lm.weight @v : tensor<4x8xf32> from ["v"]
func.func @projections(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %v = lm.linear %x, @v : (tensor<?x8xf32>) -> tensor<?x4xf32>
  %k = lm.linear %x, @k : (tensor<?x8xf32>) -> tensor<?x4xf32>
  %rk = lm.rope %k heads 1 theta 1.0e+04 : tensor<?x4xf32>
  %q = lm.linear %x, @q : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %rq = lm.rope %q heads 2 theta 1.0e+04 scale 0.5 : tensor<?x8xf32>
  %a = lm.attention %rq, %rk, %v heads 2 key_value_heads 1
      : tensor<?x8xf32>, tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x8xf32>
  return %a : tensor<?x8xf32>
}

// -----

// CHECK-LABEL: func.func @without_rope
// CHECK:         %[[Q:.*]], %[[K:.*]], %[[V:.*]] = lm.qkv
// CHECK-NEXT:    lm.attention %[[Q]], %[[K]], %[[V]]
lm.weight @q : tensor<8x8xf32> from ["q"]
lm.weight @k : tensor<4x8xf32> from ["k"]
lm.weight @v : tensor<4x8xf32> from ["v"]
func.func @without_rope(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %q = lm.linear %x, @q : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %k = lm.linear %x, @k : (tensor<?x8xf32>) -> tensor<?x4xf32>
  %v = lm.linear %x, @v : (tensor<?x8xf32>) -> tensor<?x4xf32>
  %a = lm.attention %q, %k, %v heads 2 key_value_heads 1
      : tensor<?x8xf32>, tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x8xf32>
  return %a : tensor<?x8xf32>
}

// -----

// Biases, norms of heads before and after RoPE: the parts of the matrix are what they were.

// CHECK-LABEL: func.func @through_biases_and_norms
// CHECK:         %[[Q:.*]], %[[K:.*]], %[[V:.*]] = lm.qkv
// CHECK-NOT:     lm.linear
// CHECK-DAG:     lm.add_bias %[[Q]], @wide
// CHECK-DAG:     lm.add_bias %[[V]], @narrow
// CHECK-DAG:     lm.head_norm %[[K]], @narrow heads 1
lm.weight @q : tensor<8x8xf32> from ["q"]
lm.weight @k : tensor<4x8xf32> from ["k"]
lm.weight @v : tensor<4x8xf32> from ["v"]
lm.weight @wide : tensor<8xf32> from ["wide"]
lm.weight @narrow : tensor<4xf32> from ["narrow"]
func.func @through_biases_and_norms(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %q = lm.linear %x, @q : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %bq = lm.add_bias %q, @wide : tensor<?x8xf32>
  %rq = lm.rope %bq heads 2 theta 1.0e+04 : tensor<?x8xf32>
  %nq = lm.head_norm %rq heads 2 epsilon 1.0e-05 scale 0.5 : tensor<?x8xf32>
  %k = lm.linear %x, @k : (tensor<?x8xf32>) -> tensor<?x4xf32>
  %nk = lm.head_norm %k, @narrow heads 1 epsilon 1.0e-05 : tensor<?x4xf32>
  %rk = lm.rope %nk heads 1 theta 1.0e+04 : tensor<?x4xf32>
  %v = lm.linear %x, @v : (tensor<?x8xf32>) -> tensor<?x4xf32>
  %bv = lm.add_bias %v, @narrow : tensor<?x4xf32>
  %a = lm.attention %nq, %rk, %bv heads 2 key_value_heads 1
      : tensor<?x8xf32>, tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x8xf32>
  return %a : tensor<?x8xf32>
}

// -----

// What stands between a projection and attention is read elsewhere.

// CHECK-LABEL: func.func @another_user_of_the_bias
// CHECK-NOT:     lm.qkv
lm.weight @q : tensor<8x8xf32> from ["q"]
lm.weight @k : tensor<8x8xf32> from ["k"]
lm.weight @v : tensor<8x8xf32> from ["v"]
lm.weight @wide : tensor<8xf32> from ["wide"]
func.func @another_user_of_the_bias(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %q = lm.linear %x, @q : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %b = lm.add_bias %q, @wide : tensor<?x8xf32>
  %r = lm.rope %b heads 2 theta 1.0e+04 : tensor<?x8xf32>
  %k = lm.linear %x, @k : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %v = lm.linear %x, @v : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %a = lm.attention %r, %k, %v heads 2 key_value_heads 2
      : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
  %y = lm.add %a, %b : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// A projection that something else reads stays, and so do its companions.

// CHECK-LABEL: func.func @another_user
// CHECK-COUNT-3: lm.linear
// CHECK-NOT:     lm.qkv
// REMARK:        [Missed] FusedQKV | Category:fusion | Remark="query, key and value projections stay apart: one has another user"
lm.weight @q : tensor<8x8xf32> from ["q"]
lm.weight @k : tensor<4x8xf32> from ["k"]
lm.weight @v : tensor<4x8xf32> from ["v"]
func.func @another_user(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %q = lm.linear %x, @q : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %k = lm.linear %x, @k : (tensor<?x8xf32>) -> tensor<?x4xf32>
  %v = lm.linear %x, @v : (tensor<?x8xf32>) -> tensor<?x4xf32>
  %a = lm.attention %q, %k, %v heads 2 key_value_heads 1
      : tensor<?x8xf32>, tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x8xf32>
  %b = lm.add %a, %q : tensor<?x8xf32>
  return %b : tensor<?x8xf32>
}

// -----

// CHECK-LABEL: func.func @two_inputs
// CHECK-NOT:     lm.qkv
// REMARK:        [Missed] FusedQKV | Category:fusion | Remark="query, key and value projections stay apart: they read different inputs"
lm.weight @q : tensor<8x8xf32> from ["q"]
lm.weight @k : tensor<4x8xf32> from ["k"]
lm.weight @v : tensor<4x8xf32> from ["v"]
func.func @two_inputs(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %q = lm.linear %x, @q : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %k = lm.linear %x, @k : (tensor<?x8xf32>) -> tensor<?x4xf32>
  %s = lm.silu %x : tensor<?x8xf32>
  %v = lm.linear %s, @v : (tensor<?x8xf32>) -> tensor<?x4xf32>
  %a = lm.attention %q, %k, %v heads 2 key_value_heads 1
      : tensor<?x8xf32>, tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x8xf32>
  return %a : tensor<?x8xf32>
}

// -----

// CHECK-LABEL: func.func @not_linear
// CHECK-NOT:     lm.qkv
// REMARK:        [Missed] FusedQKV | Category:fusion | Remark="query, key and value projections stay apart: not all three are linear"
lm.weight @k : tensor<4x8xf32> from ["k"]
lm.weight @v : tensor<4x8xf32> from ["v"]
func.func @not_linear(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %k = lm.linear %x, @k : (tensor<?x8xf32>) -> tensor<?x4xf32>
  %v = lm.linear %x, @v : (tensor<?x8xf32>) -> tensor<?x4xf32>
  %a = lm.attention %x, %k, %v heads 2 key_value_heads 1
      : tensor<?x8xf32>, tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x8xf32>
  return %a : tensor<?x8xf32>
}
