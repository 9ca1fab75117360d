//===- Checkpoint.cpp - All tensors of a model folder ---------------------===//
//
// Tested by tests/unit/compiler/import/CheckpointTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/Checkpoint.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/gguf/MappedFile.h"
#include "compiler/import/huggingface/PackedLayouts.h"
#include "compiler/import/huggingface/ReadJson.h"

#include <filesystem>
#include <set>

namespace weebill::huggingface {

using nlohmann::json;

/// What a folder without tensors has, and what to do about it.
static std::string inTheirPlace(const std::string &folder) {
  std::error_code error; // a folder that cannot be listed has nothing to tell of
  for (const char *name : {"pytorch_model.bin", "pytorch_model.bin.index.json"})
    if (gguf::isThere(folder + "/" + name))
      return "; pytorch_model.bin is not read, because such files hold programs: save the model with save_pretrained, "
             "which writes model.safetensors";
  if (gguf::isThere(folder + "/adapter_config.json") || gguf::isThere(folder + "/adapter_model.safetensors"))
    return "; it is an adapter, which changes another model's weights: merge it into that model (peft's "
           "merge_and_unload) and give the folder that this saves";
  for (const std::filesystem::directory_entry &entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == ".safetensors")
      return ", but " + importer::quoted(entry.path().filename().string()) +
             ": if that is the whole model, rename it to model.safetensors; if it is one of several files, download "
             "their index";
  return ": config.json alone is no model, download the tensors into the same folder";
}

/// Programs that compile or wrap a part of a model while it is trained leave a word for it in the names.
static std::string withoutWrappers(std::string name) {
  for (const std::string word : {"_orig_mod.", "_fsdp_wrapped_module.", "_checkpoint_wrapped_module."})
    for (size_t at = name.find(word); at != name.npos; at = name.find(word, at))
      if (at == 0 || name[at - 1] == '.')
        name.erase(at, word.size());
      else
        at += word.size();
  return name;
}

Checkpoint::Checkpoint(const std::string &folder, const std::optional<Quantization> &quantization) : path(folder) {
  const std::string single = folder + "/model.safetensors", index = single + ".index.json";
  if (gguf::isThere(single))
    open(single);
  else if (gguf::isThere(index))
    openIndexed(index);
  else
    throw importer::InputError(folder + ": has neither model.safetensors nor model.safetensors.index.json" +
                               inTheirPlace(folder));
  if (quantization)
    gatherPacked(*quantization);
  prefixes.emplace(names());
}

void Checkpoint::gatherPacked(const Quantization &quantization) {
  const PackedLayout &layout = *quantization.layout;
  std::vector<std::string> modules;
  for (const auto &[name, tensor] : byName)
    if (name.ends_with(layout.codes))
      modules.push_back(name.substr(0, name.size() - std::string_view(layout.codes).size()));
  if (modules.empty())
    importer::refuse(path + "/config.json", layout.name,
                     "matrices are said to be packed so, but no tensor of the checkpoint is called '*" +
                         std::string(layout.codes) + "'");
  for (const std::string &module : modules) {
    const Parts parts = [&](const char *part) { return find(module + part); };
    if (!parts(layout.all.front())) // the codes
      throw importer::InputError(placeOfPart(*find(module + layout.codes)) + ": has no codes beside it, " +
                                 importer::quoted(module + layout.all.front()));
    const SafetensorsTensor &codes = *parts(layout.all.front());
    std::shared_ptr<const PackedMatrix> matrix = layout.make(parts, quantization.packingOf(module), quantization);
    gathered.push_back(
        {module + ".weight", codes.file, matrix->type(), {matrix->rows, matrix->columns}, codes.bytes, matrix});
    for (const char *part : layout.all)
      byName.erase(module + part);
    if (!byName.emplace(gathered.back().name, &gathered.back()).second)
      importer::refuse(codes.file, "tensor " + importer::quoted(gathered.back().name),
                       "is there beside its own codes, " + importer::quoted(codes.name));
  }
}

std::vector<std::string> Checkpoint::names() const {
  std::vector<std::string> all;
  for (const auto &[name, tensor] : byName)
    all.push_back(name);
  return all;
}

std::string Checkpoint::nameOf(const std::string &canonical) const {
  return prefixes->find(canonical, [&](const std::string &name) { return byName.contains(name); });
}

void Checkpoint::open(const std::string &file) {
  files.push_back(std::make_unique<SafetensorsFile>(file));
  for (const SafetensorsTensor &tensor : files.back()->tensors())
    if (const auto [twin, isNew] = byName.emplace(withoutWrappers(tensor.name), &tensor); !isNew)
      importer::refuse(file, "tensor " + weebill::importer::quoted(tensor.name),
                       "is in " + twin->second->file + " already");
}

void Checkpoint::openIndexed(const std::string &index) {
  const json content = readJsonFile(index);
  const json *places = findMember(content, "weight_map");
  if (!places || !places->is_object() || places->empty())
    importer::refuse(index, "'weight_map'", "is missing or has no tensors");
  std::set<std::string> names;
  for (const auto &[tensor, file] : places->items()) {
    const std::string name = file.is_string() ? file.get<std::string>() : "";
    // The index is untrusted: files of this folder only.
    if (!name.ends_with(".safetensors") || name.find_first_of(std::string("/\\\0", 3)) != std::string::npos)
      importer::refuse(index, "tensor " + weebill::importer::quoted(tensor),
                       weebill::importer::quoted(name) + " is not the name of a .safetensors file of this folder");
    names.insert(name);
  }
  for (const std::string &name : names) {
    if (!gguf::isThere(path + "/" + name))
      throw importer::InputError(path + "/" + name +
                                 ": is missing, but the index names it: download it into the folder");
    open(path + "/" + name);
  }
  // An entry without a tensor does no harm if the model needs none of that name, such as the head that is the
  // embedding.
  for (const auto &[tensor, file] : places->items())
    if (const SafetensorsTensor *found = find(withoutWrappers(tensor));
        found && found->file != path + "/" + file.get<std::string>())
      importer::refuse(index, "tensor " + weebill::importer::quoted(tensor),
                       "is not in " + weebill::importer::quoted(file.get<std::string>()));
  for (const auto &[name, tensor] : byName)
    if (!places->contains(tensor->name))
      importer::refuse(tensor->file, "tensor " + weebill::importer::quoted(name), "is not in the index");
}

const SafetensorsTensor *Checkpoint::find(const std::string &name) const {
  const auto found = byName.find(name);
  return found == byName.end() ? nullptr : found->second;
}

} // namespace weebill::huggingface
