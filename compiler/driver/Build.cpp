//===- Build.cpp - weebill build ------------------------------------------===//
//
// Tested by tests/lit/tools/weebill-input-errors.test and tests/emitted/test_build_command.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Build.h"

#include "codegen/weights/OutputFile.h"
#include "compiler/api/ChosenTargets.h"
#include "compiler/api/Compile.h"
#include "compiler/api/Devices.h"
#include "compiler/api/HostCompiler.h"
#include "compiler/api/Numbers.h"
#include "compiler/driver/Progress.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace weebill::driver {

namespace {

namespace fs = std::filesystem;

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

/// What the user said or else, as make and CMake take it, a variable of the environment.
std::string orFromEnvironment(const std::string &said, const char *variable) {
  const char *value = std::getenv(variable);
  return said.empty() && value ? value : said;
}

/// The compiler to use, none when only C++ is wanted.
std::optional<api::HostCompiler> chooseCompiler(const BuildOptions &options, std::ostream &errors) {
  const std::vector<const targets::Target *> targets = api::chosenTargets(options.compile);
  if (options.emit == EmitKind::Cpp || options.emitPlan)
    return std::nullopt;
  const bool ofThisKind = std::any_of(targets.begin(), targets.end(),
                                      [](const targets::Target *target) { return targets::compilesHere(*target); });
  const api::Device *device = api::findDevice(options.device);
  if (!device && !ofThisKind && options.compiler.empty()) { // $CXX is for this machine
    errors << "weebill: note: the program is for another kind of CPU and is not compiled here; name its device with "
              "--device, or a compiler that makes such programs with --compiler\n";
    return std::nullopt;
  }
  const std::string named = device ? options.compiler : orFromEnvironment(options.compiler, "CXX");
  const std::string flags = device ? options.compilerFlags : orFromEnvironment(options.compilerFlags, "CXXFLAGS");
  std::optional<api::HostCompiler> compiler = api::findCompilerFor(device, targets, named, flags);
  if (!compiler && options.emit == EmitKind::Binary)
    throw importer::InputError(
        "there is no C++ compiler here (c++, g++, clang++, zig): name one with --compiler, or use --emit cpp");
  if (!compiler)
    errors << "weebill: note: there is no C++ compiler here, the program is not compiled\n";
  return compiler;
}

/// Options for a first run.
const char *runHint(const importer::ImportedModel &model) {
  return model.chat ? " --chat \"Hello\"" : model.randomSeed ? " --bench" : " --help";
}

/// A program without one in its place: it belongs to weights that are gone. What is no file is somebody else's.
void removeStale(const fs::path &program, std::ostream &errors) {
  std::error_code error;
  if (!fs::is_regular_file(program, error))
    return;
  fs::remove(program, error);
  errors << "weebill: note: '" << program.string() << "' was made for other weights and "
         << (error ? "cannot be removed: " + error.message() : std::string("is gone: no program was compiled")) << "\n";
}

/// All of a text file; a line feed at its end, which editors write, is no part of it.
std::string readPrompt(const fs::path &path) {
  constexpr size_t most = size_t(1) << 20;
  std::ifstream file(path, std::ios::binary);
  std::string text(most + 1, '\0');
  if (!file || fs::is_directory(path))
    throw importer::InputError("'" + path.string() + "': cannot be read");
  file.read(text.data(), std::streamsize(text.size()));
  text.resize(size_t(file.gcount()));
  if (text.size() > most)
    throw importer::InputError("'" + path.string() + "': is longer than " + std::to_string(most) +
                               " bytes: that is no system prompt");
  for (const char end : {'\n', '\r'})
    if (text.ends_with(end))
      text.pop_back();
  if (text.empty())
    throw importer::InputError("'" + path.string() + "': is empty: leave --system-prompt out");
  return text;
}

/// What the command line says, with what its files hold.
api::CompileOptions compileOptions(const BuildOptions &options) {
  api::CompileOptions compile = options.compile;
  if (!options.systemPromptFile.empty())
    compile.systemPrompt = readPrompt(options.systemPromptFile);
  return compile;
}

} // namespace

void runBuild(const BuildOptions &options, std::ostream &out, std::ostream &errors) {
  const std::optional<api::HostCompiler> compiler = chooseCompiler(options, errors);
  Progress progress(errors, errorsGoToTerminal(),
                    stepsOf(options.compile) + 2 + (compiler ? 1 : 0) + (options.systemPromptFile.empty() ? 0 : 1));
  const api::CompiledModel model = api::compile(compileOptions(options), progress);
  if (!options.writeRecipe.empty()) {
    weights::OutputFile recipe(options.writeRecipe);
    recipe.write(model.recipe());
    recipe.commit();
  }
  if (options.emitPlan) {
    out << plan::printPlan(model.plan());
    return;
  }

  const fs::path folder = options.output;
  const std::string &name = model.options().name;
  OutputFolder made(folder);
  weights::OutputFile weights(folder / (name + ".weights")), source(folder / (name + ".cpp")),
      header(folder / (name + ".h")), report(folder / (name + ".report.html"));
  model.writeWeights(weights, progress); // first, so that they are packed once: the source holds their hash
  weights.flush();                       // the compiler may read it under its temporary name
  progress.step("C++");
  source.write(model.source(progress));
  source.flush();
  header.write(model.header(progress));
  report.write(model.report(progress));
  const api::Device *device = api::findDevice(options.device);
  const fs::path programPath = folder / (name + (device ? device->suffix : ""));
  std::optional<weights::OutputFile> program;
  if (compiler) {
    program.emplace(programPath);
    api::compileFiles(*compiler,
                      {source.temporaryPath(), program->temporaryPath(),
                       options.compile.embedWeights ? weights.temporaryPath() : fs::path()},
                      progress);
  }

  std::vector<weights::OutputFile *> files = {&source, &header, &weights, &report};
  if (program)
    files.push_back(&*program);
  weights::OutputFile::commitTogether(files);
  if (!program)
    removeStale(programPath, errors);
  progress.finish();
  for (const std::string &note : progress.notes())
    errors << "weebill: note: " << note << "\n";
  for (const weights::OutputFile *file : files)
    out << file->path().string() << "  " << api::bytesText(int64_t(fs::file_size(file->path()))) << "\n";
  if (program && device)
    out << "Copy " << program->path().filename().string()
        << (options.compile.embedWeights ? "" : " and " + name + ".weights")
        << " to the device: " << device->description << "\n";
  else if (program)
    out << "Run: " << program->path().string() << runHint(model.model()) << "\n";
}

} // namespace weebill::driver
