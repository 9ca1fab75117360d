//===- RollRepeatsTest.cpp - Rolling changes no number ------------------===//
//
// Models drawn at random, written as blocks one after another and as loops in a row, before and after lm-roll-repeats:
// the interpreter gives the same bits, and the schedule is the one that was drawn.
//
//===----------------------------------------------------------------------===//

#include "compiler/passes/Passes.h"
#include "tests/unit/compiler/reference/SmallModel.h"

#include "mlir/Pass/PassManager.h"

#include <cstring>
#include <map>
#include <numeric>
#include <set>

using namespace mlir;
using namespace weebill::passes;
using namespace weebill::reference;
using namespace weebill::tests;
namespace lm = weebill::lm;

namespace {

/// The block of kFloatBlock, op by op. `%h` goes in, `%y` comes out.
const std::vector<std::string> kOps = {
    "%n = lm.rms_norm %h, @norm epsilon 1.0e-05 : tensor<?x16xf32>",
    "%q0 = lm.linear %n, @q : (tensor<?x16xf32>) -> tensor<?x16xf32>",
    "%k0 = lm.linear %n, @k : (tensor<?x16xf32>) -> tensor<?x8xf32>",
    "%v = lm.linear %n, @v : (tensor<?x16xf32>) -> tensor<?x8xf32>",
    "%q = lm.rope %q0 heads 4 theta 1.0e+04 scale 0.5 : tensor<?x16xf32>",
    "%k = lm.rope %k0 heads 2 theta 1.0e+04 : tensor<?x8xf32>",
    "%a = lm.attention %q, %k, %v heads 4 key_value_heads 2 : tensor<?x16xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> "
    "tensor<?x16xf32>",
    "%o = lm.linear %a, @o : (tensor<?x16xf32>) -> tensor<?x16xf32>",
    "%x = lm.add %h, %o : tensor<?x16xf32>",
    "%g = lm.linear %x, @gate : (tensor<?x16xf32>) -> tensor<?x16xf32>",
    "%s = lm.silu %g : tensor<?x16xf32>",
    "%u = lm.linear %x, @up : (tensor<?x16xf32>) -> tensor<?x16xf32>",
    "%m = lm.mul %s, %u : tensor<?x16xf32>",
    "%d = lm.linear %m, @o : (tensor<?x16xf32>) -> tensor<?x16xf32>",
    "%y = lm.add %x, %d : tensor<?x16xf32>"};
constexpr const char *kWeights[] = {"norm", "q", "o", "gate", "up", "k", "v"};

/// Words of an op that begin with `mark`, without it: "%" for values, "@" for weights.
std::vector<std::string> words(const std::string &op, char mark) {
  std::vector<std::string> found;
  for (size_t at = op.find(mark); at != op.npos; at = op.find(mark, at + 1)) {
    size_t end = at + 1;
    while (end < op.size() && (isalnum(op[end]) || op[end] == '_'))
      ++end;
    found.push_back(op.substr(at + 1, end - at - 1));
  }
  return found;
}

/// Every word behind `mark` gets a tail; `input` replaces %h.
std::string renamed(const std::string &op, char mark, const std::string &tail, const std::string &input = "") {
  std::string text;
  for (size_t at = 0; at < op.size();) {
    if (op[at] != mark) {
      text += op[at++];
      continue;
    }
    size_t end = at + 1;
    while (end < op.size() && isalnum(op[end]))
      ++end;
    const std::string name = op.substr(at, end - at);
    text += name == "%h" && !input.empty() ? input : name + tail;
    at = end;
  }
  return text;
}

class RollRepeatsTest : public SmallModelTest {
protected:
  /// The ops of a block in an order in which every op stands behind what it reads.
  std::vector<std::string> shuffled() {
    std::vector<std::string> rest = kOps, order;
    std::shuffle(rest.begin(), rest.end(), random);
    std::set<std::string> known = {"h"};
    while (!rest.empty())
      for (auto op = rest.begin(); op != rest.end(); ++op) {
        const std::vector<std::string> values = words(*op, '%');
        if (!std::all_of(values.begin() + 1, values.end(), [&](const std::string &v) { return known.count(v) > 0; }))
          continue;
        known.insert(values.front());
        order.push_back(*op);
        rest.erase(op);
        break;
      }
    return order;
  }

  std::string weight(const std::string &name, const std::string &tail, const std::string &rest) {
    const std::string shape = name == "norm" ? "16" : name == "k" || name == "v" ? "8x16" : "16x16";
    return "lm.weight @" + name + tail + " : tensor<" + shape + "xf32> " + rest + "\n";
  }

  /// The visits of `schedule` in groups: a group of one may be written out, the others are loops. Every group has
  /// symbols of its own.
  OwningOpRef<ModuleOp> written(const std::vector<int> &schedule) {
    std::string weights = R"(lm.weight @embedding : tensor<32x16xf32> from ["embedding"]
      lm.weight @output_norm : tensor<16xf32> from ["output_norm"]
      )",
                ops, x = "%e";
    for (size_t visit = 0; visit < schedule.size();) {
      const std::string tail = "_" + std::to_string(visit);
      const size_t count = 1 + random() % std::min<size_t>(3, schedule.size() - visit);
      const bool loop = count > 1 || random() % 2;
      for (const char *name : kWeights) {
        std::string sources;
        for (size_t i = 0; i < count; ++i)
          sources += (i ? ", \"" : "\"") + std::to_string(schedule[visit + i]) + "." + name + "\"";
        weights += weight(name, tail, std::string(loop ? "per_block" : "") + " from [" + sources + "]");
      }
      std::string body;
      for (const std::string &op : shuffled())
        body += renamed(renamed(op, '@', tail), '%', tail, loop ? "" : x) + "\n";
      if (loop) {
        std::string blocks;
        for (size_t i = 0; i < count; ++i)
          blocks += (i ? ", " : "") + std::to_string(i);
        body = "%b" + tail + " = lm.repeat [" + blocks + "] " + x + " : tensor<?x16xf32> {\n^bb0(%h" + tail +
               ": tensor<?x16xf32>):\n" + body + "lm.yield %y" + tail + " : tensor<?x16xf32>\n}\n";
      }
      ops += body;
      x = (loop ? "%b" : "%y") + tail;
      visit += count;
    }
    const std::string text = weights + R"(func.func @forward(%t: tensor<?xi32>) -> tensor<?x32xf32> {
      %e = lm.embed %t, @embedding : (tensor<?xi32>) -> tensor<?x16xf32>
      )" + ops + "%last = lm.rms_norm " +
                             x + R"(, @output_norm epsilon 1.0e-05 : tensor<?x16xf32>
      %l = lm.linear %last, @embedding : (tensor<?x16xf32>) -> tensor<?x32xf32>
      return %l : tensor<?x32xf32>
    })";
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module) << text;
    return module;
  }

  void roll(ModuleOp module) {
    PassManager passes(&context);
    passes.addPass(createRollRepeatsPass());
    ASSERT_TRUE(succeeded(passes.run(module)));
  }

  std::mt19937 random{20240227};
};

/// Blocks in the order of their first visit.
std::vector<int64_t> numberedByVisit(const std::vector<int> &schedule) {
  std::map<int, int64_t> numbers;
  std::vector<int64_t> list;
  for (int block : schedule)
    list.push_back(numbers.try_emplace(block, int64_t(numbers.size())).first->second);
  return list;
}

TEST_F(RollRepeatsTest, KeepsEveryBitAndFindsTheSchedule) {
  for (int round = 0; round < 60; ++round) {
    std::vector<int> schedule(2 + random() % 6);
    for (int &block : schedule)
      block = int(random() % 3);
    OwningOpRef<ModuleOp> module = written(schedule);
    ASSERT_TRUE(module);
    std::vector<float> before[2], after[2];
    constexpr Arithmetic both[] = {Arithmetic::Double, Arithmetic::Exact};
    for (int i = 0; i < 2; ++i)
      before[i] = logits(*module, both[i]);
    roll(*module);
    for (int i = 0; i < 2; ++i) {
      after[i] = logits(*module, both[i]);
      ASSERT_EQ(before[i].size(), after[i].size());
      EXPECT_EQ(std::memcmp(before[i].data(), after[i].data(), before[i].size() * sizeof(float)), 0);
    }

    std::vector<lm::RepeatOp> loops;
    module->walk([&](lm::RepeatOp repeat) { loops.push_back(repeat); });
    ASSERT_EQ(loops.size(), 1u);
    EXPECT_EQ(loops.front().getBody().front().getOperations().size(), kOps.size() + 1);
    std::vector<int64_t> found(loops.front().getSchedule().begin(), loops.front().getSchedule().end());
    // A model that happened to be one loop stays: its blocks have numbers already.
    if (found != numberedByVisit(schedule)) {
      std::vector<int64_t> inOrder(schedule.size());
      std::iota(inOrder.begin(), inOrder.end(), 0);
      EXPECT_EQ(found, inOrder);
      EXPECT_LE(schedule.size(), 3u);
    }
  }
}

TEST_F(RollRepeatsTest, IsDoneAfterOneTime) {
  OwningOpRef<ModuleOp> module = written({0, 1, 1, 2, 0, 0, 2});
  roll(*module);
  std::string once, twice;
  llvm::raw_string_ostream(once) << *module;
  roll(*module);
  llvm::raw_string_ostream(twice) << *module;
  EXPECT_EQ(once, twice);
}

TEST_F(RollRepeatsTest, GivesWhatIsWrittenAsALoop) {
  const std::vector<int> schedule = {2, 0, 1, 1, 2, 0};
  OwningOpRef<ModuleOp> unrolled = written(schedule), loop = model(kFloatBlock, "[2, 0, 1, 1, 2, 0]");
  roll(*unrolled);
  for (Arithmetic arithmetic : {Arithmetic::Double, Arithmetic::Exact})
    EXPECT_EQ(logits(*unrolled, arithmetic), logits(*loop, arithmetic));
}

} // namespace
