//===- HelpFormat.h - How help texts look ------------------------*- C++ -*-===//
//
// What it is, how to call it, arguments, options in groups; the sentence of an option stands below its name, indented.
// 100 columns at most. Tested by tests/lit/tools/weebill-help.test.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_HELPFORMAT_H
#define WEEBILL_COMPILER_DRIVER_HELPFORMAT_H

#include <CLI/CLI.hpp>
#include <string>

namespace weebill::driver {

class HelpFormat : public CLI::Formatter {
public:
  /// `needed`: what has to be there besides arguments, " -o DIR".
  explicit HelpFormat(std::string needed = "") : needed(std::move(needed)) {}

  std::string make_usage(const CLI::App *app, std::string name) const override {
    const bool top = !app->get_subcommands({}).empty();
    return "\nUsage: " + name + (top ? " COMMAND ..." : arguments(app) + needed + " [options]") + "\n";
  }

  // CLI11's own puts a second empty line between groups.
  std::string make_help(const CLI::App *app, std::string name, CLI::AppFormatMode mode) const override {
    std::string text = CLI::Formatter::make_help(app, name, mode);
    for (size_t at; (at = text.find("\n\n\n")) != std::string::npos;)
      text.erase(at, 1);
    while (text.ends_with("\n\n"))
      text.pop_back();
    return text;
  }

  std::string make_group(std::string group, bool isPositional,
                         std::vector<const CLI::Option *> options) const override {
    std::string text = "\n" + (isPositional ? std::string("Arguments") : group) + ":\n";
    for (const CLI::Option *option : options)
      text += make_option(option, isPositional);
    return text;
  }

  std::string make_option(const CLI::Option *option, bool isPositional) const override {
    const std::string shape = option->get_option_text();
    const std::string names = CLI::detail::join(CLI::detail::split(option->get_name(isPositional, true), ','), ", ");
    return line(names + (isPositional || shape.empty() ? "" : " " + shape), option->get_description());
  }

  std::string make_subcommands(const CLI::App *app, CLI::AppFormatMode) const override {
    std::string text;
    for (const CLI::App *command : app->get_subcommands({}))
      text += line(command->get_name(), command->get_description());
    return text.empty() ? text : "\nCommands:\n" + text;
  }

private:
  std::string needed;

  /// " MODEL", " PROGRAM...": what has no name on the command line.
  static std::string arguments(const CLI::App *app) {
    std::string text;
    for (const CLI::Option *option : app->get_options([](const CLI::Option *o) { return o->get_positional(); }))
      text += " " + option->get_name() + (option->get_items_expected_max() > 1 ? "..." : "");
    return text;
  }

  /// Short names share their line with the sentence, long ones have the sentence below; sentences wrap at words.
  static std::string line(const std::string &name, const std::string &sentence) {
    constexpr size_t column = 22, width = 100;
    std::string text = "  " + name;
    text += text.size() + 2 <= column ? std::string(column - text.size(), ' ') : "\n" + std::string(column, ' ');
    size_t at = column;
    for (const std::string &word : CLI::detail::split(sentence, ' ')) {
      if (at > column && at + 1 + word.size() > width) {
        text += "\n" + std::string(column, ' ');
        at = column;
      }
      text += (at > column ? " " : "") + word;
      at += (at > column ? 1 : 0) + word.size();
    }
    return text + "\n";
  }
};

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_HELPFORMAT_H
