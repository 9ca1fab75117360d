//===- WeightsSection.cpp - What lies where in the weights file -----------===//
//
// Tested by tests/unit/codegen/report/ReportTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/report/Html.h"
#include "codegen/report/Sections.h"
#include "codegen/report/Svg.h"

#include <algorithm>

namespace weebill::report {

namespace {

/// A stretch of the file, or of a block.
struct Stretch {
  std::string name, what; // `what` is HTML
  int64_t offset = 0, bytes = 0;
};

std::string parts(const weights::FieldLayout &field) {
  if (field.partRows.size() < 2)
    return "";
  std::string rows;
  for (int64_t part : field.partRows)
    rows += (rows.empty() ? "" : " + ") + grouped(part);
  return field.arrangement == plan::Arrangement::Stacked ? "; " + rows + " rows, one below the other"
                                                         : "; " + rows + " rows, 16 of each in turn";
}

/// From the first byte of a field's arrays to the last, offsets as the layout counts them.
Stretch stretch(const weights::FieldLayout &field) {
  const weights::ArrayLayout &last = field.arrays.back();
  const std::string shape = field.format->shape(grouped(field.rows), grouped(field.columns));
  return {field.name, shape + parts(field), field.values().offset, last.offset + last.bytes - field.values().offset};
}

/// Of the whole model, or of a block, of which the first is shown.
std::vector<Stretch> ofFields(const weights::WeightsLayout &layout, bool perBlock) {
  std::vector<Stretch> list;
  for (const weights::FieldLayout &field : layout.fields)
    if (field.perBlock == perBlock && field.isIn(0)) {
      list.push_back(stretch(field));
      if (!field.blockOffsets.empty())
        list.back().offset += field.blockOffsets.front() - layout.blockStart(0);
    }
  return list;
}

void sort(std::vector<Stretch> &list) {
  std::stable_sort(list.begin(), list.end(), [](const Stretch &a, const Stretch &b) { return a.offset < b.offset; });
}

/// "1,024", or "1,024 to 2,048" of blocks that differ.
std::string lengths(const weights::WeightsLayout &layout) {
  int64_t least = layout.blockBytes(0), most = least;
  for (int64_t block = 1; block < layout.blocks; ++block) {
    least = std::min(least, layout.blockBytes(block));
    most = std::max(most, layout.blockBytes(block));
  }
  return grouped(least) + (most > least ? " to " + grouped(most) : "");
}

/// The whole file: offsets from its first byte.
std::vector<Stretch> ofFile(const weights::WeightsLayout &layout) {
  std::vector<Stretch> list = ofFields(layout, false);
  for (const weights::SectionLayout &section : layout.sections)
    list.push_back({section.name, "made by the compiler, read in place", section.array.offset, section.array.bytes});
  if (layout.blocksBytes > 0)
    list.push_back({"blocks", grouped(layout.blocks) + " blocks of " + lengths(layout) + " bytes", layout.blocksOffset,
                    layout.blocksBytes});
  for (Stretch &one : list)
    one.offset += weights::kWeightsHeaderBytes;
  list.push_back({"header", "magic, versions, sizes and hashes", 0, weights::kWeightsHeaderBytes});
  sort(list);
  return list;
}

/// Lengths in proportion; a name where it has room.
std::string bar(const std::vector<Stretch> &list, int64_t bytes, int64_t cells, const std::string &label) {
  constexpr double width = 1020, height = 46;
  Svg svg(width, height, label);
  const auto x = [&](int64_t offset) { return double(offset) / double(std::max<int64_t>(1, bytes)) * width; };
  for (size_t i = 0; i < list.size(); ++i) {
    const Stretch &one = list[i];
    const double from = x(one.offset), wide = x(one.offset + one.bytes) - from;
    const std::string title = one.name + ": " + grouped(one.bytes) + " bytes at " + grouped(one.offset);
    svg.box(from, 4, std::max(wide, 0.5), height - 8, "fill" + std::to_string(i % 6), title);
    if (one.name == "blocks")
      for (int64_t cell = 1; cell < cells && cells < 200; ++cell)
        svg.line(from + wide * double(cell) / double(cells), height - 14, from + wide * double(cell) / double(cells),
                 height - 4, "cut");
    if (wide > 8.0 * double(one.name.size()))
      svg.words(from + wide / 2, height / 2 + 4, one.name, "middle", "inside");
  }
  return "<figure>" + svg.html() + "</figure>\n";
}

std::string table(const std::vector<Stretch> &list, int64_t bytes) {
  Table rows({"", "Part", ">Offset", ">Bytes", ">Share", "What"});
  for (size_t i = 0; i < list.size(); ++i) {
    const Stretch &one = list[i];
    rows.add({"<span class=\"swatch fill" + std::to_string(i % 6) + "\"></span>",
              "<code>" + escaped(one.name) + "</code>", ">" + grouped(one.offset), ">" + grouped(one.bytes),
              ">" + fixed(100 * double(one.bytes) / double(std::max<int64_t>(1, bytes)), 2) + " %", one.what});
  }
  return rows.html();
}

/// Which tensors of the model file a field is made of: one for all blocks stands for its first block.
std::string origins(const plan::ModelPlan &plan) {
  Table rows({"Field", "Tensors of the model file"});
  for (const plan::WeightPlan &weight : plan.weights) {
    std::string names;
    for (size_t copy = 0; copy < weight.sources.size(); ++copy)
      for (size_t part = 0; part < weight.sources[copy].size(); ++part)
        names += (part             ? " + "
                  : !names.empty() ? "<br/>"
                                   : "") +
                 std::string("<code>") + escaped(weight.sources[copy][part]) + "</code>";
    rows.add({"<code>" + escaped(weight.name) + "</code>", names});
  }
  return folded("Tensors that the fields are made of", rows.html());
}

} // namespace

std::string weightsSection(const ReportContext &context) {
  const weights::WeightsLayout &layout = context.layout;
  const std::vector<Stretch> file = ofFile(layout);
  std::vector<Stretch> block = ofFields(layout, true);
  sort(block);
  std::string body = note("The same file for every target, " + grouped(layout.fileBytes) +
                          " bytes, mapped and read in place. Arrays begin at multiples of 64 bytes and follow each "
                          "other in the order in which a token reads them.") +
                     bar(file, layout.fileBytes, layout.blocks, "Parts of the weights file") +
                     table(file, layout.fileBytes);
  if (!block.empty())
    body += std::string(layout.blockStarts.empty() ? "<h3>Inside a block: " : "<h3>Inside the first block: ") +
            grouped(layout.blockBytes(0)) + " bytes</h3>\n" + bar(block, layout.blockBytes(0), 0, "Parts of a block") +
            table(block, layout.blockBytes(0));
  return section("weights", "Weights file", body + origins(context.plan));
}

} // namespace weebill::report
