//===- OptionsTest.cpp - Command lines, right and wrong -------------------------===//

#include "tests/unit/runtime/FakeConstants.h"

#include "runtime/parse_options.h"
#include "tests/unit/runtime/ExpectFailure.h"

#include <deque>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace {

Options parse(std::vector<std::string> arguments) {
  static std::deque<std::string> kept; // options point into their arguments for as long as the program lives
  std::vector<char *> pointers = {const_cast<char *>("fake")};
  for (std::string &argument : arguments)
    pointers.push_back(kept.emplace_back(std::move(argument)).data());
  return OptionParser(static_cast<int>(pointers.size()), pointers.data()).parse();
}

TEST(OptionsTest, Prompt) {
  const Options options = parse({"hello", "-n", "5", "--temperature=0.5", "--top-k", "40", "--top-p", "0.9", "--seed",
                                 "7", "--threads", "3", "--prefill-threads=2"});
  EXPECT_EQ(options.command, Command::Prompt);
  EXPECT_EQ(options.prompt, "hello");
  EXPECT_EQ(options.new_tokens, 5);
  EXPECT_EQ(options.sampling.temperature, 0.5f);
  EXPECT_EQ(options.sampling.top_k, 40);
  EXPECT_EQ(options.sampling.top_p, 0.9f);
  EXPECT_EQ(options.sampling.seed, 7u);
  EXPECT_EQ(options.threads, 3);
  EXPECT_EQ(options.prefill_threads, 2);
}

TEST(OptionsTest, APromptMayLookLikeAnOption) {
  EXPECT_EQ(parse({"--", "--help"}).prompt, "--help");
  EXPECT_EQ(parse({"--", "-"}).prompt, "-");
  EXPECT_EQ(parse({""}).prompt, "");
}

TEST(OptionsTest, APromptMayBeInAFile) {
  EXPECT_STREQ(parse({"-"}).prompt_file, "-");
  EXPECT_EQ(parse({"-"}).command, Command::Prompt);
  EXPECT_STREQ(parse({"--file", "a.txt"}).prompt_file, "a.txt");
  EXPECT_EQ(parse({"--chat", "--file=a.txt"}).command, Command::Chat);
}

TEST(OptionsTest, Sampling) {
  EXPECT_EQ(parse({"x"}).sampling.repeat_penalty, 1);
  const Options options = parse({"x", "--min-p", "0.1", "--repeat-penalty", "1.25"});
  EXPECT_EQ(options.sampling.min_p, 0.1f);
  EXPECT_EQ(options.sampling.repeat_penalty, 1.25f);
}

TEST(OptionsTest, Commands) {
  EXPECT_EQ(parse({"--tokens", "1,2,299"}).tokens, (std::vector<i32>{1, 2, 299}));
  EXPECT_EQ(parse({"--tokens", "7", "--logits", "x.npy", "--step"}).command, Command::Tokens);
  EXPECT_EQ(parse({"--chat"}).command, Command::Chat);
  EXPECT_EQ(parse({"hi", "--chat", "--system", "Be short."}).command, Command::Chat);
  EXPECT_STREQ(parse({"--tokenize", "a.txt"}).text_file, "a.txt");
  EXPECT_EQ(parse({"--perplexity=a.txt"}).command, Command::Perplexity);
  const Options bench =
      parse({"--bench", "--prompt-tokens", "16", "--new-tokens", "8", "--context-tokens", "4", "--json"});
  EXPECT_EQ(bench.command, Command::Bench);
  EXPECT_EQ(bench.prompt_tokens, 16);
  EXPECT_EQ(bench.new_tokens, 8);
  EXPECT_EQ(bench.context_tokens, 4);
  EXPECT_TRUE(bench.json);
  EXPECT_EQ(parse({"--verify", "--weights-file", "w"}).command, Command::Verify);
  EXPECT_EQ(parse({"--help", "--json"}).command, Command::Help);
}

struct Wrong {
  std::vector<std::string> arguments;
  std::string sentence;
};

class WrongOptionsTest : public testing::TestWithParam<Wrong> {};

TEST_P(WrongOptionsTest, OneSentenceAndExitCodeTwo) {
  EXPECT_FAILURE(parse(GetParam().arguments), 2, "^" + GetParam().sentence + "$");
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongOptionsTest,
    testing::Values(Wrong{{}, "nothing to do: give a prompt, or see --help"},
                    Wrong{{"--threds", "2"}, "there is no option '--threds', did you mean '--threads'.*"},
                    Wrong{{"--temprature=1"}, "there is no option '--temprature', did you mean '--temperature'.*"},
                    Wrong{{"--something-else"}, "there is no option '--something-else', see --help"},
                    Wrong{{"--foo"}, "there is no option '--foo', see --help"},
                    Wrong{{"-x"}, "there is no option '-x', see --help"},
                    Wrong{{"--temp", "1"}, "there is no option '--temp', did you mean '--temperature'.*"},
                    Wrong{{"-p", "hi"}, "there is no option '-p', the prompt stands alone: put it into quotes"},
                    Wrong{{"--prompt=hi"}, "there is no option '--prompt', the prompt stands alone.*"},
                    Wrong{{"-m", "x"}, "there is no option '-m', the model is a part of this program.*"},
                    Wrong{{"-t", "4"}, "there is no option '-t', did you mean '--threads'.*"},
                    Wrong{{"-c", "4"}, "there is no option '-c', the context is chosen .*: weebill build --context N"},
                    Wrong{{"--n-predict", "4"}, "there is no option '--n-predict', did you mean '-n'.*"},
                    Wrong{{"--threads"}, "--threads needs a value: --threads N"},
                    Wrong{{"--threads", "0"}, "--threads takes a whole number from 1 to 256, not '0'"},
                    Wrong{{"--threads", "2x"}, "--threads takes .*, not '2x'"},
                    Wrong{{"--threads", ""}, "--threads takes .*, not ''"},
                    Wrong{{"hi", "-n", "-1"}, "-n takes a whole number from 0 to 2147483647, not '-1'"},
                    Wrong{{"hi", "-n", "99999999999999999999"}, "-n takes .*, not '99999999999999999999'"},
                    Wrong{{"hi", "--temperature", "nan"}, "--temperature takes a number from 0 to 100, not 'nan'"},
                    Wrong{{"hi", "--top-p", "1.5"}, "--top-p takes a number from 0 to 1, not '1.5'"},
                    Wrong{{"--json=1", "--bench"}, "--json takes no value, but got '1'"},
                    Wrong{{"--tokens", "1,,2"}, "--tokens takes token ids with commas between them, 1,2,3, not ',2'"},
                    Wrong{{"--tokens", ""}, "--tokens takes .*, not ''"},
                    Wrong{{"--tokens", "1,2,"}, "--tokens takes .*, not ''"},
                    Wrong{{"--tokens", "1 2"}, "--tokens takes .*, not '1 2'"},
                    Wrong{{"hello", "world"}, "there are two prompts, 'hello' and 'world': put one into quotes"},
                    Wrong{{"--bench", "--verify"}, "--bench and --verify do not go together"},
                    Wrong{{"--bench", "hello"}, "--bench takes no prompt, but got 'hello'"},
                    Wrong{{"--tokenize", "x", "--json"}, "--json does not go with --tokenize"},
                    Wrong{{"hello", "-"}, "there are two prompts, 'hello' and the one in '-'"},
                    Wrong{{"-", "--file", "x"}, "there are two prompts, in '-' and in 'x'"},
                    Wrong{{"--bench", "--file", "x"}, "--bench takes no prompt, but got 'x'"},
                    Wrong{{"x", "--min-p", "1.5"}, "--min-p takes a number from 0 to 1, not '1.5'"},
                    Wrong{{"--bench", "--logits", "x"}, "--logits does not go with --bench"},
                    Wrong{{"--chat", "--logits", "x"}, "--logits does not go with --chat"},
                    Wrong{{"hello", "--system", "x"}, "--system does not go with a prompt"},
                    Wrong{{"--bench", "--context-tokens", "97"},
                          "--context-tokens takes a whole number from 0 to 96, not '97'"}));

TEST(OptionsTest, TheShortNameOfHelp) { EXPECT_EQ(parse({"-h"}).command, Command::Help); }

TEST(OptionsTest, NoHintIsAnOptionOfOurs) {
  for (const OptionRow &row : kOptionRows)
    EXPECT_EQ(hint_of_option(row.name), nullptr) << row.name;
  EXPECT_EQ(hint_of_option(""), nullptr);
  EXPECT_EQ(hint_of_option("-"), nullptr);
}

TEST(EditDistanceTest, CountsLetters) {
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("--top-k", "--top-p"), 1u);
  EXPECT_EQ(edit_distance(std::string(1000, 'x'), "--top-p"), 31u);
}

TEST(OptionsTest, EveryOptionOfTheHelpIsKnown) {
  for (const OptionRow &row : kOptionRows)
    EXPECT_TRUE(row.command != Command::None || row.goes_with != 0) << row.name;
  testing::internal::CaptureStdout();
  print_help();
  const std::string help = testing::internal::GetCapturedStdout();
  for (const OptionRow &row : kOptionRows)
    EXPECT_NE(help.find(std::string("  ") + row.name), help.npos) << row.name;
}

} // namespace
