//===- Options.cpp - The command line of weebill --------------------------===//
//
// CLI11 parses; its help layout and its error sentences are replaced by ours. Tested by
// tests/unit/compiler/driver/OptionsTest.cpp and tests/lit/tools/weebill-usage-errors.test.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Options.h"

#include "compiler/api/Devices.h"
#include "compiler/api/Version.h"
#include "compiler/driver/HelpFormat.h"
#include "compiler/driver/ModelOptions.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

namespace weebill::driver {

namespace {

using Names = std::vector<std::string>;

/// Complains about the first name of a list that is no target.
std::string eachIsATarget(const std::string &list) {
  for (std::string name : CLI::detail::split(list, ','))
    if (std::string problem = api::problemOfWord(name, api::targetNames()); !problem.empty())
      return problem;
  return "";
}

/// Values of build that are words on the command line and something better in BuildOptions.
struct BuildWords {
  std::string emit, target;
};

CLI::App *addBuild(CLI::App &app, BuildOptions &options, BuildWords &words) {
  CLI::App *build = app.add_subcommand("build", "compile a model to one C++ file, its weights file and a program");
  build->formatter(std::make_shared<HelpFormat>(" -o DIR"));
  addModel(*build, options.compile);
  const char *output = "Output";
  build
      ->add_option("-o,--output", options.output,
                   "folder for NAME, NAME.cpp, NAME.h, NAME.weights and NAME.report.html; made if missing")
      ->option_text("DIR")
      ->group(output);
  build->add_option("--name", options.compile.name, "what the files are called (default the model file's name)")
      ->option_text("NAME")
      ->check(api::problemOfName)
      ->group(output);
  build
      ->add_option("--emit", words.emit,
                   "stop at the C++ file, or compile it too (default binary where there is a C++ compiler)")
      ->option_text("cpp|binary")
      ->check(oneOf({"cpp", "binary"}))
      ->group(output);
  build
      ->add_option(
          "--compiler", options.compiler,
          "C++ compiler to use; zig is found on the PATH or in Python's packages, and compiles for other CPUs, too "
          "(default $CXX, or the first of c++, g++, clang++, zig)")
      ->option_text("CXX")
      ->group(output);
  build
      ->add_option("--compiler-flags", options.compilerFlags,
                   "more flags for it, in one word with blanks between them (default $CXXFLAGS)")
      ->option_text("FLAGS")
      ->group(output);
  build
      ->add_flag("--embed-weights", options.compile.embedWeights,
                 "put the weights into the program instead of beside it")
      ->group(output);
  build
      ->add_option(
          "--system-prompt", options.systemPromptFile,
          "the system prompt that chats begin with; it is computed now, so that the first answer comes at once")
      ->option_text("FILE")
      ->group(output);
  build
      ->add_option("--device", options.device,
                   "machine to make the program for, one of 'weebill devices': chooses CPUs, system and compiler")
      ->option_text("DEVICE")
      ->check(oneOf(api::deviceNames()))
      ->group(output);
  build
      ->add_option(
          "--target", words.target,
          "CPU to compile for, one of 'weebill targets'; with several, separated by commas, the program chooses at "
          "start (default the device's, or native, this machine's)")
      ->option_text("CPU")
      ->check(CLI::Validator(eachIsATarget, ""))
      ->group(output);
  build
      ->add_flag("--without-tokenizer", options.compile.withoutTokenizer,
                 "make a program that takes and prints numbers of tokens only, whatever tokenizer the model has")
      ->group(kReading);
  addReading(*build, options.compile);
  addNumbers(*build, options.compile);
  addSkipPass(*build, options.compile, "For developers");
  build->add_flag("--emit-plan", options.emitPlan, "print the plan of buffers, phases and steps, and write no file")
      ->group("For developers");
  build
      ->add_option("--write-recipe", options.writeRecipe,
                   "write the formats of weights that were rounded to groups, as --recipe reads them")
      ->option_text("FILE")
      ->group("Output");
  build->footer("Example:\n  weebill build smollm2-135m.gguf -o out\n  out/smollm2-135m --chat \"What is the capital "
                "of France?\"");
  return build;
}

CLI::App *addInspect(CLI::App &app, InspectOptions &options) {
  CLI::App *inspect = app.add_subcommand("inspect", "show a model's sizes, memory and the speed that memory allows");
  addModel(*inspect, options.compile);
  inspect->add_flag("--json", options.json, "one JSON object instead of a table")->group("Output");
  addReading(*inspect, options.compile);
  addNumbers(*inspect, options.compile);
  return inspect;
}

CLI::App *addEval(CLI::App &app, EvalOptions &options) {
  CLI::App *eval = app.add_subcommand("eval", "measure how well emitted programs predict a text");
  eval->formatter(std::make_shared<HelpFormat>(" --text FILE"));
  api::EvaluateOptions &evaluate = options.evaluate;
  eval->add_option("PROGRAM", evaluate.programs, "a program that weebill has made, or its folder; or several")
      ->required();
  eval->add_option("--text", evaluate.text, "the text, in UTF-8")->option_text("FILE")->required()->group("Measuring");
  eval->add_option("--reference", evaluate.reference,
                   "the model that they were made from: it is compiled in float32, and distributions are compared; "
                   "without it there is the perplexity of the whole text alone")
      ->option_text("MODEL")
      ->group("Measuring");
  eval->add_option("--tokens", evaluate.tokens,
                   "how many of the text, from its beginning on, with --reference (default 1024)")
      ->option_text("N")
      ->check(numberOfTokens())
      ->group("Measuring");
  eval->add_flag("--layers", evaluate.layers,
                 "of one program, with --reference: how much error each matrix adds in each visit of a block")
      ->group("Measuring");
  eval->add_flag("--json", options.json, "one JSON object instead of a table")->group("Output");
  eval->add_flag("--report", options.report,
                 "with --reference: put the result into the report beside each program, NAME.report.html, too")
      ->group("Output");
  eval->footer("Example:\n  weebill eval out --text book.txt --reference smollm2-135m.gguf");
  return eval;
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
    const Names words = CLI::detail::split(text.substr(text.rfind(": ") + 2), ' ');
    // An option that is not known stands beside its value, which is not to blame.
    const auto option = std::find_if(words.begin(), words.end(), [](const auto &w) { return w.starts_with("-"); });
    const std::string word = option != words.end() ? *option : words.front();
    return (word.starts_with("-") ? "unknown option '" : "unexpected argument '") + word + "'";
  }
  if (dynamic_cast<const CLI::RequiredError *>(&error))
    return text.starts_with("A subcommand") ? "a command is missing" : option + " is missing";
  if (dynamic_cast<const CLI::ArgumentMismatch *>(&error))
    return option + (text.find("At Most") != std::string::npos ? " is given twice" : " needs a value");
  return text;
}

void requireConsistent(const BuildOptions &options) {
  if (!options.writeRecipe.empty() && !(options.compile.weights && options::roundsToGroups(*options.compile.weights)))
    throw api::UsageError("--write-recipe goes with --weights " +
                          options::wordsOfWeights(options::roundsToGroups, "or"));
  if (options.output.empty() && !options.emitPlan)
    throw api::UsageError("--output is missing: it says where the files go (see 'weebill build --help')");
  if (options.emit == EmitKind::Cpp && !options.compilerFlags.empty())
    throw api::UsageError("--compiler-flags says how to make a binary, --emit cpp asks for none");
  if (options.emit == EmitKind::Cpp && !options.compiler.empty())
    throw api::UsageError("--compiler says how to make a binary, --emit cpp asks for none");
}

} // namespace

Command parseCommandLine(int argc, const char *const *argv) {
  BuildOptions build;
  InspectOptions inspect;
  EvalOptions eval;
  TargetsOptions list;
  BuildWords words;

  CLI::App app("weebill: compiles small language models to one C++ file", "weebill");
  app.formatter(std::make_shared<HelpFormat>());
  app.set_help_flag("-h,--help", "print this text");
  app.set_version_flag("--version", std::string("weebill ") + api::kWeebillVersion, "print the version");
  app.require_subcommand(1);
  CLI::App *buildCommand = addBuild(app, build, words);
  CLI::App *inspectCommand = addInspect(app, inspect);
  CLI::App *evalCommand = addEval(app, eval);
  CLI::App *presetsCommand = app.add_subcommand("presets", "list the models that weebill knows by name");
  CLI::App *devicesCommand = app.add_subcommand("devices", "list the machines that weebill makes programs for");
  addTargets(app, list);
  app.footer(
      "'weebill COMMAND --help' tells more.\n\nExit codes: 0 fine, 1 bad input, 2 bad usage, 70 a fault of Weebill.");

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
    throw api::UsageError(complaint + " (see '" + command + " --help')");
  }

  if (buildCommand->parsed()) {
    if (!words.emit.empty())
      build.emit = words.emit == "cpp" ? EmitKind::Cpp : EmitKind::Binary;
    if (!words.target.empty())
      build.compile.targets = CLI::detail::split(words.target, ',');
    else if (const api::Device *device = api::findDevice(build.device))
      build.compile.targets = device->targets;
    requireConsistent(build);
    build.compile.check();
    return build;
  }
  if (inspectCommand->parsed()) {
    inspect.compile.check();
    return inspect;
  }
  if (evalCommand->parsed()) {
    if (eval.evaluate.reference.empty() && evalCommand->get_option("--tokens")->count() > 0)
      throw api::UsageError("--tokens goes with --reference: without it the whole text is read");
    if (eval.evaluate.reference.empty() && eval.report)
      throw api::UsageError("--report goes with --reference, whose predictions it shows beside the program's");
    return eval;
  }
  if (presetsCommand->parsed())
    return PresetsOptions();
  if (devicesCommand->parsed())
    return DevicesOptions();
  return list;
}

} // namespace weebill::driver
