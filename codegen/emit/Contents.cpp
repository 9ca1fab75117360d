//===- Contents.cpp - The table of contents of an emitted file ------------===//

#include "codegen/emit/Contents.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace weebill::emit {

namespace {

struct Section {
  std::string_view title;
  size_t line = 0; // in `rest`, from 0
};

/// What there is in sections of which a title says too little. The first that a title begins with counts.
constexpr struct {
  std::string_view title, what;
} kWords[] = {{"sizes", "constants"},
              {"weights", "structs, and where they lie in the file"},
              {"state", "the cache, the buffers, who computes what"},
              {"vectors", "the few functions that kernels use"},
              {"layer", "the forward pass: decode, prefill, leave"},
              {"step", "class Model: prefill, step, logits"},
              {"program", "the tokenizer if there is one, sampler, command line"},
              {"interface", "functions for other programs, main"}};

std::vector<Section> sectionsOf(std::string_view text) {
  std::vector<Section> sections;
  for (size_t line = 0; !text.empty(); ++line) {
    const std::string_view whole = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(whole.size() + 1, text.size()));
    if (!whole.starts_with("// ----") || !whole.ends_with(" ---"))
      continue;
    const std::string_view title = whole.substr(3, whole.size() - 3 - 4);
    sections.push_back({title.substr(title.find_first_not_of("- ")), line});
  }
  return sections;
}

} // namespace

std::string withContents(const std::string &opening, const std::string &rest) {
  const std::vector<Section> sections = sectionsOf(rest);
  const size_t before = std::count(opening.begin(), opening.end(), '\n') + sections.size() + 1; // and an empty line
  std::string text = opening;
  for (const Section &section : sections) {
    const std::string number = std::to_string(section.line + before + 1);
    std::string line = "// " + std::string(6 - std::min<size_t>(number.size(), 6), ' ') + number + "  ";
    line += section.title;
    for (const auto &[title, what] : kWords)
      if (section.title.starts_with(title)) {
        (line += ": ") += what;
        break;
      }
    text += line + "\n";
  }
  return text + "\n" + rest;
}

} // namespace weebill::emit
