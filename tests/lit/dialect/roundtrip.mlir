// RUN: weebill-opt %s | FileCheck %s
// RUN: weebill-opt %s --mlir-print-op-generic | weebill-opt | FileCheck %s
// RUN: weebill-opt %s --emit-bytecode | weebill-opt | FileCheck %s
// RUN: weebill-opt %s --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC

// Every op of the dialect, with and without its optional parts: through its own form, the generic form and bytecode.

// CHECK:      lm.weight @embedding : tensor<96x8xf32> from ["token_embd.weight"]
// CHECK-NEXT: lm.weight @norm : tensor<8xf32> per_block from ["blk.0.attn_norm.weight", "blk.1.attn_norm.weight"]
// CHECK-NEXT: lm.weight @codes : tensor<96x8xf32> as int8 from ["output.weight"]
// GENERIC: "lm.weight"() <{sources = ["token_embd.weight"], storage = 0 : i32, sym_name = "embedding", type = tensor<96x8xf32>}> : () -> ()
// GENERIC: "lm.weight"() <{per_block, sources = ["blk.0.attn_norm.weight", "blk.1.attn_norm.weight"]
// GENERIC: "lm.weight"() <{sources = ["output.weight"], storage = 1 : i32
lm.weight @embedding : tensor<96x8xf32> as f32 from ["token_embd.weight"]
lm.weight @norm : tensor<8xf32> per_block from ["blk.0.attn_norm.weight", "blk.1.attn_norm.weight"]
lm.weight @codes : tensor<96x8xf32> as int8 from ["output.weight"]
lm.weight @gain : tensor<8xf32> from ["output_norm.weight"]
lm.weight @small : tensor<4x8xf32> from ["k"]
lm.weight @small_codes : tensor<4x8xf32> as int8 from ["k"]
lm.weight @square : tensor<8x8xf32> from ["o"]
lm.weight @square_codes : tensor<8x8xf32> as int8 from ["o"]
// CHECK: lm.weight @mixed : tensor<64x64xf32> as q4_k per_block from ["a", "b"] stored ["q4_k", "q6_k"]
lm.weight @mixed : tensor<64x64xf32> as q4_k per_block from ["a", "b"] stored ["q4_k", "q6_k"]

// CHECK: lm.cache @cache : f16 visits 4 key_value_heads 1 head_size 4 positions 128
// CHECK: lm.cache @exact_cache : f32 visits 4 key_value_heads 1 head_size 4 positions 64 context 50
// GENERIC: "lm.cache"() <{element = 0 : i32, head_size = 4 : i64, key_value_heads = 1 : i64, positions = 128 : i64
lm.cache @cache : f16 visits 4 key_value_heads 1 head_size 4 positions 128
lm.cache @exact_cache : f32 visits 4 key_value_heads 1 head_size 4 positions 64 context 50

// CHECK-LABEL: func.func @blocks
func.func @blocks(%tokens: tensor<?xi32>) -> tensor<?x8xf32> {
  // CHECK: %[[X:.*]] = lm.embed %{{.*}}, @embedding : (tensor<?xi32>) -> tensor<?x8xf32>
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x8xf32>
  // CHECK: lm.repeat [0, 0, 1, 1] %[[X]] : tensor<?x8xf32> {
  // CHECK: ^bb0(%[[H:.*]]: tensor<?x8xf32>):
  // CHECK:   %[[N:.*]] = lm.rms_norm %[[H]], @norm epsilon 9.99999974E-6 : tensor<?x8xf32>
  // CHECK:   %[[R:.*]] = lm.rope %[[N]] heads 2 theta 1.000000e+04 blocks [5.000000e+05, 0.000000e+00] scale 5.000000e-01 : tensor<?x8xf32>
  // CHECK:   lm.yield %[[R]] : tensor<?x8xf32>
  // GENERIC: "lm.repeat"(%{{.*}}) <{schedule = array<i64: 0, 0, 1, 1>}> ({
  // GENERIC: "lm.yield"
  %y = lm.repeat [0, 0, 1, 1] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    %n = lm.rms_norm %h, @norm epsilon 1.0e-05 : tensor<?x8xf32>
    %r = lm.rope %n heads 2 theta 1.0e+04 blocks [5.0e+05, 0.0] scale 0.5 : tensor<?x8xf32>
    lm.yield %r : tensor<?x8xf32>
  }
  return %y : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @float_ops
func.func @float_ops(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // CHECK: lm.linear %{{.*}}, @small : (tensor<?x8xf32>) -> tensor<?x4xf32>
  %k = lm.linear %x, @small : (tensor<?x8xf32>) -> tensor<?x4xf32>
  // CHECK: lm.rope %{{.*}} heads 2 theta 1.000000e+04 scale 5.000000e-01 : tensor<?x8xf32>
  %q = lm.rope %x heads 2 theta 1.0e+04 scale 5.0e-01 : tensor<?x8xf32>
  // CHECK: lm.rope %{{.*}} heads 1 theta 1.000000e+04 : tensor<?x4xf32>
  %r = lm.rope %k heads 1 theta 1.0e+04 scale 1.0 : tensor<?x4xf32>
  // CHECK:      lm.attention %{{.*}}, %{{.*}}, %{{.*}} heads 2 key_value_heads 1
  // CHECK-SAME: : tensor<?x8xf32>, tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x8xf32>
  %a = lm.attention %q, %r, %k heads 2 key_value_heads 1
      : tensor<?x8xf32>, tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x8xf32>
  // CHECK: lm.silu %{{.*}} : tensor<?x8xf32>
  %s = lm.silu %a : tensor<?x8xf32>
  // CHECK: lm.gelu_tanh %{{.*}} : tensor<?x8xf32>
  %g = lm.gelu_tanh %s : tensor<?x8xf32>
  // CHECK: lm.scale %{{.*}} by 2.500000e-01 : tensor<?x8xf32>
  %e = lm.scale %g by 0.25 : tensor<?x8xf32>
  // CHECK: lm.hadamard %{{.*}} in 4 : tensor<?x8xf32>
  %t = lm.hadamard %e in 4 : tensor<?x8xf32>
  // CHECK: lm.mul %{{.*}}, %{{.*}} : tensor<?x8xf32>
  %m = lm.mul %e, %x : tensor<?x8xf32>
  // CHECK: lm.add %{{.*}}, %{{.*}} : tensor<?x8xf32>
  %y = lm.add %m, %x : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @ops_on_heads
func.func @ops_on_heads(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // CHECK: lm.add_bias %{{.*}}, @gain : tensor<?x8xf32>
  %b = lm.add_bias %x, @gain : tensor<?x8xf32>
  // CHECK: lm.head_norm %{{.*}}, @gain heads 1 epsilon 9.99999997E-7 : tensor<?x8xf32>
  %n = lm.head_norm %b, @gain heads 1 epsilon 1.0e-06 : tensor<?x8xf32>
  // CHECK: lm.rope %{{.*}} heads 2 theta 5.000000e+05 factor 3.200000e+01 low 1.000000e+00 high 4.000000e+00 context 8192 scale 5.000000e-01 : tensor<?x8xf32>
  %r = lm.rope %n heads 2 theta 5.0e+05 factor 3.2e+01 low 1.0 high 4.0 context 8192 scale 0.5 : tensor<?x8xf32>
  // CHECK: lm.head_norm %{{.*}} heads 2 epsilon 9.99999997E-7 scale 5.000000e-01 : tensor<?x8xf32>
  %m = lm.head_norm %r heads 2 epsilon 1.0e-06 scale 0.5 : tensor<?x8xf32>
  return %m : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @fused_ops
func.func @fused_ops(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // CHECK: %[[Q:.*]], %[[K:.*]], %[[V:.*]] = lm.qkv %{{.*}}, @square, @small, @small : (tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x4xf32>, tensor<?x4xf32>)
  %q, %k, %v = lm.qkv %x, @square, @small, @small
      : (tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x4xf32>, tensor<?x4xf32>)
  // CHECK: lm.swiglu %[[Q]], @small, @small : (tensor<?x8xf32>) -> tensor<?x4xf32>
  %h = lm.swiglu %q, @small, @small : (tensor<?x8xf32>) -> tensor<?x4xf32>
  // CHECK: lm.geglu %[[Q]], @small, @small : (tensor<?x8xf32>) -> tensor<?x4xf32>
  %g = lm.geglu %q, @small, @small : (tensor<?x8xf32>) -> tensor<?x4xf32>
  // CHECK: lm.linear_residual %[[Q]], @square, %{{.*}} : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %y = lm.linear_residual %q, @square, %x : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @quantized_ops
func.func @quantized_ops(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // CHECK: %[[C:.*]] = lm.quantize %{{.*}} : tensor<?x8xf32> -> !lm.quantized<8>
  %c = lm.quantize %x : tensor<?x8xf32> -> !lm.quantized<8>
  // CHECK: lm.linear %[[C]], @small_codes : (!lm.quantized<8>) -> tensor<?x4xf32>
  %k = lm.linear %c, @small_codes : (!lm.quantized<8>) -> tensor<?x4xf32>
  // CHECK: %[[D:.*]] = lm.rms_norm_quantize %{{.*}}, @gain epsilon 9.99999974E-6 : tensor<?x8xf32> -> !lm.quantized<8>
  %d = lm.rms_norm_quantize %x, @gain epsilon 1.0e-05 : tensor<?x8xf32> -> !lm.quantized<8>
  // CHECK: lm.quantize %{{.*}} symmetric : tensor<?x8xf32> -> !lm.quantized<8>
  %s = lm.quantize %x symmetric : tensor<?x8xf32> -> !lm.quantized<8>
  // CHECK: lm.rms_norm_quantize %{{.*}}, @gain epsilon 9.99999974E-6 symmetric : tensor<?x8xf32> -> !lm.quantized<8>
  %t = lm.rms_norm_quantize %x, @gain epsilon 1.0e-05 symmetric : tensor<?x8xf32> -> !lm.quantized<8>
  // CHECK: lm.qkv %[[D]], @square_codes, @small_codes, @small_codes : (!lm.quantized<8>) ->
  %q, %l, %v = lm.qkv %d, @square_codes, @small_codes, @small_codes
      : (!lm.quantized<8>) -> (tensor<?x8xf32>, tensor<?x4xf32>, tensor<?x4xf32>)
  // CHECK: lm.swiglu %[[D]], @small_codes, @small_codes : (!lm.quantized<8>) -> tensor<?x4xf32>
  %h = lm.swiglu %d, @small_codes, @small_codes : (!lm.quantized<8>) -> tensor<?x4xf32>
  // CHECK: lm.linear_residual %[[D]], @square_codes, %{{.*}} : (!lm.quantized<8>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %y = lm.linear_residual %d, @square_codes, %x : (!lm.quantized<8>, tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @convolution
func.func @convolution(%x: tensor<?x12xf32>) -> tensor<?x4xf32> {
  // CHECK: lm.gated_convolution %{{.*}}, @gain width 2 : (tensor<?x12xf32>) -> tensor<?x4xf32>
  %y = lm.gated_convolution %x, @gain width 2 : (tensor<?x12xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @either
func.func @either(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %z = lm.repeat [0, 1] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    // CHECK: lm.either [1, 0] %{{.*}} : tensor<?x8xf32> {
    // CHECK-NEXT: ^bb0(%[[A:.*]]: tensor<?x8xf32>):
    // CHECK-NEXT: lm.silu %[[A]]
    // CHECK: }, {
    // CHECK-NEXT: ^bb0(%[[B:.*]]: tensor<?x8xf32>):
    // CHECK-NEXT: lm.yield %[[B]]
    %y = lm.either [1, 0] %h : tensor<?x8xf32> {
    ^bb0(%a: tensor<?x8xf32>):
      %s = lm.silu %a : tensor<?x8xf32>
      lm.yield %s : tensor<?x8xf32>
    }, {
    ^bb0(%b: tensor<?x8xf32>):
      lm.yield %b : tensor<?x8xf32>
    }
    lm.yield %y : tensor<?x8xf32>
  }
  return %z : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @cache_ops
func.func @cache_ops(%q: tensor<?x8xf32>, %k: tensor<?x4xf32>) -> tensor<?x8xf32> {
  // CHECK: lm.cache_append %{{.*}}, %{{.*}}, @cache : tensor<?x4xf32>, tensor<?x4xf32>
  lm.cache_append %k, %k, @cache : tensor<?x4xf32>, tensor<?x4xf32>
  // CHECK: lm.cached_attention %{{.*}}, @cache heads 2 : tensor<?x8xf32> -> tensor<?x8xf32>
  %a = lm.cached_attention %q, @cache heads 2 : tensor<?x8xf32> -> tensor<?x8xf32>
  return %a : tensor<?x8xf32>
}
