mod command_line;
mod sdk;
mod store_contract;
mod store_crash;
mod store_full_disk;
