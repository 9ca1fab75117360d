//===- ReadBlockNumbers.cpp - Numbers that blocks may differ in -----------===//

#include "compiler/import/description/ReadBlockNumbers.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/description/ReadDescription.h"
#include "compiler/import/families/Convolutions.h"

#include <algorithm>
#include <utility>

namespace weebill::description {

/// The list of a field with an entry for each block; nullptr if the field is something else or left out.
static const JsonValue *listOfBlocks(const FieldReader &fields, const std::string &name, int64_t blocks) {
  const JsonMember *member = fields.find(name);
  if (!member || member->value.kind != JsonValue::Kind::List)
    return nullptr;
  const JsonValue &list = member->value;
  if (int64_t(list.items.size()) != blocks)
    fields.refuse(list.place, importer::quoted(name) + " has " + std::to_string(list.items.size()) + " entries for " +
                                  importer::counted(blocks, "block"));
  return &list;
}

void readRopeTheta(const FieldReader &fields, importer::Architecture &sizes) {
  constexpr double kOtherwise = 10000;
  const JsonValue *list = listOfBlocks(fields, "rope_theta", sizes.layers);
  if (!list) {
    sizes.ropeTheta = fields.real("rope_theta", 1, limits::kRopeTheta, kOtherwise);
    return;
  }
  for (const JsonValue &item : list->items) {
    const double theta = fields.real("an entry of 'rope_theta'", item, 0, limits::kRopeTheta);
    if (theta != 0 && theta < 1)
      fields.refuse(item.place, "an entry of 'rope_theta' is " + valueText(item) +
                                    ", but must be at least 1, or 0 for a block without RoPE");
    sizes.ropeThetas.push_back(theta);
  }
  sizes.ropeTheta = kOtherwise; // no block has it
}

void readRopeFactor(const FieldReader &scaling, importer::Architecture &sizes) {
  const JsonValue *list = listOfBlocks(scaling, "factor", sizes.layers);
  if (!list) {
    sizes.ropeScaling.factor = scaling.real("factor", 1, limits::kRopeFactor, 1);
    return;
  }
  for (const JsonValue &item : list->items)
    sizes.ropeFactors.push_back(scaling.real("an entry of 'factor'", item, 1, limits::kRopeFactor));
  sizes.ropeScaling.factor = *std::max_element(sizes.ropeFactors.begin(), sizes.ropeFactors.end());
  if (sizes.ropeScaling.factor == 1)
    sizes.ropeFactors.clear(); // nothing is scaled
}

void readWindows(const FieldReader &fields, importer::Architecture &sizes) {
  const JsonValue *list = listOfBlocks(fields, "window", sizes.layers);
  if (list)
    for (const JsonValue &item : list->items)
      sizes.windows.push_back(fields.integer("an entry of 'window'", item, 0, limits::kContext));
  else
    sizes.windows.assign(sizes.layers, fields.integer("window", 0, limits::kContext, 0));
  if (std::all_of(sizes.windows.begin(), sizes.windows.end(), [](int64_t window) { return window == 0; }))
    sizes.windows.clear();
}

void readConvolutions(const FieldReader &fields, importer::Architecture &sizes) {
  const int64_t width = fields.integer("convolution_width", limits::kLeastConvolution, limits::kConvolution, 3);
  const JsonMember *member = fields.find("convolution");
  if (!member && fields.find("convolution_width"))
    fields.refuse(fields.required("convolution_width").place, "'convolution_width' needs 'convolution'");
  if (!member)
    return;
  const JsonValue *list = listOfBlocks(fields, "convolution", sizes.layers);
  if (!list)
    fields.refuse(member->value.place,
                  "'convolution' is " + valueText(member->value) + ", but must be a list with 0 or 1 for each block");
  std::vector<int64_t> convolves;
  for (const JsonValue &item : list->items)
    convolves.push_back(fields.integer("an entry of 'convolution'", item, 0, 1));
  if (const std::string problem = families::setConvolutions(convolves, width, sizes); !problem.empty())
    fields.refuse(member->value.place, problem);
  const JsonValue *windows = listOfBlocks(fields, "window", sizes.layers);
  for (size_t block = 0; block < sizes.convolutions.size() && !sizes.windows.empty(); ++block)
    if (sizes.convolutions[block] != 0 && std::exchange(sizes.windows[block], 0) != 0 && windows)
      fields.refuse(windows->items[block].place,
                    "block " + std::to_string(block) + " has a window, but convolves in the place of attending: say 0");
}

void readAttentionScale(const FieldReader &fields, importer::Architecture &sizes) {
  const JsonValue *list = listOfBlocks(fields, "attention_scale", sizes.layers);
  if (!list) {
    if (fields.find("attention_scale"))
      sizes.attentionScale =
          float(fields.real("attention_scale", limits::kLeastAttentionScale, limits::kAttentionScale, 0));
    return;
  }
  for (const JsonValue &item : list->items)
    sizes.attentionScales.push_back(float(
        fields.real("an entry of 'attention_scale'", item, limits::kLeastAttentionScale, limits::kAttentionScale)));
}

} // namespace weebill::description
