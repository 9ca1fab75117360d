//===- WriteNpy.h - Numbers as a .npy file -----------------------*- C++ -*-===//
//
// Tested by tests/emitted/test_reference.py, which reads what is written with numpy.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_TOOLS_WRITENPY_H
#define WEEBILL_COMPILER_TOOLS_WRITENPY_H

#include <cstdint>
#include <string>
#include <vector>

namespace weebill::tools {

/// Writes float32 [rows][columns], little endian (NumPy's format 1.0). Throws InputError when the file cannot be
/// written.
void writeNpy(const std::string &path, const std::vector<float> &values, int64_t rows, int64_t columns);

} // namespace weebill::tools

#endif // WEEBILL_COMPILER_TOOLS_WRITENPY_H
