//! Behaviour through the boundary, and the rules that keep the code in shape.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod access;
mod accounts;
mod attacks;
mod audit;
mod auth_limits;
mod bench;
mod budgets;

mod canary;
mod card_files;
mod demo_market;
mod devices;
mod discord_bot;
mod edhrec;
mod folder;
mod harness;
mod http;
mod job_admin;
mod job_chaos;
mod job_queue;
mod job_schedules;
mod keys;
mod leaving;
mod limits;
mod live;
mod mail;
mod migrations;
mod news;
mod oauth;
mod oauth_ends;
mod outage;
mod people;
mod price_files;
mod price_model;
mod replica;
mod rights;

mod schema;
mod scryfall_network;
mod search;
mod search_data;
mod search_golden;
mod shape;
mod similar;
mod similar_golden;
mod sources_jobs;
mod sources_markets;
mod sources_moods;
mod sources_records;
mod sources_stage;
mod statements;
mod tokens;
mod tournaments;
mod world;
mod ws;
