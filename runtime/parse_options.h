//===- parse_options.h - From arguments to Options ---------------*- C++ -*-===//
//
// Every mistake is one sentence and exit code 2; a name that is nearly right is answered with the right one. Tested by
// tests/unit/runtime/OptionsTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/option_hints.h"
#include "runtime/options.h"
#include "runtime/types.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

constexpr i32 kMostThreads = 256;

/// How many letters have to be changed, added or taken away to make one word of the other. Words longer than 31 letters
/// are never alike.
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  constexpr std::size_t kLongest = 31;
  if (a.size() > kLongest || b.size() > kLongest)
    return kLongest;
  std::size_t row[kLongest + 1];
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

/// The option that is meant by a name that is none: what it begins, or what differs in a few letters. nullptr: unclear.
inline const OptionRow *closest_option(std::string_view name) {
  const OptionRow *closest = nullptr;
  if (!name.starts_with("--"))
    return nullptr;
  for (const OptionRow &row : kOptionRows)
    if (row.available && name.size() >= 5 && std::string_view(row.name).starts_with(name)) // "--temp"
      return &row;
  std::size_t distance = std::min<std::size_t>(4, name.size() / 3 + 1); // as many letters or more are no misspelling
  for (const OptionRow &row : kOptionRows)
    if (const std::size_t letters = edit_distance(name, row.name); row.available && letters < distance) {
      closest = &row;
      distance = letters;
    }
  return closest;
}

[[noreturn]] inline void refuse_unknown_option(std::string_view name) {
  const i32 length = static_cast<i32>(std::min<std::size_t>(name.size(), 60));
  if (const char *advice = hint_of_option(name))
    fail_usage("there is no option '%.*s', %s", length, name.data(), advice);
  if (const OptionRow *closest = closest_option(name))
    fail_usage("there is no option '%.*s', did you mean '%s'?", length, name.data(), closest->name);
  fail_usage("there is no option '%.*s', see --help", length, name.data());
}

/// A whole number from `least` to `most`.
inline i64 parse_integer(const char *option, const char *text, i64 least, i64 most) {
  char *end = nullptr;
  errno = 0;
  const long long value = std::strtoll(text, &end, 10);
  if (end == text || *end != '\0' || errno != 0 || value < least || value > most)
    fail_usage("%s takes a whole number from %lld to %lld, not '%.40s'", option, static_cast<long long>(least),
               static_cast<long long>(most), text);
  return value;
}

inline f32 parse_number(const char *option, const char *text, f32 least, f32 most) {
  char *end = nullptr;
  const f32 value = std::strtof(text, &end);
  if (end == text || *end != '\0' || !(value >= least && value <= most)) // also refuses what is not a number
    fail_usage("%s takes a number from %g to %g, not '%.40s'", option, static_cast<f64>(least), static_cast<f64>(most),
               text);
  return value;
}

/// "1,2,3". Whether the model has such tokens is not usage: see check_tokens in program.h.
inline std::vector<i32> parse_ids(const char *option, const char *text) {
  std::vector<i32> ids;
  for (const char *next = text;; ++next) {
    char *end = nullptr;
    errno = 0;
    const long long id = std::strtoll(next, &end, 10);
    if (end == next || (*end != ',' && *end != '\0') || errno != 0 || id < INT_MIN || id > INT_MAX)
      fail_usage("%s takes token ids with commas between them, 1,2,3, not '%.40s'", option, next);
    ids.push_back(static_cast<i32>(id));
    next = end;
    if (*next == '\0')
      return ids;
  }
}

/// Walks through the arguments once; what goes together is checked afterwards.
class OptionParser {
public:
  OptionParser(int given_count, char **given_arguments) : count(given_count), arguments(given_arguments) {}

  Options parse() {
    bool only_prompts = false; // after --
    while (next < count) {
      const char *argument = arguments[next++];
      if (!only_prompts && std::strcmp(argument, "-") == 0)
        take_prompt_file(argument);
      else if (only_prompts || argument[0] != '-')
        take_prompt(argument);
      else if (std::strcmp(argument, "--") == 0)
        only_prompts = true;
      else
        take_option(argument);
    }
    settle_command();
    check_companions();
    return std::move(options);
  }

private:
  void take_prompt(const char *argument) {
    if (!kHasTokenizer)
      fail_usage("this model has no tokenizer: give token ids with --tokens instead of '%.40s'", argument);
    if (options.prompt.has_value())
      fail_usage("there are two prompts, '%.40s' and '%.40s': put one into quotes", options.prompt->data(), argument);
    options.prompt = argument;
  }

  void take_prompt_file(const char *path) {
    if (!kHasTokenizer)
      fail_usage("this model has no tokenizer: give token ids with --tokens instead of text on '%.40s'", path);
    if (options.prompt_file != nullptr)
      fail_usage("there are two prompts, in '%.40s' and in '%.40s'", options.prompt_file, path);
    options.prompt_file = path;
  }

  void take_option(const char *argument) {
    const std::string_view whole = argument;
    const std::size_t equals = whole.starts_with("--") ? whole.find('=') : whole.npos;
    const std::string_view name = whole == "-h" ? "--help" : whole.substr(0, equals);
    const OptionRow *row = std::find_if(std::begin(kOptionRows), std::end(kOptionRows),
                                        [&](const OptionRow &candidate) { return name == candidate.name; });
    if (row == std::end(kOptionRows))
      refuse_unknown_option(name);
    if (!row->available)
      fail_usage("%s is not in this program: the model has no %s", row->name,
                 kHasTokenizer ? "chat template" : "tokenizer");
    if (row->value == nullptr && equals != whole.npos)
      fail_usage("%s takes no value, but got '%.40s'", row->name, argument + equals + 1);
    const char *value = nullptr;
    if (row->value != nullptr) {
      if (equals == whole.npos && next == count)
        fail_usage("%s needs a value: %s %s", row->name, row->name, row->value);
      value = equals != whole.npos ? argument + equals + 1 : arguments[next++];
    }
    given[row - kOptionRows] = true;
    if (row->command != Command::None) {
      if (options.command != Command::None && options.command != row->command)
        fail_usage("%s and %s do not go together", command_name, row->name);
      options.command = row->command;
      command_name = row->name;
    }
    set(row->name, value);
  }

  void set(std::string_view name, const char *value) {
    const auto integer = [&](i64 least, i64 most) {
      return static_cast<i32>(parse_integer(name.data(), value, least, most));
    };
    if (name == "--file")
      take_prompt_file(value);
    else if (name == "--save")
      options.save_file = value;
    else if (name == "--restore")
      options.restore_file = value;
    else if (name == "--tokens")
      options.tokens = parse_ids(name.data(), value);
    else if (name == "--tokenize" || name == "--perplexity")
      options.text_file = value;
    else if (name == "-n" || name == "--new-tokens")
      options.new_tokens = integer(0, INT_MAX);
    else if (name == "--temperature")
      options.sampling.temperature = parse_number(name.data(), value, 0, 100);
    else if (name == "--top-k")
      options.sampling.top_k = integer(0, INT_MAX);
    else if (name == "--top-p")
      options.sampling.top_p = parse_number(name.data(), value, 0, 1);
    else if (name == "--min-p")
      options.sampling.min_p = parse_number(name.data(), value, 0, 1);
    else if (name == "--repeat-penalty")
      options.sampling.repeat_penalty = parse_number(name.data(), value, 0.01f, 100);
    else if (name == "--seed")
      options.sampling.seed = static_cast<u64>(parse_integer(name.data(), value, 0, INT64_MAX));
    else if (name == "--stop")
      take_stop(value);
    else if (name == "--when-full")
      take_when_full(value);
    else if (name == "--logprobs")
      options.logprobs = true;
    else if (name == "--system")
      options.system = value;
    else if (name == "--logits")
      options.logits_file = value;
    else if (name == "--step")
      options.step = true;
    else if (name == "--prompt-tokens")
      options.prompt_tokens = integer(0, kContext);
    else if (name == "--context-tokens")
      options.context_tokens = integer(0, kContext);
    else if (name == "--json")
      options.json = true;
    else if (name == "--threads")
      options.threads = integer(1, kMostThreads);
    else if (name == "--prefill-threads")
      options.prefill_threads = integer(1, kMostThreads);
    else if (name == "--weights-file")
      options.weights_file = value;
    else if (name == "--read-weights")
      options.read_weights = true;
    else if (name == "--target")
      options.target = value;
    else if (name == "--verbose")
      options.verbose = true;
  }

  void take_stop(const char *text) {
    if (*text == '\0')
      fail_usage("--stop takes a text, not an empty one: it would end every answer at once");
    options.stops.push_back(text);
  }

  void take_when_full(std::string_view policy) {
    if (policy != "stop" && policy != "slide")
      fail_usage("--when-full takes stop or slide, not '%.40s'", policy.data());
    options.when_full = policy == "slide" ? WhenFull::Slide : WhenFull::Stop;
  }

  void settle_command() {
    if (options.prompt.has_value() && options.prompt_file != nullptr)
      fail_usage("there are two prompts, '%.40s' and the one in '%.40s'", options.prompt->data(), options.prompt_file);
    const char *prompt = options.prompt.has_value() ? options.prompt->data() : options.prompt_file;
    if (prompt != nullptr && options.command != Command::None && options.command != Command::Chat)
      fail_usage("%s takes no prompt, but got '%.40s'", command_name, prompt);
    if (options.command == Command::None)
      options.command = prompt != nullptr ? Command::Prompt : Command::None;
    if (options.command == Command::None)
      fail_usage("nothing to do: give a prompt%s, or see --help", kHasTokenizer ? "" : " with --tokens");
    if (options.command == Command::Prompt)
      command_name = "a prompt";
  }

  void check_companions() {
    if (options.command == Command::Help || options.command == Command::Version)
      return;
    if (options.system != nullptr && *kChatSystemProblem != '\0')
      fail_usage("--system does not go with this model: %s", kChatSystemProblem);
    if (kWeightsInside && options.read_weights && options.weights_file == nullptr)
      fail_usage("--read-weights needs --weights-file: this program has its weights inside");
    for (const OptionRow &row : kOptionRows)
      if (given[&row - kOptionRows] && row.command == Command::None &&
          (row.goes_with & command_bit(options.command)) == 0)
        fail_usage("%s does not go with %s", row.name, command_name);
  }

  int count;
  char **arguments;
  int next = 1;
  Options options;
  const char *command_name = "";
  bool given[std::size(kOptionRows)] = {};
};
