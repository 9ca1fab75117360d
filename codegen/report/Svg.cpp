//===- Svg.cpp - Pictures made of lines, boxes and words ------------------===//
//
// Tested by tests/unit/codegen/report/SvgTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/report/Svg.h"

#include "codegen/report/Html.h"

namespace weebill::report {

namespace {

/// An attribute with a coordinate. A tenth of a unit is finer than a pixel.
std::string at(const char *name, double value) { return std::string(" ") + name + "=\"" + fixed(value, 1) + "\""; }

std::string classOf(const std::string &name) { return name.empty() ? "" : " class=\"" + name + "\""; }

std::string closed(const char *tag, const std::string &title) {
  return title.empty() ? "/>\n" : "><title>" + escaped(title) + "</title></" + tag + ">\n";
}

} // namespace

void Svg::line(double x1, double y1, double x2, double y2, const std::string &cssClass) {
  body += "<line" + classOf(cssClass) + at("x1", x1) + at("y1", y1) + at("x2", x2) + at("y2", y2) + "/>\n";
}

void Svg::path(const std::vector<std::pair<double, double>> &points, const std::string &cssClass) {
  body += "<polyline" + classOf(cssClass) + " points=\"";
  for (size_t i = 0; i < points.size(); ++i)
    body += (i ? " " : "") + fixed(points[i].first, 1) + "," + fixed(points[i].second, 1);
  body += "\"/>\n";
}

void Svg::box(double x, double y, double w, double h, const std::string &cssClass, const std::string &title) {
  body +=
      "<rect" + classOf(cssClass) + at("x", x) + at("y", y) + at("width", w) + at("height", h) + closed("rect", title);
}

void Svg::dot(double x, double y, double radius, const std::string &cssClass, const std::string &title) {
  body += "<circle" + classOf(cssClass) + at("cx", x) + at("cy", y) + at("r", radius) + closed("circle", title);
}

void Svg::words(double x, double y, const std::string &text, const std::string &anchor, const std::string &cssClass,
                double degrees) {
  body += "<text" + classOf(cssClass) + at("x", x) + at("y", y) + " text-anchor=\"" + anchor + "\"";
  if (degrees != 0)
    body += " transform=\"rotate(" + fixed(degrees, 1) + " " + fixed(x, 1) + " " + fixed(y, 1) + ")\"";
  body += ">" + escaped(text) + "</text>\n";
}

std::string Svg::html() const {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"" + escaped(label) + "\" viewBox=\"0 0 " +
         fixed(width, 0) + " " + fixed(height, 0) + "\">\n" + body + "</svg>\n";
}

} // namespace weebill::report
