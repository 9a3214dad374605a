/* The desk: people and how they sign in, what they decide, appeals and reports, leases, care and quality, policies.
 *
 * Secrets are never here in the clear: passwords and PINs as Argon2id strings, tokens of sessions, links and keys as
 * SHA-256. Only the secret of a second factor must be kept as it is. Sets of names are TEXT with spaces. */
#include "store/schema.h"

const char *const schema_desk[] = {
    "CREATE TABLE person ("
    "  id {BLOB} PRIMARY KEY,"
    "  login {BLOB} NOT NULL UNIQUE,"
    "  name {BLOB} NOT NULL,"
    "  pseudonym TEXT NOT NULL UNIQUE,"
    "  roles TEXT NOT NULL,"
    "  languages {BLOB} NOT NULL,"
    "  opt_outs TEXT NOT NULL,"
    "  state BIGINT NOT NULL,"
    "  password {BLOB} NOT NULL,"
    "  totp {BLOB} NOT NULL,"
    "  totp_on BIGINT NOT NULL,"
    "  totp_step BIGINT NOT NULL,"
    "  failures BIGINT NOT NULL,"
    "  locked_until_us BIGINT NOT NULL,"
    "  invite {BLOB} NOT NULL,"
    "  invite_until_us BIGINT NOT NULL,"
    "  created_us BIGINT NOT NULL,"
    "  seen_us BIGINT NOT NULL,"
    "  settings {BLOB} NOT NULL"
    ")",
    "CREATE TABLE role ("
    "  name TEXT PRIMARY KEY,"
    "  permissions TEXT NOT NULL"
    ")",
    "CREATE TABLE session ("
    "  token {BLOB} PRIMARY KEY,"
    "  person {BLOB} NOT NULL REFERENCES person (id),"
    "  csrf {BLOB} NOT NULL,"
    "  stage BIGINT NOT NULL,"
    "  created_us BIGINT NOT NULL,"
    "  seen_us BIGINT NOT NULL,"
    "  until_us BIGINT NOT NULL"
    ")",
    "CREATE INDEX session_person ON session (person)",
    "CREATE TABLE api_key ("
    "  id {BLOB} PRIMARY KEY,"
    "  name {BLOB} NOT NULL,"
    "  secret {BLOB} NOT NULL UNIQUE,"
    "  scopes TEXT NOT NULL,"
    "  rate BIGINT NOT NULL,"
    "  webhook {BLOB} NOT NULL,"
    "  webhook_secret {BLOB} NOT NULL,"
    "  created_us BIGINT NOT NULL,"
    "  revoked_us BIGINT NOT NULL," /* 0: in use */
    "  used_us BIGINT NOT NULL"
    ")",
    "CREATE TABLE idempotency ("
    "  id {BLOB} PRIMARY KEY," /* SHA-256 of who, which route, the key */
    "  request {BLOB} NOT NULL,"
    "  status BIGINT NOT NULL,"
    "  body {BLOB} NOT NULL,"
    "  at_us BIGINT NOT NULL"
    ")",
    "CREATE INDEX idempotency_age ON idempotency (at_us)",

    "CREATE TABLE decision ("
    "  id {BLOB} PRIMARY KEY,"
    "  post {BLOB} NOT NULL REFERENCES post (id),"
    "  account {BLOB} NOT NULL,"
    "  person {BLOB} NOT NULL REFERENCES person (id),"
    "  at_us BIGINT NOT NULL,"
    "  state TEXT NOT NULL,"
    "  measure TEXT NOT NULL,"
    "  scope TEXT NOT NULL,"
    "  category TEXT NOT NULL,"
    "  ground TEXT NOT NULL,"
    "  ground_ref {BLOB} NOT NULL,"
    "  ground_why {BLOB} NOT NULL,"
    "  facts {BLOB} NOT NULL,"
    "  territories {BLOB} NOT NULL,"
    "  until_us BIGINT NOT NULL,"
    "  source TEXT NOT NULL,"
    "  automated_detection BIGINT NOT NULL,"
    "  automated_decision BIGINT NOT NULL,"
    "  undo_until_us BIGINT NOT NULL,"
    "  second {BLOB},"
    "  second_at_us BIGINT NOT NULL,"
    "  second_facts {BLOB} NOT NULL,"
    "  reverses {BLOB},"
    "  reversed_by {BLOB},"
    "  machine_category TEXT NOT NULL,"
    "  machine_probability DOUBLE PRECISION NOT NULL,"
    "  policy {BLOB} NOT NULL,"
    "  language {BLOB} NOT NULL,"
    "  known_us BIGINT NOT NULL,"
    "  deadline_us BIGINT NOT NULL,"
    "  first_look_us BIGINT NOT NULL"
    ")",
    "CREATE INDEX decision_at ON decision (at_us, id)",
    "CREATE INDEX decision_post ON decision (post, at_us)",
    "CREATE INDEX decision_account ON decision (account, at_us)",
    "CREATE INDEX decision_state ON decision (state, undo_until_us)",
    /* Which posts a standing decision settles: one to a post. A post comes back to the queue when the machine says of it
     * another category than the one that was judged. */
    "CREATE TABLE settled ("
    "  post {BLOB} PRIMARY KEY REFERENCES post (id),"
    "  decision {BLOB} NOT NULL REFERENCES decision (id),"
    "  category TEXT NOT NULL"
    ") {CLUSTERED}",
    "CREATE INDEX settled_decision ON settled (decision)",

    "CREATE TABLE appeal ("
    "  id {BLOB} PRIMARY KEY,"
    "  decision {BLOB} NOT NULL UNIQUE REFERENCES decision (id),"
    "  token {BLOB} NOT NULL UNIQUE,"
    "  pin {BLOB} NOT NULL,"
    "  tries BIGINT NOT NULL,"
    "  link_until_us BIGINT NOT NULL,"
    "  state TEXT NOT NULL," /* link, waiting, upheld, overturned */
    "  text {BLOB} NOT NULL,"
    "  lang TEXT NOT NULL,"
    "  at_us BIGINT NOT NULL,"
    "  due_us BIGINT NOT NULL,"
    "  person {BLOB},"
    "  answered_us BIGINT NOT NULL,"
    "  answer {BLOB} NOT NULL"
    ")",
    "CREATE INDEX appeal_due ON appeal (state, due_us, id)",
    "CREATE TABLE report ("
    "  id {BLOB} PRIMARY KEY,"
    "  number TEXT NOT NULL UNIQUE,"
    "  pin {BLOB} NOT NULL,"
    "  tries BIGINT NOT NULL,"
    "  post {BLOB},"
    "  url {BLOB} NOT NULL,"
    "  category TEXT NOT NULL,"
    "  text {BLOB} NOT NULL,"
    "  lang TEXT NOT NULL,"
    "  source TEXT NOT NULL," /* public, platform */
    "  api_key {BLOB},"
    "  at_us BIGINT NOT NULL,"
    "  state TEXT NOT NULL," /* received, in_review, answered */
    "  answered_us BIGINT NOT NULL,"
    "  decision {BLOB}"
    ")",
    "CREATE INDEX report_at ON report (at_us, id)",
    "CREATE INDEX report_post ON report (post) WHERE post IS NOT NULL",

    "CREATE TABLE lease ("
    "  post {BLOB} PRIMARY KEY REFERENCES post (id),"
    "  person {BLOB} NOT NULL REFERENCES person (id),"
    "  taken_us BIGINT NOT NULL,"
    "  until_us BIGINT NOT NULL"
    ")",
    "CREATE INDEX lease_person ON lease (person)",
    /* Where a post of the queue stands besides its rank; most have no row. */
    "CREATE TABLE desk ("
    "  post {BLOB} PRIMARY KEY REFERENCES post (id),"
    "  state TEXT NOT NULL," /* open, snoozed, escalated, handed */
    "  until_us BIGINT NOT NULL,"
    "  person {BLOB}," /* whom it was handed to */
    "  first_look_us BIGINT NOT NULL"
    ")",
    "CREATE INDEX desk_state ON desk (state) WHERE state <> 'open'",
    "CREATE TABLE note ("
    "  post {BLOB} NOT NULL REFERENCES post (id),"
    "  at_us BIGINT NOT NULL,"
    "  person {BLOB} NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  text {BLOB} NOT NULL,"
    "  PRIMARY KEY (post, at_us, person, kind)"
    ") {CLUSTERED}",

    /* What posts say alike: 'm' and the SHA-256 of a file, 'c' and the print of a caption. */
    "CREATE TABLE likeness ("
    "  mark {BLOB} NOT NULL,"
    "  post {BLOB} NOT NULL REFERENCES post (id),"
    "  PRIMARY KEY (mark, post)"
    ") {CLUSTERED}",
    "CREATE INDEX likeness_post ON likeness (post)",

    "CREATE TABLE exposure ("
    "  person {BLOB} NOT NULL REFERENCES person (id),"
    "  day BIGINT NOT NULL,"
    "  seconds DOUBLE PRECISION NOT NULL,"
    "  units DOUBLE PRECISION NOT NULL," /* severity × seconds / 100 */
    "  working_since_us BIGINT NOT NULL,"
    "  active_us BIGINT NOT NULL,"
    "  break_until_us BIGINT NOT NULL,"
    "  PRIMARY KEY (person, day)"
    ")",
    "CREATE TABLE seen ("
    "  person {BLOB} NOT NULL REFERENCES person (id),"
    "  sha256 {BLOB} NOT NULL,"
    "  at_us BIGINT NOT NULL,"
    "  PRIMARY KEY (person, sha256)"
    ") {CLUSTERED}",

    /* Who said what of a post, for agreement: first 0, second review 1, golden 2, adjudication 3. */
    "CREATE TABLE judgement ("
    "  post {BLOB} NOT NULL REFERENCES post (id),"
    "  person {BLOB} NOT NULL REFERENCES person (id),"
    "  kind BIGINT NOT NULL,"
    "  at_us BIGINT NOT NULL,"
    "  violation BIGINT NOT NULL,"
    "  category TEXT NOT NULL,"
    "  PRIMARY KEY (post, person)"
    ") {CLUSTERED}",
    "CREATE INDEX judgement_at ON judgement (at_us)",
    "CREATE TABLE second_review ("
    "  post {BLOB} PRIMARY KEY REFERENCES post (id),"
    "  decision {BLOB} NOT NULL,"
    "  first {BLOB} NOT NULL,"
    "  state TEXT NOT NULL," /* waiting, agreed, split, settled */
    "  at_us BIGINT NOT NULL"
    ")",
    "CREATE INDEX second_review_state ON second_review (state, at_us)",
    "CREATE TABLE golden ("
    "  post {BLOB} PRIMARY KEY REFERENCES post (id),"
    "  violation BIGINT NOT NULL,"
    "  category TEXT NOT NULL,"
    "  text {BLOB} NOT NULL,"
    "  person {BLOB} NOT NULL,"
    "  at_us BIGINT NOT NULL"
    ")",

    "CREATE TABLE policy_version ("
    "  version TEXT PRIMARY KEY,"
    "  source {BLOB} NOT NULL,"
    "  state TEXT NOT NULL," /* draft, shadow, live, former */
    "  person {BLOB},"
    "  at_us BIGINT NOT NULL,"
    "  live_since_us BIGINT NOT NULL,"
    "  note {BLOB} NOT NULL,"
    "  backtest {BLOB} NOT NULL" /* JSON, empty before one was made */
    ")",
    "CREATE TABLE webhook ("
    "  id {BLOB} PRIMARY KEY,"
    "  api_key {BLOB} NOT NULL REFERENCES api_key (id),"
    "  body {BLOB} NOT NULL,"
    "  attempt BIGINT NOT NULL,"
    "  next_us BIGINT NOT NULL,"
    "  state TEXT NOT NULL," /* waiting, sent, given_up */
    "  failure {BLOB} NOT NULL"
    ")",
    "CREATE INDEX webhook_next ON webhook (next_us) WHERE state = 'waiting'",
    /* When review last put the row elsewhere in the order because reach moved; 0: it stands as the policy said. */
    "ALTER TABLE queue ADD COLUMN ranked_us BIGINT NOT NULL DEFAULT 0", NULL};
