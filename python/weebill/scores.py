"""How well a model predicts tokens: log-likelihood, perplexity, and the distance to another model.

Logits are single precision; everything here is computed in double. Tested by tests/python/test_library_model.py.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from weebill.errors import UsageError
from weebill.library import Logits

if TYPE_CHECKING:
    from weebill.session import Session


@dataclass(frozen=True)
class LogLikelihood:
    """The sum of the natural logarithms of tokens' probabilities, their number, and whether each was the likeliest."""

    total: float
    tokens: int
    greedy: bool


@dataclass(frozen=True)
class Evaluation:
    """A model beside a reference on the same tokens.

    Attributes:
        tokens: that were predicted.
        perplexity: of the model.
        reference_perplexity: of the reference.
        divergence: mean Kullback-Leibler divergence of the model from the reference, in nats a token.
        same_top: share of tokens for which both have the same first choice.
    """

    tokens: int
    perplexity: float
    reference_perplexity: float
    divergence: float
    same_top: float


def log_probabilities(logits: Logits) -> NDArray[np.float64]:
    """Give the natural logarithms of probabilities, along the last axis."""
    wide = logits.astype(np.float64)
    wide -= wide.max(axis=-1, keepdims=True)
    wide -= np.log(np.exp(wide).sum(axis=-1, keepdims=True))
    return wide


def log_likelihoods(session: Session, pairs: Iterable[tuple[Sequence[int], Sequence[int]]]) -> list[LogLikelihood]:
    """Give how likely tokens are after others, for many pairs (before, after). The session is empty.

    What a pair has in common with the one before it is not read again: answers to one question follow each other.
    """
    held: list[int] = []  # what the session has read
    found = []
    for before, after in pairs:
        if len(before) == 0 or len(after) == 0:
            raise UsageError("log_likelihood: there must be a token before, and one to predict")
        read = [*before, *after[:-1]]
        same = next((i for i, (a, b) in enumerate(zip(held, read, strict=False)) if a != b), min(len(held), len(read)))
        same = min(same, len(before) - 1)  # the last one's logits are wanted
        session.go_back(same)
        logits = session.prefill(before[same:])
        total, greedy = 0.0, True
        for index, token in enumerate(after):
            if index:
                logits = session.step_view(after[index - 1])
            total += float(log_probabilities(logits)[token])
            greedy = greedy and int(logits.argmax()) == token
        held = read
        found.append(LogLikelihood(total, len(after), greedy))
    return found


def _windows(ids: Sequence[int], start: Sequence[int], context: int) -> Iterator[list[int]]:
    """Cut tokens into windows of the whole context, each after what stands before every text."""
    step = context - len(start)
    for first in range(0, len(ids), step):
        yield [*start, *ids[first : first + step]]


def _predictions(window: Sequence[int], start: Sequence[int], *sessions: Session) -> Iterator[tuple[int, int]]:
    """Read what is not predicted, but for its last token, and give the others in pairs: one, and what follows it."""
    given = max(len(start) - 1, 0)
    for session in sessions:
        for token in window[:given]:
            session.step_view(token)
    return itertools.pairwise(window[given:])


def _require_two(predicted: int) -> None:
    if predicted == 0:
        raise UsageError("the text has fewer than two tokens: there is nothing to predict")


def perplexity(session: Session, ids: Sequence[int], start: Sequence[int]) -> float:
    """Give exp of the mean surprise. In each window every token but `start`, or else the first, is predicted."""
    loss, predicted = 0.0, 0
    for window in _windows(ids, start, session.model.context):
        session.reset()
        for token, following in _predictions(window, start, session):
            loss -= float(log_probabilities(session.step_view(token))[following])
            predicted += 1
    _require_two(predicted)
    return math.exp(loss / predicted)


def evaluate(session: Session, reference: Session, ids: Sequence[int], start: Sequence[int]) -> Evaluation:
    """Compare two models in windows of the smaller context."""
    losses, divergence, same, predicted = [0.0, 0.0], 0.0, 0, 0
    for window in _windows(ids, start, min(session.model.context, reference.model.context)):
        session.reset()
        reference.reset()
        for token, following in _predictions(window, start, session, reference):
            ours = log_probabilities(session.step_view(token))
            theirs = log_probabilities(reference.step_view(token))
            losses[0] -= float(ours[following])
            losses[1] -= float(theirs[following])
            divergence += float((np.exp(theirs) * (theirs - ours)).sum())
            same += int(ours.argmax() == theirs.argmax())
            predicted += 1
    _require_two(predicted)
    own, other = (math.exp(loss / predicted) for loss in losses)
    return Evaluation(predicted, own, other, divergence / predicted, same / predicted)
