// The template evaluator: what it prints, how it names what it does not know, and that hostile templates end. Equality
// with jinja2 on templates of real models and on thousands of random ones is tested by
// tests/python/test_chat_templates.py.

#include "compiler/import/chat/ChatTemplate.h"

#include <gtest/gtest.h>
#include <random>

namespace weebill::chat {
namespace {

const std::vector<chat::Message> kMessages = {{"user", "Hello "}, {"assistant", "Hi"}};

std::string render(const std::string &source) {
  try {
    return chat::ChatTemplate(source, {{"bos_token", "<s>"}, {"eos_token", "</s>"}}).render(kMessages, true);
  } catch (const chat::TemplateError &error) {
    return std::string("error: ") + error.what();
  }
}

/// A macro that calls itself inside as many expressions as there may be.
const char *deepCalls() {
  static const std::string source = [] {
    std::string deep;
    for (int i = 0; i < 150; ++i)
      deep += "not ";
    return "{% macro f() %}{{ " + deep + "f() }}{% endmacro %}{{ f() }}";
  }();
  return source.c_str();
}

struct Case {
  const char *source, *printed;
};

void PrintTo(const Case &c, std::ostream *out) { *out << c.source; }

class RenderTest : public testing::TestWithParam<Case> {};

TEST_P(RenderTest, Prints) { EXPECT_EQ(render(GetParam().source), GetParam().printed); }

INSTANTIATE_TEST_SUITE_P(WhiteSpace, RenderTest,
                         testing::Values(Case{"a\n  {% if true %}\n b\n  {% endif %}\nc\n", "a\n b\nc"},
                                         Case{"a  {%- if true -%}  b  {%- endif -%}  c", "abc"},
                                         Case{"a\n  {{ 'b' }}\n c", "a\n  b\n c"}, Case{"a\n  {{- 'b' -}}\n c", "abc"},
                                         Case{"a\n  {%+ if true +%}\nb{% endif %}", "a\n  \nb"},
                                         Case{"a\n {# note #}\nb {#- note -#} c", "a\nbc"},
                                         Case{"a\r\nb\rc", "a\nb\nc"},
                                         Case{"a\u3000 {{-\u00a0'b'\u2003-}} \u0085c", "abc"},
                                         Case{"a\n\u00a0{% if true %}b{% endif %}", "a\nb"},
                                         Case{"{{ '}}' }}%}", "}}%}"}, Case{"{{ {'a': {'b': 'c'}}.a.b }}", "c"}));

INSTANTIATE_TEST_SUITE_P(
    Values, RenderTest,
    testing::Values(
        Case{"{{ 'a' + 'b' ~ 1 ~ true ~ none }}", "ab1TrueNone"},
        Case{"{{ 'a' 'b' \"c\\n\\x41\\u00e9\\d\" }}", "abc\nA\xc3\xa9\\d"},
        Case{"{{ missing }}|{{ messages[5] }}|{{ messages[0].missing }}", "||"},
        Case{"{{ messages[-1]['role'] }}{{ messages[0].content | trim }}", "assistantHello"},
        Case{"{{ 'abcdef'[1:4] }}{{ 'abc'[::-1] }}{{ 'abc'[-2:] }}", "bcdcbabc"},
        Case{"{{ '\xc3\xa9\xc3\xa8'[1] }}{{ '\xc3\xa9\xc3\xa8' | length }}", "\xc3\xa8"
                                                                             "2"},
        Case{"{{ (messages[1:] + messages[:1])[1].role }}", "user"},
        Case{"{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 2 + 3 * 4 }}", "3 -4 2 14"},
        Case{"{{ -2 ** 2 }} {{ 2 ** 3 ** 2 }} {{ 2 * 3 ** 2 }} {{ 2 ** -1 }} {{ 4 ** 0.5 }} {{ 0 ** 0 }}",
             "4 64 18 0.5 2.0 1"},
        Case{"{% set n = -2 %}{{ n ** 63 }} {{ (-2) ** 63 }}", "-9223372036854775808 -9223372036854775808"},
        Case{"{{ bos_token ~ eos_token }}{{ tools is none }}{{ add_generation_prompt }}", "<s></s>TrueTrue"},
        Case{"{{ ['a', 'b'] | join(', ') }}{{ {'a': [1, none, true]} | tojson }}", "a, b{\"a\": [1, null, true]}"},
        Case{"{{ 'a,b,c'.split(',')[1] }}{{ ' a b '.split() | join('-') }}", "ba-b"},
        Case{"{{ 'xxaxx'.strip('x') }}{{ 'aXb'.replace('X', '--') }}{{ 'ab'.upper() }}", "aa--bAB"}));

INSTANTIATE_TEST_SUITE_P(
    Conditions, RenderTest,
    testing::Values(Case{"{% if x %}a{% elif 1 < 2 <= 2 %}b{% else %}c{% endif %}", "b"},
                    Case{"{{ 'a' in 'cat' }}{{ 'role' in messages[0] }}{{ 3 not in [1, 2] }}", "TrueTrueTrue"},
                    Case{"{{ x is defined }}{{ bos_token is not defined }}{{ 'a' is string }}", "FalseFalseTrue"},
                    Case{"{{ not x is defined and 'a' == 'a' }}{{ '' or 'b' }}{{ 'a' and 0 }}", "Trueb0"},
                    Case{"{{ 'a' if false else 'b' if false else 'c' }}{{ 'd' if false }}", "c"},
                    Case{"{{ 'a' ~ ('b' | upper) == 'aB' }}{{ 4 is divisibleby 2 }}{{ 3 is odd }}", "TrueTrueTrue"},
                    Case{"{{ 1 == true }}{{ 1 == '1' }}{{ [1, 'a'] == [1, 'a'] }}", "TrueFalseTrue"}));

INSTANTIATE_TEST_SUITE_P(
    Statements, RenderTest,
    testing::Values(
        Case{"{% for m in messages %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ m.role }} "
             "{% endfor %}",
             "10TrueFalseuser 21FalseTrueassistant "},
        Case{"{% for k, v in messages[0].items() %}{{ k }}={{ v }};{% endfor %}", "role=user;content=Hello ;"},
        Case{"{% for m in messages if m.role == 'user' %}{{ loop.length }}{% else %}none{% endfor %}", "1"},
        Case{"{% for m in [] %}a{% else %}none{% endfor %}", "none"},
        Case{"{% set x = 1 %}{% for m in messages %}{% set x = x + 1 %}{{ x }}{% endfor %}{{ x }}", "221"},
        Case{"{% set n = namespace(x=1) %}{% for m in messages %}{% set n.x = n.x + 1 %}{% endfor %}{{ n.x }}", "3"},
        Case{"{% set a, b = 'xy' %}{{ b ~ a }}{% set t %}<{{ a }}>{% endset %}{{ t }}", "yx<x>"},
        Case{"{% for i in range(9) %}{% if i == 2 %}{% continue %}{% elif i == 4 %}{% break %}{% endif %}{{ i }}"
             "{% endfor %}",
             "013"},
        Case{"{% macro f(a) %}{{ a }}{% endmacro %}{{ f is defined }}", "True"},
        Case{"{% macro f(a, b='x') %}<{{ a }}{{ b }}>{% endmacro %}{{ f(1) }}{{ f(1, 2) }}{{ f(b=3, a=4) }}{{ f() }}",
             "<1x><12><43><x>"},
        // What stands around the definition is seen as it is at the call, what stands around the call is not.
        Case{"{% set v = 1 %}{% macro f() %}{{ v }}{{ w }}{% endmacro %}{% set v = 2 %}{% for w in [5] %}{{ f() }}{{ w "
             "}}"
             "{% endfor %}",
             "25"},
        Case{"{% macro f(n) %}{{ n }}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}", "3210"},
        Case{"{% filter upper | replace('A', 'b') %}a{{ 'c' }}{% endfilter %}d", "bCd"},
        Case{"{{ 'hello wORLD'.title() }}{{ 'ab'.capitalize() }}{{ '{1}{0}{x}{{}}'.format(1, 2, x=3) }}",
             "Hello WorldAb213{}"},
        Case{"{{ {'a': [1, {}], 'b': []} | tojson(indent=1) }}", "{\n \"a\": [\n  1,\n  {}\n ],\n \"b\": []\n}"},
        Case{"{{ {'b': ['é\\U0001F600', 1], 'a': none} | tojson(ensure_ascii=true, separators=(',', ':'), "
             "sort_keys=true) }}",
             R"({"a":null,"b":["\u00e9\ud83d\ude00",1]})"},
        Case{R"({{ [true, none, 'a', "it's", 'q"\n', {'k': [1]}] }})",
             R"([True, None, 'a', "it's", 'q"\n', {'k': [1]}])"},
        Case{"{% for k, v in {'b': 1, 'A': 2} | dictsort %}{{ k }}{{ v }}{% endfor %}", "A2b1"},
        Case{"{{ [3, 1, 2] | sort(reverse=true) }}{{ ['b', 'A', 'a'] | sort }}{{ ['b', 'B', 'a'] | unique | list }}",
             "[3, 2, 1]['A', 'a', 'b']['b', 'a']"},
        Case{"{{ [2, 1] | sort(attribute=none) }}{{ [{'a': {'b': 2}, 'c': 1}, {'a': {'b': 1}, 'c': 2}] | "
             "sort(attribute='a.b,c') | map(attribute='a.b') | list }}",
             "[1, 2][1, 2]"},
        Case{"{{ [[1, 'b'], [1, 'a']] | sort(attribute='0,1') | map(attribute=1) | join }}", "ab"},
        Case{"{% raw %}\n {{ a }}{% if %} {% endraw %}\nb", "\n {{ a }}{% if %} b"},
        Case{"a {%- raw -%} {# {% raw %} {%- endraw -%} b", "a{# {% raw %}b"},
        Case{"{{ [3, 1] | min }}{{ ['a', 'B'] | max }}{{ ['x', 'y'] | map('upper') | join }}", "1BXY"},
        Case{"{{ [1, 2, 3] | select('odd') | list }}{{ [0, 1] | reject | list }}", "[1, 3][0]"},
        Case{"{{ 'a\\n\\nb' | indent(2) }}{{ 'a\\nb' | indent(1, first=true) }}", "a\n\n  b a\n b"},
        Case{"{{ 'a,b,c'.split(',', 1) }}{{ 'a=b=c'.partition('=')[2] }}{{ 'a=b=c'.rpartition('=')[0] }}",
             "['a', 'b,c']b=ca=b"},
        Case{"{{ 'abc'.removeprefix('a') }}{{ 'abc'.removesuffix('bc') }}{{ [5, 6].1 }}{{ 'ab' * 3 }}", "bca6ababab"},
        Case{"{{ ('<b>' | safe) + '<' + \"'\" }}{{ ('<' | safe) ~ '<' }}", "<b>&lt;&#39;<<"},
        Case{"{% generation %}a{{ 'b' }}{% endgeneration %}", "ab"},
        Case{"{{ messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | list | length }}", "1"},
        Case{"{% set messages = messages[1:] %}{% for m in messages %}{{ m.content }}{% endfor %}", "Hi"}));

INSTANTIATE_TEST_SUITE_P(
    Errors, RenderTest,
    testing::Values(
        Case{"a\n{% include 'b' %}", "error: line 2: the statement 'include' is not supported"},
        Case{"{{ 'a' | urlencode }}", "error: line 1: the filter 'urlencode' is not supported"},
        Case{"{% raw %} {{ a }}", "error: line 1: a 'raw' has no 'endraw'"},
        Case{"{% raw +%}{% endraw %}", "error: line 1: the statement 'raw' is not supported"},
        Case{"{% endraw %}", "error: line 1: the statement 'endraw' is not supported"},
        Case{"{{ 2 ** 63 }}", "error: line 1: a number does not fit into 64 bits"},
        Case{"{{ 3 ** 999999999999 }}", "error: line 1: a number does not fit into 64 bits"},
        Case{"{{ 10.0 ** 400 }}", "error: line 1: a number is too large"},
        Case{"{{ 0 ** -1 }}", "error: line 1: a division by 0"},
        Case{"{{ (-8) ** 0.5 }}",
             "error: line 1: the operator '**' between a negative number and a fraction is not supported"},
        Case{"{% set n = 2 %}{{ -2 ** n }}",
             "error: line 1: the operator '**' behind a negative number that is written "
             "there is not supported: set a variable to it first"},
        Case{"{{ 'a' ** 2 }}", "error: line 1: the operator '**' between a text and a number is not supported"},
        Case{"{{ [1] | sort(attribute='\u0663') }}",
             "error: line 1: an attribute with letters outside ASCII, or with a large number, is not supported"},
        Case{"{{ '\\\u00e9' }}", "error: line 1: a backslash before a letter outside ASCII is not supported"},
        Case{"{{ 'nan' | float }}", "error: line 1: the filter 'float' for such a text is not supported"},
        Case{"{{ '-inf' | float }}", "error: line 1: the filter 'float' for such a text is not supported"},
        Case{"{{ '\\x1f7' | int }}", "error: line 1: the filter 'int' for such a text is not supported"},
        Case{"{{ '\u00e9' | upper }}", "error: line 1: changing the case of letters outside ASCII is not supported"},
        Case{"{{ 'a' is sameas 'b' }}", "error: line 1: the test 'sameas' for a text is not supported"},
        Case{"{{ 'a'.translate(3) }}", "error: line 1: the method 'translate' of a text is not supported"},
        Case{"{{ strftime_now('%d') }}",
             "error: line 1: the template asks for the date of the day, which '--date YYYY-MM-DD' fixes"},
        Case{"{% macro f(a) %}{% endmacro %}{{ f(1, 2) }}",
             "error: line 1: the macro f is called with 2 arguments and has 1"},
        Case{"{% macro f(a) %}{% endmacro %}{{ f(1, a=2) }}",
             "error: line 1: the macro f with the argument 'a' is not supported"},
        Case{"{% macro f(a=1, b) %}{% endmacro %}",
             "error: line 1: the parameter 'b' needs a default, as those before it"},
        Case{"{% macro f() %}{{ varargs }}{% endmacro %}{{ f() }}",
             "error: line 1: the text of a list is not supported"},
        Case{"{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(1) }}",
             "error: line 1: more than 24 macros call each other"},
        Case{deepCalls(), "error: line 1: macros call each other inside expressions that are too deep"},
        Case{"{{ '{:>4}'.format(1) }}", "error: line 1: the method 'format' with the field '{:>4}' is not supported"},
        Case{"{{ '{}'.format() }}", "error: line 1: the method 'format' has no value for the field '{}'"},
        Case{"{% filter urlize %}a{% endfilter %}", "error: line 1: the filter 'urlize' is not supported"},
        Case{"{{ [('a', 1)] }}", "error: line 1: the text of a list is not supported"},
        Case{"{{ ['é'] }}", "error: line 1: the text of a list is not supported"},
        Case{"\n\n{{ raise_exception('No ' ~ 'way') }}", "error: line 3: the template refuses: No way"},
        Case{"{{ missing.role }}", "error: line 1: 'missing' is undefined, it has no 'role'"},
        Case{"{{ 'a' + 1 }}", "error: line 1: the operator '+' between a text and a number is not supported"},
        Case{"{{ 1e5 }}", "error: line 1: only plain decimal numbers are supported, not '1e5'"},
        Case{"{{ 1 // 0 }}", "error: line 1: a division by 0"},
        Case{"{{ 9223372036854775807 + 1 }}", "error: line 1: a number does not fit into 64 bits"},
        Case{"{{ 99999999999999999999 }}", "error: line 1: a number is too large"},
        Case{"{% set messages.x = 1 %}", "error: line 1: 'messages' is not a namespace, its attributes cannot be set"},
        Case{"{{ 'a }}", "error: line 1: a text has no closing quote"},
        Case{"{{ a", "error: line 1: a tag has no '}}'"}, Case{"{# a", "error: line 1: a comment has no '#}'"},
        Case{"{{ (1 }}", "error: line 1: '}' closes nothing"}, Case{"{% if a %}", "error: line 1: 'endif' is missing"},
        Case{"{% endif %}", "error: line 1: the statement 'endif' is not supported"},
        Case{"{% for a of b %}{% endfor %}", "error: line 1: 'in' is expected, not 'of'"},
        Case{"{{ }}", "error: line 1: an expression is expected, not the end of the expression"},
        Case{"{{ a b }}", "error: line 1: '}}' is expected, not 'b'"},
        Case{"{{ a ! b }}", "error: line 1: the character '!' has no meaning inside a tag"},
        Case{"{% break %}", "error: line 1: 'break' outside of a loop"},
        Case{"{% set n = namespace() %}{% set n.n = n %}",
             "error: line 1: a namespace inside another value is not supported"},
        Case{"{% set n = namespace() %}{{ [n] }}",
             "error: line 1: a namespace inside another value is not supported"}));

TEST(ChatTemplateTest, AModelWithoutSpecialTokensHasNoNamesForThem) {
  EXPECT_EQ(chat::ChatTemplate("{{ bos_token is defined }}{{ eos_token }}", {}).render(kMessages, false), "False");
  EXPECT_EQ(chat::ChatTemplate("{{ pad_token + think_token }}", {{"pad_token", "<p>"}, {"think_token", "<t>"}})
                .render(kMessages, false),
            "<p><t>");
}

/// Repeats `text`.
std::string times(int count, const std::string &text) {
  std::string result;
  while (count--)
    result += text;
  return result;
}

TEST(ChatTemplateTest, HostileTemplatesEnd) {
  const std::string endless = "the template does more work than a chat template needs";
  EXPECT_NE(render("{% for a in range(999999999999) %}{% endfor %}").find(endless), std::string::npos);
  const std::string nested = "{% for a in range(1000) %}";
  EXPECT_NE(render(nested + nested + nested + times(3, "{% endfor %}")).find(endless), std::string::npos);
  EXPECT_NE(render("{% set n = namespace(t='aaaaaaaa') %}" + times(50, "{% set n.t = n.t + n.t %}"))
                .find("a text grows beyond 65536 bytes"),
            std::string::npos);
  EXPECT_NE(render("{% set n = namespace(t=[1]) %}" + times(60, "{% set n.t = [n.t, n.t] %}"))
                .find("a list or dictionary grows beyond 20000 values"),
            std::string::npos);
  EXPECT_NE(render("{% set t = 'a' %}" + times(16, "{% set t = t + t %}") + "{{ t.replace('a', t) }}").find(endless),
            std::string::npos);
}

TEST(ChatTemplateTest, DamagedTemplatesAreRenderedOrRefused) {
  const std::string whole =
      "{%- set ns = namespace(i=0, t=['a', \"b\"]) -%}{# note #}\n{% for m in messages[::-1] if m.role in ['user', "
      "'assistant'] %}{%- if loop.first and not (m.content | trim).startswith('x') or ns.i > 3 // 2 -%}\n{{ m['role'] "
      "~ "
      "m.content[1:-1] | default('none', true) }}{% elif m is mapping %}{{- {'k': -1, 'l': m}['k'] ~ ns.t | join(', ') "
      "-}}{% else %}{% continue %}{% endif %}{% set ns.i = ns.i + 1 %}{% endfor %}{% set x %}{{ eos_token if x is not "
      "defined else raise_exception('no') }}{% endset %}{{ x.split('s')[0] }}";
  ASSERT_EQ(render(whole), "assistantnone-1a, b</");
  std::mt19937 random(/*seed=*/23);
  const auto below = [&](size_t bound) { return std::uniform_int_distribution<size_t>(0, bound - 1)(random); };
  int refused = 0;
  constexpr int kRounds = 5000;
  for (int round = 0; round < kRounds; ++round) {
    std::string source = whole;
    for (size_t changes = 1 + below(2); changes; --changes) {
      const size_t place = below(source.size());
      if (below(2)) // a piece of the template goes, or comes again somewhere else
        source.erase(place, 1 + below(8));
      else
        source.insert(place, whole.substr(below(whole.size()), 1 + below(8)));
    }
    refused += render(source).starts_with("error: "); // anything but TemplateError passes through
  }
  EXPECT_GT(refused, kRounds / 10);
  EXPECT_LT(refused, kRounds);
}

TEST(ChatTemplateTest, DeepTemplatesAreRefused) {
  const int many = 10'000;
  EXPECT_NE(render("{{ " + times(many, "(") + "1" + times(many, ")") + " }}").find("brackets inside each other"),
            std::string::npos);
  EXPECT_NE(render("{{ 1" + times(many, "+1") + " }}").find("nested more than 200 deep"), std::string::npos);
  EXPECT_NE(render("{{ " + times(many, "not ") + "1 }}").find("nested more than 200 deep"), std::string::npos);
  EXPECT_NE(render("{{ " + times(many, "-") + "1 }}").find("nested more than 200 deep"), std::string::npos);
  EXPECT_NE(render("{{ a" + times(many, ".b") + " }}").find("nested more than 200 deep"), std::string::npos);
  EXPECT_NE(render("{{ a" + times(many, "|d") + " }}").find("nested more than 200 deep"), std::string::npos);
  EXPECT_NE(render(times(many, "{% if a %}")).find("statements are inside each other"), std::string::npos);
  EXPECT_NE(render(std::string(300'000, 'a')).find("the template has 300000 bytes"), std::string::npos);
}

} // namespace
} // namespace weebill::chat
