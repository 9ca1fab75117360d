// RUN: weebill-opt %s --split-input-file --verify-diagnostics --lm-plan-phases --lm-assign-buffers --lm-check-emittable

// What a visit of a block keeps: one cache or rows of one convolution, one table of RoPE, two kinds of blocks at most.

lm.weight @embedding : tensor<96x64xf32> from ["e"]
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  // expected-error @+1 {{'lm.repeat' op has no lm.cache_append}}
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    lm.yield %h : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x64xf32> from ["e"]
lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 32 positions 64
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  // expected-error @+1 {{'lm.cache_append' op is outside lm.repeat, where there are no visits to keep a cache for}}
  lm.cache_append %x, %x, @cache : tensor<?x64xf32>, tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    lm.yield %h : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x64xf32> from ["e"]
lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 32 positions 64
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    lm.cache_append %h, %h, @cache : tensor<?x64xf32>, tensor<?x64xf32>
    // expected-error @+1 {{'lm.cache_append' op is the second of a visit: one cache is kept for each}}
    lm.cache_append %h, %h, @cache : tensor<?x64xf32>, tensor<?x64xf32>
    lm.yield %h : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x64xf32> from ["e"]
lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 32 positions 64
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    // expected-error @+1 {{'lm.cached_attention' op reads the cache before this visit's keys and values are in it}}
    %a = lm.cached_attention %h, @cache heads 2 : tensor<?x64xf32> -> tensor<?x64xf32>
    lm.cache_append %a, %a, @cache : tensor<?x64xf32>, tensor<?x64xf32>
    lm.yield %a : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x64xf32> from ["e"]
lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 32 positions 64
lm.cache @other : f16 visits 1 key_value_heads 2 head_size 32 positions 64
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    lm.cache_append %h, %h, @cache : tensor<?x64xf32>, tensor<?x64xf32>
    // expected-error @+1 {{'lm.cached_attention' op reads another cache than lm.cache_append writes}}
    %a = lm.cached_attention %h, @other heads 2 : tensor<?x64xf32> -> tensor<?x64xf32>
    lm.yield %a : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x80xf32> from ["e"]
lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 40 positions 64
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x80xf32>
  %y = lm.repeat [0] %x : tensor<?x80xf32> {
  ^bb0(%h: tensor<?x80xf32>):
    lm.cache_append %h, %h, @cache : tensor<?x80xf32>, tensor<?x80xf32>
    // expected-error @+1 {{'lm.cached_attention' op has no kernel for heads of 40 columns: not a multiple of 16}}
    %a = lm.cached_attention %h, @cache heads 2 : tensor<?x80xf32> -> tensor<?x80xf32>
    lm.yield %a : tensor<?x80xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x80xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x64xf32> from ["e"]
// expected-error @+1 {{'lm.cache' op has 3 visits, but the schedule has 2}}
lm.cache @cache : f16 visits 3 key_value_heads 2 head_size 32 positions 64
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0, 0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    lm.cache_append %h, %h, @cache : tensor<?x64xf32>, tensor<?x64xf32>
    %a = lm.cached_attention %h, @cache heads 2 : tensor<?x64xf32> -> tensor<?x64xf32>
    lm.yield %a : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x64xf32> from ["e"]
lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 32 positions 64
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    %q = lm.rope %h heads 2 theta 1.0e+04 : tensor<?x64xf32>
    // expected-error @+1 {{'lm.rope' op has another theta or head size than the first lm.rope: one table is kept}}
    %k = lm.rope %h heads 2 theta 1.0e+05 : tensor<?x64xf32>
    lm.cache_append %k, %h, @cache : tensor<?x64xf32>, tensor<?x64xf32>
    %a = lm.cached_attention %q, @cache heads 2 : tensor<?x64xf32> -> tensor<?x64xf32>
    %y = lm.add %h, %a : tensor<?x64xf32>
    lm.yield %y : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x64xf32> from ["e"]
lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 32 positions 64
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    %q = lm.rope %h heads 2 theta 1.0e+04 : tensor<?x64xf32>
    // expected-error @+1 {{'lm.rope' op is scaled otherwise than the first lm.rope: one table is kept}}
    %k = lm.rope %h heads 2 theta 1.0e+04 factor 8.0 low 1.0 high 4.0 context 64 : tensor<?x64xf32>
    lm.cache_append %k, %h, @cache : tensor<?x64xf32>, tensor<?x64xf32>
    %a = lm.cached_attention %q, @cache heads 2 : tensor<?x64xf32> -> tensor<?x64xf32>
    %y = lm.add %h, %a : tensor<?x64xf32>
    lm.yield %y : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x64xf32> from ["e"]
lm.weight @taps : tensor<192xf32> per_block from ["taps"]
lm.weight @in : tensor<192x64xf32> per_block from ["in"]
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    %p = lm.linear %h, @in : (tensor<?x64xf32>) -> tensor<?x192xf32>
    %c = lm.gated_convolution %p, @taps width 3 : (tensor<?x192xf32>) -> tensor<?x64xf32>
    // expected-error @below {{'lm.gated_convolution' op is the second of lm.repeat: rows are kept for one in a visit}}
    %d = lm.gated_convolution %p, @taps width 3 : (tensor<?x192xf32>) -> tensor<?x64xf32>
    %s = lm.add %c, %d : tensor<?x64xf32>
    lm.yield %s : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x64xf32> from ["e"]
lm.weight @taps : tensor<192xf32> per_block from ["taps"]
lm.weight @in : tensor<192x64xf32> per_block from ["in"]
lm.cache @cache : f16 visits 1 key_value_heads 1 head_size 64 positions 64
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    lm.cache_append %h, %h, @cache : tensor<?x64xf32>, tensor<?x64xf32>
    %a = lm.cached_attention %h, @cache heads 1 : tensor<?x64xf32> -> tensor<?x64xf32>
    %p = lm.linear %a, @in : (tensor<?x64xf32>) -> tensor<?x192xf32>
    // expected-error @below {{'lm.gated_convolution' op is in the visits that attend: a visit keeps rows, or keys and values}}
    %c = lm.gated_convolution %p, @taps width 3 : (tensor<?x192xf32>) -> tensor<?x64xf32>
    lm.yield %c : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x64xf32> from ["e"]
lm.weight @taps : tensor<96xf32> from ["taps"]
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    lm.yield %h : tensor<?x64xf32>
  }
  %l = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  // expected-error @below {{'lm.gated_convolution' op is outside lm.repeat, where there are no visits to keep rows for}}
  %c = lm.gated_convolution %l, @taps width 3 : (tensor<?x96xf32>) -> tensor<?x32xf32>
  return %l : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x64xf32> from ["e"]
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    %one = lm.either [0] %h : tensor<?x64xf32> {
    ^bb0(%a: tensor<?x64xf32>):
      lm.yield %a : tensor<?x64xf32>
    }, {
    ^bb0(%a: tensor<?x64xf32>):
      lm.yield %a : tensor<?x64xf32>
    }
    // expected-error @below {{'lm.either' op is a second one in lm.repeat: blocks are of two kinds, not more}}
    %two = lm.either [0] %one : tensor<?x64xf32> {
    ^bb0(%a: tensor<?x64xf32>):
      lm.yield %a : tensor<?x64xf32>
    }, {
    ^bb0(%a: tensor<?x64xf32>):
      lm.yield %a : tensor<?x64xf32>
    }
    lm.yield %two : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}
