// Damaged descriptions. Tested by tests/fuzz/CMakeLists.txt, which runs it.

#include "tests/fuzz/ModelKinds.h"

namespace weebill::fuzz {

namespace {

const std::vector<std::string> kDescriptionWords = {
    "\"qk_norm\"",
    "\"norms\"",
    "\"repetition_norm\"",
    "\"activation\"",
    "\"gelu_tanh\"",
    "\"around\"",
    "\"residual_scale\"",
    "\"before_rope\"",
    "\"after_rope\"",
    "\"qkv_bias\"",
    "\"attention_out_bias\"",
    "\"feed_forward_bias\"",
    "\"head_bias\"",
    "\"rope_scaling\"",
    "{\"factor\":8,\"low_frequency_factor\":1,\"high_frequency_factor\":4,\"original_context\":16}",
    "\"name\"",
    "\"layers\"",
    "\"blocks\"",
    "\"schedule\"",
    "\"sharing\"",
    "\"order\"",
    "\"times\"",
    "\"model\"",
    "\"hidden\"",
    "\"heads\"",
    "\"key_value_heads\"",
    "\"head_size\"",
    "\"vocabulary\"",
    "\"context\"",
    "\"norm_epsilon\"",
    "\"rope_theta\"",
    "[10000,0]",
    "\"window\"",
    "\"convolution\"",
    "\"convolution_width\"",
    "[1,0,1]",
    "\"attention_scale\"",
    "[0,500000.0,0.5]",
    "\"tied_embeddings\"",
    "\"seed\"",
    "\"immediate\"",
    "\"all-over\"",
    "\"reverse\"",
    "[0,1,0,1]",
    "4096",
    "1024",
    "65536",
    "262144",
    "1048576",
};

const char *const kDescriptions[] = {
    "{\"name\": \"x\", \"layers\": 2, \"model\": 64, \"hidden\": 128, \"heads\": 4, \"key_value_heads\": 2, "
    "\"vocabulary\": 100, \"context\": 32}\n",
    "{\n  \"blocks\": 3,\n  \"schedule\": [0, 1, 2, 1, 0, 2],\n  \"model\": 24, \"hidden\": 40, \"heads\": 3,\n"
    "  \"head_size\": 10, \"vocabulary\": 7, \"norm_epsilon\": 1e-6, \"rope_theta\": 500000.0,\n"
    "  \"tied_embeddings\": false, \"seed\": 9007199254740991\n}",
    "{\"blocks\": 4, \"sharing\": {\"order\": \"immediate\", \"times\": 2}, \"model\": 8, \"hidden\": 8, \"heads\": 1, "
    "\"vocabulary\": 1}",
    "{\"layers\": 3, \"model\": 16, \"hidden\": 16, \"heads\": 2, \"vocabulary\": 9, "
    "\"rope_theta\": [10000, 0, 2000000.0], \"window\": [4, 0, 7], \"attention_scale\": [1, 2, 0.5]}",
    "{\"layers\": 3, \"model\": 16, \"hidden\": 16, \"heads\": 2, \"vocabulary\": 9, \"qk_norm\": \"before_rope\", "
    "\"convolution\": [1, 0, 1], \"convolution_width\": 3}",
};

Files makeDescription(Random &random) {
  std::string text = random.pick(kDescriptions);
  mutateText(text, kDescriptionWords, random);
  if (random.oneIn(4))
    mutateBytes(text, random);
  return {{"model.json", text}};
}

std::optional<std::string> readDescriptionFile(const std::string &folder, const Files &) {
  return readModel(folder + "/model.json");
}

} // namespace

const Kind descriptionKind = {"description", "description.json", makeDescription, readDescriptionFile,
                              true,          kFixedBytes,        kBytesPerByte};

} // namespace weebill::fuzz
