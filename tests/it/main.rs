mod sdk;
mod store_contract;
