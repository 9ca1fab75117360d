// RUN: weebill-opt %s --split-input-file --lm-place-cache="context=100" --verify-diagnostics | FileCheck %s
// RUN: weebill-opt %s --split-input-file --lm-place-cache="cache=f32" --verify-diagnostics | FileCheck %s --check-prefix=F32
// RUN: weebill-opt %s --split-input-file --lm-place-cache --verify-diagnostics=only-expected \
// RUN:   --remarks-filter=memory --remark-format=emitRemark | FileCheck %s --check-prefix=F16
// RUN: weebill-opt %s --split-input-file --lm-place-cache="cache=int8" --verify-diagnostics | FileCheck %s --check-prefix=INT8
// RUN: not weebill-opt %s --split-input-file --lm-place-cache="cache=int4" 2>&1 | FileCheck %s --check-prefix=ELEMENT
// RUN: not weebill-opt %s --split-input-file --lm-place-cache="context=0" 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not weebill-opt %s --split-input-file --lm-place-cache="context=16777217" 2>&1 | FileCheck %s --check-prefix=MANY

// ELEMENT: for the --cache option: 'int4' is not one of f16, int8, f32
// NONE:    error: lm-place-cache: context is 0, not between 1 and 16777216
// MANY:    error: lm-place-cache: context is 16777217, not between 1 and 16777216

// A cache for each of the four visits of two shared blocks, positions rounded up to 64. The symbol gets a free name.

// CHECK:       lm.weight @cache
// CHECK-NEXT:  lm.weight @small
// CHECK-NEXT:  lm.cache @[[CACHE:.*]] : f16 visits 4 key_value_heads 1 head_size 4 positions 128 context 100
// F32:         lm.cache @[[CACHE:.*]] : f32 visits 4 key_value_heads 1 head_size 4 positions 2048 context 2048
// INT8:        lm.cache @[[CACHE:.*]] : int8 visits 4 key_value_heads 1 head_size 4 positions 2048 context 2048
// F16:         lm.cache @[[CACHE:.*]] : f16 visits 4 key_value_heads 1 head_size 4 positions 2048 context 2048
// CHECK:       lm.repeat
// CHECK:       lm.cache_append %[[K:.*]], %[[V:.*]], @[[CACHE]] : tensor<?x4xf32>, tensor<?x4xf32>
// CHECK-NEXT:  lm.cached_attention %[[Q:.*]], @[[CACHE]] heads 2 : tensor<?x8xf32> -> tensor<?x8xf32>
// CHECK-NOT:   lm.attention
lm.weight @cache : tensor<16x8xf32> per_block from ["a", "b"]
lm.weight @small : tensor<4x8xf32> per_block from ["c", "d"]
func.func @shared_blocks(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = lm.repeat [0, 0, 1, 1] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    %k = lm.linear %h, @small : (tensor<?x8xf32>) -> tensor<?x4xf32>
    %a = lm.attention %h, %k, %k heads 2 key_value_heads 1
        : tensor<?x8xf32>, tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x8xf32>
    lm.yield %a : tensor<?x8xf32>
  }
  return %y : tensor<?x8xf32>
}

// -----

// One cache is kept for each visit.

func.func @two_attentions(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = lm.repeat [0] %x : tensor<?x8xf32> {
  ^bb0(%h: tensor<?x8xf32>):
    // expected-note @+1 {{the first is here}}
    %a = lm.attention %h, %h, %h heads 2 key_value_heads 2
        : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
    // expected-error @+1 {{'lm.attention' op is the second attention: one cache is kept for each visit}}
    %b = lm.attention %a, %a, %a heads 2 key_value_heads 2
        : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
    lm.yield %b : tensor<?x8xf32>
  }
  return %y : tensor<?x8xf32>
}

// -----

// Nothing to place.

// CHECK-LABEL: func.func @no_attention
// CHECK-NOT:     lm.cache
func.func @no_attention(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  return %x : tensor<?x8xf32>
}
