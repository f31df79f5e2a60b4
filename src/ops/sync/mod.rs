//! Sync: the operations, one file per family.
