//! Shared by the benches: tables and their JSON form.
