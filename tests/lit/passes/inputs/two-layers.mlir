// A small model of the standard kind: 2 blocks of 128, 4 query and 2 key-value heads of 32, 192 hidden, 96 tokens.
module attributes {lm.name = "two-layers", lm.source = "two-layers.gguf"} {
  lm.weight @embedding : tensor<96x128xf32> from ["token_embd.weight"]
  lm.weight @attention_norm : tensor<128xf32> per_block from ["blk.0.attn_norm.weight", "blk.1.attn_norm.weight"]
  lm.weight @q : tensor<128x128xf32> per_block from ["blk.0.attn_q.weight", "blk.1.attn_q.weight"]
  lm.weight @k : tensor<64x128xf32> per_block from ["blk.0.attn_k.weight", "blk.1.attn_k.weight"]
  lm.weight @v : tensor<64x128xf32> per_block from ["blk.0.attn_v.weight", "blk.1.attn_v.weight"]
  lm.weight @attention_out : tensor<128x128xf32> per_block from ["blk.0.attn_output.weight", "blk.1.attn_output.weight"]
  lm.weight @ffn_norm : tensor<128xf32> per_block from ["blk.0.ffn_norm.weight", "blk.1.ffn_norm.weight"]
  lm.weight @gate : tensor<192x128xf32> per_block from ["blk.0.ffn_gate.weight", "blk.1.ffn_gate.weight"]
  lm.weight @up : tensor<192x128xf32> per_block from ["blk.0.ffn_up.weight", "blk.1.ffn_up.weight"]
  lm.weight @down : tensor<128x192xf32> per_block from ["blk.0.ffn_down.weight", "blk.1.ffn_down.weight"]
  lm.weight @output_norm : tensor<128xf32> from ["output_norm.weight"]
  lm.weight @head : tensor<96x128xf32> from ["token_embd.weight"]
  func.func @forward(%tokens: tensor<?xi32>) -> tensor<?x96xf32> {
    %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x128xf32>
    %y = lm.repeat [0, 1] %x : tensor<?x128xf32> {
    ^bb0(%h: tensor<?x128xf32>):
      %n = lm.rms_norm %h, @attention_norm epsilon 1.0e-05 : tensor<?x128xf32>
      %q = lm.linear %n, @q : (tensor<?x128xf32>) -> tensor<?x128xf32>
      %k = lm.linear %n, @k : (tensor<?x128xf32>) -> tensor<?x64xf32>
      %v = lm.linear %n, @v : (tensor<?x128xf32>) -> tensor<?x64xf32>
      %rq = lm.rope %q heads 4 theta 1.0e+05 scale 0.176776695 : tensor<?x128xf32>
      %rk = lm.rope %k heads 2 theta 1.0e+05 : tensor<?x64xf32>
      %a = lm.attention %rq, %rk, %v heads 4 key_value_heads 2
          : tensor<?x128xf32>, tensor<?x64xf32>, tensor<?x64xf32> -> tensor<?x128xf32>
      %o = lm.linear %a, @attention_out : (tensor<?x128xf32>) -> tensor<?x128xf32>
      %h1 = lm.add %h, %o : tensor<?x128xf32>
      %m = lm.rms_norm %h1, @ffn_norm epsilon 1.0e-05 : tensor<?x128xf32>
      %g = lm.linear %m, @gate : (tensor<?x128xf32>) -> tensor<?x192xf32>
      %s = lm.silu %g : tensor<?x192xf32>
      %u = lm.linear %m, @up : (tensor<?x128xf32>) -> tensor<?x192xf32>
      %p = lm.mul %s, %u : tensor<?x192xf32>
      %d = lm.linear %p, @down : (tensor<?x192xf32>) -> tensor<?x128xf32>
      %h2 = lm.add %h1, %d : tensor<?x128xf32>
      lm.yield %h2 : tensor<?x128xf32>
    }
    %f = lm.rms_norm %y, @output_norm epsilon 1.0e-05 : tensor<?x128xf32>
    %logits = lm.linear %f, @head : (tensor<?x128xf32>) -> tensor<?x96xf32>
    return %logits : tensor<?x96xf32>
  }
}
