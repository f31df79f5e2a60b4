mod command_line;
mod sdk;
mod store_contract;
