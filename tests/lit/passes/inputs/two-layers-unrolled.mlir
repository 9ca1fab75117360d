// two-layers.mlir with its blocks written one after another: 2 blocks of 128, 4 query and 2 key-value heads of 32, 192 hidden, 96 tokens.
module attributes {lm.name = "two-layers", lm.source = "two-layers.gguf"} {
  lm.weight @embedding : tensor<96x128xf32> from ["token_embd.weight"]
  lm.weight @attention_norm.0 : tensor<128xf32> from ["blk.0.attn_norm.weight"]
  lm.weight @attention_norm.1 : tensor<128xf32> from ["blk.1.attn_norm.weight"]
  lm.weight @q.0 : tensor<128x128xf32> from ["blk.0.attn_q.weight"]
  lm.weight @q.1 : tensor<128x128xf32> from ["blk.1.attn_q.weight"]
  lm.weight @k.0 : tensor<64x128xf32> from ["blk.0.attn_k.weight"]
  lm.weight @k.1 : tensor<64x128xf32> from ["blk.1.attn_k.weight"]
  lm.weight @v.0 : tensor<64x128xf32> from ["blk.0.attn_v.weight"]
  lm.weight @v.1 : tensor<64x128xf32> from ["blk.1.attn_v.weight"]
  lm.weight @attention_out.0 : tensor<128x128xf32> from ["blk.0.attn_output.weight"]
  lm.weight @attention_out.1 : tensor<128x128xf32> from ["blk.1.attn_output.weight"]
  lm.weight @ffn_norm.0 : tensor<128xf32> from ["blk.0.ffn_norm.weight"]
  lm.weight @ffn_norm.1 : tensor<128xf32> from ["blk.1.ffn_norm.weight"]
  lm.weight @gate.0 : tensor<192x128xf32> from ["blk.0.ffn_gate.weight"]
  lm.weight @gate.1 : tensor<192x128xf32> from ["blk.1.ffn_gate.weight"]
  lm.weight @up.0 : tensor<192x128xf32> from ["blk.0.ffn_up.weight"]
  lm.weight @up.1 : tensor<192x128xf32> from ["blk.1.ffn_up.weight"]
  lm.weight @down.0 : tensor<128x192xf32> from ["blk.0.ffn_down.weight"]
  lm.weight @down.1 : tensor<128x192xf32> from ["blk.1.ffn_down.weight"]
  lm.weight @output_norm : tensor<128xf32> from ["output_norm.weight"]
  lm.weight @head : tensor<96x128xf32> from ["token_embd.weight"]
  func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
    %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x128xf32>
    %n0 = lm.rms_norm %x, @attention_norm.0 epsilon 1.0e-05 : tensor<?x128xf32>
    %q0 = lm.linear %n0, @q.0 : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %k0 = lm.linear %n0, @k.0 : (tensor<?x128xf32>) -> tensor<?x64xf32>
    %v0 = lm.linear %n0, @v.0 : (tensor<?x128xf32>) -> tensor<?x64xf32>
    %rq0 = lm.rope %q0 heads 4 theta 1.0e+05 scale 0.176776695 : tensor<?x128xf32>
    %rk0 = lm.rope %k0 heads 2 theta 1.0e+05 : tensor<?x64xf32>
    %a0 = lm.attention %rq0, %rk0, %v0 heads 4 key_value_heads 2
        : tensor<?x128xf32>, tensor<?x64xf32>, tensor<?x64xf32> -> tensor<?x128xf32>
    %o0 = lm.linear %a0, @attention_out.0 : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %h10 = lm.add %x, %o0 : tensor<?x128xf32>
    %m0 = lm.rms_norm %h10, @ffn_norm.0 epsilon 1.0e-05 : tensor<?x128xf32>
    %g0 = lm.linear %m0, @gate.0 : (tensor<?x128xf32>) -> tensor<?x192xf32>
    %s0 = lm.silu %g0 : tensor<?x192xf32>
    %u0 = lm.linear %m0, @up.0 : (tensor<?x128xf32>) -> tensor<?x192xf32>
    %p0 = lm.mul %s0, %u0 : tensor<?x192xf32>
    %d0 = lm.linear %p0, @down.0 : (tensor<?x192xf32>) -> tensor<?x128xf32>
    %h20 = lm.add %h10, %d0 : tensor<?x128xf32>
    %n1 = lm.rms_norm %h20, @attention_norm.1 epsilon 1.0e-05 : tensor<?x128xf32>
    %q1 = lm.linear %n1, @q.1 : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %k1 = lm.linear %n1, @k.1 : (tensor<?x128xf32>) -> tensor<?x64xf32>
    %v1 = lm.linear %n1, @v.1 : (tensor<?x128xf32>) -> tensor<?x64xf32>
    %rq1 = lm.rope %q1 heads 4 theta 1.0e+05 scale 0.176776695 : tensor<?x128xf32>
    %rk1 = lm.rope %k1 heads 2 theta 1.0e+05 : tensor<?x64xf32>
    %a1 = lm.attention %rq1, %rk1, %v1 heads 4 key_value_heads 2
        : tensor<?x128xf32>, tensor<?x64xf32>, tensor<?x64xf32> -> tensor<?x128xf32>
    %o1 = lm.linear %a1, @attention_out.1 : (tensor<?x128xf32>) -> tensor<?x128xf32>
    %h11 = lm.add %h20, %o1 : tensor<?x128xf32>
    %m1 = lm.rms_norm %h11, @ffn_norm.1 epsilon 1.0e-05 : tensor<?x128xf32>
    %g1 = lm.linear %m1, @gate.1 : (tensor<?x128xf32>) -> tensor<?x192xf32>
    %s1 = lm.silu %g1 : tensor<?x192xf32>
    %u1 = lm.linear %m1, @up.1 : (tensor<?x128xf32>) -> tensor<?x192xf32>
    %p1 = lm.mul %s1, %u1 : tensor<?x192xf32>
    %d1 = lm.linear %p1, @down.1 : (tensor<?x192xf32>) -> tensor<?x128xf32>
    %h21 = lm.add %h11, %d1 : tensor<?x128xf32>
    %f = lm.rms_norm %h21, @output_norm epsilon 1.0e-05 : tensor<?x128xf32>
    %logits = lm.linear %f, @head : (tensor<?x128xf32>) -> tensor<?x96xf32>
    return %logits : tensor<?x96xf32>
  }
}
