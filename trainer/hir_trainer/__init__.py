"""The thin TRL layer of hir-kit: train on relabelled rollouts.

`hir-kit train CONFIG.yaml` is the way in; `train` is the same thing as a function. Importing this
package imports neither torch nor TRL: both come in when a run starts.

    arguments    the keys that are hir-kit's own, and the table of methods
    config_file  the YAML file: its keys, its values, and on which line each one stands
    settings     file and command line brought together by TRL's own dataclass parser
    rows         JSONL lines read and checked
    examples     the rows one method trains on
    plan         all of that, checked before any weights load
    pairs        tokens of DPO pairs that differ in their prompt
    collators    the batch that such pairs need (imports TRL: load it only for a run)
    run          trainer, training, saving
    report       what --dry-run shows
    online       method hir: a package of its own, with the classes for scripts
    tiny         a model small enough for a demo on a CPU
"""

from hir_trainer.run import train

__all__ = ["train"]
