//===- BindMachine.cpp - Targets and host compilers for Python ----------------===//
//
// Tested by tests/python/test_library_compile.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/targets/Caches.h"
#include "codegen/targets/Target.h"
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

/// Bytes a second that threads read together from memory.
double readBandwidth(int threads, double seconds) {
  constexpr int64_t beyondCaches = 256 << 20;
  return driver::measureReadBandwidth(beyondCaches, threads, seconds).bytesPerSecond;
}

std::optional<std::string> findCompiler(const std::string &named) {
  const std::optional<api::HostCompiler> found = api::findHostCompiler(named);
  return found ? std::optional(found->path) : std::nullopt;
}

void compileLibrary(const std::string &compiler, const std::filesystem::path &source,
                    const std::filesystem::path &library, py::object listener) {
  PythonObserver observer(std::move(listener));
  observer.run([&] {
    api::ProgramFiles files{source, library, {}};
    files.library = true;
    api::compileFiles({compiler}, files, observer);
  });
}

} // namespace

void bindMachine(py::module_ &module) {
  module.def("targets", &listTargets);
  module.def("native_target", &nativeTarget);
  module.def("native_caches", &nativeCaches);
  module.def("read_bandwidth", &readBandwidth, py::arg("threads"), py::arg("seconds"),
             py::call_guard<py::gil_scoped_release>());
  module.def("find_compiler", &findCompiler, py::arg("named"));
  module.def("compile_library", &compileLibrary, py::arg("compiler"), py::arg("source"), py::arg("library"),
             py::arg("listener"));
}

} // namespace weebill::bindings
