"""The thin TRL layer of hir-kit: train on relabelled rollouts.

`hir-kit train CONFIG.yaml` is the way in; `train` is the same thing as a function. Importing this
package imports neither torch nor TRL: both come in when a run starts.

    config     the keys of a run: YAML file and command line, brought together by TRL's own parser
    data       the rows one method trains on, read and checked
    plan       all of that, checked before any weights load
    dpo_pairs  DPO pairs that differ in their prompt (imports TRL: load it only for a run)
    run        trainer, training, saving
    preview    what --dry-run shows
    online     method hir: a package of its own, with the classes for scripts
    tiny       a model small enough for a demo on a CPU
"""

from hir_trainer.run import train

__all__ = ["train"]
