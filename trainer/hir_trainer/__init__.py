"""The thin TRL layer of hir-kit: train on relabelled rollouts.

`hir-kit train CONFIG.yaml` is the way in; `train` is the same thing as a function. Importing this
package imports neither torch nor TRL: both come in when a run starts.

    methods    the ways to train, and their classes of TRL
    keys       the keys of these classes, read from source
    yaml_file  the YAML file of a run
    config     the keys of a run: YAML file and command line, brought together by TRL's own parser
    directory  whose an output directory is, and what may be resumed
    teaches    what cannot teach anything
    tokens     what fits max_length
    memory     the estimate of memory
    guard      what ends a run
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
