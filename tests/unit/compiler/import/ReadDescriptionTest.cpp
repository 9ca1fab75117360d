// Every field, every default, and the sentence, with its place, for each way to get one wrong.

#include "GgufBuilder.h"

#include "compiler/import/description/ReadDescription.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

/// The fields that have no default, one a line; line 2 says the blocks.
std::string description(const std::string &more = "", const std::string &blocks = "\"layers\": 3",
                        const std::string &heads = "9") {
  return "{\n" + blocks + ",\n\"model\": 576, \"hidden\": 1536,\n\"heads\": " + heads + ",\n\"vocabulary\": 32000" +
         (more.empty() ? "" : ",\n" + more) + "}\n";
}

importer::Architecture sizes(const std::string &text) {
  return description::parseDescription("m.json", text).architecture;
}

std::string complaint(const std::string &text) {
  try {
    description::parseDescription("m.json", text);
    return "none";
  } catch (const importer::InputError &error) {
    return error.what();
  }
}

TEST(ReadDescriptionTest, Defaults) {
  const description::Description read = description::parseDescription("/a/tiny.model.json", description());
  EXPECT_EQ(read.name, "tiny.model");
  EXPECT_EQ(read.seed, 0u);
  const importer::Architecture &a = read.architecture;
  EXPECT_EQ(a.family, "llama");
  EXPECT_EQ(a.layers, 3);
  EXPECT_TRUE(a.schedule.empty());
  EXPECT_EQ(a.model, 576);
  EXPECT_EQ(a.hidden, 1536);
  EXPECT_EQ(a.heads, 9);
  EXPECT_EQ(a.keyValueHeads, 9);
  EXPECT_EQ(a.headSize, 64);
  EXPECT_EQ(a.vocabulary, 32000);
  EXPECT_EQ(a.context, 2048);
  EXPECT_EQ(a.normEpsilon, 1e-5f);
  EXPECT_EQ(a.ropeTheta, 10000);
  EXPECT_TRUE(a.tiedEmbeddings);
  EXPECT_FALSE(a.projectionBias);
  EXPECT_FALSE(a.attentionOutBias);
  EXPECT_EQ(a.headNorms, importer::HeadNorms::None);
  EXPECT_EQ(a.ropeScaling, importer::RopeScaling());
}

TEST(ReadDescriptionTest, FormOfBlocks) {
  const importer::Architecture a =
      sizes(description(R"("qk_norm": "all_heads", "norms": "around", "activation": "gelu_tanh",
                       "embedding_scale": 12, "residual_scale": 0.25, "logit_scale": 0.5,
                       "repetition_norm": true)"));
  EXPECT_TRUE(a.repetitionNorm);
  EXPECT_EQ(a.headNorms, importer::HeadNorms::AllHeads);
  EXPECT_EQ(a.blockNorms, importer::BlockNorms::Around);
  EXPECT_EQ(a.activation, importer::Activation::GeluTanh);
  EXPECT_EQ(a.embeddingScale, 12);
  EXPECT_EQ(a.residualScale, 0.25f);
  EXPECT_EQ(a.headScale, 0.5f);
  EXPECT_EQ(complaint(description("\"activation\": \"relu\"")),
            "m.json:6:15: 'activation' is 'relu', but must be 'silu' or 'gelu_tanh'");
  EXPECT_EQ(complaint(description("\"norms\": \"both\"")),
            "m.json:6:10: 'norms' is 'both', but must be 'before', 'around' or 'after'");
  EXPECT_EQ(complaint(description("\"residual_scale\": 0")),
            "m.json:6:19: 'residual_scale' is 0, but must be a number from 1e-06 to 1e+06");
}

TEST(ReadDescriptionTest, BlocksThatConvolve) {
  const importer::Architecture a = sizes(description(R"("convolution": [1, 0, 1])"));
  EXPECT_EQ(a.convolutions, (std::vector<int64_t>{1, 0, 1}));
  EXPECT_EQ(a.convolutionWidth, 3);
  EXPECT_EQ(sizes(description(R"("convolution": [1, 0, 1], "convolution_width": 64)")).convolutionWidth, 64);
  EXPECT_TRUE(sizes(description(R"("convolution": [0, 0, 0], "convolution_width": 4)")).convolutions.empty());
  EXPECT_EQ(sizes(description()).convolutionWidth, 0);
  EXPECT_EQ(sizes(description(R"("convolution": [1, 0, 1], "window": 9)")).windows, (std::vector<int64_t>{0, 9, 0}));
  EXPECT_EQ(sizes(description(R"("window": [0, 9, 0], "convolution": [1, 0, 1])")).windows,
            (std::vector<int64_t>{0, 9, 0}));
  EXPECT_EQ(complaint(description(R"("convolution": [1, 0, 1], "window": [0, 9, 5])")),
            "m.json:6:44: block 2 has a window, but convolves in the place of attending: say 0");
  EXPECT_EQ(complaint(description(R"("convolution": [1, 0])")),
            "m.json:6:16: 'convolution' has 2 entries for 3 blocks");
  EXPECT_EQ(complaint(description(R"("convolution": [1, 0, 2])")),
            "m.json:6:23: an entry of 'convolution' is 2, but must be an integer from 0 to 1");
  EXPECT_EQ(complaint(description(R"("convolution": 1)")),
            "m.json:6:16: 'convolution' is 1, but must be a list with 0 or 1 for each block");
  EXPECT_EQ(complaint(description(R"("convolution": [1, 1, 1])")),
            "m.json:6:16: every block convolves, but at least one must attend");
  EXPECT_EQ(complaint(description(R"("convolution": [1, 0, 1], "convolution_width": 1)")),
            "m.json:6:48: 'convolution_width' is 1, but must be an integer from 2 to 64");
  EXPECT_EQ(complaint(description(R"("convolution_width": 3)")), "m.json:6:1: 'convolution_width' needs 'convolution'");
}

TEST(ReadDescriptionTest, FactorsOfBlocks) {
  const importer::Architecture scaled =
      sizes(description(R"("rope_scaling": {"factor": [1, 8, 2], "original_context": 0})"));
  EXPECT_EQ(scaled.ropeFactors, (std::vector<double>{1, 8, 2}));
  EXPECT_EQ(scaled.ropeScaling.factor, 8);
  EXPECT_TRUE(
      sizes(description(R"("rope_scaling": {"factor": [1, 1, 1], "original_context": 0})")).ropeFactors.empty());
  EXPECT_NE(complaint(description(R"("rope_scaling": {"factor": [1], "original_context": 0})"))
                .find("'factor' has 1 entries for 3 blocks"),
            std::string::npos);
  EXPECT_NE(complaint(description(R"("rope_scaling": {"factor": [1, 8, 0.5], "original_context": 0})"))
                .find("an entry of 'factor' is 0.5, but must be a number from 1 to 1e+06"),
            std::string::npos);
}

TEST(ReadDescriptionTest, BiasesNormsAndScaling) {
  const importer::Architecture a =
      sizes(description(R"("qkv_bias": true, "attention_out_bias": true, "qk_norm": "after_rope",
                       "rope_scaling": {"factor": 32, "original_context": 8192})"));
  EXPECT_TRUE(a.projectionBias);
  EXPECT_TRUE(a.attentionOutBias);
  EXPECT_EQ(a.headNorms, importer::HeadNorms::AfterRope);
  EXPECT_EQ(a.ropeScaling, (importer::RopeScaling{32, 1, 4, 8192}));
  EXPECT_EQ(sizes(description("\"qk_norm\": \"before_rope\"")).headNorms, importer::HeadNorms::BeforeRope);
  EXPECT_EQ(sizes(description("\"qk_norm\": \"none\"")).headNorms, importer::HeadNorms::None);

  EXPECT_EQ(complaint(description("\"qk_norm\": \"both\"")),
            "m.json:6:12: 'qk_norm' is 'both', but must be 'none', 'before_rope', 'after_rope' or 'all_heads'");
  EXPECT_EQ(complaint(description("\"rope_scaling\": {\"factor\": 8}")),
            "m.json:6:17: 'rope_scaling' needs the field 'original_context'");
  EXPECT_EQ(complaint(description("\"rope_scaling\": {\"factor\": 0.5, \"original_context\": 8}")),
            "m.json:6:28: 'factor' is 0.5, but must be a number from 1 to 1e+06");
  EXPECT_EQ(
      complaint(description("\"rope_scaling\": {\"factor\": 8, \"original_context\": 8, \"low_frequency_factor\": 4}")),
      "m.json:6:17: 'low_frequency_factor' of 'rope_scaling' must be less than 'high_frequency_factor'");
}

TEST(ReadDescriptionTest, EveryField) {
  const description::Description read = description::parseDescription(
      "m.json", description(R"("name": "bird", "key_value_heads": 3, "head_size": 32, "context": 77,
                       "norm_epsilon": 1e-6, "rope_theta": 5e5, "tied_embeddings": false, "seed": 9007199254740991)"));
  EXPECT_EQ(read.name, "bird");
  EXPECT_EQ(read.seed, 9007199254740991u);
  const importer::Architecture &a = read.architecture;
  EXPECT_EQ(a.keyValueHeads, 3);
  EXPECT_EQ(a.headSize, 32);
  EXPECT_EQ(a.context, 77);
  EXPECT_EQ(a.normEpsilon, 1e-6f);
  EXPECT_EQ(a.ropeTheta, 5e5);
  EXPECT_FALSE(a.tiedEmbeddings);
}

TEST(ReadDescriptionTest, Schedules) {
  using Schedule = std::vector<int64_t>;
  const std::string blocks = "\"blocks\": 3";
  EXPECT_EQ(sizes(description("\"schedule\": [2, 0, 1, 1]", blocks)).schedule, (Schedule{2, 0, 1, 1}));
  const auto sharing = [&](const std::string &order) {
    return sizes(description("\"sharing\": {\"order\": \"" + order + "\", \"times\": 3}", blocks)).schedule;
  };
  EXPECT_EQ(sharing("immediate"), (Schedule{0, 0, 0, 1, 1, 1, 2, 2, 2}));
  EXPECT_EQ(sharing("all-over"), (Schedule{0, 1, 2, 0, 1, 2, 0, 1, 2}));
  EXPECT_EQ(sharing("reverse"), (Schedule{0, 1, 2, 2, 1, 0, 0, 1, 2}));
  EXPECT_EQ(sizes(description("\"schedule\": [0, 0]", "\"blocks\": 1")).layers, 1);
}

TEST(ReadDescriptionTest, SchedulesThatAreNone) {
  const std::string blocks = "\"blocks\": 3";
  EXPECT_EQ(complaint(description("\"layers\": 3", blocks)),
            "m.json:2:1: 'blocks' and 'layers' exclude each other: layers are visited once each, blocks as 'schedule' "
            "or 'sharing' says");
  EXPECT_EQ(complaint(description("\"schedule\": [0, 1, 2]")),
            "m.json:6:1: 'schedule' needs 'blocks' in the place of 'layers'");
  EXPECT_EQ(complaint(description("", blocks)),
            "m.json:2:1: 'blocks' needs 'schedule' or 'sharing'; without one of them it is 'layers'");
  EXPECT_EQ(complaint(description("\"schedule\": [0], \"sharing\": {}", blocks)),
            "m.json:6:18: 'sharing' and 'schedule' exclude each other: both say how blocks are visited");
  EXPECT_EQ(complaint(description("\"schedule\": 3", blocks)),
            "m.json:6:13: 'schedule' is 3, but must be a list of block numbers");
  EXPECT_EQ(complaint(description("\"schedule\": [0, 1,\n 3]", blocks)),
            "m.json:7:2: an entry of 'schedule' is 3, but must be an integer from 0 to 2");
  EXPECT_EQ(complaint(description("\"schedule\": [0, -1]", blocks)),
            "m.json:6:17: an entry of 'schedule' is -1, but must be an integer from 0 to 2");
  EXPECT_EQ(complaint(description("\"schedule\": [2, 0]", blocks)),
            "m.json:6:13: 'schedule' never visits block 1 of 3");
  std::string many = "0";
  for (int i = 0; i < 4096; ++i)
    many += ",0";
  EXPECT_EQ(complaint(description("\"schedule\": [" + many + "]", "\"blocks\": 1")),
            "m.json:6:13: 'schedule' has 4097 visits, at most 4096 are possible");
}

TEST(ReadDescriptionTest, SharingThatIsNone) {
  const std::string blocks = "\"blocks\": 1000";
  EXPECT_EQ(complaint(description("\"sharing\": \"immediate\"", blocks)),
            "m.json:6:12: 'sharing' is the text 'immediate', but must be an object");
  EXPECT_EQ(complaint(description("\"sharing\": {\"order\": \"backwards\", \"times\": 2}", blocks)),
            "m.json:6:22: 'order' is 'backwards', but must be 'immediate', 'all-over' or 'reverse'");
  EXPECT_EQ(complaint(description("\"sharing\": {\"order\": \"reverse\"}", blocks)),
            "m.json:6:12: 'sharing' needs the field 'times'");
  EXPECT_EQ(complaint(description("\"sharing\": {\"order\": \"reverse\", \"times\": 5}", blocks)),
            "m.json:6:42: 'times' is 5, but must be an integer from 1 to 4");
  EXPECT_EQ(complaint(description("\"sharing\": {\"order\": \"reverse\", \"time\": 2}", blocks)),
            "m.json:6:33: 'time' is no field of 'sharing'; did you mean 'times'?");
}

TEST(ReadDescriptionTest, FieldsThatAreUnknownOrMissing) {
  EXPECT_EQ(complaint(description("\"key_value_head\": 3")),
            "m.json:6:1: 'key_value_head' is no field of a description; did you mean 'key_value_heads'?");
  EXPECT_EQ(complaint(description("\"softcap\": 3")), "m.json:6:1: 'softcap' is no field of a description");
  EXPECT_EQ(complaint("{}"), "m.json:1:1: a description needs the field 'layers'");
  EXPECT_EQ(complaint("{\"layers\": 1}"), "m.json:1:1: a description needs the field 'model'");
  EXPECT_EQ(complaint("[]"), "m.json:1:1: a description is a list, but must be an object");
}

TEST(ReadDescriptionTest, RangesAreInclusive) {
  for (const auto &[field, least, most] : std::initializer_list<std::tuple<std::string, std::string, std::string>>{
           {"head_size", "2", "1024"}, {"context", "1", "1048576"}, {"seed", "0", "9007199254740991"}}) {
    EXPECT_EQ(complaint(description("\"" + field + "\": " + least)), "none");
    EXPECT_EQ(complaint(description("\"" + field + "\": " + most)), "none");
    const std::string below = std::to_string(std::stoll(least) - 1), above = std::to_string(std::stoll(most) + 1);
    const std::string range = ", but must be an integer from " + least + " to " + most;
    const std::string place = "m.json:6:" + std::to_string(field.size() + 5) + ": ";
    EXPECT_EQ(complaint(description("\"" + field + "\": " + below)), place + "'" + field + "' is " + below + range);
    EXPECT_EQ(complaint(description("\"" + field + "\": " + above)), place + "'" + field + "' is " + above + range);
  }
}

TEST(ReadDescriptionTest, ValuesOfAnotherKind) {
  EXPECT_EQ(complaint(description("\"context\": 2048.0")),
            "m.json:6:12: 'context' is 2048.0, but must be an integer from 1 to 1048576");
  EXPECT_EQ(complaint(description("\"context\": \"many\"")),
            "m.json:6:12: 'context' is the text 'many', but must be an integer from 1 to 1048576");
  EXPECT_EQ(complaint(description("\"tied_embeddings\": 2")),
            "m.json:6:20: 'tied_embeddings' is 2, but must be true or false");
  EXPECT_EQ(sizes(description("\"rope_theta\": [1, 0, 2e6]")).ropeThetas, (std::vector<double>{1, 0, 2e6}));
  EXPECT_EQ(complaint(description("\"rope_theta\": [1, 0]")), "m.json:6:15: 'rope_theta' has 2 entries for 3 blocks");
  EXPECT_EQ(complaint(description("\"rope_theta\": [1, 0.5, 1]")),
            "m.json:6:19: an entry of 'rope_theta' is 0.5, but must be at least 1, or 0 for a block without RoPE");
  EXPECT_EQ(complaint(description("\"rope_theta\": [-1, 2, 0]")),
            "m.json:6:16: an entry of 'rope_theta' is -1, but must be a number from 0 to 1e+09");
  EXPECT_EQ(complaint(description("\"rope_theta\": 0")),
            "m.json:6:15: 'rope_theta' is 0, but must be a number from 1 to 1e+09");
  EXPECT_EQ(sizes(description("\"window\": [4, 0, 9]")).windows, (std::vector<int64_t>{4, 0, 9}));
  EXPECT_EQ(sizes(description("\"window\": 5")).windows, (std::vector<int64_t>{5, 5, 5}));
  EXPECT_TRUE(sizes(description("\"window\": [0, 0, 0]")).windows.empty());
  EXPECT_EQ(complaint(description("\"window\": [4, 0]")), "m.json:6:11: 'window' has 2 entries for 3 blocks");
  EXPECT_EQ(complaint(description("\"window\": [4, 0, -1]")),
            "m.json:6:18: an entry of 'window' is -1, but must be an integer from 0 to 1048576");
  EXPECT_EQ(sizes(description("\"attention_scale\": 0.25")).attentionScale, 0.25f);
  EXPECT_EQ(sizes(description("\"attention_scale\": [1, 0.5, 2]")).attentionScales, (std::vector<float>{1, 0.5, 2}));
  EXPECT_EQ(complaint(description("\"attention_scale\": 0")),
            "m.json:6:20: 'attention_scale' is 0, but must be a number from 1e-06 to 1e+06");
  EXPECT_EQ(complaint(description("\"norm_epsilon\": null")),
            "m.json:6:17: 'norm_epsilon' is null, but must be a number from 1e-12 to 1");
  EXPECT_EQ(complaint(description("\"name\": \"\"")),
            "m.json:6:9: 'name' is the text '', but must be a text of 1 to 64 bytes");
}

TEST(ReadDescriptionTest, HeadsThatDoNotFit) {
  EXPECT_EQ(complaint(description("\"key_value_heads\": 2")), "m.json:6:20: 2 key-value heads do not divide 9 heads");
  EXPECT_EQ(complaint(description("", "\"layers\": 3", "7")),
            "m.json:4:10: 7 heads do not divide the width 576, so 'head_size' is needed");
  EXPECT_EQ(complaint(description("\"head_size\": 80", "\"layers\": 3", "7")), "none");
  EXPECT_EQ(complaint(description("\"head_size\": 33")), "m.json:6:14: head size 33 is odd, RoPE needs pairs");
  EXPECT_EQ(complaint(description("", "\"layers\": 3", "576")), "m.json:4:10: head size 1 is odd, RoPE needs pairs");
  EXPECT_EQ(complaint("{\"layers\": 1, \"model\": 65536, \"hidden\": 64, \"heads\": 1, \"vocabulary\": 16}"),
            "m.json:1:54: head size 65536 is more than 1024");
}

TEST(ReadDescriptionTest, FilesThatAreNone) {
  EXPECT_THROW(description::readDescription("/nowhere/m.json"), importer::InputError);
  EXPECT_THROW(description::readDescription("/"), importer::InputError);
  const ScratchFile scratch(std::string(size_t(1 << 20) + 1, ' '));
  try {
    description::readDescription(scratch.path);
    FAIL();
  } catch (const importer::InputError &error) {
    EXPECT_EQ(std::string(error.what()), scratch.path + ": has more than 262144 bytes, which no description needs");
  }
}

} // namespace
} // namespace weebill::tests
