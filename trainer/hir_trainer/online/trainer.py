"""GRPOTrainer with hindsight replay.

This module imports TRL: it is itself imported only when a run needs it. What TRL adds to a batch
when vLLM samples is extended like the rest; that is tested with made-up values, vLLM itself was not
run, nor was a sharded model.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import torch
import trl
from accelerate.utils import gather_object  # type: ignore[import-untyped]
from torch import Tensor
from torch.nn.parallel import DistributedDataParallel
from transformers import TrainerCallback
from trl.trainer.grpo_trainer import GRPOTrainer

from hir_kit.relabel.rewriting import choose_rewriters
from hir_kit.rewards.verifying import open_verifying
from hir_kit.verify.checker import CheckOptions
from hir_kit.write.rows import HirRows
from hir_trainer.ending import settle_at_exit
from hir_trainer.online.batch import (
    OLD,
    RATIO,
    REFERENCE,
    SAMPLING,
    Slots,
    Tensors,
    batch_advantages,
    make_slots,
    refuse_unknown,
    slots_needed,
    tokens,
    with_slots,
)
from hir_trainer.online.config import HirGRPOConfig, refuse_options, warn_untested
from hir_trainer.online.data import check_columns, check_dataset
from hir_trainer.online.hindsight import Hindsight, Sampled, look_back, options_at, to_rank
from hir_trainer.online.log import MARK, ReplayFile, step_statistics
from hir_trainer.online.models import is_whole
from hir_trainer.online.rewards import HirReward, template_prefill
from hir_trainer.online.rows import Added, Rows, alone, regrouped
from hir_trainer.online.sampling import Sampling
from hir_trainer.online.scoring import Scoring
from hir_trainer.online.sharing import Sharing
from hir_trainer.online.update import Part, is_a_sum_over_rows, measured, parts_of, working_rows


class HirGRPOTrainer(GRPOTrainer):
    """GRPO that replays failures as successes, in the step that sampled them.

    What differs from GRPOTrainer: the reward is HiR's own, the dataset needs the column
    `constraints` (and `task` and `id` where they are known), and `_generate_and_score_completions`
    appends replays to TRL's batch and sets the advantages. Evaluation is as TRL has it.

    Args:
        model: As GRPOTrainer takes it.
        args: The configuration.
        train_dataset: Rows with `prompt` and `constraints`, a list of `{id, kwargs, text}` or the
            same as a JSON string (which Arrow leaves alone); `task` is the request without them.
        eval_dataset: Rows of the same kind.
        options: All else that GRPOTrainer takes, but for rewards, tools and environments.
    """

    args: HirGRPOConfig
    model: Any
    num_generations: int
    pad_to_multiple_of: int | None
    _logs: dict[str, Any]

    _tag_names = ["trl", "grpo", "hir"]  # noqa: RUF012  # the type is TRL's
    _name = "HiR"
    _paper = {  # noqa: RUF012  # the type is TRL's
        "title": "Replay Failures as Successes: Sample-Efficient Reinforcement Learning for "
        "Instruction Following",
        "id": "2512.23457",
        "citation": textwrap.dedent("""\
            @article{zhang2025replay,
                title        = {{Replay Failures as Successes: Sample-Efficient Reinforcement Learning for Instruction Following}},
                author       = {Kongcheng Zhang and Qi Yao and Shunyu Liu and Wenjian Zhang and Min Cen and Yang Zhou and Wenkai Fang and Yiru Zhao and Baisheng Lai and Mingli Song},
                year         = 2025,
                eprint       = {arXiv:2512.23457},
            }"""),  # noqa: E501
    }

    def __init__(
        self,
        model: Any,
        *,
        args: HirGRPOConfig,
        train_dataset: Any,
        eval_dataset: Any = None,
        **options: Any,
    ) -> None:
        refuse_options(options)
        warn_untested(trl.__version__)
        if args.world_size > 1:
            settle_at_exit()
        check_dataset(train_dataset, args)
        check_columns(eval_dataset)
        kit = args.load_kit()
        self._hir_rewriters = choose_rewriters(kit.rewriters, args.hir_rewriters)
        checking = CheckOptions(
            thinking_opened=bool(args.hir_thinking_opened),
            answer_tags=args.hir_answer_tags,
            time_limit=args.hir_time_limit,
        )
        verifying = open_verifying(args.hir_workers, kit.origin, kit.registry, checking)
        judging, trust = args.judging(kit), args.trust()
        self._hir_reward = HirReward(
            args.hir_reward, kit.registry, checking, verifying, judging, trust
        )
        super().__init__(
            model=model,
            reward_funcs=[self._hir_reward],
            args=args,
            train_dataset=train_dataset,
            eval_dataset=eval_dataset,
            **options,
        )
        if args.hir_thinking_opened is None:
            self._hir_reward.prefill = template_prefill(
                self.processing_class, args.chat_template_kwargs
            )
        self._hir_splits = is_a_sum_over_rows(self) and is_whole(self)
        self._hir_scoring = Scoring(self)
        self._hir_sharing = Sharing(self, self._hir_scoring)
        self._hir_sampling = Sampling(self)
        provenance = {**kit.provenance(), "seed": args.seed, **MARK}
        self._hir_rows = HirRows(provenance, originals=False, messages=False)
        self._hir_file = ReplayFile(args.output_dir or ".")
        if args.hir_log_replays:
            self.add_callback(_BeginFile(self._hir_file))

    def _generate_and_score_completions(self, inputs: list[dict[str, Any]]) -> Tensors:
        """Return TRL's batch, in training with replays and HiR's advantages."""
        batch: Tensors = super()._generate_and_score_completions(inputs)
        if not self.model.training:
            return batch
        refuse_unknown(batch)
        logps, hindsight, rows = self._look_back(inputs, batch)
        slots = self._make_slots(batch, rows.added)
        if len(slots):
            batch = self._add(batch, slots, logps)
        batch["advantages"] = self._advantages(batch["advantages"], slots)
        if self.args.hir_advantage == "batch":
            self._log_advantages(batch["advantages"][: len(inputs)])
        self._log_step(hindsight, rows, slots)
        self._write(hindsight)
        return batch

    def _generate_single_turn(self, *args: Any, **kwargs: Any) -> Any:
        """Sample as TRL does, and hear how sure the model is where replays may be ranked by it."""
        sample: Any = super()._generate_single_turn
        if not self.model.training:
            return sample(*args, **kwargs)
        listening = self._hir_scoring.listening() if self.args.hir_top_k else nullcontext()
        with listening, self._hir_sampling.sparing():
            return sample(*args, **kwargs)

    def _compute_loss(self, model: Any, inputs: Tensors) -> Tensor:
        """Return TRL's loss, of the rows that can change its gradient; see `update`."""
        loss_of: Any = super()._compute_loss
        if not (self.model.training and self._hir_splits):
            return loss_of(model, inputs)  # type: ignore[no-any-return]  # TRL's are untyped
        rows, size = measured(inputs), self.args.per_device_train_batch_size
        working = working_rows(rows, self.beta, self._most)
        *parts, last = parts_of(inputs, rows, working, size, self.loss_type)
        before = torch.zeros((), device=inputs["advantages"].device)
        for part in parts:
            with model.no_sync() if isinstance(model, DistributedDataParallel) else nullcontext():
                one = self._loss_of_part(loss_of, model, part)
                self.accelerator.backward(one)
            before += one.detach()
        return before + self._loss_of_part(loss_of, model, last)

    def _loss_of_part(self, loss_of: Any, model: Any, part: Part) -> Tensor:
        reader = self._hir_sharing.model_for(model, part.tensors, part.rows)
        loss: Tensor = loss_of(reader, part.tensors) * part.factor
        return loss

    def _most(self, number: int) -> int:
        """Return the largest of a number of all devices."""
        if self.accelerator.num_processes == 1:
            return number
        mine = torch.tensor([number], device=self.accelerator.device)
        return int(self.accelerator.gather(mine).max())

    def _look_back(
        self, inputs: Sequence[Mapping[str, Any]], batch: Tensors
    ) -> tuple[Tensor | None, Hindsight, Rows]:
        """Return log-probabilities under the current policy, the replays, and the rows they add."""
        if not self.args.hir_top_k:
            return None, Hindsight(), Rows()
        reward, replayable = self._hir_reward, self._replayable(batch)
        sampled = Sampled(inputs, reward.samples, reward.checkers, {}, replayable)
        step = self.state.global_step
        vocabulary = self.model.config.get_text_config().vocab_size
        places = to_rank(sampled, self.args, step, math.log(vocabulary))
        logps, entropies = self._hir_scoring.look_at(batch, places, self._most)
        sampled = replace(sampled, entropies=entropies)
        hindsight = look_back(sampled, self._hir_rewriters, self.args, step, reward.check_again)
        found, size, weight = hindsight.found, self.num_generations, self.args.replay_weight
        rows = (
            regrouped(found, sampled, size, weight, reward.check_again)
            if self.args.hir_advantage == "regroup"
            else alone(found, size, weight)
        )
        room = self._room(batch["advantages"])
        return logps, hindsight, rows if room is None else rows.within(room)

    def _room(self, advantages: Tensor) -> int | None:
        """Return how many rows this device may add; None: as many as there are."""
        if self.args.hir_row_budget is None:
            return None
        all_work = self.args.hir_advantage == "batch" or self.beta or not self._hir_splits
        trained = len(advantages) if all_work else int((advantages != 0).sum())
        return max(int(self.args.hir_row_budget * len(advantages)) - trained, 0)

    def _replayable(self, batch: Tensors) -> list[bool]:
        """Return which responses may be replayed: those with tokens to train on, and an end."""
        ids, mask = batch["completion_ids"], batch["completion_mask"]
        replayable = mask.any(1)  # TRL masks truncated responses on request
        if not self.args.hir_replay_truncated:
            ends = torch.tensor(self.eos_token_ids, device=ids.device)
            replayable &= (torch.isin(ids, ends) & mask.bool()).any(1)
        found: list[bool] = replayable.tolist()
        return found

    def _make_slots(self, batch: Tensors, added: Sequence[Added]) -> Slots:
        count = slots_needed(self._most(len(added)), self.args.steps_per_generation or 1)
        ids = self._tokenize_prompts([item.prompt for item in added])[0] if added else []
        return make_slots(batch, added, ids, count)

    def _tokenize_prompts(self, prompts: list[Any]) -> Any:
        """Tokenize as TRL does, each prompt once: rows under one prompt share its tokens."""
        different = {repr(prompt): prompt for prompt in prompts}
        ids, *more = super()._tokenize_prompts(list(different.values()))
        if any(more):  # images, which are the rows' own
            return super()._tokenize_prompts(prompts)
        known = dict(zip(different, ids, strict=True))
        return [known[repr(prompt)] for prompt in prompts], *more

    def _add(self, batch: Tensors, slots: Slots, logps: Tensor | None) -> Tensors:
        """Return the batch with the slots in all that it holds but the advantages."""
        longer = with_slots(batch, slots, self._tokenizer.pad_token_id, self.pad_to_multiple_of)
        replays = tokens(longer, slice(-len(slots), None))
        if self.args.hir_behaviour == "original":
            if logps is not None:  # TRL leaves them out where they are those of the update
                batch.setdefault(OLD, logps)
            more = {
                name: batch[name][slots.source] for name in (OLD, SAMPLING, RATIO) if name in batch
            }
        else:
            more = self._as_sampled_now(batch, slots, replays)
        if REFERENCE in batch:
            more[REFERENCE] = self._hir_scoring.of_reference(replays)
        rest = {
            name: torch.cat([batch[name], value.to(batch[name].dtype)])
            for name, value in more.items()
        }
        items = self.accelerator.gather(longer["completion_mask"].sum()).sum()
        return {**batch, **longer, **rest, "num_items_in_batch": items}

    def _as_sampled_now(self, batch: Tensors, slots: Slots, replays: Tensors) -> Tensors:
        """Return what the current policy would have left in TRL's batch, had it sampled them."""
        more: Tensors = {}
        if OLD in batch or SAMPLING in batch:
            logps = self._hir_scoring.of_policy(replays)[0]
            more = {name: logps for name in (OLD, SAMPLING) if name in batch}
        if RATIO in batch:
            more[RATIO] = torch.ones_like(batch[RATIO][slots.source])
        return more

    def _advantages(self, originals: Tensor, slots: Slots) -> Tensor:
        if self.args.hir_advantage != "batch":
            return torch.cat([originals, slots.advantages.to(originals.dtype)])
        rewards = [sample.reward for sample in self._hir_reward.samples]
        known = [torch.nan if reward is None else reward for reward in rewards]
        return batch_advantages(
            torch.tensor(known, device=originals.device),
            slots.is_filled,
            self.args.replay_weight,
            self.accelerator.gather,
        )

    def _log_advantages(self, used: Tensor) -> None:
        """Put the advantages that are used where TRL has logged its own."""
        values = self.accelerator.gather(used).tolist()
        table = self._logs["advantages"]
        for _ in values:
            table.pop()
        table.extend(values)

    def _log_step(self, hindsight: Hindsight, rows: Rows, slots: Slots) -> None:
        samples, size = self._hir_reward.samples, self.num_generations
        numbers = step_statistics(samples, size, hindsight, rows, self._add_up)
        numbers["hir/slots"] = float(len(slots) * self.accelerator.num_processes)
        numbers["hir/lambda"] = options_at(self.args, self.state.global_step).lambda_
        for name, value in numbers.items():
            self._metrics["train"][name].append(value)

    def _add_up(self, values: list[float]) -> list[float]:
        mine = torch.tensor(values, device=self.accelerator.device)
        total: list[float] = self.accelerator.reduce(mine, reduction="sum").tolist()
        return total

    def _write(self, hindsight: Hindsight) -> None:
        if not self.args.hir_log_replays:
            return
        mine = [row for group in hindsight.groups for row in self._hir_rows.of(group)]
        rows = gather_object(mine)
        if self.accelerator.is_main_process:
            self._hir_file.append(rows)


class _BeginFile(TrainerCallback):
    """Makes replays.jsonl fit the step at which training begins."""

    def __init__(self, file: ReplayFile) -> None:
        self._file = file

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        del args, control, kwargs
        if state.is_world_process_zero:
            self._file.begin(state.global_step)
