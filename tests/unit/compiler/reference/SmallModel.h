//===- SmallModel.h - Modules for tests of the interpreter -------*- C++ -*-===//
//
// A model of four blocks, the last a copy of the first, whose block is written in the test's own words of the dialect.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_UNIT_COMPILER_REFERENCE_SMALLMODEL_H
#define WEEBILL_TESTS_UNIT_COMPILER_REFERENCE_SMALLMODEL_H

#include "RandomSource.h"
#include "compiler/reference/Interpreter.h"
#include "dialects/lm/LmOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

namespace weebill::tests {

using mlir::MLIRContext;
using mlir::ModuleOp;
using mlir::OwningOpRef;

/// What a block does to %h, in the words of the dialect; it ends with %y.
struct Body {
  std::string symbols; // caches
  std::string ops;
};

constexpr const char *kFloatAttention = R"(
    %n = lm.rms_norm %h, @norm epsilon 1.0e-05 : tensor<?x16xf32>
    %q0 = lm.linear %n, @q : (tensor<?x16xf32>) -> tensor<?x16xf32>
    %k0 = lm.linear %n, @k : (tensor<?x16xf32>) -> tensor<?x8xf32>
    %v = lm.linear %n, @v : (tensor<?x16xf32>) -> tensor<?x8xf32>
    %q = lm.rope %q0 heads 4 theta 1.0e+04 scale 0.5 : tensor<?x16xf32>
    %k = lm.rope %k0 heads 2 theta 1.0e+04 : tensor<?x8xf32>
)";

constexpr const char *kFloatRest = R"(
    %o = lm.linear %a, @o : (tensor<?x16xf32>) -> tensor<?x16xf32>
    %x = lm.add %h, %o : tensor<?x16xf32>
    %g = lm.linear %x, @gate : (tensor<?x16xf32>) -> tensor<?x16xf32>
    %s = lm.silu %g : tensor<?x16xf32>
    %u = lm.linear %x, @up : (tensor<?x16xf32>) -> tensor<?x16xf32>
    %m = lm.mul %s, %u : tensor<?x16xf32>
    %d = lm.linear %m, @o : (tensor<?x16xf32>) -> tensor<?x16xf32>
    %y = lm.add %x, %d : tensor<?x16xf32>
)";

constexpr const char *kAttention = R"(
    %a = lm.attention %q, %k, %v heads 4 key_value_heads 2
        : tensor<?x16xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x16xf32>
)";

constexpr const char *kCachedAttention = R"(
    lm.cache_append %k, %v, @cache : tensor<?x8xf32>, tensor<?x8xf32>
    %a = lm.cached_attention %q, @cache heads 4 : tensor<?x16xf32> -> tensor<?x16xf32>
)";

constexpr const char *kQuantizedOps = R"(
    %f = lm.rms_norm %h, @norm epsilon 1.0e-05 : tensor<?x16xf32>
    %n = lm.quantize %f : tensor<?x16xf32> -> !lm.quantized<16>
    %q0 = lm.linear %n, @q : (!lm.quantized<16>) -> tensor<?x16xf32>
    %k0 = lm.linear %n, @k : (!lm.quantized<16>) -> tensor<?x8xf32>
    %v = lm.linear %n, @v : (!lm.quantized<16>) -> tensor<?x8xf32>
    %q = lm.rope %q0 heads 4 theta 1.0e+04 scale 0.5 : tensor<?x16xf32>
    %k = lm.rope %k0 heads 2 theta 1.0e+04 : tensor<?x8xf32>
    %a = lm.attention %q, %k, %v heads 4 key_value_heads 2
        : tensor<?x16xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x16xf32>
    %ac = lm.quantize %a : tensor<?x16xf32> -> !lm.quantized<16>
    %o = lm.linear %ac, @o : (!lm.quantized<16>) -> tensor<?x16xf32>
    %x = lm.add %h, %o : tensor<?x16xf32>
    %xc = lm.quantize %x : tensor<?x16xf32> -> !lm.quantized<16>
    %g = lm.linear %xc, @gate : (!lm.quantized<16>) -> tensor<?x16xf32>
    %s = lm.silu %g : tensor<?x16xf32>
    %u = lm.linear %xc, @up : (!lm.quantized<16>) -> tensor<?x16xf32>
    %y = lm.mul %s, %u : tensor<?x16xf32>
)";

const inline Body kQuantizedBlock{"", kQuantizedOps};
const inline Body kFloatBlock{"", std::string(kFloatAttention) + kAttention + kFloatRest};

inline std::string cacheOf(const std::string &element, int visits, int positions) {
  return "lm.cache @cache : " + element + " visits " + std::to_string(visits) +
         " key_value_heads 2 head_size 4 positions " + std::to_string(positions) + "\n";
}

class SmallModelTest : public testing::Test {
protected:
  SmallModelTest() {
    context.loadDialect<mlir::func::FuncDialect, lm::LmDialect>();
    source.addRandom("embedding", 32, 16, 1);
    source.addRandom("output_norm", 1, 16, 2);
    for (int block = 0; block < 3; ++block) {
      const std::string prefix = std::to_string(block) + ".";
      source.addRandom(prefix + "norm", 1, 16, 10 * block + 3);
      int seed = 10 * block + 4;
      for (const char *square : {"q", "o", "gate", "up"})
        source.addRandom(prefix + square, 16, 16, seed++);
      for (const char *narrow : {"k", "v"})
        source.addRandom(prefix + narrow, 8, 16, seed++);
    }
    // Block 3 is a copy of block 0 under other names.
    for (importer::TensorInfo info : std::vector(source.tensors()))
      if (info.name.starts_with("0.")) {
        std::vector<float> values(info.rows * info.columns);
        source.readRows(info.name, 0, info.rows, values.data());
        source.add("3" + info.name.substr(1), info.rows, info.columns, values);
      }
  }

  /// A model whose blocks do `body`, visited in the order of `schedule`.
  OwningOpRef<ModuleOp> model(const Body &body, const std::string &schedule = "[0, 1, 2]",
                              const std::string &storage = "") {
    std::string text = "lm.weight @embedding : tensor<32x16xf32> " + storage + R"( from ["embedding"]
      lm.weight @output_norm : tensor<16xf32> from ["output_norm"]
      )" + body.symbols;
    for (std::string name : {"norm", "q", "o", "gate", "up", "k", "v"}) {
      std::string shape = name == "norm" ? "16" : name == "k" || name == "v" ? "8x16" : "16x16";
      text += "lm.weight @" + name + " : tensor<" + shape + "xf32> " + (name == "norm" ? "" : storage) +
              " per_block from [\"0." + name + "\", \"1." + name + "\", \"2." + name + "\", \"3." + name + "\"]\n";
    }
    std::string head = storage.empty() ? "%l = lm.linear %n, @embedding : (tensor<?x16xf32>) -> tensor<?x32xf32>"
                                       : "%c = lm.quantize %n : tensor<?x16xf32> -> !lm.quantized<16>\n"
                                         "%l = lm.linear %c, @embedding : (!lm.quantized<16>) -> tensor<?x32xf32>";
    text += R"(func.func @forward(%t: tensor<?xi32>) -> tensor<?x32xf32> {
      %e = lm.embed %t, @embedding : (tensor<?xi32>) -> tensor<?x16xf32>
      %b = lm.repeat )" +
            schedule + R"( %e : tensor<?x16xf32> {
      ^bb0(%h: tensor<?x16xf32>):
        )" + body.ops +
            R"(
        lm.yield %y : tensor<?x16xf32>
      }
      %n = lm.rms_norm %b, @output_norm epsilon 1.0e-05 : tensor<?x16xf32>
      )" + head +
            R"(
      return %l : tensor<?x32xf32>
    })";
    OwningOpRef<ModuleOp> module = mlir::parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module) << text;
    return module;
  }

  std::vector<float> logits(ModuleOp module, reference::Arithmetic arithmetic) {
    return reference::Interpreter(module, source, arithmetic).run(tokens);
  }

  std::string errorOf(const std::function<void()> &call) {
    try {
      call();
    } catch (const importer::InputError &error) {
      return error.what();
    }
    return "no error";
  }

  MLIRContext context;
  RandomSource source;
  const std::vector<int32_t> tokens = {5, 31, 0, 7, 7, 19, 2, 3, 11, 30, 1};
};

} // namespace weebill::tests

#endif // WEEBILL_TESTS_UNIT_COMPILER_REFERENCE_SMALLMODEL_H
