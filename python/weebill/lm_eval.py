"""Weebill as a model of the lm-evaluation-harness.

    python -m weebill.lm_eval run --model weebill --model_args pretrained=model.gguf,weights=int8 --tasks arc_easy

is the command `lm_eval` with the model "weebill" known to it. Needs the package lm-eval.
Tested by tests/python/test_library_lm_eval.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lm_eval import utils
from lm_eval.api.model import TemplateLM
from lm_eval.api.registry import register_model
from lm_eval.models.utils import handle_stop_sequences
from tqdm import tqdm

from weebill.compiling import compile
from weebill.model import Model


@register_model("weebill")
class WeebillLM(TemplateLM):  # type: ignore[misc]
    """A compiled model with the questions that the harness asks.

    Args:
        pretrained: what `weebill.compile` takes, or a compiled model.
        max_gen_toks: of answers, where a task does not say.
        options: of `weebill.compile`; the harness's own batch_size, device and max_batch_size mean nothing here.
    """

    def __init__(self, pretrained: str | Model, max_gen_toks: int = 256, **options: Any) -> None:  # noqa: ANN401
        super().__init__()
        for name in ("batch_size", "device", "max_batch_size"):
            options.pop(name, None)
        self.model = pretrained if isinstance(pretrained, Model) else compile(pretrained, **options)
        self.model.require_tokenizer()
        self.max_gen_toks = int(max_gen_toks)

    @property
    def eot_token_id(self) -> int:
        """The first token that ends a text."""
        return self.model.facts.stop_tokens[0]

    @property
    def prefix_token_id(self) -> int:
        """What stands before a text that has nothing before it: the beginning token, or else an end."""
        beginning = self.model.facts.beginning_token
        return beginning if beginning >= 0 else self.eot_token_id

    @property
    def max_length(self) -> int:
        """Tokens that the context holds."""
        return self.model.context

    @property
    def tokenizer_name(self) -> str:
        """What answers are kept under."""
        return self.model.name

    def tok_encode(self, string: str, add_special_tokens: bool | None = None, **_: object) -> list[int]:
        """Give the ids of a text, after what the model wants before every text, unless it has begun with that."""
        ids = self.model.tokenize(string)
        beginning = self.model.beginning if add_special_tokens is not False else []
        return ids if ids[:1] and ids[0] in beginning else [*beginning, *ids]

    def _loglikelihood_tokens(
        self,
        requests: list[tuple[Any, list[int], list[int]]],
        disable_tqdm: bool = False,
        **_: object,
    ) -> list[tuple[float, bool]]:
        pairs = [self._fitting(before, after) for _key, before, after in requests]
        answers = self.model.log_likelihoods(tqdm(pairs, "weebill", disable=disable_tqdm))
        found = [(answer.total, answer.greedy) for answer in answers]
        for (key, _before, _after), answer in zip(requests, found, strict=True):
            if key is not None:
                self.cache_hook.add_partial("loglikelihood", key, answer)
        return found

    def _fitting(self, before: list[int], after: list[int]) -> tuple[list[int], list[int]]:
        """What fits into the context, from the end: the last token is predicted and not read."""
        after = after[-self.max_length :]
        return before[-(self.max_length + 1 - len(after)) :], after

    def loglikelihood_rolling(self, requests: Iterable[Any], disable_tqdm: bool = False) -> list[float]:
        """Give the log-likelihood of whole texts, in windows of the context."""
        totals = []
        for (text,) in tqdm([request.args for request in requests], "weebill", disable=disable_tqdm):
            windows = utils.get_rolling_token_windows(
                self.tok_encode(text, add_special_tokens=False), self.prefix_token_id, self.max_length, 1
            )
            pairs = [utils.make_disjoint_window(window) for window in windows]
            totals.append(sum(answer.total for answer in self.model.log_likelihoods(pairs)))
            self.cache_hook.add_partial("loglikelihood_rolling", (text,), totals[-1])
        return totals

    def generate_until(self, requests: Iterable[Any], disable_tqdm: bool = False) -> list[str]:
        """Give answers, each up to the first of its stop texts."""
        answers = []
        for prompt, wishes in tqdm([request.args for request in requests], "weebill", disable=disable_tqdm):
            most = int(wishes.get("max_gen_toks", self.max_gen_toks))
            ids = self.tok_encode(prompt)[-max(1, self.max_length - most) :]
            warmth = float(wishes.get("temperature", 0)) if wishes.get("do_sample") else 0.0
            stops = handle_stop_sequences(wishes.get("until"), None)
            answers.append(self.model.generate(ids, most, stops, temperature=warmth))
            self.cache_hook.add_partial("generate_until", (prompt, wishes), answers[-1])
        return answers

    def apply_chat_template(self, chat_history: list[dict[str, str]], add_generation_prompt: bool = True) -> str:
        """Give the text of a conversation in the model's template."""
        return self.model.chat_text(chat_history, answers=add_generation_prompt)


if __name__ == "__main__":
    from lm_eval.__main__ import cli_evaluate

    cli_evaluate()
