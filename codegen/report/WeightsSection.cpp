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

std::string shape(const weights::FieldLayout &field) {
  switch (field.kind) {
  case plan::WeightKind::Vector:
    return "float32 [" + grouped(field.columns) + "]";
  case plan::WeightKind::MatrixF32:
    return "float32 [" + grouped(field.rows) + " / 16][" + grouped(field.columns) + "][16]";
  case plan::WeightKind::MatrixF16:
    return "float16 [" + grouped(field.rows) + " / 16][" + grouped(field.columns) + "][16]";
  case plan::WeightKind::MatrixInt8:
    return "int8 [" + grouped(field.rows) + " / 16][" + grouped(field.columns) +
           " / 4][16][4], scale float32 and row_sum int32 [" + grouped(field.rows) + "]";
  }
  return "";
}

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
  Stretch result{field.name, shape(field) + parts(field), field.values.offset, 0};
  int64_t end = field.values.offset + field.values.bytes;
  for (const weights::ArrayLayout &array : {field.scale, field.rowSum})
    if (array.bytes > 0)
      end = std::max(end, array.offset + array.bytes);
  result.bytes = end - field.values.offset;
  return result;
}

std::vector<Stretch> ofFields(const weights::WeightsLayout &layout, bool perBlock) {
  std::vector<Stretch> list;
  for (const weights::FieldLayout &field : layout.fields)
    if (field.perBlock == perBlock)
      list.push_back(stretch(field));
  return list;
}

void sort(std::vector<Stretch> &list) {
  std::stable_sort(list.begin(), list.end(), [](const Stretch &a, const Stretch &b) { return a.offset < b.offset; });
}

/// The whole file: offsets from its first byte.
std::vector<Stretch> ofFile(const weights::WeightsLayout &layout) {
  std::vector<Stretch> list = ofFields(layout, false);
  for (const weights::SectionLayout &section : layout.sections)
    list.push_back({section.name, "made by the compiler, read in place", section.array.offset, section.array.bytes});
  if (layout.blockStride > 0)
    list.push_back({"blocks", grouped(layout.blocks) + " blocks of " + grouped(layout.blockStride) + " bytes",
                    layout.blocksOffset, layout.blocks * layout.blockStride});
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
        names += (part   ? " + "
                  : copy ? "<br/>"
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
    body += "<h3>Inside a block: " + grouped(layout.blockStride) + " bytes</h3>\n" +
            bar(block, layout.blockStride, 0, "Parts of a block") + table(block, layout.blockStride);
  return section("weights", "Weights file", body + origins(context.plan));
}

} // namespace weebill::report
