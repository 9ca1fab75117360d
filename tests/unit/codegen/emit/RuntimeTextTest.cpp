//===- RuntimeTextTest.cpp - The runtime's headers as text ----------------===//

#include "codegen/emit/RuntimeText.h"
#include "codegen/emit/Pasted.h"

#include <gtest/gtest.h>
#include <stdexcept>

using namespace weebill::emit;

TEST(RuntimeTextTest, TakesAHeaderApart) {
  HeaderText header = parseHeader("//===- a.h - A thing -----*- C++ -*-===//\n//\n// What it is for.\n\n#pragma "
                                  "once\n\n#include \"runtime/b.h\"\n\n#include <cstdio>\n"
                                  "#include <atomic>\n#if defined(_X)\n#include <x.h>\n#include <y.h>\n#endif\n\n"
                                  "/// Kept.\nint a;\n#if Z\nint z;\n#endif\n#if E\n#endif\n\n");
  EXPECT_EQ(header.title, "A thing");
  EXPECT_EQ(header.includes, (std::set<std::string>{"<atomic>", "<cstdio>"}));
  EXPECT_EQ(header.conditional, (ConditionalIncludes{{"defined(_X)", {"<x.h>", "<y.h>"}}}));
  EXPECT_EQ(header.own, std::vector<std::string>{"runtime/b.h"});
  EXPECT_EQ(header.body, "/// Kept.\nint a;\n#if Z\nint z;\n#endif\n#if E\n#endif\n");
}

TEST(RuntimeTextTest, PastesBetweenMarks) {
  Pasted pasted;
  const std::string text = pasted.pasteAll({"share.h", "one_target.h"});
  EXPECT_TRUE(text.starts_with("// Begin runtime/share.h: Who computes what\n\n/// Units")) << text;
  EXPECT_NE(text.find("}\n\n// End runtime/share.h\n\n// Begin runtime/one_target.h: "), text.npos) << text;
  EXPECT_TRUE(text.ends_with("// End runtime/one_target.h\n\n")) << text;
  pasted.needIf("defined(__x__)", {"<cstring>", "<x.h>"}); // <cstring> is there already
  pasted.needIf("", {"<bit>"});
  EXPECT_EQ(pasted.includeLines(),
            "#include <bit>\n#include <cstring>\n#if defined(__x__)\n#include <x.h>\n#endif\n\n");
}

TEST(RuntimeTextTest, EveryHeaderIsBuiltIn) {
  for (const char *name : {"types.h", "threads.h", "weights_file.h", "zeroed_memory.h", "platform/posix.h",
                           "vectors/portable.h", "vectors/lanes.h"}) {
    HeaderText header = runtimeHeader(name);
    EXPECT_FALSE(header.body.empty()) << name;
    EXPECT_EQ(header.body.find("#include"), std::string::npos) << name;
    EXPECT_EQ(header.body.find("#pragma once"), std::string::npos) << name;
  }
  EXPECT_THROW(runtimeHeader("no_such.h"), std::out_of_range);
}
