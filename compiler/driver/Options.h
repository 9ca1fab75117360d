//===- Options.h - The command line of weebill -------------------*- C++ -*-===//
//
// Every option once: its type and default here, its help sentence in Options.cpp. A value that is not built yet is
// neither accepted nor in the help. Tested by tests/unit/compiler/driver/OptionsTest.cpp and
// tests/lit/tools/weebill-usage-errors.test.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_OPTIONS_H
#define WEEBILL_COMPILER_DRIVER_OPTIONS_H

#include <cstdint>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace weebill::driver {

/// The command line is not understood: one sentence. Ends the program with exit code 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What decides the plan of a model.
struct ModelOptions {
  std::string model;                   // path of a model file, or a preset
  std::string weights = "int8";        // int8, f16 or f32
  std::string activations;             // int8, int8-symmetric or f32; empty: as the weights
  std::vector<std::string> store;      // symbol=storage of single matrices; not in the help text
  std::string cache = "f16";           // f16, int8 or f32
  std::string rotation;                // folded or none; empty: folded for int8, none for f16 and f32
  std::optional<int64_t> context;      // none: the smaller of the model's own and 2,048
  std::vector<std::string> skipPasses; // flags of fusions to leave out

  bool rotates() const { return rotation.empty() ? weights == "int8" : rotation == "folded"; }
};

enum class EmitKind { Cpp, Binary };

struct BuildOptions : ModelOptions {
  std::string output;                            // folder; empty with emitPlan
  std::vector<std::string> targets = {"native"}; // native alone, or names of the table
  std::string name;                              // empty: the model file's stem
  std::optional<EmitKind> emit;                  // none: a binary where a compiler is found
  std::string compiler;                          // empty: the first of c++, g++, clang++
  bool embedWeights = false;                     // into the binary
  bool emitPlan = false;                         // print the plan and stop
};

struct InspectOptions : ModelOptions {
  bool json = false;
};

struct TargetsOptions {
  bool runsHere = false; // only the names of targets that this machine runs
};

struct PresetsOptions {};

/// The help or version text that was asked for.
struct PrintText {
  std::string text;
};

using Command = std::variant<PrintText, BuildOptions, InspectOptions, PresetsOptions, TargetsOptions>;

/// Version of this compiler, written into emitted files.
extern const char *const kWeebillVersion;

/// Reads the command line. Throws UsageError.
Command parseCommandLine(int argc, const char *const *argv);

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_OPTIONS_H
