// RUN: weebill-opt %s --lm-quantize | FileCheck %s

// A matrix that is kept float is neither stored as codes nor read with them.

// CHECK:      lm.weight @embedding : tensor<16x8xf32> as int8
// CHECK-NEXT: lm.weight @small : tensor<8x8xf32> from
lm.weight @embedding : tensor<16x8xf32> from ["token_embd.weight"]
lm.weight @small : tensor<8x8xf32> from ["head_rotation.weight"]

// CHECK:      %[[T:.*]] = lm.linear %{{.*}}, @small {lm.keep_float} : (tensor<?x8xf32>) -> tensor<?x8xf32>
// CHECK-NEXT: %[[C:.*]] = lm.quantize %[[T]]
// CHECK-NEXT: lm.linear %[[C]], @embedding : (!lm.quantized<8>)
func.func @kept(%x: tensor<?x8xf32>) -> tensor<?x16xf32> {
  %t = lm.linear %x, @small {lm.keep_float} : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %y = lm.linear %t, @embedding : (tensor<?x8xf32>) -> tensor<?x16xf32>
  return %y : tensor<?x16xf32>
}
