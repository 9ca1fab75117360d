//===- HostCompiler.cpp - The C++ compiler of this machine ----------------===//
//
// Tested by tests/unit/compiler/driver/HostCompilerTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/HostCompiler.h"

#include "compiler/import/ImportedModel.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

namespace weebill::driver {

std::optional<std::string> findHostCompiler(const std::string &named) {
  if (!named.empty()) {
    if (llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName(named))
      return *path;
    throw importer::InputError("there is no C++ compiler '" + named + "' here");
  }
  for (const char *name : {"c++", "g++", "clang++"})
    if (llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName(name))
      return *path;
  return std::nullopt;
}

/// The first line of a compiler's output that says error, or its first line.
static std::string firstError(llvm::StringRef output) {
  llvm::SmallVector<llvm::StringRef> lines;
  output.split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef line : lines)
    if (line.contains("error"))
      return line.str();
  return lines.empty() ? "it says nothing more" : lines.front().str();
}

void compileProgram(const std::string &compiler, const std::string &source, const std::string &binary,
                    const std::vector<std::string> &options) {
  llvm::SmallString<128> errors;
  if (std::error_code code = llvm::sys::fs::createTemporaryFile("weebill-compiler", "txt", errors))
    throw importer::InputError("cannot make a temporary file: " + code.message());
  llvm::FileRemover remover(errors);

  std::vector<llvm::StringRef> arguments = {compiler, "-std=c++20", "-O2"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  for (llvm::StringRef argument : {"-x", "c++", source.c_str(), "-o", binary.c_str()})
    arguments.push_back(argument);
  const std::optional<llvm::StringRef> redirects[] = {llvm::StringRef(), errors.str(), errors.str()};
  std::string message;
  const int status = llvm::sys::ExecuteAndWait(compiler, arguments, std::nullopt, redirects, 0, 0, &message);
  if (status == 0)
    return;
  if (auto output = llvm::MemoryBuffer::getFile(errors); output && message.empty())
    message = firstError((*output)->getBuffer());
  throw importer::InputError("'" + compiler + "' could not compile the program: " + message);
}

} // namespace weebill::driver
