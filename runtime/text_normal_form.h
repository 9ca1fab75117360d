//===- text_normal_form.h - Unicode's normalization forms --------*- C++ -*-===//
//
// What is done to a text before it is cut into pieces: characters are taken apart, their marks put in order, and, for
// forms C and KC, all put together again as far as it goes (Unicode, annex 15), so that one text has one spelling.
// Forms KC and KD also take apart what only looks otherwise; the tables decide whether it is these. That is done run by
// run: a run is a character with all that may change it. Tested by tests/emitted/test_tokenizer_families.py and
// test_normalizers.py against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/rewritten_text.h"
#include "runtime/text_parts.h"
#include "runtime/token_lookup.h"
#include "runtime/types.h"
#include "runtime/utf8.h"

#include <algorithm>
#include <memory>
#include <string_view>

/// The tables, and Hangul, whose syllables are computed: 19 x 21 x 28 of them from leading consonants, vowels and
/// trailing consonants, the first of which is none.
class NormalForms {
public:
  explicit NormalForms(const TokenizerTables &tables)
      : sizes(tables.sizes()), classes(tables.array<CombiningClass>(sizes.classes)),
        decompositions(tables.array<Decomposition>(sizes.decompositions)),
        decomposed(tables.array<u32>(sizes.decomposed)), compositions(tables.array<Composition>(sizes.compositions)) {}

  /// The class of a mark, 0 for what may be put together with the character before, -1 for what begins a run.
  i32 combining_class(u32 code) const {
    const CombiningClass *end = classes + sizes.class_count;
    const CombiningClass *found =
        std::lower_bound(classes, end, code, [](const CombiningClass &range, u32 value) { return range.last < value; });
    return found != end && found->first <= code ? static_cast<i32>(found->combining_class) : -1;
  }

  /// Calls `each(u32 code)` for what `code` is taken apart into, at least once. Returns whether it was taken apart.
  template <class Each> bool decompose(u32 code, Each &&each) const {
    if (const u32 syllable = code - kSyllables; syllable < kSyllableCount) {
      each(kLeading + syllable / (kVowelCount * kTrailingCount));
      each(kVowels + syllable / kTrailingCount % kVowelCount);
      if (syllable % kTrailingCount > 0)
        each(kTrailing + syllable % kTrailingCount);
      return true;
    }
    const Decomposition *end = decompositions + sizes.decomposition_count;
    const Decomposition *found = std::lower_bound(
        decompositions, end, code, [](const Decomposition &entry, u32 value) { return entry.code < value; });
    if (found == end || found->code != code) {
      each(code);
      return false;
    }
    for (u32 index = 0; index < found->count; ++index)
      each(decomposed[found->first + index]);
    return true;
  }

  /// What the two are put together to, 0 for nothing.
  u32 compose(u32 first, u32 second) const {
    if (first - kLeading < kLeadingCount && second - kVowels < kVowelCount)
      return kSyllables + ((first - kLeading) * kVowelCount + (second - kVowels)) * kTrailingCount;
    if (const u32 syllable = first - kSyllables; syllable < kSyllableCount && syllable % kTrailingCount == 0)
      if (second - kTrailing - 1 < kTrailingCount - 1)
        return first + (second - kTrailing);
    const Composition *end = compositions + sizes.composition_count;
    const auto before = [](const Composition &a, const Composition &b) {
      return a.first != b.first ? a.first < b.first : a.second < b.second;
    };
    const Composition *found = std::lower_bound(compositions, end, Composition{first, second, 0}, before);
    return found != end && found->first == first && found->second == second ? found->result : 0;
  }

private:
  static constexpr u32 kSyllables = 0xac00, kLeading = 0x1100, kVowels = 0x1161, kTrailing = 0x11a7;
  static constexpr u32 kLeadingCount = 19, kVowelCount = 21, kTrailingCount = 28;
  static constexpr u32 kSyllableCount = kLeadingCount * kVowelCount * kTrailingCount;

  const TokenizerHeader &sizes;
  const CombiningClass *classes;
  const Decomposition *decompositions;
  const u32 *decomposed;
  const Composition *compositions;
};

/// kComposes: C or KC, otherwise D or KD.
template <bool kComposes> class TextInForm {
public:
  static u64 longest(const TokenizerTables &tables, u64 bytes) { return form_growth(tables.sizes()).bytes * bytes; }

  TextInForm(const TokenizerTables &tables, u64 most)
      : forms(tables), first_lead(tables.sizes().is_compatible != 0 || !kComposes ? 0xc2 : kFirstMark),
        out(longest(tables, most)),
        codes(std::make_unique_for_overwrite<u64[]>(form_growth(tables.sizes()).codes * most)) {}

  TextPart operator()(TextPart part) {
    const std::string_view text = part.text;
    if (std::all_of(text.begin(), text.end(), [&](char byte) { return static_cast<u8>(byte) < first_lead; }))
      return part;
    out.begin(part);
    for (u64 at = 0; at < text.size();) {
      const u64 end = at + run_bytes(text.substr(at));
      add_run(text.substr(at, end - at));
      out.end_unit(end);
      at = end;
    }
    return out.whole();
  }

private:
  static constexpr u8 kFirstMark = 0xcc; // the lead byte of U+0300: in form C nothing before it changes alone
  static constexpr u64 kClassShift = 56, kIndexShift = 21; // of an entry of `codes`: class, place, code point

  /// Bytes of the first character of `text` (not empty) and of what may change it.
  u64 run_bytes(std::string_view text) const {
    u64 end = whole_character(text);
    if (end == 0)
      return 1;
    while (end < text.size()) {
      const u32 next = whole_character(text.substr(end));
      if (next == 0 || static_cast<u8>(text[end]) < kFirstMark ||
          forms.combining_class(code_point(text.substr(end), next)) < 0)
        break;
      end += next;
    }
    return end;
  }

  void add_run(std::string_view run) {
    const u32 first = whole_character(run);
    if (first < 2 && run.size() == 1) {
      out.put(run[0]); // ASCII, or a byte of no character
      return;
    }
    count = 0;
    bool changes = run.size() > first;
    while (!run.empty()) {
      const u32 next = whole_character(run);
      changes |= forms.decompose(code_point(run, next), [&](u32 code) { add_code(code); });
      run.remove_prefix(next);
    }
    if (changes) {
      order_marks();
      if (kComposes)
        compose();
    }
    for (u64 index = 0; index < count; ++index)
      out.put_code(code_at(index));
  }

  void add_code(u32 code) {
    const i32 combining_class = std::max(forms.combining_class(code), 0);
    codes[count] = static_cast<u64>(combining_class) << kClassShift | count << kIndexShift | code;
    ++count;
  }

  u32 code_at(u64 index) const { return codes[index] & ((1u << kIndexShift) - 1); }
  u32 class_at(u64 index) const { return static_cast<u32>(codes[index] >> kClassShift); }

  /// Marks between two characters are sorted by class; of equal ones the order stays.
  void order_marks() {
    for (u64 from = 0; from < count;) {
      u64 end = from;
      while (end < count && class_at(end) > 0)
        ++end;
      std::sort(codes.get() + from, codes.get() + end);
      from = end + 1;
    }
  }

  /// A character is put together with a mark that follows it, unless one of the same or a higher class lies between.
  void compose() {
    u64 kept = 0, starter = 0;
    bool has_starter = false;
    i32 last_class = -1; // of what was kept behind the starter, -1 for nothing
    for (u64 index = 0; index < count; ++index) {
      const i32 combining_class = static_cast<i32>(class_at(index));
      if (has_starter && last_class < combining_class)
        if (const u32 together = forms.compose(code_at(starter), code_at(index)); together != 0) {
          codes[starter] = together;
          continue;
        }
      if (combining_class == 0) {
        starter = kept;
        has_starter = true;
        last_class = -1;
      } else
        last_class = combining_class;
      codes[kept++] = codes[index];
    }
    count = kept;
  }

  NormalForms forms;
  u8 first_lead; // of a character that may change: texts without one stay as they are
  RewrittenText out;
  std::unique_ptr<u64[]> codes;
  u64 count = 0; // of `codes`
};

using TextInNormalForm = TextInForm<true>;
using TextTakenApart = TextInForm<false>;
