//===- Names.h - Identifiers of a printed function ---------------*- C++ -*-===//
//
// Halide's names ("sum.s1.k$y", "codes$3") as C++ identifiers ("k", "codes"): legal, unique where they are visible, and
// the same every time, however many kernels the process has made before. Tested by
// tests/unit/codegen/print/StatementPrinterTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PRINT_NAMES_H
#define WEEBILL_CODEGEN_PRINT_NAMES_H

#include <map>
#include <set>
#include <string>
#include <vector>

namespace weebill::print {

class Names {
public:
  /// The last part of a Halide name, without the counters that make it unique in the process.
  static std::string clean(const std::string &halideName);

  /// Gives `halideName` the identifier that is nearest to `wanted` and not taken.
  const std::string &bind(const std::string &halideName, const std::string &wanted);

  /// An identifier for something that Halide has no name for: `stem`_0, `stem`_1, ...
  std::string fresh(const std::string &stem);

  /// The identifier of a bound name, or nullptr.
  const std::string *find(const std::string &halideName) const;

  /// Identifiers made between enterScope and leaveScope are free again after it.
  void enterScope();
  void leaveScope();

private:
  struct Scope {
    std::vector<std::string> bound, taken;
  };
  bool take(const std::string &identifier);

  std::map<std::string, std::string> identifiers;
  std::set<std::string> taken;
  std::vector<Scope> scopes = {{}};
};

} // namespace weebill::print

#endif // WEEBILL_CODEGEN_PRINT_NAMES_H
