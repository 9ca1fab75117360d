//===- BindShapes.cpp - Described models for Python ---------------------------===//
//
// Tested by tests/python/test_library_architecture.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/Describe.h"
#include "compiler/api/Predict.h"
#include "compiler/api/Presets.h"
#include "python/bindings/Bind.h"

#include <pybind11/stl.h>

namespace py = pybind11;

namespace weebill::bindings {

namespace {

/// By the names of a description's fields.
py::dict fieldsOf(const importer::Architecture &shape) {
  py::dict fields;
  fields[shape.schedule.empty() ? "layers" : "blocks"] = shape.layers;
  if (!shape.schedule.empty())
    fields["schedule"] = shape.schedule;
  fields["model"] = shape.model;
  fields["hidden"] = shape.hidden;
  fields["heads"] = shape.heads;
  fields["key_value_heads"] = shape.keyValueHeads;
  fields["head_size"] = shape.headSize;
  fields["vocabulary"] = shape.vocabulary;
  fields["context"] = shape.context;
  fields["tied_embeddings"] = shape.tiedEmbeddings;
  fields["qkv_bias"] = shape.projectionBias;
  fields["attention_out_bias"] = shape.attentionOutBias;
  fields["feed_forward_bias"] = shape.feedForwardBias;
  fields["head_bias"] = shape.headBias;
  fields["norm_epsilon"] = shape.normEpsilon;
  if (shape.ropeThetas.empty())
    fields["rope_theta"] = shape.ropeTheta;
  else
    fields["rope_theta"] = shape.ropeThetas;
  if (!shape.windows.empty())
    fields["window"] = shape.windows;
  if (!shape.convolutions.empty()) {
    fields["convolution"] = shape.convolutions;
    fields["convolution_width"] = shape.convolutionWidth;
  }
  if (!shape.attentionScales.empty())
    fields["attention_scale"] = shape.attentionScales;
  else if (shape.attentionScale != 0)
    fields["attention_scale"] = shape.attentionScale;
  fields["qk_norm"] = api::wordOf(shape.headNorms);
  fields["norms"] = api::wordOf(shape.blockNorms);
  fields["activation"] = api::wordOf(shape.activation);
  fields["embedding_scale"] = shape.embeddingScale;
  fields["residual_scale"] = shape.residualScale;
  fields["logit_scale"] = shape.headScale;
  fields["repetition_norm"] = shape.repetitionNorm;
  if (const importer::RopeScaling &scaling = shape.ropeScaling; scaling.factor != 1) {
    py::dict values;
    if (shape.ropeFactors.empty())
      values["factor"] = scaling.factor;
    else
      values["factor"] = shape.ropeFactors;
    values["low_frequency_factor"] = scaling.lowFrequencyFactor;
    values["high_frequency_factor"] = scaling.highFrequencyFactor;
    values["original_context"] = scaling.originalContext;
    fields["rope_scaling"] = values;
  }
  return fields;
}

py::dict listPresets() {
  py::dict list;
  for (const api::Preset &preset : api::presets())
    list[py::str(preset.name)] = fieldsOf(preset.architecture);
  return list;
}

int64_t countDescribed(const std::string &name, const std::string &text) {
  return api::parametersOf(api::describedModel(name, text).architecture);
}

targets::CacheLevel levelOf(const std::pair<long, int> &level) { return {level.first, level.second}; }

report::Machine machineOf(const py::dict &numbers) {
  report::Machine machine;
  machine.cyclesPerSecond = numbers["cycles_per_second"].cast<double>();
  machine.vectorInstructionsPerCycle = numbers["vector_instructions_per_cycle"].cast<double>();
  machine.threadBytesPerSecond = numbers["thread_bytes_per_second"].cast<double>();
  machine.allBytesPerSecond = numbers["all_bytes_per_second"].cast<double>();
  machine.l2BytesPerSecond = numbers["l2_bytes_per_second"].cast<double>();
  machine.l3BytesPerSecond = numbers["l3_bytes_per_second"].cast<double>();
  machine.barrierSeconds = numbers["barrier_seconds"].cast<double>();
  if (!numbers["caches"].is_none()) {
    const auto levels = numbers["caches"].cast<std::vector<std::pair<long, int>>>();
    if (levels.size() != 3)
      throw api::UsageError("caches: " + std::to_string(levels.size()) + " levels are given, they must be 3");
    machine.caches = targets::Caches{levelOf(levels[0]), levelOf(levels[1]), levelOf(levels[2])};
  }
  return machine;
}

std::pair<double, double> predict(const api::CompiledModel &compiled, const std::string &target,
                                  const py::dict &machine, int threads, int64_t position, int64_t promptTokens) {
  const targets::Target *row = targets::findTarget(target);
  if (!row)
    throw api::UsageError("target: " + api::problemOfWord(target, api::targetNames()));
  const api::PredictedSpeed speed =
      api::predictSpeed(compiled, *row, machineOf(machine), {threads, position, promptTokens});
  return {speed.tokenSeconds, speed.promptSeconds};
}

} // namespace

void bindShapes(py::module_ &module) {
  module.def("presets", &listPresets);
  module.def("count_parameters", &countDescribed, py::arg("name"), py::arg("description"));
  module.def("predict", &predict, py::arg("compiled"), py::arg("target"), py::arg("machine"), py::arg("threads"),
             py::arg("position"), py::arg("prompt_tokens"));
}

} // namespace weebill::bindings
