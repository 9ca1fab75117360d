// RUN: weebill-opt %S/../passes/inputs/two-kinds.mlir --lm-pipeline | FileCheck %s
// RUN: weebill-opt %S/../passes/inputs/two-kinds.mlir --lm-pipeline --remarks-filter=planning --remark-format=emitRemark 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK
// RUN: weebill-opt %S/../passes/inputs/two-kinds.mlir --lm-roll-repeats | FileCheck %s --check-prefix=ROLLED
// RUN: weebill-opt %S/../passes/inputs/two-kinds.mlir \
// RUN:   --lm-share-equal-weights="equal=n0=n2,i0=i2,t0=t2,c0=c2,f0=f2,g0=g2,u0=u2,d0=d2" | FileCheck %s --check-prefix=SHARED
// RUN: not weebill-opt %S/../passes/inputs/two-kinds.mlir \
// RUN:   --lm-quantize="weights=keep activations=int8-g32 tensors=e=Q8_0,q1=Q4_1,k1=Q4_1,v1=Q4_1,o1=Q4_1,i0=Q4_0" 2>&1 \
// RUN:   | FileCheck %s --check-prefix=KEPT

// Steps of both kinds of block, one kind behind the other. A region begins a phase and ends one, so that a row that every
// thread computes for itself stays in it. Buffers of one kind lie where those of the other do.

// REMARK: [Analysis] Phases | Category:planning | Remark="a visit of a block by one token takes 5 phases"
// REMARK: [Analysis] Phases | Category:planning | Remark="a visit of a block by a chunk takes 9 phases"

// CHECK: <name = "qkv", element = f32, columns = 256, offset = 0>
// CHECK-SAME: <name = "convolution_in", element = f32, columns = 384, offset = 0>
// CHECK: lm.weight @q : tensor<128x128xf32> as int8 per_block from ["", "q1", ""]
// CHECK: lm.either [1, 0, 1]
// CHECK:      lm.rms_norm_quantize
// CHECK-SAME:   role = "attention_norm", decode = <phase = 0, name = "project_qkv", share = every>
// CHECK:      lm.linear_residual
// CHECK-SAME:   role = "attention_out", decode = <phase = 2,
// CHECK:      lm.rms_norm_quantize
// CHECK-SAME:   role = "convolution_norm", decode = <phase = 3, name = "convolution_in", share = every>
// CHECK-SAME:   prefill = <phase = 5, name = "convolution_norm", share = tokens>
// CHECK:      lm.linear
// CHECK-SAME:   role = "convolution_in", decode = <phase = 3, name = "convolution_in", share = columns, units = 24, unit_columns = 16>
// CHECK:      lm.gated_convolution
// CHECK-SAME:   role = "convolution", decode = <phase = 4, name = "convolve", share = columns, units = 8, unit_columns = 16>
// CHECK-SAME:   out = <"convolved", 0, 128>
// CHECK:      lm.linear_residual
// CHECK-SAME:   role = "convolution_out", decode = <phase = 5, name = "convolution_out_residual"
// CHECK-SAME:   out = <"x", 0, 128>
// CHECK:      lm.rms_norm_quantize
// CHECK-SAME:   role = "ffn_norm", decode = <phase = 6, name = "gate_up_swiglu", share = every>

// ROLLED: lm.repeat [0, 1, 2]
// ROLLED: lm.either [1, 0, 1]

// SHARED: lm.weight @q : tensor<128x128xf32> per_block from ["", "q1"]
// SHARED: lm.weight @conv_in : tensor<384x128xf32> per_block from ["i0", ""]
// SHARED: lm.repeat [0, 1, 0]
// SHARED: lm.either [1, 0]

// A block that has no such weight is not asked for its format.
// KEPT: error: tensor 'i2' is stored as numbers, which cannot be kept as it is
