//===- Svg.h - Pictures made of lines, boxes and words -----------*- C++ -*-===//
//
// Colours come from the page's style sheet, so that pictures follow its light and dark forms. Tested by
// tests/unit/codegen/report/SvgTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_REPORT_SVG_H
#define WEEBILL_CODEGEN_REPORT_SVG_H

#include <string>
#include <utility>
#include <vector>

namespace weebill::report {

/// Units are those of the viewBox, y downwards. Texts are escaped here.
class Svg {
public:
  /// `label` tells what the picture shows, for those who cannot see it.
  Svg(double width, double height, std::string label) : width(width), height(height), label(std::move(label)) {}

  void line(double x1, double y1, double x2, double y2, const std::string &cssClass);
  void path(const std::vector<std::pair<double, double>> &points, const std::string &cssClass);
  /// A box; `title` is shown when the pointer rests on it.
  void box(double x, double y, double w, double h, const std::string &cssClass, const std::string &title = "");
  void dot(double x, double y, double radius, const std::string &cssClass, const std::string &title = "");
  /// `anchor` is "start", "middle" or "end"; `degrees` turns the words around their anchor.
  void words(double x, double y, const std::string &text, const std::string &anchor = "start",
             const std::string &cssClass = "", double degrees = 0);

  std::string html() const;

private:
  double width, height;
  std::string label, body;
};

} // namespace weebill::report

#endif // WEEBILL_CODEGEN_REPORT_SVG_H
