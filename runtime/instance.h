//===- instance.h - The model for other programs -----------------*- C++ -*-===//
//
// What stands behind the functions of NAME.h: one object is one model with a cache and threads of its own. There is
// nothing global, so several live beside each other. Errors become a code and a sentence; no exception leaves. Needs
// class Model. Tested by tests/emitted/test_c_api.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/options.h"
#include "runtime/platform/platform.h"
#include "runtime/program.h"
#include "runtime/session.h"
#include "runtime/tokenizer.h"
#include "runtime/types.h"
#include "runtime/weights_file.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>
#include <optional>
#include <string>
#include <string_view>

/// As the macros of NAME.h.
enum InstanceCode : int { kOk, kBadArgument, kCannotStart, kContextFull, kCancelled, kOutOfMemory };

/// What a function of the interface leaves with: the code it returns and, unless that is kOk, why.
struct Outcome {
  int code = kOk;
  char sentence[sizeof(Failure::sentence)] = "";

  [[gnu::format(printf, 3, 4)]] int set(int new_code, const char *format, ...) {
    std::va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    return code = new_code;
  }

  /// Calls `work`, which returns a code. `code_of_failure` is what an error in it means.
  template <class Work> int guard(int code_of_failure, Work &&work) noexcept {
    try {
      return work();
    } catch (const Failure &failure) {
      return set(code_of_failure, "%s", failure.sentence);
    } catch (const std::bad_alloc &) {
      return set(kOutOfMemory, "out of memory");
    }
  }
};

class Instance {
public:
  /// `path` nullptr: weights inside, or beside the program that runs. Throws Failure.
  Instance(const char *path, i32 threads)
      : path(path != nullptr ? path : platform::program_folder("") + "/" + kWeightsFile),
        weights(open_weights(path == nullptr)), model(weights, threads, threads) {
    if (kHasTokenizer)
      tables.emplace(weights + kTokenizerOffset, kTokenizerBytes);
  }

  static int create(const char *path, i32 threads, Instance *&made, char *error, std::size_t error_bytes) {
    Outcome outcome;
    outcome.guard(kCannotStart, [&] {
      if (threads < 0 || threads > kMostThreads)
        return outcome.set(kBadArgument, "threads are 1 to %d, or 0 for all that there are, not %d", kMostThreads,
                           threads);
      if (!target_supported())
        return outcome.set(kCannotStart, "this CPU lacks instructions of %s, for which the program was made", kTarget);
      made = new Instance(path, threads > 0 ? threads : std::min(platform::available_threads(), kMostThreads));
      return outcome.code;
    });
    if (error != nullptr && error_bytes > 0)
      std::snprintf(error, error_bytes, "%s", outcome.sentence);
    return outcome.code;
  }

  int prefill(const i32 *ids, i32 count, f32 *logits) {
    if (ids == nullptr || count < 1)
      return outcome.set(kBadArgument, "there is no token to take: ids are missing, or their count is %d", count);
    return take(ids, count, logits, [&] { return model.prefill(ids, count); });
  }

  int step(i32 id, f32 *logits) {
    return take(&id, 1, logits, [&] { return model.step(id); });
  }

  void reset() { model.reset(); }
  i32 position() const { return model.position(); }
  void cancel() { model.cancel(); }
  const char *error() const { return outcome.sentence; }

  /// `special`: whether texts of special tokens stand for those tokens. Texts from outside should not.
  int tokenize(std::string_view text, bool special, i32 *ids, std::size_t capacity, std::size_t &count) {
    return outcome.guard(kBadArgument, [&] {
      count = 0;
      require_tokenizer();
      Tokenizer tokenizer(*tables, text.size());
      const auto add = [&](i32 id) {
        if (count < capacity)
          ids[count] = id;
        ++count;
      };
      tokenizer.encode(text, add, special ? LiteralRange{} : LiteralRange{0, text.size()});
      return kOk;
    });
  }

  int detokenize(const i32 *ids, std::size_t ids_count, char *text, std::size_t capacity, std::size_t &bytes) {
    return outcome.guard(kBadArgument, [&] {
      bytes = 0;
      require_tokenizer();
      for (std::size_t index = 0; index < ids_count; ++index) {
        const std::string_view token =
            tables->is_printed(ids[index]) ? tables->token_text(ids[index]) : std::string_view();
        if (bytes < capacity)
          token.copy(text + bytes, capacity - bytes); // not memcpy, which takes no null pointer for an empty text
        bytes += token.size();
      }
      return kOk;
    });
  }

private:
  const u8 *open_weights(bool inside_if_there) {
    const u8 *inside = inside_if_there ? embedded_weights() : nullptr;
    return inside != nullptr ? inside : file.emplace(path.c_str()).content();
  }

  static void require_tokenizer() {
    if (!kHasTokenizer)
      fail("this model has no tokenizer");
  }

  /// What prefill and step have in common.
  template <class Run> int take(const i32 *ids, i32 count, f32 *logits, Run &&run) {
    for (i32 index = 0; index < count; ++index)
      if (ids[index] < 0 || ids[index] >= kVocabulary)
        return outcome.set(kBadArgument, "there is no token %d: this model's vocabulary has %d, from 0 on", ids[index],
                           kVocabulary);
    if (count > kContext - model.position())
      return outcome.set(kContextFull, "%d tokens after %d do not fit: the context holds %d", count, model.position(),
                         kContext);
    if (!run())
      return outcome.set(kCancelled, "cancelled");
    if (logits != nullptr)
      std::memcpy(logits, model.logits(), sizeof(f32) * kVocabulary);
    return kOk;
  }

  std::string path;
  std::optional<WeightsFile> file;
  const u8 *weights;
  Model model;
  std::optional<TokenizerTables> tables;
  Outcome outcome; // of the last call that went wrong
};
