//===- Options.h - The command line of weebill -------------------*- C++ -*-===//
//
// Every option once: its type and default here and in compiler/api, its help sentence in Options.cpp and
// ModelOptions.cpp. A value that is not built yet is neither accepted nor in the help. Tested by
// tests/unit/compiler/driver/OptionsTest.cpp and tests/lit/tools/weebill-usage-errors.test.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_OPTIONS_H
#define WEEBILL_COMPILER_DRIVER_OPTIONS_H

#include "compiler/api/CompileOptions.h"
#include "compiler/api/Evaluate.h"

#include <optional>
#include <string>
#include <variant>

namespace weebill::driver {

enum class EmitKind { Cpp, Binary };

struct BuildOptions {
  api::CompileOptions compile;
  std::string output;           // folder; empty with emitPlan
  std::optional<EmitKind> emit; // none: a binary where a compiler is found
  std::string systemPromptFile; // empty: chats begin as the model's template says
  std::string device;           // a name of api::devices(); empty: this machine
  std::string compiler;         // empty: the device's, $CXX, or the first of c++, g++, clang++, zig
  std::string compilerFlags;    // empty: $CXXFLAGS
  std::string writeRecipe;      // file for the formats of matrices; empty: none
  bool emitPlan = false;        // print the plan and stop
};

struct InspectOptions {
  api::CompileOptions compile;
  bool json = false;
};

struct EvalOptions {
  api::EvaluateOptions evaluate;
  bool json = false;
  bool report = false; // put it into the programs' pages, too
};

struct TargetsOptions {
  bool runsHere = false; // only the names of targets that this machine runs
};

struct PresetsOptions {};

struct DevicesOptions {};

/// The help or version text that was asked for.
struct PrintText {
  std::string text;
};

using Command =
    std::variant<PrintText, BuildOptions, InspectOptions, EvalOptions, PresetsOptions, TargetsOptions, DevicesOptions>;

/// Reads the command line. Throws api::UsageError: it is not understood, or its options do not go together.
Command parseCommandLine(int argc, const char *const *argv);

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_OPTIONS_H
