//===- ContentsTest.cpp - Sections are where the table says ---------------===//

#include "codegen/emit/Contents.h"

#include "codegen/emit/Template.h"

#include <gtest/gtest.h>

using namespace weebill::emit;

TEST(ContentsTest, EverySectionStandsInItsLine) {
  EXPECT_EQ(
      withContents("// What it is.\n", "#include <x>\n\n" + ruler("sizes") + "int a;\n\n" + ruler("mine") + "int b;\n"),
      "// What it is.\n"
      "//      7  sizes: constants\n"
      "//     11  mine\n"
      "\n"
      "#include <x>\n"
      "\n"
      "// ------------------------------------------------------------------ sizes ---\n"
      "\n"
      "int a;\n"
      "\n"
      "// ------------------------------------------------------------------- mine ---\n"
      "\n"
      "int b;\n");
}

TEST(ContentsTest, NoSections) { EXPECT_EQ(withContents("// A.\n", "int a;\n"), "// A.\n\nint a;\n"); }
