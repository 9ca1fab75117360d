//===- options.h - The command line ------------------------------*- C++ -*-===//
//
// One table says what every option is called, takes, means, and with which commands it makes sense; parsing, `--help`
// and the errors follow from it. An option that this program was not built for is absent from the help and refused by
// name. Bad usage ends with exit code 2. Needs kName, kContext, kHasTokenizer, kHasChat. Tested by
// tests/unit/runtime/OptionsTest.cpp and tests/emitted/test_program.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/sampler.h"
#include "runtime/types.h"

#include <cstdio>
#include <optional>
#include <string_view>
#include <vector>

/// What happens when there is no room for another token.
enum class WhenFull { Stop, Slide };

/// What the program is asked to do.
enum class Command { None, Prompt, Chat, Tokens, Tokenize, Perplexity, Bench, Verify, Version, Help };

/// As the model's file recommends; greedy where it says nothing.
constexpr SamplerSettings kModelSampling = {kTemperature, kTopK, kTopP, kMinP, kRepeatPenalty, 0};

struct Options {
  Command command = Command::None;
  std::optional<std::string_view> prompt; // Prompt; Chat: the only turn, without one turns come from stdin
  const char *prompt_file = nullptr;      // where the prompt is; "-": on stdin
  const char *system = nullptr;           // Chat
  std::vector<i32> tokens;                // Tokens
  const char *text_file = nullptr;        // Tokenize, Perplexity
  const char *logits_file = nullptr;
  const char *save_file = nullptr, *restore_file = nullptr; // states
  const char *weights_file = nullptr;
  bool read_weights = false;
  const char *target = nullptr;
  i32 new_tokens = -1; // -1: not given
  SamplerSettings sampling = kModelSampling;
  std::vector<std::string_view> stops; // texts that end an answer
  WhenFull when_full = WhenFull::Stop;
  i32 threads = 0, prefill_threads = 0;       // 0: not given
  i32 prompt_tokens = -1, context_tokens = 0; // -1: not given
  bool step = false, json = false, verbose = false, logprobs = false;
};

/// Sets of commands, one bit each.
constexpr u32 command_bit(Command command) { return 1u << static_cast<u32>(command); }
constexpr u32 kGenerating = command_bit(Command::Prompt) | command_bit(Command::Chat) | command_bit(Command::Tokens);
constexpr u32 kRunning = kGenerating | command_bit(Command::Bench) | command_bit(Command::Perplexity);
constexpr u32 kReading = kRunning | command_bit(Command::Tokenize) | command_bit(Command::Verify);

/// What an option is about, which is also the order of the help.
enum class OptionGroup { Doing, Generating, Benchmarking, Running };

struct OptionRow {
  const char *name;
  const char *value; // what follows, for the help; nullptr: nothing does
  OptionGroup group;
  Command command; // that the option asks for, or None
  u32 goes_with;   // commands that the option makes sense with
  bool available;  // in this program
  const char *help;
};

constexpr OptionRow kOptionRows[] = {
    {"--chat", nullptr, OptionGroup::Doing, Command::Chat, 0, kHasChat,
     "talk to the model: one turn with a prompt, otherwise turns from stdin"},
    {"--file", "FILE", OptionGroup::Doing, Command::None, command_bit(Command::Prompt) | command_bit(Command::Chat),
     kHasTokenizer, "the prompt, or the only turn of a chat, from a file; -: from standard input"},
    {"--tokens", "IDS", OptionGroup::Doing, Command::Tokens, 0, true, "a prompt of token ids: 1,2,3"},
    {"--tokenize", "FILE", OptionGroup::Doing, Command::Tokenize, 0, kHasTokenizer,
     "print the token ids of every line of a text"},
    {"--perplexity", "FILE", OptionGroup::Doing, Command::Perplexity, 0, kHasTokenizer,
     "how well the model predicts a text"},
    {"--bench", nullptr, OptionGroup::Doing, Command::Bench, 0, true, "measure speed"},
    {"--verify", nullptr, OptionGroup::Doing, Command::Verify, 0, true, "read all weights and compare their hash"},
    {"--version", nullptr, OptionGroup::Doing, Command::Version, 0, true, "what this program was made from"},
    {"--help", nullptr, OptionGroup::Doing, Command::Help, 0, true, "this text"},

    {"-n", "N", OptionGroup::Generating, Command::None, kGenerating | command_bit(Command::Bench), true,
     "new tokens, at most (default 128; in a chat: until the answer ends)"},
    {"--temperature", "T", OptionGroup::Generating, Command::None, kGenerating, true,
     "0: always the likeliest token; 1: as the model says"},
    {"--top-k", "K", OptionGroup::Generating, Command::None, kGenerating, true,
     "choose among the K likeliest tokens; 0: all"},
    {"--top-p", "P", OptionGroup::Generating, Command::None, kGenerating, true,
     "choose among the likeliest tokens that reach probability P; 1: all"},
    {"--min-p", "P", OptionGroup::Generating, Command::None, kGenerating, true,
     "choose among tokens that have this part of the likeliest one's probability; 0: all"},
    {"--repeat-penalty", "R", OptionGroup::Generating, Command::None, kGenerating, true,
     "make tokens that were there before less likely; 1: no"},
    {"--seed", "S", OptionGroup::Generating, Command::None, kGenerating, true,
     "the same seed gives the same text (default 0)"},
    {"--stop", "TEXT", OptionGroup::Generating, Command::None, kGenerating, kHasTokenizer,
     "end where this text comes, and do not print it; may be repeated"},
    {"--when-full", "stop|slide", OptionGroup::Generating, Command::None, kGenerating, true,
     "when the context is full: stop, or forget the older half of it and go on (default stop)"},
    {"--logprobs", nullptr, OptionGroup::Generating, Command::None, kGenerating, true,
     "log-probability of every chosen token, a line of JSON each, on stderr"},
    {"--system", "TEXT", OptionGroup::Generating, Command::None, command_bit(Command::Chat), kHasChat,
     "system message, instead of the model's own"},
    {"--logits", "FILE", OptionGroup::Generating, Command::None,
     command_bit(Command::Prompt) | command_bit(Command::Tokens), true,
     "write the logits of every prompt token, float32 .npy; generate only with -n"},
    {"--save", "FILE", OptionGroup::Generating, Command::None, kGenerating, true,
     "write what the model has read and said to a file, at the end"},
    {"--restore", "FILE", OptionGroup::Generating, Command::None, kGenerating, true,
     "go on from such a file, without reading it all again"},
    {"--step", nullptr, OptionGroup::Generating, Command::None, kGenerating, true,
     "take the prompt token by token, for tests: the logits are the same"},

    {"--prompt-tokens", "N", OptionGroup::Benchmarking, Command::None, command_bit(Command::Bench), true,
     "tokens of the prompt (default 512, or what fits)"},
    {"--new-tokens", "N", OptionGroup::Benchmarking, Command::None, kGenerating | command_bit(Command::Bench), true,
     "tokens to decode, the same as -n (default 128)"},
    {"--context-tokens", "N", OptionGroup::Benchmarking, Command::None, command_bit(Command::Bench), true,
     "tokens that are in the cache before (default 0)"},
    {"--json", nullptr, OptionGroup::Benchmarking, Command::None, kGenerating | command_bit(Command::Bench), true,
     "print one JSON object; of an answer: text, tokens, why it ended, counts, seconds"},

    {"--threads", "N", OptionGroup::Running, Command::None, kRunning, true, "threads (default all that are available)"},
    {"--prefill-threads", "N", OptionGroup::Running, Command::None, kRunning, true,
     "threads for prompts (default as --threads)"},
    {"--target", "NAME", OptionGroup::Running, Command::None, kRunning, true,
     "kernels for this kind of CPU, of those named above (default the best that run here)"},
    {"--weights-file", "FILE", OptionGroup::Running, Command::None, kReading, true,
     kWeightsInside ? "weights, instead of those inside the program"
                    : "weights (default beside the program, under the name built in)"},
    {"--read-weights", nullptr, OptionGroup::Running, Command::None, kReading, true,
     "read and check the whole weights file instead of mapping it: it may change meanwhile"},
    {"--verbose", nullptr, OptionGroup::Running, Command::None, kGenerating, true,
     "say how fast it was, on stderr; done anyway on a terminal"},
};

inline void print_help() {
  std::printf("%s: a language model in one program, made by weebill %s from %s for %s\n\n", kName, kWeebillVersion,
              kSource, kTarget);
  if (kHasTokenizer)
    std::printf("  %s \"prompt\" [-n 128]  continue a text\n", kName);
  if (kHasChat)
    std::printf("  %s --chat             talk\n", kName);
  std::printf("  %s --tokens 1,2,3     %s\n", kName,
              kHasTokenizer ? "the same with token ids" : "continue a prompt of token ids");
  std::printf("  %s --bench            how fast is it here?\n", kName);
  constexpr const char *kTitles[] = {"What to do", "Generating", "Benchmarking", "Running"};
  i32 group = -1;
  for (const OptionRow &row : kOptionRows) {
    if (!row.available)
      continue;
    if (static_cast<i32>(row.group) != group)
      std::printf("\n%s\n", kTitles[group = static_cast<i32>(row.group)]);
    char left[40];
    std::snprintf(left, sizeof left, "%s%s%s", row.name, row.value ? " " : "", row.value ? row.value : "");
    std::printf("  %-22s  %s\n", left, row.help);
  }
  std::printf("\nWhere nothing else is said%s: --temperature %g --top-k %d --top-p %g --min-p %g --repeat-penalty %g\n",
              kTemperature > 0 ? ", as the model's file recommends" : "", static_cast<f64>(kTemperature), kTopK,
              static_cast<f64>(kTopP), static_cast<f64>(kMinP), static_cast<f64>(kRepeatPenalty));
  std::printf("\nThe model holds %d tokens at a time. Exit codes: 0 fine, 1 bad input, 2 bad usage, 130 interrupted.\n",
              kContext);
}
