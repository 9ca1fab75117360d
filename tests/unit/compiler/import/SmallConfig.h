// Small configurations, and what is said of them.

#ifndef WEEBILL_TESTS_UNIT_COMPILER_IMPORT_SMALLCONFIG_H
#define WEEBILL_TESTS_UNIT_COMPILER_IMPORT_SMALLCONFIG_H

#include "compiler/import/huggingface/ReadConfig.h"

#include "HuggingFaceFolder.h"

#include <gtest/gtest.h>

namespace weebill::tests {

using nlohmann::json;

inline json llama() { return SmallFolder().config; }

inline json ofType(const std::string &type) {
  json config = llama();
  config["model_type"] = type;
  return config;
}

inline importer::Architecture sizesOf(const json &config) {
  return huggingface::parseConfig("c", config.dump()).architecture;
}

/// The complaint about `config` with one field set, without its place.
inline std::string complaint(json config, const std::string &key, const json &value) {
  config[key] = value;
  try {
    huggingface::parseConfig("c", config.dump());
    return "";
  } catch (const importer::InputError &error) {
    const std::string text = error.what();
    EXPECT_TRUE(text.starts_with("c:1:")) << text;
    return text.substr(text.find(' ') + 1);
  }
}

} // namespace weebill::tests

#endif // WEEBILL_TESTS_UNIT_COMPILER_IMPORT_SMALLCONFIG_H
