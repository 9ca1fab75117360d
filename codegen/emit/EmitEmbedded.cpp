//===- EmitEmbedded.cpp - Weights inside the binary -----------------------===//
//
// The assembler copies the weights file into the object: a source with the same bytes as text would take compilers
// minutes. Tested by tests/emitted/test_embedded_weights.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/Interface.h"
#include "codegen/emit/Sections.h"
#include "codegen/emit/Template.h"

namespace weebill::emit {

static const char *const nothingInside = R"(// The weights lie in a file of their own.
inline const u8 *embedded_weights() { return nullptr; }
)";

static const char *const inside =
    R"(// The weights are a part of the binary: the assembler copies their file, which lies in the folder where the compiler is
// run, unless its place is given with -DWEEBILL_WEIGHTS_PATH='"folder/$name.weights"'.
#if !defined(__ELF__)
#error "weights inside the binary need a system with ELF files: run weebill again without --embed-weights"
#endif
#if !defined(WEEBILL_WEIGHTS_PATH)
#define WEEBILL_WEIGHTS_PATH $file
#endif
__asm__(".pushsection .rodata\n"
        ".balign 64\n"
        ".globl $symbol\n"
        ".hidden $symbol\n"
        "$symbol:\n"
        ".incbin \"" WEEBILL_WEIGHTS_PATH "\"\n"
        ".globl $symbol_end\n"
        ".hidden $symbol_end\n"
        "$symbol_end:\n"
        ".byte 0\n"
        ".popsection\n");
extern "C" __attribute__((visibility("hidden"))) const u8 embedded_begin[] __asm__("$symbol");
extern "C" __attribute__((visibility("hidden"))) const u8 embedded_end[] __asm__("$symbol_end");

inline const u8 *embedded_weights() {
  check_weights("inside the program", embedded_begin, static_cast<u64>(embedded_end - embedded_begin));
  return embedded_begin + sizeof(WeightsFileHeader);
}
)";

std::string embeddedWeights(const plan::ModelPlan &plan, const ProgramTexts &texts) {
  if (!texts.embedWeights)
    return nothingInside;
  const std::string symbol = interfacePrefix(plan.name) + "_embedded_weights";
  return fill(inside, {{"name", plan.name},
                       {"file", stringLiteral(plan.name + ".weights")},
                       {"symbol", symbol},
                       {"symbol_end", symbol + "_end"}});
}

} // namespace weebill::emit
