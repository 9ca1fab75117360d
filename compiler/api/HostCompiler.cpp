//===- HostCompiler.cpp - The C++ compiler of this machine ----------------===//
//
// Tested by tests/unit/compiler/api/HostCompilerTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/HostCompiler.h"

#include "codegen/weights/OutputFile.h"
#include "compiler/api/RunProgram.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

namespace weebill::api {

static std::vector<std::string> wordsOf(const std::string &text) {
  llvm::SmallVector<llvm::StringRef> words;
  llvm::SplitString(text, words);
  return {words.begin(), words.end()};
}

/// The path of a program that there is; LLVM takes any path with a slash for one.
static std::optional<std::string> findProgram(const std::string &name) {
  llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName(name);
  if (!path || !llvm::sys::fs::can_execute(*path) || llvm::sys::fs::is_directory(*path))
    return std::nullopt;
  return *path;
}

std::optional<HostCompiler> findHostCompiler(const std::string &named, const std::string &flags) {
  if (!named.empty()) {
    if (const std::optional<std::string> path = findProgram(named)) // its path may have blanks
      return HostCompiler{*path, {}, wordsOf(flags)};
    std::vector<std::string> words = wordsOf(named);
    if (words.size() > 1)
      if (const std::optional<std::string> path = findProgram(words.front()))
        return HostCompiler{*path, {words.begin() + 1, words.end()}, wordsOf(flags)};
    throw importer::InputError("there is no C++ compiler '" + named + "' here");
  }
  for (const char *name : {"c++", "g++", "clang++"})
    if (const std::optional<std::string> path = findProgram(name))
      return HostCompiler{*path, {}, wordsOf(flags)};
  return std::nullopt;
}

/// Whether a Python has PyPI's package ziglang.
static bool hasZig(const std::string &python) {
  const std::optional<llvm::StringRef> nowhere[] = {llvm::StringRef(), llvm::StringRef(), llvm::StringRef()};
  return llvm::sys::ExecuteAndWait(python, {python, "-m", "ziglang", "version"}, std::nullopt, nowhere) == 0;
}

std::optional<HostCompiler> findZig(const std::string &triple, const std::string &flags, const std::string &known) {
  const std::vector<std::string> before = {"c++", "-target", triple, "-s"};
  if (const std::optional<std::string> path = findProgram(known.empty() ? "zig" : known))
    return HostCompiler{*path, before, wordsOf(flags)};
  for (const char *name : {"python3", "python"})
    if (const std::optional<std::string> path = findProgram(name); path && hasZig(*path)) {
      HostCompiler compiler{*path, {"-m", "ziglang"}, wordsOf(flags)};
      compiler.before.insert(compiler.before.end(), before.begin(), before.end());
      return compiler;
    }
  return std::nullopt;
}

std::optional<HostCompiler> findCompilerFor(const Device *device, const std::vector<const targets::Target *> &targets,
                                            const std::string &named, const std::string &flags,
                                            const std::string &zig) {
  const std::string wanted = named.empty() && device ? device->compiler : named;
  if (wanted != "zig") {
    if (std::optional<HostCompiler> found = findHostCompiler(wanted, flags))
      return found;
    return findZig(hostTriple(), flags, zig);
  }
  if (std::optional<HostCompiler> found = findZig(device ? device->triple : tripleOf(targets), flags, zig))
    return found;
  throw importer::InputError((device && named.empty()
                                  ? "programs for " + device->name + " are compiled by zig, which is "
                                  : std::string("zig is ")) +
                             "not here: install it with 'pip install ziglang', or name another compiler");
}

namespace {

namespace fs = std::filesystem;

/// The first line of a compiler's output that says error, or its first line.
std::string firstError(llvm::StringRef output) {
  llvm::SmallVector<llvm::StringRef> lines;
  output.split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef line : lines)
    if (line.contains("error"))
      return line.str();
  return lines.empty() ? "it says nothing more" : lines.front().str();
}

/// Where the assembler finds weights that have no name yet, as the emitted file says in embedded_weights().
std::string weightsOption(const fs::path &weights) {
  std::string quoted;
  for (char c : fs::absolute(weights).string()) { // a string of C++, in it one of the assembler
    if (c == '"' || c == '\\')
      quoted += "\\\\\\";
    quoted += c;
  }
  return "-DWEEBILL_WEIGHTS_PATH=\"" + quoted + "\"";
}

} // namespace

void compileFiles(const HostCompiler &compiler, const ProgramFiles &files, Observer &observer) {
  observer.step("compile with " + compiler.path);
  stopIfCancelled(observer);
  llvm::SmallString<128> errors;
  if (std::error_code code = llvm::sys::fs::createTemporaryFile("weebill-compiler", "txt", errors))
    throw importer::InputError("cannot make a temporary file: " + code.message());
  llvm::FileRemover remover(errors);

  const std::string source = files.source.string(), program = files.program.string();
  const std::string weights = files.embeddedWeights.empty() ? "" : weightsOption(files.embeddedWeights);
  std::vector<llvm::StringRef> arguments = {compiler.path};
  arguments.insert(arguments.end(), compiler.before.begin(), compiler.before.end());
  arguments.insert(arguments.end(), {"-std=c++20", "-O2"});
  arguments.insert(arguments.end(), compiler.flags.begin(), compiler.flags.end());
  if (!weights.empty())
    arguments.push_back(weights);
  if (files.library)
    arguments.insert(arguments.end(), {"-shared", "-fPIC", "-DWEEBILL_NO_MAIN"});
  for (llvm::StringRef argument : {"-x", "c++", source.c_str(), "-o", program.c_str()})
    arguments.push_back(argument);
  std::string message;
  if (runProgram(compiler.path, arguments, errors, observer, message) == 0)
    return;
  if (auto output = llvm::MemoryBuffer::getFile(errors); output && message.empty())
    message = firstError((*output)->getBuffer());
  throw importer::InputError("'" + compiler.path + "' could not compile the program: " + message);
}

fs::path compileProgram(const CompiledModel &model, const HostCompiler &compiler, const fs::path &folder,
                        Observer &observer) {
  const std::string &name = model.options().name;
  const bool embed = model.options().embedWeights;
  weights::OutputFile weights(folder / (name + ".weights")), source(folder / (name + ".cpp")), program(folder / name);
  model.writeWeights(weights, observer); // first, so that they are packed once: the source holds their hash
  weights.flush();
  source.write(model.source(observer));
  source.flush();
  compileFiles(compiler,
               {source.temporaryPath(), program.temporaryPath(), embed ? weights.temporaryPath() : fs::path()},
               observer);
  std::vector<weights::OutputFile *> files = {&program};
  if (!embed)
    files.push_back(&weights);
  weights::OutputFile::commitTogether(files);
  return program.path();
}

} // namespace weebill::api
