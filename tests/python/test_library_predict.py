"""weebill.predict: bounds from the plan alone, for this machine and for described ones."""

import pytest

import weebill

PHONE = weebill.Machine("aarch64-dotprod", cores=4, thread_bytes_per_second=8e9, all_bytes_per_second=20e9)


def decode(machine=PHONE, model="mobilellm-125m", **options):
    return weebill.predict(model, machine, **options).decode_tokens_per_second


def test_decoding_is_bound_by_memory():
    bound = weebill.predict("mobilellm-125m", PHONE)
    assert bound.bytes_per_token == weebill.compiling.plan("mobilellm-125m", weebill.Recipe(), "generic").facts()["weight_bytes_per_token"]
    at_best = PHONE.all_bytes_per_second / bound.bytes_per_token
    assert 0.9 * at_best < bound.decode_tokens_per_second < at_best


def test_what_makes_it_faster():
    assert decode(PHONE.replace(all_bytes_per_second=10e9)) == pytest.approx(decode() / 2, rel=0.1)
    assert decode(position=1000) < decode()
    assert decode(threads=1) < decode(threads=2)
    assert decode(model="mobilellm-350m") < decode() / 2
    assert decode(recipe=weebill.Recipe(weights="f32")) < decode() / 3
    assert decode(PHONE.replace(decode_factor=2.0)) == pytest.approx(decode() / 2)


def test_a_shared_block_is_read_from_caches_that_hold_it():
    """The block has 3.6 MB: twice in a row it comes from a cache of 8 MB, not from one of 256 KB."""
    shared, deep = "mobilellm-ls-125m", weebill.Architecture.preset("mobilellm-125m").replace(layers=60)
    large, small = (PHONE.replace(caches=((32768, 1), (l2, 1), (0, 1)), cores=1) for l2 in (8 << 20, 256 << 10))
    assert decode(large, shared) > 1.3 * decode(large, deep)
    assert decode(small, shared) == pytest.approx(decode(small, deep), rel=0.05)


def test_this_machine_is_measured():
    here = weebill.Machine.here()
    assert here.target in {target["name"] for target in weebill.targets() if target["runs_here"]}
    assert 1e8 < here.thread_bytes_per_second <= here.all_bytes_per_second < 1e13
    assert weebill.predict("mobilellm-125m").threads == here.cores


@pytest.mark.parametrize("options, sentence", [
    ({"threads": 257}, "threads: 257 is not between 1 and 256"),
    ({"position": 2048}, "tokens in the cache: 2,048 is not between 0 and 2,047"),
    ({"prompt": 2049}, "tokens of the prompt: 2,049 is not between 1 and 2,048"),
])  # fmt: skip
def test_workloads_that_cannot_be(options, sentence):
    with pytest.raises(weebill.UsageError, match=sentence):
        decode(**options)


def test_no_such_target():
    with pytest.raises(weebill.UsageError, match="'m68k' is not one of native"):
        decode(PHONE.replace(target="m68k"))
