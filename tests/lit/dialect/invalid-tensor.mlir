// RUN: weebill-opt %s --split-input-file --verify-diagnostics

// One error for each numbered constraint of lm.embed, lm.rms_norm and lm.linear.

func.func @unknown_weight(%tokens: tensor<?xi32>) {
  // lm.embed C1
  // expected-error @+1 {{'lm.embed' op weight @embedding is not declared in this module}}
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@embedding is declared here}}
lm.weight @embedding : tensor<8xf32> from ["w"]
func.func @embedding_is_a_matrix(%tokens: tensor<?xi32>) {
  // lm.embed C1
  // expected-error @+1 {{weight @embedding is 'tensor<8xf32>', not of rank 2}}
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@embedding is declared here}}
lm.weight @embedding : tensor<96x16xf32> from ["w"]
func.func @embedding_columns(%tokens: tensor<?xi32>) {
  // lm.embed C2
  // expected-error @+1 {{output has 8 columns but weight @embedding has 16}}
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@gain is declared here}}
lm.weight @gain : tensor<8x8xf32> from ["w"]
func.func @gain_is_a_vector(%x: tensor<?x8xf32>) {
  // lm.rms_norm C1
  // expected-error @+1 {{'lm.rms_norm' op gain @gain is 'tensor<8x8xf32>', not of rank 1}}
  %y = lm.rms_norm %x, @gain epsilon 1.0e-05 : tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@gain is declared here}}
lm.weight @gain : tensor<4xf32> from ["w"]
func.func @gain_columns(%x: tensor<?x8xf32>) {
  // lm.rms_norm C1
  // expected-error @+1 {{input has 8 columns but gain @gain has 4}}
  %y = lm.rms_norm %x, @gain epsilon 1.0e-05 : tensor<?x8xf32>
  return
}

// -----

lm.weight @gain : tensor<8xf32> from ["w"]
func.func @epsilon(%x: tensor<?x8xf32>) {
  // lm.rms_norm C2
  // expected-error @+1 {{epsilon is 0.000000e+00, not positive}}
  %y = lm.rms_norm %x, @gain epsilon 0.0 : tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@w is declared here}}
func.func private @w()
func.func @not_a_weight(%x: tensor<?x8xf32>) {
  // lm.linear C1
  // expected-error @+1 {{'lm.linear' op weight @w is not an lm.weight}}
  %y = lm.linear %x, @w : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@w is declared here}}
lm.weight @w : tensor<4x16xf32> from ["w"]
func.func @input_columns(%x: tensor<?x8xf32>) {
  // lm.linear C2
  // expected-error @+1 {{input has 8 columns but weight @w has 16}}
  %y = lm.linear %x, @w : (tensor<?x8xf32>) -> tensor<?x4xf32>
  return
}

// -----

// expected-note @+1 {{@w is declared here}}
lm.weight @w : tensor<4x8xf32> from ["w"]
func.func @output_columns(%x: tensor<?x8xf32>) {
  // lm.linear C3
  // expected-error @+1 {{output has 8 columns but weight @w has 4 rows}}
  %y = lm.linear %x, @w : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@w is declared here}}
lm.weight @w : tensor<8x8xf32> from ["w"]
func.func @codes_with_a_float_weight(%x: !lm.quantized<8>) {
  // lm.linear C4
  // expected-error @+1 {{input is '!lm.quantized<8>' but weight @w is stored as f32}}
  %y = lm.linear %x, @w : (!lm.quantized<8>) -> tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@w is declared here}}
lm.weight @w : tensor<8x8xf32> as int8 from ["w"]
func.func @rows_with_a_quantized_weight(%x: tensor<?x8xf32>) {
  // lm.linear C4
  // expected-error @+1 {{input is 'tensor<?x8xf32>' but weight @w is stored as int8}}
  %y = lm.linear %x, @w : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@bias is declared here}}
lm.weight @bias : tensor<4xf32> from ["b"]
func.func @bias_columns(%x: tensor<?x8xf32>) {
  // lm.add_bias C1
  // expected-error @+1 {{'lm.add_bias' op input has 8 columns but bias @bias has 4}}
  %y = lm.add_bias %x, @bias : tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@bias is declared here}}
lm.weight @bias : tensor<8x8xf32> from ["b"]
func.func @bias_must_be_a_vector(%x: tensor<?x8xf32>) {
  // lm.add_bias C1
  // expected-error @+1 {{bias @bias is 'tensor<8x8xf32>', not of rank 1}}
  %y = lm.add_bias %x, @bias : tensor<?x8xf32>
  return
}

// -----

func.func @scale_is_a_number(%x: tensor<?x8xf32>) {
  // lm.scale C1
  // expected-error @+1 {{'lm.scale' op factor is not finite}}
  %y = lm.scale %x by 0x7F800000 : tensor<?x8xf32>
  return
}

// -----

func.func @scales_are_those_of_blocks(%x: tensor<?x8xf32>) {
  // lm.scale C2
  // expected-error @+1 {{'lm.scale' op has a scale for each block, but is in no lm.repeat}}
  %y = lm.scale %x by 1.0 scales [1.0, 0.0] : tensor<?x8xf32>
  return
}

// -----

func.func @a_scale_for_each_block(%x: tensor<?x8xf32>) {
  %y = lm.repeat [0] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    // lm.scale C2
    // expected-error @+1 {{'lm.scale' op has scales of 2 blocks, but 1 are visited}}
    %s = lm.scale %h by 1.0 scales [1.0, 2.0] : tensor<?x8xf32>
    lm.yield %s : tensor<?x8xf32>
  }
  return
}

// -----

func.func @groups_are_powers_of_two(%x: tensor<?x48xf32>) {
  // lm.hadamard C1
  // expected-error @+1 {{'lm.hadamard' op mixes groups of 24 columns, which is no power of two}}
  %y = lm.hadamard %x in 24 : tensor<?x48xf32>
  return
}

// -----

func.func @some_columns_are_mixed(%x: tensor<?x48xf32>) {
  // lm.hadamard C1
  // expected-error @+1 {{'lm.hadamard' op mixes groups of 0 columns, which is no power of two}}
  %y = lm.hadamard %x in 0 : tensor<?x48xf32>
  return
}

// -----

func.func @columns_are_whole_groups(%x: tensor<?x48xf32>) {
  // lm.hadamard C2
  // expected-error @+1 {{'lm.hadamard' op mixes groups of 32 columns, which do not divide 48}}
  %y = lm.hadamard %x in 32 : tensor<?x48xf32>
  return
}
