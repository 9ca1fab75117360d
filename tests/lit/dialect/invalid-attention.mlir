// RUN: weebill-opt %s --split-input-file --verify-diagnostics

// One error for each numbered constraint of lm.rope, lm.head_norm and lm.attention.

func.func @heads_must_divide(%x: tensor<?x8xf32>) {
  // lm.rope C1
  // expected-error @+1 {{'lm.rope' op heads 3 is not a positive divisor of 8 columns}}
  %y = lm.rope %x heads 3 theta 1.0e+04 : tensor<?x8xf32>
  return
}

// -----

func.func @heads_must_be_positive(%x: tensor<?x8xf32>) {
  // lm.rope C1
  // expected-error @+1 {{heads 0 is not a positive divisor of 8 columns}}
  %y = lm.rope %x heads 0 theta 1.0e+04 : tensor<?x8xf32>
  return
}

// -----

func.func @head_size_must_be_even(%x: tensor<?x9xf32>) {
  // lm.rope C2
  // expected-error @+1 {{head size 3 (9 columns / 3 heads) is not even}}
  %y = lm.rope %x heads 3 theta 1.0e+04 : tensor<?x9xf32>
  return
}

// -----

func.func @theta_must_be_positive(%x: tensor<?x8xf32>) {
  // lm.rope C3
  // expected-error @+1 {{theta is -1.000000e+00, not positive}}
  %y = lm.rope %x heads 2 theta -1.0 : tensor<?x8xf32>
  return
}

// -----

func.func @thetas_outside(%x: tensor<?x8xf32>) {
  // lm.rope C5
  // expected-error @+1 {{has a theta for each block, but is in no lm.repeat}}
  %y = lm.rope %x heads 2 theta 1.0e+04 blocks [1.0e+04] : tensor<?x8xf32>
  return
}

// -----

func.func @thetas_of_other_blocks(%x: tensor<?x8xf32>) {
  %y = lm.repeat [0, 1, 1] %x : tensor<?x8xf32> {
  ^bb0(%a: tensor<?x8xf32>):
    // lm.rope C5
    // expected-error @+1 {{has thetas of 3 blocks, but 2 are visited}}
    %b = lm.rope %a heads 2 theta 1.0e+04 blocks [1.0e+04, 0.0, 1.0e+04] : tensor<?x8xf32>
    lm.yield %b : tensor<?x8xf32>
  }
  return
}

// -----

func.func @windows_outside(%q: tensor<?x8xf32>) {
  // lm.attention C5
  // expected-error @+1 {{has a window for each block, but is in no lm.repeat}}
  %a = lm.attention %q, %q, %q heads 2 key_value_heads 2 windows [4]
      : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
  return
}

// -----

func.func @negative_window(%x: tensor<?x8xf32>) {
  %y = lm.repeat [0, 1] %x : tensor<?x8xf32> {
  ^bb0(%q: tensor<?x8xf32>):
    // lm.attention C5
    // expected-error @+1 {{has a block with window -1, which is negative}}
    %a = lm.attention %q, %q, %q heads 2 key_value_heads 2 windows [4, -1]
        : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
    lm.yield %a : tensor<?x8xf32>
  }
  return
}

// -----

lm.cache @cache : f16 visits 2 key_value_heads 2 head_size 4 positions 64
func.func @windows_of_other_blocks(%x: tensor<?x8xf32>) {
  %y = lm.repeat [0, 1] %x : tensor<?x8xf32> {
  ^bb0(%q: tensor<?x8xf32>):
    // lm.cached_attention C5
    // expected-error @+1 {{has windows of 1 blocks, but 2 are visited}}
    %a = lm.cached_attention %q, @cache heads 2 windows [4] : tensor<?x8xf32> -> tensor<?x8xf32>
    lm.yield %a : tensor<?x8xf32>
  }
  return
}

// -----

func.func @scales_of_other_blocks(%x: tensor<?x8xf32>) {
  %y = lm.repeat [0, 1] %x : tensor<?x8xf32> {
  ^bb0(%a: tensor<?x8xf32>):
    // lm.rope C6
    // expected-error @+1 {{has scales of 3 blocks, but 2 are visited}}
    %b = lm.rope %a heads 2 theta 1.0e+04 scales [1.0, 2.0, 3.0] : tensor<?x8xf32>
    lm.yield %b : tensor<?x8xf32>
  }
  return
}

// -----

func.func @scale_of_a_block(%x: tensor<?x8xf32>) {
  %y = lm.repeat [0, 1] %x : tensor<?x8xf32> {
  ^bb0(%a: tensor<?x8xf32>):
    // lm.head_norm C4
    // expected-error @+1 {{has a block with scale 0.000000e+00, which is 0 or not finite}}
    %b = lm.head_norm %a heads 2 epsilon 1.0e-05 scales [1.0, 0.0] : tensor<?x8xf32>
    lm.yield %b : tensor<?x8xf32>
  }
  return
}

// -----

func.func @negative_theta_of_a_block(%x: tensor<?x8xf32>) {
  %y = lm.repeat [0, 1] %x : tensor<?x8xf32> {
  ^bb0(%a: tensor<?x8xf32>):
    // lm.rope C5
    // expected-error @+1 {{has a block with theta -2.000000e+00, which is negative or not finite}}
    %b = lm.rope %a heads 2 theta 1.0e+04 blocks [1.0e+04, -2.0] : tensor<?x8xf32>
    lm.yield %b : tensor<?x8xf32>
  }
  return
}

// -----

func.func @factor_must_be_positive(%x: tensor<?x8xf32>) {
  // lm.rope C4
  // expected-error @+1 {{factor is 0.000000e+00, not positive}}
  %y = lm.rope %x heads 2 theta 1.0e+04 factor 0.0 low 1.0 high 4.0 context 64 : tensor<?x8xf32>
  return
}

// -----

func.func @low_must_be_less_than_high(%x: tensor<?x8xf32>) {
  // lm.rope C4
  // expected-error @+1 {{low is 4.000000e+00 and high 4.000000e+00, not positive and greater}}
  %y = lm.rope %x heads 2 theta 1.0e+04 factor 8.0 low 4.0 high 4.0 context 64 : tensor<?x8xf32>
  return
}

// -----

func.func @context_must_not_be_negative(%x: tensor<?x8xf32>) {
  // lm.rope C4
  // expected-error @+1 {{context is -1, less than 0}}
  %y = lm.rope %x heads 2 theta 1.0e+04 factor 8.0 low 1.0 high 4.0 context -1 : tensor<?x8xf32>
  return
}

// -----

func.func @normed_heads_must_divide(%x: tensor<?x8xf32>) {
  // lm.head_norm C1
  // expected-error @+1 {{'lm.head_norm' op heads 3 is not a positive divisor of 8 columns}}
  %y = lm.head_norm %x heads 3 epsilon 1.0e-05 : tensor<?x8xf32>
  return
}

// -----

func.func @epsilon_must_be_positive(%x: tensor<?x8xf32>) {
  // lm.head_norm C2
  // expected-error @+1 {{'lm.head_norm' op epsilon is 0.000000e+00, not positive}}
  %y = lm.head_norm %x heads 2 epsilon 0.0 : tensor<?x8xf32>
  return
}

// -----

// The gain of a whole row, as that of lm.rms_norm, is none for a head.
// expected-note @+1 {{@gain is declared here}}
lm.weight @gain : tensor<8xf32> from ["g"]
func.func @gain_columns(%x: tensor<?x8xf32>) {
  // lm.head_norm C3
  // expected-error @+1 {{'lm.head_norm' op a head has 4 columns but gain @gain has 8}}
  %y = lm.head_norm %x, @gain heads 2 epsilon 1.0e-05 : tensor<?x8xf32>
  return
}

// -----

func.func @groups_must_divide_heads(%q: tensor<?x12xf32>, %k: tensor<?x8xf32>) {
  // lm.attention C1
  // expected-error @+1 {{'lm.attention' op key_value_heads 2 is not a positive divisor of heads 3}}
  %y = lm.attention %q, %k, %k heads 3 key_value_heads 2
      : tensor<?x12xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x12xf32>
  return
}

// -----

func.func @groups_must_be_positive(%q: tensor<?x12xf32>, %k: tensor<?x8xf32>) {
  // lm.attention C1
  // expected-error @+1 {{key_value_heads 0 is not a positive divisor of heads 3}}
  %y = lm.attention %q, %k, %k heads 3 key_value_heads 0
      : tensor<?x12xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x12xf32>
  return
}

// -----

func.func @heads_must_divide_the_query(%q: tensor<?x10xf32>, %k: tensor<?x4xf32>) {
  // lm.attention C2
  // expected-error @+1 {{heads 3 does not divide the query's 10 columns}}
  %y = lm.attention %q, %k, %k heads 3 key_value_heads 1
      : tensor<?x10xf32>, tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x10xf32>
  return
}

// -----

func.func @key_columns(%q: tensor<?x12xf32>, %k: tensor<?x8xf32>, %v: tensor<?x4xf32>) {
  // lm.attention C3
  // expected-error @+1 {{key has 8 columns, not 4 (1 key_value_heads of size 4)}}
  %y = lm.attention %q, %k, %v heads 3 key_value_heads 1
      : tensor<?x12xf32>, tensor<?x8xf32>, tensor<?x4xf32> -> tensor<?x12xf32>
  return
}

// -----

func.func @value_columns(%q: tensor<?x12xf32>, %k: tensor<?x4xf32>, %v: tensor<?x8xf32>) {
  // lm.attention C3
  // expected-error @+1 {{value has 8 columns, not 4 (1 key_value_heads of size 4)}}
  %y = lm.attention %q, %k, %v heads 3 key_value_heads 1
      : tensor<?x12xf32>, tensor<?x4xf32>, tensor<?x8xf32> -> tensor<?x12xf32>
  return
}

// -----

func.func @output_type(%q: tensor<?x12xf32>, %k: tensor<?x4xf32>) {
  // lm.attention C4
  // expected-error @+1 {{output is 'tensor<?x4xf32>' but query is 'tensor<?x12xf32>'}}
  %y = lm.attention %q, %k, %k heads 3 key_value_heads 1
      : tensor<?x12xf32>, tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

func.func @factors_of_other_blocks(%x: tensor<?x8xf32>) {
  %y = lm.repeat [0] %x : tensor<?x8xf32> {
  ^bb0(%a: tensor<?x8xf32>):
    // lm.rope C7
    // expected-error @+1 {{has factors of 2 blocks, but 1 are visited}}
    %b = lm.rope %a heads 2 theta 1.0e+04 factor 8.0 low 1.0 high 4.0 context 0 factors [1.0, 8.0] : tensor<?x8xf32>
    lm.yield %b : tensor<?x8xf32>
  }
  return
}

// -----

func.func @factors_without_a_factor(%x: tensor<?x8xf32>) {
  %y = lm.repeat [0] %x : tensor<?x8xf32> {
  ^bb0(%a: tensor<?x8xf32>):
    // lm.rope C7
    // expected-error @+1 {{has factors of blocks, but its own is 1}}
    %b = lm.rope %a heads 2 theta 1.0e+04 factors [8.0] : tensor<?x8xf32>
    lm.yield %b : tensor<?x8xf32>
  }
  return
}
