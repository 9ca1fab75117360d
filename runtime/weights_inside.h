//===- weights_inside.h - Weights as a part of the binary --------*- C++ -*-===//
//
// The assembler copies the weights file into the object: a source with the same bytes as text would take compilers
// minutes. Needs WEEBILL_WEIGHTS_PATH. "model_" becomes the model's name (codegen/emit/Interface.h). weights_beside.h
// is for weights in a file of their own. Tested by tests/emitted/test_embedded_weights.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"
#include "runtime/weights_file.h"

#if !defined(__ELF__)
#error "weights inside the binary need a system with ELF files: run weebill again without --embed-weights"
#endif
__asm__(".pushsection .rodata\n"
        ".balign 64\n"
        ".globl model_embedded_weights\n"
        ".hidden model_embedded_weights\n"
        "model_embedded_weights:\n"
        ".incbin \"" WEEBILL_WEIGHTS_PATH "\"\n"
        ".globl model_embedded_weights_end\n"
        ".hidden model_embedded_weights_end\n"
        "model_embedded_weights_end:\n"
        ".byte 0\n"
        ".popsection\n");
extern "C" __attribute__((visibility("hidden"))) const u8 embedded_begin[] __asm__("model_embedded_weights");
extern "C" __attribute__((visibility("hidden"))) const u8 embedded_end[] __asm__("model_embedded_weights_end");

/// The content of the weights inside the binary. Compared with this program's constants.
inline const u8 *embedded_weights() {
  check_weights("inside the program", embedded_begin, static_cast<u64>(embedded_end - embedded_begin));
  return embedded_begin + sizeof(WeightsFileHeader);
}
