//===- BindCompile.cpp - compile() for Python ---------------------------------===//
//
// Tested by tests/python/test_library_compile.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/OutputFile.h"
#include "compiler/api/Compile.h"
#include "compiler/api/Describe.h"
#include "python/bindings/Bind.h"
#include "python/bindings/PythonObserver.h"

#include <memory>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

namespace py = pybind11;

namespace weebill::bindings {

namespace {

/// An option's word, "" for the default. Throws UsageError for a word that is none.
template <class E> std::optional<E> choice(const py::dict &options, const char *name) {
  const std::string word = options.contains(name) ? options[name].cast<std::string>() : "";
  if (word.empty())
    return std::nullopt;
  if (const std::optional<E> value = api::fromWord<E>(word))
    return value;
  throw api::UsageError(std::string(name) + ": " + api::problemOfWord(word, api::allWords<E>()));
}

template <class T> void take(const py::dict &options, const char *name, T &into) {
  if (options.contains(name))
    into = options[name].cast<T>();
}

api::CompileOptions optionsOf(const py::dict &given) {
  api::CompileOptions options;
  take(given, "model", options.model);
  take(given, "name", options.name);
  options.weights = choice<api::WeightFormat>(given, "weights");
  options.activations = choice<api::Activations>(given, "activations");
  options.cache = choice<api::CacheFormat>(given, "cache");
  options.rotation = choice<api::Rotation>(given, "rotation");
  take(given, "store", options.store);
  take(given, "calibrate", options.calibration);
  if (given.contains("bits"))
    options.bits = given["bits"].cast<double>();
  take(given, "formats", options.recipe);
  take(given, "context", options.context);
  take(given, "targets", options.targets);
  take(given, "skip_passes", options.skipPasses);
  take(given, "without_tokenizer", options.withoutTokenizer);
  take(given, "system_prompt", options.systemPrompt);
  take(given, "ignored_fields", options.ignoredFields);
  take(given, "date", options.chat.date);
  take(given, "template_variables", options.chat.variables);
  take(given, "tools", options.chat.tools);
  take(given, "tools_text", options.chat.toolsText);
  return options;
}

/// `description`: the text of one, or empty, and then the options name the model.
std::unique_ptr<api::CompiledModel> compile(const py::dict &given, const std::string &description,
                                            py::object listener) {
  const api::CompileOptions options = optionsOf(given);
  PythonObserver observer(std::move(listener));
  return observer.run([&] {
    if (description.empty())
      return std::make_unique<api::CompiledModel>(api::compile(options, observer));
    const importer::ImportedModel model = api::describedModel(options.model, description);
    return std::make_unique<api::CompiledModel>(api::compile(model, options, observer));
  });
}

/// By the names of ChatFormat's fields; nothing without a template.
py::dict piecesOf(const std::optional<importer::ChatFormat> &chat) {
  py::dict pieces;
  if (!chat)
    return pieces;
  pieces["before_first"] = chat->beforeFirst;
  pieces["system_prefix"] = chat->systemPrefix;
  pieces["system_suffix"] = chat->systemSuffix;
  pieces["user_prefix"] = chat->userPrefix;
  pieces["user_suffix"] = chat->userSuffix;
  pieces["assistant_prefix"] = chat->assistantPrefix;
  pieces["answer_prefix"] = chat->answerPrefix;
  pieces["assistant_suffix"] = chat->assistantSuffix;
  pieces["user_prefix_after_system"] = chat->userPrefixAfterSystem;
  pieces["strips_system"] = importer::nameOf(chat->systemStrip);
  pieces["strips_user"] = importer::nameOf(chat->userStrip);
  pieces["strips_user_after_system"] = importer::nameOf(chat->userStripAfterSystem);
  pieces["strips_assistant"] = importer::nameOf(chat->answers.strip);
  pieces["strips_after_thought"] = importer::nameOf(chat->answers.stripAfterThought);
  pieces["thought_end"] = chat->answers.thoughtEnd;
  const importer::ToolTexts &tools = chat->tools;
  pieces["tool_problem"] = tools.problem;
  pieces["assistant_suffix_for_tool"] = tools.answerSuffix;
  pieces["user_prefix_after_tool"] = tools.userPrefix;
  pieces["tool_prefix"] = tools.prefix;
  pieces["tool_between"] = tools.between + tools.again;
  pieces["tool_suffix"] = tools.suffix;
  pieces["strips_tool"] = tools.inJson ? "Json" : importer::nameOf(tools.strip);
  pieces["kept_thoughts"] = importer::nameOf(tools.kept);
  pieces["thought_begin"] = tools.thoughtBegin;
  pieces["no_thought"] = tools.noThought;
  pieces["call_problem"] = tools.calls.problem;
  pieces["call_prefix"] = tools.calls.prefix;
  pieces["call_middle"] = tools.calls.middle;
  pieces["call_suffix"] = tools.calls.suffix;
  pieces["call_after_text"] = tools.calls.afterText;
  pieces["call_between"] = tools.calls.between;
  pieces["calls"] = tools.calls.many ? "many" : "one";
  pieces["call_beside_text"] = tools.calls.withText ? "yes" : "no";
  return pieces;
}

py::dict factsOf(const api::CompiledModel &compiled) {
  const importer::ImportedModel &model = compiled.model();
  const api::CompileOptions &options = compiled.options();
  const importer::Architecture &shape = model.architecture;
  const api::ModelSizes sizes = compiled.sizes();
  py::dict facts;
  facts["name"] = options.name;
  facts["family"] = shape.family;
  facts["blocks"] = compiled.plan().sizes.blocks;
  facts["visits"] = compiled.plan().schedule.size();
  facts["model"] = shape.model;
  facts["hidden"] = shape.hidden;
  facts["heads"] = shape.heads;
  facts["key_value_heads"] = shape.keyValueHeads;
  facts["head_size"] = shape.headSize;
  facts["vocabulary"] = shape.vocabulary;
  facts["trained_context"] = shape.context;
  facts["context"] = compiled.plan().sizes.context;
  facts["chunk"] = compiled.plan().chunk;
  facts["share_embedding"] = shape.tiedEmbeddings;
  facts["tokenizer"] = compiled.tokenizerName();
  facts["tokenizer_problem"] = model.tokenizerProblem;
  facts["drops_first_space"] = model.tokenizer && model.tokenizer->kind.dropsFirstSpace;
  facts["chat"] = model.chat.has_value();
  facts["chat_problem"] = model.chatProblem;
  facts["chat_pieces"] = piecesOf(model.chat);
  facts["system_prompt"] = options.systemPrompt;
  facts["beginning_token"] = model.tokenizer ? model.tokenizer->beginning : -1;
  facts["adds_beginning"] = model.tokenizer && model.tokenizer->addsBeginning();
  facts["before_text"] = model.tokenizer ? model.tokenizer->before : std::vector<int32_t>();
  facts["stop_tokens"] = model.stopTokens;
  facts["title"] = model.title;
  facts["license"] = model.license;
  facts["weights"] = api::wordOf(*options.weights);
  facts["activations"] = api::wordOf(*options.activations);
  facts["cache"] = api::wordOf(*options.cache);
  facts["rotation"] = api::wordOf(*options.rotation);
  std::vector<std::string> targets;
  for (const targets::Target *target : compiled.targets())
    targets.push_back(target->name);
  facts["targets"] = targets;
  facts["parameters"] = sizes.parameters;
  facts["weight_bytes"] = sizes.weightBytes;
  facts["weight_bytes_per_token"] = sizes.weightBytesPerToken;
  facts["cache_bytes_per_token"] = sizes.cacheBytesPerToken;
  facts["weights_file_bytes"] = sizes.memory.weightsFile;
  facts["cache_bytes"] = sizes.memory.cache;
  facts["activation_bytes"] = sizes.memory.activations;
  facts["scratch_bytes_per_thread"] = sizes.memory.scratchPerThread;
  facts["stack_bytes_per_thread"] = sizes.memory.stackPerThread;
  return facts;
}

/// Files in a folder that exists: all or none.
void writeFiles(const api::CompiledModel &compiled, const std::filesystem::path &folder, py::object listener) {
  PythonObserver observer(std::move(listener));
  observer.run([&] {
    const std::string &name = compiled.options().name;
    weights::OutputFile weights(folder / (name + ".weights")), source(folder / (name + ".cpp")),
        header(folder / (name + ".h")), report(folder / (name + ".report.html"));
    compiled.writeWeights(weights, observer); // first, so that they are packed once: the source holds their hash
    source.write(compiled.source(observer));
    header.write(compiled.header(observer));
    report.write(compiled.report(observer));
    for (weights::OutputFile *file : {&weights, &source, &header, &report})
      file->commit();
  });
}

using Text = std::string (api::CompiledModel::*)(api::Observer &) const;

template <Text text> std::string textOf(const api::CompiledModel &compiled, py::object listener) {
  PythonObserver observer(std::move(listener));
  return observer.run([&] { return (compiled.*text)(observer); });
}

} // namespace

void bindCompile(py::module_ &module) {
  py::class_<api::CompiledModel>(module, "Compiled")
      .def("facts", &factsOf)
      .def("source", &textOf<&api::CompiledModel::source>, py::arg("listener"))
      .def("header", &textOf<&api::CompiledModel::header>, py::arg("listener"))
      .def("report", &textOf<&api::CompiledModel::report>, py::arg("listener"))
      .def("ir", &api::CompiledModel::ir, py::arg("after"), py::call_guard<py::gil_scoped_release>())
      .def("write_files", &writeFiles, py::arg("folder"), py::arg("listener"));
  module.def("compile", &compile, py::arg("options"), py::arg("description"), py::arg("listener"));
  module.def("passes", &api::CompiledModel::passes);
}

} // namespace weebill::bindings
