// RUN: weebill-opt %s --split-input-file --lm-plan-phases | FileCheck %s
// RUN: weebill-opt %s --split-input-file --lm-plan-phases --remarks-filter=planning --remark-format=emitRemark 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK

// A block as the fusions leave it. One token: five phases; every thread norms and quantizes for itself, RoPE and the cache
// stay with the owner of a head. A chunk: norms and quantization are dealt out by tokens, with barriers around them.

// REMARK: [Analysis] Phases | Category:planning | Remark="a visit of a block by one token takes 5 phases"
// REMARK: [Analysis] Phases | Category:planning | Remark="a visit of a block by a chunk takes 9 phases"

// CHECK:      lm.embed
// CHECK-SAME:   lm.decode = {first_unit = 0 : i64, name = "embed", phase = 0 : i64, share = "columns", unit_columns = 16 : i64, units = 8 : i64}
// CHECK-SAME:   lm.role = "embedding"
// CHECK:      lm.rms_norm_quantize
// CHECK-SAME:   lm.decode = {name = "project_qkv", phase = 0 : i64, share = "every"}
// CHECK-SAME:   lm.prefill = {name = "attention_norm", phase = 0 : i64, share = "tokens"}
// CHECK-SAME:   lm.role = "attention_norm"
// CHECK:      lm.qkv
// CHECK-SAME:   lm.decode = {first_unit = 0 : i64, name = "project_qkv", phase = 0 : i64, share = "columns", unit_columns = 32 : i64, units = 8 : i64}
// CHECK-SAME:   lm.prefill = {first_unit = 0 : i64, name = "project_qkv", phase = 1 : i64, share = "columns", unit_columns = 32 : i64, units = 8 : i64}
// CHECK-SAME:   lm.role = "qkv"
// CHECK:      lm.rope %query
// CHECK-SAME:   lm.decode = {first_unit = 0 : i64, name = "project_qkv", phase = 0 : i64, share = "columns", unit_columns = 32 : i64, units = 8 : i64}
// CHECK-SAME:   lm.role = "rope_query"
// CHECK:      lm.rope %key
// CHECK-SAME:   lm.decode = {first_unit = 4 : i64, name = "project_qkv", phase = 0 : i64, share = "columns", unit_columns = 32 : i64, units = 8 : i64}
// CHECK-SAME:   lm.role = "rope_key"
// CHECK:      lm.cache_append
// CHECK-SAME:   lm.decode = {first_unit = 4 : i64, name = "project_qkv", phase = 0 : i64, share = "columns", unit_columns = 32 : i64, units = 8 : i64}
// CHECK-SAME:   lm.prefill = {first_unit = 4 : i64, name = "project_qkv", phase = 1 : i64
// CHECK:      lm.cached_attention
// CHECK-SAME:   lm.decode = {first_unit = 0 : i64, name = "attend", phase = 1 : i64, share = "heads", unit_columns = 64 : i64, units = 2 : i64}
// CHECK-SAME:   lm.prefill = {first_unit = 0 : i64, name = "attend", phase = 2 : i64
// CHECK:      lm.quantize %
// CHECK-SAME:   lm.decode = {name = "attention_out_residual", phase = 2 : i64, share = "every"}
// CHECK-SAME:   lm.prefill = {name = "attention_codes", phase = 3 : i64, share = "tokens"}
// CHECK:      lm.linear_residual
// CHECK-SAME:   lm.decode = {first_unit = 0 : i64, name = "attention_out_residual", phase = 2 : i64, share = "columns", unit_columns = 16 : i64, units = 8 : i64}
// CHECK-SAME:   lm.prefill = {first_unit = 0 : i64, name = "attention_out_residual", phase = 4 : i64
// CHECK-SAME:   lm.role = "attention_out"
// CHECK:      lm.rms_norm_quantize
// CHECK-SAME:   lm.decode = {name = "gate_up_swiglu", phase = 3 : i64, share = "every"}
// CHECK-SAME:   lm.prefill = {name = "ffn_norm", phase = 5 : i64, share = "tokens"}
// CHECK-SAME:   lm.role = "ffn_norm"
// CHECK:      lm.swiglu
// CHECK-SAME:   lm.decode = {first_unit = 0 : i64, name = "gate_up_swiglu", phase = 3 : i64, share = "columns", unit_columns = 16 : i64, units = 12 : i64}
// CHECK-SAME:   lm.role = "gate_up"
// CHECK:      lm.quantize %
// CHECK-SAME:   lm.decode = {name = "down_residual", phase = 4 : i64, share = "every"}
// CHECK-SAME:   lm.prefill = {name = "gate_up_codes", phase = 7 : i64, share = "tokens"}
// CHECK:      lm.linear_residual
// CHECK-SAME:   lm.decode = {first_unit = 0 : i64, name = "down_residual", phase = 4 : i64
// CHECK-SAME:   lm.prefill = {first_unit = 0 : i64, name = "down_residual", phase = 8 : i64
// CHECK-SAME:   lm.role = "down"
// Behind the blocks there is one token in both routes.
// CHECK:      lm.rms_norm_quantize
// CHECK-SAME:   lm.decode = {name = "head", phase = 0 : i64, share = "every"}
// CHECK-SAME:   lm.prefill = {name = "head", phase = 0 : i64, share = "every"}
// CHECK-SAME:   lm.role = "output_norm"
// CHECK:      lm.linear
// CHECK-SAME:   lm.decode = {first_unit = 0 : i64, name = "head", phase = 0 : i64, share = "columns", unit_columns = 16 : i64, units = 6 : i64}
// CHECK-SAME:   lm.role = "head"
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
// CHECK-SAME:   lm.decode = {first_unit = 0 : i64, name = "project_qkv", phase = 0 : i64, share = "columns", unit_columns = 32 : i64, units = 4 : i64}
// CHECK-SAME:   lm.role = "query"
// CHECK:      lm.linear %{{.*}}, @kv
// CHECK-SAME:   lm.decode = {first_unit = 0 : i64, name = "project_qkv", phase = 0 : i64, share = "columns", unit_columns = 32 : i64, units = 2 : i64}
// CHECK-SAME:   lm.role = "key"
// CHECK:      lm.linear %{{.*}}, @kv
// CHECK-SAME:   lm.role = "value"
// CHECK:      lm.rope
// CHECK-SAME:   lm.decode = {first_unit = 0 : i64, name = "project_qkv", phase = 0 : i64, share = "columns", unit_columns = 32 : i64, units = 2 : i64}
// CHECK:      lm.cache_append
// CHECK-SAME:   lm.decode = {first_unit = 0 : i64, name = "project_qkv", phase = 0 : i64, share = "columns", unit_columns = 32 : i64, units = 2 : i64}
// CHECK:      lm.cached_attention
// CHECK-SAME:   name = "attend", phase = 1 : i64
// CHECK:      lm.mul
// CHECK-SAME:   name = "gated_product", phase = 2 : i64
// CHECK:      lm.linear
// CHECK-SAME:   name = "down_residual", phase = 3 : i64
// CHECK:      lm.add
// CHECK-SAME:   name = "down_residual", phase = 3 : i64
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
// CHECK-SAME:   lm.decode = {name = "norm", phase = 0 : i64, share = "tokens"}
// CHECK:      lm.linear %{{.*}}, @square
// CHECK-SAME:   lm.decode = {first_unit = 0 : i64, name = "square", phase = 1 : i64, share = "columns"
// The norm of the logits' row is not needed again: private, in the same phase.
// CHECK:      lm.rms_norm %
// CHECK-SAME:   lm.decode = {name = "head", phase = 0 : i64, share = "every"}
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
// CHECK-NOT:     lm.decode
lm.weight @embedding : tensor<96x128xf32> from ["e"]
func.func @no_blocks(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x128xf32>
  %logits = lm.linear %x, @embedding : (tensor<?x128xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}
