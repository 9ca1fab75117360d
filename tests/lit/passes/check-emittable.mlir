// RUN: weebill-opt %s --split-input-file --verify-diagnostics --lm-plan-phases --lm-assign-buffers --lm-check-emittable
// RUN: not weebill-opt %S/inputs/two-layers.mlir --lm-pipeline="skip=lm-place-cache" 2>&1 | FileCheck %s --check-prefix=CACHE
// RUN: not weebill-opt %S/inputs/two-layers.mlir --lm-pipeline="skip=lm-plan-phases" 2>&1 | FileCheck %s --check-prefix=PHASES
// RUN: not weebill-opt %S/inputs/two-layers.mlir --lm-pipeline="skip=lm-assign-buffers" 2>&1 | FileCheck %s --check-prefix=BUFFERS

// One case for each reason.

// CACHE:   error: 'lm.attention' op has no kernel: lm-place-cache has to make its cache explicit
// PHASES:  error: 'lm.embed' op has no phase: lm-plan-phases has not run
// BUFFERS: error: 'lm.embed' op has no buffers: lm-assign-buffers has not run

// A small model that passes.
lm.weight @embedding : tensor<96x64xf32> from ["e"]
lm.weight @q : tensor<64x64xf32> per_block from ["q"]
lm.cache @cache : f16 visits 1 key_value_heads 2 head_size 32 positions 64
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    %q = lm.linear %h, @q : (tensor<?x64xf32>) -> tensor<?x64xf32>
    lm.cache_append %q, %q, @cache : tensor<?x64xf32>, tensor<?x64xf32>
    %a = lm.cached_attention %q, @cache heads 2 : tensor<?x64xf32> -> tensor<?x64xf32>
    %h1 = lm.linear_residual %a, @q, %h : (tensor<?x64xf32>, tensor<?x64xf32>) -> tensor<?x64xf32>
    lm.yield %h1 : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

// expected-error @below {{'builtin.module' op holds no function}}
module {
}

// -----

func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32>  {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x96xf32>
  return %x : tensor<?x96xf32>
}
// expected-error @+1 {{'func.func' op is a second function: a model is one}}
func.func @another(%tokens: tensor<?xi32>) -> tensor<?x96xf32>  {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x96xf32>
  return %x : tensor<?x96xf32>
}
lm.weight @embedding : tensor<96x96xf32> from ["e"]

// -----

// expected-error @+1 {{'func.func' op does not take token ids to one row of logits each}}
func.func @forward(%x: tensor<?x96xf32>) -> tensor<?x96xf32>  {
  return %x : tensor<?x96xf32>
}

// -----

// expected-error @+1 {{'func.func' op has no lm.repeat: the blocks of a model are one region}}
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32>  {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x96xf32>
  return %x : tensor<?x96xf32>
}
lm.weight @embedding : tensor<96x96xf32> from ["e"]

// -----

lm.weight @embedding : tensor<96x96xf32> from ["e"]
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32>  {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x96xf32>
  %y = lm.repeat [0] %x : tensor<?x96xf32> {
  ^bb0(%h: tensor<?x96xf32>):
    lm.yield %h : tensor<?x96xf32>
  }
  // expected-error @+1 {{'lm.repeat' op is a second loop over blocks: a model has one}}
  %z = lm.repeat [0] %y : tensor<?x96xf32> {
  ^bb0(%h: tensor<?x96xf32>):
    lm.yield %h : tensor<?x96xf32>
  }
  return %z : tensor<?x96xf32>
}

// -----

// A declaration is one too.
lm.weight @embedding : tensor<96x64xf32> from ["e"]
func.func private @elsewhere(tensor<?x64xf32>) -> tensor<?x64xf32>
// expected-error @+1 {{'func.func' op is a second function: a model is one}}
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    lm.yield %h : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

// An op of another dialect.
lm.weight @embedding : tensor<96x64xf32> from ["e"]
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    // expected-error @+1 {{'builtin.unrealized_conversion_cast' op has no kernel}}
    %z = builtin.unrealized_conversion_cast %h : tensor<?x64xf32> to tensor<?x64xf32>
    lm.yield %z : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x40xf32> from ["e"]
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  // expected-error @+1 {{'lm.embed' op has no kernel for 40 columns: not a multiple of 16}}
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x40xf32>
  %y = lm.repeat [0] %x : tensor<?x40xf32> {
  ^bb0(%h: tensor<?x40xf32>):
    lm.yield %h : tensor<?x40xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x40xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x48xf32> from ["e"]
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x48xf32>
  // expected-error @+1 {{'lm.hadamard' op has no kernel for groups of 8 columns: not a multiple of 16}}
  %m = lm.hadamard %x in 8 : tensor<?x48xf32>
  %y = lm.repeat [0] %m : tensor<?x48xf32> {
  ^bb0(%h: tensor<?x48xf32>):
    lm.yield %h : tensor<?x48xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x48xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x66016xf32> as int8 from ["e"]
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x66016xf32>
  %y = lm.repeat [0] %x : tensor<?x66016xf32> {
  ^bb0(%h: tensor<?x66016xf32>):
    lm.yield %h : tensor<?x66016xf32>
  }
  %c = lm.quantize %y : tensor<?x66016xf32> -> !lm.quantized<66016>
  // expected-error @+1 {{'lm.linear' op has no kernel for 66016 columns of codes: sums of more than 66000 may overflow}}
  %logits = lm.linear %c, @embedding : (!lm.quantized<66016>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<100x64xf32> from ["e"]
lm.weight @head : tensor<96x64xf32> from ["h"]
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  // expected-error @+1 {{'lm.embed' op knows 100 tokens, but there are 96 logits}}
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    lm.yield %h : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @head : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x64xf32> from ["e"]
// expected-note @+1 {{the other is here}}
lm.weight @a : tensor<64xf32> per_block from ["a"]
// expected-error @+1 {{'lm.weight' op has 2 blocks, but @a has 1}}
lm.weight @b : tensor<64xf32> per_block from ["b", "c"]
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    lm.yield %h : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x48xf32> from ["e"]
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x48xf32>
  %y = lm.repeat [0] %x : tensor<?x48xf32> {
  ^bb0(%h: tensor<?x48xf32>):
    // expected-error @+1 {{'lm.head_norm' op has no kernel for heads of 24 columns: not a multiple of 16}}
    %z = lm.head_norm %h heads 2 epsilon 1.0e-05 : tensor<?x48xf32>
    lm.yield %z : tensor<?x48xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x48xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}

// -----

lm.weight @embedding : tensor<96x64xf32> from ["e"]
lm.weight @gate : tensor<64x64xf32> per_block from ["gate"]
lm.weight @up : tensor<64x64xf32> as f16 per_block from ["up"]
func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x64xf32>
  %y = lm.repeat [0] %x : tensor<?x64xf32> {
  ^bb0(%h: tensor<?x64xf32>):
    // expected-error @+1 {{'lm.swiglu' op has no kernel for @gate as f32 and @up as f16 at once}}
    %g = lm.swiglu %h, @gate, @up : (tensor<?x64xf32>) -> tensor<?x64xf32>
    %h1 = lm.add %h, %g : tensor<?x64xf32>
    lm.yield %h1 : tensor<?x64xf32>
  }
  %logits = lm.linear %y, @embedding : (tensor<?x64xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}
