"""What the options of a `FinetuneSpec` do, one family of methods a module.

- `objective`: what training minimises, as the training loop sees it; three modules implement it:
  `end_to_end`, `linear` (on features computed once) and `contrastive` (with the text tower).
- `losses`: cross entropy with label smoothing and distillation, the contrastive loss, the L2 pull.
- `parts`: which weights are trained. `heads`: what the head starts from.
- `solvers`: AdamW and L-BFGS. `averaging`: moving averages of the weights.
- `crops`: augmentation. `shots`: a few images of each class. `checks`: what cannot be trained.

`recipes.METHODS` names the combinations that people compare.
"""
