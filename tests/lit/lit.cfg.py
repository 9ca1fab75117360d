# Tests of text in and text out: the dialect, passes, command lines. Run by `ninja check-lit` or ctest.
import os

import lit.formats

config.name = "weebill"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["inputs"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.build_folder, "tests", "lit")

# Programs are those of this build; FileCheck and not are those of the LLVM that it was built with.
path = [os.path.join(config.build_folder, "bin"), config.llvm_tools_folder, config.environment["PATH"]]
config.environment["PATH"] = os.pathsep.join(path)
