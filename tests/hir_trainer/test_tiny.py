"""The tiny model: small, the same every time, with a chat template that TRL can cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from hir_trainer.tiny import build_tiny_model, main, read_texts


def test_the_same_texts_give_the_same_files(tmp_path: Path) -> None:
    import torch

    before = torch.random.get_rng_state()
    texts = [f"Use the word subnet {n} times." for n in range(50)]
    first, second = (build_tiny_model(tmp_path / name, texts) for name in ("a", "b"))
    assert torch.equal(torch.random.get_rng_state(), before)
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_it_is_tiny_and_has_room(tiny: Path) -> None:
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(tiny)
    assert model.num_parameters() < 1_000_000
    assert model.config.max_position_embeddings >= 1024


def test_any_text_survives_the_tokenizer(tiny: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny)
    text = "Ünïcode 漢字 🎉\tand\n  spaces "
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text
    assert tokenizer.pad_token != tokenizer.eos_token == "<|im_end|>"


def test_a_prompt_is_the_beginning_of_prompt_and_response(tiny: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny)
    prompt = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]
    alone = tokenizer.apply_chat_template(prompt, add_generation_prompt=True)["input_ids"]
    response = {"role": "assistant", "content": "\n\nHello"}
    whole = tokenizer.apply_chat_template([*prompt, response])["input_ids"]
    assert whole[: len(alone)] == alone
    assert tokenizer.decode(whole[len(alone) :]) == "\n\nHello<|im_end|>\n"


def test_from_the_command_line(
    tmp_path: Path, files: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "tiny"), str(files["hir"])]) == 0
    assert (tmp_path / "tiny" / "model.safetensors").is_file()
    assert "Thing 0 subnet." in list(read_texts(files["hir"]))
    assert main([]) == 2
    assert main([str(tmp_path / "x"), str(tmp_path / "absent.jsonl")]) == 2
    assert "absent.jsonl: No such file" in capsys.readouterr().err
