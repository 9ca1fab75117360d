//===- StepText.cpp - One step of the forward pass as C++ -----------------===//
//
// What all steps share (pointers, ranges, loops) and the short ones. Attention's are in StepAttention.cpp, matrices in
// StepMatrix.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/StepText.h"

#include "codegen/emit/Template.h"
#include "codegen/print/FloatLiteral.h"

#include <stdexcept>

namespace weebill::emit {

std::string StepText::print(const plan::StepPlan &step) {
  switch (step.kind) {
  case plan::StepKind::Embed:
    return embed(step);
  case plan::StepKind::RmsNorm:
  case plan::StepKind::Hadamard:
  case plan::StepKind::Quantize:
  case plan::StepKind::RmsNormQuantize:
    return rowStep(step);
  case plan::StepKind::Linear:
  case plan::StepKind::LinearResidual:
  case plan::StepKind::SwiGLU:
  case plan::StepKind::GeGLU:
    return matrixStep(step);
  case plan::StepKind::AddBias:
    return bias(step);
  case plan::StepKind::HeadNorm:
    return headNorm(step);
  case plan::StepKind::Rope:
    return rope(step);
  case plan::StepKind::CacheAppend:
    return append(step);
  case plan::StepKind::Attention:
    return attention(step);
  case plan::StepKind::GatedConvolution:
    return convolution(step);
  case plan::StepKind::Silu:
  case plan::StepKind::GeluTanh:
  case plan::StepKind::Scale:
  case plan::StepKind::Mul:
  case plan::StepKind::Add:
    return elementwise(step);
  }
  throw std::logic_error("a step of an unknown kind");
}

const plan::Partition &StepText::partition(const plan::StepPlan &step) const {
  return route == Route::Prefill ? step.prefill : step.decode;
}

bool StepText::isPrivate(const plan::View &view) const {
  return route != Route::Prefill && plan.buffers.at(view.buffer).privateInDecode;
}

std::string StepText::buffer(const plan::View &view) {
  own |= isPrivate(view);
  return (isPrivate(view) ? "own." : "s.") + plan.buffers.at(view.buffer).name;
}

std::string StepText::pointer(const plan::View &view, const std::string &row) {
  std::string text = buffer(view);
  bool rows = plan.buffers.at(view.buffer).perToken && !isPrivate(view);
  if (rows && route == Route::Last)
    parameters.insert(Parameter::Token);
  if (rows && route != Route::Decode)
    text += " + i64{" + row + "} * " + stride(view);
  if (view.first != 0)
    text += " + " + std::to_string(view.first);
  return text;
}

std::string StepText::weight(int index) {
  const plan::WeightPlan &w = plan.weights.at(index);
  parameters.insert(w.perBlock ? Parameter::Block : Parameter::Model);
  return (w.perBlock ? "w." : "model.") + w.name;
}

std::string StepText::range(const std::string &units, const std::string &note, std::string &text) {
  auto [found, isNew] = ranges.try_emplace(units);
  if (isNew) {
    found->second = ranges.size() == 1 ? "mine" : "mine_" + std::to_string(ranges.size());
    text +=
        "  const Range " + found->second + " = share(" + units + ", me);" + (note.empty() ? "" : " // " + note) + "\n";
  }
  return found->second;
}

std::string StepText::range(const plan::Partition &p, std::string &text) {
  const auto [units, note] = unitsName(plan, p);
  return range(units, note, text);
}

std::string StepText::forTokens(const std::string &line, int spaces) const {
  if (route != Route::Prefill)
    return indent(line, spaces);
  return indent("for (i32 token = 0; token < tokens; ++token)\n" + indent(line, 2), spaces);
}

std::string StepText::position() {
  parameters.insert(Parameter::Position);
  return route == Route::Prefill ? "position + token" : "position";
}

std::string StepText::embed(const plan::StepPlan &step) {
  const plan::WeightPlan &w = plan.weights.at(step.weights.at(0));
  const int64_t columns = w.format->storedColumns(w.columns);
  Values holes = {{"block", std::to_string(formats::kRowBlock * columns)},
                  {"bytes", std::to_string(formats::kRowBlock * w.format->arrays.front().bytesOfRow(columns))},
                  {"member", w.format->member}};
  if (const formats::KeptBlocks *kept = w.format->kept) {
    holes["values"] = kept->values;
    holes["columns"] = std::to_string(kept->columns);
    holes["record"] = std::to_string(formats::kRowBlock * kept->recordBytes);
    holes["shared"] = std::to_string(formats::sharedOffset(*kept));
  }
  kernels.addText("embed_row", fill(w.format->embedRow, holes));
  const plan::Partition &p = partition(step);
  std::string text;
  std::string mine = range(p, text);
  parameters.insert(Parameter::Ids);
  if (route == Route::Prefill)
    parameters.insert(Parameter::Tokens);
  std::string line = "embed_row(" + weight(step.weights.at(0)) + ", ids[" + (route == Route::Prefill ? "token" : "0") +
                     "], times(" + mine + ", " + std::to_string(p.unitColumns) + "), " + pointer(step.out) + ");\n";
  return text + forTokens(line, 2);
}

static kernels::PrintedKernel rowKernel(const plan::StepPlan &step, const targets::Target &target) {
  const int64_t columns = step.in.at(0).columns;
  const kernels::CodeRange codes = step.groups      ? kernels::CodeRange::Groups
                                   : step.symmetric ? kernels::CodeRange::Symmetric
                                                    : kernels::CodeRange::Asymmetric;
  switch (step.kind) {
  case plan::StepKind::RmsNorm:
    return kernels::printRmsNorm(columns, target);
  case plan::StepKind::Hadamard:
    return kernels::printHadamard(columns, step.mixed, target);
  case plan::StepKind::Quantize:
    return kernels::printQuantize(columns, codes, target);
  case plan::StepKind::RmsNormQuantize:
    return kernels::printRmsNormQuantize(columns, codes, target);
  default:
    throw std::logic_error("a step that is none of a row");
  }
}

std::string StepText::rowStep(const plan::StepPlan &step) {
  const std::string name = kernels.add(rowKernel(step, kernels.getTarget()), step.role);
  const bool isChunk = route == Route::Prefill, norms = !step.weights.empty(),
             toCodes = step.kind == plan::StepKind::Quantize || step.kind == plan::StepKind::RmsNormQuantize;
  std::string arguments = pointer(step.in.at(0));
  if (norms)
    arguments += ", " + weight(step.weights.at(0)) + ", " + print::floatLiteral(step.epsilon);
  std::string row = isChunk ? "row" : buffer(step.out);
  if (toCodes)
    arguments +=
        ", " + row + ".codes, " + row + ".scale, " + row + (step.groups ? ".sum, " + row + ".weighed" : ".zero");
  else
    arguments += ", " + pointer(step.out);
  std::string call = name + "(" + arguments + ");\n";
  if (!isChunk) // a row that all threads share has one owner
    return partition(step).share == plan::Share::Tokens ? "  if (me.index == 0)\n    " + call : "  " + call;
  parameters.insert(Parameter::Tokens);
  std::string text;
  std::string mine = range("tokens", "", text);
  text += "  for (i32 token = " + mine + ".from; token < " + mine + ".to; ++token)";
  if (!toCodes)
    return text + "\n    " + call;
  return text + " {\n    const " + (step.groups ? "GroupCodes" : "Codes") + " row = " + buffer(step.out) +
         ".row(token, " + stride(step.out) + ");\n    " + call + "  }\n";
}

static kernels::PrintedKernel elementKernel(plan::StepKind kind, int64_t columns, const targets::Target &target) {
  switch (kind) {
  case plan::StepKind::Silu:
    return kernels::printSilu(columns, target);
  case plan::StepKind::GeluTanh:
    return kernels::printGeluTanh(columns, target);
  case plan::StepKind::Scale:
    return kernels::printScale(columns, target);
  case plan::StepKind::Mul:
    return kernels::printMul(columns, target);
  case plan::StepKind::Add:
    return kernels::printAdd(columns, target);
  default:
    throw std::logic_error("a step that is no element-wise one");
  }
}

std::string StepText::elementwise(const plan::StepPlan &step) {
  const plan::Partition &p = partition(step);
  std::string name = kernels.add(elementKernel(step.kind, p.unitColumns, kernels.getTarget()), step.role);
  std::string text;
  std::string mine = range(p, text);
  std::string at = " + " + unitColumnsName(plan, p.unitColumns) + " * unit";
  std::string call = name + "(";
  for (const plan::View &in : step.in)
    call += pointer(in) + at + ", ";
  if (step.kind == plan::StepKind::Scale)
    call += (step.blockScales.empty() ? print::floatLiteral(step.scale) : scaleOf(step)) + ", ";
  call += pointer(step.out) + at + ");\n";
  if (route == Route::Prefill)
    parameters.insert(Parameter::Tokens);
  return text + "  for (i32 unit = " + mine + ".from; unit < " + mine + ".to; ++unit)\n" + forTokens(call, 4);
}

} // namespace weebill::emit
