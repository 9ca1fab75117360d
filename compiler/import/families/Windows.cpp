//===- Windows.cpp - Windows of attention in configurations ---------------===//

#include "compiler/import/families/Windows.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/description/ReadDescription.h"
#include "compiler/import/families/ConfigFields.h"

#include <algorithm>

namespace weebill::families {

std::optional<int64_t> readWindow(const description::FieldReader &fields, int64_t otherwise) {
  const description::JsonMember *member = fields.find("sliding_window");
  if (member ? member->value.kind == description::JsonValue::Kind::Null : otherwise == 0)
    return std::nullopt;
  return fields.integer("sliding_window", 1, description::limits::kContext, otherwise);
}

/// The window of each layer by its type; a configuration without a list of types has those that `slides` says.
static void setWindows(const description::FieldReader &fields, importer::Architecture &sizes,
                       std::vector<std::string> types, int64_t window,
                       const std::function<bool(int64_t layer)> &slides) {
  if (types.empty())
    for (int64_t layer = 0; layer < sizes.layers; ++layer)
      types.push_back(slides(layer) ? "sliding_attention" : "full_attention");
  if (int64_t(types.size()) != sizes.layers)
    fields.refuse(fields.required("layer_types").value.place, "'layer_types' names the type of " +
                                                                  importer::counted(int64_t(types.size()), "layer") +
                                                                  ", but there are " + std::to_string(sizes.layers));
  if (std::find(types.begin(), types.end(), "sliding_attention") == types.end())
    return;
  for (const std::string &type : types)
    sizes.windows.push_back(type == "sliding_attention" ? window : 0);
}

void readLayerWindows(const description::FieldReader &fields, importer::Architecture &sizes, int64_t window,
                      const std::function<bool(int64_t layer)> &slides) {
  setWindows(fields, sizes, readLayerTypes(fields, {"full_attention", "sliding_attention"}), window, slides);
}

void readWindows(const description::FieldReader &fields, importer::Architecture &sizes, int64_t otherwise,
                 const std::function<bool(int64_t layer)> &slides) {
  const bool used = fields.boolean("use_sliding_window", false);
  const std::vector<std::string> types = used ? readLayerTypes(fields, {"full_attention", "sliding_attention"})
                                              : readLayerTypes(fields, {"full_attention"});
  const std::optional<int64_t> window = used ? readWindow(fields, otherwise) : std::nullopt;
  if (window)
    setWindows(fields, sizes, types, *window, slides);
}

void readQwenWindows(const description::FieldReader &fields, importer::Architecture &sizes) {
  const int64_t first = fields.integer("max_window_layers", 0, INT32_MAX, 28);
  readWindows(fields, sizes, 4096, [&](int64_t layer) { return layer >= first; });
}

} // namespace weebill::families
