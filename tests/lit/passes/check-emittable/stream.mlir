// RUN: weebill-opt %s --split-input-file --verify-diagnostics --lm-plan-phases --lm-assign-buffers --lm-check-emittable

// What is written where the residual stream lies, and what a model returns.

lm.weight @embedding : tensor<96x64xf32> from ["e"]
lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 32 positions 64
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    lm.cache_append %h, %h, @cache : tensor<?x64xf32>, tensor<?x64xf32>
    // expected-error @+1 {{'lm.cached_attention' op cannot write the residual stream while it reads it}}
    %a = lm.cached_attention %h, @cache heads 2 : tensor<?x64xf32> -> tensor<?x64xf32>
    lm.yield %a : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x64xf32> from ["e"]
lm.weight @q : tensor<64x64xf32> per_block from ["q"]
lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 32 positions 64
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    %q = lm.linear %h, @q : (tensor<?x64xf32>) -> tensor<?x64xf32>
    // expected-error @+1 {{'lm.linear' op writes the residual stream, of which an older value is read again}}
    %n = lm.linear %q, @q : (tensor<?x64xf32>) -> tensor<?x64xf32>
    lm.cache_append %h, %h, @cache : tensor<?x64xf32>, tensor<?x64xf32>
    %a = lm.cached_attention %q, @cache heads 2 : tensor<?x64xf32> -> tensor<?x64xf32>
    lm.yield %n : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x64xf32> from ["e"]
lm.weight @q : tensor<64x64xf32> per_block from ["q"]
lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 32 positions 64
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    %q = lm.linear %h, @q : (tensor<?x64xf32>) -> tensor<?x64xf32>
    lm.cache_append %q, %q, @cache : tensor<?x64xf32>, tensor<?x64xf32>
    %a = lm.cached_attention %q, @cache heads 2 : tensor<?x64xf32> -> tensor<?x64xf32>
    // expected-error @+1 {{'lm.linear_residual' op adds to a residual that is needed again, or that it multiplies}}
    %b = lm.linear_residual %a, @q, %q : (tensor<?x64xf32>, tensor<?x64xf32>) -> tensor<?x64xf32>
    %c = lm.mul %b, %q : tensor<?x64xf32>
    %d = lm.add %h, %c : tensor<?x64xf32>
    lm.yield %d : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x64xf32> from ["e"]
lm.weight @q : tensor<64x64xf32> per_block from ["q"]
lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 32 positions 64
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  // expected-error @+1 {{'lm.repeat' op writes over its input, which is read again behind it}}
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    %q = lm.linear %h, @q : (tensor<?x64xf32>) -> tensor<?x64xf32>
    lm.cache_append %q, %q, @cache : tensor<?x64xf32>, tensor<?x64xf32>
    %a = lm.cached_attention %q, @cache heads 2 : tensor<?x64xf32> -> tensor<?x64xf32>
    %d = lm.add %h, %a : tensor<?x64xf32>
    lm.yield %d : tensor<?x64xf32>
  }
  %z = lm.add %y, %x : tensor<?x64xf32>
  %logits = lm.linear %z, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @q : tensor<64x64xf32> per_block from ["q"]
lm.weight @embedding : tensor<64x64xf32> from ["e"]
lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 32 positions 64
// expected-error @+1 {{'func.func' op returns what no step behind lm.repeat makes}}
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x64xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    %q = lm.linear %h, @q : (tensor<?x64xf32>) -> tensor<?x64xf32>
    lm.cache_append %q, %q, @cache : tensor<?x64xf32>, tensor<?x64xf32>
    %a = lm.cached_attention %q, @cache heads 2 : tensor<?x64xf32> -> tensor<?x64xf32>
    %d = lm.add %h, %a : tensor<?x64xf32>
    lm.yield %d : tensor<?x64xf32>
  }
  return %y : tensor<?x64xf32>
}
