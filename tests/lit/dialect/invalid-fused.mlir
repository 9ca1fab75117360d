// RUN: weebill-opt %s --split-input-file --verify-diagnostics

// One error for each numbered constraint of the ops that passes create.

func.func @quantize_columns(%x: tensor<?x8xf32>) {
  // lm.quantize C1
  // expected-error @+1 {{'lm.quantize' op input has 8 columns but output has 4}}
  %c = lm.quantize %x : tensor<?x8xf32> -> !lm.quantized<4>
  return
}

// -----

// expected-note @+1 {{@gain is declared here}}
lm.weight @gain : tensor<4xf32> from ["w"]
func.func @gain_columns(%x: tensor<?x8xf32>) {
  // lm.rms_norm_quantize C1
  // expected-error @+1 {{'lm.rms_norm_quantize' op input has 8 columns but gain @gain has 4}}
  %c = lm.rms_norm_quantize %x, @gain epsilon 1.0e-05 : tensor<?x8xf32> -> !lm.quantized<8>
  return
}

// -----

lm.weight @gain : tensor<8xf32> from ["w"]
func.func @epsilon(%x: tensor<?x8xf32>) {
  // lm.rms_norm_quantize C2
  // expected-error @+1 {{epsilon is -1.000000e+00, not positive}}
  %c = lm.rms_norm_quantize %x, @gain epsilon -1.0 : tensor<?x8xf32> -> !lm.quantized<8>
  return
}

// -----

lm.weight @gain : tensor<8xf32> from ["w"]
func.func @norm_columns(%x: tensor<?x8xf32>) {
  // lm.rms_norm_quantize C3
  // expected-error @+1 {{input has 8 columns but output has 4}}
  %c = lm.rms_norm_quantize %x, @gain epsilon 1.0e-05 : tensor<?x8xf32> -> !lm.quantized<4>
  return
}

// -----

lm.weight @w : tensor<8x8xf32> from ["w"]
// expected-note @+1 {{@vector is declared here}}
lm.weight @vector : tensor<8xf32> from ["w"]
func.func @qkv_weights(%x: tensor<?x8xf32>) {
  // lm.qkv C1
  // expected-error @+1 {{'lm.qkv' op key weight @vector is 'tensor<8xf32>', not of rank 2}}
  %q, %k, %v = lm.qkv %x, @w, @vector, @w : (tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>)
  return
}

// -----

lm.weight @w : tensor<8x8xf32> from ["w"]
// expected-note @+1 {{@wide is declared here}}
lm.weight @wide : tensor<8x16xf32> from ["w"]
func.func @qkv_input_columns(%x: tensor<?x8xf32>) {
  // lm.qkv C2
  // expected-error @+1 {{input has 8 columns but value weight @wide has 16}}
  %q, %k, %v = lm.qkv %x, @w, @w, @wide : (tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>)
  return
}

// -----

// expected-note @+1 {{@w is declared here}}
lm.weight @w : tensor<8x8xf32> from ["w"]
func.func @qkv_output_columns(%x: tensor<?x8xf32>) {
  // lm.qkv C3
  // expected-error @+1 {{output has 4 columns but query weight @w has 8 rows}}
  %q, %k, %v = lm.qkv %x, @w, @w, @w : (tensor<?x8xf32>) -> (tensor<?x4xf32>, tensor<?x8xf32>, tensor<?x8xf32>)
  return
}

// -----

lm.weight @w : tensor<8x8xf32> from ["w"]
// expected-note @+1 {{@codes is declared here}}
lm.weight @codes : tensor<8x8xf32> as int8 from ["w"]
func.func @qkv_storage(%x: tensor<?x8xf32>) {
  // lm.qkv C4
  // expected-error @+1 {{input is 'tensor<?x8xf32>' but key weight @codes is stored as int8}}
  %q, %k, %v = lm.qkv %x, @w, @codes, @w : (tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>)
  return
}

// -----

lm.weight @w : tensor<8x8xf32> from ["w"]
func.func @swiglu_weights(%x: tensor<?x8xf32>) {
  // lm.swiglu C1
  // expected-error @+1 {{'lm.swiglu' op up weight @up is not declared in this module}}
  %h = lm.swiglu %x, @w, @up : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@wide is declared here}}
lm.weight @wide : tensor<8x16xf32> from ["w"]
func.func @swiglu_input_columns(%x: tensor<?x8xf32>) {
  // lm.swiglu C2
  // expected-error @+1 {{input has 8 columns but gate weight @wide has 16}}
  %h = lm.swiglu %x, @wide, @wide : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return
}

// -----

lm.weight @gate : tensor<8x8xf32> from ["w"]
// expected-note @+1 {{@up is declared here}}
lm.weight @up : tensor<4x8xf32> from ["w"]
func.func @swiglu_output_columns(%x: tensor<?x8xf32>) {
  // lm.swiglu C3
  // expected-error @+1 {{output has 8 columns but up weight @up has 4 rows}}
  %h = lm.swiglu %x, @gate, @up : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@gate is declared here}}
lm.weight @gate : tensor<8x8xf32> from ["w"]
lm.weight @up : tensor<8x8xf32> as int8 from ["w"]
func.func @swiglu_storage(%x: !lm.quantized<8>) {
  // lm.swiglu C4
  // expected-error @+1 {{input is '!lm.quantized<8>' but gate weight @gate is stored as f32}}
  %h = lm.swiglu %x, @gate, @up : (!lm.quantized<8>) -> tensor<?x8xf32>
  return
}

// -----

lm.weight @w : tensor<8x8xf32> from ["w"]
func.func @geglu_weights(%x: tensor<?x8xf32>) {
  // lm.geglu C1
  // expected-error @+1 {{'lm.geglu' op up weight @up is not declared in this module}}
  %h = lm.geglu %x, @w, @up : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@wide is declared here}}
lm.weight @wide : tensor<8x16xf32> from ["w"]
func.func @geglu_input_columns(%x: tensor<?x8xf32>) {
  // lm.geglu C2
  // expected-error @+1 {{input has 8 columns but gate weight @wide has 16}}
  %h = lm.geglu %x, @wide, @wide : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return
}

// -----

lm.weight @gate : tensor<8x8xf32> from ["w"]
// expected-note @+1 {{@up is declared here}}
lm.weight @up : tensor<4x8xf32> from ["w"]
func.func @geglu_output_columns(%x: tensor<?x8xf32>) {
  // lm.geglu C3
  // expected-error @+1 {{output has 8 columns but up weight @up has 4 rows}}
  %h = lm.geglu %x, @gate, @up : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@gate is declared here}}
lm.weight @gate : tensor<8x8xf32> from ["w"]
lm.weight @up : tensor<8x8xf32> as int8 from ["w"]
func.func @geglu_storage(%x: !lm.quantized<8>) {
  // lm.geglu C4
  // expected-error @+1 {{input is '!lm.quantized<8>' but gate weight @gate is stored as f32}}
  %h = lm.geglu %x, @gate, @up : (!lm.quantized<8>) -> tensor<?x8xf32>
  return
}

// -----

func.func @residual_weight(%x: tensor<?x8xf32>) {
  // lm.linear_residual C1
  // expected-error @+1 {{'lm.linear_residual' op weight @w is not declared in this module}}
  %y = lm.linear_residual %x, @w, %x : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@w is declared here}}
lm.weight @w : tensor<8x16xf32> from ["w"]
func.func @residual_input_columns(%x: tensor<?x8xf32>) {
  // lm.linear_residual C2
  // expected-error @+1 {{input has 8 columns but weight @w has 16}}
  %y = lm.linear_residual %x, @w, %x : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@w is declared here}}
lm.weight @w : tensor<4x8xf32> from ["w"]
func.func @residual_output_columns(%x: tensor<?x8xf32>) {
  // lm.linear_residual C3
  // expected-error @+1 {{output has 8 columns but weight @w has 4 rows}}
  %y = lm.linear_residual %x, @w, %x : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@w is declared here}}
lm.weight @w : tensor<8x8xf32> as int8 from ["w"]
func.func @residual_storage(%x: tensor<?x8xf32>) {
  // lm.linear_residual C4
  // expected-error @+1 {{input is 'tensor<?x8xf32>' but weight @w is stored as int8}}
  %y = lm.linear_residual %x, @w, %x : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  return
}

// -----

lm.weight @w : tensor<8x8xf32> from ["w"]
func.func @residual_type(%x: tensor<?x8xf32>, %r: tensor<?x4xf32>) {
  // lm.linear_residual C5
  // expected-error @+1 {{residual is 'tensor<?x4xf32>' but output is 'tensor<?x8xf32>'}}
  %y = lm.linear_residual %x, @w, %r : (tensor<?x8xf32>, tensor<?x4xf32>) -> tensor<?x8xf32>
  return
}
