"""Lines of text that tokenizers disagree about: scripts, spaces, digits, emoji, code, special tokens as text. Same seed, same lines."""

import random
import unicodedata

WORDS = """the of and a to in is you that it he was for on are as with his they I at be this have from or one had by word but not what all
were we when your can said there use an each which she do how their if will up other about out many then them these so some her would make
like him into time has look two more write go see number no way could people my than first water been call who oil its now find long down
day did get come made may part Don't it's we've I'll you're he'd I'm THEY'VE rock'n'roll 'tis 's 't 're 've 'm 'll 'd 'S 'RE""".split()
ACCENTED = "café naïve Ångström Übergröße façade señor Łódź Čeština İstanbul ğüş Ελληνικά Москва привет ёлка Київ עברית العَرَبِيَّة हिन्दी বাংলা தமிழ் ไทย ភាសាខ្មែរ ქართული Հայերեն አማርኛ".split()
CJK = "日本語 の テスト 漢字 中文 你好世界 한국어 안녕하세요 カタカナ ひらがな 𠮷野家 ｶﾀｶﾅ ＡＢＣ".split()
EMOJI = ["😀", "🇩🇪", "👩‍👩‍👧‍👦", "👍🏽", "❤️", "🏳️‍🌈", "🧑🏿‍🚀", "#️⃣", "☕", "⌨️", "🫠", "©", "™"]
SPACES = [" ", "  ", "   ", "\t", "\t\t", " \t ", "\u00a0", "\u3000", "\u2003", "\u200b", "\u200c", "\u200d", "\ufeff", "\u2028", "\u2029", "\u0085", "\r", "\x0b", "\x0c", "\u1680", "\u202f", "\u180e", " \u00a0", "\u3000 "]
NUMBERS = ["0", "7", "42", "2024", "3.14159", "1,000,000", "0x1F", "١٢٣", "४५६", "๗๘", "一二三", "½", "²", "Ⅷ", "①", "𝟘𝟙", "𑷠𑷡", "𖿴", "1st", "v2.0.1", "10⁻⁹"]
CODE = ["for (int i = 0; i < n; ++i) {", "def f(x):\treturn x**2", "}", "});", "// TODO: x", "/* */", "<div class=\"a\">", "&&", "||", "->", "::", "!=", "===", "\\n", "$HOME/.bashrc", "https://example.org/?q=a&b=1#c", "    indented", "\t\tindented", "snake_case", "camelCase", "SELECT * FROM t;", "__init__", "...", "—", "“quoted”", "--flag=1", "a+b=c", "@user", "#include <vector>"]
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|im_start|>user", "<repo_name>", "<reponame>", "<file_sep>", "<jupyter_code>", "<empty_output>", "<|im_", "<|im_end|", "<<|im_end|>>", "|im_end|>", "<|endoftext|><|endoftext|>"]
CONTROL = ["\x00", "\x01", "\x1b", "\x7f", "\x80", "\u061c", "\ue000", "\ufffd", "\uffff", "\U0010ffff"]
ASSIGNED = [c for c in map(chr, range(0x3000)) if unicodedata.category(c) not in ("Cs", "Cn") and c != "\n"]


def letters_in_a_row(rng: random.Random) -> str:
    """A word nobody knows: long chains of merges."""
    return "".join(rng.choice("etaoinshrdlu") for _ in range(rng.choice([3, 8, 20, 60])))


def any_characters(rng: random.Random) -> str:
    """Anything that Unicode has, surrogates and the end of the line aside."""
    codes = (rng.choice([rng.randrange(0x110000), rng.randrange(0x3000)]) for _ in range(rng.randrange(1, 8)))
    return "".join(chr(code) for code in codes if not 0xD800 <= code < 0xE000 and code != 10)


def mixed_text(rng: random.Random, spaces: list[str]) -> str:
    """A few dozen fragments, most of them divided by some kind of space."""
    sources = [
        lambda: rng.choice(WORDS), lambda: rng.choice(WORDS), lambda: rng.choice(ACCENTED), lambda: rng.choice(CJK),
        lambda: rng.choice(EMOJI), lambda: rng.choice(NUMBERS), lambda: rng.choice(CODE), lambda: rng.choice(SPECIAL),
        lambda: rng.choice(CONTROL), lambda: rng.choice(ASSIGNED), lambda: letters_in_a_row(rng), lambda: any_characters(rng),
        lambda: rng.choice(spaces) * rng.choice([1, 1, 2, 5]),
    ]  # fmt: skip
    parts = []
    for _ in range(rng.randrange(1, 25)):
        parts.append(rng.choice(sources)())
        parts.append(rng.choice(["", " ", " ", " ", rng.choice(spaces)]))
    return "".join(parts)


def mixed_lines(count: int, seed: int = 20240607) -> list[str]:
    """`count` lines, none of which holds a line feed; carriage returns and other line ends are in there."""
    rng = random.Random(seed)
    return [mixed_text(rng, SPACES).replace("\n", " ") for _ in range(count)]


def mixed_texts(count: int, seed: int = 20240608) -> list[str]:
    """The same with line feeds."""
    rng = random.Random(seed)
    return [mixed_text(rng, SPACES + ["\n", "\n\n", "\r\n", "\n\t", " \n "] * 3) for _ in range(count)]
