//===- EmitState.cpp - The cache and the buffers --------------------------===//
//
// Tested by tests/emitted/test_memory.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/Sections.h"
#include "codegen/emit/SizeNames.h"
#include "codegen/emit/Template.h"
#include "codegen/plan/CacheRooms.h"
#include "codegen/plan/Contract.h"
#include "codegen/plan/HeadHalves.h"
#include "codegen/weights/Traffic.h"

#include <algorithm>

namespace weebill::emit {

/// "arena + 128", or "arena" for its first byte.
static std::string place(const std::string &base, int64_t offset) {
  return offset == 0 ? base : base + " + " + std::to_string(offset);
}

static int64_t aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }

std::vector<ScratchField> scratchFields(const plan::ModelPlan &plan) {
  std::vector<ScratchField> result;
  int64_t offset = 0;
  auto add = [&](const std::string &name, plan::Element element, int64_t elements) {
    result.push_back({name, element, elements, offset});
    plan::BufferPlan row;
    row.element = element;
    row.columns = elements;
    offset += aligned(row.bytesOfRow());
  };
  for (const plan::BufferPlan &b : plan.buffers)
    if (b.privateInDecode)
      add(b.name, b.element, b.columns);
  int64_t groupHeads = plan.sizes.heads / plan.sizes.keyValueHeads;
  add("scores", plan::Element::F32, groupHeads * plan.cache.positions);
  add("sums", plan::Element::F32, groupHeads);
  if (plan::dealsOutHalves(plan)) {
    add("handed_scores", plan::Element::F32, groupHeads * plan.cache.positions); // for the thread that has the values
    add("handed_sums", plan::Element::F32, groupHeads);
  }
  result.push_back({"", plan::Element::U8, 0, offset}); // the end
  return result;
}

MemorySizes memorySizes(const plan::ModelPlan &plan, const weights::WeightsLayout &layout) {
  MemorySizes sizes;
  sizes.weightsFile = layout.fileBytes;
  sizes.cache = weights::cacheBytes(plan, plan.cache.positions);
  sizes.activations = plan.arenaBytes;
  sizes.scratchPerThread = scratchFields(plan).back().offset;
  sizes.weightsPerToken = weights::weightBytesPerToken(plan, layout);
  return sizes;
}

/// How buffers of codes are declared and found; nothing for buffers of numbers.
struct CodesText {
  plan::Element element;
  const char *type, *found, *header;
};
constexpr CodesText kCodesTexts[] = {{plan::Element::U8, "Codes", "codes_at", "codes.h"},
                                     {plan::Element::I8, "GroupCodes", "group_codes_at", "group_codes.h"}};

static const CodesText *codesText(plan::Element element) {
  for (const CodesText &text : kCodesTexts)
    if (text.element == element)
      return &text;
  return nullptr;
}

/// "Codes codes_model", "f32 *x".
static std::string declaration(plan::Element element, const std::string &name) {
  const CodesText *codes = codesText(element);
  return codes ? codes->type + (" " + name) : plan::elementName(element) + " *" + name;
}

/// The buffer of `rows` rows that begins there.
static std::string found(plan::Element element, const std::string &at, const std::string &rows,
                         const std::string &columns) {
  const CodesText *codes = codesText(element);
  return codes ? std::string(codes->found) + "(" + at + ", " + rows + ", " + columns + ")"
               : "reinterpret_cast<" + plan::elementName(element) + " *>(" + at + ")";
}

/// Fields of State: shared buffers.
static std::string stateFields(const plan::ModelPlan &plan) {
  std::string text;
  for (const plan::BufferPlan &b : plan.buffers)
    text += "  " + declaration(b.element, b.name) + "; // " + (b.perToken ? "[tokens][" : "[") + columnsName(plan, b) +
            "]\n";
  return text;
}

static std::string statePointers(const plan::ModelPlan &plan) {
  std::string text;
  for (const plan::BufferPlan &b : plan.buffers)
    text += "  s." + b.name + " = " +
            found(b.element, place("arena", b.offset), b.perToken ? "kChunk" : "1", columnsName(plan, b)) + ";\n";
  return text;
}

/// Which positions the caches of visits have.
static std::string rooms(const plan::ModelPlan &plan, const plan::CacheRooms &rooms, Pasted &pasted) {
  const bool convolves = plan.convolution.width != 0;
  if (rooms.step == 0 && !convolves)
    return pasted.paste("whole_cache.h");
  std::string windows, kinds;
  for (size_t visit = 0; visit < rooms.windows.size(); ++visit) {
    windows += (visit == 0 ? "" : ", ") + std::to_string(rooms.windows[visit]);
    kinds += std::string(visit == 0 ? "" : ", ") + (rooms.convolves[visit] ? "true" : "false");
  }
  const int64_t step = rooms.step == 0 ? plan::kPositionBlock : rooms.step; // without windows nothing moves
  std::string text = "// Windows of visits whose caches keep no more of the context; 0: all of it.\nconstexpr i32 "
                     "kCacheWindows[kVisits] = {" +
                     windows + "};\nconstexpr i32 kCacheStep = " + std::to_string(step) +
                     "; // positions that they move by\n\n" + pasted.paste("cache_windows.h");
  if (!convolves)
    return text + pasted.paste("cache_places.h");
  return wrapped(text +
                 "// Visits that convolve keep rows of the last tokens, not keys and values.\nconstexpr bool "
                 "kConvolves[kVisits] = {" +
                 kinds + "};\nconstexpr i32 kConvolutionWidth = " + std::to_string(plan.convolution.width) +
                 "; // tokens that it sees, its own included\nconstexpr i32 kConvolutionColumns = " +
                 std::to_string(plan.convolution.columns) + ";\n\n" + pasted.paste("two_kinds_of_places.h"));
}

/// The headers of the cache.
static std::string cache(const plan::ModelPlan &plan, Pasted &pasted) {
  const plan::CacheRooms held = plan::cacheRooms(plan);
  const bool codes = plan.cache.element == plan::Element::I8;
  std::string text = codes ? "" : "using CacheElement = " + plan::elementName(plan.cache.element) + ";\n\n";
  text += rooms(plan, held, pasted);
  const char *const header = codes ? "cache_of_codes.h" : "cache.h";
  if (plan.convolution.width == 0) {
    text += pasted.pasteAll({"cache_part.h", header});
    return held.step == 0 ? text : text + pasted.paste("sliding_cache.h");
  }
  text += pasted.paste("cache_part.h") + "// Of visits that attend.\nnamespace attending {\n\n" + pasted.paste(header) +
          "} // namespace attending\n\n";
  return text + pasted.pasteAll({"convolution_cache.h", "sliding_cache.h"});
}

std::string stateSection(const plan::ModelPlan &plan, Pasted &pasted) {
  std::string text;
  for (const CodesText &codes : kCodesTexts)
    if (std::any_of(plan.buffers.begin(), plan.buffers.end(),
                    [&](const plan::BufferPlan &b) { return b.element == codes.element; }))
      text += pasted.paste(codes.header);
  text += cache(plan, pasted);
  text += "// What one thread works in, one token at a time.\nstruct Scratch {\n";
  std::vector<ScratchField> fields = scratchFields(plan);
  fields.pop_back();
  for (const ScratchField &f : fields)
    text += "  " + declaration(f.element, f.name) + "; // [" + std::to_string(f.elements) + "]\n";
  text += "};\n\n// What all threads share: rows of the tokens that are on their way through the layers. Buffers that "
          "are never\n"
          "// needed together share memory.\nstruct State {\n" +
          stateFields(plan) + "  Scratch *scratch; // [threads]\n};\n\n";
  text += R"(// `arena` has kActivationBytes, then kScratchBytes for each thread; all zero.
inline void lay_out(State &s, Scratch *scratch, u8 *arena, i32 threads) {
)" + statePointers(plan) +
          "  s.scratch = scratch;\n  for (i32 i = 0; i < threads; ++i) {\n    u8 *own = arena + kActivationBytes + "
          "u64(i) * kScratchBytes;\n";
  for (const ScratchField &f : fields)
    text += "    s.scratch[i]." + f.name + " = " +
            found(f.element, place("own", f.offset), "1", std::to_string(f.elements)) + ";\n";
  text += "  }\n}\n\n";
  const plan::BufferPlan &residual = plan.buffers.at(plan.prefill.before.back().steps.back().out.buffer);
  text += "// The residual stream of a token: behind the last block, what the last norm reads. [kModel]\n"
          "inline const f32 *residual_of(const State &s, i32 token) {\n  return s." +
          residual.name + " + i64{token} * " + columnsName(plan, residual) + ";\n}\n\n";
  text += pasted.paste("share.h");
  if (plan::dealsOutHalves(plan))
    text += pasted.paste("head_halves.h");
  return text;
}

} // namespace weebill::emit
