//===- Target.h - What a target CPU offers -----------------------*- C++ -*-===//
//
// A target is a row in a table (Targets.cpp) and a vector section (codegen/emit/vectors). Tested by
// tests/unit/codegen/targets/TargetsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_TARGETS_TARGET_H
#define WEEBILL_CODEGEN_TARGETS_TARGET_H

#include <optional>
#include <string>
#include <vector>

namespace weebill::targets {

/// How `dot4` takes activation codes. They are stored as U8 everywhere.
enum class CodeType { U8, I8 }; // I8: code - 128

struct Target {
  std::string name;        // "x86-64-avx512vnni"
  std::string description; // one line for `weebill targets`
  int lanes = 16;          // float32 lanes of a vector; 1: no vectors
  int registers = 32;      // vector registers
  CodeType codes = CodeType::U8;
  std::string features;             // of the target pragma: "avx2,fma,f16c"; empty: none
  std::string guard;                // macro of the kind of CPU that the section compiles for: "__x86_64__"; empty: any
  std::vector<std::string> cpuinfo; // flags that /proc/cpuinfo must show for the program to run
  long l1Bytes = 0, l2Bytes = 0;    // private to a core; of a typical machine, for schedules
  long l3Bytes = 0;                 // 0: many of these machines have none
  int l3SharedBy = 1;               // hardware threads of that machine that use it together
  // Schedule numbers, each with its reason in Targets.cpp.
  int decodeBlocks = 6;    // row blocks walked side by side, one token
  int tileTokens = 4;      // tokens of a prefill tile
  int tileBlocks = 4;      // row blocks of a prefill tile
  int decodePairs = 4;     // as decodeBlocks, for SwiGLU: pairs of a gate and an up block
  int tilePairs = 2;       // as tileBlocks, for SwiGLU
  int keptTokens = 4;      // as tileTokens, of weights whose codes are kept: they are taken apart in registers
  int keptBlocks = 1;      // as tileBlocks; one pair
  int keptPairTokens = 4;  // tokens of a tile of one pair
  bool keptHalves = false; // such tiles take half a group after the other
  int unitTokens = 0;      // tokens of a tile whose products a matrix unit makes, of all matrices of codes; 0: no unit
  int unitProducts = 0;    // of 8-bit codes and weights that the unit makes in a cycle

  /// Whether so many tokens of a matrix of codes are such a tile.
  bool inUnit(int tokens) const { return unitTokens != 0 && tokens == unitTokens; }
};

/// The table, in the order of preference for `native`: the most able first.
const std::vector<Target> &targets();

/// The row of that name, or nullptr.
const Target *findTarget(const std::string &name);

/// The first target of the table that this machine can run; nullptr if none.
const Target *nativeTarget();

/// The C++ expression by which an emitted file asks whether its CPU has what `target` needs (runtime/platform/cpu.h),
/// and whether it may be used (runtime/platform/tiles.h).
std::string cpuExpression(const Target &target);
std::string supportedExpression(const Target &target);

/// Whether this machine's own compilers make programs for `target`, which it may be able to run or not.
bool compilesHere(const Target &target);

/// Instructions of `target` that this machine lacks or does not give, by the names of cpuinfo.
std::vector<std::string> missingHere(const Target &target);

/// Whether this machine can run programs for `target`.
bool runsHere(const Target &target);

} // namespace weebill::targets

#endif // WEEBILL_CODEGEN_TARGETS_TARGET_H
