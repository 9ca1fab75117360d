

// -----

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

