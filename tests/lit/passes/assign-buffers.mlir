// RUN: weebill-opt %s --split-input-file --lm-plan-phases --lm-assign-buffers | FileCheck %s
// RUN: weebill-opt %s --split-input-file --lm-plan-phases --lm-assign-buffers | weebill-opt --split-input-file | FileCheck %s
// RUN: weebill-opt %s --split-input-file --lm-plan-phases --lm-assign-buffers="chunk=1" | FileCheck %s --check-prefix=ONE
// RUN: weebill-opt %s --split-input-file --lm-plan-phases --lm-assign-buffers --remarks-filter=memory --remark-format=emitRemark 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK
// RUN: not weebill-opt %s --split-input-file --lm-assign-buffers="chunk=0" 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not weebill-opt %s --split-input-file --lm-assign-buffers="chunk=4097" 2>&1 | FileCheck %s --check-prefix=MANY

// NONE: error: lm-assign-buffers: chunk is 0, not between 1 and 4096
// MANY: error: lm-assign-buffers: chunk is 4097, not between 1 and 4096

// The residual stream is one buffer from the embedding to the last block, and additions to it are made in it. RoPE turns a
// slice where it lies. Codes of one width share a buffer. Buffers that are never needed together share bytes: mixed and hidden
// lie where qkv was, codes_hidden where codes_model was; x shares with none.

// qkv is the largest and lies at 0: 64 * 256 * 4 = 65536 bytes; x behind it, 64 * 128 * 4 = 32768; codes have 8 bytes more for
// each token: 64 * (128 + 8) = 8704.
// CHECK:      module attributes {
// CHECK-SAME: lm.arena = #lm.arena<chunk = 64, bytes = 140288, buffers = [
// CHECK-SAME: <name = "x", element = f32, columns = 128, offset = 65536>
// CHECK-SAME: <name = "codes_model", element = u8, columns = 128, offset = 131072, private_in_decode = true>
// CHECK-SAME: <name = "qkv", element = f32, columns = 256, offset = 0>
// CHECK-SAME: <name = "mixed", element = f32, columns = 128, offset = 98304>
// CHECK-SAME: <name = "hidden", element = f32, columns = 192, offset = 0>
// CHECK-SAME: <name = "codes_hidden", element = u8, columns = 192, offset = 49152, private_in_decode = true>
// Behind the blocks there is one row. 96 logits are padded to 128 columns, so they share with none: the arena ends with them.
// CHECK-SAME: <name = "codes_output", element = u8, columns = 128, offset = 0, per_token = false, private_in_decode = true>
// CHECK-SAME: <name = "logits", element = f32, columns = 128, offset = 139776, per_token = false>
// REMARK:     [Passed] AssignedBuffers | Category:memory | Remark="8 buffers in 140288 bytes, 202432 side by side"
// ONE:        lm.arena = #lm.arena<chunk = 1, bytes = 2752,

// CHECK:      lm.embed
// CHECK-SAME:   lm.views = #lm.views<out = <"x", 0, 128>>
// CHECK:      lm.rms_norm_quantize
// CHECK-SAME:   lm.views = #lm.views<in = [<"x", 0, 128>], out = <"codes_model", 0, 128>>
// CHECK:      lm.qkv
// CHECK-SAME:   lm.views = #lm.views<in = [<"codes_model", 0, 128>], out = <"qkv", 0, 256>>
// CHECK:      lm.rope %query
// CHECK-SAME:   lm.views = #lm.views<in = [<"qkv", 0, 128>], out = <"qkv", 0, 128>>
// CHECK:      lm.rope %key
// CHECK-SAME:   lm.views = #lm.views<in = [<"qkv", 128, 64>], out = <"qkv", 128, 64>>
// CHECK:      lm.cache_append
// CHECK-SAME:   lm.views = #lm.views<in = [<"qkv", 128, 64>, <"qkv", 192, 64>]>
// CHECK:      lm.cached_attention
// CHECK-SAME:   lm.views = #lm.views<in = [<"qkv", 0, 128>], out = <"mixed", 0, 128>>
// CHECK:      lm.quantize %
// CHECK-SAME:   lm.views = #lm.views<in = [<"mixed", 0, 128>], out = <"codes_model", 0, 128>>
// CHECK:      lm.linear_residual
// CHECK-SAME:   lm.views = #lm.views<in = [<"codes_model", 0, 128>, <"x", 0, 128>], out = <"x", 0, 128>>
// CHECK:      lm.swiglu
// CHECK-SAME:   lm.views = #lm.views<in = [<"codes_model", 0, 128>], out = <"hidden", 0, 192>>
// CHECK:      lm.linear_residual
// CHECK-SAME:   lm.views = #lm.views<in = [<"codes_hidden", 0, 192>, <"x", 0, 128>], out = <"x", 0, 128>>
// CHECK:      lm.rms_norm_quantize
// CHECK-SAME:   lm.views = #lm.views<in = [<"x", 0, 128>], out = <"codes_output", 0, 128>>
// CHECK:      lm.linear
// CHECK-SAME:   lm.views = #lm.views<in = [<"codes_output", 0, 128>], out = <"logits", 0, 96>>
lm.weight @embedding : tensor<96x128xf32> as int8 from ["e"]
lm.weight @output_norm : tensor<128xf32> from ["n"]
lm.weight @norm : tensor<128xf32> per_block from ["a"]
lm.weight @q : tensor<128x128xf32> as int8 per_block from ["q"]
lm.weight @kv : tensor<64x128xf32> as int8 per_block from ["k"]
lm.weight @wide : tensor<192x128xf32> as int8 per_block from ["w"]
lm.weight @tall : tensor<128x192xf32> as int8 per_block from ["t"]
lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 32 positions 64
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x128xf32>
  %y = lm.repeat [0] %x : tensor<?x128xf32> {
  ^bb0(%h: tensor<?x128xf32>):
    %c = lm.rms_norm_quantize %h, @norm epsilon 1.0e-05 : tensor<?x128xf32> -> !lm.quantized<128>
    %query, %key, %value = lm.qkv %c, @q, @kv, @kv
        : (!lm.quantized<128>) -> (tensor<?x128xf32>, tensor<?x64xf32>, tensor<?x64xf32>)
    %rq = lm.rope %query heads 4 theta 1.0e+04 scale 0.5 : tensor<?x128xf32>
    %rk = lm.rope %key heads 2 theta 1.0e+04 : tensor<?x64xf32>
    lm.cache_append %rk, %value, @cache : tensor<?x64xf32>, tensor<?x64xf32>
    %a = lm.cached_attention %rq, @cache heads 4 : tensor<?x128xf32> -> tensor<?x128xf32>
    %ac = lm.quantize %a : tensor<?x128xf32> -> !lm.quantized<128>
    %h1 = lm.linear_residual %ac, @q, %h : (!lm.quantized<128>, tensor<?x128xf32>) -> tensor<?x128xf32>
    %d = lm.rms_norm_quantize %h1, @norm epsilon 1.0e-05 : tensor<?x128xf32> -> !lm.quantized<128>
    %s = lm.swiglu %d, @wide, @wide : (!lm.quantized<128>) -> tensor<?x192xf32>
    %sc = lm.quantize %s : tensor<?x192xf32> -> !lm.quantized<192>
    %h2 = lm.linear_residual %sc, @tall, %h1 : (!lm.quantized<192>, tensor<?x128xf32>) -> tensor<?x128xf32>
    lm.yield %h2 : tensor<?x128xf32>
  }
  %f = lm.rms_norm_quantize %y, @output_norm epsilon 1.0e-05 : tensor<?x128xf32> -> !lm.quantized<128>
  %logits = lm.linear %f, @embedding : (!lm.quantized<128>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

// A value that is read again is not written over: RoPE of %q gets memory of its own because lm.mul reads %q, the sum with the
// stream on the right still goes into the stream, and a sum of two others goes over the left.

// CHECK:      lm.rope
// CHECK-SAME:   lm.views = #lm.views<in = [<"square", 0, 128>], out = <"rope", 0, 128>>
// CHECK:      lm.mul
// CHECK-SAME:   lm.views = #lm.views<in = [<"rope", 0, 128>, <"square", 0, 128>], out = <"hidden", 0, 128>>
// CHECK:      lm.linear
// CHECK-SAME:   out = <"down", 0, 128>>
// CHECK:      lm.add
// CHECK-SAME:   lm.views = #lm.views<in = [<"down", 0, 128>, <"hidden", 0, 128>], out = <"down", 0, 128>>
// CHECK:      lm.add
// CHECK-SAME:   lm.views = #lm.views<in = [<"down", 0, 128>, <"x", 0, 128>], out = <"x", 0, 128>>
lm.weight @embedding : tensor<96x128xf32> from ["e"]
lm.weight @square : tensor<128x128xf32> per_block from ["q"]
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x128xf32>
  %y = lm.repeat [0] %x : tensor<?x128xf32> {
  ^bb0(%h: tensor<?x128xf32>):
    %q = lm.linear %h, @square : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %r = lm.rope %q heads 4 theta 1.0e+04 : tensor<?x128xf32>
    %m = lm.mul %r, %q : tensor<?x128xf32>
    %o = lm.linear %m, @square : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %s = lm.add %o, %m : tensor<?x128xf32>
    %h1 = lm.add %s, %h : tensor<?x128xf32>
    lm.yield %h1 : tensor<?x128xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x128xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

// Codes in groups of 32 have 12 bytes more for each group: 64 * (128 + 4 * 12) = 11264.

// CHECK:      lm.arena = #lm.arena<chunk = 64, bytes = 44544, buffers = [
// CHECK-SAME: <name = "x", element = f32, columns = 128, offset = 0>
// CHECK-SAME: <name = "codes_model", element = i8, columns = 128, offset = 32768>
lm.weight @embedding : tensor<96x128xf32> from ["e"]
lm.weight @square : tensor<128x128xf32> as q4_0 per_block from ["q"]
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x128xf32>
  %y = lm.repeat [0] %x : tensor<?x128xf32> {
  ^bb0(%h: tensor<?x128xf32>):
    %c = lm.quantize %h : tensor<?x128xf32> -> !lm.quantized<128, 32>
    %h1 = lm.linear_residual %c, @square, %h : (!lm.quantized<128, 32>, tensor<?x128xf32>) -> tensor<?x128xf32>
    lm.yield %h1 : tensor<?x128xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x128xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

// What is mixed lies on what it is made of, in a chunk; of one token every thread mixes a row of its own.

// CHECK:      bytes = 49664, buffers = [
// CHECK-SAME: <name = "hidden", element = f32, columns = 128, offset = 0>
// CHECK-SAME: <name = "gate_up_mixed", element = f32, columns = 128, offset = 0, private_in_decode = true>
lm.weight @embedding : tensor<96x64xf32> from ["e"]
lm.weight @wide : tensor<128x64xf32> per_block from ["w"]
lm.weight @tall : tensor<64x128xf32> per_block from ["t"]
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    %s = lm.swiglu %h, @wide, @wide : (tensor<?x64xf32>) -> tensor<?x128xf32>
    %m = lm.hadamard %s in 64 : tensor<?x128xf32>
    %h1 = lm.linear_residual %m, @tall, %h : (tensor<?x128xf32>, tensor<?x64xf32>) -> tensor<?x64xf32>
    lm.yield %h1 : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

// Not where that is read again, by the step itself or behind it, nor where it is the residual stream.

// CHECK:      buffers = [
// CHECK-SAME: <name = "x", element = f32, columns = 128, offset = 0>
// CHECK-SAME: <name = "hidden", element = f32, columns = 128, offset = [[HIDDEN:[0-9]+]]>
// CHECK-NOT:  <name = "gate_up_mixed", element = f32, columns = 128, offset = [[HIDDEN]],
lm.weight @embedding : tensor<96x128xf32> from ["e"]
lm.weight @square : tensor<128x128xf32> per_block from ["w"]
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x128xf32>
  %y = lm.repeat [0] %x : tensor<?x128xf32> {
  ^bb0(%h: tensor<?x128xf32>):
    %s = lm.swiglu %h, @square, @square : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %m = lm.hadamard %s in 64 : tensor<?x128xf32>
    %h1 = lm.linear_residual %m, @square, %h : (tensor<?x128xf32>, tensor<?x128xf32>) -> tensor<?x128xf32>
    %h2 = lm.linear_residual %s, @square, %h1 : (tensor<?x128xf32>, tensor<?x128xf32>) -> tensor<?x128xf32>
    lm.yield %h2 : tensor<?x128xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x128xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}
