// RUN: weebill-opt %s --split-input-file --verify-diagnostics

// Types that no op takes.

// !lm.quantized C1
// expected-error @+1 {{columns is 0, not positive}}
func.func private @codes_without_columns(!lm.quantized<0>)

// -----

// !lm.quantized C2
// expected-error @+1 {{a group has 16 columns, not 32}}
func.func private @codes_in_small_groups(!lm.quantized<64, 16>)

// -----

// !lm.quantized C2
// expected-error @+1 {{columns is 40, not a multiple of 32}}
func.func private @codes_that_end_inside_a_group(!lm.quantized<40, 32>)

// -----

func.func @rows_need_a_dynamic_token_count(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{operand #0 must be rows of float32, tensor<?xNxf32>, but got 'tensor<4x8xf32>'}}
  %y = lm.silu %x : tensor<4x8xf32>
  return
}

// -----

func.func @rows_need_static_columns(%x: tensor<?x?xf32>) {
  // expected-error @+1 {{operand #0 must be rows of float32, tensor<?xNxf32>, but got 'tensor<?x?xf32>'}}
  %y = lm.silu %x : tensor<?x?xf32>
  return
}

// -----

func.func @rows_are_float32(%x: tensor<?x8xf16>) {
  // expected-error @+1 {{operand #0 must be rows of float32, tensor<?xNxf32>, but got 'tensor<?x8xf16>'}}
  %y = lm.silu %x : tensor<?x8xf16>
  return
}

// -----

lm.weight @embedding : tensor<96x8xf32> from ["token_embd.weight"]
func.func @tokens_are_32_bits(%tokens: tensor<?xi64>) {
  // expected-error @+1 {{operand #0 must be token ids, tensor<?xi32>, but got 'tensor<?xi64>'}}
  %x = lm.embed %tokens, @embedding : (tensor<?xi64>) -> tensor<?x8xf32>
  return
}
