import { defineFailure, PAYMENT_FAILURES } from './spec/index.ts'

/**
 * Every failure that Farebox tells the outside: code, HTTP status, what to say, whether trying again can help. docs/errors.md
 * lists exactly these (a test compares both ways).
 */
export type Failure = {
  readonly code: FailureCode
  readonly status: number
  readonly message: string
  readonly retryable: boolean
  /** The field that is not right, where one is. */
  readonly field?: string
  /** When trying again makes sense; told as Retry-After. */
  readonly retryAfterSeconds?: number
  /** What its message was filled from, for saying it in another language. */
  readonly values?: Readonly<Record<string, string | number>>
}

/** The catalogue, by code. `{x}` in a message is filled by whoever raises it, never with content. */
export const FAILURES = {
  // the request itself
  invalid_json: defineFailure(400, 'The body is not valid JSON. Send one JSON object.'),
  json_too_deep: defineFailure(400, 'The body nests deeper than {limit} levels. Flatten it.'),
  json_too_many_keys: defineFailure(400, 'The body has more than {limit} keys, objects or lists. Send fewer.'),
  json_too_many_values: defineFailure(400, 'The body has more than {limit} values. Send fewer, or send the data as text.'),
  duplicate_field: defineFailure(400, 'The field "{field}" is given more than once. Send it once.'),
  missing_field: defineFailure(400, 'The field "{field}" is missing. Add it.'),
  unknown_field: defineFailure(400, 'The field "{field}" is not known here. Check its spelling or leave it out.'),
  invalid_field: defineFailure(400, 'The field "{field}" is not valid: {expected}.'),
  nothing_stored: defineFailure(
    400,
    'The field "{field}" refers to something that would have to be stored, and nothing is stored here. Send the whole conversation, with store: false.',
  ),
  key_in_url: defineFailure(
    400,
    'A key was sent in the address. Send it as "Authorization: Bearer" and replace the key, as addresses are often logged.',
  ),
  invalid_multipart: defineFailure(
    400,
    'The body is not a multipart form that can be read. Send multipart/form-data with CR LF, a boundary that occurs nowhere else, and names without quotes or backslashes.',
  ),
  body_encoded: defineFailure(415, 'Compressed request bodies are not accepted. Send the body without Content-Encoding.'),
  body_not_json: defineFailure(415, 'The body must be JSON. Send "Content-Type: application/json".'),
  body_not_form: defineFailure(415, 'The body must be a form. Send "Content-Type: multipart/form-data" with its boundary.'),
  model_after_file: defineFailure(413, 'More than {limit} bytes came before the field "model". Send "model" before the file.'),
  body_too_large: defineFailure(413, 'The body is larger than {limit} bytes. Send less.'),
  not_found: defineFailure(404, 'There is nothing at this path. See /docs for the paths.'),
  storage_not_offered: defineFailure(404, 'What {path} is for would have to be stored, and nothing is stored here. {instead}'),
  method_not_allowed: defineFailure(405, 'This path does not take this method. Use {allowed}.'),
  websocket_required: defineFailure(
    426,
    'This path takes WebSocket connections alone. Open one, with the key in the header Authorization.',
  ),
  // who calls
  key_missing: defineFailure(401, 'No key was sent. Send your key as "Authorization: Bearer <key>". Read on at {at}.'),
  key_invalid: defineFailure(401, 'This key is not known. Check that it was copied whole, or make a new one.'),
  key_revoked: defineFailure(403, 'This key was deactivated. Make a new one.'),
  key_replaced: defineFailure(
    401,
    'This key was given another secret, and the time in which this one worked too is over. Use the new one.',
  ),
  key_expired: defineFailure(401, 'This key has expired. Make a new one.'),
  key_address_refused: defineFailure(
    403,
    'This key may not be used from {address}. Use it from where it is meant for, or let it be used from there.',
  ),
  model_not_allowed: defineFailure(403, 'This key may not call this model. It may call: {models}.'),
  route_not_allowed: defineFailure(
    403,
    'No route of this model is allowed: {rule} rules out every one. GET /v1/models lists the routes with their labels.',
  ),
  subscription_ended: defineFailure(403, 'The subscription of this key has ended. Renew it, or use another key of the account.'),
  outside_time_block: defineFailure(
    403,
    'This key serves in the block "{block}", from {from} to {to} UTC. It opens at {from} UTC, in {wait}.',
  ),
  management_key_invalid: defineFailure(401, 'This management key is not known. Check that it was copied whole, or make a new one.'),
  management_key_needed: defineFailure(403, 'This key calls models and manages nothing. Use a management key, which begins with "mk_".'),
  management_key_cannot_call: defineFailure(403, 'A management key calls no models. Use a key that begins with "fbx_".'),
  key_paused: defineFailure(403, 'This key rests: {reason}. Make it active again with a management key: POST /api/keys/ID/resume.'),
  key_stopped: defineFailure(
    403,
    'This key was paused by the operator of this service. Its page says why, and so does a letter to its owner. Support answers: POST /api/support/requests, also with this key.',
  ),
  account_suspended: defineFailure(403, 'This account is suspended: {reason}. Write to support if you think that is wrong.'),
  model_unknown: defineFailure(404, 'There is no model of this name here. GET /v1/models lists those that are.'),
  model_unpriced: defineFailure(400, 'This model has no price, so it cannot be called. The operator has to set one.'),
  protocol_mismatch: defineFailure(400, 'This model is not served in this protocol. Call it through {path}.'),
  translation_lossy: defineFailure(
    400,
    'This model is served in another protocol, which has no words for: {fields}. Leave them out, or send no x-farebox-strict header.',
  ),
  media_unfetched: defineFailure(
    400,
    'What the address in "{field}" leads to could not be fetched for the provider: {reason}. Send the bytes instead.',
  ),
  // money and limits
  insufficient_credit: defineFailure(
    402,
    'The balance of this account does not cover this call, which can cost up to ${hold}. Top up or ask for less output.',
  ),
  requests_limited: defineFailure(429, 'The limit of {limit} requests per minute is reached. Try again in {seconds} s.', true),
  tokens_limited: defineFailure(429, 'The limit of {limit} tokens per minute is reached. Try again in {seconds} s.', true),
  concurrency_limited: defineFailure(429, 'The limit of {limit} calls at the same time is reached. Wait for one to end.', true),
  budget_exceeded: defineFailure(
    429,
    '{limit} is spent, or what is left of it does not cover this call, which can cost up to ${hold}. {advice}',
    true,
  ),
  upstream_limited: defineFailure(429, 'The provider of this model is at its limit. Try again in {seconds} s.', true),
  // upstream and us
  upstream_refused: defineFailure(400, 'The provider of this model refused the request.'),
  upstream_failed: defineFailure(502, 'The provider of this model failed before it answered. Nothing was charged. Try again.', true),
  upstream_timeout: defineFailure(504, 'The provider of this model did not answer in time. Try again.', true),
  upstream_cut: defineFailure(502, 'The provider of this model broke off its answer.', true),
  length_stopped: defineFailure(502, 'The answer reached the amount held for it and was ended.'),
  unavailable: defineFailure(503, 'Farebox cannot take this call right now. Nothing was charged. Try again in {seconds} s.', true),
  internal: defineFailure(500, 'Something of ours went wrong. Nothing more was charged than your usage shows.', true),
  // receipts
  receipt_unsigned: defineFailure(404, 'The receipt of this call is not signed yet. Ask again in {seconds} s.', true),
  receipt_unknown: defineFailure(404, 'There is no receipt under this request id for this account.'),
  // operator
  operator_token_invalid: defineFailure(401, 'The operator token is missing or wrong. Send it as "Authorization: Bearer <token>".'),
  idempotency_conflict: defineFailure(409, 'This Idempotency-Key was used with another body. Use a new one.'),
  policy_written_meanwhile: defineFailure(409, 'Somebody else wrote the policy since it was read. Read it again, then write.'),
  account_unknown: defineFailure(404, 'There is no account with this id.'),
  account_exists: defineFailure(409, 'There is already an account with this e-mail.'),
  key_unknown: defineFailure(404, 'There is no key with this id.'),
  key_made_by_other: defineFailure(403, 'Somebody else made this key. Who made it, an admin or an owner can give it another secret.'),
  key_of_end_user: defineFailure(
    403,
    'This key was made for an end user of the account, and shows nothing of the account. Ask who gave it to you.',
  ),
  key_group_unknown: defineFailure(404, 'There is no group of keys with this id in this account.'),
  upstream_unknown: defineFailure(404, 'There is no upstream with this id.'),
  upstream_not_tried: defineFailure(409, 'An upstream of kind {kind} cannot be tried from here. Send a call to one of its models.'),
  upstream_in_use: defineFailure(409, 'A model still has a route to this upstream. Change the model first.'),
  catalog_from_file: defineFailure(409, 'This comes from the configuration file. Change it there, then run "farebox apply".'),
  month_ahead: defineFailure(400, 'This month has not begun. Ask for {month} or an earlier one.'),
  statement_too_long: defineFailure(
    422,
    'This month has more than {limit} transfers, too many for one statement. Export its transfers instead.',
  ),
  books_disagree: defineFailure(
    503,
    'The books of this account do not agree, so nothing is shown that could be wrong. The operator has been told.',
  ),
  day_open: defineFailure(409, 'This day is not closed yet. A day is closed a few minutes after its end in UTC.'),
  reconciliation_unknown: defineFailure(404, 'This day has not been reconciled. Reconcile it with: npx farebox reconcile --day <day>'),
  price_unknown: defineFailure(404, 'There is no price version of this number.'),
  price_begun: defineFailure(
    409,
    'This price version holds, has held or is cancelled already. Prices are never changed backwards: set a new one.',
  ),
  plan_unknown: defineFailure(404, 'There is no plan with this id in use.'),
  plan_in_use: defineFailure(409, 'Accounts are still on this plan. Give them another one first.'),
  plan_closed: defineFailure(409, 'This plan takes no new members. Choose another one.'),
  plan_held: defineFailure(409, 'This account has this plan already.'),
  plan_not_changeable: defineFailure(409, 'Only subscriptions to monthly, annual and free plans can be put on another such plan.'),
  plan_quote_changed: defineFailure(
    409,
    'What this change costs, or when it holds, is not what was seen: a period costs {price} USD now. Nothing was changed or paid. Read it again and confirm that.',
  ),
  subscription_unknown: defineFailure(404, 'There is no subscription with this id.'),
  subscription_over: defineFailure(409, 'This subscription has ended. Begin a new one.'),
  subscription_ended_by_operator: defineFailure(
    409,
    'The operator ended this subscription with its period, so it is not kept or put on another plan. Ask support, or begin a new one when it is over.',
  ),
  subscription_endless: defineFailure(409, 'This was paid once and never ends, so there is nothing to cancel.'),
  subscription_busy: defineFailure(409, 'This subscription is being changed or is unpaid. Top up if it is past due, and try again.', true),
  pool_unknown: defineFailure(404, 'There is no pool with this id or name in use, or it has no such block.'),
  pool_closed: defineFailure(409, 'No seats of this pool are sold any more. Choose another one.'),
  pool_in_use: defineFailure(409, 'Seats of this pool are still taken. Let them end first; with 0 seats a block sells none.'),
  seats_sold_out: defineFailure(
    409,
    'There are not so many free seats in the block "{block}". Nothing was taken. Choose another block, or get in line for one.',
  ),
  seats_free: defineFailure(409, 'A seat of this block is free now. Subscribe to it instead of waiting.'),
  seat_has_key: defineFailure(409, 'This seat has its key. Revoke that one first, or take another seat.'),
  announcement_unknown: defineFailure(404, 'There is no announcement with this id.'),
  incident_unknown: defineFailure(404, 'There is no incident with this id.'),
  incident_over: defineFailure(409, 'This incident is over and takes no more notes. Open another one if it came back.'),
  amount_invalid: defineFailure(
    400,
    'The field "{field}" must be a positive decimal string of USD with at most 9 decimals, up to "1000000.00", such as "10.00".',
  ),
  currency_unknown: defineFailure(400, 'The field "currency" can only be "USD". Leave it out, or convert the amount first.'),
  price_notice_short: defineFailure(
    409,
    'Customers would pay more before {allowed}, the first day that gives them {days} days of notice. Schedule it from then on, sell it under another id, or send "shorter_notice_reason", which is kept.',
  ),
  balance_insufficient: defineFailure(
    409,
    'The account has less available than this takes: ${available}. What is held for running calls comes back when they end.',
  ),
  order_underpaid: defineFailure(
    409,
    'What came for this order is ${paid}, and it costs ${price}. The money is on the balance; buy it from there.',
  ),
  order_price_changed: defineFailure(
    409,
    'This costs another price than was seen: {price} USD now. Nothing was bought or paid. Read it again and confirm that.',
  ),
  transfer_unknown: defineFailure(404, 'There is no transfer with this id.'),
  transfer_reversed: defineFailure(409, 'This transfer was reversed already. GET the transfers of its account to see by which.'),
  transfer_not_reversible: defineFailure(
    409,
    'Only credits, refunds and chargebacks can be reversed. Give credit to make good for anything else.',
  ),
  return_exceeds_purchase: defineFailure(409, 'More would be returned than was paid. Return at most what is left of the purchase.'),
  pending_unknown: defineFailure(404, 'There is no pending credit with this id.'),
  pending_decided: defineFailure(409, 'This credit is {state} already.'),
  same_person: defineFailure(403, 'You asked for this yourself. Another operator has to decide.'),
  temporary_keys_full: defineFailure(429, 'There are {limit} temporary keys already. Use one of them, or try again in {seconds} s.', true),
  member_capped: defineFailure(
    403,
    'Keys of end users have a budget of their own, and what you may spend is bounded. Ask somebody without a cap.',
  ),
  member_unknown: defineFailure(404, 'Nobody of this account has this id.'),
  member_exists: defineFailure(409, 'You are a member of this account already.'),
  members_full: defineFailure(409, 'An account has at most {limit} members and open invitations. Remove one first.'),
  owner_stays: defineFailure(
    409,
    'An account keeps an owner, and whoever opened it stays one: make somebody else an owner first, or erase the account.',
  ),
  invitation_unknown: defineFailure(404, 'There is no open invitation with this id.'),
  invitation_invalid: defineFailure(
    404,
    'This invitation is not known, was used or withdrawn, or is older than {days} days. Ask for a new one.',
  ),
  member_role: defineFailure(403, 'This needs the role {roles} in this account, and yours is {role}. Ask its owner.'),
  operator_role: defineFailure(403, 'This needs the role {roles}, and yours is {role}. Ask an owner.'),
  operator_sign_in_failed: defineFailure(401, 'This lets nobody in here. Check what you entered, or ask an owner for a new invitation.'),
  operator_nameless: defineFailure(403, 'The token of the configuration is nobody by name. Invite yourself, and sign in as who you are.'),
  operator_last_way: defineFailure(409, 'You have no other way to sign in by. Add one first.'),
  operator_exists: defineFailure(409, 'There is or was an operator of this name. Choose another one.'),
  operator_unknown: defineFailure(404, 'There is no operator of this name.'),
  account_frozen: defineFailure(409, 'The books of this account do not agree, so nothing is paid out of it. See "frozen" of the account.'),
  account_broken: defineFailure(409, 'The books of this account still do not agree ({reason}), so it stays frozen.'),
  // payments
  ...PAYMENT_FAILURES,
  // rights of people
  erasure_wrong_person: defineFailure(
    409,
    'The field "email" is not the e-mail of this account, so nothing was erased. Check which account you mean.',
  ),
  erasure_money_left: defineFailure(
    409,
    'There is ${left} left on this account. Have it refunded first, or give it up: send "give_up" with at least this amount.',
  ),
  link_invalid: defineFailure(
    401,
    'This link is not known, was used already, is older than 24 hours, or is for something else. Ask for a new one.',
  ),
  mail_off: defineFailure(503, 'No mail can be sent here, so no link. Write to support, who can do the same for you.'),
  support_waiting: defineFailure(409, 'There are {limit} requests of yours waiting already. Close one of them, or wait for an answer.'),
  request_unknown: defineFailure(404, 'There is no privacy request with this id.'),
  request_ended: defineFailure(409, 'This request has ended already.'),
  // process
  bill_unreadable: defineFailure(500, 'The bill cannot be read ({problem}). Name a file that "farebox export bill" printed.'),
  price_list_invalid: defineFailure(400, 'The price list cannot be read: {problem}. Nothing was changed.'),
  price_list_refused: defineFailure(400, 'Nothing was changed, as entries of the list have a price that is none ({count}): {problems}.'),
  file_unwritable: defineFailure(
    500,
    'The file {path} could not be written ({problem}), and nothing of it is kept. Name one that is not there yet, where there is room and a right to write.',
  ),
  backup_unreadable: defineFailure(500, 'The file {path} cannot be read ({problem}).'),
  backup_foreign: defineFailure(400, 'This is no backup of Farebox, or its beginning was damaged. Nothing was written.'),
  backup_kind: defineFailure(400, 'This is a backup of the {kind}; one of the {expected} is wanted here. Nothing was written.'),
  backup_newer: defineFailure(400, 'This backup was made by a newer or another Farebox ({what}). Nothing was written.'),
  backup_truncated: defineFailure(400, 'This backup is cut off: its end is missing. Nothing was written.'),
  backup_altered: defineFailure(400, 'This backup was changed after it was made. Nothing was written.'),
  backup_secret_missing: defineFailure(400, 'Say what closes or opens the backup: {options}.'),
  backup_secret_weak: defineFailure(400, 'The passphrase is too short: {limit} characters at least.'),
  backup_secret_invalid: defineFailure(400, 'This is no X25519 key in PEM.'),
  backup_secret_wrong: defineFailure(400, 'This does not open the backup, or its beginning was changed. Nothing was written.'),
  backup_nothing: defineFailure(
    409,
    'There is nothing to back up: the database has no tables of Farebox yet. Start it once (farebox serve), or name the database that is meant.',
  ),
  restore_not_empty: defineFailure(409, 'There is a database of Farebox already, and a backup is restored into an empty one alone.'),
  restore_keys_present: defineFailure(409, 'There are keys in {path} already. Restore without --keys, or into an empty data directory.'),
  restore_keys_missing: defineFailure(
    400,
    'There are no keys in {path}, without which nothing that is sealed in the backup can be read. Name their backup with --keys.',
  ),
  restore_keys_differ: defineFailure(409, 'The keys are not those that this backup was made under. Nothing was written.'),
  restore_refused: defineFailure(500, 'What came out of the database is not what went in. It was emptied again.'),
  import_unreadable: defineFailure(400, 'What is to be taken over cannot be read: {problem}. Nothing was changed.'),
  import_secrets_missing: defineFailure(400, 'New keys are minted. Say where they are to be written with --secrets. Nothing was changed.'),
  server_not_running: defineFailure(500, 'No Farebox answers at {address}. Start it with: npx farebox serve'),
  server_answer_missing: defineFailure(
    504,
    'Farebox at {address} was asked, but its answer did not come. A change may have been made: look before you do it again.',
  ),
  download_broken: defineFailure(502, 'The download ended before it was whole ({problem}), and nothing of it was kept. Ask for it again.'),
  server_not_farebox: defineFailure(
    500,
    'What answers at {address} is not a Farebox. Set FAREBOX_OPERATOR_LISTEN to where its operator API listens.',
  ),
  operator_token_unreadable: defineFailure(
    500,
    'There is no operator token at {path}. Start Farebox with: npx farebox serve. If it runs, set FAREBOX_DATA_DIR or FAREBOX_OPERATOR_TOKEN as it has them.',
  ),
  // who signs in
  signed_out: defineFailure(401, 'Nobody is signed in here, or no longer. Sign in.'),
  sign_in_failed: defineFailure(401, 'These do not belong together. Check what you typed, or ask for a new password.'),
  second_step_failed: defineFailure(401, 'This code is wrong, was used already or came too late. Take the next one, or sign in again.'),
  passkey_refused: defineFailure(401, 'This passkey is not one of this account, or its answer came too late. Try again.'),
  sign_in_limited: defineFailure(429, 'Too many attempts. Try again in {seconds} s.', true),
  sign_in_link_invalid: defineFailure(401, 'This link is not known, was used already or is too old. Ask for a new one.'),
  not_fresh: defineFailure(403, 'This needs a new proof that it is you. Enter your password or use your passkey, then do it again.'),
  person_needed: defineFailure(403, 'No key does this, but somebody who is signed in: owners and admins do it on the page {page}.'),
  origin_refused: defineFailure(403, 'This can only be done from pages of {origin}. Open that address.'),
  totp_on: defineFailure(409, 'Codes of an authenticator app are on already. Turn them off first.'),
  passkey_unknown: defineFailure(404, 'There is no passkey with this id.'),
  sign_up_refused: defineFailure(
    409,
    'No account is opened for this e-mail: each person may have one, and some mail hosts are not taken. Write to support.',
  ),
  issuer_unknown: defineFailure(404, 'Nobody is signed in here by this issuer. Choose another way.'),
  issuer_refused: defineFailure(401, 'What came back does not show who you are, was used already or came too late. Begin anew.'),
  issuer_unreachable: defineFailure(503, 'The issuer does not answer now. Try again in {seconds} s, or sign in another way.', true),
  identity_unlinked: defineFailure(
    404,
    'Nobody signs in here with this account yet. Open an account with it, or link it when you are signed in.',
  ),
  identity_taken: defineFailure(409, 'What you are there is linked with another account here. Unlink it in that account first.'),
  identity_email_known: defineFailure(409, 'There is an account with this e-mail. Sign in to it another way and link the two there.'),
  proof_by_own_way: defineFailure(409, 'You have a password, a number or a passkey here. Show that it is you with that.'),
  sign_on_unknown: defineFailure(404, 'Nobody has a company sign-in here under this domain. Sign in another way.'),
  sign_on_required: defineFailure(
    403,
    'This team asks its members to come by their company sign-in, once a day. Sign in with it, then go on.',
  ),
  session_confined: defineFailure(
    403,
    'You came by the sign-in of your company, which opens its team alone. Show that it is you with a password or passkey of your own, or sign in another way.',
  ),
  sign_on_domain: defineFailure(
    403,
    'Your company’s sign-in names no e-mail of a domain that the team has shown to be its own. Ask who runs the team.',
  ),
  sign_on_left: defineFailure(403, 'You are no member of this team any more. Ask who runs it for an invitation.'),
  sign_on_unverified: defineFailure(409, 'Show first that a mail domain is yours, so that members can come in by it.'),
  team_domain_known: defineFailure(409, 'This domain is on the list already.'),
  team_domains_full: defineFailure(409, 'There are {limit} domains already. Remove one first.'),
  team_domain_unknown: defineFailure(404, 'There is no domain with this id.'),
  team_domain_taken: defineFailure(409, 'Another account has shown that this domain is its own, and its record is still there.'),
  dns_silent: defineFailure(503, 'No name server answers now. Try again in {seconds} s.', true),
  identity_unknown: defineFailure(404, 'Nothing of this id is linked with your account.'),
  identities_full: defineFailure(409, 'There are {limit} links already. Remove one first.'),
  last_way_in: defineFailure(409, 'This is the only way into your account. Set a password or add a passkey first.'),
  passkeys_full: defineFailure(409, 'There are {limit} passkeys already. Remove one first.'),
  session_unknown: defineFailure(404, 'There is no open session with this id.'),
  config_refused: defineFailure(500, 'The configuration is refused.'),
  data_dir_locked: defineFailure(
    500,
    'Another Farebox already runs on this data directory. Stop it, or set FAREBOX_DATA_DIR to another one.',
  ),
} as const satisfies Record<string, { status: number; message: string; retryable: boolean }>

export type FailureCode = keyof typeof FAILURES

/** A failure ready to be told: `{x}` in its message filled from `values`. Values come from configuration or numbers, never from a request. */
export function failure(code: FailureCode, values: Readonly<Record<string, string | number>> = {}): Failure {
  const { status, message, retryable } = FAILURES[code]
  const filled = message.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '?'))
  return {
    code,
    status,
    message: filled,
    retryable,
    ...(values.field === undefined ? {} : { field: String(values.field) }),
    ...(typeof values.seconds === 'number' ? { retryAfterSeconds: values.seconds } : {}),
    ...(Object.keys(values).length === 0 ? {} : { values }),
  }
}

/** A failure on its way up to whoever answers; `cause` stays inside. */
export class FailureError extends Error {
  readonly failure: Failure
  constructor(told: Failure, cause?: unknown) {
    super(told.code, { cause })
    this.name = 'FailureError'
    this.failure = told
  }
}

/** Throws a failure. */
export function fail(code: FailureCode, values?: Readonly<Record<string, string | number>>): never {
  throw new FailureError(failure(code, values))
}
