//===- BindMachine.cpp - Targets, devices and compilers for Python ----------------===//
//
// Tested by tests/python/test_library_compile.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/targets/Caches.h"
#include "codegen/targets/Target.h"
#include "compiler/api/Devices.h"
#include "compiler/api/HostCompiler.h"
#include "compiler/driver/ReadBandwidth.h"
#include "python/bindings/Bind.h"
#include "python/bindings/PythonObserver.h"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

namespace py = pybind11;

namespace weebill::bindings {

namespace {

py::dict factsOf(const targets::Target &target) {
  py::dict facts;
  facts["name"] = target.name;
  facts["description"] = target.description;
  facts["lanes"] = target.lanes;
  facts["compiles_here"] = targets::compilesHere(target);
  facts["runs_here"] = targets::runsHere(target);
  return facts;
}

std::vector<py::dict> listTargets() {
  std::vector<py::dict> list;
  for (const targets::Target &target : targets::targets())
    list.push_back(factsOf(target));
  return list;
}

std::optional<std::string> nativeTarget() {
  const targets::Target *native = targets::nativeTarget();
  return native ? std::optional(native->name) : std::nullopt;
}

/// Bytes and sharing threads of the three levels: of this machine, or nothing.
std::optional<std::vector<std::pair<long, int>>> nativeCaches() {
  const std::optional<targets::Caches> caches = targets::detectCaches();
  if (!caches)
    return std::nullopt;
  std::vector<std::pair<long, int>> levels;
  for (const targets::CacheLevel &level : {caches->l1, caches->l2, caches->l3})
    levels.emplace_back(level.bytes, level.sharedBy);
  return levels;
}

/// Bytes a second that threads read together of so many bytes.
double readBandwidth(int64_t bytes, int threads, double seconds) {
  return driver::measureReadBandwidth(bytes, threads, seconds).bytesPerSecond;
}

std::vector<py::dict> listDevices() {
  std::vector<py::dict> list;
  for (const api::Device &device : api::devices()) {
    py::dict facts;
    facts["name"] = device.name;
    facts["description"] = device.description;
    facts["targets"] = device.targets;
    facts["triple"] = device.triple;
    facts["suffix"] = device.suffix;
    facts["tried"] = device.tried;
    list.push_back(facts);
  }
  return list;
}

/// The words that a command of this compiler begins with, or nothing. `device`: a name, "" for this machine; `zig`: its
/// path, "" if it is not known.
std::optional<std::vector<std::string>> findCompiler(const std::string &named, const std::string &device,
                                                     const std::vector<std::string> &targets, const std::string &zig) {
  std::vector<const targets::Target *> rows;
  for (const std::string &name : targets)
    if (const targets::Target *row = name == "native" ? targets::nativeTarget() : targets::findTarget(name))
      rows.push_back(row);
  const std::optional<api::HostCompiler> found = api::findCompilerFor(api::findDevice(device), rows, named, "", zig);
  if (!found)
    return std::nullopt;
  std::vector<std::string> words = {found->path};
  words.insert(words.end(), found->before.begin(), found->before.end());
  return words;
}

template <bool library>
void compileSource(const std::vector<std::string> &compiler, const std::filesystem::path &source,
                   const std::filesystem::path &made, py::object listener) {
  PythonObserver observer(std::move(listener));
  observer.run([&] {
    api::ProgramFiles files{source, made, {}};
    files.library = library;
    api::compileFiles({compiler.at(0), {compiler.begin() + 1, compiler.end()}}, files, observer);
  });
}

} // namespace

void bindMachine(py::module_ &module) {
  module.def("targets", &listTargets);
  module.def("native_target", &nativeTarget);
  module.def("native_caches", &nativeCaches);
  module.def("read_bandwidth", &readBandwidth, py::arg("bytes"), py::arg("threads"), py::arg("seconds"),
             py::call_guard<py::gil_scoped_release>());
  module.def("devices", &listDevices);
  module.def("find_compiler", &findCompiler, py::arg("named"), py::arg("device"), py::arg("targets"), py::arg("zig"));
  module.def("compile_library", &compileSource<true>, py::arg("compiler"), py::arg("source"), py::arg("library"),
             py::arg("listener"));
  module.def("compile_program", &compileSource<false>, py::arg("compiler"), py::arg("source"), py::arg("program"),
             py::arg("listener"));
}

} // namespace weebill::bindings
