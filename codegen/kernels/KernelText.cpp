//===- KernelText.cpp - From a Halide pipeline to a printed kernel --------===//

#include "codegen/kernels/KernelText.h"

#include "codegen/print/Names.h"
#include "codegen/print/StatementPrinter.h"
#include "codegen/print/WrapLine.h"

#include <cctype>
#include <map>

using namespace Halide;

namespace weebill::kernels {

namespace {

/// Plain x86-64 whatever the real target is: Halide's own targets rewrite loads into their instructions. strict_float
/// keeps float expressions as they are written; without it they are regrouped.
Halide::Target loweringTarget() {
  return Halide::Target("x86-64-linux-strict_float-no_asserts-no_bounds_query-no_runtime");
}

bool isWordCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

bool mentions(const std::string &text, const std::string &word) {
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
    if (!(at > 0 && isWordCharacter(text[at - 1])) && !isWordCharacter(text[at + word.size()]))
      return true;
  return false;
}

/// A kind of kernel always has the same parameters; a shape may not need one of them (the stride from one head to the
/// next of one, sums of codes where a matrix unit takes signed weights).
std::string signature(const std::string &name, const std::vector<KernelParameter> &parameters,
                      const std::string &body) {
  std::string list;
  for (const KernelParameter &p : parameters) {
    const bool unused = !mentions(body, p.name);
    list += (list.empty() ? "" : ", ") + std::string(unused ? "[[maybe_unused]] " : "") + p.type + p.name;
  }
  return print::wrapLine("KERNEL void " + name + "(" + list + ") {", 0);
}

} // namespace

KernelParameter constBuffer(Type type, const std::string &name) {
  return {"const " + print::printType(type) + " *", name};
}
KernelParameter buffer(Type type, const std::string &name) { return {print::printType(type) + " *", name}; }
KernelParameter scalar(Type type, const std::string &name) { return {print::printType(type) + " ", name}; }

PrintedKernel printKernel(const std::string &name, const std::string &comment,
                          const std::vector<KernelParameter> &parameters, const std::vector<Func> &outputs,
                          const std::vector<Argument> &inputs,
                          const std::function<Internal::Stmt(const Internal::Stmt &)> &change) {
  try {
    Module module = Pipeline(outputs).compile_to_module(inputs, name, loweringTarget(), LinkageType::External);
    const Internal::LoweredFunc function = module.functions().front();
    std::map<std::string, std::string> names;
    for (const Internal::LoweredArgument &argument : function.args)
      names[argument.name] = print::Names::clean(argument.name);
    Internal::Stmt statement = function.body;
    if (change)
      statement = change(statement);
    const std::string body = print::printStatement(statement, names);
    return {name, parameters, comment, signature(name, parameters, body) + body + "}\n"};
  } catch (const print::PrintError &error) {
    throw print::PrintError("kernel " + name + ": " + error.what());
  } catch (const Halide::Error &error) { // is not a std::exception
    throw print::PrintError("kernel " + name + ": " + error.what());
  }
}

void fixShape(OutputImageParam buffer, const std::vector<int> &extents) {
  int stride = 1;
  for (size_t i = 0; i < extents.size(); ++i) {
    buffer.dim(i).set_bounds(0, extents[i]).set_stride(stride);
    stride *= extents[i];
  }
}

int laneStep(int lanes) { return lanes > 1 ? lanes : kBlockRows; }

void inVectors(Stage stage, VarOrRVar lane, int lanes) {
  if (lanes > 1)
    stage.vectorize(lane);
}

void elementsInVectors(Func f, Var element, int lanes) {
  if (lanes > 1)
    f.vectorize(element, lanes);
}

void vectorizeLanes(Stage stage, Var lane, Var part, int lanes) {
  stage.split(lane, part, lane, laneStep(lanes)).unroll(part);
  inVectors(stage, lane, lanes);
}

void require(bool holds, const std::string &kernel, const std::string &what) {
  if (!holds)
    throw std::invalid_argument(kernel + ": " + what);
}

Expr fma(Expr a, Expr b, Expr c) {
  return Internal::Call::make(Float(32), "fma", {a, b, c}, Internal::Call::PureExtern);
}

Expr exponential(Expr x) { return Internal::Call::make(Float(32), "exp", {x}, Internal::Call::PureExtern); }

Expr silu(Expr x) { return x / (1.0f + exponential(0.0f - x)); }

Expr geluTanh(Expr x) {
  const Expr p = fma(x * x, 0.0713548163f, 1.59576912f);
  return x / (1.0f + exponential(0.0f - x * p));
}

Type cacheType(plan::Element element) {
  require(element == plan::Element::F16 || element == plan::Element::F32 || element == plan::Element::I8, "cache",
          "an element is f16, f32 or i8");
  return element == plan::Element::F16 ? Float(16) : element == plan::Element::F32 ? Float(32) : Int(8);
}

std::string counted(int64_t count, const std::string &what) {
  static const char *const words[] = {"no",    "one",   "two",  "three", "four",   "five",  "six",
                                      "seven", "eight", "nine", "ten",   "eleven", "twelve"};
  return (count >= 0 && count <= 12 ? words[count] : std::to_string(count)) + (" " + what) + (count == 1 ? "" : "s");
}

} // namespace weebill::kernels
