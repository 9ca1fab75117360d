// --ignore-field: for fields that nobody knows, and for those alone.

#include "compiler/import/IgnoredFields.h"

#include "GgufBuilder.h"
#include "HuggingFaceFolder.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

template <class Import> std::string errorOf(const Import &import) {
  try {
    import();
    return "";
  } catch (const importer::InputError &error) {
    return error.what();
  }
}

TEST(IgnoredFieldsTest, OfAFolder) {
  SmallFolder content;
  content.config["mystery"] = 3;
  content.config["rope_parameters"] = {{"rope_type", "default"}, {"beta", 1}};
  const TemporaryFolder folder;
  content.write(folder);
  const std::string path = folder.path().string();
  const auto import = [&](const std::vector<std::string> &names) {
    return importer::importModel(path, {.ignoredFields = names});
  };
  EXPECT_NE(errorOf([&] {
              import({"beta"});
            }).find("'mystery' is not known here and might change the numbers; --ignore-field NAME leaves it out"),
            std::string::npos);
  EXPECT_NE(errorOf([&] { import({"mystery"}); }).find("'beta' of 'rope_parameters' is not known here"),
            std::string::npos);
  EXPECT_EQ(import({"beta", "mystery"}).notes.size(), 2u);
  EXPECT_NE(import({"beta", "mystery"}).notes.back().find("the field 'mystery' is left out"), std::string::npos);
  for (const char *name : {"hidden_size", "use_cache", "other"}) // read, harmless, not there
    EXPECT_EQ(errorOf([&] { import({"beta", "mystery", name}); }),
              path + "/config.json: has no unknown field '" + name + "' that --ignore-field could leave out");
}

TEST(IgnoredFieldsTest, OfAGgufFileAndADescription) {
  GgufBuilder builder = smallLlama();
  builder.setReal("llama.logit_scale", 2);
  const ScratchFile scratch(builder.bytes());
  EXPECT_EQ(importer::importModel(scratch.path, {.ignoredFields = {"llama.logit_scale"}}).notes.size(), 1u);
  EXPECT_NE(errorOf([&] {
              importer::importModel(scratch.path, {.ignoredFields = {"logit_scale"}});
            }).find("'llama.logit_scale': is not known here"),
            std::string::npos);
  EXPECT_NE(errorOf([&] { importer::importModel("smollm2-135m", {.ignoredFields = {"a"}}); }).find("no unknown field"),
            std::string::npos);
}

} // namespace
} // namespace weebill::tests
