//===- earlier_answer.h - An answer as the next turn finds it ----*- C++ -*-===//
//
// Chat templates print an answer otherwise once something is said after it: a thought goes, the text before it is not
// the one that asked for it. Then the cache goes back to where both differ, and the rest is read again: the tokens of
// the answer that stay are those that the model chose. Needs ChatChanges and kChat... Tested by
// tests/emitted/test_chat.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/conversation.h"
#include "runtime/strip_spaces.h"
#include "runtime/tokenizer.h"
#include "runtime/tool_turns.h"
#include "runtime/types.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

class EarlierAnswer {
public:
  explicit EarlierAnswer(const TokenizerTables &given_tables) : tables(given_tables) {
    for (i32 id = 0; id < kVocabulary; ++id)
      longest_token = std::max<u64>(longest_token, tables.token_text(id).size());
    answer.reserve(longest_token * static_cast<u64>(kContext + 1)); // no page of it is touched before it is needed
    written.reserve(room());
    for (std::vector<i32> *ids : {&kept, &asked, &wanted})
      ids->reserve(static_cast<std::size_t>(kContext) + room());
  }

  /// An answer before what is said after it. `for_tool`: as it stands where a tool has answered.
  static std::string_view changed(std::string_view answer, bool for_tool) {
    answer = stripped(ChatChanges::kAnswer, answer);
    if (for_tool && ToolTurns::keeps(answer))
      return answer;
    const std::size_t end = ChatChanges::kThoughtEnd.empty() ? answer.npos : answer.rfind(ChatChanges::kThoughtEnd);
    if (end == answer.npos)
      return answer;
    return stripped(ChatChanges::kAfterThought, answer.substr(end + ChatChanges::kThoughtEnd.size()));
  }

  /// Bytes that the tokenizer must have room for.
  u64 room() const { return kMarks + longest_token; }

  /// Makes the answer that the conversation ends with what the template prints: the cache keeps what is the same, the
  /// prompt gets the rest. Returns text that comes after it, part of a token that is cut.
  std::string_view change(Conversation &conversation, Tokenizer &tokenizer, bool for_tool) {
    const i32 begin = read_answer(conversation);
    const std::string_view stays = changed(answer, for_tool);
    const char *prefix = !for_tool                 ? kChatAssistantPrefix
                         : ToolTurns::keeps(stays) ? kChatAnswerPrefix // which may have opened the thought
                                                   : ToolTurns::kPrefix;
    if (begin < 0 || is_written_so(prefix, stays))
      return {};
    const u64 from = static_cast<u64>(stays.data() - answer.data());
    const std::string_view rest = keep_tokens(prefix, from, from + stays.size());
    tokens_of(tokenizer, kChatAnswerPrefix, {}, asked);
    tokens_of(tokenizer, prefix, head, wanted);
    const std::size_t same = common(asked.data(), asked.size(), wanted.data(), wanted.size());
    const i32 *ids = conversation.model.tokens();
    const i32 back = begin - static_cast<i32>(asked.size() - same); // where the cache begins to differ
    if (back < 0 || !std::equal(asked.begin() + static_cast<std::ptrdiff_t>(same), asked.end(), ids + back))
      return {}; // the conversation was put together in another way
    wanted.insert(wanted.end(), kept.begin(), kept.end());
    const std::size_t again = common(ids + back, static_cast<std::size_t>(conversation.model.position() - back),
                                     wanted.data() + same, wanted.size() - same);
    conversation.go_back(back + static_cast<i32>(again));
    conversation.prompt.clear();
    for (std::size_t index = same + again; index < wanted.size(); ++index)
      conversation.prompt.add(wanted[index]);
    return rest;
  }

private:
  static constexpr u64 kMarks =
      std::char_traits<char>::length(kChatUserSuffix) + ToolTurns::kMarks +
      std::max(std::char_traits<char>::length(kChatAnswerPrefix), std::char_traits<char>::length(kChatAssistantPrefix));

  /// The tokens and the text of the answer that is open. Returns where its tokens begin, or -1 if there is none.
  i32 read_answer(Conversation &conversation) {
    const std::vector<u8> &opens = conversation.open_marks();
    const i32 position = conversation.model.position();
    i32 begin = position;
    while (begin > 0 && opens[static_cast<std::size_t>(begin - 1)] != 0)
      --begin;
    answer.clear();
    kept.clear();
    if (begin == position)
      return -1;
    ++begin; // the first mark is that of what asked for the answer
    kept.assign(conversation.model.tokens() + begin, conversation.model.tokens() + position);
    if (conversation.unread >= 0)
      kept.push_back(conversation.unread);
    for (i32 id : kept)
      answer.append(tables.token_text(id));
    return begin;
  }

  /// Whether the cache has this text already, wherever one piece ends and the next begins.
  bool is_written_so(std::string_view after, std::string_view stays) const {
    const std::string_view before = kChatAnswerPrefix;
    if (before.size() + answer.size() != after.size() + stays.size())
      return false;
    const std::string_view longer = before.size() > after.size() ? before : after;
    const std::string_view shorter = before.size() > after.size() ? after : before;
    const std::string_view follows = before.size() > after.size() ? stays : std::string_view(answer);
    return longer.starts_with(shorter) && follows.starts_with(longer.substr(shorter.size())) && answer.ends_with(stays);
  }

  /// Keeps the tokens of bytes [from, to) of the answer. What is cut before the first whole one becomes `head`, what is
  /// cut behind the last one is returned.
  std::string_view keep_tokens(std::string_view prefix, u64 from, u64 to) {
    // A text that ends with a space may be one token with what follows.
    bool takes_first = prefix.ends_with(' ') && from < to;
    u64 at = 0, last = to;
    std::size_t count = 0;
    head = {};
    for (i32 id : kept) {
      const u64 first = at;
      at += tables.token_text(id).size();
      if (at <= from || first >= to)
        continue;
      if (first < from || takes_first) {
        head = std::string_view(answer).substr(from, std::min(at, to) - from);
        takes_first = false;
        last = std::min(at, to);
      } else if (at <= to) {
        kept[count++] = id;
        last = at;
      }
    }
    kept.resize(count);
    last = count == 0 && head.empty() ? from : last;
    return std::string_view(answer).substr(last, to - last);
  }

  void tokens_of(Tokenizer &tokenizer, std::string_view prefix, std::string_view behind, std::vector<i32> &ids) {
    ids.clear();
    written.assign(kChatUserSuffix).append(prefix).append(behind);
    const u64 marks = written.size() - behind.size();
    tokenizer.encode(written, [&](i32 id) { ids.push_back(id); }, {marks, written.size()}, Start::Middle);
  }

  static std::size_t common(const i32 *a, std::size_t a_count, const i32 *b, std::size_t b_count) {
    std::size_t same = 0;
    while (same < std::min(a_count, b_count) && a[same] == b[same])
      ++same;
    return same;
  }

  const TokenizerTables &tables;
  u64 longest_token = 0;
  std::string answer, written;
  std::string_view head;                // of the answer, tokenized together with what stands before it
  std::vector<i32> kept, asked, wanted; // the answer's tokens; those before it, as they are and as they should be
};
