"""What templates may use beyond plain loops and conditions, each against jinja2: it prints the same, and is not refused. And what must not be taken for
a list: what jinja2 makes while it is walked is true although it is empty, and has no items."""

import chat_reference

CHAT = {"messages": [{"role": "system", "content": " Be 'brief'. \n"}, {"role": "user", "content": "Hi é\nyou"}, {"role": "assistant", "content": "A, b"},
                     {"role": "user", "content": "x"}], "add_generation_prompt": True}  # fmt: skip

FEATURES = [
    "{% for m in messages %}{{ loop.cycle('a', 'b') }}{{ loop.changed(m.role) }}{{ loop.depth }}{{ loop.depth0 }}{% endfor %}",
    "{% for m in messages %}{% for n in messages %}{{ loop.changed(m.role) }}{% endfor %}{{ loop.cycle(1, 2, 3) }}{% endfor %}",
    "{% for m in [1, [2, [3]]] recursive %}{% if m is iterable %}({{ loop(m) }}){% else %}{{ m }}{{ loop.depth }}{% endif %}{% endfor %}",
    "{% macro f(a) %}[{{ a }}{{ caller() }}]{% endmacro %}{% for m in messages %}{% call f(m.role) %}{{ m.content }}{{ loop.index }}{% endcall %}{% endfor %}",
    "{% macro f() %}{{ caller(1, b=2) }}{% endmacro %}{% call(a, b=3, c=4) f() %}{{ a }}{{ b }}{{ c }}{% endcall %}",
    "{% macro f(a) %}{{ a }}{{ varargs|length }}{{ kwargs.x }}{{ caller is defined }}{% endmacro %}{{ f(1, 2, 3, x=5) }}",
    "{% macro f() %}{{ caller() if caller else 'none' }}{% endmacro %}{{ f() }}{% call f() %}some{% endcall %}",
    "{% set a = 1 %}{% with a=2, b=a %}{{ a }}{{ b }}{% endwith %}{{ a }}{% with %}{% set a = 5 %}{{ a }}{% endwith %}",
    "{% set x | upper | replace('A', 'b') %}a{{ messages[3].content }}{% endset %}{{ x }}",
    "{% set ns = namespace({'a': 1}, b=2) %}{% set ns.a = ns.a + ns.b %}{{ ns.a }}{{ dict({'a': 1, 'c': 3}, a=2) }}",
    "{{ 'a b c'.rsplit(' ', 1) }}{{ 'a\nb\r\nc'.splitlines() }}{{ 'a\nb'.splitlines(true) }}{{ 'aXbX'.rsplit('X') }}",
    "{{ 'abcab'.find('b') }}{{ 'abcab'.rfind('b') }}{{ 'éb'.index('b') }}{{ 'abab'.count('ab') }}{{ 'a'.find('x') }}",
    "{{ 'ab'.center(7, '*') }}|{{ 'abc'.center(6) }}|{{ 'a'.ljust(3, '.') }}{{ 'a'.rjust(3) }}{{ '-5'.zfill(4) }}{{ '7'.zfill(3) }}|{{ 'ab' | center(6) }}|",
    "{{ '12'.isdigit() }}{{ ''.isdigit() }}{{ 'a1'.isalnum() }}{{ 'a1'.isalpha() }}{{ ' \t'.isspace() }}{{ 'aB'.islower() }}{{ 'AB1'.isupper() }}{{ 'é'.isascii() }}",
    "{{ 'aB'.swapcase() }}{{ 'aB'.casefold() }}{{ 'aaa'.replace('a', 'b', 2) }}{{ 'aaa' | replace('a', 'b', 1) }}{{ 'ab'.startswith(('x', 'a')) }}{{ 'ab'.endswith(('b',)) }}",
    "{{ messages | groupby('role') | map('first') | list }}{% for g in messages | groupby('role') %}{{ g.grouper }}{{ g.list | length }}{% endfor %}",
    "{% for role, some in messages | groupby('role') %}{{ role }}:{{ some | map(attribute='content') | join('/') }};{% endfor %}",
    "{% for row in range(7) | batch(3, '-') %}{{ row }}{% endfor %}{% for row in range(7) | slice(3) %}{{ row }}{% endfor %}{{ [1, 2] | slice(3, 0) | list }}",
    "{{ [1, 2, 3] | sum }}{{ [1.5, 2] | sum }}{{ [{'n': 2}] | sum(attribute='n', start=1) }}{{ messages | join('-', attribute='role') }}",
    "{{ messages | map(attribute='role') | unique | list }}{{ messages | unique(attribute='role') | map(attribute='content') | list | length }}",
    "{{ messages | map(attribute='name', default='?') | join }}{{ 'ab c-d' | wordcount }}{{ '<a>' | e }}{{ ('<' | e) ~ '>' }}{{ '&' | forceescape }}{{ '<b>' | safe | e }}",
    "{{ '7' | int + 1 }}{{ 'x' | int }}{{ 'x' | int(3) }}{{ 3.9 | int }}{{ ' 12 ' | int }}{{ none | int(5) }}{{ '1.5' | float }}{{ 'x' | float(0.5) }}{{ 3 | float }}",
    "{{ 1.5 + 1 }}{{ 7 / 2 }}{{ 2.0 * 3 }}{{ -1.5 | abs }}{{ (-2) | abs }}{{ 2.5 | round }}{{ 3.2 | round(0, 'ceil') | int }}{{ 1.5 < 2 }}{{ 0.1 + 0.2 }}{{ 4 / 2 == 2 }}",
    "{{ '%s is %d%%' % ('it', 5) }}{{ '%s' % 'x' }}{{ '%s-%s' | format(1, true) }}{{ 3 * 'ab' }}{{ [1, 2] * 2 }}{{ 2 * [0] }}",
    "{{ [3, 1].count(3) }}{{ [3, 1].index(1) }}{{ {'a': 1}.copy() }}{{ 'ab' is lower }}{{ 'AB' is upper }}{{ none is sameas none }}{{ 'a' | e is escaped }}",
    "{{ 'a\n\nb' | indent(2, true, true) }}{{ 'a\n\nb' | indent(2) }}",
    "{% if messages | selectattr('role', 'equalto', 'tool') %}true, though none are{% endif %}{% if messages | selectattr('role', 'equalto', 'tool') | list %}no{% endif %}",
    "{{ (messages | map(attribute='role'))[0] }}{{ (messages | reverse | list)[0].content }}{{ messages[0].keys() | list }}{{ ['a'] | map('upper') is sequence }}",
    "{% set s = {'items': 5, 'b': 1} %}{{ s['items'] }}{{ s.items is callable }}{{ s.b }}{{ range(3)[1] }}{{ (1, 2) == [1, 2] }}{{ range(4) | length }}",
    "{{ 'a'.upper is defined }}{{ 'a'.wide is defined }}{{ [1].index is callable }}{{ [1].append is defined }}{{ (1,).copy is defined }}{{ messages[0].content.strip is callable }}",
    "{{ [['b', 'a'], ['c']] | map('sort', reverse=true) | list }}{{ [{'a': 1}] | map(attribute='b', default=none) | list | length }}{{ messages | max(attribute='role') | length }}",
    "{% raw %}{{ messages }}{% endraw %}{%- raw -%} {% x %} {%- endraw %}\n{{ 2 ** 3 ** 2 - -2 ** 2 }}{{ 2 ** -2 }}{{ 2 ** 0.5 }}",
    "{{ (1, 2)[:1] == (1,) }}{{ (1, 2)[1:] == [2] }}{{ range(5)[1:] == range(1, 5) }}{{ ('a', 'b')[::-1] | join }}{{ [1, 2][:1] }}{{ messages | select == messages | select }}",
    "{{ [' <i> ' | safe] }}{{ {'a': 'b' | e} }}{% set s = ' <i>b ' | safe %}{{ s | trim + '<' }}{{ s.strip() + '<' }}{{ s[1:] + '<' }}{{ s.split('b')[0] + '&' }}",
    "{% set s = 'a<' | safe %}{{ s | upper + '<' }}{{ s | string + '<' }}{{ s * 2 + '<' }}{{ s | replace('a', '&') + '<' }}{{ s[0] + '<' }}{{ s | first + '<' }}{{ s.partition('a')[2] + '>' }}",
    "{% set s = 'a<' | safe %}{{ s | reverse + '<' }}{{ s.replace('a', 'b') + '<' }}{{ [s] | join + '<' }}{{ (s ~ 'b') + '<' }}{{ s.center(5) + '<' }}{{ s | indent + '<' }}{{ s | title + '<' }}",
    "{{ 5.5 is float }}{{ 5 is divisibleby 5 }}{{ missing is callable }}{{ [[1, 2], [3]] | map('first') | list }}",
]  # fmt: skip


def test_features_are_jinjas(import_probe):
    jobs = [{"template": source, "bos_token": "<s>", "eos_token": "</s>", "conversations": [CHAT]} for source in FEATURES]
    for source, [found] in zip(FEATURES, import_probe.render(jobs), strict=True):
        wanted = chat_reference.render(source, CHAT["messages"], True)
        assert wanted is not None and found.get("text") == wanted, (source, found, wanted)


REFUSED = [
    "{{ messages | map(attribute='role') }}", "{{ range(3)[1:] }}",
    "{% set g = messages | select %}{{ g | list | length }}{{ g | list | length }}", "{{ (1, 2)[:1] }}",
    "{{ ('<' | e).join(['<']) }}", "{{ ('%s' | e) % '<' }}", "{{ ('%s' | e) | format('<') }}", "{{ ('a' | e).replace('a', '<') }}",
    "{{ range(3) }}", "{{ messages[0].keys() }}",
    "{% for m in messages %}{{ loop }}{% endfor %}", "{{ messages[0].items }}", "{% macro f() %}{% endmacro %}{% call f() %}{% endcall %}",
    "{% for m in messages %}{{ loop(messages) }}{% endfor %}", "{{ 1 / 0 }}", "{{ '%d' % 'a' }}", "{{ 'a'.index('b') }}", "{{ missing | int }}",
]  # fmt: skip


def test_what_jinja_cannot_print_either_or_prints_with_an_address(import_probe):
    jobs = [{"template": source, "bos_token": "<s>", "eos_token": "</s>", "conversations": [CHAT]} for source in REFUSED]
    for job, [found] in zip(jobs, import_probe.render(jobs), strict=True):
        assert "line 1: " in found.get("error", ""), (job["template"], found)
