//===- Build.cpp - weebill build ------------------------------------------===//
//
// Tested by tests/lit/tools/weebill-input-errors.test and tests/emitted/test_build_command.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Build.h"

#include "codegen/emit/EmitFile.h"
#include "codegen/report/ReuseText.h"
#include "codegen/targets/Caches.h"
#include "codegen/weights/OutputFile.h"
#include "codegen/weights/Pack.h"
#include "compiler/driver/BuildReport.h"
#include "compiler/driver/HostCompiler.h"
#include "compiler/driver/Numbers.h"
#include "compiler/driver/PlanModel.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Signals.h"

#include <algorithm>
#include <filesystem>

namespace weebill::driver {

namespace {

namespace fs = std::filesystem;

/// An output that also goes away when the user interrupts.
class Output {
public:
  explicit Output(const fs::path &path) : file(path) { llvm::sys::RemoveFileOnSignal(file.temporaryPath().string()); }
  ~Output() { llvm::sys::DontRemoveFileOnSignal(file.temporaryPath().string()); }

  weights::OutputFile file;
};

/// The folder that is written to. One that was made here goes away again if nothing came of it.
class OutputFolder {
public:
  explicit OutputFolder(const fs::path &path) : path(path) {
    std::error_code error;
    made = fs::create_directories(path, error);
    if (error || !fs::is_directory(path, error))
      throw weights::OutputError("cannot make the folder '" + path.string() + "'" +
                                 (error ? ": " + error.message() : ""));
  }
  ~OutputFolder() {
    std::error_code ignored;
    if (made)
      fs::remove(path, ignored); // fails, as it should, when there is something in it
  }

private:
  fs::path path;
  bool made = false;
};

/// The targets asked for, in the table's order: the most able first.
std::vector<const targets::Target *> chooseTargets(const std::vector<std::string> &names) {
  if (names.front() == "native") {
    if (const targets::Target *native = targets::nativeTarget())
      return {native};
    throw importer::InputError(
        "this machine runs none of the targets: name one with --target, and see 'weebill targets'");
  }
  std::vector<const targets::Target *> chosen;
  for (const targets::Target &target : targets::targets())
    if (std::find(names.begin(), names.end(), target.name) != names.end())
      chosen.push_back(&target);
  return chosen;
}

/// Those that the program is likely to run on.
targets::Caches chooseCaches(const std::vector<std::string> &names, const targets::Target &target) {
  if (names.front() == "native")
    if (const std::optional<targets::Caches> detected = targets::detectCaches())
      return *detected;
  return targets::cachesOf(target);
}

emit::ProgramTexts programTexts(const importer::ImportedModel &model) {
  emit::ProgramTexts texts;
  texts.version = kWeebillVersion;
  texts.title = model.title;
  texts.license = model.license;
  if (model.tokenizer) {
    texts.hasTokenizer = true;
    texts.tokenizer = model.tokenizer->kind;
    texts.beginningToken = model.tokenizer->beginning;
    texts.addBeginning = model.tokenizer->addBeginning;
    if (model.tokenizer->end >= 0)
      texts.stopTokens.push_back(model.tokenizer->end);
  }
  if (model.chat) {
    const importer::ChatFormat &chat = *model.chat;
    texts.hasChat = true;
    texts.chatBeforeFirst = chat.beforeFirst;
    texts.chatSystemPrefix = chat.systemPrefix;
    texts.chatSystemSuffix = chat.systemSuffix;
    texts.chatUserPrefix = chat.userPrefix;
    texts.chatUserSuffix = chat.userSuffix;
    texts.chatAssistantPrefix = chat.assistantPrefix;
    texts.chatAssistantSuffix = chat.assistantSuffix;
    texts.chatStripsContent = chat.stripsContent;
    texts.chatSystemProblem = chat.systemProblem;
    for (int32_t token : chat.stopTokens)
      if (std::find(texts.stopTokens.begin(), texts.stopTokens.end(), token) == texts.stopTokens.end())
        texts.stopTokens.push_back(token);
  }
  return texts;
}

void writeWeights(PlannedModel &planned, weights::OutputFile &file, Progress &progress) {
  progress.step("weights");
  weights::WeightSources sources;
  sources.readRows = [&](const std::string &tensor, int64_t first, int64_t count, float *out) {
    planned.model.source->readRows(tensor, first, count, out);
  };
  if (!planned.tokenizer.empty())
    sources.sections["tokenizer"] = planned.tokenizer;
  sources.progress = [&](int64_t done, int64_t all) { progress.done(double(done) / double(all)); };
  try {
    weights::packWeights(planned.plan, planned.layout, sources, file);
  } catch (const std::invalid_argument &error) { // a number that its storage cannot hold
    throw importer::InputError("'" + planned.model.path + "': " + error.what());
  }
  file.flush(); // the compiler may read it under its temporary name
}

/// Weights in the binary must be within reach of its code: two gigabytes and no more lie between an instruction and
/// what it names.
void requireThatWeightsFit(const PlannedModel &planned) {
  constexpr int64_t most = int64_t(1900) << 20;
  if (planned.layout.fileBytes > most)
    throw importer::InputError("'" + planned.model.path + "': --embed-weights takes " + bytesText(most) +
                               " at most, these are " + bytesText(planned.layout.fileBytes) +
                               ": leave them in a file of their own");
}

/// Where the assembler finds weights that have no name yet, as the emitted file says in embedded_weights().
std::vector<std::string> compilerOptions(const BuildOptions &options, const weights::OutputFile &weights) {
  if (!options.embedWeights)
    return {};
  std::string quoted;
  for (char c : fs::absolute(weights.temporaryPath()).string()) { // a string of C++, in it one of the assembler
    if (c == '"' || c == '\\')
      quoted += "\\\\\\";
    quoted += c;
  }
  return {"-DWEEBILL_WEIGHTS_PATH=\"" + quoted + "\""};
}

/// The compiler to use, none when only C++ is wanted.
std::optional<std::string> chooseCompiler(const BuildOptions &options,
                                          const std::vector<const targets::Target *> &targets, std::ostream &errors) {
  if (options.emit == EmitKind::Cpp)
    return std::nullopt;
  const bool ofThisKind = std::any_of(targets.begin(), targets.end(),
                                      [](const targets::Target *target) { return targets::compilesHere(*target); });
  if (!ofThisKind && options.compiler.empty()) {
    errors << "weebill: note: the program is for another kind of CPU and is not compiled here; name a compiler that "
              "makes such programs with --compiler\n";
    return std::nullopt;
  }
  std::optional<std::string> compiler = findHostCompiler(options.compiler);
  if (!compiler && options.emit == EmitKind::Binary)
    throw importer::InputError(
        "there is no C++ compiler here (c++, g++, clang++): name one with --compiler, or use --emit cpp");
  if (!compiler)
    errors << "weebill: note: there is no C++ compiler here, the program is not compiled\n";
  return compiler;
}

/// Options for a first run.
const char *runHint(const importer::ImportedModel &model) {
  return model.chat ? " --chat \"Hello\"" : model.randomSeed ? " --bench" : " --help";
}

} // namespace

void runBuild(const BuildOptions &options, std::ostream &out, std::ostream &errors) {
  const std::vector<const targets::Target *> targets = chooseTargets(options.targets);
  const std::optional<std::string> compiler =
      options.emitPlan ? std::nullopt : chooseCompiler(options, targets, errors);
  Progress progress(errors, errorsGoToTerminal(), kPlanSteps + 2 + (compiler ? 1 : 0));
  PlannedModel planned = planModel(options, options.name, progress);
  if (options.emitPlan) {
    out << plan::printPlan(planned.plan);
    return;
  }

  if (options.embedWeights)
    requireThatWeightsFit(planned);
  const fs::path folder = options.output;
  const std::string &name = planned.model.name;
  OutputFolder made(folder);
  Output weights(folder / (name + ".weights")), source(folder / (name + ".cpp")), header(folder / (name + ".h")),
      report(folder / (name + ".report.html"));
  writeWeights(planned, weights.file, progress); // first: the source holds the hash of its content
  progress.step("C++");
  std::vector<emit::KernelNote> kernels;
  const targets::Caches caches = chooseCaches(options.targets, *targets.front());
  emit::ProgramTexts texts = programTexts(planned.model);
  texts.embedWeights = options.embedWeights;
  texts.sharing = report::reuseLines(planned.plan, *targets.front(), planned.layout, caches);
  source.file.write(emit::emitFile(planned.plan, targets, planned.layout, texts, &kernels));
  source.file.flush();
  header.file.write(emit::emitHeader(planned.plan, planned.layout, texts));
  report.file.write(buildReport(planned, targets, kernels, caches));
  std::optional<Output> program;
  if (compiler) {
    progress.step("compile with " + *compiler);
    program.emplace(folder / name);
    compileProgram(*compiler, source.file.temporaryPath().string(), program->file.temporaryPath().string(),
                   compilerOptions(options, weights.file));
  }

  weights.file.commit();
  source.file.commit();
  header.file.commit();
  report.file.commit();
  if (program)
    program->file.commit();
  progress.finish();
  if (planned.model.randomSeed)
    errors << "weebill: note: the weights are random, from seed " << *planned.model.randomSeed
           << ": for measuring, the program's tokens mean nothing\n";
  if (!planned.model.chat && !planned.model.chatProblem.empty())
    errors << "weebill: note: the program has no --chat: " << planned.model.chatProblem << "\n";
  for (const Output *file : {&source, &header, &weights, &report, program ? &*program : nullptr})
    if (file)
      out << file->file.path().string() << "  " << bytesText(int64_t(fs::file_size(file->file.path()))) << "\n";
  if (program)
    out << "Run: " << program->file.path().string() << runHint(planned.model) << "\n";
}

} // namespace weebill::driver
