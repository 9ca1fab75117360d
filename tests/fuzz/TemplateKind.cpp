// Damaged chat templates. Tested by tests/fuzz/CMakeLists.txt, which runs it.

#include "compiler/import/ImportedModel.h"
#include "compiler/import/chat/DeriveChatFormat.h"
#include "tests/fuzz/ModelKinds.h"

namespace weebill::fuzz {

namespace {

const std::vector<std::string> kTemplateWords = {
    "messages",
    "message",
    "role",
    "content",
    "bos_token ",
    "eos_token ",
    "add_generation_prompt ",
    "loop",
    "range",
    "namespace",
    "raise_exception",
    "{{ ",
    " }}",
    "{% ",
    " %}",
    "{#",
    "#}",
    "{%- ",
    " -%}",
    "if ",
    "elif ",
    "else ",
    "endif ",
    "for ",
    "in ",
    "endfor ",
    "set ",
    "endset ",
    "macro ",
    "call(a) ",
    "endcall ",
    "caller(1) ",
    "with a=1 ",
    "endwith ",
    "recursive ",
    "loop(messages) ",
    "loop.cycle(1, 2) ",
    "| groupby('role') ",
    "| batch(2) ",
    "| sum ",
    " * 3 ",
    " % 'a' ",
    "1.5 ",
    ".splitlines() ",
    ".center(9) ",
    "varargs ",
    "kwargs ",
    "endmacro ",
    "{% macro f(a, b=1) %}",
    "{{ f(1) }}",
    "{{ f(b=2, a=f(3)) }}",
    "filter ",
    "endfilter ",
    "strftime_now('%d %b %Y')",
    "title ",
    "capitalize ",
    ".title()",
    "'{} {a}'.format(1, a=2)",
    "tojson(indent=2)",
    "tojson(ensure_ascii=true, separators=(',', ':'), sort_keys=true)",
    "dictsort ",
    "sort(reverse=true) ",
    "unique ",
    "map('upper') ",
    "select('string') ",
    "indent(2) ",
    "min ",
    "safe ",
    ".partition('</think>')",
    ".split('</think>', 1)[-1]",
    "'</think>' in content",
    "[0.5]",
    ".0",
    "is ",
    "not ",
    "defined ",
    "and ",
    "or ",
    "|",
    "~",
    "+",
    "-",
    "*",
    "//",
    "%",
    "**",
    "==",
    "<",
    "trim ",
    "length ",
    "tojson ",
    "join ",
    "replace ",
    "selectattr ",
    "split ",
    "items",
    "upper ",
    "default ",
    "list ",
    "reverse ",
    "[::-1]",
    "[1:]",
    ".first",
    "'user'",
    "'tool'",
    "tool_calls ",
    "break ",
    "continue ",
    "generation ",
    "endgeneration ",
    "range(99999999)",
    "strip()",
    "first ",
    "string ",
    "int ",
};

const char *const kTemplates[] = {
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}",
    "{{ bos_token }}{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('roles') }}{% endif %}{% if m.role == 'user' %}{{ '[INST] ' ~ m.content | trim ~ ' [/INST]' }}"
    "{% elif m.role == 'assistant' %}{{ m.content + eos_token }}{% else %}{{ raise_exception('no') }}{% endif %}"
    "{% endfor %}",
    "{%- set ns = namespace(found=false, text='') -%}{%- for m in messages -%}{%- if m.role == 'system' -%}"
    "{%- set ns.found = true -%}{%- set ns.text = m['content'] | trim -%}{%- endif -%}{%- endfor -%}"
    "{{- bos_token -}}{%- for m in messages[1:] if loop.index < 9 -%}{{- '<' + m.role + '>' + "
    "(m.content.split('x')[-1] "
    "if 'x' in m.content else m.content | replace('a', 'b')) | upper + '\\n' -}}{%- endfor -%}"
    "{%- for i in range(3) -%}{{ [1, 2, {'a': i}] | tojson }}{%- endfor -%}",
    "{% macro turn(m, mark='|') %}{{ mark }}{{ m.role }}{{ mark }}{{ m.content }}\n{% endmacro %}{{ "
    "strftime_now('%Y') }}{% filter trim %}{% for t in tools %}{{ t | tojson(indent=2) }}{% endfor %}{% endfilter %}"
    "{% for m in messages %}{{ turn(m) }}{% endfor %}{% if add_generation_prompt %}|assistant|<think>{% endif %}",
    "{% for m in messages %}{% set c = m.content.split('</think>')[-1] %}<{{ m.role }}>{% if m.role == 'tool' %}<out>"
    "{{ c | tojson }}</out>{% else %}{{ c }}{% endif %}{% for t in m.tool_calls or [] %}{{ t.function.name }}"
    "{{ t.function.arguments | tojson }}{% endfor %}<|im_end|>{% endfor %}{{ '<assistant>' if add_generation_prompt }}",
};

} // namespace

std::string mutatedTemplate(Random &random) {
  std::string source = random.pick(kTemplates);
  mutateText(source, kTemplateWords, random);
  if (random.oneIn(4))
    mutateBytes(source, random);
  return source;
}

namespace {

Files makeTemplate(Random &random) { return {{"chat_template.jinja", mutatedTemplate(random)}}; }

std::optional<std::string> readTemplate(const std::string &, const Files &files) {
  importer::TokenizerData tokenizer;
  tokenizer.tokens = {"<|im_start|>", "<|im_end|>", "a", "b"};
  tokenizer.special = {true, true, false, false};
  tokenizer.added = {{0, "<|im_start|>"}, {1, "<|im_end|>"}};
  tokenizer.beginning = 0;
  tokenizer.end = 1;
  const chat::DerivedChat derived = chat::deriveChatFormat(
      files.at("chat_template.jinja"), tokenizer, {}, {.date = "2026-11-26", .variables = {"enable_thinking=false"}});
  if (derived.format) {
    requirePrintable(derived.format->systemProblem, "what is said of system messages");
    requirePrintable(derived.format->tools.problem, "what is said of answers of tools");
    requirePrintable(derived.format->tools.calls.problem, "what is said of calls of tools");
  }
  return derived.format ? std::nullopt : std::optional(derived.problem);
}

} // namespace

const Kind templateKind = {"template", "chat templates", makeTemplate, readTemplate, false, kFixedBytes, kBytesPerByte};

} // namespace weebill::fuzz
