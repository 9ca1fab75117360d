// RUN: weebill-opt %s --split-input-file --verify-diagnostics

// One error for each numbered constraint of lm.either, and those of weights that not every block has.

func.func @nowhere(%x: tensor<?x8xf32>) {
  // lm.either C1
  // expected-error @+1 {{'lm.either' op has an arm for each block, but is in no lm.repeat}}
  %y = lm.either [0] %x : tensor<?x8xf32> {
  ^bb0(%a: tensor<?x8xf32>):
    lm.yield %a : tensor<?x8xf32>
  }, {
  ^bb0(%a: tensor<?x8xf32>):
    lm.yield %a : tensor<?x8xf32>
  }
  return
}

// -----

func.func @a_block_without_an_arm(%x: tensor<?x8xf32>) {
  %z = lm.repeat [0, 1] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    // lm.either C1
    // expected-error @+1 {{'lm.either' op has arms of 1 blocks, but 2 are visited}}
    %y = lm.either [0] %h : tensor<?x8xf32> {
    ^bb0(%a: tensor<?x8xf32>):
      lm.yield %a : tensor<?x8xf32>
    }, {
    ^bb0(%a: tensor<?x8xf32>):
      lm.yield %a : tensor<?x8xf32>
    }
    lm.yield %y : tensor<?x8xf32>
  }
  return
}

// -----

func.func @a_third_arm(%x: tensor<?x8xf32>) {
  %z = lm.repeat [0, 1] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    // lm.either C1
    // expected-error @+1 {{'lm.either' op has a block with arm 2, not 0 or 1}}
    %y = lm.either [0, 2] %h : tensor<?x8xf32> {
    ^bb0(%a: tensor<?x8xf32>):
      lm.yield %a : tensor<?x8xf32>
    }, {
    ^bb0(%a: tensor<?x8xf32>):
      lm.yield %a : tensor<?x8xf32>
    }
    lm.yield %y : tensor<?x8xf32>
  }
  return
}

// -----

func.func @an_arm_of_another_type(%x: tensor<?x8xf32>) {
  %z = lm.repeat [0] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    // lm.either C2
    // expected-error @+1 {{'lm.either' op body takes 'tensor<?x4xf32>' but input is 'tensor<?x8xf32>'}}
    %y = lm.either [0] %h : tensor<?x8xf32> {
    ^bb0(%a: tensor<?x8xf32>):
      lm.yield %a : tensor<?x8xf32>
    }, {
    ^bb0(%a: tensor<?x4xf32>):
      lm.yield %a : tensor<?x4xf32>
    }
    lm.yield %y : tensor<?x8xf32>
  }
  return
}

// -----

// lm.weight C2
// expected-error @+1 {{'lm.weight' op is in no block: all of its sources are empty}}
lm.weight @norm : tensor<8xf32> per_block from ["", ""]

// -----

lm.weight @norm : tensor<8xf32> per_block from ["a", ""]
func.func @without_its_weight(%x: tensor<?x8xf32>) {
  // lm.repeat C4
  // expected-error @+1 {{'lm.repeat' op visits block 1, which has no @norm}}
  %z = lm.repeat [0, 1] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    %y = lm.either [0, 0] %h : tensor<?x8xf32> {
    ^bb0(%a: tensor<?x8xf32>):
      // expected-note @+1 {{it is used here}}
      %n = lm.rms_norm %a, @norm epsilon 1.0e-05 : tensor<?x8xf32>
      lm.yield %n : tensor<?x8xf32>
    }, {
    ^bb0(%a: tensor<?x8xf32>):
      lm.yield %a : tensor<?x8xf32>
    }
    lm.yield %y : tensor<?x8xf32>
  }
  return
}
