// RUN: weebill-opt %s --lm-quantize="store=embedding=f16,down=f32" | FileCheck %s
// RUN: weebill-opt %s --lm-quantize="store=embedding=f16,down=f32" --lm-quantize="store=embedding=f16,down=f32" | FileCheck %s
// RUN: weebill-opt %s --lm-quantize="weights=f32 store=down=int8" | FileCheck %s --check-prefix=ONE
// RUN: weebill-opt %s --lm-quantize="store=kept=int8" | FileCheck %s --check-prefix=KEPT
// RUN: not weebill-opt %s --lm-quantize="store=gain=f32" 2>&1 | FileCheck %s --check-prefix=VECTOR
// RUN: not weebill-opt %s --lm-quantize="store=none=f32" 2>&1 | FileCheck %s --check-prefix=NOBODY
// RUN: not weebill-opt %s --lm-quantize="store=down=int4" 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not weebill-opt %s --lm-quantize="store=down=f16,down=f32" 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: not weebill-opt %s --lm-quantize="store=up=f16" 2>&1 | FileCheck %s --check-prefix=TORN
// RUN: not weebill-opt %s --lm-quantize="weights=f32 activations=f32 store=down=int8" 2>&1 | FileCheck %s --check-prefix=FLOATS
// RUN: not weebill-opt %s --lm-quantize="weights=f32 store=down=f16" 2>&1 | FileCheck %s --check-prefix=CODES

// VECTOR:  error: lm-quantize: store names 'gain', which is no matrix of the model
// NOBODY:  error: lm-quantize: store names 'none', which is no matrix of the model
// UNKNOWN: error: lm-quantize: store takes f32, int8, f16, q4_0, q4_1, q8_0, q5_0, q5_1, q4_k, q5_k, q6_k, iq4_nl, iq4_xs, mxfp4, tq1_0, tq2_0, q2_0, q6_0, q4_c or q6_c for down, not 'int4'
// TWICE:   error: lm-quantize: store names 'down' twice
// TORN:    error: 'lm.swiglu' op reads @gate as int8 and @up as f16 at once, for which there is no kernel: give them one storage, or leave the fusion out
// FLOATS:  error: weights f32, some stored otherwise, with activations f32 has no kernels
// CODES:   error: weights f32, some stored otherwise, with activations int8 has no kernels

// CHECK:      lm.weight @embedding : tensor<96x8xf32> as f16 from
// CHECK-NEXT: lm.weight @gain : tensor<8xf32> from
// CHECK-NEXT: lm.weight @q : tensor<8x8xf32> as int8 from
// CHECK-NEXT: lm.weight @v : tensor<8x8xf32> as int8 from
// CHECK-NEXT: lm.weight @gate : tensor<16x8xf32> as int8 from
// CHECK-NEXT: lm.weight @up : tensor<16x8xf32> as int8 from
// CHECK-NEXT: lm.weight @down : tensor<8x16xf32> from
// CHECK-NEXT: lm.weight @kept : tensor<8x8xf32> from
// ONE-COUNT-6: lm.weight {{.*}}xf32> from
// ONE:         lm.weight @down : tensor<8x16xf32> as int8 from
// KEPT:        lm.weight @kept : tensor<8x8xf32> as int8 from
lm.weight @embedding : tensor<96x8xf32> from ["e"]
lm.weight @gain : tensor<8xf32> from ["g"]
lm.weight @q : tensor<8x8xf32> from ["q"]
lm.weight @v : tensor<8x8xf32> from ["v"]
lm.weight @gate : tensor<16x8xf32> from ["gate"]
lm.weight @up : tensor<16x8xf32> from ["up"]
lm.weight @down : tensor<8x16xf32> from ["down"]
lm.weight @kept : tensor<8x8xf32> from ["kept"]

// Whoever multiplies by codes reads codes; the others keep the float rows.

// CHECK-LABEL: func.func @mixed
// CHECK:         %[[X:.*]] = lm.embed %{{.*}}, @embedding
// CHECK-NEXT:    %[[C:.*]] = lm.quantize %[[X]]
// CHECK-NEXT:    %[[H:.*]] = lm.swiglu %[[C]], @gate, @up : (!lm.quantized<8>)
// CHECK-NEXT:    %[[D:.*]] = lm.linear %[[H]], @down : (tensor<?x16xf32>)
// CHECK-NEXT:    %[[K:.*]] = lm.linear %[[D]], @kept {lm.keep_float} : (tensor<?x8xf32>)
// CHECK-NEXT:    lm.quantize %[[K]]
// ONE:           lm.swiglu %{{.*}}, @gate, @up : (tensor<?x8xf32>)
// ONE-NEXT:      %[[C:.*]] = lm.quantize
// ONE-NEXT:      lm.linear %[[C]], @down : (!lm.quantized<16>)
// ONE-NEXT:      lm.linear %{{.*}}, @kept
// ONE-NOT:       lm.quantize
// KEPT:          lm.linear %{{.*}}, @kept {lm.keep_float} : (!lm.quantized<8>)
func.func @mixed(%tokens: tensor<?xi32>) -> tensor<?x8xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x8xf32>
  %h = lm.swiglu %x, @gate, @up : (tensor<?x8xf32>) -> tensor<?x16xf32>
  %d = lm.linear %h, @down : (tensor<?x16xf32>) -> tensor<?x8xf32>
  %k = lm.linear %d, @kept {lm.keep_float} : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %y = lm.linear %k, @q : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// One value may be read as codes and as floats.

// CHECK-LABEL: func.func @both
// CHECK-NEXT:    %[[C:.*]] = lm.quantize %[[X:.*]] :
// CHECK-NEXT:    lm.linear %[[C]], @v : (!lm.quantized<8>)
// CHECK-NEXT:    lm.linear %[[X]], @kept {lm.keep_float} : (tensor<?x8xf32>)
func.func @both(%x: tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  %v = lm.linear %x, @v : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %k = lm.linear %x, @kept {lm.keep_float} : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return %v, %k : tensor<?x8xf32>, tensor<?x8xf32>
}
