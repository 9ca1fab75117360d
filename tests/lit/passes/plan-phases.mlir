// RUN: weebill-opt %s --split-input-file --lm-plan-phases | FileCheck %s
// RUN: weebill-opt %s --split-input-file --lm-plan-phases --remarks-filter=planning --remark-format=emitRemark 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK

// A block as the fusions leave it. One token: five phases; every thread norms and quantizes for itself, RoPE and the cache
// stay with the owner of a head. A chunk: norms and quantization are dealt out by tokens, with barriers around them.

// REMARK: [Analysis] Phases | Category:planning | Remark="a visit of a block by one token takes 5 phases"
// REMARK: [Analysis] Phases | Category:planning | Remark="a visit of a block by a chunk takes 9 phases"

// CHECK:      lm.embed
// CHECK-SAME:   lm.step = #lm.step<role = "embedding",
// CHECK-SAME:   decode = <phase = 0, name = "embed", share = columns, units = 8, unit_columns = 16>
// CHECK:      lm.rms_norm_quantize
// CHECK-SAME:   lm.step = #lm.step<role = "attention_norm",
// CHECK-SAME:   decode = <phase = 0, name = "project_qkv", share = every>
// CHECK-SAME:   prefill = <phase = 0, name = "attention_norm", share = tokens>
// CHECK:      lm.qkv
// CHECK-SAME:   lm.step = #lm.step<role = "qkv",
// CHECK-SAME:   decode = <phase = 0, name = "project_qkv", share = columns, units = 8, unit_columns = 32>
// CHECK-SAME:   prefill = <phase = 1, name = "project_qkv", share = columns, units = 8, unit_columns = 32>
// CHECK:      lm.rope %query
// CHECK-SAME:   lm.step = #lm.step<role = "rope_query",
// CHECK-SAME:   decode = <phase = 0, name = "project_qkv", share = columns, units = 8, unit_columns = 32>
// CHECK:      lm.rope %key
// CHECK-SAME:   lm.step = #lm.step<role = "rope_key",
// CHECK-SAME:   decode = <phase = 0, name = "project_qkv", share = columns, units = 8, unit_columns = 32, first_unit = 4>
// CHECK:      lm.cache_append
// CHECK-SAME:   decode = <phase = 0, name = "project_qkv", share = columns, units = 8, unit_columns = 32, first_unit = 4>
// CHECK-SAME:   prefill = <phase = 1, name = "project_qkv"
// CHECK:      lm.cached_attention
// CHECK-SAME:   decode = <phase = 1, name = "attend", share = heads, units = 2, unit_columns = 64>
// CHECK-SAME:   prefill = <phase = 2, name = "attend"
// CHECK:      lm.quantize %
// CHECK-SAME:   decode = <phase = 2, name = "attention_out_residual", share = every>
// CHECK-SAME:   prefill = <phase = 3, name = "attention_codes", share = tokens>
// CHECK:      lm.linear_residual
// CHECK-SAME:   lm.step = #lm.step<role = "attention_out",
// CHECK-SAME:   decode = <phase = 2, name = "attention_out_residual", share = columns, units = 8, unit_columns = 16>
// CHECK-SAME:   prefill = <phase = 4, name = "attention_out_residual"
// CHECK:      lm.rms_norm_quantize
// CHECK-SAME:   lm.step = #lm.step<role = "ffn_norm",
// CHECK-SAME:   decode = <phase = 3, name = "gate_up_swiglu", share = every>
// CHECK-SAME:   prefill = <phase = 5, name = "ffn_norm", share = tokens>
// CHECK:      lm.swiglu
// CHECK-SAME:   lm.step = #lm.step<role = "gate_up",
// CHECK-SAME:   decode = <phase = 3, name = "gate_up_swiglu", share = columns, units = 12, unit_columns = 16>
// CHECK:      lm.quantize %
// CHECK-SAME:   decode = <phase = 4, name = "down_residual", share = every>
// CHECK-SAME:   prefill = <phase = 7, name = "gate_up_codes", share = tokens>
// CHECK:      lm.linear_residual
// CHECK-SAME:   lm.step = #lm.step<role = "down",
// CHECK-SAME:   decode = <phase = 4, name = "down_residual"
// CHECK-SAME:   prefill = <phase = 8, name = "down_residual"
// Behind the blocks there is one token in both routes.
// CHECK:      lm.rms_norm_quantize
// CHECK-SAME:   lm.step = #lm.step<role = "output_norm",
// CHECK-SAME:   decode = <phase = 0, name = "head", share = every>
// CHECK-SAME:   prefill = <phase = 0, name = "head", share = every>
// CHECK:      lm.linear
// CHECK-SAME:   lm.step = #lm.step<role = "head",
// CHECK-SAME:   decode = <phase = 0, name = "head", share = columns, units = 6, unit_columns = 16>
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

// Separate projections are dealt out by heads of their own; RoPE and the cache follow them without a barrier. A product that
// is added with the partition it was made with needs none either, but attention's heads are not the columns of lm.mul.

// CHECK:      lm.linear %{{.*}}, @q
// CHECK-SAME:   lm.step = #lm.step<role = "query",
// CHECK-SAME:   decode = <phase = 0, name = "project_qkv", share = columns, units = 4, unit_columns = 32>
// CHECK:      lm.linear %{{.*}}, @kv
// CHECK-SAME:   lm.step = #lm.step<role = "key",
// CHECK-SAME:   decode = <phase = 0, name = "project_qkv", share = columns, units = 2, unit_columns = 32>
// CHECK:      lm.linear %{{.*}}, @kv
// CHECK-SAME:   lm.step = #lm.step<role = "value",
// CHECK:      lm.rope
// CHECK-SAME:   decode = <phase = 0, name = "project_qkv", share = columns, units = 2, unit_columns = 32>
// CHECK:      lm.cache_append
// CHECK-SAME:   decode = <phase = 0, name = "project_qkv", share = columns, units = 2, unit_columns = 32>
// CHECK:      lm.cached_attention
// CHECK-SAME:   decode = <phase = 1, name = "attend",
// CHECK:      lm.mul
// CHECK-SAME:   decode = <phase = 2, name = "gated_product",
// CHECK:      lm.linear
// CHECK-SAME:   decode = <phase = 3, name = "down_residual",
// CHECK:      lm.add
// CHECK-SAME:   decode = <phase = 3, name = "down_residual",
lm.weight @embedding : tensor<96x128xf32> from ["e"]
lm.weight @q : tensor<128x128xf32> per_block from ["q"]
lm.weight @kv : tensor<64x128xf32> per_block from ["k"]
lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 32 positions 64
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x128xf32>
  %y = lm.repeat [0] %x : tensor<?x128xf32> {
  ^bb0(%h: tensor<?x128xf32>):
    %q = lm.linear %h, @q : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %k = lm.linear %h, @kv : (tensor<?x128xf32>) -> tensor<?x64xf32>
    %v = lm.linear %h, @kv : (tensor<?x128xf32>) -> tensor<?x64xf32>
    %rk = lm.rope %k heads 2 theta 1.0e+04 : tensor<?x64xf32>
    lm.cache_append %rk, %v, @cache : tensor<?x64xf32>, tensor<?x64xf32>
    %a = lm.cached_attention %q, @cache heads 4 : tensor<?x128xf32> -> tensor<?x128xf32>
    %m = lm.mul %a, %h : tensor<?x128xf32>
    %o = lm.linear %m, @q : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %h1 = lm.add %h, %o : tensor<?x128xf32>
    lm.yield %h1 : tensor<?x128xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x128xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

// A row that every thread could norm for itself, but that is needed behind a barrier, is normed once: writing the residual
// stream has to wait until all threads have read it, and lm.linear, which writes it here, reads the norm.

// CHECK:      lm.rms_norm %
// CHECK-SAME:   decode = <phase = 0, name = "norm", share = tokens>
// CHECK:      lm.linear %{{.*}}, @square
// CHECK-SAME:   decode = <phase = 1, name = "square", share = columns
// The norm of the logits' row is not needed again: private, in the same phase.
// CHECK:      lm.rms_norm %
// CHECK-SAME:   decode = <phase = 0, name = "head", share = every>
lm.weight @embedding : tensor<96x128xf32> from ["e"]
lm.weight @output_norm : tensor<128xf32> from ["n"]
lm.weight @norm : tensor<128xf32> per_block from ["a"]
lm.weight @square : tensor<128x128xf32> per_block from ["q"]
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x128xf32>
  %y = lm.repeat [0] %x : tensor<?x128xf32> {
  ^bb0(%h: tensor<?x128xf32>):
    %n = lm.rms_norm %h, @norm epsilon 1.0e-05 : tensor<?x128xf32>
    %h1 = lm.linear %n, @square : (tensor<?x128xf32>) -> tensor<?x128xf32>
    lm.yield %h1 : tensor<?x128xf32>
  }
  %f = lm.rms_norm %y, @output_norm epsilon 1.0e-05 : tensor<?x128xf32>
  %logits = lm.linear %f, @embedding : (tensor<?x128xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

// Without lm.repeat there is nothing to plan; lm-check-emittable says so.

// CHECK-LABEL: func.func @no_blocks
// CHECK-NOT:     lm.step
lm.weight @embedding : tensor<96x128xf32> from ["e"]
func.func @no_blocks(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x128xf32>
  %logits = lm.linear %x, @embedding : (tensor<?x128xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}
