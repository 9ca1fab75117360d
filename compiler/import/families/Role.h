//===- Role.h - What a tensor is for ------------------------------*- C++ -*-===//
//
// Set once, by the list of a family's tensors; asked by whoever treats tensors differently: rotation, random weights,
// the order of rows, the front end. A switch over roles has no default, so that a new role compiles only where every
// one of them has an answer. Tested by tests/unit/compiler/import/FamiliesTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_FAMILIES_ROLE_H
#define WEEBILL_COMPILER_IMPORT_FAMILIES_ROLE_H

namespace weebill::families {

enum class Role {
  Embedding,
  // Of a block.
  AttentionNorm,
  Query,
  Key,
  Value,
  QueryBias,
  KeyBias,
  ValueBias,
  QueryNorm,
  KeyNorm,
  AttentionOut,
  AttentionOutBias,
  AttentionOutNorm,
  ConvolutionIn, // to the gate before, the gate behind and what is convolved, side by side
  ConvolutionTaps,
  ConvolutionOut,
  FeedForwardNorm,
  Gate,
  GateBias,
  Up,
  UpBias,
  Down,
  DownBias,
  FeedForwardOutNorm,
  // After the blocks.
  OutputNorm,
  HeadRotation, // in no file: what rotation puts before a head that is the embedding
  Head,
  HeadBias,
};

enum class Content { Matrix, Gain, Bias, Taps };

/// What kind of numbers a tensor of the role holds.
Content contentOf(Role role);

} // namespace weebill::families

#endif // WEEBILL_COMPILER_IMPORT_FAMILIES_ROLE_H
