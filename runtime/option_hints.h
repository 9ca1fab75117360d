//===- option_hints.h - Options under the names of other programs -*- C++ -*-===//
//
// People type what llama.cpp calls things. Where this program has the same, the error says its name; where it has not,
// it says what there is instead. Tested by tests/unit/runtime/OptionsTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <string_view>

/// Names in one text, with blanks around them, and what to say: "there is no option '-t', " and this.
struct OptionHint {
  const char *names, *advice;
};

constexpr OptionHint kOptionHints[] = {
    {" -p --prompt ", "the prompt stands alone: put it into quotes"},
    {" -m --model ", "the model is a part of this program; --weights-file names other weights of it"},
    {" -t ", "did you mean '--threads'?"},
    {" -tb --threads-batch ", "did you mean '--prefill-threads'?"},
    {" -c --ctx-size ", "the context is chosen when the program is made: weebill build --context N"},
    {" -s ", "did you mean '--seed'?"},
    {" -cnv --conversation -i --interactive ", "did you mean '--chat'?"},
    {" -sys --system-prompt ", "did you mean '--system'?"},
    {" -f ", "did you mean '--file'?"},
    {" --prompt-cache ", "did you mean '--save' or '--restore'?"},
    {" --n-predict --predict ", "did you mean '-n'?"},
};

/// nullptr: no other program's name.
constexpr const char *hint_of_option(std::string_view name) {
  for (const OptionHint &hint : kOptionHints)
    for (std::string_view rest = hint.names; rest.size() > 1;) {
      rest.remove_prefix(1);
      const std::string_view one = rest.substr(0, rest.find(' '));
      if (one == name)
        return hint.advice;
      rest.remove_prefix(one.size());
    }
  return nullptr;
}
