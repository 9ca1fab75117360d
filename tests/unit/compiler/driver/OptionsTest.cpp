//===- OptionsTest.cpp ----------------------------------------------------===//
//
// Defaults, every option, and the sentence for each way to get them wrong.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Options.h"
#include "compiler/api/Version.h"

#include <gtest/gtest.h>
#include <sstream>

using namespace weebill::api;
using namespace weebill::driver;

namespace {

Command parse(const std::string &line) {
  std::istringstream words("weebill " + line);
  std::vector<std::string> storage;
  for (std::string word; words >> word;)
    storage.push_back(word);
  std::vector<const char *> arguments;
  for (const std::string &word : storage)
    arguments.push_back(word.c_str());
  return parseCommandLine(int(arguments.size()), arguments.data());
}

std::string complaint(const std::string &line) {
  try {
    parse(line);
    return "none";
  } catch (const UsageError &error) {
    return error.what();
  }
}

TEST(OptionsTest, DefaultsOfBuild) {
  const BuildOptions options = std::get<BuildOptions>(parse("build a.gguf -o out"));
  EXPECT_EQ(options.compile.model, "a.gguf");
  EXPECT_EQ(options.output, "out");
  EXPECT_EQ(options.compile.targets, std::vector<std::string>{"native"});
  EXPECT_FALSE(options.compile.weights || options.compile.activations || options.compile.cache ||
               options.compile.rotation);
  EXPECT_EQ(options.compile.name, "");
  EXPECT_FALSE(options.compile.context);
  EXPECT_FALSE(options.emit);
  EXPECT_FALSE(options.emitPlan);
  EXPECT_TRUE(options.compile.skipPasses.empty());
}

TEST(OptionsTest, EverythingOfBuild) {
  const BuildOptions options = std::get<BuildOptions>(
      parse("build --output=out --target x86-64-v3 --weights f32 --cache f32 --context 77 --emit binary --name n.1 "
            "--compiler g++ --skip-pass lm-fuse-qkv --skip-pass lm-fuse-swiglu a.gguf"));
  EXPECT_EQ(options.compile.model, "a.gguf");
  EXPECT_EQ(options.compile.targets, std::vector<std::string>{"x86-64-v3"});
  EXPECT_EQ(options.compile.weights, WeightFormat::F32);
  EXPECT_EQ(options.compile.cache, CacheFormat::F32);
  EXPECT_EQ(options.compile.context, 77);
  EXPECT_EQ(options.emit, EmitKind::Binary);
  EXPECT_EQ(options.compile.name, "n.1");
  EXPECT_EQ(options.compiler, "g++");
  EXPECT_EQ(options.compile.skipPasses, (std::vector<std::string>{"lm-fuse-qkv", "lm-fuse-swiglu"}));
}

TEST(OptionsTest, WhatATemplateIsGiven) {
  const BuildOptions options = std::get<BuildOptions>(parse("build a -o b --date 2026-11-26 --template-variable x=1 "
                                                            "--template-variable y=2 --tools t.json --ignore-field f"));
  EXPECT_EQ(options.compile.chat.date, "2026-11-26");
  EXPECT_EQ(options.compile.chat.variables, (std::vector<std::string>{"x=1", "y=2"}));
  EXPECT_EQ(options.compile.chat.tools, "t.json");
  EXPECT_EQ(options.compile.ignoredFields, std::vector<std::string>{"f"});
}

TEST(OptionsTest, SymmetricCodes) {
  EXPECT_EQ(std::get<BuildOptions>(parse("build a -o b --activations int8-symmetric")).compile.activations,
            Activations::Int8Symmetric);
}

TEST(OptionsTest, EveryWordOfEveryTableIsTaken) {
  for (const auto &[value, word] : optionWords<WeightFormat>())
    EXPECT_EQ(std::get<BuildOptions>(parse(std::string("build a -o b --weights ") + word)).compile.weights, value);
  for (const auto &[value, word] : optionWords<CacheFormat>())
    EXPECT_EQ(std::get<InspectOptions>(parse(std::string("inspect a --cache ") + word)).compile.cache, value);
  for (const auto &[value, word] : optionWords<Rotation>())
    EXPECT_EQ(std::get<InspectOptions>(parse(std::string("inspect a --rotation ") + word)).compile.rotation, value);
}

TEST(OptionsTest, SeveralTargets) {
  const std::vector<std::string> both = {"x86-64-v3", "x86-64-avx512vnni"};
  EXPECT_EQ(std::get<BuildOptions>(parse("build a -o b --target x86-64-v3,x86-64-avx512vnni")).compile.targets, both);
  EXPECT_EQ(std::get<BuildOptions>(parse("build --target x86-64-v3,x86-64-avx512vnni a -o b")).compile.model, "a");
}

TEST(OptionsTest, APlanNeedsNoFolder) {
  EXPECT_TRUE(std::get<BuildOptions>(parse("build a.gguf --emit-plan")).emitPlan);
}

TEST(OptionsTest, OtherCommands) {
  EXPECT_TRUE(std::get<InspectOptions>(parse("inspect a.gguf --json")).json);
  EXPECT_FALSE(std::get<InspectOptions>(parse("inspect a.gguf")).json);
  EXPECT_TRUE(std::get<TargetsOptions>(parse("targets --runs-here")).runsHere);
  EXPECT_EQ(std::get<PrintText>(parse("--version")).text, std::string("weebill ") + kWeebillVersion + "\n");
}

struct Mistake {
  const char *name, *line, *complaint;
};
void PrintTo(const Mistake &mistake, std::ostream *out) { *out << mistake.line; }

class MistakeTest : public testing::TestWithParam<Mistake> {};

TEST_P(MistakeTest, HasItsSentence) { EXPECT_EQ(complaint(GetParam().line), GetParam().complaint); }

constexpr Mistake kMistakes[] = {
    {"NoCommand", "", "a command is missing (see 'weebill --help')"},
    {"UnknownCommand", "bild a", "unknown command 'bild' (see 'weebill --help')"},
    {"UnknownOptionAlone", "--frob", "unknown option '--frob' (see 'weebill --help')"},
    {"NoModel", "build -o out", "MODEL is missing (see 'weebill build --help')"},
    {"NoFolder", "build a", "--output is missing: it says where the files go (see 'weebill build --help')"},
    {"NoValue", "build a -o", "--output needs a value (see 'weebill build --help')"},
    {"Twice", "build a -o b -o c", "--output is given twice (see 'weebill build --help')"},
    {"UnknownOption", "build a -o b --frob", "unknown option '--frob' (see 'weebill build --help')"},
    {"UnknownOptionWithAValue", "build a -o b --contxt 5", "unknown option '--contxt' (see 'weebill build --help')"},
    {"ExtraArgument", "inspect a b", "unexpected argument 'b' (see 'weebill inspect --help')"},
    {"UnknownWeights", "build a -o b --weights int3",
     "--weights: 'int3' is not one of int8, f16, f32, keep, compact, int4, int5, int6, mixed (see 'weebill build "
     "--help')"},
    {"UnknownCache", "inspect a --cache int4",
     "--cache: 'int4' is not one of f16, int8, f32 (see 'weebill inspect --help')"},
    {"ContextZero", "build a -o b --context 0",
     "--context: '0' is not a number of tokens (see 'weebill build --help')"},
    {"ContextNegative", "build a -o b --context=-5",
     "--context: '-5' is not a number of tokens (see 'weebill build --help')"},
    {"ContextHuge", "build a -o b --context 99999999999",
     "--context: '99999999999' is not a number of tokens (see 'weebill build --help')"},
    {"UnknownPass", "build a -o b --skip-pass lm-x",
     "--skip-pass: 'lm-x' is not one of lm-fuse-qkv, lm-fuse-swiglu, lm-fuse-norm-quantize, lm-fuse-residual (see "
     "'weebill build "
     "--help')"},
    {"NameWithFolder", "build a -o b --name c/d",
     "--name: 'c/d' is not a name: use letters, digits, '.', '_' and '-', and begin with a letter, a digit or '_' (see "
     "'weebill build "
     "--help')"},
    {"Mixture", "build a -o b --activations f32",
     "--weights int8 with --activations f32 is not built yet: int8 activations go with int8 weights, int8-g32 "
     "with keep, compact, int4, int5, int6 and mixed, f32 with f16 and f32"},
    {"MixtureSymmetric", "build a -o b --weights f32 --activations int8-symmetric",
     "--weights f32 with --activations int8-symmetric is not built yet: int8 activations go with int8 weights, "
     "int8-g32 with keep, compact, int4, int5, int6 and mixed, f32 with f16 and f32"},
    {"MixtureHalf", "build a -o b --weights f16 --activations int8",
     "--weights f16 with --activations int8 is not built yet: int8 activations go with int8 weights, int8-g32 "
     "with keep, compact, int4, int5, int6 and mixed, f32 with f16 and f32"},
    {"NativeAndMore", "build a -o b --target native,x86-64-v3",
     "--target native stands alone: it is one of the others"},
    {"TargetTwice", "build a -o b --target x86-64-v3,x86-64-v3", "--target names 'x86-64-v3' twice"},
    {"CompilerForNothing", "build a -o b --emit cpp --compiler g++",
     "--compiler says how to make a binary, --emit cpp asks for none"},
};

INSTANTIATE_TEST_SUITE_P(Options, MistakeTest, testing::ValuesIn(kMistakes),
                         [](const auto &info) { return std::string(info.param.name); });

TEST(OptionsTest, AnUnknownTargetIsToldTheTable) {
  const std::string text = complaint("build a -o b --target pdp11");
  EXPECT_EQ(text.find("--target: 'pdp11' is not one of native, "), 0u) << text;
  EXPECT_NE(text.find("x86-64-v3"), std::string::npos) << text;
}

TEST(OptionsTest, HelpNamesEveryOptionAndStaysNarrow) {
  const std::string help = std::get<PrintText>(parse("build --help")).text;
  for (const char *option : {"--output", "--target", "--weights", "--activations", "--cache", "--context", "--emit ",
                             "--name", "--skip-pass", "--emit-plan", "--compiler", "--embed-weights", "--rotation",
                             "--calibrate", "--bits", "--recipe", "--write-recipe", "MODEL"})
    EXPECT_NE(help.find(option), std::string::npos) << option;
  for (const char *notBuilt : {"int3", "TEXT", "OPTIONS"})
    EXPECT_EQ(help.find(notBuilt), std::string::npos) << notBuilt;
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(line.size(), 100u) << line;
}

TEST(OptionsTest, Presets) {
  EXPECT_TRUE(std::holds_alternative<PresetsOptions>(parse("presets")));
  EXPECT_NE(complaint("presets mobilellm-125m"), "none");
}

} // namespace
