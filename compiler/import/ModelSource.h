//===- ModelSource.h - What a path is ----------------------------*- C++ -*-===//
//
// Model files are called in many ways: blobs are named by a hash, caches have folders in folders. What something is
// shows in its content; what is near a model, but none, gets a sentence that says what to give in its place. Tested by
// tests/unit/compiler/import/ModelSourceTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_MODELSOURCE_H
#define WEEBILL_COMPILER_IMPORT_MODELSOURCE_H

#include <string>

namespace weebill::importer {

enum class SourceKind { Gguf, Folder, Description, Preset };

/// Throws InputError: what the path is instead, and what to do.
SourceKind kindOfSource(const std::string &path);

/// What a model folder is called: its own name, or the repository's for a snapshot in the cache of Hugging Face.
std::string nameOfFolder(const std::string &folder);

/// What a GGUF file's model is called: the file's name without its ending and the number of its part; for a blob named
/// by a hash what the file says of itself.
std::string nameOfFile(const std::string &path, const std::string &title);

} // namespace weebill::importer

#endif // WEEBILL_COMPILER_IMPORT_MODELSOURCE_H
