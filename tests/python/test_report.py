"""The compile report: well-formed, self-contained, true to the plan, and good in a real browser."""

import json
import re
import shutil
import struct
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "emitted"))
from tiny_model import TINY_MODELS, write_tiny_model  # noqa: E402

XHTML, SVG = "{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/2000/svg}"
# A file name is a stranger's text, too: it is on the page.
EVIL_STEM = "<img src=x onerror=alert(1)>&amp;\"'"


@pytest.fixture(scope="session")
def weebill(build_folder):
    program = build_folder / "bin" / "weebill"
    if not program.exists():
        pytest.skip(f"{program} is not built")

    def run(*arguments):
        done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    return write_tiny_model(tmp_path_factory.mktemp("models") / f"{EVIL_STEM}.gguf", **TINY_MODELS["grouped"])


@pytest.fixture(scope="session")
def target(weebill):
    """Reports need no machine that runs the target: the first of the table is as good as any."""
    return weebill("targets").split()[0]


@pytest.fixture(scope="session")
def report(weebill, model, target, tmp_path_factory):
    """The page that `weebill build` writes beside the program's source."""
    folder = tmp_path_factory.mktemp("report")
    weebill("build", model, "-o", folder, "--name", "tiny", "--emit", "cpp", "--target", target)
    return folder / "tiny.report.html"


@pytest.fixture(scope="session")
def plan(weebill, model):
    return weebill("build", model, "--emit-plan")


def grouped(number):
    """As the page writes whole numbers."""
    return f"{number:,}".replace(",", "\u202f")


def phase_names(plan):
    """Names of a plan's phases: (decode, prefill)."""
    routes = {}
    for line in plan.splitlines():
        if match := re.match(r"(decode|prefill)\b", line):
            names = routes.setdefault(match[1], [])
        elif match := re.match(r"    (\w+)$", line):
            names.append(match[1])
    return routes["decode"], routes["prefill"]


class Page(HTMLParser):
    """Ids, links and everything a browser could load or run."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.tags, self.handlers = set(), set(), [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        for name, value in attributes:
            if name == "id":
                assert value not in self.ids, f"two elements have the id {value}"
                self.ids.add(value)
            elif name == "href":
                self.links.add(value)
            elif name in ("src", "action", "data", "xlink:href") or name.startswith("on"):
                self.handlers.append((tag, name, value))


# ----------------------------------------------------------------- text ---


def test_page_is_well_formed_xml(report):
    root = ElementTree.fromstring(report.read_bytes())
    assert root.tag == f"{XHTML}html"
    assert root.findtext(f"{XHTML}head/{XHTML}title").startswith("tiny for ")


def test_page_loads_and_runs_nothing(report):
    page = Page(report.read_text())
    assert not {"script", "img", "link", "iframe", "object", "embed", "form", "base"} & set(page.tags)
    assert page.handlers == []
    assert "url(" not in report.read_text() and "@import" not in report.read_text()


def test_links_lead_somewhere(report):
    page = Page(report.read_text())
    assert len(page.links) > 10
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links), page.links


def test_every_phase_of_the_plan_is_there(report, plan):
    decode, prefill = phase_names(plan)
    root = ElementTree.fromstring(report.read_bytes())

    def shown(section):
        rows = root.findall(f".//{XHTML}section[@id='{section}']//{XHTML}tr[@class='phase']")
        return ["".join(row[0].itertext()) for row in rows]

    assert shown("decode") == decode
    assert len(decode) >= 7  # a standard block takes five phases; embedding and head
    assert shown("prefill") == [name for name in prefill if name in shown("prefill")]
    assert set(prefill) - set(shown("prefill")) <= set(decode), "what a chunk leaves out is the head, which one token has"


def test_numbers_are_those_of_inspect(report, weebill, model):
    text = report.read_text()
    facts = json.loads(weebill("inspect", model, "--json"))
    for name in ("parameters", "weights_file_bytes", "cache_bytes_per_token"):
        assert grouped(facts[name]) in text, f"{name}: {facts[name]}"
    assert report.with_name("tiny.weights").stat().st_size == facts["weights_file_bytes"]


def test_kernels_of_the_source_are_there(report):
    """Every kernel on the page is a function of the emitted file, with the same schedule numbers."""
    root = ElementTree.fromstring(report.read_bytes())
    source = report.with_name("tiny.cpp").read_text()
    kernels = root.findall(f".//{XHTML}article[@class='kernel']")
    assert len(kernels) > 10
    for kernel in kernels:
        comment = kernel.find(f"{XHTML}pre")
        for line in (comment.text if comment is not None else "").splitlines():
            assert f"// {line}" in source
        code = kernel.findtext(f"{XHTML}details/{XHTML}pre")
        assert code and code in source


def test_same_input_same_bytes(weebill, model, target, report, tmp_path):
    weebill("build", model, "-o", tmp_path, "--name", "tiny", "--emit", "cpp", "--target", target)
    assert (tmp_path / "tiny.report.html").read_bytes() == report.read_bytes()


# -------------------------------------------------------------- browser ---

# Put into a copy of the page, whose policy would forbid it: measures what the browser made of it, and leaves the result in the document.
PROBE = """<script>
addEventListener("load", () => {
  const sizes = [...document.querySelectorAll("svg")].map(svg => { const box = svg.getBoundingClientRect(); return [box.width, box.height]; });
  const outside = [...document.querySelectorAll("svg text")].filter(text => {
    const box = text.getBoundingClientRect(), frame = text.ownerSVGElement.getBoundingClientRect();
    return box.left < frame.left - 2 || box.right > frame.right + 2 || box.top < frame.top - 2 || box.bottom > frame.bottom + 2;
  });
  const probe = document.createElement("pre");
  probe.id = "probe";
  probe.textContent = JSON.stringify({
    title: document.title, sizes, outside: outside.map(text => text.textContent),
    phases: document.querySelectorAll("#decode tr.phase").length,
    wider: document.documentElement.scrollWidth - innerWidth,
    background: getComputedStyle(document.body).backgroundColor,
    failures: document.querySelectorAll("parsererror, img").length,
  });
  document.body.append(probe);
});
</script>"""


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    """Runs Chromium on a page; returns (standard output, lines of its console)."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        pytest.skip("Chromium is not installed (scripts/setup test installs it)")

    def run(page, *options, width=1200):
        command = [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                   "--disable-component-update", "--disable-sync", "--enable-logging=stderr", f"--user-data-dir={tmp_path_factory.mktemp('browser')}",
                   f"--window-size={width},2400", *options, page.as_uri()]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        return done.stdout, [line for line in done.stderr.splitlines() if ":CONSOLE" in line]

    return run


@pytest.fixture(scope="session")
def probed(report, tmp_path_factory):
    text = re.sub(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", report.read_text(), count=1)
    page = tmp_path_factory.mktemp("probed") / "page.html"
    page.write_text(text.replace("</body>", f"{PROBE}</body>"))
    return page


def measure(chromium, page, *options, **more):
    dom, console = chromium(page, "--dump-dom", *options, **more)
    assert console == []
    return json.loads(re.search(r'<pre id="probe">(.*?)</pre>', dom, re.DOTALL)[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def test_browser_renders_the_page(chromium, probed, plan, target):
    seen = measure(chromium, probed)
    assert seen["title"] == f"tiny for {target} – compile report"
    assert seen["phases"] == len(phase_names(plan)[0])
    assert seen["failures"] == 0
    assert len(seen["sizes"]) == 5  # roofline, visits, weights file, a block, arena
    assert all(width > 600 and height > 20 for width, height in seen["sizes"]), seen["sizes"]
    assert seen["outside"] == [], "words that the picture's edge cuts off"
    assert seen["wider"] <= 0, "the page scrolls sideways"


def test_narrow_windows_do_not_scroll_sideways(chromium, probed):
    assert measure(chromium, probed, width=700)["wider"] <= 0


def test_dark_form_is_dark(chromium, probed):
    def brightness(*options):
        return sum(map(int, re.findall(r"\d+", measure(chromium, probed, *options)["background"])[:3])) / 3

    assert brightness("--blink-settings=preferredColorScheme=1") > 200
    assert brightness("--blink-settings=preferredColorScheme=0") < 60


def test_page_as_it_is_makes_no_complaint(chromium, report, tmp_path):
    picture = tmp_path / "report.png"
    _, console = chromium(report, f"--screenshot={picture}", "--hide-scrollbars")
    assert console == []
    data = picture.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == (1200, 2400)
    assert len(data) > 100_000  # an empty page of this size takes about 10 kB
