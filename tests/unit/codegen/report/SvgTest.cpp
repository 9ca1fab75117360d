//===- SvgTest.cpp - Pictures ---------------------------------------------===//

#include "codegen/report/Svg.h"

#include <gtest/gtest.h>

using namespace weebill::report;

namespace {

TEST(SvgTest, PrintsShapesInTheOrderTheyAreDrawn) {
  Svg svg(100, 50, "a picture");
  svg.line(0, 0.04, 10, 20.25, "grid");
  svg.path({{1, 2}, {3, 4}}, "roof");
  svg.box(1, 2, 3, 4, "fill0");
  svg.dot(5, 6, 7, "one");
  EXPECT_EQ(svg.html(),
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"a picture\" viewBox=\"0 0 100 50\">\n"
            "<line class=\"grid\" x1=\"0.0\" y1=\"0.0\" x2=\"10.0\" y2=\"20.2\"/>\n"
            "<polyline class=\"roof\" points=\"1.0,2.0 3.0,4.0\"/>\n"
            "<rect class=\"fill0\" x=\"1.0\" y=\"2.0\" width=\"3.0\" height=\"4.0\"/>\n"
            "<circle class=\"one\" cx=\"5.0\" cy=\"6.0\" r=\"7.0\"/>\n</svg>\n");
}

TEST(SvgTest, TurnsWordsAroundTheirAnchor) {
  Svg svg(10, 10, "");
  svg.words(3, 4, "up", "middle", "tick", -90);
  EXPECT_NE(svg.html().find("<text class=\"tick\" x=\"3.0\" y=\"4.0\" text-anchor=\"middle\" transform=\"rotate(-90.0 "
                            "3.0 4.0)\">up</text>"),
            std::string::npos)
      << svg.html();
}

TEST(SvgTest, EscapesWordsTitlesAndItsLabel) {
  Svg svg(10, 10, "\"<a>");
  svg.words(0, 0, "<b>");
  svg.box(0, 0, 1, 1, "", "<c>");
  const std::string html = svg.html();
  EXPECT_NE(html.find("aria-label=\"&quot;&lt;a&gt;\""), std::string::npos);
  EXPECT_NE(html.find(">&lt;b&gt;</text>"), std::string::npos);
  EXPECT_NE(html.find("<title>&lt;c&gt;</title></rect>"), std::string::npos);
}

} // namespace
