//! Identity pools: the operations, one file per family.
