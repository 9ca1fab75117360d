//===- ModelSource.cpp - What a path is -----------------------------------===//
//
// Tested by tests/unit/compiler/import/ModelSourceTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/ModelSource.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/description/ClosestName.h"
#include "compiler/import/description/PositionedJson.h"
#include "compiler/import/description/Presets.h"
#include "compiler/import/gguf/MappedFile.h"
#include "compiler/import/huggingface/ImportHuggingFace.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace weebill::importer {

namespace {

namespace fs = std::filesystem;

constexpr const char *kHubPrefix = "models--";

bool has(const fs::path &folder, const char *name) { return gguf::isThere((folder / name).string()); }

/// A path that is to be given in the place of another: whole, however long.
std::string inQuotes(const std::string &path) { return "'" + printable(path) + "'"; }

std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return text;
}

/// Names of what a folder has, in order; of a folder that cannot be read none.
std::vector<std::string> namesIn(const fs::path &folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (auto entry = fs::directory_iterator(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error))
    names.push_back(entry->path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> namesThatEnd(const fs::path &folder, std::string_view ending) {
  std::vector<std::string> names = namesIn(folder);
  std::erase_if(names, [&](const std::string &name) { return !lowered(name).ends_with(ending); });
  return names;
}

[[noreturn]] void refuseAdapter(const std::string &path, const std::string &base) {
  throw InputError(path + ": is an adapter, which changes another model's weights" +
                   (base.empty() ? "" : ", those of " + inQuotes(base)) +
                   ": merge it into that model (peft's merge_and_unload) and give the folder that this saves");
}

std::string memberText(const description::JsonValue &object, const char *key) {
  for (const description::JsonMember &member : object.members)
    if (member.key == key && member.value.kind == description::JsonValue::Kind::Text)
      return member.value.text;
  return "";
}

bool hasMember(const description::JsonValue &object, const char *key) {
  return std::any_of(object.members.begin(), object.members.end(),
                     [&](const description::JsonMember &member) { return member.key == key; });
}

/// Files that describe a model are short.
std::optional<description::JsonValue> shortJson(const std::string &path) {
  constexpr size_t kLongest = 1 << 18;
  const gguf::MappedFile file(path);
  return file.bytes().size() > kLongest ? std::nullopt
                                        : std::optional(description::readPositionedJson(path, file.bytes()));
}

/// models--OWNER--NAME, whose snapshots are model folders.
[[noreturn]] void refuseHubFolder(const std::string &path, const fs::path &snapshots) {
  std::vector<std::string> names = namesIn(snapshots);
  std::string chosen = names.empty() ? "" : names.back();
  std::ifstream main(snapshots.parent_path() / "refs" / "main");
  if (std::string hash; main >> hash && std::find(names.begin(), names.end(), hash) != names.end())
    chosen = hash;
  throw InputError(
      path + ": is a folder of the Hugging Face cache with " + counted(int64_t(names.size()), "snapshot") +
      (names.empty() ? ": download the model again" : ": give " + inQuotes((snapshots / chosen).string())));
}

[[noreturn]] void refuseFolder(const std::string &path) {
  const fs::path folder = path;
  if (has(folder, "adapter_config.json")) {
    const std::optional<description::JsonValue> config = shortJson((folder / "adapter_config.json").string());
    refuseAdapter(path, config ? memberText(*config, "base_model_name_or_path") : "");
  }
  if (has(folder, "snapshots"))
    refuseHubFolder(path, folder / "snapshots");
  if (fs::path(path).filename() == "snapshots")
    refuseHubFolder(path, folder);
  if (const std::vector<std::string> files = namesThatEnd(folder, ".gguf"); !files.empty())
    throw InputError(path + ": is a folder with " + counted(int64_t(files.size()), "GGUF file") + ": give one file, " +
                     (files.size() == 1 ? "" : "such as ") + inQuotes((folder / files.front()).string()));
  if (!namesThatEnd(folder, ".safetensors").empty())
    throw InputError(path + ": is a folder with tensors, but without the config.json that says what they are: "
                            "download it into the same folder");
  throw InputError(path + ": is a folder without config.json and without GGUF files, so there is no model in it");
}

/// JSON that is the configuration of something; a description of a model has other fields.
SourceKind kindOfJson(const std::string &path) {
  const std::optional<description::JsonValue> root = shortJson(path);
  if (!root)
    return SourceKind::Description;
  if (hasMember(*root, "peft_type"))
    refuseAdapter(path, memberText(*root, "base_model_name_or_path"));
  const std::string folder = fs::absolute(path).parent_path().string();
  if (hasMember(*root, "weight_map"))
    throw InputError(path + ": is the index of a model folder's tensors: give the folder, " + inQuotes(folder));
  if (hasMember(*root, "model_type") || hasMember(*root, "architectures")) {
    const bool withWeights = !namesThatEnd(folder, ".safetensors").empty();
    throw InputError(path + ": is the configuration of a Hugging Face model" +
                     (withWeights ? ": give its folder, " + inQuotes(folder)
                                  : " without its weights: download model.safetensors into a folder with it, and give "
                                    "the folder"));
  }
  return SourceKind::Description;
}

/// What is known of files that are no models here, by their first bytes.
std::string whatElse(std::string_view bytes) {
  const auto begins = [&](std::string_view magic) { return bytes.starts_with(magic); };
  uint64_t header = 0;
  if (bytes.size() > 8)
    std::memcpy(&header, bytes.data(), 8);
  if (header > 0 && bytes.size() > 8 && header <= bytes.size() - 8 && bytes[8] == '{')
    return "is a file of tensors (safetensors) without a configuration: give the folder with it and config.json";
  if (begins("PK\3\4") || begins("\x80\x02"))
    return "is a file of PyTorch or an archive, which is not read, because such files hold programs: save the model "
           "with save_pretrained, which writes model.safetensors, and give the folder";
  if (begins("lmgg") || begins("tjgg") || begins("fmgg") || begins("algg"))
    return "is a model file of GGML's formats before GGUF: convert the original model to GGUF again";
  if (begins("\x1f\x8b") || begins("BZh") ||
      begins("\xfd"
             "7zXZ") ||
      begins("(\xb5/\xfd"))
    return "is compressed: unpack it, and give what is in it";
  if (begins("<"))
    return "is a web page or XML in the place of a model: download the file itself";
  return "begins with " + weebill::importer::quoted(bytes.substr(0, 4)) +
         ", so it is neither a GGUF file, which begins with 'GGUF', nor a description, which begins with '{'";
}

SourceKind kindOfFile(const std::string &path) {
  const gguf::MappedFile file(path);
  const std::string_view bytes = file.bytes();
  if (bytes.starts_with("GGUF") || lowered(path).ends_with(".gguf")) // its reader says what is wrong with it
    return SourceKind::Gguf;
  const size_t first = bytes.find_first_not_of(" \t\r\n");
  if (lowered(path).ends_with(".json") || (first != std::string_view::npos && bytes[first] == '{'))
    return kindOfJson(path);
  throw InputError(path + ": " + whatElse(bytes));
}

bool isHash(std::string_view name) {
  constexpr std::string_view kAlgorithm = "sha256-";
  const bool labelled = name.starts_with(kAlgorithm);
  if (labelled)
    name.remove_prefix(kAlgorithm.size());
  return (labelled || name.size() >= 40) && !name.empty() &&
         name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

} // namespace

SourceKind kindOfSource(const std::string &path) {
  std::error_code error; // a path that cannot be examined is no folder
  if (huggingface::isModelFolder(path))
    return SourceKind::Folder;
  if (description::findPreset(path))
    return SourceKind::Preset;
  if (fs::is_directory(path, error))
    refuseFolder(path);
  if (gguf::isThere(path) || lowered(path).ends_with(".gguf") || path.ends_with(".json"))
    return kindOfFile(path);
  std::vector<std::string> names;
  for (const description::Description &preset : description::presets())
    names.push_back(preset.name);
  throw InputError(path +
                   ": is not a model that can be read: accepted are a GGUF file, a description (.json), a "
                   "folder with config.json, and the name of a preset" +
                   description::suggestion(path, names));
}

std::string nameOfFolder(const std::string &folder) {
  const fs::path path = fs::canonical(folder); // "." and ".." have names, too
  const std::string repository = path.parent_path().parent_path().filename().string();
  if (path.parent_path().filename() != "snapshots" || !repository.starts_with(kHubPrefix))
    return path.filename().string();
  return repository.substr(repository.rfind("--") + 2);
}

std::string nameOfFile(const std::string &path, const std::string &title) {
  std::string name = fs::path(path).stem().string();
  // "-00001-of-00003"
  if (constexpr size_t kPart = 15; name.size() > kPart) {
    std::string part = name.substr(name.size() - kPart);
    std::replace_if(part.begin(), part.end(), [](unsigned char c) { return std::isdigit(c) != 0; }, '0');
    if (part == "-00000-of-00000")
      name.resize(name.size() - kPart);
  }
  return isHash(name) && !title.empty() ? title : name;
}

} // namespace weebill::importer
