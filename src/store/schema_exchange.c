/* Tables of exchange and referrals (store_exchange.h, store_referral.h). Indexes:
 *   foreign_item      which sources have an item of a bank
 *   foreign_round     what a full listing did not have
 *   item_match_time   how often an item matched lately; item_match_post: what was noted of a post
 *   referral_state    referrals in one state, oldest first; outbox_due: the next to be sent */
#include "store/schema_parts.h"

#include <stddef.h>

const char *const schema_exchange[] = {
    "CREATE TABLE exchange_source ("
    "  name TEXT PRIMARY KEY,"
    "  kind TEXT NOT NULL,"
    "  bank TEXT NOT NULL REFERENCES bank (name),"
    "  address {BLOB} NOT NULL,"
    "  collection {BLOB} NOT NULL,"
    "  secret {BLOB} NOT NULL,"
    "  trusted BIGINT NOT NULL,"
    "  flood_least BIGINT NOT NULL,"
    "  flood_factor BIGINT NOT NULL,"
    "  flood_window_us BIGINT NOT NULL,"
    "  mark {BLOB} NOT NULL," /* the remote side's cursor */
    "  round BIGINT NOT NULL,"
    "  synced_us BIGINT NOT NULL,"
    "  next_us BIGINT NOT NULL,"
    "  failures BIGINT NOT NULL,"
    "  said {BLOB} NOT NULL"
    ") {CLUSTERED}",
    "CREATE TABLE foreign_item ("
    "  id {BLOB} PRIMARY KEY," /* of source and remote */
    "  source TEXT NOT NULL REFERENCES exchange_source (name),"
    "  remote {BLOB} NOT NULL,"
    "  bank TEXT NOT NULL,"
    "  item {BLOB} NOT NULL,"
    "  modified {BLOB} NOT NULL,"
    "  origin {BLOB} NOT NULL,"
    "  state TEXT NOT NULL,"
    "  who {BLOB} NOT NULL,"
    "  why {BLOB} NOT NULL,"
    "  seen_us BIGINT NOT NULL,"
    "  changed_us BIGINT NOT NULL,"
    "  round BIGINT NOT NULL"
    ")",
    "CREATE INDEX foreign_item_of ON foreign_item (bank, item)",
    "CREATE INDEX foreign_round ON foreign_item (source, round, id)",
    "CREATE TABLE item_match ("
    "  bank TEXT NOT NULL,"
    "  item {BLOB} NOT NULL,"
    "  post {BLOB} NOT NULL,"
    "  at_us BIGINT NOT NULL," /* when this installation learnt of the post */
    "  PRIMARY KEY (bank, item, post)"
    ") {CLUSTERED}",
    "CREATE INDEX item_match_time ON item_match (bank, item, at_us)",
    "CREATE INDEX item_match_post ON item_match (post)",
    "CREATE TABLE opinion ("
    "  id {BLOB} PRIMARY KEY,"
    "  source TEXT NOT NULL,"
    "  remote {BLOB} NOT NULL,"
    "  opinion TEXT NOT NULL,"
    "  who {BLOB} NOT NULL,"
    "  why {BLOB} NOT NULL,"
    "  at_us BIGINT NOT NULL,"
    "  sent_us BIGINT NOT NULL"
    ") {CLUSTERED}",
    "CREATE TABLE share_grant ("
    "  collection TEXT NOT NULL,"
    "  bank TEXT NOT NULL,"
    "  item {BLOB} NOT NULL,"
    "  tlp TEXT NOT NULL,"
    "  who {BLOB} NOT NULL,"
    "  why {BLOB} NOT NULL,"
    "  decision {BLOB} NOT NULL,"
    "  at_us BIGINT NOT NULL,"
    "  revoked_us BIGINT NOT NULL,"
    "  PRIMARY KEY (collection, bank, item)"
    ") {CLUSTERED}",
    "CREATE TABLE shared_object ("
    "  collection TEXT NOT NULL,"
    "  seq BIGINT NOT NULL,"
    "  id {BLOB} NOT NULL,"
    "  version {BLOB} NOT NULL,"
    "  body {BLOB} NOT NULL,"
    "  added_us BIGINT NOT NULL,"
    "  is_foreign BIGINT NOT NULL,"
    "  PRIMARY KEY (collection, seq)"
    ") {CLUSTERED}",
    "CREATE UNIQUE INDEX shared_object_version ON shared_object (collection, id, version)",

    "CREATE TABLE recipient ("
    "  name TEXT PRIMARY KEY,"
    "  body {BLOB} NOT NULL"
    ") {CLUSTERED}",
    "CREATE TABLE referral ("
    "  id {BLOB} PRIMARY KEY,"
    "  kind TEXT NOT NULL,"
    "  recipient TEXT NOT NULL REFERENCES recipient (name),"
    "  lang TEXT NOT NULL,"
    "  state TEXT NOT NULL,"
    "  case_id {BLOB} NOT NULL,"
    "  category TEXT NOT NULL,"
    "  accounts BIGINT NOT NULL,"
    "  drafted_by {BLOB} NOT NULL,"
    "  fields {BLOB} NOT NULL,"
    "  document {BLOB} NOT NULL,"
    "  drafted_us BIGINT NOT NULL,"
    "  sent_us BIGINT NOT NULL,"
    "  received_us BIGINT NOT NULL,"
    "  answered_us BIGINT NOT NULL,"
    "  offline_us BIGINT NOT NULL,"
    "  due_us BIGINT NOT NULL,"
    "  reminded_us BIGINT NOT NULL,"
    "  escalated_us BIGINT NOT NULL,"
    "  version BIGINT NOT NULL"
    ") {CLUSTERED}",
    "CREATE INDEX referral_state ON referral (state, drafted_us, id)",
    "CREATE TABLE referral_target ("
    "  referral {BLOB} NOT NULL REFERENCES referral (id),"
    "  position BIGINT NOT NULL,"
    "  url {BLOB} NOT NULL,"
    "  post {BLOB} NOT NULL,"
    "  account BIGINT NOT NULL,"
    "  state TEXT NOT NULL,"
    "  checked_us BIGINT NOT NULL,"
    "  online_us BIGINT NOT NULL,"
    "  offline_us BIGINT NOT NULL,"
    "  back_us BIGINT NOT NULL,"
    "  next_us BIGINT NOT NULL,"
    "  fails BIGINT NOT NULL,"
    "  said {BLOB} NOT NULL,"
    "  PRIMARY KEY (referral, position)"
    ") {CLUSTERED}",
    "CREATE TABLE referral_event ("
    "  referral {BLOB} NOT NULL REFERENCES referral (id),"
    "  n BIGINT NOT NULL,"
    "  at_us BIGINT NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  who {BLOB} NOT NULL,"
    "  says {BLOB} NOT NULL,"
    "  PRIMARY KEY (referral, n)"
    ") {CLUSTERED}",
    "CREATE TABLE outbox ("
    "  id {BLOB} PRIMARY KEY,"
    "  referral {BLOB} NOT NULL REFERENCES referral (id),"
    "  channel TEXT NOT NULL,"
    "  address {BLOB} NOT NULL,"
    "  body {BLOB} NOT NULL,"
    "  state BIGINT NOT NULL,"
    "  attempt BIGINT NOT NULL,"
    "  next_us BIGINT NOT NULL,"
    "  at_us BIGINT NOT NULL,"
    "  owner {BLOB} NOT NULL,"
    "  said {BLOB} NOT NULL"
    ")",
    "CREATE INDEX outbox_due ON outbox (next_us, id) WHERE state = 0",
    "CREATE INDEX outbox_of ON outbox (referral, at_us)",
    "CREATE TABLE asked_host ("
    "  host {BLOB} PRIMARY KEY,"
    "  next_us BIGINT NOT NULL,"
    "  fails BIGINT NOT NULL,"
    "  robots {BLOB} NOT NULL,"
    "  robots_us BIGINT NOT NULL"
    ") {CLUSTERED}",
    "CREATE TABLE clock_mark ("
    "  id BIGINT PRIMARY KEY,"
    "  wall_us BIGINT NOT NULL,"
    "  boot_us BIGINT NOT NULL,"
    "  boot {BLOB} NOT NULL"
    ")",
    NULL};
