//===- RuntimeTextTest.cpp - The runtime's headers as text ----------------===//

#include "codegen/emit/RuntimeText.h"

#include <gtest/gtest.h>
#include <stdexcept>

using namespace weebill::emit;

TEST(RuntimeTextTest, TakesAHeaderApart) {
  HeaderText header = parseHeader(
      "//===- a.h ---===//\n// What it is for.\n\n#pragma once\n\n#include \"runtime/b.h\"\n\n#include <cstdio>\n"
      "#include <atomic>\n\n/// Kept.\nint a;\n#if X\n#include <z>\n#endif\n\n");
  EXPECT_EQ(header.includes, (std::set<std::string>{"<atomic>", "<cstdio>", "<z>"}));
  EXPECT_EQ(header.own, std::vector<std::string>{"runtime/b.h"});
  EXPECT_EQ(header.body, "/// Kept.\nint a;\n#if X\n#endif\n");
}

TEST(RuntimeTextTest, EveryHeaderIsBuiltIn) {
  for (const char *name : {"types.h", "threads.h", "weights_file.h", "zeroed_memory.h", "vectors/portable.h"}) {
    HeaderText header = runtimeHeader(name);
    EXPECT_FALSE(header.body.empty()) << name;
    EXPECT_EQ(header.body.find("#include"), std::string::npos) << name;
    EXPECT_EQ(header.body.find("#pragma once"), std::string::npos) << name;
  }
  EXPECT_THROW(runtimeHeader("no_such.h"), std::out_of_range);
}
