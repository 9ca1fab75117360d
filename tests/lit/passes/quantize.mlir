// RUN: weebill-opt %s --lm-quantize | FileCheck %s
// RUN: weebill-opt %s --lm-quantize --lm-quantize | FileCheck %s
// RUN: weebill-opt %s --lm-quantize="weights=f32 activations=f32" | FileCheck %s --check-prefix=FLOAT
// RUN: weebill-opt %s --lm-quantize --remarks-filter=quantization --remark-format=emitRemark 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK
// RUN: not weebill-opt %s --lm-quantize="weights=int8 activations=f32" 2>&1 | FileCheck %s --check-prefix=MIXED
// RUN: not weebill-opt %s --lm-quantize="weights=f32" 2>&1 | FileCheck %s --check-prefix=REVERSE
// RUN: not weebill-opt %s --lm-quantize="weights=int3" 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not weebill-opt %s --lm-quantize="activations=int1" 2>&1 | FileCheck %s --check-prefix=BINARY
// RUN: weebill-opt %s --lm-quantize="activations=int8-symmetric" | FileCheck %s --check-prefix=SYMMETRIC
// RUN: weebill-opt %s --lm-quantize="weights=f16 activations=f32" | FileCheck %s --check-prefix=HALF

// MIXED:   error: weights int8 with activations f32 has no kernels: int8 codes go with int8 weights, int8-g32 with weights that keep the codes of a GGUF file, and f32 goes with f16 or f32
// REVERSE: error: weights f32 with activations int8 has no kernels: int8 codes go with int8 weights, int8-g32 with weights that keep the codes of a GGUF file, and f32 goes with f16 or f32
// UNKNOWN: for the --weights option: 'int3' is not one of int8, f16, f32, keep
// BINARY:  for the --activations option: 'int1' is not one of int8, int8-symmetric, int8-g32, f32

// Matrices become int8, the embedding too; vectors stay. Running the pass a second time changes nothing.

// CHECK:      lm.weight @embedding : tensor<96x8xf32> as int8 from
// CHECK-NEXT: lm.weight @gain : tensor<8xf32> from
// CHECK-NEXT: lm.weight @q : tensor<8x8xf32> as int8 from
// CHECK-NEXT: lm.weight @k : tensor<4x8xf32> as int8 from
// CHECK-NEXT: lm.weight @gate : tensor<16x8xf32> as int8 from
// CHECK-NEXT: lm.weight @up : tensor<16x8xf32> as int8 from
// CHECK-NEXT: lm.weight @down : tensor<8x16xf32> as int8 from
// CHECK-NEXT: lm.weight @kept : tensor<8x8xf32> from
// HALF:       lm.weight @embedding : tensor<96x8xf32> as f16 from
// HALF-NEXT:  lm.weight @gain : tensor<8xf32> from
// HALF-NEXT:  lm.weight @q : tensor<8x8xf32> as f16 from
// HALF:       lm.weight @kept : tensor<8x8xf32> from
// REMARK:     [Passed] Quantized | Category:quantization | Remark="6 matrices stored as int8"
lm.weight @embedding : tensor<96x8xf32> from ["e"]
lm.weight @gain : tensor<8xf32> from ["g"]
lm.weight @q : tensor<8x8xf32> from ["q"]
lm.weight @k : tensor<4x8xf32> from ["k"]
lm.weight @gate : tensor<16x8xf32> from ["gate"]
lm.weight @up : tensor<16x8xf32> from ["up"]
lm.weight @down : tensor<8x16xf32> from ["down"]
lm.weight @kept : tensor<8x8xf32> from ["kept"]

// One quantization serves all readers of a value; ops that read no matrix keep the float rows.

// CHECK-LABEL: func.func @shared_quantization
// CHECK:         %[[N:.*]] = lm.rms_norm
// CHECK-NEXT:    %[[C:.*]] = lm.quantize %[[N]] : tensor<?x8xf32> -> !lm.quantized<8>
// CHECK-NEXT:    lm.linear %[[C]], @q : (!lm.quantized<8>) -> tensor<?x8xf32>
// CHECK-NEXT:    lm.linear %[[C]], @k : (!lm.quantized<8>) -> tensor<?x4xf32>
// CHECK-NEXT:    lm.silu %[[N]]
// CHECK-NOT:     lm.quantize
// SYMMETRIC:     lm.quantize %{{.*}} symmetric : tensor<?x8xf32> -> !lm.quantized<8>
// HALF:          lm.linear %{{.*}}, @q : (tensor<?x8xf32>) -> tensor<?x8xf32>
// HALF-NOT:      lm.quantize
// FLOAT-NOT:     int8
// FLOAT-NOT:     lm.quantize
func.func @shared_quantization(%tokens: tensor<?xi32>) -> (tensor<?x8xf32>, tensor<?x4xf32>, tensor<?x8xf32>) {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x8xf32>
  %n = lm.rms_norm %x, @gain epsilon 1.0e-05 : tensor<?x8xf32>
  %q = lm.linear %n, @q : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %k = lm.linear %n, @k : (tensor<?x8xf32>) -> tensor<?x4xf32>
  %s = lm.silu %n : tensor<?x8xf32>
  return %q, %k, %s : tensor<?x8xf32>, tensor<?x4xf32>, tensor<?x8xf32>
}

// Every op that multiplies by a matrix reads codes. A residual stays float.

// CHECK-LABEL: func.func @fused_ops
// CHECK-SAME:    (%[[X:.*]]: tensor<?x8xf32>)
// CHECK-NEXT:    %[[C:.*]] = lm.quantize %[[X]]
// CHECK-NEXT:    lm.qkv %[[C]], @q, @k, @k : (!lm.quantized<8>)
// CHECK-NEXT:    %[[H:.*]] = lm.swiglu %[[C]], @gate, @up : (!lm.quantized<8>)
// CHECK-NEXT:    %[[D:.*]] = lm.quantize %[[H]]
// CHECK-NEXT:    lm.linear_residual %[[D]], @down, %[[X]] : (!lm.quantized<16>, tensor<?x8xf32>)
func.func @fused_ops(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %q, %k, %v = lm.qkv %x, @q, @k, @k : (tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x4xf32>, tensor<?x4xf32>)
  %h = lm.swiglu %x, @gate, @up : (tensor<?x8xf32>) -> tensor<?x16xf32>
  %y = lm.linear_residual %h, @down, %x : (tensor<?x16xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// A matrix that is to stay float is neither stored as codes nor read with them.

// CHECK-LABEL: func.func @kept_float
// CHECK-NEXT:    %[[K:.*]] = lm.linear %{{.*}}, @kept {lm.keep_float} : (tensor<?x8xf32>) -> tensor<?x8xf32>
// CHECK-NEXT:    %[[C:.*]] = lm.quantize %[[K]]
// CHECK-NEXT:    lm.linear %[[C]], @q : (!lm.quantized<8>)
func.func @kept_float(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %k = lm.linear %x, @kept {lm.keep_float} : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %y = lm.linear %k, @q : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}
