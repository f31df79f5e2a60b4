//! Owns the wire: protocols (AWS JSON 1.1, REST-JSON, Query/XML), signatures, the checks of the models, faults as bytes.
//! Hands off what operations do to `ops`, who may call to `domain::access`. Must not know the HTTP framework or the rules of users and pools.

mod dispatch;
mod fault;
pub mod model;
mod tables;

#[cfg(test)]
mod codegen {
    //! The generator's parts that have tests.
    mod names;
    mod patterns;
}
