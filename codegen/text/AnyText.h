//===- AnyText.h - Every change of a text at once ----------------*- C++ -*-===//
//
// Emitted programs name the changes of their tokenizer as one type (codegen/emit/EmitTokenizer.cpp). The compiler and
// tests put the same changes together at run time. Tested by tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "codegen/weights/TokenizerKind.h"

#include "runtime/text_as_it_is.h"
#include "runtime/text_by_characters.h"
#include "runtime/text_clusters.h"
#include "runtime/text_fewer_spaces.h"
#include "runtime/text_in_turn.h"
#include "runtime/text_mapped.h"
#include "runtime/text_normal_form.h"
#include "runtime/text_replaced.h"
#include "runtime/text_spaces.h"
#include "runtime/text_stripped.h"

#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

/// The kind whose changes the next AnyText is made of.
struct AnyTextKind {
  static inline thread_local weebill::weights::TokenizerKind chosen;
};

/// Of the chosen kind's changes the one that is number kNumber, as emitted programs have a type for it.
template <size_t kNumber> struct AnyReplacement {
  static std::string_view pattern() { return AnyTextKind::chosen.changes.at(kNumber).pattern; }
  static std::string_view content() { return AnyTextKind::chosen.changes.at(kNumber).content; }
};

/// What is done to a text before added tokens are looked for the second time (`kParts`: and after that).
template <bool kParts> class AnyText {
public:
  static u64 longest(const TokenizerTables &tables, u64 bytes) {
    for_each_change([&]<class Change>() { bytes = Change::longest(tables, bytes); });
    return bytes;
  }

  AnyText(const TokenizerTables &tables, u64 most) {
    for_each_change([&]<class Change>() {
      changes.push_back(std::make_unique<Step<Change>>(tables, most));
      most = Change::longest(tables, most);
    });
  }

  TextPart operator()(TextPart part) {
    for (const std::unique_ptr<AnyStep> &change : changes)
      if (!part.text.empty())
        part = change->apply(part);
    return part;
  }

private:
  struct AnyStep {
    virtual ~AnyStep() = default;
    virtual TextPart apply(TextPart part) = 0;
  };
  template <class Change> struct Step : AnyStep {
    Step(const TokenizerTables &tables, u64 most) : change(tables, most) {}
    TextPart apply(TextPart part) override { return change(part); }
    Change change;
  };

  /// Calls `use.operator()<Change>()` for each, in order.
  template <class Use> static void for_each_change(Use &&use) {
    using Kind = weebill::weights::TokenizerKind;
    const Kind &kind = AnyTextKind::chosen;
    const bool white_space = kind.fewerSpaces == Kind::FewerSpaces::WhiteSpace;
    if (!kParts) {
      for (size_t number = 0; number < kind.changes.size(); ++number)
        for_change(kind, number, use);
      for_form(kind, use);
    }
    if (white_space == kParts)
      for_fewer_spaces(kind, use);
    if (kind.marksSpaces && kind.marksFirst != kParts)
      for_marks(kind, use);
  }

  template <class Use> static void for_change(const weebill::weights::TokenizerKind &kind, size_t number, Use &&use) {
    using What = weebill::weights::TextChange::What;
    switch (kind.changes[number].what) {
    case What::FormC:
    case What::FormKC:
      return use.template operator()<TextInNormalForm>();
    case What::FormD:
    case What::FormKD:
      return use.template operator()<TextTakenApart>();
    case What::SmallLetters:
      return use.template operator()<TextByCharacters<SmallLetters>>();
    case What::NoAccents:
      return use.template operator()<TextByCharacters<NoAccents>>();
    case What::Replaced:
      return for_replacement(number, use, std::make_index_sequence<weebill::weights::kMostTextChanges>());
    case What::StripStart:
      return use.template operator()<StrippedText<true, false>>();
    case What::StripEnd:
      return use.template operator()<StrippedText<false, true>>();
    case What::Strip:
      return use.template operator()<StrippedText<true, true>>();
    }
  }

  template <class Use, size_t... kNumbers>
  static void for_replacement(size_t number, Use &&use, std::index_sequence<kNumbers...>) {
    if (number >= sizeof...(kNumbers))
      throw std::logic_error("more changes of a text than there are types for");
    ((number == kNumbers ? use.template operator()<ReplacedText<AnyReplacement<kNumbers>>>() : void()), ...);
  }

  template <class Use> static void for_form(const weebill::weights::TokenizerKind &kind, Use &&use) {
    using Form = weebill::weights::TokenizerKind::Form;
    if (kind.form == Form::C || kind.form == Form::KC)
      use.template operator()<TextInNormalForm>();
    else if (kind.form == Form::Map)
      use.template operator()<MappedText>();
    else if (kind.form == Form::MapOfClusters)
      use.template operator()<TextMappedByClusters>();
  }

  template <class Use> static void for_fewer_spaces(const weebill::weights::TokenizerKind &kind, Use &&use) {
    using Which = weebill::weights::TokenizerKind::FewerSpaces;
    if (kind.fewerSpaces == Which::Inside)
      use.template operator()<TextWithFewerSpaces<FewerSpaces::Inside>>();
    else if (kind.fewerSpaces == Which::InsideAndEnd)
      use.template operator()<TextWithFewerSpaces<FewerSpaces::InsideAndEnd>>();
    else if (kind.fewerSpaces == Which::NoneAround)
      use.template operator()<TextWithFewerSpaces<FewerSpaces::NoneAround>>();
    else if (kind.fewerSpaces == Which::WhiteSpace)
      use.template operator()<TextWithFewerSpaces<FewerSpaces::WhiteSpace>>();
  }

  template <class Use> static void for_marks(const weebill::weights::TokenizerKind &kind, Use &&use) {
    using Before = weebill::weights::TokenizerKind::SpaceBefore;
    if (kind.spaceBefore == Before::Nothing)
      use.template operator()<MarkedSpaces<SpaceBefore::Nothing>>();
    else if (kind.spaceBefore == Before::EveryPart)
      use.template operator()<MarkedSpaces<SpaceBefore::EveryPart>>();
    else if (kind.spaceBefore == Before::EveryPartWithout)
      use.template operator()<MarkedSpaces<SpaceBefore::EveryPartWithout>>();
    else
      use.template operator()<MarkedSpaces<SpaceBefore::TextWithout>>();
  }

  std::vector<std::unique_ptr<AnyStep>> changes;
};
