// A block with a bias behind every projection of attention and with norms of heads on both sides of RoPE.
module attributes {lm.name = "biased", lm.source = "biased.gguf"} {
  lm.weight @embedding : tensor<96x128xf32> from ["token_embd.weight"]
  lm.weight @gain : tensor<128xf32> per_block from ["gain"]
  lm.weight @q : tensor<128x128xf32> per_block from ["q"]
  lm.weight @k : tensor<64x128xf32> per_block from ["k"]
  lm.weight @v : tensor<64x128xf32> per_block from ["v"]
  lm.weight @q_bias : tensor<128xf32> per_block from ["q_bias"]
  lm.weight @k_bias : tensor<64xf32> per_block from ["k_bias"]
  lm.weight @v_bias : tensor<64xf32> per_block from ["v_bias"]
  lm.weight @k_norm : tensor<32xf32> per_block from ["k_norm"]
  lm.weight @out : tensor<128x128xf32> per_block from ["out"]
  lm.weight @out_bias : tensor<128xf32> per_block from ["out_bias"]
  lm.weight @output_norm : tensor<128xf32> from ["output_norm.weight"]
  func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
    %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x128xf32>
    %y = lm.repeat [0] %x : tensor<?x128xf32> {
    ^bb0(%h: tensor<?x128xf32>):
      %n = lm.rms_norm %h, @gain epsilon 1.0e-05 : tensor<?x128xf32>
      %q = lm.linear %n, @q : (tensor<?x128xf32>) -> tensor<?x128xf32>
      %k = lm.linear %n, @k : (tensor<?x128xf32>) -> tensor<?x64xf32>
      %v = lm.linear %n, @v : (tensor<?x128xf32>) -> tensor<?x64xf32>
      %qb = lm.add_bias %q, @q_bias : tensor<?x128xf32>
      %kb = lm.add_bias %k, @k_bias : tensor<?x64xf32>
      %vb = lm.add_bias %v, @v_bias : tensor<?x64xf32>
      %kn = lm.head_norm %kb, @k_norm heads 2 epsilon 1.0e-06 : tensor<?x64xf32>
      %qr = lm.rope %qb heads 4 theta 5.0e+05 factor 32.0 low 1.0 high 4.0 context 8192 : tensor<?x128xf32>
      %kr = lm.rope %kn heads 2 theta 5.0e+05 factor 32.0 low 1.0 high 4.0 context 8192 : tensor<?x64xf32>
      %qn = lm.head_norm %qr heads 4 epsilon 1.0e-06 scale 0.125 : tensor<?x128xf32>
      %a = lm.attention %qn, %kr, %vb heads 4 key_value_heads 2
          : tensor<?x128xf32>, tensor<?x64xf32>, tensor<?x64xf32> -> tensor<?x128xf32>
      %o = lm.linear %a, @out : (tensor<?x128xf32>) -> tensor<?x128xf32>
      %ob = lm.add_bias %o, @out_bias : tensor<?x128xf32>
      %h1 = lm.add %h, %ob : tensor<?x128xf32>
      lm.yield %h1 : tensor<?x128xf32>
    }
    %z = lm.rms_norm %y, @output_norm epsilon 1.0e-05 : tensor<?x128xf32>
    %logits = lm.linear %z, @embedding : (tensor<?x128xf32>) -> tensor<?x96xf32>
    return %logits : tensor<?x96xf32>
  }
}
