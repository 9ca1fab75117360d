//===- answer_printer.h - Answers as text or as JSON -------------*- C++ -*-===//
//
// Every token is on its way to the reader before the next one is computed. Tested by tests/emitted/test_program.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/conversation.h"
#include "runtime/output.h"
#include "runtime/tokenizer.h"
#include "runtime/types.h"
#include "runtime/zeroed_memory.h"

#include <cstdio>
#include <string_view>

/// What there is to tell of an answer when it is over.
struct AnswerFacts {
  const char *reason;
  i32 prompt_tokens, new_tokens;
  f64 prompt_seconds, seconds;
};

class AnswerPrinter {
public:
  /// `most`: tokens of an answer.
  AnswerPrinter(const TokenizerTables *given_tables, bool given_json, i32 most)
      : tables(given_tables), json(given_json), memory(given_json ? sizeof(i32) * u64(most) : 0) {}

  void begin() {
    count = 0;
    if (json)
      std::fputs("{\"text\": \"", stdout);
  }

  void print(const Piece &piece) {
    const bool shown = piece.id >= 0 && piece.end != End::StopToken;
    if (json)
      print_escaped(piece.text);
    else if (tables != nullptr)
      std::fwrite(piece.text.data(), 1, piece.text.size(), stdout);
    else if (shown)
      std::printf(count == 0 ? "%d" : ",%d", piece.id); // a model without a tokenizer speaks in numbers
    if (shown && json)
      ids()[count] = piece.id;
    count += shown;
    check_output();
  }

  void end(const AnswerFacts &facts) {
    if (json) {
      std::fputs("\", \"tokens\": [", stdout);
      for (i32 index = 0; index < count; ++index)
        std::printf(index == 0 ? "%d" : ", %d", ids()[index]);
      std::printf("], \"end\": \"%s\", \"prompt_tokens\": %d, \"new_tokens\": %d, \"prompt_seconds\": %.6f, "
                  "\"seconds\": %.6f}",
                  facts.reason, facts.prompt_tokens, facts.new_tokens, facts.prompt_seconds, facts.seconds);
    }
    std::fputc('\n', stdout);
    check_output();
  }

private:
  i32 *ids() { return reinterpret_cast<i32 *>(memory.data()); }

  static void print_escaped(std::string_view text) {
    for (char byte : text)
      if (byte == '"' || byte == '\\')
        std::printf("\\%c", byte);
      else if (static_cast<u8>(byte) < 0x20)
        std::printf("\\u%04x", static_cast<unsigned>(byte));
      else
        std::fputc(byte, stdout);
  }

  const TokenizerTables *tables; // nullptr: pieces have no text
  bool json;
  ZeroedMemory memory; // ids of the answer, for JSON; touched as far as tokens come
  i32 count = 0;
};
