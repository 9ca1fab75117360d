// RUN: weebill-opt %s --lm-fuse-norm-quantize | FileCheck %s
// RUN: weebill-opt %s --lm-fuse-norm-quantize --remarks-filter=fusion --remark-format=emitRemark 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK

lm.weight @gain : tensor<8xf32> from ["w"]

// CHECK-LABEL: func.func @norm_then_quantize
// CHECK-SAME:    (%[[X:.*]]: tensor<?x8xf32>)
// CHECK-NEXT:    %[[C:.*]] = lm.rms_norm_quantize %[[X]], @gain epsilon 9.99999974E-6 : tensor<?x8xf32> -> !lm.quantized<8>
// CHECK-NEXT:    return %[[C]]
// REMARK:        [Passed] FusedNormQuantize | Category:fusion | Remark="norm with @gain and quantization computed by one kernel"
func.func @norm_then_quantize(%x: tensor<?x8xf32>) -> !lm.quantized<8> {
  %n = lm.rms_norm %x, @gain epsilon 1.0e-05 : tensor<?x8xf32>
  %c = lm.quantize %n : tensor<?x8xf32> -> !lm.quantized<8>
  return %c : !lm.quantized<8>
}

// CHECK-LABEL: func.func @symmetric_codes_stay_symmetric
// CHECK:         lm.rms_norm_quantize %{{.*}}, @gain epsilon 9.99999974E-6 symmetric : tensor<?x8xf32> -> !lm.quantized<8>
func.func @symmetric_codes_stay_symmetric(%x: tensor<?x8xf32>) -> !lm.quantized<8> {
  %n = lm.rms_norm %x, @gain epsilon 1.0e-05 : tensor<?x8xf32>
  %c = lm.quantize %n symmetric : tensor<?x8xf32> -> !lm.quantized<8>
  return %c : !lm.quantized<8>
}

// A norm that something else reads has to be stored anyway.

// CHECK-LABEL: func.func @norm_with_another_user
// CHECK:         %[[N:.*]] = lm.rms_norm
// CHECK:         lm.quantize %[[N]]
// REMARK:        [Missed] FusedNormQuantize | Category:fusion | Remark="quantization stays a step of its own: the norm has another user"
func.func @norm_with_another_user(%x: tensor<?x8xf32>) -> (!lm.quantized<8>, tensor<?x8xf32>) {
  %n = lm.rms_norm %x, @gain epsilon 1.0e-05 : tensor<?x8xf32>
  %c = lm.quantize %n : tensor<?x8xf32> -> !lm.quantized<8>
  return %c, %n : !lm.quantized<8>, tensor<?x8xf32>
}

// CHECK-LABEL: func.func @no_norm
// CHECK:         lm.quantize
// REMARK:        [Missed] FusedNormQuantize | Category:fusion | Remark="quantization stays a step of its own: its input is not a norm"
func.func @no_norm(%x: tensor<?x8xf32>) -> !lm.quantized<8> {
  %c = lm.quantize %x : tensor<?x8xf32> -> !lm.quantized<8>
  return %c : !lm.quantized<8>
}
