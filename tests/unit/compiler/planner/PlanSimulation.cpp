//===- PlanSimulation.cpp - Who touches which bytes, and when -------------===//

#include "PlanSimulation.h"

#include "dialects/lm/LmOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <functional>
#include <map>

using namespace mlir;
using namespace weebill::plan;
using namespace weebill::tests;
namespace lm = weebill::lm;

namespace {

/// Four bytes, or a key-value head's keys or values.
struct Word {
  Operation *maker = nullptr; // the op whose result it holds
  int written = -1;           // phase
  int phase = -1;             // of the marks below
  int writer = -1;
  unsigned readers = 0; // one bit for each thread
};

class Simulation {
public:
  Simulation(ModuleOp module, const ModelPlan &plan, Execution execution)
      : plan(plan), execution(execution), arena(plan.arenaBytes / 4), cache(2 * plan.sizes.keyValueHeads),
        copies(execution.threads) {
    module.walk([&](lm::RepeatOp found) { repeat = found; });
    for (Operation &op : repeat->getBlock()->without_terminator())
      if (&op != repeat)
        (op.isBeforeInBlock(repeat) ? before : after).push_back(&op);
    for (Operation &op : repeat.getBody().front().without_terminator())
      if (auto found = dyn_cast<lm::EitherOp>(op)) {
        either = found;
        for (int64_t arm : {0, 1})
          for (Operation &inner : either.getArm(arm).without_terminator())
            body.push_back(&inner);
      } else {
        body.push_back(&op);
      }
    yielded = repeat.getBody().front().getTerminator()->getOperand(0);
  }

  std::string run() {
    const RoutePlan &route = execution.prefill ? plan.prefill : plan.decode;
    section(route.before, before);
    for (visit = 0; visit < int(plan.schedule.size()); ++visit)
      section(route.body, body);
    last = true;
    section(route.after, after);
    return problem;
  }

private:
  void section(const std::vector<PhasePlan> &phases, const std::vector<Operation *> &ops) {
    size_t next = 0;
    for (const PhasePlan &planned : phases) {
      ++phase;
      for (const StepPlan &planned : planned.steps) {
        Operation *op = ops.at(next++);
        if (visit < 0 || last || plan.runs(visit, planned))
          step(planned, op);
      }
    }
    if (next != ops.size())
      report("steps are missing");
  }

  void step(const StepPlan &planned, Operation *op) {
    current = &planned;
    for (thread = 0; thread < execution.threads; ++thread)
      touch(planned, op);
    if (planned.kind == StepKind::CacheAppend)
      return;
    for (thread = 0; thread < execution.threads; ++thread)
      forWords(planned.out, {0, rows()}, {0, planned.out.columns}, [&](Word &word) {
        if (word.maker != op)
          report("does not write all of its output");
      });
  }

  //===--------------------------------------------------------------------===//
  // What a thread touches in a step
  //===--------------------------------------------------------------------===//

  struct Range {
    int64_t from, to;
  };

  Range share(int64_t units) const {
    return {units * thread / execution.threads, units * (thread + 1) / execution.threads};
  }
  int64_t rows() const { return last || !execution.prefill ? 1 : execution.tokens; }
  const Partition &partition() const { return execution.prefill ? current->prefill : current->decode; }

  /// The thread's columns of a view whose first column belongs to unit `firstUnit`.
  Range columns(const View &view, int64_t firstUnit) const {
    const Partition &p = partition();
    Range units = share(p.units);
    auto clip = [&](int64_t unit) {
      return std::min(std::max<int64_t>((unit - firstUnit) * p.unitColumns, 0), view.columns);
    };
    return {clip(units.from), clip(units.to)};
  }

  void touch(const StepPlan &s, Operation *op) {
    const Partition &p = partition();
    Range all = {0, rows()};
    switch (s.kind) {
    case StepKind::Embed:
      return write(s.out, all, columns(s.out, p.firstUnit), op);
    case StepKind::RmsNorm:
    case StepKind::Hadamard:
    case StepKind::Quantize:
    case StepKind::RmsNormQuantize: {
      Range mine = p.share == Share::Every ? all : share(rows());
      read(s.in[0], mine, {0, s.in[0].columns}, op->getOperand(0));
      return write(s.out, mine, {0, s.out.columns}, op);
    }
    case StepKind::Linear:
    case StepKind::SwiGLU:
    case StepKind::GeGLU:
    case StepKind::LinearResidual:
      read(s.in[0], all, {0, s.in[0].columns}, op->getOperand(0));
      if (s.kind == StepKind::LinearResidual)
        read(s.in[1], all, columns(s.in[1], p.firstUnit), op->getOperand(1));
      return write(s.out, all, columns(s.out, p.firstUnit), op);
    case StepKind::Rope:
    case StepKind::HeadNorm:
      if (p.unitColumns != s.out.columns / s.heads)
        report("does not take whole heads");
      [[fallthrough]];
    case StepKind::AddBias:
    case StepKind::Silu:
    case StepKind::GeluTanh:
    case StepKind::Scale:
    case StepKind::Mul:
    case StepKind::Add:
      for (size_t i = 0; i < s.in.size(); ++i)
        read(s.in[i], all, columns(s.in[i], p.firstUnit), op->getOperand(i));
      return write(s.out, all, columns(s.out, p.firstUnit), op);
    case StepKind::CacheAppend:
      return append(s, op);
    case StepKind::Attention:
      return attend(s, op);
    case StepKind::GatedConvolution: // any column of what one matrix made; the rows that are kept are a thread's own
      read(s.in[0], all, {0, s.in[0].columns}, op->getOperand(0));
      return write(s.out, all, columns(s.out, p.firstUnit), op);
    }
  }

  void append(const StepPlan &s, Operation *op) {
    const Partition &p = partition();
    int64_t heads = plan.sizes.keyValueHeads;
    int64_t firstValue = p.firstUnit + (p.units > heads ? heads : 0);
    Range all = {0, rows()}, keys = columns(s.in[0], p.firstUnit), values = columns(s.in[1], firstValue);
    read(s.in[0], all, keys, op->getOperand(0));
    read(s.in[1], all, values, op->getOperand(1));
    for (int64_t head = 0; head < heads; ++head) {
      if (int64_t column = head * plan.sizes.headSize; column >= keys.from && column < keys.to)
        mark(cache[2 * head], op);
      if (int64_t column = head * plan.sizes.headSize; column >= values.from && column < values.to)
        mark(cache[2 * head + 1], op);
    }
  }

  void attend(const StepPlan &s, Operation *op) {
    Operation *appended = nullptr;
    for (Operation *other : body)
      if (isa<lm::CacheAppendOp>(other))
        appended = other;
    // Scores of any head, values of its own: a thread may score for the one that has the values.
    for (int64_t head = 0; head < plan.sizes.keyValueHeads; ++head)
      see(cache[2 * head], appended);
    read(s.in[0], {0, rows()}, {0, s.in[0].columns}, op->getOperand(0));
    Range heads = share(partition().units);
    for (int64_t head = heads.from; head < heads.to; ++head)
      see(cache[2 * head + 1], appended);
    Range mine = columns(s.out, 0);
    write(s.out, {0, rows()}, mine, op);
  }

  //===--------------------------------------------------------------------===//
  // Words
  //===--------------------------------------------------------------------===//

  void forWords(const View &view, Range tokens, Range part, const std::function<void(Word &)> &visitWord) {
    const BufferPlan &buffer = plan.buffers.at(view.buffer);
    bool isPrivate = buffer.privateInDecode && (last || !execution.prefill);
    int64_t size = buffer.element == Element::U8 ? 1 : 4;
    for (int64_t token = tokens.from; token < tokens.to; ++token) {
      int64_t row = isPrivate || !buffer.perToken ? 0 : last ? execution.tokens - 1 : token;
      for (int64_t column = view.first + part.from; column < view.first + part.to; column += 4 / size) {
        int64_t byte = (row * buffer.columns + column) * size;
        visitWord(isPrivate ? copies[thread][{view.buffer, byte}] : arena.at((buffer.offset + byte) / 4));
      }
      if (size == 1) // its scale and zero point
        for (int part : {0, 1}) {
          int64_t rowsInArena = isPrivate ? 1 : buffer.rows(plan.chunk);
          int64_t byte = rowsInArena * (buffer.columns + 4 * part) + 4 * row;
          visitWord(isPrivate ? copies[thread][{view.buffer, byte}] : arena.at((buffer.offset + byte) / 4));
        }
    }
  }

  /// The op that makes what a visit of a block yields.
  Operation *makerAtEnd(int64_t block) {
    if (either && yielded == either.getOutput())
      return either.getArmOf(block).getTerminator()->getOperand(0).getDefiningOp();
    return yielded.getDefiningOp();
  }

  /// The op that makes a value in this visit.
  Operation *makerOf(Value value) {
    if (value == repeat.getOutput())
      return makerAtEnd(plan.schedule.back());
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      if (either && argument.getOwner()->getParentOp() == either)
        return makerOf(either.getInput());
      return visit == 0 ? repeat.getInput().getDefiningOp() : makerAtEnd(plan.schedule[visit - 1]);
    }
    if (either && value == either.getOutput())
      return either.getArmOf(plan.schedule[visit]).getTerminator()->getOperand(0).getDefiningOp();
    return value.getDefiningOp();
  }

  void read(const View &view, Range tokens, Range part, Value value) {
    Operation *maker = makerOf(value);
    forWords(view, tokens, part, [&](Word &word) {
      see(word, maker);
      const BufferPlan &buffer = plan.buffers.at(view.buffer);
      if (buffer.privateInDecode && (last || !execution.prefill) && word.written != phase)
        report("reads a private copy of an earlier phase");
    });
  }
  void write(const View &view, Range tokens, Range part, Operation *op) {
    if (part.from < part.to)
      forWords(view, tokens, part, [&](Word &word) { mark(word, op); });
  }

  void see(Word &word, Operation *maker) {
    enter(word);
    if (word.maker != maker)
      report("reads what another step has written");
    if (word.writer >= 0 && word.writer != thread)
      report("reads what another thread writes in the same phase");
    word.readers |= 1u << thread;
  }
  void mark(Word &word, Operation *maker) {
    enter(word);
    if (word.readers & ~(1u << thread))
      report("writes what another thread reads in the same phase");
    if (word.writer >= 0 && word.writer != thread)
      report("writes what another thread writes in the same phase");
    word.writer = thread;
    word.maker = maker;
    word.written = phase;
  }
  /// Threads have met since the marks of an earlier phase.
  void enter(Word &word) {
    if (word.phase == phase)
      return;
    word.phase = phase;
    word.writer = -1;
    word.readers = 0;
  }

  void report(const std::string &what) {
    if (problem.empty())
      problem = std::string(last ? "after" : visit < 0 ? "before" : "body") + ", " + current->role + ": " + what;
  }

  const ModelPlan &plan;
  Execution execution;
  lm::RepeatOp repeat;
  lm::EitherOp either;
  std::vector<Operation *> before, body, after;
  Value yielded;

  std::vector<Word> arena, cache;
  std::vector<std::map<std::pair<int, int64_t>, Word>> copies; // of each thread: by buffer and byte
  int phase = 0, visit = -1, thread = 0;
  bool last = false; // behind the blocks: the last token
  const StepPlan *current = nullptr;
  std::string problem;
};

} // namespace

std::string weebill::tests::simulate(ModuleOp module, const ModelPlan &plan, const Execution &execution) {
  return Simulation(module, plan, execution).run();
}
