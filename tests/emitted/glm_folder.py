"""A small model folder whose tokenizer puts several tokens before every text, as GLM-4's does."""

import json
from pathlib import Path

import family_tokenizers as families
from tokenizers import Tokenizer, processors

CHAT = (
    "{% for m in messages %}{{ '<|' + m['role'] + '|>\\n' + m['content'] }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}"
)


def glm(template: str = "[gMASK] <sop> $A") -> Tokenizer:
    """The tokens are put there by one step, beside one that changes offsets."""
    special = ["<|endoftext|>", "[MASK]", "[gMASK]", "[sMASK]", "<sop>", "<eop>", "<|system|>", "<|user|>", "<|assistant|>"]
    tokenizer = families.llama3(special=special, beginning=None)
    named = [(text, tokenizer.token_to_id(text)) for text in {*template.split()} - {"$A"}]
    steps = [processors.ByteLevel(trim_offsets=False), processors.TemplateProcessing(single=template, special_tokens=named)]
    tokenizer.post_processor = processors.Sequence(steps)
    return tokenizer


def save_glm(folder: Path, template: str = "[gMASK] <sop> $A", chat: str = CHAT) -> Tokenizer:
    """Llama's blocks, which any tokenizer may stand before."""
    from test_huggingface import save_llama

    tokenizer = glm(template)
    save_llama(folder, dtype="float32", vocab_size=tokenizer.get_vocab_size() + 3, hidden_size=64, intermediate_size=64, num_hidden_layers=2,
               num_attention_heads=1, num_key_value_heads=1, tie_word_embeddings=True, bos_token_id=None)  # fmt: skip
    families.save(tokenizer, folder)
    settings = {"bos_token": None, "eos_token": "<|endoftext|>", "chat_template": chat, "tokenizer_class": "PreTrainedTokenizerFast"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    return tokenizer
