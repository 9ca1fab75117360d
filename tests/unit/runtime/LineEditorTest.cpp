//===- LineEditorTest.cpp -------------------------------------------------===//

#include "tests/unit/runtime/ExpectFailure.h"
#include "tests/unit/runtime/FakeConstants.h"

#include "runtime/line_editor.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

/// Keys that were typed, some of them at a time.
struct FakeTerminal {
  std::string typed;
  u64 at_once = 4096;
  bool taken = false;
  int interrupts = 0;

  bool is_there() const { return true; }
  bool take() { return taken = true; }
  void give_back() { taken = false; }
  u64 read(char *bytes, u64 most) {
    EXPECT_TRUE(taken);
    const std::size_t count = std::min<std::size_t>({typed.size(), most, at_once});
    typed.copy(bytes, count);
    typed.erase(0, count);
    return count;
  }
  platform::TerminalSize size() const { return {20, 5}; }
  void interrupt() { ++interrupts; }
  void suspend() {}
};

/// A terminal of 20 columns, as far as TypedLines uses one: what it shows.
struct Screen {
  std::vector<std::string> rows{""};
  std::size_t row = 0, column = 0;

  void write(const std::string &text) {
    for (std::size_t at = 0; at < text.size(); ++at)
      if (text[at] == '\x1b') {
        std::size_t end = text.find_first_of("ACJhl", at);
        const std::size_t number = text[at + 2] == 'J' || text[at + 2] == '?' ? 0 : std::stoul(text.substr(at + 2));
        if (text[end] == 'A')
          row -= number;
        else if (text[end] == 'C')
          column += number;
        else if (text[end] == 'J')
          rows.resize(row + 1), rows[row].resize(std::min(column, rows[row].size()));
        at = end;
      } else if (text[at] == '\n') {
        column = 0; // the system makes two of it
        if (++row == rows.size())
          rows.emplace_back();
      } else if (text[at] == '\r') {
        column = 0;
      } else {
        rows[row].resize(std::max(rows[row].size(), column + 1), ' ');
        rows[row][column++] = text[at];
      }
  }
};

class LineEditorTest : public testing::Test {
protected:
  /// The line that comes of keys; "(none)" if there is none.
  std::string line_of(const std::string &keys) {
    terminal.typed = keys;
    std::string_view line;
    testing::internal::CaptureStdout();
    const bool there = editor.next("> ", ". ", line);
    shown = testing::internal::GetCapturedStdout();
    EXPECT_FALSE(terminal.taken);
    return there ? std::string(line) : "(none)";
  }

  FakeTerminal terminal;
  LineReader plain{"a turn", 10000};
  LineEditor<FakeTerminal> editor{plain, terminal, 10000};
  std::string shown;
};

const std::string kLeft = "\x1b[D", kRight = "\x1bOC", kUp = "\x1b[A", kDown = "\x1b[B", kHome = "\x1b[H",
                  kEnd = "\x1b[4~", kDelete = "\x1b[3~", kPaste = "\x1b[200~", kPasted = "\x1b[201~";

TEST_F(LineEditorTest, KeysEditALine) {
  for (u64 at_once : {1, 2, 3, 4096}) { // however keys arrive
    terminal.at_once = at_once;
    EXPECT_EQ(line_of("hello\r"), "hello");
    EXPECT_EQ(line_of("helo" + kLeft + "l\n"), "hello");
    EXPECT_EQ(line_of("ello" + kHome + "h" + kEnd + "!\r"), "hello!");
    EXPECT_EQ(line_of("hello\x7f\x08p\r"), "help");
    EXPECT_EQ(line_of("xab" + kLeft + kLeft + kLeft + kDelete + kRight + "-\r"), "a-b");
    EXPECT_EQ(line_of("one two  \x17three\r"), "one three");
    EXPECT_EQ(line_of("one two\x1b"
                      "b\x0bthree\r"),
              "one three");
    EXPECT_EQ(line_of("one two\x1b[1;5D\x15three \r"), "three two");
    EXPECT_EQ(line_of("\xc3\xa4\xe2\x82\xac\xff" + kLeft + kLeft + kLeft + kLeft + "x\x04y\r"), "xy\xe2\x82\xac\xff");
    EXPECT_EQ(line_of("a\x1b\rb\r"), "a\nb");            // Alt-Enter
    EXPECT_EQ(line_of("a\x1b[99xb\x1b[5~\x07\r"), "ab"); // keys that nobody knows
    EXPECT_EQ(line_of("\x04"), "(none)");
    EXPECT_EQ(line_of("half"), "(none)"); // nobody is there any more
  }
}

TEST_F(LineEditorTest, EarlierLinesComeBack) {
  EXPECT_EQ(line_of("first\r"), "first");
  EXPECT_EQ(line_of("second\r"), "second");
  EXPECT_EQ(line_of("second\r"), "second"); // once is enough
  EXPECT_EQ(line_of(kUp + kUp + "!\r"), "first!");
  EXPECT_EQ(line_of(kUp + kUp + kUp + kUp + kUp + "\r"), "first");
  EXPECT_EQ(line_of("x" + kUp + kDown + "y\r"), "y");
  EXPECT_EQ(line_of(kDown + "z\r"), "z");
}

TEST_F(LineEditorTest, PastedTextIsOneLine) {
  for (u64 at_once : {1, 7, 4096}) {
    terminal.at_once = at_once;
    EXPECT_EQ(line_of("a" + kPaste + "1\r2\r\n3\n\x1b[20\x03" + kPasted + "b\r"), "a1\n2\n3\n\x1b[20\x03"
                                                                                  "b");
  }
  const std::string many(9000, 'x');
  EXPECT_EQ(line_of(kPaste + many + kPasted + "\r"), many);
  EXPECT_EQ(line_of(many + "\r"), many);
}

TEST_F(LineEditorTest, WhatIsTooLongIsRefused) {
  for (const std::string &keys : {std::string(10001, 'x'), kPaste + std::string(10001, 'x') + kPasted}) {
    EXPECT_FAILURE(line_of(keys), 1, "a turn is longer than 10000 bytes");
    testing::internal::GetCapturedStdout();
  }
  EXPECT_FALSE(terminal.taken);
}

TEST_F(LineEditorTest, AnInterruptIsASignal) {
  EXPECT_EQ(line_of("a\x03"
                    "b\r"),
            "ab");
  EXPECT_EQ(terminal.interrupts, 1);
}

TEST_F(LineEditorTest, TheScreenShowsTheTextAndTheCursor) {
  for (u64 at_once : {1, 5, 4096}) { // shown after each key, or seldom
    terminal.at_once = at_once;
    Screen screen;
    screen.write("before\n");
    line_of("0123456789abcdefghijk" + kHome + kPaste + "x\ty\rz" + kPasted + kEnd + kLeft + "\x0b");
    screen.write(shown);
    EXPECT_EQ(screen.rows, (std::vector<std::string>{"before", "> x y", ". z0123456789abcdefg", "hij"}));
    EXPECT_EQ(std::make_pair(screen.row, screen.column), std::make_pair(std::size_t{3}, std::size_t{3}));
  }
}

TEST_F(LineEditorTest, AHighTextIsShownAroundTheCursor) {
  TypedLines lines;
  Screen screen;
  const auto show = [&](const std::string &text, std::size_t cursor) {
    testing::internal::CaptureStdout();
    lines.show("> ", ". ", text, cursor, {20, 5});
    std::fflush(stdout);
    screen.write(testing::internal::GetCapturedStdout());
  };
  const std::string text = "1\n2\n3\n4\n5\n6";
  show(text, text.size());
  EXPECT_EQ(screen.rows, (std::vector<std::string>{". 3", ". 4", ". 5", ". 6"}));
  show(text, 0);
  EXPECT_EQ(screen.rows, (std::vector<std::string>{"> 1", ". 2", ". 3", ". 4"}));
  EXPECT_EQ(screen.row, 0u);
  show("\x1b]0;x\x07\xc2\x9b\xff", 0); // a terminal would obey these
  EXPECT_EQ(screen.rows, (std::vector<std::string>{"> ?]0;x???"}));
}

TEST(LineHistoryTest, KeepsTheNewest) {
  LineHistory history(12);
  for (const char *line : {"aaaa", "bbbb", "cccc", "far too long for it"})
    history.add(line);
  EXPECT_EQ(history.older(), "cccc");
  EXPECT_EQ(history.older(), "bbbb");
  EXPECT_EQ(history.older(), std::nullopt);
  EXPECT_EQ(history.newer(), "cccc");
  EXPECT_EQ(history.newer(), "");
  EXPECT_EQ(history.newer(), std::nullopt);
}

} // namespace
