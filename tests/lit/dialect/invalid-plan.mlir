// RUN: weebill-opt %s --split-input-file --verify-diagnostics --allow-unregistered-dialect

// What passes write on ops: one error for each constraint of each attribute.

// #lm.place C1
// expected-error @+1 {{phase is -1, which is negative}}
"test.op"() {a = #lm.place<phase = -1, name = "p", share = every>} : () -> ()

// -----

// #lm.place C2
// expected-error @+1 {{name of the phase is '2nd', not an identifier}}
"test.op"() {a = #lm.place<phase = 0, name = "2nd", share = every>} : () -> ()

// -----

// #lm.place C2
// expected-error @+1 {{name of the phase is '', not an identifier}}
"test.op"() {a = #lm.place<phase = 0, name = "", share = every>} : () -> ()

// -----

// #lm.place C3
// expected-error @+1 {{share is columns, but there are 0 units of 0 columns}}
"test.op"() {a = #lm.place<phase = 0, name = "p", share = columns>} : () -> ()

// -----

// #lm.place C3
// expected-error @+1 {{share is heads, but there are 4 units of -8 columns}}
"test.op"() {a = #lm.place<phase = 0, name = "p", share = heads, units = 4, unit_columns = -8>} : () -> ()

// -----

// #lm.place C3
// expected-error @+1 {{share is tokens, which has no units}}
"test.op"() {a = #lm.place<phase = 0, name = "p", share = tokens, units = 4, unit_columns = 16>} : () -> ()

// -----

// #lm.place C4
// expected-error @+1 {{first_unit is 4, but there are 4 units}}
"test.op"() {a = #lm.place<phase = 0, name = "p", share = columns, units = 4, unit_columns = 16, first_unit = 4>} : () -> ()

// -----

// #lm.place C4
// expected-error @+1 {{first_unit is -1, but there are 4 units}}
"test.op"() {a = #lm.place<phase = 0, name = "p", share = columns, units = 4, unit_columns = 16, first_unit = -1>} : () -> ()

// -----

// A share is one of four words.
// expected-error @+2 {{expected one of [columns, heads, tokens, every]}}
// expected-error @+1 {{failed to parse Lm_PlaceAttr parameter 'share'}}
"test.op"() {a = #lm.place<phase = 0, name = "p", share = rows>} : () -> ()

// -----

// A piece that is missing.
// expected-error @+1 {{struct is missing required parameter: share}}
"test.op"() {a = #lm.place<phase = 0, name = "p">} : () -> ()

// -----

// #lm.step C1
// expected-error @+1 {{role is 'a b', not an identifier}}
"test.op"() {a = #lm.step<role = "a b", decode = <phase = 0, name = "p", share = every>, prefill = <phase = 0, name = "p", share = tokens>>} : () -> ()

// -----

// #lm.step C2
// expected-error @+1 {{decode deals out #lm.place<phase = 0, name = "p", share = columns, units = 4, unit_columns = 16> but prefill #lm.place<phase = 0, name = "p", share = columns, units = 8, unit_columns = 16>}}
"test.op"() {a = #lm.step<role = "r", decode = <phase = 0, name = "p", share = columns, units = 4, unit_columns = 16>, prefill = <phase = 0, name = "p", share = columns, units = 8, unit_columns = 16>>} : () -> ()

// -----

// #lm.buffer C1
// expected-error @+1 {{name of the buffer is 'x-y', not an identifier}}
"test.op"() {a = #lm.buffer<name = "x-y", element = f32, columns = 64, offset = 0>} : () -> ()

// -----

// #lm.buffer C2
// expected-error @+1 {{buffer x is of f16, not of f32, i8 or u8}}
"test.op"() {a = #lm.buffer<name = "x", element = f16, columns = 64, offset = 0>} : () -> ()

// -----

// #lm.buffer C3
// expected-error @+1 {{buffer x has 96 columns, not a positive multiple of 64}}
"test.op"() {a = #lm.buffer<name = "x", element = f32, columns = 96, offset = 0>} : () -> ()

// -----

// #lm.buffer C3
// expected-error @+1 {{buffer x has 0 columns, not a positive multiple of 64}}
"test.op"() {a = #lm.buffer<name = "x", element = f32, columns = 0, offset = 0>} : () -> ()

// -----

// #lm.buffer C4
// expected-error @+1 {{buffer x lies at 32, not at a multiple of 64}}
"test.op"() {a = #lm.buffer<name = "x", element = f32, columns = 64, offset = 32>} : () -> ()

// -----

// #lm.buffer C4
// expected-error @+1 {{buffer x lies at -64, not at a multiple of 64}}
"test.op"() {a = #lm.buffer<name = "x", element = f32, columns = 64, offset = -64>} : () -> ()

// -----

// #lm.arena C1
// expected-error @+1 {{chunk is 4097, not between 1 and 4096}}
"test.op"() {a = #lm.arena<chunk = 4097, bytes = 0>} : () -> ()

// -----

// #lm.arena C2
// expected-error @+1 {{two buffers are named x}}
"test.op"() {a = #lm.arena<chunk = 1, bytes = 256, buffers = [<name = "x", element = f32, columns = 64, offset = 0>, <name = "x", element = f32, columns = 64, offset = 0>]>} : () -> ()

// -----

// #lm.arena C3
// 2 tokens of 64 codes in groups of 32, with 12 bytes more for each group, are 176 bytes.
// expected-error @+1 {{buffer g does not end within the arena's 175 bytes}}
"test.op"() {a = #lm.arena<chunk = 2, bytes = 175, buffers = [<name = "g", element = i8, columns = 64, offset = 0>]>} : () -> ()

// -----

// #lm.arena C3
// 2 tokens of 64 codes, with 8 bytes more each, are 144 bytes.
// expected-error @+1 {{buffer c does not end within the arena's 143 bytes}}
"test.op"() {a = #lm.arena<chunk = 2, bytes = 143, buffers = [<name = "c", element = u8, columns = 64, offset = 0>]>} : () -> ()

// -----

// #lm.arena C3
// expected-error @+1 {{buffer x does not end within the arena's 64 bytes}}
"test.op"() {a = #lm.arena<chunk = 64, bytes = 64, buffers = [<name = "x", element = f32, columns = 4611686018427387904, offset = 0>]>} : () -> ()

// -----

// #lm.view C1
// expected-error @+1 {{view of x has 16 columns from column -1}}
"test.op"() {a = #lm.view<"x", -1, 16>} : () -> ()

// -----

// #lm.view C1
// expected-error @+1 {{view of x has 0 columns from column 0}}
"test.op"() {a = #lm.view<"x", 0, 0>} : () -> ()

// -----

module attributes {lm.arena = #lm.arena<chunk = 1, bytes = 256, buffers = [<name = "x", element = f32, columns = 64, offset = 0>]>} {
  func.func @f(%x: tensor<?x64xf32>) {
    // #lm.views C1
    // expected-error @+1 {{'lm.silu' op reads 1 operands of rows or codes, but has views of 0}}
    %y = lm.silu %x {lm.views = #lm.views<out = <"x", 0, 64>>} : tensor<?x64xf32>
    return
  }
}

// -----

module attributes {lm.arena = #lm.arena<chunk = 1, bytes = 256, buffers = [<name = "x", element = f32, columns = 64, offset = 0>]>} {
  func.func @f(%x: tensor<?x64xf32>) {
    // #lm.views C1
    // expected-error @+1 {{'lm.silu' op reads 64 columns, but its view has 32}}
    %y = lm.silu %x {lm.views = #lm.views<in = [<"x", 0, 32>], out = <"x", 0, 64>>} : tensor<?x64xf32>
    return
  }
}

// -----

module attributes {lm.arena = #lm.arena<chunk = 1, bytes = 256, buffers = [<name = "x", element = f32, columns = 64, offset = 0>]>} {
  func.func @f(%x: tensor<?x64xf32>) {
    // #lm.views C2
    // expected-error @+1 {{'lm.silu' op writes 64 columns, but its view has 0}}
    %y = lm.silu %x {lm.views = #lm.views<in = [<"x", 0, 64>]>} : tensor<?x64xf32>
    return
  }
}

// -----

module attributes {lm.arena = #lm.arena<chunk = 1, bytes = 256, buffers = [<name = "x", element = f32, columns = 64, offset = 0>]>} {
  func.func @f(%x: tensor<?x64xf32>) {
    // #lm.views C3
    // expected-error @+1 {{'lm.silu' op has a view of y, which is no buffer of the lm.arena}}
    %y = lm.silu %x {lm.views = #lm.views<in = [<"x", 0, 64>], out = <"y", 0, 64>>} : tensor<?x64xf32>
    return
  }
}

// -----

module attributes {lm.arena = #lm.arena<chunk = 1, bytes = 256, buffers = [<name = "x", element = f32, columns = 64, offset = 0>]>} {
  func.func @f(%x: tensor<?x64xf32>) {
    // #lm.views C3
    // expected-error @+1 {{'lm.silu' op has a view of 64 columns from column 9223372036854775807 of x, which has 64}}
    %y = lm.silu %x {lm.views = #lm.views<in = [<"x", 9223372036854775807, 64>], out = <"x", 0, 64>>} : tensor<?x64xf32>
    return
  }
}

// -----

func.func @f(%x: tensor<?x64xf32>) {
  // #lm.views C3
  // expected-error @+1 {{'lm.silu' op has views but its module no lm.arena}}
  %y = lm.silu %x {lm.views = #lm.views<in = [<"x", 0, 64>], out = <"x", 0, 64>>} : tensor<?x64xf32>
  return
}

// -----

// What no pass writes.

func.func @f(%x: tensor<?x64xf32>) {
  // expected-error @+1 {{'lm.silu' op has "lm.phase", which is no attribute of the lm dialect}}
  %y = lm.silu %x {lm.phase = 0} : tensor<?x64xf32>
  return
}

// -----

func.func @f(%x: tensor<?x64xf32>) {
  // expected-error @+1 {{'lm.silu' op has lm.step = {phase = 0 : i64}, not #lm.step}}
  %y = lm.silu %x {lm.step = {phase = 0}} : tensor<?x64xf32>
  return
}

// -----

func.func @f(%x: tensor<?x64xf32>) {
  // expected-error @+1 {{'lm.silu' op has lm.source, which belongs to the module}}
  %y = lm.silu %x {lm.source = "a.gguf"} : tensor<?x64xf32>
  return
}

// -----

// expected-error @+1 {{'builtin.module' op has lm.not_fused, which belongs to an op}}
module attributes {lm.not_fused = "because"} {
}
