//===- Calibrate.h - Codes that suit a text ----------------------*- C++ -*-===//
//
// Runs a model over a text in float32, op by op for all of the text at once, and rounds each matrix of the blocks when
// it is met, for the inputs that it gets from what is rounded already (Gptq.h). What is in memory is the activations of
// one block, and the codes. Tested by tests/unit/compiler/quantize/CalibrateTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_QUANTIZE_CALIBRATE_H
#define WEEBILL_COMPILER_QUANTIZE_CALIBRATE_H

#include "compiler/quantize/QuantizedTensors.h"

#include "mlir/IR/BuiltinOps.h"

#include <functional>

namespace weebill::quantize {

struct Calibration {
  Formats formats;                           // of the model's matrices
  bool head = false;                         // whether the head is rounded for the text, too
  std::vector<int32_t> tokens;               // sequences one behind the other
  int64_t length = 0;                        // of each
  std::map<std::string, std::string> copies; // tensors that are equal to an earlier one, which is rounded for both
  std::function<void(int64_t done, int64_t of)> progress = {}; // visits of blocks; what it throws ends the work
};

struct Calibrated {
  FoundBlocks blocks;        // of the matrices of blocks that `formats` name, and of the head if it was asked for
  std::vector<float> stream; // what comes out of the last block, for each token
};

/// `module` is what the front end made of the model, before any pass. Throws InputError.
Calibrated calibrate(mlir::ModuleOp module, const importer::TensorSource &source, const Calibration &calibration);

} // namespace weebill::quantize

#endif // WEEBILL_COMPILER_QUANTIZE_CALIBRATE_H
