//! Inputs drawn from the model itself: whatever passes the checks must fit the types, and come back from them unbroken.

use super::*;
use proptest::prelude::*;
use sampling::{Dice, fitting};

#[path = "../../../tests/it/sampling.rs"]
#[expect(clippy::panic, reason = "tests")]
mod sampling;

include!(concat!(env!("OUT_DIR"), "/round_trip_idp.rs"));
include!(concat!(env!("OUT_DIR"), "/round_trip_identity.rs"));
include!(concat!(env!("OUT_DIR"), "/round_trip_sync.rs"));
include!(concat!(env!("OUT_DIR"), "/round_trip_sts.rs"));
include!(concat!(env!("OUT_DIR"), "/round_trip_secrets_manager.rs"));
include!(concat!(env!("OUT_DIR"), "/round_trip_admin.rs"));

/// Replaces some parts of a value, each with a chance of `wild` in 20, by what mostly does not fit there.
fn spoil(value: &mut Value, dice: &mut Dice, wild: usize) {
    if dice.roll(20) < wild {
        let odd = json!([null, 1, -1.5, -1e300, "x", "2026-01-01T00:00:00Z", true, [null], {"a": {}}]);
        *value = odd[dice.roll(9)].clone();
        return;
    }
    match value {
        Value::Array(entries) => entries.iter_mut().for_each(|entry| spoil(entry, dice, wild)),
        Value::Object(members) => members.values_mut().for_each(|member| spoil(member, dice, wild)),
        _ => {}
    }
}

fn back(service: Service, operation: &str, input: Value) -> serde_json::Result<Value> {
    match service {
        Service::Idp => idp(operation, input),
        Service::Identity => identity(operation, input),
        Service::Sync => sync(operation, input),
        Service::Sts => sts(operation, input),
        Service::SecretsManager => secrets_manager(operation, input),
        Service::Admin => admin(operation, input),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_passes_the_checks_fits_the_types(seed: u64, wild in 0usize..3) {
        let mut passed = 0;
        for service in Service::ALL {
            for operation in service.model().operations {
                let shape = operation.input.unwrap();
                let mut dice = Dice(seed);
                let mut input = fitting(shape, &mut dice, 5);
                spoil(&mut input, &mut dice, wild);
                let Ok(violations) = check(shape, &mut input) else { continue };
                if !violations.is_empty() || !input.is_object() {
                    continue;
                }
                passed += 1;
                let mut output = back(service, operation.name, input.clone())
                    .map_err(|e| TestCaseError::fail(format!("{}: {e}: {input}", operation.name)))?;
                prop_assert_eq!(check(shape, &mut output).unwrap(), Vec::<String>::new(), "{}", operation.name);
            }
        }
        prop_assert!(wild > 0 || passed > 100, "only {} operations were reached", passed);
    }
}
