// RUN: weebill-opt %s --split-input-file --verify-diagnostics

// One error for each numbered constraint of lm.short_convolution.

lm.weight @taps : tensor<8xf32> from ["w"]
func.func @no_neighbours(%x: tensor<?x8xf32>) {
  // lm.short_convolution C1
  // expected-error @+1 {{'lm.short_convolution' op width is 1, not from 2 to 64}}
  %y = lm.short_convolution %x, @taps width 1 : tensor<?x8xf32>
  return
}

// -----

lm.weight @taps : tensor<520xf32> from ["w"]
func.func @not_short(%x: tensor<?x8xf32>) {
  // lm.short_convolution C1
  // expected-error @+1 {{'lm.short_convolution' op width is 65, not from 2 to 64}}
  %y = lm.short_convolution %x, @taps width 65 : tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@taps is declared here}}
lm.weight @taps : tensor<3x8xf32> from ["w"]
func.func @taps_are_a_vector(%x: tensor<?x8xf32>) {
  // lm.short_convolution C2
  // expected-error @+1 {{'lm.short_convolution' op taps @taps is 'tensor<3x8xf32>', not of rank 1}}
  %y = lm.short_convolution %x, @taps width 3 : tensor<?x8xf32>
  return
}

// -----

// expected-note @+1 {{@taps is declared here}}
lm.weight @taps : tensor<16xf32> from ["w"]
func.func @taps_of_another_width(%x: tensor<?x8xf32>) {
  // lm.short_convolution C2
  // expected-error @+1 {{row of all taps has 24 columns but taps @taps has 16}}
  %y = lm.short_convolution %x, @taps width 3 : tensor<?x8xf32>
  return
}
