//===- conversation.h - Tokens in, one answer after another ------*- C++ -*-===//
//
// What is read and what is chosen, token by token, as text that never cuts a character. The program (session.h) and the
// C interface (instance.h) stand on it. Everything is allocated by the constructor. Needs class Model. Tested by
// tests/unit/runtime/ConversationTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/model.h"
#include "runtime/sampler.h"
#include "runtime/stop_strings.h"
#include "runtime/token_buffer.h"
#include "runtime/tokenizer.h"
#include "runtime/types.h"
#include "runtime/whole_characters.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Why no token follows. After the last two the same can be tried again.
enum class End : i32 { None, StopToken, StopText, ContextFull, Cancelled };

/// What one token adds to an answer.
struct Piece {
  i32 id = -1;           // the token that was chosen; -1: none was
  End end = End::None;   // whether the answer ends with it
  std::string_view text; // whole characters, often none; lives until the next piece
};

class Conversation {
public:
  /// `tables` nullptr: the model has no tokenizer, and pieces have no text.
  Conversation(std::shared_ptr<Engine> engine, const TokenizerTables *given_tables, SamplerSettings sampling)
      : model(std::move(engine)), sampler(sampling, kVocabulary), prompt(kContext), tables(given_tables), stops({}),
        opens(static_cast<std::size_t>(kContext)), opening(model, model.shared_engine()->content) {
    for (i32 id = 0; given_tables != nullptr && id < kVocabulary; ++id)
      longest_token = std::max(longest_token, given_tables->token_text(id).size());
    stop_at({});
  }

  /// Texts that end an answer, none of them empty. They live as long as this object.
  void stop_at(std::vector<std::string_view> texts) {
    std::size_t longest = 0;
    for (std::string_view stop : texts)
      longest = std::max(longest, stop.size());
    stops = StopStrings(std::move(texts));
    text.reserve(WholeCharacters::kMostTimes * (longest_token + longest + 4));
  }

  /// Nothing was said, and nothing waits to be read.
  bool is_empty() const { return model.position() == 0 && unread < 0 && prompt.count() == 0; }

  /// Whether the last token belongs to an answer that the chat template has to close.
  bool is_open() const {
    return unread >= 0 || (model.position() > 0 && opens[static_cast<std::size_t>(model.position() - 1)] != 0);
  }

  /// Puts what was chosen last at the beginning of the next prompt: it is in no cache yet, because nobody needed its
  /// logits.
  void begin_prompt() {
    prompt.clear();
    if (unread >= 0)
      prompt.add(unread);
  }

  /// Takes the prompt into the cache: all of it, or with another end than None nothing. `opens_answer`: what follows is
  /// an answer in the sense of is_open(). `take` is what the model does with them.
  template <class Take> End read_prompt(bool opens_answer, Take &&take) {
    const i32 before = model.position();
    if (prompt.count() > static_cast<u64>(kContext - before))
      return End::ContextFull;
    const i32 count = static_cast<i32>(prompt.count());
    if (count == 0)
      return End::None;
    if (!take(prompt.data(), count)) {
      model.go_back(before);
      return End::Cancelled;
    }
    mark(before, count - 1, false);
    mark(before + count - 1, 1, opens_answer);
    prompt.clear();
    begin_answer();
    return End::None;
  }
  End read_prompt(bool opens_answer) {
    return read_prompt(opens_answer, [&](const i32 *ids, i32 count) {
      const i32 known = take_known(ids, count);
      return count - known == 1 ? model.step(ids[known]) : model.prefill(ids + known, count - known);
    });
  }

  /// Takes the first of these tokens, but not the last, as far as a new conversation has them from the build. Returns
  /// how many.
  i32 take_known(const i32 *ids, i32 count) { return model.position() == 0 ? opening.put(model, ids, count - 1) : 0; }

  /// The next token of the answer. There must be a token to go on from.
  Piece next() {
    text.clear();
    if (unread >= 0) {
      if (model.position() == kContext)
        return {-1, End::ContextFull, {}};
      if (!model.step(unread))
        return {-1, End::Cancelled, {}};
      mark(model.position() - 1, 1, true);
      unread = -1;
    }
    if (!model.need_logits())
      return {-1, End::Cancelled, {}};
    const i32 id = sampler.pick(model.logits(), model.tokens(), model.position());
    if (is_stop_token(id)) {
      end_text();
      return {id, End::StopToken, text};
    }
    unread = id;
    if (tables == nullptr || !tables->is_printed(id))
      return {id, End::None, {}};
    const auto append = [&](std::string_view part) { text.append(part); };
    const bool stopped = stops.take(Tokenizer::printed_text(tables->token_text(id), begins),
                                    [&](std::string_view part) { characters.take(part, append); });
    if (stopped)
      end_text();
    return {id, stopped ? End::StopText : End::None, text};
  }

  /// What was held back, because it might have become something else: the answer ends here.
  std::string_view finish() {
    text.clear();
    end_text();
    return text;
  }

  /// Keeps the first tokens.
  void go_back(i32 position) {
    model.go_back(position);
    kept = std::min(kept, position);
    begin_answer();
  }

  /// Takes `count` tokens away, from `first` on; the answer goes on. False: cancelled.
  bool forget(i32 first, i32 count) {
    std::copy(opens.begin() + first + count, opens.begin() + model.position(), opens.begin() + first);
    return model.forget(first, count);
  }

  void reset() {
    go_back(0);
    model.reset();
    prompt.clear();
  }

  /// Takes everything that belongs to the tokens of another.
  void copy(const Conversation &other) {
    model.copy(other.model);
    opens = other.opens;
    kept = other.kept;
    begin_answer();
    unread = other.unread;
  }

  Model model;
  Sampler sampler;
  TokenBuffer prompt;
  i32 kept = 0;    // first tokens of the cache, which stay when others are forgotten
  i32 unread = -1; // the token that was chosen last, until it is in the cache; -1: there is none

  /// For each token in the cache, whether an answer is open behind it. [kContext]
  std::vector<u8> &open_marks() { return opens; }

private:
  void begin_answer() {
    unread = -1;
    begins = true;
    stops.finish([](std::string_view) {});
    characters = WholeCharacters(Tokenizer::kReplacesEachByte);
  }

  void end_text() {
    const auto append = [&](std::string_view part) { text.append(part); };
    stops.finish([&](std::string_view part) { characters.take(part, append); });
    characters.finish(append);
    begins = true;
  }

  void mark(i32 first, i32 count, bool open) { std::fill_n(opens.begin() + first, count, static_cast<u8>(open)); }

  const TokenizerTables *tables;
  StopStrings stops;
  WholeCharacters characters;
  bool begins = true; // the answer has no text yet
  std::size_t longest_token = 0;
  std::string text; // never longer than what is reserved
  std::vector<u8> opens;
  OpeningState opening;
};
