//===- Options.cpp - The command line of weebill --------------------------===//
//
// CLI11 parses; its help layout and its error sentences are replaced by ours. Tested by
// tests/unit/compiler/driver/OptionsTest.cpp and tests/lit/tools/weebill-usage-errors.test.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Options.h"

#include "codegen/targets/Target.h"
#include "compiler/driver/HelpFormat.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

namespace weebill::driver {

const char *const kWeebillVersion = WEEBILL_VERSION;

namespace {

using Names = std::vector<std::string>;

std::string joined(const Names &names) {
  std::string text;
  for (const std::string &name : names)
    text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// Accepts one of some names and refuses others by name.
CLI::Validator oneOf(const Names &names) {
  return CLI::Validator(
      [names](std::string &value) {
        if (std::find(names.begin(), names.end(), value) != names.end())
          return std::string();
        return "'" + value + "' is not one of " + joined(names);
      },
      "");
}

Names targetNames() {
  Names names = {"native"};
  for (const targets::Target &target : targets::targets())
    names.push_back(target.name);
  return names;
}

/// Names that are safe in file names, comments and shells.
std::string checkName(const std::string &name) {
  const std::string safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  if (name.empty() || name.find_first_not_of(safe) != std::string::npos || name[0] == '-' || name[0] == '.')
    return "'" + name +
           "' is not a name: use letters, digits, '.', '_' and '-', and begin with a letter, a digit or '_'";
  return "";
}

void addModel(CLI::App &app, ModelOptions &options) {
  app.add_option("MODEL", options.model,
                 "a Llama-like model: a GGUF file, a Hugging Face folder, a description (.json) or a preset")
      ->required();
}

void addNumbers(CLI::App &app, ModelOptions &options) {
  const char *group = "Numbers";
  app.add_option("--weights", options.weights,
                 "matrices as int8 with a scale for each row, as float16, or as float32 (default int8)")
      ->option_text("int8|f16|f32")
      ->check(oneOf({"int8", "f16", "f32"}))
      ->group(group);
  app.add_option("--activations", options.activations,
                 "what matrices multiply: with int8 weights codes with a scale and zero point for each token, or, "
                 "less accurate, with a scale alone (default int8); with other weights f32")
      ->option_text("int8|int8-symmetric|f32")
      ->check(oneOf({"int8", "int8-symmetric", "f32"}))
      ->group(group);
  app.add_option("--store", options.store) // for recipes in the making, and tests
      ->group("")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--cache", options.cache,
                 "keys and values; int8 has a scale for each head of each token (default f16)")
      ->option_text("f16|int8|f32")
      ->check(oneOf({"f16", "int8", "f32"}))
      ->group(group);
  app.add_option("--rotation", options.rotation,
                 "folded: spread outliers of the residual stream by a rotation inside the weights, at no cost at run "
                 "time; makes int8 more accurate (default folded for int8, none for f16 and f32)")
      ->option_text("folded|none")
      ->check(oneOf({"folded", "none"}))
      ->group(group);
  app.add_option("--context", options.context,
                 "tokens that the cache holds (default: the model's own, but at most 2048)")
      ->option_text("N")
      ->check(CLI::Validator(
          [](std::string &value) {
            const bool number =
                !value.empty() && value.size() <= 9 && value.find_first_not_of("0123456789") == std::string::npos;
            return number && std::stol(value) > 0 ? std::string() : "'" + value + "' is not a number of tokens";
          },
          ""))
      ->group(group);
}

void addSkipPass(CLI::App &app, ModelOptions &options, const char *group) {
  app.add_option("--skip-pass", options.skipPasses, "leave out a fusion, to compare; may be repeated")
      ->option_text("FLAG")
      ->check(oneOf({"lm-fuse-qkv", "lm-fuse-swiglu", "lm-fuse-norm-quantize", "lm-fuse-residual"}))
      ->group(group)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

/// Complains about the first name of a list that is no target.
std::string eachIsATarget(const std::string &list) {
  for (std::string name : CLI::detail::split(list, ','))
    if (std::string problem = oneOf(targetNames())(name); !problem.empty())
      return problem;
  return "";
}

/// Values of build that are words on the command line and something better in BuildOptions.
struct BuildWords {
  std::string emit, target = "native";
};

CLI::App *addBuild(CLI::App &app, BuildOptions &options, BuildWords &words) {
  CLI::App *build = app.add_subcommand("build", "compile a model to one C++ file, its weights file and a program");
  addModel(*build, options);
  const char *output = "Output";
  build
      ->add_option("-o,--output", options.output,
                   "folder for NAME, NAME.cpp, NAME.h, NAME.weights and NAME.report.html; made if missing")
      ->option_text("DIR")
      ->group(output);
  build->add_option("--name", options.name, "what the files are called (default: the model file's name)")
      ->option_text("NAME")
      ->check(checkName)
      ->group(output);
  build
      ->add_option("--emit", words.emit,
                   "stop at the C++ file, or compile it too (default: binary where there is a C++ compiler)")
      ->option_text("cpp|binary")
      ->check(oneOf({"cpp", "binary"}))
      ->group(output);
  build->add_option("--compiler", options.compiler, "C++ compiler to use (default: the first of c++, g++, clang++)")
      ->option_text("CXX")
      ->group(output);
  build->add_flag("--embed-weights", options.embedWeights, "put the weights into the program instead of beside it")
      ->group(output);
  build
      ->add_option("--target", words.target,
                   "CPU to compile for, one of 'weebill targets' (default native: this machine's); with several, "
                   "separated by commas, the program chooses at start")
      ->option_text("CPU")
      ->check(CLI::Validator(eachIsATarget, ""))
      ->group(output);
  addNumbers(*build, options);
  addSkipPass(*build, options, "For developers");
  build->add_flag("--emit-plan", options.emitPlan, "print the plan of buffers, phases and steps, and write no file")
      ->group("For developers");
  build->footer("Example:\n  weebill build smollm2-135m.gguf -o out\n  out/smollm2-135m --chat \"What is the capital "
                "of France?\"");
  return build;
}

CLI::App *addInspect(CLI::App &app, InspectOptions &options) {
  CLI::App *inspect = app.add_subcommand("inspect", "show a model's sizes, memory and the speed that memory allows");
  addModel(*inspect, options);
  inspect->add_flag("--json", options.json, "one JSON object instead of a table")->group("Output");
  addNumbers(*inspect, options);
  return inspect;
}

CLI::App *addTargets(CLI::App &app, TargetsOptions &options) {
  CLI::App *list = app.add_subcommand("targets", "list the CPUs that weebill compiles for");
  list->add_flag("--runs-here", options.runsHere, "only the names of those that this machine can run")->group("Output");
  return list;
}

/// CLI11's complaint as one sentence of ours.
std::string sentence(const CLI::ParseError &error) {
  const std::string text = error.what(), option = text.substr(0, text.find_first_of(": "));
  if (dynamic_cast<const CLI::ExtrasError *>(&error)) {
    const std::string words = text.substr(text.rfind(": ") + 2);
    const std::string word = words.substr(0, words.find(' '));
    return (word.starts_with("-") ? "unknown option '" : "unexpected argument '") + word + "'";
  }
  if (dynamic_cast<const CLI::RequiredError *>(&error))
    return text.starts_with("A subcommand") ? "a command is missing" : option + " is missing";
  if (dynamic_cast<const CLI::ArgumentMismatch *>(&error))
    return option + (text.find("At Most") != std::string::npos ? " is given twice" : " needs a value");
  return text;
}

void requireConsistent(const BuildOptions &options) {
  if (options.output.empty() && !options.emitPlan)
    throw UsageError("--output is missing: it says where the files go (see 'weebill build --help')");
  if (options.emit == EmitKind::Cpp && !options.compiler.empty())
    throw UsageError("--compiler says how to make a binary, --emit cpp asks for none");
}

void requireTargetsThatGoTogether(const std::vector<std::string> &targets) {
  for (size_t i = 0; i < targets.size(); ++i) {
    if (targets.size() > 1 && targets[i] == "native")
      throw UsageError("--target native stands alone: it is one of the others");
    if (std::find(targets.begin(), targets.begin() + i, targets[i]) != targets.begin() + i)
      throw UsageError("--target names '" + targets[i] + "' twice");
  }
}

void completeNumbers(ModelOptions &options) {
  const std::string usual = options.weights == "int8" ? "int8" : "f32";
  if (options.activations.empty())
    options.activations = usual;
  if (options.store.empty() && options.activations.starts_with("int8") != (usual == "int8"))
    throw UsageError("--weights " + options.weights + " with --activations " + options.activations +
                     " is not built yet: int8 activations go with int8 weights, f32 with f16 and f32");
}

} // namespace

Command parseCommandLine(int argc, const char *const *argv) {
  BuildOptions build;
  InspectOptions inspect;
  TargetsOptions list;
  BuildWords words;

  CLI::App app("weebill: compiles small language models to one C++ file", "weebill");
  app.formatter(std::make_shared<HelpFormat>());
  app.set_help_flag("-h,--help", "print this text");
  app.set_version_flag("--version", std::string("weebill ") + kWeebillVersion, "print the version");
  app.require_subcommand(1);
  CLI::App *buildCommand = addBuild(app, build, words);
  CLI::App *inspectCommand = addInspect(app, inspect);
  CLI::App *presetsCommand = app.add_subcommand("presets", "list the models that weebill knows by name");
  addTargets(app, list);
  app.footer("'weebill COMMAND --help' tells more.\n\nExit codes: 0 fine, 1 bad input, 2 bad usage.");

  std::string command = "weebill";
  try {
    app.parse(argc, const_cast<char **>(argv));
  } catch (const CLI::CallForHelp &) {
    return PrintText{app.help()};
  } catch (const CLI::CallForVersion &) {
    return PrintText{app.version() + "\n"};
  } catch (const CLI::ParseError &error) {
    for (const CLI::App *parsed : app.get_subcommands())
      command += " " + parsed->get_name();
    std::string complaint = sentence(error);
    if (command == "weebill" && argc > 1) // CLI11 only misses a command, whatever stands in its place
      complaint = (argv[1][0] == '-' ? "unknown option '" : "unknown command '") + std::string(argv[1]) + "'";
    throw UsageError(complaint + " (see '" + command + " --help')");
  }

  if (buildCommand->parsed()) {
    if (!words.emit.empty())
      build.emit = words.emit == "cpp" ? EmitKind::Cpp : EmitKind::Binary;
    build.targets = CLI::detail::split(words.target, ',');
    requireConsistent(build);
    requireTargetsThatGoTogether(build.targets);
    completeNumbers(build);
    return build;
  }
  if (inspectCommand->parsed()) {
    completeNumbers(inspect);
    return inspect;
  }
  if (presetsCommand->parsed())
    return PresetsOptions();
  return list;
}

} // namespace weebill::driver
