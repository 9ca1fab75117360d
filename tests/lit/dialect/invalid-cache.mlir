// RUN: weebill-opt %s --split-input-file --verify-diagnostics

// One error for each numbered constraint of lm.cache_append and lm.cached_attention.

func.func @append_to_nothing(%k: tensor<?x4xf32>) {
  // lm.cache_append C1
  // expected-error @+1 {{'lm.cache_append' op cache @cache is not declared in this module}}
  lm.cache_append %k, %k, @cache : tensor<?x4xf32>, tensor<?x4xf32>
  return
}

// -----

// expected-note @+1 {{@cache is declared here}}
lm.weight @cache : tensor<4xf32> from ["w"]
func.func @append_to_a_weight(%k: tensor<?x4xf32>) {
  // lm.cache_append C1
  // expected-error @+1 {{cache @cache is not an lm.cache}}
  lm.cache_append %k, %k, @cache : tensor<?x4xf32>, tensor<?x4xf32>
  return
}

// -----

// expected-note @+1 {{@cache is declared here}}
lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 4 positions 64
func.func @key_columns(%k: tensor<?x4xf32>, %v: tensor<?x8xf32>) {
  // lm.cache_append C2
  // expected-error @+1 {{key has 4 columns, not 8 (2 key_value_heads of size 4)}}
  lm.cache_append %k, %v, @cache : tensor<?x4xf32>, tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@cache is declared here}}
lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 4 positions 64
func.func @value_columns(%k: tensor<?x8xf32>, %v: tensor<?x4xf32>) {
  // lm.cache_append C2
  // expected-error @+1 {{value has 4 columns, not 8 (2 key_value_heads of size 4)}}
  lm.cache_append %k, %v, @cache : tensor<?x8xf32>, tensor<?x4xf32>
  return
}

// -----

func.func @attention_over_nothing(%q: tensor<?x8xf32>) {
  // lm.cached_attention C1
  // expected-error @+1 {{'lm.cached_attention' op cache @cache is not declared in this module}}
  %y = lm.cached_attention %q, @cache heads 2 : tensor<?x8xf32> -> tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@cache is declared here}}
lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 4 positions 64
func.func @groups_must_divide_heads(%q: tensor<?x12xf32>) {
  // lm.cached_attention C2
  // expected-error @+1 {{heads 3 is not a positive multiple of key_value_heads 2}}
  %y = lm.cached_attention %q, @cache heads 3 : tensor<?x12xf32> -> tensor<?x12xf32>
  return
}

// -----

// expected-note @+1 {{@cache is declared here}}
lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 4 positions 64
func.func @heads_must_be_positive(%q: tensor<?x12xf32>) {
  // lm.cached_attention C2
  // expected-error @+1 {{heads 0 is not a positive multiple of key_value_heads 2}}
  %y = lm.cached_attention %q, @cache heads 0 : tensor<?x12xf32> -> tensor<?x12xf32>
  return
}

// -----

// expected-note @+1 {{@cache is declared here}}
lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 4 positions 64
func.func @query_columns(%q: tensor<?x12xf32>) {
  // lm.cached_attention C3
  // expected-error @+1 {{query has 12 columns, not 16 (4 heads of size 4)}}
  %y = lm.cached_attention %q, @cache heads 4 : tensor<?x12xf32> -> tensor<?x12xf32>
  return
}

// -----

lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 4 positions 64
func.func @output_type(%q: tensor<?x16xf32>) {
  // lm.cached_attention C4
  // expected-error @+1 {{output is 'tensor<?x8xf32>' but query is 'tensor<?x16xf32>'}}
  %y = lm.cached_attention %q, @cache heads 4 : tensor<?x16xf32> -> tensor<?x8xf32>
  return
}
