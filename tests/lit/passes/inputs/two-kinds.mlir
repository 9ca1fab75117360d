// Blocks 0 and 2 convolve over three tokens between two gates, block 1 attends: the shape of LFM2.
lm.weight @embedding : tensor<96x128xf32> from ["e"]
lm.weight @output_norm : tensor<128xf32> from ["n"]
lm.weight @attention_norm : tensor<128xf32> per_block from ["n0", "n1", "n2"]
lm.weight @q : tensor<128x128xf32> per_block from ["", "q1", ""]
lm.weight @k : tensor<64x128xf32> per_block from ["", "k1", ""]
lm.weight @v : tensor<64x128xf32> per_block from ["", "v1", ""]
lm.weight @attention_out : tensor<128x128xf32> per_block from ["", "o1", ""]
lm.weight @conv_in : tensor<384x128xf32> per_block from ["i0", "", "i2"]
lm.weight @conv_taps : tensor<384xf32> per_block from ["t0", "", "t2"]
lm.weight @conv_out : tensor<128x128xf32> per_block from ["c0", "", "c2"]
lm.weight @ffn_norm : tensor<128xf32> per_block from ["f0", "f1", "f2"]
lm.weight @gate : tensor<192x128xf32> per_block from ["g0", "g1", "g2"]
lm.weight @up : tensor<192x128xf32> per_block from ["u0", "u1", "u2"]
lm.weight @down : tensor<128x192xf32> per_block from ["d0", "d1", "d2"]

func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
  %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x128xf32>
  %y = lm.repeat [0, 1, 2] %x : tensor<?x128xf32> {
  ^bb0(%h: tensor<?x128xf32>):
    %mixed = lm.either [1, 0, 1] %h : tensor<?x128xf32> {
    ^bb0(%a: tensor<?x128xf32>):
      %n = lm.rms_norm %a, @attention_norm epsilon 1.0e-05 : tensor<?x128xf32>
      %q0 = lm.linear %n, @q : (tensor<?x128xf32>) -> tensor<?x128xf32>
      %k0 = lm.linear %n, @k : (tensor<?x128xf32>) -> tensor<?x64xf32>
      %v = lm.linear %n, @v : (tensor<?x128xf32>) -> tensor<?x64xf32>
      %q = lm.rope %q0 heads 4 theta 1.0e+04 scale 0.176776692 : tensor<?x128xf32>
      %k = lm.rope %k0 heads 2 theta 1.0e+04 : tensor<?x64xf32>
      %attended = lm.attention %q, %k, %v heads 4 key_value_heads 2
          : tensor<?x128xf32>, tensor<?x64xf32>, tensor<?x64xf32> -> tensor<?x128xf32>
      %o = lm.linear %attended, @attention_out : (tensor<?x128xf32>) -> tensor<?x128xf32>
      %r = lm.add %a, %o : tensor<?x128xf32>
      lm.yield %r : tensor<?x128xf32>
    }, {
    ^bb0(%c: tensor<?x128xf32>):
      %n = lm.rms_norm %c, @attention_norm epsilon 1.0e-05 : tensor<?x128xf32>
      %p = lm.linear %n, @conv_in : (tensor<?x128xf32>) -> tensor<?x384xf32>
      %g = lm.gated_convolution %p, @conv_taps width 3 : (tensor<?x384xf32>) -> tensor<?x128xf32>
      %o = lm.linear %g, @conv_out : (tensor<?x128xf32>) -> tensor<?x128xf32>
      %r = lm.add %c, %o : tensor<?x128xf32>
      lm.yield %r : tensor<?x128xf32>
    }
    %m = lm.rms_norm %mixed, @ffn_norm epsilon 1.0e-05 : tensor<?x128xf32>
    %g = lm.linear %m, @gate : (tensor<?x128xf32>) -> tensor<?x192xf32>
    %s = lm.silu %g : tensor<?x192xf32>
    %u = lm.linear %m, @up : (tensor<?x128xf32>) -> tensor<?x192xf32>
    %w = lm.mul %s, %u : tensor<?x192xf32>
    %d = lm.linear %w, @down : (tensor<?x192xf32>) -> tensor<?x128xf32>
    %z = lm.add %mixed, %d : tensor<?x128xf32>
    lm.yield %z : tensor<?x128xf32>
  }
  %f = lm.rms_norm %y, @output_norm epsilon 1.0e-05 : tensor<?x128xf32>
  %logits = lm.linear %f, @embedding : (tensor<?x128xf32>) -> tensor<?x96xf32>
  return %logits : tensor<?x96xf32>
}
