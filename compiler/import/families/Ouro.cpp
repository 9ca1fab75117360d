//===- Ouro.cpp - Ouro, whose stack of blocks is done several times -------===//
//
// All blocks are visited in order, and then again: `total_ut_steps` times. The last norm comes behind every repetition.
// Blocks norm what they add to the residual stream, too. A gate may end the repetitions early; with a threshold of 1
// all of them are done, and it is left out. Tested by tests/unit/compiler/import/FamilyConfigTest.cpp and
// tests/emitted/test_ouro.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Refuse.h"
#include "compiler/import/description/BlockSchedule.h"
#include "compiler/import/description/ReadDescription.h"
#include "compiler/import/families/ConfigFields.h"
#include "compiler/import/families/Families.h"
#include "compiler/import/families/Windows.h"

namespace weebill::families {

static constexpr int64_t kRepetitions = 4;

/// A single repetition ends where every other model does.
static void repeatAll(int64_t times, importer::Architecture &sizes) {
  if (times == 1)
    return;
  sizes.schedule = description::allOverSchedule(sizes.layers, times);
  sizes.repetitionNorm = true;
}

static void read(const description::FieldReader &fields, importer::Architecture &sizes) {
  const char *threshold = "early_exit_threshold";
  if (const double stated = fields.real(threshold, -1e9, 1e9, 1); stated < 1)
    fields.refuse(fields.required(threshold).value.place,
                  importer::quoted(threshold) + " is " + std::to_string(stated) +
                      ", but repetitions do not end early here: 1 does all of them");
  readQwenWindows(fields, sizes);
  repeatAll(fields.integer("total_ut_steps", 1, description::limits::kVisits / sizes.layers, kRepetitions), sizes);
}

static std::vector<FamilyTensor> tensors(const importer::Architecture &sizes) {
  std::vector<FamilyTensor> all = plainTensors(sizes);
  for (FamilyTensor &tensor : all)
    if (tensor.role == Role::AttentionOutNorm)
      tensor.checkpointPart = "input_layernorm_2.weight";
    else if (tensor.role == Role::FeedForwardNorm)
      tensor.checkpointPart = "post_attention_layernorm.weight";
    else if (tensor.role == Role::FeedForwardOutNorm)
      tensor.checkpointPart = "post_attention_layernorm_2.weight";
  return all;
}

static void repeatFourTimes(importer::Architecture &sizes) { repeatAll(kRepetitions, sizes); }

const Family kOuro = {
    .name = "ouro",
    .blockNorms = importer::BlockNorms::Around,
    .tensors = tensors,
    .config = ConfigForm{.defaults = kQwenDefaults,
                         .choosesNoClass = true,
                         .fields = {"total_ut_steps", "early_exit_threshold", "layer_types", "max_window_layers",
                                    "sliding_window", "use_sliding_window"},
                         .meaningfulNulls = {},
                         .read = read,
                         .leftOut = {"model.early_exit_gate.weight", "model.early_exit_gate.bias"},
                         .leftOutNote =
                             "the gate that may end the repetitions early is left out: all of them are done, as an "
                             "'early_exit_threshold' of 1 says"},
    .gguf = {},
    .presets =
        {
            // name      blocks x model hidden heads kv size vocabulary context theta epsilon tied
            {"ouro-1.4b", 24, 1, 2048, 5632, 16, 16, 128, 49152, 65536, 1e6, 1e-6f, false, {}, repeatFourTimes},
            {"ouro-2.6b", 48, 1, 2048, 5632, 16, 16, 128, 49152, 65536, 1e6, 1e-6f, false, {}, repeatFourTimes},
        },
};

} // namespace weebill::families
