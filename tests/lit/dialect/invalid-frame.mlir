// RUN: weebill-opt %s --split-input-file --verify-diagnostics --allow-unregistered-dialect

// One error for each numbered constraint of the module's frame: lm.weight, lm.cache, lm.repeat.

// lm.weight C1
// expected-error @+1 {{'lm.weight' op type is 'tensor<2x2x2xf32>', not f32 of rank 1 or 2 with static positive sizes}}
lm.weight @cube : tensor<2x2x2xf32> from ["w"]

// -----

// lm.weight C1
// expected-error @+1 {{type is 'tensor<?x2xf32>', not f32 of rank 1 or 2 with static positive sizes}}
lm.weight @dynamic : tensor<?x2xf32> from ["w"]

// -----

// lm.weight C1
// expected-error @+1 {{type is 'tensor<0xf32>', not f32 of rank 1 or 2 with static positive sizes}}
lm.weight @empty : tensor<0xf32> from ["w"]

// -----

// lm.weight C1
// expected-error @+1 {{type is 'tensor<2x2xi8>', not f32 of rank 1 or 2 with static positive sizes}}
lm.weight @integers : tensor<2x2xi8> from ["w"]

// -----

// lm.weight C2
// expected-error @+1 {{has 2 sources but is not per_block, which takes exactly one}}
lm.weight @two : tensor<2x2xf32> from ["a", "b"]

// -----

// lm.weight C2
// expected-error @+1 {{is per_block but has no sources}}
lm.weight @none : tensor<2x2xf32> per_block from []

// -----

// lm.weight C3
// expected-error @+1 {{is a vector stored as int8, vectors are stored as f32}}
lm.weight @gain : tensor<8xf32> as int8 from ["w"]

// -----

// expected-note @+1 {{@q is declared here}}
lm.weight @q : tensor<8x8xf32> per_block from ["w"]
func.func @per_block_outside(%x: tensor<?x8xf32>) {
  // lm.weight C4
  // expected-error @+1 {{'lm.linear' op weight @q is per_block but used outside lm.repeat}}
  %y = lm.linear %x, @q : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return
}

// -----

// lm.cache C1
// expected-error @+1 {{'lm.cache' op visits is 0, not positive}}
lm.cache @cache : f16 visits 0 key_value_heads 1 head_size 4 positions 64

// -----

// lm.cache C1
// expected-error @+1 {{key_value_heads is -1, not positive}}
lm.cache @cache : f16 visits 1 key_value_heads -1 head_size 4 positions 64

// -----

// lm.cache C1
// expected-error @+1 {{head_size is 0, not positive}}
lm.cache @cache : f16 visits 1 key_value_heads 1 head_size 0 positions 64

// -----

// lm.cache C1
// expected-error @+1 {{positions is 0, not positive}}
lm.cache @cache : f16 visits 1 key_value_heads 1 head_size 4 positions 0

// -----

// lm.cache C2
// expected-error @+1 {{positions is 100, not a multiple of 64}}
lm.cache @cache : f16 visits 1 key_value_heads 1 head_size 4 positions 100

// -----

// lm.cache C3
// expected-error @+1 {{'lm.cache' op context is 65, not between 1 and the 64 positions}}
lm.cache @cache : f16 visits 1 key_value_heads 1 head_size 4 positions 64 context 65

// -----

// lm.cache C3
// expected-error @+1 {{'lm.cache' op context is 0, not between 1 and the 64 positions}}
lm.cache @cache : f16 visits 1 key_value_heads 1 head_size 4 positions 64 context 0

// -----

func.func @empty_schedule(%x: tensor<?x8xf32>) {
  // lm.repeat C1
  // expected-error @+1 {{'lm.repeat' op schedule is empty}}
  %y = lm.repeat [] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    lm.yield %h : tensor<?x8xf32>
  }
  return
}

// -----

func.func @negative_block(%x: tensor<?x8xf32>) {
  // lm.repeat C1
  // expected-error @+1 {{schedule has block -1 at visit 1}}
  %y = lm.repeat [0, -1] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    lm.yield %h : tensor<?x8xf32>
  }
  return
}

// -----

// expected-note @+1 {{@q is declared here}}
lm.weight @q : tensor<8x8xf32> per_block from ["w0", "w1"]
func.func @block_without_weight(%x: tensor<?x8xf32>) {
  // lm.repeat C2
  // expected-error @+1 {{schedule has block 2 but @q has sources for 2}}
  %y = lm.repeat [0, 2] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    %l = lm.linear %h, @q : (tensor<?x8xf32>) -> tensor<?x8xf32>
    lm.yield %l : tensor<?x8xf32>
  }
  return
}

// -----

func.func @argument_of_another_type(%x: tensor<?x8xf32>) {
  // lm.repeat C3
  // expected-error @+1 {{body takes 'tensor<?x4xf32>' but input is 'tensor<?x8xf32>'}}
  %y = lm.repeat [0] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x4xf32>):
    lm.yield %h : tensor<?x4xf32>
  }
  return
}

// -----

func.func @two_arguments(%x: tensor<?x8xf32>) {
  // lm.repeat C3
  // expected-error @+1 {{body has 2 arguments, not one}}
  %y = lm.repeat [0] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>, %g: tensor<?x8xf32>):
    lm.yield %h : tensor<?x8xf32>
  }
  return
}

// -----

lm.weight @k : tensor<4x8xf32> per_block from ["w"]
func.func @yield_of_another_type(%x: tensor<?x8xf32>) {
  // lm.repeat C3
  // expected-error @+1 {{body yields 'tensor<?x4xf32>' but input is 'tensor<?x8xf32>'}}
  %y = lm.repeat [0] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    %l = lm.linear %h, @k : (tensor<?x8xf32>) -> tensor<?x4xf32>
    // expected-note @+1 {{it is yielded here}}
    lm.yield %l : tensor<?x4xf32>
  }
  return
}

// -----

func.func @no_yield(%x: tensor<?x8xf32>) {
  // lm.repeat C3
  // expected-error @+1 {{body does not end with lm.yield}}
  %y = lm.repeat [0] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    "other.yield"(%h) : (tensor<?x8xf32>) -> ()
  }
  return
}

// -----

// lm.repeat C3
func.func @output_of_another_type(%x: tensor<?x8xf32>) {
  // expected-error @+1 {{failed to verify that all of {input, output} have same type}}
  %y = "lm.repeat"(%x) <{schedule = array<i64: 0>}> ({
  ^bb0(%h: tensor<?x8xf32>):
    lm.yield %h : tensor<?x8xf32>
  }) : (tensor<?x8xf32>) -> tensor<?x4xf32>
  return
}

// -----

lm.weight @q : tensor<8x8xf32> from ["w"]
func.func @shared_weight_inside(%x: tensor<?x8xf32>) {
  // lm.repeat C4
  // expected-error @+1 {{uses @q, which is not per_block}}
  %y = lm.repeat [0] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    // expected-note @+1 {{it is used here}}
    %l = lm.linear %h, @q : (tensor<?x8xf32>) -> tensor<?x8xf32>
    lm.yield %l : tensor<?x8xf32>
  }
  return
}

// -----

func.func @nested(%x: tensor<?x8xf32>) {
  // expected-note @+1 {{the outer one is here}}
  %y = lm.repeat [0] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    // lm.repeat C5
    // expected-error @+1 {{is inside another lm.repeat}}
    %z = lm.repeat [0] %h : tensor<?x8xf32> {
    ^bb0(%g: tensor<?x8xf32>):
      lm.yield %g : tensor<?x8xf32>
    }
    lm.yield %z : tensor<?x8xf32>
  }
  return
}

// -----

// lm.weight C5
// expected-error @+1 {{lists how blocks store it but is no per_block matrix}}
lm.weight @once : tensor<64x64xf32> as q4_0 from ["a"] stored ["q4_0"]

// -----

// lm.weight C5
// expected-error @+1 {{lists 1 storages for 2 sources}}
lm.weight @short : tensor<64x64xf32> as q4_0 per_block from ["a", "b"] stored ["q4_0"]

// -----

// lm.weight C5
// expected-error @+1 {{lists 'q9', which is no storage}}
lm.weight @unknown : tensor<64x64xf32> as q4_0 per_block from ["a", "b"] stored ["q4_0", "q9"]

// -----

// lm.weight C5
// expected-error @+1 {{is stored as q4_0 and as f16, which do not multiply the same codes}}
lm.weight @torn : tensor<64x64xf32> as q4_0 per_block from ["a", "b"] stored ["q4_0", "f16"]

// -----

// lm.weight C5
// expected-error @+1 {{is stored as q4_0 but lists q8_0 first}}
lm.weight @first : tensor<64x64xf32> as q4_0 per_block from ["a", "b"] stored ["q8_0", "q4_0"]
