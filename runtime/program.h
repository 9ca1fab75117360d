//===- program.h - What the program does -------------------------*- C++ -*-===//
//
// Opens the weights, makes one Model, and runs the command of the command line. Everything is allocated before the
// first token. Needs the constants and the Model described in runtime/README.md. Tested by
// tests/emitted/test_program.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/arithmetic.h"
#include "runtime/benchmark.h"
#include "runtime/fail.h"
#include "runtime/mapped_file.h"
#include "runtime/no_unwinding.h"
#include "runtime/options.h"
#include "runtime/output.h"
#include "runtime/parse_options.h"
#include "runtime/plain_terminate.h"
#include "runtime/platform/platform.h"
#include "runtime/read_text.h"
#include "runtime/session.h"
#include "runtime/slow_target.h"
#include "runtime/text_commands.h"
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
#include <vector>

inline void check_tokens(const std::vector<i32> &ids) {
  for (i32 id : ids)
    if (id < 0 || id >= kVocabulary)
      fail("there is no token %d: this model's vocabulary has %d, from 0 on", id, kVocabulary);
}

/// The text of a mapped file.
inline std::string_view text_of(const MappedFile &file) {
  return {reinterpret_cast<const char *>(file.data()), static_cast<std::size_t>(file.bytes())};
}

inline void print_version() {
  std::printf(
      "%s, made by weebill %s from %s for %s\ncontext %d tokens, vocabulary %d, weights %s%s (%llu bytes, content "
      "%016llx)\n",
      kName, kWeebillVersion, kSource, kTarget, kContext, kVocabulary, kWeightsInside ? "inside, from " : "",
      kWeightsFile, static_cast<unsigned long long>(kWeightsFileBytes), static_cast<unsigned long long>(kContentHash));
  std::printf("recipe: %s\n", kRecipe);
  std::printf("model: %s, licence %s, as its file says\n", *kModelTitle != '\0' ? kModelTitle : kSource,
              *kModelLicense != '\0' ? kModelLicense : "unknown");
  if (*kSystemPrompt != '\0')
    std::printf("system prompt of chats, whose state is behind the weights: %s\n", kSystemPrompt);
  std::printf("code: made by Weebill, with parts of it under the Apache License 2.0\n");
}

inline void run_prompt(Session &session, const Options &options) {
  session.conversation.begin_prompt();
  if (options.prompt.has_value())
    add_text(session, *options.prompt);
  for (i32 id : options.tokens)
    session.conversation.prompt.add(id);
  session.run_prompt();
}

inline void run_benchmark(Session &session, const Options &options, const u8 *weights) {
  const BenchmarkResult result = Benchmark(session.model(), weights, options, session.threads.decode).run();
  (options.json ? print_benchmark_json : print_benchmark)(result, session.threads.decode, session.threads.prefill);
}

/// The commands that need the weights.
inline void run_command(const Options &options, const u8 *weights) {
  std::optional<TokenizerTables> tables;
  if (kHasTokenizer)
    tables.emplace(weights + kTokenizerOffset, kTokenizerBytes);
  std::optional<MappedFile> text;
  if (options.text_file != nullptr)
    text.emplace(options.text_file, "text");
  if (options.command == Command::Tokenize)
    return print_tokens_of_lines(*tables, text_of(*text));

  check_tokens(options.tokens);
  note_slow_target(options);
  Session session(options, weights, tables.has_value() ? &*tables : nullptr);
  if (options.command == Command::Chat)
    run_chat(session);
  else if (options.command == Command::Perplexity)
    print_perplexity(session, text_of(*text));
  else if (options.command == Command::Bench)
    run_benchmark(session, options, weights);
  else
    run_prompt(session, options);
}

inline int run_arguments(int argc, char **argv) {
  platform::begin_program(argc, argv);
  say_when_memory_ends();
  const ExactMode exact;
  static char output[1 << 16], input[1 << 12]; // stdio would allocate its own when it is first used
  std::setvbuf(stdout, output, _IOFBF, sizeof output);
  std::setvbuf(stdin, input, _IOFBF, sizeof input);

  Options options = OptionParser(argc, argv).parse();
  if (options.command == Command::Help || options.command == Command::Version) {
    (options.command == Command::Help ? print_help : print_version)();
    check_output();
    return 0;
  }
  if (!target_supported())
    fail("this CPU lacks instructions of %s, for which the program was made", kTarget);
  if (options.target != nullptr && !choose_target(options.target))
    fail_usage("--target takes one of %s that this CPU runs, not '%.40s'", kTarget, options.target);

  std::string prompt;
  if (options.prompt_file != nullptr) {
    prompt = read_prompt_file(options.prompt_file);
    options.prompt = prompt;
  }

  const u8 *weights = embedded_weights();
  std::optional<WeightsFile> file;
  std::string path = options.weights_file != nullptr ? options.weights_file : "";
  if (weights == nullptr || options.weights_file != nullptr) {
    if (path.empty())
      path = platform::program_folder(argv[0]) + "/" + kWeightsFile;
    file.emplace(path.c_str(), options.read_weights ? WeightsAccess::Read : WeightsAccess::Mapped);
    weights = file->content();
  }
  if (options.command == Command::Verify) {
    if (file.has_value())
      file->verify();
    else
      verify_content("inside the program", weights);
    std::printf("%s: fine, content %016llx\n", file.has_value() ? path.c_str() : kName,
                static_cast<unsigned long long>(kContentHash));
  } else
    run_command(options, weights);
  check_output();
  return 0;
}

/// The whole program. What was already printed arrives before the reason why there is no more.
[[maybe_unused]] inline int run_program(int argc, char **argv) {
  int exit_code = 1;
  const char *reason = "out of memory";
  Failure known;
  try {
    return run_arguments(argc, argv);
  } catch (const Failure &failure) {
    known = failure;
    exit_code = known.exit_code;
    reason = known.sentence;
  } catch (const std::bad_alloc &) {
  }
  std::fflush(stdout);
  std::fprintf(stderr, "%s: error: %s\n", kName, reason);
  return exit_code;
}
