//===- line_editor.h - Lines that a person types -----------------*- C++ -*-===//
//
// Keys as in shells, a history, and pasted text of any length and many lines, which becomes one line here. Where there
// is no such terminal, lines are read as from a pipe. The terminal is taken only while a line is typed. Tested by
// tests/unit/runtime/LineEditorTest.cpp and tests/emitted/test_terminal.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/edited_text.h"
#include "runtime/line_history.h"
#include "runtime/line_reader.h"
#include "runtime/typed_lines.h"
#include "runtime/types.h"

#include <cstdio>
#include <optional>
#include <string_view>

/// `Terminal`: platform::Terminal, or what stands for one in tests.
template <class Terminal> class LineEditor {
public:
  /// `plain` reads where there is no terminal, and refuses what is too long.
  LineEditor(LineReader &given_plain, Terminal &given_terminal, u64 longest)
      : plain(given_plain), terminal(given_terminal), edits(terminal.is_there()), edited(edits ? longest : 0),
        history(edits ? u64{1} << 16 : 0) {}

  /// The next line, which lives until the next call; false: there is none. `sign` asks for it, `next_sign` stands
  /// before the further lines of a pasted one.
  bool next(const char *sign, const char *next_sign, std::string_view &line) {
    if (!edits || !terminal.take()) {
      std::fputs(sign, stdout);
      std::fflush(stdout);
      return plain.next(line);
    }
    edited.set({});
    screen = {};
    begin_marks();
    const bool typed = edit(sign, next_sign);
    edited.move_to_end();
    show(sign, next_sign);
    if (typed)
      screen.leave();
    end_marks();
    terminal.give_back();
    line = edited.text();
    history.add(line);
    return typed;
  }

private:
  static constexpr int kNoMore = -1;
  static constexpr char kEscape = '\x1b';

  static constexpr int control(char letter) { return letter & 31; }

  /// Pasted text comes between marks.
  static void begin_marks() { std::fputs("\x1b[?2004h", stdout); }
  static void end_marks() {
    std::fputs("\x1b[?2004l", stdout);
    std::fflush(stdout);
  }

  void show(const char *sign, const char *next_sign) {
    screen.show(sign, next_sign, edited.text(), edited.cursor(), terminal.size());
  }

  /// The next byte that was typed. Whoever waits for one sees what there is.
  int next_byte(const char *sign, const char *next_sign) {
    if (first == last) {
      show(sign, next_sign);
      std::fflush(stdout);
      first = 0;
      last = terminal.read(keys, sizeof keys);
    }
    return first < last ? static_cast<u8>(keys[first++]) : kNoMore;
  }

  /// True when a line is there, false when there will be none.
  bool edit(const char *sign, const char *next_sign) {
    for (;;) {
      const int byte = next_byte(sign, next_sign);
      if (byte == kNoMore || (byte == control('D') && edited.text().empty()))
        return false;
      if (byte == '\r' || byte == '\n')
        return true;
      if (byte == kEscape)
        escape(sign, next_sign);
      else if (byte == control('C'))
        signal([&] { terminal.interrupt(); });
      else if (byte == control('Z'))
        signal([&] { terminal.suspend(); });
      else if (byte >= ' ' && byte != 0x7f)
        insert_run();
      else
        obey(byte);
    }
  }

  /// Ends the program, or holds it up: then the line is shown again below whatever is there.
  template <class Send> void signal(Send &&send) {
    screen.leave();
    end_marks();
    send();
    begin_marks();
  }

  void insert(std::string_view typed) {
    if (edited.insert(typed))
      return;
    screen.leave();
    end_marks();
    terminal.give_back();
    plain.refuse();
  }

  /// The byte before, and those behind it that are text, too.
  void insert_run() {
    const u64 start = first - 1;
    while (first < last && static_cast<u8>(keys[first]) >= ' ' && keys[first] != 0x7f)
      ++first;
    insert({keys + start, static_cast<std::size_t>(first - start)});
  }

  void obey(int key) {
    if (key == control('A'))
      edited.move_to_start_of_line();
    else if (key == control('E'))
      edited.move_to_end_of_line();
    else if (key == control('B'))
      edited.move_left();
    else if (key == control('F'))
      edited.move_right();
    else if (key == control('H') || key == 0x7f)
      edited.erase_left();
    else if (key == control('D'))
      edited.erase_right();
    else if (key == control('W'))
      edited.erase_word_left();
    else if (key == control('U'))
      edited.erase_to_start_of_line();
    else if (key == control('K'))
      edited.erase_to_end_of_line();
    else if (key == control('P'))
      recall(history.older());
    else if (key == control('N'))
      recall(history.newer());
    else if (key == '\t')
      insert("\t");
  }

  void recall(std::optional<std::string_view> line) {
    if (line.has_value())
      edited.set(*line);
  }

  /// What comes behind an escape: Alt and a key, or a key's name, "[1;5C".
  void escape(const char *sign, const char *next_sign) {
    const int kind = next_byte(sign, next_sign);
    if (kind == '\r' || kind == '\n')
      return insert("\n"); // Alt-Enter
    if (kind == 'b')
      return edited.move_word_left();
    if (kind == 'f')
      return edited.move_word_right();
    if (kind != '[' && kind != 'O')
      return;
    i32 number = 0, modifier = 0;
    int byte = next_byte(sign, next_sign);
    for (; (byte >= '0' && byte <= '9') || byte == ';'; byte = next_byte(sign, next_sign))
      if (byte == ';')
        modifier = 1;
      else if (modifier == 0 && number < 1000)
        number = 10 * number + (byte - '0');
    if (byte == '~' && number == 200)
      return paste(sign, next_sign);
    name(static_cast<char>(byte), number, modifier != 0);
  }

  void name(char key, i32 number, bool modified) {
    if (key == 'A')
      recall(history.older());
    else if (key == 'B')
      recall(history.newer());
    else if (key == 'C')
      modified ? edited.move_word_right() : edited.move_right();
    else if (key == 'D')
      modified ? edited.move_word_left() : edited.move_left();
    else if (key == 'H' || (key == '~' && (number == 1 || number == 7)))
      edited.move_to_start_of_line();
    else if (key == 'F' || (key == '~' && (number == 4 || number == 8)))
      edited.move_to_end_of_line();
    else if (key == '~' && number == 3)
      edited.erase_right();
  }

  /// Everything up to the mark of its end, whatever it is; terminals send line ends as carriage returns.
  void paste(const char *sign, const char *next_sign) {
    constexpr std::string_view kEnd = "\x1b[201~";
    char part[256];
    std::size_t count = 0, matched = 0;
    bool after_return = false;
    for (int byte; (byte = next_byte(sign, next_sign)) != kNoMore;) {
      const char typed = static_cast<char>(byte);
      if (typed == kEnd[matched]) {
        if (++matched == kEnd.size())
          break;
        continue;
      }
      if (count + kEnd.size() + 1 > sizeof part) {
        insert({part, count});
        count = 0;
      }
      kEnd.copy(part + count, matched); // it was not the end
      count += matched;
      matched = typed == kEscape ? 1 : 0;
      if (matched == 0 && !(typed == '\n' && after_return))
        part[count++] = typed == '\r' ? '\n' : typed;
      after_return = typed == '\r';
    }
    insert({part, count});
  }

  LineReader &plain;
  Terminal &terminal;
  bool edits;
  EditedText edited;
  LineHistory history;
  TypedLines screen;
  char keys[4096];
  u64 first = 0, last = 0; // of those, what nobody has looked at
};
