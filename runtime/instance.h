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
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// As the macros of NAME.h.
enum InstanceCode : int { kOk, kBadArgument, kCannotStart, kContextFull, kCancelled, kOutOfMemory };

/// Flags of create, as in NAME.h.
constexpr u32 kReadWeights = 1;

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

/// The weights and what is read of them in place; instances share it.
class OpenModel {
public:
  /// `path` nullptr: weights inside, or beside the program that runs. Throws Failure.
  OpenModel(const char *path, WeightsAccess access)
      : path(path != nullptr ? path : platform::program_folder("") + "/" + kWeightsFile),
        content(open_weights(path == nullptr, access)) {
    if (kHasTokenizer)
      tables.emplace(content + kTokenizerOffset, kTokenizerBytes);
  }

  const u8 *weights() const { return content; }

  /// Fails if there are none.
  const TokenizerTables &tokenizer() const {
    if (!tables.has_value())
      fail("this model has no tokenizer");
    return *tables;
  }

private:
  const u8 *open_weights(bool inside_if_there, WeightsAccess access) {
    const u8 *inside = inside_if_there ? embedded_weights() : nullptr;
    return inside != nullptr ? inside : file.emplace(path.c_str(), access).content();
  }

  std::string path;
  std::optional<WeightsFile> file;
  const u8 *content;
  std::optional<TokenizerTables> tables;
};

class Instance {
public:
  Instance(std::shared_ptr<OpenModel> opened, i32 threads)
      : opened(std::move(opened)), model(this->opened->weights(), threads, threads) {}

  /// Goes on from the same tokens, with the same weights and threads.
  explicit Instance(const Instance &other) : opened(other.opened), model(other.model.shared_engine()) {
    model.copy(other.model);
  }

  static int create(const char *path, i32 threads, u32 flags, Instance *&made, char *error, std::size_t error_bytes) {
    Outcome outcome;
    outcome.guard(kCannotStart, [&] {
      if ((flags & ~kReadWeights) != 0)
        return outcome.set(kBadArgument, "there are no flags %#x", flags & ~kReadWeights);
      if (threads < 0 || threads > kMostThreads)
        return outcome.set(kBadArgument, "threads are 1 to %d, or 0 for all that there are, not %d", kMostThreads,
                           threads);
      if (!target_supported())
        return outcome.set(kCannotStart, "this CPU lacks instructions of %s, for which the program was made", kTarget);
      const WeightsAccess access = (flags & kReadWeights) != 0 ? WeightsAccess::Read : WeightsAccess::Mapped;
      made = new Instance(std::make_shared<OpenModel>(path, access),
                          threads > 0 ? threads : std::min(platform::available_threads(), kMostThreads));
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

  /// One more instance that goes on from here.
  int branch(Instance *&made) {
    return outcome.guard(kCannotStart, [&] {
      const Turn turn(*model.shared_engine());
      made = new Instance(*this);
      return kOk;
    });
  }

  int go_back(i32 position) {
    if (position < 0 || position > model.position())
      return outcome.set(kBadArgument, "there is no way back to %d: the instance has %d tokens", position,
                         model.position());
    const Turn turn(*model.shared_engine());
    model.go_back(position);
    return kOk;
  }

  void reset() {
    const Turn turn(*model.shared_engine());
    model.reset();
  }
  i32 position() const { return model.position(); }
  void cancel() { model.cancel(); }
  const char *error() const { return outcome.sentence; }

  /// `special`: whether texts of special tokens stand for those tokens. Texts from outside should not.
  int tokenize(std::string_view text, bool special, i32 *ids, std::size_t capacity, std::size_t &count) {
    return outcome.guard(kBadArgument, [&] {
      count = 0;
      Tokenizer tokenizer(opened->tokenizer(), text.size());
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
      const TokenizerTables &tables = opened->tokenizer();
      for (std::size_t index = 0; index < ids_count; ++index) {
        const std::string_view token =
            tables.is_printed(ids[index]) ? tables.token_text(ids[index]) : std::string_view();
        if (bytes < capacity)
          token.copy(text + bytes, capacity - bytes); // not memcpy, which takes no null pointer for an empty text
        bytes += token.size();
      }
      return kOk;
    });
  }

private:
  /// What prefill and step have in common.
  template <class Run> int take(const i32 *ids, i32 count, f32 *logits, Run &&run) {
    for (i32 index = 0; index < count; ++index)
      if (ids[index] < 0 || ids[index] >= kVocabulary)
        return outcome.set(kBadArgument, "there is no token %d: this model's vocabulary has %d, from 0 on", ids[index],
                           kVocabulary);
    if (count > kContext - model.position())
      return outcome.set(kContextFull, "%d tokens after %d do not fit: the context holds %d", count, model.position(),
                         kContext);
    return outcome.guard(kCannotStart, [&] {
      const Turn turn(*model.shared_engine());
      if (!run())
        return outcome.set(kCancelled, "cancelled");
      if (logits != nullptr)
        std::memcpy(logits, model.logits(), sizeof(f32) * kVocabulary);
      return int{kOk};
    });
  }

  std::shared_ptr<OpenModel> opened;
  Model model;
  Outcome outcome; // of the last call that went wrong
};
