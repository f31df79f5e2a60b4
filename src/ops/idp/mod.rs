//! User pools: the operations, one file per family.
