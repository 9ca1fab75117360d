//===- RooflineSection.cpp - Phases under the roofs -----------------------===//
//
// Operations for each byte against operations a second, both by powers of two and ten; one thread. Tested by
// tests/unit/codegen/report/ReportTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/report/Html.h"
#include "codegen/report/Sections.h"
#include "codegen/report/Svg.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace weebill::report {

namespace {

constexpr double kLeft = 70, kRight = 1030, kTop = 20, kBottom = 470, kWidth = 1060, kHeight = 520;
constexpr double kFirstOctave = -2, kLastOctave = 12; // operations for each byte
constexpr double kLabelHeight = 16;

struct Point {
  double intensity = 0, rate = 0; // operations for each byte, operations a second
  std::string name;
  bool decode = true;
};

/// From numbers to the picture.
struct Scale {
  double lowestDecade = 9, highestDecade = 12;

  double x(double intensity) const {
    const double octave = std::clamp(std::log2(intensity), kFirstOctave, kLastOctave);
    return kLeft + (octave - kFirstOctave) / (kLastOctave - kFirstOctave) * (kRight - kLeft);
  }
  double y(double rate) const {
    const double decade = std::clamp(std::log10(rate), lowestDecade, highestDecade);
    return kBottom - (decade - lowestDecade) / (highestDecade - lowestDecade) * (kBottom - kTop);
  }
};

/// Phases that read and compute something; the others have no place in the picture.
std::vector<Point> points(const ReportContext &context) {
  std::vector<Point> list;
  const auto add = [&](const std::vector<plan::PhasePlan> &phases, bool decode, const Pass &pass) {
    for (const plan::PhasePlan &phase : phases) {
      const Cost cost = costOf(phase, context.plan, context.layout, pass);
      if (cost.bytes() > 0 && cost.operations() > 0)
        list.push_back({double(cost.operations()) / double(cost.bytes()),
                        double(cost.operations()) / context.predictor.phaseSeconds(phase, decode, pass, 1, kFromMemory),
                        phase.name, decode});
    }
  };
  const plan::ModelPlan &plan = context.plan;
  const Pass one{1, context.position}, chunk{plan.chunk, std::max<int64_t>(0, context.position - plan.chunk)};
  add(plan.decode.before, true, one);
  add(plan.decode.body, true, one);
  add(plan.decode.after, true, one);
  add(plan.prefill.body, false, chunk);
  return list;
}

/// 9 is "1 G", 11 "100 G".
std::string decadeName(int decade) {
  const char *const prefixes[] = {"", "k", "M", "G", "T", "P"};
  const int prefix = std::clamp(decade / 3, 0, 5);
  return "1" + std::string(decade - 3 * prefix, '0') + " " + prefixes[prefix];
}

void drawAxes(Svg &svg, const Scale &scale) {
  for (double octave = kFirstOctave; octave <= kLastOctave; ++octave) {
    const double x = scale.x(std::exp2(octave));
    svg.line(x, kTop, x, kBottom, "grid");
    svg.words(x, kBottom + 18, octave < 0 ? fixed(std::exp2(octave), octave < -1 ? 2 : 1) : fixed(std::exp2(octave), 0),
              "middle", "tick");
  }
  for (double decade = scale.lowestDecade; decade <= scale.highestDecade; ++decade) {
    const double y = scale.y(std::pow(10, decade));
    svg.line(kLeft, y, kRight, y, "grid");
    svg.words(kLeft - 8, y + 4, decadeName(int(decade)), "end", "tick");
  }
  svg.line(kLeft, kBottom, kRight, kBottom, "axis");
  svg.line(kLeft, kTop, kLeft, kBottom, "axis");
  svg.words((kLeft + kRight) / 2, kBottom + 42, "operations for each byte from memory", "middle");
  svg.words(18, (kTop + kBottom) / 2, "operations a second", "middle", "", -90);
}

/// min(peak, intensity * bandwidth), from the lowest rate of the picture on.
void drawRoof(Svg &svg, const Scale &scale, double bandwidth, double peak, const std::string &cssClass,
              const std::string &slopeName) {
  const double start = std::max(std::exp2(kFirstOctave), std::pow(10, scale.lowestDecade) / bandwidth);
  const double ridge = peak / bandwidth;
  const double x1 = scale.x(start), y1 = scale.y(start * bandwidth), x2 = scale.x(ridge), y2 = scale.y(peak);
  svg.path({{x1, y1}, {x2, y2}, {kRight, y2}}, cssClass);
  const double degrees = std::atan2(y2 - y1, x2 - x1) * 180 / std::acos(-1.0);
  if (!slopeName.empty())
    svg.words((x1 + x2) / 2, (y1 + y2) / 2 - 8, slopeName, "middle", "roof", degrees);
}

/// At the right end of a roof; the lower of two that are close has its name below.
void namePeak(Svg &svg, const Scale &scale, const std::string &name, double peak, double other) {
  const double y = scale.y(peak);
  const bool below = other > peak && y - scale.y(other) < 20;
  svg.words(kRight - 6, below ? y + 16 : y - 6, name + " " + scaled(peak, "op/s"), "end", "roof");
}

/// Names in a column beside their points, in the points' order from top right to bottom left, with lines to them. The
/// column stands clear of the flat parts of the roofs.
void drawLabels(Svg &svg, const Scale &scale, std::vector<Point> list, const std::vector<double> &flats) {
  if (list.empty())
    return;
  std::stable_sort(list.begin(), list.end(), [&](const Point &a, const Point &b) {
    return std::pair(std::round(scale.y(a.rate)), -a.intensity) < std::pair(std::round(scale.y(b.rate)), -b.intensity);
  });
  double middle = 0, column = kLeft;
  for (const Point &point : list) {
    middle += scale.y(point.rate) / double(list.size());
    column = std::max(column, scale.x(point.intensity) + 40);
  }
  column = std::min(column, kRight - 190);

  const double height = kLabelHeight * double(list.size());
  double top = middle - height / 2;
  if (std::any_of(flats.begin(), flats.end(), [&](double y) { return y > top - 8 && y < top + height + 8; }))
    top = *std::max_element(flats.begin(), flats.end()) + 20;
  double y = std::clamp(top, kTop, std::max(kTop, kBottom - height - 4)) + kLabelHeight;
  for (const Point &point : list) {
    svg.line(scale.x(point.intensity) + 6, scale.y(point.rate), column - 4, y - 4, "leader");
    svg.words(column, y, point.name + "  " + fixed(point.intensity, 1), "start", point.decode ? "one" : "chunk");
    y += kLabelHeight;
  }
}

void drawPoints(Svg &svg, const Scale &scale, const std::vector<Point> &list, const std::vector<double> &flats) {
  for (bool decode : {true, false}) {
    std::vector<Point> some;
    std::copy_if(list.begin(), list.end(), std::back_inserter(some),
                 [&](const Point &point) { return point.decode == decode; });
    drawLabels(svg, scale, some, flats);
  }
  for (const Point &point : list)
    svg.dot(scale.x(point.intensity), scale.y(point.rate), 5, point.decode ? "one" : "chunk",
            point.name + ": " + fixed(point.intensity, 2) + " operations for each byte, " + scaled(point.rate, "op/s"));
}

} // namespace

std::string rooflineSection(const ReportContext &context) {
  const Machine &machine = context.machine;
  const double integers = integerPeak(context.target, machine, context.plan.chunk);
  const double floats = floatPeak(context.target, machine);
  const double memory = machine.threadBytesPerSecond, l2 = machine.l2BytesPerSecond;
  Scale scale;
  scale.highestDecade = std::ceil(std::log10(std::max(integers, floats)) + 0.05);
  Svg svg(kWidth, kHeight, "Roofline of one thread: operations a second against operations for each byte");
  drawAxes(svg, scale);
  drawRoof(svg, scale, l2, std::max(integers, floats), "roof far", "L2 " + scaled(l2, "B/s"));
  drawRoof(svg, scale, memory, floats, "roof float", "");
  drawRoof(svg, scale, memory, integers, "roof", "memory " + scaled(memory, "B/s"));
  if (integers == floats) {
    namePeak(svg, scale, "8-bit and float32", integers, 0);
  } else {
    namePeak(svg, scale, "8-bit", integers, floats);
    namePeak(svg, scale, "float32", floats, integers);
  }
  drawPoints(svg, scale, points(context), {scale.y(integers), scale.y(floats)});
  return section("roofline", "Roofline",
                 note("<span class=\"key one\">one token</span> <span class=\"key chunk\">a chunk of " +
                      grouped(context.plan.chunk) + "</span> One thread, " + grouped(context.position) +
                      " tokens in the cache. Beside each phase stand its operations for each byte. Phases of mixed "
                      "arithmetic lie below the roof: their 8-bit and float operations take their turns.") +
                     "<figure>" + svg.html() + "</figure>\n");
}

} // namespace weebill::report
