//===- Html.h - Text, numbers and tables as HTML -----------------*- C++ -*-===//
//
// Tested by tests/unit/codegen/report/HtmlTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_REPORT_HTML_H
#define WEEBILL_CODEGEN_REPORT_HTML_H

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weebill::report {

/// Any bytes as text of HTML, good within quotes too. What is no UTF-8 or no character becomes U+FFFD.
std::string escaped(std::string_view text);

/// Decimals as asked for.
std::string fixed(double value, int decimals);

/// 1234567 as "1 234 567", with narrow spaces that do not break.
std::string grouped(int64_t value);

/// Three digits and a decimal prefix: scaled(3541824, "B") is "3.54 MB".
std::string scaled(double value, const std::string &unit);

/// Bytes of caches, which come in powers of two: "2 MiB".
std::string binaryBytes(int64_t bytes);

/// A duration, three digits: "1.23 ms".
std::string duration(double seconds);

/// Rows of cells. Cells are HTML; a cell that begins with '>' stands to the right, as numbers do.
class Table {
public:
  Table(const std::vector<std::string> &heads, const std::string &cssClass = "");
  void add(const std::vector<std::string> &cells, const std::string &cssClass = "");
  std::string html() const;

private:
  std::string text;
};

/// <section id=id><h2>title</h2> body </section>. The title is HTML.
std::string section(const std::string &id, const std::string &title, const std::string &body);

/// A paragraph of explanation.
std::string note(const std::string &html);

/// A line that opens.
std::string folded(const std::string &summaryHtml, const std::string &bodyHtml, const std::string &cssClass = "");

} // namespace weebill::report

#endif // WEEBILL_CODEGEN_REPORT_HTML_H
