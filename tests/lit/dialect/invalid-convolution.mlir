// RUN: weebill-opt %s --split-input-file --verify-diagnostics

// One error for each numbered constraint of lm.gated_convolution.

lm.weight @taps : tensor<8xf32> from ["w"]
func.func @no_neighbours(%x: tensor<?x24xf32>) {
  // lm.gated_convolution C1
  // expected-error @+1 {{'lm.gated_convolution' op width is 1, not from 2 to 64}}
  %y = lm.gated_convolution %x, @taps width 1 : (tensor<?x24xf32>) -> tensor<?x8xf32>
  return
}

// -----

lm.weight @taps : tensor<520xf32> from ["w"]
func.func @not_short(%x: tensor<?x24xf32>) {
  // lm.gated_convolution C1
  // expected-error @+1 {{'lm.gated_convolution' op width is 65, not from 2 to 64}}
  %y = lm.gated_convolution %x, @taps width 65 : (tensor<?x24xf32>) -> tensor<?x8xf32>
  return
}

// -----

lm.weight @taps : tensor<24xf32> from ["w"]
func.func @two_rows(%x: tensor<?x16xf32>) {
  // lm.gated_convolution C2
  // expected-error @+1 {{'lm.gated_convolution' op input has 16 columns, not three times the 8 of the output}}
  %y = lm.gated_convolution %x, @taps width 3 : (tensor<?x16xf32>) -> tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@taps is declared here}}
lm.weight @taps : tensor<3x8xf32> from ["w"]
func.func @taps_are_a_vector(%x: tensor<?x24xf32>) {
  // lm.gated_convolution C3
  // expected-error @+1 {{'lm.gated_convolution' op taps @taps is 'tensor<3x8xf32>', not of rank 1}}
  %y = lm.gated_convolution %x, @taps width 3 : (tensor<?x24xf32>) -> tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@taps is declared here}}
lm.weight @taps : tensor<16xf32> from ["w"]
func.func @taps_of_another_width(%x: tensor<?x24xf32>) {
  // lm.gated_convolution C3
  // expected-error @+1 {{row of all taps has 24 columns but taps @taps has 16}}
  %y = lm.gated_convolution %x, @taps width 3 : (tensor<?x24xf32>) -> tensor<?x8xf32>
  return
}
