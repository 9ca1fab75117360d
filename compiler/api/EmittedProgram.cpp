//===- EmittedProgram.cpp - A program that weebill made -------------------===//
//
// Tested by tests/emitted/test_eval.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/EmittedProgram.h"

#include "compiler/api/RunProgram.h"
#include "compiler/import/Refuse.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cstdio>

namespace weebill::api {

namespace {

namespace fs = std::filesystem;

/// The program whose weights lie in that folder.
fs::path programIn(const fs::path &folder) {
  std::vector<fs::path> found;
  for (const fs::directory_entry &entry : fs::directory_iterator(folder)) {
    const fs::path program = fs::path(entry.path()).replace_extension();
    if (entry.path().extension() == ".weights" && llvm::sys::fs::can_execute(program.string()) &&
        fs::is_regular_file(program))
      found.push_back(program);
  }
  if (found.size() != 1)
    throw importer::InputError("'" + folder.string() + "': has " + (found.empty() ? "no program" : "several programs") +
                               " that weebill made: name it");
  return found.front();
}

} // namespace

EmittedProgram::EmittedProgram(const fs::path &programOrFolder, fs::path scratchFolder, Observer &observer)
    : scratch(std::move(scratchFolder)) {
  std::error_code error;
  program = fs::is_directory(programOrFolder, error) ? programIn(programOrFolder) : programOrFolder;
  if (!fs::is_regular_file(program, error) || !llvm::sys::fs::can_execute(program.string()))
    throw importer::InputError("'" + programOrFolder.string() + "': is no program and no folder of one");
  program = fs::absolute(program);
  const std::string told = run({"--version"}, observer);
  const size_t sizes = told.find("\ncontext ");
  long long context = 0, vocabulary = 0, bytes = 0;
  if (told.find(", made by weebill ") == told.npos || sizes == told.npos ||
      std::sscanf(told.c_str() + sizes, "\ncontext %lld tokens, vocabulary %lld", &context, &vocabulary) != 2 ||
      std::sscanf(told.c_str() + std::min(told.find('(', sizes), told.size()), "(%lld bytes", &bytes) != 1 ||
      context < 1 || vocabulary < 1)
    throw importer::InputError("'" + program.string() + "': is no program that weebill made");
  if (const size_t recipe = told.find("\nrecipe: "); recipe != told.npos)
    made = told.substr(recipe + 9, told.find('\n', recipe + 9) - recipe - 9);
  held = context;
  known = vocabulary;
  weights = bytes;
}

void EmittedProgram::writeLogits(const std::vector<int32_t> &tokens, const fs::path &file, Observer &observer) const {
  std::string ids;
  for (int32_t id : tokens)
    ids += (ids.empty() ? "" : ",") + std::to_string(id);
  run({"--tokens", ids, "--logits", file.string()}, observer);
}

double EmittedProgram::perplexity(const fs::path &text, Observer &observer) const {
  const std::string told = run({"--perplexity", text.string()}, observer);
  double found = 0;
  if (std::sscanf(told.c_str(), "perplexity %lf", &found) != 1)
    throw importer::InputError("'" + program.string() + "': tells no perplexity");
  return found;
}

std::string EmittedProgram::run(const std::vector<std::string> &arguments, Observer &observer) const {
  const std::string output = (scratch / "output").string(), path = program.string();
  std::vector<llvm::StringRef> words = {path};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::string message, told;
  const int status = runProgram(path, words, output, observer, message);
  if (const auto buffer = llvm::MemoryBuffer::getFile(output))
    told = (*buffer)->getBuffer().str();
  if (status == 0)
    return told;
  const std::string line = told.substr(0, told.find('\n'));
  throw importer::InputError("'" + path + "': " +
                             (!line.empty()      ? importer::printable(line)
                              : !message.empty() ? message
                                                 : "ends with exit code " + std::to_string(status)));
}

} // namespace weebill::api
